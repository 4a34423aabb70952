"""`x`, "for the team": the code, the whole file, where to, and what the journal says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from reflect_tui.errors import ReflectError
from reflect_tui.model.team import parse_share
from reflect_tui.store.journal import Journal
from reflect_tui.usecases.export import choices
from tests.tui.conftest import opened

ROW = [name for name, _ending, _words in choices()].index("team")


def written(folder: Path) -> list[Path]:
    return list(folder.glob("north-*.toml"))


async def test_the_whole_file_is_shown_before_it_is_written(
    demo: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with opened(demo) as seat:
        await seat.press("x", *["down"] * ROW, "enter")
        assert "no scores, notes or name" in seat.words()
        await seat.type(*"north", "enter")
        assert seat.screen == "ShareScreen"
        shown = seat.text()
        assert not (demo.root / "teams").exists()
        await seat.press("enter", "enter")
        assert seat.screen == "MessageScreen"
        assert "Send it to your team leader" in seat.words()
    (file,) = written(tmp_path)
    digest = next(row for row in file.read_text().splitlines() if row.startswith("digest"))
    assert "".join(digest.split()) in "".join(shown.split())  # no row is cut
    assert all(row in shown for row in file.read_text().splitlines() if len(row) < 70)
    (document,) = demo.teams.all()
    assert document.value
    assert document.value.member == parse_share(file.read_bytes(), file).member


async def test_what_was_shared_is_withdrawn_by_a_key(
    demo: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with opened(demo) as seat:
        await seat.press("x", *["down"] * ROW, "enter")
        await seat.type(*"north", "enter")
        assert "withdraw" not in seat.text()
        await seat.press("delete")  # nothing was shared yet
        await seat.press("enter", "enter", "enter")
        (file,) = written(tmp_path)
        shared = parse_share(file.read_bytes(), file)
        file.unlink()
        await seat.press("x", *["down"] * ROW, "enter")
        await seat.type(*"north", "enter")
        text = seat.words()
        assert "You shared your figures of quarter" in text
        assert "del withdraw" in text
        await seat.press("delete")
        shown = seat.text()
        assert "withdrawn = true" in shown
        assert "It takes back what you shared" in " ".join(shown.split())
        assert written(tmp_path) == []
        await seat.press("enter", "enter")
        assert "it takes your share back" in seat.words()
    (file,) = written(tmp_path)
    back = parse_share(file.read_bytes(), file)
    assert (back.withdrawn, back.member, back.number) == (True, shared.member, shared.number + 1)
    (document,) = demo.teams.all()
    assert document.value
    assert document.value.standing() is None


async def test_a_code_that_can_be_none_is_refused(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("x", *["down"] * ROW, "enter")
        await seat.type(*"abc", "enter")
        assert seat.screen == "MessageScreen"
        assert "4 to 40 letters" in seat.words()


async def test_a_path_that_is_none_is_told(demo: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_text: str) -> Path:
        raise ReflectError("HOME is not set")

    async with opened(demo) as seat:
        await seat.press("x", *["down"] * ROW, "enter")
        await seat.type(*"north", "enter")
        monkeypatch.setattr("reflect_tui.paths.typed", refused)
        await seat.press("enter", "enter")
        assert seat.screen == "MessageScreen"
        assert "HOME is not set" in seat.text()
    assert not (demo.root / "teams").exists()
