"""What is being filled in, kept outside the journal so that no end of the program costs it: sessions and forms.

Each has a file of its own; beside a session lies a copy of the instrument it is answered on.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, structs

from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, Fault, JournalError, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model import instrument as model_instrument
from reflect_tui.model import session as sessions
from reflect_tui.model.assessment import Answer, EditNote, replay
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import Instrument
from reflect_tui.store import draft_file
from reflect_tui.store.draft_file import Draft, DraftWriter, open_alone
from reflect_tui.toml import formats

_KEPT = 20  # discarded drafts


class BadDraft(Struct, frozen=True):
    """A draft that can't be read, with the reasons; its file is left as it is."""

    path: Path
    faults: tuple[Fault, ...]


class Drafts:
    """The drafts of one journal, in its state folder."""

    def __init__(self, state: Path) -> None:
        """Look in this folder; nothing is touched."""
        self.folder = state / "drafts"
        self.discarded = state / "discarded"
        self._instruments = state / "instruments"
        self._turn = threading.Lock()  # a copy that is just made for a new draft is not taken for one nobody needs

    def all(self) -> tuple[Draft | BadDraft, ...]:
        """List the drafts, newest first; ids begin with the date and time."""
        paths = sorted(self.folder.glob("*.toml"), key=lambda path: path.name, reverse=True)
        return tuple(self._read(path) for path in paths if not path.name.startswith("."))

    def _read(self, path: Path) -> Draft | BadDraft:
        try:
            return self.load(path)
        except BadFileError as error:
            return BadDraft(path, error.faults)
        except ReflectError as error:
            return BadDraft(path, (Fault("", str(error)),))

    def load(self, path: Path) -> Draft:
        """Read one draft file.

        Raises:
            NotFoundError: there is no such file.
            BadFileError: it does not begin as a draft does, or not with the id that is its name.
        """
        return self._parse(path)[0]

    def _parse(self, path: Path) -> tuple[Draft, bytes, bytes]:
        """Return a draft, the part of its file that is whole, and the whole file."""
        data = formats.read_bytes(path, draft_file.MAX_BYTES)
        draft, whole = draft_file.parse(data, path)
        if draft.id != path.stem:
            problem = _('is "{id}", which is not the name of the file').format(id=draft.id)
            raise BadFileError(path, (Fault("id", problem),))
        fitting = len(draft.acts)
        with contextlib.suppress(ReflectError):  # without its instrument a draft is shown, and can't be resumed
            fitting = _fitting(draft, self.instrument(draft))
        if fitting < draft.given:
            raise BadFileError(path, (Fault("", _("amends a session that does not fit its instrument")),))
        if fitting < len(draft.acts):
            whole = draft_file.length(data, fitting)
            acts, pauses = draft.acts[:fitting], draft.pauses[:fitting]
            draft = structs.replace(draft, acts=acts, pauses=pauses, damaged=True)
        return draft, data[:whole], data

    def path(self, session_id: str) -> Path:
        """Return the path of a draft."""
        return self.folder / f"{session_id}.toml"

    def create(self, draft: Draft, instrument_bytes: bytes) -> DraftWriter:
        """Begin a draft, on the instrument of these bytes; both are on the disk when this returns.

        Raises:
            JournalError: it could not be written.
            ValueError: the bytes are not those of the draft's digest.
        """
        if model_instrument.digest(instrument_bytes) != draft.digest:
            raise ValueError(draft.digest)
        with self._turn:
            copy = self._copy(draft.digest)
            for folder in (self.folder, self._instruments):
                files.make_folder(folder)
            try:
                files.write_new(copy, instrument_bytes)
            except files.TakenError:  # only a spoiled copy has other bytes under this name
                files.replace(copy, instrument_bytes)
            acts = zip(draft.acts, draft.pauses, strict=True)
            content = draft_file.header_bytes(draft) + b"".join(draft_file.act_bytes(*act) for act in acts)
            files.write_new(self.path(draft.id), content)
            return DraftWriter(self.path(draft.id), content)

    def resume(self, draft: Draft) -> DraftWriter:
        """Go on with a draft; what could not be read of its file is first kept beside it.

        Raises:
            JournalError: it could not be written, or another program is filling it in.
            NotFoundError: it is gone.
            BadFileError: it was spoiled since it was read.
        """
        path = self.path(draft.id)
        now, content, data = self._parse(path)
        os.close(open_alone(path))  # refuses a draft that is open elsewhere, before anything is changed
        if now.damaged:
            _keep_beside(path, data)
        if len(content) < len(data):
            files.replace(path, content, expected=data)
        return DraftWriter(path, content)

    def instrument(self, draft: Draft) -> Instrument:
        """Return the very instrument that a draft is answered on, in its own language.

        Raises:
            NotFoundError: its copy is gone.
            BadFileError: its copy was spoiled.
        """
        return model_instrument.parse(self.instrument_bytes(draft.digest), self._copy(draft.digest))

    def instrument_bytes(self, digest: str) -> bytes:
        """Return the file of the instrument with this digest.

        Raises:
            NotFoundError: there is no such copy.
            BadFileError: it is not what it was.
        """
        path = self._copy(digest)
        data = formats.read_bytes(path)
        if model_instrument.digest(data) != digest:
            raise BadFileError(path, (Fault("", _("was changed since this copy was made")),))
        return data

    def discard(self, session_id: str) -> None:
        """Put a draft away unfinished; the last 20 put away are kept.

        Raises:
            NotFoundError: there is no such draft.
            JournalError: it could not be moved.
        """
        path = self.path(session_id)
        if not path.exists():
            raise NotFoundError(_('There is no draft "{id}".').format(id=session_id))
        files.make_folder(self.discarded)
        with contextlib.suppress(OSError):
            path.touch()  # its time becomes that of putting it away
        files.move(path, self.discarded / path.name)
        kept = sorted(self.discarded.glob("*.toml"), key=lambda old: (old.stat().st_mtime_ns, old.name))
        for old in kept[:-_KEPT]:
            files.remove(old)

    def remove(self, session_id: str) -> None:
        """Remove a draft whose session is saved, and the instrument copy that no draft needs any more.

        Raises:
            JournalError: it could not be removed.
        """
        files.remove(self.path(session_id))
        with self._turn:
            self._drop_copies()

    def drop(self, session_id: str) -> None:
        """Remove the draft of a session that is saved; if that fails, the next start does it."""
        with contextlib.suppress(JournalError):
            self.remove(session_id)

    def _drop_copies(self) -> None:
        drafts = self.all()
        if any(isinstance(draft, BadDraft) for draft in drafts) or any(self.discarded.glob("*.toml")):
            return  # one of those may need any copy
        needed = {self._copy(draft.digest) for draft in drafts if isinstance(draft, Draft)}
        for copy in set(self._instruments.glob("*.toml")) - needed:
            files.remove(copy)

    def _copy(self, digest: str) -> Path:
        return self._instruments / f"{digest.removeprefix('sha256:')}.toml"


