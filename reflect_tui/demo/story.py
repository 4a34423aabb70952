"""The story of the demo journal, read from data/*.toml in one language; the remarks there say what the keys mean."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Any

from msgspec import Struct

from reflect_tui.model.goals import Outcome
from reflect_tui.model.round import Rater
from reflect_tui.toml import formats

_DATA = Path(__file__).parent / "data"
_LANGUAGES = {"nl", "en"}


class Training(Struct, frozen=True):
    """A training that lifts some items."""

    visit: int
    lack: float
    items: frozenset[str]


class Winter(Struct, frozen=True):
    """A busy winter, which lowers one domain once."""

    domain: int
    loss: float
    visits: tuple[int, ...]
    months: frozenset[int]
    remark: str
    notes: dict[str, str]


class Visit(Struct, frozen=True):
    """One of one's own sessions."""

    days: int
    time: time
    unknown: float
    notes: dict[str, str]
    remark: str = ""
    reached: tuple[float, ...] = ()


class StoryComment(Struct, frozen=True):
    """What a rater wrote to the first item of a domain that was asked."""

    domain: int
    text: str


class StoryRater(Struct, frozen=True, kw_only=True):
    """Someone else, and how they see what one does oneself.

    Who is invited to the round has a `label`, and answers when it closes; the others answer so many `days` after a
    `visit`.
    """

    role: Rater
    higher: float
    lower: float
    unknown: float
    visit: int = -1
    days: int = 0
    time: time = time()
    remark: str = ""
    label: str = ""
    comments: tuple[StoryComment, ...] = ()


class StoryLookBack(Struct, frozen=True):
    """What came of a goal, at a later visit."""

    visit: int
    outcome: Outcome
    note: str


class StoryGoal(Struct, frozen=True, kw_only=True):
    """A goal, made after a visit; `mark` is six hexadecimal digits for its id."""

    mark: str
    visit: int
    domain: int
    item: str = ""
    what: str
    first_step: str
    helper: str = ""
    days: int
    target: float | None = None
    look_backs: tuple[StoryLookBack, ...] = ()
    talk: bool = False


class StoryRemarks(Struct, frozen=True):
    """What both said to a point about a domain."""

    domain: int
    professional: str
    leader: str


class StoryTalk(Struct, frozen=True, kw_only=True):
    """The talk about a visit, and who had it."""

    mark: str
    visit: int
    days: int
    time: time
    minutes: int
    ahead: int
    professional: str
    leader: str
    remarks: tuple[StoryRemarks, ...]


class Story(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that happens."""

    arcs: tuple[tuple[float, ...], ...]
    lean: tuple[float, ...]
    training: Training
    winter: Winter
    visits: tuple[Visit, ...]
    raters: tuple[StoryRater, ...]
    general_notes: tuple[str, ...]
    manager_label: str
    invited: tuple[StoryRater, ...]
    goals: tuple[StoryGoal, ...]
    talk: StoryTalk
    event: str
    own_point: str
    strength_remark: str


def story(language: str) -> Story:
    """Read the story in a language, "nl" or else English."""
    document: dict[str, Any] = {}
    for path in sorted(_DATA.glob("*.toml")):
        document |= formats.parse_document(path.read_bytes(), path)
    texts = _in_language(document, "nl" if language == "nl" else "en")
    return formats.convert(texts, Story, _DATA)


def _in_language(value: Any, language: str) -> Any:
    """Replace every table of one text in both languages by the text in this one."""
    if isinstance(value, dict):
        if value.keys() == _LANGUAGES:
            return value[language]
        return {key: _in_language(part, language) for key, part in value.items()}
    return [_in_language(part, language) for part in value] if isinstance(value, list) else value
