"""What is said of a backup, and before and after something is erased for good: the two acts on a journal as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from reflect_tui.i18n import _, format_date, ngettext
from reflect_tui.model.session import clock_fault
from reflect_tui.store.backup import Backup, KnownBackup
from reflect_tui.store.erasing import Erased
from reflect_tui.store.erasure import Erasure
from reflect_tui.store.sync_state import Restored
from reflect_tui.text import display
from reflect_tui.views.lines import EMPTY, Line, paragraph


def newest(known: Sequence[KnownBackup], now: datetime) -> str:
    """Say where the newest backup is that was made here, and how old by a clock that says `now`."""
    if not known:
        return _("No backup is known here yet.")
    made = known[0].made.astimezone()
    text = _("The newest backup that is known here is of {date}: {path}")
    said = text.format(date=format_date(made.date()), path=display(known[0].path))
    if fault := clock_fault(known[0].made, now):
        return f"{said}. {fault}"
    age = max(0, (now.astimezone().date() - made.date()).days)
    old = ngettext("{n} day old", "{n} days old", age).format(n=age)
    return f"{said} ({old})"


def made(path: Path, left_out: Sequence[str], *, encrypted: bool) -> list[str]:
    """Say that a backup was made and tried, and what is not in it or not safe about it."""
    said = [_("Written, restored beside to try it, and found the same: {path}").format(path=display(str(path)))]
    text = _("{path} is no part of a journal: only its history is in the backup.")
    said += [text.format(path=display(name)) for name in left_out]
    if not encrypted:
        said.append(
            _("It is not encrypted: whoever has the file can read all of it. To encrypt one: --encrypt (e in the app).")
        )
    return said


def restored(root: Path, backup: Backup, result: Restored) -> list[str]:
    """Say what a restored backup brought."""
    said: list[str] = []
    if result.joined is None:
        date = format_date(backup.about.made.astimezone().date())
        said.append(_("Restored in {path}, as it was on {date}.").format(path=display(str(root)), date=date))
    else:
        count = result.joined.received
        text = ngettext(
            "Joined with the journal in {path}: {n} file came or changed; nothing was written over.",
            "Joined with the journal in {path}: {n} files came or changed; nothing was written over.",
            count,
        )
        said.append(text.format(path=display(str(root)), n=count))
        if result.joined.both:
            said.append(_("Some have two versions now. To choose: reflect-tui sync --status"))
    said += [f"{note}." for note in result.notes]
    if result.erased:
        text = ngettext(
            "{n} file of the backup was erased here, and stays away.",
            "{n} files of the backup were erased here, and stay away.",
            result.erased,
        )
        said.append(text.format(n=result.erased))
    return said


def kept(result: Restored) -> list[str]:
    """Say which files beside the journal stay as they were."""
    text = _("{path} is there already with other content, and stays as it is.")
    return [text.format(path=display(name)) for name in result.kept]


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
