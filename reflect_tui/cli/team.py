"""`share` for a member of a team, and `team` for its leader."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

from reflect_tui import clock, paths
from reflect_tui.analysis.team import COLUMNS
from reflect_tui.cli import session_ref
from reflect_tui.cli.open_app import chosen_instrument
from reflect_tui.cli.parser import UsageError
from reflect_tui.cli.request import (
    Request,
    acquire_lock,
    agrees,
    existing_refused,
    hand_over,
    on_terminal,
    page_width,
    print_bytes,
    print_json,
    print_lines,
    print_message,
    print_text,
    record,
    warn_of_repository,
)
from reflect_tui.errors import EXIT_DONE, EXIT_NO, ReflectError
from reflect_tui.i18n import _, ngettext
from reflect_tui.model.library import Entry
from reflect_tui.model.team import FEWEST, period_of
from reflect_tui.report import team as report_team
from reflect_tui.report.data import csv_bytes
from reflect_tui.store.team_engines import NoEngineError, open_engine
from reflect_tui.store.team_folder import TeamFolder
from reflect_tui.usecases import export, many_teams
from reflect_tui.usecases import team as usecases
from reflect_tui.usecases.team import PreparedShare
from reflect_tui.usecases.written_files import OutputFile
from reflect_tui.views.labels import period_name
from reflect_tui.views.team import render_team

# `share`: one session of one's own, as sums, for a team


def share(request: Request) -> int:
    """Show the whole file that leaves for the team, then note it in the journal and write it; or take it back."""
    options, journal = request.options, request.journal
    with acquire_lock(journal):
        prepared = _prepared(request)
        print_bytes(prepared.data)
        if options.output is None:
            print_message(_("Nothing was written: this is all that would be shared. To share it, add: --output FILE"))
            return EXIT_DONE
        if on_terminal(sys.stdin) and on_terminal(sys.stdout):
            print_message(_("This is all that is shared. Write it?"))
            if not agrees(_("y or n?")):
                print_message(_("Nothing was written."))
                return EXIT_NO
        _write(request, prepared)
        record(journal)
    return EXIT_DONE


def _prepared(request: Request) -> PreparedShare:
    options, journal = request.options, request.journal
    now = clock.SYSTEM.now()
    if options.withdraw:
        return usecases.prepare_withdrawal(journal, options.team, now)
    resolved = session_ref.find(journal, options.reference)
    return usecases.prepare_share(journal, resolved.instrument, resolved.session, options.team, now)


def _write(request: Request, prepared: PreparedShare) -> None:
    path = paths.typed(request.options.output)
    path = path / prepared.file_name if path.is_dir() else path
    with existing_refused(path):
        usecases.write_share(request.journal, prepared, path, replace=request.options.force)
    print_message(usecases.shared_sentence(prepared, path))


# `team`: what a leader sees


def team(request: Request) -> int:
    """Make a team, close one of its periods, or show it."""
    options = request.options
    if options.input:
        return _many(request)
    if options.folder[:1] == ["new"]:
        return _new(request)
    root, today = _folder(request), clock.SYSTEM.now().date()
    if options.instrument:
        renewed = usecases.renew_team(root, request.journal.library.newest(chosen_instrument(request)), today)
        text = _("The team goes on with version {version}. Files about an earlier version are left out from now on.")
        print_message(text.format(version=renewed.version))
    if options.close:
        closed = usecases.close_period(root, options.close, today)
        text = _("{period} is closed. Its figures don't change any more, and the shares of {n} people are destroyed.")
        print_message(text.format(period=period_name(closed.period).capitalize(), n=closed.took_part))
    page = usecases.team_page(root, today)
    if options.output:
        form = export.chosen_format(options.format, options.output, export.DOCUMENT_FORMATS)
        made = OutputFile(f".{form}", usecases.render_document(page, form))
        hand_over(request, [made], _("Written: {path}."), name=f"{page.team.team}.{form}")
    elif options.json:
        print_json(report_team.document(page))
    elif options.csv:
        print_bytes(csv_bytes(report_team.figures_table(page)))
    else:
        print_lines(render_team(page, page_width()))
    return EXIT_DONE


def _folder(request: Request) -> Path:
    """Return the folder of a team that is there.

    Raises:
        ReflectError: not one folder is named, or an option that is for a new team.
    """
    if len(request.options.folder) != 1:
        raise ReflectError(_("Name one folder."))
    if request.options.minimum is not None:
        text = _("A team that is there has its minimum already; --minimum is for a new one, or beside --input.")
        raise UsageError(text)
    return paths.typed(request.options.folder[0])


def _many(request: Request) -> int:
    """Compute the figures of many teams from files that others gathered; print them, or write them as Parquet."""
    options = request.options
    identifier = chosen_instrument(request)
    engine = open_engine(options.engine)
    try:
        source, current = paths.typed(options.input), period_of(clock.SYSTEM.now().date())
        planned = many_teams.figures_of(
            engine, source, request.journal.library.newest(identifier).instrument, _least(request), current
        )
        if options.output:
            path = paths.typed(options.output)
            if path.exists():
                raise ReflectError(_("{path} is in use; give a folder that is new or empty.").format(path=path))
            engine.write(planned.frame, path, ["period"])
            print_message(_("Written: {path}.").format(path=path))
        else:
            rows = sorted(engine.collect(planned.frame, COLUMNS))
            if options.json:
                print_json(report_team.many(rows))
            else:
                print_bytes(csv_bytes(report_team.many_table(rows)))
            if not rows and not planned.withheld:
                text = _("No figure can be told: each needs at least {n} people who all scored the domain.")
                print_message(text.format(n=_least(request)))
    finally:
        engine.close()
    for file in planned.refused:
        print_message(f"{file.name}: {file.reason}")
    if planned.withheld:
        text = ngettext(
            "{n} period of a team is not told: too few people, or too few differ from an earlier period.",
            "{n} periods of teams are not told: too few people, or too few differ from an earlier period.",
            planned.withheld,
        )
        print_message(text.format(n=planned.withheld))
    if planned.in_two_teams:
        text = ngettext(
            "{n} person is in two teams within a year. They count in neither there: else one team could be subtracted "
            "from the other.",
            "{n} people are in two teams within a year. They count in neither there: else one team could be subtracted "
            "from the other.",
            planned.in_two_teams,
        )
        print_message(text.format(n=planned.in_two_teams))
    return EXIT_DONE


def _least(request: Request) -> int:
    """Return the least number of people to a figure that was asked for.

    Raises:
        ReflectError: it is fewer than there may ever be.
    """
    asked: int | None = request.options.minimum
    minimum = FEWEST if asked is None else asked
    if minimum < FEWEST:
        raise ReflectError(_("A figure is over at least {n} people; a team can only ask for more.").format(n=FEWEST))
    return minimum


def _new(request: Request) -> int:
    options = request.options
    minimum = _least(request)
    entry = request.journal.library.newest(chosen_instrument(request))
    made = usecases.new_team(entry.instrument, _random_code(), minimum)
    root = paths.typed(options.folder[1] if len(options.folder) > 1 else f"team-{made.team}")
    TeamFolder(root).create(made, entry.data)
    warn_of_repository(root)
    if options.json:
        print_json({"team": made.team, "folder": str(root), "instrument": made.instrument, "minimum": made.minimum})
        return EXIT_DONE
    print_text(made.team)
    text = _("This is the code of the team. Give it to everyone: reflect-tui share --team {code} --output FILE")
    print_message(text.format(code=made.team))
    print_message(_("Put the files that you get into {path}.").format(path=root))
    return EXIT_DONE


def _random_code() -> str:
    """Make a code of letters and digits that nobody mistakes for another."""
    letters = [secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _place in range(8)]
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"


def write_demo(root: Path, entry: Entry) -> int:
    """Make the folder of a made-up team: two periods that are closed, and one that is open."""
    from reflect_tui.demo import team as demo_team  # noqa: PLC0415 -- only for the demo

    today = clock.SYSTEM.now().date()
    folder = TeamFolder(root)
    folder.create(usecases.new_team(entry.instrument, demo_team.TEAM, FEWEST), entry.data)
    made = demo_team.shares(entry.instrument, today)
    for number, each in enumerate(made):
        folder.add(f"{each.period}-{number % demo_team.PEOPLE + 1:02}.toml", each)
    try:
        for period in sorted({each.period for each in made})[:-1]:
            usecases.close_period(root, period, today)
    except NoEngineError as error:  # the shares are there all the same, to be closed later
        print_message(str(error))
    print_text(str(root))
    return EXIT_DONE
