"""Makes a throw-away demo journal: three years of one professional, with goals, a round and an agenda."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from random import Random

from msgspec import structs

from reflect_tui.demo import asked, story, talk
from reflect_tui.demo import notes as demo_notes
from reflect_tui.model import agenda, events, goals, library
from reflect_tui.model import round as rounds
from reflect_tui.model.instrument import Domain, Instrument, Scale
from reflect_tui.model.session import NOT_APPLICABLE, Role, Score, Session, new_id
from reflect_tui.store.journal import Journal


def sessions(instrument: Instrument, today: date, language: str) -> tuple[Session, ...]:
    """Give ten sessions of one's own and those of others, oldest first; the last is of a few days before `today`.

    Scores and ids depend on the instrument only; notes are in `language`, "nl" or else English.
    """
    chance = Random(story.SEED)  # noqa: S311 -- the same journal every time; nothing here is a secret
    moments = [_moment(today, *visit) for visit in story.VISITS]
    winter = _winter(moments)
    skills = _skills(instrument, chance, winter)
    made = []
    for visit, moment in enumerate(moments):
        answers = _answers(instrument, skills[visit], visit)
        texts = demo_notes.of_visit(instrument, visit, language, winter=visit == winter)
        kept = {item.id: texts[item.id] for item in instrument.items if item.id in texts and item.id in answers}
        remark = demo_notes.remark(visit, language, winter=visit == winter)
        made.append(_session(instrument, moment, "self", answers, chance, notes=kept, remark=remark))
    for rater in story.RATERS:
        moment = _moment(moments[rater.visit].date() + timedelta(days=rater.days), 0, rater.hour, rater.minute)
        answers = _seen_by(rater, instrument, skills[rater.visit], chance)
        remark = demo_notes.rater_remark(rater.role, rater.visit, language)
        session = _session(instrument, moment, rater.role, answers, chance, remark=remark)
        named = asked.by_name(instrument, made[len(moments) - 1], language).id if rater.role == "manager" else ""
        made.append(structs.replace(session, round=named))
    made += _round(instrument, made[len(moments) - 1], skills[-1], chance, language)
    return tuple(sorted(made, key=lambda session: session.started))


def _round(
    instrument: Instrument, newest: Session, scores: Mapping[str, int], chance: Random, language: str
) -> list[Session]:
    """Give the answers of the round of feedback; they tell neither who gave them nor when."""
    found = asked.in_confidence(instrument, newest, language)
    at = asked.closing(newest)
    given = []
    for number, rater in enumerate(asked.RATERS):
        seen = _seen_by(rater, instrument, scores, chance)
        answers = {item: seen[item] for item in found.items}
        written = asked.notes(instrument, number, found.items, language)
        session = _session(instrument, at, rater.role, answers, chance, notes=written, remark="")
        given.append(structs.replace(session, finished=at, round=found.id))
    return given


def fill(journal: Journal, identifier: str, today: date, language: str) -> None:
    """Save it all in a journal; history is for the journal's record() to follow.

    Raises:
        NotFoundError: no instrument has this id.
        JournalError: it can't be written.
    """
    instrument = library.bundled(identifier, language)
    made = sessions(instrument, today, language)
    for session in made:
        journal.save(session, library.bundled_bytes(identifier))
    own = [session for session in made if session.role == "self"]
    held = asked.rounds(instrument, made, language)
    for found in held:
        journal.rounds.save(found.id, rounds.dumps(found), "closed")
    told = talk.goals(instrument, own, language)
    for goal in told:
        journal.goals.save(goal.id, goals.dumps(goal), "made")
    for event in talk.happened(own, language):
        journal.events.save(event.id, events.dumps(event), "made")
    prepared = talk.agenda(instrument, made, held, told, language)
    journal.agendas.save(prepared.session, agenda.dumps(prepared), "saved")


def _session(
    instrument: Instrument,
    started: datetime,
    role: Role,
    answers: dict[str, Score],
    chance: Random,
    *,
    remark: str,
    notes: Mapping[str, str] | None = None,
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
        notes=dict(notes or {}),
    )


def _moment(today: date, days: int, hour: int, minute: int) -> datetime:
    """Give a moment so many days ago, in Central European time; office hours fall on the Friday before a weekend."""
    day = today - timedelta(days=days)
    if hour < 18:  # noqa: PLR2004 -- evenings may be any day
        day -= timedelta(days=max(0, day.weekday() - 4))
    summer = 4 <= day.month <= 10  # noqa: PLR2004 -- April to October, near enough
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=timezone(timedelta(hours=2 if summer else 1)))


def _winter(moments: list[datetime]) -> int:
    """Find the later visit that follows a winter; at one every four months there always is one."""
    return next(visit for visit in story.WINTER_VISITS if moments[visit].month in story.WINTER_MONTHS)


def _aim(scale: Scale, position: int, visit: int, winter: int) -> float:
    """Give the mean that the story wants of a domain at a visit, on the instrument's own scale."""
    mean = story.ARCS[position % len(story.ARCS)][visit]
    if visit == winter and position == story.WINTER_DOMAIN:
        mean -= story.WINTER_LOSS
    threshold = float(scale.threshold)
    if mean <= story.THRESHOLD:
        part = (mean - story.LOWEST) / (story.THRESHOLD - story.LOWEST)
        return scale.lowest + part * (threshold - scale.lowest)
    return threshold + (mean - story.THRESHOLD) / (story.HIGHEST - story.THRESHOLD) * (scale.highest - threshold)


