"""All rounds of feedback: make one, see who has answered (never what), remind, close, withdraw."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import cast

from reflect_tui.errors import ReflectError
from reflect_tui.feedback.form_words import collector_letter
from reflect_tui.forms.fields import GROUPS
from reflect_tui.i18n import _
from reflect_tui.model import library
from reflect_tui.model.round import MAX_NAME, Rater, Round
from reflect_tui.store import erasure, rounds
from reflect_tui.store.altered import altered_sentence
from reflect_tui.tui import navigate
from reflect_tui.tui.host import Host, WorkFailed
from reflect_tui.tui.screens.dialog import Menu, ReminderScreen, titled
from reflect_tui.tui.screens.form import FormScreen, PathScreen
from reflect_tui.tui.screens.history import open_erase
from reflect_tui.tui.screens.make_round import make_round
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.screens.paper import type_over
from reflect_tui.tui.services.rounds import RoundDoubled, RoundTooSmall
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.views import rounds as page
from reflect_tui.views.labels import role_name
from reflect_tui.views.lines import EMPTY, Line, line, span


class RoundsScreen(Page):
    """The rounds of a journal, the newest first, and the one at the cursor in full."""

    keys = "rounds"
    points = True

    def __init__(self) -> None:
        super().__init__()
        self._known: frozenset[str] = frozenset()
        self._new = ""

    def on_mount(self) -> None:
        self._known = frozenset(document.id for document in self.host.state.rounds)

    def place(self) -> Line:
        """Say where one is."""
        return line(span(_("Feedback from others"), "title"))

    def renew(self) -> None:
        """Show the journal as it was read just now; a round that is new is the one at the cursor."""
        found = [document.id for document in self.host.state.rounds]
        new = [one for one in found if one not in self._known]
        self._new = new[0] if len(new) == 1 else ""
        self._known = frozenset(found)
        super().renew()

    def paint_page(self, columns: int, rows: int) -> None:
        super().paint_page(columns, rows)
        if self._new:
            self.page.point_at(self._new)
            self._new = ""
        if not self.page.target:
            self.page.point_first()
        self.page.show_whole()

    def idle(self) -> Collection[str]:
        if self.here is None:
            return self.all_idle_but("new", "import")
        return () if self.here.state == "open" else self.all_idle_but("new", "import", "erase")

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        documents = self.host.state.rounds
        if not documents:
            return page.render_none_yet(columns, self.host.key) if self.host.state.loaded else []
        found = [document.value for document in documents if document.value]
        bad = [(document.path, document.faults) for document in documents if document.value is None]
        here = self._new or self.page.target
        state, today = self.host.state, self.host.clock.now().date()
        missing, told = state.missing_answers, state.told_counts
        return page.render_rounds(
            found, bad, today, columns, here=here, missing=missing, told=told, altered=state.altered_rounds,
            checked=state.is_checked,
        )  # fmt: skip

    @property
    def here(self) -> Round | None:
        """The round at the cursor."""
        target = self.page.target
        found = (document.value for document in self.host.state.rounds if target in (document.id, ""))
        return next((one for one in found if one), None)

    @property
    def _open(self) -> Round | None:
        """The round at the cursor, when it is open and unaltered, and this instance writes."""
        here = self.here
        if here is None:
            self.app.bell()
            return None
        if here.state != "open":
            self.app.post_message(WorkFailed(_("This round is not open any more.")))
            return None
        if here.id in self.host.state.altered_rounds:
            self.app.post_message(WorkFailed(altered_sentence(here.id)))
            return None
        return here if self.host.may_write() else None

    def pointed(self) -> None:
        self.paint()

    def on_lines_picked(self, message: Lines.Picked) -> None:  # noqa: ARG002 -- Textual's shape
        self.call_after_refresh(self.paint)

    def action_new(self) -> None:
        if self.host.may_write():
            own = self.host.state.pages.own()
            make_round(self.host, library.usual(own, self.host.settings.instrument))

    def action_forms(self) -> None:
        if here := self._open:
            open_forms(self.host, here)

    def action_add(self) -> None:
        if here := self._open:
            add_person(self.host, here)

    def action_import(self) -> None:
        navigate.import_files(self.host)

    def action_remind(self) -> None:
        here = self._open
        if here is None:
            return
        texts = {"remind": page.reminder(here), "collect": collector_letter(here)}

        def show(chosen: str | None) -> None:
            if chosen:
                title = _("A letter to whoever collects") if chosen == "collect" else _("A reminder to send")
                self.app.push_screen(ReminderScreen(title, texts[chosen]))

        if here.collector != "third person":
            show("remind")
            return
        choices = [("remind", _("those who have not answered")), ("collect", _("whoever collects the answers"))]
        self.app.push_screen(Menu(_("A text for whom?"), _("You can copy it and send it yourself."), choices), show)

    def action_paper(self) -> None:
        if here := self._open:
            try:
                rounds.may_type(here)
            except ReflectError as error:
                self.app.post_message(WorkFailed(str(error)))
            else:
                type_over(self.host, here)

    def action_close(self) -> None:
        if here := self._open:
            text = _("After this no more answers are imported.")
            if here.is_confidential:
                kept = _("Of every group that is large enough, figures and comments stay. The answers are destroyed.")
                told = page.told_sentences(here, self.host.state.told_counts.get(here.id, page.NOTHING_TOLD))
                text = "\n".join([*told, *([""] if told else []), f"{kept} {text}"])
            question = (_("Close this round?"), f"{page.round_name(here)}\n\n{text}")
            navigate.ask(self.host, question, _("close it"), _("back"), lambda: self._close(here.id))

    def on_round_too_small(self, message: RoundTooSmall) -> None:
        """Say what is missing or too small; ask whether to go on without these, where others are large enough."""
        found = next((d.value for d in self.host.state.rounds if d.id == message.round_id), None)
        if found is None or not message.others:
            navigate.show_message(self.host, _("The round stays open"), message.sentence)
            return
        text = page.closing_words(found, message.groups) if message.groups else message.sentence
        choices = [("keep", _("keep the round open")), ("leave", _("close it without them"))]
        menu = Menu(_("Leave these out?"), text, choices)
        few = bool(message.groups)
        close = partial(self._close, found.id, leave_out=few, without_missing=message.without_missing or not few)
        self.app.push_screen(menu, lambda chosen: close() if chosen == "leave" else None)

    def on_round_doubled(self, message: RoundDoubled) -> None:
        text = f"{message.sentence}\n\n{page.import_again_question(message.people)}"
        choices = [("keep", _("leave it as it is")), ("again", _("destroy and import again"))]
        menu = Menu(_("One person answered twice"), text, choices)
        again = partial(self.host.round_service.import_again, message.round_id)
        self.app.push_screen(menu, lambda chosen: again() if chosen == "again" else None)

    def action_withdraw(self) -> None:
        if here := self._open:
            waiting = page.waiting(here)
            choices = [("all", _("the whole round"))]
            choices += [(str(number), page.person_name(one)) for number, one in waiting]
            text = _("Withdrawn forms are no longer accepted. Answers that came in stay.")
            menu = Menu(_("Withdraw what?"), text, choices)
            self.app.push_screen(menu, lambda chosen: self._sure(here, chosen) if chosen else None)

    def action_erase(self) -> None:
        here = self.here
        if here is None:
            self.app.bell()
            return
        people = [] if here.is_confidential else list(enumerate(here.invited))
        choices = [("all", _("the whole round"))]
        choices += [(str(number), page.person_name(one)) for number, one in people]
        menu = Menu(_("Erase what?"), _("It goes for good, with every version."), choices)
        self.app.push_screen(menu, lambda chosen: self._erase(here.id, chosen) if chosen else None)

    def _erase(self, round_id: str, chosen: str) -> None:
        if chosen == "all":
            open_erase(self.host, lambda store: erasure.feedback_round(store, round_id))
        else:
            open_erase(self.host, lambda store: erasure.answer(store, round_id, int(chosen)))

    def _sure(self, here: Round, chosen: str) -> None:
        title = _("Withdraw this round?")
        text = _("No more answers are imported, and confidential answers that wait are destroyed unread. ")
        text += _("This can't be undone. Tell those you asked.")
        if chosen != "all":
            title = _("Withdraw this invitation?")
            text = _("{person}: the form that this person has is no longer accepted. Tell them.").format(
                person=page.person_name(here.invited[int(chosen)])
            )
            text += page.withdrawal_notice(here)
        navigate.ask(self.host, (title, text), _("withdraw"), _("back"), lambda: self._withdraw(here.id, chosen))

    def _close(self, round_id: str, *, leave_out: bool = False, without_missing: bool = False) -> None:
        self.host.round_service.close(round_id, reply_to=self, leave_out=leave_out, without_missing=without_missing)

    def _withdraw(self, round_id: str, chosen: str) -> None:
        if chosen == "all":
            self.host.round_service.withdraw(round_id)
        else:
            self.host.round_service.withdraw_invitation(round_id, int(chosen))


_ALL, _LABELLED, _PAPER = "all", "labelled", "paper"


def open_forms(host: Host, found: Round) -> None:
    """Ask for whom and where to, then have the forms written."""
    missing = host.state.missing_answers.get(found.id, ())
    numbers = [number for number, _one in page.waiting(found, missing)]
    if not numbers:
        host.post_message(WorkFailed(_("Everyone who was asked has answered or was withdrawn.")))
        return
    choices = [
        (_ALL, _("all who have not answered")),
        (_LABELLED, _("all who have not answered, with their name in the file name")),
        (_PAPER, _("all who have not answered, on paper")),
    ]
    choices += [(str(number), page.person_name(found.invited[number])) for number in numbers]
    text = _("One file for each person, in a folder. Earlier forms of a person stay valid; the first answer counts.")
    host.push_screen(Menu(_("Write the forms"), text, choices), lambda chosen: _where(host, found, numbers, chosen))


def _folder(found: Round) -> str:
    """Where the forms of a round go, unless one says otherwise."""
    return f"~/feedback-{found.id}"


def _where(host: Host, found: Round, numbers: Sequence[int], chosen: str | None) -> None:
    if chosen is None:
        return
    wanted = numbers if chosen in (_ALL, _LABELLED, _PAPER) else [int(chosen)]
    text = _("The folder is made if there is none; only you can read what is written. Nothing is replaced.")

    def write(path: str | None) -> None:
        if path:
            host.round_service.write_forms(found.id, wanted, path, paper=chosen == _PAPER, labelled=chosen == _LABELLED)

    host.push_screen(PathScreen(_("In which folder?"), _folder(found), text), write)


class PersonForm(FormScreen[tuple[str, str]]):
    """Who is added, and where their form goes: a label and a folder."""

    fields = ("label", "folder")

    def content(self) -> list[Line]:
        return [
            *titled(_("Add a person"), _("The others keep their forms. This person gets one more."), self.room),
            EMPTY,
        ]

    def labels(self) -> Mapping[str, str]:
        return {"label": _("Name"), "folder": _("Folder")}

    def hint(self) -> str:
        text = _("Only you see the name; it is not in the form. ")
        return text + _("The folder is made if there is none; only you can read what is written. Nothing is replaced.")

    def word(self) -> str:
        return _("write")

    def read(self) -> tuple[tuple[str, str] | None, Mapping[str, str]]:
        label, folder = " ".join(self.texts()["label"].split()), self.texts()["folder"].strip()
        faults = {} if folder else {"folder": _("Say in which folder the form goes.")}
        if len(label) > MAX_NAME:
            faults["label"] = _("must not be longer than {length} characters").format(length=MAX_NAME)
        return (None if faults else (label, folder)), faults

    def leaving(self) -> str:
        return _("Add nobody?")


def add_person(host: Host, found: Round) -> None:
    """Ask who is added to a round and where the form goes, then have it written."""
    groups = ("manager", "other") if found.is_joined else GROUPS
    choices = [(role, role_name(role)) for role in groups]
    text = _("Until the round is closed you can ask more people. What was promised and asked stays as it is.")

    def chosen(role: str | None) -> None:
        if role:
            form = PersonForm({"label": "", "folder": _folder(found)})
            host.push_screen(form, lambda said: add(role, *said) if said else None)

    def add(role: str, label: str, folder: str) -> None:
        host.round_service.add_person(found.id, cast("Rater", role), label, folder)

    host.push_screen(Menu(_("Add whom?"), text, choices), chosen)
