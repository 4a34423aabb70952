"""What is said before something is erased for good, and what is said of it afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reflect_tui.i18n import _
from reflect_tui.store.erasing import Erased, Erasure
from reflect_tui.views.lines import EMPTY, Line, heading, paragraph


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
    if erased.left:
        title = _("Erased. The same id or words still stand here, for other reasons:")
    else:
        title = _("Erased. A search through every file and every version found nothing of it.")
    return [*_listed(title, erased.left, columns), *_listed(_("Not reached from here:"), unreachable, columns)]


def _note(name: str) -> str:
    session, _slash, item = name.partition("/")
    return _('the note on "{item}" of {id}').format(item=item, id=session)


def _person(name: str) -> str:
    return _("what one person was asked and gave in the round {id}").format(id=name.partition("/")[0])


def _listed(title: str, parts: Iterable[str], columns: int) -> Iterator[Line]:
    rows: Sequence[str] = list(parts)
    yield heading(title) if rows and len(title) < columns else EMPTY
    for part in rows:
        yield from paragraph(f"- {part}", columns, indent=2)
