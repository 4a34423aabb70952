"""Figures as numbers for programs: the same in every output."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from reflect_tui.analysis.summary import Group

_HUNDREDTHS = Decimal("0.01")


def rounded(value: Fraction | None) -> Decimal | None:
    """Round to two decimals, halves away from zero; None stays None, and zero has no sign."""
    if value is None:
        return None
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(_HUNDREDTHS, rounding=ROUND_HALF_UP) + Decimal(0)


def number(value: Fraction | None) -> float | None:
    """Round as rounded() does, to a number as JSON has it."""
    exact = rounded(value)
    return None if exact is None else float(exact)


def figures(group: Group) -> dict[str, Any]:
    """Give what the scores of a domain or focus add up to."""
    return {
        "mean": number(group.mean),
        "sum": group.sum,
        "scored": group.scored,
        "total": group.total,
        "not_applicable": group.not_applicable,
        "verdict": group.verdict,
    }
