"""Two states of a journal joined: nothing is lost, and the order of devices and syncs makes no difference."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflect_tui.git.history import Step
from reflect_tui.model import tombstones
from reflect_tui.store import union
from reflect_tui.store.standing import standing

_SESSION = "sessions/2026/2026-11-23T1405-self-4f2a9c.toml"
_GOAL = "goals/2026-11-23-f00d12.toml"
_DELETION = "d" * 40


def _blob(letter: str) -> str:
    return letter * 40


class _Commit:
    """One state in a history, and the states it came from."""

    numbers = itertools.count()

    def __init__(self, tree: union.Tree, *parents: _Commit) -> None:
        self.tree, self.number = tree, next(self.numbers)
        self.before: frozenset[_Commit] = frozenset({self}).union(*(parent.before for parent in parents))
        first = parents[0].tree if parents else {}
        self.step: Step = Step(
            commit=str(self.number),
            parents=tuple(parent.step.commit for parent in parents),
            when=self.number,
            subject="",
            changes={path: tree.get(path) for path in {*first, *tree} if first.get(path) != tree.get(path)},
        )


def _unite(
    ours: union.Tree, theirs: union.Tree, before: union.Tree | None = None, *, erased: frozenset[str] = frozenset()
) -> dict[str, str]:
    """Join what two devices made of one state."""
    start = _Commit(before or {})
    return _united(_Commit(ours, start), _Commit(theirs, start), erased=erased)


def _united(one: _Commit, other: _Commit, *, erased: frozenset[str] = frozenset()) -> dict[str, str]:
    commits = sorted(one.before | other.before, key=lambda commit: commit.number)
    steps = [commit.step for commit in commits]
    return union.unite(
        one.tree,
        other.tree,
        standing(steps, one.step.commit, other.step.commit, retold=lambda _step: False),
        deletion=_DELETION,
        erased=erased,
        copy_path=lambda path, blob: path.replace(".toml", f".{blob[:12]}.toml"),
    )


def test_what_either_side_added_stays() -> None:
    assert _unite({_SESSION: _blob("1")}, {_GOAL: _blob("2")}) == {_SESSION: _blob("1"), _GOAL: _blob("2")}


def test_what_one_side_changed_is_taken_from_it() -> None:
    before = {_SESSION: _blob("1"), _GOAL: _blob("2")}
    assert _unite({**before, _GOAL: _blob("3")}, {_SESSION: _blob("4"), _GOAL: _blob("2")}, before) == {
        _SESSION: _blob("4"),
        _GOAL: _blob("3"),
    }
    assert _unite(before, {_GOAL: _blob("2")}, before) == {_GOAL: _blob("2")}


def test_two_changes_of_one_session_keep_both_versions() -> None:
    united = _unite({_SESSION: _blob("2")}, {_SESSION: _blob("3")}, {_SESSION: _blob("1")})
    other = union.version_path(_SESSION, _blob("2"))
    assert united == {_SESSION: _blob("3"), other: _blob("2")}
    assert union.versions(united) == {_SESSION: (union.Version(other, _SESSION),)}


def test_an_amended_session_outlives_its_deletion_which_is_told() -> None:
    united = _unite({_SESSION: _blob("2")}, {}, {_SESSION: _blob("1")})
    assert united == {_SESSION: _blob("2"), union.version_path(_SESSION, None): _DELETION}
    assert [one.is_deletion for one in union.versions(united)[_SESSION]] == [True]


def test_a_choice_between_two_versions_travels() -> None:
    both = _unite({_SESSION: _blob("2")}, {_SESSION: _blob("3")}, {_SESSION: _blob("1")})
    assert _unite(both, {_SESSION: _blob("2")}, both) == {_SESSION: _blob("2")}
    assert _unite(both, {_SESSION: _blob("3")}, both) == {_SESSION: _blob("3")}
    assert _unite(both, {}, both) == {}  # both were deleted


def test_what_was_erased_never_comes_back() -> None:
    erased = frozenset({_SESSION, "agendas/2026-11-23T1405-self-4f2a9c.toml"})
    state = {
        _SESSION: _blob("3"),
        union.version_path(_SESSION, _blob("2")): _blob("2"),
        "agendas/2026-11-23T1405-self-4f2a9c.toml": _blob("5"),
        _GOAL: _blob("4"),
    }
    assert _unite({}, state, erased=erased) == {_GOAL: _blob("4")}


def test_two_instruments_of_one_name_both_stay() -> None:
    path = "instruments/own@1.toml"
    united = _unite({path: _blob("1")}, {path: _blob("2")})
    assert united == {path: _blob("2"), "instruments/own@1.111111111111.toml": _blob("1")}


@pytest.mark.parametrize(
    "path",
    [
        "versions/sessions-../../etc-aaaaaaaaaaaa.toml",
        "versions/drafts-x-aaaaaaaaaaaa.toml",
        "versions/sessions-latest-aaaaaaaaaaaa.toml",
        "versions/goals-x.toml",
        "versions/goals-x-aaaaaaaaaaaa.toml\n",
    ],
)
def test_a_path_that_names_no_document_is_no_version(path: str) -> None:
    assert union.version(path) is None


def _joined(one: _Commit, other: _Commit) -> _Commit:
    """Join two histories as sync does: the one that has the other is the result, else a commit of both is made."""
    if other in one.before:
        return one
    if one in other.before:
        return other
    return _Commit(_united(one, other), one, other)


_PATHS = [_SESSION, _GOAL]


def _acts(*names: str, most: int = 30) -> st.SearchStrategy[list[tuple[int, str, str]]]:
    return st.lists(st.tuples(st.integers(0, 2), st.sampled_from(names), st.sampled_from(_PATHS)), max_size=most)


def _acted(commit: _Commit, act: str, path: str, number: int) -> _Commit:
    """Do one act on a device: write a version that no other device can have, delete a document, or choose one."""
    others = union.versions(commit.tree).get(path, ())
    rest = {place: blob for place, blob in commit.tree.items() if place not in {one.path for one in others}}
    if act == "write":
        return _Commit({**commit.tree, path: f"{number:x}".ljust(40, "a")}, commit)
    if act == "delete" and path in commit.tree:
        return _Commit({place: blob for place, blob in rest.items() if place != path}, commit)
    if act == "keep" and others and path in commit.tree:
        return _Commit(rest, commit)
    if act == "choose" and others:
        chosen = others[0]
        kept = {} if chosen.is_deletion else {path: commit.tree[chosen.path]}
        return _Commit({place: blob for place, blob in rest.items() if place != path} | kept, commit)
    return commit


def _settled(devices: list[_Commit], order: tuple[int, ...]) -> list[_Commit]:
    """Let every device sync through one remote in this order, twice."""
    devices = list(devices)
    remote = devices[order[0]]
    for number in (*order, *order):
        remote = devices[number] = _joined(devices[number], remote)
    return devices


def _lived(acts: list[tuple[int, str, str]]) -> list[_Commit]:
    """Let three devices act one after the other, offline or syncing through a remote or with each other.

    A document is deleted at most once: that one device deleted it after another did can't be told from its having
    synced, so then the question whether it is to go may be asked or not.
    """
    start = _Commit({_SESSION: "f" * 40, _GOAL: "e" * 40})
    devices = [start] * 3
    remote = start
    deleted: set[str] = set()
    for number, (device, act, path) in enumerate(acts, start=16):
        if act == "delete" and path in deleted:
            continue
        deleted |= {path} if act == "delete" else set()
        if act == "sync":
            remote = devices[device] = _joined(devices[device], remote)
        elif act == "meet":
            devices[device] = _joined(devices[device], devices[(device + 1) % 3])
        else:
            devices[device] = _acted(devices[device], act, path, number)
    return devices


@given(_acts("write", "delete", "sync", "meet"))
def test_the_order_in_which_three_devices_sync_makes_no_difference(acts: list[tuple[int, str, str]]) -> None:
    devices = _lived(acts)
    results = [_settled(devices, order) for order in itertools.permutations(range(3))]
    assert all(device.tree == results[0][0].tree for after in results for device in after)


@given(_acts("write", "delete", "choose", "keep", "sync", "meet"))
def test_three_devices_agree_whatever_was_chosen_where(acts: list[tuple[int, str, str]]) -> None:
    devices = _lived(acts)
    for order in itertools.permutations(range(3)):
        after = _settled(devices, order)
        assert after[0].tree == after[1].tree == after[2].tree


@given(_acts("write"))
def test_no_version_written_offline_is_lost(acts: list[tuple[int, str, str]]) -> None:
    devices = _lived(acts)
    last = {blob for device in devices for blob in device.tree.values()} - {"f" * 40, "e" * 40}
    assert last <= set(_settled(devices, (0, 1, 2))[0].tree.values())


class _Device:
    """A device with its journal, and what it knows: the numbers of the acts that were done here or came."""

    def __init__(self, commit: _Commit) -> None:
        self.commit, self.known = commit, frozenset[int]()

    def meet(self, other: _Device) -> None:
        self.commit = other.commit = _joined(self.commit, other.commit)
        self.known = other.known = self.known | other.known


@given(_acts("write", "delete", "choose", "keep", "sync", "meet", most=20))
def test_no_device_overrules_what_it_did_not_know(acts: list[tuple[int, str, str]]) -> None:
    """What an act left stands in the end, alone or as one of the versions, unless one that knew of it dropped it."""
    start = _Commit({_SESSION: "f" * 40, _GOAL: "e" * 40})
    devices, remote = [_Device(start) for _number in range(3)], _Device(start)
    done: dict[int, tuple[str, union.Values, union.Values, frozenset[int]]] = {}
    for number, (which, act, path) in enumerate(acts, start=16):
        device = devices[which]
        if act == "sync":
            device.meet(remote)
        elif act == "meet":
            device.meet(devices[(which + 1) % 3])
        else:
            before = union.values([device.commit.tree])(path)
            device.commit = _acted(device.commit, act, path, number)
            after = union.values([device.commit.tree])(path)
            if after != before:
                done[number] = path, before, after, device.known
                device.known |= {number}
    for device in (*devices, *devices):
        device.meet(remote)
    for path in _PATHS:
        stand = union.values([remote.commit.tree])(path)
        acts_here = {number: rest for number, (document, *rest) in done.items() if document == path}
        left = {
            value
            for number, (before, after, _known) in acts_here.items()
            for value in (after if len(after) == 1 else after - before)
            if not any(
                number in known and (value not in later or len(later) == 1)
                for _before, later, known in acts_here.values()
            )
        }
        assert stand == (left or {"f" * 40 if path == _SESSION else "e" * 40})


def _outcome(*names: str) -> union.Values:
    """Return the versions after A and B, that have versions 2 and 3, did this and met."""
    both = _unite({_SESSION: _blob("2")}, {_SESSION: _blob("3")}, {_SESSION: _blob("1")})
    start = _Commit(both)
    sides = []
    for name in names:
        side = start
        for word in name.split():
            kept = {path: blob for path, blob in side.tree.items() if not union.version(path)}
            side = _Commit({**kept, _SESSION: _blob(word)}, side)
        sides.append(side)
    results = {union.values([_united(*pair)])(_SESSION) for pair in itertools.permutations(sides)}
    assert len(results) == 1
    return results.pop()


@pytest.mark.parametrize(
    ("here", "there", "stand"),
    [
        ("2", "2", "2"),
        ("2", "3", "23"),
        ("2", "3 4", "24"),
        ("2", "2 4", "24"),
        ("2 4", "3 5", "45"),
        ("2 4", "", "4"),
        ("3", "", "3"),
    ],
)
def test_two_choices_made_offline_agree_or_are_asked_about(here: str, there: str, stand: str) -> None:
    assert _outcome(here, there) == {_blob(digit) for digit in stand}


def test_every_kind_of_document_has_versions_beside_it() -> None:
    documents = (
        "agendas/2026-11-23T1405-self-4f2a9c.toml", "events/2026-03-event-4f2a9c.toml",
        "goals/2026-11-23T1405-goal-4f2a9c.toml", "references/2019-11-14-reference-4f2a9c.toml",
        "rounds/2026-11-23-others-4f2a9c.toml", _SESSION, "talks/2026-11-23T1405-talk-4f2a9c.toml",
        "teams/north-1.toml",
    )  # fmt: skip
    for document in documents:
        for blob in (_blob("1"), None):
            path = union.version_path(document, blob)
            assert union.version(path) == union.Version(path, document)


def test_where_a_rule_chooses_among_several_values_it_is_asked_for_these_alone() -> None:
    asked = []

    def decide(document: str, found: union.Values) -> union.Values:
        asked.append((document, found))
        return frozenset({max(filter(None, found))})

    def unite(ours: union.Tree, theirs: union.Tree) -> dict[str, str]:
        return union.unite(
            ours, theirs, lambda _document, mine, other: mine | other, deletion=_DELETION,
            copy_path=lambda path, _blob: path, decide=decide,
        )  # fmt: skip

    assert unite({_SESSION: _blob("1"), _GOAL: _blob("5")}, {_SESSION: _blob("2"), _GOAL: _blob("5")}) == {
        _SESSION: _blob("2"), _GOAL: _blob("5"),
    }  # fmt: skip
    assert asked == [(_SESSION, frozenset({_blob("1"), _blob("2")}))]


@pytest.mark.parametrize(("path", "copies"), [("instruments/own@1.toml", True), ("README.md", False)])
def test_of_other_files_only_an_instrument_is_kept_twice(path: str, copies: bool) -> None:
    for one, other in (("1", "2"), ("2", "1")):
        assert len(_unite({path: _blob(one)}, {path: _blob(other)})) == 1 + copies
        assert _unite({path: _blob(one)}, {path: _blob(other)})[path] == _blob("2")
    for ours, theirs in (({path: _blob("1")}, {}), ({}, {path: _blob("1")}), ({path: _blob("1")}, {path: _blob("1")})):
        assert _unite(ours, theirs) == {path: _blob("1")}


def test_what_no_other_tree_has_just_so_is_lacking_there() -> None:
    other = union.version_path(_SESSION, _blob("2"))
    gone = union.version_path(_SESSION, None)
    one, two = {_SESSION: _blob("1")}, {_SESSION: _blob("2")}
    both = {_SESSION: _blob("2"), union.version_path(_SESSION, _blob("1")): _blob("1")}
    assert union.lacking(one, []) == {_SESSION}
    assert union.lacking(one, [one]) == union.lacking(one, [two, one]) == frozenset()
    assert union.lacking(one, [two]) == union.lacking(one, [{}]) == {_SESSION}
    assert union.lacking({}, [one]) == {_SESSION}  # it is gone here, and there it isn't
    assert union.lacking(both, [one]) == {_SESSION}
    assert union.lacking(both, [one, two]) == frozenset()  # each of its versions is somewhere
    assert union.lacking(one, [both]) == {_SESSION}
    assert union.lacking({**one, gone: _DELETION}, [one]) == {_SESSION}
    assert union.lacking({**one, "README.md": _blob("3")}, [one]) == frozenset()
    assert union.lacking({**one, tombstones.FILE: _blob("3")}, [one]) == {tombstones.FILE}
    assert union.versions([other, gone, _SESSION])[_SESSION] == tuple(
        version for version in map(union.version, sorted((other, gone))) if version
    )
    assert [version.is_deletion for version in union.versions([other, gone])[_SESSION]] == [False, True]
    assert (union.version_mark(_blob("2")), union.document_of(other)) == ("2" * 8, _SESSION)
