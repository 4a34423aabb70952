"""Makes a demo journal: three years of one made-up professional, with goals, feedback rounds, a talk and an agenda."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from random import Random

from msgspec import structs

from reflect_tui.analysis.compare import compare
from reflect_tui.analysis.release import answers_of, closed_round
from reflect_tui.analysis.talking_points import propose_agenda
from reflect_tui.demo.story import Story, StoryGoal, StoryRater, StoryTalk, story
from reflect_tui.feedback.answers import AnswerContent
from reflect_tui.feedback.suggestion import suggest
from reflect_tui.model import agenda as agendas
from reflect_tui.model import events, goals
from reflect_tui.model import round as rounds
from reflect_tui.model import talk as talks
from reflect_tui.model.agenda import Agenda, AgendaPoint
from reflect_tui.model.goals import Goal, LookBack
from reflect_tui.model.instrument import Domain, Instrument, Scale, digest
from reflect_tui.model.round import Invited, Round, token_digest
from reflect_tui.model.session import NOT_APPLICABLE, Role, Score, Session, new_id
from reflect_tui.model.talk import Signature, Talk
from reflect_tui.store.journal import Journal

_SEED = 1948
_LOWEST, _THRESHOLD, _HIGHEST = 1.0, 3.0, 4.0  # the scale that the story is written for
_SPREAD, _MOOD = 0.55, 0.2  # standard deviations: between items of a domain, and of one skill from visit to visit
_SURPRISE = 1.3  # how far the most under- and overrated item of a domain lie apart before one point moves between them
_GENERAL_NOTES = 3  # a visit
_ROUND_IDS = {"in confidence": "5e1f0c", "by name": "b05501"}
_ROUND_DAYS = 24  # before the newest session a round was made
_EVENT_ID = "3f2a10"
_EVENING = 18  # from this hour on, any day of the week will do


def fill(journal: Journal, identifier: str, today: date, language: str) -> None:
    """Save the whole demo in a journal; history is for the journal's record() to follow, but for the talk as signed.

    Raises:
        NotFoundError: no instrument has this id.
        JournalError: it can't be written.
    """
    entry = journal.library.newest(identifier)
    instrument, told = entry.read(language), story(language)
    made = sessions(instrument, today, language)
    own = [session for session in made if session.role == "self"]
    set_goals = [_goal(goal, instrument, own, told.talk) for goal in told.goals]
    _save_signed(journal, *_talk(told.talk, instrument, own, set_goals, today))
    for session in made:
        journal.save(session, entry.data)
    held = feedback_rounds(instrument, today, language)
    for one_round in held:
        journal.rounds.save(one_round.id, rounds.dumps(one_round), "closed")
    for goal in set_goals:
        journal.goals.save(goal.id, goals.dumps(goal), "made")
    month = own[told.training.visit].started - timedelta(days=30)
    event = events.new_event(f"{month:%Y-%m}", told.event, _EVENT_ID)
    journal.events.save(event.id, events.dumps(event), "made")
    agenda = _agenda(told, instrument, made, held, set_goals)
    journal.agendas.save(agenda.session, agendas.dumps(agenda), "saved")


def sessions(instrument: Instrument, today: date, language: str) -> tuple[Session, ...]:
    """Make ten sessions of one's own and those of others by name, oldest first; the last is of days before `today`.

    Scores and ids depend on the instrument and the day only; notes are in `language`, "nl" or else English.
    """
    return _sessions_and_answers(instrument, today, language)[0]


def _sessions_and_answers(
    instrument: Instrument, today: date, language: str
) -> tuple[tuple[Session, ...], tuple[AnswerContent, ...]]:
    """Make the sessions, and what was answered in confidence."""
    told = story(language)
    chance = Random(_SEED)  # noqa: S311 -- the same journal every time; nothing here is a secret
    moments = [_moment(today - timedelta(days=visit.days), visit.time) for visit in told.visits]
    winter = next(visit for visit in told.winter.visits if moments[visit].month in told.winter.months)
    skills = _skills(told, instrument, chance, winter)
    made = []
    for visit, moment in enumerate(moments):
        answers = _own_answers(told, instrument, skills[visit], visit)
        notes = _notes(told, instrument, visit, winter)
        kept = {item.id: notes[item.id] for item in instrument.items if item.id in notes and item.id in answers}
        remark = told.winter.remark if visit == winter else told.visits[visit].remark
        made.append(_session(instrument, moment, "self", answers, chance, notes=kept, remark=remark))
    newest = made[-1]
    for rater in told.raters:
        moment = _moment(moments[rater.visit].date() + timedelta(days=rater.days), rater.time)
        answers = _rated(told, rater, instrument, skills[rater.visit], chance)
        session = _session(instrument, moment, rater.role, answers, chance, remark=rater.remark)
        by_name = _round_by_name(told, instrument, newest, language).id if rater.role == "manager" else ""
        made.append(structs.replace(session, round=by_name))
    in_confidence = confidential_round(instrument, newest, language)
    rows = []
    for invited in told.invited:
        rated = _rated(told, invited, instrument, skills[-1], chance)
        answers = {item: rated[item] for item in in_confidence.items}
        comments = {}
        for comment in invited.comments:
            domain = instrument.domains[comment.domain % len(instrument.domains)]
            comments[next(item.id for item in domain.items if item.id in answers)] = comment.text
        rows.append(_session(instrument, newest.started, invited.role, answers, chance, notes=comments))
    return tuple(sorted(made, key=lambda session: session.started)), answers_of(rows)


def _session(
    instrument: Instrument,
    started: datetime,
    role: Role,
    answers: dict[str, Score],
    chance: Random,
    *,
    notes: dict[str, str] | None = None,
    remark: str = "",
) -> Session:
    return Session(
        id=new_id(started, role, f"{chance.getrandbits(24):06x}"),
        instrument=instrument.id,
        version=instrument.version,
        digest=instrument.digest,
        role=role,
        started=started,
        finished=started + timedelta(seconds=chance.randint(4, 9) * len(answers) + chance.randint(0, 59)),
        remark=remark,
        scores=answers,
        notes=notes or {},
    )


def _moment(day: date, at: time) -> datetime:
    """Set a time on a day, in Central European time; office hours in a weekend fall on the Friday before it."""
    if at.hour < _EVENING:
        day -= timedelta(days=max(0, day.weekday() - 4))
    summer = 4 <= day.month <= 10  # noqa: PLR2004 -- April to October, near enough
    return datetime.combine(day, at, timezone(timedelta(hours=2 if summer else 1)))


def _midnight(session: Session) -> datetime:
    return session.started.replace(hour=0, minute=0)


def _notes(told: Story, instrument: Instrument, visit: int, winter: int) -> dict[str, str]:
    """Collect the notes of a visit by item; an instrument that has none of those items gets a few general ones."""
    written = told.visits[visit].notes | (told.winter.notes if visit == winter else {})
    if any(item in instrument.positions for item in written):
        return written
    numbers = range(visit * _GENERAL_NOTES, (visit + 1) * _GENERAL_NOTES)
    items, general = instrument.items, told.general_notes
    return {items[number * 5 % len(items)].id: general[number % len(general)] for number in numbers}


def _aim(told: Story, scale: Scale, position: int, visit: int, winter: int) -> float:
    """Compute the mean that the story wants of a domain at a visit, on the instrument's own scale."""
    mean = told.arcs[position % len(told.arcs)][visit]
    if visit == winter and position == told.winter.domain:
        mean -= told.winter.loss
    threshold = float(scale.threshold)
    if mean <= _THRESHOLD:
        return scale.lowest + (mean - _LOWEST) / (_THRESHOLD - _LOWEST) * (threshold - scale.lowest)
    return threshold + (mean - _THRESHOLD) / (_HIGHEST - _THRESHOLD) * (scale.highest - threshold)


