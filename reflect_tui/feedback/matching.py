"""Whether what came in belongs to a round: every reason against it, each with its place; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reflect_tui.errors import Fault
from reflect_tui.feedback.answers import AnswerContent, AnswerFile, CombinedFile
from reflect_tui.i18n import _
from reflect_tui.model import session as sessions
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import Invited, Round
from reflect_tui.model.session import Session


def answer_faults(answer: AnswerFile, found: Round, content: Instrument) -> tuple[Fault, ...]:
    """List why an answer can't be taken into a round; that its token was used before is for the caller to judge."""
    faults = [*_state(found), *_same(answer, found)]
    if found.collector == "third person":
        someone = _("is one that a third person collects: only the combined file of all answers comes in")
        faults.append(Fault("round", someone))
    if answer.promise != found.promise:
        faults.append(Fault("promise", _("is not what the round promises, so it is not taken in")))
    invited = found.bearer(answer.token)
    faults += _token("token", invited)
    if invited and invited.role != answer.role:
        faults.append(Fault("role", _("is not the role that this person was invited in")))
    return (*faults, *_said("", answer.given, found, content))


def combined_faults(combined: CombinedFile, found: Round, content: Instrument) -> tuple[Fault, ...]:
    """List why a combined file can't be taken into a round."""
    faults = [*_state(found), *_same(combined, found)]
    if found.collector != "third person":
        faults.append(Fault("round", _("is not one that a third person collects")))
    bearers = [found.bearer(token) for token in combined.tokens]
    for number, bearer in enumerate(bearers, 1):
        faults += _token(f"tokens[{number}]", bearer)
    roles = Counter(answer.role for answer in combined.answers)
    if None not in bearers and Counter(bearer.role for bearer in bearers if bearer) != roles:
        faults.append(Fault("tokens", _("are not of as many people in each role as there are answers")))
    if not any(count >= found.needed(role) for role, count in roles.items()):
        faults.append(Fault("answer", _("are too few: no group has as many answers as the round promises")))
    for number, answer in enumerate(combined.answers, 1):
        faults += _said(f"answer[{number}].", answer, found, content)
    return tuple(faults)


def _state(found: Round) -> Iterator[Fault]:
    if found.state == "closed":
        yield Fault("round", _("is closed"))
    elif found.state == "withdrawn":
        yield Fault("round", _("was withdrawn"))


def _same(given: AnswerFile | CombinedFile, found: Round) -> Iterator[Fault]:
    if given.about != found.about:
        yield Fault("about", _("is about someone else than the round"))
    for key in ("instrument", "version", "digest"):
        if getattr(given, key) != getattr(found, key):
            yield Fault(key, _("is not that of the round"))


def _token(place: str, invited: Invited | None) -> Iterator[Fault]:
    if invited is None:
        yield Fault(place, _("belongs to no invitation of this round"))
    elif invited.withdrawn:
        yield Fault(place, _("is that of an invitation that was withdrawn"))


def _said(place: str, given: AnswerContent, found: Round, content: Instrument) -> Iterator[Fault]:
    """Find scores off the scale, items that were not asked, and an answer that says nothing."""
    probe = session_of(found, given, "2000-01-01T0000-colleague-000000", content)
    yield from (Fault(f"{place}{fault.place}", fault.problem) for fault in sessions.instrument_faults(probe, content))
    for name, table in (("scores", given.scores), ("notes", given.notes)):
        unasked = (key for key in table if key in content.positions and key not in found.items)
        yield from (Fault(f"{place}{name}.{key}", _("was not asked in this round")) for key in unasked)
    if not given.scores:
        yield Fault(f"{place}scores", _("must not be empty"))


def session_of(found: Round, given: AnswerContent, session_id: str, content: Instrument) -> Session:
    """Make the session that an answer becomes, at the moment the round was made; scores in the instrument's order."""
    place = content.positions.get
    scores = {key: given.scores[key] for key in sorted(given.scores, key=lambda key: place(key, 0))}
    notes = {key: given.notes[key] for key in sorted(given.notes, key=lambda key: place(key, 0))}
    return Session(
        id=session_id,
        instrument=found.instrument,
        version=found.version,
        digest=found.digest,
        role=given.role,
        round=found.id,
        started=found.made,
        finished=found.made,
        remark=given.remark,
        scores=scores,
        notes=notes,
    )
