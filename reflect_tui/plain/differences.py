"""What changed between two sessions, in words: counts, tables, then every item and note that differs."""

from __future__ import annotations

from reflect_tui.analysis.diff import Diff, GroupChange, ItemChange
from reflect_tui.analysis.summary import Axis
from reflect_tui.i18n import _, format_number, ngettext, pgettext
from reflect_tui.instrument import Instrument
from reflect_tui.pages import diff as page
from reflect_tui.pages.diff_groups import clarity
from reflect_tui.pages.diff_header import caveats
from reflect_tui.pages.figures import axis_name, step_text, table, threshold_text
from reflect_tui.pages.lines import EMPTY, Line, line
from reflect_tui.pages.words import clock, day, group_name, mean_text, role_name
from reflect_tui.plain.console import folded, quoted
from reflect_tui.plain.results import WIDEST, scale_line, title
from reflect_tui.plain.speech import answer_text
from reflect_tui.session import Session


def differences(instrument: Instrument, change: Diff, columns: int) -> list[Line]:
    """Give all that the screen of differences shows."""
    room = min(columns, WIDEST)
    return [
        *_opening(instrument, change, room),
        *_groups(instrument, change, room, "domain"),
        *_groups(instrument, change, room, "focus"),
        *_items(instrument, change, room),
        *_texts(instrument, change, room),
    ]


def _opening(instrument: Instrument, change: Diff, columns: int) -> list[Line]:
    said = [
        _("From {a} to {b}.").format(a=_name(change.a), b=_name(change.b)),
        *caveats(change),
        page.verdict_sentence(change),
        *([page.test_sentence(change)] if change.up + change.down and change.a.id != change.b.id else []),
        scale_line(instrument.scale),
    ]
    return [part for sentence in said for part in folded(sentence, columns)]


def _name(session: Session) -> str:
    return f"{day(session.started)}, {clock(session.started)}, {role_name(session.role)}"


def _groups(instrument: Instrument, change: Diff, columns: int, axis: Axis) -> list[Line]:
    groups = change.domains if axis == "domain" else change.focuses
    heading = _("Domains") if axis == "domain" else _("Attitude, knowledge, skill")
    head = [axis_name(axis), _("before"), _("now"), _("change"), _("verdict")]
    return [
        *title(heading),
        *folded(_sentence(instrument, groups), columns, indent=2),
        EMPTY,
        *table(head, [_row(instrument, part, judged=change.a.id != change.b.id) for part in groups], columns),
        *(folded(page.clear_sentence(), columns, indent=2) if axis == "focus" and change.a.id != change.b.id else []),
    ]


def _sentence(instrument: Instrument, groups: tuple[GroupChange, ...]) -> str:
    """Say how many means went up and down, and which crossed the threshold."""
    deltas = [part.delta for part in groups if part.delta is not None]
    said = _("{up} went up, {down} went down, {same} stayed.").format(
        up=sum(delta > 0 for delta in deltas),
        down=sum(delta < 0 for delta in deltas),
        same=sum(delta == 0 for delta in deltas),
    )
    crossings = (
        (_("Now above {threshold}, so high: {names}."), "up"),
        (_("No longer above {threshold}, so no longer high: {names}."), "down"),
    )
    for text, crossed in crossings:
        names = ", ".join(group_name(instrument, part.id, short=True) for part in groups if part.crossed == crossed)
        if names:
            said += " " + text.format(threshold=threshold_text(instrument.scale), names=names)
    return said


def _row(instrument: Instrument, part: GroupChange, *, judged: bool) -> list[str]:
    none = pgettext("mean", "none")
    means = [mean_text(group.mean) if group.scored else none for group in (part.a, part.b)]
    step = ", ".join(filter(None, (step_text(part.delta), clarity(part) if judged else "")))
    return [group_name(instrument, part.id), *means, step, _verdict(part)]


def _verdict(part: GroupChange) -> str:
    if part.crossed:
        return _("now high") if part.crossed == "up" else _("no longer high")
    if part.b.verdict is None:
        return _("too few")
    return pgettext("verdict", "high") if part.b.verdict == "high" else _("not high")


def _items(instrument: Instrument, change: Diff, columns: int) -> list[Line]:
    """Name every item that was answered differently, by domain, the largest steps first."""
    changed = {item.id: item for item in change.items}
    lines = title(_("Items"))
    for domain in instrument.domains:
        here = sorted((changed[item.id] for item in domain.items if item.id in changed), key=_order)
        if here:
            lines += folded(f"{domain.title.rstrip('.')}:", columns, indent=2)
        for item in here:
            lines += folded(_step(instrument, item), columns, indent=4)
    same = ngettext("{n} item was scored the same.", "{n} items were scored the same.", change.same)
    return [*lines, line("  ", same.format(n=change.same))]


def _order(item: ItemChange) -> int:
    return -abs(item.step) if item.step else 1


def _step(instrument: Instrument, item: ItemChange) -> str:
    scale = instrument.scale
    named = {
        "n": instrument.positions[item.id] + 1,
        "a": answer_text(item.a, scale),
        "b": answer_text(item.b, scale),
        "sentence": instrument.sentence(instrument.item(item.id)),
    }
    if not item.step:
        return _("Item {n}, from {a} to {b}: {sentence}").format(**named)
    step = format_number(abs(item.step), 0)
    text = _("Item {n}, {step} up, from {a} to {b}: {sentence}")
    if item.step < 0:
        text = _("Item {n}, {step} down, from {a} to {b}: {sentence}")
    return text.format(step=step, **named)


def _texts(instrument: Instrument, change: Diff, columns: int) -> list[Line]:
    """Give every note that differs, as it was and as it is; of two versions of one session the remark as well."""
    texts = [(_note_title(instrument, note.id), note.a, note.b) for note in change.notes]
    if change.a.id == change.b.id and change.a.remark != change.b.remark:
        texts.append((_("Remark"), change.a.remark, change.b.remark))
    lines = title(_("Notes")) if texts else []
    for heading, before, now in texts:
        lines += folded(heading, columns, indent=2)
        for word, text in ((_("Before:"), before or _("nothing")), (_("Now:"), now or _("nothing"))):
            lines += [line("    ") + part for part in quoted(word, text, columns - 4)]
    return lines


def _note_title(instrument: Instrument, item_id: str) -> str:
    text = _("Item {n}: {sentence}")
    sentence = instrument.sentence(instrument.item(item_id))
    return text.format(n=instrument.positions[item_id] + 1, sentence=sentence)
