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
    pairs = zip(instrument.domains, summary.domains, strict=True)
    return tuple(_reading(instrument, domain, group) for domain, group in pairs if domain.bands or domain.is_sum)


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
