from __future__ import annotations

import codecs
import os
import re
import tokenize
import tomllib
from contextlib import suppress
from datetime import datetime
from io import StringIO
from pathlib import Path
from time import process_time
from typing import Annotated, Literal

import pytest
import tomli
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import Meta, Struct

from reflect_tui.errors import BadFileError, Fault, NotFoundError
from reflect_tui.model import session
from reflect_tui.model.instrument import Identifier
from reflect_tui.toml import formats
from reflect_tui.toml.faults import key_path
from tests.unit import examples
from tests.unit.examples import HUGE, quick


class Row(Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=5)]


class Shape(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    format: Literal[1]
    count: Annotated[int, Meta(ge=1, le=9)]
    when: Annotated[datetime, Meta(tz=True)]
    ratio: int | float = 0
    sure: bool = False
    kind: Literal["a", "b"] = "a"
    slug: Identifier = "x"
    rows: tuple[Row, ...] = ()
    scores: dict[Identifier, int | Literal["n/a"]] = {}


GOOD = "format = 1\ncount = 3\nwhen = 2026-11-23T14:05:00+01:00\n"


def parse(text: str) -> Shape:
    return formats.parse(text.encode(), Shape, "x.toml")


def faults(text: str | bytes) -> dict[str, str]:
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(BadFileError) as caught:
        formats.parse(data, Shape, "x.toml")
    found = [fault.place for fault in caught.value.faults]
    assert len(found) == len(set(found)), "a fault is listed twice"
    return {fault.place: fault.problem for fault in caught.value.faults}


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 -- only their number


# Reading


def test_an_ordinary_file_is_read_to_its_last_byte(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b"12345")
    assert formats.read_bytes(path, limit=5) == b"12345"


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"There is no file .*x\.toml"):
        formats.read_bytes(tmp_path / "x.toml")


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    with path.open("wb") as file:
        file.truncate(2**30)
    with pytest.raises(BadFileError, match="larger than 1000000 bytes"):
        formats.read_bytes(path)


def test_a_file_that_hides_its_size_is_refused_as_well() -> None:
    with pytest.raises(BadFileError, match="larger than 10 bytes"):
        formats.read_bytes(Path("/proc/self/status"), limit=10)


def test_a_pipe_without_a_writer_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "pipe.toml"
    os.mkfifo(path)
    with pytest.raises(BadFileError, match="not an ordinary file"):
        formats.read_bytes(path)


def test_a_device_is_refused() -> None:
    with pytest.raises(BadFileError, match="not an ordinary file"):
        formats.read_bytes(Path("/dev/zero"))


def test_a_folder_is_refused_and_leaves_nothing_open(tmp_path: Path) -> None:
    before = descriptors()
    with pytest.raises(BadFileError):
        formats.read_bytes(tmp_path)
    assert descriptors() == before


def test_a_symbolic_link_is_refused_wherever_it_leads(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"secret")
    for name, target in (("link", "file"), ("loop", "loop"), ("gone", "nowhere")):
        (tmp_path / name).symlink_to(target)
        with pytest.raises(BadFileError, match="it is a link; put the file itself there"):
            formats.read_bytes(tmp_path / name)


def test_a_path_that_no_file_can_have_is_refused() -> None:
    for path in (Path("a\0b"), Path("a" * 300)):
        with pytest.raises(BadFileError):
            formats.read_bytes(path)


# What isn't TOML

NOT_TOML = {
    "lone byte": b"\xff",
    "latin-1": 'a = "é"'.encode("latin-1"),
    "utf-16": "a = 1".encode("utf-16"),
    "utf-16 without mark": "a = 1".encode("utf-16-le"),
    "surrogate": b'a = "\xed\xa0\x80"',
    "nul": b'a = "\x00"',
    "bare return": b"a = 1\rb = 2\r",
    "conflict markers": b"<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> other\n",
    "key twice": b"a = 1\na = 2\n",
    "table twice": b"[a]\n[a]\n",
    "key redefined": b"a.b = 1\na = 2\n",
    "unended": b'a = "',
    "arrays in arrays": b"a = " + b"[" * 5000 + b"]" * 5000,
    "tables in tables": b"a = " + b"{a=" * 5000 + b"1" + b"}" * 5000,
    "long number": b"a = " + b"9" * 4301,
    "impossible date": b"a = 2026-02-30",
    "leap second": b"a = 2016-12-31T23:59:60Z",
}


