"""What every command works with: its options, settings and journal, the lock it takes, and what it prints."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeVar

from msgspec import structs

from reflect_tui import paths, system
from reflect_tui import text as glyphs
from reflect_tui.disk.lock import Lock, holder
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE, BadFileError, JournalError, ReflectError
from reflect_tui.git.problems import outer_repository
from reflect_tui.i18n import _
from reflect_tui.settings import Settings
from reflect_tui.text import display
from reflect_tui.usecases.written_files import ExistsError, OutputFile, write_files

if TYPE_CHECKING:
    from reflect_tui.model.library import Library
    from reflect_tui.store.documents import Document
    from reflect_tui.store.journal import Journal
    from reflect_tui.store.scan import Entry
    from reflect_tui.views.lines import Line

PROGRAM = "reflect-tui"
DOCTOR = "doctor:examine"
"""What runs whatever is wrong, and names it."""
T = TypeVar("T")
SIMPLE = ("", "dumb", "unknown")
"""What TERM says of a terminal that only prints lines."""


def own_program() -> str:
    """Return the path of this very program, as it was installed; "" when it runs without having been."""
    beside = Path(sys.executable).with_name(PROGRAM)
    return str(beside) if beside.is_file() and os.access(beside, os.X_OK) else ""


class Request:
    """One command line, ready to be carried out."""

    def __init__(self, options: argparse.Namespace, settings: Settings, problem: ReflectError | None = None) -> None:
        """Take what the parser and the settings file say, and what is wrong with that file."""
        self.options = options
        asked = getattr(options, "profile", None)
        self.settings = structs.replace(settings, profile=asked) if asked else settings
        self.problem = problem

    @cached_property
    def journal(self) -> Journal:
        """The journal: of --journal, else of the environment, else of the settings, else the default one.

        Raises:
            ReflectError: a file stands where its folder should be.
        """
        from reflect_tui.git.run import tell_waiting  # noqa: PLC0415 -- not needed for --help and instruments
        from reflect_tui.store.journal import Journal  # noqa: PLC0415 -- as above
        from reflect_tui.store.moved import state_folder  # noqa: PLC0415 -- as above

        asked = self.options.journal or os.environ.get("REFLECT_TUI_JOURNAL") or self.settings.journal
        folder = paths.journal_folder(asked)
        if folder.exists() and not folder.is_dir():
            raise ReflectError(_("{path} is a file; a journal is a folder.").format(path=folder))
        journal = Journal(folder, state_folder(folder))
        journal.library.aim_at(self.settings.profile)
        if getattr(self.options, "profile", None):
            self._refuse_unknown_profile(journal.library)
        if on_terminal(sys.stderr) and not self.opens_app:
            tell_waiting(_tell_waiting)
        if self.options.run != DOCTOR:  # which names both first
            for sentence in take_along(journal):
                print_message(sentence)
            _clear_remainders(journal)
        if self.options.create:
            journal.identity.create()
        return journal

    def _refuse_unknown_profile(self, library: Library) -> None:
        """Refuse a profile that no instrument has; one that is named by its path counts too."""
        if named := getattr(self.options, "instrument", None):
            library.resolve(named)
        if (wanted := self.settings.profile) not in (known := library.profiles()):
            text = _('There is no profile "{id}"; there are: {known}.')
            raise ReflectError(text.format(id=wanted, known=", ".join(known) or _("none")))

    def tell_unfinished(self) -> None:
        """Say that an erasure was cut short, which a command that only shows does not go on with."""
        if "journal" not in vars(self):
            return
        from reflect_tui.store import erasing  # noqa: PLC0415 -- as above; the journal has it

        if erasing.is_unfinished(self.journal):
            print_message(
                _(
                    "An erasure was cut short, so what was to go may still be here. The app goes on with it when it "
                    "starts, or: reflect-tui doctor --fix"
                )
            )

    @property
    def opens_app(self) -> bool:
        """Whether this opens the app or line mode, which are stopped, and say what they wait for, in their own way."""
        run: str = self.options.run
        return run.startswith("open_app:") or run == "setup:demo"

    @property
    def plain(self) -> bool:
        """Whether words are wanted, not pictures made of signs: asked for, set for good, or all a terminal can do."""
        is_simple = on_terminal(sys.stdout) and os.environ.get("TERM", system.TERMINAL) in SIMPLE
        return self._asked_plain or is_simple

    @property
    def by_lines(self) -> bool:
        """Whether line mode is wanted: in a terminal that can do no more only when someone types there."""
        return self._asked_plain or (self.plain and on_terminal(sys.stdin))

    @property
    def _asked_plain(self) -> bool:
        """Whether words are wanted wherever they go: by --plain, or REFLECT_TUI_PLAIN."""
        return getattr(self.options, "plain", False) or bool(os.environ.get("REFLECT_TUI_PLAIN"))


def _tell_waiting(command: str) -> None:
    text = _("Waiting for git ({command}). Ctrl+C stops that; what is saved is safe.")
    print_message(text.format(command=command))


def on_terminal(stream: TextIO | None) -> bool:
    """Check whether a stream is a terminal."""
    return stream is not None and not stream.closed and stream.isatty()


def agrees(question: str) -> bool:
    """Ask on the terminal; only a whole yes, in English or Dutch, is one."""
    print(display(question), end=" ", flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes", "j", "ja")


def take_along(journal: Journal) -> list[str]:
    """Move what is kept beside a journal along with its folder; say so, or what hinders it."""
    from reflect_tui.store import moved  # noqa: PLC0415 -- the journal has it

    text = _("This journal was in {path} before; its drafts, and where it is synced, came along.")
    try:
        return [text.format(path=root) for root in moved.take_along(journal)]
    except ReflectError as error:
        return [str(error)]


def _clear_remainders(journal: Journal) -> None:
    """Remove what a killed program left of a whole backup or journal, and say so."""
    from reflect_tui.store import remainders  # noqa: PLC0415 -- the journal has it

    if gone := remainders.clear(journal):
        from reflect_tui.views.keeping import remainders_removed  # noqa: PLC0415 -- only after a kill

        print_message(remainders_removed(gone))


Command = Callable[[Request], int]


# What a writing command does: acquire the lock, change files, commit them.


WAIT = 10.0  # seconds in which one other program may have the journal; a queue of commands may take longer


def acquire_lock(journal: Journal, *, settles: bool = True) -> Lock:
    """Acquire the journal lock for a writing command; other commands release it soon, the open app does not.

    An import or closing that was killed is finished first; the latter not unless this `settles`.

    Raises:
        JournalError: the folder holds something else, the same program still has the lock after 10 seconds, or the
            state folder can't be written.
    """
    journal.identity.check()
    other = holder(journal.state)
    while not (lock := Lock.acquire(journal.state, WAIT)):
        before, other = other, holder(journal.state)
        if other == before:  # nobody had a turn in all that time
            break
    if lock:
        journal.claim()
        journal.finish_import()
        if settles:
            _settle_rounds(journal)
        return lock
    if other is None:
        raise JournalError(_("Another reflect-tui has this journal open. Close it, then try again."))
    text = _("Another reflect-tui has had this journal open since {time} (process {pid}). Close it, then try again.")
    raise JournalError(text.format(time=f"{other.since:%H:%M}", pid=other.pid))


def _settle_rounds(journal: Journal) -> None:
    """Destroy what still waits in rounds that ended; say on stderr whose answer is in no figure. The Lock is held."""
    for uncounted in journal.settle_rounds():
        from reflect_tui.views.rounds import uncounted_sentence  # noqa: PLC0415 -- rarely needed

        print_message(f"{uncounted_sentence(uncounted)}.")


def record(journal: Journal) -> None:
    """Commit what was saved; say on stderr what is in the way."""
    obstacle = journal.record().obstacle
    if obstacle:
        print_message(_("Saved, and not yet in history: {reason}").format(reason=obstacle.sentence))


def readable(journal: Journal, documents: Sequence[Document[T]]) -> list[T]:
    """Choose the values of documents; name those that can't be read on stderr."""
    report_faulty(journal, [document for document in documents if document.value is None])
    return [document.value for document in documents if document.value is not None]


