"""What is said of backups, of erasing for good, and of a sync."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from reflect_tui.i18n import _, format_date, ngettext
from reflect_tui.model import events, goals, talk
from reflect_tui.model import round as rounds
from reflect_tui.model import session as sessions
from reflect_tui.model.session import ROLES, clock_fault
from reflect_tui.store import union
from reflect_tui.store.backup import Backup, KnownBackup
from reflect_tui.store.base import AGENDAS, kind_of
from reflect_tui.store.erasing import Erased
from reflect_tui.store.sync_state import Restored, Synced, SyncStatus
from reflect_tui.text import display, first_names, first_of
from reflect_tui.views.labels import clock, day, role_name
from reflect_tui.views.lines import EMPTY, Line, hanging, line, paragraph


def newest_backup(known: Sequence[KnownBackup], now: datetime) -> str:
    """Say where the newest backup is that was made here, and how old by a clock that says `now`."""
    if not known:
        return _("No backup is known here yet.")
    made = known[0].made.astimezone()
    date, path = format_date(made.date()), display(known[0].path)
    if fault := clock_fault(known[0].made, now):
        text = _("The newest backup that is known here is of {date}: {path}. {fault}")
        return text.format(date=date, path=path, fault=fault)
    age = _days(made, now)
    old = ngettext("{n} day old", "{n} days old", age).format(n=age) if age else _("today")
    return _("The newest backup that is known here is of {date} ({age}): {path}.").format(date=date, age=old, path=path)


def _days(then: datetime, now: datetime) -> int:
    return max(0, (now.astimezone().date() - then.astimezone().date()).days)


def last_sync(place: str, when: datetime | None, now: datetime) -> str:
    """Say how long ago the last sync with a place was, None for never, by a clock that says `now`."""
    address = display(place)
    if when is None:
        return _("Synced with {address}: not yet.").format(address=address)
    date = format_date(when.astimezone().date())
    if fault := clock_fault(when, now):
        text = _("The last sync with {address} was on {date}. {fault}")
        return text.format(address=address, date=date, fault=fault)
    age = _days(when, now)
    ago = ngettext("{n} day ago", "{n} days ago", age).format(n=age) if age else _("today")
    return _("The last sync with {address} was on {date} ({age}).").format(address=address, date=date, age=ago)


def backup_made(path: Path, left_out: Sequence[str], *, encrypted: bool) -> list[str]:
    """Say that a backup was made and tried, and what is not in it or not safe about it."""
    said = [_("Written, restored beside to try it, and found the same: {path}.").format(path=display(str(path)))]
    text = _("{path} is no part of a journal: only its history is in the backup.")
    said += first_of([text.format(path=display(name)) for name in left_out], ".")
    if not encrypted:
        said.append(
            _("It is not encrypted: whoever has the file can read all of it. To encrypt one: --encrypt (e in the app).")
        )
    return said


def backup_restored(root: Path, backup: Backup, result: Restored) -> list[str]:
    """Say what a restored backup brought."""
    said: list[str] = []
    came = ", ".join(counted(kind, number) for kind, number in result.came.items())
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
            said.append(_("Some have several versions now. To choose: reflect-tui sync --status"))
    if result.joined and result.joined.erased:
        names = first_names(erased_names(result.joined.erased))
        said.append(_("Erased here, as it was before the backup was made: {names}.").format(names=names))
    if came:
        said.append(_("New here: {what}.").format(what=came))
    said += first_of([f"{note}." for note in result.notes], ".")
    if result.erased:
        text = ngettext(
            "{n} file of the backup was erased here, and stays away.",
            "{n} files of the backup were erased here, and stay away.",
            result.erased,
        )
        said.append(text.format(n=result.erased))
    return [*said, *(_stays_away(kind, number) for kind, number in result.left_out.items())]


def _stays_away(kind: str, number: int) -> str:
    """Say how many drafts or waiting answers of a backup are not restored."""
    texts = {
        "drafts": ngettext(
            "{n} draft of the backup stays out of the list: its session was finished, changed or removed since.",
            "{n} drafts of the backup stay out of the list: their sessions were finished, changed or removed since.",
            number,
        ),
        "waiting_answers": ngettext(
            "{n} waiting answer of the backup stays away: its round has ended, or it was withdrawn.",
            "{n} waiting answers of the backup stay away: their rounds have ended, or they were withdrawn.",
            number,
        ),
    }
    return texts[kind].format(n=number)


def unclear_sentence(round_id: str, count: int) -> str:
    """Say that nothing tells whose some answers of a backup are, and what can be done; without a full stop."""
    text = ngettext(
        "{n} answer of the backup to {round} is not imported: nothing tells it apart from those that wait here or were "
        "withdrawn. Import its file again, or let this person answer once more",
        "{n} answers of the backup to {round} are not imported: nothing tells them apart from those that wait here or "
        "were withdrawn. Import their files again, or let these people answer once more",
        count,
    )
    return text.format(n=count, round=name_by_id(round_id))


def counted(kind: str, number: int) -> str:
    """Count what came of one kind; the settings are one file."""
    texts = {
        "sessions": ngettext("{n} session", "{n} sessions", number),
        "notes": ngettext("{n} note", "{n} notes", number),
        "goals": ngettext("{n} goal", "{n} goals", number),
        "agendas": ngettext("{n} agenda", "{n} agendas", number),
        "events": ngettext("{n} event", "{n} events", number),
        "rounds": ngettext("{n} round of feedback", "{n} rounds of feedback", number),
        "talks": ngettext("{n} talk", "{n} talks", number),
        "references": ngettext("old means of {n} day", "old means of {n} days", number),
        "teams": ngettext("what was shared with {n} team", "what was shared with {n} teams", number),
        "drafts": ngettext("{n} draft", "{n} drafts", number),
        "waiting_answers": ngettext("{n} waiting answer", "{n} waiting answers", number),
        "settings": _("the settings"),
    }
    return texts[kind].format(n=number)


def files_kept(result: Restored) -> list[str]:
    """Say which files beside the journal stay as they are."""
    text = _("{path} is there already with other content, and stays as it is.")
    return first_of([text.format(path=display(str(path))) for path in result.kept], ".")


def remainders_left(left: Sequence[Path]) -> str:
    """Say what a killed program left of a backup that it made or restored."""
    text = _("A backup or restore was cut short. What it left holds a copy of what is in your journal: {paths}.")
    return text.format(paths=first_names([str(path) for path in left]))


def remainders_removed(gone: Sequence[Path]) -> str:
    """Say that what a killed program left of a backup that it made or restored is gone."""
    text = _("A backup or restore was cut short; do it again. What it left is removed: {paths}.")
    return text.format(paths=first_names([str(path) for path in gone]))


def typed_word() -> str:
    """Return what must be typed before anything is erased."""
    return _("erase")


def render_before_erasing(
    gone: Sequence[str], along: Sequence[str], unreachable: Sequence[str], columns: int
) -> list[Line]:
    """Say what will go, with every version of it, and what can't be reached."""
    return [
        *_listed(_("This goes for good, in every version:"), [*first_of(gone), *along], columns),
        *_listed(_("Not reached from here:"), unreachable, columns),
    ]


