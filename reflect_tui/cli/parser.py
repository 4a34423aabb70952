"""How the parser behaves: in the user's language, without shortened options, with the same options everywhere."""

from __future__ import annotations

import argparse
import gettext
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from reflect_tui import i18n
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _

_ROOM = 30  # columns for commands and options, left of what they do
_MOST = 99_999  # sessions that one may ask for
LANGUAGES = "|".join(i18n.LANGUAGES)

Commands = argparse._SubParsersAction  # noqa: SLF001 -- argparse has no public name for it
Group = argparse._ArgumentGroup  # noqa: SLF001 -- the same


class UsageError(ReflectError):
    """The words typed are no command; says which help to ask for."""


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Sets help as argparse does, in the user's language, with room for the longest option."""

    def __init__(self, prog: str, **more: Any) -> None:
        super().__init__(prog, max_help_position=_ROOM, **more)

    def add_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, _("usage: ") if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser that takes no shortened options, and whose errors are ours."""

    def __init__(self, **more: Any) -> None:
        """Make a parser; `-h` is added with the other options, in the user's language."""
        super().__init__(**{"formatter_class": _Formatter, **more}, add_help=False, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Refuse what was typed, in our own way."""
        message = re.sub(r"(\S{60})\S+", r"\1…", message)
        hint = _("See: {program} --help").format(program=self.prog)
        raise UsageError(f"{message}. {hint}")

    def format_help(self) -> str:
        """Format the help without the line that only says COMMAND above the commands."""
        heading = "  " + _("COMMAND") + "\n"
        return super().format_help().replace(f"\n{heading}", "\n")


def add_options(parser: Parser, **default: Any) -> Group:
    """Add the options that stand anywhere; a command's own must not undo what stood before the command."""
    group = parser.add_argument_group(_("options"))
    group.add_argument("-h", "--help", action="help", help=_("show this help"))
    group.add_argument("--journal", metavar=_("DIR"), help=_("the folder of the journal"), **default)
    text = _("make the folder a journal, whatever else is in it")
    group.add_argument("--create", action="store_true", help=text, **default)
    group.add_argument("--lang", choices=i18n.LANGUAGES, metavar=LANGUAGES, help=_("the language"), **default)
    return group


def add_commands(parser: Parser, program: str, *, required: bool = False) -> Commands[Parser]:
    """Make room for commands below a parser."""
    return parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"), prog=program, required=required)


def add_command(commands: Commands[Parser], name: str, run: str, text: str) -> tuple[Group, Group]:
    """Add a command that `run` ("module:function") carries out; give the groups for its arguments and its options."""
    parser = commands.add_parser(name, help=text, description=sentence(text))
    parser.set_defaults(run=run)
    return parser.add_argument_group(_("arguments")), add_options(parser, default=argparse.SUPPRESS)


def count(text: str) -> int:
    """Return a number of sessions that was typed; argparse tells what is wrong with any other word."""
    from reflect_tui.forms.fields import parse_count  # noqa: PLC0415 -- only for those who type a number

    try:
        return parse_count(text, _MOST)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error).removesuffix(".")) from None


def count_or_none(text: str) -> int:
    """Return a number as count() does, or 0."""
    return 0 if text.strip() == "0" else count(text)


def sentence(text: str) -> str:
    """Make a sentence of what a command does."""
    return f"{text[0].upper()}{text[1:]}."


def add(group: Group, name: str, metavar: str | tuple[str, ...], text: str, **more: Any) -> None:
    """Add an argument, or an option that takes a value."""
    group.add_argument(name, metavar=metavar, help=text, **more)


def add_choice(group: Group, name: str, choices: Sequence[str], text: str, **more: Any) -> None:
    """Add one that takes a value out of some, which stand in the help."""
    group.add_argument(name, choices=choices, metavar="|".join(choices), help=text, **more)


def add_flag(group: Group, name: str, text: str) -> None:
    """Add an option that is on or off."""
    group.add_argument(name, action="store_true", help=text)


def add_json(group: Group) -> None:
    """Add --json."""
    group.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=_("print JSON, for programs"))


