"""`doctor`: examines git, the settings, the folders and the journal; prints findings and advice, repairs with --fix."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import structs

from reflect_tui import paths, system
from reflect_tui.cli import doctor_checks, doctor_copies, doctor_history
from reflect_tui.cli.doctor_checks import Check, by_doctor, fine, problem
from reflect_tui.cli.request import (
    PROGRAM,
    Request,
    acquire_lock,
    own_program,
    page_width,
    print_json,
    print_lines,
    take_along,
)
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE, NotFoundError, ReflectError
from reflect_tui.git import textconv
from reflect_tui.git.problems import ObstacleError
from reflect_tui.git.run import find_git, find_program
from reflect_tui.i18n import _, ngettext
from reflect_tui.store import erasing, repair
from reflect_tui.store.base import IDENTITY, JournalFile
from reflect_tui.store.closing import uncounted
from reflect_tui.store.journal import Journal
from reflect_tui.toml import formats
from reflect_tui.views.lines import Line, line, paragraph
from reflect_tui.views.rounds import uncounted_sentence


def examine_all(journal: Journal, fault: ReflectError | None) -> Iterator[Check]:
    """Look at everything; of a journal that isn't there yet there is little to see.

    `fault` is what is wrong with the settings.
    """
    yield _git(journal)
    yield from _passed_over(journal)
    yield _settings(fault)
    yield from doctor_copies.remainders_of_backups(journal)
    if erasing.is_unfinished(journal):  # all that is missing now is what is being erased
        advice = _("Finish it with: reflect-tui doctor --fix")
        yield problem("erase", _("An erasure is not finished."), advice)
        return
    if journal.root.is_dir():
        yield from _folders(journal)
        yield from _identity(journal)
        yield from _contents(journal)
    else:
        yield fine("folder", _("There is no journal in {path} yet.").format(path=journal.root))
    yield from doctor_checks.state(journal)
    yield from doctor_copies.state_elsewhere(journal)
    yield from doctor_checks.drafts(journal)
    yield from _typed_forms(journal)
    yield doctor_copies.backups(journal)
    yield from doctor_copies.syncs(journal)


def _typed_forms(journal: Journal) -> Iterator[Check]:
    """Count the forms that were not done, and name those that can't be read."""
    if count := len(journal.typed.all()):
        text = ngettext(
            "What you typed in {n} window is not saved yet; it is there when you open that again.",
            "What you typed in {n} windows is not saved yet; it is there when you open them again.",
            count,
        )
        yield fine("drafts", text.format(n=count))
    for error in journal.typed.faulty():
        advice = _("What was typed there can't be gone on with. Move the file aside when you don't need it.")
        yield problem("drafts", f"{error}.", advice)


def _contents(journal: Journal) -> Iterator[Check]:
    yield from doctor_checks.folders(journal)
    yield from doctor_copies.cut_off(journal)
    yield from doctor_copies.several_versions(journal)
    try:
        journal.session_files()
    except ReflectError as error:  # without the sessions nothing can be said of the history either
        advice = _(
            "Nothing can be said of the sessions before that. Give yourself the right to read it, then look again."
        )
        yield problem("sessions", str(error), advice)
        return
    yield from doctor_checks.sessions(journal)
    yield from doctor_checks.dates(journal)
    yield from doctor_checks.documents(journal)
    yield from doctor_checks.goals(journal)
    yield from doctor_checks.rounds(journal)
    yield from doctor_history.history(journal)
    yield from _plain_git(journal)
    yield from doctor_checks.instruments(journal)


def _git(journal: Journal) -> Check:
    try:
        version = journal.repository.git.version()
    except ObstacleError as error:
        return problem("git", str(error))
    finding = _("The program git is there and new enough: {version}.").format(version=version)
    return fine("git", finding)


def _passed_over(journal: Journal) -> Iterator[Check]:
    """Name the programs that are called git and not run, since others may have put them there."""
    for program in find_git(journal.root).passed_over:
        finding = _("{path} is passed over: others may have put that program there.").format(path=program)
        advice = _(
            "Its folder stands in PATH without its whole path, may be changed by other users or a group, or holds "
            "your journal. Take it out of PATH: other programs may still run what is in it."
        )
        yield problem("git", finding, advice)


