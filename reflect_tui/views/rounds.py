"""Rounds of feedback as lines: the list, one round with who has answered, what is promised, and a reminder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType

from reflect_tui.errors import Fault
from reflect_tui.feedback.form_words import file_name, long_date
from reflect_tui.feedback.suggestion import minutes
from reflect_tui.i18n import _, format_date, mark, ngettext, pgettext, translator
from reflect_tui.model.round import Invited, Rater, Round
from reflect_tui.store.altered import altered_sentence, gone_sentence
from reflect_tui.store.base import ROUNDS
from reflect_tui.store.closing import Uncounted, missing_sentence
from reflect_tui.views.keeping import begin_with, names_and_paths
from reflect_tui.views.labels import DONE, OPEN, SKIPPED, Key, people, role_name
from reflect_tui.views.lines import (
    EMPTY,
    Line,
    Style,
    cut,
    fit,
    hanging,
    line,
    nothing_yet,
    paragraph,
    paragraphs,
    span,
)
from reflect_tui.views.lines import width as text_width

WIDEST = 100
_ROLE_ROOM, _LABEL_ROOM = 14, 32
_NARROW = 72  # columns: with fewer a round in one row has its counts as figures only

Told = Mapping[Rater, int]
"""How many statements something may be told of, by group."""
NOTHING_TOLD: Told = MappingProxyType({})
NO_COUNTS: Mapping[str, Told] = MappingProxyType({})
Missing = Mapping[str, Collection[int]]
NONE: Missing = MappingProxyType({})
Bad = tuple[str, tuple[Fault, ...]]
"""A round's file that can't be read: its path and what is wrong."""


def asked_groups(found: Round) -> str:
    """Count who is asked, without those who were withdrawn; a group of which nobody is left is not named."""
    groups = [(role, len(found.counting(role))) for role in found.roles]
    return ", ".join(people(role, count) for role, count in [group for group in groups if group[1]] or groups)


def round_name(found: Round) -> str:
    """Name a round: when it was made, and who is asked."""
    return f"{format_date(found.made.date())} · {asked_groups(found)}"


def state_name(found: Round, today: date) -> tuple[str, Style]:
    """Say whether a round is open, and until when."""
    if found.state == "closed":
        return pgettext("round", "closed"), "muted"
    if found.state == "withdrawn":
        return pgettext("round", "withdrawn"), "muted"
    text = _("was until {date}") if found.closes < today else _("until {date}")
    return text.format(date=format_date(found.closes)), "warning" if found.closes < today else "accent"


def counts(found: Round) -> str:
    """Say how many of those invited have answered."""
    return pgettext("round", "{n} of {total} answered").format(n=found.answered, total=_asked(found))


def _asked(found: Round) -> int:
    return sum(len(found.counting(role)) for role in found.roles if not found.is_untold(role))


def promise_name(found: Round) -> str:
    """Name the promise in a word or two."""
    if not found.is_confidential:
        return _("named")
    return _("confidential, collected by a third person") if found.collector == "third person" else _("confidential")


def near_warning(found: Round, others: Iterable[Round]) -> str:
    """Warn that a group is almost the same people as in the newest other confidential round; "" where none is.

    Who has no name is a person apart.
    """
    for other in sorted(others, key=lambda one: one.made, reverse=True):
        if other.id == found.id or not (other.is_confidential and found.is_confidential) or other.state == "withdrawn":
            continue
        for role in found.roles:
            now, before = ([one.name for one in each.counting(role)] for each in (found, other))
            apart = (Counter(now) - Counter(before)).total() + (Counter(before) - Counter(now)).total()
            if role != "manager" and min(len(now), len(before)) >= found.minimum and 0 < apart < found.minimum:
                return ngettext(
                    "The {group} differ from those of the round of {date} by {n} person: whoever sees both can work "
                    "out what that one answered.",
                    "The {group} differ from those of the round of {date} by {n} people: whoever sees both can work "
                    "out what these answered together.",
                    apart,
                ).format(group=people(role, len(now)), date=format_date(other.made), n=apart)
    return ""


def promise_words(*, confidential: bool, third: bool, minimum: int, joined: bool = False) -> list[str]:
    """Say in whole sentences what a promise means, and what it can't."""
    if not confidential:
        return [_("Named: you see who said what. The form says so to everyone, above the first statement.")]
    together = _(
        "Confidential: when the round is closed, figures are made of each group with at least {n} answers, comments "
        "are shuffled, and the single answers are destroyed. A manager is one person, and is told so."
    ).format(n=minimum)
    if joined:
        together += " " + _("Colleagues and clients are one group, and the form says so.")
    if third:
        return [
            together,
            _(
                "A third person, someone you all trust, gets the files, makes one file of the figures with "
                "reflect-tui, and gives you that. Only that person can know who said what."
            ),
        ]
    return [
        together,
        _(
            "Be honest about this: whoever receives the files can know who sent which, and could read them. You could; "
            "you promise not to. Where that is too much to ask, let a third person collect."
        ),
    ]