def report_faulty(journal: Journal, faulty: Sequence[Entry | Document[T]]) -> int:
    """Name files that can't be used on stderr; return the exit code, 3 when there are any."""
    for entry in faulty:
        print_message(str(BadFileError(journal.root / entry.path, entry.faults)))
    return EXIT_ATTENTION if faulty else EXIT_DONE


# What a person or a program sees: results on stdout, messages on stderr, and nothing a terminal obeys.


_NARROWEST = 40
# Characters that json leaves as they are, and that a terminal obeys, hides or can't be sent.
_OBEYED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def prepare_streams(wish: str = "") -> None:
    """Let no character stop a print-out: what the output has no sign for becomes ASCII.

    `wish` is the setting for glyphs; without one, the output's own encoding decides.
    """
    glyphs.register_ascii_errors()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=glyphs.output_encoding(wish, stream.encoding), errors=glyphs.ASCII_ERRORS)


def page_width() -> int:
    """Return the width to print for: that of the terminal, 80 in a pipe."""
    return max(_NARROWEST, shutil.get_terminal_size((80, 24)).columns)


def print_lines(page: Sequence[Line]) -> None:
    """Print a page on stdout."""
    from reflect_tui.views.lines import plain  # noqa: PLC0415 -- slow to import, and not needed for an error or JSON

    print(plain(page))


