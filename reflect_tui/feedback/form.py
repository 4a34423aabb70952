"""The form that a rater fills in: one HTML page that works offline, sends nothing, and ends in an answer file."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from reflect_tui.feedback import form_words
from reflect_tui.feedback.answer_code import form_digest
from reflect_tui.feedback.form_words import fill_in_name, name_for_rater
from reflect_tui.i18n import mark, spoken, translator
from reflect_tui.model.instrument import Instrument, Item, ScalePoint
from reflect_tui.model.round import Rater, Round

if TYPE_CHECKING:
    from jinja2 import Environment


# What a form asks: which items, in whose words about whom.


class FormItem(Struct, frozen=True):
    """One item as a form has it: its number from 1, its id, and the whole sentence about the person.

    `help` explains it; `levels` say what each score means for it; `points` are its answers.
    """

    number: int
    id: str
    text: str
    help: str = ""
    levels: tuple[tuple[int, str], ...] = ()
    points: tuple[ScalePoint, ...] = ()


class FormPart(Struct, frozen=True):
    """The items asked of one domain, and the heading above it."""

    id: str
    title: str
    items: tuple[FormItem, ...]
    group: str = ""

    @property
    def tables(self) -> list[list[FormItem]]:
        """The items in runs with the same words of answers, which stand above each run on paper."""
        return [list(run) for _points, run in groupby(self.items, key=lambda item: item.points)]


def form_parts(instrument: Instrument, items: Sequence[str], name: str) -> tuple[FormPart, ...]:
    """Return the domains and items that are asked, in words about the person."""
    values = [point.value for point in instrument.scale.points]
    number = {item_id: position for position, item_id in enumerate(items, 1)}

    def asked(domain_items: Sequence[Item]) -> Iterator[FormItem]:
        return (
            FormItem(
                number[item.id],
                item.id,
                fill_in_name(item.other, name),
                fill_in_name(item.help, name),
                tuple(zip(values, item.levels, strict=bool(item.levels))),
                instrument.item_scale(item.id).points,
            )
            for item in domain_items
            if item.id in number
        )

    parts = (
        FormPart(domain.id, domain.title, tuple(asked(domain.items)), domain.group) for domain in instrument.domains
    )
    return tuple(part for part in parts if part.items)


MAX_COMMENT = 2000
MAX_REMARK = 4000
"""Characters; all comments on all items together stay within what an answer file may hold."""


_SAID = re.compile(r"\bsay\.(\w+)")
"""What the script says, so that the page holds no more words twice than it needs."""


class Invitation(Struct, frozen=True):
    """What makes a form the form of one rater: the round, the role, and the token that only this form bears.

    `person` stands for the rater in each of their forms; see Round.mark().
    """

    round: Round
    role: Rater
    token: str
    person: str = ""


def form_page(invitation: Invitation, instrument: Instrument) -> str:
    """Make the form, in the language of the round; `instrument` should speak that language.

    Every text is escaped by the template engine. The page's own policy lets its scripts and its one style in, by their
    hashes, and nothing else: no address, no frame, no form that is sent. Where a third person collects, there is no
    answer code: without the journal nobody can read it.
    """
    asked = invitation.round
    words = form_words.words_for(asked, invitation.role, instrument.scale)
    style = template_file("form.css")
    coded = asked.collector == "self"
    scripts = (*([_qr_library(), template_file("code.js")] if coded else []), template_file("form.js"))
    known = _for_script(script_facts(invitation, words, instrument))
    return (
        template_environment()
        .get_template("form.html.jinja")
        .render(
            policy=content_security_policy(style, known, *scripts),
            coded=coded,
            scripts=scripts,
            style=style,
            said=words,
            say=words.plain,
            round=asked,
            source=instrument.source,
            instructions=instrument.instructions,
            items_language=instrument.language,
            parts=form_parts(instrument, asked.items, words.name),
            facts=known,
            longest={"comment": MAX_COMMENT, "remark": MAX_REMARK},
        )
    )


def script_facts(invitation: Invitation, words: form_words.FormWords, instrument: Instrument) -> dict[str, Any]:
    """Return what the script must know: what stands in the answer file, and what it says while it works."""
    asked = invitation.round
    form: dict[str, Any] = {"person": invitation.person, "minimum": asked.minimum}
    if asked.collector == "self":
        form = {"form": list(form_digest(asked, invitation.role))}
    return form | {
        "round": asked.id,
        "token": invitation.token,
        "promise": asked.promise,
        "about": asked.about,
        "instrument": asked.instrument,
        "version": asked.version,
        "digest": asked.digest,
        "role": invitation.role,
        "closes": asked.closes.isoformat(),
        "longest": MAX_COMMENT,
        "points": [[str(point.value), point.label] for point in instrument.scale.points],
        "words": {item: _own_words(instrument, item) for item in asked.items if _own_words(instrument, item)},
        "say": {key: words.plain[key] for key in _SAID.findall(template_file("form.js"))},
    }


def _own_words(instrument: Instrument, item_id: str) -> list[str]:
    """Return the words of an item's answers, where they are not those of the scale."""
    points = instrument.item_scale(item_id).points
    return [point.label for point in points] if points != instrument.scale.points else []


