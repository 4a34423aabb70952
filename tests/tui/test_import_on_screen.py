"""Importing on the screen: what lies among the downloads, pasted codes and mails, and several files at once."""

from __future__ import annotations

import os
import shlex
from datetime import datetime
from pathlib import Path

import pytest
from textual.events import Paste

from reflect_tui.feedback import answers
from reflect_tui.feedback.answer_code import encode
from reflect_tui.model.round import Round
from reflect_tui.store import rounds
from reflect_tui.store.journal import Journal
from reflect_tui.store.rounds import WaitingAnswers
from reflect_tui.tui.screens.import_files import given_by_paste, typed_after
from reflect_tui.tui.widgets.text import Field
from tests.tui.conftest import Seat, opened
from tests.unit.round_examples import CONTENT, a_round, an_answer, example_round, put, token


def code_of(found: Round, number: int) -> str:
    return encode(found, found.invited[number].role, token(number), CONTENT, dict.fromkeys(found.items, 4))


async def paste(seat: Seat, text: str) -> None:
    seat.app.post_message(Paste(text))
    await seat.press()


async def test_a_pasted_mail_with_a_code_is_shown_and_taken_in(journal: Journal) -> None:
    found = a_round(journal)
    async with opened(journal) as seat:
        await seat.press("i")
        await paste(seat, f"Hoi Noor,\n\n> {code_of(found, 1)}\n\nGroet, Jan\n")
        assert "1 file can be imported" in seat.text()
        assert "an answer to a round as a code, colleague" in seat.text()
        assert "comments typed in the message stay there" in seat.words()
        assert rounds.get(journal, found.id)[0].answered == 0
        await seat.press("enter")
        assert "1 file was imported" in seat.text()
    assert dict(WaitingAnswers(journal).get(found.id).answers[0].scores) == dict.fromkeys(found.items, 4)


async def test_a_code_is_typed_where_a_path_would_be(journal: Journal) -> None:
    found = a_round(journal)
    async with opened(journal) as seat:
        await seat.press("i")
        seat.app.screen.query_one(Field).value = code_of(found, 1).lower().replace("-", " ")
        await seat.press("enter")
        assert "1 file can be imported" in seat.text()


async def test_a_pasted_text_without_an_answer_says_what_one_is(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("i")
        await paste(seat, "Hoi Noor,\n\nIk kom er niet aan toe.\n")
        assert "0 files can be imported" in seat.text()
        assert "holds no whole answer: that is a code, which begins with FBRT1" in seat.words()


async def test_a_pasted_path_stays_in_the_field(journal: Journal, tmp_path: Path) -> None:
    (path,) = put(tmp_path / "in", an_answer(a_round(journal), 1))
    async with opened(journal) as seat:
        await seat.press("i", *["backspace"] * 2)
        await paste(seat, f"{path}\n")
        assert seat.app.screen.query_one(Field).value.strip() == str(path)
        await seat.press("enter")
        assert "1 file can be imported" in seat.text()


async def test_a_single_file_that_is_dropped_is_found_whatever_stands_around_its_path(
    journal: Journal, tmp_path: Path
) -> None:
    (path,) = put(tmp_path / "in it", an_answer(a_round(journal), 1))
    async with opened(journal) as seat:
        for written in (shlex.quote(str(path)), path.as_uri()):
            await seat.press("i", "ctrl+u")
            await paste(seat, f"{written} ")
            await seat.press("enter")
            assert "1 file can be imported" in seat.text()
            await seat.press("escape")


async def test_several_files_are_dropped_at_once(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal)
    paths = put(tmp_path / "in", an_answer(found, 1), an_answer(found, 2))
    async with opened(journal) as seat:
        await seat.press("i")
        await paste(seat, " ".join(shlex.quote(str(path)) for path in paths))
        assert "2 files can be imported" in seat.text()
        await seat.press("enter")
    assert rounds.get(journal, found.id)[0].answered == 2


@pytest.mark.parametrize("how", ["quoted", "escaped", "rows", "addresses"])
def test_paths_are_read_as_terminals_and_file_managers_write_them(tmp_path: Path, how: str) -> None:
    paths = [tmp_path / name for name in ("a b.toml", "één'.toml")]
    for path in paths:
        path.touch()
    texts = {
        "quoted": " ".join(shlex.quote(str(path)) for path in paths),
        "escaped": " ".join(str(path).replace(" ", r"\ ").replace("'", r"\'") for path in paths),
        "rows": "\n".join(shlex.quote(str(path)) for path in paths),
        "addresses": "\r\n".join(path.as_uri() for path in paths),
    }
    given = given_by_paste(texts[how])
    assert given is not None
    assert (given.paths, given.pasted) == (tuple(paths), {})


async def test_downloads_are_where_it_begins_and_what_they_hold_is_listed(journal: Journal, own_home: Path) -> None:
    found = a_round(journal)
    downloads = own_home / "Downloads"
    first, second = put(downloads, an_answer(found, 1), an_answer(found, 0))
    (downloads / "holiday.txt").write_text("sun")
    (downloads / "deeper").mkdir()
    put(downloads / "deeper", an_answer(found, 2))
    for path, age in ((first, 60), (second, 0)):
        os.utime(path, (1_764_000_000 - age, 1_764_000_000 - age))
    async with opened(journal) as seat:
        await seat.press("i")
        assert seat.app.screen.query_one(Field).value == "~/Downloads/"
        text = seat.words()
        assert "2 new answers or sessions here: enter shows them." in text
        saved = f"{datetime.fromtimestamp(1_764_000_000).astimezone():%d %b %Y %H:%M}"
        row = f"+ manager · round of 23 Nov 2026 · saved {saved} · reflect-answer-1.toml"
        assert row in text
        assert text.index("reflect-answer-1.toml") < text.index("reflect-answer-0.toml")
        await seat.press("enter")
        assert "2 files can be imported" in seat.text()
        await seat.press("enter")
    assert rounds.get(journal, found.id)[0].answered == 2


async def test_downloads_that_are_called_otherwise_are_found(journal: Journal, own_home: Path) -> None:
    (own_home / "Gedownload").mkdir()
    names = own_home / ".config" / "user-dirs.dirs"
    names.parent.mkdir(exist_ok=True)
    names.write_text('XDG_DOWNLOAD_DIR="$HOME/Gedownload"\n')
    for path in (names.parent, names):  # what others may change is not believed
        path.chmod(0o700)
    async with opened(journal) as seat:
        await seat.press("i")
        assert seat.app.screen.query_one(Field).value == "~/Gedownload/"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("~/Downloads//tmp/x", "/tmp/x"),
        ("~/Downloads/x", "~/Downloads/x"),
        ("~/Downloads/a//x", "~/Downloads/a//x"),
        ("~//x", "~//x"),
    ],
)
def test_a_whole_path_takes_the_place_of_the_folder_that_the_field_began_with(typed: str, read: str) -> None:
    assert typed_after("~/Downloads/", typed) == read
    assert typed_after("~/", "~//x") == "/x"
    assert typed_after("~/", "~/~/x") == "~/x"


