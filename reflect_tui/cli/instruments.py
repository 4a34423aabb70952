"""`instruments`: lists, shows, checks, makes, translates, adds, removes, imports and exports them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import to_builtins

from reflect_tui import paths
from reflect_tui.analysis.version_changes import VersionChanges, version_changes
from reflect_tui.cli import json_out, open_app
from reflect_tui.cli.parser import UsageError
from reflect_tui.cli.request import Request, hand_over, page_width, print_json, print_lines, print_message, print_text
from reflect_tui.errors import EXIT_BAD_INPUT, EXIT_DONE, EXIT_NO, BadFileError, Fault, NotFoundError, ReflectError
from reflect_tui.forms.fields import target_text
from reflect_tui.i18n import _, current_language, ngettext
from reflect_tui.interchange import FORMATS, TABLES, kinds
from reflect_tui.interchange.document import Document, NotScorableError, plain
from reflect_tui.model import instrument, translation
from reflect_tui.model.instrument import Instrument, InstrumentFile
from reflect_tui.model.instrument_changes import version_key
from reflect_tui.model.library import Entry, Library
from reflect_tui.model.shared_instrument import KEY
from reflect_tui.model.translation import Translation
from reflect_tui.toml import formats
from reflect_tui.toml.places import located
from reflect_tui.usecases import own_instruments
from reflect_tui.usecases.written_files import OutputFile
from reflect_tui.views.instrument_words import (
    direction_sentences,
    marked_sentence,
    rights_sentence,
    thresholds_text,
    word_sentences,
)
from reflect_tui.views.lines import EMPTY, Line, hanging, heading, line, pad, paragraph, width
from reflect_tui.views.version_sentences import doubt_sentence, render_changes, told_sentences

_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
_READABLE = 100  # columns: longer lines are hard to follow
_LARGEST = 20_000_000  # bytes: a form may hold pictures


def list_instruments(request: Request) -> int:
    """List the instruments that can be filled in, with where each comes from; name the files that can't be used."""
    found = request.journal.library.listing()
    if request.options.json:
        faulty = [{"path": str(file.path), "reason": file.reason} for file in found.faulty]
        print_json({"instruments": [_row(entry) for entry in found.entries], "faulty": faulty})
    else:
        named = [_columns(entry) for entry in found.entries]
        rooms = [max(width(text) for text in column) for column in zip(*named, strict=True)]
        for texts in named:
            print_text("  ".join(pad(text, room) for text, room in zip(texts, rooms, strict=True)).rstrip())
    for file in found.faulty:
        print_message(file.reason)
    return EXIT_BAD_INPUT if found.faulty else EXIT_DONE


def _row(entry: Entry) -> dict[str, object]:
    more = {"languages": list(entry.languages), "place": entry.place, "path": str(entry.path)}
    return json_out.instrument_row(entry.read(current_language())) | more


def _columns(entry: Entry) -> tuple[str, ...]:
    content = entry.read(current_language())
    places = {"program": _("comes with the program"), "user": _("your own"), "journal": _("copy in the journal")}
    where = places.get(entry.place, str(entry.path))
    return content.id, content.version, content.title, _counts(content), ", ".join(entry.languages), where


def _counts(content: Instrument) -> str:
    """Say how many domains and statements an instrument has."""
    domains = ngettext("{n} domain", "{n} domains", len(content.domains)).format(n=len(content.domains))
    items = ngettext("{n} statement", "{n} statements", len(content.items)).format(n=len(content.items))
    return f"{domains}, {items}"


def show(request: Request) -> int:
    """Show an instrument whole."""
    library = request.journal.library
    content = library.new(library.resolve(request.options.instrument))
    if request.options.json:
        print_json(json_out.whole_instrument(content))
    else:
        print_lines(list(page(content, min(page_width(), _READABLE))))
    return EXIT_DONE


def page(content: Instrument, columns: int) -> Iterator[Line]:
    """Show an instrument whole: whose words it is, its scale, and every statement with what explains it."""
    source = content.source
    yield line(f"{content.title}  ({content.id} {content.version})")
    whose = f"{source.publisher}, {source.document}. {source.rights}"
    for text in (whose, source.terms and f"{source.terms}.", _scale(content), content.instructions):
        yield from paragraph(text, columns) if text else ()
    for profile in content.profiles:
        aims = ((domain.label, profile.targets.get(domain.id)) for domain in content.domains)
        named = ", ".join(f"{name} {target_text(aim)}" for name, aim in aims if aim is not None)
        told = _("Targets for “{profile}” ({id}): {names}.")
        yield from paragraph(told.format(profile=profile.title, id=profile.id, names=named), columns)
    for number, domain in enumerate(content.domains, start=1):
        yield EMPTY
        if head := content.group_heads.get(domain.id):
            yield from (heading(head), EMPTY)
        optional = " " + _("(optional)") if domain.optional else ""
        yield line(f"{number}  {domain.title}{optional}")
        for place, item in enumerate(domain.items, start=1):
            yield from hanging(line(pad(f"{place}", 4, right=True), "  "), marked_sentence(content, item.id), columns)
            yield from paragraph(item.help, columns, "muted", indent=6) if item.help else ()
            for point, meaning in zip(content.scale.points, item.levels, strict=bool(item.levels)):
                yield from paragraph(f"{point.value} {meaning}", columns, "muted", indent=6)


