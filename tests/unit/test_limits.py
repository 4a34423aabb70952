"""How long a text of a file may be, how large a number, how many there may be: exactly so much; and no other keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_type_hints

import msgspec
import pytest

from reflect_tui.model.agenda import Agenda, AgendaPoint, GroupScoreSum, ScoreSum
from reflect_tui.model.events import Event
from reflect_tui.model.goals import Goal, LookBack
from reflect_tui.model.instrument import (
    AnswerWords,
    AxisValue,
    Band,
    Domain,
    Instrument,
    InstrumentChange,
    InstrumentFile,
    Item,
    Profile,
    Scale,
    ScalePoint,
    SourceDocument,
)
from reflect_tui.model.old_means import Reference
from reflect_tui.model.round import Comment, Invited, Released, ReleasedDomain, ReleasedFocus, Round
from reflect_tui.model.session import Session
from reflect_tui.model.shared_instrument import IncludedFile, SharedInstrument
from reflect_tui.model.talk import Agreement, Amendment, Signature, Talk, TalkPoint
from reflect_tui.model.team import ClosedPeriod, ScoreTotal, Share, SharedSession, Sharing, Team, TeamFigure
from reflect_tui.model.tombstones import Tombstones
from reflect_tui.model.translation import Translation

DIGEST = "sha256:" + "0" * 64
TABLES = (
    Agenda, AgendaPoint, Agreement, Amendment, AnswerWords, AxisValue, Band, ClosedPeriod, Comment, Domain, Event, Goal,
    GroupScoreSum, IncludedFile, InstrumentChange, InstrumentFile, Invited, Item, LookBack, Profile, Reference,
    Released, ReleasedDomain, ReleasedFocus, Round, Scale, ScalePoint, ScoreSum, ScoreTotal, Session, Share,
    SharedInstrument, SharedSession, Sharing, Signature, SourceDocument, Talk, TalkPoint, Team, TeamFigure,
    Tombstones, Translation,
)  # fmt: skip


def takes(kind: type[msgspec.Struct], key: str, value: object) -> bool:
    """Whether a value may stand at a key of a file."""
    try:
        msgspec.convert(value, get_type_hints(kind, include_extras=True)[key])
    except msgspec.ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("kind", "key", "shortest", "longest"),
    [
        (AgendaPoint, "about", 0, 64), (AgendaPoint, "text", 0, 500), (AgendaPoint, "remark", 0, 20_000),
        (TalkPoint, "leader_remark", 0, 20_000), (Agreement, "what", 1, 500), (Agreement, "helper", 0, 500),
        (Signature, "professional", 1, 80), (Signature, "leader", 1, 80), (Amendment, "reason", 1, 200),
        (Event, "label", 1, 80),
        (Goal, "domain", 0, 64), (Goal, "what", 1, 500), (Goal, "first_step", 0, 500), (LookBack, "note", 0, 20_000),
        (Instrument, "id", 1, 64), (Instrument, "title", 1, 2000), (Instrument, "instructions", 0, 4000),
        (Item, "text", 1, 2000), (Item, "other", 0, 2000), (Item, "help", 0, 4000), (Band, "advice", 0, 4000),
        (Domain, "group", 0, 2000), (ScalePoint, "label", 1, 2000),
        (SourceDocument, "licence", 0, 100), (SourceDocument, "attribution", 0, 2000),
        (Invited, "label", 0, 100), (Round, "about", 0, 100), (Comment, "domain", 0, 64), (Comment, "text", 0, 20_000),
        (Team, "team", 4, 40),
    ],
)  # fmt: skip
def test_a_text_is_at_most_so_long(kind: type[msgspec.Struct], key: str, shortest: int, longest: int) -> None:
    lengths = (shortest - 1, shortest, longest, longest + 1)
    assert [takes(kind, key, "x" * length) for length in lengths if length >= 0] == [
        *([False] if shortest else []), True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "key", "text"), [(Session, "version", "1.0." + "1" * 16), (IncludedFile, "name", "x" * 75 + ".toml")]
)
def test_what_is_written_in_a_form_of_its_own_is_at_most_so_long(
    kind: type[msgspec.Struct], key: str, text: str
) -> None:
    assert takes(kind, key, text)
    assert not takes(kind, key, text.replace("1" * 16, "1" * 17).replace("x" * 75, "x" * 76))


@pytest.mark.parametrize(
    ("kind", "key", "least", "greatest"),
    [
        (ScoreSum, "sum", 0, 1_000_000), (ScoreSum, "scored", 1, 1_000_000), (GroupScoreSum, "people", 1, 10_000),
        (GroupScoreSum, "sum", 0, 1_000_000), (GroupScoreSum, "scored", 1, 1_000_000), (Talk, "place", 0, 1000),
        (Goal, "target", 0, 10), (ScalePoint, "value", 0, 10),
        (Round, "minimum", 1, 100), (Released, "people", 1, 100), (ReleasedDomain, "sum", 0, 1_000_000),
        (ReleasedFocus, "quarters", 0, 1_000_000),
        (Team, "minimum", 5, 1000), (ScoreTotal, "sum", 0, 100_000), (ScoreTotal, "n", 1, 10_000),
        (SharedSession, "number", 1, 9999),
    ],
)  # fmt: skip
def test_a_number_is_at_least_and_at_most_so_large(
    kind: type[msgspec.Struct], key: str, least: int, greatest: int
) -> None:
    numbers = (least - 1, least, greatest, greatest + 1)
    assert [takes(kind, key, number) for number in numbers] == [False, True, True, False]


@pytest.mark.parametrize(
    ("kind", "key", "made", "least", "greatest"),
    [
        (Round, "items", lambda n: [f"item-{number}" for number in range(n)], 1, None),
        (Round, "invited", lambda n: [{"role": "client", "label": "", "token": DIGEST}] * n, 1, 100),
        (Round, "released", lambda n: [{"role": "client", "people": 3, "scored": {}}] * n, 0, 4),
        (Invited, "earlier", lambda n: [DIGEST] * n, 0, 100),
        (Reference, "means", lambda n: {f"domain-{number}": 2.5 for number in range(n)}, 1, None),
        (Profile, "targets", lambda n: {f"domain-{number}": 2.5 for number in range(n)}, 1, None),
    ],
)
def test_there_are_at_least_and_at_most_so_many(
    kind: type[msgspec.Struct], key: str, made: Callable[[int], Any], least: int, greatest: int | None
) -> None:
    assert takes(kind, key, made(least))
    assert least == 0 or not takes(kind, key, made(least - 1))
    if greatest is not None:
        assert takes(kind, key, made(greatest))
        assert not takes(kind, key, made(greatest + 1))


@pytest.mark.parametrize(("kind", "key"), [(AgendaPoint, "items"), (AgendaPoint, "items_before"), (Reference, "means")])
def test_a_score_or_a_mean_is_from_0_to_10(kind: type[msgspec.Struct], key: str) -> None:
    assert [takes(kind, key, {"calm": score}) for score in (-1, 0, 10, 11)] == [False, True, True, False]


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.__name__)
def test_a_key_that_there_is_not_is_refused_in_every_table(kind: type[msgspec.Struct]) -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `colour`"):
        msgspec.convert({"colour": "red"}, kind)
