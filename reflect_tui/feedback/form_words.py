"""All that a form says, in its own language: to this rater, about this person, under this promise."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from msgspec import Struct

from reflect_tui.feedback import suggestion
from reflect_tui.i18n import mark, spoken, translator
from reflect_tui.model.instrument import Scale
from reflect_tui.model.instrument_faults import NAME
from reflect_tui.model.round import Rater, Round

ROLES: dict[Rater, str] = {
    "colleague": mark("as a colleague"),
    "manager": mark("as a manager"),
    "client": mark("as a client"),
    "other": mark("as a colleague or a client"),
}
_FILE_ROLES: dict[Rater, str] = {
    "colleague": mark("colleague"),
    "manager": mark("manager"),
    "client": mark("client"),
    "other": mark("colleague or client"),
}
NAMELESS: dict[Rater, str] = {
    "colleague": mark("your colleague"),
    "manager": mark("your team member"),
    "client": mark("your contact"),
    "other": mark("the person who asks you"),
}
"""What somebody is called in a form when no name is given."""
_MONTHS = (
    mark("January"), mark("February"), mark("March"), mark("April"), mark("May"), mark("June"),
    mark("July"), mark("August"), mark("September"), mark("October"), mark("November"), mark("December"),
)  # fmt: skip
_PLAIN = {
    "skip": mark("Go to the statements"),
    "how": mark("How it works"),
    "calm": mark("This is not a test and nobody gets a mark. Your first thought will do."),
    "leave": mark("Can't you judge a statement? Say so. That is an answer as well."),
    "pause": mark(
        "You can stop at any time and go on later, in this browser on this device. "
        "In a private window your answers are gone when you close it."
    ),
    "happens": mark("What happens to your answers"),
    "start": mark("Start"),
    "resume": mark("Go on"),
    "back": mark("Back"),
    "next": mark("Next"),
    "to_review": mark("To the end"),
    "unable": mark("I can't judge this"),
    "comment": mark("Comment"),
    "clear": mark("Clear"),
    "answered": mark("{n} of {total} answered"),
    "part": mark("Part {n} of {total}"),
    "complete": mark("This part is complete."),
    "review": mark("To finish"),
    "all_answered": mark("You have answered every statement."),
    "none_yet": mark("You haven't answered any statement yet. With at least one answer you can make your file."),
    "gaps": mark("Still open: {n}. You may leave them open. Choose one to answer it."),
    "more": mark("And {n} more."),
    "unable_count": mark("“I can't judge this”: {n}"),
    "remark": mark("Is there anything else you want to say?"),
    "optional": mark("not required"),
    "name": mark("Your name"),
    "before": mark("Before you hand it over"),
    "make": mark("Make my file"),
    "done": mark("Thank you. Now hand it over"),
    "save": mark("Save the file"),
    "where": mark("It usually ends up in your downloads, as {file}"),
    "copy_heading": mark("Does saving not work? Hand over the text instead"),
    "copy_how": mark("Copy all of this text and paste it in a message. Change nothing in it."),
    "copy_label": mark("Your answers as text"),
    "copy_text": mark("Copy the text"),
    "copied": mark("Copied."),
    "select_all": mark("The text is selected. Copy it with Ctrl+C, or with your finger."),
    "code_heading": mark("Or send your scores as a code"),
    "code_how": mark("The code holds the same scores as the file. Paste it in a mail or a message, or read it out."),
    "code_comments": mark("Your comments are not in the code. Hand over the file to pass them on."),
    "code_label": mark("Your answer code"),
    "code_copy": mark("Copy the code"),
    "code_mail": mark("Put it in a mail"),
    "code_picture": mark("The code as a QR code: a phone reads it as text."),
    "mail_greeting": mark("Hello,"),
    "mail_code": mark("This is my answer code:"),
    "mail_end": mark("Kind regards,"),
    "change": mark("Change something"),
    "sent_heading": mark("Handed over? Then clean up"),
    "sent": mark("Your answers are still kept in this browser on this device, so that you can save them again."),
    "remove": mark("Remove my answers from this browser"),
    "removed": mark("Your answers are gone from this browser."),
    "sure": mark("Remove all your answers from this browser? A file you saved stays."),
    "kept": mark("Your answers are kept in this browser on this device, nowhere else."),
    "not_kept": mark("This browser can't keep your answers. Leave this page open until you have saved your file."),
    "broken": mark("What this browser had kept of your answers can't be read, so the form begins anew."),
    "framed": mark(
        "You see this form in a preview, where answers may get lost. Save the file, and open it with a browser such as "
        "Firefox, Chrome, Edge or Safari."
    ),
    "late": mark("The closing date has passed. Ask whether your answers are still welcome."),
    "script": mark(
        "This form needs a browser with JavaScript. If you see this in a preview of your mail program or phone, "
        "save the file and open it with a browser such as Firefox, Chrome, Edge or Safari."
    ),
    "limit": mark("There is no room for more."),
    "privacy": mark("This page works without internet and sends nothing."),
}
_LONGEST_NAME = 40  # letters of a label in the name of a file
COLLECTOR = mark("the person who collects the answers")
_NAMED = (
    mark("{name} reads your answers and comments, and knows that they are yours."),
    mark("{name} compares them with their own answers and may discuss them in a talk about their work."),
)
_ONE_PERSON = mark(
    "You answer as the manager, and that is one person: {name} sees your answers and knows whose they are."
)
_TOGETHER = mark(
    "Your answers are confidential: {name} sees only figures of everyone in your role together, of at least "
    "{n} people, and the comments, shuffled. No name and no time stand with them. Then the single answers are "
    "destroyed."
)
_JOINED = mark(
    "Your answers are confidential: {name} sees only figures of colleagues and clients together, as one group of at "
    "least {n} people, and the comments, shuffled. No name and no time stand with them. Then the single answers are "
    "destroyed."
)
_TOO_FEW = mark("If fewer than {n} answer, they are thrown away and not shown.")
_COLLECTED = mark(
    "Whoever collects the files can know who sent which and can read them, and passes on only figures and comments."
)
_NOT_ANONYMOUS = mark(
    "Confidential is not anonymous: {name} receives your file, so {name} can know who sent it, and could open it. The "
    "file itself stays with {name} until {name} deletes it."
)
_REMAINS = mark(
    "This can't be ruled out: whoever receives the files may fill in forms as well, and so find the only real one; and "
    "two of three people who put their answers side by side know those of the third."
)
_RECOGNISED = mark("You may also be recognised by what you write in a comment.")
_SENDS_NOTHING = mark("This page sends nothing by itself. At the end you save a file, and you hand that over to {to}.")
_SENDS_NO_CODE = mark(
    "This page sends nothing by itself. At the end you hand over a file to {to}, or a code with your scores."
)


class FormWords(Struct, frozen=True):
    """What one form says: `plain` by key, the rest put together for this rater."""

    language: str
    name: str
    to: str
    title: str
    lead: str
    facts: tuple[str, ...]
    promise: tuple[str, ...]
    keys: str
    steps: tuple[str, ...]
    plain: dict[str, str]


def words_for(asked: Round, role: Rater, scale: Scale) -> FormWords:
    """Put together the words of the form for a rater of this role."""
    say = translator(asked.language).gettext
    name = name_for_rater(asked.about, role, asked.language)
    to = say(COLLECTOR) if asked.collector == "third person" else name
    keys = say(
        mark("Tap or click your answer, or type {low} to {high} on your keyboard; {none} is “I can't judge this”. "
             "Backspace goes back one statement.")
    )  # fmt: skip
    return FormWords(
        language=spoken(asked.language),
        name=name,
        to=to,
        title=fill_in_name(say(mark("Feedback about {name}")), name),
        lead=lead_sentence(asked, role),
        facts=fact_lines(asked),
        promise=promise_sentences(asked, role),
        keys=keys.format(
            low=scale.lowest, high=scale.highest if scale.is_digits else "9, t (10)", none=scale.skip_sign
        ),
        steps=hand_over_steps(asked, to),
        plain={key: say(text) for key, text in _PLAIN.items()},
    )


def fill_in_name(text: str, name: str) -> str:
    """Put the person's name where a text has {name}; a sentence begins with a capital, whatever the name is."""
    sentence = text.replace(NAME, name)
    return sentence[:1].upper() + sentence[1:]


