"""What `doctor` finds in the files: drafts, sessions, documents, rounds and instruments, as sentences with advice."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from reflect_tui.clock import SYSTEM
from reflect_tui.errors import BadFileError, ReflectError
from reflect_tui.feedback.pool import Pool, of_doubled, of_people
from reflect_tui.i18n import _, format_date, ngettext
from reflect_tui.model.round import Round
from reflect_tui.model.session import Session, date_fault, is_id, moment_fault, relative_path
from reflect_tui.store import base, external_changes, joining, repair
from reflect_tui.store.altered import gone_answers, gone_sentence
from reflect_tui.store.base import FLAT, GOALS
from reflect_tui.store.closing import doubled_sentence, missing_sentence, uncounted
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.drafts import BadDraft
from reflect_tui.store.journal import Journal
from reflect_tui.store.repair import RoundWithRows, rounds_with_rows
from reflect_tui.store.rounds import WaitingAnswers, ended_elsewhere, missing, waiting_without_round
from reflect_tui.store.scan import Entry, sound
from reflect_tui.usecases import filling, pages
from reflect_tui.views.instrument_words import marked_sentence
from reflect_tui.views.labels import group_name
from reflect_tui.views.rounds import person_name, uncounted_sentence

DOCTOR = "reflect-tui doctor --fix"


class Check(Struct, frozen=True):
    """One thing looked at: its name, whether it is as it should be, what was found, and what to do."""

    name: str
    fine: bool
    found: str
    advice: str = ""


def fine(name: str, found: str) -> Check:
    """A check that found nothing wrong."""
    return Check(name, fine=True, found=found)


def problem(name: str, found: str, advice: str = "") -> Check:
    """A check that found something wrong, and what to do about it."""
    return Check(name, fine=False, found=found, advice=advice)


def by_doctor(command: str = "") -> str:
    """Say that doctor can do it, and how else it is done."""
    if command:
        return _("Put right by: {doctor}, or by: {command}").format(doctor=DOCTOR, command=command)
    return _("Put right by: {doctor}").format(doctor=DOCTOR)


def no_folder(path: Path) -> Check:
    """Say that something stands where a folder should be."""
    finding = _("{path} should be a folder, and is none.").format(path=path)
    advice = _("Nothing can be kept there. Move it aside; the folder is made anew when it is needed.")
    return problem("folder", finding, advice)


# What doctor says of sessions that are being filled in, and of those put away unfinished.


_PARTS = (
    "drafts",
    "discarded",
    "instruments",
    "plans",
    "document-plans",
    "answers",
    "replaced",
    "set-aside",
    "refused",
    "typed",
)


def state(journal: Journal) -> Iterator[Check]:
    """Name what keeps the folder of the drafts from being written: the app only reads then."""
    for path in (journal.state, WaitingAnswers(journal).folder, *(journal.state / name for name in _PARTS)):
        if os.path.lexists(path) and not path.is_dir():
            yield no_folder(path)
    if os.path.lexists(lock := journal.state / "lock") and not lock.is_file():
        finding = _("{path} is not an ordinary file").format(path=lock) + "."
        yield problem("state", finding, _("Move it aside; until then the app only reads."))
    if journal.state.is_dir() and not os.access(journal.state, os.W_OK):
        finding = _("{path} can't be written, so nothing can be filled in.").format(path=journal.state)
        yield problem("state", finding, _("Make it yours, and see that its disk may be written."))


def drafts(journal: Journal) -> Iterator[Check]:
    """Count the drafts that can be resumed, and name the others."""
    checks = [_draft_problem(journal, draft) for draft in journal.drafts.all()]
    good = checks.count(None)
    if good:
        finding = ngettext("{n} draft waits to be finished.", "{n} drafts wait to be finished.", good).format(n=good)
        yield fine("drafts", finding)
    yield from (check for check in checks if check)
    yield from _kept_beside(journal)


def _draft_problem(journal: Journal, draft: Draft | BadDraft) -> Check | None:
    if isinstance(draft, BadDraft):
        finding = f"{draft.path}: " + "; ".join(map(str, draft.faults))
        advice = _("This draft can't be read. Its file is left as it is; move it aside when you don't need it.")
        return problem("drafts", finding, advice)
    path = journal.drafts.path(draft.id)
    if draft.damaged:
        finding = _("{path} is damaged at its end.").format(path=path)
        advice = _("Go on with it in the app: it keeps what can be read, and the damaged file beside it.")
        return problem("drafts", finding, advice)
    if filling.is_overtaken(journal, draft):
        finding = _("{path}: this session was finished since, with other answers.")
        if draft.amends:
            finding = _("{path}: this session was amended otherwise since this draft began.")
        finding = finding.format(path=path)
        advice = _("To amend the session with this draft, or set it aside: {command}")
        return problem("drafts", finding, advice.format(command=f"reflect-tui amend {draft.id}"))
    if draft.amends and not os.path.lexists(journal.root / relative_path(draft.id)):
        finding = _("{path} amends a session that was removed since.").format(path=path)
        advice = _("Bring the session back (r on the list of sessions in the app), or set the draft aside there (del).")
        return problem("drafts", finding, advice)
    if reason := pages.list_draft(journal, draft).problem:
        finding = _("{path} can't be gone on with: {reason}").format(path=path, reason=reason)
        advice = _("Its file is left as it is; put the instrument back from a backup.")
        return problem("drafts", finding, advice)
    return None


def _kept_beside(journal: Journal) -> Iterator[Check]:
    """Name what is kept beside the drafts, since nothing else shows it."""
    away = sum(1 for _path in journal.drafts.discarded.glob("*.toml"))
    if away:
        text = ngettext("{n} draft put away is kept in {path}.", "{n} drafts put away are kept in {path}.", away)
        yield fine("drafts", text.format(n=away, path=journal.drafts.discarded))
    beside = sum(1 for _path in journal.drafts.folder.glob("*.damaged-*"))
    if beside:
        text = ngettext("{n} damaged draft is kept in {path}.", "{n} damaged drafts are kept in {path}.", beside)
        yield fine("drafts", text.format(n=beside, path=journal.drafts.folder))


# What doctor says of the files in the folder: sessions, copies that programs for sharing files made, instruments.


_BLANK = b"\0 \t\r\n"
_ID = len("2026-11-23T1405-")


def sessions(journal: Journal) -> Iterator[Check]:
    """Count the sessions that can be read, and name every other file among them."""
    entries = journal.all_entries()
    spoiled = [entry for entry in entries if not entry.is_sound]
    good = len(entries) - len(spoiled)
    finding = ngettext("{n} session can be read.", "{n} sessions can be read.", good).format(n=good)
    yield fine("sessions", finding)
    for entry in spoiled:
        original = _original_id(entry)
        yield _copy(journal, entry, original) if original else _unreadable(journal, entry)


def dates(journal: Journal) -> Iterator[Check]:
    """Name what can't have been made when it says: while the clock was wrong, or set meanwhile."""
    now = SYSTEM.now()
    for session in sound(journal.entries()):
        if fault := date_fault(session, now):
            text = _("{id} is dated {date}, {fault}. Whatever is compared by date goes by it.")
            finding = text.format(id=session.id, date=format_date(session.started.date()), fault=fault)
            advice = _("Put its date right: reflect-tui amend {id} --date DATE").format(id=session.id)
            yield problem("dates", finding, advice)
    for path, moment, text, advice in _moments(journal):
        if fault := moment_fault(moment, now):
            finding = text.format(path=journal.root / path, date=format_date(moment.date()), fault=fault)
            yield problem("dates", finding, advice)


