"""Begin a session: which instrument, and who fills it in."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from reflect_tui import library
from reflect_tui.i18n import _, current
from reflect_tui.pages.lines import EMPTY, Line, fit, line, pad, span, width
from reflect_tui.pages.words import role_name
from reflect_tui.session import ROLES, Role
from reflect_tui.tui.screens.dialog import Choice, answers


class NewScreen(Choice):
    """Choose an instrument with up and down, a role with left and right; enter begins."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "role(-1)", show=False),
        Binding("right,l", "role(1)", show=False),
    ]

    def __init__(self, preferred: str) -> None:
        """Offer the shipped instruments, `preferred` first."""
        super().__init__()
        self._role = 0
        self._ids = sorted(library.bundled_ids(), key=lambda name: name != preferred)

    @property
    def role(self) -> Role:
        """The role chosen."""
        return ROLES[self._role]

    def content(self) -> list[Line]:
        """Give the title."""
        return [line(span(_("New session"), "title")), EMPTY]

    def rows(self) -> list[Line]:
        """List the instruments."""
        lines = []
        for name in self._ids:
            instrument = library.bundled(name, current())
            count = _("{n} items").format(n=len(instrument.items))
            room = self.room - 13
            title = fit(instrument.title if width(instrument.title) <= room else instrument.label, room)
            lines.append(line("   ", span(title), span(pad(count, 10, right=True), "muted"), target=name))
        return lines

    def keys_lines(self) -> list[Line]:
        """Show the role chosen and the keys."""
        spans = [span(_("filled in by") + "   ", "muted")]
        for role in ROLES:
            chosen = role == self.role
            text = f"[{role_name(role)}]" if chosen else f" {role_name(role)} "
            spans.append(span(text, "strong" if chosen else "muted", f"choose_role('{role}')"))
        keys = answers(("⏎", _("begin"), "choose"), ("← →", _("role"), "role(1)"), ("esc", _("back"), "cancel"))
        return [EMPTY, line(*spans), EMPTY, keys]

    def action_role(self, steps: int) -> None:
        """Choose the next role."""
        self._role = (self._role + steps) % len(ROLES)
        self.paint()

    def action_choose_role(self, role: Role) -> None:
        """Choose a role by the mouse."""
        self._role = ROLES.index(role)
        self.paint()
