"""What may be typed after `reflect-tui instruments`, with what each does."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from reflect_tui.cli.parser import (
    Commands,
    Parser,
    add_command,
    add_commands,
    add_json,
    add_options,
    add_output,
    sentence,
)
from reflect_tui.cli.request import PROGRAM
from reflect_tui.i18n import _
from reflect_tui.interchange import FORMATS


def add_instruments(commands: Commands[Parser], instruments: Sequence[str] | None) -> None:
    """Add `instruments` with its commands; `instruments` are the ids to offer in completion."""
    text = _("list, show, check, make, add, remove or exchange instruments")
    parser = commands.add_parser("instruments", help=text, description=sentence(text))
    below = add_commands(parser, f"{PROGRAM} instruments", required=True)
    add_json(add_command(below, "list", "instruments:list_instruments", _("list the instruments there are"))[1])
    words, options = add_command(below, "show", "instruments:show", _("show all statements of an instrument"))
    words.add_argument("instrument", metavar=_("ID"), choices=instruments, help=_("its id"))
    add_json(options)
    text = _("add an instrument, or a translation, to your own: an instrument file, or one that somebody shared")
    words, _more = add_command(below, "add", "own_instruments:add", text)
    words.add_argument("file", metavar=_("FILE"), help=_("a TOML file"))
    _words, options = add_command(below, "new", "own_instruments:new", _("make an instrument in the app"))
    about = _("the file to save it in; else it becomes one of your own instruments")
    options.add_argument("--output", metavar=_("FILE"), help=about)
    text = _("make a new version of an instrument of your own in the app")
    words, options = add_command(below, "edit", "own_instruments:edit", text)
    words.add_argument("instrument", metavar=_("ID"), help=_("its id"))
    options.add_argument("--output", metavar=_("FILE"), help=about)
    text = _("translate an instrument in the app, or write a file to do so with an editor")
    words, options = add_command(below, "translate", "own_instruments:translate", text)
    words.add_argument("instrument", metavar=_("ID"), help=_("its id"))
    words.add_argument("language", metavar=_("LANGUAGE"), help=_("into which language, in two letters"))
    about = _("a file with every original as a remark above its translation; it is added with instruments add")
    options.add_argument("--template", action="store_true", help=about)
    add_output(options)
    text = _("remove an instrument of your own, with its translations and licence")
    words, options = add_command(below, "remove", "own_instruments:remove", text)
    words.add_argument("instrument", metavar=_("ID"), help=_("its id, or such as small@1.0.0 for one version"))
    options.add_argument("--force", action="store_true", help=_("remove it also where the journal has no copy of it"))
    words, options = add_command(below, "check", "instruments:check", _("check instruments and translations you wrote"))
    words.add_argument("files", metavar=_("FILE"), nargs="+", help=_("a TOML file"))
    about = _("say what a new version does to the lines of an older one: a file, or such as small@1.0.0")
    options.add_argument("--against", metavar=_("OLD"), help=about)
    add_json(options)
    text = _("print the JSON Schema of an instrument file, by which an editor completes and checks it")
    _words, options = add_command(below, "schema", "instruments:schema", text)
    options.add_argument("--translation", action="store_true", help=_("that of a translation file"))
    add_output(options)
    _other_formats(below, instruments)
    add_options(parser, default=argparse.SUPPRESS)


def _other_formats(commands: Commands[Parser], instruments: Sequence[str] | None) -> None:
    text = _("make an instrument of a file of another program, and say what it can't hold")
    words, options = add_command(commands, "import", "interchange:import_instrument", text)
    about = _("a spreadsheet, an XLSForm, FHIR as JSON, or a ReproSchema activity")
    words.add_argument("file", metavar=_("FILE"), help=about)
    about = _("take the rest of a file that also asks for free text, or has skip logic or computed fields")
    options.add_argument("--leave-out", action="store_true", help=about)
    about = _("the file to write, or - to print it; without it, it is added to your own instruments")
    options.add_argument("--output", metavar=_("FILE"), help=about)
    options.add_argument("--force", action="store_true", help=_("replace a file that is there"))
    text = _("write an instrument to one file to share, or in the format of another program")
    words, options = add_command(commands, "export", "interchange:export_instrument", text)
    words.add_argument("instrument", metavar=_("ID"), nargs="?", choices=instruments, help=_("its id"))
    about = _("its format; else that of FILE, or toml: all of it, with translations, licence and source")
    options.add_argument("--format", choices=("toml", *FORMATS), metavar="|".join(("toml", *FORMATS)), help=about)
    about = _("a spreadsheet to write an instrument of your own in, for import")
    options.add_argument("--template", action="store_true", help=about)
    add_output(options)
