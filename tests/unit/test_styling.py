"""What is sent to the terminal is shorter, and the terminal shows the same."""

from __future__ import annotations

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.style import Style

from reflect_tui.tui.styling import shorten
from tests.unit.examples import quick

colours = st.sampled_from([None, "#14181d", "#d7dde4", "#6db3f2", "red", "default"])
styles = st.builds(
    Style, color=colours, bgcolor=colours, bold=st.booleans(), italic=st.booleans(), reverse=st.booleans()
)
pieces = st.builds(
    lambda style, text: str(style.render(text, color_system=ColorSystem.TRUECOLOR)),
    styles,
    st.text("ab ─", min_size=1, max_size=4),
)
moves = st.sampled_from(["\r\n", "\x1b[2;3H", "\x1b[?25l", "\x1b[1;1H"])


def shown(sent: str) -> list[list[pyte.screens.Char]]:
    screen = pyte.Screen(20, 6)
    pyte.Stream(screen).feed(sent)
    return [[seen(screen.buffer[row][column]) for column in range(20)] for row in range(6)]


def seen(sign: pyte.screens.Char) -> pyte.screens.Char:
    """Give a sign as it is seen: a blank has no colour of its own."""
    blank = sign.data == " " and not sign.reverse
    return sign._replace(fg="default", bold=False, italics=False) if blank else sign


@quick
@given(st.lists(st.one_of(pieces, moves), max_size=12))
def test_the_screen_is_the_same_and_no_style_stays_behind(parts: list[str]) -> None:
    sent = "".join(parts)
    assert shown(shorten(sent) + "z") == shown(sent + "z")


def test_a_style_is_sent_once() -> None:
    text = Style(color="#d7dde4", bgcolor="#14181d")
    strong = Style(color="#6db3f2", bgcolor="#14181d", bold=True)
    row = [text.render("one "), text.render("row"), strong.render("here"), text.render(" and on")]
    assert shorten("".join(row)) == (
        "\x1b[38;2;215;221;228;48;2;20;24;29mone row\x1b[1;38;2;109;179;242mhere\x1b[22;38;2;215;221;228m and on\x1b[0m"
    )


def test_what_has_no_style_is_sent_as_it_is() -> None:
    for sent in ("", "\x1b[?1049h\x1b[?25l", "text", "\x1b[2;3H", "\x1b[0m"):
        assert shorten(sent) == sent.removesuffix("\x1b[0m")
