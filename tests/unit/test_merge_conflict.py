"""Two versions that git left in one file are noticed in each of its styles, and either can be taken."""

from __future__ import annotations

import pytest

from reflect_tui.toml import formats

STYLES = {
    "merge": b"<<<<<<< HEAD\na = 3\n=======\na = 4\nb = 1\n>>>>>>> other\n",
    "diff3": b"<<<<<<< HEAD\na = 3\n||||||| base\na = 2\n=======\na = 4\nb = 1\n>>>>>>> other\n",
    "nothing below": b"<<<<<<< HEAD\na = 3\n=======\n>>>>>>> other\n",
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_two_versions_are_noticed_and_taken_apart(style: str, ending: bytes) -> None:
    data = (b"format = 1\n" + STYLES[style] + b"c = 5\n").replace(b"\n", ending)
    fault = formats.conflict_fault(data)
    assert fault
    assert fault.place == "line 2, column 1"
    lower = b"" if style == "nothing below" else b"a = 4\nb = 1\n"
    for side, lines in (("upper", b"a = 3\n"), ("lower", lower)):
        expected = (b"format = 1\n" + lines + b"c = 5\n").replace(b"\n", ending)
        assert formats.resolve_conflict(data, "upper" if side == "upper" else "lower") == expected


def test_marks_that_do_not_belong_together_are_left_alone() -> None:
    for data in (b"<<<<<<< HEAD\na = 3\n>>>>>>> other\n", b"=======\n", b'x = "<<<<<<< HEAD"\n'):
        assert formats.conflict_fault(data) is None
        with pytest.raises(ValueError, match="upper"):
            formats.resolve_conflict(data, "upper")
