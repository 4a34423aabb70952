"""What a round of feedback asks: which domains, how many of their statements, and how long those take."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from reflect_tui.feedback.suggestion import WANTED, minutes, suggest
from reflect_tui.i18n import _, ngettext
from reflect_tui.instrument import Instrument
from reflect_tui.pages.lines import EMPTY, Line, fit, line, pad, span, width
from reflect_tui.tui.keys import first_key
from reflect_tui.tui.screens.dialog import Choice, answers, titled

_STEP = 4  # statements more or fewer at a key
_TALL = 24  # rows of a window that has room for the keys below the list and advice above it


class ItemsScreen(Choice):
    """Which domains, and how many statements of them; the answer is the list of items."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "ask", show=False),
        Binding("left,minus", "count(-1)", show=False),
        Binding("right,plus", "count(1)", show=False),
    ]

    def __init__(self, content: Instrument, before: ItemsScreen | None = None) -> None:
        """Choose from an instrument: as was chosen `before`, else from all its domains."""
        super().__init__()
        self._content = content
        self.domains: set[str] = set(before.domains) if before else {domain.id for domain in content.domains}
        self.wanted: int = before.wanted if before else WANTED

    @property
    def items(self) -> tuple[str, ...]:
        """The items chosen."""
        return suggest(self._content, self.domains, self.wanted) if self.domains else ()

    def content(self) -> list[Line]:
        """Say how long it takes."""
        items = self.items
        count = ngettext("{n} statement", "{n} statements", len(items)).format(n=len(items))
        length = _("about {n} min").format(n=minutes(len(items)))
        text = _(
            "A rater has little time: 30 to 40 statements, spread over the domains, is what most will do with care."
        )
        said = titled(_("What do you ask?"), text, self.room)
        if self.app.size.height < _TALL:
            said = said[:1]
        return [*said, EMPTY, line(span(f"{count} · {length}", "strong")), EMPTY]

    def rows(self) -> list[Line]:
        """List the domains, with how many of their statements are asked."""
        items = set(self.items)
        rows = []
        room = self.room - 14
        short = any(width(f"{len(self._content.domains)} {domain.title}") > room for domain in self._content.domains)
        for number, domain in enumerate(self._content.domains, 1):
            asked = sum(item.id in items for item in domain.items)
            glyph = span("✓ ", "accent") if domain.id in self.domains else span("· ", "muted")
            title = fit(f"{number} {domain.label if short else domain.title}", room)
            many = pad(_("{n} of {total}").format(n=asked, total=len(domain.items)), 10, right=True)
            rows.append(line("  ", glyph, span(title), span(many, "muted"), target=domain.id))
        return rows

    def keys_lines(self) -> list[Line]:
        """Name the keys."""
        first = answers(
            ("⏎", _("go on"), "choose"), (first_key("space"), _("ask or not"), "ask"), ("esc", _("back"), "cancel")
        )
        return [EMPTY, first, answers(("← →", _("fewer or more statements"), "count(1)"))]

    def action_ask(self) -> None:
        """Ask the domain at the cursor, or not."""
        self.domains ^= {self.list.target} - {""}
        self.paint()

    def action_count(self, steps: int) -> None:
        """Ask fewer or more."""
        total = len(self._content.items)
        self.wanted = max(len(self.domains) or 1, min(self.wanted + steps * _STEP, total))
        self.paint()

    def action_choose(self) -> None:
        """Go on, when something is asked."""
        if self.items:
            self.dismiss("chosen")
        else:
            self.app.bell()
