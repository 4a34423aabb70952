"""The letter to a third person who collects the answers of a round: what comes in, and the one command it takes."""

from __future__ import annotations

from reflect_tui.feedback.form_words import long_date
from reflect_tui.i18n import mark, translator
from reflect_tui.model.round import Round

_OWNER = mark("whoever gave you this")
_LETTER = (
    mark("Hello,"),
    "",
    mark("You collect the answers to a round of feedback about {name}, until {date}. Thank you."),
    "",
    mark("1. Everyone who was asked sends you one file, whose name ends in .toml. Put all of them in one folder."),
    mark("2. With reflect-tui on your computer, type this in a terminal, with the name of that folder:"),
    "",
    "   reflect-tui rounds combine {folder} --output combined.toml",
    "",
    mark("   Or in the app: start reflect-tui, press i, name the folder, press enter, then m."),
    mark("   It makes one file of figures and shuffled comments. No single answer is in it."),
    mark("3. Send that one file to {name}, and nothing else."),
    mark(
        "4. Keep the files you received until {name} says that the figures came in. Then destroy them, also in your "
        "mail."
    ),
    "",
    mark("Those who answered rely on you: what you could read stays with you."),
)


def collector_letter(asked: Round) -> str:
    """Write the letter in the language of the round; it names nobody who is asked."""
    say = translator(asked.language).gettext
    written = "\n".join(say(text) if text.strip() else text for text in _LETTER)
    return written.format(
        name=asked.about.strip() or say(_OWNER),
        date=long_date(asked.closes, asked.language),
        folder=say(mark("FOLDER")),
    )


def collector_file(asked: Round) -> str:
    """Return the name of the letter's file."""
    return translator(asked.language).gettext(mark("collector")) + ".txt"