def _fitting(draft: Draft, answered_on: Instrument) -> int:
    """Count the acts before the first one that the instrument does not allow: no key of ours made that one."""
    for number, act in enumerate(draft.acts):
        if isinstance(act, Answer | EditNote) and act.item not in answered_on.positions:
            return number
        if isinstance(act, Answer) and isinstance(act.score, int) and not answered_on.scale.allows(act.score):
            return number
    return len(draft.acts)


def _keep_beside(path: Path, data: bytes) -> None:
    for number in itertools.count(1):
        try:
            files.write_new(path.with_name(f"{path.name}.damaged-{number}"), data)
        except files.TakenError:
            continue
        return


def drop_saved(drafts: Drafts, root: Path) -> tuple[str, ...]:
    """Remove the drafts whose session stands in the journal with all that they say; give their ids.

    The session may say more, when it was finished from a later state of the draft. A draft that amends a session stays
    while that session's file is still the one it began from.
    """
    saved = [draft.id for draft in drafts.all() if not isinstance(draft, BadDraft) and _is_saved(draft, drafts, root)]
    for draft_id in saved:
        drafts.drop(draft_id)
    return tuple(saved)


def _is_saved(draft: Draft, drafts: Drafts, root: Path) -> bool:
    path = root / sessions.relative_path(draft.id)
    if draft.damaged or not path.exists():
        return False
    try:
        if draft.amends == model_instrument.digest(formats.read_bytes(path)):
            return False
        session = sessions.load(path)
        assessment = replay(drafts.instrument(draft), draft.acts, draft.given)
    except ReflectError:
        return False
    scores, notes = dict(assessment.scores), dict(assessment.notes)
    if draft.amends:
        said = (scores, notes, assessment.remark)
        return (dict(session.scores), dict(session.notes), session.remark) == said
    return (
        scores.items() <= session.scores.items()
        and notes.items() <= session.notes.items()
        and assessment.remark in ("", session.remark)
    )