def name_for_rater(name: str, role: Rater, language: str) -> str:
    """What the person is called towards a rater: the name, else what he or she is to them."""
    return name.strip() or translator(language).gettext(NAMELESS[role])


def lead_sentence(asked: Round, role: Rater) -> str:
    """Say who asks and as what one is asked."""
    say = translator(asked.language).gettext
    text = say(mark("{name} takes stock of their work and would like to know how you see it, {role}."))
    name = name_for_rater(asked.about, role, asked.language)
    return fill_in_name(text.replace("{role}", say(ROLES[role])), name)


def fact_lines(asked: Round) -> tuple[str, ...]:
    """Say how much is asked, how long that takes, and until when."""
    spoken = translator(asked.language)
    number, time = len(asked.items), suggestion.minutes(len(asked.items))
    return (
        spoken.ngettext("{n} statement", "{n} statements", number).format(n=number),
        spoken.ngettext("about {n} minute", "about {n} minutes", time).format(n=time),
        spoken.gettext(mark("until {day}")).format(day=long_date(asked.closes, asked.language)),
    )


def long_date(when: date, language: str) -> str:
    """Write a day in full: 14 December 2026."""
    return f"{when.day} {translator(language).gettext(_MONTHS[when.month - 1])} {when.year:04d}"


def promise_sentences(asked: Round, role: Rater) -> tuple[str, ...]:
    """Say what happens with the answers: that nothing is sent, who gets them, and what is done with them."""
    say = translator(asked.language).gettext
    name = name_for_rater(asked.about, role, asked.language)
    to = mark("the person who collects the answers, not to {name}")
    third = asked.collector == "third person"
    sends = say(_SENDS_NOTHING).replace("{to}", say(to)) if third else say(_SENDS_NO_CODE).replace("{to}", "{name}")
    return (fill_in_name(sends, name), *confidentiality_sentences(asked, role))


