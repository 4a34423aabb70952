"""The talk line by line: two people, one point after the other; every remark and agreement is saved as it comes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

from msgspec import structs

from reflect_tui.clock import Clock
from reflect_tui.errors import EXIT_DONE, EXIT_NO
from reflect_tui.forms import fields as form_fields
from reflect_tui.forms.fields import ParsedGoal, ParsedNames
from reflect_tui.i18n import _, format_date
from reflect_tui.line_mode.speech import Console, TooLongError
from reflect_tui.line_mode.start import yes_or_no
from reflect_tui.model import goals
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import MAX_NOTE, Session
from reflect_tui.model.talk import MAX_REASON, Speaker, Talk, TalkPoint
from reflect_tui.report.build import opening
from reflect_tui.store.drafts import LINE, TypedForm, TypedGoal, TypedLines
from reflect_tui.store.journal import Journal
from reflect_tui.system import Stopped, stoppable
from reflect_tui.text import clean
from reflect_tui.usecases import pages, talking
from reflect_tui.usecases.talking import Names
from reflect_tui.views import talk as page
from reflect_tui.views.talk import TalkScene

F = TypeVar("F", TypedGoal, TypedLines)
P = TypeVar("P", ParsedGoal, ParsedNames)


class _PauseError(Exception):
    """The two want to stop here, or there are no more lines."""


def talk(journal: Journal, clock: Clock, console: Console, session: Session, instrument: Instrument) -> int:
    """Have the talk about a session of one's own, or go on with it; return the exit code.

    The caller holds the journal's lock.

    Raises:
        ReflectError: the talk or the agenda can't be read, or not be saved.
    """
    journal.recover(locked=True)
    dialogue = _Dialogue(journal, clock, console, session, instrument)
    code = EXIT_DONE
    try:
        with stoppable():
            dialogue.run()
    except _PauseError:
        code = EXIT_NO
    except Stopped as stopped:
        code = stopped.code
    with contextlib.suppress(OSError):  # the terminal may be gone
        dialogue.close()
    return code


class _Dialogue:
    """One talk, saved after every answer."""

    def __init__(
        self, journal: Journal, clock: Clock, console: Console, session: Session, instrument: Instrument
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._console = console
        self._instrument = instrument
        self._session = session
        self._opening = tuple(opening(instrument, session))
        documents = journal.talks.all()
        document = talking.of_session(documents, session.id)
        self._unreadable = talking.unreadable_about(documents, session.id)
        self._data = document.data if document else None
        self._known = [found.value for found in journal.goals.all() if found.value]
        if document and document.value:
            self._talk = talking.resumed(document.value, self._known)
        else:
            known, saved = pages.pages_of(journal), pages.saved_agenda(journal, session.id)
            self._talk = talking.begin(known, instrument, session, saved, clock)
            self._opening += talking.renewal(known, instrument, session, saved)
        self._is_changed = False
        self._reason = ""
        """Why it is amended, until the first change is kept with it."""

    def run(self) -> None:
        """Go from page to page, from where the two were, and sign what was agreed."""
        if self._unreadable:
            self._console.say(page.unreadable_sentence([found.path for found in self._unreadable]))
            self._console.say(_("Go on without it?"))
            if not yes_or_no(self._console):
                raise _PauseError
        if self._talk.finished:
            if not self._amend():
                return
        else:
            text = _("An empty line leaves things as they are; q alone pauses the talk. ")
            self._console.say(text + _("Every remark and every agreement is saved at once."))
        while self._talk.place < self._talk.steps - 1:
            self._console.gap()
            self._console.say(page.step_name(self._talk))
            self._show()
            topic = self._talk.topic
            if topic:
                self._ask_about(topic)
            self._keep(self._talk.at(self._talk.place + 1))
        self._ask_date()
        self._show()
        self._sign()

    def close(self) -> None:
        """Pause a talk that goes on, and commit it."""
        if self._reason:
            self._journal.typed.drop(self._form("amendment").name)
        if self._is_changed and not self._talk.finished:
            self._keep(structs.replace(self._talk, paused=self._clock.now()))
            self._console.say(_("The talk is paused. To go on with it: {command}").format(command=self._command))
        if self._is_changed:
            self._journal.record()

    @property
    def _command(self) -> str:
        return f"reflect-tui talk {self._talk.session} --plain"

    def _show(self) -> None:
        found = {goal.id: goal for goal in self._known}
        scene = TalkScene(
            talk=self._talk,
            instrument=self._instrument,
            opening=self._opening,
            goals=found,
            may_change=False,
            session_changed=talking.is_session_changed(self._talk, self._instrument, self._session),
        )
        self._console.show(page.render_talk(scene, self._console.columns() - 1))

    def _keep(self, changed: Talk) -> None:
        """Save the talk; where it is amended, with the reason from the first change on."""
        if self._reason and changed.at(self._talk.place) == self._talk:
            self._talk = changed  # only looked at
            return
        changed, reason = self._amended(changed), self._reason
        self._data = talking.save(self._journal, changed, self._data)
        self._talk = changed
        self._is_changed = True
        self._reason = ""
        if reason:
            self._journal.typed.drop(self._form("amendment").name)

    def _amended(self, changed: Talk) -> Talk:
        return changed.amended(self._clock.now(), self._reason) if self._reason else changed

    def _form(self, kind: Literal["signatures", "amendment"]) -> TypedLines:
        return TypedLines(kind=kind, about=self._talk.id, fields={})

    def _read(self, prompt: str, longest: int = goals.MAX_LINE) -> str:
        while True:
            with contextlib.suppress(TooLongError):
                line = self._console.read(prompt)
                if line is None or line.strip() == "q":
                    raise _PauseError
                if len(line) <= longest:
                    return clean(line, multiline=False).strip()
            self._console.say(_("That line is too long; nothing was done with it."))

    def _ask_about(self, topic: TalkPoint) -> None:
        speakers: tuple[Speaker, ...] = ("professional", "leader")
        for speaker in speakers:
            before = topic.remark if speaker == "professional" else topic.leader_remark
            prompt = _("{speaker}, a new remark, in place of this one:") if before else _("{speaker}, a remark:")
            text = self._read(prompt.format(speaker=page.speaker_name(speaker)), MAX_NOTE)
            if text:
                self._keep(self._talk.with_remark(self._talk.place, speaker, text))
        while goal := self._goal(topic):
            self._journal.goals.save(goal.id, goals.dumps(goal), "made")
            self._keep(self._talk.with_agreement(self._talk.place, goal))
            self._journal.typed.drop(goal.id)
            self._console.say(_("Saved as a goal."))

    def _goal(self, topic: TalkPoint) -> Goal | None:
        """Ask for a goal; None when there is nothing more."""
        draft = talking.new_goal(self._talk, topic, self._instrument, self._known, self._clock)
        typed = self._typed_before(TypedGoal(goal=draft, fields={}, is_new=True, place=self._talk.place))
        prompts = {
            "what": _("Agreed; what is to be reached? (an empty line: nothing more)"),
            "first_step": _("First step:"),
            "helper": _("Who helps:"),
            "by": _("By when (such as 2027-06-01, or 3m for in three months):"),
        }
        today, scale = self._clock.now().date(), self._instrument.scale

        def parse(fields: dict[str, str]) -> ParsedGoal:
            return form_fields.parse_goal(typed.goal, dict.fromkeys(form_fields.GOAL_FIELDS, "") | fields, today, scale)

        read = self._ask_lines(typed, prompts, parse, needed="what")
        return read.goal if read else None

    def _typed_before(self, typed: F) -> F:
        """Return what was typed in a form about the same before, else the form."""
        found = (before for before in self._journal.typed.all() if isinstance(before, type(typed)))
        return next((before for before in found if before.subject == typed.subject), typed)

    def _ask_lines(
        self, typed: TypedForm, prompts: Mapping[str, str], parse: Callable[[dict[str, str]], P], needed: str = ""
    ) -> P | None:
        """Ask for the lines of a form that are not typed yet, each kept at once; None: the `needed` one is empty."""
        fields = {name: text for name, text in typed.fields.items() if text}
        for name in (name for name in prompts if name in fields):
            self._console.say(f"{prompts[name]} {fields[name]}")
        while True:
            for name in (name for name in prompts if name not in fields):
                fields[name] = self._read(prompts[name])
                if name == needed and not fields[name]:
                    return None
                self._journal.typed.save(structs.replace(typed, fields=fields))
            read = parse(fields)
            if not read.faults:
                return read
            for name, fault in read.faults.items():
                self._console.say(fault)
                del fields[name]

    def _ask_date(self) -> None:
        """Ask for the date of the next talk, which stands on the page that is signed."""
        day = self._talk.next_talk
        now = format_date(day) if day else _("no date set")
        prompt = _("Next talk: {now}. Another date (such as 2027-06-01, or 6m; - for no date):").format(now=now)
        while text := self._read(prompt):
            try:
                chosen = form_fields.parse_next_talk("" if text == "-" else text, self._clock.now().date())
            except ValueError as error:
                self._console.say(str(error))
            else:
                self._keep(structs.replace(self._talk, next_talk=chosen.day))
                break

    def _sign(self) -> None:
        text = _("Sign this now? Each of you types their own name; later it can only be amended, with a reason.")
        self._console.say(text)
        if not yes_or_no(self._console):
            raise _PauseError
        prompts = {"professional": _("Name of the professional:"), "leader": _("Name of the team leader:")}
        typed = self._typed_before(self._form("signatures"))
        read = self._ask_lines(typed, prompts, form_fields.parse_names)
        if read is None:
            raise _PauseError
        names = Names(read.professional, read.leader)
        self._talk = talking.sign(self._journal, self._amended(self._talk), self._data, names, self._clock.now())
        for name in (typed.name, self._form("amendment").name):
            self._journal.typed.drop(name)
        self._reason = ""
        self._console.say(page.signature_sentence(self._talk.signatures[-1]))
        self._console.say(page.version_sentence(self._talk.signatures[-1]))

    def _amend(self) -> bool:
        """Show what was agreed, and ask whether to go through it again, which takes a reason."""
        self._talk = self._talk.at(self._talk.steps)
        self._show()
        prompt = _("A reason to amend it (an empty line: leave it as it is):")
        typed = self._typed_before(self._form("amendment"))
        self._reason = typed.fields.get(LINE, "")
        if self._reason:
            self._console.say(f"{prompt} {self._reason}")
        else:
            self._reason = self._read(prompt, MAX_REASON)
        if self._reason:
            self._journal.typed.save(structs.replace(typed, fields={LINE: self._reason}))
            self._talk = self._talk.at(0)
        return bool(self._reason)
