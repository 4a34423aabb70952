"""One sync through a plain folder, step by step: each device has a file of its own there, encrypted if wished."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import structs

from reflect_tui.disk import encrypted, files
from reflect_tui.errors import BadFileError, JournalError, NotFoundError, ReflectError
from reflect_tui.git.address import Address
from reflect_tui.git.complaints import SyncError
from reflect_tui.git.exchange import Exchange
from reflect_tui.git.patience import User
from reflect_tui.i18n import _
from reflect_tui.store import incoming, union
from reflect_tui.store.journal import Journal
from reflect_tui.store.sync_place import SyncState, bundle_prefix
from reflect_tui.store.sync_state import Synced
from reflect_tui.text import NAMED, display, more_text
from reflect_tui.toml import formats
from reflect_tui.usecases.sync_run import Ask, DeclinedError, SyncRun
from reflect_tui.views.keeping import file_advice, holding_file, readable_file

_LARGEST = 500_000_000  # bytes of one device's file
_BUNDLE = re.compile(r"reflect-tui-([0-9a-f]{12})-[0-9a-f]{8}\.bundle(?:\.age)?(?!\n)")


class Secret(Protocol):
    """Gives the passphrase of the files in a plain folder; a new one where none is encrypted yet."""

    def __call__(self, *, is_new: bool) -> str:
        """Ask for it."""


class FolderRun(SyncRun):
    """One sync through a plain folder: each device replaces one file of its own (a bundle) and reads the others'.

    So no two devices ever write one file, and whatever copies the folder can make no conflict.
    """

    def __init__(
        self, journal: Journal, exchange: Exchange, state: SyncState, ask: Ask, user: User, *, secret: Secret
    ) -> None:
        super().__init__(journal, exchange, state, ask, user)
        self._secret = secret
        self._passphrase = ""
        self._fits = False
        """Whether the passphrase opened a file."""
        self._first: tuple[Path, bytes] | None = None
        """The file by which the passphrase was tried, and what is in it: to open one takes a second."""
        self._begins_anew = False
        """Whether the user agreed to that, though the folder no longer holds what it did."""
        self._seen: dict[str, union.Tree | None] = {}
        """What the files of other devices hold, by their newest commits; None of what was known here before."""
        self._readable: list[str] = []
        """The files of other devices that anyone can read."""
        self._holding: list[str] = []
        """The files of other devices that still hold what was erased."""
        self._taken_back = False
        """Whether the file of this device held something that was new here."""

    def _all(self) -> Synced:
        """Join what the others have, and write what is here."""
        folder = Path(self._address.text)
        own = [folder / name for name in self._own_names()]
        self._prepare(own)
        self._tell(_("Looking for the files of other devices in {path}").format(path=self._shown))
        others = self._others(folder)
        if self._state.when and not others and not any(map(os.path.lexists, own)):
            self._agree_to_begin_anew()
        altered = [path for path in own if self._is_altered(path)]
        whole = [path for path in own if path.exists() and path not in altered]
        sealed = [path for path in (*whole, *others, *altered) if path.suffix == ".age" and _is_sealed(path)]
        self._try_passphrase(sealed)
        for path in altered:
            self._take_altered(path)
        self._take_all(others)
        head = self._journal.repository.head()
        if head is None:
            if others:  # named, and not whole yet
                return self._done
            raise self._nothing_error()
        if self._fits:  # what the others seal is not written readable here
            self._state = structs.replace(self._state, encrypted=True)
        written, other = (folder / name for name in self._own_names())
        self._keep_own(written, other, head)
        readable = tuple(self._readable) if self._state.encrypted else ()
        self._state = structs.replace(self._state, holding=tuple(self._holding), readable=readable)
        self._finish(head)
        return self._done

    def _prepare(self, own: Sequence[Path]) -> None:
        """See that the file of this device can be written; only this device writes these."""
        for path in own:
            files.tidy_beside(path)
            if files.is_real(path):
                text = _(
                    "{path} is a folder, and this device keeps a file there. Move the folder away, then sync again."
                )
                raise SyncError(text.format(path=display(str(path))))

    def _keep_own(self, written: Path, other: Path, head: str) -> None:
        """See that the file of this device holds what is here, and only what a passphrase opens if that was chosen."""
        if self._state.encrypted:
            self._note_all([f"{readable_file(name)}. {file_advice()}" for name in self._readable])
        is_altered = self._is_altered(written)
        # an earlier version did not note what it wrote, so that nobody can know whether it still lies there
        if head != self._state.commit or not written.exists() or is_altered or not self._state.written:
            is_there = os.path.lexists(written) or os.path.lexists(other)
            self._write(written, head, is_there=is_there, is_altered=is_altered)
        if os.path.lexists(other):
            files.remove(other)

    def _agree_to_begin_anew(self) -> None:
        """Ask before anything is written where all is gone: a disk that is not connected leaves an empty folder."""
        gone = _("{address} was synced before, and now no file of this journal is there.")
        if self._state.way == "repository":
            gone = _("{address} was a git repository at the last sync, and now it is a folder without this journal.")
        head = self._journal.repository.head()
        gone = gone.format(address=self._shown)
        connect = _("If its disk is not connected, connect it and sync again.")
        self._agree(self._journal.repository.git.files(head), f"{gone} {connect}")
        self._begins_anew = True

    def _own_names(self) -> tuple[str, str]:
        """Name the file of this device, and the one that it had before encryption was chosen or left."""
        plain = f"{bundle_prefix(self._journal.identity.id)}{self._state.device}.bundle"
        return (f"{plain}.age", plain) if self._state.encrypted else (plain, f"{plain}.age")

    def _is_altered(self, path: Path) -> bool:
        """Check whether something else lies there than this device wrote: an older copy, a part of it, a link."""
        if not self._state.written or not os.path.lexists(path):
            return False
        try:
            data = formats.read_bytes(path, _LARGEST)
        except ReflectError:
            return True
        return hashlib.sha256(data).hexdigest() not in self._state.written

    def _try_passphrase(self, encrypted: list[Path]) -> None:
        """Ask for the passphrase before anything is taken or written; ReflectError when it opens none of the files."""
        if encrypted or self._state.encrypted:
            self._passphrase = self._secret(is_new=not encrypted)
            if not self._passphrase:
                text = _("The files in {path} open with a passphrase only, and none was typed; nothing was done.")
                raise ReflectError(text.format(path=self._shown))
        reasons: dict[str, ReflectError] = {}
        for path in encrypted:
            try:
                self._first = path, self._opened(path)
            except ReflectError as error:
                reasons[path.name] = error
            else:
                return
        if encrypted:
            raise SyncError(_unopened_sentence(reasons))

    def _opened(self, path: Path) -> bytes:
        """Read the file of a device; ReflectError when the passphrase does not open it."""
        if self._first and self._first[0] == path:
            return self._first[1]
        data = formats.read_bytes(path, _LARGEST)
        if encrypted.is_sealed(data):
            data = encrypted.unseal(data, self._passphrase or self._secret(is_new=False))
            self._fits = True
        return data

    def _others(self, folder: Path) -> list[Path]:
        """List the files of other devices with this journal, or with the only one there is when there is none here."""
        own, here = self._own_names(), self._journal.identity.id[:12]
        names = [path.name for path in sorted(folder.iterdir()) if path.name not in own]
        found = {name: match[1] for name in names if (match := _BUNDLE.fullmatch(name))}
        journals = {here} if here else {*found.values()}
        if len(journals) > 1:
            text = _("There is more than one journal in {path}. Give each a folder of its own, and sync with that.")
            raise SyncError(text.format(path=self._shown))
        strangers = [name for name in found if found[name] not in journals]
        if strangers and not self._state.commit and not journals.intersection(found.values()):
            raise incoming.other_journal_error(self._shown, found[strangers[0]], here)
        if strangers:
            text = _("{path} holds another journal as well, which stays apart from this one: {names}")
            self._note(text.format(path=self._shown, names=self._names(strangers)))
        odd = [name for name in names if name not in found]
        if odd:
            text = _("Left alone, as no part of this journal: {names}")
            self._tell(text.format(names=self._names(odd)))
        return [folder / name for name, journal in found.items() if journal in journals]

    def _take_all(self, others: Sequence[Path]) -> None:
        for path in others:
            self._take(path)
            self._holding += [path.name] if self._replaces else []
        self._note_all([f"{holding_file(name)}. {file_advice()}" for name in self._holding])
        if more := more_text(self._done.unread - NAMED):
            self._tell(more)

    def _take(self, path: Path) -> None:
        """Join what one device has; a file that is not whole (yet) is named, and read at the next sync."""
        try:
            opened = self._opened(path)
        except ReflectError as error:
            if not (self._fits or isinstance(error, BadFileError | NotFoundError)):
                raise
            reason = str(error).removeprefix(f"{path}: ").removesuffix(".")
            if not isinstance(error, encrypted.TooHardError):
                reason = _("{reason}. A sync on that device writes it anew.").format(reason=reason)
            self._pass_over(path, reason)
            return
        if path.suffix != ".age" and not encrypted.is_sealed(opened):
            self._readable.append(path.name)
        kept = self._exchange.keep(opened)
        self._replaces = False
        try:
            self._join(kept, path.name)
        except DeclinedError:
            raise
        except (SyncError, BadFileError, NotFoundError) as error:
            self._pass_over(path, str(error).removeprefix(f"{self._shown}: ").replace(str(kept), path.name))

    def _take_altered(self, path: Path) -> None:
        """Join what stands in the place of this device's file, unless it is damaged: it may be all that is left.

        A disk that was put back from a copy knows less than the file does; a computer that was copied with its home
        writes the same file as the first.
        """
        try:
            before = self._done
            self._join(self._exchange.keep(self._opened(path)), path.name)
        except DeclinedError:
            raise
        except BadFileError as error:
            if error.path != str(path):  # the file is whole, but one of those in it is not
                raise
            return
        except (SyncError, NotFoundError, encrypted.UnopenedError):
            return
        if self._done != before:
            self._taken_back = True
            self._note(_taken_back_sentence(path.name))

    def _join(self, bundle: Path, name: str) -> None:
        """Receive what a bundle has that is new here, and note what all of it is."""
        address = Address(str(bundle), "folder")
        tip = self._exchange.tip(address)
        head = self._journal.repository.head()
        if tip is None or tip == head or (head and self._exchange.is_ancestor(tip, head)):
            if tip:
                self._seen[tip] = None
            return
        self._receive(address, head, tip, name)
        self._seen[tip] = self._exchange.files(tip)

    def _pass_over(self, path: Path, reason: str) -> None:
        self._done = structs.replace(self._done, unread=self._done.unread + 1)
        tell = self._tell if self._done.unread <= NAMED else self._tell_rest
        tell(_("{name} can't be used now: {reason}").format(name=display(path.name), reason=reason))

    def _write(self, path: Path, head: str, *, is_there: bool, is_altered: bool) -> None:
        """Write what is here in the place of what this device wrote before, or of what became of that."""
        tracked = dict(self._journal.repository.git.files(head))
        if not ((is_there and self._state.commit) or self._begins_anew):
            gone = _("The file that this device had in {address} is gone.").format(address=self._shown)
            self._agree(tracked, gone)
        self._tell(_("Writing what is here to {name}").format(name=path.name))
        there = self._trees_there(tracked, self._met_tree() if is_there and not is_altered else [])
        data = self._exchange.bundle(head)
        if self._state.encrypted:
            data = encrypted.seal(data, self._passphrase)
        digest = hashlib.sha256(data).hexdigest()
        self._state = structs.replace(self._state, written=(*self._state.written, digest))
        self._expect_sent()  # so that after a kill the next sync knows which file is that of this device
        try:
            files.replace(path, data)
        except JournalError as error:
            raise SyncError(str(error)) from error
        self._state = structs.replace(self._state, written=(digest,))
        if is_altered and not self._taken_back:
            self._note(_altered_sentence(path.name))
        self._count_sent(tracked, there)

    def _trees_there(self, tracked: union.Tree, own: Sequence[union.Tree]) -> list[union.Tree]:
        """Return what each file in the folder holds: of this device, if it is there, and of others that differ.

        A device that never had what is gone here has not deleted it.
        """
        met = self._state.rewritten or self._state.commit
        trees = list(own)
        for tip, received in self._seen.items():
            if received is None and own and self._exchange.is_ancestor(tip, met):  # older than that of this device
                continue
            held = self._exchange.files(tip) if received is None else received
            gone = {
                path: blob for tree in own for path, blob in tree.items() if path not in held and path not in tracked
            }
            never = self._exchange.never_had(tip, gone)
            trees.append({**held, **{path: gone[path] for path in never}})
        return trees


def _altered_sentence(name: str) -> str:
    """Say that a cloud service, a disk or a person changed what this device had written."""
    text = _(
        "{name}, the file of this device, was no longer as this device wrote it (a cloud service may have put an "
        "older one back, or a copy of this computer syncs here too), so it was written anew"
    )
    return text.format(name=name)


def _taken_back_sentence(name: str) -> str:
    """Say why the file of this device held what this device did not have."""
    text = _(
        "{name}, the file of this device, held what this device did not have, and that is here now: this journal was "
        "put back from an older copy, or another computer that is a copy of this one syncs here too"
    )
    return text.format(name=name)


def _is_sealed(path: Path) -> bool:
    """Check whether a passphrase can be tried on a file: on one that was emptied any would seem to fit."""
    with contextlib.suppress(ReflectError):
        return encrypted.is_sealed(formats.read_bytes(path, _LARGEST))
    return False


def _unopened_sentence(reasons: Mapping[str, ReflectError]) -> str:
    """Say why a passphrase opened none of some files, by their names."""
    for name, reason in reasons.items():
        if isinstance(reason, encrypted.TooHardError):
            return _("{name} can't be used now: {reason}").format(name=display(name), reason=reason)
    text = _(
        "The passphrase does not open {name}: it is another one, or the file is damaged. Nothing was taken or written. "
        "Type the one that your other devices use. If the file is damaged, remove it, then sync on its device."
    )
    return text.format(name=display(next(iter(reasons))))
