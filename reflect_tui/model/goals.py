"""One development goal, carried from one appraisal to the next, and its TOML form."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Identifier
from reflect_tui.model.session import MAX_NOTE, SESSION_ID, Moment
from reflect_tui.text import clean
from reflect_tui.toml import formats

FOLDER = "goals"
_ID = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{4}-goal-[0-9a-f]{6}$(?!\n)"
GoalId = Annotated[str, Meta(pattern=_ID)]
Outcome = Literal["reached", "partly", "not", "dropped"]
OUTCOMES: tuple[Outcome, ...] = ("reached", "partly", "not", "dropped")
Status = Literal["open", "reached", "partly", "not", "dropped"]
_CLOSING = ("reached", "dropped")
MAX_LINE = 500
Statement = Annotated[str, Meta(max_length=MAX_LINE, pattern=r"\S")]
Line = Annotated[str, Meta(max_length=MAX_LINE)]
Domain = Annotated[str, Meta(pattern=r"^([a-z][a-z0-9]*(-[a-z0-9]+)*)?$(?!\n)", max_length=64)]
InSession = Annotated[str, Meta(pattern=rf"^({SESSION_ID})?$(?!\n)")]
InTalk = Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{4}-talk-[0-9a-f]{6})?$(?!\n)")]
Target = Annotated[float, Meta(ge=0, le=10)]


class LookBack(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What came of a goal: in which session it was looked back upon ("": in none), and when."""

    session: InSession = ""
    at: Moment
    outcome: Outcome
    note: Annotated[str, Meta(max_length=MAX_NOTE)] = ""


class Goal(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"look_backs": "look_back"}):
    """A development goal; `what` is to be reached, beginning with `first_step`, by a day, with the help of someone.

    `domain` is "" for a goal outside every domain, `items` are those it is about. `target` is the score or mean aimed
    at. `session` is the one it came from, `talk` the one in which it was agreed, "" if none; `look_backs` stand in the
    order in which they were made.
    """

    format: Literal[1] = 1
    id: GoalId
    instrument: Identifier
    domain: Domain = ""
    items: tuple[Identifier, ...] = ()
    what: Statement
    first_step: Line = ""
    helper: Line = ""
    by: date | None = None
    target: Target | None = None
    made: Moment
    session: InSession = ""
    talk: InTalk = ""
    look_backs: tuple[LookBack, ...] = ()

    @property
    def status(self) -> Status:
        """Where it stands: the outcome of the last look back, "open" before the first."""
        return self.look_backs[-1].outcome if self.look_backs else "open"

    @property
    def is_open(self) -> bool:
        """Whether it goes on: neither reached nor dropped."""
        return self.status not in _CLOSING

    @property
    def closed(self) -> datetime | None:
        """When it was reached or dropped; None while it goes on."""
        return None if self.is_open else self.look_backs[-1].at

    @property
    def carried(self) -> int:
        """How many sessions looked back on it and let it go on."""
        return len({back.session for back in self.look_backs if back.session and back.outcome not in _CLOSING})

    def looked_back(self, back: LookBack) -> Goal:
        """Return the goal with one more look back."""
        return structs.replace(self, look_backs=(*self.look_backs, back))

    def is_late(self, today: date) -> bool:
        """Whether it goes on past its day."""
        return self.is_open and self.by is not None and self.by < today


def new_id(made: datetime, randomness: str) -> str:
    """Make the id of a goal made at this moment; `randomness` is six hexadecimal digits."""
    return f"{made:%Y-%m-%dT%H%M}-goal-{randomness}"


def is_id(text: str) -> bool:
    """Whether a text is written as the id of a goal."""
    return re.fullmatch(_ID, text) is not None


def relative_path(goal_id: str) -> Path:
    """Return the path of a goal's file within its journal."""
    return Path(FOLDER, f"{goal_id}.toml")


def dumps(goal: Goal) -> bytes:
    """Return a goal's file; the same goal gives the same bytes."""
    document = formats.document_of(goal)
    return formats.dumps({key: value for key, value in document.items() if value or key not in ("talk", "look_back")})


def parse(data: bytes, path: Path | str) -> Goal:
    """Read the bytes of a goal's file; texts come out clean.

    Raises:
        BadFileError: with every fault found.
    """
    goal = clean_texts(formats.parse(data, Goal, path, formats.format_missing))
    if not goal.what:
        raise BadFileError(path, (Fault("what", _("must not be empty")),))
    return goal


def clean_texts(goal: Goal) -> Goal:
    """Make all texts of a goal fit to keep."""
    return structs.replace(
        goal,
        what=clean(goal.what, multiline=False),
        first_step=clean(goal.first_step, multiline=False),
        helper=clean(goal.helper, multiline=False),
        look_backs=tuple(structs.replace(back, note=clean(back.note)) for back in goal.look_backs),
    )
