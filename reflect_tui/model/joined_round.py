"""One open round that several devices went on with, each without the others: what any of them did to it, joined.

Who was asked, was given a new form, has answered or was withdrawn is only ever more, so nobody has to choose. Versions
may come in any order, and joining the result again with any of them changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from reflect_tui.model.round import MAX_FORMS, MAX_INVITED, Invited, Round


def united(versions: Sequence[Round]) -> Round | None:
    """Join versions of one open round, of which each has people that were asked or answered where others lack them.

    Returns:
        The same in whatever order they are given; None when they differ in anything else, so that a person must choose.
    """
    first, *others = versions
    alike = (structs.replace(each, invited=first.invited, promised=first.promised) == first for each in others)
    if first.state != "open" or not all(alike):
        return None
    people = [{person.tokens[0]: person for person in version.invited} for version in versions]
    order = _in_order([list(each) for each in people])
    joined = [_one_person([each[token] for each in people if token in each]) for token in order]
    invited = tuple(person for person in joined if person)
    return structs.replace(first, invited=invited) if len(invited) == len(joined) <= MAX_INVITED else None


def _one_person(same: Sequence[Invited]) -> Invited | None:
    """Join what is known of one person, of two answers in a named round the earlier; None when that can't be."""
    tokens = _in_order([person.tokens for person in same])
    if len({(person.role, person.label) for person in same}) > 1 or len(tokens) > MAX_FORMS:
        return None
    return structs.replace(
        same[0],
        token=tokens[-1],
        earlier=tuple(tokens[:-1]),
        answered=any(person.answered for person in same),
        withdrawn=any(person.withdrawn for person in same),
        session=min(filter(None, (person.session for person in same)), default=""),
    )


def _in_order(sequences: Sequence[Sequence[str]]) -> list[str]:
    """Return all that stands in sequences, each once, after what it stands after in any of them."""
    place: dict[str, int] = {}
    for sequence in sequences:
        for number, part in enumerate(sequence):
            place[part] = max(number, place.get(part, 0))
    return sorted(place, key=lambda part: (place[part], part))
