"""Rounds of feedback as lines: the list, one round with who has answered, what is promised, and a reminder."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from reflect_tui.errors import Fault
from reflect_tui.feedback.form_words import file_name, long_date
from reflect_tui.feedback.suggestion import minutes
from reflect_tui.i18n import _, format_date, mark, ngettext, pgettext, translator
from reflect_tui.model.events import Event
from reflect_tui.model.round import Invited, Rater, Round
from reflect_tui.model.session import Session
from reflect_tui.store.altered import altered_sentence
from reflect_tui.store.candidates import Candidate
from reflect_tui.store.exported import OtherDocument
from reflect_tui.store.importing import Recognised
from reflect_tui.store.rounds import missing_sentence
from reflect_tui.views.events import event_name
from reflect_tui.views.labels import DONE, OPEN, SAME, SKIPPED, Key, clock, day, role_name, session_name
from reflect_tui.views.lines import (
    EMPTY,
    Line,
    Style,
    cut,
    fit,
    hanging,
    heading,
    line,
    nothing_yet,
    paragraph,
    shorten,
    span,
)
from reflect_tui.views.lines import width as columns_of
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


def people(role: Rater, count: int) -> str:
    """Count the people of a group."""
    words = {
        "colleague": ngettext("{n} colleague", "{n} colleagues", count),
        "manager": ngettext("{n} manager", "{n} managers", count),
        "client": ngettext("{n} client", "{n} clients", count),
        "other": ngettext("{n} colleague or client", "{n} colleagues and clients", count),
    }
    return words[role].format(n=count)


def joining_words(found: Round) -> str:
    """Say in which roles people can be asked in a round: colleagues and clients together, or each group apart."""
    if found.is_joined:
        return _("In the round {id} colleagues and clients are told together as one group: ask with --role other.")
    return _(
        "In the round {id} colleagues and clients are not told together: ask with --role colleague or --role client, "
        "or make a new round without --round."
    )


def asked_groups(found: Round) -> str:
    """Count who is asked."""
    return ", ".join(people(role, len(found.group(role))) for role in found.roles)


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
    return pgettext("round", "{n} of {total} answered").format(n=found.answered, total=len(_counting(found)))


def _counting(found: Round) -> list[Invited]:
    return [one for one in found.invited if one.answered or not one.withdrawn]


def promise_name(found: Round) -> str:
    """Name the promise in a word or two."""
    if not found.is_confidential:
        return _("named")
    return _("confidential, collected by a third person") if found.collector == "third person" else _("confidential")


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
    told: Mapping[str, Told] = NO_COUNTS, altered: Collection[str] = (),
) -> list[Line]:  # fmt: skip
    """List all rounds, the newest first, and the files that can't be read; the round `here` in full.

    `missing` has the numbers of those whose answer is not on this computer, by round; `told` counts the statements of
    which something may be told, by round and group. The files of those `altered` are not as history has them.
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
                )
                if found.id == here
                else [render_round_row(found, today, width)]
            ),
            EMPTY,
        ]
    for path, faults in bad:
        text = f"{path}: " + "; ".join(map(str, faults))
        label = line(span("  ! ", "warning"), target=path)
        lines += [*hanging(label, text, min(width - 2, WIDEST), "warning"), EMPTY]
    return lines[:-1]


def render_round_row(found: Round, today: date, width: int) -> Line:
    """Write a round in one row."""
    said, style = state_name(found, today)
    glyph = span("  ○ ", "accent") if found.state == "open" else span("  ● ", "muted")
    strong: Style = "strong" if found.state == "open" else "muted"
    many = f"{counts(found):<22}" if width >= _NARROW else f"{found.answered}/{len(_counting(found))}   "
    row = line(
        glyph, span(f"{format_date(found.made.date()):<14}", strong), span(many, "text"), span(said, style),
        target=found.id,
    )  # fmt: skip
    return cut(row, width - 1)


