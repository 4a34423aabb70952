"""What is said before something is erased for good, and what is said of it afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reflect_tui.i18n import _
from reflect_tui.store.erasing import Erased
from reflect_tui.store.erasure import Erasure
from reflect_tui.views.lines import EMPTY, Line, paragraph


def typed_word() -> str:
    """Return what must be typed before anything is erased."""
    return _("erase")


def before(erasure: Erasure, along: Iterable[str], unreachable: Iterable[str], columns: int) -> list[Line]:
    """Say what will go, with every version of it, and what can't be reached."""
    gone = [*erasure.documents, *(_note(name) for name in erasure.notes), *(_person(name) for name in erasure.people)]
    return [
        *_listed(_("This goes for good, in every version:"), [*gone, *along], columns),
        *_listed(_("Not reached from here:"), unreachable, columns),
    ]


def after(erased: Erased, unreachable: Iterable[str], columns: int) -> list[Line]:
    """Say what a search for it found."""
    found = _("Erased. A search through every file and every version found nothing of it.")
    title = _("Erased. The same id or words still stand here, for other reasons:")
    return [
        *(_listed(title, erased.left, columns) if erased.left else paragraph(found, columns)),
        *_listed(_("Not reached from here:"), unreachable, columns),
    ]


def _note(name: str) -> str:
    session, _slash, item = name.partition("/")
    return _('the note on "{item}" of {id}').format(item=item, id=session)


def _person(name: str) -> str:
    return _("what one person was asked and gave in the round {id}").format(id=name.partition("/")[0])


def _listed(title: str, parts: Iterable[str], columns: int) -> Iterator[Line]:
    yield from paragraph(title, columns, "strong")
    for part in parts:
        yield from paragraph(f"- {part}", columns, indent=2)
    yield EMPTY