def _scale(content: Instrument) -> str:
    scale = content.scale
    points = " · ".join(f"{point.value} {point.label}" for point in scale.points)
    text = _("Scale: {points}; a mean above {threshold} is high.")
    said = text.format(points=points, threshold=thresholds_text(content))
    return " ".join([said, *direction_sentences(content), *word_sentences(content)])


# `check` and `schema`: whether a file that someone wrote is an instrument, and what a new version does to the lines.


def check(request: Request) -> int:
    """Name every fault in the given files; of a new version also what it does to the lines of an older one."""
    if against := request.options.against:
        return _check_against(request, against)
    checked: list[dict[str, object]] = []
    for name in request.options.files:
        faults: list[dict[str, str]] = []
        try:
            content = _checked(Path(name), request.journal.library)
        except BadFileError as error:
            faults = [{"place": fault.place, "problem": fault.problem} for fault in error.faults]
            said = [f"{error.path}: {fault}" for fault in error.faults]
        except ReflectError as error:
            faults = [{"place": "", "problem": str(error)}]
            said = [f"{name}: {error}"]
        else:
            said = [_("{file}: fine, {counts}").format(file=name, counts=_counts(content))]
        checked.append({"path": name, "faults": faults})
        for text in () if request.options.json else said:
            print_text(text)
    if request.options.json:
        print_json({"files": checked})
    return EXIT_BAD_INPUT if any(one["faults"] for one in checked) else EXIT_DONE


def _checked(path: Path, library: Library) -> Instrument:
    """Read an instrument, a translation with the instrument it belongs to, or a file that was shared."""
    data = formats.read_bytes(path)
    document = formats.parse_document(data, path)
    owner = document.get("instrument")
    if KEY in document:
        entry, faulty = library.open(path)
        if faulty:
            raise ReflectError(faulty[0].reason)
        return entry.instrument
    with located(data):
        if owner is None:
            return instrument.parse(data, path)
        original = _original(path, owner, library)
        return translation.apply(original, translation.parse(data, path, original))


def _original(path: Path, owner: object, library: Library) -> Instrument:
    """Find the instrument of a translation: beside it, else among those that are known here."""
    if isinstance(owner, str) and owner and "/" not in owner:
        beside = path.with_name(f"{owner}.toml")
        if beside != path and beside.is_file():
            return instrument.load(beside)
        with contextlib.suppress(NotFoundError):
            return library.newest(owner).instrument
    problem = _("there is no instrument of this id, neither beside this file nor in the program")
    raise BadFileError(path, (Fault("instrument", problem),))


def _check_against(request: Request, old: str) -> int:
    """Say what a new version does to the lines of an older one; the code says whether there is something to look at.

    Raises:
        NotFoundError: there is no such file, and no such version here.
        ReflectError: it is a version of another instrument.
    """
    if len(request.options.files) > 1:
        raise UsageError(_("--against compares one file; {n} were given.").format(n=len(request.options.files)))
    new, older = instrument.load(Path(request.options.files[0])), _version(request, old)
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


def _version(request: Request, old: str) -> Instrument:
    """Read a file, or find a version such as small@1.0.0."""
    identifier, mark, version = old.partition("@")
    if not mark or old.endswith(".toml") or "/" in old:
        return instrument.load(paths.typed(old))
    for entry in request.journal.library.versions(identifier):
        if entry.instrument.version == version:
            return entry.instrument
    text = _("There is no version {version} of {id} here, and no copy of it in the journal.")
    raise NotFoundError(text.format(id=identifier, version=version))


def schema(request: Request) -> int:
    """Write the JSON Schema of an instrument file, or of a translation: what check asks of its shape."""
    shape = Translation if request.options.translation else InstrumentFile
    written = json.dumps({"$schema": _SCHEMA, **formats.schema(shape)}, indent=2)
    hand_over(request, [OutputFile(".json", f"{written}\n".encode())], _("Written: {path}."))
    return EXIT_DONE