def render_round(
    found: Round, today: date, width: int, missing: Collection[int] = (), told: Told = NOTHING_TOLD, *,
    altered: bool = False,
) -> list[Line]:  # fmt: skip
    """Show one round: the promise, what is asked, and who has answered; never what they answered.

    The answers of those `missing` (by number) are not on this computer; `told` counts statements by group. Of a
    round whose file is `altered` that is said, and not what may be told.
    """
    room = min(width - 2, WIDEST)
    items = ngettext("{n} statement", "{n} statements", len(found.items)).format(n=len(found.items))
    length = _("about {n} min").format(n=minutes(len(found.items)))
    facts = (f"{promise_name(found)} · {items}, {length}", asked_groups(found))
    lines = [render_round_row(found, today, width)]
    for fact in facts:
        lines += paragraph(fact, room, "muted", indent=4)
    lines.append(EMPTY)
    roles = max(_ROLE_ROOM, *(text_width(role_name(role)) + 2 for role in found.roles))
    digits = len(str(len(found.invited)))
    for number, one in enumerate(found.invited):
        lines.append(_invited(one, f"{number + 1:>{digits}} ", room, roles, missing=number in missing))
    if found.state == "open":
        text = _("The name of a form has the number of its person: {file}")
        lines += [EMPTY, *paragraph(text.format(file=file_name(found, 0)), room, "muted", indent=4)]
    if missing:
        lines += [EMPTY, *paragraph(missing_sentence(len(missing)), room, "warning", indent=4)]
    said: list[tuple[str, Style]] = [(altered_sentence(found.id), "warning")]
    if not altered:
        said = [*((text, "text") for text in told_sentences(found, told)), *group_shortages(found)]
    if said:
        lines.append(EMPTY)
    for text, style in said:
        lines += paragraph(text, room, style, indent=4)
    return lines


def told_sentences(found: Round, told: Told) -> list[str]:
    """Say of each group of how many statements something will be told once a confidential round is closed, or is."""
    text = _("{group}: {n} of {total} statements can be told")
    if found.state == "closed":
        text = _("{group}: {n} of {total} statements are told")
    few = _("{group}: too few, so nothing is told")
    counts = {role: sum(one.answered for one in found.group(role)) for role in found.roles}
    return [
        (text if role in told else few).format(group=people(role, count), n=told.get(role, 0), total=len(found.items))
        for role, count in counts.items()
        if role in told or (found.closed and count)
    ]


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
    able = {role: sum(not one.withdrawn for one in found.group(role)) for role in found.roles}
    text = _("{group} asked, {n} needed: as it is, that group does not come in")
    return {
        role: text.format(group=people(role, count), n=found.needed(role))
        for role, count in able.items()
        if found.is_confidential and count < found.needed(role)
    }


def _invited(one: Invited, number: str, room: int, roles: int, *, missing: bool) -> Line:
    glyph, style = invited_sign(one)
    answered, withdrawn = pgettext("person", "answered"), _("withdrawn")
    said = answered if one.answered else withdrawn if one.withdrawn else ""
    if missing:
        glyph, style, said = "!", "warning", _("missing")
    columns = min(_LABEL_ROOM, room - 6 - len(number) - roles - 2 - max(text_width(answered), text_width(withdrawn)))
    return line(
        "    ", span(f"{glyph} ", style), span(number, "muted"), span(f"{role_name(one.role):<{roles}}", "muted"),
        span(fit(one.label, max(1, columns)) + "  "), span(said, style),
    )  # fmt: skip


def waiting(found: Round, missing: Collection[int] = ()) -> list[tuple[int, Invited]]:
    """List those who may still answer, with their numbers (from 0); whose answer is `missing` may."""
    people = enumerate(found.invited)
    return [(number, one) for number, one in people if not (one.answered or one.withdrawn) or number in missing]


def person_name(one: Invited) -> str:
    """Name someone invited, as only the owner sees it: the role, and the label if there is one."""
    return f"{role_name(one.role)} · {one.label}" if one.label else role_name(one.role)


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


