"""Instruments as one file to share: taken apart to the letter, and refused whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomli_w

from reflect_tui import paths
from reflect_tui.errors import BadFileError, ReflectError
from reflect_tui.model import shared_instrument
from reflect_tui.model.library import Library
from tests.unit.cli_examples import Cli
from tests.unit.examples import document
from tests.unit.test_own_instruments import own, put_translation, shared, translation


def test_what_is_shared_is_one_file_that_is_taken_apart_to_the_letter(cli: Cli, tmp_path: Path) -> None:
    folder = paths.instruments_folder()
    source = document()["source"] | {"licence": "CC-BY-4.0"}
    given = {own(source=source): "", put_translation(): "", put_translation("fr.toml", language="fr"): ""}
    licence = folder / "small.LICENSE"
    licence.write_text('All of "it" \\ is """ours""".\n')
    (folder / "small.toml").write_bytes(b"# \xc3\xa9\r\n" + (folder / "small.toml").read_bytes())
    before = sorted([path.read_bytes() for path in given] + [licence.read_bytes()])
    path = shared(cli, tmp_path)
    assert "fine, 3 domains, 7 statements" in cli("instruments", "check", str(path)).out
    assert "# We, Tests. None\n# CC-BY-4.0\n" in path.read_text()
    for kept in (*given, licence):
        kept.unlink()
    assert Library(None).resolve(str(path)) == "small"  # it can be used as it is
    result = cli("instruments", "add", str(path))
    assert result.code == 0
    assert "Small (small 1.2.0), 3 domains, 7 statements, in nl, de, fr." in result.out
    assert "Words by: We, Tests. Rights: CC-BY-4.0. None." in result.out
    assert sorted(file.read_bytes() for file in folder.iterdir()) == before
    assert "It is here already" in cli("instruments", "add", str(path)).out
    assert len([*folder.iterdir()]) == 4
    assert cli("instruments", "list").code == 0


def test_a_shipped_instrument_is_shared_with_its_translation_and_licence(cli: Cli, tmp_path: Path) -> None:
    text = shared(cli, tmp_path, "digcomp").read_text(encoding="utf-8")
    assert "CC BY 4.0" in text
    for name in ("digcomp.toml", "digcomp.nl.toml", "digcomp.LICENSE"):
        assert f'name = "{name}"' in text
    assert "It is here already" in cli("instruments", "add", str(tmp_path / "shared.toml")).out
    assert "fine, 5 domains, 21 statements" in cli("instruments", "check", str(tmp_path / "shared.toml")).out


def test_nothing_is_added_over_something_else(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(tomli_w.dumps(document()).encode())
    assert cli("instruments", "add", str(path)).code == 0
    (kept,) = paths.instruments_folder().iterdir()
    before = kept.read_bytes()
    path.write_bytes(tomli_w.dumps(document() | {"title": "Other"}).encode())
    result = cli("instruments", "add", str(path))
    assert result.code == 2
    assert str(kept) in result.err
    assert str(path) in result.err
    words = tmp_path / "words.toml"
    words.write_bytes(tomli_w.dumps(translation()).encode())
    assert "in nl, de." in cli("instruments", "add", str(words)).out
    words.write_bytes(tomli_w.dumps(translation(title="Again")).encode())
    assert cli("instruments", "add", str(words)).code == 2
    words.write_bytes(tomli_w.dumps(translation(version="7")).encode())
    assert "add that one first" in cli("instruments", "add", str(words)).err
    assert kept.read_bytes() == before
    assert len([*paths.instruments_folder().iterdir()]) == 2


def test_a_faulty_part_of_a_shared_file_is_named_and_nothing_is_added(cli: Cli, tmp_path: Path) -> None:
    own()
    put_translation()
    path = shared(cli, tmp_path)
    for kept in paths.instruments_folder().iterdir():
        kept.unlink()
    path.write_text(path.read_text(encoding="utf-8").replace("de calm", " "), encoding="utf-8")
    for command in ("add", "check"):
        result = cli("instruments", command, str(path))
        assert result.code == 2
        assert "small.de.toml: items.calm" in result.err + result.out
    path.write_text('format = 1\nshared = "small"\nversion = "1.2.0"\nfile = []\n', encoding="utf-8")
    assert "the file of the instrument itself is missing" in cli("instruments", "add", str(path)).err
    path.write_text(path.read_text(encoding="utf-8").replace("file = []", ""), encoding="utf-8")
    with path.open("a", encoding="utf-8") as file:
        file.write('[[file]]\nname = "../small.toml"\ntext = ""\n')
    assert cli("instruments", "add", str(path)).code == 2
    assert not [*paths.instruments_folder().iterdir()]


def of_parts(parts: dict[str, dict[str, Any]], version: str = "1.2.0", name: str = "small") -> bytes:
    """Render a file to share of these parts."""
    files = [{"name": name, "text": tomli_w.dumps(part)} for name, part in parts.items()]
    return tomli_w.dumps({"format": 1, "shared": name, "version": version, "file": files}).encode()


@pytest.mark.parametrize("neighbour", ["given.old.toml", "given.very-old.toml"])  # before it in the alphabet, and after
def test_a_faulty_shared_file_is_told_and_no_neighbour_opened_for_it(tmp_path: Path, neighbour: str) -> None:
    path = tmp_path / "given.toml"
    path.write_bytes(of_parts({"small.toml": document() | {"title": ""}}))
    (tmp_path / neighbour).write_bytes(tomli_w.dumps(document() | {"version": "1.0.0"}).encode())
    with pytest.raises(ReflectError, match=r"small\.toml: title"):
        Library(None).resolve(str(path))


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (of_parts({"small.toml": document(), "tall.toml": document() | {"id": "tall"}}), "tall.toml"),
        (of_parts({"zz.toml": document()}, name="zz"), "zz.toml"),
        (of_parts({"small.toml": document()}, version="9"), "small.toml"),
        (of_parts({"small.toml": document(), "small.de.toml": translation(version="1")}), "small.de.toml"),
    ],
)
def test_a_shared_file_has_the_one_instrument_that_it_says_to_have(
    cli: Cli, tmp_path: Path, data: bytes, named: str
) -> None:
    (tmp_path / "given.toml").write_bytes(data)
    for command in ("add", "check"):
        result = cli("instruments", command, str(tmp_path / "given.toml"))
        assert result.code == 2
        assert f"{named} is not of " in result.err + result.out
    assert not paths.instruments_folder().exists()


def test_a_file_that_stands_twice_in_a_shared_one_is_named_once() -> None:
    one = {"name": "small.toml", "text": tomli_w.dumps(document())}
    dutch = {"name": "small.nl.toml", "text": 'instrument = "small"\nversion = "1.2.0"\n'}
    shared_file = {"format": 1, "shared": "small", "version": "1.2.0"}
    assert len(shared_instrument.parse(shared_file | {"file": [one, dutch]}, "x").files) == 2
    with pytest.raises(BadFileError) as caught:
        shared_instrument.parse(shared_file | {"file": [one, dutch, dutch, dutch]}, "x")
    assert [str(fault) for fault in caught.value.faults] == ["file: small.nl.toml is there twice"]


def test_what_does_not_belong_in_a_shared_file_is_named_also_behind_a_licence_and_a_part_that_is_no_toml() -> None:
    texts = {
        "small.toml": tomli_w.dumps(document()),
        "small.LICENSE": "All of it is ours.",
        "small.nl.toml": "= nothing",
        "tall.toml": tomli_w.dumps(document() | {"id": "tall"}),
    }
    files = [{"name": name, "text": text} for name, text in texts.items()]
    with pytest.raises(BadFileError, match=r"tall\.toml is not of small 1\.2\.0"):
        shared_instrument.parse({"format": 1, "shared": "small", "version": "1.2.0", "file": files}, "x")
