"""A talk is signed on screen: by names typed, once, also while something goes wrong."""

from __future__ import annotations

import subprocess

import pytest

from reflect_tui.errors import JournalError
from reflect_tui.model.session import relative_path
from reflect_tui.model.talk import Talk, is_as_signed
from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from reflect_tui.tui.widgets.text import Field
from reflect_tui.usecases import talking
from tests.tui.conftest import opened
from tests.tui.test_talk_on_screen import log, remark, sign, stored, write


async def test_a_signed_talk_is_only_amended_with_a_reason(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "w", *["right"] * 6)
        await sign(seat)
        before = stored(demo)
        await seat.press("left", "e")
        assert "This talk is finished" in seat.text()
        await seat.press("escape", "right", "a", "enter")
        assert "Write a reason first" in seat.text()
        await write(seat, "A remark was missing")
        await seat.press("enter")
        assert "amending: A remark was missing" in seat.text()
        await seat.press("left")
        assert "not saved yet" not in seat.text()
        await remark(seat, "l", "Well done")
        await seat.press("left")
        assert "not saved yet" not in seat.text()
        await seat.press("right")
        after = stored(demo)
        assert after.topics[-1].leader_remark == "Well done"
        assert after.signatures == before.signatures
        assert [amendment.reason for amendment in after.amendments] == ["A remark was missing"]
        await seat.press("right")
        assert "The names stand under the version before that change." in seat.text()
        await seat.press("escape")
    assert "Reason: A remark was missing" in log(demo, "%b")
    assert log(demo)[0] == "talk 2026-11-23: amended"


async def test_a_signed_talk_that_is_not_changed_has_no_amendment(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "w", *["right"] * 6)
        await sign(seat)
        before, recorded = stored(demo), log(demo)
        await seat.press("a")
        await write(seat, "A remark was missing")
        await seat.press("enter", "left", "right", "escape")
        assert stored(demo) == before
    assert log(demo) == recorded


async def test_an_amendment_that_is_taken_back_leaves_no_reason_behind(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "w", *["right"] * 6)
        await sign(seat)
        await seat.press("a")
        await write(seat, "A remark was missing")
        await seat.press("enter", "left")
        await remark(seat, "l", "Well done")
        await seat.press("u")
        assert is_as_signed(stored(demo))
        await seat.press("right")
        assert "Amended on" not in seat.text()
        await seat.press("left")
        await remark(seat, "l", "Well done, really")
        assert [amendment.reason for amendment in stored(demo).amendments] == ["A remark was missing"]
        await seat.press("u", "right", "escape")
    assert is_as_signed(stored(demo))
    assert demo.typed.all() == ()
    assert demo.pending() == ()


async def test_what_is_wrong_with_the_names_is_said_and_nothing_is_signed(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "w", *["right"] * 6, "d")
        await write(seat, "2020-01-01")
        await seat.press("ctrl+s")
        assert "The next talk is not in the past." in seat.text()
        await seat.press("escape", "enter", "f", "ctrl+s")
        assert "Type the name" in seat.text()
        assert stored(demo).finished is None


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_what_is_typed_to_sign_is_seen(demo: Journal, size: tuple[int, int]) -> None:
    async with opened(demo, size) as seat:
        await seat.press("v", "w", *["right"] * 6, "f")
        for text in ("Noor", "Ans"):
            await write(seat, text)
            await seat.press("down")
        await seat.press()
        assert [shown(field) for field in seat.app.screen.query(Field)] == ["Noor", "Ans"]


def shown(field: Field) -> str:
    """Give what stands on the part of a field that the window has room for."""
    room, window = field.region, field.screen.region
    assert field.is_on_screen
    assert window.contains_region(room)
    return field.render_line(0).text[: room.width].strip()


async def test_both_type_their_own_name_also_when_they_sign_again(demo: Journal) -> None:
    async with opened(demo, settings=Settings(name="Noor")) as seat:
        await seat.press("v", "w", *["right"] * 6, "f")
        assert [field.value for field in seat.app.screen.query(Field)] == ["", ""]
        await seat.press("escape")
        await sign(seat)
        await seat.press("a")
        await write(seat, "A remark was missing")
        await seat.press("enter", "f")
        assert [field.value for field in seat.app.screen.query(Field)] == ["", ""]


async def test_a_talk_that_could_not_be_signed_goes_on(demo: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_given: object) -> Talk:
        raise JournalError("The disk is full.")

    async with opened(demo) as seat:
        await seat.press("v", "w", *["right"] * 6)
        with monkeypatch.context() as patch:
            patch.setattr(talking, "sign", fails)
            await sign(seat)
        assert "The disk is full." in seat.text()
        await seat.press("escape", "left")
        await remark(seat, "e", "Again")
        await seat.press("right")
        assert stored(demo).topics[-1].remark == "Again"
        await seat.press("f")
        assert [field.value for field in seat.app.screen.query(Field)] == ["Noor", "Ans"]
        await seat.press("ctrl+s")
        assert "Noor (professional) and Ans (team leader)" in seat.text()
    assert is_as_signed(stored(demo))


async def test_while_it_is_signed_other_pages_are_only_looked_at(
    demo: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "w", *["right"] * 6)
        monkeypatch.setattr(seat.app.document_service, "sign_talk", lambda *_given, **_named: None)
        await sign(seat)
        before = stored(demo)
        await seat.press("left")
        assert "Point 5 of 5" in seat.text()
        assert stored(demo) == before


async def test_a_talk_is_signed_though_its_session_goes_meanwhile(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "w", "right")
        await remark(seat, "e", "Mine")
        own = demo.own()[0]
        (demo.root / relative_path(own.id)).unlink()
        await seat.press(*["right"] * 5)
        await sign(seat)
        assert "Noor (professional) and Ans (team leader)" in seat.text()
    assert is_as_signed(stored(demo))
    assert stored(demo).topics[0].remark == "Mine"
    assert demo.talks.path(stored(demo).id) not in demo.pending()


def check_out_another_branch(journal: Journal) -> None:
    subprocess.run(["git", "-C", str(journal.root), "checkout", "-q", "-b", "other"], check=True)


async def test_on_another_branch_a_talk_is_signed_and_waits_for_history(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("v", "w", "right")
        await remark(seat, "e", "Mine")
        check_out_another_branch(demo)
        await seat.press(*["right"] * 5)
        await sign(seat)
        assert "Version: not in history then" in seat.text()
        assert "not yet in history" in seat.text()
    assert is_as_signed(stored(demo))
