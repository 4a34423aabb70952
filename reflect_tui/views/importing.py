"""What files hold that may be taken in, and what became of them, as lines; nothing of what anyone answered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from reflect_tui.i18n import _, format_date, ngettext
from reflect_tui.model.events import Event
from reflect_tui.model.session import Session
from reflect_tui.store.candidates import Candidate
from reflect_tui.store.exported import OtherDocument
from reflect_tui.store.importing import Recognised
from reflect_tui.text import more_text
from reflect_tui.views.goals import event_name
from reflect_tui.views.labels import DONE, OPEN, SAME, Key, clock, day, people, role_name, session_name
from reflect_tui.views.lines import EMPTY, Line, Style, hanging, heading, line, paragraph, paragraphs, shorten, span
from reflect_tui.views.lines import width as columns_of

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
    there = [one for one in found if one.there and not one.twice]
    twice = [one for one in found if one.twice]
    count = _file_count(fresh)
    collected = [one for one in found if one.collected]
    refused = [one for one in found if one.faults and not one.collected]
    title = ngettext("{n} file can be imported", "{n} files can be imported", count).format(n=count)
    if fresh and all(one.session and one.session.entered for one in fresh):
        title = ngettext(
            "{n} session of a past year can be imported", "{n} sessions of past years can be imported", len(fresh)
        ).format(n=len(fresh))
    lines = [heading(title), EMPTY, *_rows(fresh, "+", "accent", width)] if fresh or not collected else []
    lines += _of_others(collected, width) if collected else []
    for sentence, style in _beside(fresh).items():
        lines += [EMPTY, *paragraph(sentence, min(width - 2, IMPORT_WIDEST), style, indent=4)]
    if there:
        lines += [EMPTY, heading(_("There already")), EMPTY, *_rows(there, SAME, "muted", width)]
    if twice:
        paths = len({one.path for one in found})
        title = ngettext("More than once in this file", "More than once in these files", paths)
        lines += [EMPTY, heading(title), EMPTY, *_rows(twice, SAME, "muted", width)]
    if refused:
        lines += [EMPTY, heading(_("Refused")), EMPTY]
        for one in refused:
            lines += _refused(one, [str(fault) for fault in one.faults], width)
    for sentence in (sentence for one in found for sentence in one.left_out):
        lines += [EMPTY, *paragraph(sentence, min(width - 2, IMPORT_WIDEST), "muted", indent=4)]
    return lines


def _of_others(collected: Sequence[Candidate], width: int) -> list[Line]:
    """List the answers to rounds that were asked from another journal, most often by someone else."""
    room = min(width - 2, IMPORT_WIDEST)
    title = ngettext(
        "{n} answer to a round that is not in this journal",
        "{n} answers to a round that is not in this journal",
        len(collected),
    ).format(n=len(collected))
    names = [
        line("    ", span(f"{OPEN} ", "muted"), span(shorten(one.path.name, room - _SIGN_ROOM))) for one in collected
    ]
    text = _("If you asked these people yourself, import this in the journal from which you asked them.")
    return [EMPTY, heading(title), EMPTY, *names, EMPTY, *paragraph(text, room, "muted", indent=4)]


def _beside(fresh: Sequence[Candidate]) -> dict[str, Style]:
    """Say what is to be known before files are imported."""
    said: dict[str, Style] = {whose_scores(one): "warning" for one in fresh if one.unclear}
    if any(one.coded for one in fresh):
        said[comments_stay()] = "muted"
    return said


def render_combining(width: int, key: Key) -> list[Line]:
    """Say what whoever collects does with answers that are not their own."""
    text = _("If you collect answers for someone: {key} makes the one file of figures that you give them.")
    return [*paragraph(text.format(key=key("import.combine")), min(width - 2, IMPORT_WIDEST), indent=4), EMPTY]


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
    if more := more_text(len(found) - most):
        lines.append(line("  ", span(more, "muted")))
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
        lines += paragraphs(warnings(one), room, "warning", indent=8)
    return lines


def _refused(one: Candidate, reasons: Sequence[str], width: int) -> list[Line]:
    room = min(width - 2, IMPORT_WIDEST)
    lines = [line("    ", span("! ", "warning"), span(shorten(one.path.name, room - _SIGN_ROOM)))]
    lines += paragraphs(reasons, room, "muted", indent=8)
    return lines


def comments_stay() -> str:
    """Say what a code doesn't bring."""
    return _("A code holds scores only: comments typed in the message stay there.")


def warnings(one: Candidate) -> Iterator[str]:
    """Say what is to be known of a file that is imported, or can be."""
    yield from filter(None, (hidden_characters(one), wrong_date(one), unchecked() if one.unchecked else ""))
    if one.small and not one.faults:
        groups = ", ".join(people(role, count) for role, count in one.small.items())
        yield _("fewer answered than the round promises, so these answers stay out: {groups}").format(groups=groups)
    for role, count in one.trimmed.items() if not one.faults else ():
        text = _(
            "{group}: statements that fewer scored than the round promises stay out, and so do the means of domains, "
            "which they are a part of"
        )
        yield text.format(group=people(role, count))
    if one.withdrawn:
        text = _(
            "{people}: withdrawn, but whoever collects had the answer by then. It stays in: figures without it, beside "
            "these, would tell what one person said"
        )
        yield text.format(people=", ".join(one.withdrawn))


def whose_scores(one: Candidate) -> str:
    """Ask whether scores are one's own that a spreadsheet may give to somebody else."""
    text = _(
        "Are these scores your own? Beside them stands: {texts}. Answers of others come in through a round: "
        "reflect-tui invite."
    )
    return text.format(texts=", ".join(one.unclear))


def unchecked() -> str:
    """Say of an answer that nothing tells whether all of it is there."""
    return _("has no check, so it can't be told whether it is whole")


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