@pytest.mark.parametrize("data", NOT_TOML.values(), ids=NOT_TOML.keys())
def test_what_is_not_our_toml_is_refused_with_one_fault(data: bytes) -> None:
    assert len(faults(data)) == 1


def test_the_place_in_the_text_is_named() -> None:
    assert list(faults(b'a = 1\nb = "\xff"')) == ["byte 12"]
    assert list(faults("a = 1\nb = = 2")) == ["line 2, column 5"]
    assert list(faults('a = "')) == ["end of the file"]


def test_a_byte_order_mark_is_no_fault() -> None:
    assert formats.parse_document(codecs.BOM_UTF8 + b"format = 1\n", "x.toml") == {"format": 1}
    with pytest.raises(BadFileError):
        formats.parse_document(b"format = 1\n" + codecs.BOM_UTF8 + b"id = 2\n", "x.toml")


def test_windows_line_ends_are_fine() -> None:
    assert parse(GOOD.replace("\n", "\r\n")) == parse(GOOD)


def test_a_file_of_more_keys_and_tables_than_ours_have_is_refused() -> None:
    with pytest.raises(BadFileError, match="more keys and tables"):
        formats.parse_document(b"[a]\n" + b"x.y=1\n" * formats.MAX_PARTS, "file")


@pytest.mark.parametrize("quote", ["'", '"', "'''", '"""'])
def test_what_stands_in_a_text_or_remark_does_not_count_as_keys(quote: str) -> None:
    signs = "=.[{" * formats.MAX_PARTS
    inner = (
        f"{signs} \"' '' {signs}"
        if quote == '"""'
        else f'{signs}" "" {signs}'
        if "'" in quote
        else rf"{signs}\"{signs}"
    )
    document = f"a = {quote}{inner}{quote} # {signs}'\nb = [1, {quote}{quote}] # \"\n"
    assert formats.parse_document(document.encode(), "file") == {"a": inner.replace("\\", ""), "b": [1, ""]}


@example(["''''", "=", "'''"])  # Python 3.11.2 gets this wrong with possessive quantifiers
@given(st.lists(st.sampled_from(["'", '"', "'''", '"""', "\\", "\n", "#", "=", "a", ".", " "]), max_size=30))
def test_signs_are_not_counted_in_any_text_that_toml_takes(parts: list[str]) -> None:
    text = "a = " + "".join(parts)
    try:
        (found,) = tomllib.loads(text).values()
    except (tomllib.TOMLDecodeError, ValueError):
        return
    assert formats.count_parts(text.encode()) == 1 or not isinstance(found, str)