# What files hold that may be taken in, and what became of them, as lines; nothing of what anyone answered.


IMPORT_WIDEST = 100
_SIGN_ROOM = 6


def render_import_progress(done: int, total: int, width: int) -> list[Line]:
    """Show how far the look at the files is."""
    text = (
        _("Looking at the files: {n} of {total}").format(n=done, total=total) if total else _("Looking at the files…")
    )
    return [EMPTY, line("    ", span(shorten(text, width - 4), "muted"))]


def render_import_preview(found: Sequence[Candidate], width: int) -> list[Line]:
    """List the files: what would come in, what is there already, what is refused and why."""
    fresh = [one for one in found if not one.faults and not one.there]
    there = [one for one in found if one.there]
    count = _file_count(fresh)
    refused = [one for one in found if one.faults]
    title = ngettext("{n} file can be imported", "{n} files can be imported", count).format(n=count)
    if fresh and all(one.session and one.session.entered for one in fresh):
        title = ngettext(
            "{n} session of a past year can be imported", "{n} sessions of past years can be imported", len(fresh)
        ).format(n=len(fresh))
    lines = [heading(title), EMPTY, *_rows(fresh, "+", "accent", width)]
    if any(one.coded for one in fresh):
        lines += [EMPTY, *paragraph(comments_stay(), min(width - 2, IMPORT_WIDEST), "muted", indent=4)]
    for sentence in (sentence for one in found for sentence in one.left_out):
        lines += [EMPTY, *paragraph(sentence, min(width - 2, IMPORT_WIDEST), "muted", indent=4)]
    if there:
        lines += [EMPTY, heading(_("There already")), EMPTY, *_rows(there, SAME, "muted", width)]
    if refused:
        lines += [EMPTY, heading(_("Refused")), EMPTY]
        for one in refused:
            lines += _refused(one, [str(fault) for fault in one.faults], width)
    return lines


def render_recognised(found: Sequence[Recognised], width: int, most: int) -> list[Line]:
    """List what can be imported from the downloads: what it is, of which round, since when, in which file."""
    text = ngettext(
        "{n} new answer or session here: enter shows it.",
        "{n} new answers or sessions here: enter shows them.",
        len(found),
    )
    lines = paragraph(text.format(n=len(found)), width, "accent")
    for each in found[:most]:
        candidate, saved = each.candidate, each.saved
        what = [file_kind(candidate), _("saved {day} {time}").format(day=day(saved), time=clock(saved))]
        if candidate.answer:
            what[0] = _("{role}, code") if candidate.coded else "{role}"
            what[0] = what[0].format(role=role_name(candidate.answer.role))
        if candidate.round:
            what.insert(1, _("round of {date}").format(date=_round_day(candidate.round)))
        lines += hanging(line("  ", span("+ ", "accent")), f"{' · '.join(what)} · {candidate.path.name}", width)
    if len(found) > most:
        lines.append(line("  ", span(_("and {n} more").format(n=len(found) - most), "muted")))
    return lines


def _round_day(round_id: str) -> str:
    """Write the day on which a round was made, as its id has it."""
    try:
        return format_date(date.fromisoformat(round_id[:10]))
    except ValueError:
        return round_id


def render_import_result(done: Sequence[Candidate], failed: Sequence[tuple[Candidate, str]], width: int) -> list[Line]:
    """List what was taken in, and what could not be."""
    count = _file_count(done)
    title = ngettext("{n} file was imported", "{n} files were imported", count).format(n=count)
    if done and all(one.session and one.session.entered for one in done):
        title = ngettext(
            "{n} session of a past year was imported", "{n} sessions of past years were imported", len(done)
        ).format(n=len(done))
    lines = [heading(title), EMPTY, *_rows(done, DONE, "high", width)]
    if any(one.answer and not one.session for one in done):
        text = _("Confidential answers wait in their round until you close it; after that only figures are left.")
        lines += [EMPTY, *paragraph(text, min(width - 2, IMPORT_WIDEST), "muted", indent=4)]
    if failed:
        lines += [EMPTY, heading(_("Not imported")), EMPTY]
        for one, reason in failed:
            lines += _refused(one, [reason], width)
    return lines


