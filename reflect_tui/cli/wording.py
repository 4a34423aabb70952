"""Makes argparse speak the user's language.

argparse looks its words up in the default catalogue of the gettext module, by the language of the environment: both
are set here. The words are listed for the catalogue, since it is made from our own files.
"""

from __future__ import annotations

import gettext
import os
from pathlib import Path

from reflect_tui import i18n
from reflect_tui.i18n import _

_DOMAIN = "reflect_tui"


def speak(language: str) -> None:
    """Let argparse use our catalogue of a language from now on."""
    gettext.bindtextdomain(_DOMAIN, str(Path(i18n.__file__).with_name("locales")))
    gettext.textdomain(_DOMAIN)
    os.environ["LANGUAGE"] = language


def words() -> tuple[str, ...]:
    """Give all that argparse may say in one of our errors, letter for letter as it asks for it."""
    return (
        _("argument %(argument_name)s: %(message)s"),
        _("expected one argument"),
        _("expected at least one argument"),
        _("ignored explicit argument %r"),
        _("invalid choice: %(value)r (choose from %(choices)s)"),
        _("the following arguments are required: %s"),
        _("unrecognized arguments: %s"),
    )
