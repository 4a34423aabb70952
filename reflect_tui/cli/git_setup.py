"""`git-setup` makes plain git show sessions as sentences; `textconv` is what git runs for that."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from reflect_tui import formats
from reflect_tui import session as sessions
from reflect_tui.cli import output, reference, turn
from reflect_tui.cli.output import PROGRAM
from reflect_tui.cli.request import Request
from reflect_tui.errors import EXIT_DONE, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.instrument import Instrument
from reflect_tui.journal import plain_git
from reflect_tui.library import Library
from reflect_tui.session import NOT_APPLICABLE, Session


def setup(request: Request) -> int:
    """Write the settings that make plain git read well in the journal, or take them away."""
    journal = request.journal
    if not journal.repository.exists():
        raise NotFoundError(_("{root} has no history yet.").format(root=journal.root))
    with turn.take(journal):
        if request.options.undo:
            plain_git.remove(journal.repository)
            output.text(_("Plain git shows session files as they are again."))
            return EXIT_DONE
        if shutil.which(PROGRAM) is None:
            text = _("git would not find {program}: put it on your PATH first, for example with pipx or uv tool.")
            raise ReflectError(text.format(program=PROGRAM))
        plain_git.write(journal.repository)
    output.text(
        _("From now on git diff and git log -p in {root} show sessions as sentences.").format(root=journal.root)
    )
    output.text(_("It is written in .git/config and .git/info/attributes. Undo: reflect-tui git-setup --undo"))
    return EXIT_DONE


def textconv(request: Request) -> int:
    """Print a session file as sentences; a file that is none is printed as it is, for git shows nothing else then."""
    path = Path(request.options.file)
    try:
        data = formats.read_bytes(path)
    except ReflectError as error:  # without any output git would show no diff at all
        output.text(str(error))
        return EXIT_DONE
    try:
        session = sessions.parse(data, path)
        if session.round:  # whether it was given in confidence is not known here
            output.text(str(reference.together(session.id)))
            return EXIT_DONE
        content = Library(Path.cwd()).find(session.instrument, session.version, session.digest)
    except ReflectError:
        for row in data.decode("utf-8", "replace").splitlines():
            output.text(row)
        return EXIT_DONE
    for row in _told(session, content):
        output.text(row)
    return EXIT_DONE


def _told(session: Session, content: Instrument) -> Iterator[str]:
    """Tell a session: a line an item, in the order of the instrument; git puts old and new one below the other."""
    from reflect_tui.pages.words import session_name  # noqa: PLC0415 -- wcwidth, not needed for another file

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
    return f"{score} {content.scale.label(score)}" if content.scale.allows(score) else str(score)
