"""Which versions of a document stand, told from the histories of several devices.

A version stands until somebody who had it replaces it: amends it, keeps another, or deletes it. So of what two devices
did to a document without knowing of each other, both results stand; the same result stands once. As this follows from
the acts and from what each of them knew, devices may meet in any order.

A history that was made anew, since something was erased, has other commits for the same acts: an act is known by its
moment, its subject and what it changed. One that is only retold (files were taken over without their history) gives way
to the act itself, wherever that is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from reflect_tui.git.history import Step
from reflect_tui.store import union
from reflect_tui.store.union import Join, Tree, Values

_Steps = Sequence[tuple[Step, Mapping[str, Mapping[str, str | None]]]]
"""Commits, each with what it changed of each document."""


class _Act(Struct):
    """What somebody did to a document: its values after that, those that were replaced, and the acts known then.

    `known` has a bit for each act, by its place.
    """

    asserted: Values
    replaced: Values
    known: int
    when: int
    retold: bool


def standing(
    steps: Sequence[Step],
    ours: str | None,
    theirs: str,
    *,
    retold: Callable[[Step], bool],
    edited: Mapping[str, str] = {},
) -> Join:
    """Return what tells the values of a document that stand when two histories are joined.

    Args:
        steps: the commits of both, parents first.
        ours: the newest commit of the one, None when there is none.
        theirs: that of the other.
        retold: whether a commit takes over what was done elsewhere, without its history.
        edited: the blob ids of versions of which something was erased, each with the id that it has without that.
    """
    grouped = tuple((step, _by_document(step.changes)) for step in steps)
    here = _touched(grouped, ours) if ours else {}
    there = _touched(grouped, theirs)

    def join(document: str, mine: Values, other: Values) -> Values:
        acts_here, acts_there = here.get(document, frozenset()), there.get(document, frozenset())
        if acts_here <= acts_there:
            return other
        if acts_there <= acts_here:
            return mine
        found = _standing(_acts(grouped, document, retold, edited))
        return (found & (mine | other)) or mine | other

    return join


def _by_document(changes: Mapping[str, str | None]) -> dict[str, dict[str, str | None]]:
    grouped: dict[str, dict[str, str | None]] = {}
    for path, blob in changes.items():
        grouped.setdefault(union.document_of(path), {})[path] = blob
    return grouped


def _touched(steps: _Steps, tip: str) -> dict[str, frozenset[str]]:
    """List the commits up to this one that changed a document, by its path."""
    wanted = {tip}
    touched: dict[str, set[str]] = {}
    for step, changes in reversed(steps):
        if step.commit in wanted:
            wanted.update(step.parents)
            for document in changes:
                touched.setdefault(document, set()).add(step.commit)
    return {document: frozenset(commits) for document, commits in touched.items()}


def _acts(steps: _Steps, document: str, retold: Callable[[Step], bool], edited: Mapping[str, str]) -> Sequence[_Act]:
    """List the acts of a document, each once, whichever history tells it; a commit that only joins is none."""
    places: dict[tuple[object, ...], int] = {}
    acts: list[_Act] = []
    states: dict[str, tuple[Values, Tree, int]] = {}
    for step, by_document in steps:
        parents = [states[parent] for parent in step.parents] or [(frozenset({None}), {}, 0)]
        before = frozenset(value for values, _tree, _known in parents for value in values)
        after, tree, known = parents[0]
        for _values, _tree, more in parents:
            known |= more
        if document in by_document:
            tree = {path: blob for path, blob in {**tree, **by_document[document]}.items() if blob}
            after = _values_in(tree, document, edited)
        if after - before if len(parents) > 1 else after != before:
            place = places.setdefault((step.when, step.subject, before, after), len(acts))
            if place == len(acts):
                is_last_word = len(after) == 1
                asserted, replaced = (after, before | after) if is_last_word else (after - before, before - after)
                acts.append(_Act(asserted, replaced, 0, step.when, retold(step)))
            acts[place].known |= known
            known |= 1 << place
        states[step.commit] = after, tree, known
    return acts


def _values_in(tree: Tree, document: str, edited: Mapping[str, str]) -> Values:
    found = union.values([tree])(document)
    return frozenset(edited.get(blob, blob) if blob else None for blob in found) if edited else found


def _standing(acts: Sequence[_Act]) -> Values:
    """Return the values that no act replaced which knew the one that made them."""
    told = {value for act in acts if not act.retold for value in act.asserted}
    replaced: set[tuple[int, str | None]] = set()
    for act in acts:
        for place, earlier in enumerate(acts):
            if act.known >> place & 1:
                for value in earlier.asserted & act.replaced:
                    replaced.add((place, value))
                    if earlier.retold:  # and so the act that it retells
                        replaced |= {
                            (other, value)
                            for other, same in enumerate(acts)
                            if same is not act and value in same.asserted and same.when <= earlier.when
                        }
    return frozenset(
        value
        for place, act in enumerate(acts)
        for value in act.asserted
        if (place, value) not in replaced and not (act.retold and value in told)
    )
