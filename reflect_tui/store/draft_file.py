"""The file of a draft: a header and one block for every act, appended, so that a torn end never spoils the rest.

Every act is written at once, by threads, so that no key ever waits for a disk. One thread writes, so that a kill loses
at most the key in hand, even while another thread waits in fsync for the disk, so that a power cut loses at most about
a second. What can't be written stays in memory and is tried again.
"""

from __future__ import annotations

import contextlib
import errno
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from reflect_tui import system
from reflect_tui.disk import files, lock
from reflect_tui.errors import BadFileError, Fault, JournalError
from reflect_tui.i18n import _
from reflect_tui.model.assessment import Act, Answer, EditNote, EditRemark, Redo, Undo
from reflect_tui.model.instrument import Identifier, Version
from reflect_tui.model.session import Digest, Moment, Role, Score, SessionId
from reflect_tui.store.plans import MAX_REASON
from reflect_tui.toml import formats

MAX_BYTES = 50_000_000
_END = b"\n\n"  # no block has an empty line inside: texts are written on one line, with \n for a line end
# A git program that another thread starts has a copy of every open file, locks and all, until it runs.
_INHERITED = 0.5  # seconds; a lock that is still held then is another window's
_RETRY = 1.0  # seconds before what failed is tried again, when no new act asks for it earlier
Seconds = Annotated[float, Meta(ge=0, le=1e9)]


class Draft(Struct, frozen=True, kw_only=True):
    """A session being filled in: whose it will be, and everything done so far.

    `pauses` are the seconds before each act, as many as there are acts. `damaged` tells that part of the file could
    not be read; what came before it is here, and resuming keeps a copy of the whole file.

    A draft that amends a saved session has its id. `amends` is the digest of the file it began from, `finished` that
    session's own, `reason` why; the first `given` acts make up the session as it was, and can't be undone.

    `entered` is when it was begun, when it is typed over from an old paper form; `started` has the day of that.
    """

    id: str
    instrument: str
    version: str
    digest: str
    role: Role
    started: Moment
    entered: Moment | None = None
    acts: tuple[Act, ...] = ()
    pauses: tuple[float, ...] = ()
    damaged: bool = False
    amends: str | None = None
    finished: Moment | None = None
    reason: str = ""
    given: int = 0