def confidentiality_sentences(asked: Round, role: Rater) -> tuple[str, ...]:
    """Say who reads the answers, who can know whose they are, and when they are shown at all."""
    say = translator(asked.language).gettext
    name, needed = name_for_rater(asked.about, role, asked.language), str(asked.needed(role))
    texts = _confidential(asked, role) if asked.is_confidential else _NAMED
    return tuple(fill_in_name(say(text).replace("{n}", needed), name) for text in texts)


def _confidential(asked: Round, role: Rater) -> tuple[str, ...]:
    together = (_ONE_PERSON,) if asked.needed(role) == 1 else (_JOINED if role == "other" else _TOGETHER, _TOO_FEW)
    honest = _COLLECTED if asked.collector == "third person" else _NOT_ANONYMOUS
    remains = () if asked.needed(role) == 1 else (_REMAINS,)
    return (*together, honest, *remains, _RECOGNISED)


def file_name(asked: Round, number: int, *, paper: bool = False, labelled: bool = False) -> str:
    """Name the form of the invited with this number (from 0), in the language of the round.

    Raters see it: only a `labelled` one has the owner's label of this person.
    """
    say = translator(asked.language).gettext
    person = asked.invited[number]
    kind = say(mark("feedback on paper")) if paper else say(mark("feedback"))
    parts = [kind, say(_FILE_ROLES[person.role]), str(number + 1), person.label if labelled else ""]
    return "-".join(filter(None, map(_as_name, parts))) + ".html"


def _as_name(text: str) -> str:
    """Write a text as a part of a file's name: small letters without accents, and hyphens."""
    letters = (sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))
    return re.sub(r"\W+", "-", "".join(letters)).strip("-")[:_LONGEST_NAME]


def hand_over_steps(asked: Round, to: str) -> tuple[str, ...]:
    """Say how to hand the file over."""
    say = translator(asked.language).gettext
    steps = (
        mark("Save the file with the button below."),
        mark("Send it to {to}: attach it to an e-mail or a message, or hand it over on a USB stick."),
        mark("Don't open or change the file: then it can be read without trouble."),
    )
    return tuple(say(text).replace("{to}", to) for text in steps)


_OWNER = mark("whoever gave you this")
_LETTER = (
    mark("Hello,"),
    "",
    mark("You collect the answers to a round of feedback about {name}, until {date}. Thank you."),
    "",
    mark("1. Everyone who was asked sends you one file, whose name ends in .toml. Put all of them in one folder."),
    mark(
        "   Wait until the last day has passed, or until you know that nobody else will answer: they are combined "
        "once, and what comes later stays out."
    ),
    mark("   From two files, made of different answers, one can read what a single person said."),
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
