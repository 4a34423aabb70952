"""Which commands, arguments and options may be typed after `reflect-tui`, with what each does."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from reflect_tui import __version__
from reflect_tui.cli.instrument_arguments import add_instruments
from reflect_tui.cli.parser import (
    LANGUAGES,
    Commands,
    Group,
    Parser,
    add_command,
    add_commands,
    add_json,
    add_options,
    add_output,
    add_plain,
    add_profile,
    add_reading,
    count,
    count_or_none,
    sentence,
)
from reflect_tui.cli.request import PROGRAM
from reflect_tui.i18n import _
from reflect_tui.model.session import ROLES, SEATED

FORMS = ("md", "html", "pdf")
DATA_FORMS = ("csv", "json", "xlsx", "fhir")
CSV_DIALECTS = ("rfc4180", "excel-nl")
SHAPES = ("long", "wide")
ENGINES = ("duckdb", "spark")
SHELLS = ("bash", "zsh", "fish", "tcsh")
AXES = ("domain", "focus", "item")
ORDERS = ("crossing", "size", "domain")


def build(instruments: Sequence[str] | None = None) -> Parser:
    """Make the whole parser; `instruments` are the ids to offer in completion."""
    folder, command = _("DIR"), _("COMMAND")
    parser = Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [--journal {folder}] [--lang {LANGUAGES}] [--version] [{command} ...]",
        description=_("Look at your own professional competences over time. Without a command, the app opens."),
        epilog=_epilog(),
    )
    parser.set_defaults(run="open_app:home", json=False)
    commands = add_commands(parser, PROGRAM)
    _filling(commands, instruments)
    _reading(commands)
    _comparison(commands)
    _goals_and_agenda(commands)
    _events_and_git(commands)
    _exports(commands)
    _imports(commands)
    _invitations(commands, instruments)
    _rounds(commands)
    _team(commands)
    add_instruments(commands, instruments)
    _sync(commands)
    _maintenance(commands)
    options = add_options(parser)
    options.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}", help=_("show the version"))
    return parser


def _epilog() -> str:
    return _(
        "REF, a session:\n"
        "  latest            your newest own session; latest~1 is the one before it\n"
        "  2026-11-23        the beginning of an id, as long as only one session has it\n"
        "  latest@1a2b3c4d   an earlier version of it, by the commit that history names\n"
        "  a/file.toml       a session file\n"
        "\n"
        "Examples:\n"
        "  reflect-tui new                       fill in a session\n"
        "  reflect-tui new --plain               the same, line by line\n"
        "  reflect-tui show latest               where you stand\n"
        "  reflect-tui diff latest~1 latest      what changed since the time before\n"
        "  reflect-tui trend --json > trend.json\n"
        "\n"
        "Exit codes: 0 done, 1 the answer is no, 2 wrong usage or bad input, 3 the journal needs attention."
    )


def _filling(commands: Commands[Parser], instruments: Sequence[str] | None) -> None:
    _words, options = add_command(commands, "new", "open_app:new", _("fill in a new session, at once"))
    about = _("the instrument, by its id or its file; see: reflect-tui instruments list")
    options.add_argument("--instrument", metavar=_("ID"), choices=instruments, help=about)
    about = _("who fills it in: {roles}").format(roles=", ".join(SEATED))
    options.add_argument("--role", choices=SEATED, metavar=_("ROLE"), default="self", help=about)
    about = _("the day of an old paper form that you type over, as 2023-11-14")
    options.add_argument("--date", metavar=_("DATE"), help=about)
    add_profile(options)
    add_plain(options)
    text = _("change a saved session line by line: a new version, with a reason")
    words, options = add_command(commands, "amend", "open_app:amend", text)
    _reference(words)
    options.add_argument("--reason", metavar=_("TEXT"), default="", help=_("why, in one line; else it is asked"))
    about = _("change only the day it was filled in, as 2026-11-23, after a clock was wrong; its id stays")
    options.add_argument("--date", metavar=_("DATE"), help=about)


def _reference(words: Group, **more: Any) -> None:
    words.add_argument("reference", metavar=_("REF"), help=_("a session, such as latest or latest~1"), **more)


def _reading(commands: Commands[Parser]) -> None:
    add_reading(add_command(commands, "list", "sessions:list_sessions", _("list all sessions, newest first"))[1])
    words, options = add_command(commands, "show", "sessions:show", _("show where you stand in one session"))
    _reference(words)
    add_profile(options)
    add_reading(options)
    words, options = add_command(commands, "diff", "sessions:diff", _("show what changed from one session to another"))
    about = _("two sessions; with one, it and the one before it; with none, the newest two of your own")
    words.add_argument("references", metavar=_("REF"), nargs="*", help=about)
    options.add_argument("--by", choices=AXES, help=_("what to compare by; else by domain"))
    options.add_argument("--sort", choices=ORDERS, help=_("what comes first; else a crossing of the threshold"))
    add_reading(options)
    text = _("follow every domain through all your own sessions")
    words, options = add_command(commands, "trend", "sessions:trend", text)
    words.add_argument("domain", metavar=_("DOMAIN"), nargs="?", help=_("the id of a domain: show only that one"))
    options.add_argument("--instrument", metavar=_("ID"), help=_("the instrument; else that of the newest session"))
    options.add_argument("--by", choices=AXES, help=_("only domains, focuses or statements"))
    options.add_argument("--last", metavar="N", type=count, default=0, help=_("only the newest N sessions"))
    add_profile(options)
    add_reading(options)
    words, options = add_command(commands, "history", "sessions:history", _("list the versions of one session"))
    _reference(words)
    add_reading(options)


def _comparison(commands: Commands[Parser]) -> None:
    text = _("compare with others")
    words, options = add_command(commands, "compare", "sessions:compare", text)
    about = _("a session of your own, such as latest or latest~1; else your newest")
    words.add_argument("reference", metavar=_("REF"), nargs="?", help=about)
    add_reading(options)


def _goals_and_agenda(commands: Commands[Parser]) -> None:
    _words, options = add_command(commands, "goals", "talk:list_goals", _("list your goals and what came of them"))
    options.add_argument(
        "--ics", metavar=_("FILE"), help=_("write them and what comes next to a calendar file instead; - prints it")
    )
    options.add_argument("--force", action="store_true", help=_("replace a file that is there"))
    add_json(options)
    words, options = add_command(commands, "agenda", "talk:show_agenda", _("show what to talk about, from one session"))
    _reference(words, nargs="?")
    add_json(options)
    text = _("have the talk about a session of your own, together at one screen, or line by line")
    words, options = add_command(commands, "talk", "open_app:talk", text)
    about = _("a session, such as latest or latest~1; without it, latest")
    words.add_argument("reference", metavar=_("REF"), nargs="?", default="latest", help=about)
    text = _("write what was agreed to a file instead, or with - print it")
    options.add_argument("--output", metavar=_("FILE"), help=text)
    options.add_argument("--format", choices=FORMS, metavar="|".join(FORMS), help=_("its form; else that of FILE"))
    options.add_argument("--notes", action="store_true", help=_("put the remarks of both in it too"))
    options.add_argument("--force", action="store_true", help=_("replace a file that is there"))
    add_reading(options)


def _events_and_git(commands: Commands[Parser]) -> None:
    text = _("list, add, remove or restore what may explain a change, such as a training")
    parser = commands.add_parser("events", help=text, description=sentence(text))
    parser.set_defaults(run="talk:list_events")
    add_json(add_options(parser, default=argparse.SUPPRESS))
    below = add_commands(parser, f"{PROGRAM} events")
    add_json(add_command(below, "list", "talk:list_events", _("list the events, oldest first"))[1])
    words, _more = add_command(below, "add", "talk:add_event", _("add an event"))
    words.add_argument("when", metavar=_("WHEN"), help=_("a month or a day: 2026-03 or 2026-03-12"))
    words.add_argument("label", metavar=_("WHAT"), nargs="+", help=_("what happened"))
    for name, text in (
        ("remove", _("remove an event; restore brings it back")),
        ("restore", _("bring back an event that was removed")),
    ):
        words, _more = add_command(below, name, f"talk:{name}_event", text)
        words.add_argument("event", metavar=_("ID"), help=_("its id"))
    _means(commands)
    text = _("let git diff and git log -p in the journal show sessions as sentences")
    _words, options = add_command(commands, "git-setup", "setup:git_setup", text)
    options.add_argument("--undo", action="store_true", help=_("take that away again"))
    text = _("print a session file as sentences; git runs this after git-setup")
    words, _more = add_command(commands, "textconv", "setup:textconv", text)
    words.add_argument("file", metavar=_("FILE"), help=_("a session file"))


def _means(commands: Commands[Parser]) -> None:
    text = _("list, correct, remove or restore means that are left of old years without their scores")
    parser = commands.add_parser("means", help=text, description=sentence(text))
    parser.set_defaults(run="old_means:list_means")
    add_json(add_options(parser, default=argparse.SUPPRESS))
    below = add_commands(parser, f"{PROGRAM} means")
    add_json(add_command(below, "list", "old_means:list_means", _("list them, newest first"))[1])
    words, options = add_command(below, "amend", "old_means:amend", _("correct the mean of one domain"))
    words.add_argument("means", metavar=_("ID"), help=_("their id, or its beginning, such as the day"))
    words.add_argument("domain", metavar=_("DOMAIN"), help=_("the id of the domain"))
    words.add_argument("mean", metavar=_("MEAN"), help=_("what it was on paper, such as 2.75"))
    options.add_argument("--reason", metavar=_("TEXT"), default="", help=_("why, in one line"))
    for name, text in (
        ("remove", _("remove the means of one day; restore brings them back")),
        ("restore", _("bring back means that were removed")),
    ):
        words, _more = add_command(below, name, f"old_means:{name}", text)
        about = _("their id, or its beginning, such as the day") if name == "remove" else _("their id")
        words.add_argument("means", metavar=_("ID"), help=about)


def _exports(commands: Commands[Parser]) -> None:
    words, options = add_command(commands, "report", "talk:report", _("make a document for an appraisal talk"))
    about = _("a session, such as latest or latest~1; without it, latest")
    words.add_argument("reference", metavar=_("REF"), nargs="?", default="latest", help=about)
    options.add_argument("--since", metavar=_("REF"), help=_("the session to compare with; else the one before"))
    options.add_argument("--format", choices=FORMS, metavar="|".join(FORMS), help=_("its form; else that of FILE"))
    options.add_argument("--name", metavar=_("NAME"), default="", help=_("your name, to stand in it"))
    options.add_argument("--notes", action="store_true", help=_("put notes and remark in it too"))
    add_profile(options)
    add_output(options)
    add_json(options)
    words, options = add_command(commands, "export", "talk:export_data", _("export all sessions"))
    options.add_argument(
        "--format", choices=DATA_FORMS, metavar="|".join(DATA_FORMS), help=_("its form; else that of FILE, or CSV")
    )
    options.add_argument("--session", metavar=_("REF"), help=_("only this session; with --format fhir"))
    about = _("one row per answer (long), or one row per session (wide)")
    options.add_argument("--shape", choices=SHAPES, metavar="|".join(SHAPES), help=about)
    about = _("how CSV is written; excel-nl has semicolons, decimal commas and a byte order mark")
    options.add_argument("--dialect", choices=CSV_DIALECTS, metavar="|".join(CSV_DIALECTS), help=about)
    about = _("export the comparison of a session with others instead; without REF, that of latest")
    options.add_argument("--compare", metavar=_("REF"), nargs="?", const="latest", help=about)
    options.add_argument("--notes", action="store_true", help=_("with notes and remarks"))
    about = _("a table to fill in with scores of past years, for import, and no sessions")
    options.add_argument("--template", action="store_true", help=about)
    about = _("the instrument of the template; see: reflect-tui instruments list")
    options.add_argument("--instrument", metavar=_("ID"), help=about)
    add_output(options)


def _imports(commands: Commands[Parser]) -> None:
    words, options = add_command(
        commands,
        "import",
        "importing:import_files",
        _("import sessions, past years from a spreadsheet, and answers of others"),
    )
    words.add_argument(
        "files",
        metavar=_("FILE"),
        nargs="+",
        help=_("such a file, a folder of them, an answer code, or - for pasted text, such as a whole mail"),
    )
    about = _("all scores of a spreadsheet are your own, whatever names stand beside them")
    options.add_argument("--own", action="store_true", help=about)
    options.add_argument("--dry-run", action="store_true", help=_("only say what would be done"))
    add_json(options)


def _invitations(commands: Commands[Parser], instruments: Sequence[str] | None) -> None:
    text = _("write a form with which someone else gives feedback")
    _words, options = add_command(commands, "invite", "feedback:invite", text)
    about = _("who will fill it in: {roles}; other is a colleague or client, where these are told together")
    about = about.format(roles=", ".join(ROLES[1:]))
    options.add_argument("--role", choices=ROLES[1:], metavar=_("ROLE"), required=True, help=about)
    about = _("the file to write, such as sanne.html")
    options.add_argument("--output", metavar=_("FILE"), required=True, help=about)
    about = _("the round it belongs to; else an open one that fits, or a new one")
    options.add_argument("--round", metavar=_("ID"), help=about)
    about = _("who it is for, in your own words; only you see it")
    options.add_argument("--label", metavar=_("TEXT"), default="", help=about)
    options.add_argument("--about", metavar=_("NAME"), help=_("your name as the form uses it"))
    about = _("how many statements to ask, or all, or the domains to ask")
    options.add_argument("--items", metavar=_("WHAT"), nargs="+", help=about)
    about = _("the instrument, by its id or its file; see: reflect-tui instruments list")
    options.add_argument("--instrument", metavar=_("ID"), choices=instruments, help=about)
    about = _("the language of the form, any that the statements are there in, such as de; else that of the program")
    options.add_argument("--form-lang", metavar=_("LANGUAGE"), help=about)
    about = _("answers come in only together, without name and time")
    options.add_argument("--confidential", action="store_true", help=about)
    about = _("someone else collects the files; implies --confidential")
    options.add_argument("--third-person", action="store_true", help=about)
    about = _("the last day, as 2026-12-14; else three weeks from now")
    options.add_argument("--closes", metavar=_("DATE"), help=about)
    options.add_argument("--paper", action="store_true", help=_("a form to print and fill in with a pen"))
    options.add_argument("--force", action="store_true", help=_("replace a file that is there"))


def _rounds(commands: Commands[Parser]) -> None:
    text = _("list the rounds of feedback and who has answered; close or withdraw one")
    parser = commands.add_parser("rounds", help=text, description=sentence(text))
    parser.set_defaults(run="feedback:list_rounds")
    below = add_commands(parser, f"{PROGRAM} rounds")
    for name, explanation in (
        ("close", _("close a round; of confidential answers only figures stay")),
        ("withdraw", _("withdraw a round, whose waiting answers are destroyed unread, or one invitation")),
        ("remind", _("print a text for those who have not answered")),
    ):
        words, options = add_command(below, name, f"feedback:{name}", explanation)
        words.add_argument("round", metavar=_("ID"), help=_("the id of the round, or its beginning"))
        if name == "withdraw":
            text = _("only the invitation of one person: their label, or their place in the list")
            options.add_argument("--person", metavar=_("LABEL"), help=text)
        if name == "close":
            text = _("destroy the answers of groups that are too small")
            options.add_argument("--leave-out", action="store_true", help=text)
            text = _("go on without answers that came in, but are not on this computer")
            options.add_argument("--without-missing", action="store_true", help=text)
            text = _("where one person answered twice: destroy the answers of that group, to import them again")
            options.add_argument("--import-again", action="store_true", help=text)
        if name == "remind":
            text = _("instead a letter to the third person who collects")
            options.add_argument("--collector", action="store_true", help=text)
    text = _("say which form is for whom, or write those of all who have not answered")
    words, options = add_command(below, "forms", "feedback:forms", text)
    words.add_argument("round", metavar=_("ID"), help=_("the id of the round, or its beginning"))
    options.add_argument("--output", metavar=_("DIR"), help=_("write them into this folder; else only list them"))
    about = _("only that of one person: their label, or their place in the list")
    options.add_argument("--person", metavar=_("LABEL"), help=about)
    options.add_argument("--paper", action="store_true", help=_("a form to print and fill in with a pen"))
    about = _("put your labels into the names of the files, where everyone who gets one can see them")
    options.add_argument("--labels", action="store_true", help=about)
    words, options = add_command(below, "type", "feedback:type_over", _("enter a paper form, one row per domain"))
    words.add_argument("round", metavar=_("ID"), help=_("the id of the round, or its beginning"))
    about = _("whose form it is: their label, or their place in the list")
    options.add_argument("--person", metavar=_("LABEL"), required=True, help=about)
    text = _("as the third person who collects: make one file of the figures of a round")
    words, options = add_command(below, "combine", "feedback:combine", text)
    words.add_argument("files", metavar=_("FILE"), nargs="+", help=_("an answer file, or a folder of them"))
    options.add_argument("--output", metavar=_("FILE"), required=True, help=_("the file to write"))
    text = _("make a second file from other answers, though the two together tell what one person said")
    options.add_argument("--again", action="store_true", help=text)
    add_json(add_options(parser, default=argparse.SUPPRESS))


def _team(commands: Commands[Parser]) -> None:
    text = _("share the sums of a session of your own with your team")
    words, options = add_command(commands, "share", "team:share", text)
    about = _("a session, such as latest or latest~1; without it, latest")
    words.add_argument("reference", metavar=_("REF"), nargs="?", default="latest", help=about)
    options.add_argument("--team", metavar=_("CODE"), required=True, help=_("the code that your team leader gave you"))
    about = _("the file to write; without it, only show what would be shared")
    options.add_argument("--output", metavar=_("FILE"), help=about)
    about = _("take back what you shared last, until the period is closed")
    options.add_argument("--withdraw", action="store_true", help=about)
    options.add_argument("--force", action="store_true", help=_("replace a file that is there"))
    text = _("as team leader: make a team (team new), or see how it is doing")
    words, options = add_command(commands, "team", "team:team", text)
    about = _("the folder with the files of the team; new, and a folder, makes one")
    words.add_argument("folder", metavar=_("DIR"), nargs="*", help=about)
    about = _("close a period, as 2026-Q4: its figures stay as they are, the shares are destroyed")
    options.add_argument("--close", metavar=_("PERIOD"), help=about)
    options.add_argument("--csv", action="store_true", help=_("print CSV, one row per figure"))
    about = _("the shares of many teams instead: a folder of them, or of Parquet")
    options.add_argument("--input", metavar=_("DIR"), help=about)
    about = _("what computes them")
    options.add_argument("--engine", choices=ENGINES, metavar="|".join(ENGINES), default=ENGINES[0], help=about)
    about = _("write a document to this file; of many teams, Parquet into this new folder")
    options.add_argument("--output", metavar=_("FILE"), help=about)
    options.add_argument("--format", choices=FORMS, metavar="|".join(FORMS), help=_("its form; else that of FILE"))
    options.add_argument("--force", action="store_true", help=_("replace a file that is there"))
    about = _("the instrument of a new team, or of many; of a team that is there, go on with its newest version")
    options.add_argument("--instrument", metavar=_("ID"), help=about)
    about = _("the least number of people to a figure of a new team; 5 or more")
    options.add_argument("--minimum", metavar="N", type=count_or_none, help=about)
    add_json(options)


def _sync(commands: Commands[Parser]) -> None:
    text = _("sync the journal with your other devices, through a git server or a folder")
    words, options = add_command(commands, "sync", "keeping:sync", text)
    about = _("an https or ssh address, or a folder on a stick or share; without it, that of the last time")
    words.add_argument("place", metavar=_("ADDRESS"), nargs="?", help=about)
    options.add_argument("--yes", action="store_true", help=_("agree beforehand that everything is sent there"))
    options.add_argument("--status", action="store_true", help=_("only say how far it is synced"))
    about = _("in a plain folder: let only a passphrase open the file of this device; it is kept nowhere")
    options.add_argument("--encrypt", action="store_true", help=about)
    about = _("keep one version of what was changed on two devices, by its number")
    options.add_argument("--keep", nargs=2, metavar=(_("ID"), "N"), help=about)
    options.add_argument("--verbose", action="store_true", help=_("show the git commands"))
    add_json(options)


def _maintenance(commands: Commands[Parser]) -> None:
    _words, options = add_command(commands, "doctor", "doctor:examine", _("check the journal"))
    options.add_argument("--fix", action="store_true", help=_("also put right what is safe to put right"))
    add_json(options)
    text = _("write the whole journal to one file: history, drafts, waiting answers, settings; and try to restore it")
    words, options = add_command(commands, "backup", "keeping:backup", text)
    words.add_argument("file", metavar=_("FILE"), help=_("the file to write"))
    options.add_argument(
        "--encrypt", action="store_true", help=_("ask for a passphrase, without which it can't be read")
    )
    options.add_argument("--force", action="store_true", help=_("replace a file that is there"))
    text = _("restore a backup; a journal that is there is joined with it, never written over")
    words, _more = add_command(commands, "restore", "keeping:restore", text)
    words.add_argument("file", metavar=_("FILE"), help=_("a file that backup wrote"))
    text = _("erase for good, from all versions: a session, a note, a round, one person's answer, or everything")
    words, options = add_command(commands, "erase", "keeping:erase", text)
    about = _("a session, such as latest, or the id of one that was removed")
    words.add_argument("reference", metavar=_("REF"), nargs="?", help=about)
    about = _("only the note on one statement of a session")
    options.add_argument("--note", nargs=2, metavar=(_("REF"), _("STATEMENT")), help=about)
    about = _("a round of feedback with all its answers: its id, or the beginning of it")
    options.add_argument("--round", metavar=_("ID"), help=about)
    about = _("with --round: only what one person was asked and gave; their label, or their place in the list")
    options.add_argument("--person", metavar=_("LABEL"), help=about)
    options.add_argument("--all", action="store_true", help=_("the whole journal, with drafts and waiting answers"))
    options.add_argument("--yes", action="store_true", help=_("do not ask again"))
    add_json(options)
    text = _("try everything on a made-up journal that is thrown away afterwards")
    _words, options = add_command(commands, "demo", "setup:demo", text)
    options.add_argument("--output", metavar=_("DIR"), help=_("only fill this new folder with it, and open nothing"))
    about = _("make the folder of a team of twelve made-up people, and open nothing")
    options.add_argument("--team", metavar=_("DIR"), help=about)
    text = _("print a completion script for your shell")
    words, _more = add_command(commands, "completion", "setup:completion", text)
    words.add_argument("shell", choices=SHELLS, metavar="|".join(SHELLS), help=_("the shell to complete in"))
    add_command(commands, "man", "setup:manual", _("print the manual page, to save and read with man"))
