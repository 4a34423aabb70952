"""The user's language: gettext messages, dates and decimals; Dutch and English."""

from __future__ import annotations

import gettext
import itertools
import os
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import floor
from pathlib import Path

from reflect_tui import system

LANGUAGES = ("nl", "en")
_DOMAIN = "reflect_tui"
_UNTRANSLATED = ("C", "POSIX")


class _Language:
    """The language of this process: set once at start, read by every message."""

    def __init__(self) -> None:
        self.code = "en"
        self.messages: gettext.NullTranslations = gettext.NullTranslations()


_language = _Language()


def use_language(code: str) -> None:
    """Speak `code` ("nl" or "en") from now on; English needs no catalogue, its messages are the keys."""
    _language.code = code if code in LANGUAGES else "en"
    if _language.code == "en":
        _language.messages = gettext.NullTranslations()
    else:
        catalogues = Path(__file__).with_name("locales")
        _language.messages = gettext.translation(_DOMAIN, str(catalogues), languages=[_language.code])


def current_language() -> str:
    """Return the code of the language in use."""
    return _language.code


def choose_language(asked: str | None, setting: str | None) -> str:
    """Choose a language: what was asked for, else the setting, else what the environment names, else English."""
    return next((code for name in (asked, setting) if (code := _code(name)) in LANGUAGES), _of_environment())


def _of_environment() -> str:
    """Find the first language of ours in the environment, as gettext does.

    LANGUAGE is a list in order of preference; the locale counts where it is empty. C and POSIX ask for untranslated
    messages: as the locale, which they are where none is set, they go before the list, and in the list they end it.
    """
    set_names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((name for name in set_names if name), system.language())
    if locale in ("", *_UNTRANSLATED):
        return "en"
    wanted = os.environ.get("LANGUAGE") or locale
    names = itertools.takewhile(lambda name: name not in _UNTRANSLATED, wanted.split(":"))
    return next((code for name in names if (code := _code(name)) in LANGUAGES), "en")


def _code(name: str | None) -> str:
    """Take the language out of a locale's name: "nl" out of "nl_NL.UTF-8@euro"."""
    return re.split(r"[-_.@]", name or "")[0].lower()


def _(message: str) -> str:
    """Translate one message."""
    return _language.messages.gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    """Translate a message that depends on a count."""
    return _language.messages.ngettext(singular, plural, n)


def pgettext(context: str, message: str) -> str:
    """Translate a message whose English is ambiguous without its context."""
    return _language.messages.pgettext(context, message)


@cache
def translator(code: str) -> gettext.NullTranslations:
    """Return the messages of a language that need not be the user's: for what is written for somebody else."""
    if code not in LANGUAGES or code == "en":
        return gettext.NullTranslations()
    return gettext.translation(_DOMAIN, str(Path(__file__).with_name("locales")), languages=[code])


def spoken(code: str) -> str:
    """Return the language in which the program writes for someone of a language: that one, or English."""
    return code if code in LANGUAGES else "en"


def mark(message: str) -> str:
    """Mark a message for translation where it stands; it is translated where it is shown."""
    return message


def month_name(month: int) -> str:
    """Return the short name of a month (1 to 12) as used in dates."""
    return _months(_language.code)[month - 1]


@cache
def _months(_code: str) -> tuple[str, ...]:
    """Return the names of all months in the language in use, which has this code."""
    return (
        _("Jan"), _("Feb"), _("Mar"), _("Apr"), pgettext("month, short", "May"), _("Jun"),
        _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec"),
    )  # fmt: skip


def format_date(day: date) -> str:
    """Write a date as the language does: "23 nov 2026", "23 Nov 2026"."""
    return f"{day.day} {month_name(day.month)} {day.year:04d}"


def rounded(value: Fraction | float, places: int = 2) -> Fraction:
    """Round a number as it is shown, halves away from zero, from the exact fraction: 2.995 becomes 3.00 everywhere."""
    exact = Fraction(value)
    units = floor(abs(exact) * 10**places + Fraction(1, 2))
    return Fraction(units if exact > 0 else -units, 10**places)


def format_number(value: Fraction | float, places: int = 2, *, sign: bool = False) -> str:
    """Write a number with the language's decimal mark, rounded as by rounded(); a true zero has no sign."""
    shown = rounded(value, places)
    text = f"{Decimal(int(abs(shown) * 10**places)).scaleb(-places):.{places}f}"
    if shown < 0:
        text = f"-{text}"
    elif sign and shown > 0:
        text = f"+{text}"
    return text.replace(".", _(".")) if places else text
