"""The folder of a team: what its leader set, the shares that came in, and the closed periods."""

from __future__ import annotations

from pathlib import Path

from reflect_tui.disk import files
from reflect_tui.errors import NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model import instrument as instruments
from reflect_tui.model import library
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.team import Team, parse_team, team_bytes
from reflect_tui.toml import formats

TEAM_FILE, INSTRUMENT_FILE = "team.toml", "instrument.toml"


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

    def instrument(self, team: Team, language: str) -> Instrument:
        """Return the team's instrument, in a language where it is shipped in it.

        Raises:
            NotFoundError, BadFileError: its copy is gone or can't be read.
            ReflectError: the copy is another instrument than the team's.
        """
        if team.instrument in library.bundled_ids():
            shipped = library.bundled(team.instrument, language)
            if shipped.digest == team.digest:
                return shipped
        copy = instruments.load(self.root / INSTRUMENT_FILE)
        if copy.digest != team.digest:
            text = _("{path} is not the instrument that the team was made with. Put that one back.")
            raise ReflectError(text.format(path=self.root / INSTRUMENT_FILE))
        return copy
