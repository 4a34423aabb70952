"""The document as JSON: its texts, and its figures as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import structs, to_builtins

from reflect_tui.report.data import figures, rounded
from reflect_tui.report.document import GroupRow, Report

_FIGURES = frozenset({"domains", "focuses", "scale"})
_ON_PAPER = frozenset({"signs"})


def shape(report: Report) -> dict[str, Any]:
    """Give a document as `report --json` has it."""
    fields = {name: value for name, value in structs.asdict(report).items() if name not in _ON_PAPER | _FIGURES}
    plain: dict[str, Any] = to_builtins(fields)
    return plain | {"domains": _rows(report.domains), "focuses": _rows(report.focuses)}


def _rows(rows: Sequence[GroupRow]) -> list[dict[str, Any]]:
    return [
        {
            "id": row.now.id,
            "title": row.name,
            **figures(row.now),
            "before": rounded(row.before.mean) if row.before else None,
            "delta": rounded(row.delta),
            "crossed": row.crossed,
            "course": [
                {"started": moment.when.isoformat(), "mean": rounded(moment.mean), "scored": moment.scored}
                for moment in row.course
            ],
        }
        for row in rows
    ]
