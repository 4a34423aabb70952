from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import Key, Paste
from textual.message import Message

from reflect_tui.tui.terminal.input_parser import BEGIN, END, InputParser
from tests.unit.examples import quick


def read(*chunks: bytes | str, encoding: str = "utf-8", pauses: bool = False) -> list[Message]:
    keys = InputParser(encoding)
    found: list[Message] = []
    for chunk in chunks:
        found += keys.feed(chunk.encode() if isinstance(chunk, str) else chunk)
        if pauses:
            found += keys.pause()
    while keys.waits:
        found += keys.pause()
    return found


def typed(found: list[Message]) -> list[str | None]:
    return [event.character for event in found if isinstance(event, Key)]


def pasted(found: list[Message]) -> list[str]:
    return [event.text for event in found if isinstance(event, Paste)]


def test_bytes_that_are_no_utf8_are_typed_as_a_replacement_and_split_characters_are_joined() -> None:
    assert typed(read(b"a\xffb")) == ["a", "\N{REPLACEMENT CHARACTER}", "b"]
    assert typed(read(b"\xc3", b"\xa9", pauses=True)) == ["é"]
    assert typed(read(b"\xc5", b"a", pauses=True)) == ["\N{REPLACEMENT CHARACTER}", "a"]
    assert typed(read(b"\xe9", encoding="iso8859-1")) == ["é"]


def test_a_number_that_is_no_character_is_not_the_end() -> None:
    for report in ("\x1b[1114112u", "\x1b[1;1;1114112u", "\x1b[::;1u", "\x1b[999999999999999999999;1u"):
        assert typed(read(f"1{report}2")) == ["1", "2"]


def test_the_size_is_never_taken_from_what_is_typed() -> None:
    assert read("\x1b[48;0;0;0;0t") == []


def test_a_paste_is_one_text_wherever_it_is_cut() -> None:
    whole = f"1{BEGIN}two\n\x1b[31m3333333333333333333333333333333333333333333\x1b{END}4"
    for cut in range(len(whole) + 1):
        found = read(whole[:cut], whole[cut:])
        assert pasted(found) == ["two\n\x1b[31m3333333333333333333333333333333333333333333\x1b"]
        assert typed(found) == ["1", "4"]
        assert [type(event) for event in found] == [Key, Paste, Key]


def test_the_mark_of_an_end_within_a_paste_lets_nothing_out() -> None:
    found = read(f"{BEGIN}a{END}\x11dd{END}9")
    assert (pasted(found), typed(found)) == (["a\x11dd"], ["9"])
    found = read(f"{BEGIN}a{END}\x11{BEGIN}b{END}")
    assert (pasted(found), typed(found)) == (["a\x11b"], [])


def test_pastes_with_a_pause_between_are_apart_and_what_is_typed_between_stays() -> None:
    found = read(f"{BEGIN}a{END}", "1", f"{BEGIN}b{END}2", pauses=True)
    assert (pasted(found), typed(found)) == (["a", "b"], ["1", "2"])


def names(found: list[Message]) -> list[str]:
    return [event.key for event in found if isinstance(event, Key)]


def test_escape_alone_shows_after_a_pause() -> None:
    keys = InputParser("utf-8")
    assert list(keys.feed(b"\x1b")) == []
    assert keys.waits
    assert names(read("\x1b")) == ["escape"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("\x1b3342", ["escape", "3", "3", "4", "2"]),
        ("\x1b-", ["escape", "minus"]),
        ("\x1bq", ["escape", "q"]),
        ("\x1b\r", ["escape", "enter"]),
        ("\x1b\x1b3", ["escape", "escape", "3"]),
        ("\x1bOA\x1b3", ["up", "escape", "3"]),
        ("\x1b[", ["escape", "left_square_bracket"]),
        ("\x1b[3", ["escape", "left_square_bracket", "3"]),
        ("\x1b[n3", ["escape", "left_square_bracket", "n", "3"]),
        ("\x1b]3", ["escape", "right_square_bracket", "3"]),
        ("\x1bO", ["escape", "O"]),
        ("\x1bé3", ["escape", "é", "3"]),
        ("\x1bf\x1bb\x1b\x7f\x1b\t", ["ctrl+right", "ctrl+left", "ctrl+w", "shift+tab"]),
        ("\x1b\x1b[A", ["escape", "up"]),
        ("\x1b[[A\x1b[23$\x1b[3~\x1b[1;5A3", ["f1", "f23", "delete", "ctrl+up", "3"]),
    ],
)
def test_an_escape_and_a_key_that_come_together_are_two_keys(text: str, keys: list[str]) -> None:
    assert names(read(text)) == keys
    assert names(read(*text)) == keys  # in packets of their own


