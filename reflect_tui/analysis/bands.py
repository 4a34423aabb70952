"""What a domain's figure says by the bands of its instrument: a word, and perhaps an advice."""

from __future__ import annotations

from fractions import Fraction

from msgspec import Struct

from reflect_tui.analysis.summary import ScoreGroup, Summary
from reflect_tui.model.instrument import Band, Domain, Instrument, exact


class BandReading(Struct, frozen=True, kw_only=True):
    """The figure of a domain, a sum or a mean, that lies in `low` to `high`, and the band it falls in.

    `figure` is None for a sum where items lack a score (so many are `missing`), and for a mean below coverage.
    """

    domain: Domain
    figure: Fraction | None
    missing: int
    low: int
    high: int
    band: Band | None


def band_readings(instrument: Instrument, summary: Summary) -> tuple[BandReading, ...]:
    """Read the domains that have bands, or count as a sum."""
    return tuple(reading for group in summary.domains if (reading := band_reading(instrument, group)))


def band_reading(instrument: Instrument, group: ScoreGroup) -> BandReading | None:
    """Read the figures of one domain; None of a focus, and of a domain without bands whose sum is not told."""
    domain = next((one for one in instrument.domains if one.id == group.id), None)
    return _reading(instrument, domain, group) if domain and (domain.bands or domain.is_sum) else None


def _reading(instrument: Instrument, domain: Domain, group: ScoreGroup) -> BandReading:
    scale, missing = instrument.scale, group.total - group.scored
    each = group.total if domain.is_sum else 1
    figure = group.mean if group.verdict else None
    if domain.is_sum:
        figure = None if missing else Fraction(group.sum)
    reached = [band for band in domain.bands if figure is not None and exact(str(band.start)) <= figure]
    return BandReading(
        domain=domain,
        figure=figure,
        missing=missing,
        low=scale.lowest * each,
        high=scale.highest * each,
        band=reached[-1] if reached else None,
    )