def add_output(group: Group) -> None:
    """Add --output and --force."""
    group.add_argument("--output", metavar=_("FILE"), help=_("the file to write; without it, or with -, print it"))
    group.add_argument("--force", action="store_true", help=_("replace a file that is there"))


def add_plain(group: Group) -> None:
    """Add --plain."""
    about = _("lines of words only, for screen readers, simple terminals and logs")
    group.add_argument("--plain", action="store_true", help=about)


def add_reading(group: Group) -> None:
    """Add what every reading command knows."""
    add_plain(group)
    add_json(group)


def add_profile(group: Group) -> None:
    """Add what every command knows that shows targets."""
    about = _("the profile whose targets are drawn, by its id; else that of the settings")
    group.add_argument("--profile", metavar=_("ID"), help=about)


def asked_language(arguments: Sequence[str]) -> str | None:
    """Find what --lang says, before there is a parser to speak that language."""
    early = Parser()
    early.add_argument("--lang")
    try:
        language: str | None = early.parse_known_args(arguments)[0].lang
    except UsageError:  # the whole parser will say what is wrong
        return None
    return language


# Makes argparse speak the user's language.
#
# argparse looks its words up in the default catalogue of the gettext module, by the language of the environment: both
# are set here. The words are listed for the catalogue, since it is made from our own files.


_DOMAIN = "reflect_tui"


def speak(language: str) -> None:
    """Let argparse use our catalogue of a language from now on."""
    gettext.bindtextdomain(_DOMAIN, str(Path(i18n.__file__).with_name("locales")))
    gettext.textdomain(_DOMAIN)
    os.environ["LANGUAGE"] = language


def words() -> tuple[str, ...]:
    """List all that argparse may say in one of our errors, letter for letter as it asks for it."""
    return (
        _("argument %(argument_name)s: %(message)s"),
        _("expected one argument"),
        _("expected at least one argument"),
        _("ignored explicit argument %r"),
        _("invalid choice: %(value)r (choose from %(choices)s)"),
        _("the following arguments are required: %s"),
        _("unrecognized arguments: %s"),
    )


_Rules = Mapping[str, Mapping[str, Sequence[str]]]
_NEEDED: _Rules = {
    "open_app:talk": {"output": ("format", "notes", "force")},
    "export:report": {"output": ("force",)},
    "export:export_data": {"output": ("force",), "template": ("instrument",)},
    "documents:list_goals": {"ics": ("force",)},
    "instruments:import_instrument": {"output": ("force",)},
    "instruments:export_instrument": {"output": ("force",)},
}
"""Options by the command and the option without which they do nothing."""
_EXCLUDED: _Rules = {
    "open_app:talk": {"json": ("output",)},
    "export:report": {"json": ("output", "format")},
    "export:export_data": {"template": ("compare", "shape", "notes"), "compare": ("shape",)},
    "documents:list_goals": {"ics": ("json",)},
    "sessions:diff": {"json": ("by", "sort"), "plain": ("by", "sort")},
}
"""Options by the command and the option beside which they do nothing."""


def refuse_idle(options: argparse.Namespace) -> None:
    """Refuse options that would do nothing as they stand.

    Raises:
        UsageError: there is one; names it and the option that it needs, or that is in its way.
    """
    for needed, idle in _NEEDED.get(options.run, {}).items():
        if not _is_given(options, needed) and (names := _given(options, idle)):
            text = _("Without {needed} this has no effect: {options}.")
            raise UsageError(text.format(options=names, needed=f"--{needed}"))
    for other, idle in _EXCLUDED.get(options.run, {}).items():
        if _is_given(options, other) and (names := _given(options, idle)):
            raise idle_beside(names, f"--{other}")


def idle_beside(names: str, other: str) -> UsageError:
    """Make the refusal of options that do nothing beside another."""
    return UsageError(_("Beside {other} this has no effect: {options}.").format(options=names, other=other))


def _given(options: argparse.Namespace, names: Sequence[str]) -> str:
    return ", ".join(f"--{name}" for name in names if _is_given(options, name))


def _is_given(options: argparse.Namespace, name: str) -> bool:
    return getattr(options, name, None) not in (None, False)
