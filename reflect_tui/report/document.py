"""What documents hold: values, fixed words, texts made safe to set; and the document of what a talk agreed on."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Literal

from msgspec import Struct, structs

from reflect_tui.analysis.change import GroupChange, Judgement
from reflect_tui.analysis.summary import ScoreGroup
from reflect_tui.analysis.trend import Point
from reflect_tui.i18n import _, current_language, format_date, pgettext
from reflect_tui.model.instrument import Instrument, Scale
from reflect_tui.model.session import Role
from reflect_tui.model.talk import Talk, TalkPoint
from reflect_tui.text import display
from reflect_tui.views.agenda import point_title
from reflect_tui.views.comparison_sentences import BY_NAME
from reflect_tui.views.labels import ROLE_MARKS, day, id_day
from reflect_tui.views.talk import (
    agreement_facts,
    amendment_sentences,
    signature_sentence,
    speaker_name,
    version_sentence,
)


class Fact(Struct, frozen=True):
    """A word and what it says of this document: "Date", "23 Nov 2026"."""

    label: str
    text: str


class HeadlineFigure(Struct, frozen=True):
    """A figure to see at a glance, and what it counts."""

    figure: str
    label: str


class DocumentPoint(Struct, frozen=True, kw_only=True):
    """Something to talk about: what, what shows it, and what the person wrote to it."""

    title: str
    evidence: tuple[str, ...] = ()
    remark: str = ""


class GroupRow(Struct, frozen=True, kw_only=True):
    """A domain or a focus, now and before; `course` is its way through the sessions, oldest first.

    `change` compares with the session before, `course_change` the ends of the course; None where there is nothing to
    compare with. `head` is the heading above it, of the first of a group.
    """

    name: str
    short: str
    now: ScoreGroup
    change: GroupChange | None = None
    course: tuple[Point, ...] = ()
    course_change: GroupChange | None = None
    head: str = ""


class MovedItem(Struct, frozen=True, kw_only=True):
    """An item that was scored otherwise; `gain` is the step so that more is better, 0 without one."""

    text: str
    before: str
    now: str
    gain: int


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


class ItemNote(Struct, frozen=True):
    """A note and the item it was written to."""

    item: str
    text: str


class Changes(Struct, frozen=True, kw_only=True):
    """What became different since an earlier session; the `more_` figures count the items that are not listed.

    `up` and `down` are the items that moved, `others` those that were not scored both times, so that they did not.
    `judgement` tells the direction of the `shared` items that were scored both times; `chance` is None between two
    versions of one session.
    """

    since: str
    sentences: tuple[str, ...]
    up: tuple[MovedItem, ...]
    down: tuple[MovedItem, ...]
    others: tuple[MovedItem, ...]
    more_up: int = 0
    more_down: int = 0
    more_others: int = 0
    chance: Fraction | None = None
    judgement: Judgement = "no"
    shared: int = 0


class LowestItems(Struct, frozen=True):
    """The items that do worst, and how many more there are.

    `all_below` when they all stand below the threshold: higher is better, and none is reversed.
    """

    items: tuple[LowItem, ...]
    more: int = 0
    title: str = ""
    all_below: bool = True


class ComparisonTable(Struct, frozen=True, kw_only=True):
    """Oneself beside others: who they are, and a table of texts, a domain a row; `heads` name its columns."""

    title: str
    sentences: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


MarkName = Role | Literal["named"]

"""Whose mark stands on an axis: that of a role, or of who answered by name beside a confidential group."""


def mark_glyph(mark: MarkName) -> str:
    """Return what a mark looks like in a document of text: as on the screens."""
    return BY_NAME if mark == "named" else ROLE_MARKS[mark]


class RaterMark(Struct, frozen=True):
    """Someone's mean on the axis of a domain; one that is not exact lies somewhere in `least` to `most`."""

    role: MarkName
    mean: Fraction
    least: Fraction
    most: Fraction