def invited_sign(one: Invited) -> tuple[str, Style]:
    """The glyph and style of someone invited."""
    if one.answered:
        return DONE, "high"
    return (SKIPPED, "muted") if one.withdrawn else (OPEN, "muted")


def render_rounds(
    rounds: Sequence[Round], bad: Sequence[Bad], today: date, width: int, *, here: str = "", missing: Missing = NONE,
    told: Mapping[str, Told] = NO_COUNTS, altered: Collection[str] = (), checked: bool = True,
) -> list[Line]:  # fmt: skip
    """List all rounds, the newest first, and the files that can't be read; the round `here` in full.

    `missing` has the numbers of those whose answer is not on this computer, by round; `told` counts the statements of
    which something may be told, by round and group. The files of those `altered` are not as history has them; until
    that is `checked`, what is told of closed rounds is not known.
    """
    here = here or next((found.id for found in rounds), "")
    lines: list[Line] = []
    for found in rounds:
        lines += [
            *(
                render_round(
                    found,
                    today,
                    width,
                    missing.get(found.id, ()),
                    told.get(found.id, NOTHING_TOLD),
                    altered=found.id in altered,
                    checked=checked,
                )
                if found.id == here
                else [render_round_row(found, today, width)]
            ),
            EMPTY,
        ]
    for path, faults in bad:
        text = f"{path}: " + "; ".join(map(str, faults))
        text = altered_sentence(Path(path).stem) if Path(path).stem in altered else text
        label = line(span("  ! ", "warning"), target=path)
        lines += [*hanging(label, text, min(width - 2, WIDEST), "warning"), EMPTY]
    return lines[:-1]


def render_round_row(found: Round, today: date, width: int) -> Line:
    """Write a round in one row."""
    said, style = state_name(found, today)
    glyph = span("  ○ ", "accent") if found.state == "open" else span("  ● ", "muted")
    strong: Style = "strong" if found.state == "open" else "muted"
    many = f"{counts(found):<22}" if width >= _NARROW else f"{found.answered}/{_asked(found)}   "
    row = line(
        glyph, span(f"{format_date(found.made.date()):<14}", strong), span(many, "text"), span(said, style),
        target=found.id,
    )  # fmt: skip
    return cut(row, width - 1)


def render_round(
    found: Round, today: date, width: int, missing: Collection[int] = (), told: Told = NOTHING_TOLD, *,
    altered: bool = False, checked: bool = True,
) -> list[Line]:  # fmt: skip
    """Show one round: the promise, what is asked, and who has answered; never what they answered.

    The answers of those `missing` (by number) are not on this computer; `told` counts statements by group. Of a
    round whose file is `altered` that is said, and not what may be told; nor is it while that is not `checked`.
    """
    room = min(width - 2, WIDEST)
    items = ngettext("{n} statement", "{n} statements", len(found.items)).format(n=len(found.items))
    length = _("about {n} min").format(n=minutes(len(found.items)))
    facts = (f"{promise_name(found)} · {items}, {length}", asked_groups(found))
    lines = [render_round_row(found, today, width)]
    lines += paragraphs(facts, room, "muted", indent=4)
    lines.append(EMPTY)
    roles = max(_ROLE_ROOM, *(text_width(role_name(role)) + 2 for role in found.roles))
    digits = len(str(len(found.invited)))
    for number, one in enumerate(found.invited):
        untold = found.is_untold(one.role)
        lines.append(_invited(one, f"{number + 1:>{digits}} ", room, roles, missing=number in missing, untold=untold))
    if found.state == "open" and (left := waiting(found, missing)):
        number = left[0][0]
        text = _("Name proposed for the form of person {n}: {file}")
        said = text.format(n=number + 1, file=file_name(found, number))
        lines += [EMPTY, *paragraph(said, room, "muted", indent=4)]
    if missing:
        lost = missing_sentence if found.is_confidential else gone_sentence
        lines += [EMPTY, *paragraph(lost(len(missing)), room, "warning", indent=4)]
    if altered:
        told_lines: list[tuple[str, Style]] = [(altered_sentence(found.id), "warning")]
    elif not checked and found.is_confidential and found.state == "closed":
        told_lines = [(_("reading…"), "muted")]
    else:
        told_lines = [*((text, "text") for text in told_sentences(found, told)), *group_shortages(found)]
    rows = [row for text, style in told_lines for row in paragraph(text, room, style, indent=4)]
    return [*lines, EMPTY, *rows] if rows else lines


