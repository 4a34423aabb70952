"""What changed between two sessions, on what their versions share, and whether chance alone would explain it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from msgspec import Struct, structs

from reflect_tui.analysis.chance import CHANCE_LIMIT, FEWEST_MOVED, sign_flip_test, sign_test
from reflect_tui.analysis.summary import ScoreGroup, Summary, summarize
from reflect_tui.analysis.versions import CommonItems, common_items, convert, newer_domains
from reflect_tui.model.instrument import Instrument, Item
from reflect_tui.model.session import Score, Session

FEWEST_DIRECTED = 10
"""With fewer items that changed in a whole session, one or two of them decide which way most went."""


Crossing = Literal["up", "down"]
Judgement = Literal["up", "down", "other statements", "too few", "no"]
"""How a mean changed: clearly, by other statements being scored, on too few that changed, or not clearly."""


class GroupChange(Struct, frozen=True):
    """A domain or focus in both sessions; `steps` has the move of every item scored both times, also those of 0.

    `shared_before` is the sum of these items the first time. Two versions of one session are not `judged`: chance has
    no part in how they differ. Two people differ, which is no change `in_time`. Of sessions on two versions `a` and `b`
    are figures on the items that both have, and `own` those of the whole sessions, by which the verdicts are.
    """

    id: str
    a: ScoreGroup
    b: ScoreGroup
    steps: tuple[int, ...] = ()
    judged: bool = True
    in_time: bool = True
    shared_before: int = 0
    own: tuple[ScoreGroup, ScoreGroup] | None = None

    @property
    def shown(self) -> tuple[ScoreGroup, ScoreGroup]:
        """The figures of both sessions as the pages of each show them."""
        return self.own or (self.a, self.b)

    @property
    def is_partial(self) -> bool:
        """Whether its difference is on other items than the figures of both sessions."""
        return [(group.sum, group.scored) for group in self.shown] != [(g.sum, g.scored) for g in (self.a, self.b)]

    @property
    def delta(self) -> Fraction | None:
        """The exact difference of the means; None when either is missing."""
        if self.a.mean is None or self.b.mean is None:
            return None
        return self.b.mean - self.a.mean

    @property
    def gain(self) -> Fraction:
        """The difference of the means so that more is better; 0 when either is missing."""
        delta = self.delta or Fraction(0)
        return delta if self.b.better == "higher" else -delta

    @property
    def crossed(self) -> Crossing | None:
        """Whether the verdict became high ("up") or ceased to be ("down")."""
        before, now = (group.verdict for group in self.shown)
        if before is None or now is None or before == now:
            return None
        return "up" if now == "high" else "down"

    @property
    def crossed_by_other_items(self) -> bool:
        """Whether the verdict crossed the threshold, and the items scored both times by themselves did not."""
        if self.crossed is None or not self.judged:
            return False
        shared = self._is_shared_high(self.a, self.shared_before), self._is_shared_high(self.b, self._shared_after)
        return not self.shared or shared != tuple(group.verdict == "high" for group in self.shown)

    @property
    def _shared_after(self) -> int:
        return self.shared_before + sum(self.steps)

    def _is_shared_high(self, group: ScoreGroup, total: int) -> bool:
        """Whether a sum of the items scored both times is high; where these are all, as they were judged."""
        return group.verdict == "high" if group.scored == self.shared else total > group.threshold * self.shared

    @property
    def moved(self) -> int:
        """How many items were scored otherwise."""
        return sum(step != 0 for step in self.steps)

    @property
    def shared(self) -> int:
        """How many items were scored both times; a change is judged on these alone."""
        return len(self.steps)

    @property
    def chance(self) -> Fraction:
        """How often a mean would move as far, were each item that moved as likely to go up as down."""
        return sign_flip_test(self.steps)

    @property
    def by_other_items(self) -> bool:
        """Whether the mean moved, or stood still, mainly because other items were scored than before.

        They took it across the threshold, or more than half of its move comes from them, the same way; items that pull
        it back do not explain it.
        """
        if not self.judged:
            return False
        if self.crossed_by_other_items:
            return True
        if self.delta is None or not self.shared:
            return bool(self.a.scored or self.b.scored)
        if self.a.scored == self.b.scored == self.shared:
            return False
        by_others = self.delta - Fraction(sum(self.steps), self.shared)
        return by_others / self.delta > Fraction(1, 2) if self.delta else by_others != 0

    @property
    def judgement(self) -> Judgement:
        """Whether the items scored both times moved the same way, further than chance often does."""
        if not self.judged:
            return "no"
        if self.by_other_items:
            return "other statements"
        if self.chance < CHANCE_LIMIT:
            return "up" if sum(self.steps) > 0 else "down"
        return "too few" if 0 < self.moved < FEWEST_MOVED else "no"

    @property
    def clear(self) -> bool:
        """Whether the mean moved more than noise."""
        return self.judgement in {"up", "down"}

    @property
    def judged_in_time(self) -> Judgement:
        """The judgement as one of a change; "no" between two people."""
        return self.judgement if self.in_time else "no"

    @property
    def counts(self) -> tuple[int, int]:
        """How many of the items scored both times went up, and how many down."""
        return sum(step > 0 for step in self.steps), sum(step < 0 for step in self.steps)

    @property
    def verdict_change(self) -> Crossing | None:
        """How the verdict changed, on the items scored both times as well.

        None also where other items alone moved it across, and for a single item: two scores are no change of a domain.
        """
        return None if self.crossed_by_other_items or self.is_single else self.crossed

    @property
    def is_improved(self) -> bool | None:
        """Whether the verdict became the better one; None where it did not change."""
        return self.shown[1].good if self.verdict_change else None

    @property
    def is_single(self) -> bool:
        """Whether it is of one item, so that its means are scores."""
        return all(group.total == 1 for group in (*self.shown, self.a, self.b))

    @property
    def scores(self) -> tuple[int, int] | None:
        """Both scores of a single item; None for means, or where one is missing."""
        return (self.a.sum, self.b.sum) if self.is_single and self.a.scored and self.b.scored else None


class ItemChange(Struct, frozen=True):
    """An item answered differently; None is no answer. `a` and `b` are as they were given."""

    id: str
    domain: str
    a: Score | None
    b: Score | None
    step: int | None
    """How far the score went, as figures count it; None when either is no score."""
    gain: int = 0
    """The step so that more is better; 0 without one."""


class NoteChange(Struct, frozen=True):
    """A note that differs; "" is no note."""

    id: str
    a: str
    b: str


class Diff(Struct, frozen=True, kw_only=True):
    """Two sessions side by side; `up`, `down` and `same` count the items scored in both.

    Of sessions on different versions of an instrument, `common` tells what they were compared on, and both have their
    answers under the ids of the newer version.
    """

    a: Session
    b: Session
    common: CommonItems | None = None
    domains: tuple[GroupChange, ...]
    focuses: tuple[GroupChange, ...]
    items: tuple[ItemChange, ...]
    notes: tuple[NoteChange, ...]
    up: int
    down: int
    same: int

    @property
    def judged(self) -> bool:
        """Whether these are two sessions: chance has no part in how two versions of one differ."""
        return self.a.id != self.b.id

    @property
    def in_time(self) -> bool:
        """Whether one person is known to have filled in both: between two people nothing changes, they differ."""
        return _is_one_person(self.a, self.b)

    @property
    def is_mixed(self) -> bool:
        """Whether lower is better in some domains and not in others: up and down then don't count together."""
        return len({part.b.better for part in self.domains}) > 1

    @property
    def moved(self) -> int:
        """How many of the items scored both times have another score."""
        return self.up + self.down

    @property
    def shared(self) -> int:
        """How many items were scored both times."""
        return self.moved + self.same

    @property
    def chance(self) -> Fraction:
        """The probability of a split at least as uneven, were up and down equally likely."""
        return sign_test(self.up, self.down)

    @property
    def judgement(self) -> Judgement:
        """Whether the items scored both times show a direction; "other statements" where no item was."""
        if not self.judged:
            return "no"
        if not self.shared:
            return "other statements" if any(part.by_other_items for part in self.domains) else "no"
        if self.chance < CHANCE_LIMIT:
            return "up" if self.up > self.down else "down"
        return "too few" if 0 < self.moved < FEWEST_DIRECTED else "no"

    @property
    def judged_in_time(self) -> Judgement:
        """The judgement as one of a change; "no" between two people."""
        return self.judgement if self.in_time else "no"

    def turned(self) -> Diff:
        """Return the comparison the other way round."""
        return structs.replace(
            self,
            a=self.b,
            b=self.a,
            domains=tuple(map(_turned, self.domains)),
            focuses=tuple(map(_turned, self.focuses)),
            items=tuple(map(_turned_item, self.items)),
            notes=tuple(structs.replace(note, a=note.b, b=note.a) for note in self.notes),
            up=self.down,
            down=self.up,
        )