def drop_cache(state: Path) -> None:
    """Remove what earlier versions kept of the sessions to start faster: ids, times, scores, all of it derived."""
    path = state / "sessions.cache"
    if path.exists():
        with contextlib.suppress(JournalError):
            files.remove(path)


# Forms that are not done: what stands in their fields


LINE = "line"  # the only field of a form of one line


class TypedGoal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="form", tag="goal"):
    """A goal whose form is not done: the goal to be changed or made, and the texts of the fields.

    `place` is the step of the talk in which it is to be made.
    """

    goal: Goal
    fields: dict[str, str]
    is_new: bool
    place: int = 0

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.goal.id

    @property
    def subject(self) -> tuple[object, ...]:
        """What it is about: a form about the same goes on with it."""
        goal = self.goal
        if not self.is_new:
            return (goal.id,)
        return (goal.talk, self.place) if goal.talk else (goal.instrument, goal.domain, goal.items)


class TypedLines(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="form", tag="lines"):
    """Lines that are being typed about a talk or a session, by its id.

    They are the date of the next talk, the names under one, a point of one's own, the reason of an amendment, or rows
    of scores for a draft, by the id of their first statement.
    """

    kind: Literal["date", "signatures", "point", "amendment", "row"]
    about: Annotated[str, Meta(pattern=r"^[0-9A-Za-z-]+$(?!\n)")]
    fields: dict[str, str]

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.kind}.{self.about}"

    @property
    def subject(self) -> tuple[object, ...]:
        """What it is about: a form about the same goes on with it."""
        return (self.kind, self.about)


class TypedInstrument(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="form", tag="making"):
    """An instrument being made: its document as TOML; `about` is the id and version it goes on from, "" a new one."""

    about: Annotated[str, Meta(pattern=r"^[0-9a-z.@-]*$(?!\n)")]
    fields: dict[str, str]

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"instrument.{self.about or 'new'}"

    @property
    def subject(self) -> tuple[object, ...]:
        """What it is about: a form about the same goes on with it."""
        return ("instrument", self.about)


TypedForm: TypeAlias = TypedGoal | TypedLines | TypedInstrument


class TypedForms:
    """The forms that are not done in one journal, in its state folder: one file each."""

    def __init__(self, state: Path) -> None:
        """Look in this folder; nothing is touched."""
        self.folder = state / "typed"

    def path(self, name: str) -> Path:
        """Return the path of the file of a form."""
        return self.folder / f"{name}.json"

    def all(self) -> tuple[TypedForm, ...]:
        """List them, the goals newest first, without those that can't be read; see faulty()."""
        return tuple(form for form in self._read() if not isinstance(form, BadFileError))

    def faulty(self) -> tuple[BadFileError, ...]:
        """List the files that can't be read; save() puts such a file aside before it writes another."""
        return tuple(error for error in self._read() if isinstance(error, BadFileError))

    def _read(self) -> Iterator[TypedForm | BadFileError]:
        for path in sorted(self.folder.glob("[!.]*.json"), reverse=True):
            try:
                yield formats.unpack(formats.read_bytes(path), TypedForm, path)  # type: ignore[arg-type]  # no class, yet a shape
            except BadFileError as error:
                yield error

    def save(self, typed: TypedForm) -> None:
        """Keep what stands in a form; when this returns, it is on the disk.

        Raises:
            JournalError: it can't be written.
        """
        path = self.path(typed.name)
        files.make_folder(self.folder)
        if any(error.path == str(path) for error in self.faulty()):
            files.move(path, path.with_name(f"{path.name}.damaged"))
        files.replace(path, formats.pack(typed))

    def drop(self, name: str) -> None:
        """Forget what was typed in a form; fine when there is nothing.

        Raises:
            JournalError: it could not be removed.
        """
        files.remove(self.path(name))

    def drop_saved(self, saved: Container[str]) -> None:
        """Forget what was typed of new goals that a killed program had saved already, by their ids."""
        for typed in self.all():
            if isinstance(typed, TypedGoal) and typed.is_new and typed.goal.id in saved:
                self.drop(typed.name)


def typed_goals(forms: Iterable[TypedForm]) -> list[TypedGoal]:
    """Choose the goals among forms that are not done, newest first."""
    found = (typed for typed in forms if isinstance(typed, TypedGoal))
    return sorted(found, key=lambda typed: typed.goal.made, reverse=True)
