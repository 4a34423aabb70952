"""One table of actions: what can be done on each screen, by which keys, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, structs

from reflect_tui.i18n import mark


class Action(Struct, frozen=True):
    """One thing a key does: Textual's action, its default keys, a word for the bottom line and a sentence for help.

    `footer` orders the bottom line, 0 leaves an action out of it. `safe` tells how what it takes away comes back:
    by undo, or because it asks first; an action without it takes nothing away.
    """

    name: str
    keys: str
    label: str
    help: str
    footer: int = 0
    safe: Literal["", "undo", "asks"] = ""


ERASE = Action("erase", "E", mark("erase"), mark("Erase it for good, with every version"), 12, "asks")

EXPORT = Action("export", "x", mark("export"), mark("Make a document for the talk, or data of all sessions"), 8)

TALK = Action("talk", "w", mark("talk"), mark("Have the talk: one point at a time, together at one screen"), 7)

VERSIONS = Action("versions", "V", mark("versions"), mark("See what changed between versions of the instrument"))

HOME = (
    Action("new", "n", mark("new"), mark("Begin a new session"), 1),
    Action("open", "enter", mark("open"), mark("Open the session, or go on with the draft"), 2),
    Action("mark", "space", mark("mark"), mark("Mark the session for a comparison"), 6),
    Action("diff", "d", mark("diff"), mark("Compare the two marked sessions, or your newest two"), 3),
    Action("trends", "t", mark("trends"), mark("See every domain over time"), 4),
    Action("compare", "c", mark("compare"), mark("Compare with others")),
    Action("history", "h", mark("history"), mark("See the versions of the session in history"), 5),
    Action("goals", "g", mark("goals"), mark("See your goals; make, edit or close one"), 8),
    Action("agenda", "v", mark("agenda"), mark("Prepare the talk: strengths first, then what to talk about")),
    structs.replace(TALK, footer=0),
    EXPORT,
    Action("rounds", "o", mark("others"), mark("Ask others for feedback; see who has answered"), 9),
    Action("import", "i", mark("import"), mark("Import answers, sessions, or past years from a spreadsheet")),
    Action("filter", "slash", mark("filter"), mark("Show only the sessions with these words"), 7),
    Action("delete", "delete", mark("remove"), mark("Remove the session; undo brings it back"), safe="asks"),
    Action("undo", "u", mark("undo"), mark("Bring back the session removed last")),
    Action("removed", "r", mark("removed"), mark("See the removed sessions and bring one back")),
    Action("sync", "S", mark("sync"), mark("Sync with your other devices; choose between two versions")),
    VERSIONS,
    Action("make", "I", mark("new instrument"), mark("Make an instrument of your own")),
    Action("team", "T", mark("team"), mark("As team leader: see how the team is doing")),
)

FILTER = (
    Action("keep_filter", "enter", mark("to the list"), mark("Return to the list, filtered"), 1),
    Action("back", "escape", mark("show all"), mark("Clear the filter"), 2),
)
"""What the keys do while a filter is typed; they are those of the field, and are not rebound."""

MOVES = (
    Action("move(-1)", "up,k", mark("up"), mark("Move up")),
    Action("move(1)", "down,j", mark("down"), mark("Move down")),
    Action("page(-1)", "pageup", mark("page up"), mark("Move up a page")),
    Action("page(1)", "pagedown", mark("page down"), mark("Move down a page")),
    Action("edge(-1)", "home", mark("top"), mark("Move to the top")),
    Action("edge(1)", "end", mark("end"), mark("Move to the end")),
)

UNDO = Action("undo", "u", mark("undo"), mark("Undo what you did last"), 7, "undo")
REDO = Action("redo", "ctrl+r", mark("redo"), mark("Redo what you undid"), safe="undo")

ASSESSING = (
    *(
        Action(
            f"score({digit})",
            str(digit) if digit < 10 else "t",  # noqa: PLR2004 -- ten, and "tien"
            mark("score"),
            mark("Score it and go to the next statement"),
            digit == 1,
            "undo",
        )
        for digit in range(1, 11)
    ),
    Action("not_applicable", "0,minus", mark("n/a"), mark("Not applicable, or cannot judge"), safe="undo"),
    Action("clear", "x", mark("clear"), mark("Clear the answer"), safe="undo"),
    Action("back_one", "backspace", mark("one back"), mark("Go back one statement"), 3),
    Action(
        "domain(-1)", "left_square_bracket", mark("domain"), mark("Go to the start of the domain, or the one before")
    ),
    Action("domain(1)", "right_square_bracket", mark("domain"), mark("Go to the next domain"), 9),
    Action("gap(1)", "n", mark("next open"), mark("Go to the next open statement"), 4),
    Action("gap(-1)", "N", mark("previous open"), mark("Go to the previous open statement")),
    Action("note", "e", mark("note"), mark("Write a note to the statement"), 5),
    Action("example", "E", mark("example"), mark("Write an example to the statement scored last")),
    Action("row", "r", mark("row"), mark("Type the scores of this domain in one row, as from a paper form")),
    UNDO,
    REDO,
    Action("previous", "p", mark("last time"), mark("Show or hide the previous scores"), 8),
    Action("find", "slash", mark("find"), mark("Find a statement by a word, its number or id"), 10),
    Action("order", "o", mark("one by one"), mark("Show one statement at a time, or the list"), 11),
    Action("review", "f", mark("finish"), mark("Review and finish"), 6),
)

REVIEW = (
    Action("finish", "enter", mark("finish"), mark("Finish: save the session and see the results"), 1),
    Action("go", "g", mark("go there"), mark("Go to the statement at the cursor, to answer it or look again"), 3),
    Action("gap(1)", "n", mark("next open"), mark("Go to the next open statement"), 2),
    Action("note", "e", mark("remark"), mark("Write a remark about the whole session"), 4),
    UNDO,
    REDO,
)

NOTE = (
    Action("keep", "escape,ctrl+s", mark("done"), mark("Keep the text and return"), 1),
    Action("editor", "ctrl+e", mark("own editor"), mark("Go on in your own editor ($VISUAL or $EDITOR)"), 2),
    Action("undo", "ctrl+u", mark("undo"), mark("Undo what you wrote last"), 3, "undo"),
    Action("redo", "ctrl+r,ctrl+y", mark("redo"), mark("Redo what you undid"), 4, "undo"),
)

GOAL = Action("goal", "g", mark("goal"), mark("Make a goal from the domain or statement at the cursor"), 6)

AXIS = Action("axis", "s", mark("domain/focus"), mark("Add up per domain, or per attitude, knowledge and skill"), 8)

VIEW = Action("axis", "s", mark("view"), mark("View by domain, by attitude, knowledge and skill, or by statement"), 2)

RESULTS = (
    AXIS,
    Action("diff", "d", mark("diff"), mark("Compare with the previous session"), 1),
    Action("trends", "t", mark("trends"), mark("See every domain over time"), 3),
    Action("table", "T", mark("table"), mark("Show the figures as a table, or as charts")),
    VERSIONS,
    Action("amend", "a", mark("amend"), mark("Change the session: a new version, with the reason"), 9),
    Action("compare", "c", mark("compare"), mark("Compare with others"), 8),
    Action("history", "h", mark("history"), mark("See the versions of the session in history"), 10),
    Action("agenda", "v", mark("agenda"), mark("Prepare the talk: strengths first, then what to talk about"), 5),
    TALK,
    GOAL,
    EXPORT,
)

GOALS = (
    Action("new", "n", mark("new"), mark("Make a goal"), 1),
    Action("open", "enter", mark("look back"), mark("Say what came of the goal: reached, partly, not yet, dropped"), 2),
    Action("edit", "e", mark("edit"), mark("Change the goal"), 3),
    Action("undo", "u", mark("undo"), mark("Undo your last change to a goal"), 4),
    Action("calendar", "x", mark("calendar"), mark("Write goals and what comes next to a calendar file (.ics)"), 5),
    Action("delete", "delete", mark("remove"), mark("Remove the goal; undo brings it back"), safe="asks"),
)

ROUNDS = (
    Action("new", "n", mark("new"), mark("Make a round of feedback"), 1),
    Action("forms", "x", mark("forms"), mark("Write the forms of those who have not answered"), 2),
    Action("add", "a", mark("ask more"), mark("Add a person to the round, and write their form"), 3),
    Action("import", "i", mark("import"), mark("Import answers, sessions, or past years from a spreadsheet"), 2),
    Action("paper", "y", mark("paper form"), mark("Enter a paper form, one row of digits per domain"), 6),
    Action("remind", "m", mark("remind"), mark("Show a text for those who have not answered, to copy"), 5),
    Action("close", "f", mark("close"), mark("Close the round; of confidential answers only figures stay"), 4, "asks"),
    Action("withdraw", "delete", mark("withdraw"), mark("Withdraw the round, or one invitation"), safe="asks"),
    ERASE,
)

IMPORT = (
    Action("take", "enter", mark("import them"), mark("Import what can be imported; the rest is left out"), 1),
    Action("combine", "m", mark("combine"), mark("As collector: make the one file of figures for whoever asked"), 2),
)

HAND_OVER = (Action("open", "enter", mark("go on"), mark("Go on, as the owner of the journal"), 1),)

AGENDA = (
    Action("note", "e", mark("remark"), mark("Write a remark to the point"), 2),
    Action("drop", "space", mark("drop"), mark("Drop the point, or restore it"), 2, "undo"),
    Action("shift(-1)", "K,shift+up", mark("move up"), mark("Move the point up"), 3, "undo"),
    Action("shift(1)", "J,shift+down", mark("move down"), mark("Move the point down"), 3, "undo"),
    Action("new", "n", mark("add"), mark("Add a point of your own"), 9),
    Action("undo", "u", mark("undo"), mark("Undo what you did last"), 10),
    Action("renew", "r", mark("renew"), mark("Look for points anew; your own and your remarks stay"), 1, "undo"),
    Action("goal", "g", mark("goal"), mark("Make a goal from the domain of the point"), 7),
    structs.replace(TALK, footer=4),
    EXPORT,
)

TALKING = (
    Action("step(1)", "right,enter", mark("next"), mark("Go to the next page of the talk"), 1),
    Action("step(-1)", "left", mark("previous"), mark("Go to the page before"), 8),
    Action("note", "e", mark("remark"), mark("Write the remark of the professional"), 3),
    Action("leader", "l", mark("team leader"), mark("Write the remark of the team leader"), 4),
    Action("goal", "g", mark("goal"), mark("Agree on a goal: first step, who helps, by when"), 5),
    Action("new", "n", mark("add"), mark("Add a point that came up"), 6),
    Action("date", "d", mark("next talk"), mark("Set the date of the next talk"), 3),
    Action("sign", "f", mark("sign"), mark("Sign what was agreed, with both names"), 2),
    Action("amend", "a", mark("amend"), mark("Change a signed talk: a new version, with the reason"), 2),
    UNDO,
    EXPORT,
)

TRENDS = (
    Action("open", "enter", mark("enlarge"), mark("Enlarge the chosen panel, or make it small again"), 1),
    Action("walk(-1)", "left", mark("earlier"), mark("Go to the previous session"), 9),
    Action("walk(1)", "right", mark("later"), mark("Go to the next session"), 10),
    Action("table", "T", mark("table"), mark("Show the figures as a table, or as charts"), 3),
    Action("window", "l", mark("last"), mark("Follow all sessions, the last twelve or the last six"), 4),
    Action("others", "o", mark("others"), mark("Show or hide what others said"), 5),
    Action("zoom", "z", mark("zoom"), mark("Show the whole scale, or the part of it that your means take up"), 6),
    Action("events", "m", mark("events"), mark("Say what happened meanwhile and when, such as a training"), 7),
    Action("means", "M", mark("old means"), mark("See, correct or remove means that are left of old years"), 8),
    VERSIONS,
    GOAL,
    EXPORT,
    VIEW,
)

DIFF = (
    Action("fold", "space", mark("unchanged"), mark("Show or hide what stayed the same"), 1),
    VIEW,
    Action("order", "o", mark("order"), mark("Sort by the threshold crossed, by size, or as in the instrument"), 3),
    Action("swap", "w", mark("swap"), mark("Swap the two sessions"), 9),
    GOAL,
    EXPORT,
)

COMPARE = (
    Action("open", "enter", mark("statements"), mark("See the statements of the domain, or all domains again"), 1),
    Action("axis", "s", mark("domain/focus/statement"), mark("Compare by domain, focus or statement"), 2),
    Action("order", "o", mark("order"), mark("Order by gap, by its size, or as in the instrument"), 4),
    Action("fields", "f", mark("four fields"), mark("See the four fields: strengths, blind spots, attention"), 3),
    Action("comments", "m", mark("comments"), mark("Read what others wrote, by domain"), 5),
    Action("discuss", "w", mark("discuss"), mark("Walk through the differences, with a note to each"), 6),
    Action("table", "T", mark("table"), mark("Show the figures as a table, or as charts")),
    Action("agenda", "v", mark("agenda"), mark("Prepare the talk: strengths first, then what to talk about")),
    Action("export", "x", mark("export"), mark("Make a file of this comparison, or a document for the talk"), 8),
)

DISCUSS = (
    Action("step(1)", "right,enter", mark("next"), mark("Go to the next difference"), 1),
    Action("step(-1)", "left", mark("previous"), mark("Go to the previous difference"), 4),
    Action("note", "e", mark("note"), mark("Write a note to the difference; it is kept with the agenda"), 2),
    Action("mark", "space", mark("mark"), mark("Put the difference on the agenda, or take it off"), 3, "undo"),
    Action("undo", "u", mark("undo"), mark("Undo what you did last"), 5),
    Action("agenda", "v", mark("agenda"), mark("Prepare the talk: strengths first, then what to talk about")),
)

BRING_BACK = mark("bring back")

HISTORY = (
    Action("open", "enter", mark("show"), mark("See the results of this version"), 1),
    Action("diff", "d", mark("diff"), mark("Compare the version with the previous one"), 2),
    Action("diff_newest", "D", mark("diff with newest"), mark("Compare the version with the newest one"), 4),
    Action("bring_back", "b", BRING_BACK, mark("Bring the version back, as a new one"), 3, "asks"),
    ERASE,
)

REMOVED = (Action("open", "b,enter", BRING_BACK, mark("Bring the session back"), 1), ERASE)

EVENTS = (
    Action("new", "n", mark("new"), mark("Add an event"), 1),
    Action("delete", "delete", mark("remove"), mark("Remove the event; undo brings it back"), 2, "undo"),
    Action("undo", "u", mark("undo"), mark("Bring back the event removed last, or undo the one just added"), 3),
)

MEANS = (
    Action("amend", "a", mark("amend"), mark("Correct a mean: a new version"), 1),
    Action("delete", "delete", mark("remove"), mark("Remove the means of this day; undo brings them back"), 2, "undo"),
    Action("undo", "u", mark("undo"), mark("Undo the last change"), 3),
)

TEAM = (
    Action("close", "f", mark("close a period"), mark("Close a period; its shares are destroyed"), 1, "asks"),
    structs.replace(EXPORT, help=mark("Make a document about the team"), footer=2),
)

UNREADABLE = (
    Action("edit", "e", mark("edit"), mark("Open the file in your editor"), 1),
    Action("bring_back", "b", BRING_BACK, mark("Bring back the last good version in history"), 2, "asks"),
)

SETTINGS = (
    Action("open", "enter,space", mark("adjust"), mark("Set the next value, or type one"), 1),
    Action("turn(-1)", "left", mark("previous value"), mark("Set the previous value"), 3),
    Action("turn(1)", "right", mark("next value"), mark("Set the next value"), 4),
    Action("edit", "e", mark("edit"), mark("Open settings.toml in your editor"), 2),
)

MAKING = (
    Action("open", "enter", mark("change line"), mark("Change the line at the cursor"), 2),
    Action("add", "a", mark("add statements"), mark("Add statements below the line, typed or pasted as a list"), 1),
    Action("domain", "d", mark("add domain"), mark("Add a domain, then its statements"), 3),
    Action("save", "f", mark("save"), mark("Save it, once no line has a fault"), 4),
    Action("view", "tab", mark("other view"), mark("Show it as it will be filled in, or as the form asks others"), 5),
    Action("other", "o", mark("for others"), mark("Write the statement as others are asked it"), 6),
    Action("more", "m", mark("more"), mark("Write lead, axis, help, levels, or the bands of a domain"), 11),
    Action("point", "p", mark("point"), mark("Add a point above the highest of the scale")),
    Action("turn", "r", mark("reversed"), mark("Count a statement the other way round; of the scale: lower is better")),
    Action("shift(-1)", "K,shift+up", mark("move up"), mark("Move the line up"), 8, "undo"),
    Action("shift(1)", "J,shift+down", mark("move down"), mark("Move the line down"), 9, "undo"),
    Action("delete", "delete", mark("remove"), mark("Remove the line; undo brings it back"), 10, "undo"),
    UNDO,
    REDO,
    Action("editor", "ctrl+e", mark("own editor"), mark("Go on in your own editor ($VISUAL or $EDITOR)")),
    Action("discard", "X", mark("discard"), mark("Discard what is not saved"), safe="asks"),
)

TRANSLATING = (
    Action("open", "enter", mark("translate"), mark("Write the translation; enter goes on to the next missing one"), 1),
    Action("missing", "n", mark("next missing"), mark("Go to the next text that is still to be translated"), 2),
    Action("save", "f", mark("save"), mark("Save it, once nothing is missing"), 3),
    *(action for action in MAKING if action.name in ("undo", "redo", "editor", "discard")),
)

MAKING_TYPED = (
    Action("keep_line", "enter", mark("keep"), mark("Keep the line; while adding, go on to the next one"), 1),
    Action("back", "escape", mark("done"), mark("Keep the line and return to the list"), 2),
)
"""What the keys do while a line is typed; they are those of the field, and are not rebound."""

LOCK = Action(
    "app.lock", "ctrl+l", mark("blank"), mark("Blank the screen and the scrollback; any key shows the screen again"), 97
)

EVERYWHERE = (
    Action("back", "escape", mark("back"), mark("Back to the previous screen"), 90),
    Action("keys", "question_mark", mark("all keys"), mark("Show all keys of this screen"), 99),
    Action("app.settings", "comma", mark("settings"), mark("Change the settings")),
    Action("app.command_palette", "ctrl+p", mark("palette"), mark("Find any action by its name")),
    Action("app.quit", "q", mark("quit"), mark("Quit; nothing is lost"), 95),
    Action("app.help_quit", "ctrl+c", mark("quit"), mark("Ask, then quit; twice quits at once")),
    Action("app.suspend_process", "ctrl+z", mark("stop"), mark("Suspend; fg resumes")),
    LOCK,
)

SCREENS: Mapping[str, tuple[Action, ...]] = {
    "home": (*HOME, *MOVES, *EVERYWHERE),
    "assessing": (*ASSESSING, *MOVES, *EVERYWHERE),
    "review": (*REVIEW, *MOVES, *EVERYWHERE),
    "note": NOTE,
    "results": (*RESULTS, *MOVES, *EVERYWHERE),
    "goals": (*GOALS, *MOVES, *EVERYWHERE),
    "rounds": (*ROUNDS, *MOVES, *EVERYWHERE),
    "import": (*IMPORT, *MOVES, *EVERYWHERE),
    "hand-over": (*HAND_OVER, *EVERYWHERE[1:]),
    "agenda": (*AGENDA, *MOVES, *EVERYWHERE),
    "talk": (*TALKING, *MOVES, *EVERYWHERE),
    "trends": (*TRENDS, *MOVES, *EVERYWHERE),
    "diff": (*DIFF, *MOVES, *EVERYWHERE),
    "compare": (*COMPARE, *MOVES, *EVERYWHERE),
    "discuss": (*DISCUSS, *MOVES, *EVERYWHERE),
    "history": (*HISTORY, *MOVES, *EVERYWHERE),
    "removed": (*REMOVED, *MOVES, *EVERYWHERE),
    "events": (*EVENTS, *MOVES, *EVERYWHERE),
    "means": (*MEANS, *MOVES, *EVERYWHERE),
    "team": (*TEAM, *MOVES, *EVERYWHERE),
    "unreadable": (*UNREADABLE, *MOVES, *EVERYWHERE),
    "making": (*MAKING, *MOVES, *EVERYWHERE),
    "translating": (*TRANSLATING, *MOVES, *EVERYWHERE),
    "settings": (*SETTINGS, *MOVES, *EVERYWHERE),
    "page": (*MOVES, *EVERYWHERE),
}
