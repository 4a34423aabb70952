"""An option that would do nothing is refused by name; a path without a home is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from reflect_tui import paths
from reflect_tui.errors import ReflectError
from tests.unit.cli_examples import Cli


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("talk --format pdf", "Without --output this has no effect: --format."),
        ("talk --notes --force", "Without --output this has no effect: --notes, --force."),
        ("talk --json --output a.md", "Beside --json this has no effect: --output."),
        ("report --force", "Without --output this has no effect: --force."),
        ("report --json --output a.md --format md", "Beside --json this has no effect: --output, --format."),
        ("export --force", "Without --output this has no effect: --force."),
        ("export --instrument digcomp", "Without --template this has no effect: --instrument."),
        ("export --template --notes", "Beside --template this has no effect: --notes."),
        ("export --template --compare", "Beside --template this has no effect: --compare."),
        ("export --compare --shape long", "Beside --compare this has no effect: --shape."),
        ("export --format json --shape wide", "Beside json this has no effect: --shape."),
        ("export --output a.xlsx --dialect excel-nl", "Beside xlsx this has no effect: --dialect."),
        ("goals --force", "Without --ics this has no effect: --force."),
        ("goals --ics - --json", "Beside --ics this has no effect: --json."),
        ("diff --json --by focus", "Beside --json this has no effect: --by."),
        ("diff --plain --sort size", "Beside --plain this has no effect: --sort."),
        ("trend --json --by item", "Beside --json this has no effect: --by item."),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(cli: Cli, words: str, said: str) -> None:
    cli.save()
    result = cli(*words.split())
    assert (result.code, result.out) == (2, "")
    assert said in result.err


@pytest.mark.parametrize("words", ["diff --by focus --sort size", "export --shape wide", "goals --json", "talk --json"])
def test_an_option_that_does_something_is_not(cli: Cli, words: str) -> None:
    cli.save()
    assert "no effect" not in cli(*words.split()).err


def test_without_a_home_a_tilde_is_refused_in_one_sentence(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.path.expanduser", lambda path: path)  # as where neither HOME nor the user is known
    assert paths.home() is None
    assert paths.at_home(Path("/srv/a")) == "/srv/a"
    with pytest.raises(ReflectError, match="HOME is not set"):
        paths.typed("~/a")
    cli.save()
    for words in ("export --output ~/a.csv", "report --output ~/a.md", "demo --output ~/a", "goals --ics ~/a.ics"):
        result = cli(*words.split())
        assert (result.code, "Your home folder is not known here" in result.err) == (2, True), result.err
