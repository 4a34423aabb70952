"""What is released of a group at closing: the values, worked out by hand, and that nothing later changes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.analysis.compare import compare
from reflect_tui.analysis.release import closed_round, level_range, release, released_total, rounded_mean, told_round
from reflect_tui.errors import BadFileError
from reflect_tui.feedback.answers import AnswerContent
from reflect_tui.model import round as rounds
from reflect_tui.model.agenda import Bound
from reflect_tui.model.instrument_faults import FOCUSES
from reflect_tui.model.round import Comment, Rater, Released, ReleasedDomain, ReleasedFocus, Round
from reflect_tui.model.session import NOT_APPLICABLE, Score
from tests.unit import examples
from tests.unit.examples import ITEMS, quick, small
from tests.unit.feedback_examples import Feedback, answers, every
from tests.unit.test_compare import by_hand
from tests.unit.test_disclosure import Equation, person, reduced, remainder

CLOSED = datetime(2026, 12, 14, 9, 0, tzinfo=UTC)


def asked(*groups: tuple[Rater, int]) -> Round:
    """Give an open confidential round in which so many of each group have answered."""
    found = Feedback(every(3))
    for role, count in groups:
        found.give(role, [every(2)] * count)
    (made,) = found.rounds.values()
    return structs.replace(made, state="open")


def said(role: Rater, scores: dict[str, Score], *, remark: str = "", **notes: str) -> AnswerContent:
    return AnswerContent(role=role, scores=scores, remark=remark, notes=notes)


def test_what_is_released_is_what_was_calculated_by_hand() -> None:
    given_scores = [
        answers(4, 3, 3, 3, 2, 2, 3),
        answers(3, 3, NOT_APPLICABLE, 3, 3, 3, 3),
        answers(4, 4, 2, 2, 2, 3, 2),
        answers(3, 4, 3, 4, 3, 2, NOT_APPLICABLE),
    ]
    round_ = asked(("manager", 1), ("colleague", 4), ("client", 2))
    manager, colleagues = release(
        small(),
        round_,
        [
            said("manager", answers(4, 4, 3, 2, 2, 3, None)),
            *(said("colleague", scores) for scores in given_scores),
            *(said("client", every(1), remark="two are too few") for _client in range(2)),
        ],
    )
    assert manager == Released(
        role="manager",
        people=1,
        scored={"calm": 1, "kind": 1, "signs": 1, "acts": 1, "tells": 1, "asks": 1},
        sums={"calm": 4, "kind": 4, "signs": 3, "acts": 2, "tells": 2, "asks": 3},
    )
    assert colleagues == Released(
        role="colleague",
        people=4,
        scored={"calm": 4, "kind": 4, "signs": 3, "acts": 4, "tells": 4, "asks": 4, "gives": 3},
        points={"calm": 4, "kind": 4, "signs": 3, "acts": 3, "tells": 3, "asks": 3, "gives": 3},
        domains=(
            ReleasedDomain(id="looking", sum=36),
            ReleasedDomain(id="doing", sum=22),
            ReleasedDomain(id="together", sum=18),
        ),
    )


def test_a_focus_is_worked_out_from_what_is_told_of_statements_and_domains() -> None:
    """Four colleagues gave `calm` 14, `kind` 14, `asks` 10: with `signs` (8 of three) the domain is told as 36."""
    given_scores = [answers(4, 3, 3, 3, 2, 2, 3), answers(3, 3, NOT_APPLICABLE, 3, 3, 3, 3)]
    given_scores += [answers(4, 4, 2, 2, 2, 3, 2), answers(3, 4, 3, 4, 3, 2, NOT_APPLICABLE)]
    (group,) = release(small(), asked(("colleague", 4)), [said("colleague", scores) for scores in given_scores])
    attitude = released_total(small(), group, "focus", "attitude", ["calm", "kind", "asks"])
    # calm and kind allow 28 to 32, signs 8 to 10: of 36 that is 28 and 8, for 36 is the least of all three
    # asks allows 10 to 13, gives 8 to 10: 18 is the least of both
    assert attitude
    assert (attitude.mean, attitude.scored, attitude.bound) == (Fraction(13, 4), 12, "about")  # 3.17, to a quarter
    assert (attitude.least, attitude.most) == (38, 38)
    skill = released_total(small(), group, "focus", "skill", ["acts", "tells", "gives"])
    assert skill
    assert (skill.mean, skill.least, skill.most) == (
        Fraction(11, 4),
        30,
        30,
    )  # 2.73; acts and tells are all of their domain


def test_a_focus_is_worked_out_from_statements_alone_where_no_domain_is_told() -> None:
    """The same four: `calm` and `kind` lie in 28 to 32, `signs` in 8 to 10, `asks` in 10 to 13, `gives` in 8 to 10."""
    given_scores = [answers(4, 3, 3, 3, 2, 2, 3), answers(3, 3, NOT_APPLICABLE, 3, 3, 3, 3)]
    given_scores += [answers(4, 4, 2, 2, 2, 3, 2), answers(3, 4, 3, 4, 3, 2, NOT_APPLICABLE)]
    (group,) = release(small(), asked(("colleague", 4)), [said("colleague", scores) for scores in given_scores])
    alone = structs.replace(group, domains=(), focuses=())
    attitude = released_total(small(), alone, "focus", "attitude", ["calm", "kind", "asks"])
    assert attitude  # the middle of what the points leave: 30 and 11.5 of twelve, 3.46
    assert (attitude.mean, attitude.least, attitude.most) == (Fraction(7, 2), 38, 45)


def test_answers_that_differ_in_a_focus_only_are_told_as_the_same() -> None:
    first, second = (
        release(small(), asked(("colleague", 3)), [said("colleague", every(3)), said("colleague", every(3)), third])
        for third in (said("colleague", every(3, signs=2)), said("colleague", every(3, kind=2)))
    )
    assert first == second
    attitude = released_total(small(), first[0], "focus", "attitude", ["calm", "kind", "asks"])
    assert attitude  # 26 of 24 to 30 is a third of what the points leave free: 17.3 of 16 to 20; and 9 of 8 to 10
    assert (attitude.mean, attitude.least, attitude.most) == (Fraction(3), 24, 28)  # 26.3 of nine


@pytest.mark.parametrize(
    ("items", "people"),
    [
        (("acts", "tells", "asks", "gives"), 3),
        (("calm", "kind", "signs", "acts"), 3),
        (("calm", "asks", "gives"), 4),
        (("calm",), 5),
    ],
)
def test_no_file_has_a_statement_that_can_only_lie_at_an_end_of_the_scale(items: tuple[str, ...], people: int) -> None:
    """Whoever knows the rules tries all sums that give the same file: none leaves a statement nothing but an end."""
    round_ = structs.replace(asked(("colleague", people)), items=items)
    by_file: dict[object, list[set[int]]] = {}
    for sums in product(range(people, 4 * people + 1), repeat=len(items)):
        parts = {item: _divided(total, people) for item, total in zip(items, sums, strict=True)}
        rows = [{item: part[place] for item, part in parts.items()} for place in range(people)]
        (group,) = release(small(), round_, [said("colleague", {**row}) for row in rows])
        for possible, total in zip(by_file.setdefault(repr(group), [set() for _ in items]), sums, strict=True):
            possible.add(total)
    assert not [
        (file, item)
        for file, possible in by_file.items()
        for item, totals in zip(items, possible, strict=True)
        if totals in ({people}, {4 * people})
    ]


def _divided(total: int, people: int) -> list[int]:
    """Divide a sum over people as evenly as whole scores can."""
    return [total // people + (place < total % people) for place in range(people)]


def test_a_statement_that_too_few_scored_is_absent_and_adds_to_nothing() -> None:
    (group,) = release(
        small(),
        asked(("colleague", 3)),
        [said("colleague", every(2)), said("colleague", every(2)), said("colleague", every(4, calm=NOT_APPLICABLE))],
    )
    assert "calm" not in group.scored
    assert (group.scored["kind"], group.points["kind"]) == (3, 3)
    assert group.domains[0] == ReleasedDomain(id="looking", sum=16)


def test_statements_that_were_not_asked_count_nowhere() -> None:
    round_ = structs.replace(asked(("colleague", 3)), items=("calm",))
    (group,) = release(small(), round_, [said("colleague", every(3))] * 3)
    assert group.scored == {"calm": 3}


def test_everyone_at_the_end_of_the_scale_is_released_as_a_bound() -> None:
    (group,) = release(small(), asked(("colleague", 3)), [said("colleague", every(4))] * 3)
    assert [(domain.sum, domain.bound) for domain in group.domains] == [
        (35, "at least"),
        (23, "at least"),
        (23, "at least"),
    ]
    total = released_total(small(), group, "domain", "doing", ["acts", "tells"])
    assert total
    assert (total.least, total.most, total.mean) == (23, 24, Fraction(23, 6))


def test_comments_have_a_domain_and_no_order_of_the_answers() -> None:
    given_answers = [
        said("colleague", every(2), remark="all in all", gives="one", calm="two"),
        said("colleague", every(3), calm="three"),
        said("colleague", every(4)),
    ]
    made = {release(small(), asked(("colleague", 3)), order)[0].comments for order in permutations(given_answers)}
    (comments,) = made
    assert {comment.text for comment in comments[:2]} == {"two", "three"}
    assert comments[2:] == (Comment(domain="together", text="one"), Comment(text="all in all"))


def test_a_closed_round_survives_its_file_and_holds_no_answer() -> None:
    given_answers = [said("colleague", every(score), calm=f"note {score}", remark="ends") for score in (2, 3, 4)]
    closed = closed_round(small(), asked(("colleague", 3)), given_answers, CLOSED)
    data = rounds.dumps(closed)
    assert rounds.parse(data, "x.toml") == closed
    assert rounds.dumps(rounds.parse(data, "x.toml")) == data
    assert (closed.state, closed.closed) == ("closed", CLOSED)
    assert b"calm = 3" in data
    assert not [line for line in data.decode().splitlines() if line.startswith("calm =") and line[-1] != "3"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (b"answered = true\n", b"", "people: is not how many of that group have answered"),
        (b"people = 3", b"people = 2", "people: are fewer than the round promises"),
        (b'state = "closed"', b'state = "open"', "closed: stands in a round that is not closed"),
        (b'promise = "confidential"', b'promise = "named"', "promised: what was promised and asked was changed"),
        (b"[released.scored]\ncalm = 3", b"[released.scored]\ncalm = 1", "scored.calm: was not asked, or not scored"),
        (b"[released.points]\ncalm = 3\n", b"[released.points]\n", "points: are not of the same statements"),
        (b"closed = 2026-12-14T09:00:00+00:00\n", b"", "closed: is missing"),
    ],
)
def test_a_file_whose_figures_do_not_fit_its_people_is_not_read(old: bytes, new: bytes, problem: str) -> None:
    closed = closed_round(small(), asked(("colleague", 3)), [said("colleague", every(3))] * 3, CLOSED)
    data = rounds.dumps(closed)
    assert old in data
    with pytest.raises(BadFileError, match=problem.replace("(", r"\(")):
        rounds.parse(data.replace(old, new, 1), "x.toml")


def test_figures_that_can_not_be_of_the_instrument_are_left_out() -> None:
    closed = closed_round(small(), asked(("colleague", 3)), [said("colleague", every(3))] * 3, CLOSED)
    (group,) = closed.released
    assert told_round(small(), closed, ()) == closed
    for bad in (
        {"points": dict.fromkeys(group.points, 9)},
        {"domains": (ReleasedDomain(id="nowhere", sum=9),)},
        {"domains": (ReleasedDomain(id="doing", sum=99),)},
        {"focuses": (ReleasedFocus(id="skill", quarters=17),)},
        {"comments": (Comment(domain="nowhere", text="x"),)},
        {"scored": {**group.scored, "no-item": 3}},
    ):
        forged = structs.replace(closed, released=(structs.replace(group, **bad),))
        assert told_round(small(), forged, ()).released == ()


def test_rows_of_an_earlier_version_give_the_same_figures_and_none_where_one_is_missing() -> None:
    found = by_hand()
    (told,) = found.told().values()
    assert [(group.role, group.people) for group in told.released] == [("manager", 1), ("colleague", 4)]
    assert told.closed == found.others[0].finished
    (fewer,) = found.told(found.others[:-3]).values()  # a colleague and the clients are gone
    assert [group.role for group in fewer.released] == ["manager"]


# --- attacks: everything that is written down, and everything that can be looked at ---------------------------------


@st.composite
def groups(draw: st.DrawFn) -> list[dict[str, Score]]:
    """Draw the answers of one group of colleagues, many of them at the ends of the scale."""
    return [dict(draw(person)) for _person in range(draw(st.integers(3, 5)))]


@quick
@given(groups())
def test_no_equation_over_the_released_figures_gives_anyones_score_or_mean(people: list[dict[str, Score]]) -> None:
    """Whoever opens the round's file has all figures at once, beside whatever session; each is taken for exact."""
    (group,) = release(small(), asked(("colleague", len(people))), [said("colleague", scores) for scores in people])

    def cells(items: Sequence[str]) -> Equation:
        given_cells = [(n, item) for item in items for n, scores in enumerate(people) if isinstance(scores[item], int)]
        return dict.fromkeys(given_cells, Fraction(1))

    parts = [[item.id for item in domain.items] for domain in small().domains]
    parts += [[item.id for item in small().items if item.focus == focus] for focus in FOCUSES]
    parts += [[item] for item in group.scored]
    told = [cells([item for item in part if item in group.scored]) for part in parts]
    assert all(group.scored[item] >= 3 for item in group.scored)
    rows = reduced(told)
    for number, scores in enumerate(people):
        own = [(number, item) for item in ITEMS if isinstance(scores[item], int)]
        assert all(remainder({cell: Fraction(1)}, rows) for cell in own)
        assert not own or remainder(dict.fromkeys(own, Fraction(1)), rows)


