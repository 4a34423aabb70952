"""What the screens have done to rounds of feedback, in threads; and the taking in of files from others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual import work
from textual.worker import get_current_worker

from reflect_tui.errors import ReflectError
from reflect_tui.feedback.answers import AnswerFile
from reflect_tui.i18n import _
from reflect_tui.model import library
from reflect_tui.model.round import Round
from reflect_tui.store import rounds
from reflect_tui.store.rounds import TooFewError
from reflect_tui.tui.messages import FilesExamined, FilesTaken, FormsWritten, RoundTooSmall
from reflect_tui.tui.services.documents import DocumentWork

if TYPE_CHECKING:
    from reflect_tui.store import importing
    from reflect_tui.store.importing import Candidate


class RoundWork(DocumentWork):
    """The part of the app that keeps rounds."""

    @work(thread=True, group="journal", name="make a round")
    def make_round(self, found: Round) -> None:
        """Keep a new round."""
        if self.may_write():
            self._attempt(self._make_round, found)

    def _make_round(self, found: Round) -> None:
        rounds.make(self.journal, found, library.bundled_bytes(found.instrument))
        self._load()

    @work(thread=True, group="journal", name="write the forms of a round")
    def write_forms(self, round_id: str, numbers: Sequence[int], folder: Path, *, paper: bool) -> None:
        """Write the forms of the invited with these numbers into a folder."""
        if self.may_write():
            self._attempt(self._write_forms, round_id, numbers, folder, paper=paper)

    def _write_forms(self, round_id: str, numbers: Sequence[int], folder: Path, *, paper: bool) -> None:
        from reflect_tui.tui.screens.rounds import said  # noqa: PLC0415 -- the same
        from reflect_tui.usecases import invitations  # noqa: PLC0415 -- only when asked

        paths = invitations.write_forms(self.journal, round_id, numbers, folder, paper=paper)
        self._load()
        self.post_message(FormsWritten(said(rounds.get(self.journal, round_id)[0], numbers, paths)))

    def on_forms_written(self, message: FormsWritten) -> None:
        """Say which form is for whom."""
        from reflect_tui.tui.screens.dialog import MessageScreen  # noqa: PLC0415 -- only when asked

        self.push_screen(MessageScreen(_("Written"), message.sentence))

    @work(thread=True, group="journal", name="close a round")
    def close_round(self, round_id: str, *, leave_out: bool = False) -> None:
        """Close a round; when groups are too small, ask what is to be done."""
        if self.may_write():
            self._attempt(self._close_round, round_id, leave_out=leave_out)

    def _close_round(self, round_id: str, *, leave_out: bool) -> None:
        try:
            rounds.close(self.journal, round_id, self.clock.now(), leave_out=leave_out)
        except TooFewError as error:
            self.post_message(RoundTooSmall(round_id, str(error), error.groups, fatal=leave_out))
        self._load()

    @work(thread=True, group="journal", name="withdraw a round")
    def withdraw_round(self, round_id: str) -> None:
        """Withdraw a round."""
        if self.may_write():
            self._attempt(self._withdraw_round, round_id)

    def _withdraw_round(self, round_id: str) -> None:
        rounds.withdraw(self.journal, round_id)
        self._load()

    @work(thread=True, group="journal", name="withdraw an invitation")
    def withdraw_invitation(self, round_id: str, number: int) -> None:
        """Withdraw the invitation with this number."""
        if self.may_write():
            self._attempt(self._withdraw_invitation, round_id, number)

    def _withdraw_invitation(self, round_id: str, number: int) -> None:
        rounds.withdraw_invitation(self.journal, round_id, number)
        self._load()

    @work(thread=True, group="journal", name="take a paper form in")
    def take_paper(self, answer: AnswerFile, number: int) -> None:
        """Take in what was typed over from paper, for the invited with this number; their form counts no more."""
        if self.may_write():
            self._attempt(self._take_paper, answer, number)

    def _take_paper(self, answer: AnswerFile, number: int) -> None:
        rounds.take_paper(self.journal, answer, number)
        self._load()

    @work(thread=True, exclusive=True, group="import", name="look at files")
    def examine_files(self, paths: Sequence[Path]) -> None:
        """Look at files that may be taken in; nothing is written."""
        worker = get_current_worker()

        def progress(done: int, total: int) -> bool:
            self.post_message(FilesExamined((), done, total))
            return not worker.is_cancelled

        self._attempt(self._examine, paths, progress)

    def _examine(self, paths: Sequence[Path], progress: importing.Progress) -> None:
        from reflect_tui.store import importing  # noqa: PLC0415 -- only when asked

        found = importing.examine(self.journal, paths, progress)
        if found:
            self.post_message(FilesExamined(found, len(found), len(found)))

    @work(thread=True, group="journal", name="take files in")
    def take_files(self, found: Sequence[Candidate]) -> None:
        """Take in what can be."""
        if self.may_write():
            self._attempt(self._take_files, found)

    def _take_files(self, found: Sequence[Candidate]) -> None:
        from reflect_tui.store import importing  # noqa: PLC0415 -- only when asked

        done, failed = [], []
        for candidate in found:
            if not candidate.faults and not candidate.there:
                try:
                    importing.save(self.journal, candidate, self.clock)
                except ReflectError as error:
                    failed.append((candidate, str(error)))
                else:
                    done.append(candidate)
        self._load()
        self.post_message(FilesTaken(done, failed))
