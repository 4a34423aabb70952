"""Instruments of one's own: found wherever they are, filled in, asked of others, compared and reported."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import tomli_w

from reflect_tui import paths
from reflect_tui.errors import NotFoundError, ReflectError
from reflect_tui.model import instrument
from reflect_tui.model.library import Library, bundled_ids
from reflect_tui.usecases import own_instruments
from tests.unit import examples
from tests.unit.cli_examples import Cli, in_a_process
from tests.unit.examples import ITEMS, document

TEXT = "There is no instrument"


def own(name: str = "small.toml", **changes: Any) -> Path:
    """Put an instrument into the user's folder, with other values at its top."""
    path = paths.instruments_folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(tomli_w.dumps(document() | changes).encode())
    return path


def translation(language: str = "de", **changes: Any) -> dict[str, Any]:
    """Give a translation of the small instrument as its file has it."""
    content = examples.small()
    return {
        "format": 1,
        "instrument": "small",
        "version": "1.2.0",
        "language": language,
        "title": f"Small ({language})",
        "points": {str(point.value): f"{language} {point.value}" for point in content.scale.points},
        "domains": {domain.id: f"{language} {domain.id}" for domain in content.domains},
        "items": {item.id: f"{language} {item.id}" for item in content.items},
        "other": {item.id: f"{{name}} {language} {item.id}" for item in content.items},
        "stems": {
            next(item.id for item in domain.items if item.stem == stem): f"{language}:"
            for domain in content.domains
            for stem in dict.fromkeys(item.stem for item in domain.items if item.stem)
        },
    } | changes


def put_translation(name: str = "small.de.toml", **changes: Any) -> Path:
    path = paths.instruments_folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(tomli_w.dumps(translation(**changes)).encode())
    return path


def test_four_faulty_files_are_named_and_take_none_of_the_good_ones_down(cli: Cli) -> None:
    own("a good one.toml")
    own("another.toml", id="tall", title="Tall")
    folder = paths.instruments_folder()
    (folder / "not-toml.toml").write_bytes(b"\xff\x00 = [")
    own("no-scale.toml", id="odd", scale={"high_above": 9, "points": []})
    (folder / "a-folder.toml").mkdir()
    put_translation("orphan.toml", instrument="nobody")
    result = cli("instruments", "list")
    assert result.code == 2
    assert [row.split()[0] for row in result.out.splitlines()] == [*bundled_ids(), "small", "tall"]
    named = result.err.splitlines()
    assert len(named) == 4
    for name in ("not-toml.toml", "no-scale.toml", "a-folder.toml", "orphan.toml"):
        assert sum(name in row for row in named) == 1
    assert cli("instruments", "show", "tall").code == 0
    cli.save()
    doctor = cli("doctor", "--json").out
    assert all(name in doctor for name in ("not-toml.toml", "no-scale.toml", "a-folder.toml", "orphan.toml"))
    document = cli("instruments", "list", "--json")
    assert document.code == 2
    assert '"faulty"' in document.out


def test_a_list_without_faults_says_where_each_comes_from(cli: Cli) -> None:
    path = own()
    put_translation()
    rows = cli.json("instruments", "list")
    assert rows["faulty"] == []
    small = next(row for row in rows["instruments"] if row["id"] == "small")
    assert (small["languages"], small["place"], small["path"]) == (["nl", "de"], "user", str(path))
    assert small["items"] == len(ITEMS)
    (listed,) = (row for row in cli("instruments", "list").out.splitlines() if row.startswith("small"))
    assert listed.split() == ["small", "1.2.0", "Small", "3", "domains,", "7", "statements", "nl,", "de", "your", "own"]
    (paths.instruments_folder() / "small.toml").unlink()
    cli.save()
    assert "copy in the journal" in cli("instruments", "list").out


def test_the_id_counts_and_the_highest_version_is_filled_in() -> None:
    own("z.toml", version="1.9.0")
    own("a.toml", version="1.10")
    own("m.toml", version="1.2.0")
    library = Library(None)
    assert library.new("small").version == "1.10"
    assert library.find("small", "1.2.0", examples.small().digest).version == "1.2.0"
    assert library.ids() == (*bundled_ids(), "small")


