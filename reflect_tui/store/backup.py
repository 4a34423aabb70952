"""One file with a whole journal: its files, its history, drafts, waiting answers and the settings; and back again.

A backup is a zip file whose members all have names that are known here; nothing else is ever written. It is only said
to be made after it was read again and restored beside, with the same history and the same files.
"""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from reflect_tui import system
from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, Fault, JournalError, ReflectError
from reflect_tui.feedback import pool as pools
from reflect_tui.git import bundle
from reflect_tui.i18n import _, format_date, ngettext
from reflect_tui.model import tombstones
from reflect_tui.model.instrument import digest
from reflect_tui.model.round import Round
from reflect_tui.model.session import Digest, Moment
from reflect_tui.model.tombstones import FILE, Tombstones
from reflect_tui.store import remainders, union
from reflect_tui.store.base import IDENTITY, KINDS, Store, read_tombstones
from reflect_tui.store.rounds import WaitingAnswers
from reflect_tui.text import display, first_names
from reflect_tui.toml import formats
from reflect_tui.toml.formats import toml_datetime

MAX_BYTES = 1_000_000_000
_ABOUT, _HISTORY, _SETTINGS = "backup.toml", "history.bundle", "settings.toml"
_NAME = r"[A-Za-z0-9][A-Za-z0-9@._-]{0,150}"
_STATE = ("drafts", "discarded", "instruments", "plans", "document-plans", "replaced", "typed")
_MEMBER = re.compile(
    rf"{_ABOUT}|{_HISTORY}|{_SETTINGS}|answers/{_NAME}|state/(?:{'|'.join(_STATE)})/{_NAME}"
    rf"|journal/(?:{IDENTITY}|{FILE}|(?:instruments|{union.FOLDER}|{'|'.join(KINDS)})/(?:[0-9]{{4}}/)?{_NAME})"
)
FOLDER = "backups"
"""Where it is written down which backups were made, for every copy of a journal."""
_KNOWN = "backup.toml"
_MOST_NOTED = 1000
Members = Mapping[str, bytes]