own_answers = st.dictionaries(st.sampled_from(ITEMS), st.sampled_from((1, 2, 3, 4, NOT_APPLICABLE)), min_size=1)


@quick
@given(groups(), groups(), st.lists(own_answers, min_size=1, max_size=5))
def test_no_sequence_of_views_shows_a_second_figure_of_a_group(
    first: list[dict[str, Score]], second: list[dict[str, Score]], versions: list[dict[str, Score]]
) -> None:
    """Own sessions amended, imported, deleted, two rounds, a copy of the journal: every figure is a released one."""
    found = Feedback(every(3))
    found.give("colleague", first, mark="000001")
    found.give("colleague", second, mark="000002")
    told = found.told()
    newest = told[max(told)]
    sessions = [structs.replace(examples.session(scores, days=-n), scores=scores) for n, scores in enumerate(versions)]
    journals = [[one] for one in sessions] + [sessions[:n] for n in range(1, len(sessions) + 1)]
    (expected,) = newest.released
    seen: dict[tuple[str, str], object] = {}
    for own in journals:
        for session in own:
            comparison = compare(small(), session, own, (), told)
            for group in comparison.raters.groups:
                assert group.released == expected, "never the older round, and never two together"
            for axis in ("domain", "focus", "item"):
                for row in comparison.rows(axis):
                    for figures in row.shown:
                        figure = structs.replace(figures, own=None)
                        assert seen.setdefault((axis, row.id), figure) == figure


