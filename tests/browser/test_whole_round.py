"""A round from beginning to end: seven people fill in real forms in a real browser; what is told is checked by hand."""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser

from reflect_tui import paths
from reflect_tui.clock import SYSTEM
from reflect_tui.model import instrument, library
from reflect_tui.model import session as sessions
from reflect_tui.model.round import Promise
from reflect_tui.model.session import NOT_APPLICABLE, Score, Session
from reflect_tui.store.journal import Journal
from reflect_tui.tui.app import ReflectApp
from tests.browser.rater import Rater
from tests.bundled import bundled_bytes
from tests.settling import settle
from tests.tui.conftest import Seat
from tests.unit.cli_examples import Cli

ITEMS = (
    "ontwikkeling-opvoeding", "vragen-problemen", "signalen-herkennen", "signalen-bespreken", "kinderen-in-beeld",
    "zelfredzaamheid-toekomst",
)  # fmt: skip
"""All of two domains: five of signaleren, of which two skills, and one of toekomst, a skill."""
OWN: tuple[Score, ...] = (3, 4, 2, 3, NOT_APPLICABLE, 4)
KEYS = {
    "manager": "443223",
    "colleague 1": "433322",
    "colleague 2": "330333",  # 0: can't judge
    "colleague 3": "442223",
    "colleague 4": "343432",
    "client 1": "111111",
    "client 2": "222222",
}
BY_MAIL, BY_PICTURE = ("colleague 3", "client 2"), ("colleague 4",)
"""Who sends a code, in a mail or as a QR code; all others send a file."""
SAID = "Never in a hurry \x1b]52;c;aGk=\x07\x9b31m\u202e[@click=app.quit]x[/]"
HIDDEN = f"written-by-one-of-two-clients-{secrets.token_hex(4)}"  # nowhere else, not in a checkout in memory either
BYTES = bundled_bytes(library.DEFAULT)


class Asked(NamedTuple):
    """A round that was made with the program, its forms, and where what comes back is put."""

    cli: Cli
    forms: dict[str, Path]
    back: Path
    promise: Promise


