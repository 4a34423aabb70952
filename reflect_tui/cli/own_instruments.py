"""`instruments new`, `edit`, `translate`, `add` and `remove`: the instruments of the user's folder.

And `check NEW --against OLD`: what a new version does to every line, before it is used.
"""

from __future__ import annotations

from msgspec import to_builtins

from reflect_tui import paths
from reflect_tui.analysis.version_changes import VersionChanges, version_changes
from reflect_tui.cli import open_app
from reflect_tui.cli.instruments import counts_text
from reflect_tui.cli.parser import UsageError
from reflect_tui.cli.request import Request, hand_over, page_width, print_json, print_lines, print_message, print_text
from reflect_tui.errors import EXIT_DONE, EXIT_NO, NotFoundError, ReflectError
from reflect_tui.i18n import _, current_language
from reflect_tui.model import instrument, translation
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.instrument_changes import version_key
from reflect_tui.model.library import Entry
from reflect_tui.usecases import own_instruments
from reflect_tui.usecases.written_files import OutputFile
from reflect_tui.views.instrument_words import rights_sentence
from reflect_tui.views.version_sentences import doubt_sentence, render_changes, told_sentences


def new(request: Request) -> int:
    """Open the app to make an instrument."""
    return _make(request, "")


def edit(request: Request) -> int:
    """Open the app to make a new version of an instrument."""
    return _make(request, own_instruments.editable(request.journal.library, request.options.instrument).instrument.id)


def _make(request: Request, identifier: str) -> int:
    output = request.options.output or ""
    open_app.require_terminal()
    return open_app.open_app(request.journal, request.settings, "instrument", instrument=identifier, output=output)


def translate(request: Request) -> int:
    """Open the app to translate an instrument, or write a file to do so with an editor."""
    options, library = request.options, request.journal.library
    found = own_instruments.translatable(library, library.resolve(options.instrument), options.language)
    if options.template:
        made = [OutputFile(".toml", translation.template(found.begun))]
        hand_over(request, made, _("Written: {path}. When it is done: reflect-tui instruments add {path}"))
        return EXIT_DONE
    if idle := [f"--{name}" for name in ("output", "force") if getattr(options, name)]:
        raise UsageError(_("{options} goes with --template.").format(options=", ".join(idle)))
    open_app.require_terminal()
    identifier, language = found.begun.content.id, options.language
    return open_app.open_app(request.journal, request.settings, "translation", instrument=identifier, language=language)


def add(request: Request) -> int:
    """Copy an instrument into the user's folder; say whose words they are, and under what rights."""
    tell(request, own_instruments.add(request.journal.library, paths.typed(request.options.file)))
    return EXIT_DONE


def tell(request: Request, added: own_instruments.Added) -> None:
    """Say what is there now, whose words they are, and how to fill it in."""
    content = added.entry.read(current_language())
    told = (_("Added: {title} ({id} {version}), {counts}, in {languages}.") if added.written
            else _("It is here already: {title} ({id} {version}), {counts}, in {languages}."))  # fmt: skip
    languages = ", ".join(added.entry.languages)
    about = {"title": content.title, "id": content.id, "version": content.version}
    print_text(told.format(counts=counts_text(content), languages=languages, **about))
    print_text(rights_sentence(content.source))
    for path in added.written:
        print_message(_("Written: {path}.").format(path=path))
    _tell_changes(request, added.entry)
    print_message(_("To fill it in: reflect-tui new --instrument {id}").format(id=content.id))


def _tell_changes(request: Request, entry: Entry) -> None:
    """Say in short what a new version does to the lines of one's own sessions, and how all of it is seen."""
    new = entry.instrument
    newest = next((session for session in request.journal.own() if session.instrument == new.id), None)
    if newest is None or version_key(newest.version) >= version_key(new.version):
        return
    changes = version_changes(request.journal.library.find(newest.instrument, newest.version, newest.digest), new)
    for sentence in told_sentences(changes):
        print_text(sentence)
    text = _("All that changes: reflect-tui instruments check {path} --against {id}@{version}")
    print_message(text.format(path=entry.path, id=new.id, version=newest.version))


def remove(request: Request) -> int:
    """Remove an instrument from the user's folder."""
    options = request.options
    for path in own_instruments.remove(request.journal.library, options.instrument, force=options.force):
        print_text(_("Removed: {path}").format(path=path))
    print_message(_("The journal keeps a copy only of what was answered, in its own language, without translations."))
    return EXIT_DONE


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
