"""What a form asks: which items, in whose words about whom, and how long they take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from reflect_tui.errors import ReflectError
from reflect_tui.feedback.round import Rater
from reflect_tui.feedback.suggestion import WANTED, suggest
from reflect_tui.i18n import _, mark, translator
from reflect_tui.instrument import NAME, Instrument, Item

EVERYTHING = "all"
NAMELESS: dict[Rater, str] = {
    "colleague": mark("your colleague"),
    "manager": mark("your team member"),
    "client": mark("your contact"),
}
"""What somebody is called in a form when no name is given."""


class Asked(Struct, frozen=True):
    """One item as a form has it: its number from 1, its id, and the whole sentence about the person."""

    number: int
    id: str
    text: str


class Part(Struct, frozen=True):
    """The items asked of one domain."""

    id: str
    title: str
    items: tuple[Asked, ...]


def chosen(instrument: Instrument, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """Choose items by a number, by "all" or by the ids of domains; without any, as many as are suggested.

    Raises:
        ReflectError: the number is 0, or there is no such domain.
    """
    if list(wanted) == [EVERYTHING]:
        return tuple(item.id for item in instrument.items)
    if not wanted or (len(wanted) == 1 and wanted[0].isdecimal()):
        number = int(wanted[0]) if wanted else WANTED
        if not number:
            raise ReflectError(_("Ask at least one statement."))
        return suggest(instrument, wanted=number)
    known = [domain.id for domain in instrument.domains]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        text = _('There is no domain "{id}"; there are: {known}. A number of statements, or all, will do as well.')
        raise ReflectError(text.format(id=unknown[0], known=", ".join(known)))
    return tuple(item.id for domain in instrument.domains if domain.id in wanted for item in domain.items)


def parts(instrument: Instrument, items: Sequence[str], name: str) -> tuple[Part, ...]:
    """Give the domains and items that are asked, in words about the person."""
    number = {item_id: position for position, item_id in enumerate(items, 1)}

    def asked(found: Sequence[Item]) -> Iterator[Asked]:
        return (Asked(number[item.id], item.id, about(item.other, name)) for item in found if item.id in number)

    found = (Part(domain.id, domain.title, tuple(asked(domain.items))) for domain in instrument.domains)
    return tuple(part for part in found if part.items)


def about(text: str, name: str) -> str:
    """Put the person's name where a text has {name}; a sentence begins with a capital, whatever the name is."""
    said = text.replace(NAME, name)
    return said[:1].upper() + said[1:]


def called(name: str, role: Rater, language: str) -> str:
    """Give what the person is called towards a rater: the name, else what he or she is to them."""
    return name.strip() or translator(language).gettext(NAMELESS[role])