def _turned_item(item: ItemChange) -> ItemChange:
    return structs.replace(item, a=item.b, b=item.a, step=item.step and -item.step, gain=-item.gain)


def _turned(part: GroupChange) -> GroupChange:
    steps = tuple(-step for step in part.steps)
    own = part.own and part.own[::-1]
    return structs.replace(
        part, a=part.b, b=part.a, steps=steps, shared_before=part.shared_before - sum(steps), own=own
    )


def diff_across_versions(a: Session, a_on: Instrument, b: Session, b_on: Instrument) -> tuple[Instrument, Diff] | None:
    """Compare two sessions on what the instruments they were answered on share; give the newer one of these with it.

    None when they share nothing: other instruments, other scales, or no item that still means the same.
    """
    if a_on.digest == b_on.digest:
        return b_on, diff(b_on, a, b)
    common = common_items(a_on, b_on)
    if common is None or not common.newer_id:
        return None
    shared = common.shared_instrument
    figures = (_judged_on_its_own(common, shared, a), _judged_on_its_own(common, shared, b))
    compared = diff(shared, common.with_newer_ids(a), common.with_newer_ids(b), figures)
    whole = _whole_groups(common, a, a_on), _whole_groups(common, b, b_on)
    return common.newer, structs.replace(
        compared,
        common=common,
        domains=tuple(_with_own(part, *whole) for part in compared.domains),
        focuses=tuple(_with_own(part, *whole) for part in compared.focuses),
    )


