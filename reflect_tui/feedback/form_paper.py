"""The same form on paper: a page to print on A4, a row of boxes for each statement, to be typed over in the app."""

from __future__ import annotations

from msgspec import Struct

from reflect_tui.feedback import form, form_items, form_words
from reflect_tui.feedback.round import Rater, Round
from reflect_tui.i18n import mark, translator
from reflect_tui.instrument import Instrument

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


class Paper(Struct, frozen=True):
    """What the paper form says: `plain` by key, the rest put together for this rater."""

    language: str
    title: str
    lead: str
    facts: tuple[str, ...]
    promise: tuple[str, ...]
    role: str
    plain: dict[str, str]


def page(asked: Round, role: Rater, instrument: Instrument) -> str:
    """Make the paper form, in the language of the round; `instrument` should speak that language."""
    style = form.template_file("paper.css")
    said = _said(asked, role)
    return (
        form.environment()
        .get_template("paper.html.jinja")
        .render(
            policy=form.policy(style),
            style=style,
            said=said,
            say=said.plain,
            round=asked,
            points=instrument.scale.points,
            source=instrument.source,
            items_language=instrument.language,
            parts=form_items.parts(instrument, asked.items, form_items.called(asked.about, role, asked.language)),
        )
    )


def _said(asked: Round, role: Rater) -> Paper:
    say = translator(asked.language).gettext
    name = form_items.called(asked.about, role, asked.language)
    to = say(form_words.COLLECTOR) if asked.collector == "third person" else name
    return Paper(
        language=asked.language,
        title=form_items.about(say(mark("Feedback about {name}")), name),
        lead=form_words.lead(asked, role),
        facts=form_words.facts(asked),
        promise=(say(_HAND_OVER).replace("{to}", to), say(_ENVELOPE), *form_words.under_promise(asked, role)),
        role=say(form_words.ROLES[role]),
        plain={key: say(text) for key, text in _PLAIN.items()},
    )
