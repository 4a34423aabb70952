"""An answer out of a mail: whatever stands around it, and whatever the way did to its lines."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflect_tui.feedback import answers
from reflect_tui.feedback.mail import find_answers
from reflect_tui.store import importing
from reflect_tui.store.candidates import Candidate
from reflect_tui.store.journal import Journal
from reflect_tui.views.importing import warnings
from tests.unit.examples import quick
from tests.unit.round_examples import a_round, an_answer, as_form_writes

CASES = Path(__file__).parents[2] / "data" / "cases" / "answers"
LONG = 'Je bent één “fijne” collega: "altijd bereikbaar", en ik waardeer hoe je met ouders praat.\nDank – tot gauw!'


def written(journal: Journal) -> str:
    """Give the answer of the first colleague of a new round."""
    return as_form_writes(an_answer(a_round(journal), 1, remark=LONG, note=LONG))


def looked_at(journal: Journal, text: str, name: str = "mail.txt") -> Candidate:
    """Give what is found in a text that was pasted, or saved under this name."""
    (candidate,) = importing.examine(journal, [Path(name)], pasted={Path(name): text.encode()})
    return candidate


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
    "hyphens that don't break": lambda text: text.replace("-", "\u2011"),
    "accents apart from their letters": lambda text: unicodedata.normalize("NFD", text),
    "a reply of Outlook": lambda text: (
        "Zie onder.\r\n\r\n________________________________\r\nVan: Jan <jan@example.org>\r\n"
        "Verzonden: maandag 30 november 2026 09:12\r\nAan: Noor\r\nOnderwerp: feedback\r\n\r\n" + text
    ),
    "quoted by Gmail in Dutch": lambda text: (
        "Dank!\n\nOp ma 30 nov 2026 om 09:12 schreef Jan <jan@example.org>:\n\n"
        + "".join(f"> {line}\n" for line in wrapped(text, 70).splitlines())
    ),
    "from an iPhone": lambda text: (
        text.replace(' = "', " = “").replace('"\n', "”\n").replace("--", "—") + "\n\nVerstuurd vanaf mijn iPhone\n"
    ),
    "a chat that was saved": lambda text: (
        f"[30-11-2026 09:12] Jan: {text}[30-11-2026 09:13] Jan: klaar!\n30-11-2026 09:14 - Noor: dank\n"
    ),
    "a blank line between all": lambda text: text.replace("\n", "\n\n"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_answer_is_found_as_the_form_wrote_it(journal: Journal, change: str) -> None:
    text = written(journal)
    (found,) = find_answers(CHANGES[change](text))
    read, made = answers.parse(found.encode(), "mail"), answers.parse(text.encode(), "file")
    assert (read.scores, read.token, plain(read.remark), [plain(note) for note in read.notes.values()]) == (
        made.scores, made.token, plain(made.remark), [plain(note) for note in made.notes.values()],
    )  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_came_by_mail_is_taken_in(journal: Journal, tmp_path: Path, change: str) -> None:
    path = tmp_path / "mail.txt"
    path.write_text(CHANGES[change](written(journal)), encoding="utf-8", newline="")
    (candidate,) = importing.examine(journal, [path])
    assert (candidate.faults, candidate.unchecked, plain(candidate.answer.remark if candidate.answer else "")) == (
        (), False, plain(LONG),
    )  # fmt: skip


def plain(text: str) -> str:
    """Leave out what a mail program may put in another form: marks, hyphens and accents."""
    return "".join(sign for sign in unicodedata.normalize("NFC", text) if sign.isalnum() or sign.isspace())


def test_a_text_that_was_cut_off_anywhere_is_refused_and_says_what_to_do(journal: Journal) -> None:
    text = written(journal).rstrip()
    assert looked_at(journal, text).faults == ()
    advice = ("sk for", "Copy the whole message", "what can be imported")
    for end in range(0, len(text), 3):
        for name, below in (("mail.txt", ""), ("answer.toml", "\n"), ("mail.txt", "\n\nGroet, Jan\n")):
            (fault,) = looked_at(journal, text[:end] + below, name).faults
            assert any(part in fault.problem for part in advice), (text[:end][-60:], fault)


def test_a_text_of_which_a_line_is_missing_or_a_score_was_changed_is_refused(journal: Journal) -> None:
    text = written(journal)
    lines = text.splitlines(keepends=True)
    changed = [text.replace(" = 3\n", " = 4\n", 1), text.replace("bereikbaar", "onbereikbaar")]
    whole = [number for number in range(2, len(lines)) if lines[number].strip()]
    missing = ["".join([*lines[:number], *lines[number + 1 :]]) for number in whole]
    for other in (*changed, *missing):
        assert "is not whole" in str(looked_at(journal, other).faults[0]), other


def test_an_answer_of_an_earlier_form_is_taken_in_and_told_to_be_unchecked(journal: Journal) -> None:
    text = re.sub("\ncheck = .*", "", written(journal))
    candidate = looked_at(journal, text)
    assert (candidate.faults, list(warnings(candidate))) == (
        (), ["has no check, so it can't be told whether it is whole"],
    )  # fmt: skip
    assert list(warnings(looked_at(journal, written(journal)))) == []


def test_the_answers_of_two_people_in_one_mail_are_both_taken_in(journal: Journal) -> None:
    found = a_round(journal)
    jan, bo = (as_form_writes(an_answer(found, number, note=LONG)) for number in (1, 2))
    quoted = "".join(f"> {line}\n" for line in bo.splitlines())
    pasted = {Path("mail"): f"Van Jan:\n{jan}\nVan Bo:\n{quoted}".encode()}
    assert [each.faults for each in importing.examine(journal, [Path("mail")], pasted=pasted)] == [(), ()]


def test_a_folder_is_searched_for_answers_whatever_their_names_end_in(journal: Journal, tmp_path: Path) -> None:
    folder = tmp_path / "Downloads"
    folder.mkdir()
    (folder / "mail.eml").write_text(f"Hoi\n\n{written(journal)}", encoding="utf-8")
    (folder / "holiday.jpg").write_bytes(b"\xff\xd8 no answer")
    (folder / "form.html").write_text("<!doctype html> format = 1 token", encoding="utf-8")
    assert [candidate.path.name for candidate in importing.examine(journal, [folder])] == ["mail.eml"]


@pytest.mark.parametrize("name", ["greet.txt", "sig.txt", "wrap72.txt"])
def test_answers_that_were_refused_are_read(name: str) -> None:
    (found,) = find_answers((CASES / name).read_text(encoding="utf-8"))
    answer = answers.parse(found.encode(), name)
    assert (answer.role, len(answer.scores), answer.remark) == (
        "colleague",
        36,
        "Je bent een fijne collega die altijd bereikbaar is, en ik waardeer hoe je met ouders praat.",
    )


NO_ANSWERS = ("", "Hoi Noor,\n\nIk kom er niet aan toe.", "format = 2\n", "the format = 1 is fine", "or format = 1\n")


@pytest.mark.parametrize("text", NO_ANSWERS)
def test_a_mail_without_an_answer_has_none(text: str) -> None:
    assert find_answers(text) == []


def test_a_part_of_an_answer_is_none(journal: Journal) -> None:
    lines = [line for line in written(journal).split("\n") if not line.startswith("check")]
    scores = lines.index("[scores]")
    assert find_answers("\n".join([*lines[: scores - 1], "Groet, Jan", *lines[scores:]])) == []


@quick
@given(st.text())
def test_any_text_is_read_without_a_fault(text: str) -> None:
    for found in find_answers(f"Hello\n\nformat = 1\n{text}"):
        assert found.startswith("format = 1\n")


def test_what_is_found_of_a_form_is_toml(journal: Journal) -> None:
    text = written(journal)
    (found,) = find_answers(f"Hoi\n{text}\nGroet")
    assert tomllib.loads(found) == tomllib.loads(text)
