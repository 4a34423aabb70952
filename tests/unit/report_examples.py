"""Documents to look into: material of the small instrument, of the demo journal, and with hostile text everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone

from msgspec import structs

from reflect_tui import demo
from reflect_tui.analysis.compare import compare
from reflect_tui.model import library
from reflect_tui.model.agenda import Agenda, AgendaPoint, GroupScoreSum, ScoreSum
from reflect_tui.model.goals import Goal, LookBack
from reflect_tui.model.instrument import Instrument, SourceDocument
from reflect_tui.model.session import Role, Score, Session
from reflect_tui.report.build import Material
from tests.bundled import bundled
from tests.unit import examples

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=timezone(timedelta(hours=1)))
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[x](javascript:alert(1)) <javascript:alert(1)>",
    "a | b |\n| --- |",
    "</textarea></title></style></svg><b onclick=x>",
    "![](http://tracker.example/x.png) http://tracker.example www.tracker.example a@tracker.example",
    "\x1b]52;c;aGk=\x07 \x9b31m \u202e\u2066 \x00 \ufffe",
    "# heading\n\n1. one\n- two\n+ three\n***\n---\n```\n~~~\n[a]: http://tracker.example\n&lt;b&gt; <!-- ",
    "{{ 7 * 7 }} {% include 'x' %} #let x = 1 $x$ @x \\ #read(\"/etc/passwd\")",
    "https://tracker.example/?a=1&amp;b ftp://tracker.example data:text/html,x <http://tracker.example>",
)


def material(
    scores: Mapping[str, Score],
    before: Mapping[str, Score] | None = None,
    *,
    instrument: Instrument | None = None,
    notes: dict[str, str] | None = None,
) -> Material:
    """Give material of the small instrument."""
    session = examples.session(scores, notes=notes)
    previous = examples.session(before, days=-100) if before is not None else None
    return Material(
        instrument=instrument or examples.small(),
        session=session,
        previous=previous,
        own=tuple(one for one in (previous, session) if one),
        commit="0123456789abcdef0123",
        now=NOW,
    )


def of_sessions(instrument: Instrument, sessions: Sequence[Session], first: int = -2) -> Material:
    """Give material of the newest own session, compared with the one before, or with an earlier one."""
    own = [one for one in sessions if one.role == "self"]
    return Material(
        instrument=instrument,
        session=own[-1],
        previous=own[first] if len(own) > 1 else None,
        own=tuple(own),
        commit="0123456789abcdef0123",
        goals=(goal(instrument),),
        agenda=agenda(instrument, own[-1]),
        now=NOW,
    )


def demo_material(language: str, first: int = -2) -> Material:
    """Give material of the demo journal."""
    instrument = bundled(library.DEFAULT, language)
    return of_sessions(instrument, demo.sessions(instrument, TODAY, language), first)


def with_others(plain: Material) -> Material:
    """Give the same material with a manager and three colleagues beside oneself, everywhere one point apart."""
    mine, scale = plain.session, plain.instrument.scale
    numbers = {key: score for key, score in mine.scores.items() if isinstance(score, int)}

    def given(role: Role, number: int, step: int) -> Session:
        scores = {key: min(max(score + step, scale.lowest), scale.highest) for key, score in numbers.items()}
        started = mine.started + timedelta(days=1, minutes=number)
        identifier = f"{started:%Y-%m-%dT%H%M}-{role}-{number:06x}"
        return structs.replace(mine, id=identifier, role=role, started=started, finished=started, scores=scores)

    others = [given("manager", 0, 1), *(given("colleague", number, -1) for number in range(1, 4))]
    return structs.replace(plain, comparison=compare(plain.instrument, mine, plain.own, others, {}))


def goal(instrument: Instrument, text: str = "Lead the next meeting", note: str = "Twice so far") -> Goal:
    """Give a goal that is past its day, with a look back."""
    return Goal(
        id="2026-07-20T1000-goal-abcdef",
        instrument=instrument.id,
        domain=instrument.domains[-1].id,
        what=text,
        first_step=text,
        helper=text,
        by=date(2026, 10, 1),
        target=3.5,
        made=NOW - timedelta(days=126),
        look_backs=(LookBack(at=NOW, outcome="partly", note=note),),
    )


def agenda(instrument: Instrument, session: Session, text: str = "What I want to say", remark: str = "") -> Agenda:
    """Give an agenda with a point of most kinds."""
    first, second, third = instrument.domains[:3]
    items = {first.items[0].id: 4}
    return Agenda(
        session=session.id,
        points=(
            AgendaPoint(kind="strength", about=first.id, now=ScoreSum(7, 2), items=items, remark=remark),
            AgendaPoint(kind="low", about=second.id, now=ScoreSum(5, 2), before=ScoreSum(7, 3), remark=remark),
            AgendaPoint(kind="gap", about=third.id, now=ScoreSum(5, 2), others=(GroupScoreSum("colleague", 2, 12, 4),)),
            AgendaPoint(kind="goal", about="2026-07-20T1000-goal-abcdef"),
            AgendaPoint(kind="own", text=text, remark=remark),
            AgendaPoint(kind="low", about=first.id, now=ScoreSum(9, 4), dropped=True),
        ),
    )


def hostile(text: str) -> Material:
    """Give material with this text wherever text can come from a file."""
    plain = examples.small()
    domains = tuple(
        structs.replace(
            domain,
            title=text,
            short=text,
            items=tuple(structs.replace(item, text=text, stem="" if item.under else text) for item in domain.items),
        )
        for domain in plain.domains
    )
    points = tuple(structs.replace(point, label=text) for point in plain.scale.points)
    instrument = structs.replace(
        plain,
        title=text,
        short=text,
        source=SourceDocument(publisher=text, document=text, rights=text),
        scale=structs.replace(plain.scale, points=points),
        domains=domains,
    )
    scores: dict[str, Score] = dict.fromkeys(examples.ITEMS, 2)
    base = material(scores, scores | {"calm": 3, "kind": 1}, instrument=instrument, notes={"calm": text, "acts": text})
    session = structs.replace(base.session, remark=text)
    return structs.replace(
        base, session=session, goals=(goal(instrument, text, text),), agenda=agenda(instrument, session, text, text)
    )


def crowded(language: str, count: int, words: int) -> Material:
    """Give material of the demo with so many points and goals, each text of so many words."""
    plain = demo_material(language)
    text = "hoe het verder gaat en wat daarvoor nodig is " * (1 + words // 9)
    text = " ".join(text.split()[:words])
    goals = tuple(
        structs.replace(goal(plain.instrument, text[:500], text), id=f"2026-07-20T1000-goal-{number:06x}")
        for number in range(count)
    )
    own = tuple(AgendaPoint(kind="own", text=text[:500], remark=text) for _number in range(count))
    points = (*(plain.agenda.points if plain.agenda else ()), *own)
    return structs.replace(plain, goals=goals, agenda=Agenda(session=plain.session.id, points=points))