class About(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a backup says of itself: whose journal, when, the branch and newest commit, the digest of every member."""

    format: Literal[1] = 1
    journal: str
    made: Moment
    branch: Annotated[str, Meta(pattern=r"^(refs/heads/[^\s\x00-\x1f]+)?$(?!\n)")] = ""
    commit: str = ""
    members: dict[str, Digest] = {}


class KnownBackup(Struct, frozen=True, kw_only=True):
    """A backup that was made here: where, and when."""

    path: str
    made: Moment


class _KnownBackups(KnownBackup, frozen=True, kw_only=True):
    """The newest backup, and the earlier ones that may still be there."""

    format: Literal[1] = 1
    earlier: tuple[KnownBackup, ...] = ()


class Backup(Struct, frozen=True):
    """A backup that was read and whose members are what it says of them; `path` is where."""

    about: About
    members: Members
    path: Path


def pack(store: Store, settings: Path, moment: datetime) -> bytes:
    """Return the file of a backup.

    Raises:
        ObstacleError: the history can't be read.
    """
    history = bundle.create(store.repository)
    erased = read_tombstones(store)
    members = _without_erased(dict(_members(store, settings)), erased, known=erased)
    members |= {_HISTORY: history} if history else {}
    document = {
        "format": 1,
        "journal": store.identity.id,
        "made": toml_datetime(moment.replace(microsecond=0)),
        "branch": bundle.branch(store.repository) if history else "",
        "commit": (store.repository.head() or "") if history else "",
        "members": {name: digest(data) for name, data in members.items()},
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {_ABOUT: formats.dumps(document), **members}.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _members(store: Store, settings: Path) -> Iterator[tuple[str, bytes]]:
    tops = [("journal", store.root), ("state", store.state), ("answers", WaitingAnswers(store).folder)]
    for prefix, top in tops:
        for path in sorted(files.files_below(top)):
            name = f"{prefix}/{path.relative_to(top).as_posix()}"
            if _MEMBER.fullmatch(name):
                yield name, path.read_bytes()
    if settings.is_file():
        yield _SETTINGS, settings.read_bytes()


def left_out(store: Store) -> tuple[str, ...]:
    """List the files in history that are no part of a journal: their versions are in the backup, the files are not."""
    return tuple(sorted(path for path in store.repository.tracked() if not _MEMBER.fullmatch(f"journal/{path}")))


def unpack(data: bytes, path: Path) -> Backup:
    """Read a backup; every member must have a known name and the content that the backup says.

    Raises:
        BadFileError: it is none, or was changed.
    """
    members = dict(_read_members(data, path))
    about = formats.parse(members.pop(_ABOUT, b""), About, path)
    if about.members != {name: digest(content) for name, content in members.items()}:
        raise BadFileError(path, (Fault("", _("is not as it was written: something was changed, or is missing")),))
    if f"journal/{IDENTITY}" not in members:
        raise BadFileError(path, (Fault("", _("holds no journal")),))
    return Backup(about, members, path)


def _read_members(data: bytes, path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = archive.infolist()
            names = [member.filename for member in listed]
            odd = next((name for name in names if not _MEMBER.fullmatch(name) or names.count(name) > 1), None)
            if odd is not None:
                text = _("holds {name}, which no backup of this program does").format(name=display(odd))
                raise BadFileError(path, (Fault("", text),))
            if sum(member.file_size for member in listed) > MAX_BYTES:
                raise BadFileError(path, (Fault("", _("is larger than {n} bytes").format(n=MAX_BYTES)),))
            for member in listed:
                yield member.filename, archive.read(member)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error):
        raise BadFileError(path, (Fault("", _("is no backup, or damaged")),)) from None


def restore(store: Store, backup: Backup, settings: Path | None) -> tuple[Path, ...]:
    """Restore a journal where there is none; the paths of what stays as it was, since another is there already.

    All of the journal appears at once, and last; what a kill before leaves goes at the next start.

    Raises:
        JournalError: there is a journal or something else, the history is damaged, or it can't be written.
    """
    if not files.is_free(store.root):
        raise JournalError(_("{path} exists already, with other content.").format(path=store.root))
    files.make_folder(store.root.parent)
    remainders.tidy(store)
    aside = store.root.with_name(files.temporary_name(store.root.name))
    try:
        copy = Store(aside, store.state)
        write({aside / name.removeprefix("journal/"): data for name, data in _below("journal/", backup.members)})
        if backup.about.commit:
            bundle.unpack(copy.repository, backup.members[_HISTORY], backup.about.branch)
            if copy.repository.head() != backup.about.commit:
                raise JournalError(_("The history in this file is not the one that it names."))
        rest = beside_journal(copy, backup, settings)
        remainders.expect(store, rest)
        kept = write(rest)
        aside.rename(store.root)
        files.sync_folder(store.root.parent)
        remainders.take_back(store)
    except OSError as error:
        raise JournalError(files.explain(error, store.root)) from error
    finally:
        if aside.exists():
            system.remove_tree(aside)
            remainders.take_back(store)
    return kept


def beside_journal(store: Store, backup: Backup, settings: Path | None) -> dict[Path, bytes]:
    """Return what stands beside a journal: drafts, what waits, and the settings, but nothing of what was erased."""
    then = backup.members.get(f"journal/{FILE}")
    known = tombstones.parse(then, FILE) if then else Tombstones()
    members = _without_erased(backup.members, read_tombstones(store), known=known)
    answers = WaitingAnswers(store).folder
    rest = {store.state / name.removeprefix("state/"): data for name, data in _below("state/", members)}
    rest |= {answers / name.removeprefix("answers/"): data for name, data in _below("answers/", members)}
    return rest | ({settings: members[_SETTINGS]} if settings and _SETTINGS in members else {})


def _without_erased(members: Members, erased: Tombstones, *, known: Tombstones) -> dict[str, bytes]:
    """Leave out what stands beside a journal and is about something erased.

    That a round was erased stays; so does a form that was typed after this was `known`: it may still name the id.
    """
    gone = {Path(path).stem for path in erased.documents}
    new = gone - {Path(path).stem for path in known.documents}

    def goes(name: str, data: bytes) -> bool:
        if name.startswith("journal/") or (name.startswith("answers/") and _only_erased(name, data)):
            return False
        is_typed = name.startswith("state/typed/")
        return any(each in name for each in gone) or (is_typed and any(each.encode() in data for each in new))

    return {name: data for name, data in members.items() if not goes(name, data)}


def _only_erased(name: str, data: bytes) -> bool:
    with contextlib.suppress(ReflectError):
        return pools.only_erased(pools.parse(data, name))
    return False


def _below(prefix: str, members: Members) -> Iterator[tuple[str, bytes]]:
    return ((name, data) for name, data in members.items() if name.startswith(prefix))


def write(contents: Mapping[Path, bytes]) -> tuple[Path, ...]:
    """Write files; the paths where another file stays."""
    kept: list[Path] = []
    for path, data in contents.items():
        files.make_folder(path.parent)
        try:
            files.write_new(path, data)
        except files.TakenError:
            kept.append(path)
    return tuple(kept)


def verify(store: Store, data: bytes, path: Path) -> None:
    """Restore a backup beside the journal, in its private state folder, and compare it with the journal.

    Raises:
        JournalError, BadFileError: it is not the same; the backup is not to be relied on.
    """
    backup = unpack(data, path)
    with restored_beside(store, backup) as copy:
        restored = {name: data for name, data in _members(copy, copy.root / "none") if name in backup.members}
        wanted = {name: data for name, data in backup.members.items() if name not in (_HISTORY, _SETTINGS)}
        differing = [name for name in sorted({*restored, *wanted}) if restored.get(name) != wanted.get(name)]
        if backup.about.commit and (
            copy.repository.head() != store.repository.head() or copy.repository.tracked() != store.repository.tracked()
        ):
            differing.append(_HISTORY)
        if differing:
            raise unreliable(path, differing)


def unreliable(path: Path, differing: Sequence[str] = ()) -> JournalError:
    """Return the error for a backup that is not what it should be, with its members that differ."""
    text = _("The backup in {path} could not be restored as it should; it is not to be relied on.").format(path=path)
    if differing:
        what = _("This differs: {names}. Check the journal with reflect-tui doctor, then make the backup again.")
        text = f"{text} {what.format(names=first_names(differing))}"
    return JournalError(text)


@contextlib.contextmanager
def restored_beside(store: Store, backup: Backup) -> Iterator[Store]:
    """Restore a backup in the private state folder of a journal, and remove it again.

    Raises:
        JournalError: see restore().
    """
    files.make_folder(store.state)
    trial = remainders.trial(store)
    try:
        copy = Store(trial / "journal", trial / "state")
        restore(copy, backup, None)
        yield copy
    finally:
        if trial.exists():
            system.remove_tree(trial)


def remember(store: Store, path: Path, moment: datetime) -> None:
    """Write down where and when a backup was made; only doctor, closing a round and erasing tell of it.

    That stays known when the journal is moved: it stands under its id.
    """
    made = {"path": str(path.absolute()), "made": toml_datetime(moment.replace(microsecond=0))}
    before = _noted(store)
    earlier = [{"path": each.path, "made": toml_datetime(each.made)} for each in before if each.path != made["path"]][
        :_MOST_NOTED
    ]
    document = {"format": 1, **made, **({"earlier": earlier} if earlier else {})}
    folder = store.folder_of_all(FOLDER)
    files.make_folder(folder)
    files.replace(folder / _KNOWN, formats.toml(document).encode("utf-8", "replace"))
    files.remove(store.state / _KNOWN)
    remainders.written(store)


def with_answers(store: Store, closed: Iterable[Round]) -> str:
    """Say which backups may hold single answers to a confidential round of these; "" when none can."""
    secret = [(asked.made, asked.closed) for asked in closed if asked.is_confidential and asked.closed]
    found = [each for each in known(store) if any(made <= each.made <= end for made, end in secret)]
    if not found:
        return ""
    text = ngettext(
        "The backup {backups} was made while confidential answers waited, and may hold them still. Make a new one, and "
        "remove that one.",
        "These backups were made while confidential answers waited, and may hold them still: {backups}. Make a new "
        "one, and remove these.",
        len(found),
    )
    return text.format(backups=", ".join(map(backup_name, found)))


def backup_name(backup: KnownBackup) -> str:
    """Name a backup by its file and day."""
    return _("{path} of {date}").format(path=backup.path, date=format_date(backup.made.astimezone().date()))


def known(store: Store) -> tuple[KnownBackup, ...]:
    """Return the backups that were made here and may still be there, newest first; () when that can't be read."""
    return tuple(each for each in _noted(store) if not _is_removed(Path(each.path)))


def _noted(store: Store) -> tuple[KnownBackup, ...]:
    """Return the backups that were noted, the last first; earlier versions kept this by the path of the journal."""
    noted: list[KnownBackup] = []
    for path in (store.folder_of_all(FOLDER) / _KNOWN, store.state / _KNOWN):
        with contextlib.suppress(ReflectError):
            newest = formats.parse(formats.read_bytes(path), _KnownBackups, path)
            noted += [KnownBackup(path=newest.path, made=newest.made), *newest.earlier]
    return tuple(dict.fromkeys(noted))


def _is_removed(path: Path) -> bool:
    """Check whether a file is gone from its folder; without that folder it may be on a disk that is elsewhere now."""
    try:
        path.lstat()
    except FileNotFoundError:
        return path.parent.is_dir()
    except OSError:
        return False
    return False
