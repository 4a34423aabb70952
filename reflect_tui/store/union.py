"""Two states of one journal joined: whatever either has stays, in whatever order devices meet.

A state is a tree: the blob id of every path. A document has one value (None when it is gone), or several, when devices
changed it without knowing of each other: then one stands in its place, and each other in a file of its own below
`versions/`, which names the document. Choosing removes these files, and travels like any other change.

Nothing here knows a disk, and joining is symmetric: which value stands in the document's place follows from the
contents alone. Joining twice, or by another way, gives the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, structs

from reflect_tui.errors import NotFoundError
from reflect_tui.model import tombstones
from reflect_tui.model.round import MAX_FORMS, MAX_INVITED, Invited, Round, State
from reflect_tui.store.base import KINDS, SESSIONS, session_path

Tree = Mapping[str, str]
Values = frozenset[str | None]
"""The blob ids that a document has; None says that it is gone."""
Join = Callable[[str, Values, Values], Values]
"""Tells which values a document has, by its path, of those that it has on the one side and on the other."""
FOLDER = "versions"
DELETED = b"deleted = true\n"
"""What the file of a version holds that says: one device deleted this document."""
_GONE = "deleted"
_VERSION = re.compile(rf"{FOLDER}/([a-z]+)-([A-Za-z0-9-]{{1,101}})-([0-9a-f]{{12}}|{_GONE})\.toml(?!\n)")


class Version(Struct, frozen=True):
    """The file of another version of a document: where it stands, and the path of the document."""

    path: str
    document: str

    @property
    def is_deletion(self) -> bool:
        """Whether it says that a device deleted the document."""
        return self.path.endswith(f"-{_GONE}.toml")


def version(path: str) -> Version | None:
    """Return what the path of a version's file says; None for any other path."""
    match = _VERSION.fullmatch(path)
    if not match or match[1] not in KINDS:
        return None
    try:
        document = session_path(match[2]) if match[1] == SESSIONS.folder else KINDS[match[1]].path(match[2])
    except NotFoundError:  # no document can have that id
        return None
    return Version(path, document)


def document_of(path: str) -> str:
    """Return the path of the document that the file of a version belongs to; any other path as it is."""
    known = version(path)
    return known.document if known else path


def versions(paths: Iterable[str]) -> dict[str, tuple[Version, ...]]:
    """Return the other versions of every document that has any, by the document's path."""
    within = sorted(path for path in paths if path.startswith(f"{FOLDER}/"))
    found: dict[str, tuple[Version, ...]] = {}
    for one in filter(None, map(version, within)):
        found[one.document] = (*found.get(one.document, ()), one)
    return found


def version_path(document: str, blob: str | None) -> str:
    """Return where a value of a document stands beside it."""
    stem = document.rpartition("/")[2].removesuffix(".toml")
    return f"{FOLDER}/{document.partition('/')[0]}-{stem}-{blob[:12] if blob else _GONE}.toml"


def version_mark(blob: str | None) -> str:
    """Name a version by the beginning of its blob id, so that it stays the same when others come."""
    return blob[:8] if blob else _GONE


def values(trees: Iterable[Tree]) -> Callable[[str], Values]:
    """Return a function that gives the values of a document, by its path, in all of these trees together."""
    known = [(tree, versions(tree)) for tree in trees]

    def look(document: str) -> Values:
        return frozenset(
            blob
            for tree, beside in known
            for blob in (
                tree.get(document),
                *(None if one.is_deletion else tree[one.path] for one in beside.get(document, ())),
            )
        )

    return look


def lacking(tree: Tree, others: Sequence[Tree]) -> frozenset[str]:
    """List the documents of a journal that no other tree has just as this one does, those that are gone here too.

    Of several versions of one each may be in another tree: then nothing of it is lacking.
    """
    # of ten thousand sessions a few differ: only these are looked at
    paths = {path for other in others for path, _blob in tree.items() ^ other.items()} if others else tree
    changed = map(document_of, paths)
    documents = frozenset(one for one in changed if one.partition("/")[0] in KINDS or one == tombstones.FILE)
    if not others:
        return documents
    of_tree, of_all, of_each = values([tree]), values(others), [values([other]) for other in others]
    return frozenset(
        document
        for document in documents
        if (here := of_tree(document)) not in [look(document) for look in of_each]
        and not (len(here) > 1 and here <= of_all(document))
    )


