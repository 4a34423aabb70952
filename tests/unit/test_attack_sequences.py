"""Attacks by sequences of views: whatever is done between them, each shows what was released, and nothing besides.

What was released of a group was checked to tell no single score; so views that show only that tell none together.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from reflect_tui.model import session as sessions
from reflect_tui.model.round import Rater, Round
from reflect_tui.model.session import NOT_APPLICABLE, Score, Session
from reflect_tui.store import closing, rounds
from tests.unit.cli_examples import Cli
from tests.unit.round_examples import BYTES, CLOSED, CONTENT, MADE, an_answer, example_round, token

pytestmark = pytest.mark.slow

ROLES: tuple[Rater, ...] = ("colleague",) * 4 + ("client",) * 3
Figure = tuple[str, str, object]
"""What a view tells of a group: whose, of what, and the figure with all that belongs to it."""


@pytest.fixture
def cli(cli: Cli) -> Cli:
    """Give a journal with a session of one's own on the instrument of the rounds."""
    cli.root.mkdir(mode=0o700)
    cli.journal.save(own_session(1), BYTES)
    cli.journal.record()
    return cli


def own_session(number: int, without: str = "", score: int = 3) -> Session:
    """Give a session of one's own, some days before the rounds; of one statement it may say n/a."""
    scores: dict[str, Score] = {item.id: score for item in CONTENT.items}
    if without:
        scores[without] = NOT_APPLICABLE
    started = MADE - timedelta(days=number)
    return Session(
        id=sessions.new_id(started, "self", f"{number:06x}"), instrument=CONTENT.id, version=CONTENT.version,
        digest=CONTENT.digest, role="self", started=started, finished=started, scores=scores,
    )  # fmt: skip


def close(cli: Cli, name: str, people: int, days: int = 0) -> Round:
    """Close a round among so many of the same people, who score as chance has it, and the same in every round."""
    tokens = [f"{name}{token(number)[1:]}" for number in range(len(ROLES))]
    made = MADE + timedelta(days=days)
    found = structs.replace(example_round(ROLES, tokens=tokens), id=f"2026-11-23-others-00000{name}", made=made)
    rounds.make(cli.journal, found, BYTES)
    for number in (*range(people), 4, 5, 6):
        chance = random.Random(number)
        scores: dict[str, Score] = {item: chance.randint(1, 4) for item in found.items}
        rounds.take_confidential(
            cli.journal, structs.replace(an_answer(found, number), token=tokens[number], scores=scores)
        )
    closing.close(cli.journal, found.id, CLOSED + timedelta(days=days))
    cli.journal.record()
    return rounds.get(cli.journal, found.id)[0]


def figures(view: Any) -> Iterator[Figure]:
    """List what a comparison tells of groups; what of it depends on oneself, the gap and the others, is no figure."""
    told = {group["role"]: group["rounds"] for group in view["groups"]}
    for axis in ("domains", "focuses", "items"):
        for row in view[axis]:
            for group in (*row["groups"], *row["beside"]):
                kept = {key: group[key] for key in ("people", "mean", "sum", "scored", "bound", "lowest", "highest")}
                yield (
                    f"{group['role']} {told[group['role']]}",
                    f"{axis} {row['id']}",
                    tuple(sorted(kept.items(), key=str)),
                )


def views(cli: Cli) -> set[Figure]:
    """Compare every session of one's own, and give all figures of groups that were seen."""
    seen: set[Figure] = set()
    for entry in cli.json("list")["sessions"]:
        shown = cli("compare", entry["id"], "--json")
        assert shown.code in (0, 1)
        seen |= set(figures(json.loads(shown.out)))
    return seen


def amend(cli: Cli, chance: random.Random) -> None:
    entry = chance.choice([entry for entry in cli.journal.all_entries() if entry.session])
    session, data = cli.journal.saved(entry.id)
    item = chance.choice(list(session.scores))
    score: Score = chance.choice([NOT_APPLICABLE, 1, 2, 3, 4])
    if session.scores[item] != score:
        cli.journal.amend(structs.replace(session, scores={**session.scores, item: score}), "typo", data)


def delete(cli: Cli, chance: random.Random) -> None:
    entries = [entry for entry in cli.journal.all_entries() if entry.session]
    if len(entries) > 1:
        cli.journal.delete(chance.choice(entries).id)


def take_in(cli: Cli, chance: random.Random) -> None:
    """Import a session nearer to the rounds, or farther, with one statement n/a."""
    session = own_session(chance.randint(2, 40), without=chance.choice(list(CONTENT.positions)))
    path = cli.root.parent / f"{session.id}.toml"
    path.write_bytes(sessions.dumps(session))
    cli("import", str(path))


def mend(cli: Cli, _chance: random.Random) -> None:
    assert cli("doctor", "--fix").code in (0, 3)


ACTS: tuple[Callable[[Cli, random.Random], None], ...] = (amend, amend, delete, take_in, take_in, mend)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_sequence_of_acts_with_own_sessions_shows_another_figure(cli: Cli, seed: int) -> None:
    closed = close(cli, "1", people=4)
    released = views(cli)
    assert {whose.split()[0] for whose, _what, _figure in released} == {"colleague", "client"}
    chance = random.Random(seed)
    seen: set[Figure] = set()
    for _step in range(12):
        chance.choice(ACTS)(cli, chance)
        cli.journal.record()
        seen |= views(cli)
        assert seen <= released
    assert len(seen) > len(released) // 2, "the views have something to show"
    assert rounds.get(cli.journal, closed.id)[0] == closed


def test_two_rounds_among_the_same_people_are_never_told_of_one_session(cli: Cli) -> None:
    """Three colleagues, and then the same three and a fourth: no view has both, nor what lies between."""
    first = close(cli, "1", people=3)
    of_first = views(cli)
    second = close(cli, "2", people=4, days=1)
    of_second = views(cli)
    assert {whose for whose, _what, _figure in of_second} == {
        f"{role} {[second.id]}" for role in ("colleague", "client")
    }
    assert not of_first & of_second
    chance = random.Random(4)
    for _step in range(8):
        chance.choice(ACTS)(cli, chance)
        cli.journal.record()
        for entry in cli.json("list")["sessions"]:
            shown = cli.json("compare", entry["id"]) if cli("compare", entry["id"]).code == 0 else None
            assert not shown or len({name for group in shown["groups"] for name in group["rounds"]}) == 1
        assert views(cli) <= of_first | of_second
    assert [rounds.get(cli.journal, one.id)[0] for one in (first, second)] == [first, second]


def test_a_copy_of_the_journal_shows_the_same_whatever_is_done_in_it(
    cli: Cli, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one made before the round was closed: it ends there with the same figures."""
    before, after = (Cli(tmp_path / name, capsys, monkeypatch) for name in ("before", "after"))
    found = structs.replace(example_round(ROLES), id="2026-11-23-others-000009")
    rounds.make(cli.journal, found, BYTES)
    for number in range(len(ROLES)):
        rounds.take_confidential(cli.journal, an_answer(found, number, score=number % 4 + 1))
    cli.journal.record()
    shutil.copytree(cli.root, before.root, symlinks=True)
    closing.close(cli.journal, found.id, CLOSED)
    cli.journal.record()
    shutil.copytree(cli.root, after.root, symlinks=True)
    released = views(cli)
    assert released
    before.journal.recover(locked=True)
    chance = random.Random(5)
    for copy in (before, after):
        assert views(copy) == released
        for _step in range(6):
            chance.choice(ACTS)(copy, chance)
            copy.journal.record()
            assert views(copy) <= released
        assert views(cli) == released
