"""A confidential round whose file another program changed: nothing is written, taken in or told until it is back."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.cli.doctor_checks import documents
from reflect_tui.errors import ReflectError
from reflect_tui.model import round as rounds_module
from reflect_tui.model.round import Promise, Round
from reflect_tui.store import closing, importing, rounds
from reflect_tui.store.documents import put as put_document
from reflect_tui.store.journal import Journal
from reflect_tui.store.plans import PlannedVersion
from reflect_tui.store.repair import repair
from reflect_tui.store.rounds import WaitingAnswers
from reflect_tui.usecases import combining, invitations
from reflect_tui.usecases.invitations import InvitationRequest
from tests.unit.cli_examples import Cli
from tests.unit.journal.conftest import Git
from tests.unit.round_examples import CLOSED, a_round, an_answer, put

pytestmark = pytest.mark.slow

SENTENCE = "The file of the round 2026-11-23-others-4f2a9c is no longer as it was"
Write = Callable[[Journal, Round, Path], object]


@pytest.fixture
def cli(cli: Cli) -> Cli:
    cli.root.mkdir(exist_ok=True)
    return cli


def altered(journal: Journal, **changes: object) -> Round:
    """Give a round that is in history, and whose file says something else."""
    found = a_round(journal)
    journal.record()
    other = structs.replace(found, **changes)
    (journal.root / journal.rounds.path(found.id)).write_bytes(rounds_module.dumps(other))
    return other


def combined(journal: Journal, found: Round) -> None:
    answers = [(Path(str(number)), an_answer(found, number)) for number in range(1, 4)]
    closing.take_combined(journal, combining.combine_answers(answers, journal.library)[0], CLOSED)


WRITES: dict[str, Write] = {
    "issue": lambda journal, found, _folder: rounds.issue(journal, found.id, [1]),
    "take_confidential": lambda journal, found, _folder: rounds.take_confidential(journal, an_answer(found, 1)),
    "take_paper": lambda journal, found, _folder: rounds.take_paper(journal, an_answer(found, 1), 1),
    "take_combined": lambda journal, found, _folder: combined(journal, found),
    "close": lambda journal, found, _folder: closing.close(journal, found.id, CLOSED),
    "withdraw": lambda journal, found, _folder: rounds.withdraw(journal, found.id),
    "withdraw_invitation": lambda journal, found, _folder: rounds.withdraw_invitation(journal, found.id, 1),
    "add_person": lambda journal, found, folder: invitations.add_person(journal, found.id, "colleague", "Mo", folder),
    "write_forms": lambda journal, found, folder: invitations.write_forms(journal, found.id, [1], folder),
    "paper forms": lambda journal, found, folder: invitations.write_forms(journal, found.id, [1], folder, paper=True),
    "invite": lambda journal, found, folder: invitations.invite(
        journal, found, InvitationRequest(role="colleague", label="Mo"), folder / "form.html"
    ),
    "put": lambda journal, found, _folder: put_document(
        journal, journal.rounds.path(found.id), PlannedVersion("edited", "x"), rounds_module.dumps(found)
    ),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_every_write_refuses_an_altered_round_and_changes_nothing(
    journal: Journal, git: Git, tmp_path: Path, write: Write
) -> None:
    found = altered(journal, minimum=4)
    head, file = git("rev-parse", "HEAD"), (journal.root / journal.rounds.path(found.id)).read_bytes()
    with pytest.raises(ReflectError, match=SENTENCE):
        write(journal, found, tmp_path)
    journal.record()
    assert git("rev-parse", "HEAD") == head
    assert (journal.root / journal.rounds.path(found.id)).read_bytes() == file
    assert not WaitingAnswers(journal).get(found.id).tokens


def test_a_file_of_before_brings_no_figures_of_fewer_people(journal: Journal, git: Git, tmp_path: Path) -> None:
    found = a_round(journal)
    journal.record()
    old = git("rev-parse", "HEAD").strip()
    for number in range(1, 5):
        rounds.take_confidential(journal, an_answer(found, number))
    closing.close(journal, found.id, CLOSED)
    journal.record()
    git("checkout", old, "--", "rounds")
    looked_at = importing.examine(journal, put(tmp_path / "in", *(an_answer(found, number) for number in (1, 2, 3))))
    assert all(SENTENCE in str(candidate.faults[0]) for candidate in looked_at)
    with pytest.raises(ReflectError, match=SENTENCE):
        closing.close(journal, found.id, CLOSED)


@pytest.mark.parametrize("changes", [{"collector": "third person"}, {"promise": "named"}])
def test_a_line_changed_before_the_first_answer_is_not_used(
    journal: Journal, tmp_path: Path, changes: dict[str, object]
) -> None:
    found = altered(journal, **changes)
    answer = an_answer(found, 1, promise="confidential", id="answer-" + "1" * 32, started=None, finished=None)
    (candidate,) = importing.examine(journal, put(tmp_path / "in", answer))
    assert SENTENCE in str(candidate.faults[0])


EDITS = {
    "the promise": ("minimum = 3", "minimum = 4"),
    "no TOML": ("[[invited]]", "[[invited"),
    "a slip": ('state = "open"', 'state = "opne"'),
}


@pytest.mark.parametrize("promise", ["confidential", "named"])
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_whatever_meets_a_file_that_can_not_be_read_says_what_puts_it_back(
    cli: Cli, tmp_path: Path, promise: Promise, edit: tuple[str, str]
) -> None:
    found = a_round(cli.journal, ("colleague",) * 4, promise=promise)
    answers = put(tmp_path / "in", *(an_answer(found, number) for number in range(4)))
    assert cli("import", *map(str, answers[:3])).code == 0
    path = cli.root / cli.journal.rounds.path(found.id)
    path.write_text(path.read_text().replace(*edit, 1))
    acts = (("rounds",), *(("rounds", act, found.id) for act in ("close", "withdraw", "forms", "remind")))
    for words in (*acts, ("import", str(answers[3]))):
        result = cli(*words)
        said = result.out + result.err
        assert (result.code != 0, SENTENCE in said, "reflect-tui doctor --fix" in said) == (True, True, True), words
        assert not re.search(r"TOML|line \d|promised:|state:", said), words
    assert cli("doctor", "--fix").code == 0
    assert cli("import", str(answers[3])).code == 0
    assert cli("rounds", "close", found.id).code == 0


def test_a_round_that_history_does_not_have_says_where_it_is_wrong(cli: Cli, tmp_path: Path) -> None:
    found = a_round(cli.journal)
    path = cli.root / cli.journal.rounds.path(found.id)
    path.write_text(path.read_text().replace('state = "open"', 'state = "opne"'))
    said = cli("import", *map(str, put(tmp_path / "in", an_answer(found, 1)))).out
    assert f"not imported: {cli.journal.rounds.path(found.id)}: state: must be one of" in said


def test_starting_destroys_no_answer_of_an_altered_round(journal: Journal) -> None:
    found = a_round(journal)
    rounds.take_confidential(journal, an_answer(found, 1))
    journal.record()
    now = structs.replace(rounds.get(journal, found.id)[0], state="withdrawn")
    (journal.root / journal.rounds.path(found.id)).write_bytes(rounds_module.dumps(now))
    closing.settle(journal)
    assert len(WaitingAnswers(journal).get(found.id).tokens) == 1


def test_a_round_whose_promise_became_named_in_history_is_not_closed_over_what_waits(journal: Journal) -> None:
    found = a_round(journal)
    rounds.take_confidential(journal, an_answer(found, 1))
    journal.record()
    now = structs.replace(found, promise="named")
    path = journal.rounds.path(found.id)
    put_document(
        journal, path, PlannedVersion("edited", rounds_module.dumps(now).decode()), journal.rounds.get(found.id).data
    )
    with pytest.raises(ReflectError, match="was changed after someone had answered"):
        closing.close(journal, found.id, CLOSED)
    assert rounds.get(journal, found.id)[0].state == "open"
    assert len(WaitingAnswers(journal).get(found.id).tokens) == 1


def test_closing_a_round_that_someone_collects_says_to_import_the_combined_file(journal: Journal) -> None:
    found = a_round(journal, collector="third person")
    with pytest.raises(ReflectError, match="import the combined file"):
        closing.close(journal, found.id, CLOSED)


def test_the_file_of_a_round_that_is_gone_is_told_and_put_back(journal: Journal) -> None:
    found = a_round(journal)
    journal.record()
    path = journal.root / journal.rounds.path(found.id)
    before = path.read_bytes()
    path.unlink()
    assert set(journal.altered_rounds()) == {found.id}
    (finding,) = [check for check in documents(journal) if found.id in check.found]
    assert "is gone; history has it" in finding.found
    assert f"Put back rounds/{found.id}.toml as history has it." in list(repair(journal))
    assert path.read_bytes() == before
    assert journal.altered_rounds() == {}


def test_whatever_meets_a_round_whose_file_is_gone_says_what_puts_it_back(cli: Cli, tmp_path: Path) -> None:
    found = a_round(cli.journal, ("colleague",) * 4)
    answers = put(tmp_path / "in", *(an_answer(found, number) for number in range(4)))
    assert cli("import", *map(str, answers[:3])).code == 0
    path = cli.root / cli.journal.rounds.path(found.id)
    path.unlink()
    path.parent.rmdir()
    for words in (
        ("rounds",),
        ("rounds", "close", found.id),
        ("rounds", "forms", found.id),
        ("import", str(answers[3])),
    ):
        result = cli(*words)
        said = result.out + result.err
        assert (result.code != 0, SENTENCE in said, "reflect-tui doctor --fix" in said) == (True, True, True), words
        assert "no rounds" not in said.lower(), words
    assert cli("doctor", "--fix").code == 0
    assert cli("import", str(answers[3])).code == 0
    assert cli("rounds", "close", found.id).code == 0


ME = ("-c", "user.name=Noor", "-c", "user.email=noor@example.org")
COMMITTED = {
    "another role": lambda text: text.replace('role = "client"', 'role = "colleague"', 1),
    "a person less": lambda text: "[[invited]]".join(text.split("[[invited]]")[:-1]),
}


@pytest.mark.parametrize(
    ("edit", "named"),
    [(COMMITTED["another role"], "is in it as colleague"), (COMMITTED["a person less"], "is not in it any more")],
    ids=COMMITTED,
)
def test_an_edit_that_was_committed_with_git_is_met_like_one_that_was_not(
    cli: Cli, tmp_path: Path, edit: Callable[[str], str], named: str
) -> None:
    """The folder is as history has it; the answers that wait are of other people than the file says."""
    found = a_round(cli.journal, ("colleague",) * 3 + ("client",) * 3)
    answers = put(tmp_path / "in", *(an_answer(found, number) for number in range(6)))
    assert cli("import", *map(str, answers)).code == 0
    path = cli.root / cli.journal.rounds.path(found.id)
    whole = path.read_bytes()
    path.write_text(edit(path.read_text()))
    subprocess.run(["git", "-C", str(cli.root), *ME, "commit", "-qam", "by hand"], check=True)
    for words in (("rounds",), ("rounds", "close", found.id), ("rounds", "withdraw", found.id)):
        result = cli(*words)
        said = result.out + result.err
        assert (result.code != 0, SENTENCE in said, "can be told" in said) == (True, True, False), words
        assert "released" not in said
    checked = " ".join(cli("doctor").out.split())
    assert named in checked
    assert cli("doctor", "--fix").code == 0
    assert path.read_bytes() == whole
    assert SENTENCE not in cli("rounds").out
    assert cli("rounds", "close", found.id).code == 0


def test_answers_of_somebody_asked_in_another_copy_are_said_to_wait(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal, ("colleague",) * 4)
    journal.record()
    shutil.copytree(journal.root, tmp_path / "copy")
    copy = Journal(tmp_path / "copy", journal.state)
    invitations.add_person(copy, found.id, "colleague", "Mo", tmp_path / "forms")
    copy.record()
    (form,) = (tmp_path / "forms").glob("*.html")
    token = form.read_text().partition('"token": "')[2].partition('"')[0]
    for number in range(3):
        rounds.take_confidential(journal, an_answer(found, number))
    rounds.take_confidential(copy, an_answer(found, 3, token=token))
    with pytest.raises(ReflectError, match="asked in another copy of the journal"):
        closing.close(journal, found.id, CLOSED)
    assert closing.close(copy, found.id, CLOSED) == {"colleague": 4}
