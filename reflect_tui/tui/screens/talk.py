"""The talk itself: two people at one screen, one point at a time; every change is saved at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Literal, TypeVar

from msgspec import structs
from textual import work

from reflect_tui.errors import ReflectError
from reflect_tui.forms import fields as form_fields
from reflect_tui.forms.fields import NextTalk, ParsedNames
from reflect_tui.i18n import _, mark
from reflect_tui.model.agenda import Agenda
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.model.talk import Speaker, Talk, TalkPoint
from reflect_tui.report.build import opening
from reflect_tui.store.drafts import LINE, TypedLines, typed_goals
from reflect_tui.tui import navigate
from reflect_tui.tui.host import Host
from reflect_tui.tui.screens.dialog import Menu
from reflect_tui.tui.screens.form import FormScreen
from reflect_tui.tui.screens.goals import type_goal
from reflect_tui.tui.screens.page import WholeJournalPage
from reflect_tui.tui.screens.sign import DateForm, SignForm
from reflect_tui.tui.services.documents import GoalAgreed, TalkNotSigned, TalkSigned
from reflect_tui.usecases import talking
from reflect_tui.usecases.talking import Names
from reflect_tui.views import talk as page
from reflect_tui.views.agenda import point_title
from reflect_tui.views.labels import day
from reflect_tui.views.lines import Line, line, paragraph, shorten, span

T = TypeVar("T")


class TalkScreen(WholeJournalPage):
    """The pages of one talk: the opening, its points, and what was agreed."""

    keys = "talk"

    def __init__(self, session: Session, talk_id: str = "") -> None:
        """Begin a talk about a session of one's own, or go on with it; with an id, look at that one."""
        super().__init__()
        self._session = session
        self._talk_id = talk_id
        self.talk: Talk | None = None
        self._kept: Talk | None = None
        """The talk as it was last given to be saved; while it is amended, another page is no change."""
        self._earlier: list[Talk] = []
        """The talk as it was before each change, to take back."""
        self._problem = ""
        self._is_changed = False
        self._is_amending = False
        self._reason = ""
        """Why it is amended, until the first change is kept with it."""
        self._is_signing = False
        self._opening: tuple[str, ...] = ()
        self._found: tuple[Talk | None, Agenda | None] | None = None
        """What was read, until the journal is known whole: a talk begins with all sessions and what others answered."""

    def on_mount(self) -> None:
        """Read the talk, or the agenda that it begins with, behind the paint."""
        self._read()

    @work(thread=True, exclusive=True, group="documents", name="read a talk")
    def _read(self) -> None:
        service = self.host.document_service
        try:
            saved = service.read_talk(self._session.id, self._talk_id)
            agenda = None if saved else service.read_agenda(self._session.id)
        except ReflectError as error:
            self._problem = str(error)
            self.app.call_from_thread(self.paint)
            return
        self._found = saved.value if saved else None, agenda.value if agenda else None
        self.app.call_from_thread(self.begin)

    def begin(self) -> None:
        """Go on where the two were, or begin; a talk is saved from the first step on."""
        state = self.host.state
        if self._found is None or not state.is_complete:
            return
        (saved, agenda), self._found = self._found, None
        content = self.instrument
        if content is None:
            self._problem = _("The instrument of this session is neither installed nor in the journal.")
            self.paint()
            return
        self._opening = tuple(opening(content, self._session))
        if saved is None:
            self.talk = talking.begin(state.pages, content, self._session, agenda, self.host.clock)
            self._opening += talking.renewal(state.pages, content, self._session, agenda)
        else:
            self.talk = saved if state.read_only else talking.resumed(saved, state.goals)
            if self.talk != saved and not saved.finished:
                self._keep(self.talk)
        self.paint()
        self._go_on_typing()

    def _go_on_typing(self) -> None:
        """Go on with a form that was not done when the app ended: of a goal, a point, the names, an amendment."""
        talk = self.talk
        if talk is None or self.host.state.read_only:
            return
        found = self.host.document_service.typed_forms()
        typed = next((typed for typed in typed_goals(found) if typed.goal.talk == talk.id), None)
        kinds = {form.kind for form in found if isinstance(form, TypedLines) and form.about == talk.id}
        if "amendment" in kinds and talk.finished:
            self.action_amend()
        elif not self.may_change:
            return
        elif typed and typed.place <= len(talk.topics):
            self.talk = talk.at(typed.place)
            self.action_goal()
        elif "point" in kinds:
            self.action_new()
        elif kinds & {"date", "signatures"}:
            self.talk = talk.at(talk.steps)
            (self.action_date if "date" in kinds else self.action_sign)()

    @property
    def instrument(self) -> Instrument | None:
        """The instrument that the session was answered on."""
        return self.host.state.instruments.get(self._session.digest)

    @property
    def may_change(self) -> bool:
        """Whether the talk goes on, or is being amended."""
        return self.talk is not None and not self._is_signing and (self.talk.finished is None or self._is_amending)

    def place(self) -> Line:
        said = page.step_name(self.talk) if self.talk else ""
        about = line(span(_("Talk"), "title"), span(f" · {day(self._session.started)}", "muted"))
        return about + line(span(f" · {said}", "strong")) if said else about

    def saved_line(self) -> Line:
        """Say what is saved; of a talk that is amended, why."""
        if self._reason:
            said = _("amending: {reason}").format(reason=self._reason)
            return line(span(shorten(said, 32), "accent"))  # so that the place has room
        return super().saved_line()

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        if self._problem:
            return paragraph(self._problem, columns - 2, "warning", indent=2)
        if self.talk is None or self.instrument is None:
            return [line("  ", span(_("reading…"), "muted"))]
        goals = {goal.id: goal for goal in self.host.state.goals}
        may = self.may_change and not self.host.state.read_only
        scene = page.TalkScene(
            talk=self.talk,
            instrument=self.instrument,
            opening=self._opening,
            goals=goals,
            may_change=may,
            session_changed=talking.is_session_changed(self.talk, self.instrument, self._session),
        )
        return page.render_talk(scene, columns, self.host.key)

    def idle(self) -> Collection[str]:
        talk = self.talk
        if talk is None:
            return self.all_idle_but()
        idle = set() if talk.topic else {"note", "leader", "goal"}
        idle |= {"amend"} if talk.finished is None or self._is_amending else set()
        idle |= set() if self._earlier else {"undo"}
        idle |= {"step(-1)"} if talk.place == 0 else set()
        idle |= {"step(1)"} if talk.place == talk.steps - 1 else {"date", "sign", "amend"}
        return idle if self.may_change else idle | {"note", "leader", "goal", "new", "date", "sign", "undo"}

    def renamed(self) -> Mapping[str, str]:
        return {"back": mark("pause")} if self.talk and self.talk.finished is None and self._is_changed else {}

    # -- changes

    def _change(self, changed: Talk, typed: Sequence[str] = ()) -> None:
        """Show and save another version; the one before can be taken back."""
        if self.talk and self._may_write():
            self._earlier.append(self.talk)
            reason = (self._form("amendment").name,) if self._reason else ()
            self._keep(self._amended(changed), (*reason, *typed))

    def _amended(self, talk: Talk) -> Talk:
        """Return a talk with the reason why it is amended, once: one that is not changed has no amendment."""
        reason, self._reason = self._reason, ""
        return talk.amended(self.host.clock.now(), reason) if reason else talk

    def _form(self, kind: Literal["date", "signatures", "point", "amendment"]) -> TypedLines:
        """Return the form of lines about this talk, in which nothing was typed yet."""
        return TypedLines(kind=kind, about=self.talk.id if self.talk else "", fields={})

    def _topic_to_change(self) -> tuple[Talk, TalkPoint, Instrument] | None:
        """Return the talk at a topic that may be changed, with what it is about; says so where there is none."""
        talk, content = self.talk, self.instrument
        topic = talk.topic if talk else None
        if talk and topic and content:
            return (talk, topic, content) if self._may_write() else None
        self.app.bell()
        return None

    def _may_write(self) -> bool:
        """Whether anything may be changed; says why not."""
        if self.talk and self.talk.finished and not self._is_amending:
            text = _("Both of you signed this talk. {key} on its last page amends it, with a reason.")
            navigate.show_message(self.host, _("This talk is finished"), text.format(key=self.host.key("talk.amend")))
            return False
        return self.may_change and self.host.may_write()

    def _keep(self, changed: Talk, typed: Sequence[str] = ()) -> None:
        """Save another version, and put the `typed` forms away whose answers are in it."""
        self.talk = self._kept = changed
        self._is_changed = True
        self.host.document_service.save_talk(changed, self, typed)
        self.paint()

    def action_step(self, steps: int) -> None:
        """Go to another page; the place is saved, so that the talk goes on there."""
        if self.talk is None:
            return
        moved = self.talk.at(self.talk.place + steps)
        if moved.place == self.talk.place:
            self.app.bell()
        elif self.talk.finished or self._is_signing or self.host.state.read_only:
            self.talk = moved  # to look at; what was signed stays as it is
            self.paint()
        else:
            self._keep(moved)
        self.page.scroll_to(y=0, animate=False, immediate=True)

    def action_note(self) -> None:
        self._write("professional")

    def action_leader(self) -> None:
        self._write("leader")

    def _write(self, speaker: Speaker) -> None:
        """Write a remark; what is half written is saved too, whatever ends the app."""
        here = self._topic_to_change()
        if here is None:
            return
        talk, topic, content = here
        place = talk.place

        def keep(text: str, again: bool) -> None:  # noqa: FBT001 -- as the editor calls it
            if self.talk is None:
                return
            changed = self.talk.with_remark(place, speaker, text)
            if not again:
                self._change(changed)
            elif self._may_write():
                self._keep(changed)  # one step to take back, however often it was kept

        title = (page.speaker_name(speaker), point_title(topic, content))
        before = topic.remark if speaker == "professional" else topic.leader_remark
        # The editor hands over what changed before it closes; its answer adds nothing to that.
        navigate.write_note(self.host, title, before, lambda _text: self._retry(), keep=keep, each_word=True)

    def _retry(self) -> None:
        """Save once more what could not be saved while one wrote, or say why not."""
        if self._kept and not self.host.document_service.is_talk_saved(self._kept):
            self.host.document_service.save_talk(self._kept, reply_to=self)

    def action_goal(self) -> None:
        here = self._topic_to_change()
        if here is None:
            return
        talk, topic, content = here
        place = talk.place
        goal = talking.new_goal(talk, topic, content, self.host.state.goals, self.host.clock)

        def made(agreed: Goal) -> None:
            self.host.document_service.agree(agreed, place, reply_to=self)

        type_goal(self.host, content, goal, made, place)

    def on_goal_agreed(self, message: GoalAgreed) -> None:
        if self.talk:
            self._change(self.talk.with_agreement(message.place, message.goal))

    def action_new(self) -> None:
        if self._may_write():
            text = _("What else do you want to talk about? One line.")
            navigate.ask_line(self.host, _("A point that came up"), text, self._add, kept=self._form("point"))

    def _add(self, text: str) -> None:
        if self.talk:
            self._change(self.talk.with_topic(text), [self._form("point").name])

    def action_undo(self) -> None:
        """Take back what was changed last; a goal that was made of it goes too, and history keeps it."""
        if not self._earlier or self.talk is None or not self._may_write():
            self.app.bell()
            return
        before = self._earlier.pop()
        if len(before.amendments) < len(self.talk.amendments):  # nothing is amended any more: the reason waits again
            self._reason = self.talk.amendments[-1].reason
            waiting = structs.replace(self._form("amendment"), fields={LINE: self._reason})
            self.host.document_service.keep_typed(waiting)
        kept = {agreement.goal for agreement in before.agreements}
        for agreement in self.talk.agreements:
            if agreement.goal not in kept:
                self.host.document_service.take_back_goal(agreement.goal)
        self._keep(before)

    # -- the end

    def action_date(self) -> None:
        if self.talk is None or not self._may_write():
            return
        day_set = self.talk.next_talk
        typed = structs.replace(self._form("date"), fields={LINE: day_set.isoformat() if day_set else ""})
        self._push_form(DateForm, typed, self._set_date)

    def _set_date(self, chosen: NextTalk | None) -> None:
        if self.talk and chosen and chosen.day != self.talk.next_talk:
            self._change(structs.replace(self.talk, next_talk=chosen.day), [self._form("date").name])
        elif chosen:
            self.host.document_service.put_typed_away(self._form("date").name)

    def _push_form(self, form: type[FormScreen[T]], typed: TypedLines, answered: Callable[[T | None], None]) -> None:
        """Show a form, with what was typed in it before."""
        before = self.host.document_service.typed_before(typed)
        fields = typed.fields | (dict(before.fields) if before else {})
        self.host.push_screen(form(fields, typed, again=before is not None), answered)

    def action_sign(self) -> None:
        """Ask both for their names; what they sign is seen first."""
        if self.talk is None or not self._may_write():
            return
        if self.talk.place < self.talk.steps - 1:
            self.action_step(self.talk.steps)
            return
        typed = structs.replace(self._form("signatures"), fields=dict.fromkeys(form_fields.NAME_FIELDS, ""))
        self._push_form(SignForm, typed, self._sign)

    def _sign(self, signed: ParsedNames | None) -> None:
        if signed is None or self.talk is None or not self._may_write():
            return
        self.talk = self._kept = self._amended(self.talk)
        self._is_signing = self._is_changed = True
        typed = self._form("signatures").name, self._form("amendment").name
        self.host.document_service.sign_talk(self.talk, Names(signed.professional, signed.leader), self, typed)
        self.paint()

    def on_talk_signed(self, message: TalkSigned) -> None:
        """Show the talk as it was signed; nothing of it can be taken back now."""
        self.talk = message.talk.at(message.talk.steps - 1)
        self._earlier = []
        self._is_signing = self._is_amending = self._is_changed = False
        self.paint()

    def on_talk_not_signed(self, message: TalkNotSigned) -> None:  # noqa: ARG002 -- Textual's shape
        self._is_signing = False
        self.paint()

    def action_amend(self) -> None:
        """Ask why, then let it be changed; each change is saved with the reason."""
        if self.talk and self.talk.finished and not self._is_amending and self.host.may_write():
            text = _("Why? One line, kept with the talk. The names stay under the version that was signed.")
            kept, missing = self._form("amendment"), _("Write a reason first; a word will do.")
            navigate.ask_line(self.host, _("Amend the talk"), text, self._amend, kept=kept, missing=missing)

    def _amend(self, reason: str) -> None:
        if self.talk:
            self._is_amending = True
            self._reason = reason
            self.paint()

    def action_export(self) -> None:
        navigate.export(self.host, self._session, talk=self.talk)

    def action_back(self) -> None:
        if self._reason:
            self.host.document_service.put_typed_away(self._form("amendment").name)
        if self.talk and self._is_changed and not self._is_signing:
            going = self.talk.finished is None
            left = structs.replace(self.talk, paused=self.host.clock.now()) if going else self._kept or self.talk
            self.host.document_service.leave_talk(left)
        super().action_back()


