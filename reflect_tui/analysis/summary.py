"""Where one stands in one session: mean, n, coverage and verdict, per domain and per focus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Literal

from msgspec import Struct, structs

from reflect_tui.model.instrument import Band, Better, Domain, Instrument, Item, Scale, exact
from reflect_tui.model.session import NOT_APPLICABLE, Score, Session

Verdict = Literal["high", "not high"]
Axis = Literal["domain", "focus"]


class ScoreGroup(Struct, frozen=True, kw_only=True):
    """The scores of some items together, as figures count them: those of a domain, or of a focus.

    `total` counts the items, `scored` those with a score, `not_applicable` those with n/a. `mean` is exact.
    `high_above` is the threshold, None once the scores were converted to another scale: the verdict is still that of
    the scale they were given on, and no mean on the new one is its threshold. `target` is the mean that the chosen
    profile aims at.
    """

    id: str
    sum: int
    scored: int
    total: int
    not_applicable: int
    verdict: Verdict | None
    better: Better = "higher"
    high_above: int | float | None = 0
    target: Fraction | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the mean is at its target or better; None without a target or a verdict."""
        if self.target is None or self.mean is None or self.verdict is None:
            return None
        return self.mean >= self.target if self.better == "higher" else self.mean <= self.target

    @property
    def good(self) -> bool:
        """Whether the verdict is the one to wish for; False without one, and at the threshold itself."""
        return self.verdict == ("high" if self.better == "higher" else "not high") and not self.is_at_threshold

    @property
    def threshold(self) -> Fraction:
        """The mean above which it is high; ValueError once the scores were converted to another scale."""
        return exact(str(self.high_above))

    @property
    def is_at_threshold(self) -> bool:
        """Whether the mean is exactly the threshold: neither a strength nor a low point."""
        return self.mean is not None and self.high_above is not None and self.mean == self.threshold

    @property
    def worth(self) -> Fraction:
        """How far the mean lies on the good side of the threshold, below 0 on the other; 0 without one of them."""
        if self.mean is None or self.high_above is None:
            return Fraction(0)
        above = self.mean - self.threshold
        return above if self.better == "higher" else -above

    @property
    def mean(self) -> Fraction | None:
        """The exact mean of the scores; None without scores."""
        return Fraction(self.sum, self.scored) if self.scored else None

    def converted(self, total: int) -> ScoreGroup:
        """Return it with the sum of its scores on another scale; the verdict stays."""
        return structs.replace(self, sum=total, high_above=None)

    @property
    def coverage(self) -> Fraction:
        """Scored items as a part of the items that are not n/a; 0 when none is left."""
        return Fraction(self.scored, self.applicable) if self.applicable else Fraction(0)

    @property
    def applicable(self) -> int:
        """How many items are not n/a."""
        return self.total - self.not_applicable


class Summary(Struct, frozen=True, kw_only=True):
    """A session in figures, along both axes."""

    domains: tuple[ScoreGroup, ...]
    focuses: tuple[ScoreGroup, ...]
    answered: int
    scored: int
    not_applicable: int
    total: int

    @property
    def high(self) -> int:
        """How many domains are high."""
        return sum(score_group.verdict == "high" for score_group in self.domains)

    @property
    def good(self) -> int:
        """How many domains go well: those that are high, or where lower is better below their threshold."""
        return sum(score_group.good for score_group in self.domains)


def verdict(total: int, scored: int, applicable: int, scale: Scale) -> Verdict | None:
    """Judge a mean: high when strictly above the threshold, none below the instrument's coverage.

    The rule is the source instrument's ("u scoort hoog als u gemiddeld boven de 3 zit"), in exact arithmetic.
    """
    wanted, threshold = scale.coverage, scale.threshold
    # multiplied out to whole numbers: as exact as fractions
    if not scored or scored * wanted.denominator < wanted.numerator * applicable:
        return None
    return "high" if total * threshold.denominator > threshold.numerator * scored else "not high"


def score_group(name: str, items: Iterable[Item], scores: Mapping[str, Score], scale: Scale) -> ScoreGroup:
    """Add up the scores of some items, which come as figures count them: see Instrument.counted()."""
    answers = [scores.get(item.id) for item in items]
    numbers = [answer for answer in answers if isinstance(answer, int)]
    skipped = answers.count(NOT_APPLICABLE)
    total = sum(numbers)
    return ScoreGroup(
        id=name,
        sum=total,
        scored=len(numbers),
        total=len(answers),
        not_applicable=skipped,
        verdict=verdict(total, len(numbers), len(answers) - skipped, scale),
        better=scale.better,
        high_above=scale.high_above,
    )


def domain_groups(instrument: Instrument, scores: Mapping[str, Score]) -> tuple[ScoreGroup, ...]:
    """Add up the scores per domain."""
    counted = instrument.counted(scores)
    groups = (
        score_group(domain.id, domain.items, counted, instrument.scale_of(domain.id)) for domain in instrument.domains
    )
    return tuple(structs.replace(group, target=instrument.target_of(group.id)) for group in groups)


