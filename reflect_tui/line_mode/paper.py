"""A paper form typed over by lines: a row of scores for each domain, then comments, read back, kept after a yes."""

from __future__ import annotations

import contextlib

from reflect_tui.clock import Clock
from reflect_tui.errors import EXIT_DONE, EXIT_NO
from reflect_tui.feedback import answers
from reflect_tui.forms.paper import ParsedComments, parse_comments, parse_score_row
from reflect_tui.i18n import _
from reflect_tui.line_mode.speech import Console, TooLongError
from reflect_tui.line_mode.start import yes_or_no
from reflect_tui.model.instrument import Instrument, Item, about_person
from reflect_tui.model.round import Round
from reflect_tui.model.session import MAX_NOTE, NOT_APPLICABLE, Score
from reflect_tui.store import rounds
from reflect_tui.store.journal import Journal
from reflect_tui.views.rounds import person_name


def type_over(journal: Journal, clock: Clock, console: Console, feedback_round: Round, number: int) -> int:
    """Ask for a row a domain of the person with this number (from 0), and whether all is right; return the exit code.

    The caller holds the journal's lock.

    Raises:
        ReflectError: the round is not open, this person has answered, or it can't be written.
    """
    content = about_person(
        journal.library.find(feedback_round.instrument, feedback_round.version, feedback_round.digest),
        feedback_round.about or _("this person"),
    )
    console.say(_("The paper form of: {person}.").format(person=person_name(feedback_round.invited[number])))
    console.say(_("For each domain a row such as 334-2: 0 or - for can't judge, a point where nothing is filled in."))
    console.say(_("b goes back a domain; q leaves, and nothing is kept."))
    scores = _rows(console, feedback_round, content)
    comments = _comments(console, feedback_round, content) if scores else None
    if comments is None:
        console.say(_("Nothing is kept."))
        return EXIT_NO
    console.gap()
    console.say(answers.paper_summary(feedback_round, scores, comments) + " " + _("Keep this form?"))
    if not yes_or_no(console):
        console.say(_("Nothing is kept."))
        return EXIT_NO
    made = answers.paper_answer(feedback_round, feedback_round.invited[number].role, scores, clock.now(), comments)
    rounds.take_paper(journal, made, number)
    console.say(_("The answer is imported."))
    return EXIT_DONE


def _rows(console: Console, feedback_round: Round, content: Instrument) -> dict[str, Score]:
    """Read the rows of all domains; nothing when it was left."""
    parts = answers.asked_items(feedback_round, content)
    given: dict[str, Score] = {}
    place = 0
    while place < len(parts):
        domain, items = parts[place]
        console.gap()
        console.say(f"{place + 1}/{len(parts)}  {domain.title}")
        for at, item in enumerate(items, feedback_round.items.index(items[0].id) + 1):
            console.say(f"{at}. {content.sentence(item)}", indent=2)
        row = _row(console, items, content)
        if row == "q":
            return {}
        if row == "b":
            place = max(0, place - 1)
            continue
        read = dict(zip((item.id for item in items), parse_score_row(row, items, content.scale).scores, strict=True))
        given = {key: score for key, score in (given | read).items() if score is not None}
        place += 1
    return given


def _row(console: Console, items: list[Item], content: Instrument) -> str:
    """Read one row, or "b" or "q"; without more lines it is "q"."""
    while True:
        text: str | None = ""
        with contextlib.suppress(TooLongError):
            text = console.read(_("Row:"))
        if text is None or text.strip() in ("b", "q"):
            return (text or "q").strip()
        row = parse_score_row(text, items, content.scale)
        console.say(
            ", ".join(_word(score, item, content) for item, score in zip(items, row.scores, strict=False))
            or _("nothing yet"),
            indent=2,
        )
        if not row.fault:
            return text
        console.say(row.fault, indent=2)


def _comments(console: Console, feedback_round: Round, content: Instrument) -> ParsedComments | None:
    """Read what is written on the paper, a line each; None when it was left."""
    console.gap()
    console.say(
        _("What is written on the paper: the number of the statement and the comment, such as: 7 listens well.")
    )
    console.say(_("Without a number it is about everything. An empty line goes on; q leaves, and nothing is kept."))
    console.say(_("A comment takes at most {n} characters.").format(n=MAX_NOTE))
    lines: list[str] = []
    while True:
        try:
            text = console.read(_("Comment:"))
        except TooLongError:
            too_long = _("That line is longer than {n} characters; nothing of it is kept.")
            console.say(too_long.format(n=MAX_NOTE), indent=2)
            continue
        if text is None or text.strip() == "q":
            return None
        if not text.strip():
            return parse_comments("\n".join(lines), feedback_round.items)
        read = parse_comments(text, feedback_round.items)
        fault = read.fault or parse_comments("\n".join([*lines, text]), feedback_round.items).fault
        if fault:
            console.say(fault + " " + _("Nothing of this line is kept."), indent=2)
            continue
        lines.append(text)
        for item, note in read.notes.items():
            console.quote(content.sentence(content.item(item)) + ":", note)
        if read.remark:
            console.quote(_("About everything:"), read.remark)


def _word(score: Score | None, item: Item, content: Instrument) -> str:
    if score is None:
        return _("open")
    return _("n/a") if score == NOT_APPLICABLE else f"{score} {content.item_scale(item.id).label(int(score))}"
