"""Type a paper form over: whose it is, a row of digits for each domain, the comments; kept at the last yes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from msgspec import structs
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from reflect_tui.feedback import answers as feedback_answers
from reflect_tui.forms.paper import OPEN_SIGN, ParsedComments, ParsedRow, none_signs, parse_comments, parse_score_row
from reflect_tui.i18n import _, ngettext
from reflect_tui.model.assessment import Assessment
from reflect_tui.model.instrument import Instrument, Item, Scale, about_person
from reflect_tui.model.round import Round
from reflect_tui.model.session import NOT_APPLICABLE, Score
from reflect_tui.store.drafts import TypedLines
from reflect_tui.tui.host import Host
from reflect_tui.tui.screens.dialog import FRAME, Menu, MessageScreen, Question, answers
from reflect_tui.tui.screens.form import FieldDialog
from reflect_tui.tui.screens.note import NoteScreen
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.text import Field
from reflect_tui.views import rounds as page
from reflect_tui.views.labels import score_glyph
from reflect_tui.views.lines import EMPTY, Line, line, pad, paragraph, shorten, span, width

BEFORE = "before"
"""The answer of who goes back to the domain before."""

_ROWS = 9  # statements in sight at most
_AROUND = 6  # rows: the field, a sentence with a blank row around it, and the keys


class RowScreen(FieldDialog[str]):
    """The statements of one domain, and a field for their scores; the answer is the row as typed."""

    widest = 93
    BINDINGS: ClassVar[list[BindingType]] = [Binding("up", "before", show=False, priority=True)]

    def __init__(
        self,
        title: str,
        content: Instrument,
        items: list[Item],
        first: int,
        given: str = "",
        *,
        alone: bool = False,
        typed: TypedLines | None = None,
        again: bool = False,
    ) -> None:
        """Ask for the scores of these items; the paper numbers them from `first`, and `given` is what stands there.

        A row `alone` has none before it to go back to. See TypingDialog for the others.
        """
        super().__init__(typed, again=again)
        self.row_text = given
        self._heading = title
        self._content = content
        self._items = items
        self._first = first
        self._alone = alone

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Field(self.row_text, id="row", select_on_focus=False)
            yield Lines(id="read")
            yield Lines(id="keys")

    def texts(self) -> dict[str, str]:
        """Return what stands in the field, beside the rows of other domains."""
        kept = self._typed.fields if isinstance(self._typed, TypedLines) else {}
        return {**kept, self._items[0].id: self.field.value}

    @property
    def _row(self) -> ParsedRow:
        return parse_score_row(self.field.value, self._items, self._content.scale)

    def content(self) -> list[Line]:
        count = ngettext("{n} score in a row", "{n} scores in a row", len(self._items)).format(n=len(self._items))
        text = _("{count}: {none} for can't judge, a point where nothing is filled in.")
        text = text.format(count=count, none=none_signs(self._content.scale))
        heading = line(span(shorten(self._heading, self.room), "title"))
        return [heading, *paragraph(text, self.room, "muted"), *self.kept_notice(), EMPTY]

    def paint(self) -> None:
        super().paint()
        row = self._row
        fault = paragraph(row.fault, self.room, "muted") if row.fault else [EMPTY]
        lines = [EMPTY, *self._read_back(row), EMPTY, *fault, EMPTY]
        before = () if self._alone else (("↑", _("domain before"), "before"),)
        self.show_part("read", lines)
        self.show_part("keys", [answers(("⏎", _("keep"), "answer"), *before, ("esc", _("back"), "cancel"))])

    def _read_back(self, row: ParsedRow) -> list[Line]:
        """Show the statements around the one that comes next, each with its score and that score's word."""
        sight = max(3, min(_ROWS, self.app.size.height - FRAME - _AROUND - len(self.content())))
        first = max(0, min(len(row.scores) - sight // 2, len(self._items) - sight))
        lines = []
        for number, item in enumerate(self._items[first : first + sight], first):
            typed = number < len(row.scores)
            score = row.scores[number] if typed else None
            word = self._word(item, score) if typed else ""
            here = number == len(row.scores)
            text = self._told_apart(item, self.room - 20)
            glyph = span(score_glyph(score) if typed else " ", "strong")
            number_text = span(pad(f"{self._first + number} ", 4, right=True), "accent" if here else "muted")
            lines.append(line(number_text, glyph, " ", span(pad(shorten(word, 10), 11), "muted"), span(text)))
        return lines

    def _told_apart(self, item: Item, room: int) -> str:
        """Shorten a statement; of one that is too long the part that only it has, and not the stem before it."""
        whole = self._content.sentence(item)
        return whole if width(whole) <= room else shorten(item.text, room)

    def _word(self, item: Item, score: Score | None) -> str:
        if score is None:
            return _("open")
        return _("n/a") if score == NOT_APPLICABLE else self._content.item_scale(item.id).label(int(score))

    def on_input_changed(self) -> None:
        """Read back while typing; every score is kept, where the row is."""
        self.keep_unfinished()
        self.paint()

    def action_answer(self) -> None:
        if self._row.fault:
            self.app.bell()
        else:
            self._end(self.field.value)

    def action_before(self) -> None:
        if not self._alone:
            self._end(BEFORE)

    def action_cancel(self) -> None:
        """Leave; what is kept of the row is only forgotten when that is meant."""
        if self._typed is None:
            self._end(None)
        elif self._again or self.field.value != self.row_text:
            self.ask_to_leave(_("Leave this form?"))
        else:
            self.leave()

    def put_away(self) -> None:
        """Forget this row; those of other domains stay."""
        if self._typed and self._typed.fields:
            self.host.document_service.keep_typed(self._typed)
        else:
            super().put_away()

    def _end(self, answer: str | None) -> None:
        self.row_text = self.field.value
        self.dismiss(answer)


def type_row(
    host: Host, assessment: Assessment, draft_id: str, typed: Callable[[Sequence[Score | None]], None]
) -> None:
    """Ask for the scores of the domain at the cursor in one row, beginning with those it has up to the last one.

    `typed` is called with one for each statement, None for one that is open. Until then the row is kept for the draft.
    """
    content, domain = assessment.instrument, assessment.domain
    items = list(domain.items)
    number = content.domains.index(domain) + 1
    scored = [assessment.scores.get(item.id) for item in items]
    scale = content.scale
    given = ("" if scale.is_digits else " ").join(_sign(score, scale) for score in scored).rstrip(f"{OPEN_SIGN} ")
    first = content.positions[items[0].id] + 1
    title = f"{number}/{len(content.domains)}  {domain.title}"
    service = host.document_service
    empty = TypedLines(kind="row", about=draft_id, fields={})
    kept = service.typed_before(empty) or empty
    before = kept.fields.get(items[0].id) if isinstance(kept, TypedLines) else None
    others = structs.replace(empty, fields={name: row for name, row in kept.fields.items() if name != items[0].id})
    row = given if before is None else before
    screen = RowScreen(title, content, items, first, row, alone=True, typed=others, again=before is not None)

    def answered(text: str | None) -> None:
        if text is not None:
            typed(parse_score_row(text, items, content.scale).scores)
            screen.put_away()

    host.push_screen(screen, answered)


def _sign(score: Score | None, scale: Scale) -> str:
    if score is None:
        return OPEN_SIGN
    return scale.skip_sign if score == NOT_APPLICABLE else str(score)


def type_over(host: Host, found: Round) -> None:
    """Ask whose form it is, then for all that stands on it."""
    read = partial(host.journal.library.find, found.instrument, found.version, found.digest)
    host.journal_service.look_up("read an instrument", read, partial(_ask_whose, host, found))


def _ask_whose(host: Host, found: Round, content: Instrument) -> None:
    content = about_person(content, found.about or _("this person"))
    open_ones = {
        str(number): page.person_name(one)
        for number, one in page.waiting(found, host.state.missing_answers.get(found.id, ()))
    }
    if not open_ones:
        host.bell()
        return
    menu = Menu(_("A paper form"), _("Whose form do you type over?"), list(open_ones.items()))
    host.push_screen(menu, lambda chosen: _Typing(host, found, content, int(chosen)).ask(0) if chosen else None)


class _Typing:
    """One paper form on its way in; whatever was typed stands there again when one goes back to it."""

    def __init__(self, host: Host, found: Round, content: Instrument, number: int) -> None:
        self._host = host
        self._round = found
        self._content = content
        self._parts = feedback_answers.asked_items(found, content)
        self._number = number
        self._rows = [""] * len(self._parts)
        self._comments = ""

    def ask(self, place: int) -> None:
        """Ask for the row of a domain; after the last, for the comments."""
        if place == len(self._parts):
            self._ask_comments()
            return
        domain, items = self._parts[place]
        title = f"{place + 1}/{len(self._parts)}  {domain.title}"
        first = self._round.items.index(items[0].id) + 1
        screen = RowScreen(title, self._content, items, first, self._rows[place])

        def answered(text: str | None) -> None:
            self._rows[place] = screen.row_text
            if text is None:
                self._leave(place)
            else:
                self.ask(max(0, place - 1) if text == BEFORE else place + 1)

        self._host.push_screen(screen, answered)

    def _leave(self, place: int) -> None:
        text = _("What you have entered so far is not kept.")
        question = Question(_("Leave this form?"), text, _("leave"), _("go on"))
        self._host.push_screen(question, lambda yes: None if yes else self.ask(place))

    def _ask_comments(self) -> None:
        text = _(
            "What is written on the paper, a line each: the number of the statement and the comment, such as: "
            "7 listens well. Without a number it is about everything. Leave it empty when nothing is written."
        )
        self._host.push_screen(NoteScreen(_("Comments"), text, self._comments), self._written)

    def _written(self, text: str | None) -> None:
        self._comments = self._comments if text is None else text
        found = parse_comments(self._comments, self._round.items)
        if found.fault:
            self._host.push_screen(MessageScreen(_("Comments"), found.fault), lambda _seen: self._ask_comments())
        else:
            self._sure(found)

    @property
    def _scores(self) -> dict[str, Score]:
        scale = self._content.scale
        rows = [zip(items, parse_score_row(row, items, scale).scores, strict=True)
                for (_domain, items), row in zip(self._parts, self._rows, strict=True)]  # fmt: skip
        return {item.id: score for row in rows for item, score in row if score is not None}

    def _sure(self, comments: ParsedComments) -> None:
        """Say what was made of it all, and ask whether that is right."""
        scores = self._scores
        if not scores:
            self._host.bell()
            self.ask(0)
            return
        text = feedback_answers.paper_summary(self._round, scores, comments)
        question, last = Question(_("Keep this form?"), text, _("keep"), _("back")), len(self._parts) - 1
        self._host.push_screen(question, lambda yes: self._keep(scores, comments) if yes else self.ask(last))

    def _keep(self, scores: dict[str, Score], comments: ParsedComments) -> None:
        role = self._round.invited[self._number].role
        answer = feedback_answers.paper_answer(self._round, role, scores, self._host.clock.now(), comments)
        self._host.round_service.take_paper(answer, self._number)
