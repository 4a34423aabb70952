from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.errors import BadFileError
from reflect_tui.model import agenda
from reflect_tui.model.agenda import KINDS, Agenda, AgendaPoint, GroupScoreSum, ScoreSum
from tests.unit.examples import ITEMS, quick

GOLDEN = '''\
format = 1
session = "2026-11-23T1405-self-4f2a9c"
since = "2026-05-12T0910-self-4f2a9b"

[[point]]
kind = "gap"
about = "doing"
text = ""
remark = """
eerst
dan"""
dropped = false

[point.now]
sum = 5
scored = 2

[point.before]
sum = 6
scored = 2

[[point.others]]
role = "client"
people = 3
sum = 18
scored = 6

[[point.others]]
role = "manager"
people = 1
sum = 8
scored = 2

[point.items]
acts = 2

[point.items_before]
acts = 3

[[point]]
kind = "own"
about = ""
text = "Meer tijd voor overleg"
remark = ""
dropped = true
'''


def golden() -> Agenda:
    gap = AgendaPoint(
        kind="gap",
        about="doing",
        remark="eerst\ndan",
        now=ScoreSum(5, 2),
        before=ScoreSum(6, 2),
        others=(GroupScoreSum("client", 3, 18, 6), GroupScoreSum("manager", 1, 8, 2)),
        items={"acts": 2},
        items_before={"acts": 3},
    )
    own = AgendaPoint(kind="own", text="Meer tijd voor overleg", dropped=True)
    return Agenda(session="2026-11-23T1405-self-4f2a9c", since="2026-05-12T0910-self-4f2a9b", points=(gap, own))


def faults(text: str) -> dict[str, str]:
    with pytest.raises(BadFileError) as caught:
        agenda.parse(text.encode(), "agenda.toml")
    return {fault.place: fault.problem for fault in caught.value.faults}


def test_an_agenda_has_one_form() -> None:
    assert agenda.dumps(golden()).decode() == GOLDEN
    assert agenda.parse(GOLDEN.encode(), "agenda.toml") == golden()


def test_an_agenda_without_points_says_what_it_is_of_and_no_more() -> None:
    empty = structs.replace(golden(), points=())
    assert agenda.dumps(empty).decode() == GOLDEN.partition("\n[[point]]")[0]


def test_the_text_of_a_point_is_one_line() -> None:
    data = GOLDEN.replace('"Meer tijd voor overleg"', r'"Meer tijd\nvoor\toverleg"').encode()
    assert agenda.parse(data, "agenda.toml") == golden()


def test_evidence_is_exact() -> None:
    gap, own = golden().points
    assert gap.delta == Fraction(-1, 2)
    assert gap.gap == Fraction(1)  # (3 + 4) / 2 - 5/2: the mean of the groups' means
    assert (own.delta, own.gap) == (None, None)
    assert golden().kept == (gap,)


figures = st.none() | st.builds(ScoreSum, st.integers(0, 99), st.integers(1, 99))
scores = st.dictionaries(st.sampled_from(ITEMS), st.sampled_from([0, 1, 4, 10]))
groups = st.builds(GroupScoreSum, st.sampled_from(["colleague", "manager"]), st.integers(1, 9), st.just(9), st.just(3))
points = st.builds(
    AgendaPoint,
    kind=st.sampled_from([kind for kind in KINDS if kind != "own"]),
    about=st.sampled_from(["doing", "2026-04-20T1605-goal-0a1b2c", ""]),
    text=st.text(max_size=20),
    remark=st.text(max_size=20),
    dropped=st.booleans(),
    now=figures,
    before=figures,
    others=st.lists(groups, max_size=2).map(tuple),
    items=scores,
    items_before=scores,
)


@quick
@given(st.lists(points, max_size=4).map(tuple))
def test_any_agenda_survives_its_file(chosen: tuple[AgendaPoint, ...]) -> None:
    written = agenda.dumps(kept := agenda.clean_texts(structs.replace(golden(), points=chosen)))
    assert agenda.parse(written, "agenda.toml") == kept
    assert agenda.dumps(agenda.parse(written, "agenda.toml")) == written


def test_every_fault_is_named_with_its_place() -> None:
    found = faults(
        'session = "x"\n[[point]]\nkind = "own"\nnow = 3\n[[point]]\nkind = "best"\nabout = "a b"\nshape = 1\n'
        "items = {acts = true}\nnow = {sum = 1, scored = 0}\n"
    )
    assert sorted(found) == [
        "format", "point[1].now", "point[1].text", "point[2].about", "point[2].items.acts", "point[2].kind",
        "point[2].now", "point[2].shape", "session",
    ]  # fmt: skip


def test_a_gap_may_be_below_ones_own_mean_or_on_fewer_items_than_that() -> None:
    below = AgendaPoint(kind="gap", about="doing", now=ScoreSum(8, 2), others=(GroupScoreSum("manager", 1, 3, 2),))
    assert below.gap == Fraction(-5, 2)
    assert structs.replace(below, shared=ScoreSum(1, 1)).gap == Fraction(1, 2)


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("Meer tijd voor overleg", "x" * 500, True),
        ("Meer tijd voor overleg", "x" * 501, False),
        ("acts = 2", "acts = 9", True),
        ("acts = 2", "acts = 11", False),
        ("acts = 2", "acts = 0", True),
        ("acts = 2", "acts = -1", False),
        ("sum = 18", "sum = 0", True),
        ("sum = 18", "sum = -1", False),
        ("sum = 18", "sum = 1000000", True),
        ("sum = 18", "sum = 1000001", False),
        ("scored = 6", "scored = 1", True),
        ("scored = 6", "scored = 0", False),
        ("scored = 6", "scored = 1000000", True),
        ("scored = 6", "scored = 1000001", False),
        ("people = 3", "people = 0", False),
        ("people = 3", "people = 10000", True),
        ("people = 3", "people = 10001", False),
        ("sum = 5\nscored = 2", "sum = 5\nscored = 1", True),
        ("sum = 5\nscored = 2", "sum = 5\nscored = 0", False),
        ("sum = 5\nscored = 2", "sum = 5\nscored = 1000000", True),
        ("sum = 5\nscored = 2", "sum = 5\nscored = 1000001", False),
        ("format = 1", "format = 1\nmore = 1", False),
        ("people = 3", "people = 3\nmore = 1", False),
        ("sum = 5", "sum = 5\nmore = 1", False),
        ('about = "doing"', 'about = "doing"\nmore = 1', False),
    ],
)
def test_what_a_file_may_hold_has_limits(old: str, new: str, allowed: bool) -> None:
    text = GOLDEN.replace(old, new, 1)
    if allowed:
        assert agenda.dumps(agenda.parse(text.encode(), "agenda.toml")).decode() == text
    else:
        assert faults(text)
