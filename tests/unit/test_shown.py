"""What is sent to the terminal is shorter, and the terminal shows the same."""

from __future__ import annotations

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.style import Style

from reflect_tui.tui.terminal.output_thread import Shown
from tests.unit.examples import quick

WIDTH, HEIGHT = 20, 6
colours = st.sampled_from([None, "#14181d", "#d7dde4", "#6db3f2", "red", "default"])
styles = st.builds(
    Style, color=colours, bgcolor=colours, bold=st.booleans(), italic=st.booleans(), reverse=st.booleans()
)
pieces = st.builds(
    lambda style, text: str(style.render(text, color_system=ColorSystem.TRUECOLOR)),
    styles,
    st.text("ab ─", min_size=1, max_size=8) | st.sampled_from(["日", "a日b", "e\u0301"]),
)
places = st.builds(lambda row, column: f"\x1b[{row};{column}H", st.integers(1, HEIGHT), st.integers(1, 5))
others = st.sampled_from(["\x1b[2;1H\r\n\x1b[3;3H", "\x1b[?25l", "\x1b[?2026h", "\x1b[1A", "\x1b[2J", "\x1b[3D"])
frames = st.lists(st.lists(st.one_of(pieces, pieces, places, others), max_size=8).map("".join), max_size=5)


def shown(sent: str) -> tuple[list[list[pyte.screens.Char]], tuple[int, int]]:
    """Give what a terminal shows, and where it goes on."""
    screen = pyte.Screen(WIDTH, HEIGHT)
    screen.reset_mode(pyte.modes.DECAWM)  # as the app has it: a long row does not go on in the next one
    pyte.Stream(screen).feed(sent)
    rows = [[seen(screen.buffer[row][column]) for column in range(WIDTH)] for row in range(HEIGHT)]
    return rows, (screen.cursor.y, screen.cursor.x)


def seen(sign: pyte.screens.Char) -> pyte.screens.Char:
    """Give a sign as it is seen: a blank has no colour of its own."""
    blank = sign.data == " " and not sign.reverse
    return sign._replace(fg="default", bold=False, italics=False) if blank else sign


@quick
@given(frames)
def test_the_screen_is_the_same_after_every_frame_and_no_style_stays_behind(frames: list[str]) -> None:
    shorter, sent, whole = Shown(), "", ""
    for frame in frames:
        sent += shorter.lacking(frame)
        whole += frame
        assert shown(sent + "z") == shown(whole + "z")


@quick
@given(frames)
def test_what_is_forgotten_is_sent_again(frames: list[str]) -> None:
    shorter = Shown()
    for frame in frames:
        shorter.lacking(frame)
    shorter.forget()
    whole = "\x1b[1;1H\x1b[0m" + "x" * WIDTH + "\x1b[3;2Hy"
    assert shown("\x1b[2J" + shorter.lacking(whole)) == shown("\x1b[2J" + whole)


def test_a_style_is_sent_once() -> None:
    text = Style(color="#d7dde4", bgcolor="#14181d")
    strong = Style(color="#6db3f2", bgcolor="#14181d", bold=True)
    row = [text.render("one "), text.render("row"), strong.render("here"), text.render(" and on")]
    assert Shown().lacking("".join(row)) == (
        "\x1b[38;2;215;221;228;48;2;20;24;29mone row\x1b[1;38;2;109;179;242mhere\x1b[22;38;2;215;221;228m and on\x1b[0m"
    )


def test_only_the_signs_that_differ_are_sent() -> None:
    shorter = Shown()
    assert shorter.lacking("\x1b[3;1H27/92 and much that stays") == "\x1b[3;1H27/92 and much that stays"
    assert shorter.lacking("\x1b[3;1H28/92 and much that stays") == "\x1b[3;2H8\x1b[23C"
    assert shorter.lacking("\x1b[3;1H28/92 and much that stays") == ""


def test_what_cant_be_followed_is_sent_as_it_is() -> None:
    for sent in ("", "\x1b[?1049h\x1b[?25l", "text", "\x1b[2;3H", "\x1b[?2026h", "\x1b[5;1H日本"):
        assert Shown().lacking(sent) == sent
    assert Shown().lacking("\x1b[0m") == ""


def test_a_style_is_not_sent_again_for_every_row() -> None:
    sent = "".join(
        f"\x1b[{row};1H" + Style(color="#919daa").render("·") + Style(color="#d7dde4").render(" an item")
        for row in (1, 2, 3)
    )
    shorter = Shown().lacking(sent)
    assert shorter.count("\x1b[38;2;145;157;170m") == shorter.count("\x1b[38;2;215;221;228m") == 1
    assert len(shorter) < len(sent) * 0.6
    assert shown(shorter) == shown(sent)
