"""The command line: from arguments to an exit code; every error becomes one sentence here, and nowhere else."""

from __future__ import annotations

import os
import platform
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import reflect_tui
from reflect_tui import i18n, paths, settings, system
from reflect_tui.cli.arguments import build
from reflect_tui.cli.parser import asked_language, refuse_idle, speak
from reflect_tui.cli.request import DOCTOR, Command, Request, drop_output, flush, prepare_streams, print_message
from reflect_tui.errors import EXIT_ATTENTION, ReflectError
from reflect_tui.i18n import _
from reflect_tui.settings import Settings
from reflect_tui.system import Stopped, stoppable

_INTERRUPTED, _PIPE_CLOSED = 130, 141  # as shells number an end by Ctrl+C and by a reader that left
_FOREIGN = ("GIT_", "TEXTUAL")


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; no traceback ever reaches the user."""
    _prepare_process()
    try:
        code = _run(arguments)
        flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        drop_output()
        return _PIPE_CLOSED
    except ReflectError as error:
        print_message(str(error))
        return error.exit_code
    except OSError as error:
        about = f" ({error.filename})" if error.filename else ""
        print_message(_("That can't be done: {reason}.").format(reason=f"{error.strerror or error}{about}"))
        drop_output()  # stdout may be what could not be written
        return EXIT_ATTENTION
    except Exception as error:  # noqa: BLE001 -- a fault of ours: say where, and keep what files hold private
        print_message(_crash_sentence(error))
        return EXIT_ATTENTION
    return code


def _prepare_process() -> None:
    """Make what is written private, and see that the environment steers neither git nor Textual."""
    os.umask(0o077)
    for name in [name for name in os.environ if name.startswith(_FOREIGN)]:
        del os.environ[name]
    prepare_streams()


def _run(arguments: Sequence[str]) -> int:
    chosen, problem = _settings(asked_language(arguments))
    language = i18n.choose_language(asked_language(arguments), chosen.language)
    i18n.use_language(language)
    speak(language)
    prepare_streams(chosen.glyphs)
    parser = build()
    try:
        options = parser.parse_args(arguments)
    except SystemExit:  # --help and --version said what they had to say
        return 0
    if problem and options.run != DOCTOR:
        raise problem
    refuse_idle(options)
    module, _colon, name = options.run.partition(":")
    command: Command = getattr(import_module(f"reflect_tui.cli.{module}"), name)
    request = Request(options, chosen, problem)
    if request.opens_app:
        return command(request)
    try:
        with stoppable():  # a git that runs is ended with us
            return command(request)
    except Stopped as stopped:
        return stopped.code
    finally:
        if options.run != DOCTOR:  # which has a line of its own for it
            request.tell_unfinished()


def _settings(asked: str | None) -> tuple[Settings, ReflectError | None]:
    """Read the settings; what is wrong with them is told in the user's language, and not in the way of --help."""
    path = paths.settings_file()
    try:
        return settings.load(path), None
    except ReflectError:
        language = settings.language_of(path)
        i18n.use_language(i18n.choose_language(asked, language))
    try:  # once more, now that it is known in which language to say what is wrong
        return settings.load(path), None
    except ReflectError as error:
        return Settings(language=language), error


def _crash_sentence(error: Exception) -> str:
    """Say where an unforeseen error arose, without any value: notes are private, also in a bug report."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "?"
    text = _(
        "Something went wrong that should not ({kind}, {place}, Python {python}). "
        "Your files are as they were. Please report this."
    )
    sentence = text.format(kind=type(error).__name__, place=where, python=sys.version.split()[0])

    kept = write_crash_report(error)
    if not kept:
        return sentence
    where = _("The details are in {path}.").format(path=kept)
    return f"{sentence} {where}"


# What is kept of a fault of ours: where it arose, and nothing of what anyone wrote.


def write_crash_report(error: BaseException) -> Path | None:
    """Write the last fault to a file in the state folder, and return its path; None when that can't be done.

    It names kinds of errors and places in code. Messages of errors, values of variables and lines of source are left
    out: they may hold what stands in a note.
    """
    path = paths.fault_report()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | system.NO_LINK | system.OPEN, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write("\n".join(_crash_lines(error)) + "\n")
    except OSError:
        return None
    return path


def _crash_lines(error: BaseException) -> list[str]:
    lines = [f"reflect-tui {reflect_tui.__version__}, Python {platform.python_version()}, {platform.system()}"]
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}")
        for frame, number in traceback.walk_tb(current.__traceback__):
            code = frame.f_code
            lines.append(f"  {_below_package(code.co_filename)}:{number} in {code.co_qualname}")
        current = current.__cause__ or current.__context__
    return lines


def _below_package(path: str) -> str:
    """Shorten a path to below its package: a home folder's name is nobody's business."""
    parts = Path(path).parts
    for folder in ("site-packages", "reflect_tui"):
        if folder in parts:
            return "/".join(parts[parts.index(folder) + (folder == "site-packages") :])
    return parts[-1]
