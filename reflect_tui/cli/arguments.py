"""Which commands, arguments and options may be typed after `reflect-tui`, with what each does."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from reflect_tui import __version__
from reflect_tui.cli.parser import (
    LANGUAGES,
    Commands,
    Group,
    Parser,
    add,
    add_choice,
    add_command,
    add_commands,
    add_flag,
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
from reflect_tui.interchange import FORMATS
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
    _goals_and_agenda(commands)
    _events_and_git(commands)
    _exports(commands)
    _imports(commands)
    _invitations(commands, instruments)
    _rounds(commands)
    _team(commands)
    _instruments(commands, instruments)
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
    add(options, "--instrument", _("ID"), about, choices=instruments)
    about = _("who fills it in: {roles}").format(roles=", ".join(SEATED))
    add(options, "--role", _("ROLE"), about, choices=SEATED, default="self")
    add(options, "--date", _("DATE"), _("the day of an old paper form that you type over, as 2023-11-14"))
    add_profile(options)
    add_plain(options)
    text = _("change a saved session line by line: a new version, with a reason")
    words, options = add_command(commands, "amend", "open_app:amend", text)
    _reference(words)
    add(options, "--reason", _("TEXT"), _("why, in one line; else it is asked"), default="")
    about = _("change only the day it was filled in, as 2026-11-23, after a clock was wrong; its id stays")
    add(options, "--date", _("DATE"), about)


def _reference(words: Group, **more: Any) -> None:
    add(words, "reference", _("REF"), _("a session, such as latest or latest~1"), **more)


def _latest(words: Group) -> None:
    about = _("a session, such as latest or latest~1; without it, latest")
    add(words, "reference", _("REF"), about, nargs="?", default="latest")


def _reading(commands: Commands[Parser]) -> None:
    add_reading(add_command(commands, "list", "sessions:list_sessions", _("list all sessions, newest first"))[1])
    words, options = add_command(commands, "show", "sessions:show", _("show where you stand in one session"))
    _reference(words)
    add_profile(options)
    add_reading(options)
    words, options = add_command(commands, "diff", "sessions:diff", _("show what changed from one session to another"))
    about = _("two sessions; with one, it and the one before it; with none, the newest two of your own")
    add(words, "references", _("REF"), about, nargs="*")
    options.add_argument("--by", choices=AXES, help=_("what to compare by; else by domain"))
    options.add_argument("--sort", choices=ORDERS, help=_("what comes first; else a crossing of the threshold"))
    add_reading(options)
    text = _("follow every domain through all your own sessions")
    words, options = add_command(commands, "trend", "sessions:trend", text)
    add(words, "domain", _("DOMAIN"), _("the id of a domain: show only that one"), nargs="?")
    add(options, "--instrument", _("ID"), _("the instrument; else that of the newest session"))
    options.add_argument("--by", choices=AXES, help=_("only domains, focuses or statements"))
    add(options, "--last", "N", _("only the newest N sessions"), type=count, default=0)
    add_profile(options)
    add_reading(options)
    words, options = add_command(commands, "history", "sessions:history", _("list the versions of one session"))
    _reference(words)
    add_reading(options)
    words, options = add_command(commands, "compare", "sessions:compare", _("compare with others"))
    about = _("a session of your own, such as latest or latest~1; else your newest")
    add(words, "reference", _("REF"), about, nargs="?")
    add_reading(options)


def _goals_and_agenda(commands: Commands[Parser]) -> None:
    _words, options = add_command(commands, "goals", "documents:list_goals", _("list your goals and what came of them"))
    add(options, "--ics", _("FILE"), _("write them and what comes next to a calendar file instead; - prints it"))
    add_flag(options, "--force", _("replace a file that is there"))
    add_json(options)
    text = _("show what to talk about, from one session")
    words, options = add_command(commands, "agenda", "documents:show_agenda", text)
    _reference(words, nargs="?")
    add_json(options)
    text = _("have the talk about a session of your own, together at one screen, or line by line")
    words, options = add_command(commands, "talk", "open_app:talk", text)
    _latest(words)
    add(options, "--output", _("FILE"), _("write what was agreed to a file instead, or with - print it"))
    add_choice(options, "--format", FORMS, _("its form; else that of FILE"))
    add_flag(options, "--notes", _("put the remarks of both in it too"))
    add_flag(options, "--force", _("replace a file that is there"))
    add_reading(options)


def _events_and_git(commands: Commands[Parser]) -> None:
    text = _("list, add, remove or restore what may explain a change, such as a training")
    parser = commands.add_parser("events", help=text, description=sentence(text))
    parser.set_defaults(run="documents:list_events")
    add_json(add_options(parser, default=argparse.SUPPRESS))
    below = add_commands(parser, f"{PROGRAM} events")
    add_json(add_command(below, "list", "documents:list_events", _("list the events, oldest first"))[1])
    words, _more = add_command(below, "add", "documents:add_event", _("add an event"))
    add(words, "when", _("WHEN"), _("a month or a day: 2026-03 or 2026-03-12"))
    add(words, "label", _("WHAT"), _("what happened"), nargs="+")
    words, _more = add_command(below, "remove", "documents:remove_event", _("remove an event; restore brings it back"))
    add(words, "event", _("ID"), _("its id"))
    words, _more = add_command(below, "restore", "documents:restore_event", _("bring back an event that was removed"))
    add(words, "event", _("ID"), _("its id"))
    _means(commands)
    text = _("let git diff and git log -p in the journal show sessions as sentences")
    _words, options = add_command(commands, "git-setup", "setup:git_setup", text)
    add_flag(options, "--undo", _("take that away again"))
    text = _("print a session file as sentences; git runs this after git-setup")
    words, _more = add_command(commands, "textconv", "setup:textconv", text)
    add(words, "file", _("FILE"), _("a session file"))


def _means(commands: Commands[Parser]) -> None:
    text = _("list, correct, remove or restore means that are left of old years without their scores")
    parser = commands.add_parser("means", help=text, description=sentence(text))
    parser.set_defaults(run="documents:list_means")
    add_json(add_options(parser, default=argparse.SUPPRESS))
    below = add_commands(parser, f"{PROGRAM} means")
    add_json(add_command(below, "list", "documents:list_means", _("list them, newest first"))[1])
    words, options = add_command(below, "amend", "documents:amend_means", _("correct the mean of one domain"))
    add(words, "means", _("ID"), _("their id, or its beginning, such as the day"))
    add(words, "domain", _("DOMAIN"), _("the id of the domain"))
    add(words, "mean", _("MEAN"), _("what it was on paper, such as 2.75"))
    add(options, "--reason", _("TEXT"), _("why, in one line"), default="")
    text = _("remove the means of one day; restore brings them back")
    words, _more = add_command(below, "remove", "documents:remove_means", text)
    add(words, "means", _("ID"), _("their id, or its beginning, such as the day"))
    words, _more = add_command(below, "restore", "documents:restore_means", _("bring back means that were removed"))
    add(words, "means", _("ID"), _("their id"))


def _exports(commands: Commands[Parser]) -> None:
    words, options = add_command(commands, "report", "export:report", _("make a document for an appraisal talk"))
    _latest(words)
    add(options, "--since", _("REF"), _("the session to compare with; else the one before"))
    add_choice(options, "--format", FORMS, _("its form; else that of FILE"))
    add(options, "--name", _("NAME"), _("your name, to stand in it"), default="")
    add_flag(options, "--notes", _("put notes and remark in it too"))
    add_profile(options)
    add_output(options)
    add_json(options)
    words, options = add_command(commands, "export", "export:export_data", _("export all sessions"))
    add_choice(options, "--format", DATA_FORMS, _("its form; else that of FILE, or CSV"))
    add(options, "--session", _("REF"), _("only this session; with --format fhir"))
    add_choice(options, "--shape", SHAPES, _("one row per answer (long), or one row per session (wide)"))
    about = _("how CSV is written; excel-nl has semicolons, decimal commas and a byte order mark")
    add_choice(options, "--dialect", CSV_DIALECTS, about)
    about = _("export the comparison of a session with others instead; without REF, that of latest")
    add(options, "--compare", _("REF"), about, nargs="?", const="latest")
    add_flag(options, "--notes", _("with notes and remarks"))
    add_flag(options, "--template", _("a table to fill in with scores of past years, for import, and no sessions"))
    add(options, "--instrument", _("ID"), _("the instrument of the template; see: reflect-tui instruments list"))
    add_output(options)


def _imports(commands: Commands[Parser]) -> None:
    text = _("import sessions, past years from a spreadsheet, and answers of others")
    words, options = add_command(commands, "import", "importing:import_files", text)
    about = _("such a file, a folder of them, an answer code, or - for pasted text, such as a whole mail")
    add(words, "files", _("FILE"), about, nargs="+")
    add_flag(options, "--own", _("all scores of a spreadsheet are your own, whatever names stand beside them"))
    add_flag(options, "--dry-run", _("only say what would be done"))
    add_json(options)


def _invitations(commands: Commands[Parser], instruments: Sequence[str] | None) -> None:
    text = _("write a form with which someone else gives feedback")
    _words, options = add_command(commands, "invite", "feedback:invite", text)
    about = _("who will fill it in: {roles}; other is a colleague or client, where these are told together")
    add(options, "--role", _("ROLE"), about.format(roles=", ".join(ROLES[1:])), choices=ROLES[1:], required=True)
    add(options, "--output", _("FILE"), _("the file to write, such as sanne.html"), required=True)
    add(options, "--round", _("ID"), _("the round it belongs to; else an open one that fits, or a new one"))
    add(options, "--label", _("TEXT"), _("who it is for, in your own words; only you see it"), default="")
    add(options, "--about", _("NAME"), _("your name as the form uses it"))
    add(options, "--items", _("WHAT"), _("how many statements to ask, or all, or the domains to ask"), nargs="+")
    about = _("the instrument, by its id or its file; see: reflect-tui instruments list")
    add(options, "--instrument", _("ID"), about, choices=instruments)
    about = _("the language of the form, any that the statements are there in, such as de; else that of the program")
    add(options, "--form-lang", _("LANGUAGE"), about)
    add_flag(options, "--confidential", _("answers come in only together, without name and time"))
    add_flag(options, "--third-person", _("someone else collects the files; implies --confidential"))
    add(options, "--closes", _("DATE"), _("the last day, as 2026-12-14; else three weeks from now"))
    add_flag(options, "--paper", _("a form to print and fill in with a pen"))
    add_flag(options, "--force", _("replace a file that is there"))


def _round(words: Group) -> None:
    add(words, "round", _("ID"), _("the id of the round, or its beginning"))


def _rounds(commands: Commands[Parser]) -> None:
    text = _("list the rounds of feedback and who has answered; close or withdraw one")
    parser = commands.add_parser("rounds", help=text, description=sentence(text))
    parser.set_defaults(run="feedback:list_rounds")
    below = add_commands(parser, f"{PROGRAM} rounds")
    text = _("close a round; of confidential answers only figures stay")
    words, options = add_command(below, "close", "feedback:close", text)
    _round(words)
    add_flag(options, "--leave-out", _("destroy the answers of groups that are too small"))
    add_flag(options, "--without-missing", _("go on without answers that came in, but are not on this computer"))
    text = _("where one person answered twice: destroy the answers of that group, to import them again")
    add_flag(options, "--import-again", text)
    text = _("withdraw a round, whose waiting answers are destroyed unread, or one invitation")
    words, options = add_command(below, "withdraw", "feedback:withdraw", text)
    _round(words)
    text = _("only the invitation of one person: their label, or their place in the list")
    add(options, "--person", _("LABEL"), text)
    text = _("print a text for those who have not answered")
    words, options = add_command(below, "remind", "feedback:remind", text)
    _round(words)
    add_flag(options, "--collector", _("instead a letter to the third person who collects"))
    text = _("say which form is for whom, or write those of all who have not answered")
    words, options = add_command(below, "forms", "feedback:forms", text)
    _round(words)
    add(options, "--output", _("DIR"), _("write them into this folder; else only list them"))
    add(options, "--person", _("LABEL"), _("only that of one person: their label, or their place in the list"))
    add_flag(options, "--paper", _("a form to print and fill in with a pen"))
    about = _("put your labels into the names of the files, where everyone who gets one can see them")
    add_flag(options, "--labels", about)
    words, options = add_command(below, "type", "feedback:type_over", _("enter a paper form, one row per domain"))
    _round(words)
    add(options, "--person", _("LABEL"), _("whose form it is: their label, or their place in the list"), required=True)
    text = _("as the third person who collects: make one file of the figures of a round")
    words, options = add_command(below, "combine", "feedback:combine", text)
    add(words, "files", _("FILE"), _("an answer file, or a folder of them"), nargs="+")
    add(options, "--output", _("FILE"), _("the file to write"), required=True)
    text = _("make a second file from other answers, though the two together tell what one person said")
    add_flag(options, "--again", text)
    add_json(add_options(parser, default=argparse.SUPPRESS))


def _team(commands: Commands[Parser]) -> None:
    text = _("share the sums of a session of your own with your team")
    words, options = add_command(commands, "share", "team:share", text)
    _latest(words)
    add(options, "--team", _("CODE"), _("the code that your team leader gave you"), required=True)
    add(options, "--output", _("FILE"), _("the file to write; without it, only show what would be shared"))
    add_flag(options, "--withdraw", _("take back what you shared last, until the period is closed"))
    add_flag(options, "--force", _("replace a file that is there"))
    text = _("as team leader: make a team (team new), or see how it is doing")
    words, options = add_command(commands, "team", "team:team", text)
    add(words, "folder", _("DIR"), _("the folder with the files of the team; new, and a folder, makes one"), nargs="*")
    about = _("close a period, as 2026-Q4: its figures stay as they are, the shares are destroyed")
    add(options, "--close", _("PERIOD"), about)
    add_flag(options, "--csv", _("print CSV, one row per figure"))
    add(options, "--input", _("DIR"), _("the shares of many teams instead: a folder of them, or of Parquet"))
    add_choice(options, "--engine", ENGINES, _("what computes them"), default=ENGINES[0])
    add(options, "--output", _("FILE"), _("write a document to this file; of many teams, Parquet into this new folder"))
    add_choice(options, "--format", FORMS, _("its form; else that of FILE"))
    add_flag(options, "--force", _("replace a file that is there"))
    about = _("the instrument of a new team, or of many; of a team that is there, go on with its newest version")
    add(options, "--instrument", _("ID"), about)
    about = _("the least number of people to a figure of a new team; 5 or more")
    add(options, "--minimum", "N", about, type=count_or_none)
    add_json(options)


def _sync(commands: Commands[Parser]) -> None:
    text = _("sync the journal with your other devices, through a git server or a folder")
    words, options = add_command(commands, "sync", "keeping:sync", text)
    about = _("an https or ssh address, or a folder on a stick or share; without it, that of the last time")
    add(words, "place", _("ADDRESS"), about, nargs="?")
    add_flag(options, "--yes", _("agree beforehand that everything is sent there"))
    about = _("agree beforehand that what you erased on another device is erased here too, and the other way round")
    add_flag(options, "--erase", about)
    add_flag(options, "--status", _("only say how far it is synced"))
    about = _("in a plain folder: let only a passphrase open the file of this device; it is kept nowhere")
    add_flag(options, "--encrypt", about)
    about = _("keep one version of what was changed on two devices; --status says what to type for each")
    add(options, "--keep", (_("REF"), _("VERSION")), about, nargs=2)
    add_flag(options, "--verbose", _("show the git commands, and long lists whole"))
    add_json(options)


def _maintenance(commands: Commands[Parser]) -> None:
    _words, options = add_command(commands, "doctor", "doctor:examine", _("check the journal"))
    add_flag(options, "--fix", _("also put right what is safe to put right"))
    add_json(options)
    text = _("write the whole journal to one file: history, drafts, waiting answers, settings; and try to restore it")
    words, options = add_command(commands, "backup", "keeping:backup", text)
    add(words, "file", _("FILE"), _("the file to write"))
    add_flag(options, "--encrypt", _("ask for a passphrase, without which it can't be read"))
    add_flag(options, "--force", _("replace a file that is there"))
    text = _("restore a backup; a journal that is there is joined with it, never written over")
    words, options = add_command(commands, "restore", "keeping:restore", text)
    add(words, "file", _("FILE"), _("a file that backup wrote"))
    add_flag(options, "--erase", _("agree beforehand that what was erased in the backup is erased here too"))
    add_json(options)
    text = _("erase for good, from all versions: a session, a note, a round, one person's answer, or everything")
    words, options = add_command(commands, "erase", "keeping:erase", text)
    add(words, "reference", _("REF"), _("a session, such as latest, or the id of one that was removed"), nargs="?")
    add(options, "--note", (_("REF"), _("STATEMENT")), _("only the note on one statement of a session"), nargs=2)
    add(options, "--round", _("ID"), _("a round of feedback with all its answers: its id, or the beginning of it"))
    about = _("with --round: only what one person was asked and gave; their label, or their place in the list")
    add(options, "--person", _("LABEL"), about)
    add_flag(options, "--all", _("the whole journal, with drafts and waiting answers"))
    add_flag(options, "--yes", _("do not ask again"))
    add_json(options)
    text = _("try everything on a made-up journal that is thrown away afterwards")
    _words, options = add_command(commands, "demo", "setup:demo", text)
    add(options, "--output", _("DIR"), _("only fill this new folder with it, and open nothing"))
    add(options, "--team", _("DIR"), _("make the folder of a team of twelve made-up people, and open nothing"))
    text = _("print a completion script for your shell")
    words, _more = add_command(commands, "completion", "setup:completion", text)
    add_choice(words, "shell", SHELLS, _("the shell to complete in"))
    add_command(commands, "man", "setup:manual", _("print the manual page, to save and read with man"))


def _instruments(commands: Commands[Parser], instruments: Sequence[str] | None) -> None:
    text = _("list, show, check, make, add, remove or exchange instruments")
    parser = commands.add_parser("instruments", help=text, description=sentence(text))
    below = add_commands(parser, f"{PROGRAM} instruments", required=True)
    add_json(add_command(below, "list", "instruments:list_instruments", _("list the instruments there are"))[1])
    words, options = add_command(below, "show", "instruments:show", _("show all statements of an instrument"))
    add(words, "instrument", _("ID"), _("its id"), choices=instruments)
    add_json(options)
    text = _("add an instrument, or a translation, to your own: an instrument file, or one that somebody shared")
    words, _more = add_command(below, "add", "instruments:add", text)
    add(words, "file", _("FILE"), _("a TOML file"))
    _words, options = add_command(below, "new", "instruments:new", _("make an instrument in the app"))
    about = _("the file to save it in; else it becomes one of your own instruments")
    add(options, "--output", _("FILE"), about)
    text = _("make a new version of an instrument of your own in the app")
    words, options = add_command(below, "edit", "instruments:edit", text)
    add(words, "instrument", _("ID"), _("its id"))
    add(options, "--output", _("FILE"), about)
    text = _("translate an instrument in the app, or write a file to do so with an editor")
    words, options = add_command(below, "translate", "instruments:translate", text)
    add(words, "instrument", _("ID"), _("its id"))
    add(words, "language", _("LANGUAGE"), _("into which language, in two letters"))
    about = _("a file with every original as a remark above its translation; it is added with instruments add")
    add_flag(options, "--template", about)
    add_output(options)
    text = _("remove an instrument of your own, with its translations and licence")
    words, options = add_command(below, "remove", "instruments:remove", text)
    add(words, "instrument", _("ID"), _("its id, or such as small@1.0.0 for one version"))
    add_flag(options, "--force", _("remove it also where the journal has no copy of it"))
    words, options = add_command(below, "check", "instruments:check", _("check instruments and translations you wrote"))
    add(words, "files", _("FILE"), _("a TOML file"), nargs="+")
    about = _("say what a new version does to the lines of an older one: a file, or such as small@1.0.0")
    add(options, "--against", _("OLD"), about)
    add_json(options)
    text = _("print the JSON Schema of an instrument file, by which an editor completes and checks it")
    _words, options = add_command(below, "schema", "instruments:schema", text)
    add_flag(options, "--translation", _("that of a translation file"))
    add_output(options)
    _other_formats(below, instruments)
    add_options(parser, default=argparse.SUPPRESS)


def _other_formats(commands: Commands[Parser], instruments: Sequence[str] | None) -> None:
    text = _("make an instrument of a file of another program, and say what it can't hold")
    words, options = add_command(commands, "import", "instruments:import_instrument", text)
    add(words, "file", _("FILE"), _("a spreadsheet, an XLSForm, FHIR as JSON, or a ReproSchema activity"))
    about = _("take the rest of a file that also asks for free text, or has skip logic or computed fields")
    add_flag(options, "--leave-out", about)
    about = _("the file to write, or - to print it; without it, it is added to your own instruments")
    add(options, "--output", _("FILE"), about)
    add_flag(options, "--force", _("replace a file that is there"))
    text = _("write an instrument to one file to share, or in the format of another program")
    words, options = add_command(commands, "export", "instruments:export_instrument", text)
    add(words, "instrument", _("ID"), _("its id"), nargs="?", choices=instruments)
    about = _("its format; else that of FILE, or toml: all of it, with translations, licence and source")
    add_choice(options, "--format", ("toml", *FORMATS), about)
    add_flag(options, "--template", _("a spreadsheet to write an instrument of your own in, for import"))
    add_output(options)
