"""The points for an appraisal talk, each with its evidence as figures, and their TOML form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.errors import Fault
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Identifier
from reflect_tui.model.session import MAX_NOTE, SESSION_ID, Role, SessionId
from reflect_tui.text import clean
from reflect_tui.toml import formats

FOLDER = "agendas"
MAX_LINE = 500
Kind = Literal["strength", "low", "drop", "crossing", "gap", "goal", "own"]
Bound = Literal["", "at least", "at most", "about"]
GroupVerdict = Literal["high", "not high", "divided"]
"""What the mean of a group is; "divided" where one person of those who answered by name is high and another is not."""
Clear = Literal["", "up", "down", "other statements", "too few", "no"]
"""How clear the change of a mean is, as diff.Judgement; "" where there is none, or not known."""
KINDS: tuple[Kind, ...] = ("strength", "low", "drop", "crossing", "gap", "goal", "own")
About = Annotated[str, Meta(max_length=64, pattern=r"^[a-zA-Z0-9-]*$(?!\n)")]
Since = Annotated[str, Meta(pattern=rf"^({SESSION_ID})?$(?!\n)")]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Points = Annotated[int, Meta(ge=0, le=10)]


class ScoreSum(Struct, frozen=True, forbid_unknown_fields=True):
    """Scores added up: their sum, and how many there are."""

    sum: Count
    scored: Annotated[int, Meta(ge=1, le=1_000_000)]

    @property
    def mean(self) -> Fraction:
        """The exact mean."""
        return Fraction(self.sum, self.scored)


class GroupScoreSum(Struct, frozen=True, forbid_unknown_fields=True):
    """What one group of other people scored: their role, how many they are, and all their scores added up.

    `bound` tells how the sum is to be read, "" when it is exact: what people gave in confidence is not always.
    `verdict` is None where there is none, or not known.
    """

    role: Role
    people: Annotated[int, Meta(ge=1, le=10_000)]
    sum: Count
    scored: Annotated[int, Meta(ge=1, le=1_000_000)]
    bound: Bound = ""
    verdict: GroupVerdict | None = None

    @property
    def mean(self) -> Fraction:
        """The exact mean."""
        return Fraction(self.sum, self.scored)


class AgendaPoint(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One point to talk about.

    `about` is the id of a domain, or of a goal (kind "goal"), or "" (kind "own", which has a `text` instead);
    a strength about "" has the strongest items of a session without a high domain, a low point about "" says that all
    means are at the threshold; its items are the lowest, none where all scores are at it.
    `now` and `before` are the domain's figures in the session and in the one it is compared with; in a gap `now` has
    only the items that others answered too. `others` is also evidence of another kind of point: `shared` has one's own
    figures on those items then. `on_common` when the change is on the items of two versions, and so on others than the
    mean of the session before; `clear` is how clear it is. `items` and `items_before` are the scores of the items that
    show it best.
    """

    kind: Kind
    about: About = ""
    text: Annotated[str, Meta(max_length=MAX_LINE)] = ""
    remark: Annotated[str, Meta(max_length=MAX_NOTE)] = ""
    dropped: bool = False
    now: ScoreSum | None = None
    before: ScoreSum | None = None
    shared: ScoreSum | None = None
    others: tuple[GroupScoreSum, ...] = ()
    on_common: bool = False
    clear: Clear = ""
    items: dict[Identifier, Points] = {}
    items_before: dict[Identifier, Points] = {}

    @property
    def delta(self) -> Fraction | None:
        """How far the mean went; None without an earlier one."""
        return self.now.mean - self.before.mean if self.now and self.before else None

    @property
    def gap(self) -> Fraction | None:
        """The mean of the groups' means minus one's own; None without others."""
        own = self.shared or self.now
        if not self.others or not own:
            return None
        return sum((group.mean for group in self.others), Fraction(0)) / len(self.others) - own.mean

    @property
    def is_divided(self) -> bool:
        """Whether others differ: by their verdicts, or in whether they see it better, worse or just as oneself."""
        own = self.shared or self.now
        sides = {(group.mean > own.mean) - (group.mean < own.mean) for group in self.others} if own else set()
        return len(sides) > 1 or are_divided(group.verdict for group in self.others)


def are_divided(verdicts: Iterable[GroupVerdict | None]) -> bool:
    """Whether one is high and another is not, among groups or the people of one: their mean speaks for neither."""
    given = set(verdicts)
    return "divided" in given or {"high", "not high"} <= given


class Agenda(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"points": "point"}):
    """The agenda of one session, compared with another ("" when it is the first); points stand in the order chosen."""

    format: Literal[1] = 1
    session: SessionId
    since: Since = ""
    points: tuple[AgendaPoint, ...] = ()

    @property
    def kept(self) -> tuple[AgendaPoint, ...]:
        """The points that were not dropped."""
        return tuple(point for point in self.points if not point.dropped)


def relative_path(session_id: str) -> Path:
    """Return the path of the agenda of a session within the journal."""
    return Path(FOLDER, f"{session_id}.toml")


def dumps(agenda: Agenda) -> bytes:
    """Return an agenda's file; the same agenda gives the same bytes."""
    document = formats.document_of(agenda) | {"point": [point_table(point) for point in agenda.points]}
    return formats.dumps({key: value for key, value in document.items() if value != []})


def point_table(point: AgendaPoint) -> formats.Document:
    """Return a point as TOML has it, without what is empty but texts."""
    table = formats.document_of(point)
    table["others"] = [{key: part for key, part in group.items() if part != ""} for group in table["others"]]
    left_out = {key for key in ("on_common", "clear") if not table[key]}
    return {key: value for key, value in table.items() if value not in ([], {}) and key not in left_out}


def parse(data: bytes, path: Path | str) -> Agenda:
    """Read the bytes of an agenda's file; texts come out clean.

    Raises:
        BadFileError: with every fault found.
    """
    return clean_texts(formats.parse(data, Agenda, path, _faults))


def clean_texts(agenda: Agenda) -> Agenda:
    """Make all texts of an agenda fit to keep."""
    points = (
        structs.replace(point, text=clean(point.text, multiline=False), remark=clean(point.remark))
        for point in agenda.points
    )
    return structs.replace(agenda, points=tuple(points))


def _faults(document: formats.Document) -> Iterator[Fault]:
    """Find what the shape lets pass: no format, an own point that says nothing."""
    yield from formats.format_missing(document)
    yield from empty_points(document)


def empty_points(document: formats.Document) -> Iterator[Fault]:
    """Find the points of one's own that say nothing."""
    for number, point in enumerate(formats.tables(document, "point"), 1):
        if point.get("kind") == "own" and not str(point.get("text", "")).strip():
            yield Fault(f"point[{number}].text", _("must not be empty"))