def test_figures_fit_an_instrument_from_the_lowest_to_the_highest_that_its_scale_allows() -> None:
    looking = dict.fromkeys(("calm", "kind", "signs"), 3)
    group = Released(role="client", people=3, scored=looking, points=dict.fromkeys(looking, 3))
    manager = Released(role="manager", people=1, scored={"calm": 1}, sums={"calm": 3})

    def fit(**changes: object) -> bool:
        return rounds.fits(structs.replace(group, **changes), small())

    assert fit()
    assert [fit(points={"calm": point}) for point in (0, 1, 4, 5)] == [False, True, True, False]
    sums = [(ReleasedDomain(id="looking", sum=told),) for told in (8, 9, 36, 37)]
    assert [fit(domains=told) for told in sums] == [False, True, True, False]
    assert not fit(domains=(ReleasedDomain(id="doing", sum=0),))  # of which nothing was scored
    quarters = [(ReleasedFocus(id="attitude", quarters=told),) for told in (3, 4, 16, 17)]
    assert [fit(focuses=told) for told in quarters] == [False, True, True, False]
    assert not fit(focuses=(ReleasedFocus(id="mood", quarters=8),))
    assert fit(focuses=tuple(ReleasedFocus(id=name, quarters=8) for name in ("attitude", "knowledge", "skill")))
    assert not fit(domains=(ReleasedDomain(id="elsewhere", sum=3),))
    assert not fit(scored={**looking, "sings": 3})
    comments = [(Comment(domain=domain, text="x"),) for domain in ("", "looking", "elsewhere")]
    assert [fit(comments=told) for told in comments] == [True, True, False]
    told = [structs.replace(manager, sums={"calm": score}) for score in (0, 1, 4, 5)]
    assert [rounds.fits(one, small()) for one in told] == [False, True, True, False]