def _moments(journal: Journal) -> Iterator[tuple[str, datetime, str, str]]:
    """List the moments that documents tell: the file, the moment, what is said of one that can't be, and the advice."""
    advice = _("The clock was wrong then. Put the line `made` right in an editor.")
    for shelf in (journal.goals, journal.rounds):
        for document in shelf.all():
            if document.value:
                yield document.path, document.value.made, _("{path} was made on {date}, {fault}."), advice
    advice = _("The clock was wrong then. Put the line `at` right in an editor.")
    for goal in journal.goals.all():
        for back in goal.value.look_backs if goal.value else ():
            yield goal.path, back.at, _("{path} was looked back upon on {date}, {fault}."), advice
    for talk in journal.talks.all():
        if talk.value:
            text = _("{path} was begun on {date}, {fault}.")
            yield talk.path, talk.value.started, text, _("The clock was wrong then.")


def _original_id(entry: Entry) -> str:
    """Return the id that a file's name begins with, when more follows; "" when it is no such copy.

    So Syncthing, Dropbox, Nextcloud, OneDrive and Google Drive name what they could not bring together.
    """
    name = Path(entry.path).name
    at = name.find("-", _ID)
    session_id = name[: at + 7] if at > 0 else ""
    return session_id if is_id(session_id) and name != f"{session_id}.toml" else ""


def _copy(journal: Journal, entry: Entry, session_id: str) -> Check:
    path = journal.root / entry.path
    finding = _("{path} is a copy of {id}, as programs make that keep folders alike.").format(path=path, id=session_id)
    original = base.read_file(journal.root, relative_path(session_id).as_posix())
    if original is not None and original == base.read_file(journal.root, entry.path):
        advice = _("It holds the very same. Remove it when you like.")
    else:
        advice = _(
            "It is not used, and left as it is. Compare the two: if this copy has the right answers, "
            "amend the session in the app (a); then move the copy out of the journal."
        )
    return problem("copies", finding, advice)


