"""`rounds` and `invite`: who has answered, without what; closing, withdrawing, reminding, combining; writing forms."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reflect_tui import paths
from reflect_tui.cli import json_out
from reflect_tui.cli.open_app import run_lines
from reflect_tui.cli.request import (
    Request,
    acquire_lock,
    existing_refused,
    page_width,
    print_json,
    print_lines,
    print_message,
    print_text,
    readable,
    record,
)
from reflect_tui.clock import SYSTEM
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE, EXIT_NO, NotFoundError, ReflectError
from reflect_tui.feedback.form_words import collector_letter
from reflect_tui.feedback.suggestion import minutes
from reflect_tui.forms.fields import parse_count, parse_last_day
from reflect_tui.i18n import _, current_language, format_date
from reflect_tui.model.round import Round
from reflect_tui.store import backup, closing, rounds
from reflect_tui.store.altered import altered_sentence, gone_answers
from reflect_tui.store.closing import DoubledError, MissingError, TooFewError
from reflect_tui.store.journal import Journal
from reflect_tui.text import folded
from reflect_tui.usecases import combining, invitations
from reflect_tui.usecases.invitations import InvitationRequest
from reflect_tui.views import rounds as page
from reflect_tui.views.labels import people, role_name
from reflect_tui.views.lines import EMPTY, Line, line, span

if TYPE_CHECKING:
    from reflect_tui.line_mode.speech import Console


def list_rounds(request: Request) -> int:
    """List the rounds."""
    documents = request.journal.rounds.all()
    altered = request.journal.altered_rounds()
    listed = readable(request.journal, [one for one in documents if one.value or one.id not in altered])
    shown_ids = [] if request.options.json else [shown.id for shown in listed]
    for name in altered:
        if name not in shown_ids:
            print_message(altered_sentence(name))
    for sentence in rounds.ended_elsewhere(request.journal):
        print_message(sentence)
    if request.options.json:
        journal = request.journal
        told = closing.all_told_counts(journal, listed, altered)
        every = [
            json_out.feedback_round(shown, _not_here(journal, shown), told.get(shown.id, page.NOTHING_TOLD))
            for shown in reversed(listed)
        ]
        print_json({"rounds": every})
    elif listed or not (documents or altered):
        _print(request.journal, listed, altered)
    return EXIT_ATTENTION if altered or len(listed) < len(documents) else EXIT_DONE


def _print(journal: Journal, listed: list[Round], altered: Collection[str]) -> None:
    if not listed:
        print_message(_("There are no rounds yet. In the app, o on Home makes one."))
        return
    today = datetime.now().astimezone().date()
    lines: list[Line] = []
    for shown in listed:
        told = page.NOTHING_TOLD if shown.id in altered else closing.told_counts(journal, shown)
        shown_lines = page.render_round(
            shown, today, page_width(), _not_here(journal, shown), told, altered=shown.id in altered
        )
        lines += [*shown_lines, line("    ", span(shown.id, "muted")), EMPTY]
    print_lines(lines[:-1])


def _not_here(journal: Journal, shown: Round) -> tuple[int, ...]:
    """List whose answers came in and are not there: confidential ones on this computer, named ones in the journal."""
    return rounds.missing(journal, shown) or gone_answers(journal, shown)


def chosen(journal: Journal, asked: str) -> Round:
    """Find a round by its id or the beginning of it."""
    ids = {*(document.id for document in journal.rounds.all()), *journal.altered_rounds()}
    fitting = [one for one in ids if one.startswith(asked)]
    if len(fitting) != 1:
        text = _('More than one round begins with "{id}".') if fitting else _('There is no round "{id}".')
        raise NotFoundError(text.format(id=asked))
    return rounds.get(journal, fitting[0])[0]


def usable(journal: Journal, asked: str) -> Round:
    """Find a round that is about to be used; see chosen() and rounds.get_unaltered()."""
    return rounds.get_unaltered(journal, chosen(journal, asked).id)[0]


def close(request: Request) -> int:
    """Close a round; of a confidential one only what may be told is kept."""
    feedback_round = chosen(request.journal, request.options.round)
    with acquire_lock(request.journal):
        twice = closing.doubled_sentence(request.journal, feedback_round)
        try:
            groups = closing.close(
                request.journal, feedback_round.id, datetime.now().astimezone().replace(microsecond=0),
                leave_out=request.options.leave_out, without_missing=request.options.without_missing,
            )  # fmt: skip
        except DoubledError as error:
            if request.options.import_again:
                print_text(page.import_again_sentence(closing.import_again(request.journal, feedback_round.id)))
            else:
                print_message(str(error))
                print_message(page.import_again_question(error.people))
                print_message(_("To do that, add: {option}").format(option="--import-again"))
            return EXIT_NO
        except (TooFewError, MissingError) as error:
            _tell_not_closed(error)
            return EXIT_NO
        record(request.journal)
    if feedback_round.is_confidential:
        came = ", ".join(people(role, count) for role, count in groups.items())
        print_text(_("The round is closed. What came in: {groups}.").format(groups=came))
        closed = rounds.get(request.journal, feedback_round.id)[0]
        for sentence in page.told_sentences(closed, closing.told_counts(request.journal, closed)):
            print_text(sentence)
        for sentence in filter(None, (twice, backup.with_answers(request.journal, [closed]))):
            print_message(sentence)
    else:
        print_text(_("The round is closed."))
    print_text(_("See it beside a session of your own with: reflect-tui compare"))
    return EXIT_DONE


def _tell_not_closed(error: TooFewError | MissingError) -> None:
    few = error.groups if isinstance(error, TooFewError) else {}
    groups = ", ".join(people(role, count) for role, count in few.items())
    print_message(f"{error} {groups}".strip())
    if error.others and few:
        print_message(_("With --leave-out their answers are destroyed unread, and the others come in."))
    elif error.others:
        print_message(_("With --without-missing the round is closed without them."))


def withdraw(request: Request) -> int:
    """Withdraw a round, whose waiting answers are destroyed unread, or what one person was asked."""
    asked = request.options.person
    if asked is None and request.options.round in rounds.waiting_without_round(request.journal):
        with acquire_lock(request.journal):
            rounds.destroy_waiting(request.journal, request.options.round)
        print_text(_("The answers that waited are destroyed unread."))
        return EXIT_DONE
    feedback_round = chosen(request.journal, request.options.round)
    number = None if asked is None else someone(feedback_round, asked)
    with acquire_lock(request.journal):
        if number is None:
            rounds.withdraw(request.journal, feedback_round.id)
        else:
            rounds.withdraw_invitation(request.journal, feedback_round.id, number)
        record(request.journal)
    if number is None:
        print_text(_("The round is withdrawn. Tell those you asked."))
    else:
        text = _("{person}: this invitation is withdrawn, and the form is no longer accepted. Tell them.")
        said = text.format(person=page.person_name(feedback_round.invited[number]))
        print_text(said + page.withdrawal_notice(feedback_round))
    return EXIT_DONE


def someone(feedback_round: Round, asked: str) -> int:
    """Find someone invited by their label, or by their place in the list, from 1.

    Raises:
        NotFoundError: there is no such person, or more than one.
    """
    fitting = [number for number, guest in enumerate(feedback_round.invited) if folded(guest.label) == folded(asked)]
    if not fitting:
        with contextlib.suppress(ValueError):
            return parse_count(asked, len(feedback_round.invited)) - 1
    if len(fitting) != 1:
        text = _('More than one person is called "{label}"; give the place in the list, from 1.')
        missing = _('Nobody in this round is called "{label}"; give a label or the place in the list, from 1.')
        raise NotFoundError((text if fitting else missing).format(label=asked))
    return fitting[0]


def remind(request: Request) -> int:
    """Print a text for those who haven't answered, or for whoever collects."""
    asked = usable(request.journal, request.options.round)
    if request.options.collector and asked.collector != "third person":
        raise ReflectError(_("In this round no third person collects: what comes back goes to you."))
    for text in (collector_letter(asked) if request.options.collector else page.reminder(asked)).split("\n"):
        print_text(text)
    return EXIT_DONE


