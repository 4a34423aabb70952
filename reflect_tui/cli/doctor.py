"""`doctor`: looks at a journal from all sides, says what it found in plain words, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from reflect_tui.cli import checks, output, turn
from reflect_tui.cli.finding import Check
from reflect_tui.cli.request import Request
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE
from reflect_tui.journal import Journal, repairing
from reflect_tui.pages.lines import Line, line, paragraph

_FINE, _NOT_FINE, _DONE = "✓", "!", "→"


def examine(request: Request) -> int:
    """Examine the journal; with --fix first put right what can be without losing anything."""
    journal = request.journal
    done = _fix(journal) if request.options.fix else []
    anew = Journal(journal.root, journal.state)  # one that remembers nothing of before
    found = list(checks.examine(anew, request.problem))
    if request.options.json:
        listed = [structs.asdict(check) for check in found]
        output.values({"journal": str(journal.root), "checks": listed, "done": done})
    else:
        output.lines(_page(found, done, output.columns()))
    return EXIT_DONE if all(check.fine for check in found) else EXIT_ATTENTION


def _fix(journal: Journal) -> list[str]:
    """Repair while no other program writes, and say what was done; of what is not there nothing is made."""
    if not journal.root.is_dir() and not journal.state.is_dir():
        return []
    with turn.take(journal):
        return list(repairing.repair(journal))


def _page(found: Sequence[Check], done: Sequence[str], columns: int) -> list[Line]:
    lines = [row for sentence in done for row in _marked(_DONE, sentence, columns)]
    for check in found:
        lines += _marked(_FINE if check.fine else _NOT_FINE, check.found, columns)
        if check.advice:
            lines += paragraph(check.advice, columns, indent=4)
    return lines


def _marked(sign: str, sentence: str, columns: int) -> list[Line]:
    first, *rest = paragraph(sentence, columns, indent=2)
    return [line(sign, " ", *first.spans[1:]), *rest]