def render_erased(erased: Erased, unreachable: Iterable[str], columns: int) -> list[Line]:
    """Say what a search for it found."""
    found = _("Erased. A search through every file and every version found nothing of it.")
    title = _("Erased. The same id or words still stand here, for other reasons:")
    left = names_and_paths(erased.left)
    return [
        *(_listed(title, first_of(left), columns) if left else paragraph(found, columns)),
        *_listed(_("Not reached from here:"), unreachable, columns),
    ]


def names_and_paths(left: Iterable[str]) -> list[str]:
    """Name what still holds something: a document as a person knows it, with its path, any other file by its path."""
    whole = ((name, union.document_of(name)) for name in left)
    return [f"{_erased_name(document)} ({name})" if kind_of(document) else name for name, document in whole]


def begin_with(name: str) -> str:
    """Begin a sentence with a name in words."""
    return name[:1].upper() + name[1:]


def erased_names(erased: Iterable[str]) -> list[str]:
    """Name what is erased as a person knows it; documents come by their path, notes and people as in tombstones."""
    return document_names(erased, {})


def document_names(erased: Iterable[str], known: Mapping[str, str]) -> list[str]:
    """Name documents once, whatever versions they had, by what is `known` of their path or what that tells."""
    whole = dict.fromkeys(map(union.document_of, erased))
    return [known.get(name) or _erased_name(name) for name in whole]


