"""The review of goals with which a session of one's own begins, line by line."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from reflect_tui.clock import Clock
from reflect_tui.errors import JournalError
from reflect_tui.i18n import _
from reflect_tui.line_mode.commands import parse
from reflect_tui.line_mode.speech import Console, TooLongError
from reflect_tui.model import goals
from reflect_tui.model.goals import MAX_LINE, OUTCOMES, Goal, LookBack, Outcome
from reflect_tui.store.documents import Document
from reflect_tui.store.journal import Journal
from reflect_tui.text import clean
from reflect_tui.usecases.filling import FillingSession, goals_to_review
from reflect_tui.views.goals import due, outcome_name, standing

_SHORTEST = 3  # letters that name an outcome


def review_goals(journal: Journal, clock: Clock, console: Console, filling: FillingSession) -> str | None:
    """Ask of every goal that goes on what came of it; each answer is saved at once.

    Returns a line that was meant for the session, with which the look back ends; None when there was none. So a file of
    scores fills a session in, whatever goals there are.
    """
    documents = goals_to_review(filling, reversed(journal.goals.all()))
    return _GoalReview(journal, clock, console, filling).over(documents) if documents else None


class _GoalReview:
    """One review of the goals, before a session is filled in."""

    def __init__(self, journal: Journal, clock: Clock, console: Console, filling: FillingSession) -> None:
        self._journal = journal
        self._clock = clock
        self._console = console
        self._filling = filling

    def over(self, documents: Sequence[Document[Goal]]) -> str | None:
        """Ask about one goal after the other; return the line that was meant for the session, if there was one."""
        self._console.gap()
        self._console.say(_("First a look back on your goals."))
        for number, document in enumerate(documents, 1):
            if document.value is None:
                continue
            self._console.gap()
            self._tell(document.value, _("Goal {n} of {total}:").format(n=number, total=len(documents)))
            outcome, line = self._outcome()
            if line is not None:
                return line
            if outcome:
                self._keep(document.value, document.data, outcome)
        return None

    def _tell(self, goal: Goal, about: str) -> None:
        """Say what a goal is, by when, how it stands, and what can be answered."""
        now = self._clock.now()
        self._console.quote(about, goal.what)
        for name, text in ((_("First step:"), goal.first_step), (_("Who helps:"), goal.helper)):
            if text:
                self._console.quote(name, text)
        when = due(goal, now.date())[0]
        self._console.say(f"{when[0].upper()}{when[1:]}; {standing(goal, now).replace(' · ', ', ')}.")
        if goal.look_backs and goal.look_backs[-1].note:
            self._console.quote(_("You wrote:"), goal.look_backs[-1].note)
        self._explain()

    def _explain(self) -> None:
        words = ", ".join(outcome_name(name) for name in OUTCOMES)
        text = _(
            "What came of it? {words}; an empty line passes over it, any line for the session goes to the session."
        )
        self._console.say(text.format(words=words))

    def _outcome(self) -> tuple[Outcome | None, str | None]:
        """Read the outcome of a goal, or a line for the session; neither when it is passed over."""
        while True:
            try:
                line = self._console.read(_("Outcome:"))
            except TooLongError:
                self._console.say(_("That line is too long; nothing was done with it."))
                continue
            if line is None or not line.strip():
                return None, None
            if outcome := parse_outcome(line):
                return outcome, None
            if parse(line, self._filling.instrument.scale).name not in ("unknown", "help"):
                return None, line
            self._explain()

    def _keep(self, goal: Goal, data: bytes, outcome: Outcome) -> None:
        back = LookBack(session=self._filling.draft.id, at=self._clock.now(), outcome=outcome, note=self._note())
        try:
            self._journal.goals.save(goal.id, goals.dumps(goal.looked_back(back)), outcome, data)
        except JournalError as error:
            self._console.say(_("Not saved: {reason}").format(reason=error))
        else:
            self._console.say(_("Saved: {outcome}.").format(outcome=outcome_name(outcome)))

    def _note(self) -> str:
        while True:
            with contextlib.suppress(TooLongError):
                line = self._console.read(_("A note, or an empty line:")) or ""
                if len(line) <= MAX_LINE:
                    return clean(line, multiline=False).strip()
            text = _("A note has at most {n} characters; nothing was done with that one.")
            self._console.say(text.format(n=MAX_LINE))


def parse_outcome(line: str) -> Outcome | None:
    """Parse the outcome that a line names, in the user's words or in English; three letters will do."""
    text = " ".join(line.lower().split())
    matches = [
        name
        for name in OUTCOMES
        if any(word.startswith(text) or word.endswith(f" {text}") for word in (name, outcome_name(name).lower()))
    ]
    return matches[0] if len(text) >= _SHORTEST and len(matches) == 1 else None
