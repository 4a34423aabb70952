"""A round in a journal, with tokens that are known, and answers to it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from msgspec import structs

from reflect_tui.feedback import answers
from reflect_tui.feedback.answers import AnswerFile
from reflect_tui.feedback.suggestion import suggest
from reflect_tui.model import instrument, library
from reflect_tui.model import round as files
from reflect_tui.model.round import Collector, Invited, Promise, Rater, Round
from reflect_tui.model.session import new_id
from reflect_tui.store import rounds
from reflect_tui.store.journal import Journal
from tests.bundled import bundled_bytes

MADE = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
CLOSED = datetime(2026, 12, 14, 9, 0, tzinfo=UTC)
LABEL = "Qwertyna"
"""Begins every label: found anywhere but in the round's own file, it was leaked."""
BYTES = bundled_bytes(library.DEFAULT)
CONTENT = instrument.parse(BYTES, "instrument")
ITEMS = suggest(CONTENT, wanted=8)


def token(number: int) -> str:
    """Give the token of whoever was invited with this number."""
    return f"zxcvbnmtokenzxcvbn{number:03d}A"


def a_round(
    journal: Journal,
    roles: Sequence[Rater] = ("manager", "colleague", "colleague", "colleague", "colleague", "client", "client"),
    *,
    promise: Promise = "confidential",
    collector: Collector = "self",
) -> Round:
    """Make a round in a journal."""
    found = example_round(roles, promise=promise, collector=collector)
    rounds.make(journal, found, BYTES)
    return found


def example_round(
    roles: Sequence[Rater],
    *,
    promise: Promise = "confidential",
    collector: Collector = "self",
    tokens: Sequence[str] = (),
) -> Round:
    """Give a round; the tokens are token(0), token(1) and so on unless they are named."""
    known = tokens or [token(number) for number, _role in enumerate(roles)]
    invited = tuple(
        Invited(role=role, label=f"{LABEL} {number}", token=files.token_digest(known[number]))
        for number, role in enumerate(roles)
    )
    return Round(
        id="2026-11-23-others-4f2a9c",
        instrument=CONTENT.id,
        version=CONTENT.version,
        digest=CONTENT.digest,
        about="Noor",
        language="nl",
        promise=promise,
        collector=collector,
        made=MADE,
        closes=date(2026, 12, 14),
        items=ITEMS,
        invited=invited,
    )


def an_answer(found: Round, number: int, score: int = 3, note: str = "", **changes: object) -> AnswerFile:
    """Give the answer of whoever was invited with this number: one score for everything."""
    named = found.promise == "named"
    when = datetime(2026, 11, 25, 7, 31, number, tzinfo=UTC)
    role = found.invited[number].role
    answer = AnswerFile(
        id=new_id(when, role, f"{number:06x}") if named else f"answer-{number:032x}",
        round=found.id,
        token=token(number),
        promise=found.promise,
        about=found.about,
        instrument=found.instrument,
        version=found.version,
        digest=found.digest,
        role=role,
        started=when if named else None,
        finished=when if named else None,
        scores=dict.fromkeys(found.items, score),
        notes={found.items[0]: note} if note else {},
    )
    return structs.replace(answer, **changes)


def as_form_writes(answer: AnswerFile) -> str:
    """Write an answer as the form does: a key a line, and texts as JSON has them."""
    names = ("id", "round", "token", "promise", "about", "instrument", "version", "digest", "role", "remark")
    lines = [_pair(name, getattr(answer, name)) for name in names]
    lines += ["", "[scores]", *(f"{item} = {score}" for item, score in answer.scores.items())]
    lines += ["", "[notes]", *(_pair(item, note) for item, note in answer.notes.items())]
    text = "\n".join(lines) + "\n"
    return f'format = 1\ncheck = "{answers.text_check(text.encode())}"\n{text}'


def _pair(key: str, text: str) -> str:
    return f"{key} = {json.dumps(text, ensure_ascii=False)}"


def put(folder: Path, *given: AnswerFile) -> list[Path]:
    """Write answers to files as forms do."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"reflect-answer-{number}.toml" for number, _answer in enumerate(given)]
    for path, answer in zip(paths, given, strict=True):
        path.write_bytes(answers.dumps(answer))
    return paths
