"""Asks someone for feedback: finds or makes the round, adds the invitation, writes its form; for cli and tui."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from msgspec import Struct, structs

from reflect_tui.disk import files
from reflect_tui.errors import NotFoundError, ReflectError
from reflect_tui.feedback import suggestion
from reflect_tui.feedback.form import Invitation, form_page, paper_page
from reflect_tui.feedback.form_words import collector_file, collector_letter, file_name
from reflect_tui.i18n import _
from reflect_tui.model import library
from reflect_tui.model import round as rounds
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import MAX_INVITED, RATERS, Invited, Rater, Round
from reflect_tui.store import rounds as keeping
from reflect_tui.store.journal import Journal
from reflect_tui.text import clean
from reflect_tui.usecases.written_files import ExistsError, OutputFile, check_target, write_files

WEEKS = 3
"""A round is open for so long unless a day is named."""


class InvitationRequest(Struct, frozen=True, kw_only=True):
    """What is asked for; None stands for whatever an open round has, or what is usual in a new one.

    `preferred` is the id of the instrument of the settings.
    """

    role: Rater
    label: str = ""
    instrument: str | None = None
    preferred: str = ""
    language: str | None = None
    about: str | None = None
    items: tuple[str, ...] | None = None
    confidential: bool | None = None
    third_person: bool | None = None
    closes: date | None = None


def round_instrument(journal: Journal, feedback_round: Round) -> Instrument:
    """Return the very instrument that a round asks about, in the language of the round where there is one.

    Raises:
        NotFoundError: it is nowhere.
    """
    asked = feedback_round
    return journal.library.find(asked.instrument, asked.version, asked.digest, asked.language)


def matches(journal: Journal, feedback_round: Round, wish: InvitationRequest) -> bool:
    """Check whether a round is what is asked for, as far as anything is."""
    asked = (
        (wish.instrument, feedback_round.instrument),
        (wish.language, feedback_round.language),
        (wish.about, feedback_round.about),
        (wish.confidential, feedback_round.is_confidential),
        (wish.third_person, feedback_round.collector == "third person"),
        (wish.closes, feedback_round.closes),
    )
    if any(wanted is not None and wanted != actual for wanted, actual in asked) or not may_ask(
        feedback_round, wish.role
    ):
        return False
    if wish.items is None:
        return True
    try:
        content = round_instrument(journal, feedback_round)
    except NotFoundError:
        return False
    return suggestion.choose_items(content, wish.items) == feedback_round.items


def may_ask(feedback_round: Round, role: Rater) -> bool:
    """Check whether someone of this role can be asked: as one of the joined group only where nobody is asked apart."""
    if role != "other" or feedback_round.is_joined:
        return True
    asked_apart = {"colleague", "client"} & {*feedback_round.roles}
    return feedback_round.is_confidential and not feedback_round.answered and not asked_apart


def role_in(feedback_round: Round, role: Rater) -> Rater:
    """Return the role in which someone is asked: of a round that joins colleagues and clients these are one group."""
    return "other" if feedback_round.is_joined and role != "manager" else role


def matching_round(journal: Journal, wish: InvitationRequest, today: date) -> Round | None:
    """Find the newest open round that is what is asked for."""
    known = (document.value for document in journal.rounds.all() if document.value)
    current = (one for one in known if one.state == "open" and one.closes >= today and len(one.invited) < MAX_INVITED)
    newest = sorted(current, key=lambda candidate: candidate.made, reverse=True)
    return next((candidate for candidate in newest if matches(journal, candidate, wish)), None)


def new_round(journal: Journal, wish: InvitationRequest, language: str, now: datetime) -> Round:
    """Make a round with nobody in it but whoever is asked first; nothing is kept yet.

    Raises:
        ReflectError: something asked for can't be: the instrument, the language or the items.
    """
    identifier = wish.instrument or library.usual(journal.own(), wish.preferred)
    entry = journal.library.newest(identifier)
    if wish.language and wish.language not in entry.languages:
        text = _("{id} is not translated into {language}; it is there in: {languages}.")
        languages = ", ".join(entry.languages)
        raise ReflectError(text.format(id=entry.instrument.id, language=wish.language, languages=languages))
    language = wish.language or entry.read(language).language
    asked = journal.library.new(identifier, language)
    made = Round(
        id=rounds.new_id(now, RATERS, secrets.token_hex(3)),
        instrument=asked.id,
        version=asked.version,
        digest=asked.digest,
        about=_name(journal) if wish.about is None else wish.about,
        language=language,
        promise="confidential" if wish.confidential or wish.third_person or wish.role == "other" else "named",
        collector="third person" if wish.third_person else "self",
        minimum=rounds.MINIMUM,
        made=now.replace(microsecond=0),
        closes=wish.closes or now.date() + timedelta(weeks=WEEKS),
        items=suggestion.choose_items(asked, wish.items or ()),
        invited=(),
    )
    return rounds.clean_texts(made)


def _name(journal: Journal) -> str:
    """Return the name that the last form used."""
    known = (document.value.about for document in journal.rounds.all() if document.value)
    return next((name for name in known if name), "")


def invite(
    journal: Journal,
    feedback_round: Round,
    wish: InvitationRequest,
    path: Path,
    *,
    paper: bool = False,
    replace: bool = False,
) -> tuple[Round, Path]:
    """Add someone to a round, new or open, and write the form; give the round as it is now and the form's path.

    Someone who is in it already, by role and label, gets the form anew; an earlier one stays valid. When the
    form can't be written, the round is as it was. To be recorded by the caller, as one version.

    Raises:
        ExistsError: there is a file of that name; nothing is changed.
        ReflectError: the round is full, or the form can't be put there.
        JournalError: the round can't be written.
    """
    token, role = rounds.new_token(), role_in(feedback_round, wish.role)
    asked = Invited(role=role, label=wish.label, token=rounds.token_digest(token))
    after = _with(journal, feedback_round, asked, paper=paper)
    person = next((person for person in after.invited if asked.token == person.token), asked)  # paper bears no token
    check_target(journal, path, replace=replace)
    before = _keep(journal, feedback_round, after)
    try:
        sheets = (OutputFile(".html", _form(journal, after, person, token, paper=paper)),)
        return after, write_files(journal, path, sheets, replace=replace)[0]
    except ReflectError:
        _restore_round(journal, after, before)
        raise


def _with(journal: Journal, feedback_round: Round, asked: Invited, *, paper: bool) -> Round:
    """Return the round with someone in it; paper bears no token, so an earlier form stays valid."""
    asked = structs.replace(asked, label=clean(asked.label, multiline=False))
    invited = list(feedback_round.invited)
    known = next((number for number, guest in enumerate(invited) if asked.label and _same(guest, asked)), None)
    if known is None:
        if len(invited) >= MAX_INVITED:
            raise ReflectError(_("A round asks at most {n} people.").format(n=MAX_INVITED))
        invited.append(asked)
        return structs.replace(feedback_round, invited=tuple(invited))
    if invited[known].answered and known not in keeping.missing(journal, feedback_round):
        text = _("{name} has answered in this round. One name is one person: ask somebody else by another name.")
        raise ReflectError(text.format(name=asked.label))
    if not paper:
        invited[known] = rounds.with_new_token(invited[known], asked.token)
    return structs.replace(feedback_round, invited=tuple(invited))


def _same(guest: Invited, asked: Invited) -> bool:
    return guest.name == asked.name and (guest.answered or not guest.withdrawn)


def write_forms(
    journal: Journal,
    round_id: str,
    numbers: Sequence[int],
    folder: Path,
    *,
    paper: bool = False,
    labelled: bool = False,
) -> tuple[Path, ...]:
    """Write the forms of those invited with these numbers (from 0) into a folder; give their paths, in that order.

    The folder is made when there is none. Where a third person collects, a letter to that person stands in it as well.

    Each gets a new token, and an earlier form stays valid; paper bears none. The names of the files, which raters
    see, tell the role and the number, and with `labelled` the label. To be recorded by the caller.

    Raises:
        ExistsError: one of the files is there already; nothing is changed.
        ReflectError: the round is not open, one of them has answered, or the folder is no place for a form.
        JournalError: the round can't be written.
    """
    feedback_round, _data = keeping.get_unaltered(journal, round_id)
    lost = keeping.missing(journal, feedback_round)
    for number in numbers:
        keeping.may_answer(feedback_round, number, lost)
    if folder.parent.is_dir() and not folder.exists():
        files.make_folder(folder)
    paths = [folder / file_name(feedback_round, number, paper=paper, labelled=labelled) for number in numbers]
    for path in paths:
        check_target(journal, path)
    if feedback_round.collector == "third person":
        _write_letter(journal, feedback_round, folder)  # before the tokens, so that a failure leaves no form behind
    tokens = [""] * len(paths) if paper else keeping.issue(journal, round_id, numbers)
    for path, number, token in zip(paths, numbers, tokens, strict=True):
        page = _form(journal, feedback_round, feedback_round.invited[number], token, paper=paper)
        write_files(journal, path, (OutputFile(".html", page),))
    return tuple(paths)


def _write_letter(journal: Journal, feedback_round: Round, folder: Path) -> None:
    """Put the letter to whoever collects beside the forms; one that is there stays."""
    letter = OutputFile(".txt", collector_letter(feedback_round).encode("utf-8"))
    with contextlib.suppress(ExistsError):
        write_files(journal, folder / collector_file(feedback_round), (letter,))


def add_person(journal: Journal, round_id: str, role: Rater, label: str, folder: Path) -> Path:
    """Add someone to an open round and write their form into a folder; give its path.

    When the form can't be written, the round is as it was. To be recorded by the caller.

    Raises:
        ReflectError: the round is full, not open, or asks nobody of this role; or the folder is no place for a form.
        JournalError: the round can't be written.
    """
    feedback_round, _data = keeping.get_unaltered(journal, round_id)
    if feedback_round.state != "open":
        raise ReflectError(_("This round is not open any more."))
    if not may_ask(feedback_round, role):
        raise ReflectError(_("In this round colleagues and clients are not told together."))
    role = role_in(feedback_round, role)
    asked = Invited(role=role, label=label, token=rounds.token_digest(rounds.new_token()))
    after = _with(journal, feedback_round, asked, paper=False)
    number = next(number for number, person in enumerate(after.invited) if person.token == asked.token)
    before = _keep(journal, feedback_round, after)
    try:
        return write_forms(journal, round_id, [number], folder)[0]
    except ReflectError:
        _restore_round(journal, keeping.get_unaltered(journal, round_id)[0], before)
        raise


def _form(journal: Journal, feedback_round: Round, person: Invited, token: str, *, paper: bool) -> bytes:
    content = round_instrument(journal, feedback_round)
    if paper:
        return paper_page(feedback_round, person.role, content).encode("utf-8")
    mark = feedback_round.mark(person, journal.identity.id)
    return form_page(Invitation(feedback_round, person.role, token, mark), content).encode("utf-8")


def _keep(journal: Journal, before: Round, after: Round) -> bytes | None:
    """Save a round; return the file that it replaces."""
    if not before.invited:
        keeping.make(journal, after, journal.instrument_bytes(after))
        return None
    _round, data = keeping.get_unaltered(journal, after.id)
    if after != before:
        journal.rounds.save(after.id, rounds.dumps(after), "edited", data)
    return data


def _restore_round(journal: Journal, after: Round, before: bytes | None) -> None:
    if before is None:
        journal.rounds.remove(after.id, rounds.dumps(after))
    else:
        journal.rounds.save(after.id, before, "edited", rounds.dumps(after))
