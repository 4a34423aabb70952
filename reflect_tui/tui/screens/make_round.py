"""Make a round of feedback, step by step: whom, the promise, what is asked, in which language; kept at the last yes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType

from reflect_tui.feedback.suggestion import minutes, needed, suggest
from reflect_tui.forms import fields as form_fields
from reflect_tui.forms.fields import ROUND_FIELDS, ParsedRound
from reflect_tui.i18n import LANGUAGES, _, current_language, ngettext
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.library import Entry
from reflect_tui.model.round import Collector, Invited, Promise, Rater, Round, new_id, new_token, token_digest
from reflect_tui.tui.host import Host
from reflect_tui.tui.keys import first_key
from reflect_tui.tui.screens.dialog import Choice, Menu, Question, answers, titled
from reflect_tui.tui.screens.form import FormScreen
from reflect_tui.views import rounds as page
from reflect_tui.views.labels import people
from reflect_tui.views.lines import EMPTY, Line, fit, line, pad, span, width


class RoundForm(FormScreen[ParsedRound]):
    """Whom to ask and until when: the first step."""

    fields = ROUND_FIELDS

    def content(self) -> list[Line]:
        text = _("Who do you want to ask? One name each, separated by commas. Only you see them.")
        return [*titled(_("A round of feedback"), text, self.room), EMPTY]

    def labels(self) -> Mapping[str, str]:
        return {
            "about": _("Your name"),
            "manager": _("Manager"),
            "colleague": _("Colleagues"),
            "client": _("Clients"),
            "closes": _("Last day"),
        }

    def hint(self) -> str:
        return _("The form uses your name. A confidential group needs at least 3 people.")

    def word(self) -> str:
        return _("go on")

    def read(self) -> tuple[ParsedRound | None, Mapping[str, str]]:
        read = form_fields.parse_round(self.texts(), self.host.clock.now().date())
        return read, read.faults

    def is_untouched(self) -> bool:
        """Whether nobody is named yet."""
        texts = self.texts()
        return not any(texts[role] for role in form_fields.GROUPS)

    def leaving(self) -> str:
        return _("Make no round?")


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
        self.wanted: int | None = before.wanted if before else None
        """How many statements, once somebody said so."""

    @property
    def items(self) -> tuple[str, ...]:
        """The items chosen."""
        return suggest(self._content, self.domains, self.wanted) if self.domains else ()

    def content(self) -> list[Line]:
        items = self.items
        count = ngettext("{n} statement", "{n} statements", len(items)).format(n=len(items))
        length = _("about {n} min").format(n=minutes(len(items)))
        text = _(
            "A rater has little time. A comparison says high or not high of a domain when at least half of it is asked."
        )
        said = titled(_("What do you ask?"), text, self.room)
        if self.app.size.height < _TALL:
            said = said[:1]
        return [
            *said,
            EMPTY,
            line(span(f"{count} · {length}", "strong"), span(self._without_verdict(), "warning")),
            EMPTY,
        ]

    def _without_verdict(self) -> str:
        """Say of how many domains too little is asked."""
        items = set(self.items)
        asked = [domain for domain in self._content.domains if domain.id in self.domains]
        few = [
            domain for domain in asked if sum(item.id in items for item in domain.items) < needed(self._content, domain)
        ]
        text = ngettext("{n} domain without a verdict", "{n} domains without a verdict", len(few))
        return f" · {text.format(n=len(few))}" if few else ""

    def rows(self) -> list[Line]:
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
        first = answers(
            ("⏎", _("go on"), "choose"), (first_key("space"), _("ask or not"), "ask"), ("esc", _("back"), "cancel")
        )
        return [EMPTY, first, answers(("← →", _("fewer or more statements"), "count(1)"))]

    def action_ask(self) -> None:
        self.domains ^= {self.list.target} - {""}
        self.paint()

    def action_count(self, steps: int) -> None:
        total = sum(len(domain.items) for domain in self._content.domains if domain.id in self.domains)
        self.wanted = max(len(self.domains) or 1, min(len(self.items) + steps * _STEP, total))
        self.paint()

    def action_choose(self) -> None:
        if self.items:
            self.dismiss("chosen")
        else:
            self.app.bell()


_PROMISES: dict[str, tuple[Promise, Collector]] = {
    "confidential": ("confidential", "self"),
    "third": ("confidential", "third person"),
    "named": ("named", "self"),
}
_LANGUAGES = {"nl": "Nederlands", "en": "English"}


def make_round(host: Host, instrument: str) -> None:
    """Ask everything that makes a round on an instrument."""

    def read() -> _Making:
        library = host.journal.library
        return _Making(host, library.new(instrument), library.newest(instrument))

    host.journal_service.look_up("read an instrument", read, _Making.who)


class _Making:
    """A round on its way; escape goes a step back, and what was chosen there still stands."""

    def __init__(self, host: Host, content: Instrument, entry: Entry) -> None:
        self._host = host
        self._content = content
        self._languages_known = entry.languages
        self._fields = form_fields.new_round_fields(host.clock.now().date(), _name(host))
        self._read = ParsedRound()
        self._asked_now: tuple[tuple[Rater, str], ...] = ()
        """Who is asked, in which role: as typed, or with colleagues and clients as one group."""
        self._promise = ""
        self._picker: ItemsScreen | None = None
        self._language = entry.read(current_language()).language

    def who(self) -> None:
        """Ask whom, and until when."""
        self._host.push_screen(RoundForm(self._fields), self._asked)

    def _asked(self, read: ParsedRound | None) -> None:
        if read:
            self._read, self._fields = read, form_fields.round_fields(read)
            self._promises()

    def _promises(self) -> None:
        text = _(
            "Whoever receives the files can know who sent which, and could read them. So let someone else collect, "
            "whom you all trust; that takes this person one command."
        )
        choices = [
            ("third", _("Confidential, and someone else collects: the strongest")),
            ("confidential", _("Confidential, and you collect: no names, no times")),
            ("named", _("Named: you see who said what")),
        ]
        self._host.push_screen(Menu(_("What do you promise?"), text, choices, self._promise), self._promised)

    def _promised(self, name: str | None) -> None:
        if name is None:
            self.who()
            return
        self._promise, self._asked_now = name, self._read.asked
        small = form_fields.small_groups(self._read.asked)
        if name == "named" or not small:
            self._items()
        else:
            self._too_few(small)

    def _too_few(self, small: Mapping[Rater, int]) -> None:
        """Warn before a group is asked in confidence that can't come in, and offer what would help."""
        joined = form_fields.joined_groups(self._read.asked)
        groups = ", ".join(people(role, count) for role, count in small.items())
        text = _(
            "You ask {groups}. In a confidential round a group comes in only with 3 answers or more; otherwise its "
            "answers are destroyed unread."
        ).format(groups=groups)
        together = _("Tell colleagues and clients as one group of {n}; the form says so")
        choices = [("more", _("Ask more people"))]
        if joined:
            choices.append(("joined", together.format(n=sum(role == "other" for role, _label in joined))))
        choices += [
            ("named", _("Named after all: you see who said what")),
            ("later", _("Go on like this, and add people later")),
        ]

        def chosen(name: str | None) -> None:
            if name is None:
                self._promises()
            elif name == "more":
                self.who()
            else:
                self._promise = "named" if name == "named" else self._promise
                self._asked_now = joined if name == "joined" else self._read.asked
                self._items()

        self._host.push_screen(Menu(_("Too few for a confidential group"), text, choices), chosen)

    def _items(self) -> None:
        self._picker = ItemsScreen(self._content, self._picker)
        self._host.push_screen(self._picker, lambda chosen: self._languages() if chosen else self._promises())

    def _languages(self) -> None:
        if len(self._languages_known) == 1:
            self._sure(self._language)
            return
        order = sorted(self._languages_known, key=lambda code: code != current_language())
        choices = [(code, _LANGUAGES.get(code, code)) for code in order]
        text = _("That of the form.")
        if set(order) - set(LANGUAGES):
            text += " " + _("In languages that the program does not speak, all but the statements is in English.")
        menu = Menu(_("In which language?"), text, choices, self._language)
        self._host.push_screen(menu, self._sure)

    def _sure(self, language: str | None) -> None:
        """Say what is promised, and ask whether all is right."""
        if language is None:
            self._items()
            return
        self._language = language
        found = self._round()
        words = "\n\n".join(page.promise_words(
            confidential=found.is_confidential, third=found.collector == "third person", minimum=found.minimum,
            joined=found.is_joined,
        ))  # fmt: skip
        if near := page.near_warning(found, (one.value for one in self._host.state.rounds if one.value)):
            words = f"{near}\n\n{words}"
        question = Question(_("Make this round?"), f"{page.round_name(found)}\n\n{words}", _("make"), _("back"))
        self._host.push_screen(question, lambda yes: self._host.round_service.make(found) if yes else self._back())

    def _back(self) -> None:
        """Go to the question before: that of the language, where there is one."""
        if len(self._languages_known) > 1:
            self._languages()
        else:
            self._items()

    def _round(self) -> Round:
        """Make the round; until its forms are written nobody has a token, so each has one that is thrown away."""
        now, read = self._host.clock.now(), self._read
        promise, collector = _PROMISES[self._promise]
        invited = tuple(
            Invited(role=role, label=label, token=token_digest(new_token())) for role, label in self._asked_now
        )
        roles = tuple(dict.fromkeys(one.role for one in invited))
        return Round(
            id=new_id(now, roles, self._host.clock.token()),
            instrument=self._content.id,
            version=self._content.version,
            digest=self._content.digest,
            about=read.about,
            language=self._language,
            promise=promise,
            collector=collector,
            made=now,
            closes=read.closes or now.date(),
            items=self._picker.items if self._picker else (),
            invited=invited,
        )


def _name(host: Host) -> str:
    """Return the name that the newest round used."""
    known = (document.value.about for document in host.state.rounds if document.value)
    return next((name for name in known if name), "")