def test_a_newer_copy_in_the_journal_is_filled_in_before_an_older_file(tmp_path: Path) -> None:
    own(version="1.0.0")
    copies = tmp_path / "instruments"
    copies.mkdir()
    (copies / "small@1.2.0.toml").write_bytes(tomli_w.dumps(document()).encode())
    assert Library(tmp_path).new("small").version == "1.2.0"
    assert Library(None).new("small").version == "1.0.0"


def test_two_of_one_id_and_version_with_other_text_are_refused_with_both_places(cli: Cli) -> None:
    first, second = own("first.toml"), own("second.toml", version="1.2", title="Other")
    with pytest.raises(ReflectError) as caught:
        Library(None).new("small")
    assert str(first) in str(caught.value)
    assert str(second) in str(caught.value)
    result = cli("instruments", "list")
    assert result.code == 2
    assert "small" not in result.out
    assert str(first) in result.err
    assert str(second) in result.err
    assert cli("invite", "--role", "colleague", "--output", "x.html", "--instrument", "small").code == 2
    second.unlink()
    assert Library(None).new("small").title == "Small"
    own("same again.toml")
    assert Library(None).new("small").title == "Small"


def test_a_file_cannot_pose_as_an_instrument_that_is_shipped_or_was_answered(cli: Cli) -> None:
    path = own("pose.toml", id="digcomp", version="2.2.0")
    result = cli("instruments", "list")
    assert result.code == 2
    assert str(path) in result.err
    assert Library(None).new("digcomp").title == "Digital competence (DigComp 2.2)"
    path.unlink()
    cli.save()
    changed = own(title="Changed after the first session")
    with pytest.raises(ReflectError) as caught:
        Library(cli.root).new("small")
    assert str(changed) in str(caught.value)
    assert str(cli.root / "instruments" / "small@1.2.0.toml") in str(caught.value)


def test_a_named_file_goes_before_all_others_and_must_not_say_something_else(tmp_path: Path) -> None:
    own(version="3.0.0")
    path = tmp_path / "draft.toml"
    path.write_bytes(tomli_w.dumps(document()).encode())
    library = Library(None)
    assert library.resolve(str(path)) == "small"
    assert library.new("small").version == "1.2.0"
    assert Library(None).new("small").version == "3.0.0"
    own(title="Other words")
    with pytest.raises(ReflectError, match="say different things"):
        Library(None).resolve(str(path))
    with pytest.raises(NotFoundError, match="There is no file"):
        Library(None).resolve(str(tmp_path / "none.toml"))
    with pytest.raises(NotFoundError, match=TEXT):
        Library(None).resolve("none")


def test_two_files_of_an_older_version_that_differ_are_named_and_the_newest_goes_on() -> None:
    own()
    first = own("first.toml", version="1.0.0")
    second = own("second.toml", version="1.0.0", title="Other words")
    listing = Library(None).listing()
    assert [each.instrument.version for each in listing.entries if each.instrument.id == "small"] == ["1.2.0"]
    (faulty,) = listing.faulty
    assert str(first) in faulty.reason
    assert str(second) in faulty.reason


def test_a_translation_is_found_by_what_stands_in_it_for_its_version_only() -> None:
    own()
    put_translation("whatever.toml")
    library = Library(None)
    assert library.new("small", "de").title == "Small (de)"
    assert library.new("small", "de").digest == library.new("small").digest
    assert library.find("small", "1.2.0", examples.small().digest, "de").title == "Small (de)"
    put_translation("x second.toml", title="Again")
    put_translation("old.toml", version="1.1.0", language="fr")
    put_translation("own.toml", language="nl")
    old, same, second = (file.reason for file in library.listing().faulty)
    assert "old.toml: instrument: there is no instrument of this id and version" in old
    assert "own.toml: language: these words are there already" in same
    assert "whatever.toml" in second
    assert library.new("small", "de").title == "Small (de)"
    assert library.new("small", "nl").title == "Small"


