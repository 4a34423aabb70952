"""What is written of a document: the file of a translation, and its items as the forms of other programs show them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.i18n import _
from reflect_tui.interchange.document import Document
from reflect_tui.model import instrument, translation
from reflect_tui.toml import formats


def _ids(content: Document) -> list[tuple[str, list[str]]]:
    return [(domain["id"], [item["id"] for item in domain["item"]]) for domain in content["domain"]]


def translation_document(content: Document, other: Document, path: Path) -> Document:
    """Return the translation file of an instrument of which `other` is the same in another language.

    Raises:
        BadFileError: it is not the same, or lacks a text.
    """
    pairs = [
        pair
        for domain, translated in zip(content["domain"], other["domain"], strict=False)
        for pair in zip(domain["item"], translated["item"], strict=False)
    ]
    domains = list(zip(content["domain"], other["domain"], strict=False))
    first = {(domain["id"], stem_of(item)): item["id"] for domain in content["domain"] for item in domain["item"][::-1]}
    owners = {
        first[domain["id"], stem_of(item)] for domain in content["domain"] for item in domain["item"] if stem_of(item)
    }
    if _ids(content) != _ids(other):
        raise BadFileError(path, (Fault("", _("has other statements in another language")),))
    document = {
        "format": 1,
        "instrument": content["id"],
        "version": content["version"],
        "language": other["language"],
        "title": other["title"],
        "instructions": other.get("instructions", ""),
        "points": _labels(other["scale"]),
        "scales": {name: _labels(words) for name, words in other.get("scales", {}).items()},
        "domains": {domain["id"]: translated["title"] for domain, translated in domains},
        "stems": {item["id"]: stem_of(translated) for item, translated in pairs if item["id"] in owners},
        "items": {item["id"]: translated["text"] for item, translated in pairs},
        "help": {item["id"]: translated["help"] for item, translated in pairs if translated.get("help")},
    }
    document = {key: value for key, value in document.items() if value}
    translation.parse(formats.dumps(document), path, instrument.parse(formats.dumps(content), path))
    return document


def _labels(words: Document) -> Document:
    return {str(point["value"]): point["label"] for point in words["points"]}


def points_of(document: Document, domain: Document, item: Document) -> list[Document]:
    """Return the scores of an item with their words: those that it or its domain names, else those of the scale."""
    name = item.get("scale") or domain.get("scale")
    return list((document["scales"][name] if name else document["scale"])["points"])


def runs(document: Document) -> Iterator[tuple[Document, str, list[Document]]]:
    """Go through a document as a form shows it: each domain, and runs of its items below one stem ("" for none)."""
    for domain in document["domain"]:
        items = domain["item"]
        starts = [0, *(n + 1 for n, (one, next_one) in enumerate(pairwise(items)) if stem_of(one) != stem_of(next_one))]
        for start, end in pairwise([*starts, len(items)]):
            yield domain, stem_of(items[start]), items[start:end]


def stem_of(item: Document) -> str:
    """Return the half sentence above an item, "" for none."""
    return str(item.get("stem", ""))


def text_of(item: Document, document: Document) -> str:
    """Return the words of an item as a form without `under` shows them: whole, where it continues another."""
    if not item.get("under"):
        return str(item["text"])
    before = next(other for domain in document["domain"] for other in domain["item"] if other["id"] == item["under"])
    lead = text_of(before, document) if before.get("under") else f"{stem_of(before)} {before['text']}".strip()
    return f"{lead.rstrip('.')}; {item['text']}"
