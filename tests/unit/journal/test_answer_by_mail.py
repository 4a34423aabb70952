"""An answer out of a mail: whatever stands around it, and whatever the way did to its lines."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflect_tui.feedback import answers
from reflect_tui.feedback.mail import find_answer
from reflect_tui.store import importing
from reflect_tui.store.journal import Journal
from tests.unit.examples import quick
from tests.unit.round_examples import a_round, an_answer

CASES = Path(__file__).parents[2] / "data" / "cases" / "answers"
LONG = 'Je bent “fijn” als collega: "altijd bereikbaar", en ik waardeer hoe je met ouders praat.\nDank – tot gauw!'


def pair(key: str, text: str) -> str:
    return f"{key} = {json.dumps(text, ensure_ascii=False)}"


def written(journal: Journal) -> str:
    """Write an answer as the form does: a key a line, and texts as JSON has them."""
    answer = an_answer(a_round(journal), 1, remark=LONG, note=LONG)
    names = ("id", "round", "token", "promise", "about", "instrument", "version", "digest", "role", "remark")
    lines = ["format = 1", *(pair(name, getattr(answer, name)) for name in names)]
    lines += ["", "[scores]", *(f"{item} = {score}" for item, score in answer.scores.items())]
    lines += ["", "[notes]", *(pair(item, note) for item, note in answer.notes.items())]
    return "\n".join(lines) + "\n"


def wrapped(text: str, width: int) -> str:
    """Break lines as mail programs do: at the last space that fits, which stays at the end of the line."""
    rows = []
    for line in text.split("\n"):
        rest = line
        while len(rest) > width and " " in rest[:width]:
            cut = rest.rindex(" ", 0, width) + 1
            rows.append(rest[:cut])
            rest = rest[cut:]
        rows.append(rest)
    return "\n".join(rows)


CHANGES: dict[str, Callable[[str], str]] = {
    "a greeting above": lambda text: f"Hoi Noor,\n\nHier is mijn antwoord.\n\n{text}",
    "a signature below": lambda text: f"{text}\n\nMet vriendelijke groet,\nJan\n-- \nTel. = 06",
    "quoted": lambda text: "".join(f"> {line}\n" for line in text.splitlines()),
    "quoted twice": lambda text: "".join(f">> {line}\n" for line in text.splitlines()),
    "broken at 72": lambda text: wrapped(text, 72),
    "broken at 72, without the spaces at the ends": lambda text: "\n".join(
        map(str.rstrip, wrapped(text, 72).split("\n"))
    ),
    "broken at 40 and quoted": lambda text: "".join(f"> {line}\n" for line in wrapped(text, 40).splitlines()),
    "curly quotes": lambda text: text.replace(' = "', " = “").replace('"\n', "”\n").replace('\\"', "\\”"),
    "low quotes": lambda text: text.replace(' = "', " = „").replace('"\n', "“\n"),
    "no-break spaces": lambda text: text.replace(" = ", "\u00a0=\u00a0"),
    "lines of Windows": lambda text: text.replace("\n", "\r\n"),
    "indented": lambda text: "".join(f"    {line}\n" for line in text.splitlines()),
    "a blank line between all": lambda text: text.replace("\n", "\n\n"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_answer_is_found_as_the_form_wrote_it(journal: Journal, change: str) -> None:
    text = written(journal)
    found = find_answer(CHANGES[change](text))
    assert found is not None
    assert answers.parse(found.encode(), "mail") == answers.parse(text.encode(), "file")


@pytest.mark.parametrize("change", CHANGES)
def test_what_came_by_mail_is_taken_in(journal: Journal, tmp_path: Path, change: str) -> None:
    path = tmp_path / "mail.txt"
    path.write_text(CHANGES[change](written(journal)), encoding="utf-8", newline="")
    (candidate,) = importing.examine(journal, [path])
    assert (candidate.faults, candidate.answer and candidate.answer.remark) == ((), LONG)


def test_a_folder_is_searched_for_answers_whatever_their_names_end_in(journal: Journal, tmp_path: Path) -> None:
    folder = tmp_path / "Downloads"
    folder.mkdir()
    (folder / "mail.eml").write_text(f"Hoi\n\n{written(journal)}", encoding="utf-8")
    (folder / "holiday.jpg").write_bytes(b"\xff\xd8 no answer")
    (folder / "form.html").write_text("<!doctype html> format = 1 token", encoding="utf-8")
    assert [candidate.path.name for candidate in importing.examine(journal, [folder])] == ["mail.eml"]


@pytest.mark.parametrize("name", ["greet.txt", "sig.txt", "wrap72.txt"])
def test_answers_that_were_refused_are_read(name: str) -> None:
    found = find_answer((CASES / name).read_text(encoding="utf-8"))
    assert found is not None
    answer = answers.parse(found.encode(), name)
    assert (answer.role, len(answer.scores), answer.remark) == (
        "colleague",
        36,
        "Je bent een fijne collega die altijd bereikbaar is, en ik waardeer hoe je met ouders praat.",
    )


@pytest.mark.parametrize(
    "text", ["", "Hoi Noor,\n\nIk kom er niet aan toe.\n\nJan", "format = 2\n", "the format = 1 is fine"]
)
def test_a_mail_without_an_answer_has_none(text: str) -> None:
    assert find_answer(text) is None


def test_a_part_of_an_answer_is_none(journal: Journal) -> None:
    lines = written(journal).split("\n")
    scores = lines.index("[scores]")
    assert find_answer("\n".join([*lines[: scores - 1], "Groet, Jan", *lines[scores:]])) is None


@quick
@given(st.text())
def test_any_text_is_read_without_a_fault(text: str) -> None:
    found = find_answer(f"Hello\n\nformat = 1\n{text}")
    assert found is None or found.startswith("format = 1\n")


def test_what_is_found_of_a_form_is_toml(journal: Journal) -> None:
    text = written(journal)
    found = find_answer(f"Hoi\n{text}\nGroet")
    assert found is not None
    assert tomllib.loads(found) == tomllib.loads(text)