def _erased_name(name: str) -> str:
    kind, identifier = kind_of(name), Path(name).stem
    about, _slash, part = name.partition("/")
    if kind is AGENDAS:
        return _("the agenda for {session}").format(session=name_by_id(identifier))
    if kind:
        return name_by_id(identifier)
    if rounds.is_id(about):
        return _("what one person was asked and gave in {round}").format(round=name_by_id(about))
    return note_name(about, part)


def note_name(session_id: str, statement: str) -> str:
    """Name the note on a statement of a session."""
    return _('the note on "{item}" of {id}').format(item=statement, id=name_by_id(session_id))


def name_by_id(identifier: str) -> str:
    """Name a document of which nothing is left but the id, which tells when it was made; of a session whose it is."""
    try:
        made = format_date(date.fromisoformat(identifier[:10]))
    except ValueError:
        return identifier
    at = f"{identifier[11:13]}:{identifier[13:15]}"  # a day may have several sessions
    if sessions.is_id(identifier):
        role = next(role for role in ROLES if f"-{role}-" in identifier)
        return _("the session of {day}, {time}, {role}").format(day=made, time=at, role=role_name(role))
    if talk.is_id(identifier):
        return _("the talk of {day}, {time}").format(day=made, time=at)
    if goals.is_id(identifier):
        return _("the goal of {day}, {time}").format(day=made, time=at)
    if events.is_id(identifier):
        return _("the event of {day}").format(day=made)
    return _("the feedback round of {day}").format(day=made) if rounds.is_id(identifier) else identifier


def _listed(title: str, parts: Iterable[str], columns: int) -> Iterator[Line]:
    yield from paragraph(title, columns, "strong")
    for part in parts:
        yield from hanging(line("  - "), part, columns)
    yield EMPTY


# A sync: what it did, and what waits.


def sync_done(synced: Synced) -> str:
    """Say in a sentence what one sync did, and what must be read of it."""
    return " ".join([_did(synced), *(f"{note}." for note in synced.notes)])


def _did(synced: Synced) -> str:
    if not (synced.sent or synced.received or synced.removed or synced.erased):
        return unread_files(synced.unread) if synced.unread else _("Synced: both sides are the same.")
    parts = [
        ngettext("{number} file sent", "{number} files sent", synced.sent).format(number=synced.sent),
        ngettext("{number} received", "{number} received", synced.received).format(number=synced.received),
    ]
    if synced.removed:
        text = ngettext("{number} removed here", "{number} removed here", synced.removed)
        parts.append(text.format(number=synced.removed))
    if erased := len(erased_names(synced.erased)):
        text = _("{number} erased here, as on another device")
        parts.append(text.format(number=erased))
    said = _("Synced: {what}.").format(what=", ".join(parts))
    return f"{said} {unread_files(synced.unread)}" if synced.unread else said


def sync_place(status: SyncStatus, now: datetime) -> str:
    """Say where a journal is synced, when it last was, and that this can't be by a clock that says `now`."""
    if not status.address:
        return _("This journal is not synced with another place yet.")
    shown = display(status.address)
    if status.when is None:
        return last_sync(status.address, None, now)
    text = _("Synced with {address}, last on {day} at {time}.")
    said = text.format(address=shown, day=day(status.when), time=clock(status.when))
    return f"{said} {clock_fault(status.when, now)}".rstrip()


def unsynced(number: int) -> str:
    """Say how many files are not synced."""
    return ngettext("{number} not synced", "{number} not synced", number).format(number=number)


