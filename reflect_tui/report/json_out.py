"""The document as JSON: its texts, and its figures as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import structs, to_builtins

from reflect_tui.report.values import Report, Row, figures, number

_FIGURES = frozenset({"domains", "focuses", "scale"})
_ON_PAPER = frozenset({"signs"})


def shape(report: Report) -> dict[str, Any]:
    """Give a document as `report --json` has it."""
    fields = {name: value for name, value in structs.asdict(report).items() if name not in _ON_PAPER | _FIGURES}
    plain: dict[str, Any] = to_builtins(fields)
    return plain | {"domains": _rows(report.domains), "focuses": _rows(report.focuses)}


def _rows(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [
        {
            "id": row.now.id,
            "title": row.name,
            **figures(row.now),
            "before": number(row.before.mean) if row.before else None,
            "delta": number(row.delta),
            "crossed": row.crossed,
            "course": [
                {"started": moment.when.isoformat(), "mean": number(moment.mean), "scored": moment.scored}
                for moment in row.course
            ],
        }
        for row in rows
    ]