def _skills(told: Story, instrument: Instrument, chance: Random, winter: int) -> list[dict[str, int]]:
    """Compute what one would score every item at each visit.

    Each item has a latent skill, which moves with its domain; a score follows only when the skill has left it behind.
    """
    scale, training = instrument.scale, told.training
    talent = {item.id: chance.gauss(0, _SPREAD) for item in instrument.items}
    scores: dict[str, int] = {}
    history = []
    for visit in range(len(told.visits)):
        for position, domain in enumerate(instrument.domains):
            aim = _aim(told, scale, position, visit, winter)
            latent = {}
            for item in domain.items:
                lack = training.lack if item.id in training.items and visit < training.visit else 0
                latent[item.id] = aim + talent[item.id] - lack + chance.gauss(0, _MOOD)
            fitting = {key: max(scale.lowest, min(round(skill), scale.highest)) for key, skill in latent.items()}
            before = {key: scores.get(key, fitting[key]) for key in latent}
            scores |= _follow(latent, before, round(aim * len(latent)), scale)
        history.append(dict(scores))
    return history


def _follow(latent: Mapping[str, float], before: Mapping[str, int], total: int, scale: Scale) -> dict[str, int]:
    """Move the scores that are furthest from their skill by one, until they add up to `total`."""
    scores = dict(before)
    gaps = {key: latent[key] - before[key] for key in latent}

    def move(step: int) -> bool:
        """Let one item follow its skill up or down; False when none is left that can."""
        movable = [key for key in gaps if scale.allows(scores[key] + step)]
        if not movable:
            return False
        moving = max(movable, key=lambda key: step * gaps[key])
        scores[moving] += step
        del gaps[moving]  # never twice in one session
        return True

    while (short := total - sum(scores.values())) and move(1 if short > 0 else -1):
        pass
    if gaps and max(gaps.values()) - min(gaps.values()) > _SURPRISE and move(1):
        move(-1)
    return scores


