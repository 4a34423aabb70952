"""What was told of many teams before, beside their shares: so that no later run can undo what an earlier one left out.

Every run that tells something new adds a folder: `figures`, and as `people` those that they are over, team by team.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from reflect_tui.analysis.team import COLUMNS
from reflect_tui.disk import files
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.store.team_engines import Engine, joined

PEOPLE = ("team", "period", "member")
_FIGURES, _PEOPLE = "figures", "people"


class ToldTeams:
    """The memory of the shares of an instrument at a path; making this object touches nothing."""

    def __init__(self, source: Path, instrument: str) -> None:
        """Take the place: SHARES.told/INSTRUMENT."""
        self._folder = source.with_name(f"{source.name}.told")
        self._root = self._folder / instrument

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
        places = [place for place in sorted(self._root.glob(f"*/{name}")) if next(place.rglob("*.parquet"), None)]
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
        try:
            files.make_folder(self._root)
            shutil.rmtree(unfinished, ignore_errors=True)
            files.make_folder(unfinished)
            for name, frame in ((_FIGURES, figures), (_PEOPLE, people)):
                engine.write(frame, unfinished / name, ["period"])
            unfinished.rename(self._root / f"{1 + len(list(self._root.iterdir())):04}")
        except OSError as error:
            text = _("What is told can't be kept in {path}, so nothing is told: {reason}")
            raise ReflectError(text.format(path=self._root, reason=error.strerror or error)) from error
