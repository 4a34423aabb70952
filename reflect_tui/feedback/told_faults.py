"""Faults of what comes in from others, as a person knows them: by answer, statement and group, not by keys of a file.

Whoever gets such a file did not write it and can't mend it: what counts is whom to ask for what.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import Rater
from reflect_tui.toml import formats

_PLACE = re.compile(r"(?:answer\[(\d+)\]\.?)?(?:(scores|notes)\.(.+))?")
_GROUP = re.compile(r"released\[(\d+)\]")


def told_faults(
    faults: Iterable[Fault], content: Instrument | None = None, groups: Sequence[Rater] = ()
) -> tuple[Fault, ...]:
    """Return faults with places that a person knows, each once.

    Args:
        faults: as they were found, with the keys of the file; those without a place stay as they are.
        content: the instrument, for the text of a statement; else its id is named.
        groups: those of the figures in a combined file, in its order.
    """
    return tuple(dict.fromkeys(_told(fault, content, groups) for fault in faults))


@contextmanager
def as_person_knows() -> Iterator[None]:
    """Say of a file that is parsed here what is wrong with it as told_faults() does.

    Raises:
        BadFileError: it was raised within; of what is no TOML as it was.
    """
    try:
        yield
    except formats.NotTomlError:
        raise
    except BadFileError as error:
        raise BadFileError(error.path, told_faults(error.faults)) from None


def _told(fault: Fault, content: Instrument | None, groups: Sequence[Rater]) -> Fault:
    group, place = _GROUP.match(fault.place), _PLACE.fullmatch(fault.place)
    if not fault.place:
        return fault
    if group and int(group[1]) <= len(groups):
        problem = _("do not fit this round. Ask whoever collects to combine the answers again")
        return Fault(_group_figures(groups[int(group[1]) - 1]), problem)
    if place is None:
        return Fault(
            "", _("is not as it was made: something in it was changed. Ask whoever sent it for the file again")
        )
    answer = _("answer {n}").format(n=place[1]) if place[1] else ""
    part = _part(place[2], place[3], content) if place[2] else ""
    return Fault(", ".join(filter(None, (answer, part))), fault.problem)


def _part(table: str, item: str, content: Instrument | None) -> str:
    text = _('the score of the statement "{item}"') if table == "scores" else _('the comment on "{item}"')
    known = content is not None and item in content.positions
    return text.format(item=content.item(item).text if content and known else item)


def _group_figures(role: Rater) -> str:
    names: dict[Rater, str] = {
        "manager": _("the figures of the manager"),
        "colleague": _("the figures of the colleagues"),
        "client": _("the figures of the clients"),
        "other": _("the figures of the colleagues and clients"),
    }
    return names[role]