def _whole_groups(common: CommonItems, session: Session, on: Instrument) -> dict[str, ScoreGroup]:
    """Add up a whole session under the newer ids, on the newer scale; its verdicts are by its own version."""
    judged = summarize(on, session.scores)
    if session.digest != common.older.digest:
        return {group.id: group for group in (*judged.domains, *judged.focuses)}
    converted = {item: convert(score, common.newer_value) for item, score in session.scores.items()}
    figures = summarize(structs.replace(on, scale=common.newer.scale), converted)
    newer_id = newer_domains(common.older, common.newer)
    domains = _with_verdicts(figures.domains, judged.domains)
    focuses = _with_verdicts(figures.focuses, judged.focuses)
    return {newer_id.get(group.id, group.id): group for group in domains} | {group.id: group for group in focuses}


def _with_own(part: GroupChange, before: Mapping[str, ScoreGroup], now: Mapping[str, ScoreGroup]) -> GroupChange:
    return structs.replace(part, own=(before.get(part.id, part.a), now.get(part.id, part.b)))


def _judged_on_its_own(common: CommonItems, shared: Instrument, session: Session) -> Summary:
    """Add up the shared items of a session on the newer scale; its verdicts are by the threshold of its own version."""
    figures = summarize(shared, common.with_newer_ids(session).scores)
    if session.digest != common.older.digest:
        return figures
    as_answered = common.with_newer_ids(session, converted=False)
    own = summarize(common.shared_as_before, as_answered.scores)
    return structs.replace(
        figures,
        domains=_with_verdicts(figures.domains, own.domains),
        focuses=_with_verdicts(figures.focuses, own.focuses),
    )


