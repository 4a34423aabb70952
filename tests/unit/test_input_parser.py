from __future__ import annotations

import itertools

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


def test_escape_alone_shows_after_a_pause() -> None:
    keys = InputParser("utf-8")
    assert list(keys.feed(b"\x1b")) == []
    assert keys.waits


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