def test_a_round_that_needs_more_people_tells_less_of_what_a_third_person_combined() -> None:
    scored = {"calm": 5, "kind": 4}
    group = Released(
        role="client", people=5, scored=scored, points={"calm": 3, "kind": 2},
        domains=(ReleasedDomain(id="looking", sum=25),), focuses=(ReleasedFocus(id="attitude", quarters=11),),
        comments=(Comment(text="well done"),),
    )  # fmt: skip
    fewer = structs.replace(group, scored={"calm": 5}, points={"calm": 3}, domains=(), focuses=())
    for needed, told in ((4, (group,)), (5, (fewer,)), (6, ())):
        assert rounds.as_promised([group], {"client": needed}.__getitem__) == told


@pytest.mark.parametrize(
    ("level", "people", "least", "most"),
    [
        (1, 3, 3, 4),
        (2, 3, 5, 7),
        (3, 3, 8, 10),
        (4, 3, 11, 12),
        (1, 4, 4, 5),
        (2, 4, 6, 9),
        (4, 4, 14, 16),
        (3, 1, 3, 3),
    ],
)
def test_a_level_stands_for_every_sum_that_rounds_to_it(level: int, people: int, least: int, most: int) -> None:
    assert level_range(level, people, small().scale) == (least, most)
    sums = [total for total in range(people, 4 * people + 1) if rounded_mean(total, people) == level]
    assert (sums[0], sums[-1]) == (least, most)


@pytest.mark.parametrize(
    ("bound", "least", "most"), [("", 20, 20), ("at least", 20, 21), ("at most", 19, 20), ("about", 19, 21)]
)
def test_what_is_told_of_a_domain_lies_one_point_further_on_the_side_of_its_bound(
    bound: Bound, least: int, most: int
) -> None:
    looking = dict.fromkeys(("calm", "kind", "signs"), 3)
    group = Released(
        role="client", people=3, scored=looking, points=dict.fromkeys(looking, 2),
        domains=(ReleasedDomain(id="looking", sum=20, bound=bound),),
    )  # fmt: skip
    told = released_total(small(), group, "domain", "looking", tuple(looking))
    assert told is not None
    assert (told.sum, told.scored, told.bound, told.least, told.most) == (20, 9, bound, least, most)
    item = released_total(small(), group, "item", "calm", ("calm",))
    assert item is not None
    assert (item.sum, item.scored, item.bound, item.least, item.most) == (6, 3, "about", 5, 7)
    assert released_total(small(), group, "domain", "doing", ()) is None
    assert released_total(small(), structs.replace(group, domains=()), "domain", "looking", tuple(looking)) is None
