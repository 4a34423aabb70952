"""A questionnaire over two versions as a user has it: asked of others, upgraded while the round is open, compared."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomli_w

from tests.unit.cli_examples import Cli, in_a_process
from tests.unit.examples import document
from tests.unit.versions import newer_document


def run(cli: Cli, typed: str, *arguments: str) -> str:
    """Run a command on what someone types."""
    result = in_a_process("--journal", str(cli.root), "--lang", "en", *arguments, input=typed)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.slow
def test_a_round_that_is_open_at_an_upgrade_is_answered_and_compared(cli: Cli, tmp_path: Path) -> None:
    old, new = tmp_path / "old.toml", tmp_path / "new.toml"
    old.write_text(tomli_w.dumps(document()))
    new.write_text(tomli_w.dumps(newer_document()))
    assert cli("instruments", "add", str(old)).code == 0
    form = ("--about", "Noor", "--output", str(tmp_path / "kim.html"))
    assert cli("invite", "--role", "colleague", "--label", "Kim", "--instrument", "small", *form).code == 0
    assert cli("instruments", "add", str(new)).code == 0
    run(cli, "2\n" * 8 + "f\n", "new", "--plain", "--instrument", "small")
    (asked,) = cli.json("rounds")["rounds"]
    run(cli, "444\n44\n44\n\ny\n", "rounds", "type", asked["id"], "--person", "Kim")
    assert cli("rounds", "close", asked["id"]).code == 0
    shown = cli.json("compare")
    assert shown["across"] == [{"version": "1.2.0", "people": 1, "shared": 4, "asked": 7}]
    assert {row["id"]: row["gap"] for row in shown["items"]} == dict.fromkeys(("calm", "warm", "acts", "tells"), 2.0)
    assert (shown["elsewhere"], shown["instead"]) == (0, [])
    said = "Filled in on version 1.2.0: 1, compared on the 4 of 7 statements that mean the same in both."
    for command in (("compare",), ("compare", "--plain"), ("report", "latest")):
        assert said in " ".join(cli(*command).out.split())
    assert cli("agenda").code == 0
