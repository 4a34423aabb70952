"""Where one stands in one session: mean, n, coverage and verdict, per domain and per focus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from reflect_tui.model.instrument import FOCUSES, Instrument, Item, Scale
from reflect_tui.model.session import NOT_APPLICABLE, Score, Session

Verdict = Literal["high", "not high"]
Axis = Literal["domain", "focus"]


class ScoreGroup(Struct, frozen=True, kw_only=True):
    """The scores of some items together: those of a domain, or of a focus.

    `total` counts the items, `scored` those with a score, `not_applicable` those with n/a. `mean` is exact.
    """

    id: str
    sum: int
    scored: int
    total: int
    not_applicable: int
    verdict: Verdict | None

    @property
    def mean(self) -> Fraction | None:
        """The exact mean of the scores; None without scores."""
        return Fraction(self.sum, self.scored) if self.scored else None

    @property
    def coverage(self) -> Fraction:
        """Scored items as a part of the items that are not n/a; 0 when none is left."""
        applicable = self.total - self.not_applicable
        return Fraction(self.scored, applicable) if applicable else Fraction(0)


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
    """Add up the scores of some items."""
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
    )


def domain_groups(instrument: Instrument, scores: Mapping[str, Score]) -> tuple[ScoreGroup, ...]:
    """Add up the scores per domain."""
    return tuple(score_group(domain.id, domain.items, scores, instrument.scale) for domain in instrument.domains)


def summarize(instrument: Instrument, scores: Mapping[str, Score]) -> Summary:
    """Add up all scores, per domain and per focus (a focus that no item has is left out)."""
    domains = domain_groups(instrument, scores)
    by_focus = {focus: [item for item in instrument.items if item.focus == focus] for focus in FOCUSES}
    focuses = tuple(score_group(focus, items, scores, instrument.scale) for focus, items in by_focus.items() if items)
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
    """What a list shows of a session: items answered, and all; domains that are high, and all."""

    answered: int
    total: int
    high: int
    domains: int


def session_figures(instrument: Instrument, scores: Mapping[str, Score]) -> SessionFigures:
    """Count what a list shows, without the rest of a summary."""
    groups = domain_groups(instrument, scores)
    return SessionFigures(
        answered=sum(group.scored + group.not_applicable for group in groups),
        total=len(instrument.items),
        high=sum(group.verdict == "high" for group in groups),
        domains=len(groups),
    )


LOWEST = 4
"""So many of the lowest items are listed."""


def lowest_items(instrument: Instrument, session: Session) -> tuple[tuple[Item, int], ...]:
    """List the items scored below the threshold: the lowest first, of equal scores those of the lowest domain first."""
    means = {group.id: group.mean or 0 for group in domain_groups(instrument, session.scores)}
    scored = [(item, score) for item in instrument.items if isinstance(score := session.scores.get(item.id), int)]
    low = [pair for pair in scored if pair[1] < instrument.scale.threshold]
    return tuple(sorted(low, key=lambda pair: (pair[1], means[instrument.domain_of[pair[0].id].id])))


def strongest_items(instrument: Instrument, session: Session, count: int) -> tuple[tuple[Item, int], ...]:
    """List the items with the highest scores, the highest first, then in order; none that has the lowest given."""
    scored = [(item, score) for item in instrument.items if isinstance(score := session.scores.get(item.id), int)]
    lowest = min((score for _item, score in scored), default=0)
    return tuple(sorted((pair for pair in scored if pair[1] > lowest), key=lambda pair: -pair[1])[:count])


def all_at_threshold(instrument: Instrument, session: Session) -> bool:
    """Whether every mean is the score of the threshold; False while no domain has a verdict, or no score is that."""
    groups, threshold = domain_groups(instrument, session.scores), instrument.scale.threshold
    at_threshold = {group.mean for group in groups if group.scored} == {threshold}
    return at_threshold and threshold.denominator == 1 and any(group.verdict for group in groups)


FEWEST_RANKED = 3
"""A mean of fewer scores leads no list of strengths or low points while others can."""


def strengths_first(groups: Iterable[ScoreGroup]) -> tuple[ScoreGroup, ...]:
    """Order groups by mean, the highest first; those of few scores after the others, those without a mean last."""
    return tuple(sorted(groups, key=lambda part: (part.mean is None, part.scored < FEWEST_RANKED, -(part.mean or 0))))
