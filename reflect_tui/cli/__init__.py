"""The command line: from arguments to an exit code; every error becomes one sentence here, and nowhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from reflect_tui import i18n, paths, settings
from reflect_tui.cli import output
from reflect_tui.cli.arguments import asked_language, build
from reflect_tui.cli.request import Command, Request
from reflect_tui.cli.wording import speak
from reflect_tui.errors import EXIT_ATTENTION, ReflectError
from reflect_tui.i18n import _
from reflect_tui.settings import Settings

_INTERRUPTED, _PIPE_CLOSED = 130, 141  # as shells number an end by Ctrl+C and by a reader that left
_FOREIGN = ("GIT_", "TEXTUAL")
_DOCTOR = "doctor:examine"  # must run whatever is wrong


def main(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code; no traceback ever reaches the user."""
    _prepare()
    try:
        code = _run(arguments)
        output.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        output.give_up()
        return _PIPE_CLOSED
    except ReflectError as error:
        output.message(str(error))
        return error.exit_code
    except OSError as error:
        about = f" ({error.filename})" if error.filename else ""
        output.message(_("That can't be done: {reason}.").format(reason=f"{error.strerror or error}{about}"))
        output.give_up()  # stdout may be what could not be written
        return EXIT_ATTENTION
    except Exception as error:  # noqa: BLE001 -- a fault of ours: say where, and keep what files hold private
        output.message(_apology(error))
        return EXIT_ATTENTION
    return code


def _prepare() -> None:
    """Make what is written private, and see that the environment steers neither git nor Textual."""
    os.umask(0o077)
    for name in [name for name in os.environ if name.startswith(_FOREIGN)]:
        del os.environ[name]
    output.prepare()


def _run(arguments: Sequence[str]) -> int:
    chosen, problem = _settings(asked_language(arguments))
    language = i18n.choose(asked_language(arguments), chosen.language)
    i18n.use(language)
    speak(language)
    output.prepare(chosen.glyphs)
    parser = build()
    try:
        options = parser.parse_args(arguments)
    except SystemExit:  # --help and --version said what they had to say
        return 0
    if problem and options.run != _DOCTOR:
        raise problem
    module, _colon, name = options.run.partition(":")
    command: Command = getattr(import_module(f"reflect_tui.cli.{module}"), name)
    return command(Request(options, chosen, problem))


def _settings(asked: str | None) -> tuple[Settings, ReflectError | None]:
    """Read the settings; what is wrong with them is told in the user's language, and not in the way of --help."""
    path = paths.settings_file()
    try:
        return settings.load(path), None
    except ReflectError:
        language = settings.language_of(path)
        i18n.use(i18n.choose(asked, language))
    try:  # once more, now that it is known in which language to say what is wrong
        return settings.load(path), None
    except ReflectError as error:
        return Settings(language=language), error


def _apology(error: Exception) -> str:
    """Say where an unforeseen error arose, without any value: notes are private, also in a bug report."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "?"
    text = _(
        "Something went wrong that should not ({kind}, {place}, Python {python}). "
        "Your files are as they were. Please report this."
    )
    said = text.format(kind=type(error).__name__, place=where, python=sys.version.split()[0])
    from reflect_tui.cli import crash  # noqa: PLC0415 -- seldom needed

    kept = crash.report(error)
    if not kept:
        return said
    where = _("Where it arose stands in {path}.").format(path=kept)
    return f"{said} {where}"