def _plain_git(journal: Journal) -> Iterator[Check]:
    """Name a program that plain git would run in this journal under our name, and that git-setup never wrote.

    And one that git-setup wrote, and that git would not find.
    """
    repository = journal.repository
    try:
        if not repository.exists() or not (written := textconv.written(repository)):
            return
        foreign = textconv.foreign(repository, filter(None, (PROGRAM, own_program())))
    except ObstacleError:
        return  # the history says so
    if other := textconv.other_program(foreign):
        is_there = _("it is there") if Path(other).exists() else _("it is gone")
        finding = _("git-setup was run by another installation of this program, {path} ({is_there}).")
        advice = _("Write it again for this one: reflect-tui git-setup. Or take it away: reflect-tui git-setup --undo")
        yield problem("git-setup", finding.format(path=other, is_there=is_there), advice)
    elif foreign:
        finding = _("The journal tells plain git to run something under our name that is not ours: {settings}.")
        told = ", ".join(f"{name} = {value}" for name, value in foreign.items())
        advice = _(
            "This program never runs it; git diff and git log -p would. Take it away: reflect-tui git-setup --undo"
        )
        yield problem("git-setup", finding.format(settings=told), advice)
    elif textconv.OUTDATED in written.values():
        finding = _(
            "An earlier version wrote what git-setup writes: git log -p stops where {program} is not on the PATH."
        )
        yield problem("git-setup", finding.format(program=PROGRAM), _("Write it again: reflect-tui git-setup"))
    elif textconv.settings(PROGRAM).items() <= written.items() and (finding := _by_name_only(journal)):
        command = f"{shlex.quote(own_program() or PROGRAM)} git-setup"
        yield problem("git-setup", finding, _("Write where it is: {command}").format(command=command))


def _by_name_only(journal: Journal) -> str:
    """Say what git would run, or not find, by our name alone; "" when it finds a program that is safe."""
    search = find_program(PROGRAM, journal.root)
    if search.passed_over:
        text = _("git log -p would run {path}; others may have put that program there.")
        return text.format(path=search.passed_over[0])
    text = _("git does not find {program} on the PATH, so it shows session files as they are.")
    return "" if search.program else text.format(program=PROGRAM)


def _settings(fault: ReflectError | None) -> Check:
    path = paths.settings_file()
    if fault:
        advice = _(
            "Repair it, or move it aside: without it everything is as it was at first, the journal's folder too."
        )
        return problem("settings", str(fault), advice)
    if path.exists():
        return fine("settings", _("The settings in {path} can be read.").format(path=path))
    return fine("settings", _("There are no settings of your own."))


def _folders(journal: Journal) -> Iterator[Check]:
    if not system.is_mine(journal.root.stat()):
        advice = _("Make it yours, or choose another folder with --journal.")
        finding = _("{path} belongs to another user.").format(path=journal.root)
        yield problem("folder", finding, advice)
    for folder in (wide := repair.open_to_others(journal)):
        finding = _("Other users of this computer can look into {path}.").format(path=folder)
        yield problem("folder", finding, by_doctor(f"chmod 700 {shlex.quote(str(folder))}"))
    if journal.root not in wide:
        finding = _("The journal is in {path}; only you can look into it.").format(path=journal.root)
        yield fine("folder", finding)


def _identity(journal: Journal) -> Iterator[Check]:
    path = journal.root / IDENTITY
    try:
        formats.parse(formats.read_bytes(path), JournalFile, path)
    except NotFoundError:  # else it is written with the next session
        try:
            journal.identity.check()
        except ObstacleError as error:
            yield problem("folder", str(error))
    except ReflectError as error:
        advice = _("Bring back an earlier version of it, or move it aside: the next session writes a new one.")
        if repair.is_newer(journal):
            advice = _("Install the newer reflect-tui; until then this one reads the journal and writes nothing in it.")
        yield problem("identity", str(error), advice)


_FINE, _NOT_FINE, _DONE = "✓", "!", "→"


def examine(request: Request) -> int:
    """Examine the journal; with --fix first put right what can be without losing anything."""
    journal = request.journal
    done = _fix(journal) if request.options.fix else []
    anew = Journal(journal.root, journal.state)  # one that remembers nothing of before, but a git that hung
    anew.repository.git.rest_like(journal.repository.git)
    with anew.repository.git.act():
        checks = list(examine_all(anew, request.problem))
    if request.options.json:
        listed = [structs.asdict(check) for check in checks]
        print_json({"journal": str(journal.root), "checks": listed, "done": done})
    else:
        print_lines(_page(checks, done, page_width()))
    return EXIT_DONE if all(check.fine for check in checks) else EXIT_ATTENTION


def _fix(journal: Journal) -> list[str]:
    """Repair while no other program writes, and say what was done; of what is not there nothing is made."""
    if not journal.root.is_dir() and not journal.state.is_dir():
        return []
    came = take_along(journal)
    with acquire_lock(journal, settles=False):
        lost = [f"{uncounted_sentence(found)}." for found in uncounted(journal)]
        return [*came, *repair.repair(journal), *lost]


def _page(checks: Sequence[Check], done: Sequence[str], columns: int) -> list[Line]:
    lines = [row for sentence in done for row in _marked(_DONE, sentence, columns)]
    for check in checks:
        lines += _marked(_FINE if check.fine else _NOT_FINE, check.found, columns)
        if check.advice:
            lines += paragraph(check.advice, columns, indent=4)
    return lines


def _marked(sign: str, sentence: str, columns: int) -> list[Line]:
    first, *rest = paragraph(sentence, columns, indent=2)
    return [line(sign, " ", *first.spans[1:]), *rest]