@pytest.mark.parametrize(
    "part", ['"', "'", '"""\\', '\\"', '"a', ", a", '"\n', "a . ", "a.b = ", "\t", '"a\\"', "[[", "#"]
)
@pytest.mark.parametrize("start", ["", 'a = """', "a = '''", 'a = "', "a." * 900 + '"'])
def test_a_hostile_megabyte_is_measured_in_linear_time(start: str, part: str) -> None:
    data = (start + part * (formats.MAX_BYTES // len(part))).encode()
    begin = process_time()
    formats.count_parts(data)
    formats._LONG_KEY.search(data)
    assert process_time() - begin < 3  # linear: a quarter of a second; quadratic: minutes


def test_no_pattern_uses_what_python_3_11_2_matches_wrongly() -> None:
    """Possessive quantifiers and atomic groups."""
    package = Path(formats.__file__).parents[1]
    newer = re.compile(r"(?<!\\)[*+?}]\+|\(\?>")
    for path in package.rglob("*.py"):
        for token in tokenize.generate_tokens(StringIO(path.read_text("utf-8")).readline):
            if token.type == tokenize.STRING:
                assert not newer.search(token.string), f"{path.name}:{token.start[0]}"


def test_a_key_of_ten_thousand_parts_never_reaches_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """tomli takes quadratic time for it: an hour for a file of 1 MB."""

    def loads(_text: str) -> None:
        pytest.fail("tomli was given the text")

    monkeypatch.setattr(tomli, "loads", loads)
    for part in ("a", '"a b"', "'a'"):
        with pytest.raises(BadFileError):
            formats.parse_document((" . ".join([part] * 10_000) + " = 1").encode(), "x.toml")


@given(st.lists(st.sampled_from([*"'\"\\\na=.[]{},1-: ", '"""'])))
def test_the_parser_reads_what_that_of_python_reads(parts: list[str]) -> None:
    text = "".join(parts)
    try:
        expected = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        with pytest.raises(tomli.TOMLDecodeError):
            tomli.loads(text)
        return
    assert tomli.loads(text) == expected


# What is TOML of another shape

WRONG = [
    ("count = true", "count", "must be a whole number"),
    ("count = 3.0", "count", "must be a whole number"),
    ('count = "3"', "count", "must be a whole number"),
    ("count = 2026-11-23", "count", "must be a whole number"),
    ("count = 0", "count", "must be at least 1"),
    ("count = 10", "count", "must be at most 9"),
    ("ratio = true", "ratio", "must be a number"),
    ('ratio = "0.5"', "ratio", "must be a number"),
    ("sure = 1", "sure", "must be true or false"),
    ('kind = "c"', "kind", "must be one of: a, b"),
    ("slug = 3", "slug", "must be a text between quotes"),
    ('slug = "Not One"', "slug", "must consist of lower-case letters, digits and hyphens, as parenting-support"),
    ("rows = 3", "rows", "must be a list"),
    ("rows = [3]", "rows[1]", "must be a table"),
    ('rows = [{ name = "a" }, { name = "" }]', "rows[2].name", "must not be empty"),
    ("rows = [{}]", "rows[1].name", "is missing"),
    ('rows = [{ name = "a", nam = "b" }]', "rows[1].nam", "unknown key"),
    ("scores = 3", "scores", "must be a table"),
    ("scores.a = true", "scores.a", 'must be a whole number or "n/a"'),
    ("scores.a = 3.0", "scores.a", 'must be a whole number or "n/a"'),
    ('scores.a = "NA"', "scores.a", 'must be a whole number or "n/a"'),
    ("format = 2", "format", "it has format 2, made by a newer reflect-tui than this one"),
    ("format = 0", "format", "must be one of: 1"),
    ("format = true", "format", "must be one of: 1"),
    ('format = "1"', "format", "must be one of: 1"),
    ("more = 1", "more", "unknown key"),
]


@pytest.mark.parametrize(("line", "place", "problem"), WRONG, ids=[line for line, *_ in WRONG])
def test_a_wrong_value_is_named_with_its_place(line: str, place: str, problem: str) -> None:
    key = line.split(" ", maxsplit=1)[0]
    kept = "".join(other + "\n" for other in GOOD.splitlines() if other.split(" ")[0] != key)
    assert faults(f"{kept}{line}\n") == {place: problem}


def test_a_whole_number_is_needed_for_the_format_as_well() -> None:
    assert list(faults(GOOD.replace("format = 1", "format = 1.0"))) == ["format"]


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-23T14:05:00",
        "2026-11-23",
        "14:05:00",
        '"2026-11-23T14:05:00+01:00"',
        '"\\u0000+"',
        "1795439100",
        "true",
        "[]",
    ],
)
def test_a_moment_must_be_a_date_and_time_with_a_zone(value: str) -> None:
    text = f"format = 1\ncount = 3\nwhen = {value}\n"
    assert faults(text) == {"when": "must be a date and time with a time zone, as 2026-11-23T14:05:00+01:00"}