def forms(request: Request) -> int:
    """Say which form is for whom; with a folder, write the forms of those who have not answered."""
    options, asked = request.options, chosen(request.journal, request.options.round)
    lost = rounds.missing(request.journal, asked)
    waiting = [number for number, _person in page.waiting(asked, lost)]
    numbers = list(range(len(asked.invited))) if options.output is None else waiting
    if options.person is not None:
        numbers = [someone(asked, options.person)]
    if options.output is None:
        print_lines(page.render_forms(asked, numbers, paper=options.paper, labelled=options.labels))
        return EXIT_DONE
    if not numbers:
        raise ReflectError(_("Everyone who was asked has answered or was withdrawn."))
    folder = paths.typed(options.output)
    with acquire_lock(request.journal):
        invitations.write_forms(
            request.journal, asked.id, numbers, folder, paper=options.paper, labelled=options.labels
        )
        record(request.journal)
    print_text(_("In {path}:").format(path=folder))
    print_lines(page.render_forms(asked, numbers, paper=options.paper, labelled=options.labels))
    print_message(_("Give each person only their own."))
    return EXIT_DONE


def type_over(request: Request) -> int:
    """Type over the paper form of someone who was asked in a round."""
    from reflect_tui.line_mode import paper  # noqa: PLC0415 -- only when asked

    asked = usable(request.journal, request.options.round)
    rounds.may_type(asked)
    number = someone(asked, request.options.person)

    def dialogue(console: Console) -> int:
        rounds.may_answer(asked, number, rounds.missing(request.journal, asked))
        code = paper.type_over(request.journal, SYSTEM, console, asked, number)
        record(request.journal)
        return code

    return run_lines(request, dialogue)


