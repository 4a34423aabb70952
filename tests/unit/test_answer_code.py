"""The answer code: read back as it was written, whatever a mail does to it, and refused with the place of a slip."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.feedback.answer_code import SYMBOLS, CodeError, decode, encode, find_codes
from reflect_tui.model.instrument import Instrument, ScalePoint
from reflect_tui.model.round import Round, new_token, token_digest
from reflect_tui.model.session import NOT_APPLICABLE, Score
from tests.unit.examples import quick
from tests.unit.round_examples import CONTENT, example_round

TOKEN = "-5QrIPOfEq0a_LOoPvz7WA"


def asked(content: Instrument = CONTENT, count: int = 49, token: str = TOKEN) -> Round:
    return structs.replace(
        example_round(("colleague",), tokens=(token,)), items=tuple(item.id for item in content.items[:count])
    )


def with_scale(points: int) -> Instrument:
    scale = structs.replace(CONTENT.scale, points=tuple(ScalePoint(n + 1, f"p{n}") for n in range(points)))
    return structs.replace(CONTENT, scale=scale)


def some_scores(found: Round, content: Instrument, seed: int = 1) -> dict[str, Score]:
    chance = random.Random(seed)
    choices: list[Score | None] = [None, NOT_APPLICABLE, *(point.value for point in content.scale.points)]
    chosen = ((item, chance.choice(choices)) for item in found.items)
    return {item: score for item, score in chosen if score is not None}


def read(code: str, found: Round, content: Instrument = CONTENT) -> dict[str, Score]:
    (piece,) = find_codes(code)
    answer = decode(piece, [found], lambda _round: content)
    assert (answer.round, answer.role, answer.token) == (found, "colleague", TOKEN)
    return answer.scores


FOUND = asked()
SCORES = some_scores(FOUND, CONTENT)
CODE = encode(FOUND, "colleague", TOKEN, CONTENT, SCORES)


@pytest.mark.parametrize("points", [2, 4, 5, 9])
@pytest.mark.parametrize("count", [1, 5, 36, 49, 92])
def test_a_code_is_read_as_it_was_written(points: int, count: int) -> None:
    content = with_scale(points)
    found = asked(content, count)
    for seed in range(5):
        scores = some_scores(found, content, seed)
        assert read(encode(found, "colleague", TOKEN, content, scores), found, content) == scores


@quick
@given(st.integers())
def test_any_token_is_read_back(seed: int) -> None:
    token = new_token()
    found = asked(token=token)
    scores = some_scores(found, CONTENT, seed)
    (piece,) = find_codes(encode(found, "colleague", token, CONTENT, scores))
    answer = decode(piece, [FOUND, found], lambda _round: CONTENT)
    assert (answer.token, answer.scores) == (token, scores)


def test_a_code_is_some_eighty_characters() -> None:
    sizes = {count: len(encode(asked(count=count), "colleague", TOKEN, CONTENT, {})) for count in (36, 49, 92)}
    assert sizes == {36: 83, 49: 95, 92: 125}
    assert set(CODE) <= {*SYMBOLS, *"FBRT1-"}


CHANGES: dict[str, Callable[[str], str]] = {
    "lower case": str.lower,
    "letters for digits": lambda code: code[:6] + code[6:].replace("0", "o").replace("1", "l"),
    "spaces": lambda code: code.replace("-", " "),
    "no-break spaces": lambda code: code.replace("-", "\u00a0"),
    "long hyphens": lambda code: code.replace("-", "–"),
    "nothing between": lambda code: code.replace("-", ""),
    "broken at 30 and quoted": lambda code: "".join(f"> {code[at : at + 30]}\r\n" for at in range(0, len(code), 30)),
    "bold in a chat": lambda code: f"*{code}*",
    "soft hyphens": lambda code: code.replace("-", "-\u00ad"),
    "full width": lambda code: "".join(chr(ord(sign) + 0xFEE0) if sign.isalnum() else sign for sign in code),
    "a mail around it": lambda code: f"Hoi Noor,\n\nHier is mijn code:\n\n{code}\n\nGroet, Jan\n-- \nTel. 06",
    "a sentence around it": lambda code: f"Mijn code is {code}. Groet!",
    "quotes around it": lambda code: f"“{code}”",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_code_is_read_whatever_was_done_to_it_on_the_way(change: str) -> None:
    assert read(CHANGES[change](CODE), FOUND) == SCORES


def test_every_changed_character_is_told_with_its_group() -> None:
    for place in range(6, len(CODE)):
        for symbol in SYMBOLS:
            if CODE[place] not in ("-", symbol):
                with pytest.raises(CodeError) as refused:
                    read(CODE[:place] + symbol + CODE[place + 1 :], FOUND)
                assert f"in group {place // 6} of the code" in str(refused.value)


def test_every_two_characters_that_change_places_are_noticed() -> None:
    for first in range(6, len(CODE)):
        for second in range(first + 1, len(CODE)):
            if CODE[first] != CODE[second] and "-" not in (CODE[first], CODE[second]):
                swapped = [*CODE]
                swapped[first], swapped[second] = CODE[second], CODE[first]
                with pytest.raises(CodeError):
                    read("".join(swapped), FOUND)


def test_groups_that_change_places_are_noticed() -> None:
    mark, *groups = CODE.split("-")
    for place in range(len(groups) - 1):
        turned = [*groups[:place], groups[place + 1], groups[place], *groups[place + 2 :]]
        with pytest.raises(CodeError, match=f"in group {place + 1} of the code"):
            read("-".join([mark, *turned]), FOUND)


def test_a_character_that_is_missing_is_told_with_its_group() -> None:
    place = CODE.index("-", 30) + 2
    with pytest.raises(CodeError, match=rf"in group {place // 6} of the code, at \w{{5}}: "):
        read(CODE[:place] + CODE[place + 1 :], FOUND)


def test_a_letter_that_no_code_has_is_told_with_its_group() -> None:
    with pytest.raises(CodeError, match="in group 2 of the code"):
        read(CODE[:12] + "U" + CODE[13:], FOUND)


@pytest.mark.parametrize("lost", range(6, 40))
def test_a_code_that_lost_a_character_anywhere_is_still_told(lost: int) -> None:
    changed = CODE[:lost] + CODE[lost + 1 :]
    if CODE[lost] != "-":
        with pytest.raises(CodeError, match="in group"):
            read(f"Mijn code is {changed}. Groet, Jan", FOUND)


@pytest.mark.parametrize("length", [5, 10, 30, 60, 90, 94])
def test_a_code_that_is_cut_short_says_where(length: int) -> None:
    with pytest.raises(CodeError, match=f"cut short: group {max(1, length // 6)} is missing or not whole"):
        read(CODE[:length], FOUND)


def test_a_code_of_no_round_here_says_so() -> None:
    (piece,) = find_codes(CODE)
    with pytest.raises(CodeError, match="answers no round in this journal"):
        decode(piece, [asked(token=new_token())], lambda _round: CONTENT)


def test_a_code_of_another_version_says_so() -> None:
    with pytest.raises(CodeError, match="newer version"):
        read(CODE.replace("FBRT1", "FBRT2"), FOUND)


@pytest.mark.parametrize(
    "changes", [{"promise": "named"}, {"about": "Jan"}, {"items": (*FOUND.items[1:], CONTENT.items[-1].id)}]
)
def test_a_code_is_not_taken_under_another_promise_than_its_form_made(changes: dict[str, object]) -> None:
    with pytest.raises(CodeError, match="doesn't fit what its round promises and asks"):
        read(CODE, structs.replace(FOUND, **changes))


def test_several_codes_in_one_text_are_all_found() -> None:
    other = encode(FOUND, "colleague", TOKEN, CONTENT, {})
    pieces = find_codes(f"Jan:\n{CODE}\n\n> eerder:\n> {other}\n")
    assert [decode(piece, [FOUND], lambda _round: CONTENT).scores for piece in pieces] == [SCORES, {}]


@pytest.mark.parametrize("text", ["", "FBRT", "Hoi, ik kom er niet aan toe.", "AFBRT1-00000"])
def test_a_text_without_a_code_has_none(text: str) -> None:
    assert find_codes(text) == []


@quick
@given(st.text())
def test_any_text_behind_the_mark_is_read_or_refused(text: str) -> None:
    for piece in find_codes(f"FBRT1-{text}"):
        with pytest.raises(CodeError):
            decode(piece, [FOUND], lambda _round: CONTENT)


def test_the_token_in_the_code_is_that_of_the_invitation() -> None:
    assert FOUND.invited[0].token == token_digest(TOKEN)


def test_a_code_that_is_only_mentioned_is_none() -> None:
    assert find_codes("see my FBRT1 code below, thanks") == []
    assert find_codes("FBRT1 with 36 statements took me 5 minutes") == []
    assert find_codes("De code begint met FBRT1, en die van 2026-11-30 ken ik niet") == []
    assert find_codes("Is there a code that begins with FBRT1?") == []
    assert find_codes(f"see my FBRT1 code: {CODE}")[-1].startswith(CODE[:60])


def test_marks_that_break_a_line_within_a_code_are_passed_over() -> None:
    for mark in ("<wbr>", "<WBR/>", "<wbr />"):
        assert read(f"<p>{CODE.replace('-', f'-{mark}')}</p>", FOUND) == read(CODE, FOUND)
