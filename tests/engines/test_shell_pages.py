"""The completion script and the manual page, as the programs read them that they are for."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.unit.cli_examples import in_a_process

pytestmark = pytest.mark.engines


def test_fish_completes_commands_by_the_script(tmp_path: Path) -> None:
    script = tmp_path / "reflect-tui.fish"
    script.write_text(in_a_process("completion", "fish").stdout, encoding="utf-8")
    asked = f"source {script}; complete --do-complete 'reflect-tui do'; complete --do-complete 'reflect-tui new --'"
    completed = subprocess.run(["fish", "--no-config", "-c", asked], check=True, capture_output=True, text=True)
    assert completed.stderr == ""
    offered = {row.partition("\t")[0] for row in completed.stdout.splitlines()}
    assert {"doctor", "--instrument", "--role"} <= offered


@pytest.mark.parametrize("language", ["en", "nl"])
def test_groff_sets_the_manual_page_without_a_warning(language: str) -> None:
    page = in_a_process("--lang", language, "man").stdout
    command = ["groff", "-man", "-Kutf8", "-Tutf8", "-ww"]
    printed = subprocess.run(command, input=page, check=True, capture_output=True, text=True)
    assert printed.stderr == ""
    assert "--confidential" in printed.stdout
    assert "latest~1" in printed.stdout
