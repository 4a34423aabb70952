"""`instruments check NEW --against OLD`: what a new version of an instrument does to every line, before it is used."""

from __future__ import annotations

from msgspec import to_builtins

from reflect_tui import paths
from reflect_tui.analysis.version_changes import VersionChanges, version_changes
from reflect_tui.cli.request import Request, page_width, print_json, print_lines
from reflect_tui.errors import EXIT_DONE, EXIT_NO, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model import instrument
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.instrument_changes import version_key
from reflect_tui.views.version_sentences import doubt_sentence, render_changes, told_sentences


def compare_versions(request: Request, new: Instrument, old: str) -> int:
    """Say what a new version does to the lines of an older one; the code says whether there is something to look at.

    Raises:
        NotFoundError: there is no such file, and no such version here.
        ReflectError: it is a version of another instrument.
    """
    older = _find(request, old)
    if older.id != new.id:
        text = _("{old} is of the instrument {older}, not of {newer}: there is nothing to compare.")
        raise ReflectError(text.format(old=old, older=older.id, newer=new.id))
    if version_key(new.version) < version_key(older.version):
        text = _("{new} is an earlier version than {old}: give the new file a higher version.")
        raise ReflectError(text.format(new=new.version, old=older.version))
    changes = version_changes(older, new)
    if request.options.json:
        print_json(_as_json(changes))
    else:
        print_lines(render_changes(changes, page_width()))
    return EXIT_DONE if changes.is_sound else EXIT_NO


def _as_json(changes: VersionChanges) -> dict[str, object]:
    """The same as data, with the sentences that say what no entry tells."""
    doubts = {change: doubt_sentence(changes, change) for change in changes.doubts}
    return {
        "id": changes.newer.id,
        "older": changes.older.version,
        "newer": changes.newer.version,
        "sound": changes.is_sound,
        "summary": told_sentences(changes),
        "scale_break": changes.scale_break,
        "values": {str(old): new for old, new in (changes.values or {}).items()},
        "domains": to_builtins(changes.domains),
        "statements": [
            {**to_builtins(change), "goes_on": change.goes_on, "doubt": doubts.get(change, "")}
            for change in changes.statements
        ],
    }


def _find(request: Request, old: str) -> Instrument:
    """Read a file, or find a version such as small@1.0.0."""
    identifier, mark, version = old.partition("@")
    if not mark or old.endswith(".toml") or "/" in old:
        return instrument.load(paths.typed(old))
    for entry in request.journal.library.versions(identifier):
        if entry.instrument.version == version:
            return entry.instrument
    text = _("There is no version {version} of {id} here, and no copy of it in the journal.")
    raise NotFoundError(text.format(id=identifier, version=version))
