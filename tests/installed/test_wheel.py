"""An installed wheel behaves as the checkout does."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from reflect_tui.model import library
from tests.bundled import bundled

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and install it in a fresh venv, which borrows the third-party packages of this one."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(CHECKOUT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    home = folder / "venv"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel], check=True)
    (packages,) = home.glob("lib/python*/site-packages")
    # a plain path in a .pth file: editable installs of the borrowed folder are not followed
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return home / "bin"


def run(command: list[str | Path], folder: Path) -> str:
    """Run a command elsewhere and give what it prints."""
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder).stdout


def test_the_code_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    where = run([installed / "python", "-c", "import reflect_tui; print(reflect_tui.__file__)"], tmp_path)
    assert where.startswith(str(installed.parent))


def test_the_wheel_ships_every_instrument_to_the_byte(installed: Path, tmp_path: Path) -> None:
    for name in library.bundled_ids():
        shown = json.loads(run([installed / "reflect-tui", "instruments", "show", name, "--json"], tmp_path))
        content = bundled(name, "en")
        assert shown["digest"] == content.digest
        assert sum(len(domain["items"]) for domain in shown["domains"]) == len(content.items)


def test_the_wheel_names_the_terms_of_code_and_instruments(installed: Path) -> None:
    (metadata,) = installed.parent.glob("lib/python*/site-packages/reflect_tui-*.dist-info/METADATA")
    told = metadata.read_text(encoding="utf-8").splitlines()
    assert "License-Expression: MIT AND CC-BY-4.0 AND LicenseRef-IPIP AND LicenseRef-NCJ" in told
    for name in (
        "LICENSE",
        "reflect_tui/feedback/templates/uqr.LICENSE",
        *(f"instruments/{name}.LICENSE" for name in library.bundled_ids()),
    ):
        assert f"License-File: {name}" in told
        assert (metadata.parent / "licenses" / name).stat().st_size > 500


def test_both_languages_are_in_the_wheel(installed: Path, tmp_path: Path) -> None:
    texts = {
        language: run([installed / "reflect-tui", "--lang", language, "instruments", "list"], tmp_path)
        for language in ("nl", "en")
    }
    assert "Zelfreflectie-instrument" in texts["nl"]
    assert "Self-reflection instrument" in texts["en"]
    helps = {language: run([installed / "reflect-tui", "--lang", language, "--help"], tmp_path) for language in texts}
    assert helps["nl"] != helps["en"]


def test_a_session_goes_through_the_installed_program(installed: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    run([installed / "reflect-tui", "demo", "--output", journal], tmp_path)
    listed = json.loads(run([installed / "reflect-tui", "--journal", journal, "list", "--json"], tmp_path))
    assert len(listed["sessions"]) > 10
    shown = json.loads(run([installed / "reflect-tui", "--journal", journal, "show", "latest", "--json"], tmp_path))
    assert shown["answered"] == shown["total"] == 92
