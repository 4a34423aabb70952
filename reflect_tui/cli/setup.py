"""`git-setup` and `textconv` for plain git, `completion` and `man` for shells, and `demo`."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from reflect_tui import __version__, paths
from reflect_tui import demo as story
from reflect_tui.analysis.rater_groups import group_only_error
from reflect_tui.cli import arguments
from reflect_tui.cli.open_app import chosen_instrument, open_app, require_terminal
from reflect_tui.cli.parser import Commands, Parser
from reflect_tui.cli.request import PROGRAM, Request, acquire_lock, own_program, print_text
from reflect_tui.cli.team import write_demo
from reflect_tui.disk import files
from reflect_tui.errors import EXIT_DONE, JournalError, NotFoundError, ReflectError
from reflect_tui.git import textconv as plain_git
from reflect_tui.git.run import find_program
from reflect_tui.i18n import _, current_language
from reflect_tui.model import session as sessions
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.library import Library
from reflect_tui.model.session import NOT_APPLICABLE, Session
from reflect_tui.store.journal import Journal
from reflect_tui.toml import formats
from reflect_tui.views.labels import session_name


def git_setup(request: Request) -> int:
    """Write the settings that make plain git read well in the journal, or take them away."""
    journal = request.journal
    if not journal.repository.exists():
        raise NotFoundError(_("{root} has no history yet.").format(root=journal.root))
    with acquire_lock(journal):
        if request.options.undo:
            plain_git.remove(journal.repository)
            print_text(_("Plain git shows session files as they are again."))
            return EXIT_DONE
        search = find_program(PROGRAM, journal.root)
        by_name = search.program and not search.passed_over  # else git would run another one
        program = PROGRAM if by_name else own_program() or search.program
        if not program:
            text = _("git would not find {program}: put it on your PATH first, for example with pipx or uv tool.")
            raise ReflectError(text.format(program=PROGRAM))
        plain_git.write(journal.repository, program)
    print_text(_("From now on git diff and git log -p in {root} show sessions as sentences.").format(root=journal.root))
    print_text(_("It is written in .git/config and .git/info/attributes. Undo: reflect-tui git-setup --undo"))
    return EXIT_DONE


def textconv(request: Request) -> int:
    """Print a session file as sentences; a file that is none is printed as it is, for git shows nothing else then."""
    path = Path(request.options.file)
    try:
        data = formats.read_bytes(path)
    except ReflectError as error:  # without any output git would show no diff at all
        print_text(str(error))
        return EXIT_DONE
    try:
        session = sessions.parse(data, path)
        if session.round:  # whether it was given in confidence is not known here
            print_text(str(group_only_error(session.id)))
            return EXIT_DONE
        content = Library(Path.cwd()).find(session.instrument, session.version, session.digest)
    except ReflectError:
        for row in data.decode("utf-8", "replace").splitlines():
            print_text(row)
        return EXIT_DONE
    for row in _session_lines(session, content):
        print_text(row)
    return EXIT_DONE


def _session_lines(session: Session, content: Instrument) -> Iterator[str]:
    """Render a session: a line an item, in the order of the instrument; git puts old and new one below the other."""
    yield session_name(session)
    yield f"{content.title} · {session.instrument}@{session.version}"
    yield from (f"    {row}" for row in session.remark.splitlines())
    for domain in content.domains:
        yield ""
        yield domain.title
        for item in domain.items:
            if item.id in session.scores or item.id in session.notes:
                yield f"  [{_score(session, content, item.id)}] {content.sentence(item)}"
            yield from (f"      {row}" for row in session.notes.get(item.id, "").splitlines())


def _score(session: Session, content: Instrument, item_id: str) -> str:
    score = session.scores.get(item_id)
    if not isinstance(score, int):
        return _("n/a") if score == NOT_APPLICABLE else _("no answer")
    scale = content.item_scale(item_id)
    return f"{score} {scale.label(score)}" if scale.allows(score) else str(score)


# `completion`: the script that lets a shell complete our commands, options and ids.


def completion(request: Request) -> int:
    """Print the completion script for a shell."""
    import shtab  # noqa: PLC0415 -- needed once in a lifetime

    parser = arguments.build(instruments=Library(None).ids())
    _leave_out(parser, "textconv")  # git runs it, nobody types it
    for action in _actions(parser):
        if action.metavar == _("FILE") or action.dest in {"reference", "references"}:  # a session may be a file
            action.complete = shtab.FILE  # type: ignore[attr-defined] # how shtab is told
        elif action.metavar == _("DIR"):
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined] # as above
    print(shtab.complete(parser, shell=request.options.shell))
    return EXIT_DONE


def _leave_out(parser: argparse.ArgumentParser, name: str) -> None:
    for action in parser._actions:  # noqa: SLF001 -- argparse lists them nowhere else
        if isinstance(action, Commands):
            del action.choices[name]
            action._choices_actions = [each for each in action._choices_actions if each.dest != name]  # noqa: SLF001 -- as above


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:  # noqa: SLF001 -- argparse lists them nowhere else
        yield action
        if isinstance(action, Commands):
            for below in action.choices.values():
                yield from _actions(below)


# `man`: the manual page, from the same parser.


def manual(_request: Request) -> int:
    """Print the manual page, in the language of man (roff)."""
    print("\n".join(_manual(arguments.build())))
    return EXIT_DONE


def _manual(parser: Parser) -> Iterator[str]:
    yield f'.TH {PROGRAM.upper()} 1 "" "{PROGRAM} {__version__}"'
    about, _stop, rest = (parser.description or "").partition(". ")
    yield from (_heading(_("NAME")), f"{_roff(PROGRAM)} \\- {_roff(about)}")
    yield from (_heading(_("SYNOPSIS")), _roff(parser.format_usage().partition(": ")[2].strip()))
    yield from (_heading(_("DESCRIPTION")), _roff(rest), _heading(_("COMMANDS")))
    for name, below in _commands(parser):
        yield from (f".SS {_roff(name)}", _roff(below.description or ""))
        yield from _terms(below)
    yield from (_heading(_("OPTIONS")), *_terms(parser, everywhere=True))
    yield from (_heading(_("NOTES")), ".nf", *map(_roff, (parser.epilog or "").splitlines()), ".fi")


def _heading(text: str) -> str:
    return f".SH {_roff(text)}"


def _commands(parser: argparse.ArgumentParser, above: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:  # noqa: SLF001 -- argparse lists them nowhere else
        if isinstance(action, Commands):
            for name, below in action.choices.items():
                yield f"{above}{name}", below
                yield from _commands(below, f"{above}{name} ")


def _terms(parser: argparse.ArgumentParser, *, everywhere: bool = False) -> Iterator[str]:
    """Render the arguments and options of a parser; those that every command has are told once."""
    for action in parser._actions:  # noqa: SLF001 -- as above
        if isinstance(action, Commands) or (action.dest in _EVERYWHERE and not everywhere):
            continue
        value = "" if action.nargs == 0 else str(action.metavar or action.dest)
        names = [f"\\fB{_roff(name)}\\fR" for name in action.option_strings]
        named = ", ".join(names) + (" " if names and value else "") + (f"\\fI{_roff(value)}\\fR" if value else "")
        yield from (".TP", named, _roff(action.help or ""))


_EVERYWHERE = {"help", "journal", "create", "lang"}


def _roff(text: str) -> str:
    """Write a line of text so that roff prints it letter for letter."""
    written = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{written}" if written[:1] in ("", ".", "'", " ") else written


# `demo`: a made-up journal of three years, to try everything on; it is gone when the app closes.


def demo(request: Request) -> int:
    """Open the app on a made-up journal, or only write one."""
    if request.options.team is not None:
        return write_demo(paths.typed(request.options.team), request.journal.library.newest(chosen_instrument(request)))
    if request.options.output is not None:
        return _write(paths.typed(request.options.output), request)
    require_terminal()
    with tempfile.TemporaryDirectory(prefix="reflect-tui-demo-", ignore_cleanup_errors=True) as folder:
        journal = Journal(Path(folder, "journal"), Path(folder, "state"))
        fill(journal, chosen_instrument(request))  # the app brings it into history, after its first paint
        return open_app(journal, request.settings)


def _write(root: Path, request: Request) -> int:
    """Fill a new folder and print its path."""
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise ReflectError(_("{path} is in use; give a folder that is new or empty.").format(path=root))
    with tempfile.TemporaryDirectory(prefix="reflect-tui-demo-", ignore_cleanup_errors=True) as state:
        journal = Journal(root, Path(state))
        fill(journal, chosen_instrument(request))
        obstacle = journal.record().obstacle
    print_text(str(root))
    if obstacle:
        raise JournalError(obstacle.sentence)
    return EXIT_DONE


def fill(journal: Journal, identifier: str) -> None:
    """Save the made-up sessions, goals and agenda, oldest first."""
    journal.identity.check()
    files.make_folder(journal.root)
    story.fill(journal, identifier, datetime.now().astimezone().date(), current_language())
