"""docs/formats.md names every key of every file, in the part about that file, and no key that there isn't."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from reflect_tui.feedback.answers import AnswerContent, AnswerFile, CombinedFile
from reflect_tui.feedback.pool import Pool
from reflect_tui.model.agenda import Agenda, AgendaPoint, GroupScoreSum, ScoreSum
from reflect_tui.model.events import Event
from reflect_tui.model.goals import Goal, LookBack
from reflect_tui.model.instrument import Domain, Instrument, InstrumentChange, Item, Scale, ScalePoint, SourceDocument
from reflect_tui.model.round import Comment, Invited, Released, ReleasedDomain, ReleasedFocus, Round
from reflect_tui.model.session import Session
from reflect_tui.model.shared_instrument import IncludedFile, SharedInstrument
from reflect_tui.model.talk import Agreement, Amendment, Signature, Talk, TalkPoint
from reflect_tui.model.team import ClosedPeriod, ScoreTotal, Share, SharedSession, Sharing, Team, TeamFigure
from reflect_tui.model.tombstones import Tombstones
from reflect_tui.model.translation import Translation
from reflect_tui.settings import Settings
from reflect_tui.store.draft_file import ActFile, AnswerBlock, Header, NoteBlock, RemarkBlock
from reflect_tui.store.plans import Plan, PlannedVersion
from reflect_tui.store.sync_place import SyncState

PAGE = Path(__file__).parents[2] / "docs" / "formats.md"
OURS = {
    "digest",
    "changes",
    "original",
    "former_domains",
    "former_items",
    "former_scales",
    "chosen",
}  # kept beside the values, no key of the file

PARTS: dict[str, tuple[type[msgspec.Struct], ...]] = {
    "Instrument": (Instrument, SourceDocument, Scale, ScalePoint, Domain, Item, InstrumentChange),
    "Translation": (Translation,),
    "Session": (Session,),
    "An instrument to share": (SharedInstrument, IncludedFile),
    "Goal": (Goal, LookBack),
    "Agenda": (Agenda, AgendaPoint, ScoreSum, GroupScoreSum),
    "Talk": (Talk, TalkPoint, Agreement, Signature, Amendment),
    "Round of feedback": (Round, Invited, Released, ReleasedDomain, ReleasedFocus, Comment),
    "Answer file": (AnswerFile, CombinedFile, AnswerContent),
    "Erased": (Tombstones,),
    "Event": (Event,),
    "Team": (Share, ScoreTotal, Sharing, SharedSession, Team, ClosedPeriod, TeamFigure),
    "Drafts": (Header, ActFile, AnswerBlock, NoteBlock, RemarkBlock),
    "Plans": (Plan, PlannedVersion),
    "Waiting answers": (Pool,),
    "Sync": (SyncState,),
    "Settings": (Settings,),
}


def part(name: str) -> str:
    """Give the part of the page under a heading."""
    found = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found, name
    return found[1]


def keys(kinds: tuple[type[msgspec.Struct], ...]) -> set[str]:
    tags = {kind.__struct_config__.tag_field for kind in kinds} - {None}
    return {field.encode_name for kind in kinds for field in msgspec.structs.fields(kind)} | {str(tag) for tag in tags}


def in_tables(text: str) -> set[str]:
    """Give the keys that the first column of a table of keys names."""
    named: set[str] = set()
    for table in re.findall(r"^\| key[^\n]*\n\|[-|]+\|\n((?:\|[^\n]*\n?)+)", text, re.MULTILINE):
        cells = [row.split("|")[1] for row in table.splitlines()]
        named |= {key for cell in cells for key in re.findall(r"`\[*([\w.]+)\]*`", cell)}
    return {key.rpartition(".")[2] for key in named}


def in_examples(text: str) -> set[str]:
    """Give the keys that the examples have: of the fixed ones, not of scores and notes."""
    found: set[str] = set()
    free = False
    for line in re.findall(r"^    (\S.*)$", text, re.MULTILINE):
        if table := re.match(r"\[+([\w.]+)\]+", line):
            whole, _dot, name = table[1].rpartition(".")
            name = whole if whole in ("domains", "focuses") else name  # below these stand ids of an instrument
            free = name in ("scores", "notes", "items", "scored", "points", "sums")
            found.add(name)
        elif line.startswith("format = "):
            free = False
        if not free and (key := re.match(r"(\w+) = ", line)):
            found.add(key[1])
    return found


@pytest.mark.parametrize("name", PARTS)
def test_every_key_of_a_file_is_named(name: str) -> None:
    text = part(name)
    named = {word for code in re.findall(r"`([^`\n]+)`", text) for word in re.findall(r"[a-z_]+", code)} | in_examples(
        text
    )
    assert keys(PARTS[name]) - OURS - named == set()


@pytest.mark.parametrize("name", PARTS)
def test_no_key_is_named_that_a_file_does_not_have(name: str) -> None:
    text = part(name)
    known = keys(PARTS[name])
    assert in_tables(text) | in_examples(text)
    assert (in_tables(text) | in_examples(text)) - known == set()


def test_no_part_stands_twice() -> None:
    headings = re.findall(r"^## (.*)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(headings) == len(set(headings))