def unite(
    ours: Tree,
    theirs: Tree,
    joined: Join,
    *,
    deletion: str,
    erased: Container[str] = (),
    copy_path: Callable[[str, str], str],
    decide: Callable[[str, Values], Values] = lambda _document, values: values,
) -> dict[str, str]:
    """Join two trees.

    Args:
        ours: the one side.
        theirs: the other; exchanging both changes nothing.
        joined: tells the values of a document that both sides don't have alike; see standing.standing().
        deletion: the blob id of DELETED.
        erased: the paths of documents that were erased: none comes back.
        copy_path: the path for the copy of an instrument, of this path and blob, when the path has another content.
        decide: chooses among several values of a document, by its path, where a rule does: those that count, or a new
            one that holds what they all say.
    """
    ours_of, theirs_of = values([ours]), values([theirs])
    united: dict[str, str] = {}
    for path in sorted({*ours, *theirs}):
        document = document_of(path)
        if document.partition("/")[0] not in KINDS:
            united |= dict(_other_file(path, ours.get(path), theirs.get(path), copy_path))
        elif document not in erased:
            mine, other = ours_of(document), theirs_of(document)
            found = mine if mine == other else joined(document, mine, other)
            united |= dict(_places(document, decide(document, found) if len(found) > 1 else found, deletion))
    return united


def _places(document: str, found: Values, deletion: str) -> Iterator[tuple[str, str]]:
    """Yield where each value of a document stands; nothing for one that is gone."""
    present = sorted(filter(None, found))
    if not present:
        return
    yield document, present.pop()
    yield from ((version_path(document, blob), blob) for blob in present)
    if None in found:
        yield version_path(document, None), deletion


def _other_file(
    path: str, ours: str | None, theirs: str | None, copy_path: Callable[[str, str], str]
) -> Iterator[tuple[str, str]]:
    """Yield where a file stands that is no document: it explains documents, and is only ever added."""
    first, second = sorted((ours or "", theirs or ""), reverse=True)
    yield path, first
    if second and first != second and path.startswith("instruments/"):
        yield copy_path(path, second), second


_BY_WEIGHT: Sequence[State] = ("open", "withdrawn", "closed")
"""Of two states the later counts: what a closed round told was told; a withdrawn one takes in nothing more."""


def united(versions: Sequence[Round]) -> Round | None:
    """Join versions of one round, of which each has people that were asked or answered where others lack them.

    One that any device ended has ended. A confidential round that was closed is taken whole instead, with the figures
    of its own answers, see joining.closed_versions().

    Returns:
        The same in whatever order they are given; None when they differ in anything else, so that a person must choose.
    """
    first, *others = versions
    state = max((version.state for version in versions), key=_BY_WEIGHT.index)
    same = {"state": first.state, "invited": first.invited, "promised": first.promised}
    alike = all(structs.replace(each, **same) == first for each in others)
    if not alike or (state == "closed" and first.is_confidential):
        return None
    people = _people(versions)
    joined = tuple(filter(None, map(_one_person, people)))
    return structs.replace(first, state=state, invited=joined) if len(joined) == len(people) <= MAX_INVITED else None


def _people(versions: Sequence[Round]) -> list[list[Invited]]:
    """List what versions know of each person, in the order of the round.

    One person is who has a token in common, and who was asked in one role by one name on two devices. A person whose
    invitation was withdrawn, and two of one name in one version, are told apart by their tokens alone.
    """
    same: list[list[tuple[int, Invited]]] = []  # with the number of the version
    for number, version in enumerate(versions):
        for person in version.invited:
            bearing = [group for group in same if any(other.bears(person.tokens) for _number, other in group)]
            same = [group for group in same if group not in bearing]
            same.append([*(one for group in bearing for one in group), (number, person)])
    by_name: dict[tuple[str, str], list[list[tuple[int, Invited]]]] = {}
    for group in same:
        known = group[0][1]
        gone = any(one.withdrawn for _number, one in group) and not any(one.answered for _number, one in group)
        name = known.name if known.name[1] and not gone else ("", known.token)
        by_name.setdefault(name, []).append(group)
    found: list[list[Invited]] = []
    for groups in by_name.values():
        within = [number for group in groups for number in {number for number, _person in group}]
        is_one = len({*within}) == len(within)  # no version has two of them
        parts = [[one for group in groups for one in group]] if is_one else groups
        found += [[person for _number, person in part] for part in parts]
    places = [{person.token: place for place, person in enumerate(version.invited)} for version in versions]

    def order(group: Sequence[Invited]) -> tuple[int, str]:
        place = max(place[person.token] for place in places for person in group if person.token in place)
        return place, min(person.tokens[0] for person in group)

    return sorted(found, key=order)


def _one_person(same: Sequence[Invited]) -> Invited | None:
    """Join what is known of one person, of two answers in a named round the earlier; None when that can't be."""
    tokens = _in_order([person.tokens for person in same])
    if len({person.name for person in same}) > 1 or len(tokens) > MAX_FORMS:
        return None
    return structs.replace(
        same[0],
        label=min(person.label for person in same),
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