def test_a_shipped_instrument_can_be_translated_into_any_language() -> None:
    content = Library(None).new("digcomp", "en")
    words = {
        "format": 1,
        "instrument": "digcomp",
        "version": content.version,
        "language": "fr",
        "title": "Compétence numérique",
        "points": {str(point.value): f"fr {point.value}" for point in content.scale.points},
        "domains": {domain.id: f"fr {domain.id}" for domain in content.domains},
        "items": {item.id: f"fr {item.id}" for item in content.items},
        "other": {item.id: f"{{name}} fr {item.id}" for item in content.items},
    }
    path = paths.instruments_folder() / "digcomp.fr.toml"
    path.parent.mkdir(parents=True)
    path.write_bytes(tomli_w.dumps(words).encode())
    assert Library(None).listing().faulty == ()
    assert Library(None).new("digcomp", "fr").title == "Compétence numérique"


def run(cli: Cli, typed: str, *arguments: str) -> str:
    result = in_a_process("--journal", str(cli.root), "--lang", "en", *arguments, input=typed)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.slow
def test_an_own_instrument_is_filled_in_asked_of_others_compared_and_reported(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "somewhere.toml"
    path.write_bytes(tomli_w.dumps(document()).encode())
    run(cli, "2\n" * len(ITEMS) + "f\n", "new", "--plain", "--instrument", str(path))
    path.unlink()  # the journal explains itself
    assert cli.json("show", "latest")["instrument"] == "small"
    form = tmp_path / "kim.html"
    result = cli("invite", "--role", "colleague", "--label", "Kim", "--about", "Noor", "--output", str(form))
    assert f"{len(ITEMS)} statements" in result.out
    assert "Noor calm" in form.read_text(encoding="utf-8")
    (made,) = cli.json("rounds")["rounds"]
    assert made["instrument"] == "small"
    run(cli, "444\n44\n44\n\ny\n", "rounds", "type", made["id"], "--person", "Kim")
    assert cli("rounds", "close", made["id"]).code == 0
    compared = cli.json("compare")
    assert [(row["own"]["mean"], row["others"]["mean"]) for row in compared["domains"]] == [(2.0, 4.0)] * 3
    report = cli("report", "--format", "md")
    assert "Small" in report.out
    assert "Looking at what is there" in report.out
    run(cli, "3\n" * len(ITEMS) + "f\n", "new", "--plain", "--instrument", "small")
    assert cli.json("diff")["up"] == len(ITEMS)
    assert "Looking" in cli("trend").out


def shared(cli: Cli, tmp_path: Path, name: str = "small") -> Path:
    """Write the file to share of an instrument, and give its path."""
    path = tmp_path / "shared.toml"
    result = cli("instruments", "export", name, "--output", str(path), "--force")
    assert result.code == 0, result.err
    assert "Rights: " in result.err
    return path


def test_translations_beside_a_file_with_signs_in_its_name_come_along(tmp_path: Path) -> None:
    (tmp_path / "small [2026].toml").write_bytes(tomli_w.dumps(document()).encode())
    (tmp_path / "small [2026].de.toml").write_bytes(tomli_w.dumps(translation()).encode())
    library = Library(None)
    library.resolve(str(tmp_path / "small [2026].toml"))
    assert library.new("small", "de").title == "Small (de)"


def test_an_own_instrument_is_removed_and_the_journal_keeps_its_copy(cli: Cli, tmp_path: Path) -> None:
    own("a.toml")
    own("b.toml", version="2.0.0")
    put_translation()
    licence = paths.instruments_folder() / "b.LICENSE"
    licence.write_text("Ours.\n")
    refused = cli("instruments", "remove", "small@2.0.0")
    assert refused.code == 2
    assert "The journal has no copy of small@2.0.0: what you remove is gone. Add --force" in refused.err
    assert str(licence) in refused.err
    assert licence.exists()
    result = cli("instruments", "remove", "small@2.0.0", "--force")
    assert [row.rpartition("/")[2] for row in result.out.splitlines()] == ["b.toml", "b.LICENSE"]
    assert "keeps a copy only of what was answered, in its own language, without translations" in result.err
    cli.save()
    assert len(cli("instruments", "remove", "small").out.splitlines()) == 2
    assert not [*paths.instruments_folder().iterdir()]
    assert cli("show", "latest").code == 0
    assert "in the journal only" in cli("instruments", "remove", "small").err
    assert "comes with the program" in cli("instruments", "remove", "digcomp").err
    assert cli("instruments", "remove", "none").code == 1
    kept = own("c.toml", id="kept")
    for nothing in ("../x", "", "@2.0.0", "*", "kept@9"):
        assert cli("instruments", "remove", nothing).code == 1, nothing
    assert kept.exists()


def test_every_version_keeps_a_licence_of_its_own(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "given.LICENSE").write_text("Ours.\n")
    for version in ("1.0", "2.0"):
        (tmp_path / "given.toml").write_bytes(tomli_w.dumps(document() | {"version": version}).encode())
        assert cli("instruments", "add", str(tmp_path / "given.toml")).code == 0
    assert cli("instruments", "remove", "small@1.0", "--force").code == 0
    assert "Ours." in shared(cli, tmp_path).read_text()


def test_what_a_version_added_in_the_same_run_no_longer_has_is_known_by_its_name(tmp_path: Path) -> None:
    content = instrument.parse(own().read_bytes(), "")
    library = Library(None)
    assert library.find("small", content.version, content.digest).former_domains == {}
    domains = [document()["domain"][0] | {"id": "gone", "title": "Gone"}, *document()["domain"][1:]]
    older = tomli_w.dumps(document() | {"version": "1.0.0", "domain": domains}).encode()
    own_instruments.keep(library, older)
    assert library.find("small", content.version, content.digest).former_domains == {"gone": "Gone"}


def test_the_instrument_of_many_sessions_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    content = instrument.parse(own().read_bytes(), "")
    library = Library(None)
    reads = Mock(wraps=library.versions)
    monkeypatch.setattr(library, "versions", reads)
    for _session in range(5):
        assert library.entry("small", content.version, content.digest).instrument.version == content.version
    assert reads.call_count == 1


def test_a_licence_is_written_beside_its_instrument_whatever_that_is_called(cli: Cli, tmp_path: Path) -> None:
    own("my-file.toml")
    (tmp_path / "small.toml").write_bytes(tomli_w.dumps(document()).encode())
    (tmp_path / "small.LICENSE").write_text("Ours.\n")
    assert cli("instruments", "add", str(tmp_path / "small.toml")).code == 0
    names = sorted(file.name for file in paths.instruments_folder().iterdir())
    assert names == ["my-file.LICENSE", "my-file.toml"]
    assert "Ours." in shared(cli, tmp_path).read_text()


def test_the_template_of_the_documentation_is_an_instrument(cli: Cli, tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "instruments.md"
    path = tmp_path / "teamwork.toml"
    path.write_text(page.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    assert "fine, 2 domains, 3 statements" in cli("instruments", "check", str(path)).out
    assert cli("instruments", "add", str(path)).code == 0


def test_others_are_asked_in_any_language_that_the_statements_are_there_in(cli: Cli, tmp_path: Path) -> None:
    own()
    put_translation()
    form = tmp_path / "kim.html"
    ask = ("invite", "--role", "colleague", "--instrument", "small", "--about", "Kim", "--output", str(form), "--force")
    assert cli(*ask, "--form-lang", "de").code == 0
    text = form.read_text(encoding="utf-8")
    assert 'lang="de"' in text  # the statements
    assert '<html lang="en"' in text
    assert "Kim de calm" in text
    assert "Feedback about Kim" in text
    (made,) = cli.json("rounds")["rounds"]
    assert made["language"] == "de"
    assert cli(*ask, "--form-lang", "de").code == 0
    assert len(cli.json("rounds")["rounds"]) == 1
    assert cli(*ask, "--form-lang", "nl").code == 0
    assert "Feedback over Kim" in form.read_text(encoding="utf-8")
    assert "small is not translated into en; it is there in: nl, de." in cli(*ask, "--form-lang", "en").err
    result = cli(*ask, "--form-lang", "fr")
    assert result.code == 2
    assert "small is not translated into fr; it is there in: nl, de." in result.err


def test_a_form_without_a_language_asked_for_is_in_that_of_its_statements(cli: Cli, tmp_path: Path) -> None:
    own()
    form = tmp_path / "kim.html"
    assert (
        cli("invite", "--role", "colleague", "--instrument", "small", "--about", "Kim", "--output", str(form)).code == 0
    )
    assert "Feedback over Kim" in form.read_text(encoding="utf-8")  # the program speaks English here


def test_old_years_on_an_own_instrument_come_in_from_its_template(cli: Cli, tmp_path: Path) -> None:
    own()
    table = tmp_path / "years.csv"
    assert cli("export", "--template", "--instrument", "small", "--output", str(table)).code == 0
    rows = [row.split(",") for row in table.read_text(encoding="utf-8-sig").splitlines()]
    assert sum(ITEMS[0] in row for row in rows) == 1
    filled = [["id", "2023-11-14"], *([item, "3"] for item in ITEMS)]
    table.write_text("\n".join(map(",".join, filled)), encoding="utf-8")
    assert cli("import", str(table)).code == 0
    (session,) = cli.journal.own()
    assert (session.instrument, session.started.year, len(session.scores)) == ("small", 2023, len(ITEMS))


def test_a_team_is_made_on_an_own_instrument_by_its_path(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(tomli_w.dumps(document()).encode())
    made = cli.json("team", "new", str(tmp_path / "team"), "--instrument", str(path))
    assert made["instrument"] == "small"
    assert (tmp_path / "team" / "instrument.toml").read_bytes() == path.read_bytes()
    path.unlink()
    assert cli("team", str(tmp_path / "team")).code == 0


def test_translations_beside_a_file_come_along(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(tomli_w.dumps(document()).encode())
    (tmp_path / "mine.de.toml").write_bytes(tomli_w.dumps(translation()).encode())
    library = Library(None)
    library.resolve(str(path))
    assert library.new("small", "de").title == "Small (de)"
    assert "in nl, de." in cli("instruments", "add", str(path)).out
    assert sorted(file.name for file in paths.instruments_folder().iterdir()) == [
        "small@1.2.0.de.toml",
        "small@1.2.0.toml",
    ]


def test_a_file_for_an_editor_has_the_originals_and_becomes_a_translation(cli: Cli, tmp_path: Path) -> None:
    own()
    path = tmp_path / "small.fr.toml"
    assert cli("instruments", "translate", "small", "fr", "--template", "--output", str(path)).code == 0
    text = path.read_text(encoding="utf-8")
    assert "# I ask\nasks = " in text
    missing = cli("instruments", "check", str(path))
    assert (missing.code, "(asks)" not in missing.out) == (2, True)
    filled = re.sub(r"^# (.*)\n(\S+) = .*$", lambda row: f'{row[2]} = "{row[1]} fr"', text, flags=re.MULTILINE)
    path.write_text(filled, encoding="utf-8")
    assert "fine" in cli("instruments", "check", str(path)).out
    assert cli("instruments", "add", str(path)).code == 0
    assert cli.json("instruments", "list")["instruments"][-1]["languages"] == ["nl", "fr"]
    assert "These words are there already" not in cli("instruments", "translate", "small", "fr", "--template").err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("small", "nl"), "into another language than nl"),
        (("small", "dutch"), "in two letters"),
        (("none", "de"), "There is no instrument"),
        (("digcomp", "nl"), "These words are there already in this language"),
        (("small", "de", "--output", "x"), "--output goes with --template"),
    ],
)
def test_what_can_not_be_translated_is_said(cli: Cli, arguments: tuple[str, ...], words: str) -> None:
    own()
    result = cli("instruments", "translate", *arguments)
    assert (result.code != 0, words in result.err) == (True, True), result.err
