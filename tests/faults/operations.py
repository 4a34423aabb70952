"""What a program under attack does with a journal: each operation works on one and says on stdout how far it came."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from reflect_tui.clock import SYSTEM
from reflect_tui.errors import ReflectError
from reflect_tui.model import instrument, library, session
from reflect_tui.model.assessment import Answer, EditNote
from reflect_tui.store import importing
from reflect_tui.store import repair as repairing
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from reflect_tui.store.record import Recorded
from reflect_tui.usecases import filling
from tests.bundled import bundled_bytes
from tests.faults.erase_acts import back_up_all, erase_a_session, restore_a_backup
from tests.faults.goal_acts import change_a_goal, make_a_goal, remove_a_goal, restore_a_goal
from tests.faults.import_acts import take_export, take_years
from tests.faults.journal_child import session_of
from tests.faults.merge_acts import take_lower, take_upper
from tests.faults.moved_acts import take_along
from tests.faults.round_acts import close_a_round, convert_a_round, take_answers, withdraw_a_round
from tests.faults.sync_acts import sync_devices, sync_through_a_folder, sync_what_was_erased

FIRST_ID = "2026-01-01T1000-self-000001"
SECOND_ID = "2026-01-02T1000-self-000002"
ELSEWHERE = "elsewhere.toml"
REASON = "ik las de vraag verkeerd"


def say(what: str, **more: object) -> None:
    """Tell how far things are in one line that a kill can't take back."""
    os.write(1, json.dumps({"what": what, **more}).encode() + b"\n")


def fill_in(journal: Journal) -> None:
    """Give five more answers to the draft, each told once it is on the disk."""
    (draft,) = journal.drafts.all()
    if not isinstance(draft, Draft):
        raise TypeError(draft)
    items = journal.drafts.instrument(draft).items
    writer = journal.drafts.resume(draft)
    for number in range(5):
        writer.append(Answer(items[number].id, 4), 0.1)
        writer.flush()
        say("synced", acts=len(draft.acts) + number + 1)
    writer.close()


def begin(journal: Journal) -> None:
    """Begin a draft and give its first answer and note."""
    data = bundled_bytes(library.DEFAULT)
    answered_on = instrument.parse(data, "instrument")
    writer = journal.drafts.create(new_draft(3), data)
    say("begun")
    writer.append(Answer(answered_on.items[0].id, 4), 1)
    writer.append(EditNote(answered_on.items[0].id, "zo is het"), 1)
    writer.flush()
    say("synced", acts=2)
    writer.close()


def finish(journal: Journal) -> None:
    """Finish every draft, then bring all into history."""
    for draft in journal.drafts.all():
        if isinstance(draft, Draft):
            made = session_of(journal, draft)
            journal.finish(draft.id, made)
            say("saved", id=draft.id)
    tell(journal.record())


def record(journal: Journal) -> None:
    """Bring all into history."""
    tell(journal.record())


def recover(journal: Journal) -> None:
    """Start the program after something went wrong."""
    tell(journal.recover(locked=True).recorded)


def delete(journal: Journal) -> None:
    """Delete the first session."""
    journal.delete(FIRST_ID)
    say("deleted", id=FIRST_ID)


def restore(journal: Journal) -> None:
    """Bring the first session back."""
    journal.restore(FIRST_ID)
    say("restored", id=FIRST_ID)


def discard(journal: Journal) -> None:
    """Put the draft away."""
    journal.drafts.discard(SECOND_ID)
    say("discarded", id=SECOND_ID)


def take_in(journal: Journal) -> None:
    """Take in the session that lies beside the journal, as an import does."""
    for candidate in importing.examine(journal, [journal.root.parent / ELSEWHERE]):
        importing.save(journal, candidate)
        if candidate.session and not candidate.faults:
            say("saved", id=candidate.session.id)
    tell(journal.record())


def amend(journal: Journal) -> None:
    """Finish the draft that amends a session, then bring all into history."""
    for draft in journal.drafts.all():
        if isinstance(draft, Draft):
            filling.finish(journal, filling.resume(journal, SYSTEM, draft))
            say("amended", id=draft.id)
    tell(journal.record())


def repair(journal: Journal) -> None:
    """Run `doctor --fix`."""
    for sentence in repairing.repair(journal):
        say("repaired", sentence=sentence)


def begin_to_amend(journal: Journal) -> None:
    """Make a draft that amends the second session in one answer."""
    seat = filling.amend(journal, SYSTEM, SECOND_ID, REASON)
    seat.do(Answer(seat.instrument.items[0].id, "n/a"))
    seat.writer.close()


def tell(recorded: Recorded) -> None:
    """Say what came into history, and what was in the way."""
    obstacle = recorded.obstacle.sentence if recorded.obstacle else ""
    say("recorded", commits=len(recorded.commits), obstacle=obstacle, pending=recorded.pending)


OPERATIONS: dict[str, Callable[[Journal], None]] = {
    operation.__name__: operation
    for operation in (
        fill_in,
        begin,
        finish,
        amend,
        record,
        recover,
        repair,
        delete,
        restore,
        discard,
        take_in,
        take_years,
        take_export,
        make_a_goal,
        change_a_goal,
        remove_a_goal,
        restore_a_goal,
        take_answers,
        close_a_round,
        withdraw_a_round,
        convert_a_round,
        take_upper,
        sync_devices,
        sync_through_a_folder,
        sync_what_was_erased,
        take_lower,
        erase_a_session,
        back_up_all,
        restore_a_backup,
        take_along,
    )
}

ATTACKED = (
    ("begin", "nothing"),
    ("begin", "deleted"),
    ("fill_in", "ready"),
    ("finish", "ready"),
    ("finish", "first"),
    ("amend", "amending"),
    ("amend", "amending the unrecorded"),
    ("delete", "ready"),
    ("restore", "deleted"),
    ("discard", "ready"),
    ("recover", "half"),
    ("take_in", "elsewhere"),
)
"""Every operation that changes the disk, with the state of the world that it begins from."""
WITH_GIT = tuple(pair for pair in ATTACKED if pair[0] not in ("begin", "fill_in", "discard"))
"""Those of which git does a part."""


def carry_out(operation: str, journal: Journal) -> None:
    """Do it as a command would: what goes wrong is told in one sentence; anything else is a traceback."""
    try:
        OPERATIONS[operation](journal)
    except ReflectError as error:
        say("refused", sentence=str(error))


def new_draft(day: int, *, answered: bool = False) -> Draft:
    """Give a draft of a day in January 2026, empty or with all 92 answers."""
    answered_on = instrument.parse(bundled_bytes(library.DEFAULT), "instrument")
    started = datetime(2026, 1, 1, 10, tzinfo=UTC) + timedelta(days=day - 1)
    acts = tuple(Answer(item.id, number % 4 + 1) for number, item in enumerate(answered_on.items)) if answered else ()
    return Draft(
        id=session.new_id(started, "self", f"{day:06x}"),
        instrument=answered_on.id,
        version=answered_on.version,
        digest=answered_on.digest,
        role="self",
        started=started,
        acts=acts,
        pauses=(1.0,) * len(acts),
    )
