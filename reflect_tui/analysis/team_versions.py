"""What goes on of a team's figures when it moves to another version of its instrument.

Of one person the statements that two versions share can be compared. Of a team only sums per domain and focus are left,
so the line of one goes on only over the very same statements, on the same scale, above the same threshold.
"""

from __future__ import annotations

from reflect_tui.analysis.versions import bridge
from reflect_tui.model.instrument import Instrument


def lines_that_go_on(older: Instrument, newer: Instrument) -> dict[str, str]:
    """Return the older id of every newer domain and focus whose figures can be set beside those of before."""
    there = bridge(older, newer)
    if there is None or there.is_rescaled:
        return {}
    before = {new: old for old, new in there.domains.items()} | {name: name for name in newer.focuses}
    old_items, new_items = _items(older), _items(newer)
    return {
        new: old
        for new, old in before.items()
        if new in new_items
        and old in old_items
        and {there.items.get(item, "") for item in old_items[old]} == new_items[new]
        and older.scale_of(old).threshold == newer.scale_of(new).threshold
        and older.scale_of(old).better == newer.scale_of(new).better
    }


def _items(instrument: Instrument) -> dict[str, set[str]]:
    """Return the ids of the statements of every domain and focus."""
    domains = {domain.id: {item.id for item in domain.items} for domain in instrument.domains}
    return domains | {name: {item.id for item in instrument.items if item.focus == name} for name in instrument.focuses}
