"""The questions of other programs: which answers count, and as what; and our statements as their forms show them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from reflect_tui.toml import formats

Document = formats.Document
_LARGEST = 10**9  # a number beyond is no score
ABSENT = (
    "n/a", "n.a", "not applicable", "cannot judge", "can't judge", "don't know", "i don't know",
    "don't know/refused", "refused", "prefer not to answer", "prefer not to say",
    "n.v.t", "nvt", "niet van toepassing", "niet te beoordelen", "weet niet", "weet ik niet",
)  # fmt: skip


class Answer(Struct, frozen=True):
    """One answer that may be chosen: the words, the score, None where none is given, and its code in a data set."""

    label: str
    score: int | float | None = None
    code: str = ""


def main_answers(candidates: Sequence[Sequence[Answer]], first: Sequence[Answer]) -> Sequence[Answer]:
    """Return the first of the candidates that has the words of `first`, and scores for them; else `first`."""
    return next((each for each in candidates if _labels(each) == _labels(first) and scores_of(each)), first)


def _labels(answers: Sequence[Answer]) -> list[str]:
    return sorted(answer.label for answer in answers)


def without_absent(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Return the answers without "not applicable", which every instrument has by itself; all where few are left.

    One with a score that no other answer has, between those of others, is a point of the scale all the same.
    """
    scores: Sequence[float | None] = scores_of(answers) or [answer.score for answer in answers]
    absent = [answer.label.strip().rstrip(".").lower() in ABSENT for answer in answers]
    others = {score for score, is_absent in zip(scores, absent, strict=True) if not is_absent and score is not None}
    kept = tuple(
        answer
        for answer, score, is_absent in zip(answers, scores, absent, strict=True)
        if not is_absent or (score is not None and others and min(others) < score < max(others) and score not in others)
    )
    return kept if len(kept) > 1 else tuple(answers)


def scores_of(answers: Sequence[Answer]) -> list[int]:
    """Return what each answer counts as it is given: its code where the codes are the scores, else its score, or []."""
    numbers = [answer.score for answer in answers]
    scores = [number for number in numbers if isinstance(number, int) and abs(number) < _LARGEST]
    codes = [int(answer.code) for answer in answers if re.fullmatch(r"[0-9]{1,9}", answer.code)]
    is_coded = len(set(codes)) == len(answers)
    if len(scores) == len(answers):
        return codes if is_coded and sorted(codes) == sorted(scores) else scores
    return codes if is_coded and all(number is None for number in numbers) else []


def as_score(value: object) -> int | float | None:
    """Return a number as a score, 2 for 2.0; None for what is no number."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def in_order(answers: Sequence[Answer], scores: Sequence[int]) -> list[tuple[int, str]]:
    """Return the scores, 1 and so on where there are none, each with its words, from low to high."""
    labels = [answer.label for answer in answers]
    return sorted(zip(scores or range(1, len(answers) + 1), labels, strict=True))


def turned(answers: Sequence[Answer], scale: Sequence[tuple[int, str]]) -> Document | None:
    """Return {"reversed": True} for a question whose answers count the other way round, None for one of other answers.

    Either its scores run against its codes, or against the words of the scale. One without scores goes by its words.
    """
    scores = scores_of(answers)
    if not scores:
        return {} if _labels(answers) == sorted(label for _value, label in scale) else None
    points = in_order(answers, scores)
    values = [value for value, _label in scale]
    if points == scale:
        by_code = [score for _code, score in sorted(zip(scores, (a.score for a in answers), strict=False))]
        return {"reversed": True} if by_code == values[::-1] else {}
    mirrored = [(value, label) for value, (_value, label) in zip(values, reversed(scale), strict=True)]
    return {"reversed": True} if points == mirrored else None


# The statements of an instrument as the forms of other programs show them.


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
