"""`doctor`: looks at a journal from all sides, says what it found in plain words, and what to do about it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from msgspec import structs

from reflect_tui import instrument, library
from reflect_tui.cli import checks, output
from reflect_tui.cli.checks import Check
from reflect_tui.cli.request import Request
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE, ReflectError
from reflect_tui.i18n import _
from reflect_tui.journal import Journal
from reflect_tui.pages.lines import Line, line, paragraph

_FINE, _NOT_FINE = "✓", "!"


def examine(request: Request) -> int:
    """Examine the journal; with --fix first put right what can't do harm."""
    journal = request.journal
    if request.options.fix:
        _fix(journal)
    found = list(checks.examine(journal))
    if request.options.json:
        output.values({"journal": str(journal.root), "checks": [structs.asdict(check) for check in found]})
    else:
        output.lines(_page(found, output.columns()))
    return EXIT_DONE if all(check.fine for check in found) else EXIT_ATTENTION


def _fix(journal: Journal) -> None:
    """Close the folders to others, finish what an earlier run left half done, and bring into history what waits."""
    if not journal.root.is_dir():
        return
    for folder in checks.open_to_others(journal):
        folder.chmod(0o700)
        output.message(_("Closed to others: {path}").format(path=folder))
    recovered = journal.recover()
    if recovered.recorded.commits:
        output.message(_("Brought into history: {n}").format(n=len(recovered.recorded.commits)))
    _keep_instruments(journal)
    for path in recovered.tidied:
        output.message(_("Removed, a remainder of an interrupted write: {path}").format(path=path))


def _keep_instruments(journal: Journal) -> None:
    """Write the copies that the journal lacks of instruments that come with the program."""
    for session in checks.without_copy(journal):
        with contextlib.suppress(ReflectError):  # the check that follows names what remains
            content = library.bundled_bytes(session.instrument)
            if instrument.digest(content) == session.digest:
                journal.save(session, content)


def _page(found: Sequence[Check], columns: int) -> list[Line]:
    lines: list[Line] = []
    for check in found:
        first, *rest = paragraph(check.found, columns, indent=2)
        lines += [line(_FINE if check.fine else _NOT_FINE, " ", *first.spans[1:]), *rest]
        if check.advice:
            lines += paragraph(check.advice, columns, indent=4)
    return lines
