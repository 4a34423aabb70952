"""Begins a talk, keeps it while it goes on, and has it signed: for screen, line mode and command line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct, structs

from reflect_tui.analysis.summary import summarize
from reflect_tui.clock import Clock
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.model import agenda as agendas
from reflect_tui.model import talk as talks
from reflect_tui.model.agenda import Agenda
from reflect_tui.model.goals import Goal, new_id
from reflect_tui.model.instrument import Instrument, digest
from reflect_tui.model.session import Session
from reflect_tui.model.talk import Signature, Talk, TalkPoint, is_as_signed
from reflect_tui.store.documents import Document
from reflect_tui.store.journal import Journal
from reflect_tui.store.plans import Act
from reflect_tui.usecases.pages import Pages
from reflect_tui.views.agenda import talk_renewed_sentence

_MOMENT = len("2026-11-23T1405")


class FinishedTalkError(ReflectError):
    """The talk is finished: it can only be changed as an amendment, with a reason."""

    def __init__(self) -> None:
        super().__init__(_("This talk is finished. It can only be amended, with a reason."))


class Names(Struct, frozen=True):
    """Who had the talk, as they type it themselves."""

    professional: str
    leader: str


def of_session(documents: Iterable[Document[Talk]], session_id: str) -> Document[Talk] | None:
    """Find the newest talk about a session; `documents` are the newest first."""
    return next((document for document in documents if document.value and document.value.session == session_id), None)


def unreadable_about(documents: Iterable[Document[Talk]], session_id: str) -> tuple[Document[Talk], ...]:
    """List the talks that can't be read and may be about a session, newer than those that can; newest first.

    Ids begin with the date and time, of sessions and of talks.
    """
    found = []
    for document in documents:
        if document.value and document.value.session == session_id:
            break
        if document.value is None and document.id[:_MOMENT] >= session_id[:_MOMENT]:
            found.append(document)
    return tuple(found)


def is_session_changed(talk: Talk, instrument: Instrument, session: Session) -> bool:
    """Whether a session is not as it was when the talk about it began: a mean of a domain in it is another one now."""
    figures = {domain.id: (domain.sum, domain.scored) for domain in summarize(instrument, session.scores).domains}
    whole = (point for point in talk.points if point.kind in ("strength", "low") and point.about and point.now)
    return any(point.now and figures.get(point.about) != (point.now.sum, point.now.scored) for point in whole)


def begin(pages: Pages, instrument: Instrument, session: Session, saved: Agenda | None, clock: Clock) -> Talk:
    """Begin a talk with the agenda of a session as it is now; nothing is saved."""
    agenda = pages.current_agenda(instrument, session, pages.previous(session), saved)
    return talks.begin(agenda, digest(agendas.dumps(agenda)), clock.now(), clock.token())


def renewal(pages: Pages, instrument: Instrument, session: Session, saved: Agenda | None) -> tuple[str, ...]:
    """Say that a talk begins with a renewed agenda, since answers changed after it was saved; else nothing."""
    return (talk_renewed_sentence(),) if saved and pages.is_outdated(instrument, session, saved) else ()


def resumed(talk: Talk, goals: Iterable[Goal]) -> Talk:
    """Go on with a talk that was paused or cut short.

    A goal that was made in it and not noted yet, since the program was killed in between, is noted with the topic that
    the two were at.
    """
    known = {agreement.goal for agreement in talk.agreements}
    for goal in goals:
        if goal.talk == talk.id and goal.id not in known and talk.topics and not talk.finished:
            talk = talk.with_agreement(max(1, min(talk.place, len(talk.topics))), goal)
    return talk if talk.finished else structs.replace(talk, paused=None)


def new_goal(talk: Talk, topic: TalkPoint, instrument: Instrument, goals: Iterable[Goal], clock: Clock) -> Goal:
    """Make the goal that is to be agreed to a topic, about the same domain; its words are still to be typed."""
    about = next((goal.domain for goal in goals if goal.id == topic.about), topic.about)
    about, now = instrument.newer_id(about), clock.now()
    return Goal(
        id=new_id(now, clock.token()),
        instrument=instrument.id,
        domain=about if any(domain.id == about for domain in instrument.domains) else "",
        what="-",
        made=now,
        session=talk.session,
        talk=talk.id,
    )


def save(journal: Journal, talk: Talk, expected: bytes | None) -> bytes:
    """Save a talk in the place of the bytes `expected`; when this returns, it is on the disk. History follows.

    Changes that history has not seen yet become one version; each amendment is one of its own.

    Raises:
        FinishedTalkError: it was signed, and is no amendment with a reason.
        JournalError: it can't be written, or another program changed the file; it is untouched.
    """
    before = talks.parse(expected, talks.relative_path(talk.id)) if expected else None
    if before and is_as_signed(before) and len(talk.amendments) == len(before.amendments) and talk != before:
        raise FinishedTalkError
    act: Act = "saved"
    if len(talk.signatures) > (len(before.signatures) if before else 0):
        act = "signed"
    elif talk.finished:
        act = "amended"
    amendments = talk.amendments or (before.amendments if before else ())  # none: it was taken back
    reason = amendments[-1].reason if act == "amended" and amendments else ""
    data = talks.dumps(talk)
    journal.talks.save(talk.id, data, act, expected, merge=act != "signed", reason=reason)
    return data


def sign(journal: Journal, talk: Talk, expected: bytes | None, names: Names, now: datetime) -> Talk:
    """Put both names under a talk as it is, and save it; return it signed.

    What they sign is saved and committed first, so that the signature can name its commit; without git it names the
    digest of the file alone.

    Raises:
        FinishedTalkError: it was signed as it is.
        JournalError: it can't be written.
    """
    seen = structs.replace(talk.at(talk.steps - 1), paused=None)
    data = save(journal, seen, expected)
    path = journal.talks.path(talk.id)
    pending = journal.record().pending
    signature = Signature(
        at=now,
        professional=names.professional,
        leader=names.leader,
        commit="" if path in pending else journal.repository.last_commit(path) or "",
        digest=digest(data),
    )
    signed = talks.clean_texts(structs.replace(seen, signatures=(*seen.signatures, signature)))
    save(journal, signed, data)
    journal.record()
    return signed


def open_talks(documents: Iterable[Document[Talk]]) -> tuple[Talk, ...]:
    """List the talks that were begun and not signed, newest first."""
    return tuple(document.value for document in documents if document.value and not document.value.finished)