def combine(request: Request) -> int:
    """Make one file of what may be told of a round's answers, as the third person who collects them."""
    path = paths.typed(request.options.output)
    made = combining.combine_files([Path(name) for name in request.options.files], request.journal.library)
    try:
        combining.write_combined(made, path, again=request.options.again)
    except combining.CombinedBeforeError as error:
        way = _("To make a second file all the same, add: {option}").format(option="--again")
        raise ReflectError(f"{error} {way}") from None
    print_text(made.sentence(path))
    for remark in made.remarks():
        print_message(remark)
    return EXIT_DONE


# `invite`: writes the form with which someone else gives feedback, in an open round or a new one.


def invite(request: Request) -> int:
    """Write a form and keep the invitation; one version in history."""
    options, journal = request.options, request.journal
    wish = _wish(request)
    path = paths.typed(options.output)
    with acquire_lock(journal):
        feedback_round = _round(request, wish)
        with existing_refused(path):
            feedback_round, written = invitations.invite(
                journal, feedback_round, wish, path, paper=options.paper, replace=options.force
            )
        record(journal)
    _tell(request.journal, feedback_round, wish, written, paper=options.paper)
    return EXIT_DONE


def _wish(request: Request) -> InvitationRequest:
    options = request.options
    return InvitationRequest(
        role=options.role,
        label=options.label,
        instrument=request.journal.library.resolve(options.instrument) if options.instrument else None,
        preferred=request.settings.instrument,
        language=options.form_lang or options.lang,
        about=options.about,
        items=tuple(options.items) if options.items else None,
        confidential=True if options.confidential or options.third_person else None,
        third_person=True if options.third_person else None,
        closes=None if options.closes is None else _last_day(options.closes),
    )


def _last_day(text: str) -> date:
    try:
        return parse_last_day(text, datetime.now().astimezone().date())
    except ValueError as error:
        raise ReflectError(str(error)) from None


def _round(request: Request, wish: InvitationRequest) -> Round:
    now = datetime.now().astimezone()
    if not request.options.round:
        feedback_round = invitations.matching_round(request.journal, wish, now.date())
        return feedback_round or invitations.new_round(request.journal, wish, current_language(), now)
    feedback_round = chosen(request.journal, request.options.round)
    if feedback_round.state != "open":
        text = _("The round {id} is not open any more; without --round a new one is made.")
        raise ReflectError(text.format(id=feedback_round.id))
    if not invitations.may_ask(feedback_round, wish.role):
        text = _(
            "In the round {id} colleagues and clients are not told together: ask with --role colleague or "
            "--role client, or make a new round without --round."
        )
        raise ReflectError(text.format(id=feedback_round.id))
    if not invitations.matches(request.journal, feedback_round, wish):
        text = _(
            "The round {id} asks something else than these options say; leave them out, or leave --round out for a "
            "new round."
        )
        raise ReflectError(text.format(id=feedback_round.id))
    return feedback_round


def _tell(journal: Journal, feedback_round: Round, wish: InvitationRequest, written: Path, *, paper: bool) -> None:
    role = role_name(invitations.role_in(feedback_round, wish.role))
    print_text(_("Written: {path}, for one {role}.").format(path=written, role=role))
    promise = page.promise_name(feedback_round)
    about = feedback_round.about or _("you")
    asked = _("{promise}, {n} statements about {name}, some {minutes} min, until {date}.")
    count = len(feedback_round.items)
    sentence = asked.format(
        promise=promise, n=count, name=about, minutes=minutes(count), date=format_date(feedback_round.closes)
    )
    print_text(sentence[:1].upper() + sentence[1:])
    print_text(_("Round {id}: {people} asked.").format(id=feedback_round.id, people=page.asked_groups(feedback_round)))
    if feedback_round.is_joined:
        print_text(_("Colleagues and clients are told together as one group in this round; the form says so."))
    for text in page.too_few_asked(feedback_round).values():
        print_message(_("{warning}. Ask more people, before you close the round.").format(warning=text))
    if near := page.near_warning(feedback_round, journal.known_rounds().values()):
        print_message(near)
    apart = [guest for guest in feedback_round.invited if guest.role in ("colleague", "client")]
    if feedback_round.is_confidential and len(apart) == 1:
        print_message(
            _("To tell colleagues and clients as one group, begin a round with --role other for all of them.")
        )
    if paper:
        print_text(_("Open it in a browser and print it."))
        print_text(_("Enter what comes back in the app, or with: reflect-tui rounds type"))
        return
    print_text(
        _("A form is for one person: make one for each. It opens in any browser, by a double click, and sends nothing.")
    )
    if feedback_round.collector == "third person":
        print_text(_("What comes back goes to whoever collects. For a letter that tells this person what to do:"))
        print_text(f"reflect-tui rounds remind {feedback_round.id} --collector")
    else:
        print_text(_("Import what comes back with: reflect-tui import FILE"))
