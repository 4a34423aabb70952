"""What a document says: texts that are safe to set in any form, and the exact figures behind the charts."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from msgspec import Struct

from reflect_tui.analysis.diff import Crossing
from reflect_tui.analysis.summary import Group
from reflect_tui.instrument import Scale


class Fact(Struct, frozen=True):
    """A word and what it says of this document: "Date", "23 Nov 2026"."""

    label: str
    text: str


class Total(Struct, frozen=True):
    """A figure to see at a glance, and what it counts."""

    figure: str
    label: str


class Point(Struct, frozen=True, kw_only=True):
    """Something to talk about: what, what shows it, and what the person wrote to it."""

    title: str
    evidence: tuple[str, ...] = ()
    remark: str = ""


class Moment(Struct, frozen=True):
    """One session in a domain's course; `mean` is None without a score, `covered` tells whether there is a verdict.

    `starts` when the line does not go on from the session before: it was measured with other items.
    """

    when: datetime
    mean: Fraction | None
    scored: int
    covered: bool
    starts: bool = False


class Row(Struct, frozen=True, kw_only=True):
    """A domain or a focus, now and before; `course` is its way through the sessions, oldest first.

    `clear` tells whether the mean moved more than noise; None where chance has no part, or nothing moved.
    """

    name: str
    short: str
    now: Group
    before: Group | None = None
    delta: Fraction | None = None
    crossed: Crossing | None = None
    clear: bool | None = None
    course: tuple[Moment, ...] = ()


class Move(Struct, frozen=True, kw_only=True):
    """An item that was scored otherwise; `step` is None where one of the two is no score."""

    text: str
    before: str
    now: str
    step: int | None


class LowItem(Struct, frozen=True, kw_only=True):
    """An item among the lowest, with its domain, its note if notes are wanted."""

    text: str
    domain: str
    score: str
    note: str = ""


class GoalLine(Struct, frozen=True, kw_only=True):
    """A goal: what, the facts about it, and the looks back on it."""

    title: str
    facts: tuple[Fact, ...] = ()
    looks: tuple[str, ...] = ()
    late: bool = False


class Note(Struct, frozen=True):
    """A note and the item it was written to."""

    item: str
    text: str


class Changes(Struct, frozen=True, kw_only=True):
    """What became different since an earlier session; the `more_` figures count the items that are not listed."""

    since: str
    sentences: tuple[str, ...]
    up: tuple[Move, ...]
    down: tuple[Move, ...]
    others: tuple[Move, ...]
    more_up: int = 0
    more_down: int = 0
    more_others: int = 0


class Low(Struct, frozen=True):
    """The lowest items, and how many more stand below the threshold."""

    items: tuple[LowItem, ...]
    more: int = 0


class Beside(Struct, frozen=True, kw_only=True):
    """Oneself beside others: who they are, and a table of texts, a domain a row; `heads` name its columns."""

    title: str
    sentences: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Report(Struct, frozen=True, kw_only=True):
    """A whole document in one language.

    Its texts hold no control characters; only a remark or a note has line feeds. `legend` explains the tables, `signs`
    the charts, `colophon` says what the document was made from and what is not in it. `whole` when it may take as many
    sheets as it needs; else it is cut to two, and `more_agenda` and `more_goals` count what is left out.
    """

    language: str
    title: str
    subtitle: str
    facts: tuple[Fact, ...]
    totals: tuple[Total, ...]
    when: str
    changes: Changes | None
    strengths: tuple[Point, ...]
    agenda: tuple[Point, ...]
    domains: tuple[Row, ...]
    focuses: tuple[Row, ...]
    low: Low
    goals: tuple[GoalLine, ...]
    remark: str
    notes: tuple[Note, ...]
    signatures: tuple[str, ...]
    legend: tuple[str, ...]
    signs: tuple[str, ...]
    colophon: tuple[str, ...]
    scale: Scale
    beside: Beside | None = None
    more_agenda: int = 0
    more_goals: int = 0
    whole: bool = False
