"""The folder of a team: what its leader set, the shares that came in, and the closed periods."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from reflect_tui.analysis.team import COLUMNS
from reflect_tui.disk import files
from reflect_tui.disk.lock import Lock
from reflect_tui.errors import BadFileError, Fault, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model import instrument as instruments
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.library import Library
from reflect_tui.model.team import (
    MAX_SHARE,
    ClosedPeriod,
    RefusedFile,
    Share,
    Team,
    closed_bytes,
    closed_faults,
    parse_closed,
    parse_share,
    parse_team,
    share_bytes,
    share_faults,
    team_bytes,
)
from reflect_tui.store.team_engines import Engine, joined
from reflect_tui.toml import formats

TEAM_FILE, INSTRUMENT_FILE, CLOSED, VERSIONS = "team.toml", "instrument.toml", "closed", "instruments"
MOST_FILES = 10_000


class ShareFile(Struct, frozen=True):
    """A share that came in: its file and what is in it."""

    path: Path
    share: Share

    @property
    def digest(self) -> str:
        """The digest of the share as it was written, whatever mail and editors did to lines and spaces since."""
        return instruments.digest(share_bytes(self.share))


class TeamFolder:
    """One folder; making this object touches nothing."""

    def __init__(self, root: Path) -> None:
        """Take the folder."""
        self.root = root

    def create(self, team: Team, instrument_file: bytes) -> None:
        """Make the folder of a new team, which only its owner can read.

        Raises:
            ReflectError: something stands there already.
            JournalError: it can't be written.
        """
        if self.root.exists() and (not self.root.is_dir() or any(self.root.iterdir())):
            raise ReflectError(_("{path} is in use; give a folder that is new or empty.").format(path=self.root))
        files.make_folder(self.root)
        files.write_new(self.root / INSTRUMENT_FILE, instrument_file)
        files.write_new(self.root / TEAM_FILE, team_bytes(team))

    def add(self, name: str, share: Share) -> None:
        """Put a share into the folder.

        Raises:
            JournalError: it can't be written, or another file has that name.
        """
        files.write_new(self.root / name, share_bytes(share))

    def team(self) -> Team:
        """Read what the leader set.

        Raises:
            NotFoundError: this is no folder of a team.
            BadFileError: it can't be read.
        """
        path = self.root / TEAM_FILE
        try:
            return parse_team(formats.read_bytes(path), path)
        except NotFoundError:
            text = _("{path} is no folder of a team. Make one with: reflect-tui team new {path}")
            raise NotFoundError(text.format(path=self.root)) from None

    def renew(self, team: Team, instrument_file: bytes) -> None:
        """Let the team go on with another version, whose copy is kept beside the one before.

        Raises:
            JournalError: it can't be written; the team is as it was.
        """
        path = self.root / VERSIONS / f"{team.version}.toml"
        files.make_folder(path.parent)
        files.replace(path, instrument_file)  # nothing needs it before the team's file names it
        files.replace(self.root / TEAM_FILE, team_bytes(team))

    def instrument(self, version: Team | ClosedPeriod, language: str) -> Instrument:
        """Return the version that the team is on, or a period was closed on, in a language where it is known in it.

        Raises:
            NotFoundError, BadFileError: its copy is gone or can't be read.
            ReflectError: the copies are of other instruments.
        """
        with contextlib.suppress(NotFoundError):
            return Library(None).find(version.instrument, version.version, version.digest, language)
        for path in (self.root / INSTRUMENT_FILE, *sorted((self.root / VERSIONS).glob("*.toml"))):
            copy = instruments.load(path)
            if copy.digest == version.digest:
                return copy
        text = _("{path} is not the instrument that the team was made with. Put that one back.")
        raise ReflectError(text.format(path=self.root / INSTRUMENT_FILE))

    def closed(self) -> tuple[ClosedPeriod, ...]:
        """Read the closed periods, oldest first.

        Raises:
            BadFileError: one is gone, can't be read, or was changed: without it nobody knows what was told already.
        """
        team, advice = self.team(), _("put the file back as it was: without it nobody knows what was told")
        paths = self._closed_files()
        for gone in sorted({*team.closed} - {path.stem for path in paths}):
            path, text = self._closed_file(gone), _("the record of {period} is gone").format(period=gone)
            raise BadFileError(path, (Fault("", text), Fault("", advice)))
        closed = tuple(parse_closed(formats.read_bytes(path), path) for path in paths)
        own = {period.period for period in closed if period.counted == period.period}
        for path, period in zip(paths, closed, strict=True):
            faults = list(closed_faults(period))
            if period.period != path.stem:
                faults.append(Fault("period", _("is not that of the file's name")))
            if period.team != team.team:
                faults.append(Fault("team", _("is another team, {team}").format(team=period.team)))
            if period.counted and period.counted not in own:
                faults.append(Fault("counted", _("is no closed period")))
            if faults:
                raise BadFileError(path, (*faults, Fault("", advice)))
        return closed

    def _closed_file(self, period: str) -> Path:
        return self.root / CLOSED / f"{period}.toml"

    def _closed_files(self) -> list[Path]:
        return sorted((self.root / CLOSED).glob("*.toml"))

    def shares(
        self, team: Team, instrument: Instrument, closed: Sequence[ClosedPeriod], current: str
    ) -> tuple[tuple[ShareFile, ...], tuple[RefusedFile, ...]]:
        """Read the shares that came in and were not counted yet, and name the files that are refused.

        `current` is the quarter of today: nobody can have a session of a later one.

        Raises:
            ReflectError: there are too many files.
        """
        paths = sorted(path for path in self.root.iterdir() if path.suffix == ".toml" and not path.name.startswith("."))
        paths = [path for path in paths if path.name not in (TEAM_FILE, INSTRUMENT_FILE)]
        if len(paths) > MOST_FILES:
            text = _("{path} has more than {n} files. For so many people see: reflect-tui team --input")
            raise ReflectError(text.format(path=self.root, n=MOST_FILES))
        taken = {digest: period.period for period in closed for digest in period.taken}
        found: dict[tuple[str, str], list[ShareFile]] = {}  # numbers go up within a quarter only
        refused = []
        for path in paths:
            try:
                data = formats.read_bytes(path, MAX_SHARE)
                share = parse_share(data, path.name)
                _check(share, path.name, team, instrument, current)
            except ReflectError as error:
                refused.append(RefusedFile(path.name, str(error)))
                continue
            file = ShareFile(path, share)
            if file.digest in taken:
                refused.append(
                    RefusedFile(path.name, _("was counted when {period} was closed").format(period=taken[file.digest]))
                )
            else:
                found.setdefault((share.id, share.period), []).append(file)
        good = []
        for files_of_one in found.values():
            first, *others = files_of_one
            if {file.digest for file in others} - {first.digest}:
                text = _("has the same id as another share with other figures; ask for a new one")
                refused += [RefusedFile(file.path.name, text) for file in files_of_one]
                continue
            good.append(first)
            text = _("is the same share as {file}").format(file=first.path.name)
            refused += [RefusedFile(file.path.name, text) for file in others]
        return tuple(good), tuple(sorted(refused, key=lambda each: each.name))

    def close(self, period: ClosedPeriod) -> None:
        """Keep a closed period, once, let the team's file name it, then destroy its shares.

        A kill in between leaves a record that the team's file does not name; closing the next period makes up for that.

        Raises:
            BadFileError: it could not be read again; nothing is written.
            JournalError: it can't be written, or was closed before; the shares stay. Or one of them can't be removed.
        """
        path, data = self._closed_file(period.period), closed_bytes(period)
        parse_closed(data, path)  # nothing could be read any more next to one that can't be
        team = self.team()
        files.make_folder(path.parent)
        files.write_new(path, data)
        named = {*team.closed, *(each.stem for each in self._closed_files())}
        files.replace(self.root / TEAM_FILE, team_bytes(structs.replace(team, closed=tuple(sorted(named)))))
        self.destroy(period)

    def destroy(self, period: ClosedPeriod) -> None:
        """Remove every share that a closed period took in.

        Raises:
            JournalError: one can't be removed.
        """
        for path in self.root.glob("*.toml"):
            try:
                share = parse_share(formats.read_bytes(path, MAX_SHARE), path)
            except ReflectError:
                continue  # it was refused, and is none of those
            if ShareFile(path, share).digest in period.taken:
                files.remove(path)


def _check(share: Share, name: str, team: Team, instrument: Instrument, current: str) -> None:
    """Refuse a share that is of another team, instrument or time, or adds up to what can't be.

    Raises:
        ReflectError: it is.
    """
    if share.team != team.team:
        raise ReflectError(_("is for another team, {team}").format(team=share.team))
    if share.instrument != team.instrument:
        raise ReflectError(_("is about another instrument, {id}").format(id=share.instrument))
    if share.digest != team.digest:
        text = _("is about another version of the instrument, {version}; the team has {own}")
        raise ReflectError(text.format(version=share.version, own=team.version))
    if share.period > current:
        raise ReflectError(_("is of a quarter that is still to come, {period}").format(period=share.period))
    if faults := tuple(share_faults(share, instrument)):
        raise BadFileError(name, faults)


PEOPLE = ("team", "period", "member")
_FIGURES, _PEOPLE = "figures", "people"


class ToldTeams:
    """The memory of the shares of an instrument at a path; making this object touches nothing."""

    def __init__(self, source: Path, instrument: str) -> None:
        """Take the place: SHARES.told/INSTRUMENT, beside the shares themselves when `source` is a link to them."""
        real = source.resolve()
        self._folder = real.with_name(f"{real.name}.told")
        self._root = self._folder / instrument
        self._runs = self._told_runs()

    def _told_runs(self) -> list[Path]:
        return sorted(self._root.glob("[0-9]*"))

    def figures(self, engine: Engine) -> Any:
        """Return all figures that were told, as `COLUMNS`; None before the first."""
        return self._read(engine, _FIGURES, COLUMNS)

    def people(self, engine: Engine) -> Any:
        """Return the people of every period that was told over people of its own; None before the first.

        Raises:
            ReflectError: the memory can't be read: without it nobody knows what was told.
        """
        return self._read(engine, _PEOPLE, PEOPLE)

    def _read(self, engine: Engine, name: str, columns: tuple[str, ...]) -> Any:
        places = [run / name for run in self._runs if next((run / name).rglob("*.parquet"), None)]
        try:
            frames = [engine.parquet(place).select(*columns) for place in places]
            return engine.keep(joined(frames)) if frames else None
        except engine.errors as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> ReflectError:
        text = _(
            "{path} says what was told before, and can't be read: {reason}. Put it back; without it nothing is told."
        )
        return ReflectError(text.format(path=self._root, reason=str(error).partition("\n")[0].rstrip(".")))

    def add(self, engine: Engine, figures: Any, people: Any) -> None:
        """Keep what is about to be told; all of it or nothing.

        Raises:
            ReflectError: it can't be written, or another run wrote meanwhile; nothing may be told.
        """
        unfinished = self._folder / "unfinished"
        with self._alone():
            try:
                files.make_folder(self._root)
                shutil.rmtree(unfinished, ignore_errors=True)
                files.make_folder(unfinished)
                for name, frame in ((_FIGURES, figures), (_PEOPLE, people)):
                    engine.write(frame, unfinished / name, ["period"])
                unfinished.rename(self._root / f"{1 + len(self._runs):04}")
            except OSError as error:
                text = _("What is told can't be kept in {path}, so nothing is told: {reason}")
                raise ReflectError(text.format(path=self._root, reason=error.strerror or error)) from error
        self._runs = self._told_runs()

    def _alone(self) -> Lock:
        """Take the lock of the memory.

        Raises:
            ReflectError: another run has it, or told something since this one read the memory.
        """
        lock = Lock.acquire(self._folder)
        if lock and self._told_runs() == self._runs:
            return lock
        if lock:
            lock.release()
        raise ReflectError(_("Another run tells figures of {path}. Try again when it is done.").format(path=self._root))
