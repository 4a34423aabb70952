from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomli_w

from reflect_tui.errors import BadFileError, NotFoundError, ReflectError
from reflect_tui.model import instrument, library
from reflect_tui.model.library import DEFAULT, Entry, Library
from tests.bundled import bundled, bundled_bytes
from tests.unit.examples import document, small
from tests.unit.test_own_instruments import own, put_translation

SMALL = tomli_w.dumps(document()).encode()


def keep(journal: Path, name: str, data: bytes) -> None:
    (journal / "instruments").mkdir(exist_ok=True)
    (journal / "instruments" / name).write_bytes(data)


def test_an_instrument_that_is_not_shipped_is_not_found_and_the_others_are_named() -> None:
    with pytest.raises(NotFoundError, match="jgz-opvoedingsondersteuning, digcomp"):
        Library(None).new("colours")


@pytest.mark.parametrize("name", ["../pyproject", "jgz-opvoedingsondersteuning.en", "", "*", "/etc/passwd", "a\0b"])
def test_only_the_name_of_an_instrument_is_one(name: str, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        Library(tmp_path).new(name)


def test_a_new_session_is_in_the_language_of_the_user_or_of_the_instrument(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Library(None).new(DEFAULT).language == "en"
    monkeypatch.setattr(library, "current_language", lambda: "nl")
    assert Library(None).new(DEFAULT).language == "nl"
    assert Library(None).new(DEFAULT, "fr").language == "nl"
    assert Library(None).new("digcomp", "fr").language == "en"


def test_a_shipped_instrument_is_found_by_its_digest_in_the_language_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = bundled(DEFAULT, "nl")
    shelf = Library(tmp_path)
    assert shelf.find(DEFAULT, original.version, original.digest).language == "en"
    monkeypatch.setattr(library, "current_language", lambda: "nl")
    assert shelf.find(DEFAULT, original.version, original.digest) == original


def test_the_copy_in_the_journal_is_found_by_its_digest(tmp_path: Path) -> None:
    keep(tmp_path, library.copy_name("small", "1.2.0"), SMALL)
    assert library.copy_name("small", "1.2.0") == "small@1.2.0.toml"
    assert Library(tmp_path).find("small", "1.2.0", small().digest) == small()


def test_an_older_copy_of_a_shipped_instrument_is_found_as_it_was_answered(tmp_path: Path) -> None:
    data = bundled_bytes(DEFAULT).replace(b"Ik heb alle kinderen in beeld", b"Ik zie alle kinderen")
    keep(tmp_path, library.copy_name(DEFAULT, "1.0.0"), data)
    found = Library(tmp_path).find(DEFAULT, "1.0.0", instrument.digest(data))
    assert found.item("kinderen-in-beeld").text == "Ik zie alle kinderen"


def test_two_copies_of_one_version_are_told_apart_by_their_digest(tmp_path: Path) -> None:
    other = SMALL.replace(b"I ask", b"I wait")
    keep(tmp_path, "small@1.2.0.toml", SMALL)
    keep(tmp_path, "small@1.2.0-2.toml", other)
    shelf = Library(tmp_path)
    assert shelf.find("small", "1.2.0", small().digest).item("asks").text == "I ask"
    assert shelf.find("small", "1.2.0", instrument.digest(other)).item("asks").text == "I wait"


def test_a_copy_that_can_not_be_read_hides_no_other(tmp_path: Path) -> None:
    keep(tmp_path, "small@1.2.0-0.toml", b"\xff")
    (tmp_path / "instruments" / "small@1.2.0-1.toml").symlink_to("small@1.2.0.toml")
    (tmp_path / "instruments" / "small@1.2.0-2.toml").mkdir()
    keep(tmp_path, "small@1.2.0.toml", SMALL)
    assert Library(tmp_path).find("small", "1.2.0", small().digest) == small()


@pytest.mark.parametrize(
    ("name", "version", "digest", "reason"),
    [
        ("small", "1.2.0", "sha256:" + "0" * 64, 'The instrument "small" 1.2.0 is here with another text only'),
        ("small", "1.2.0", "sha256:" + "f" * 64, 'The instrument "small" 1.2.0 is here with another text only'),
        ("small", "1.3.0", small().digest, 'The digest is that of "small" 1.2.0'),
        ("tall", "1.2.0", small().digest, 'The instrument "tall" 1.2.0 is neither installed nor in the journal'),
    ],
)
def test_what_is_neither_shipped_nor_kept_is_not_found_even_after_a_find(
    tmp_path: Path, name: str, version: str, digest: str, reason: str
) -> None:
    keep(tmp_path, "small@1.2.0.toml", SMALL)
    shelf = Library(tmp_path)
    for _ in range(2):
        with pytest.raises(NotFoundError, match=reason):
            shelf.find(name, version, digest)
        assert shelf.find("small", "1.2.0", small().digest) == small()


def test_a_journal_without_instruments_or_none_at_all_is_fine(tmp_path: Path) -> None:
    for journal in (None, tmp_path, tmp_path / "none"):
        with pytest.raises(NotFoundError):
            Library(journal).find("small", "1.2.0", small().digest)


def test_the_usual_instrument_comes_first_and_the_others_in_order() -> None:
    first, *others = library.bundled_ids()
    assert first == library.DEFAULT
    assert others == sorted(others)


def test_a_shipped_file_that_cannot_be_read_is_named_with_its_path_and_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "spoiled.toml").write_text("format = 1")
    monkeypatch.setattr(library, "bundled_folder", lambda: tmp_path)
    (faulty,) = Library(None).listing().faulty
    assert faulty.path == tmp_path / "spoiled.toml"
    assert "id: is missing" in faulty.reason


@pytest.mark.parametrize("name", ["another", "zebra"])
def test_a_file_that_was_named_is_no_other_instrument_than_it_says(tmp_path: Path, name: str) -> None:
    path = tmp_path / "given.toml"
    path.write_bytes(tomli_w.dumps(document() | {"id": name}).encode())
    shelf = Library(None)
    assert shelf.resolve(str(path)) == name
    assert [shelf.new(asked).id for asked in (name, DEFAULT, "digcomp")] == [name, DEFAULT, "digcomp"]


def test_the_same_words_again_are_no_second_translation() -> None:
    path = Path("small@1.2.0.toml")
    entry = Entry(place="user", path=path, data=SMALL, instrument=small())
    library.refuse_second(entry, "nl", Path("again.toml"), bytes(bytearray(SMALL)))
    library.refuse_second(entry, "de", Path("german.toml"), b"other")
    with pytest.raises(BadFileError, match=r"these words are there already in this language: small@1\.2\.0\.toml"):
        library.refuse_second(entry, "nl", Path("other.toml"), SMALL + b"#")


def changed(version: str = "1.2.0", **more: Any) -> bytes:
    """The small instrument in another version, or with other values at its top."""
    return tomli_w.dumps(document() | {"version": version} | more).encode()


@pytest.mark.parametrize("said", ["1.1.0", "1.3.0"])
def test_a_session_that_says_another_version_than_its_digest_is_told_so_wherever_the_file_is(
    said: str, tmp_path: Path
) -> None:
    own()
    with pytest.raises(
        NotFoundError, match=f'The digest is that of "small" 1.2.0, but the version is said to be {said}'
    ):
        Library(tmp_path).find("small", said, small().digest)
    keep(tmp_path, "small@1.2.0.toml", SMALL)
    with pytest.raises(NotFoundError, match="neither installed nor in the journal"):
        Library(tmp_path).find("small", said, "sha256:" + "0" * 64)


def test_a_copy_in_the_journal_is_listed_and_two_of_its_newest_version_are_refused(tmp_path: Path) -> None:
    keep(tmp_path, "small@1.2.0.toml", SMALL)
    assert Library(tmp_path).ids() == (*library.bundled_ids(), "small")
    keep(tmp_path, "small@1.2.0-2.toml", changed(title="Other"))
    with pytest.raises(ReflectError, match="say different things"):
        Library(tmp_path).newest("small")
    keep(tmp_path, "small@1.3.0.toml", changed("1.3.0"))
    assert Library(tmp_path).newest("small").instrument.version == "1.3.0"


def test_two_files_that_contradict_each_other_take_no_other_instrument_out_of_the_list() -> None:
    first, _second = own("1.toml", id="aaa"), own("2.toml", id="aaa", title="Other")
    own("small.toml")
    listing = Library(None).listing()
    assert [entry.instrument.id for entry in listing.entries] == [*library.bundled_ids(), "small"]
    assert [file.path for file in listing.faulty] == [first]


@pytest.mark.parametrize("titles", [("One", "Other"), ("Other", "One")])
def test_of_two_files_of_an_older_version_that_differ_ones_own_is_named(
    titles: tuple[str, str], tmp_path: Path
) -> None:
    own()
    mine = own("mine.toml", version="1.0.0", title=titles[0])
    keep(tmp_path, "small@1.0.0.toml", changed("1.0.0", title=titles[1]))
    assert [file.path for file in Library(tmp_path).listing().faulty] == [mine]
    again = own("z again.toml", version="1.0.0", title=titles[1])
    assert [file.path for file in Library(None).listing().faulty] == [again]
    again.write_bytes(mine.read_bytes())
    assert Library(None).listing().faulty == ()


def test_a_profile_that_is_chosen_shows_its_targets_until_another_or_none_is() -> None:
    profiles = [{"id": name, "title": name, "targets": {"doing": aim}} for name, aim in (("junior", 2), ("senior", 4))]
    own(profile=profiles)
    shelf = Library(None)
    digest = shelf.newest("small").instrument.digest
    for name, aim in (("senior", 4), ("junior", 2), ("senior", 4), ("", None), ("junior", 2)):
        shelf.aim_at(name)
        assert shelf.find("small", "1.2.0", digest).target_of("doing") == aim
        assert shelf.new("small").target_of("doing") == aim


def test_what_a_version_no_longer_has_is_told_in_the_language_that_is_read() -> None:
    own("new.toml", version="2.0.0", domain=document()["domain"][1:])
    own("old.toml")
    put_translation()
    shelf = Library(None)
    newest = shelf.newest("small").instrument
    for language, title, text in (
        ("nl", "Looking at what is there", "I know the signs"),
        ("de", "de looking", "de signs"),
    ):
        for content in (shelf.new("small", language), shelf.find("small", "2.0.0", newest.digest, language)):
            assert content.former_domains == {"looking": title}
            assert content.former_items["signs"] == text


def test_what_another_file_of_the_same_version_has_is_known_by_its_words(tmp_path: Path) -> None:
    keep(tmp_path, "small@1.2.0.toml", SMALL)
    domains = document()["domain"]
    domains[1]["item"].append({"id": "more", "text": "I do more", "focus": "skill"})
    other = changed(domain=domains)
    keep(tmp_path, "small@1.2.0-2.toml", other)
    shelf = Library(tmp_path)
    assert shelf.find("small", "1.2.0", small().digest).former_items == {"more": "I do more"}
    assert shelf.find("small", "1.2.0", instrument.digest(other)).former_items == {}


def test_a_file_ends_in_toml_or_stands_in_a_folder() -> None:
    assert [library.is_path(asked) for asked in ("small", "small.toml", "./small", "in/small.toml")] == [
        False, True, True, True,
    ]  # fmt: skip
