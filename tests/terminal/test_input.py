"""Whatever is typed, pasted or done to the window: the app lives, and a paste is text and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.terminal.pseudo import PATIENCE, Pseudo

Start = Callable[..., Pseudo]
BEGIN, END = "\x1b[200~", "\x1b[201~"


def quits(app: Pseudo) -> None:
    app.send("q")
    assert app.ended() == 0
    app.is_as_before()


@pytest.mark.parametrize("wait", [0.0, 0.3, 0.6])
def test_what_is_typed_before_the_first_question_moves_and_from_the_first_score_on_is_ignored(
    pseudo: Start, wait: float
) -> None:
    ignored = "5 keys were ignored: typed before this was shown."

    def type_ahead(seconds: float) -> Pseudo:
        app = pseudo("new")
        time.sleep(seconds)
        app.send("jj3qe,?")
        while ignored not in app.text_now and app.process.poll() is None and "/92" not in app.text:
            time.sleep(0.05)
        return app

    app = type_ahead(wait)
    while app.process.poll() is not None or ignored not in app.quiet():  # it was there when the keys were read: earlier
        app.close()
        wait *= 0.7
        app = type_ahead(wait)
    app.quiet()
    assert "0/92" in app.text
    assert "▸ ·    adopt a neutral" in app.text
    assert "1-4 score" in app.text, "no other screen opened over the question"
    app.send("3")
    app.wait("1/92", "3    adopt a neutral")
    quits(app)


def test_nothing_but_the_session_shows_its_count(pseudo: Start) -> None:
    app = pseudo("new")
    while "0/92" not in app.text_now:
        assert "draft" not in app.text
    app.send("333")
    app.wait("3/92")
    app.send("\x1b")
    app.wait("draft", "3/92", "n new")
    quits(app)


def test_keys_typed_ahead_reach_the_screen_they_are_meant_for(pseudo: Start) -> None:
    app = pseudo("new")
    app.send("eabc")
    app.wait("3 / 20000")
    app.send("\x1b")
    app.wait("✎ abc", "0/92")
    quits(app)
    app = pseudo()
    app.send("\r33e")  # the enter key is a line feed before the terminal is raw; what follows was meant for the session
    app.wait("0/92", "3 keys were ignored: typed before this was shown.")
    quits(app)


def test_bytes_that_are_no_utf8(pseudo: Start) -> None:
    app = pseudo("new")
    app.wait("0/92")
    app.send(b"\xff\xfe\x80\xc5")
    time.sleep(0.1)
    app.send(b"3")
    app.wait("1/92")
    app.send(b"e")
    app.wait("done")
    app.send(b"caf\xc3")
    time.sleep(0.1)
    app.send(b"\xa9 \xff!")
    app.wait("café \N{REPLACEMENT CHARACTER}!")
    app.send("\x1b")
    app.wait("✎ café")
    quits(app)


def test_reports_no_terminal_sends(pseudo: Start) -> None:
    app = pseudo("new")
    app.wait("0/92")
    app.send(
        "\x1b[1114112u\x1b[1;1;1114112u\x1b[48;0;0;0;0t\x1b[<64;0;0M\x1b[99999;99999R\x1bP1$r0m\x1b\\\x1b]11;?\x07"
    )
    app.send("\x1b[?2026;0$y3")
    app.wait("1/92")
    app.send("\x1b")
    app.wait("reflect-tui")
    quits(app)


def test_escape_and_digits_in_one_packet_leave_the_note_and_score(pseudo: Start) -> None:
    app = pseudo("new")
    app.wait("0/92")
    app.send("3e")
    app.wait("done")
    app.send("abc")
    app.wait("abc", "3 / ")
    app.send(b"\x1b3342")
    app.wait("5/92")
    app.send("kkkk")
    app.wait("✎ abc")
    app.send("\x1b[38;2u\x1b[38:49;2;49u")  # of an AZERTY keyboard, without its text and with
    app.send("n")
    app.wait("5/92")
    app.send("\x1b[38;2u\x1b[38:49;2;49u")
    app.wait("7/92")
    quits(app)


def test_a_paste_scores_nothing_and_does_nothing(pseudo: Start) -> None:
    app = pseudo("new")
    app.wait("0/92")
    app.send(f"{BEGIN}3333\n4 q f u x dd \x1b[31m3333333333333333333333333333333333333\x11\x03\x1a{END}")
    app.quiet()  # what follows at once is taken for the rest of it
    app.send("2")
    screen = app.wait("1/92")
    app.quiet()
    assert "1/92" in app.text
    assert "Quit?" not in screen
    app.send("\x1b")
    app.wait("1/92", "begun") if "begun" in app.text else app.wait("Parenting support")
    app.send(f"{BEGIN}n\r\x1b[3~\rdq{END}")
    app.quiet()
    quits(app)


def test_a_paste_that_holds_the_mark_of_its_end(pseudo: Start) -> None:
    app = pseudo("new")
    app.wait("0/92")
    app.send(f"{BEGIN}text{END}\x11333\x1b[3~\r{END}")
    app.quiet()
    app.send("2")
    app.wait("1/92")
    app.quiet()
    assert "1/92" in app.text
    quits(app)


def test_many_lines_into_a_field_are_one_line_and_into_a_note_they_stay(pseudo: Start) -> None:
    app = pseudo("new")
    app.wait("0/92")
    app.send("/")
    app.wait("Find a statement")
    app.send(f"{BEGIN}bond\r\nof\n\ntrust{END}")
    app.wait("bond of trust")
    app.send("\x1b")
    app.wait_gone("Find a statement")
    app.send("e")
    app.wait("done")
    app.send(f"{BEGIN}first\r\nsecond\tx\n\x1b[31mthird\x00\x9b{END}")
    screen = app.wait("first", "second", "[31mthird", "3 control characters were left out.")
    assert screen.index("first") < screen.index("second") < screen.index("third")
    app.send("\x1b")
    app.wait_gone("left out")
    quits(app)


def test_a_megabyte(pseudo: Start) -> None:
    app = pseudo("new")
    app.wait("0/92")
    book = "3 words of a book \n" * 55_000
    app.send(f"{BEGIN}{book}{END}")
    app.quiet()
    app.send("e")
    app.wait("done")
    app.send(f"{BEGIN}{book}{END}")
    app.wait("nothing was pasted", "Too long to paste")
    app.send("\x1b")
    app.wait_gone("Too long to paste")
    app.send(f"still here{BEGIN}{'a line of a note ' * 1000}{END}")
    app.wait("a line of a note")
    app.send("\x1b")
    app.wait("✎ still here", "0/92")
    quits(app)


def test_a_paste_that_never_ends_is_kept_from_the_app_and_a_signal_still_ends_it(pseudo: Start) -> None:
    app = pseudo("new")
    app.wait("0/92")
    app.send(f"{BEGIN}333333 3")
    time.sleep(0.3)
    app.send("4")
    app.quiet()
    assert "0/92" in app.text
    app.process.terminate()
    assert app.ended() == 143
    app.is_as_before()


def test_a_storm_of_sizes(pseudo: Start) -> None:
    app = pseudo("new")
    app.wait("0/92")
    for step in range(300):
        app.resize(20 + step % 90, 5 + step % 40)
        if step % 30 == 0:
            app.send("3")
    app.resize(100, 30)
    app.wait("10/92")
    until = time.monotonic() + PATIENCE
    while not app.rows[-1].rstrip().endswith("? all keys"):
        assert time.monotonic() < until, app.text
        time.sleep(0.05)
    quits(app)


@pytest.mark.parametrize("size", [(20, 5), (39, 24), (40, 10), (1, 1)])
def test_too_small_a_window_says_so_and_keeps_saving(pseudo: Start, size: tuple[int, int]) -> None:
    app = pseudo("new", size=size)
    while b"\x1b[?1049h" not in app.raw:
        time.sleep(0.05)
    app.wait("too" if size != (1, 1) else "")
    app.quiet(2)
    app.send("33")
    app.quiet()
    app.resize(80, 24)
    app.wait("2/92")
    app.send("3")
    app.wait("3/92")
    app.resize(*size)
    app.quiet()
    app.send("3")
    app.quiet()
    app.resize(80, 24)
    app.wait("4/92", "saved")
    quits(app)


def test_a_size_unknown_or_told_wrongly(pseudo: Start) -> None:
    app = pseudo("new", size=(0, 0))
    assert b"0/92" in app.raw or app.quiet() is not None
    app.resize(80, 24)
    app.wait("0/92")
    quits(app)
    app = pseudo("new", environment={"COLUMNS": "30", "LINES": "7"})
    app.wait("? all keys")
    app.resize(100, 30)
    until = time.monotonic() + PATIENCE
    while not app.rows[-1].rstrip().endswith("? all keys"):
        assert time.monotonic() < until, app.text
        time.sleep(0.05)
