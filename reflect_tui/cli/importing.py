"""`import`: takes session files from elsewhere into the journal, and says of each what it did."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct

from reflect_tui.cli.request import Request, acquire_lock, on_terminal, print_json, print_message, print_text
from reflect_tui.disk.files import TakenError
from reflect_tui.errors import EXIT_BAD_INPUT, EXIT_DONE, Fault, JournalError, ReflectError
from reflect_tui.feedback.answer_code import find_codes
from reflect_tui.i18n import _
from reflect_tui.model.round import relative_path
from reflect_tui.store import import_plan, importing
from reflect_tui.store.candidates import Candidate
from reflect_tui.store.journal import Journal
from reflect_tui.toml.formats import MAX_BYTES
from reflect_tui.views.importing import comments_stay, file_kind, warnings, whose_scores

PASTED = "-"
Result = Literal["imported", "new", "same", "refused", "failed"]


class Outcome(Struct, frozen=True):
    """What became of one file; `new` could be imported and was not asked to be."""

    candidate: Candidate
    result: Result
    faults: tuple[Fault, ...] = ()


def import_files(request: Request) -> int:
    """Import files and folders, all that can be; with --dry-run only say what would be done."""
    journal = request.journal
    given = request.options.files
    codes = (name for name in given if find_codes(name) and not os.path.lexists(name))  # answer codes, no files
    pasted = {Path(code): code.encode() for code in codes}
    if PASTED in given:
        pasted[importing.pasted_name()] = _pasted()
    paths = [importing.pasted_name() if name == PASTED else Path(name) for name in given]
    candidates = importing.examine(journal, paths, pasted=pasted)
    outcomes = [_classified(candidate, is_own=request.options.own) for candidate in candidates]
    obstacle = ""
    if not request.options.dry_run and any(outcome.result == "new" for outcome in outcomes):
        outcomes = _save_new(journal, outcomes)
        done = [outcome.candidate for outcome in outcomes if outcome.result == "imported"]
        ids = {candidate.session.id for candidate in done if candidate.session}
        ids |= {relative_path(candidate.round).as_posix() for candidate in done if candidate.round}
        ids |= {candidate.other.path for candidate in done if candidate.other}
        obstacle = _commit(journal, ids) if ids else ""
    if request.options.json:
        print_json({"files": [_shape(outcome) for outcome in outcomes], "waits": obstacle})
    else:
        _tell(outcomes)
    _tell_beside(outcomes)
    if obstacle:
        print_message(_("Saved, and not yet in history: {reason}").format(reason=obstacle))
    return max(map(_exit_code, outcomes), default=EXIT_DONE)


def _tell_beside(outcomes: Sequence[Outcome]) -> None:
    """Say beside the results what is to be known of them."""
    for candidate in (outcome.candidate for outcome in outcomes if not outcome.faults):
        for warning in warnings(candidate):
            print_message(f"{candidate.path}: {warning}")
    if any(outcome.candidate.coded and outcome.result in ("imported", "new") for outcome in outcomes):
        print_message(comments_stay())
    if any(outcome.candidate.collected for outcome in outcomes):
        text = _("If you collect answers for someone, make the one file of figures that you give them with: {command}")
        print_message(text.format(command="reflect-tui rounds combine"))
        print_message(_("If you asked these people yourself, import this in the journal from which you asked them."))


def _pasted() -> bytes:
    """Read what is pasted or piped in, no more of it than a file may have; a terminal ends it with ctrl+d."""
    if on_terminal(sys.stdin):
        print_message(_("Paste the text, then press enter and ctrl+d."))
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def _classified(candidate: Candidate, *, is_own: bool) -> Outcome:
    if candidate.faults:
        return Outcome(candidate, "refused", candidate.faults)
    if candidate.unclear and not candidate.there and not is_own:
        text = _("{question} If all scores are, import it once more with --own.")
        return Outcome(candidate, "refused", (Fault("", text.format(question=whose_scores(candidate))),))
    return Outcome(candidate, "same" if candidate.there else "new")


def _save_new(journal: Journal, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Save the new sessions while no other program writes."""
    new = [outcome.candidate for outcome in outcomes if outcome.result == "new"]
    with acquire_lock(journal), import_plan.planned(journal, new):
        return [_save(journal, outcome) if outcome.result == "new" else outcome for outcome in outcomes]


