"""Counting columns needs no tables for the signs that are drawn most."""

from __future__ import annotations

import wcwidth

from reflect_tui.views import lines


def test_signs_that_are_counted_without_tables_take_one_column_each() -> None:
    signs = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    counted = [sign for sign in signs if lines._ONE_COLUMN.fullmatch(sign)]
    assert len(counted) > 1000
    assert [sign for sign in counted if wcwidth.width(sign) != 1] == []
    assert lines.width("".join(counted)) == len(counted)


def test_other_signs_are_still_measured() -> None:
    assert [lines.width(text) for text in ("漢字", "e\u0301", "👩\u200d🚀", "")] == [4, 1, 2, 0]
