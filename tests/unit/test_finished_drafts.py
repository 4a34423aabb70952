"""A draft whose session is there already, as an earlier version restored: it is no dead end anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.errors import JournalError
from reflect_tui.model.assessment import Answer, EditNote
from reflect_tui.model.session import Score
from reflect_tui.store.draft_file import Draft
from reflect_tui.usecases import filling as usecase
from tests.bundled import bundled, bundled_bytes
from tests.unit.cli_examples import Cli
from tests.unit.plain_examples import JGZ, Desk, fixed_clock, words

ITEMS = [item.id for item in bundled(JGZ, "en").items]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give a journal with one session in which every score is 3."""
    desk = Desk(tmp_path)
    desk.new(*"3" * 92, "f")
    return desk


def left(desk: Desk, *scores: Score, note: str = "", **changes: object) -> Draft:
    """Leave a draft of that session beside it, with the scores of its first statements."""
    session = desk.session
    acts = [Answer(item, score) for item, score in zip(ITEMS, scores, strict=False)]
    draft = Draft(
        id=session.id, instrument=session.instrument, version=session.version, digest=session.digest,
        role=session.role, started=session.started, acts=(*acts, *([EditNote(ITEMS[0], note)] if note else [])),
        pauses=(1.0,) * (len(acts) + bool(note)),
    )  # fmt: skip
    draft = structs.replace(draft, **changes)
    desk.journal.drafts.create(draft, bundled_bytes(JGZ)).close()
    return draft


def test_a_draft_that_says_nothing_else_than_its_session_goes_by_itself(desk: Desk) -> None:
    left(desk, 3, 3)
    said = desk.new("q")
    assert "finished since" not in said
    assert desk.drafts == []


def test_new_offers_to_amend_that_session_with_the_draft(desk: Desk) -> None:
    left(desk, 3, 4, 1, note="calmer")
    said = words(desk.new("x", "a", "what the other device had", "f", "f"))
    assert "There is a draft of the session of" in said
    assert "which was finished since, with other answers." in said
    assert "Please answer a, d or n." in said
    assert desk.code == 0
    assert len(desk.journal.own()) == 1
    assert list(desk.session.scores.values()) == [3, 4, 1, *[3] * 89]
    assert dict(desk.session.notes) == {ITEMS[0]: "calmer"}
    newest = desk.journal.versions(desk.session.id)[0]
    assert newest.reason == "what the other device had"
    assert desk.drafts == []
    assert "finished since" not in desk.new("q")


def test_what_the_draft_says_can_be_undone_before_it_amends(desk: Desk) -> None:
    left(desk, 4)
    desk.new("a", "why", "u", "q")
    (draft,) = desk.drafts
    assert draft.amends
    desk.amend("f", "f")
    assert set(desk.session.scores.values()) == {3}


def test_it_is_set_aside_or_left_and_another_session_is_begun(desk: Desk) -> None:
    before = left(desk, 4)
    desk.new("n", "2", "q")
    assert {draft.id for draft in desk.drafts} > {before.id}
    desk.new("n", "d", "2", "q")
    assert before.id not in [draft.id for draft in desk.drafts]
    assert (desk.journal.drafts.discarded / f"{before.id}.toml").exists()


@pytest.mark.parametrize("lines", [[], ["a"]])
def test_without_an_answer_all_stays_as_it_is(desk: Desk, lines: list[str]) -> None:
    before = left(desk, 4)
    said = desk.new(*lines)
    assert "No answer, nothing begun." in said
    assert [draft.id for draft in desk.drafts] == [before.id]


def test_amending_the_session_itself_asks_the_same(desk: Desk) -> None:
    left(desk, 4)
    desk.amend("n")
    assert desk.code == 1
    desk.amend("a", "f", "f")
    assert desk.session.scores[ITEMS[0]] == 4
    left(desk, 1)
    desk.amend("d", "2", "f", "f")
    assert desk.session.scores[ITEMS[0]] == 2