def _unreadable(journal: Journal, entry: Entry) -> Check:
    path = journal.root / entry.path
    data = base.read_file(journal.root, entry.path)
    if data is None or data.strip(_BLANK):
        finding = f"{path}: " + "; ".join(map(str, entry.faults))
    else:
        finding = _("{path} is empty, as a power cut may leave a file.").format(path=path)
    if is_id(entry.id):
        advice = _(
            "Nothing here rewrites it. In the app, Enter on it shows what can be done: "
            "e opens it in your editor, b brings back the last good version in history."
        )
    else:
        advice = _("It is no session. It is left as it is; move it elsewhere if it doesn't belong here.")
    return problem("unreadable", finding, advice)


def folders(journal: Journal) -> Iterator[Check]:
    """Name what stands where a folder should be; sessions and their years are named among the sessions."""
    for path in (journal.root / name for name in ("instruments", *FLAT)):
        if os.path.lexists(path) and not path.is_dir():
            yield no_folder(path)


def to_come(journal: Journal) -> frozenset[str]:
    """List the files that a sync that was cut off has still to write or remove; none where that can't be known."""
    try:
        return joining.to_come(journal)
    except ReflectError:  # the checks of the history say so
        return frozenset()


def documents(journal: Journal) -> Iterator[Check]:
    """Name the documents that can't be read, and those that another program changed."""
    shelves = (journal.goals, journal.agendas, journal.events, journal.rounds, journal.talks, journal.references)
    every = [document for shelf in shelves for document in shelf.all()]
    bad = [BadFileError(journal.root / document.path, document.faults) for document in every if document.value is None]
    due = to_come(journal)
    known_rounds = external_changes.altered_rounds(journal)
    altered = {name: known for name, known in known_rounds.items() if journal.rounds.path(name) not in due}
    put_back = {str(journal.root / journal.rounds.path(name)) for name in altered}
    for error in (*bad, *WaitingAnswers(journal).unreadable()):
        advice = _("Nothing here rewrites it. Mend it in an editor, or move it out of the journal.")
        yield problem("documents", str(error), _not_told() if error.path in put_back else advice)
    for path in (path for path in external_changes.changed_documents(journal) if path not in due):
        finding = _("{path} was changed by another program since it came into history.").format(
            path=journal.root / path
        )
        advice = _("It is used as it is. History follows as soon as you change it in the app; nothing is lost.")
        if Path(path).stem in altered and path.startswith("rounds/"):
            advice = _not_told()
        yield problem("documents", finding, advice)
    for name, known in altered.items():
        file = journal.root / journal.rounds.path(name)
        if not file.exists():
            yield problem("documents", _("{path} is gone; history has it.").format(path=file), _not_told())
        elif changes := _edits(known, journal.rounds.get(name).value):
            text = _("{path} was changed by another program: {changes}.")
            yield problem("documents", text.format(path=file, changes=changes), _not_told())


def _edits(before: Round, now: Round | None) -> str:
    """Name who is not in a round any more, or in another role; "" where it is not readable, or that is not so."""
    if now is None:
        return ""
    pairs = [(one, next((other for other in now.invited if other.bears(one.tokens)), None)) for one in before.invited]
    gone = [_("{person} is not in it any more").format(person=person_name(one)) for one, other in pairs if not other]
    moved = [
        _("{before} is in it as {now}").format(before=person_name(one), now=person_name(other))
        for one, other in pairs
        if other and one.role != other.role
    ]
    return "; ".join((*gone, *moved))


def goals(journal: Journal) -> Iterator[Check]:
    """Name the open goals about something that their instrument no longer has."""
    for goal in (document.value for document in journal.goals.all() if document.value and document.value.is_open):
        try:
            content = journal.library.new(goal.instrument)
        except ReflectError as error:
            yield problem("goals", f"{journal.root / GOALS.path(goal.id)}: {error}")
            continue
        gone = [
            marked_sentence(content, item) for item in goal.items if content.newer_id(item) not in content.positions
        ]
        if goal.domain and content.newer_id(goal.domain) not in content.ids_of:
            gone.insert(0, group_name(content, goal.domain))
        if gone:
            text = _('The goal "{what}" ({path}) is about something that {id} {version} no longer has: {gone}.')
            path = journal.root / GOALS.path(goal.id)
            found = text.format(what=goal.what, path=path, id=content.id, version=content.version, gone="; ".join(gone))
            yield problem("goals", found, _("It is shown as before, without a mean. Close it, or make a new goal."))


def _not_told() -> str:
    return _("Nothing of this round is shown before it is as it was.") + " " + by_doctor()