def _save(journal: Journal, outcome: Outcome) -> Outcome:
    try:
        importing.save(journal, outcome.candidate)
    except TakenError as error:  # another program was faster
        return Outcome(outcome.candidate, "refused", (Fault("", str(error)),))
    except ReflectError as error:
        return Outcome(outcome.candidate, "failed", (Fault("", str(error)),))
    return Outcome(outcome.candidate, "imported")


def _commit(journal: Journal, ids: Collection[str]) -> str:
    """Commit what was saved; return the reason when some of it has to wait.

    In a turn of its own: of many imports at once, the first to get there does it for all that have saved.
    """
    try:
        if not _is_pending(journal, ids):
            return ""
        with acquire_lock(journal):
            recorded = journal.record()
    except ReflectError as error:
        return str(error) if _is_pending(journal, ids) else ""
    return recorded.obstacle.sentence if recorded.obstacle else ""


def _is_pending(journal: Journal, ids: Collection[str]) -> bool:
    try:
        return not set(ids).isdisjoint(journal.pending())
    except ReflectError:  # a folder that can't be read, or no git
        return True


def _exit_code(outcome: Outcome) -> int:
    return {"refused": EXIT_BAD_INPUT, "failed": JournalError.exit_code}.get(outcome.result, EXIT_DONE)


def _shape(outcome: Outcome) -> dict[str, object]:
    session = outcome.candidate.session
    other, left_out = outcome.candidate.other, list(outcome.candidate.left_out)
    return {
        "path": str(outcome.candidate.path.absolute()),
        "id": session.id if session else other.id if other else None,
        "result": outcome.result,
        "problems": [str(fault) for fault in outcome.faults],
        "round": outcome.candidate.round or None,
        **({"left_out": left_out} if left_out else {}),
    }


def _round_sentences(candidate: Candidate) -> dict[str, str]:
    """Say what became of an answer that is no session by itself."""
    if candidate.twice:
        return {"same": _("{path}: nothing to do, another of these files has this answer to round {id} too")}
    if candidate.combined:
        return {
            "same": _("{path}: nothing to do, the figures of round {id} are in already"),
            "imported": _("{path}: the figures of round {id} came in, and it is closed"),
            "new": _("{path}: the figures of round {id}, can be imported"),
        }
    waits = _("{path}: an answer to round {id}; it waits there until you close it")
    named = _("{path}: an answer by name to round {id}; it is in the journal, and shown once the round is closed")
    return {
        "imported": named if candidate.session else waits,
        "new": _("{path}: an answer to round {id}, can be imported"),
        "same": _("{path}: nothing to do, this answer to round {id} is in already"),
    }


def _tell(outcomes: Sequence[Outcome]) -> None:
    sentences = {
        "imported": _("{path}: imported as {id}"),
        "new": _("{path}: can be imported as {id} ({what})"),
        "same": _("{path}: nothing to do, the journal has {id} already"),
    }
    said: set[str] = set()
    for outcome in outcomes:
        candidate, path = outcome.candidate, outcome.candidate.path
        session = None if candidate.round else candidate.session
        name = candidate.other.path if candidate.other else session.id if session else ""
        if name and not outcome.faults:
            sentence = sentences[outcome.result]
            if candidate.twice:
                sentence = _("{path}: nothing to do, another of these files has {id} too")
            print_text(sentence.format(path=path, id=name, what=file_kind(candidate)))
        elif candidate.round and not outcome.faults:
            print_text(_round_sentences(candidate)[outcome.result].format(path=path, id=candidate.round))
        for sentence in _beside(outcome):
            if sentence not in said:  # the days of a spreadsheet are refused for one reason
                print_text(sentence)
            said.add(sentence)


def _beside(outcome: Outcome) -> Iterator[str]:
    """Say what of a file is no part of it, and why it is not imported."""
    candidate, path = outcome.candidate, outcome.candidate.path
    for sentence in candidate.left_out:
        yield f"{path}: {sentence}"
    if candidate.collected:
        yield _("{path}: an answer to a round that is not in this journal; it stays as it is").format(path=path)
        return
    for fault in outcome.faults:
        yield _("{path}: not imported: {fault}").format(path=path, fault=fault)
