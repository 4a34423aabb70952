"""The shares of twelve made-up people in three periods, for a team to look at."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from reflect_tui.analysis.team import make_share
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Score, Session, new_id
from reflect_tui.model.team import Share

PEOPLE = 12
TEAM = "demo-team"
_SEED = 1901
_HALF_YEAR = 182  # days, so that the three periods are quarters with one in between
_PERIODS = 3
_AIMS = (3.4, 3.3, 2.9, 2.5, 3.0, 2.7, 3.2, 2.9)  # means on a scale from 1 to 4, by the place of the domain
_GROWTH = (0.0, 0.0, 0.15, 0.3, 0.0, -0.1, 0.1, 0.2)  # from period to period
_BETWEEN, _WITHIN = 0.3, 0.6  # standard deviations: between people, and between the statements of one


def shares(instrument: Instrument, today: date) -> tuple[Share, ...]:
    """Make the shares, the oldest period first; the last one is that of today."""
    chance = Random(_SEED)  # noqa: S311 -- the same team every time; nothing here is a secret
    members = [f"{chance.getrandbits(128):032x}" for _person in range(PEOPLE)]
    talents = [chance.gauss(0, _BETWEEN) for _person in range(PEOPLE)]
    made = []
    for number in range(_PERIODS):
        day = today - timedelta(days=_HALF_YEAR * (_PERIODS - 1 - number))
        for member, talent in zip(members, talents, strict=True):
            session = _session(instrument, day, number, talent, chance)
            made.append(make_share(instrument, session, TEAM, f"{member}-{number + 1}"))
    return tuple(made)


def _session(instrument: Instrument, day: date, number: int, talent: float, chance: Random) -> Session:
    scale = instrument.scale
    part = (scale.highest - scale.lowest) / 3
    scores: dict[str, Score] = {}
    for place, domain in enumerate(instrument.domains):
        aim = _AIMS[place % len(_AIMS)] + number * _GROWTH[place % len(_GROWTH)] + talent
        for item in domain.items:
            score = scale.lowest + (chance.gauss(aim, _WITHIN) - 1) * part
            scores[item.id] = max(scale.lowest, min(round(score), scale.highest))
    moment = datetime.combine(day, time(10)).astimezone()
    return Session(
        id=new_id(moment, "self", "000000"),
        instrument=instrument.id,
        version=instrument.version,
        digest=instrument.digest,
        role="self",
        started=moment,
        finished=moment,
        scores=scores,
    )