def _file_count(found: Sequence[Candidate]) -> int:
    """Count the files: of an exported journal all documents come from one, the answers of a mail count one by one."""
    exported = {one.path for one in found if one.other}
    return len(exported) + sum(one.path not in exported for one in found)


def _rows(found: Collection[Candidate], glyph: str, style: Style, width: int) -> list[Line]:
    room = min(width - 2, IMPORT_WIDEST) - _SIGN_ROOM
    lines = []
    for one in found:
        what = file_kind(one)
        beside = columns_of(one.path.name) + columns_of(what) + 3 <= room
        name = line("    ", span(f"{glyph} ", style), span(shorten(one.path.name, room)))
        lines += [name + line(span(f"   {what}", "muted"))] if beside else [name, *paragraph(what, room, "muted", 8)]
        for warning in filter(None, (hidden_characters(one), wrong_date(one))):
            lines += paragraph(warning, room, "warning", indent=8)
    return lines


def _refused(one: Candidate, reasons: Sequence[str], width: int) -> list[Line]:
    room = min(width - 2, IMPORT_WIDEST)
    lines = [line("    ", span("! ", "warning"), span(shorten(one.path.name, room - _SIGN_ROOM)))]
    for reason in reasons:
        lines += paragraph(reason, room, "muted", indent=8)
    return lines


def comments_stay() -> str:
    """Say what a code doesn't bring."""
    return _("A code holds scores only: comments typed in the message stay there.")


def hidden_characters(one: Candidate) -> str:
    """Say how many characters in a file's texts show nothing; "" when there are none."""
    n = one.hidden
    text = ngettext(
        "contains {n} hidden character, shown as a mark such as ⟨ZWSP⟩",
        "contains {n} hidden characters, shown as marks such as ⟨ZWSP⟩",
        n,
    )
    return text.format(n=n) if n else ""


def wrong_date(one: Candidate) -> str:
    """Say why the date of a file's session can't be right, and how one's own is put right; "" when it can be."""
    if not (one.session and one.doubt):
        return ""
    said = _("is dated {date}, {fault}").format(date=format_date(one.session.started.date()), fault=one.doubt)
    if one.session.round:
        return said
    return said + "; " + _("put it right with: reflect-tui amend {id} --date DATE").format(id=one.session.id)


def document_name(document: OtherDocument) -> str:
    """Say what a document is that is no session, and of which day or session."""
    names: dict[str, str] = {
        "goals": _("goal of {date}"),
        "agendas": _("agenda of {date}"),
        "events": _("event of {date}"),
        "rounds": _("round of {date}"),
        "talks": _("talk of {date}"),
        "references": _("old means of {date}, without their scores"),
    }
    value = document.value
    if isinstance(value, Event):
        return names["events"].format(date=event_name(value))
    return names[document.kind.folder].format(date=_round_day(document.id))


def file_kind(one: Candidate) -> str:
    """Say what a file holds."""
    if one.combined:
        count = len(one.combined.tokens)
        return ngettext("{n} combined answer", "{n} combined answers", count).format(n=count)
    if one.answer and one.coded:
        return _("an answer to a round as a code, {role}").format(role=role_name(one.answer.role))
    if one.answer:
        return _("an answer to a round, {role}").format(role=role_name(one.answer.role))
    if one.other:
        return document_name(one.other)
    return _session_kind(one.session) if one.session else ""


def _session_kind(session: Session) -> str:
    """Name a session; of one from a spreadsheet what was found of it as well."""
    if session.entered is None:
        return session_name(session)
    text = ngettext(
        "{session} · {instrument} · {n} score", "{session} · {instrument} · {n} scores", len(session.scores)
    )
    named = {"session": session_name(session), "instrument": session.instrument}
    return text.format(**named, n=len(session.scores))
