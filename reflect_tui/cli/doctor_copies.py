"""What doctor checks of the copies of a journal: backups, syncs, and folders elsewhere on this computer."""

from __future__ import annotations

from collections.abc import Iterator

from reflect_tui.cli.doctor_checks import Check, by_doctor, fine, problem, to_come
from reflect_tui.clock import SYSTEM
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _, ngettext
from reflect_tui.model.session import clock_fault
from reflect_tui.store import backup, moved, remainders, sync_state
from reflect_tui.store.journal import Journal
from reflect_tui.store.sync_place import read_state
from reflect_tui.store.sync_state import SyncStatus
from reflect_tui.views.keeping import file_advice, files_seen, last_sync, newest_backup, remainders_left, sync_place


def state_elsewhere(journal: Journal) -> Iterator[Check]:
    """Name the other state folders of this journal: of its copies, and from when it was in another folder."""
    for other in moved.elsewhere(journal):
        about = {"path": other.root, "folder": other.folder, "state": journal.state}
        if other.where == "left":
            finding = _("This journal was in {path} before; drafts or other files that it kept then are in {folder}.")
            advice = _(
                "They come along when the app starts, or with: reflect-tui doctor --fix. A file that has a namesake in "
                "{state} stays; look at it, then remove it."
            )
            yield problem("state", finding.format(**about), advice.format(**about))
        elif other.where == "away":
            finding = _(
                "This journal, or a copy of it, was in {path}, on a disk that is not connected now; its drafts or "
                "other files are in {folder}."
            )
            advice = _(
                "If it is on a stick or share, connect that. If you moved it from there to {root}, move all that is in "
                "{folder}, but place.toml and lock, to {state}."
            )
            yield problem("state", finding.format(**about), advice.format(root=journal.root, **about))
        else:
            finding = _("A copy of this journal is in {path}; it keeps its own drafts in {folder}.")
            yield fine("state", finding.format(**about))
    for folder in moved.unnamed(journal):
        finding = _(
            "In {folder} are drafts or other unfinished work that an earlier version kept; it did not write down of "
            "which journal."
        )
        advice = _(
            "If they are of this journal, from when it was in another folder, move all that is in it, but lock, to "
            "{state}. If they are of another one, open that once: reflect-tui --journal DIR"
        )
        yield problem("state", finding.format(folder=folder), advice.format(state=journal.state))


def backups(journal: Journal) -> Check:
    """Say how old the newest backup is, and which may hold confidential answers."""
    known = backup.known(journal)
    if not known:
        return fine("backup", _("There is no backup that is known here. To make one: reflect-tui backup FILE"))
    if sentence := backup.with_answers(journal, journal.known_rounds().values()):
        return problem("backup", sentence)
    finding = newest_backup(known, SYSTEM.now())
    if clock_fault(known[0].made, SYSTEM.now()):
        advice = _("Nobody can say how old it is. Put the clock right, then make a new one: reflect-tui backup FILE")
        return problem("backup", finding, advice)
    return fine("backup", finding)


def remainders_of_backups(journal: Journal) -> Iterator[Check]:
    """Name what a killed program left of a backup."""
    if left := remainders.cut_short(journal):
        yield problem("backup", remainders_left(left), _("Remove it with: reflect-tui doctor --fix"))


def syncs(journal: Journal) -> Iterator[Check]:
    """Say how old the last sync with each place is, first with the place of the newest one."""
    try:
        synced = read_state(journal)
    except ReflectError as error:
        yield problem("sync", str(error))
        return
    if synced is None:
        yield fine("sync", sync_place(SyncStatus(), SYSTEM.now()))
        return
    for place in reversed(synced.places):
        finding = last_sync(place.address, place.when, SYSTEM.now())
        if place.when and clock_fault(place.when, SYSTEM.now()):
            advice = _("Nobody can say how old it is. Put the clock right, then sync again: reflect-tui sync")
            yield problem("sync", finding, advice)
        else:
            yield fine("sync", finding)
        held, readable = place.still_there(place.holding), place.still_there(place.readable)
        for finding in files_seen(place.address, held, readable):
            yield problem("sync", finding, f"{file_advice()}.")


def several_versions(journal: Journal) -> Iterator[Check]:
    """Count the documents of which several versions wait for a choice."""
    if count := len(sync_state.count_versions(journal)):
        text = ngettext(
            "{n} file has several versions, made on different devices. To choose: reflect-tui sync --status",
            "{n} files have several versions, made on different devices. To choose: reflect-tui sync --status",
            count,
        )
        yield fine("sync", text.format(n=count))


def cut_off(journal: Journal) -> Iterator[Check]:
    """Say once that a sync was cut off while its files were being written."""
    if count := len(to_come(journal)):
        text = ngettext(
            "A sync was cut off before {n} file of it was written or removed here; the history has it.",
            "A sync was cut off before {n} files of it were written or removed here; the history has them.",
            count,
        )
        advice = _("Nothing is lost: the next sync goes on, or the next start of the app.")
        yield problem("sync", text.format(n=count), f"{advice} {by_doctor()}")