async def test_whoever_collects_combines_a_folder_by_one_key_and_is_told_what_was_passed_over(
    journal: Journal, tmp_path: Path
) -> None:
    found = example_round(("colleague",) * 3 + ("client",), collector="third person")
    folder = tmp_path / "in"
    put(folder, *(an_answer(found, number) for number in range(4)))
    (folder / "late.docx").write_bytes(b"PK\3\4")
    async with opened(journal) as seat:
        await seat.press("i")
        seat.app.screen.query_one(Field).value = str(folder)
        await seat.press("enter")
        said = seat.words()
        assert "4 answers to a round that is not in this journal · reflect-answer-0.toml" in said
        assert "Refused" not in said
        assert "0 files" not in said
        assert "If you collect answers for someone: m makes the one file of figures" in said
        await seat.press("m", "enter")
        said = seat.words()
        assert "the figures of 3 answers" in said
        assert "Left out, too few: 1 client" in said
        assert "Passed over, no single answer was found in:" in said
        assert "late.docx" in said
    combined = answers.parse_combined((folder / "combined.toml").read_bytes(), "combined.toml")
    assert [(group.role, group.people) for group in combined.released] == [("colleague", 3)]


async def test_a_second_combined_file_of_other_answers_is_made_only_after_a_question(
    journal: Journal, tmp_path: Path
) -> None:
    found = example_round(("colleague",) * 5, collector="third person")
    folder = tmp_path / "in"
    put(folder, *(an_answer(found, number) for number in range(4)))

    async def combine(seat: Seat, name: str) -> str:
        await seat.press("i")
        seat.app.screen.query_one(Field).value = str(folder)
        await seat.press("enter", "m")
        seat.app.screen.query_one(Field).value = str(folder / name)
        await seat.press("enter")
        return seat.words()

    async with opened(journal) as seat:
        assert "the figures of 4 answers" in await combine(seat, "first.toml")
        await seat.press("enter", "escape")
        put(folder, *(an_answer(found, number) for number in range(5)))
        said = await combine(seat, "second.toml")
        assert "Combined before" in said
        assert not (folder / "second.toml").exists()
        await seat.press("enter")
        assert "the figures of 5 answers" in seat.words()
    assert answers.parse_combined((folder / "second.toml").read_bytes(), "").people == {"colleague": 5}


async def test_answers_of_a_named_round_are_never_offered_to_be_combined(journal: Journal, tmp_path: Path) -> None:
    found = example_round(("colleague",) * 3, promise="named")
    put(tmp_path / "in", *(an_answer(found, number) for number in range(3)))
    async with opened(journal) as seat:
        await seat.press("i")
        seat.app.screen.query_one(Field).value = str(tmp_path / "in")
        await seat.press("enter")
        assert "is none of this journal" in seat.text()
        assert "combine" not in seat.text()
        await seat.press("m")
        assert "Combine the answers" not in seat.text()