class Header(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The first block of a draft."""

    format: Literal[1] = 1
    id: SessionId
    instrument: Identifier
    version: Version
    digest: Digest
    role: Role
    started: Moment
    entered: Moment | None = None
    amends: Digest | None = None
    finished: Moment | None = None
    reason: Annotated[str, Meta(max_length=MAX_REASON)] = ""
    given: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class _Block(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    after: Seconds


class AnswerBlock(_Block, frozen=True, tag="answer"):
    """An answer; without a score it was cleared."""

    item: Identifier
    score: Score | None = None


class NoteBlock(_Block, frozen=True, tag="note"):
    """The text of an item's note."""

    item: Identifier
    text: str


class RemarkBlock(_Block, frozen=True, tag="remark"):
    """The text of the remark about the session."""

    text: str


class UndoBlock(_Block, frozen=True, tag="undo"):
    """The last act was taken back."""


class RedoBlock(_Block, frozen=True, tag="redo"):
    """An act taken back was brought back."""


AnyBlock = AnswerBlock | NoteBlock | RemarkBlock | UndoBlock | RedoBlock


class ActFile(Struct, frozen=True, forbid_unknown_fields=True):
    """One block of a draft by itself: `[[act]]` and its keys."""

    act: Annotated[tuple[AnyBlock, ...], Meta(min_length=1, max_length=1)]


def header_bytes(draft: Draft) -> bytes:
    """Write the first block of a draft."""
    header: dict[str, object] = {
        "format": 1,
        "id": draft.id,
        "instrument": draft.instrument,
        "version": draft.version,
        "digest": draft.digest,
        "role": draft.role,
        "started": draft.started,
    }
    if draft.entered:
        header["entered"] = draft.entered
    if draft.amends:
        header |= {"amends": draft.amends, "finished": draft.finished, "reason": draft.reason, "given": draft.given}
    return formats.toml(header).encode() + b"\n"


def act_bytes(act: Act, after: float) -> bytes:
    """Write the block of one act, done `after` seconds after the one before."""
    fields: dict[str, object]
    match act:
        case Answer(item, score):
            fields = {"kind": "answer", "item": item} | ({} if score is None else {"score": score})
        case EditNote(item, text):
            fields = {"kind": "note", "item": item, "text": text}
        case EditRemark(text):
            fields = {"kind": "remark", "text": text}
        case Undo():
            fields = {"kind": "undo"}
        case Redo():
            fields = {"kind": "redo"}
    fields["after"] = round(min(max(after, 0.0), 1e9), 1)
    # A lone surrogate can't be written; texts are cleaned where they are typed, this only keeps the draft going.
    return b"[[act]]\n" + formats.toml(fields).encode("utf-8", "replace") + b"\n"


def parse(data: bytes, path: object) -> tuple[Draft, int]:
    """Read a draft; also tell how many of its bytes are whole blocks.

    A last block without its end was being written when the program was killed: it is left out without a word.
    Anything else that can't be read makes the draft `damaged`, and what follows it is left out as well, since acts
    only mean something in their order.

    Raises:
        BadFileError: the first block can't be read, or part of the session that the draft amends.
    """
    *blocks, _tail = data.split(_END)
    if not blocks:
        raise BadFileError(str(path), (Fault("", _("does not begin as a draft does")),))
    header = formats.parse(blocks[0] + b"\n", Header, str(path))
    whole = len(blocks[0]) + len(_END)
    acts: list[Act] = []
    pauses: list[float] = []
    for block in blocks[1:]:
        try:
            act_file = formats.parse(block + b"\n", ActFile, str(path)).act[0]
        except BadFileError:
            break
        acts.append(_act(act_file))
        pauses.append(act_file.after)
        whole += len(block) + len(_END)
    if len(acts) < header.given:
        raise BadFileError(str(path), (Fault("", _("has lost part of the session that it amends")),))
    fields: dict[str, Any] = {name: getattr(header, name) for name in header.__struct_fields__ if name != "format"}
    draft = Draft(**fields, acts=tuple(acts), pauses=tuple(pauses), damaged=len(acts) < len(blocks) - 1)
    return draft, whole


def length(data: bytes, acts: int) -> int:
    """Return how many bytes the first block and so many acts take."""
    return len(_END.join(data.split(_END)[: acts + 1])) + len(_END)


def _act(block: AnyBlock) -> Act:
    match block:
        case AnswerBlock():
            return Answer(block.item, block.score)
        case NoteBlock():
            return EditNote(block.item, block.text)
        case RemarkBlock():
            return EditRemark(block.text)
        case UndoBlock():
            return Undo()
        case RedoBlock():
            return Redo()


class DraftState(Struct, frozen=True):
    """How far a draft is kept: counts of acts since it was opened; `failed` is a sentence, "" when all is well.

    `pending` acts are only in memory, `written` ones survive a kill, `synced` ones a power cut.
    """

    pending: int
    written: int
    synced: int
    failed: str = ""

    @property
    def is_safe(self) -> bool:
        """Whether all of it survives a power cut."""
        return not self.failed and not self.pending and self.synced == self.written


OnState = Callable[[DraftState], None]


class DraftWriter:
    """Appends acts to one draft file; made by Drafts. Any thread may call it."""

    def __init__(self, path: Path, content: bytes) -> None:
        """Go on with a file that holds `content`.

        Raises:
            JournalError: the file can't be opened, or another program is filling it in.
        """
        self._path = path
        self._blocks = [content]  # everything the file must hold: it can be made anew from this
        self._size = len(content)
        self._written = self._synced = 0
        self._failed = ""
        self._failures = 0
        self._next_try = 0.0
        self._broken = False  # the file can't be trusted any more and must be made anew
        self._stopped = False
        self._on_state: OnState | None = None
        self._change = threading.Condition()
        self._telling = threading.Lock()
        self._descriptor = open_alone(path)
        names = (("draft-writer", self._write_always), ("draft-sync", self._sync_always))
        self._threads = [threading.Thread(target=work, name=name, daemon=True) for name, work in names]
        for thread in self._threads:
            thread.start()

    @property
    def path(self) -> Path:
        """The draft's file."""
        return self._path

    @property
    def state(self) -> DraftState:
        """How far the draft is kept now."""
        with self._change:
            return DraftState(self._count() - self._written, self._written, self._synced, self._failed)

    def listen(self, on_state: OnState) -> None:
        """Call `on_state` from the threads after every change from now on.

        It must return at once (post a message, don't wait for the screen) and may call nothing here but `state`.
        """
        self._on_state = on_state

    def append(self, act: Act, after: float) -> None:
        """Keep one act, done `after` seconds after the one before; returns at once.

        Raises:
            ValueError: the writer is closed.
        """
        block = act_bytes(act, after)
        with self._change:
            if self._stopped:
                raise ValueError(self._path)
            self._blocks.append(block)
            self._wake()

    def flush(self, timeout: float | None = None) -> None:
        """Wait until everything appended so far is on the disk, at most `timeout` seconds.

        Raises:
            JournalError: it could not be written, or took too long; it stays in memory and will be tried again.
        """
        deadline = time.monotonic() + (threading.TIMEOUT_MAX / 2 if timeout is None else timeout)
        with self._change:
            target, failures = self._count(), self._failures
            if self._synced < target or self._broken:
                self._wake()
            while not self._stopped and (self._synced < target or self._broken):
                left = deadline - time.monotonic()
                if self._failures > failures:
                    raise JournalError(self._failed)
                if left <= 0:
                    slow = _("{path} is not on the disk yet: the disk does not answer.")
                    raise JournalError(slow.format(path=self._path))
                self._change.wait(min(left, _RETRY))

    def close(self, timeout: float | None = None) -> None:
        """Flush and stop; more than once is fine.

        Raises:
            JournalError: something could not be written in time; the writer has stopped all the same.
        """
        if self._stopped:
            return
        try:
            self.flush(timeout)
        finally:
            with self._change:
                self._stopped = True
                self._wake()
            for thread in self._threads:
                thread.join(timeout)
            os.close(self._descriptor)

    def _count(self) -> int:
        """Count the acts appended; the first block is what the file held before."""
        return len(self._blocks) - 1

    def _wake(self) -> None:
        self._next_try = 0.0
        self._change.notify_all()

    def _write_always(self) -> None:
        while True:
            with self._change:
                while not self._stopped and not self._due():
                    self._change.wait(_RETRY if self._failed else None)
                if self._stopped:
                    return
                start, offset, broken = self._written, self._size, self._broken
                end = self._count()
                data = b"".join(self._blocks if broken else self._blocks[start + 1 :])
            self._attempt(data, offset, end, broken=broken)
            self._tell()

    def _due(self) -> bool:
        """Check whether there is something to write, and it is time to."""
        return (self._broken or self._written < self._count()) and time.monotonic() >= self._next_try

    def _attempt(self, data: bytes, offset: int, end: int, *, broken: bool) -> None:
        """Write acts up to the one numbered `end`; a failure is kept for all to see, the acts remain to be written."""
        try:
            if broken:
                self._make_anew(data)
            else:
                _write_at(self._descriptor, data, offset)
        except OSError as error:
            self._fail(files.explain(error, self._path))
        except JournalError as error:
            self._fail(str(error))
        else:
            with self._change:
                self._written, self._failed = end, ""
                self._size = len(data) if broken else offset + len(data)
                if broken:
                    self._synced, self._broken = end, False
                self._change.notify_all()

    def _fail(self, sentence: str) -> None:
        with self._change:
            self._failed = sentence
            self._failures += 1
            self._next_try = time.monotonic() + _RETRY
            self._change.notify_all()

    def _make_anew(self, data: bytes) -> None:
        """Write the whole draft to a new file.

        After a failed fsync the kernel may have thrown away what it could not write and call the next fsync a
        success, so the old file is no longer to be relied upon.
        """
        files.make_folder(self._path.parent)
        files.replace(self._path, data)
        old, self._descriptor = self._descriptor, open_alone(self._path)
        os.close(old)

    def _sync_always(self) -> None:
        while True:
            with self._change:
                while not self._stopped and (self._broken or self._synced >= self._written):
                    self._change.wait()
                if self._stopped:
                    return
                target = self._written
            try:
                system.sync(self._descriptor)
                if not os.fstat(self._descriptor).st_nlink:
                    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            except OSError as error:
                with self._change:
                    self._broken, self._failed = True, files.explain(error, self._path)
                    self._wake()
            else:
                with self._change:
                    self._synced = max(self._synced, target)
                    self._change.notify_all()
            self._tell()

    def _tell(self) -> None:
        """Report how far things are, each change in its order."""
        if self._on_state is None:
            return
        # A screen that has closed its event loop meanwhile answers with RuntimeError; the draft goes on.
        with self._telling, contextlib.suppress(RuntimeError):
            self._on_state(self.state)


def open_alone(path: Path) -> int:
    """Open a draft for writing, for this program alone.

    Raises:
        JournalError: another program has it open, or it can't be opened.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | system.NO_LINK | system.OPEN)
        if lock.take(descriptor, _INHERITED):
            return descriptor
        os.close(descriptor)
    except OSError as error:
        raise JournalError(files.explain(error, path)) from error
    raise JournalError(_("This draft is being filled in in another window."))


def _write_at(descriptor: int, data: bytes, offset: int) -> None:
    """Write all bytes at one place: a second try after a failure overwrites what the first one left."""
    rest = memoryview(data)
    while rest:
        written = system.write_at(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written