_NEW = "new"


def open_talk(host: Host, session: Session | None) -> None:
    """Go on with the talk about a session of one's own, or begin one; of one that is signed, ask which.

    From someone's answers it is about the session that they are compared with, else about one's newest.
    """
    chosen = host.state.pages.own_beside(session)
    if chosen is None:
        text = _("A talk is about a session of your own. Begin one with {key}.").format(key=host.key("home.new"))
        navigate.show_message(host, _("Nothing to talk about yet"), text)
        return
    about = chosen
    unreadable = [found.path for found in talking.unreadable_about(host.state.talks, about.id)]
    if unreadable:
        question = (_("A talk can't be read"), page.unreadable_sentence(unreadable))
        navigate.ask(host, question, _("go on without it"), _("back"), lambda: _open_talk(host, about))
    else:
        _open_talk(host, about)


def _open_talk(host: Host, about: Session) -> None:
    document = talking.of_session(host.state.talks, about.id)
    talk = document.value if document else None
    if talk is None or talk.finished is None:
        host.push_screen(TalkScreen(about, talk.id if talk else ""))
        return
    choices = ((talk.id, _("See the talk of {date}").format(date=day(talk.started))), (_NEW, _("Begin another talk")))

    def answer(name: str | None) -> None:
        if name:
            host.push_screen(TalkScreen(about, "" if name == _NEW else name))

    host.push_screen(Menu(_("Talk"), _("You talked about this session, and signed it."), choices), answer)
