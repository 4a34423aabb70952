"""Keeps rounds of feedback, writes their forms and takes in answers, in threads: saved first, then committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from textual.message import Message
from textual.message_pump import MessagePump
from textual.worker import get_current_worker

from reflect_tui import paths
from reflect_tui.errors import ReflectError
from reflect_tui.feedback.answers import AnswerFile
from reflect_tui.i18n import _
from reflect_tui.model.round import Round
from reflect_tui.paths import at_home
from reflect_tui.store import backup, closing, rounds
from reflect_tui.store.closing import DoubledError, MissingError, TooFewError
from reflect_tui.tui.host import Announced, Service, ServiceHost
from reflect_tui.tui.services.journal import JournalService

if TYPE_CHECKING:
    from reflect_tui.model.round import Invited, Rater
    from reflect_tui.store.candidates import Candidate
    from reflect_tui.store.importing import Recognised


class FilesExamined(Message):
    """Files were looked at: so many of so many; `found` has what they are when all were."""

    def __init__(self, found: Sequence[Candidate], done: int, total: int) -> None:
        super().__init__()
        self.found = found
        self.done = done
        self.total = total


class FilesRecognised(Message):
    """What can be imported from the folder of downloads."""

    def __init__(self, found: Sequence[Recognised]) -> None:
        super().__init__()
        self.found = found


class FilesTaken(Message):
    """Files were taken in; those that could not be, with the reason."""

    def __init__(self, done: Sequence[Candidate], failed: Sequence[tuple[Candidate, str]]) -> None:
        super().__init__()
        self.done = done
        self.failed = failed


class FilesCombined(Message):
    """Answers were combined; `sentences` say in which file, what to do with it, and what is not in it."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__()
        self.sentences = sentences


class CombinedBefore(Message):
    """Answers were not combined: they gave another file before; `sentence` says what a second one gives away."""

    def __init__(self, output: str, sentence: str) -> None:
        super().__init__()
        self.output = output
        self.sentence = sentence


class RoundTooSmall(Message):
    """A round was not closed: these groups have answered, but fewer than they were promised; or answers are missing.

    `others` tells whether it can be closed without these. `without_missing` was said before.
    """

    def __init__(
        self, round_id: str, sentence: str, groups: dict[Rater, int], *, others: bool, without_missing: bool
    ) -> None:
        super().__init__()
        self.round_id = round_id
        self.sentence = sentence
        self.groups = groups
        self.others = others
        self.without_missing = without_missing


class RoundDoubled(Message):
    """A round was not closed: one person's two answers wait among those of these people."""

    def __init__(self, round_id: str, sentence: str, people: Sequence[Invited]) -> None:
        super().__init__()
        self.round_id = round_id
        self.sentence = sentence
        self.people = people


