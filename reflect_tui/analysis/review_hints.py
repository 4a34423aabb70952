"""What may deserve a second look before finishing: long runs of one score, low scores without an example."""

from __future__ import annotations

from itertools import groupby

from msgspec import Struct

from reflect_tui.model.assessment import Assessment
from reflect_tui.model.instrument import Item, Scale
from reflect_tui.model.session import NOT_APPLICABLE, Score


class ScoreRun(Struct, frozen=True):
    """Equal scores side by side: the score, how many, and the positions of the first and the last (from 0)."""

    score: Score
    first: int
    last: int

    @property
    def length(self) -> int:
        """How many items have the score."""
        return self.last - self.first + 1


def score_runs(assessment: Assessment, least: int) -> tuple[ScoreRun, ...]:
    """Find the runs of at least that many equal scores, in the order of the instrument; a gap ends a run."""
    scores = [assessment.scores.get(item.id) for item in assessment.instrument.items]
    found = []
    for score, places in groupby(range(len(scores)), key=lambda place: scores[place]):
        positions = list(places)
        if score is not None and len(positions) >= least:
            found.append(ScoreRun(score, positions[0], positions[-1]))
    return tuple(found)


def is_low_score(scale: Scale, score: Score | None) -> bool:
    """Tell whether a score is in the lower half of its scale; the middle of an odd scale is not."""
    return isinstance(score, int) and 2 * score < scale.lowest + scale.highest


def low_without_note(assessment: Assessment) -> tuple[Item, ...]:
    """List the items with a low score and no note."""
    scale = assessment.instrument.scale
    return tuple(
        item
        for item in assessment.instrument.items
        if is_low_score(scale, assessment.scores.get(item.id)) and item.id not in assessment.notes
    )


def not_applicable_items(assessment: Assessment) -> tuple[Item, ...]:
    """List the items answered with n/a."""
    return tuple(item for item in assessment.instrument.items if assessment.scores.get(item.id) == NOT_APPLICABLE)