@pytest.fixture(params=["confidential", "named"])
def asked(
    request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Asked:
    """Fill in a session of one's own, and ask a manager, four colleagues and two clients."""
    cli = Cli(tmp_path / "journal", capsys, monkeypatch)
    (tmp_path / "own.toml").write_bytes(sessions.dumps(own_session()))
    assert cli("import", str(tmp_path / "own.toml")).code == 0
    how = ["--confidential"] if request.param == "confidential" else []
    forms = {}
    for label in KEYS:
        forms[label] = tmp_path / f"{label}.html"
        words = ["--about", "Noor", "--items", "signaleren", "toekomst", "--label", f"Label of {label}", *how]
        found = cli("--lang", "en", "invite", "--role", label.split()[0], "--output", str(forms[label]), *words)
        assert found.code == 0, found.err
    (tmp_path / "back").mkdir()
    return Asked(cli, forms, tmp_path / "back", request.param)


def own_session() -> Session:
    content = instrument.parse(BYTES, "")
    now = datetime.now().astimezone().replace(microsecond=0) - timedelta(hours=1)
    return Session(
        id=sessions.new_id(now, "self", "4f2a9c"),
        instrument=content.id,
        version=content.version,
        digest=content.digest,
        role="self",
        started=now,
        finished=now,
        scores=dict(zip(ITEMS, OWN, strict=True)),
    )


def fill_in(browser: Browser, asked: Asked, label: str) -> Path:
    """Fill in one form: most by keyboard, one reloaded half way, one by mouse, two with words; give what is sent."""
    rater = Rater(browser, asked.forms[label])
    rater.start()
    keys = KEYS[label]
    if label == "colleague 1":
        rater.type(keys[:3])
        rater.come_back()
        rater.type(f"{keys[3:5]} {keys[5]} ")
    elif label == "colleague 3":
        by_mouse(rater, keys)
    else:
        rater.type(f"{keys[:5]} {keys[5]} ")
    if label in ("colleague 2", "client 1"):
        words = SAID if label == "colleague 2" else HIDDEN
        rater.page.evaluate(
            "text => { const field = document.getElementById('remark'); field.value = text;"
            " field.dispatchEvent(new Event('input')); }",
            words,
        )
    rater.page.click("#make")
    before = set(asked.back.iterdir())
    if label in BY_MAIL:
        quoted = "".join(f"> {line}\n" for line in rater.mail().split("\r\n"))
        (asked.back / f"{label}.eml").write_text(f"From: {label}\nSubject: Re: feedback\n\nHi Noor,\n\n{quoted}")
    elif label in BY_PICTURE:
        (asked.back / f"{label}.txt").write_text(rater.picture())
    else:
        rater.download(asked.back)
    assert rater.said == []
    rater.close()
    (made,) = set(asked.back.iterdir()) - before
    return made


def by_mouse(rater: Rater, keys: str) -> None:
    for place, key in enumerate(keys[:5]):
        rater.shown("fieldset").nth(place).locator(f'input[value="{key}"]').click()
    rater.shown(".next").click()
    rater.shown("fieldset").nth(0).locator(f'input[value="{keys[5]}"]').click()
    rater.shown(".next").click()


def everything(cli: Cli) -> dict[str, bytes]:
    """Give every file of the journal and its state, and what history has."""
    found = {
        str(path): path.read_bytes()
        for top in (cli.root, cli.journal.state)
        for path in sorted(top.rglob("*"))
        if path.is_file() and ".git" not in path.parts and path.name != "lock"
    }
    log = ["git", "-C", str(cli.root), "rev-parse", "HEAD"]
    return found | {"HEAD": subprocess.run(log, capture_output=True, check=True).stdout}


def test_seven_people_are_asked_and_what_is_told_is_what_they_said(browser: Browser, asked: Asked) -> None:
    cli, confidential = asked.cli, asked.promise == "confidential"
    for label in KEYS:
        fill_in(browser, asked, label)
    before = everything(cli)
    summary = cli("import", "--dry-run", str(asked.back))
    assert (summary.code, summary.out.count("can be ")) == (0, 7)
    assert everything(cli) == before
    assert cli("import", str(asked.back)).code == 0
    (found,) = cli.json("rounds")["rounds"]
    assert [one["answered"] for one in found["invited"]] == [True] * 7
    assert cli("compare").code == 1  # the round goes on
    assert len(list((cli.root / "sessions").rglob("*.toml"))) == (1 if confidential else 8)
    cli.root = cli.root.rename(cli.root.with_name("moved"))
    cli.journal = Journal(cli.root, paths.state_folder(cli.root))
    if confidential:
        few = cli("rounds", "close", found["id"])
        assert (few.code, "2 clients" in few.err) == (1, True)
        assert cli("rounds", "close", found["id"], "--leave-out").code == 0
    else:
        assert cli("rounds", "close", found["id"]).code == 0
    check_json(cli.json("compare"), confidential=confidential)
    check_words(cli, confidential=confidential)
    with ThreadPoolExecutor(1) as thread:  # the browser has the loop of this one
        thread.submit(asyncio.run, check_screen(cli, confidential=confidential)).result()
    check_nothing_leaks(cli, confidential=confidential)
    if confidential:
        check_no_answer_is_left(asked)
    assert len(list((cli.root / "sessions").rglob("*.toml"))) == (1 if confidential else 8)


def check_json(shape: Any, *, confidential: bool) -> None:
    """Compare with what was calculated by hand."""
    clients = [] if confidential else [("client", 2)]  # in confidence those answers are destroyed
    assert [(group["role"], group["people"]) for group in shape["groups"]] == [
        ("manager", 1),
        ("colleague", 4),
        *clients,
    ]
    few = {"role": "client", "people": 2, "needed": 3, "reason": "few"}
    assert shape["hidden"] == ([few] if confidential else [])
    rows = {row["id"]: row for row in shape["domains"] if row["others"]}
    assert list(rows) == ["signaleren", "toekomst"]
    # The fifth item of signaleren is n/a for oneself, so four are compared: 3+4+2+3 = 12 in 4.
    # The manager: 4+4+3+2 = 13 in 4, so 3.25. The colleagues, item by item: 4+3+4+3 = 14, 3+3+4+4 = 14,
    # 3+2+3 = 8 by three, 3+3+2+4 = 12: together 48 in 15, so 3.20; in confidence with the fifth item, whatever oneself
    # scored: 2+3+2+3 = 10, so 58 in 19: 3.05. The clients by name: 12 in 8: 1.50.
    # Others: (3.25 + 3.05) / 2 = 3.15 in confidence, (3.25 + 3.20 + 1.50) / 3 = 2.65 by name.
    signs = rows["signaleren"]
    assert (signs["items"], signs["total"]) == (4, 5)
    assert signs["own"] == {"mean": 3.0, "sum": 12, "scored": 4, "verdict": "not high"}
    # Item means from 8/3 to 14/4; in confidence whole points: 3.5 counts as 4, 2.67 as 3.
    spread = {"lowest": 3.0, "highest": 4.0} if confidential else {"lowest": 2.67, "highest": 3.5}
    exact = {"bound": None}
    manager, colleagues = signs["groups"][:2]
    assert manager == {
        "role": "manager", "people": 1, "mean": 3.25, "sum": 13, "scored": 4, "lowest": 2.0, "highest": 4.0, "each": [],
    } | exact  # fmt: skip
    told = {"mean": 3.05, "sum": 58, "scored": 19} if confidential else {"mean": 3.2, "sum": 48, "scored": 15}
    assert colleagues | {"each": []} == {"role": "colleague", "people": 4, "each": []} | told | exact | spread
    by_name = [] if confidential else [3.0, 3.0, 3.25, 3.5]
    assert sorted(one["mean"] for one in colleagues["each"]) == by_name
    others = ("high", 3.15) if confidential else ("not high", 2.65)
    assert (signs["others"]["verdict"], signs["others"]["mean"]) == others
    # 3.00 is not high; a gap of 0.15 is no hidden strength.
    field = (0.15 if confidential else -0.35, None)  # by name the clients disagree with all others
    assert (signs["gap"], signs["field"]) == field
    # Toekomst: oneself 4, the manager 3, the colleagues 2+3+3+2 = 10 in 4, the clients 3 in 2.
    # Others: (3 + 2.5) / 2, or with the clients (3 + 2.5 + 1.5) / 3.
    future = rows["toekomst"]
    assert [(group["mean"], group["sum"]) for group in future["groups"]][:2] == [(3.0, 3), (2.5, 10)]
    means = (2.75, -1.25, "blind spot") if confidential else (2.33, -1.67, "blind spot")
    assert (future["others"]["mean"], future["gap"], future["field"]) == means
    items = {row["id"]: row for row in shape["items"]}
    assert set(items) == set(ITEMS) - {"kinderen-in-beeld"}
    first = [(group["mean"], group["sum"], group["bound"]) for group in items[ITEMS[0]]["groups"]]
    named = [(3.5, 14, None), (1.5, 3, None)]
    assert first == [(4.0, 4, None), *([(4.0, None, "about")] if confidential else named)]
    assert items[ITEMS[0]]["gap"] == (1.0 if confidential else 0.0)  # others 4, or (4 + 3.5 + 1.5) / 3, oneself 3
    # Knowledge: the first two items, 28 in 8: 3.50. Skill: 8+12+10 = 30 in 11: 2.73.
    focuses = {row["id"]: row for row in shape["focuses"] if row["others"]}
    # In confidence with the fifth item, 38 in 12: 3.17, told as 3.25; of skill the points and domains that
    # are told leave 2.50 as the middle.
    knowledge = [3.25, 12] if confidential else [3.5, 8]
    assert [focuses["knowledge"]["groups"][1][key] for key in ("mean", "scored")] == knowledge
    assert focuses["skill"]["groups"][1]["mean"] == (2.5 if confidential else 2.73)
    comments = shape["comments"]
    assert {comment["domain"] for comment in comments} == {None}
    texts = sorted(comment["text"][:16] for comment in comments)
    assert texts == ["Never in a hurry", *([] if confidential else [HIDDEN[:16]])]


def check_words(cli: Cli, *, confidential: bool) -> None:
    """Read the page, the plain words and the document in all its forms."""
    figures = ("3.15", "+0.15", "2.75", "-1.25") if confidential else ("2.65", "-0.35", "2.33", "-1.67")
    for words in (("compare",), ("compare", "--plain"), ("report", "latest", "--format", "md"), ("report", "latest")):
        out = cli(*words).out
        joined = " ".join(out.split())
        of_groups = () if words == ("compare",) else ("3.25", "3.05" if confidential else "3.20", "2.50")
        for figure in ("3.00", *figures, *of_groups):
            assert figure in joined, (words, figure)
        assert ("2 clients answered: not shown below 3." in joined) == confidential, words
    page = cli("report", "latest", "--format", "html").out.lower()
    assert [figure for figure in (*figures, "blind spot") if figure not in page] == []


async def check_screen(cli: Cli, *, confidential: bool) -> None:
    """Look at the screen of the comparison, and walk through the differences."""
    app = ReflectApp(cli.journal, None, SYSTEM)
    async with app.run_test(size=(80, 24)) as pilot:
        seat = Seat(app, pilot)
        await settle(app)
        await seat.press("c")
        assert seat.screen == "CompareScreen"
        text = seat.words()
        figures = ("3.15", "+0.15", "2.75", "-1.25") if confidential else ("2.65", "-0.35", "2.33", "-1.67")
        for figure in ("3.00", *figures):
            assert figure in text
        await seat.press("w")
        assert seat.screen == "DiscussScreen"
        assert "gap" in seat.text()
        app.exit()
        await settle(app)


def check_nothing_leaks(cli: Cli, *, confidential: bool) -> None:
    """Run every command that reads: no label, no word of the clients, nothing that a terminal obeys."""
    reading = (
        ("compare",), ("compare", "--plain"), ("compare", "--json"), ("report", "latest"), ("list",),
        ("list", "--json"), ("report", "latest", "--notes"), ("trend",), ("trend", "--json"), ("agenda",), ("doctor",),
        ("report", "latest", "--format", "html"), *([("export", "--notes")] if confidential else []),
    )  # fmt: skip
    for words in reading:
        said = cli(*words)
        out = said.out + said.err
        if confidential:  # by name, everyone's words and labels are there for the owner to see
            assert HIDDEN not in out, words
            assert "Label of" not in out, words
        assert not set("\x1b\x07\x9b\u202e") & set(out), words
    kept = b"".join(content for name, content in everything(cli).items() if confidential or "sessions" not in name)
    assert HIDDEN.encode() not in kept


def files_in(*folders: Path) -> Iterator[tuple[str, bytes]]:
    for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        if ".git" not in path.parts:
            yield str(path), path.read_bytes()


def check_no_answer_is_left(asked: Asked) -> None:
    """Search all files and git objects, also unreachable ones, once the owner has deleted what came back."""
    shutil.rmtree(asked.back)
    for form in asked.forms.values():
        form.unlink()
    root = asked.cli.root
    texts = dict(files_in(root.parent, Path.home()))
    memory = (path for path in Path("/dev/shm").iterdir() if not path.name.startswith("pytest-of-"))
    shared = dict(files_in(*Path(tempfile.gettempdir()).glob("*reflect*"), *memory))
    assert [place for place, text in shared.items() if HIDDEN.encode() in text] == []
    git = ["git", "-C", str(root), "cat-file", "--batch-all-objects", "--unordered"]
    texts["history"] = subprocess.run([*git, "--batch"], capture_output=True, check=True).stdout
    own = b"".join(texts.values()).count(b"[scores]")
    assert own == 3, "one's own session: where it was imported from, in the journal, and in history"
    for words in (HIDDEN.encode(), b"[answer.scores]", b"[[answer]]", b"FBRT1"):
        assert [place for place, text in texts.items() if words in text] == [], words
    told = [place for place, text in texts.items() if SAID[:16].encode() in text]
    assert len(told) == 3, "the round, the copy of it for other copies of the journal, history"


# --- what must not come in ------------------------------------------------------------------------------------------

Change = Callable[[str], str]
BAD: dict[str, tuple[Change, str]] = {
    "too large": (lambda text: text + "#" * 5_000_000, "larger than"),
    "no TOML": (lambda text: text.replace("[scores]", "[scores"), "from here on it is not as it was written"),
    "an unknown key": (lambda text: 'sender = "me"\n' + text, "is not as it was made"),
    "a score off the scale": (lambda text: text.replace(f"{ITEMS[0]} = 4", f"{ITEMS[0]} = 5"), "from 1 to 4"),
    "a score that is none": (lambda text: text.replace(f"{ITEMS[0]} = 4", f"{ITEMS[0]} = true"), "a whole number or"),
    "another digest": (lambda text: replaced(text, "digest", "sha256:" + "0" * 64), "another instrument than"),
    "another token": (lambda text: replaced(text, "token", "A" * 22), "was given to nobody in this round"),
    "someone else": (lambda text: replaced(text, "about", "Nora"), "about someone else"),
    "another version": (lambda text: replaced(text, "version", "9.9.9"), "or another version"),
    "another round": (lambda text: replaced(text, "round", "2020-01-01-others-000000"), "(of|in) this journal"),
    "another role": (lambda text: replaced(text, "role", "client"), "role|is not as it was made"),
    "a statement not asked": (lambda text: text.replace("[scores]\n", "[scores]\nactief-luisteren = 3\n"), "asked"),
}  # fmt: skip


def without_check(text: str) -> str:
    """Give an answer as an earlier form made it, of which nothing tells whether it was changed."""
    return re.sub("\ncheck = .*", "", text)


ABOVE = ("too large", "an unknown key")
"""What is told before the check is looked at, or stands above it."""


def replaced(text: str, key: str, value: str) -> str:
    """Give a key of a file another value."""
    lines = [f'{key} = "{value}"' if line.startswith(f"{key} = ") else line for line in text.splitlines()]
    return "\n".join(lines) + "\n"


def test_every_bad_file_is_refused_and_changes_nothing(browser: Browser, asked: Asked, tmp_path: Path) -> None:
    cli = asked.cli
    good = fill_in(browser, asked, "manager")
    text = good.read_text()
    before = everything(cli)
    bad = tmp_path / good.name
    for name, (change, reason) in BAD.items():
        for made, told in ((without_check(text), reason), (text, reason if name in ABOVE else "is not whole")):
            bad.write_text(change(made))
            assert bad.read_text() != made, name
            refused = cli("import", str(bad))
            assert refused.code == 2, name
            assert re.search(told, refused.out + refused.err), (name, refused.out)
            assert everything(cli) == before, name
    assert cli("import", str(good)).code == 0
    after = everything(cli)
    again = cli("import", str(good))
    assert (again.code, "nothing to do" in again.out) == (0, True)
    bad.write_text(without_check(text).replace(f"{ITEMS[0]} = 4", f"{ITEMS[0]} = 1"))
    second = cli("import", str(bad))
    assert (second.code, everything(cli) == after) == (2, True)
