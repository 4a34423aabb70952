from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflect_tui import i18n
from reflect_tui.i18n import choose_language, format_date, format_number
from tests.unit.examples import quick


@pytest.fixture
def locale(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_what_is_asked_goes_before_the_setting_and_the_setting_before_the_locale(locale: pytest.MonkeyPatch) -> None:
    locale.setenv("LC_ALL", "nl_NL.UTF-8")
    assert choose_language("en", "nl") == "en"
    assert choose_language(None, "en") == "en"
    assert choose_language("", "") == "nl"
    assert choose_language(None, None) == "nl"


def test_the_locale_is_read_in_the_order_of_posix(locale: pytest.MonkeyPatch) -> None:
    locale.setenv("LANG", "nl_NL.UTF-8")
    assert choose_language(None, None) == "nl"
    locale.setenv("LC_MESSAGES", "en_GB.UTF-8")
    assert choose_language(None, None) == "en"
    locale.setenv("LC_ALL", "nl_BE")
    assert choose_language(None, None) == "nl"
    locale.setenv("LC_ALL", "")
    assert choose_language(None, None) == "en"


@pytest.mark.parametrize("name", ["C", "C.UTF-8", "POSIX"])
def test_the_neutral_locale_is_english_whatever_stands_behind_it(locale: pytest.MonkeyPatch, name: str) -> None:
    locale.setenv("LC_ALL", name)
    locale.setenv("LANG", "nl_NL.UTF-8")
    assert choose_language(None, None) == "en"
    assert choose_language(None, "nl") == "nl"


@pytest.mark.parametrize("name", ["nl", "nl_NL", "nl-NL", "NL", "nl.UTF-8", "nl_NL.UTF-8@euro", "nl@euro"])
def test_dutch_is_known_in_every_spelling(locale: pytest.MonkeyPatch, name: str) -> None:
    assert choose_language(None, None) == "en"
    locale.setenv("LANG", name)
    assert choose_language(None, None) == "nl"


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("nl:en", "nl"),
        ("en:nl", "en"),
        ("fy:nl", "nl"),
        ("fy:nds", "en"),
        (":nl", "nl"),
        ("nl_BE.UTF-8:fr", "nl"),
        ("C:nl", "en"),
        ("fy:C:nl", "en"),
        ("POSIX:nl", "en"),
        ("nl:C", "nl"),
        ("fy:C.UTF-8:nl", "nl"),
    ],
)
def test_the_list_of_languages_is_followed_before_the_locale(
    locale: pytest.MonkeyPatch, wanted: str, chosen: str
) -> None:
    for name in ("nl_NL.UTF-8", "en_GB.UTF-8", "fr_FR.UTF-8"):
        locale.setenv("LANG", name)
        locale.setenv("LANGUAGE", wanted)
        assert choose_language(None, None) == chosen
        assert choose_language(None, "en") == "en"


def test_the_list_of_languages_is_not_followed_in_the_neutral_locale(locale: pytest.MonkeyPatch) -> None:
    locale.setenv("LANGUAGE", "nl:en")
    assert choose_language(None, None) == "en"  # as gettext has it: no locale is the neutral one
    assert choose_language(None, "nl") == "nl"
    locale.setenv("LANG", "C.UTF-8")
    assert choose_language(None, None) == "nl"
    locale.setenv("LC_ALL", "C")
    assert choose_language(None, None) == "en"
    locale.setenv("LANGUAGE", "")
    locale.setenv("LC_ALL", "nl_NL.UTF-8")
    assert choose_language(None, None) == "nl"


def test_a_language_that_is_not_there_is_english(locale: pytest.MonkeyPatch) -> None:
    locale.setenv("LANG", "fr_FR.UTF-8")
    assert choose_language("de", "xx") == "en"
    i18n.use_language("fr")
    assert i18n.current_language() == "en"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(2995, 1000), "3.00"),
        (Fraction(2994, 1000), "2.99"),
        (Fraction(-2995, 1000), "-3.00"),
        (Fraction(5, 1000), "0.01"),
        (Fraction(5, 1000) - Fraction(1, 10**40), "0.00"),
        (Fraction(-4, 1000), "0.00"),
        (Fraction(0), "0.00"),
        (Fraction(61, 23), "2.65"),
        (0.5, "0.50"),
    ],
)
def test_halves_go_up_from_the_exact_fraction_and_zero_has_no_sign(value: Fraction | float, shown: str) -> None:
    assert format_number(value) == shown


def test_a_sign_is_shown_on_request_but_never_for_zero() -> None:
    assert format_number(Fraction(1, 5), sign=True) == "+0.20"
    assert format_number(Fraction(-1, 5), sign=True) == "-0.20"
    assert format_number(Fraction(4, 1000), sign=True) == "0.00"
    assert format_number(Fraction(-4, 1000), sign=True) == "0.00"


def test_places_can_be_chosen() -> None:
    assert format_number(Fraction(5, 2), 0) == "3"
    assert format_number(Fraction(5, 2), 1) == "2.5"
    assert format_number(Fraction(-5, 2), 0, sign=True) == "-3"


@quick
@given(st.fractions(-1000, 1000), st.integers(0, 4))
def test_a_shown_number_is_the_nearest_there_is(value: Fraction, places: int) -> None:
    unit = Fraction(1, 10**places)
    nearest = math.floor(abs(value) / unit + Fraction(1, 2)) * unit
    shown = format_number(value, places)
    assert abs(Fraction(shown)) == nearest
    assert shown.startswith("-") == (value < 0 < nearest)
    assert len(shown.partition(".")[2]) == places


@quick
@given(st.fractions(-9, 9, max_denominator=92))
def test_with_a_sign_only_the_plus_is_added(value: Fraction) -> None:
    assert format_number(value, sign=True).removeprefix("+") == format_number(value)
    assert format_number(value, sign=True).startswith("+") == (value > 0 and Fraction(format_number(value)) > 0)


def test_dates_are_written_as_people_do() -> None:
    assert format_date(date(2026, 11, 23)) == "23 Nov 2026"
    assert format_date(date(2026, 5, 2)) == "2 May 2026"
    assert format_date(date(999, 1, 31)) == "31 Jan 0999"


def test_every_month_has_a_name_of_its_own() -> None:
    assert len({i18n.month_name(month) for month in range(1, 13)}) == 12


def test_english_messages_are_their_own_keys() -> None:
    assert i18n._("unknown key") == "unknown key"
    assert i18n.ngettext("one statement", "many statements", 1) == "one statement"
    assert i18n.ngettext("one statement", "many statements", 2) == "many statements"
    assert i18n.pgettext("month, short", "May") == "May"