def _own_answers(told: Story, instrument: Instrument, scores: Mapping[str, int], number: int) -> dict[str, Score]:
    """Choose what is filled in at a visit: not all that one could have, and n/a for what one has not done yet."""
    visit = told.visits[number]
    answers: dict[str, Score] = {}
    for position, domain in enumerate(instrument.domains):
        known = len(domain.items) - (_count(domain, visit.unknown) if domain.optional else 0)
        reached = _count(domain, visit.reached[position % len(visit.reached)]) if visit.reached else None
        for place, item in enumerate(domain.items[:reached]):
            answers[item.id] = scores[item.id] if place < known else NOT_APPLICABLE
    return answers


def _count(domain: Domain, part: float) -> int:
    return int(len(domain.items) * part + 0.5)


def _rated(
    told: Story, rater: StoryRater, instrument: Instrument, scores: Mapping[str, int], chance: Random
) -> dict[str, Score]:
    """Compute the answers of someone else; a client can't judge what one knows."""
    answers: dict[str, Score] = {}
    for position, domain in enumerate(instrument.domains):
        higher = rater.higher + told.lean[position % len(told.lean)]
        for item in domain.items:
            known = chance.random() >= rater.unknown and not (rater.role == "client" and item.focus == "knowledge")
            roll = chance.random()
            score = scores[item.id] + (roll < higher) - (roll > 1 - rater.lower)
            allowed = max(instrument.scale.lowest, min(score, instrument.scale.highest))
            answers[item.id] = allowed if known else NOT_APPLICABLE
    return answers


def feedback_rounds(instrument: Instrument, today: date, language: str) -> tuple[Round, Round]:
    """Make the rounds around one's newest session, both closed: the one in confidence, and the manager's by name."""
    made, given = _sessions_and_answers(instrument, today, language)
    newest = max((session for session in made if session.role == "self"), key=lambda session: session.started)
    by_name = _round_by_name(story(language), instrument, newest, language)
    answered = next(session.id for session in made if session.role == "manager")
    invited = tuple(structs.replace(person, session=answered) for person in by_name.invited)
    evening = _midnight(newest) - timedelta(hours=4)
    in_confidence = confidential_round(instrument, newest, language)
    return closed_round(instrument, in_confidence, given, evening), structs.replace(by_name, invited=invited)


def confidential_round(instrument: Instrument, newest: Session, language: str) -> Round:
    """Make the round of colleagues and clients, all answered, to be closed the evening before one's newest session."""
    told = story(language)
    invited = tuple(
        Invited(role=rater.role, label=rater.label, token=token_digest(f"demo {number}"), answered=True)
        for number, rater in enumerate(told.invited)
    )
    return structs.replace(
        _round(instrument, newest, language, invited, _ROUND_IDS["in confidence"]),
        promise="confidential",
        state="open",
        closes=_midnight(newest).date() - timedelta(days=1),
        items=suggest(instrument),
    )


def _round_by_name(told: Story, instrument: Instrument, newest: Session, language: str) -> Round:
    manager = Invited(role="manager", label=told.manager_label, token=token_digest("demo manager"), answered=True)
    return _round(instrument, newest, language, (manager,), _ROUND_IDS["by name"])


def _round(instrument: Instrument, newest: Session, language: str, invited: tuple[Invited, ...], mark: str) -> Round:
    made = newest.started.replace(hour=10, minute=0) - timedelta(days=_ROUND_DAYS)
    roles = tuple(role for role in rounds.RATERS if any(person.role == role for person in invited))
    return Round(
        id=rounds.new_id(made, roles, mark),
        instrument=instrument.id,
        version=instrument.version,
        digest=instrument.digest,
        about="Noor",
        language=language,
        promise="named",
        made=made,
        closes=newest.started.date() + timedelta(days=2),
        state="closed",
        items=tuple(item.id for item in instrument.items),
        invited=invited,
    )


