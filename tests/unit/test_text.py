from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflect_tui.text import clean, display, hidden
from tests.unit.examples import quick

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
FILLERS = "\u115f\u1160\u3164\uffa0"  # letters that show nothing
any_text = st.text(st.characters(categories=None)) | st.text("a \r\n\t\x00\x1b\x9b\x7f\x85\u2028\u202e\ud800\u200d")


def kinds(text: str) -> set[str]:
    return {unicodedata.category(letter) for letter in text}


@quick
@given(any_text, st.booleans())
def test_clean_text_stays_as_it_is_when_cleaned_again(text: str, multiline: bool) -> None:
    cleaned = clean(text, multiline=multiline)
    assert clean(cleaned, multiline=multiline) == cleaned


@quick
@given(any_text)
def test_clean_text_has_no_control_character_but_line_ends_and_tabs(text: str) -> None:
    cleaned = clean(text)
    assert not kinds(cleaned.replace("\n", "").replace("\t", "")) & {"Cc", "Cs"}
    cleaned.encode("utf-8")


@quick
@given(any_text)
def test_clean_text_for_one_line_is_one_line_without_blanks_around(text: str) -> None:
    cleaned = clean(text, multiline=False)
    assert not set(cleaned) & {"\n", "\t"}
    assert cleaned == cleaned.strip()


@quick
@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_clean_changes_no_letter(text: str) -> None:
    assert clean(text) == text


def test_every_line_end_becomes_the_same() -> None:
    assert clean("a\r\nb\rc\nd\r\r\ne") == "a\nb\nc\nd\n\ne"
    assert clean("a\r\nb\t\n\nc ", multiline=False) == "a b c"


def test_clean_drops_what_a_terminal_obeys_and_replaces_surrogates() -> None:
    assert clean("a\x1b[31mb\x9b\x07\x00\x7fc\ud800") == "a[31mbc\N{REPLACEMENT CHARACTER}"


def test_of_all_control_characters_only_line_ends_and_tabs_stay() -> None:
    controls = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]
    assert [letter for letter in controls if clean(letter)] == ["\t", "\n", "\r"]
    assert all(display(letter) not in controls for letter in controls)


def test_clean_keeps_joined_signs_and_writing_from_right_to_left() -> None:
    for text in ("👩‍👩‍👧", "e\u0301", "שלום", f"a{BIDI}b"):
        assert clean(text) == text


@quick
@given(any_text)
def test_shown_text_holds_nothing_a_terminal_obeys(text: str) -> None:
    shown = display(text)
    assert not kinds(shown) & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(shown) & set(BIDI)
    shown.encode("utf-8")


@quick
@given(any_text)
def test_shown_text_stays_when_shown_again(text: str) -> None:
    shown = display(text)
    assert display(shown) == shown


@quick
@given(
    st.text(
        st.characters(exclude_categories=("Cc", "Cs", "Cf", "Cn", "Zl", "Zp", "Mn", "Me"), exclude_characters=FILLERS)
    )
)
def test_showing_changes_no_letter(text: str) -> None:
    assert display(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u200bb", "a⟨ZWSP⟩b"),
        ("a\u2060b", "a⟨WJ⟩b"),
        ("a\ufeffb", "a⟨BOM⟩b"),
        ("op\u00adnemen", "op⟨SHY⟩nemen"),
        ("a\U000e0041\U000e0042b", "a⟨TAG⟩b"),
        ("a\u3164b", "a⟨HF⟩b"),
        ("a\u200db\u200cc", "a⟨ZWJ⟩b⟨ZWNJ⟩c"),
        ("\u200d", "⟨ZWJ⟩"),
        ("a\u200d b\u200c", "a⟨ZWJ⟩ b⟨ZWNJ⟩"),
        ("é\u200c.", "é⟨ZWNJ⟩."),
        ("a\u200d↔", "a⟨ZWJ⟩↔"),
        ("🙂\u200dx", "🙂⟨ZWJ⟩x"),
        ("م\u200c\u200c\u200cی", "م\u200c⟨ZWNJ⟩ی"),  # one is needed, more carry something
        ("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074", "🏴⟨TAG⟩"),
        (
            "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f\U000e0041",
            "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f⟨TAG⟩",
        ),
        ("!\ufe0f", "!⟨VS⟩"),
    ],
)
def test_a_character_that_shows_nothing_is_named(text: str, shown: str) -> None:
    assert display(text) == shown
    assert hidden(text) > 0


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم", "क\u094d\u200dष", "👩\u200d🚀", "❤️\u200d🔥", "👩🏽\u200d🚀", "café ≈ “ok” – ½",
        "سال ۱۳۸۷ ه\u200d.ش", "ه\u200d", "\u200dه", "PDF\u200cها", "20\u200cساله",  # Persian, heh alone among them
        "അവന\u0d4d\u200d വന്നു", "അവന\u0d4d\u200d", "ര\u0d4d\u200d,",  # chillus of Malayalam at the end of a word
        "क\u094d\u200d", "র\u200d\u09cdয", "ක\u0dca\u200dය",  # half a letter alone, Bengali, Sinhala
        "\U0001e900\u200d\U0001e901", "\U0001e922\u200c\U0001e923",  # Adlam
        "🙂\u200d↔\ufe0f", "🙂\u200d↕\ufe0f", "🏃🏽\u200d♀\ufe0f\u200d➡\ufe0f", "↔\ufe0f ➡\ufe0f ↔\ufe0e",
        "‼\ufe0f ⁉\ufe0f 〰\ufe0f",
        "🏳\ufe0f\u200d🌈", "👁\ufe0f\u200d🗨\ufe0f", "🧑🏿\u200d🤝\u200d🧑🏻", "🏴\u200d☠\ufe0f", "#\ufe0f\u20e3",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    ],
)  # fmt: skip
def test_what_a_script_or_an_emoji_needs_is_not_hidden(text: str) -> None:
    assert display(text) == text
    assert hidden(text) == 0


def test_at_most_four_marks_stand_on_one_letter() -> None:
    assert display("e" + "\u0301" * 30 + "x\u0301") == "e" + "\u0301" * 4 + "x\u0301"
    assert display("Z" + "\u0301\u0489" * 15) == "Z" + "\u0301\u0489" * 2


def test_what_is_not_printable_becomes_a_visible_sign() -> None:
    assert display("\x1b]52;c;x\x07") == "␛]52;c;x␇"
    assert display("a\nb\tc\x7f") == "a b c␡"
    assert display("\x9b\u202e\u2028\ud800") == "\N{REPLACEMENT CHARACTER}" * 4


@pytest.mark.parametrize(
    ("text", "shown", "count"),
    [
        ("a\U000e0173\U000e0165", "a⟨VS⟩", 2),  # bytes smuggled behind a letter
        ("x\ufe05", "x⟨VS⟩", 1),
        ("\ufe0f", "⟨VS⟩", 1),
        ("\u2065\U000e0080\U000e01f0\ufff0", "⟨IGN⟩", 4),
        ("1\ufe0f\u20e3 \u26d3\ufe0f", "1\ufe0f\u20e3 \u26d3\ufe0f", 0),  # a keycap and an emoji need theirs
        ("\u845b\U000e0100", "\u845b\U000e0100", 0),  # and so do ideographs
        ("\u0628" + ("\u064e" * 4 + "\u200d") * 3 + "\u0628", "\u0628" + "\u064e" * 4 + "\u200d\u0628", 0),
    ],
)
def test_selectors_and_joiners_hide_nothing(text: str, shown: str, count: int) -> None:
    assert (display(text), hidden(text)) == (shown, count)