class RoundService(Service):
    """Makes, closes and withdraws rounds, writes their forms, and takes in answers."""

    def __init__(self, host: ServiceHost, journal_service: JournalService) -> None:
        super().__init__(host)
        self._journal_service = journal_service

    def make(self, feedback_round: Round) -> None:
        """Keep a new round."""
        self._journal_service.change("make a round", partial(self._make, feedback_round))

    def _make(self, feedback_round: Round) -> None:
        journal = self.host.journal
        rounds.make(journal, feedback_round, journal.instrument_bytes(feedback_round))

    def write_forms(self, round_id: str, numbers: Sequence[int], folder: str, *, paper: bool, labelled: bool) -> None:
        """Write the forms of the invited with these numbers into a folder."""
        task = partial(self._write_forms, round_id, numbers, folder, paper=paper, labelled=labelled)
        self._journal_service.change("write the forms of a round", task)

    def _write_forms(self, round_id: str, numbers: Sequence[int], folder: str, *, paper: bool, labelled: bool) -> None:
        from reflect_tui.usecases import invitations  # noqa: PLC0415 -- after the first paint

        target = paths.typed(folder)
        written = invitations.write_forms(self.host.journal, round_id, numbers, target, paper=paper, labelled=labelled)
        asked = rounds.get(self.host.journal, round_id)[0]
        self.host.post_message(Announced(_("Written"), _forms_sentence(asked, numbers, written)))

    def add_person(self, round_id: str, role: Rater, label: str, folder: str) -> None:
        """Add someone to a round and write their form into a folder."""
        self._journal_service.change("add a person", partial(self._add_person, round_id, role, label, folder))

    def _add_person(self, round_id: str, role: Rater, label: str, folder: str) -> None:
        from reflect_tui.usecases import invitations  # noqa: PLC0415 -- after the first paint

        target = paths.typed(folder)
        path = invitations.add_person(self.host.journal, round_id, role, label, target)
        asked = rounds.get(self.host.journal, round_id)[0]
        text = _form_lines(asked, target, [f"{path.name}: {label or '–'}"])
        self.host.post_message(Announced(_("Written"), text))

    def close(
        self, round_id: str, reply_to: MessagePump, *, leave_out: bool = False, without_missing: bool = False
    ) -> None:
        """Close a round; when answers are missing or groups too small, the screen that asked is told."""
        task = partial(self._close, round_id, reply_to, leave_out=leave_out, without_missing=without_missing)
        self._journal_service.change("close a round", task)

    def _close(self, round_id: str, reply_to: MessagePump, *, leave_out: bool, without_missing: bool) -> None:
        twice = closing.doubled_sentence(self.host.journal, rounds.get(self.host.journal, round_id)[0])
        try:
            closing.close(
                self.host.journal, round_id, self.host.clock.now(), leave_out=leave_out, without_missing=without_missing
            )
            left = backup.with_answers(self.host.journal, [rounds.get(self.host.journal, round_id)[0]])
            if sentence := "\n\n".join(filter(None, (twice, left))):
                self.host.post_message(Announced(_("The round is closed"), sentence))
        except DoubledError as error:
            reply_to.post_message(RoundDoubled(round_id, str(error), error.people))
        except (TooFewError, MissingError) as error:
            groups = error.groups if isinstance(error, TooFewError) else {}
            reply_to.post_message(
                RoundTooSmall(round_id, str(error), groups, others=error.others, without_missing=without_missing)
            )

    def import_again(self, round_id: str) -> None:
        """Destroy the answers of a group in which one person's two wait, and say whose are to be imported again."""
        self._journal_service.change("destroy answers", partial(self._import_again, round_id))

    def _import_again(self, round_id: str) -> None:
        from reflect_tui.views.rounds import import_again_sentence  # noqa: PLC0415 -- after the first paint

        people = closing.import_again(self.host.journal, round_id)
        self.host.post_message(Announced(_("The round stays open"), import_again_sentence(people)))

    def withdraw(self, round_id: str) -> None:
        """Withdraw a round."""
        self._journal_service.change("withdraw a round", partial(rounds.withdraw, self.host.journal, round_id))

    def withdraw_invitation(self, round_id: str, number: int) -> None:
        """Withdraw the invitation with this number."""
        task = partial(rounds.withdraw_invitation, self.host.journal, round_id, number)
        self._journal_service.change("withdraw an invitation", task)

    def take_paper(self, answer: AnswerFile, number: int) -> None:
        """Take in what was typed over from paper, for the invited with this number."""
        self._journal_service.change(
            "take a paper form in", partial(rounds.take_paper, self.host.journal, answer, number)
        )

    def recognise_files(self, folder: Path, reply_to: MessagePump) -> None:
        """Look for answers in a folder, and tell the screen that asked; nothing is written."""
        task = partial(self._recognise, folder, reply_to)
        self.start("look for answers", task, group="import", exclusive=True)

    def _recognise(self, folder: Path, reply_to: MessagePump) -> None:
        from reflect_tui.store import importing  # noqa: PLC0415 -- after the first paint

        reply_to.post_message(FilesRecognised(importing.recognise(self.host.journal, folder, self.host.clock)))

    def examine_files(
        self, paths: Sequence[Path], reply_to: MessagePump, pasted: Mapping[Path, bytes] = MappingProxyType({})
    ) -> None:
        """Look at files and pasted texts that may be imported, and tell the screen that asked; nothing is written."""
        task = partial(self._examine, paths, reply_to, pasted)
        self.start("look at files", task, group="import", exclusive=True)

    def _examine(self, paths: Sequence[Path], reply_to: MessagePump, pasted: Mapping[Path, bytes]) -> None:
        from reflect_tui.store import importing  # noqa: PLC0415 -- after the first paint

        worker = get_current_worker()

        def progress(done: int, total: int) -> bool:
            reply_to.post_message(FilesExamined((), done, total))
            return not worker.is_cancelled

        candidates = importing.examine(self.host.journal, paths, progress, pasted, self.host.clock)
        if candidates:
            reply_to.post_message(FilesExamined(candidates, len(candidates), len(candidates)))

    def stop_examining(self) -> None:
        """Give up the look at files."""
        for worker in self.host.workers:
            if worker.group == "import":
                worker.cancel()

    def take_files(self, candidates: Sequence[Candidate], reply_to: MessagePump) -> None:
        """Import what can be, and tell the screen that asked."""
        self._journal_service.change("take files in", partial(self._take_files, candidates, reply_to))

    def _take_files(self, candidates: Sequence[Candidate], reply_to: MessagePump) -> None:
        from reflect_tui.store import import_plan, importing  # noqa: PLC0415 -- after the first paint

        done, failed = [], []
        new = [candidate for candidate in candidates if not candidate.faults and not candidate.there]
        with import_plan.planned(self.host.journal, new):
            for candidate in new:
                try:
                    importing.save(self.host.journal, candidate, self.host.clock)
                except ReflectError as error:
                    failed.append((candidate, str(error)))
                else:
                    done.append(candidate)
        reply_to.post_message(FilesTaken(done, failed))

    def combine_files(self, given: Sequence[Path], output: str, reply_to: MessagePump, *, again: bool = False) -> None:
        """Combine answers as whoever collects them, and tell the screen that asked; the journal is left alone."""
        combine = partial(self._combine, given, output, reply_to, again=again)
        self.start("combine answers", combine, group="import", exclusive=True)

    def _combine(self, given: Sequence[Path], output: str, reply_to: MessagePump, *, again: bool) -> None:
        from reflect_tui.usecases import combining  # noqa: PLC0415 -- after the first paint

        target = paths.typed(output)
        made = combining.combine_files(given, self.host.journal.library)
        try:
            combining.write_combined(made, target, again=again)
        except combining.CombinedBeforeError as error:
            reply_to.post_message(CombinedBefore(output, str(error)))
            return
        reply_to.post_message(FilesCombined([made.sentence(target), *made.remarks()]))


def _forms_sentence(feedback_round: Round, numbers: Sequence[int], paths: Sequence[Path]) -> str:
    """Say which file is for whom: only here do labels and files stand side by side."""
    labels = [feedback_round.invited[number].label or "–" for number in numbers]
    lines = [f"{path.name}: {label}" for label, path in zip(labels, paths, strict=True)]
    return _form_lines(feedback_round, paths[0].parent, lines)


def _form_lines(feedback_round: Round, folder: Path, lines: Sequence[str]) -> str:
    if feedback_round.collector == "third person":
        from reflect_tui.feedback.form_words import collector_file  # noqa: PLC0415 -- after the first paint

        lines = [*lines, f"{collector_file(feedback_round)}: " + _("a letter to whoever collects")]
    return "\n".join([_("In {path}:").format(path=at_home(folder)), *lines, "", _("Give each person only their own.")])