def _goal(goal: StoryGoal, instrument: Instrument, own: Sequence[Session], talk: StoryTalk) -> Goal:
    """Make a goal; `own` are one's own sessions, oldest first."""
    session = own[goal.visit]
    made = (_talk_time(talk, own) if goal.talk else session.finished) + timedelta(minutes=12)
    domain = instrument.domains[goal.domain % len(instrument.domains)]
    return Goal(
        id=goals.new_id(made, goal.mark),
        instrument=instrument.id,
        domain=domain.id,
        items=tuple(item.id for item in domain.items if item.id == goal.item),
        what=goal.what,
        first_step=goal.first_step,
        helper=goal.helper,
        by=(made + timedelta(days=goal.days)).date(),
        target=goal.target,
        made=made,
        session=session.id,
        talk=_talk_id(talk, own) if goal.talk else "",
        look_backs=tuple(
            LookBack(session=own[back.visit].id, at=own[back.visit].started, outcome=back.outcome, note=back.note)
            for back in goal.look_backs
        ),
    )


def _talk_time(told: StoryTalk, own: Sequence[Session]) -> datetime:
    return _moment(own[told.visit].started.date() + timedelta(days=told.days), told.time)


def _talk_id(told: StoryTalk, own: Sequence[Session]) -> str:
    return talks.new_id(_talk_time(told, own), told.mark)


def _talk(
    told: StoryTalk, instrument: Instrument, own: Sequence[Session], set_goals: Sequence[Goal], today: date
) -> tuple[Talk, Signature]:
    """Make a talk as both saw it, and their signature, without its commit; `own` are one's own sessions, oldest first.

    Its agenda is what was known at the time.
    """
    session, started = own[told.visit], _talk_time(told, own)
    known = [
        structs.replace(goal, look_backs=tuple(back for back in goal.look_backs if back.at < started))
        for goal in set_goals
        if goal.made < started
    ]
    agenda = propose_agenda(instrument, session, own[told.visit - 1], known)
    talk = talks.begin(agenda, digest(agendas.dumps(agenda)), started, told.mark)
    places = {topic.about: place for place, topic in enumerate(talk.topics, 1)}
    for said in told.remarks:
        if place := places.get(instrument.domains[said.domain % len(instrument.domains)].id):
            talk = talk.with_remark(place, "professional", said.professional).with_remark(place, "leader", said.leader)
    for goal in (goal for goal in set_goals if goal.talk == talk.id and talk.topics):
        talk = talk.with_agreement(places.get(goal.domain, len(talk.topics)), goal)
    following = _moment(today + timedelta(days=told.ahead), told.time).date()
    seen = structs.replace(talk.at(talk.steps), next_talk=following)
    signature = Signature(
        at=started + timedelta(minutes=told.minutes),
        professional=told.professional,
        leader=told.leader,
        digest=digest(talks.dumps(seen)),
    )
    return seen, signature


def _save_signed(journal: Journal, talk: Talk, signature: Signature) -> None:
    """Save a talk as both saw it, and signed, with the commit of that: it is the first, so that the rest can wait."""
    seen = talks.dumps(talk)
    path = journal.talks.path(talk.id)
    journal.talks.save(talk.id, seen, "saved")
    pending = journal.record().pending
    commit = "" if path in pending else journal.repository.last_commit(path) or ""
    signed = structs.replace(talk, signatures=(structs.replace(signature, commit=commit),))
    journal.talks.save(talk.id, talks.dumps(signed), "signed", seen)


def _agenda(
    told: Story, instrument: Instrument, made: Sequence[Session], held: Sequence[Round], set_goals: Sequence[Goal]
) -> Agenda:
    """Make the agenda of one's newest session, with a remark, and a point of one's own instead of the last low one.

    The goal about that domain is on the agenda as well.
    """
    own = [session for session in made if session.role == "self"]
    others = compare(instrument, own[-1], own, made, {one_round.id: one_round for one_round in held})
    proposed = propose_agenda(instrument, own[-1], own[-2], set_goals, others)
    last_low = max((place for place, point in enumerate(proposed.points) if point.kind == "low"), default=None)
    points = [
        structs.replace(
            point,
            remark=told.strength_remark if point.kind == "strength" and place else point.remark,
            dropped=place == last_low,
        )
        for place, point in enumerate(proposed.points)
    ]
    return structs.replace(proposed, points=(*points, AgendaPoint(kind="own", text=told.own_point)))
