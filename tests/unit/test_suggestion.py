"""The statements that a round suggests: few enough, and spread over domains and foci."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from reflect_tui.feedback.suggestion import divide_seats, minutes, suggest
from tests.unit.examples import quick
from tests.unit.round_examples import CONTENT


def test_49_of_92_touch_every_domain_and_every_focus_there_in_the_order_of_the_instrument() -> None:
    chosen = suggest(CONTENT)
    assert len(chosen) == 49
    assert list(chosen) == [item.id for item in CONTENT.items if item.id in chosen]
    for domain in CONTENT.domains:
        asked = [item for item in domain.items if item.id in chosen]
        assert asked
        if len(asked) >= 3:
            assert {item.focus for item in asked} == {item.focus for item in domain.items}


def test_only_the_domains_asked_for() -> None:
    domain = CONTENT.domains[2]
    chosen = suggest(CONTENT, {domain.id}, 7)
    assert len(chosen) == 7
    assert set(chosen) <= {item.id for item in domain.items}
    assert suggest(CONTENT, {domain.id}, 500) == tuple(item.id for item in domain.items)


@quick
@given(st.lists(st.integers(1, 40), min_size=1, max_size=12), st.integers(0, 200))
def test_seats_are_divided_whole_fairly_and_never_beyond_a_size(sizes: list[int], seats: int) -> None:
    shares = divide_seats(sizes, seats)
    assert sum(shares) == min(seats, sum(sizes))
    assert all(0 <= share <= size for share, size in zip(shares, sizes, strict=True))
    if seats >= len(sizes):
        assert all(shares)
    exact = Fraction(min(seats, sum(sizes)), sum(sizes))
    assert all(abs(share - size * exact) <= len(sizes) for share, size in zip(shares, sizes, strict=True))


def test_the_length_is_told_in_minutes() -> None:
    assert minutes(36) == 9
    assert minutes(1) == 1


def test_enough_of_each_domain_is_asked_for_a_verdict_unless_someone_wants_fewer() -> None:
    chosen = suggest(CONTENT)
    for domain in CONTENT.domains:
        assert 2 * sum(item.id in chosen for item in domain.items) >= len(domain.items)
    assert [len(suggest(CONTENT, wanted=count)) for count in (1, 48, 49, 60, 92, 500)] == [1, 48, 49, 60, 92, 92]
