"""No rater's row of scores is left anywhere once a round is closed, in any form that the program writes."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.feedback import answer_code
from reflect_tui.feedback.suggestion import suggest
from reflect_tui.model.round import Rater, Round
from reflect_tui.model.session import Score
from reflect_tui.store import closing, importing, repair, rounds
from reflect_tui.store.journal import Journal
from tests.unit.journal.conftest import Git
from tests.unit.round_examples import BYTES, CLOSED, CONTENT, an_answer, example_round, put, token

ROLES: tuple[Rater, ...] = ("colleague", "colleague", "colleague", "colleague", "client", "client")
ITEMS = suggest(CONTENT, wanted=36)
_ANY_ITEM = "|".join(sorted(map(re.escape, ITEMS), key=len, reverse=True))
_PAIR = re.compile(rf"({_ANY_ITEM})[\"']?\s*[=:,;]\s*[\"']?([1-4])\b")
_ALIKE, _DIGITS = 10, 14
"""So many scores in a row that are a rater's are no chance."""


def rows() -> list[dict[str, Score]]:
    """Give each rater a row of scores that nobody else has, nor the means of a group."""
    chance = random.Random(20261130)
    return [{item: chance.randint(1, 4) for item in ITEMS} for _role in ROLES]


def found_in(text: str, row: Mapping[str, Score], code: str = "") -> Iterator[str]:
    """Tell in which form a text holds a rater's row, or a good part of it."""
    pairs = _PAIR.findall(text)
    alike = "".join("x" if row[item] == int(score) else "." for item, score in pairs)
    if "x" * _ALIKE in alike:
        yield "statements with their scores"
    digits = "".join(str(score) for score in row.values())
    plain = re.sub(r"[\s,;|\"'\[\]-]", "", text)
    if any(digits[at : at + _DIGITS] in plain for at in range(len(digits) - _DIGITS + 1)):
        yield "scores alone"
    if code and any(group in text for group in code.split("-")[7:]):
        yield "an answer code"


def everywhere(journal: Journal, git: Git, *tops: Path) -> dict[str, str]:
    """Give every file and every object of the history as text."""
    files = {path for top in tops for path in top.rglob("*") if path.is_file() and "objects" not in path.parts}
    texts = {str(path): path.read_bytes().decode("latin-1") for path in files}
    for line in git("cat-file", "--batch-all-objects", "--batch-check").splitlines():
        if " tree " not in line:
            texts[line] = git("cat-file", "-p", line.split()[0])
    return texts


def _take_all(journal: Journal, folder: Path, asked: Round, scores: list[dict[str, Score]]) -> list[str]:
    """Take answers in by file, by a code in a mail and from paper; give the codes that there are of them all."""
    answers = [structs.replace(an_answer(asked, number), scores=row) for number, row in enumerate(scores)]
    codes = [
        answer_code.encode(asked, role, token(number), CONTENT, scores[number]) for number, role in enumerate(ROLES)
    ]
    paths = put(folder, *(answers[number] for number in (0, 1, 4, 5)))
    mail = folder / "mail.eml"
    mail.write_text(f"From: ann@example.org\nSubject: my answer\n\nHello,\n\n{codes[2]}\n\nAnn\n")
    for candidate in importing.examine(journal, [*paths, mail]):
        assert candidate.faults == ()
        importing.save(journal, candidate)
    rounds.take_paper(journal, structs.replace(answers[3], token="x" * 22), 3)
    journal.record()
    for path in (*paths, mail):
        path.unlink()  # those are for the owner to delete
    return codes


@pytest.mark.parametrize("leave", [True, False])
def test_after_closing_no_row_of_scores_is_left_in_any_form(
    journal: Journal, tmp_path: Path, git: Git, leave: bool
) -> None:
    asked = structs.replace(example_round(ROLES if leave else ROLES[:4]), items=ITEMS)
    rounds.make(journal, asked, BYTES)
    scores = rows()[: len(asked.invited)]
    if leave:
        codes = _take_all(journal, tmp_path / "in", asked, scores)
    else:
        codes = ["" for _row in scores]
        for number, row in enumerate(scores):
            rounds.take_confidential(journal, structs.replace(an_answer(asked, number), scores=row))
        journal.record()
    waiting = everywhere(journal, git, tmp_path, rounds.WaitingAnswers(journal).folder)
    for row in scores:
        assert any("statements with their scores" in found_in(text, row) for text in waiting.values())
    closing.close(journal, asked.id, CLOSED, leave_out=leave)
    journal.record()
    journal.recover(locked=True)
    assert list(repair.repair(journal)) == []
    texts = everywhere(journal, git, tmp_path, rounds.WaitingAnswers(journal).folder, Path.home())
    for place, text in texts.items():
        for row, code in zip(scores, codes, strict=True):
            assert not list(found_in(text, row, code)), place


@pytest.mark.parametrize("form", ["toml", "json", "csv", "lines", "digits", "typed", "escaped", "part"])
def test_the_search_finds_a_row_in_every_form(form: str) -> None:
    row = rows()[0]
    pairs = [f"{item} = {score}" for item, score in row.items()]
    digits = [str(score) for score in row.values()]
    text = {
        "toml": "\n".join(pairs),
        "json": ", ".join(f'"{item}": {score}' for item, score in row.items()),
        "csv": "\n".join(f"{item},{score}" for item, score in row.items()),
        "lines": "\n".join(digits),
        "digits": "".join(digits),
        "typed": " ".join(digits),
        "escaped": "\\n".join(pairs),
        "part": "\n".join(pairs[7:20]),
    }[form]
    assert list(found_in(f"before {text} behind", row))
    assert not list(found_in(f"before {text} behind", rows()[1]))
