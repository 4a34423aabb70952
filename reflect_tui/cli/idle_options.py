"""Options that would do nothing beside the others, or without one: refused by name, never ignored."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from reflect_tui.cli.parser import UsageError
from reflect_tui.i18n import _

_Rules = Mapping[str, Mapping[str, Sequence[str]]]
_NEEDED: _Rules = {
    "open_app:talk": {"output": ("format", "notes", "force")},
    "talk:report": {"output": ("force",)},
    "talk:export_data": {"output": ("force",), "template": ("instrument",)},
    "talk:list_goals": {"ics": ("force",)},
    "interchange:import_instrument": {"output": ("force",)},
    "interchange:export_instrument": {"output": ("force",)},
}
"""Options by the command and the option without which they do nothing."""
_EXCLUDED: _Rules = {
    "open_app:talk": {"json": ("output",)},
    "talk:report": {"json": ("output", "format")},
    "talk:export_data": {"template": ("compare", "shape", "notes"), "compare": ("shape",)},
    "talk:list_goals": {"ics": ("json",)},
    "sessions:diff": {"json": ("by", "sort"), "plain": ("by", "sort")},
}
"""Options by the command and the option beside which they do nothing."""


def refuse_idle(options: argparse.Namespace) -> None:
    """Refuse options that would do nothing as they stand.

    Raises:
        UsageError: there is one; names it and the option that it needs, or that is in its way.
    """
    for needed, idle in _NEEDED.get(options.run, {}).items():
        if not _is_given(options, needed) and (names := _given(options, idle)):
            text = _("Without {needed} this has no effect: {options}.")
            raise UsageError(text.format(options=names, needed=f"--{needed}"))
    for other, idle in _EXCLUDED.get(options.run, {}).items():
        if _is_given(options, other) and (names := _given(options, idle)):
            raise idle_beside(names, f"--{other}")


def idle_beside(names: str, other: str) -> UsageError:
    """Make the refusal of options that do nothing beside another."""
    return UsageError(_("Beside {other} this has no effect: {options}.").format(options=names, other=other))


def _given(options: argparse.Namespace, names: Sequence[str]) -> str:
    return ", ".join(f"--{name}" for name in names if _is_given(options, name))


def _is_given(options: argparse.Namespace, name: str) -> bool:
    return getattr(options, name, None) not in (None, False)
