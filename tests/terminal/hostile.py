"""A journal full of hostile text, and its benign twin: the same places filled with harmless words."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

from reflect_tui import paths
from reflect_tui.feedback import answers
from reflect_tui.feedback.answers import AnswerFile
from reflect_tui.model import agenda, events, goals, instrument
from reflect_tui.model import round as rounds
from reflect_tui.model.agenda import Agenda, AgendaPoint
from reflect_tui.model.assessment import Answer, EditNote, EditRemark
from reflect_tui.model.events import Event
from reflect_tui.model.goals import Goal, LookBack
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import Invited, Round, token_digest
from reflect_tui.model.session import Session, dumps, relative_path
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal

BENIGN = "just a few words"
ATTACKS = {
    "escapes": (
        "\x1b]52;c;ZXZpbA==\x07\x1b]0;title\x07\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\\x1bc"
        "\x1bP1$r0m\x1b\\\x1b_Gi=1;AAAA\x1b\\\x1b^pm\x1b\\\x1b[6n\x1b[c\x1b[2J\x1b[?1049l\x1b[31m\x1b(0\x0e\x07\x08\x7f"
    ),
    "c1": "\x9b31m\x9d0;title\x9c\x90q\x9c\x85\x84\x8d\x9e\x9f \u202etxt.exe\u2066\u200f",
    "markup": "[@click=app.quit]x[/] [/ [/x [red [link=file:///etc/passwd]p[/link] see [b + \\[ \\[/b] [",
    "shapes": "Z" + "\u0301\u0489" * 30 + "\u200b\u200d\ufeff\u00ad 👩\u200d👩\u200d👧\ufe0f 漢字 שלום ﷽",
}
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=timezone(timedelta(hours=1)))
GOAL = "2026-10-01T1200-goal-00000a"
TOKEN = "zxcvbnmtokenzxcvbnm001"
INSTRUMENT = "own-instrument"
_SEQUENCES = re.compile(
    rb"\x1b\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]"  # CSI
    rb"|\x1b[]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC, DCS, APC, PM, SOS
    rb"|\x1b[\x20-\x2f]*[\x30-\x7e]|\x1b"
    rb"|[\x00-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]"
    rb"|\xc2[\x80-\x9f]"  # C1 in UTF-8
)


def kinds(raw: bytes) -> set[str]:
    """Give the kinds of control sequences in what was sent: numbers of colours and places do not matter."""
    found = set()
    for sequence in _SEQUENCES.findall(raw):
        text = sequence.decode("latin-1")
        if text.startswith("\x1b[") and text[-1] in "mHABCDGdJK" and "?" not in text and ">" not in text:
            found.add(f"CSI {text[-1]}")
        elif text[:2] in ("\x1b]", "\x1bP", "\x1b_", "\x1b^", "\x1bX"):
            found.add(f"ESC {text[1]} {text[2:4]}")
        else:
            found.add(repr(text))
    return found


def toml_text(text: str) -> str:
    """Write a TOML string with everything beyond letters as escapes, as an attacker would."""
    letters = (c if c.isascii() and c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text)
    return f'"{"".join(letters)}"'


def hostile_instrument(text: str) -> bytes:
    """Give an instrument file with the text wherever one may stand."""
    said = toml_text(text)
    items = "".join(
        f'[[domain.item]]\nid = "item-{n}"\ntext = {said}\nfocus = "skill"\nstem = {said}\n'
        f"other = {toml_text('{name} ' + text)}\n"
        for n in range(3)
    )
    points = "".join(f"[[scale.points]]\nvalue = {n}\nlabel = {said}\n" for n in range(1, 5))
    domains = "".join(
        f'[[domain]]\nid = "domain-{n}"\ntitle = {said}\nshort = {said}\n{items.replace("item-", f"item-{n}-")}'
        for n in range(2)
    )
    return (
        f'format = 1\nid = "{INSTRUMENT}"\nversion = "1.0.0"\nlanguage = "en"\ntitle = {said}\nshort = {said}\n'
        f"[source]\npublisher = {said}\ndocument = {said}\nrights = {said}\n"
        f"[scale]\nhigh_above = 3\n{points}{domains}"
    ).encode()


def make(folder: Path, text: str) -> Path:
    """Make a journal with the text in every field of every kind of file; give the journal's folder."""
    name = text.replace("/", "").replace("\0", "").replace("\n", "")[:60]
    root = folder / (name.encode()[:200].decode("utf-8", "ignore") or "journal")
    journal = Journal(root, paths.state_folder(root))
    data = hostile_instrument(text)
    content = instrument.parse(data, "own.toml")
    ids = [item.id for item in content.items]
    for number in range(1, 5):
        started = NOW - timedelta(days=30 * number)
        session = Session(
            id=f"{started:%Y-%m-%dT%H%M}-self-00000{number}",
            instrument=content.id,
            version=content.version,
            digest=content.digest,
            role="self",
            started=started,
            finished=started,
            remark=text,
            scores={item: 1 + (place + number) % 4 for place, item in enumerate(ids)},
            notes=dict.fromkeys(ids[:4], f"{number} {text}"),
        )
        journal.save(session, data)
        journal.record()
    journal.delete(session.id)
    talk(journal, content, ids, text)
    session = journal.saved(f"{NOW - timedelta(days=30):%Y-%m-%dT%H%M}-self-000001")[0]
    amended = Session(**{**{n: getattr(session, n) for n in session.__struct_fields__}, "remark": f"{text} again"})
    (root / relative_path(amended.id)).write_bytes(dumps(amended))
    journal.keep(amended.id, text)
    by_hand(root, text)
    year = root / "sessions" / "2026"
    edited = next(year.glob("*-self-000003.toml"))
    edited.write_bytes(edited.read_bytes() + b"# by another program\n")
    (year / f"{root.name}.toml").write_text("=", encoding="utf-8")
    (year / "2026-01-01T0000-self-aaaaaa.toml").write_text(f"format = {toml_text(text)}\n{toml_text(text)} = 1\n")
    draft = Draft(
        id="2026-11-23T1405-self-4f2a9c",
        instrument=content.id,
        version=content.version,
        digest=content.digest,
        role="self",
        started=NOW,
        acts=(Answer(ids[0], 3), EditNote(ids[1], text), EditNote(ids[0], text), EditRemark(text)),
        pauses=(0.0,) * 4,
    )
    writer = journal.drafts.create(draft, data)
    writer.close()
    return root


