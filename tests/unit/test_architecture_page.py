"""What the pages for contributors name exists: a stranger finds the way by them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PAGE = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
PACKAGE = CHECKOUT / "reflect_tui"


def test_every_file_and_folder_it_names_exists() -> None:
    named = set(re.findall(r"(?<![\w/])(?:[a-z_]{2,}/)+(?:[A-Za-z_]+\.[a-z]+)?", PAGE)) - {"reflect_tui/"}
    assert len(named) > 40
    assert {name for name in named if not (PACKAGE / name).exists()} == set()


def test_every_room_is_described() -> None:
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert {room for room in rooms if f"| `{room}/` |" not in PAGE} == set()


def test_every_function_it_names_is_in_the_file_named_before_it() -> None:
    named = re.findall(r"((?:[a-z_]+/)+[a-z_]+\.py)`?, +`?(?:([A-Z]\w+)\.)?([a-z_]+)\(\)", PAGE)
    assert len(named) > 16
    for file, class_name, function in named:
        source = (PACKAGE / file).read_text(encoding="utf-8")
        assert f"def {function}(" in source
        assert not class_name or re.search(rf"^class {class_name}\b", source, re.MULTILINE)


@pytest.mark.parametrize(
    "name",
    [str(path.relative_to(CHECKOUT)) for folder in ("", "docs") for path in sorted((CHECKOUT / folder).glob("*.md"))],
)
def test_every_target_path_and_link_of_a_page_exists(name: str) -> None:
    page = (CHECKOUT / name).read_text(encoding="utf-8")
    made = re.findall(r"^([a-z -]+):", (CHECKOUT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    targets = {target for line in made for target in line.split()}
    code = re.findall(r"`([^`\n]+)`", page) + re.findall(r"^make .+", page, re.MULTILINE)
    calls = re.findall(r"^make((?: [a-z-]+)+)", "\n".join(code), re.MULTILINE)
    named = {target for call in calls for target in call.split()}
    paths = re.findall(r"(?<![\w/.-])(?:tests|docs|instruments|reflect_tui|\.ci)/[\w./-]*\w", "\n".join(code))
    links = re.findall(r"\]\((?!\w+:)([^)\s#]+)", page)
    assert targets >= named
    assert [path for path in paths if not (CHECKOUT / path).exists()] == []
    assert [link for link in links if not (CHECKOUT / name).parent.joinpath(link).exists()] == []