def status_notes(status: SyncStatus) -> list[str]:
    """Say what else must be known of how far a journal is synced."""
    notes = [unread_files(status.unread)] if status.unread else []
    if status.put_back:
        text = _(
            "The history here is not the one of the last sync, such as after an older backup was restored. Only the "
            "next sync tells what else differs."
        )
        notes.append(text)
    named = files_seen(status.address, status.holding, status.readable)
    return [*notes, *first_of([f"{finding} {file_advice()}." for finding in named], ".")]


def files_seen(folder: str, holding: Iterable[str], readable: Iterable[str]) -> list[str]:
    """Say of files of other devices what the last sync saw of them, which may have changed since."""
    text = _("{finding}, as the last sync with {folder} saw it.")
    found = (*map(holding_file, holding), *map(readable_file, readable))
    return [text.format(finding=finding, folder=display(folder)) for finding in found]


def holding_file(name: str) -> str:
    """Say that the file of another device is from before something was erased; without a full stop."""
    return _("The file of another device, {name}, still holds what was erased").format(name=display(name))


def readable_file(name: str) -> str:
    """Say that encrypting the file of this device does not encrypt that of another; without a full stop."""
    text = _("The file of another device, {name}, is not encrypted: everyone who can read that place can read it")
    return text.format(name=display(name))


def file_advice() -> str:
    """Say what to do about the file of another device; without a full stop."""
    return _("Sync on that device as well, or remove the file if the device is no longer used")


def unread_files(number: int) -> str:
    """Say how many files of other devices were not whole, so that what is in them is not here."""
    text = ngettext(
        "{number} file of another device could not be read; what is new in it is not here yet.",
        "{number} files of other devices could not be read; what is new in them is not here yet.",
        number,
    )
    return text.format(number=number)


def chosen_sentence(name: str, *, is_there: bool) -> str:
    """Say that a choice between versions came from another device; the choice may be that it was deleted."""
    text = _(
        "{name} had several versions here, and another device removed it: it is removed here as well; each version "
        "stays in the history"
    )
    if is_there:
        text = _(
            "{name} had several versions here, and another device kept one: that one counts here as well; the others "
            "stay in the history"
        )
    return begin_with(text.format(name=erased_names([name])[0]))


def closed_twice_sentence(name: str) -> str:
    """Say which figures count of a round that was closed on two devices."""
    text = _(
        "{name} was closed on another device as well. The figures of the one closed first count; those of the "
        "other are only in the history, where nothing here reads them; to take the round out of that, with all "
        "its figures: reflect-tui erase --round {id}"
    )
    return begin_with(text.format(name=names_and_paths([display(name)])[0], id=Path(display(name)).stem))


def ended_sentence(name: str, state: rounds.State) -> str:
    """Say what became of a round that one device ended, and the other did not, or in another way."""
    closed = _("{name} was closed on one device, and still open or withdrawn on another. It is closed now on both")
    withdrawn = _("{name} was withdrawn on one device, and still open on another. It is withdrawn now on both")
    return begin_with((closed if state == "closed" else withdrawn).format(name=names_and_paths([display(name)])[0]))


def versions_rule() -> str:
    """Say which versions of a document stand, and what a choice between them does."""
    return _(
        "A version stands until a device that has it amends it, deletes it or keeps another one. Once this device and "
        "another have synced, your choice counts there too, and that device says so. If it made the same choice before "
        "that, nothing is asked; if it made another one, or amended a version, these stand again as versions, and you "
        "are asked once more. Nothing is mixed, and nothing is lost: the history of a session has the versions of all "
        "devices. Of a confidential round that was closed twice nothing is asked: the one closed first counts."
    )


def no_commands_yet() -> str:
    """Say why no command is shown, though they were asked for."""
    return _("No git command was run here yet; the next sync shows each one.")


def stays_here() -> str:
    """Say what does not travel, and why."""
    return _(
        "Drafts, settings and waiting answers stay on this device: no other copy may hold a single answer. Import the "
        "answers of a round, and close it, on one device."
    )