def talk(journal: Journal, content: Instrument, ids: list[str], text: str) -> None:
    """Save goals, an event, an agenda and rounds with the text wherever one may stand; put files to take in beside."""
    line = text[:80]
    about = f"{NOW - timedelta(days=30):%Y-%m-%dT%H%M}-self-000001"
    goal = Goal(
        id=GOAL, instrument=content.id, domain=content.domains[0].id, items=(ids[0],), what=line,
        first_step=line, helper=line, made=NOW - timedelta(days=50), target=4,
        look_backs=(LookBack(at=NOW - timedelta(days=40), outcome="partly", note=text),),
    )  # fmt: skip
    journal.goals.save(goal.id, goals.dumps(goal), "made")
    event = Event(format=1, id="2026-10-event-00000a", when="2026-10", label=line)
    journal.events.save(event.id, events.dumps(event), "made")
    points = (AgendaPoint(kind="own", text=line, remark=text), AgendaPoint(kind="goal", about=goal.id, remark=text))
    plan = Agenda(session=about, points=points)
    journal.agendas.save(plan.session, agenda.dumps(plan), "saved")
    for mark, state in (("00000a", "open"), ("00000b", "closed")):
        given = f"{NOW - timedelta(days=35):%Y-%m-%dT%H%M}-manager-000009" if state == "closed" else ""
        found = _round(content, ids, text, f"2026-10-15-others-{mark}", given)
        journal.rounds.save(found.id, rounds.dumps(found), "made")
    when = NOW - timedelta(days=35)
    manager = Session(
        id=given, instrument=content.id, version=content.version, digest=content.digest, role="manager",
        started=when, finished=when, remark=text, round=found.id, scores=dict.fromkeys(ids, 2), notes={ids[0]: text},
    )  # fmt: skip
    journal.save(manager, hostile_instrument(text))
    for name in ("goals", "events", "rounds", "agendas"):
        (journal.root / name / "2026-01-01-none-aaaaaa.toml").write_text(f"{toml_text(text)} = {toml_text(text)}\n")
    folder = journal.root.parent / "in"
    folder.mkdir()
    answer = AnswerFile(
        id=f"answer-{7:032x}", round="2026-10-15-others-00000a", token=TOKEN, promise="named", about=line,
        instrument=content.id, version=content.version, digest=content.digest, role="colleague",
        scores=dict.fromkeys(ids, 3), notes={ids[0]: text},
    )  # fmt: skip
    (folder / f"{journal.root.name}.toml").write_bytes(answers.dumps(answer))
    (folder / "other.toml").write_text(f"{toml_text(text)} = {toml_text(text)}\n")


def _round(content: Instrument, ids: list[str], text: str, identifier: str, given: str) -> Round:
    people = (
        Invited(role="manager", label=text[:80], token=token_digest("m" * 20), answered=bool(given), session=given),
        Invited(role="colleague", label=text[:80], token=token_digest(TOKEN)),
    )
    return Round(
        id=identifier, instrument=content.id, version=content.version, digest=content.digest, about=text[:80],
        language="en", promise="named", made=NOW - timedelta(days=39), closes=(NOW + timedelta(days=9)).date(),
        state="closed" if given else "open", items=tuple(ids), invited=people[:1] if given else people,
    )  # fmt: skip


def by_hand(root: Path, text: str) -> None:
    """Commit with a message of the text, as a program other than ours would."""
    ref = root / ".git"
    message = f"{text.replace(chr(0), '')}\n\nReason: {text.replace(chr(0), '')}\nSession: {text.replace(chr(0), '')}\n"
    path = next((root / "sessions").rglob("*.toml"))
    path.write_bytes(path.read_bytes() + b"\n")
    environment = {**os.environ, "GIT_AUTHOR_NAME": "x", "GIT_AUTHOR_EMAIL": "x@x", "GIT_DIR": str(ref)}
    environment |= {"GIT_COMMITTER_NAME": "x", "GIT_COMMITTER_EMAIL": "x@x", "GIT_WORK_TREE": str(root)}
    for command in (["add", "-A"], ["commit", "-q", "-F", "-"]):
        subprocess.run(["git", *command], check=True, env=environment, input=message.encode(), cwd=root)
