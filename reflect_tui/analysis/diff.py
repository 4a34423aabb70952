"""What changed between two sessions, on what their versions share, and whether chance alone would explain it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from msgspec import Struct, structs

from reflect_tui.analysis.chance import CHANCE_LIMIT, FEWEST_MOVED, sign_flip_test, sign_test
from reflect_tui.analysis.summary import ScoreGroup, Summary, Verdict, score_group, summarize
from reflect_tui.analysis.versions import CommonItems, common_items, convert, newer_domains
from reflect_tui.model.instrument import Instrument, Item
from reflect_tui.model.session import Score, Session

FEWEST_DIRECTED = 10
"""With fewer items that changed in a whole session, one or two of them decide which way most went."""


Crossing = Literal["up", "down"]
Verdicts = tuple[Verdict | None, Verdict | None]
"""The first time, and the second; None without a score."""
Judgement = Literal["up", "down", "other statements", "too few", "no"]
"""How a mean changed: clearly, by other statements being scored, on too few that changed, or not clearly."""


class GroupChange(Struct, frozen=True):
    """A domain or focus in both sessions; `steps` has the move of every item scored both times, also those of 0.

    `shared_verdicts` are of these items alone, each by its own version. Two versions of one session are not `judged`:
    chance has no part in how they differ. Two people differ, which is no change `in_time`. Of sessions on two versions
    `a` and `b` are figures on the items that both have, and `own` those of the whole sessions, by which the verdicts
    are.
    """

    id: str
    a: ScoreGroup
    b: ScoreGroup
    steps: tuple[int, ...] = ()
    judged: bool = True
    in_time: bool = True
    shared_verdicts: Verdicts = (None, None)
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
        whole = tuple(group.verdict for group in self.shown)
        return self.judged and self.crossed is not None and self.shared_verdicts != whole

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
        it back do not explain it. A difference on other items than the verdicts is judged apart from these.
        """
        if not self.judged:
            return False
        if self.crossed_by_other_items and not self.is_partial:
            return True
        if self.delta is None or not self.shared:
            return bool(self.a.scored or self.b.scored)
        if self.a.scored == self.b.scored == self.shared:
            return False
        by_others = self.delta - Fraction(sum(self.steps), self.shared)
        return by_others / self.delta > Fraction(1, 2) if self.delta else by_others != 0

    @property
    def is_changed(self) -> bool:
        """Whether there is a change to tell: the mean moved, or other items held it still; False without both means."""
        return self.delta is not None and (self.delta != 0 or self.by_other_items)

    @property
    def judgement(self) -> Judgement:
        """Whether the items scored both times moved the same way, further than chance often does.

        Between two people nothing moved, so that no difference is clear.
        """
        if not self.judged:
            return "no"
        if self.by_other_items:
            return "other statements"
        if not self.in_time:
            return "no"
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
        return (self.verdict_change == "up") == (self.b.better == "higher") if self.verdict_change else None

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
    before, now = part.shared_verdicts
    steps, own = tuple(-step for step in part.steps), part.own and part.own[::-1]
    return structs.replace(part, a=part.b, b=part.a, steps=steps, shared_verdicts=(now, before), own=own)


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
    given = _as_given(common, shared, a), _as_given(common, shared, b)
    compared = diff(shared, common.with_newer_ids(a), common.with_newer_ids(b), given)
    whole = _whole_groups(common, a, a_on), _whole_groups(common, b, b_on)
    return common.newer, structs.replace(
        compared,
        common=common,
        domains=tuple(_with_own(part, *whole) for part in compared.domains),
        focuses=tuple(_with_own(part, *whole) for part in compared.focuses),
    )


def _whole_groups(common: CommonItems, session: Session, on: Instrument) -> dict[str, ScoreGroup]:
    """Add up a whole session under the newer ids, on the newer scale; its verdicts are by its own version."""
    whole, newer_id = summarize(on, session.scores), {}
    if session.digest == common.older.digest:
        newer_id = newer_domains(common.older, common.newer)
        if common.is_rescaled:
            scores = {item: convert(score, common.newer_value) for item, score in session.scores.items()}
            whole = _converted(whole, summarize(structs.replace(on, scale=common.newer.scale), scores))
    domains = {newer_id.get(group.id, group.id): group for group in whole.domains}
    return domains | {group.id: group for group in whole.focuses}


