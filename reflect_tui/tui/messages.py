"""What the threads behind the screens tell the app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.message import Message

from reflect_tui.model.session import Session
from reflect_tui.settings import Settings
from reflect_tui.store.draft_writer import DraftState
from reflect_tui.store.external_changes import Signature

if TYPE_CHECKING:
    from reflect_tui.model.round import Rater
    from reflect_tui.store.importing import Candidate
    from reflect_tui.tui.state import State
    from reflect_tui.usecases.filling import Sitting


class JournalRead(Message):
    """The journal was read, or what could not be done is known."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state


class JournalReading(Message):
    """So many of the session files were read; the rest follows."""

    def __init__(self, read: int) -> None:
        super().__init__()
        self.read = read


class JournalNoticed(Message):
    """The journal is not as it was when `state` was read, and this program did not do that."""

    def __init__(self, state: State, signature: Signature) -> None:
        super().__init__()
        self.state = state
        self.signature = signature


class HistoryOpened(Message):
    """What kept history from being written when `state` was read is gone, and what waited is in it."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state


class WorkFailed(Message):
    """Something could not be done; the sentence says what."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class SessionSeated(Message):
    """A session is ready to be filled in."""

    def __init__(self, seat: Sitting) -> None:
        super().__init__()
        self.seat = seat


class SessionFinished(Message):
    """A session was saved: file and folder are on disk."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session


class AgendaSaved(Message):
    """An agenda was saved: its file is on disk."""


class FilesExamined(Message):
    """Files were looked at: so many of so many; `found` has what they are when all were."""

    def __init__(self, found: Sequence[Candidate], done: int, total: int) -> None:
        super().__init__()
        self.found = found
        self.done = done
        self.total = total


class FilesTaken(Message):
    """Files were taken in; those that could not be, with the reason."""

    def __init__(self, done: Sequence[Candidate], failed: Sequence[tuple[Candidate, str]]) -> None:
        super().__init__()
        self.done = done
        self.failed = failed


class FormsWritten(Message):
    """The forms of a round are written; `sentence` says which is for whom."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class RoundTooSmall(Message):
    """A round was not closed: these groups have answered, but fewer than they were promised."""

    def __init__(self, round_id: str, sentence: str, groups: dict[Rater, int], *, fatal: bool) -> None:
        super().__init__()
        self.round_id = round_id
        self.sentence = sentence
        self.groups = groups
        self.fatal = fatal


class DraftChanged(Message):
    """The draft's state on disk changed."""

    def __init__(self, state: DraftState) -> None:
        super().__init__()
        self.state = state


class SettingsRead(Message):
    """The settings as they stand in the file, after writing one or when they were looked at."""

    def __init__(self, settings: Settings, *, written: bool = False) -> None:
        super().__init__()
        self.settings = settings
        self.written = written


class SettingsFailed(Message):
    """The settings could not be read or written; the sentence says why, the file is as it was."""

    def __init__(self, sentence: str, *, written: bool = False) -> None:
        super().__init__()
        self.sentence = sentence
        self.written = written