def told_sentences(found: Round, told: Told) -> list[str]:
    """Say of each group of how many statements something will be told once a confidential round is closed, or is."""
    text = _("{group}: {n} of {total} statements can be told")
    if found.state == "closed":
        text = _("{group}: {n} of {total} statements are told")
    few = _("{group}: too few, so nothing is told")
    counts = {role: sum(one.answered for one in found.group(role)) for role in found.roles}
    said = [
        (text if role in told else few).format(group=people(role, count), n=told.get(role, 0), total=len(found.items))
        for role, count in counts.items()
        if role in told or (found.closed and count)
    ]
    unknown = _("{group} asked: too few answered, and the combined file does not say who did")
    untold = [(role, len(found.counting(role))) for role in found.roles if found.is_untold(role)]
    return said + [unknown.format(group=people(role, count)) for role, count in untold if count]


def group_shortages(found: Round) -> list[tuple[str, Style]]:
    """Say of each group of a confidential round that goes on how many answers it lacks, or that too few are asked."""
    if not found.is_confidential or found.state != "open":
        return []
    said: list[tuple[str, Style]] = []
    few = too_few_asked(found)
    for role in found.roles:
        lacking = found.needed(role) - sum(one.answered for one in found.group(role))
        text = _("{group} more before that group comes in").format(group=people(role, lacking))
        if lacking > 0:
            said.append((few[role], "warning") if role in few else (text, "muted"))
    return said


def render_forms(found: Round, numbers: Sequence[int], *, paper: bool = False, labelled: bool = False) -> list[Line]:
    """List which form is for whom: its file's name beside the role and the label."""
    names = {number: file_name(found, number, paper=paper, labelled=labelled) for number in numbers}
    columns = max(map(text_width, names.values()), default=0)
    return [
        line(span(fit(name, columns)), span(f"  {person_name(found.invited[number])}", "muted"))
        for number, name in names.items()
    ]


def too_few_asked(found: Round) -> dict[Rater, str]:
    """Say of each group of a confidential round that fewer are asked than must answer, so that it can't come in."""
    able = {role: len(found.counting(role)) for role in found.roles}
    text = _("{group} asked, {n} needed: as it is, that group does not come in")
    return {
        role: text.format(group=people(role, count), n=found.needed(role))
        for role, count in able.items()
        if found.is_confidential and count < found.needed(role)
    }


def _invited(one: Invited, number: str, room: int, roles: int, *, missing: bool, untold: bool) -> Line:
    glyph, style = invited_sign(one)
    answered, withdrawn = pgettext("person", "answered"), _("withdrawn")
    said = person_state(one)
    if missing:
        glyph, style, said = "!", "warning", _("missing")
    elif untold and not one.withdrawn:
        glyph = " "  # this person may have answered
    columns = min(_LABEL_ROOM, room - 6 - len(number) - roles - 2 - max(text_width(answered), text_width(withdrawn)))
    return line(
        "    ", span(f"{glyph} ", style), span(number, "muted"), span(f"{role_name(one.role):<{roles}}", "muted"),
        span(fit(one.label, max(1, columns)) + "  "), span(said, style),
    )  # fmt: skip


def waiting(found: Round, missing: Collection[int] = ()) -> list[tuple[int, Invited]]:
    """List those who may still answer, with their numbers (from 0); whose confidential answer is `missing` may."""
    people, missing = enumerate(found.invited), missing if found.is_confidential else ()
    return [(number, one) for number, one in people if not (one.answered or one.withdrawn) or number in missing]