def test_a_text_too_long_is_named() -> None:
    found = faults(GOOD + 'rows = [{ name = "abcdef" }]')
    assert list(found) == ["rows[1].name"]


def test_a_wrong_key_of_a_table_is_named_itself() -> None:
    found = faults(GOOD + '[scores]\nfine = 1\n"Not One" = 2\n')
    assert list(found) == ["scores.Not One"]


def test_a_line_end_behind_an_id_makes_it_another_text() -> None:
    assert list(faults(GOOD + 'slug = "x\\n"')) == ["slug"]
    assert len(faults(GOOD + '[scores]\n"x\\n" = 1')) == 1


@pytest.mark.parametrize("key", ["format", "count", "ratio", "sure", "kind", "slug", "rows", "scores", "more"])
def test_a_number_too_long_to_print_is_refused_with_a_sentence(key: str) -> None:
    kept = "".join(line + "\n" for line in GOOD.splitlines() if not line.startswith(key))
    with pytest.raises(BadFileError) as caught:
        parse(f"{kept}{key} = {HUGE}\n")
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("key", ["format", "count", "slug", "rows", "scores", "more"])
def test_a_value_nested_deep_by_dots_is_refused(key: str) -> None:
    kept = "".join(line + "\n" for line in GOOD.splitlines() if not line.startswith(key))
    with pytest.raises(BadFileError):
        parse(f"{kept}{key}{'.a' * 1500} = 1\n")


def test_all_faults_of_a_file_are_listed_at_once_and_each_once() -> None:
    assert faults('sure = 3\nmore = 1\nless = 2\nrows = [{}, { name = "" }, { name = 4, nam = 1 }]') == {
        "format": "is missing",
        "count": "is missing",
        "when": "is missing",
        "more": "unknown key",
        "less": "unknown key",
        "sure": "must be true or false",
        "rows[1].name": "is missing",
        "rows[2].name": "must not be empty",
        "rows[3].name": "must be a text between quotes",
        "rows[3].nam": "unknown key",
    }


def test_faults_stand_in_the_order_of_the_list_that_has_them() -> None:
    rows = ", ".join(["{ name = 1 }"] * 12)
    assert list(faults(f"{GOOD}rows = [{rows}]")) == [f"rows[{n}].name" for n in range(1, 13)]


def test_further_checks_join_the_faults_of_shape() -> None:
    with pytest.raises(BadFileError) as caught:
        formats.parse(b"format = 1\ncount = 3", Shape, "x.toml", lambda _document: iter([Fault("count", "is odd")]))
    assert [fault.place for fault in caught.value.faults] == ["when", "count"]
    with pytest.raises(BadFileError) as caught:
        formats.parse(GOOD.encode(), Shape, "x.toml", lambda _document: iter([Fault("count", "is odd")]))
    assert caught.value.faults == (Fault("count", "is odd"),)


def test_a_place_counts_from_one_as_people_do() -> None:
    assert key_path(["domain", 1, "item", 2, "text"]) == "domain[2].item[3].text"
    assert key_path([]) == ""
    assert key_path(["a\x1b\nb"]) == "a␛ b"


@quick
@given(st.binary(max_size=200) | st.text(alphabet='ab.="[]{}#\n\r\t\\ 019-', max_size=80).map(str.encode))
@example(b"a.b.c = [{a = 1}]")
def test_any_bytes_are_a_document_or_a_fault(data: bytes) -> None:
    found: object = None
    with suppress(BadFileError):
        found = formats.parse_document(data, "x.toml")
    assert found is None or isinstance(found, dict)


SESSION = session.dumps(examples.session({"calm": 3, "kind": "n/a"}, notes={"calm": "well\nthen"}))


@quick
@given(st.integers(0, len(SESSION) - 1), st.integers(0, 40), st.binary(max_size=4))
def test_a_damaged_session_is_read_or_refused(start: int, length: int, put: bytes) -> None:
    data = SESSION[:start] + put + SESSION[start + length :]
    found: object = None
    with suppress(BadFileError):
        found = session.parse(data, "x.toml")
    assert found is None or isinstance(found, session.Session)