def summarize(instrument: Instrument, scores: Mapping[str, Score]) -> Summary:
    """Add up all scores, per domain and per focus (a focus that no item has is left out)."""
    domains = domain_groups(instrument, scores)
    counted = instrument.counted(scores)
    focuses = tuple(
        score_group(focus, items, counted, instrument.scale_of(focus))
        for focus, items in instrument.items_of_focus.items()
    )
    scored = sum(part.scored for part in domains)
    skipped = sum(part.not_applicable for part in domains)
    return Summary(
        domains=domains,
        focuses=focuses,
        answered=scored + skipped,
        scored=scored,
        not_applicable=skipped,
        total=len(instrument.items),
    )


class SessionFigures(Struct, frozen=True):
    """What a list shows of a session: items answered, and all; domains that are high, and all; those that go well.

    `lower` where lower is better in a domain, so that not every good one is high.
    """

    answered: int
    total: int
    high: int
    domains: int
    good: int
    lower: bool = False


def session_figures(instrument: Instrument, scores: Mapping[str, Score]) -> SessionFigures:
    """Count what a list shows, without the rest of a summary."""
    groups = domain_groups(instrument, scores)
    return SessionFigures(
        answered=sum(group.scored + group.not_applicable for group in groups),
        total=len(instrument.items),
        high=sum(group.verdict == "high" for group in groups),
        domains=len(groups),
        good=sum(group.good for group in groups),
        lower=not instrument.higher_is_better,
    )


LOWEST_SHOWN = 4
"""So many of the lowest items are listed."""


def _judged_items(instrument: Instrument, session: Session) -> list[tuple[Item, int, Fraction]]:
    """List the items with a score, the score, and how far it is on the good side of the threshold (0: upon it)."""
    counted = instrument.counted(session.scores)
    found = []
    for item in instrument.items:
        score, figure, scale = session.scores.get(item.id), counted.get(item.id), instrument.item_scale(item.id)
        if isinstance(score, int) and isinstance(figure, int):
            found.append((item, score, scale.worth(figure - scale.threshold)))
    return found


def is_good_score(instrument: Instrument, item_id: str, score: int) -> bool:
    """Whether a score is above the threshold as figures count it; not above it, where lower is better."""
    scale = instrument.item_scale(item_id)
    return (instrument.figure(item_id, score) > scale.threshold) == (scale.better == "higher")


def lowest_items(instrument: Instrument, session: Session) -> tuple[tuple[Item, int], ...]:
    """List the items scored on the wrong side of the threshold, with the score that was given.

    The furthest from it come first, of those as far the ones of the domain that does worst; one of few scores does so
    after the others.
    """
    groups = domain_groups(instrument, session.scores)
    worth = {group.id: (group.scored < FEWEST_RANKED, group.worth) for group in groups}
    low = [found for found in _judged_items(instrument, session) if found[2] < 0]
    low.sort(key=lambda found: (found[2], worth[instrument.domain_of[found[0].id].id]))
    return tuple((item, score) for item, score, _margin in low)


def _best_items(instrument: Instrument, session: Session, count: int) -> list[tuple[Item, int, Fraction]]:
    judged = _judged_items(instrument, session)
    worst = min((margin for _item, _score, margin in judged), default=0)
    return sorted((found for found in judged if found[2] > worst), key=lambda found: -found[2])[:count]


def best_items(instrument: Instrument, session: Session, count: int) -> tuple[tuple[Item, int], ...]:
    """List the items with the best scores, the best first, then in order; none that has the worst given."""
    return tuple((item, score) for item, score, _margin in _best_items(instrument, session, count))


def strongest_items(instrument: Instrument, session: Session, count: int) -> tuple[tuple[Item, int], ...]:
    """List those of the best items that are not on the wrong side of the threshold."""
    return tuple((item, score) for item, score, margin in _best_items(instrument, session, count) if margin >= 0)


def equally_good(
    instrument: Instrument, session: Session, listed: Sequence[tuple[Item, int]]
) -> list[tuple[Item, int]]:
    """List the items that are not `listed` and were scored just as well as the last one that is; none without it."""
    margins = {item.id: (item, score, margin) for item, score, margin in _judged_items(instrument, session)}
    known = {item.id for item, _score in listed}
    last = margins[listed[-1][0].id][2] if listed else None
    return [(item, score) for item, score, margin in margins.values() if margin == last and item.id not in known]


def all_at_threshold(instrument: Instrument, session: Session) -> bool:
    """Whether all means are exactly their thresholds, whatever the scores; False while no domain has a verdict."""
    groups = [group for group in domain_groups(instrument, session.scores) if group.scored]
    return all(group.is_at_threshold for group in groups) and any(group.verdict for group in groups)


FEWEST_RANKED = 3
"""A mean of fewer scores leads no list of strengths or low points while others can."""


def runs_of_groups(instrument: Instrument, parts: Sequence[ScoreGroup]) -> list[tuple[str, tuple[ScoreGroup, ...]]]:
    """Part domains by the headings above them, in their order, the best mean first below each; else all under ""."""
    heading = {domain.id: domain.group for domain in instrument.domains}
    runs = groupby(parts, key=lambda part: heading.get(part.id, ""))
    return [(title, strengths_first(run)) for title, run in runs]


def strengths_first(groups: Iterable[ScoreGroup]) -> tuple[ScoreGroup, ...]:
    """Order groups by mean, the best first; those of few scores after the others, those without a mean last."""
    return tuple(sorted(groups, key=lambda part: (part.mean is None, part.scored < FEWEST_RANKED, -part.worth)))


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