def print_text(sentence: str) -> None:
    """Print one line of any text on stdout."""
    print(display(sentence))


def print_json(document: object) -> None:
    """Print a JSON document on stdout."""
    written = json.dumps(document, indent=2, ensure_ascii=not _is_unicode())
    print(_OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", written))


def print_bytes(content: bytes) -> None:
    """Send the bytes of a file to stdout as they are; to a terminal only what it does not obey."""
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None or sys.stdout.isatty():
        print("\n".join(display(row) for row in content.decode("utf-8", "replace").splitlines()))
        return
    sys.stdout.flush()
    stream.write(content)
    stream.flush()


def _is_unicode() -> bool:
    return glyphs.is_unicode(getattr(sys.stdout, "encoding", None) or "")


def print_message(sentence: str) -> None:
    """Print a message on stderr, in one line; where there is none, nobody wants to know."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(f"{PROGRAM}: {display(sentence)}", file=sys.stderr, flush=True)


def flush() -> None:
    """Send what is printed; BrokenPipeError when nobody reads it any more."""
    if sys.stdout is not None:
        sys.stdout.flush()


def drop_output() -> None:
    """Send what is still to be written nowhere, so that Python does not complain of it at the end."""
    if sys.stdout is None:
        return
    with contextlib.suppress(OSError):  # an output that is no file
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


_STDOUT = "-"


def hand_over(request: Request, made: Sequence[OutputFile], written: str, *, name: str = "") -> None:
    """Print what was made, or write it to the file of --output and say so on stderr with `written`, about {path}.

    In a folder the file gets `name`. One that exists stays, unless --force says otherwise.
    """
    output = request.options.output
    if output in (None, _STDOUT):
        if made[0].ending in (".ods", ".pdf", ".xlsx") and sys.stdout.isatty():
            raise ReflectError(_("A PDF or workbook is not for a terminal; add: --output FILE"))
        print_bytes(made[0].data)
        return
    path = paths.typed(output)
    path = path / name if name and path.is_dir() else path
    with existing_refused(path):
        files = write_files(request.journal, path, made, replace=request.options.force)
    print_message(written.format(path=", ".join(map(str, files))))


def warn_of_repository(path: Path) -> None:
    """Say on stderr that a file or folder stands where another git repository may take it along."""
    outer = outer_repository(path.resolve())
    if outer:
        text = _("{path} is in the git repository {outer}: take care that it is not committed and sent along there.")
        print_message(text.format(path=path, outer=outer))


@contextmanager
def existing_refused(path: Path) -> Iterator[None]:
    """Say of a file that exists already what can be done; and of one that is written, if it is in a repository."""
    try:
        yield
        warn_of_repository(path)
    except ExistsError as error:
        raise ReflectError(_("{problem} Choose another name, or add --force.").format(problem=error)) from None
