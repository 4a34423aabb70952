"""The journals that the golden pictures are drawn on: made once, copied for each run of the app."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from msgspec import structs

from reflect_tui import demo
from reflect_tui.feedback import answers
from reflect_tui.feedback.answers import AnswerFile
from reflect_tui.git.history import Version
from reflect_tui.model import library
from reflect_tui.model import round as rounds
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import Invited, Round
from reflect_tui.model.session import Session
from reflect_tui.store.external_changes import Changed
from reflect_tui.store.journal import Journal, Lost
from tests.bundled import bundled, bundled_bytes
from tests.screenshots import NOW

FILLED = ("talk", "others")
"""Kinds of journals with all that the demo has; the others hold sessions only."""
IN = "from-others"
"""The folder beside a journal with files to take in."""


class StillJournal(Journal):
    """A journal whose history tells the same commits and moments in every run."""

    def versions(self, session_id: str) -> tuple[Version, ...]:
        """Give the versions with numbers for commits."""
        return tuple(_still(version, number) for number, version in enumerate(super().versions(session_id)))

    def every_version(self, session_id: str) -> tuple[Version, ...]:
        """Give all versions so."""
        return tuple(_still(version, number) for number, version in enumerate(super().every_version(session_id)))

    def deleted(self) -> tuple[Lost, ...]:
        """Give the lost sessions with numbers for commits."""
        return tuple(
            structs.replace(lost, last=_still(lost.last, number)) for number, lost in enumerate(super().deleted())
        )


def _still(version: Version, number: int) -> Version:
    return structs.replace(version, commit=f"{number:040d}", when=NOW - timedelta(hours=number))


def changed() -> Changed:
    """Give a session that another program changed."""
    return Changed(id="2026-11-19T1405-self-4f2a9c", path="sessions/2026/2026-11-19T1405-self-4f2a9c.toml")


def journal_of(kind: str, folder: Path, language: str) -> Journal:
    """Give a journal: empty, with one session, the demo's sessions, or all that the demo has and an open round."""
    shutil.copytree(_made(kind, language), folder, dirs_exist_ok=True)
    return StillJournal(folder / "journal", folder / "state")


@cache
def _made(kind: str, language: str) -> Path:
    """Make a journal, and files to take in."""
    folder = Path(mkdtemp())
    journal = Journal(folder / "journal", folder / "state")
    content = bundled(library.DEFAULT, language)
    if kind in FILLED:
        demo.fill(journal, library.DEFAULT, NOW.date(), language)
    sessions = demo.sessions(content, NOW.date(), language)
    own = [session for session in sessions if session.role == "self"]
    for session in {"one": own[-1:], "demo": sessions}.get(kind, ()):
        journal.save(session, bundled_bytes(library.DEFAULT))
    if kind == "others":
        _ask_others(journal, content, own, language)
    journal.record()
    return folder


def _token(number: int) -> str:
    return f"zxcvbnmtokenzxcvbnm{number:03d}"


def _ask_others(journal: Journal, content: Instrument, own: Sequence[Session], language: str) -> None:
    """Keep an open round, two of five answered, and files: two to take in, one there already, one for someone else."""
    words = demo.confidential_round(content, own[-1], language)
    invited = tuple(
        Invited(role=one.role, label=one.label, token=rounds.token_digest(_token(number)), answered=number in (0, 3))
        for number, one in enumerate(words.invited[:5])
    )
    found = structs.replace(
        words,
        id="2026-11-20-others-7d21be",
        state="open",
        made=NOW - timedelta(days=3),
        closes=NOW.date() + timedelta(days=14),
        invited=invited,
    )
    journal.rounds.save(found.id, rounds.dumps(found), "made")
    folder = journal.root.parent / IN
    folder.mkdir()
    given = [_answer(found, 1), _answer(found, 2), structs.replace(_answer(found, 4), about="Sam")]
    for number, answer in enumerate(given, 1):
        (folder / f"reflect-answer-{number}.toml").write_bytes(answers.dumps(answer))
    (folder / "shopping.toml").write_text('milk = "two"\n', encoding="utf-8")
    shutil.copy(next((journal.root / "sessions").rglob(f"{own[-1].id}.toml")), folder)


def _answer(found: Round, number: int) -> AnswerFile:
    return AnswerFile(
        id=f"answer-{number:032x}",
        round=found.id,
        token=_token(number),
        promise=found.promise,
        about=found.about,
        instrument=found.instrument,
        version=found.version,
        digest=found.digest,
        role=found.invited[number].role,
        scores=dict.fromkeys(found.items, 3),
    )
