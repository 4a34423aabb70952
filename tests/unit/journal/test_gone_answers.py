"""An answer by name whose session is gone from the journal: said wherever its round is told, and put back by import."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.feedback.answer_code import encode
from reflect_tui.model.round import Rater
from reflect_tui.model.session import new_id, relative_path
from reflect_tui.store import rounds
from tests.unit.cli_examples import Cli
from tests.unit.round_examples import BYTES, CONTENT, a_round, an_answer, put, token

pytestmark = pytest.mark.slow

COLLEAGUES: tuple[Rater, ...] = ("colleague", "colleague", "colleague")


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("committed", [False, True])
def test_an_answer_by_name_that_is_gone_is_told_and_put_back_by_its_file(
    cli: Cli, tmp_path: Path, *, closed: bool, committed: bool
) -> None:
    found = a_round(cli.journal, COLLEAGUES, promise="named")
    paths = put(tmp_path / "in", *(an_answer(found, number) for number in range(3)))
    said = cli("import", *map(str, paths)).out
    assert said.count("by name") == 3
    assert "waits" not in said
    given = cli.journal.given()[0]
    mine = structs.replace(given, id=new_id(given.started, "self", "0a1b2c"), role="self", round="")
    cli.journal.save(mine, BYTES)
    if closed:
        assert cli("rounds", "close", found.id).code == 0
    path = cli.root / relative_path(rounds.get(cli.journal, found.id)[0].invited[1].session)
    before = path.read_bytes()
    if committed:
        cli.journal.delete(path.stem)
    else:
        path.unlink()
    assert "1 answer is not in the journal any more" in flat(cli("rounds").out)
    (listed,) = cli.json("rounds")["rounds"]
    assert [one["missing"] for one in listed["invited"]] == [False, True, False]
    assert f"{found.id}: 1 answer is not in the journal any more" in flat(cli("doctor").out)
    if closed:
        assert "1 colleague: the file of an answer by name is gone" in flat(cli("compare").out)
    done = cli("import", str(paths[1]))
    assert (done.code, "nothing to do" in done.out, path.read_bytes() == before) == (0, False, True)
    assert "not in the journal any more" not in flat(cli("rounds").out + cli("doctor").out)
    assert ("came in before that" if closed else "nothing to do") in cli("import", str(paths[1])).out


def test_a_code_brings_back_the_answer_that_came_in_as_one(cli: Cli, tmp_path: Path) -> None:
    found = a_round(cli.journal, COLLEAGUES, promise="named")
    code = encode(found, "colleague", token(0), CONTENT, dict.fromkeys(found.items, 3))
    assert cli("import", code).code == 0
    again = cli("import", code)
    assert (again.code, "nothing to do" in again.out) == (0, True)
    (tmp_path / "in").mkdir()
    for name in ("one.txt", "two.txt"):
        (tmp_path / "in" / name).write_text(code)
    again = cli("import", str(tmp_path / "in"))
    assert (again.code, again.out.count("nothing to do")) == (0, 2)
    path = cli.root / relative_path(rounds.get(cli.journal, found.id)[0].invited[0].session)
    before = path.read_bytes()
    path.unlink()
    assert cli("import", code).code == 0
    assert path.read_bytes() == before
