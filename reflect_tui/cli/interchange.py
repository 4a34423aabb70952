"""instruments import and export: instruments in the formats of other programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from reflect_tui import paths
from reflect_tui.cli import session_ref
from reflect_tui.cli.own_instruments import tell
from reflect_tui.cli.parser import UsageError, idle_beside
from reflect_tui.cli.request import Request, hand_over, print_message, report_faulty
from reflect_tui.errors import EXIT_BAD_INPUT, EXIT_DONE, BadFileError, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.interchange import FORMATS, TABLES, kinds
from reflect_tui.interchange.document import Document, NotScorableError, plain
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.store.journal import Journal
from reflect_tui.store.scan import sound
from reflect_tui.toml import formats
from reflect_tui.usecases import own_instruments
from reflect_tui.usecases.written_files import OutputFile
from reflect_tui.views.instrument_words import rights_sentence

_LARGEST = 20_000_000  # bytes: a form may hold pictures


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
        tell(request, own_instruments.add_made(request.journal.library, parts, path))
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


def export_sessions(request: Request) -> int:
    """Write one session, or all with the instruments they are about, as FHIR has answers."""
    from reflect_tui.interchange import fhir  # noqa: PLC0415 -- only for these

    options, journal = request.options, request.journal
    idle = [f"--{name}" for name in ("compare", "template", "shape", "dialect", "notes") if getattr(options, name)]
    if idle:
        raise idle_beside(", ".join(idle), "--format fhir")
    entries = journal.entries()
    if options.session:
        resolved = session_ref.find(journal, options.session)
        data = fhir.as_json(fhir.response(resolved.session, _own_words(journal, resolved.session)))
    else:
        data = fhir.bundle(_answered(journal, sound(reversed(entries))))
    written = _("Written: {path}. Who answered is in it as a role only, without notes and remarks.")
    hand_over(request, [OutputFile(".json", data)], written)
    return report_faulty(journal, [] if options.session else [entry for entry in entries if not entry.is_sound])


def _own_words(journal: Journal, session: Session) -> Instrument:
    """Return the instrument that a session was answered on, in the language of its own file."""
    return journal.library.entry(session.instrument, session.version, session.digest).instrument


def _answered(journal: Journal, sessions: Iterable[Session]) -> Iterator[tuple[Session, Instrument]]:
    """Go through sessions with their instruments; one of which that is gone is named, and left out."""
    for session in sessions:
        try:
            yield session, _own_words(journal, session)
        except NotFoundError as error:
            print_message(_("{id} is not in the file: {reason}").format(id=session.id, reason=error))


def _list(lines: Sequence[str] | map[str]) -> None:
    for text in lines:
        print_message(f"  {text}")