def _qr_library() -> str:
    """Return the library that draws QR codes, with its terms, as a script that defines `uqr`."""
    terms, library = template_file("uqr.LICENSE"), template_file("uqr-0.1.3.cjs")
    return (
        f"/*! uqr 0.1.3\n\n{terms} */\nconst uqr = (() => {{\nconst exports = {{}};\n{library}\nreturn exports;\n}})();"
    )


def _for_script(values: dict[str, Any]) -> str:
    """Write values as JSON that can't end the element it stands in."""
    from jinja2.utils import htmlsafe_json_dumps  # noqa: PLC0415 -- only for those who make a form

    return str(htmlsafe_json_dumps(values))


def content_security_policy(style: str, *scripts: str) -> str:
    """Return the content security policy of a page with this one style, these scripts, and nothing else."""
    allowed = f"script-src {' '.join(map(_hash, scripts))}; " if scripts else ""
    return f"default-src 'none'; {allowed}style-src {_hash(style)}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def template_file(name: str) -> str:
    """Return a file that goes into a page as it is, without line ends around it: some hash it without them."""
    return files("reflect_tui.feedback").joinpath("templates", name).read_text(encoding="utf-8").strip()


@cache
def template_environment() -> Environment:
    """Return what renders our templates: every text is escaped, and a name that is missing is an error."""
    import jinja2  # noqa: PLC0415 -- only for those who make a form

    return jinja2.Environment(
        loader=jinja2.PackageLoader("reflect_tui.feedback"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


# The same form on paper: a page to print on A4, a row of boxes for each statement, to be typed over in the app.


_PLAIN = {
    "print": mark("Print this page on A4: Ctrl+P, or “Print” in the menu of your browser. This line is not printed."),
    "cross": mark("Put one cross in each row."),
    "mistake": mark("Made a mistake? Fill that box in wholly and put a new cross."),
    "unable": mark("I can't judge this"),
    "short": mark("can't judge"),
    "happens": mark("What happens to your answers"),
    "comments": mark("Comments (with the number of the statement)"),
    "remark": mark("Is there anything else you want to say?"),
    "name": mark("Your name"),
    "optional": mark("not required"),
    "statement": mark("Statement"),
}
_HAND_OVER = mark("You hand this paper over to {to}, who reads it while typing it over.")
_ENVELOPE = mark("Nobody else needs to see it: a closed envelope will do.")


class PaperWords(Struct, frozen=True):
    """What the paper form says: `plain` by key, the rest put together for this rater."""

    language: str
    title: str
    lead: str
    facts: tuple[str, ...]
    promise: tuple[str, ...]
    role: str
    plain: dict[str, str]


def paper_page(asked: Round, role: Rater, instrument: Instrument) -> str:
    """Make the paper form, in the language of the round; `instrument` should speak that language."""
    style = template_file("paper.css")
    words = _said(asked, role)
    return (
        template_environment()
        .get_template("paper.html.jinja")
        .render(
            policy=content_security_policy(style),
            style=style,
            said=words,
            say=words.plain,
            round=asked,
            points=instrument.scale.points,
            worded=bool(instrument.scales),
            source=instrument.source,
            instructions=instrument.instructions,
            items_language=instrument.language,
            parts=form_parts(instrument, asked.items, name_for_rater(asked.about, role, asked.language)),
        )
    )


def _said(asked: Round, role: Rater) -> PaperWords:
    say = translator(asked.language).gettext
    name = name_for_rater(asked.about, role, asked.language)
    to = say(form_words.COLLECTOR) if asked.collector == "third person" else name
    return PaperWords(
        language=spoken(asked.language),
        title=fill_in_name(say(mark("Feedback about {name}")), name),
        lead=form_words.lead_sentence(asked, role),
        facts=form_words.fact_lines(asked),
        promise=(
            say(_HAND_OVER).replace("{to}", to),
            say(_ENVELOPE),
            *form_words.confidentiality_sentences(asked, role),
        ),
        role=say(form_words.ROLES[role]),
        plain={key: say(text) for key, text in _PLAIN.items()},
    )