def _skills(instrument: Instrument, chance: Random, winter: int) -> list[dict[str, int]]:
    """Give what one would score every item at each visit.

    Each item has a latent skill, which moves with its domain; a score follows only when the skill has left it behind.
    """
    scale = instrument.scale
    talent = {item.id: chance.gauss(0, story.SPREAD) for item in instrument.items}
    scores: dict[str, int] = {}
    history = []
    for visit in range(len(story.VISITS)):
        for position, domain in enumerate(instrument.domains):
            aim = _aim(scale, position, visit, winter)
            latent = {}
            for item in domain.items:
                lack = story.LACK if item.id in story.TRAINED and visit < story.TRAINING else 0
                latent[item.id] = aim + talent[item.id] - lack + chance.gauss(0, story.MOOD)
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
        fit = [key for key in gaps if scale.allows(scores[key] + step)]
        if not fit:
            return False
        moving = max(fit, key=lambda key: step * gaps[key])
        scores[moving] += step
        del gaps[moving]  # never twice in one session
        return True

    while (short := total - sum(scores.values())) and move(1 if short > 0 else -1):
        pass
    if gaps and max(gaps.values()) - min(gaps.values()) > story.SURPRISE and move(1):
        move(-1)
    return scores


def _answers(instrument: Instrument, scores: Mapping[str, int], visit: int) -> dict[str, Score]:
    """Give what is filled in at a visit: not all that one could have, and n/a for what one has not done yet."""
    answers: dict[str, Score] = {}
    for position, domain in enumerate(instrument.domains):
        known = len(domain.items) - (_part(domain, story.UNKNOWN[visit]) if domain.optional else 0)
        reached = _part(domain, story.REACHED[position % len(story.REACHED)]) if visit == story.CUT else None
        for place, item in enumerate(domain.items[:reached]):
            answers[item.id] = scores[item.id] if place < known else NOT_APPLICABLE
    return answers


def _part(domain: Domain, part: float) -> int:
    return int(len(domain.items) * part + 0.5)


def _seen_by(rater: story.Rater, instrument: Instrument, scores: Mapping[str, int], chance: Random) -> dict[str, Score]:
    """Give the answers of someone else; a client can't judge what one knows."""
    answers: dict[str, Score] = {}
    for position, domain in enumerate(instrument.domains):
        higher = rater.higher + story.LEAN[position % len(story.LEAN)]
        for item in domain.items:
            known = chance.random() >= rater.unknown and not (rater.role == "client" and item.focus == "knowledge")
            roll = chance.random()
            score = scores[item.id] + (roll < higher) - (roll > 1 - rater.lower)
            allowed = max(instrument.scale.lowest, min(score, instrument.scale.highest))
            answers[item.id] = allowed if known else NOT_APPLICABLE
    return answers
