"""The settings as a list, and what the one at the cursor does and may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from reflect_tui.i18n import _, mark, ngettext
from reflect_tui.settings import EXPLANATIONS, Settings
from reflect_tui.views.lines import EMPTY, Line, Span, line, pad, paragraph, rule, shorten, span, width

Value = str | bool

LABELS: Mapping[str, str] = {
    "language": mark("Language"),
    "theme": mark("Colours"),
    "glyphs": mark("Signs"),
    "journal": mark("Journal"),
    "instrument": mark("Instrument"),
    "profile": mark("Targets"),
    "name": mark("Name on documents"),
    "entry": mark("Keys that score"),
    "order": mark("Filling in"),
    "ask_example": mark("Ask for an example"),
    "pause_between_domains": mark("Pause between domains"),
    "rhythm": mark("Assessments"),
    "sync_unasked": mark("Sync at start and quit"),
    "keys": mark("Other keys"),
}

_WORDS: Mapping[tuple[str, str], str] = {
    ("language", ""): mark("as your system"),
    ("language", "nl"): "Nederlands",
    ("language", "en"): "English",
    ("glyphs", ""): mark("what your system can show"),
    ("glyphs", "unicode"): "Unicode",
    ("glyphs", "ascii"): mark("plain ASCII"),
    ("journal", ""): mark("in your data folder"),
    ("instrument", ""): mark("the one for parenting support"),
    ("profile", ""): mark("none"),
    ("name", ""): mark("none"),
    ("entry", "digits"): mark("digits"),
    ("entry", "azerty"): mark("digit row of AZERTY"),
    ("entry", "home-row"): mark("letters of the home row"),
    ("order", "list"): mark("the list of statements"),
    ("order", "single"): mark("one statement at a time"),
    ("rhythm", "twice-a-year"): mark("twice a year"),
    ("rhythm", "yearly"): mark("once a year"),
    ("rhythm", "quarterly"): mark("every three months"),
    ("rhythm", "monthly"): mark("every month"),
    ("rhythm", "none"): mark("no rhythm"),
}

DETAIL_ROWS = 8
_LABEL = 24


class SettingDetail(Struct, frozen=True, kw_only=True):
    """What is told of the setting at the cursor: `choices` is empty for one that is typed."""

    name: str
    choices: Sequence[Value] = ()
    path: str = ""
    later: bool = False


def setting_name(name: str) -> str:
    """Name a setting; one without a label of its own by its key."""
    return _(LABELS[name]) if name in LABELS else name.replace("_", " ").capitalize()


def value_name(name: str, value: object) -> str:
    """Say a value in words."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return ngettext("{n} of your own", "{n} of your own", len(value)).format(n=len(value)) if value else _("none")
    word = _WORDS.get((name, str(value)))
    return str(value) if word is None else _(word)


def render_settings(settings: Settings, columns: int) -> list[Line]:
    """List the settings with their values."""
    lines = []
    for name in Settings.__struct_fields__:
        value = shorten(value_name(name, getattr(settings, name)), columns - 4 - _LABEL - 1)
        changed = getattr(settings, name) != getattr(Settings(), name)
        lines.append(
            line("    ", pad(setting_name(name), _LABEL), span(value, "strong" if changed else "muted"), target=name)
        )
    return lines


def render_setting(settings: Settings, about: SettingDetail, columns: int) -> list[Line]:
    """Explain one setting: what it does, what it may be, and where it stands in the file."""
    if not about.name:
        return [rule(columns)]
    room = min(columns - 6, 96)
    lines = [rule(columns), *paragraph(_(EXPLANATIONS.get(about.name, "")), room, indent=4), EMPTY]
    lines += _choices(about, getattr(settings, about.name), room)
    if about.later:
        lines += paragraph(_("In effect from the next start."), room, "muted", indent=4)
    where = f"{about.name} · {about.path}"
    return [*lines[: DETAIL_ROWS - 2], EMPTY, line("    ", span(shorten(where, room), "muted"))]


def _choices(about: SettingDetail, value: object, room: int) -> list[Line]:
    """Set the values side by side, the chosen one in brackets; of many only those around it."""
    if not about.choices:
        return []
    names = [value_name(about.name, choice) for choice in about.choices]
    here = about.choices.index(value) if value in about.choices else 0
    first = 0
    while first < here and sum(width(name) + 3 for name in names[first : here + 2]) > room - 4:
        first += 1
    spans: list[Span] = [span("… " if first else "", "muted")]
    used = 2 if first else 0
    for number, name in enumerate(names[first:], start=first):
        if used + width(name) + 3 > room - 2:
            spans.append(span("…", "muted"))
            break
        used += width(name) + 3
        action = f"choose({number})"
        chosen = number == here
        spans.append(span(f"[{name}] " if chosen else f" {name}  ", "strong" if chosen else "muted", action))
    return [line("   ", *spans)]