def _with_verdicts(groups: Iterable[ScoreGroup], judged: Iterable[ScoreGroup]) -> tuple[ScoreGroup, ...]:
    """Give groups the verdicts of others, and the thresholds of these where no score was converted."""
    return tuple(
        structs.replace(
            group, verdict=own.verdict, high_above=own.high_above if own.sum == group.sum else group.high_above
        )
        for group, own in zip(groups, judged, strict=True)
    )


def diff(instrument: Instrument, a: Session, b: Session, figures: tuple[Summary, Summary] | None = None) -> Diff:
    """Compare two sessions on the items of one instrument; `figures` are theirs where they were judged already."""
    before, after = figures or (summarize(instrument, a.scores), summarize(instrument, b.scores))
    shared = _shared_scores(instrument, a, b)
    steps = {item: new - old for item, (old, new) in shared.items()}
    moves = tuple(steps.values())
    return Diff(
        a=a,
        b=b,
        domains=_changes(a, b, before.domains, after.domains, _by_domain(instrument, shared)),
        focuses=_changes(a, b, before.focuses, after.focuses, _by_focus(instrument, shared)),
        items=tuple(
            _item_change(instrument, item.id, a, b, steps.get(item.id))
            for item in instrument.items
            if a.scores.get(item.id) != b.scores.get(item.id)
        ),
        notes=tuple(
            NoteChange(item.id, a.notes.get(item.id, ""), b.notes.get(item.id, ""))
            for item in instrument.items
            if a.notes.get(item.id, "") != b.notes.get(item.id, "")
        ),
        up=sum(step > 0 for step in moves),
        down=sum(step < 0 for step in moves),
        same=sum(step == 0 for step in moves),
    )


def _item_change(instrument: Instrument, item_id: str, a: Session, b: Session, step: int | None) -> ItemChange:
    gain = instrument.item_scale(item_id).worth(step or 0)
    old, new = a.scores.get(item_id), b.scores.get(item_id)
    return ItemChange(item_id, instrument.domain_of[item_id].id, old, new, step, gain)


Pair = tuple[int, int]


def _shared_scores(instrument: Instrument, a: Session, b: Session) -> dict[str, Pair]:
    """Return both scores, as figures count them, by the ids of the items scored both times."""
    before, after = instrument.counted(a.scores), instrument.counted(b.scores)
    return {
        item.id: (old, new)
        for item in instrument.items
        if isinstance(old := before.get(item.id), int) and isinstance(new := after.get(item.id), int)
    }


def _by_domain(instrument: Instrument, shared: Mapping[str, Pair]) -> dict[str, list[Pair]]:
    return {domain.id: _of(domain.items, shared) for domain in instrument.domains}


def _by_focus(instrument: Instrument, shared: Mapping[str, Pair]) -> dict[str, list[Pair]]:
    return {
        focus: _of((item for item in instrument.items if item.focus == focus), shared) for focus in instrument.focuses
    }


def _of(items: Iterable[Item], shared: Mapping[str, Pair]) -> list[Pair]:
    return [shared[item.id] for item in items if item.id in shared]


def group_change(a: ScoreGroup, b: ScoreGroup, shared: Sequence[Pair]) -> GroupChange:
    """Compare a group with itself later; `shared` has both scores of every item scored both times."""
    return GroupChange(a.id, a, b, tuple(new - old for old, new in shared), shared_before=sum(old for old, _ in shared))


def _is_one_person(a: Session, b: Session) -> bool:
    """Whether both are one's own, or versions of one session; two answers of a role may be of two people."""
    return a.role == b.role == "self" or a.id == b.id


def _changes(
    a: Session,
    b: Session,
    before: tuple[ScoreGroup, ...],
    after: tuple[ScoreGroup, ...],
    shared: Mapping[str, Sequence[Pair]],
) -> tuple[GroupChange, ...]:
    judged, in_time = a.id != b.id, _is_one_person(a, b)
    changes = (group_change(old, new, shared[old.id]) for old, new in zip(before, after, strict=True))
    return tuple(structs.replace(change, judged=judged, in_time=in_time) for change in changes)
