"""What erasing takes, as a person knows it: for screen and command line, before a word is typed."""

from __future__ import annotations

import contextlib
from pathlib import Path

from msgspec import Struct

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.model import round as rounds
from reflect_tui.model import session as sessions
from reflect_tui.store import erasing
from reflect_tui.store.base import ROUNDS, session_path
from reflect_tui.store.documents import last, look
from reflect_tui.store.erasure import Erasure
from reflect_tui.store.journal import Journal
from reflect_tui.text import display
from reflect_tui.usecases.contents import contents
from reflect_tui.views.keeping import counted, document_names, name_by_id, note_name
from reflect_tui.views.rounds import person_name, round_name


class Preview(Struct, frozen=True, kw_only=True):
    """What goes, by the names that people know it by, what goes along with it, and what no program here can reach."""

    erasure: Erasure
    gone: tuple[str, ...]
    along: tuple[str, ...]
    unreachable: tuple[str, ...]


def preview(journal: Journal, erasure: Erasure) -> Preview:
    """Look what an erasure takes; nothing is changed."""
    return Preview(
        erasure=erasure,
        gone=tuple(_everything(journal) if erasure.everything else _names(journal, erasure)),
        along=() if erasure.everything else tuple(erasing.along(journal, erasure)),
        unreachable=tuple(erasing.unreachable(journal, erasure)),
    )


def _everything(journal: Journal) -> list[str]:
    """Count what a whole journal holds, and name where it is."""
    held = ", ".join(counted(kind, number) for kind, number in contents(journal).items())
    names = [*filter(None, (held,)), _("every earlier version of it")]
    text = _("all else that reflect-tui keeps of this journal in {folder} and {state}")
    return [*names, text.format(folder=display(str(journal.root)), state=display(str(journal.state)))]


def _names(journal: Journal, erasure: Erasure) -> list[str]:
    """Name each document, note and person; a round with whom it asked."""
    asked = {path: found for path in erasure.documents if (found := _round(journal, path))}
    named = {path: _("the feedback round of {round}").format(round=round_name(asked[path])) for path in asked}
    notes = [_note(journal, *name.split("/", 1)) for name in erasure.notes]
    people = [_person(journal, *name.split("/", 1)) for name in erasure.people]
    documents = sorted(erasure.documents, key=lambda path: Path(path).stem not in erasure.ids[:1])  # what was asked for
    return [*document_names(documents, named), *notes, *people]


def _round(journal: Journal, path: str) -> rounds.Round | None:
    if path.startswith(f"{ROUNDS.folder}/"):
        with contextlib.suppress(ReflectError):
            return rounds.parse(_newest(journal, path), path)
    return None


def _newest(journal: Journal, path: str) -> bytes:
    """Return the file of a document, else what history had of it last."""
    return look(journal, path) or last(journal, path) or b""


def statement(journal: Journal, session_id: str, item: str) -> str:
    """Return the statement of a session as a sentence; its id where the instrument is not there."""
    path = session_path(session_id)
    with contextlib.suppress(ReflectError):
        session = sessions.parse(_newest(journal, path), path)
        instrument = journal.library.find(session.instrument, session.version, session.digest)
        return next((instrument.sentence(one) for one in instrument.items if one.id == item), item)
    return item


def _note(journal: Journal, session_id: str, item: str) -> str:
    return note_name(session_id, statement(journal, session_id, item))


def _person(journal: Journal, round_id: str, token: str) -> str:
    """Name whose answer it is, as only the owner of the journal sees it."""
    found = _round(journal, ROUNDS.path(round_id))
    person = next((one for one in found.invited if one.bears([token])), None) if found else None
    name = person_name(person) if person else _("one person")
    text = _("what {person} was asked and gave in {round}")
    return text.format(person=display(name), round=name_by_id(round_id))
