"""An editor pane for a note or a remark: escape keeps what is written, and the user's own editor is a key away."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _, ngettext
from reflect_tui.model.session import MAX_NOTE
from reflect_tui.tui.keys import bindings, chosen, first_key, label
from reflect_tui.tui.screens.dialog import Dialog, Question, answers
from reflect_tui.tui.services.editor import EditedNote, EditorError, NoteFile, keep_refused, run, tidy
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.text import Editor, LeftOut, left_out, word_count
from reflect_tui.views.lines import EMPTY, Line, between, line, paragraph, span

Keep = Callable[[str, bool], None]
AT_ONCE = 2.0  # seconds: an editor that is done sooner may have left a window behind
STATEMENT_ROWS = 6
AROUND = 11  # rows: the edge, a title, three rows to write in and the keys, with blank rows between them
OFTEN = 2.0  # seconds of typing that a power cut may cost
MUCH = 20  # characters: a text that loses as many does not take the place of the longer one in undo
ALWAYS = 2  # keys that are named in the narrowest window
SLOWER = 1000  # characters after which a note is kept less often: each time, all of it is written


class NoteScreen(Dialog[str]):
    """Several lines of text about one statement."""

    widest = 99
    BINDINGS: ClassVar[list[BindingType]] = [
        dataclasses.replace(binding, priority=True) for binding in bindings("note")
    ]

    def __init__(
        self,
        title: str,
        about: str,
        text: str,
        limit: int = MAX_NOTE,
        keep: Keep | None = None,
        *,
        each_word: bool = False,
    ) -> None:
        """Edit `text`, which is about a statement and may take `limit` bytes of UTF-8.

        `keep` is handed the text while it is being written, and whether it takes the place of what it was handed
        before; the answer of the screen is the text in the end. With `each_word` it is handed every word at once: where
        that makes no file longer.
        """
        super().__init__()
        self._about = (title, about)
        self._text = text
        self._limit = limit
        self._said = ""
        self._file: NoteFile | None = None
        self._keep = keep
        self._kept = text
        self._each_word = each_word
        self._apart = False  # what is kept next is a step of its own in undo
        self._turned: str | None = None  # the text after an undo or redo, while nothing is written to it
        self._since = 0.0  # when the first change was made that is not kept yet

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Editor(self._text, id="text", longest=self._limit)
            yield Lines(id="keys")

    def on_mount(self) -> None:
        super().on_mount()
        self.set_focus(self._area)
        self._area.move_cursor(self._area.document.end)
        self.set_interval(OFTEN / 4, self._keep_now_and_then)

    @property
    def _area(self) -> Editor:
        return self.query_one(Editor)

    def content(self) -> list[Line]:
        title, about = self._about
        words = paragraph(about, self.room, "muted")
        rows = max(1, min(STATEMENT_ROWS, self.app.size.height - AROUND))
        return [line(span(title, "title")), *words[:rows], EMPTY]

    def paint(self) -> None:
        super().paint()
        said = paragraph(self._said, self.room, "warning") if self._said else []
        self.show_part("keys", [*said, EMPTY, self._keys()])

    def _keys(self) -> Line:
        size = self._taken
        over = size - self._limit
        if over > 0 and self._changed:
            text = ngettext("{n} byte too many: shorten it", "{n} bytes too many: shorten it", over)
            return line(span(text.format(n=over), "warning"))
        count = line(span(f"{size} / {self._limit}", "muted"))
        named = [(first_key(action.keys), label(action), action.name) for action in chosen("note", self.host.keymap)]
        keys = answers(*named)
        while len(named) > ALWAYS and keys.width + count.width > self.room:
            keys = answers(*named[:-1])
            named.pop()
        return between(keys, count, self.room)

    @property
    def _taken(self) -> int:
        return len(tidy(self._area.text).encode())

    @property
    def _changed(self) -> bool:
        return tidy(self._area.text) != self._text

    def on_text_area_changed(self) -> None:
        """Count while typing."""
        self._since = self._since or self.host.clock.elapsed()
        if self._turned not in (None, self._area.text):  # what was taken back can't be done again any more
            self._turned, self._said = None, ""
        if self._each_word and word_count(self._area.text) != word_count(self._kept):
            self.keep_unfinished()
        self.paint()

    def on_left_out(self, message: LeftOut) -> None:
        """Tell what a paste could not bring, where the sentences about the editor stand."""
        self._said, self._turned = left_out(message), None
        self.paint()

    def _keep_now_and_then(self) -> None:
        due = OFTEN * (0.5 + len(self._area.text) / SLOWER)
        if self._since and self.host.clock.elapsed() - self._since >= due:
            self.keep_unfinished()

    def keep_unfinished(self) -> None:
        """Hand what is written to the draft, so that no end of the app, however sudden, costs a note."""
        self._since = 0.0
        whole = tidy(self._area.text)
        text = whole.encode()[: self._limit].decode(errors="ignore")
        if whole not in (text, self._text) and self.host.is_ending and not self.host.last_words:
            self._keep_whole(whole)
        if self._keep and text != self._kept:
            apart = self._apart or len(self._kept) - len(text) >= MUCH
            self._keep(text, self._kept != self._text and not apart)
            self._kept, self._apart = text, False

    def tell(self, failure: str) -> None:
        self._said, self._turned = failure, None
        self.paint()

    def _keep_whole(self, whole: str) -> None:
        """Keep in a file of its own what is too long for a note, when there is nobody any more to shorten it."""
        try:
            path = keep_refused(whole.encode(), self.host.journal.state)
        except ReflectError as error:
            self.host.last_words = str(error)
        else:
            self.host.last_words = _("The note was too long. All of it is kept in {path}").format(path=path)

    def action_undo(self) -> None:
        """Take back what was written last; the text before is kept first, so that undo has it after the note too."""
        if self._area.text != self._turned:
            self.keep_unfinished()
            self._apart = True
        back = _("{key} brings it back.").format(key=self.host.key("note.redo"))
        self._turn(self._area.undo, back, _("Nothing to undo."))

    def action_redo(self) -> None:
        self._turn(self._area.redo, "", _("Nothing to redo."))

    def _turn(self, turn: Callable[[], None], done: str, nothing: str) -> None:
        before = self._area.text
        turn()
        self._turned = self._area.text
        self._said = nothing if self._turned == before else done
        self.paint()

    def action_keep(self) -> None:
        """Keep the text and return; of one that is too long nothing is cut off, the user decides."""
        if self._taken <= self._limit or not self._changed:
            self.keep_unfinished()
            self.dismiss(tidy(self._area.text))
            return
        text = _("A note takes up to {n} bytes here; this one has {size}. Shorten it, or leave the note as it was.")
        question = Question(
            _("This is too long"),
            text.format(n=self._limit, size=self._taken),
            _("leave as it was"),
            _("go on writing"),
        )
        self.app.push_screen(question, self._leave)

    def _leave(self, yes: bool | None) -> None:  # noqa: FBT001 -- a dialog's answer
        if yes:
            if self._keep and self._kept != self._text:
                self._keep(self._text, True)  # noqa: FBT003 -- in the place of what was kept meanwhile
            self.dismiss(None)

    def action_editor(self) -> None:
        """Go on in the user's own editor; what it saved stands in the pane then, and undo takes it back."""
        try:
            self._file = NoteFile(self._area.text, self.host.journal.state)
        except OSError as error:
            self._end(_("The text can't be handed to an editor: {reason}.").format(reason=error.strerror))
            return
        before = self.host.clock.elapsed()
        try:
            code = run(self.host, self._file.path)
        except EditorError as error:
            self._end(str(error))
            return
        at_once = code == 0 and self.host.clock.elapsed() - before < AT_ONCE
        self._judge(self._file.found(code), at_once=at_once)

    def _judge(self, found: EditedNote, *, at_once: bool = False) -> None:
        """Take over what the editor saved, ask where that is in doubt, or say why there is nothing."""
        if found.text is None and at_once:
            self._ask_for_window()
        elif found.text is not None and found.doubt:
            question = Question(_("Take over what the editor left?"), found.said, _("take it over"), _("keep mine"))
            self.app.push_screen(question, lambda yes: self._take(found.text) if yes else self._end(_kept()))
        else:
            self._take(found.text, found.said)

    def _ask_for_window(self) -> None:
        """Wait for an editor that returned at once, since it may have opened a window of its own."""
        text = _(
            "The editor returned at once and saved nothing. If it opened a window of its own, save there first. "
            'To let it wait next time: export EDITOR="code --wait"'
        )
        question = Question(_("Is the editor still open?"), text, _("read what I saved"), _("keep mine"))
        self.app.push_screen(question, self._window_closed)

    def _window_closed(self, yes: bool | None) -> None:  # noqa: FBT001 -- a dialog's answer
        if yes and self._file:
            self._judge(self._file.found(0))
        else:
            self._end(_kept())

    def _take(self, text: str | None, sentence: str = "") -> None:
        """Put a text into the pane, as one step that can be taken back there."""
        if text is not None:
            area = self._area
            area.replace(text, area.document.start, area.document.end)
            area.move_cursor(area.document.end)
        self._end(sentence)

    def _end(self, sentence: str) -> None:
        """Remove the file and say what happened."""
        self._remove()
        self._said = sentence
        self.paint()
        self.set_focus(self._area)

    def _remove(self) -> None:
        if self._file:
            self._file.remove()
        self._file = None

    def on_unmount(self) -> None:
        self._remove()


def _kept() -> str:
    return _("The text is as it was.")