def rounds(journal: Journal) -> Iterator[Check]:
    """Name the rounds whose answers are not here, those not ended to the end, and those with rows of answers."""
    yield from map(_with_rows, rounds_with_rows(journal, journal.all_entries()))
    for sentence in ended_elsewhere(journal):
        yield problem("rounds", sentence)
    for round_id, count in waiting_without_round(journal).items():
        yield _without_round(journal, round_id, count)
    for path in WaitingAnswers(journal).unfinished():
        text = _("{path} was left by an interrupted write; answers given in confidence may stand in it.")
        yield problem("rounds", text.format(path=path), by_doctor())
    for found in uncounted(journal):
        yield problem("rounds", f"{uncounted_sentence(found)}.")
    for found_round in (document.value for document in journal.rounds.all() if document.value):
        if gone := gone_answers(journal, found_round):
            yield problem("rounds", f"{found_round.id}: {gone_sentence(len(gone))}")
        with contextlib.suppress(BadFileError):  # documents() names a pool that can't be read
            pool = WaitingAnswers(journal).get(found_round.id)
            yield from _open(journal, found_round, pool) if found_round.state == "open" else _ended(pool)


def _open(journal: Journal, found: Round, pool: Pool) -> Iterator[Check]:
    if pool.sessions:
        finding = _("{id} was not closed to the end.").format(id=found.id)
        yield problem("rounds", finding, _('"rounds close" goes on with it; nothing is lost.'))
    elif lost := missing(journal, found):
        advice = _('"rounds" says whose they are. Nothing is shown of this round before it is closed.')
        yield problem("rounds", f"{found.id}: {missing_sentence(len(lost))}", advice)
    if twice := doubled_sentence(journal, found):
        differ = pool.sessions == () and of_doubled(found, of_people(pool, found))
        advice = _('"rounds close" says how to go on.') if differ else ""
        yield problem("rounds", twice, advice)


def _ended(pool: Pool) -> Iterator[Check]:
    if count := len(pool.answers) + len(pool.sessions):
        text = ngettext(
            "{id} has ended, and {n} answer to it still waits on this computer. The next command that changes "
            "something destroys it unread.",
            "{id} has ended, and {n} answers to it still wait on this computer. The next command that changes "
            "something destroys them unread.",
            count,
        )
        yield problem("rounds", text.format(id=pool.round, n=count), by_doctor())


def _without_round(journal: Journal, round_id: str, count: int) -> Check:
    text = ngettext(
        "{n} answer to the confidential round {id} is waiting, but {path} is not there.",
        "{n} answers to the confidential round {id} are waiting, but {path} is not there.",
        count,
    )
    advice = _(
        "Put that file back from a backup, or use the copy of this journal that has it. To destroy what waits, unread: "
        "reflect-tui rounds withdraw {id}"
    )
    if round_id in journal.altered_rounds():
        advice = by_doctor()
    finding = text.format(n=count, id=round_id, path=journal.root / journal.rounds.path(round_id))
    return problem("rounds", finding, advice.format(id=round_id))


def _with_rows(earlier: RoundWithRows) -> Check:
    count = len(earlier.rows)
    text = ngettext(
        "{n} answer to the confidential round {id} is a file of its own in the journal, as an earlier version kept it.",
        "{n} answers to the confidential round {id} are files of their own in the journal, as an earlier version kept"
        " them.",
        count,
    )
    advice = _(
        "An answer of this round is missing, so nothing of that group is shown. Bring it back, then run doctor again."
    )
    if earlier.told:
        advice = _(
            "Put right by: {doctor}. That keeps what may be told and removes the answers. The history still holds"
            " them; to erase the round from there too, with its figures: reflect-tui erase --round {id}"
        ).format(doctor=DOCTOR, id=earlier.round.id)
    return problem("rounds", text.format(n=count, id=earlier.round.id), advice)


def instruments(journal: Journal) -> Iterator[Check]:
    """Check whether the journal has a good copy of every instrument it was answered on; name faulty ones elsewhere."""
    lacking = repair.lacking(journal)
    for session in lacking:
        text = _("The journal has no good copy of the instrument {id} {version}, which it needs to explain itself.")
        finding = text.format(id=session.instrument, version=session.version)
        yield problem("instruments", finding, _copy_advice(journal, session))
    if not lacking:
        yield fine("instruments", _("The journal holds every instrument it was answered on."))
    for file in journal.library.listing().faulty:
        if file.path.parent != journal.root / "instruments":  # a copy that is needed is named above
            advice = _("The other instruments are fine. Mend the file, or move it out of there.")
            yield problem("instruments", file.reason, advice)


def _copy_advice(journal: Journal, session: Session) -> str:
    if repair.find(journal, session) is None:
        return _("Put it there from a backup of the journal.")
    obstruction = repair.in_the_way(journal, session)
    if obstruction is None:
        return by_doctor()
    return _("Move {path} aside, which is in its place; then run: {doctor}").format(path=obstruction, doctor=DOCTOR)