def test_of_another_instrument_it_is_only_to_be_set_aside(desk: Desk) -> None:
    other = bundled("digcomp", "en")
    draft = Draft(
        id=desk.session.id, instrument=other.id, version=other.version, digest=other.digest, role="self",
        started=desk.session.started, acts=(Answer(other.items[0].id, 1),), pauses=(1.0,),
    )  # fmt: skip
    desk.journal.drafts.create(draft, bundled_bytes("digcomp")).close()
    said = words(desk.new("q"))
    assert f"To go on with it: reflect-tui amend {draft.id}" in said


def test_a_draft_of_a_session_that_was_removed_can_be_finished(desk: Desk) -> None:
    gone = desk.session
    left(desk, 4)
    desk.journal.delete(gone.id)
    desk.new("y", "3" * 91, "f")
    assert desk.code == 0
    assert desk.session.scores[ITEMS[0]] == 4


@pytest.mark.parametrize(
    ("language", "finding", "advice"),
    [
        ("en", "this session was finished since, with other answers.", "To amend the session with this draft"),
        ("nl", "deze sessie is daarna afgerond, met andere antwoorden.", "Om de sessie met dit concept aan te passen"),
    ],
)
def test_doctor_names_it_and_says_what_to_do(cli: Cli, language: str, finding: str, advice: str) -> None:
    desk = Desk.on(cli.journal)
    desk.new(*"3" * 92, "f")
    draft = left(desk, 4)
    said = words(cli("--lang", language, "doctor").out)
    assert finding in said
    assert advice in said
    assert f"reflect-tui amend {draft.id}" in said


def overtaken(desk: Desk) -> Draft:
    """Begin to amend two statements, and amend another one and one of these elsewhere."""
    desk.amend("4", "4", "q")
    session, data = desk.journal.saved(desk.session.id)
    other = structs.replace(session, scores=dict(session.scores) | {ITEMS[1]: 1, ITEMS[2]: 1})
    desk.journal.amend(other, "elsewhere", data)
    desk.journal.record()
    (draft,) = desk.drafts
    return draft


def test_a_draft_of_a_session_that_was_amended_otherwise_amends_that_with_what_it_changed(desk: Desk) -> None:
    draft = overtaken(desk)
    said = words(desk.amend("n"))
    assert "a draft that amends the session of" in said
    assert "which was amended otherwise since." in said
    assert desk.drafts == [draft]
    desk.amend("a", "f", "f")
    assert desk.code == 0
    assert list(desk.session.scores.values()) == [4, 4, 1, *[3] * 89]
    assert desk.journal.versions(desk.session.id)[0].reason == draft.reason
    assert desk.drafts == []


def test_it_can_be_set_aside_too(desk: Desk) -> None:
    draft = overtaken(desk)
    desk.amend("d", "2", "f", "f", reason="another reason")
    assert list(desk.session.scores.values()) == [2, 1, 1, *[3] * 89]
    assert desk.journal.versions(desk.session.id)[0].reason == "another reason"
    assert (desk.journal.drafts.discarded / f"{draft.id}.toml").exists()


def test_doctor_says_of_it_what_to_do(cli: Cli) -> None:
    desk = Desk.on(cli.journal)
    desk.new(*"3" * 92, "f")
    draft = overtaken(desk)
    said = words(cli("--lang", "en", "doctor").out)
    assert "this session was amended otherwise since this draft began." in said
    assert f"reflect-tui amend {draft.id}" in said


def test_of_a_session_that_was_removed_doctor_and_finishing_say_what_to_do(cli: Cli) -> None:
    desk = Desk.on(cli.journal)
    desk.new(*"3" * 92, "f")
    desk.amend("4", "q")
    (draft,) = desk.drafts
    desk.journal.delete(draft.id)
    said = words(cli("--lang", "en", "doctor").out)
    assert "amends a session that was removed since. Bring the session back (r on the list of sessions" in said
    again = usecase.resume(desk.journal, fixed_clock(), draft)
    with pytest.raises(JournalError, match="was removed since this draft began"):
        usecase.finish(desk.journal, again)
    desk.journal.restore(draft.id)
    assert usecase.finish(desk.journal, again).scores[ITEMS[0]] == 4
    assert desk.drafts == []
