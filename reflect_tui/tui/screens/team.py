"""A team: its page for the leader, who closes periods and makes a document; and a session that is shared with it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.message import Message

from reflect_tui import paths
from reflect_tui.analysis.team import TeamPage
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.model.team import SharedSession
from reflect_tui.report import pdf
from reflect_tui.store.journal import Journal
from reflect_tui.tui import navigate
from reflect_tui.tui.host import Announced, Host
from reflect_tui.tui.screens.dialog import MessageScreen, Told, answers, replace_question, titled
from reflect_tui.tui.screens.form import PathScreen, ReasonScreen
from reflect_tui.tui.screens.page import Page
from reflect_tui.usecases import export
from reflect_tui.usecases import team as usecases
from reflect_tui.usecases.team import PreparedShare
from reflect_tui.usecases.written_files import ExistsError, OutputFile, write_files
from reflect_tui.views.labels import period_name
from reflect_tui.views.lines import EMPTY, Line, line, paragraph, span
from reflect_tui.views.team import render_team


def open_team(host: Host) -> None:
    """Ask for the folder of a team and show it."""
    text = _("For team leaders: the folder with the files of the team. To make one: reflect-tui team new DIR")

    def show(folder: str | None) -> None:
        if folder:
            try:
                screen: TeamScreen | MessageScreen = TeamScreen(paths.typed(folder))
            except ReflectError as error:
                screen = MessageScreen(_("This could not be done"), str(error))
            host.push_screen(screen)

    host.push_screen(ReasonScreen(_("Team"), text), show)


class TeamScreen(Page):
    """What may be told of a team."""

    keys = "team"

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._root = root
        self._shown: TeamPage | None = None
        self._problem = ""

    def on_mount(self) -> None:
        self._run(lambda: None)

    @work(thread=True, exclusive=True, group="team", name="read a team")
    def _run(self, task: Callable[[], object]) -> None:
        """Carry a task out, then read the team anew."""
        problem = ""
        try:
            task()
        except ReflectError as error:
            problem = str(error)
        try:
            page = usecases.team_page(self._root, self.host.clock.now().date())
        except ReflectError as error:
            self.app.call_from_thread(self._show, None, str(error), "")
        else:
            self.app.call_from_thread(self._show, page, "", problem)

    def _show(self, page: TeamPage | None, unreadable: str, problem: str) -> None:
        self._shown, self._problem = page, unreadable
        self.paint()
        if problem:
            self.host.push_screen(MessageScreen(_("This could not be done"), problem))

    def place(self) -> Line:
        name = f" · {self._shown.team.team}" if self._shown else ""
        return line(span(_("Team"), "title"), span(name, "muted"))

    def idle(self) -> Collection[str]:
        page = self._shown
        can_close = page is not None and self._closable(page) is not None
        return {name for name, can in (("close", can_close), ("export", bool(page and page.told))) if not can}

    @staticmethod
    def _closable(page: TeamPage) -> str | None:
        return next((each.period for each in page.open if each.people >= page.team.minimum), None)

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        if self._problem:
            return paragraph(self._problem, columns - 2, "warning", indent=2)
        if self._shown is None:
            return [line("  ", span(_("reading…"), "muted"))]
        return render_team(self._shown, columns)

    def action_close(self) -> None:
        period = self._closable(self._shown) if self._shown else None
        if period is None:
            self.host.bell()
            return
        text = _("The figures of {period} are computed once and don't change any more. The shares are destroyed.")
        question = (_("Close this period?"), text.format(period=period_name(period)))
        task = partial(usecases.close_period, self._root, period, self.host.clock.now().date())
        navigate.ask(self.host, question, _("close"), _("back"), partial(self._run, task))

    def action_export(self) -> None:
        page = self._shown
        if page is None or not page.told:
            self.host.bell()
            return
        ending = "pdf" if pdf.is_available() else "html"
        name = str(self._root.parent / f"{page.team.team}-{page.told[-1].period}.{ending}".lower())
        text = _("Save as. The name decides the form: .pdf, .html or .md.")
        screen = PathScreen(_("Document about the team"), name, text)
        self.host.push_screen(screen, lambda path: self._write(page, path, replace=False) if path else None)

    def _write(self, page: TeamPage, path: str, *, replace: bool) -> None:
        self._write_document(page, path, replace=replace)

    @work(thread=True, exclusive=True, group="export", name="write a document")
    def _write_document(self, page: TeamPage, path: str, *, replace: bool) -> None:
        host, journal = self.host, self.host.journal  # neither can be asked for once this screen is gone
        try:
            form = export.chosen_format(None, path, export.DOCUMENT_FORMATS)
            data = usecases.render_document(page, form)
            (written,) = write_files(journal, paths.typed(path), [OutputFile(f".{form}", data)], replace=replace)
        except ExistsError as error:
            host.call_later(self._ask_to_replace, host, page, path, error)
        except ReflectError as error:
            host.post_message(Announced(_("This could not be done"), str(error)))
        else:
            host.post_message(Announced(_("Written"), _("It is in {path}.").format(path=written)))

    def _ask_to_replace(self, host: Host, page: TeamPage, path: str, error: ExistsError) -> None:
        if not self.is_attached:
            host.post_message(Announced(_("This could not be done"), str(error)))
            return
        replace = partial(self._write, page, path, replace=True)
        host.push_screen(replace_question(path), lambda yes: replace() if yes else None)


# Shares a session: asks for the code of the team, shows the whole file that leaves, and writes it; or withdraws it.


def open_share(host: Host, session: Session, instrument: Instrument, folder: Path) -> None:
    """Ask for the code of a team and show what would be shared with it; `folder` is where files usually go."""
    if not host.may_write():
        return
    text = _("Your team leader gave you a code. The team gets sums per domain, no scores, notes or name.")

    def show(code: str | None) -> None:
        if code:
            host.push_screen(ShareScreen(session, instrument, code, folder))

    host.push_screen(ReasonScreen(_("For the team"), text), show)


class ShareScreen(Told[None]):
    """The whole file, before it is written; enter asks where to. Another key shows the file that takes a share back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "write", show=False),
        Binding("delete", "withdraw", show=False),
    ]

    def __init__(self, session: Session, instrument: Instrument, code: str, folder: Path) -> None:
        super().__init__()
        self._session = session
        self._instrument = instrument
        self._code = code
        self._folder = folder
        self._prepared: PreparedShare | None = None

    class Prepared(Message):
        """What would be shared was added up."""

        def __init__(self, prepared: PreparedShare) -> None:
            super().__init__()
            self.prepared = prepared

    def on_mount(self) -> None:
        """Add it up behind the paint."""
        super().on_mount()
        host = self.host
        self._prepare(
            lambda: usecases.prepare_share(host.journal, self._instrument, self._session, self._code, host.clock.now())
        )

    def action_withdraw(self) -> None:
        if self._standing:
            host = self.host
            self._prepare(lambda: usecases.prepare_withdrawal(host.journal, self._code, host.clock.now()))

    @property
    def _standing(self) -> SharedSession | None:
        return self._prepared.standing if self._prepared and not self._prepared.share.withdrawn else None

    @work(thread=True, exclusive=True, group="share", name="prepare a share")
    def _prepare(self, prepare: Callable[[], PreparedShare]) -> None:
        host = self.host
        try:
            prepared = prepare()
        except ReflectError as error:
            host.call_later(self._refused, host, error, None)
        else:
            self.post_message(self.Prepared(prepared))

    def on_share_screen_prepared(self, message: Prepared) -> None:
        self._prepared = message.prepared
        self.paint()

    def content(self) -> list[Line]:
        text = _("This is the whole file. Nothing else leaves, and nothing is sent: you hand it over yourself.")
        title, before = _("For the team"), list[Line]()
        if self._prepared and self._prepared.share.withdrawn:
            title = _("Withdraw what you shared")
            text = _("This is the whole file. It takes back what you shared of {period}, until the team closes that.")
            text = text.format(period=period_name(self._prepared.share.period))
        elif self._standing:
            before = [EMPTY, *paragraph(usecases.standing_sentence(self._standing), self.room)]
        data = self._prepared.data.decode() if self._prepared else ""
        rows = [part for row in data.splitlines() for part in paragraph(row, self.room) or [EMPTY]]
        return [*titled(title, text, self.room), *before, EMPTY, *rows]

    def answers(self) -> Line:
        withdraw = (("del", _("withdraw"), "withdraw"),) if self._standing else ()
        return answers(("⏎", _("save as"), "write"), *withdraw, ("esc", _("back"), "cancel"))

    def action_write(self) -> None:
        if self._prepared:
            name = str(self._folder / self._prepared.file_name)
            self.app.push_screen(PathScreen(_("For the team"), name), self._go)

    def _go(self, path: str | None) -> None:
        if path:
            try:
                self._write(paths.typed(path), replace=False)
            except ReflectError as error:
                self.app.push_screen(MessageScreen(_("This could not be done"), str(error)))

    def _write(self, path: Path, *, replace: bool) -> None:
        if self._prepared:
            share = partial(self._share, self.host, self.host.journal, self._prepared, path, replace=replace)
            self.host.journal_service.change("share with a team", share)

    def _share(self, host: Host, journal: Journal, prepared: PreparedShare, path: Path, *, replace: bool) -> None:
        """Note it in the journal and write it; told also when this window is gone by then. Blocking: for a thread."""
        try:
            usecases.write_share(journal, prepared, path, replace=replace)
        except ReflectError as error:
            host.call_later(self._refused, host, error, path)
        else:
            host.call_later(self._tell_shared, host, usecases.shared_sentence(prepared, path))

    def _tell_shared(self, host: Host, sentence: str) -> None:
        if self.is_attached:
            self.dismiss(None)
        host.push_screen(MessageScreen(_("Written"), sentence))

    def _refused(self, host: Host, error: ReflectError, path: Path | None) -> None:
        """Ask before a file is replaced; say anything else."""
        if path and isinstance(error, ExistsError) and self.is_attached:
            replace = partial(self._write, path, replace=True)
            host.push_screen(replace_question(path), lambda yes: replace() if yes else None)
            return
        if path is None and self.is_attached:
            self.dismiss(None)
        host.push_screen(MessageScreen(_("This could not be done"), str(error)))