class RaterChart(Struct, frozen=True, kw_only=True):
    """Everyone on one axis, for each row of the table.

    `legend` names who took part, with the mark that is drawn or "" for a group that has none; `notes` explain the axis.
    `high_above` is the threshold of each row.
    """

    legend: tuple[tuple[MarkName | Literal[""], str], ...]
    rows: tuple[tuple[RaterMark, ...], ...]
    high_above: tuple[int | float, ...]
    notes: tuple[str, ...]


class Report(Struct, frozen=True, kw_only=True):
    """A whole document in one language.

    Its texts hold no control characters; only a remark or a note has line feeds. `legend` explains the tables, `signs`
    the charts, `colophon` says what the document was made from and what is not in it.
    """

    language: str
    title: str
    short_title: str
    subtitle: str
    facts: tuple[Fact, ...]
    opening: tuple[str, ...]
    totals: tuple[HeadlineFigure, ...]
    when: str
    changes: Changes | None
    strengths: tuple[DocumentPoint, ...]
    agenda: tuple[DocumentPoint, ...]
    domains: tuple[GroupRow, ...]
    focuses: tuple[GroupRow, ...]
    focuses_title: str
    low: LowestItems
    goals: tuple[GoalLine, ...]
    remark: str
    notes: tuple[ItemNote, ...]
    signatures: tuple[str, ...]
    legend: tuple[str, ...]
    signs: tuple[str, ...]
    colophon: tuple[str, ...]
    scale: Scale
    beside: ComparisonTable | None = None
    raters: RaterChart | None = None


# The fixed words of a document: headings of its parts and of its columns, the same in every form.


class Headings(Struct, frozen=True, kw_only=True):
    """Headings; `since` and `when` stand above the figures of the two sessions."""

    overview: str
    change: str
    strengths: str
    agenda: str
    no_agenda: str
    remark_to: str
    domains: str
    domain: str
    focus: str
    mean: str
    count: str
    verdict: str
    before: str
    delta: str
    course: str
    first: str
    course_delta: str
    course_counts: str
    moves: str
    once: str
    goals: str
    no_goals: str
    late: str
    remark: str
    notes: str
    note: str
    agreements: str
    who: str
    due: str
    date: str
    signatures: str
    threshold: str
    legend: str


def headings() -> Headings:
    """Translate the headings."""
    return Headings(
        overview=_("At a glance"),
        change=_("What changed"),
        strengths=_("Going well"),
        agenda=_("To talk about"),
        no_agenda=_("No points were put on the agenda."),
        remark_to=_("My remark:"),
        domains=_("Per domain"),
        domain=_("Domain"),
        focus=_("Focus"),
        mean=pgettext("column", "Mean"),
        count=pgettext("column, number of scores", "n"),
        verdict=_("Verdict"),
        before=pgettext("column", "Previous"),
        delta=pgettext("column", "Change"),
        course=_("Course"),
        first=pgettext("column", "First"),
        course_delta=pgettext("column", "Change since the first"),
        course_counts=_("Course, with n"),
        moves=_("Statements that changed"),
        once=_("Not scored both times"),
        goals=_("Goals"),
        no_goals=_("No goals yet."),
        late=_("overdue"),
        remark=_("Remark"),
        notes=_("Notes"),
        note=_("Note"),
        agreements=_("Agreed"),
        who=_("Who"),
        due=_("When"),
        date=_("Date"),
        signatures=_("Signatures"),
        threshold=_("threshold"),
        legend=_("How to read the figures"),
    )


def shortened(report: Report, most: int, most_moved: int) -> Report:
    """List at most so many of the lowest items, and so many of those that moved one way, and count the rest."""
    low, changes = report.low, report.changes
    lists = {name: getattr(changes, name) for name in ("up", "down", "others")} if changes else {}
    return structs.replace(
        report,
        low=structs.replace(low, items=low.items[:most], more=max(0, len(low.items) - most)),
        changes=changes
        and structs.replace(
            changes,
            **{name: items[:most_moved] for name, items in lists.items()},
            **{f"more_{name}": max(0, len(items) - most_moved) for name, items in lists.items()},
        ),
    )


