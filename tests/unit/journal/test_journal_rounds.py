"""Rounds in the journal: what comes in, what waits, what closing makes of it, and that nothing says who or when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.clock import Clock
from reflect_tui.errors import BadFileError, JournalError, ReflectError
from reflect_tui.feedback.answers import AnswerFile, CombinedFile, dumps_combined, paper_answer
from reflect_tui.model.library import Library
from reflect_tui.model.round import Promise, Rater, Released, Round
from reflect_tui.model.session import Session
from reflect_tui.store import closing, importing, rounds
from reflect_tui.store.candidates import Candidate
from reflect_tui.store.closing import MissingError
from reflect_tui.store.journal import Journal
from reflect_tui.store.rounds import WaitingAnswers
from reflect_tui.usecases import combining
from reflect_tui.views.importing import warnings
from reflect_tui.views.rounds import counts
from tests.unit.cli_examples import Cli
from tests.unit.journal.conftest import Git, MakeSession
from tests.unit.round_examples import BYTES, CLOSED, CONTENT, LABEL, a_round, an_answer, put, token

pytestmark = pytest.mark.slow

CLOCK = Clock(now=lambda: CLOSED, elapsed=lambda: 0.0, token=lambda: "0a1b2c")


def take(journal: Journal, paths: Sequence[Path]) -> tuple[Candidate, ...]:
    found = importing.examine(journal, paths)
    for candidate in found:
        importing.save(journal, candidate, CLOCK)
    journal.record()
    return found


@pytest.fixture
def cli(cli: Cli) -> Cli:
    cli.root.mkdir(exist_ok=True)
    return cli


def problems(found: Sequence[Candidate]) -> list[str]:
    return [str(fault) for candidate in found for fault in candidate.faults]


def refused(journal: Journal, folder: Path, answer: AnswerFile) -> str:
    """Give the only reason for which an answer is refused; nothing is changed by it."""
    before = everything(journal)
    (problem,) = problems(take(journal, put(folder, answer)))
    assert everything(journal) == before
    return problem


def everything(journal: Journal) -> dict[str, bytes]:
    journal.record()
    found = {}
    for top in (journal.root, journal.state, WaitingAnswers(journal).folder):
        for path in top.rglob("*"):
            if path.is_file() and ".git" not in path.parts:
                found[str(path)] = path.read_bytes()
    return found


def nothing_waits(journal: Journal) -> bool:
    """Check that no answer waits; that a round was closed or withdrawn stays known, for other copies."""
    return all(
        pool.ended and not (pool.tokens or pool.answers or pool.sessions) for pool in WaitingAnswers(journal).all()
    )


def of_round(journal: Journal) -> list[Session]:
    return [session for session in journal.given() if session.round]


def released(journal: Journal) -> dict[Rater, Released]:
    """Give what was released of the only round; no row of a rater is among the sessions."""
    (document,) = journal.rounds.all()
    assert document.value
    assert of_round(journal) == []
    return {group.role: group for group in document.value.released}


def combine(answers: Sequence[AnswerFile]) -> CombinedFile:
    return combining.combine_answers([(Path(answer.id), answer) for answer in answers], Library(None))[0]


def test_a_round_comes_into_history_with_its_instrument(journal: Journal, git: Git) -> None:
    found = a_round(journal)
    journal.record()
    assert git("log", "--format=%s").split("\n")[0] == "round 2026-11-23: made"
    names = git("ls-tree", "-r", "--name-only", "HEAD").split()
    assert f"rounds/{found.id}.toml" in names
    assert f"instruments/{CONTENT.id}@{CONTENT.version}.toml" in names
    assert git("status", "--porcelain") == ""


def test_confidential_answers_wait_and_come_in_together(journal: Journal, tmp_path: Path, git: Git) -> None:
    found = a_round(journal)
    take(journal, put(tmp_path / "in", *(an_answer(found, number, score=number % 4 + 1) for number in range(5))))
    assert of_round(journal) == []
    assert rounds.get(journal, found.id)[0].answered == 5
    assert closing.close(journal, found.id, CLOSED) == {"manager": 1, "colleague": 4}
    before = git("rev-parse", "HEAD").strip()
    journal.record()
    assert git("log", "--format=%s", f"{before}..") == f"round {found.made:%Y-%m-%d}: closed\n"
    assert git("diff", "--name-only", before).split() == [f"rounds/{found.id}.toml"]
    made = released(journal)
    assert [(group.role, group.people) for group in made.values()] == [("manager", 1), ("colleague", 4)]
    assert made["manager"].sums == dict.fromkeys(found.items, 1)
    assert made["colleague"].scored == dict.fromkeys(found.items, 4)
    assert made["colleague"].points == dict.fromkeys(found.items, 3)  # of 1, 2, 3 and 4: 2.5
    closed = rounds.get(journal, found.id)[0]
    assert (closed.state, closed.closed) == ("closed", CLOSED)
    assert nothing_waits(journal)
    assert git("status", "--porcelain") == ""
    assert journal.pending() == ()


def test_a_withdrawn_round_destroys_what_waits(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal)
    take(journal, put(tmp_path / "in", *(an_answer(found, number) for number in range(5))))
    rounds.withdraw(journal, found.id)
    assert nothing_waits(journal)
    assert rounds.get(journal, found.id)[0].state == "withdrawn"
    with pytest.raises(ReflectError, match="not open"):
        closing.close(journal, found.id, CLOSED)


def test_comments_are_parted_from_scores_and_items_in_an_order_of_their_own(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal, ["colleague"] * 30)
    given = [an_answer(found, number, score=number % 4 + 1, note=f"note {number}") for number in range(30)]
    take(journal, put(tmp_path / "in", *given))
    closing.close(journal, found.id, CLOSED)
    written = [comment.text for comment in released(journal)["colleague"].comments]
    assert sorted(written) == sorted(f"note {number}" for number in range(30))
    assert written != sorted(written, key=lambda text: int(text.split()[1]))
    domain = CONTENT.domain_of[found.items[0]].id
    assert {comment.domain for comment in released(journal)["colleague"].comments} == {domain}


def test_named_answers_come_in_at_once_and_the_round_says_whose_they_are(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal, promise="named")
    answer = an_answer(found, 1)
    take(journal, put(tmp_path / "in", answer))
    (made,) = of_round(journal)
    assert (made.id, made.round, made.role, made.started) == (answer.id, found.id, "colleague", answer.started)
    assert rounds.get(journal, found.id)[0].invited[1].session == answer.id
    closing.close(journal, found.id, CLOSED)
    assert rounds.get(journal, found.id)[0].state == "closed"


@pytest.mark.parametrize("promise", ["named", "confidential"])
def test_the_same_file_twice_is_there_already_and_another_with_its_token_is_refused(
    journal: Journal, tmp_path: Path, promise: str
) -> None:
    found = a_round(journal, promise=promise)  # type: ignore[arg-type] # one of the two
    first = put(tmp_path / "in", an_answer(found, 1))
    take(journal, first)
    before = everything(journal)
    assert [candidate.there for candidate in take(journal, first)] == [True]
    assert everything(journal) == before
    changed = an_answer(found, 1, score=1)
    if promise == "named":
        changed = structs.replace(changed, id="2026-11-26T0731-colleague-0000ff")
    assert "this person has answered before, and that answer stands" in refused(journal, tmp_path / "again", changed)


def test_two_files_with_one_token_in_one_import_are_both_refused(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal)
    given = put(tmp_path / "in", an_answer(found, 1), an_answer(found, 1, score=1), an_answer(found, 2))
    said = problems(take(journal, given))
    assert ["Import by itself the one that was given first" in one for one in said] == [True] * 2
    assert rounds.get(journal, found.id)[0].answered == 1
    assert problems(take(journal, given[:1])) == []
    assert "answered before" in problems(take(journal, given[1:2]))[0]


def test_equal_answers_of_two_people_both_count(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal)
    take(journal, put(tmp_path / "in", *(an_answer(found, number, score=3) for number in (1, 2, 3))))
    assert len(WaitingAnswers(journal).get(found.id).answers) == 3


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"round": "2026-11-23-others-000000"}, "the round that it answers is none of this journal"),
        ({"about": "Someone else"}, "it is about someone else than the round"),
        (
            {"version": "0.9.0"},
            f"it answers another instrument than the round asks, or another version: {CONTENT.id} 0.9.0",
        ),
        ({"digest": "sha256:" + "0" * 64}, "it answers another instrument"),
        ({"instrument": "other"}, "it answers another instrument"),
        ({"token": "x" * 22}, "it comes from a form that was given to nobody in this round. Ask for"),
        ({"role": "manager"}, "its role is not the one that this person was asked in"),
        ({"scores": {}}, "no statement is scored in it"),
        ({"scores": {CONTENT.items[0].id: 5}}, 'the score of the statement "'),
        ({"scores": {"made-up": 3}}, 'the score of the statement "made-up": is no statement of'),
    ],
)
def test_each_bad_answer_is_refused_with_its_own_reason(
    journal: Journal, tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    found = a_round(journal)
    before = everything(journal)
    said = problems(take(journal, put(tmp_path / "in", structs.replace(an_answer(found, 1), **change))))
    assert any(problem.startswith(reason) for problem in said), said
    assert everything(journal) == before


KEYS = re.compile(r"[a-z]+\[|\b(token|tokens|promise|digest|format|scores|notes|released|check|id)\b[.:]")
SPOILED = {
    "a token": (r'token = "[^"]*"', 'token = "short"'),
    "a key": (r"format = 1", "format = 1\nmade = 3"),
    "a score": (r" = 3\n", " = 3.5\n"),
    "no scores": (r"\[scores\]", "[other]"),
    "a moment": (r'promise = "confidential"', 'promise = "named"'),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
@pytest.mark.parametrize("collector", [False, True])
def test_an_answer_that_was_changed_is_refused_without_a_word_of_its_file(
    cli: Cli, tmp_path: Path, spoil: tuple[str, str], *, collector: bool
) -> None:
    """What is said is whom to ask for what, whether it is imported or combined."""
    found = a_round(cli.journal, ("colleague",) * 3)
    (path,) = put(tmp_path / "in", an_answer(found, 1))
    text = re.sub(*spoil, re.sub(r'check = "[^"]*"\n', "", path.read_text(encoding="utf-8")), count=1)
    path.write_text(text, encoding="utf-8")
    words = ("rounds", "combine", "--output", str(tmp_path / "all.toml")) if collector else ("import",)
    result = cli(*words, str(path))
    said = (result.out + result.err).replace(str(path), "")
    assert (result.code != 0, KEYS.findall(said)) == (True, []), said
    assert re.search(r"Ask whoever sent it for the file again|the scores?\b|whole answer", said), said


def test_an_item_that_was_not_asked_is_refused(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal)
    other = next(item.id for item in CONTENT.items if item.id not in found.items)
    answer = an_answer(found, 1, scores={found.items[0]: 3, other: 3})
    said = refused(journal, tmp_path / "in", answer)
    text = journal.library.find(found.instrument, found.version, found.digest).item(other).text
    assert said == f'the score of the statement "{text}": was not asked in this round'


def test_a_form_that_promised_confidence_is_never_taken_as_named(journal: Journal, tmp_path: Path) -> None:
    named = a_round(journal, promise="named")
    answer = an_answer(structs.replace(named, promise="confidential"), 1)
    assert refused(journal, tmp_path / "in", answer).startswith("its form promised something else than the round does")


@pytest.mark.parametrize(("end", "reason"), [("close", "the round is closed"), ("withdraw", "the round was withdrawn")])
def test_a_round_that_ended_takes_nothing_in(journal: Journal, tmp_path: Path, end: str, reason: str) -> None:
    found = a_round(journal, promise="named")
    if end == "close":
        closing.close(journal, found.id, CLOSED)
    else:
        rounds.withdraw(journal, found.id)
    assert refused(journal, tmp_path / "in", an_answer(found, 1)).startswith(reason)


def test_an_answer_never_takes_the_id_of_a_session_that_is_there(
    journal: Journal, tmp_path: Path, make_session: MakeSession
) -> None:
    mine = make_session(1, role="colleague")
    journal.save(mine, BYTES)
    found = a_round(journal, promise="named")
    assert refused(journal, tmp_path / "in", an_answer(found, 1, id=mine.id)).startswith("its id: is that of a session")


def test_what_another_program_saved_first_stands(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal)
    (candidate,) = importing.examine(journal, put(tmp_path / "in", an_answer(found, 1)))
    take(journal, put(tmp_path / "other", an_answer(found, 1, score=1)))
    with pytest.raises(JournalError, match="answered already"):
        importing.save(journal, candidate, CLOCK)


@pytest.mark.parametrize("promise", ["confidential", "named"])
def test_every_form_that_someone_was_given_counts_and_the_first_answer_stands(
    journal: Journal, tmp_path: Path, promise: Promise
) -> None:
    found = a_round(journal, promise=promise)
    (second,) = rounds.issue(journal, found.id, [1])
    (third,) = rounds.issue(journal, found.id, [1])
    given = [token(1), second, third]
    assert problems(take(journal, put(tmp_path / "first", an_answer(found, 1, token=given[1])))) == []
    for number, other in enumerate((given[0], given[2])):
        late = an_answer(found, 1, score=4, token=other)
        assert refused(journal, tmp_path / f"late{number}", late)
    assert rounds.get(journal, found.id)[0].answered == 1
    with pytest.raises(ReflectError):
        rounds.issue(journal, found.id, [1])


def test_who_was_withdrawn_after_the_answer_was_collected_stays_in_the_figures_and_is_told(
    journal: Journal, tmp_path: Path
) -> None:
    found = a_round(journal, collector="third person")
    rounds.withdraw_invitation(journal, found.id, 2)
    path = tmp_path / "all.toml"
    path.write_bytes(dumps_combined(combine([an_answer(found, number) for number in range(1, 5)])))
    (taken,) = take(journal, [path])
    (told,) = warnings(taken)
    assert (taken.faults, told.startswith(f"{LABEL} 2: withdrawn, but whoever collects")) == ((), True)
    after = rounds.get(journal, found.id)[0]
    assert ([group.people for group in after.released], counts(after)) == ([4], "4 of 4 answered")


def test_nothing_but_the_rounds_own_file_says_who_and_nothing_says_when(
    journal: Journal, tmp_path: Path, git: Git
) -> None:
    found = a_round(journal)
    take(journal, put(tmp_path / "in", *(an_answer(found, number, note="said") for number in range(5))))
    waiting = {name: data for name, data in everything(journal).items() if "/answers/" in name}
    assert len(waiting) == 1
    _assert_silent(waiting, found)
    assert Path(next(iter(waiting))).stat().st_mtime == 0
    assert Path(next(iter(waiting))).stat().st_mode & 0o777 == 0o600
    closing.close(journal, found.id, CLOSED)
    journal.record()
    own = f"{found.id}.toml"
    _assert_silent({name: data for name, data in everything(journal).items() if not name.endswith(own)}, found)
    _assert_silent({"log": git("log", "--format=%B%an%ae").encode()}, found)
    kept = [line for line in git("log", "-p").splitlines() if LABEL in line]
    assert all(line[1:].startswith(f'label = "{LABEL}') for line in kept)


def _assert_silent(texts: dict[str, bytes], found: Round) -> None:
    for name, data in texts.items():
        for secret in (LABEL, "zxcvbnm", "answer-0000", "2026-11-25", "07:31", "T0731"):
            assert secret.encode() not in data, (name, secret)
            assert secret not in name, (name, secret)
    assert found.invited


def test_answers_wait_for_the_journal_wherever_it_is_moved(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal)
    take(journal, put(tmp_path / "in", *(an_answer(found, number) for number in range(5))))
    journal.record()
    moved = Journal(journal.root.rename(tmp_path / "elsewhere"), journal.state.parent / "another-state")
    assert rounds.missing(moved, rounds.get(moved, found.id)[0]) == ()
    assert closing.close(moved, found.id, CLOSED) == {"manager": 1, "colleague": 4}
    assert set(released(moved)) == {"manager", "colleague"}


def test_answers_that_waited_where_earlier_versions_kept_them_come_in_as_well(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal)
    take(journal, put(tmp_path / "in", *(an_answer(found, number) for number in range(3))))
    older = journal.state / "answers"
    WaitingAnswers(journal).folder.rename(older)
    assert len(WaitingAnswers(journal).get(found.id).answers) == 3
    take(journal, put(tmp_path / "more", *(an_answer(found, number) for number in (3, 4))))
    assert list(older.iterdir()) == []
    assert closing.close(journal, found.id, CLOSED) == {"manager": 1, "colleague": 4}


def test_an_answer_that_is_not_here_is_told_and_can_be_taken_in_again(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal)
    take(journal, put(tmp_path / "in", *(an_answer(found, number) for number in range(5))))
    (
        WaitingAnswers(journal).folder / f"{found.id}.toml"
    ).unlink()  # as after a backup that came back without its state folder
    asked, _data = rounds.get(journal, found.id)
    assert rounds.missing(journal, asked) == (0, 1, 2, 3, 4)
    with pytest.raises(MissingError):
        closing.close(journal, found.id, CLOSED)
    assert problems(take(journal, put(tmp_path / "again", *(an_answer(found, number) for number in range(4))))) == []
    before = everything(journal)
    with pytest.raises(MissingError, match="1 answer that came in is not on this computer"):
        closing.close(journal, found.id, CLOSED)
    assert everything(journal) == before
    (token,) = rounds.issue(journal, found.id, [4])  # whose file is gone as well can answer once more
    assert problems(take(journal, put(tmp_path / "last", an_answer(found, 4, token=token)))) == []
    assert closing.close(journal, found.id, CLOSED) == {"manager": 1, "colleague": 4}


def test_a_paper_form_that_is_refused_leaves_the_persons_own_form_as_it_was(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal)
    typed = paper_answer(found, "colleague", {found.items[0]: 3}, CLOSED)
    long = structs.replace(typed, notes={found.items[0]: "x" * 20_001})
    with pytest.raises(BadFileError, match=r": the comment on the statement .* is longer than 20000 characters: ask"):
        rounds.take_paper(journal, long, 1)
    assert rounds.get(journal, found.id)[0] == found
    assert problems(take(journal, put(tmp_path / "in", an_answer(found, 1)))) == []


def test_many_long_comments_of_one_group_come_in(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal)
    half = [dict.fromkeys(found.items[:4], "a" * 20000), dict.fromkeys(found.items[4:], "b" * 20000), {}]
    given = [structs.replace(an_answer(found, number + 1), notes=notes) for number, notes in enumerate(half)]
    take(journal, put(tmp_path / "in", *given))
    assert closing.close(journal, found.id, CLOSED) == {"colleague": 3}
    assert len(released(journal)["colleague"].comments) == 8
    journal.record()
    assert journal.pending() == ()


@pytest.mark.parametrize("name", ["../../elsewhere", "/tmp/elsewhere", "..", "a/b", "x" * 65])
def test_the_id_of_a_hostile_journal_names_no_folder(journal: Journal, name: str) -> None:
    journal.root.mkdir(exist_ok=True)
    (journal.root / "journal.toml").write_text(f'format = 1\nid = "{name}"\n')
    assert WaitingAnswers(journal).folder == journal.state / "answers"


def test_of_two_forms_of_one_person_the_second_never_replaces_the_first(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal, promise="named")
    (second,) = rounds.issue(journal, found.id, [1])
    first = an_answer(found, 1)
    other = structs.replace(an_answer(found, 1, score=2), token=second, id="2026-11-25T0731-colleague-00000f")
    looked_at = importing.examine(journal, put(tmp_path / "in", first, other))
    assert ["another of these files" in str(candidate.faults) for candidate in looked_at] == [True, True]
    (one,) = importing.examine(journal, put(tmp_path / "one", first))
    (two,) = importing.examine(journal, put(tmp_path / "two", other))  # before the first is in
    importing.save(journal, one, CLOCK)
    with pytest.raises(JournalError, match="the first answer stands"):
        importing.save(journal, two, CLOCK)
    assert rounds.get(journal, found.id)[0].invited[1].session == first.id
    assert [session.id for session in journal.given()] == [first.id]


def test_the_answer_of_a_withdrawn_person_to_a_closed_round_is_refused_for_one_reason(
    journal: Journal, tmp_path: Path
) -> None:
    found = a_round(journal, ("colleague",) * 4)
    rounds.withdraw_invitation(journal, found.id, 3)
    take(journal, put(tmp_path / "in", *(an_answer(found, number) for number in range(3))))
    closing.close(journal, found.id, CLOSED)
    (candidate,) = take(journal, put(tmp_path / "late", an_answer(found, 3)))
    assert len(candidate.faults) == 1
    assert "the round is closed" in str(candidate.faults[0])
