"""Control+C: what most programs end by, asked about once."""

from __future__ import annotations

from reflect_tui.i18n import _
from reflect_tui.tui.screens.dialog import Question


class QuitQuestion(Question):
    """Asks whether to quit; Control+C once more does, and so does enter."""

    def __init__(self) -> None:
        """Ask."""
        text = _("Nothing is lost: what you filled in is in the draft. Control+C once more quits.")
        super().__init__(_("Quit?"), text, _("quit"), _("stay"))