# The instruments of the user's folder.


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
    _tell(request, own_instruments.add(request.journal.library, paths.typed(request.options.file)))
    return EXIT_DONE


def _tell(request: Request, added: own_instruments.Added) -> None:
    """Say what is there now, whose words they are, and how to fill it in."""
    content = added.entry.read(current_language())
    told = (_("Added: {title} ({id} {version}), {counts}, in {languages}.") if added.written
            else _("It is here already: {title} ({id} {version}), {counts}, in {languages}."))  # fmt: skip
    languages = ", ".join(added.entry.languages)
    about = {"title": content.title, "id": content.id, "version": content.version}
    print_text(told.format(counts=_counts(content), languages=languages, **about))
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


# Instruments in the formats of other programs.


def import_instrument(request: Request) -> int:
    """Read an instrument from a file of another program, and say what was assumed and what was left out."""
    path = paths.typed(request.options.file)
    data = formats.read_bytes(path, _LARGEST)
    try:
        imported = kinds.imported(data, path, _reader_beside(path), leave_out=request.options.leave_out)
    except BadFileError as error:
        print_message(_("Not imported: {file}").format(file=path))
        _list(map(str, error.faults))
        if isinstance(error, NotScorableError):
            print_message(_("To import the rest without these, add: --leave-out"))
        return EXIT_BAD_INPUT
    made = [OutputFile(".toml", formats.dumps(imported.document))]
    made += [OutputFile(f".{code}.toml", formats.dumps(words)) for code, words in imported.translations.items()]
    if request.options.output:
        written = _("Written: {path}. To fill it in: reflect-tui new --instrument {path}")
        hand_over(request, made, written)
    else:
        parts = {part.ending: part.data for part in made}
        _tell(request, own_instruments.add_made(request.journal.library, parts, path))
    if imported.assumed:
        print_message(_("Not in the file, so it was assumed; change it where it is wrong:"))
        _list(imported.assumed)
    if imported.left_out:
        print_message(_("Left out, because an instrument has no place for it:"))
        _list(imported.left_out)
    return EXIT_DONE


def _reader_beside(path: Path) -> kinds.ReadBeside:
    """Return what reads the files that a file names, by their paths from there."""

    def read(name: str) -> bytes:
        if "://" in name or name.startswith("/"):
            text = _(
                "{path} names {name}, which is not in its folder. Download it, and name it by its path from there."
            )
            raise ReflectError(text.format(path=path, name=name))
        return formats.read_bytes(path.parent / name)

    return read


def export_instrument(request: Request) -> int:
    """Write an instrument to share it, or in the format of another program, and say what that can't hold."""
    options = request.options
    form = options.format or _form(options.output, "csv" if options.template else "toml")
    if form == "toml" and options.instrument and not options.template:
        return _share(request)
    translations: list[Document] = []
    if options.template:
        if options.instrument or form not in TABLES:
            raise UsageError(
                _("A template is a spreadsheet of its own: --template --format {forms}, without an id.").format(
                    forms="|".join(TABLES)
                )
            )
        document = kinds.template()
    elif options.instrument:
        library = request.journal.library
        entry = library.newest(library.resolve(options.instrument))
        document = plain(entry.instrument)
        translations = [plain(words.instrument) for words in entry.translations.values()]
    else:
        raise UsageError(_("Which instrument? Give its id; see: reflect-tui instruments list"))
    exported = kinds.exported(document, form, translations)
    hand_over(request, [OutputFile(kinds.ENDINGS[form], exported.data)], _("Written: {path}."))
    if exported.lost:
        print_message(_("{format} can't hold, so it is not in the file:").format(format=kinds.NAMES[form]))
        _list(exported.lost)
    return EXIT_DONE


def _share(request: Request) -> int:
    """Write all of an instrument to one file, and say under what rights its words are."""
    library = request.journal.library
    entry = library.newest(library.resolve(request.options.instrument))
    made = [OutputFile(".toml", own_instruments.share(entry))]
    hand_over(request, made, _("Written: {path}."), name=f"{entry.instrument.id}.toml")
    print_message(rights_sentence(entry.instrument.source))
    return EXIT_DONE


def _form(output: str | None, usual: str) -> str:
    """Return the format that the name of a file asks for; the usual one for none."""
    ending = Path(output or "").suffix.lower()
    return next((form for form in FORMATS if kinds.ENDINGS[form] == ending), usual)


def _list(lines: Sequence[str] | map[str]) -> None:
    for text in lines:
        print_message(f"  {text}")