def test_alt_is_a_key_where_the_settings_use_it() -> None:
    keys = InputParser("utf-8", lambda: frozenset(("alt+n", "alt+shift+n", "alt+slash")))
    assert names(list(keys.feed(b"\x1bn\x1bN\x1b/\x1bm"))) == ["alt+n", "alt+shift+n", "alt+slash", "escape", "m"]
    words = InputParser("utf-8", lambda: frozenset(("alt+f", "alt+backspace")))
    assert names(list(words.feed(b"\x1bf\x1bb\x1b\x7f"))) == ["alt+f", "ctrl+left", "alt+backspace"]
    letters = InputParser("utf-8", entry=lambda: "home-row")
    assert names(list(letters.feed(b"\x1bfd"))) == ["escape", "f", "d"]


@pytest.mark.parametrize(
    "report", ["\x1b[?64;1;2c", "\x1b[<35;12;3M", "\x1b[4;33R", "\x1b[>41;354;0c", "\x1b[8;24;80t"]
)
def test_a_report_types_nothing_however_late_its_end_comes(report: str) -> None:
    for cut in range(4, len(report)):
        keys = InputParser("utf-8")
        found = list(keys.feed(report[:cut].encode()))
        for _moment in range(20):
            found += keys.pause()
        found += keys.feed(report[cut:].encode() + b"3")
        assert names(found) == ["3"], report[:cut]


@pytest.mark.parametrize(
    ("report", "character"),
    [
        ("\x1b[38;2u", "1"),
        ("\x1b[38:49;2;49u", "1"),
        ("\x1b[38:49;2u", "1"),
        ("\x1b[38:49:49;2:1;49u", "1"),
        ("\x1b[233;2u", "2"),
        ("\x1b[224;2u", "0"),
        ("\x1b[38u", "&"),
        ("\x1b[38;129u", "&"),
        ("\x1b[97;2u", "A"),
        ("\x1b[233;1;233u", "é"),
        ("\x1b[57400;129u", "1"),
        ("\x1b[32u", " "),
    ],
)
def test_a_key_reported_without_its_text_types_it(report: str, character: str) -> None:
    assert typed(read(report)) == [character]


def test_an_answer_in_words_types_nothing() -> None:
    assert read("\x1bP1$r0m\x1b\\\x1b]11;rgb:3333/3333/3333\x07") == []


def test_only_a_keyboard_said_to_be_azerty_has_digits_on_keys_that_others_have_too() -> None:
    assert typed(read("\x1b[39;2u\x1b[45;2u")) == [None, None]
    keys = InputParser("utf-8", entry=lambda: "azerty")
    assert typed(list(keys.feed(b"\x1b[39;2u\x1b[45;2u"))) == ["4", "6"]
    assert names(read("\x1b[49;3u\x1b[112;5u\x1b[27u\x1b[13;2u\x1b[9;2u")) == [
        "alt+1",
        "ctrl+p",
        "escape",
        "shift+enter",
        "shift+tab",
    ]


@quick
@given(st.lists(st.binary(max_size=40), max_size=6), st.booleans())
def test_no_bytes_are_an_error(chunks: list[bytes], pauses: bool) -> None:
    read(*chunks, pauses=pauses)


@quick
@given(st.text(st.sampled_from("\x1b[0123456789;:<>?~umMRtIOP$y"), max_size=60))
def test_no_sequence_is_an_error(text: str) -> None:
    read(text, "a")


@quick
@given(st.text("ab3\n\x1b[~201;é\x00"), st.lists(st.integers(0, 60), max_size=4))
def test_nothing_within_a_paste_is_typed(text: str, cuts: list[int]) -> None:
    whole = f"{BEGIN}{text}{END}".encode()
    places = sorted({0, *(min(cut, len(whole)) for cut in cuts), len(whole)})
    found = read(*(whole[one:other] for one, other in itertools.pairwise(places)))
    assert typed(found) == []
    assert len(pasted(found)) == 1
