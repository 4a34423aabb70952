"""What changed between two sessions, on what their versions share, and whether chance alone would explain it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from msgspec import Struct, structs

from reflect_tui.analysis.change import CHANCE_LIMIT, GroupChange, Judgement, sign_test
from reflect_tui.analysis.summary import ScoreGroup, Summary, Verdict, score_group, summarize
from reflect_tui.analysis.versions import CommonItems, common_items, convert, newer_domains
from reflect_tui.model.instrument import Instrument, Item
from reflect_tui.model.session import Score, Session

FEWEST_DIRECTED = 10
"""With fewer items that changed in a whole session, one or two of them decide which way most went."""


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
    return Diff(
        a=a,
        b=b,
        domains=_changes(given, before.domains, after.domains, domains, steps),
        focuses=_changes(given, before.focuses, after.focuses, instrument.items_of_focus, steps),
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


class Results(Struct, frozen=True, kw_only=True):
    """One session on its instrument; `previous` and `change` are None when there is nothing to compare it with.

    `on_other_version` is the session before where that is on a version that can't be compared.
    """

    instrument: Instrument
    session: Session
    summary: Summary
    previous: Session | None = None
    change: Diff | None = None
    on_other_version: Session | None = None


def change_since(
    instrument: Instrument, session: Session, previous: Session | None, previous_on: Instrument | None = None
) -> Diff | None:
    """Compare with an earlier session; `previous_on` is the version it was answered on, where that is another one.

    None without one, with nothing in common, and where it was answered on a later version.
    """
    on = instrument if previous and previous.digest == session.digest else previous_on
    compared = diff_across_versions(previous, on, session, instrument) if previous and on else None
    return compared[1] if compared and compared[0].digest == instrument.digest else None


def results(
    instrument: Instrument, session: Session, previous: Session | None = None, previous_on: Instrument | None = None
) -> Results:
    """Add a session up, and compare it with the one before as change_since() does."""
    change = change_since(instrument, session, previous, previous_on)
    return Results(
        instrument=instrument,
        session=session,
        summary=summarize(instrument, session.scores),
        previous=previous if change else None,
        change=change,
        on_other_version=None if change else previous,
    )
