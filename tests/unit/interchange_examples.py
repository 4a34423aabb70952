"""Instruments of every kind, and files of other programs, for the tests of the formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from reflect_tui.errors import BadFileError
from reflect_tui.interchange import kinds, workbook
from reflect_tui.interchange.document import Document, Imported
from reflect_tui.interchange.questions import ABSENT
from tests.unit.examples import DATA

SAMPLES = DATA / "interchange"
LABELS = ("never", "seldom", "often", "always")

_TEXTS = st.text(st.characters(blacklist_categories=("C", "Zl", "Zp")), min_size=1, max_size=30).map(
    lambda text: " ".join(text.split()) or "x"
)
_IDS = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)


@st.composite
def documents(draw: st.DrawFn, *, everything: bool = True) -> Document:
    """Make an instrument; with `everything` also of what only a spreadsheet holds."""
    lowest = draw(st.integers(0, 1))
    words = _TEXTS.filter(lambda text: text.strip().rstrip(".").lower() not in ABSENT)
    labels = draw(st.lists(words, min_size=2, max_size=8, unique=True))
    names = draw(st.lists(_IDS, min_size=1, max_size=8, unique=True))
    parts = draw(st.lists(st.lists(st.just(None), min_size=1, max_size=3), min_size=1, max_size=len(names)))
    left = iter(names)
    domains = []
    for number, part in enumerate(parts):
        items = [_item(draw, name, labels, everything=everything) for name, _one in zip(left, part, strict=False)]
        if items:
            domain: Document = {"id": f"domain-{number}", "title": draw(_TEXTS)}
            if draw(st.booleans()):
                domain["short"] = draw(_TEXTS)
            if everything and draw(st.booleans()):
                more = {"optional": True, "band": [{"from": lowest, "label": "low", "advice": "Rest"}]}
                domain |= {key: more[key] for key in draw(st.sets(st.sampled_from(sorted(more))))}
            domains.append(domain | {"item": items})
    scale: dict[str, Any] = {"high_above": lowest + (len(labels) - 1) / 2}
    if everything and draw(st.booleans()):
        scale |= {"min_coverage": draw(st.sampled_from((0.25, 0.75, 1))), "better": "lower"}
    head: Document = {
        "format": 1,
        "id": draw(_IDS),
        "version": draw(st.sampled_from(("1", "1.2", "2.10.3"))),
        "language": draw(st.sampled_from(("nl", "en", "fy"))),
        "title": draw(_TEXTS),
    }
    if everything and draw(st.booleans()):
        head |= {
            "short": draw(_TEXTS),
            "change": [{"kind": "added", "since": "1", "item": domains[0]["item"][0]["id"]}],
        }
    if draw(st.booleans()):
        head["instructions"] = draw(_TEXTS)
    return head | {
        "source": {key: draw(_TEXTS) for key in ("publisher", "document", "rights")},
        "scale": {"points": [{"value": n, "label": text} for n, text in enumerate(labels, lowest)], **scale},
        "domain": domains,
    }


def _item(draw: st.DrawFn, name: str, labels: list[str], *, everything: bool) -> Document:
    item: Document = {"id": name, "text": draw(_TEXTS)}
    if draw(st.booleans()):
        item["stem"] = draw(st.sampled_from(("I can:", "I know", "Ik:")))
    if draw(st.booleans()):
        item["reversed"] = True
    if draw(st.booleans()):
        item["help"] = draw(_TEXTS)
    if everything and draw(st.booleans()):
        item["levels"] = [draw(_TEXTS) for _label in labels]
    if everything and draw(st.booleans()):
        item["focus"] = draw(st.sampled_from(("attitude", "knowledge", "skill")))
    if everything and draw(st.booleans()):
        item["other"] = "{name} " + draw(_TEXTS)
    return item


def xlsform(survey: list[list[str]], choices: list[list[str]] | None = None, **settings: str) -> bytes:
    """Write an XLSForm; its answers are those of LABELS under 1 to 4, list "often", unless said otherwise."""
    usual = [["list_name", "name", "label"], *(["often", str(n), label] for n, label in enumerate(LABELS, start=1))]
    known = {"form_title": "How I work", "form_id": "how-i-work", "version": "1", "default_language": "English (en)"}
    known |= settings
    return workbook.xlsx_bytes(
        {"survey": survey, "choices": choices or usual, "settings": [list(known), list(known.values())]}
    )


def taken(data: bytes, name: str = "form.xlsx", *, leave_out: bool = False) -> Imported:
    """Import a file that names no others."""
    return kinds.imported(data, Path(name), kinds.no_file, leave_out=leave_out)


def statements(imported: Imported) -> list[str]:
    """List the ids of all statements."""
    return [item["id"] for domain in imported.document["domain"] for item in domain["item"]]


def refused(data: bytes, name: str = "form.xlsx") -> list[str]:
    """Return why a file is not read."""
    with pytest.raises(BadFileError) as caught:
        taken(data, name)
    return [str(fault) for fault in caught.value.faults]