def _with_own(part: GroupChange, before: Mapping[str, ScoreGroup], now: Mapping[str, ScoreGroup]) -> GroupChange:
    return structs.replace(part, own=(before.get(part.id, part.a), now.get(part.id, part.b)))


class _Given(Struct, frozen=True):
    """A session with the scores that were given, on an instrument of the compared items that judges as its version.

    `rescaled` where it is compared on another scale.
    """

    on: Instrument
    session: Session
    rescaled: bool = False

    def verdict_on(self, group: str, items: Iterable[Item]) -> Verdict | None:
        """Judge items that were all scored; None without any."""
        return score_group(group, items, self.on.counted(self.session.scores), self.on.scale_of(group)).verdict

    def figures(self, instrument: Instrument, converted: Session) -> Summary:
        """Add up the session as `converted` to the scale of an instrument; its verdicts are its own."""
        own = summarize(self.on, self.session.scores)
        return _converted(own, summarize(instrument, converted.scores)) if self.rescaled else own


def _as_given(common: CommonItems, shared: Instrument, session: Session) -> _Given:
    is_older = session.digest == common.older.digest
    given = common.with_newer_ids(session, converted=False)
    return _Given(common.shared_as_before if is_older else shared, given, is_older and common.is_rescaled)


def _converted(own: Summary, converted: Summary) -> Summary:
    """Give a summary the sums of its scores on another scale."""

    def groups(judged: Iterable[ScoreGroup], shown: Iterable[ScoreGroup]) -> tuple[ScoreGroup, ...]:
        return tuple(group.converted(other.sum) for group, other in zip(judged, shown, strict=True))

    return structs.replace(
        own, domains=groups(own.domains, converted.domains), focuses=groups(own.focuses, converted.focuses)
    )


def diff(instrument: Instrument, a: Session, b: Session, given: tuple[_Given, _Given] | None = None) -> Diff:
    """Compare two sessions on the items of one instrument; `given` are they where other versions judge them."""
    given = given or (_Given(instrument, a), _Given(instrument, b))
    before, after = given[0].figures(instrument, a), given[1].figures(instrument, b)
    steps = _steps(instrument, a, b)
    moves = tuple(steps.values())
    domains = {domain.id: domain.items for domain in instrument.domains}
    focuses = {focus: [item for item in instrument.items if item.focus == focus] for focus in instrument.focuses}
    return Diff(
        a=a,
        b=b,
        domains=_changes(given, before.domains, after.domains, domains, steps),
        focuses=_changes(given, before.focuses, after.focuses, focuses, steps),
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


def _steps(instrument: Instrument, a: Session, b: Session) -> dict[str, int]:
    """Return how far the score of every item scored both times went, as figures count it, by its id."""
    before, after = instrument.counted(a.scores), instrument.counted(b.scores)
    return {
        item.id: new - old
        for item in instrument.items
        if isinstance(old := before.get(item.id), int) and isinstance(new := after.get(item.id), int)
    }


def _is_one_person(a: Session, b: Session) -> bool:
    """Whether both are one's own, or versions of one session; two answers of a role may be of two people."""
    return a.role == b.role == "self" or a.id == b.id


def _changes(
    given: tuple[_Given, _Given],
    before: Iterable[ScoreGroup],
    after: Iterable[ScoreGroup],
    items_of: Mapping[str, Sequence[Item]],
    steps: Mapping[str, int],
) -> tuple[GroupChange, ...]:
    a, b = given
    judged, in_time = a.session.id != b.session.id, _is_one_person(a.session, b.session)
    changes = []
    for old, new in zip(before, after, strict=True):
        shared = [item for item in items_of[old.id] if item.id in steps]
        verdicts = a.verdict_on(old.id, shared), b.verdict_on(old.id, shared)
        moves = tuple(steps[item.id] for item in shared)
        changes.append(GroupChange(old.id, old, new, moves, judged, in_time, verdicts))
    return tuple(changes)