def person_name(one: Invited) -> str:
    """Name someone invited, as only the owner sees it: the role, and the label if there is one."""
    return f"{role_name(one.role)} · {one.label}" if one.label else role_name(one.role)


def person_state(one: Invited) -> str:
    """Say whether someone has answered or was withdrawn; "" while neither is so."""
    return pgettext("person", "answered") if one.answered else _("withdrawn") if one.withdrawn else ""


def uncounted_sentence(found: Uncounted) -> str:
    """Say whose answers are lost to a round that another device ended, and what can be done; without a full stop."""
    withdrawn = _(
        "{name} was withdrawn, while answers waited here: {people}. They are destroyed unread. To hear these people "
        "all the same, ask them again in a new round"
    )
    closed = _(
        "{name} was closed on another device, without answers that came in here only: {people}. The figures can't be "
        "made anew, so these answers are in none of them, and are destroyed unread. To hear these people all the same, "
        "ask them again in a new round"
    )
    second = _(
        "{name} was closed, while an answer waited here of people who had more than one form and are in the figures: "
        "{people}. If that was a second answer, it is in none of them: the first counts. It is destroyed unread"
    )
    texts = ((closed if found.closed else withdrawn, found.people), (second, found.doubtful))
    name = begin_with(names_and_paths([ROUNDS.path(found.round)])[0])
    return ". ".join(text.format(name=name, people=", ".join(map(person_name, who))) for text, who in texts if who)


def import_again_question(people_asked: Sequence[Invited]) -> str:
    """Say how a round goes on in which one person's two answers wait among those of these people."""
    return _(
        "The way out: the answers of this group are destroyed unread, and you import their files again: {people}. Of "
        "each person the answer that you import first counts."
    ).format(people=", ".join(map(person_name, people_asked)))


def import_again_sentence(people_asked: Sequence[Invited]) -> str:
    """Say what was destroyed, and what to do now."""
    return _(
        "Destroyed unread: the answers of {people}. Import their files again, or let these people answer once more. Of "
        "each person the answer that you import first counts."
    ).format(people=", ".join(map(person_name, people_asked)))


def withdrawal_notice(found: Round) -> str:
    """Say what withdrawing one person can't do where a third person collects; "" elsewhere."""
    if found.collector == "self":
        return ""
    return " " + _(
        "Ask whoever collects to leave this answer out before combining: of figures that were made it stays a part."
    )


def render_none_yet(width: int, key: Key) -> list[Line]:
    """Say what a round is, while there are none."""
    texts = (
        _("In a round of feedback colleagues, your manager or clients fill in a part of the statements about you."),
        _(
            "Make one with {new}. Everyone gets a form, one file that opens in any browser; import what comes "
            "back with {take_in}."
        ).format(new=key("rounds.new"), take_in=key("rounds.import")),
        _("Then {key} on the list of sessions sets what they see beside what you see.").format(key=key("home.compare")),
    )
    return nothing_yet(_("No rounds yet"), texts, width)


def closing_words(found: Round, few: dict[Rater, int]) -> str:
    """Say what closing would destroy."""
    small = ", ".join(people(role, count) for role, count in few.items())
    text = _(
        "Too few for what was promised: {groups}. If you close now, what they answered is destroyed unread; the other "
        "groups come in."
    )
    return text.format(groups=small) if found.is_confidential else ""


_REMINDER = (
    mark("Hello,"),
    "",
    mark("Some time ago I asked you to fill in a form about my work. It is open until {date}."),
)
_WITH_CODE = mark(
    "It takes about {n} minutes, offline, in your browser; at the end you get a file or a code to send back."
)
_WITH_FILE = mark("It takes about {n} minutes, offline, in your browser; at the end you get a file to send back.")
_IN_CONFIDENCE = mark("What you answer is treated as confidential; the form says what that means.")
_THANKS = mark("If you sent it already: thank you, there is nothing more to do.")


def reminder(found: Round) -> str:
    """Write a text that asks those who haven't answered yet, in the language of their form; it names nobody."""
    say = translator(found.language).gettext
    how = _WITH_FILE if found.collector == "third person" else _WITH_CODE
    lines = [*_REMINDER, how, *([_IN_CONFIDENCE] if found.is_confidential else []), "", _THANKS]
    written = (say(text) if text else "" for text in lines)
    return "\n".join(written).format(date=long_date(found.closes, found.language), n=minutes(len(found.items)))
