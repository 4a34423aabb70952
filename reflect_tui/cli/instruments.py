"""`instruments`: which there are, what one asks, and whether a file that someone wrote is one."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

from reflect_tui.cli import json_out
from reflect_tui.cli.parser import UsageError
from reflect_tui.cli.request import Request, hand_over, page_width, print_json, print_lines, print_message, print_text
from reflect_tui.errors import EXIT_BAD_INPUT, EXIT_DONE, BadFileError, Fault, NotFoundError, ReflectError
from reflect_tui.forms.fields import target_text
from reflect_tui.i18n import _, current_language, ngettext
from reflect_tui.model import instrument, translation
from reflect_tui.model.instrument import Instrument, InstrumentFile
from reflect_tui.model.library import Entry, Library
from reflect_tui.model.shared_instrument import KEY
from reflect_tui.model.translation import Translation
from reflect_tui.toml import formats
from reflect_tui.toml.places import located
from reflect_tui.usecases.written_files import OutputFile
from reflect_tui.views.instrument_words import direction_sentences, marked_sentence, thresholds_text, word_sentences
from reflect_tui.views.lines import EMPTY, Line, hanging, heading, line, pad, paragraph, width

_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
_READABLE = 100  # columns: longer lines are hard to follow


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
    return content.id, content.version, content.title, counts_text(content), ", ".join(entry.languages), where


def counts_text(content: Instrument) -> str:
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
            said = [_("{file}: fine, {counts}").format(file=name, counts=counts_text(content))]
        checked.append({"path": name, "faults": faults})
        for text in () if request.options.json else said:
            print_text(text)
    if request.options.json:
        print_json({"files": checked})
    return EXIT_BAD_INPUT if any(one["faults"] for one in checked) else EXIT_DONE


def _check_against(request: Request, old: str) -> int:
    from reflect_tui.cli import own_instruments  # noqa: PLC0415 -- not to list instruments

    if len(request.options.files) > 1:
        raise UsageError(_("--against compares one file; {n} were given.").format(n=len(request.options.files)))
    return own_instruments.compare_versions(request, instrument.load(Path(request.options.files[0])), old)


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


def schema(request: Request) -> int:
    """Write the JSON Schema of an instrument file, or of a translation: what check asks of its shape."""
    shape = Translation if request.options.translation else InstrumentFile
    written = json.dumps({"$schema": _SCHEMA, **formats.schema(shape)}, indent=2)
    hand_over(request, [OutputFile(".json", f"{written}\n".encode())], _("Written: {path}."))
    return EXIT_DONE