def longest_list(report: Report) -> int:
    """Count the items of the longest list."""
    changes = report.changes
    return max(map(len, (report.low.items, *((changes.up, changes.down, changes.others) if changes else ()))))


# Text from people, made safe to set in a document: nothing in it steers a terminal, a browser or a reader's eye.


# Code points that are no characters (Unicode 23.7): HTML and PDF can't hold them.
_LAST_TWO = "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))

_NO_CHARACTER = re.compile(f"[\ufdd0-\ufdef{_LAST_TWO}]")

_BREAK = re.compile(r"\r\n?|\n")


def one_line(text: str) -> str:
    """Set a text in one line, control characters and marks that reorder text made visible."""
    return _NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", display(text)).strip()


def paragraphs(text: str) -> str:
    """Clean a text whose lines stay lines, otherwise as one_line()."""
    return "\n".join(one_line(line) for line in _BREAK.split(text.strip()))


# What was agreed in a talk, as a document of its own: who agreed on what, under which version.


class AgreedLine(Struct, frozen=True, kw_only=True):
    """Something that was agreed, to a point of the talk."""

    what: str
    about: str
    facts: tuple[Fact, ...]


class SpokenPoint(Struct, frozen=True, kw_only=True):
    """A point with what each of the two said of it."""

    title: str
    remarks: tuple[Fact, ...]


class SignedVersion(Struct, frozen=True, kw_only=True):
    """Who signed, and the version they saw."""

    who: str
    version: str


class AgreementSheet(Struct, frozen=True, kw_only=True):
    """The document in one language; its texts hold no control characters, only remarks have line feeds.

    Without notes, `points` is empty; a point of which nothing was said is not in it. `unsigned` says that nobody signed
    it yet, "" when it is signed.
    """

    language: str
    title: str
    subtitle: str
    facts: tuple[Fact, ...]
    agreed: tuple[AgreedLine, ...]
    nothing: str
    points_title: str
    points: tuple[SpokenPoint, ...]
    signed_title: str
    signed: tuple[SignedVersion, ...]
    unsigned: str
    amendments: tuple[str, ...]
    colophon: str


def agreement_sheet(talk: Talk, instrument: Instrument, *, notes: bool) -> AgreementSheet:
    """Make the document's content, in the user's language; `notes` puts the remarks of both in it."""
    agreed = tuple(
        AgreedLine(
            what=one_line(agreement.what),
            about=one_line(point_title(point, instrument)),
            facts=tuple(Fact(name, one_line(text)) for name, text in agreement_facts(agreement)),
        )
        for point in talk.points
        for agreement in point.agreements
    )
    return AgreementSheet(
        language=current_language(),
        title=_("What we agreed"),
        subtitle=one_line(instrument.title),
        facts=_facts(talk),
        agreed=agreed,
        nothing="" if agreed else _("Nothing was agreed."),
        points_title=_("What we said"),
        points=tuple(_spoken(point, instrument) for point in talk.points if point.remark or point.leader_remark)
        if notes
        else (),
        signed_title=_("Signed"),
        signed=tuple(
            SignedVersion(who=one_line(signature_sentence(signature)), version=version_sentence(signature))
            for signature in talk.signatures
        ),
        unsigned="" if talk.signatures else _("Not signed yet."),
        amendments=tuple(one_line(sentence) for sentence in amendment_sentences(talk)),
        colophon=_("Record: {id}.").format(id=talk.id),
    )


def _facts(talk: Talk) -> tuple[Fact, ...]:
    following = format_date(talk.next_talk) if talk.next_talk else _("no date set")
    return (
        Fact(_("Talk"), day(talk.finished or talk.started)),
        Fact(_("About the session of"), id_day(talk.session)),
        Fact(_("Next talk"), following),
    )


def _spoken(point: TalkPoint, instrument: Instrument) -> SpokenPoint:
    said = ((speaker_name("professional"), point.remark), (speaker_name("leader"), point.leader_remark))
    remarks = tuple(Fact(name, paragraphs(text)) for name, text in said if text)
    return SpokenPoint(title=one_line(point_title(point, instrument)), remarks=remarks)
