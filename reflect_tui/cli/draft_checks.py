"""What doctor says of sessions that are being filled in, and of those put away unfinished."""

from __future__ import annotations

import os
from collections.abc import Iterator

from reflect_tui import sitting
from reflect_tui.cli.finding import Check, no_folder
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _, ngettext
from reflect_tui.journal import BadDraft, Draft, Journal

_PARTS = ("drafts", "discarded", "instruments", "plans", "document-plans", "answers", "replaced", "set-aside")


def state(journal: Journal) -> Iterator[Check]:
    """Name what keeps the folder of the drafts from being written: the app only reads then."""
    for path in (journal.state, *(journal.state / name for name in _PARTS)):
        if os.path.lexists(path) and not path.is_dir():
            yield no_folder(path)
    if os.path.lexists(lock := journal.state / "lock") and not lock.is_file():
        found = _("{path} is not an ordinary file").format(path=lock) + "."
        yield Check(name="state", fine=False, found=found, advice=_("Move it aside; until then the app only reads."))
    if journal.state.is_dir() and not os.access(journal.state, os.W_OK):
        found = _("{path} can't be written, so nothing can be filled in.").format(path=journal.state)
        yield Check(
            name="state", fine=False, found=found, advice=_("Make it yours, and see that its disk may be written.")
        )


def drafts(journal: Journal) -> Iterator[Check]:
    """Count the drafts that can be gone on with, and name the others."""
    checks = [_trouble(journal, draft) for draft in journal.drafts.all()]
    good = checks.count(None)
    if good:
        found = ngettext("{n} draft waits to be finished.", "{n} drafts wait to be finished.", good).format(n=good)
        yield Check(name="drafts", fine=True, found=found)
    yield from (check for check in checks if check)
    yield from _put_away(journal)


def _trouble(journal: Journal, draft: Draft | BadDraft) -> Check | None:
    if isinstance(draft, BadDraft):
        found = f"{draft.path}: " + "; ".join(map(str, draft.faults))
        advice = _("This draft can't be read. Its file is left as it is; move it aside when you don't need it.")
        return Check(name="drafts", fine=False, found=found, advice=advice)
    path = journal.drafts.path(draft.id)
    if draft.damaged:
        found = _("{path} is damaged at its end.").format(path=path)
        advice = _("Go on with it in the app: it keeps what can be read, and the damaged file beside it.")
        return Check(name="drafts", fine=False, found=found, advice=advice)
    try:
        sitting.instrument_of(journal, draft)
    except ReflectError as error:
        found = _("{path} can't be gone on with: {reason}").format(path=path, reason=error)
        advice = _("Its file is left as it is; put the instrument back from a backup.")
        return Check(name="drafts", fine=False, found=found, advice=advice)
    return None


def _put_away(journal: Journal) -> Iterator[Check]:
    """Tell of what is kept beside the drafts, since nothing else shows it."""
    away = sum(1 for _path in journal.drafts.discarded.glob("*.toml"))
    if away:
        text = ngettext("{n} draft put away is kept in {path}.", "{n} drafts put away are kept in {path}.", away)
        yield Check(name="drafts", fine=True, found=text.format(n=away, path=journal.drafts.discarded))
    beside = sum(1 for _path in journal.drafts.folder.glob("*.damaged-*"))
    if beside:
        text = ngettext("{n} damaged draft is kept in {path}.", "{n} damaged drafts are kept in {path}.", beside)
        yield Check(name="drafts", fine=True, found=text.format(n=beside, path=journal.drafts.folder))
