"""What others wrote, by domain, without who wrote it: in an order that tells nothing of the order of the answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from msgspec import Struct

from reflect_tui.analysis.raters import RaterGroup
from reflect_tui.instrument import Instrument


class Comment(Struct, frozen=True):
    """Something that was written: to an item of a domain, or about it all (domain "")."""

    domain: str
    text: str


def comments(instrument: Instrument, groups: Iterable[RaterGroup]) -> tuple[Comment, ...]:
    """Give what was written, by domain and after that what is about it all, without who wrote it or to which item.

    They are ordered by a digest of their own text: the same every time, whoever wrote them and in whatever order.
    """
    found = [Comment("", one.remark.strip()) for group in groups for one in group.sessions]
    for group in groups:
        for one in group.sessions:
            notes = ((instrument.domain_of.get(item), note.strip()) for item, note in one.notes.items())
            found += [Comment(domain.id, note) for domain, note in notes if domain]
    places = {domain.id: place for place, domain in enumerate(instrument.domains)}

    def order(comment: Comment) -> tuple[int, str]:
        digest = hashlib.sha256(f"{comment.domain}\n{comment.text}".encode("utf-8", "replace")).hexdigest()
        return places.get(comment.domain, len(places)), digest

    return tuple(sorted((comment for comment in found if comment.text), key=order))
