"""Attacks on what a comparison tells: solve it for what one person said. Every attack must find nothing."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.analysis.compare import Comparison, GroupFigures, compare
from reflect_tui.analysis.release import DisclosedTotal, ItemSum, bounded_total, exact_total, item_sum, rounded_mean
from reflect_tui.model.session import Score
from tests.unit.examples import ITEMS, quick, small
from tests.unit.feedback_examples import JUDGED, Feedback, every

score = st.sampled_from(JUDGED)
extreme = st.sampled_from((4, 4, 4, 4, 3, 1))
person = st.one_of(
    st.fixed_dictionaries(dict.fromkeys(ITEMS, score)), st.fixed_dictionaries(dict.fromkeys(ITEMS, extreme))
)


@st.composite
def rounds(draw: st.DrawFn) -> Feedback:
    """Draw a confidential round with any number of people in each group, many of them at the ends of the scale."""
    found = Feedback(draw(person))
    found.give("manager", draw(st.lists(person, max_size=1)))
    found.give("colleague", draw(st.lists(person, min_size=1, max_size=5)))
    found.give("client", draw(st.lists(person, max_size=4)))
    return found


def compared(found: Feedback) -> Comparison:
    return compare(small(), found.session, [found.session], found.others, found.told())


# --- with linear algebra: every published number an equation over what each single person gave ---------------------

Unknown = tuple[int, str]
Equation = dict[Unknown, Fraction]


def unknowns(found: Feedback, role: str, item: str) -> list[Unknown]:
    given = [(place, one) for place, one in enumerate(found.others) if one.role == role]
    return [(place, item) for place, one in given if isinstance(one.scores.get(item), int)]


def equations(found: Feedback, comparison: Comparison) -> list[Equation]:
    """Write every total down, bounds and levels taken for exact sums: that gives the attacker more than there is."""
    told: list[Equation] = []
    for row in (*comparison.domains, *comparison.focuses, *comparison.items):
        together: Equation = {}
        for figures in row.shown:
            cells = [cell for item in figures.items for cell in unknowns(found, figures.role, item)]
            assert len(cells) == figures.scored
            told.append(dict.fromkeys(cells, Fraction(1)))
            if figures in row.groups:
                together |= dict.fromkeys(cells, Fraction(1, figures.scored * len(row.groups)))
        told.append(together)
    return told


def reduced(system: Iterable[Equation]) -> dict[Unknown, Equation]:
    """Bring equations into reduced row echelon form, exactly: by its leading unknown each."""
    rows: dict[Unknown, Equation] = {}
    for equation in system:
        rest = remainder(equation, rows)
        if not rest:
            continue
        lead = min(rest)
        rest = {cell: part / rest[lead] for cell, part in rest.items()}
        for other, row in rows.items():
            if lead in row:
                rows[other] = minus(row, rest, row[lead])
        rows[lead] = rest
    return rows


def minus(row: Equation, other: Equation, times: Fraction) -> Equation:
    found = {cell: row.get(cell, Fraction(0)) - times * other.get(cell, Fraction(0)) for cell in {*row, *other}}
    return {cell: part for cell, part in found.items() if part}


def remainder(equation: Equation, rows: dict[Unknown, Equation]) -> Equation:
    rest = dict(equation)
    for lead, row in rows.items():
        if lead in rest:
            rest = minus(rest, row, rest[lead])
    return rest


def test_the_solver_finds_what_can_be_found() -> None:
    one, two, three = (0, "calm"), (1, "calm"), (2, "calm")
    rows = reduced([dict.fromkeys((one, two, three), Fraction(1)), dict.fromkeys((two, three), Fraction(1))])
    assert not remainder({one: Fraction(1)}, rows)
    assert remainder({two: Fraction(1)}, rows)


@quick
@given(rounds())
def test_no_equation_gives_anyones_score_or_mean_or_those_of_a_hidden_group(found: Feedback) -> None:
    rows = reduced(equations(found, compared(found)))
    for number, one in enumerate(found.others):
        if one.role == "manager":
            continue
        cells = [(number, item) for item, given in one.scores.items() if isinstance(given, int)]
        for cell in cells:
            assert remainder({cell: Fraction(1)}, rows)
        for domain in small().domains:
            within = {cell: Fraction(1) for cell in cells if cell[1] in {item.id for item in domain.items}}
            assert not within or remainder(within, rows)
        assert not cells or remainder(dict.fromkeys(cells, Fraction(1)), rows)
    for hidden in compared(found).raters.hidden:
        members = [number for number, one in enumerate(found.others) if one.role == hidden.role]
        together = {
            (n, item): Fraction(1) for n in members for item in ITEMS if isinstance(found.others[n].scores[item], int)
        }
        assert not together or remainder(together, rows)
        assert all(remainder({cell: Fraction(1)}, rows) for cell in together)


# --- with other answers, of others and of oneself ------------------------------------------------------------------


@quick
@given(rounds())
def test_what_hidden_groups_said_changes_nothing_that_is_told(found: Feedback) -> None:
    before = compared(found)
    roles = {hidden.role for hidden in before.raters.hidden}
    for one in found.others:
        if one.role in roles:
            turned: dict[str, Score] = {
                item: 5 - given if isinstance(given, int) else 2 for item, given in one.scores.items()
            }
            assert isinstance(one.scores, dict)
            one.scores.clear()
            one.scores.update(turned)
    after = compared(found)
    assert (after.domains, after.focuses, after.items) == (before.domains, before.focuses, before.items)


@quick
@given(rounds(), st.lists(st.dictionaries(st.sampled_from(ITEMS), score, min_size=1), min_size=1, max_size=4))
def test_no_change_of_ones_own_session_moves_a_figure_of_a_confidential_group(
    found: Feedback, versions: list[dict[str, Score]]
) -> None:
    """An attacker amends, imports or deletes own answers: a figure is there or not, and always the same one."""
    seen: dict[tuple[str, str], GroupFigures] = {}
    for own in (dict(found.session.scores), *versions):
        changed = structs.replace(found.session, scores=own)
        comparison = compare(small(), changed, [changed], found.others, found.told())
        secret = {group.role for group in comparison.raters.groups if group.confidential}
        for row in (*comparison.domains, *comparison.items):
            for group in row.shown:
                if group.role in secret:
                    figure = structs.replace(group, own=None)
                    assert seen.setdefault((row.id, group.role), figure) == figure


def test_one_item_na_of_ones_own_no_longer_tells_what_three_people_gave_it() -> None:
    """With "calm" n/a, kind and signs gave 24 of 6; with it, all of 9: the difference was three fours."""
    found = Feedback(every(3))
    found.give("colleague", [every(4, kind=2), every(4, signs=2), every(4)])
    without = structs.replace(found.session, scores={**found.session.scores, "calm": "n/a"})
    for own in (found.session, without):
        looking = compare(small(), own, [own], found.others, found.told()).domains[0]
        assert [(group.sum, group.scored, len(group.items)) for group in looking.groups] == [(31, 9, 3)]  # at least


# --- worked out by hand, on a scale of 1 to 4 -----------------------------------------------------------------------


def sums_of(*given: tuple[int, ...]) -> list[ItemSum]:
    return [item_sum(scores, small().scale) for scores in given]


@pytest.mark.parametrize(
    ("scores", "expected", "level"),
    [
        ((4, 4, 4), ItemSum(12, 3, 11, 12, (3, 12)), 4),
        ((4, 4, 3), ItemSum(11, 3, 11, 12, (3, 12)), 4),
        ((3, 2, 2), ItemSum(7, 3, 5, 7, (3, 12)), 2),
        ((2, 2, 1), ItemSum(5, 3, 5, 7, (3, 12)), 2),
        ((1, 1, 1), ItemSum(3, 3, 3, 4, (3, 12)), 1),
        ((2, 1, 2, 1), ItemSum(6, 4, 6, 9, (4, 16)), 2),  # a half is rounded up
        ((1, 1, 1, 2), ItemSum(5, 4, 4, 5, (4, 16)), 1),
        ((4, 4, 4, 4), ItemSum(16, 4, 14, 16, (4, 16)), 4),
    ],
)
def test_the_level_of_an_item_allows_every_sum_that_rounds_to_it(
    scores: tuple[int, ...], expected: ItemSum, level: int
) -> None:
    assert item_sum(scores, small().scale) == expected
    assert expected.level == rounded_mean(sum(scores), len(scores)) == level


HIGH, LOW = (4, 4, 4), (1, 1, 1)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([(4, 4, 3), (2, 2, 1)], (16, 6, "", 16, 16)),  # of 16 to 19
        ([(4, 4, 3)], (11, 3, "at least", 11, 12)),
        ([HIGH], (11, 3, "at least", 11, 12)),
        ([HIGH, (3, 2, 2)], (18, 6, "at least", 18, 19)),
        ([HIGH, (2, 2, 2)], (18, 6, "at least", 18, 19)),
        ([HIGH, (2, 2, 1)], (17, 6, "", 17, 17)),
        ([LOW], (4, 3, "at most", 3, 4)),
        ([(1, 1, 2)], (4, 3, "at most", 3, 4)),
        ([LOW, (2, 2, 1)], (9, 6, "at most", 8, 9)),
        ([LOW, (2, 2, 2)], (9, 6, "at most", 8, 9)),
        ([LOW, (3, 2, 2)], (10, 6, "", 10, 10)),
        ([HIGH, LOW], (15, 6, "about", 14, 16)),
        ([HIGH, (1, 1, 1, 1)], (16, 7, "about", 15, 17)),
        ([(4, 4, 4, 4), LOW], (19, 7, "at least", 19, 20)),  # of 17 to 20
        ([HIGH, LOW, (2, 2, 2)], (21, 9, "", 21, 21)),  # of 19 to 23
        ([HIGH, LOW, (3, 2, 2)], (22, 9, "at least", 22, 23)),
        ([HIGH, LOW, (2, 2, 1)], (20, 9, "at most", 19, 20)),
        ([(2, 2, 1)], (5, 3, "", 5, 5)),
    ],
)
def test_a_total_near_an_end_of_the_scale_is_told_as_a_bound(
    given: list[tuple[int, ...]], expected: tuple[int, int, str, int, int]
) -> None:
    total = bounded_total(sums_of(*given))
    assert (total.sum, total.scored, total.bound, total.least, total.most) == expected
    assert total.mean == Fraction(expected[0], expected[1])


def test_named_answers_are_told_as_they_are() -> None:
    assert exact_total(sums_of((4, 4, 3), (2, 2, 1))) == DisclosedTotal(16, 6, "", 16, 16)
