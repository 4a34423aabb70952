"""The figures of many teams at once, by an engine of choice: from a folder of shares, or from Parquet.

What somebody else wrote as Parquet is checked as the file of a share is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import compress, islice
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from reflect_tui.analysis.team import Choice, choose_all
from reflect_tui.errors import BadFileError, Fault, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.team import APART, MAX_SHARE, PERIOD, RefusedFile, Share, parse_share, share_faults
from reflect_tui.store import team_engines
from reflect_tui.store.team_engines import CHOICES, SHARES, Engine, at_least, earlier, joined
from reflect_tui.store.team_folder import TEAM_FILE, ShareFile, ToldTeams
from reflect_tui.toml import formats
from reflect_tui.usecases.team import newest_shares, share_rows

KEYS = ("team", "period")
_MOST_FAULTS = 10


class TeamsFigures(Struct, frozen=True, kw_only=True):
    """The lazy figures of an engine, and the people whom new ones are over; how many periods of teams are not told.

    `in_two_teams` people are in another team within a year, and count in neither then.
    """

    frame: Any
    people: Any = None
    choices: dict[tuple[str, str], Choice] = {}
    withheld: int = 0
    in_two_teams: int = 0
    refused: tuple[RefusedFile, ...] = ()


def figures_of(engine: Engine, path: Path, instrument: Instrument, minimum: int, current: str) -> TeamsFigures:
    """Return the figures of all shares below a path, of the quarters before the `current` one: more may come of that.

    What was told before is told as it was; what is new is kept beside the path before it is told. Blocking.

    Raises:
        NotFoundError: there is nothing of this instrument.
        ReflectError: it can't be read, or not be kept.
    """
    if not path.exists():
        raise NotFoundError(_("There is no folder {path}.").format(path=path))
    from reflect_tui.analysis import team_figures  # noqa: PLC0415 -- needs the extra, which open_engine checked

    shares: list[Share] = []
    refused: tuple[RefusedFile, ...] = ()
    memory = ToldTeams(path, instrument.id)
    before = Before(figures=memory.figures(engine), people=memory.people(engine))
    try:
        if next(path.rglob("*.parquet"), None) or path.suffix == ".parquet":
            rows = _sound_rows(engine, path, instrument)
        else:
            shares, refused = shares_below(path, instrument)
            rows = engine.rows(SHARES, share_rows(shares))
        planned = told_figures(engine, earlier(rows, current), instrument, minimum, before)
        if any(choice.counted for choice in planned.choices.values()):
            memory.add(engine, planned.frame, planned.people)
    except engine.errors as error:
        reason = str(error).partition("\n")[0]
        raise ReflectError(_("{path} can't be read: {reason}").format(path=path, reason=reason)) from error
    told = memory.figures(engine)
    if told is None and refused and not shares:
        _refuse(path, (Fault(file.name, file.reason) for file in refused))
    if told is None and not planned.choices:
        text = _("{path} has no share of {id} of a quarter that is over.")
        raise NotFoundError(text.format(path=path, id=instrument.id))
    if told is None:
        return structs.replace(planned, refused=refused)
    shown = at_least(told, "people", minimum)  # a higher one may be asked for now
    left_out = team_figures.distinct(team_figures.without(told, shown, KEYS), KEYS)
    hidden = [team for team, _period in engine.collect(left_out, KEYS) if team]
    return structs.replace(planned, frame=shown, withheld=planned.withheld + len(hidden), refused=refused)


def shares_below(path: Path, instrument: Instrument) -> tuple[list[Share], tuple[RefusedFile, ...]]:
    """Read the shares in a folder and those below it: the newest of everyone, and what is refused.

    Raises:
        ReflectError: a leader keeps a team there, who closes its periods.
    """
    good: list[ShareFile] = []
    refused = []
    for file in sorted(path.rglob("*.toml")):
        name = str(file.relative_to(path))
        if file.name == TEAM_FILE:
            raise ReflectError(_("{path} is the folder of a team; close its periods there.").format(path=file.parent))
        try:
            good.append(_read(file, instrument))
        except ReflectError as error:
            refused.append(RefusedFile(name, str(error)))
    digests: dict[tuple[str, str], set[str]] = {}
    for each in good:
        digests.setdefault((each.share.id, each.share.period), set()).add(each.digest)
    sure = [each for each in good if len(digests[each.share.id, each.share.period]) == 1]
    text = _("has the same id as another share with other figures; ask for a new one")
    refused += [RefusedFile(str(each.path.relative_to(path)), text) for each in good if each not in sure]
    return [each.share for each in newest_shares(sure)], tuple(refused)


def _read(file: Path, instrument: Instrument) -> ShareFile:
    """Read a share of an instrument.

    Raises:
        ReflectError: it is none.
    """
    share = parse_share(formats.read_bytes(file, MAX_SHARE), file.name)
    if share.digest != instrument.digest:
        raise ReflectError(_("is about another instrument, {id}").format(id=f"{share.instrument} {share.version}"))
    if faults := tuple(share_faults(share, instrument)):
        raise BadFileError(file.name, faults)
    return ShareFile(file, share)


class Before(Struct, frozen=True, kw_only=True):
    """The figures that were told before, and the people of every period told over people of its own; None for none."""

    figures: Any = None
    people: Any = None


NOTHING = Before()


def told_figures(
    engine: Engine, rows: Any, instrument: Instrument, minimum: int, before: Before = NOTHING
) -> TeamsFigures:
    """Plan the figures of many teams, and of all of them together, of an engine's rows of shares.

    Who counts is decided here, from how many people took part in the same periods. A period of a team that was told
    before is left out, and so is that of all teams together when any team was told then. Whoever is in two teams within
    a year is left out of both.
    """
    from reflect_tui.analysis import team_figures  # noqa: PLC0415 -- needs the extra, which open_engine checked

    for told in (before.figures, before.people):
        rows = rows if told is None else team_figures.without(rows, told, KEYS)
    new = engine.keep(team_figures.people_of(rows))
    people = new if before.people is None else joined([new, before.people])
    twice = engine.keep(team_figures.in_two_teams(people, APART))
    in_two_teams = len(engine.collect(team_figures.distinct(twice, ("member",)), ("member",)))
    if in_two_teams:
        rows = team_figures.without(rows, twice, team_figures.PERSON)
        new = engine.keep(team_figures.without(new, twice, team_figures.PERSON))
        people = new if before.people is None else joined([new, before.people])
    periods = sorted(period for (period,) in engine.collect(team_figures.distinct(people, ("period",)), ("period",)))
    found = engine.collect(team_figures.groups(people, periods), ("team", "number", *periods))
    groups = ((team, frozenset(compress(periods, flags)), number) for team, number, *flags in found)
    own = () if before.people is None else set(engine.collect(team_figures.distinct(before.people, KEYS), KEYS))
    choices = choose_all(groups, minimum, own)
    chosen = [(*key, choice.counted, choice.people) for key, choice in choices.items() if choice.counted]
    all_own = all(counted == period for _team, period, counted, _people in chosen)
    choices_of = engine.keep(engine.rows(CHOICES, chosen))
    counted = team_figures.counted_rows(rows, choices_of, None if all_own else people)
    together = team_figures.people_together(choices_of, before.figures)
    frame = team_figures.figures(counted, instrument.scale, instrument.own_thresholds, together)
    return TeamsFigures(
        frame=frame,
        people=team_figures.own_people(new, choices_of),
        choices=choices,
        withheld=sum(not choice.counted for choice in choices.values()),
        in_two_teams=in_two_teams,
    )


def _sound_rows(engine: Engine, path: Path, instrument: Instrument) -> Any:
    """Return the rows of an instrument in Parquet, once all of them are known to be possible.

    Raises:
        BadFileError: some can't be those of shares: nothing is told, since figures over the others would differ.
        ReflectError: somebody would count twice.
    """
    from reflect_tui.analysis import team_figures  # noqa: PLC0415 -- needs the extra, which open_engine checked

    rows = engine.parquet(path)
    if "instrument" in rows.collect_schema().names():
        rows = team_engines.only(rows, "instrument", instrument.id)
    rows = rows.select(*SHARES)
    needs = {"text": _("must be text"), "number": _("must be whole numbers")}
    types = team_engines.types_of(rows)
    _refuse(path, (Fault(name, needs[kind]) for name, kind in SHARES.items() if types[name] != kind))
    rows = team_engines.whole_numbers(rows, ("sum", "n"))
    lines = _lines(instrument)
    _refuse(path, _line_faults(engine, rows, instrument, lines))
    _refuse(path, _period_faults(engine, team_figures.distinct(rows, ("period",))))
    for team, period in engine.collect(team_figures.repeated(rows, lines), ("team", "period")):
        text = _("{path} has two rows of one person for the same domain or focus, in {team}, {period}. Keep only one.")
        raise ReflectError(text.format(path=path, team=team, period=period))
    return rows


def _refuse(path: Path, faults: Iterator[Fault]) -> None:
    if found := tuple(islice(faults, _MOST_FAULTS)):
        raise BadFileError(path, found)


def _lines(instrument: Instrument) -> dict[tuple[str, str], int]:
    """Return how many statements every domain and focus has."""
    domains = {("domain", domain.id): len(domain.items) for domain in instrument.domains}
    return domains | {("focus", name): len(items) for name, items in instrument.items_of_focus.items()}


def _line_faults(
    engine: Engine, rows: Any, instrument: Instrument, lines: dict[tuple[str, str], int]
) -> Iterator[Fault]:
    from reflect_tui.analysis import team_figures  # noqa: PLC0415 -- needs the extra, which open_engine checked

    filled = [f"filled_{name}" for name in team_figures.FILLED]
    columns = ("axis", "id", "rows", "team", "least", "most", "above", "below", *filled)
    found = team_figures.totals(rows, instrument.scale).head(len(lines) + 1)  # one more has one that is unknown
    for axis, name, count, team, least, most, above, below, *full in engine.collect(found, columns):
        place = f"{axis} {name}"
        if (axis, name) not in lines:
            yield Fault(place, _("is not in the instrument {id}").format(id=instrument.id))
            continue
        for column, number in zip(team_figures.FILLED, full, strict=True):
            if number < count or (column == "team" and not team):
                yield Fault(f"{place}, {column}", _("is empty in some rows"))
        if count == min(full) and (least < 1 or most > lines[axis, name] or above < 0 or below < 0):
            yield Fault(place, _("is more or less than its statements can add up to"))


def _period_faults(engine: Engine, periods: Any) -> Iterator[Fault]:
    for (period,) in engine.collect(periods, ("period",)):
        if not re.fullmatch(PERIOD, period):
            yield Fault("period", _("{period} is no quarter. Write it like 2026-Q4.").format(period=period))
