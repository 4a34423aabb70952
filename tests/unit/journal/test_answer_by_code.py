"""Answer codes and saved mails in the journal: the same entrances as a file, and each refusal in a sentence."""

from __future__ import annotations

import base64
import os
import textwrap
from collections.abc import Callable, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.clock import Clock
from reflect_tui.feedback import answers
from reflect_tui.feedback.answer_code import encode
from reflect_tui.feedback.answers import AnswerFile
from reflect_tui.model.round import Promise, Round, token_digest
from reflect_tui.store import importing, rounds, sessions
from reflect_tui.store.candidates import Candidate
from reflect_tui.store.journal import Journal
from reflect_tui.store.rounds import WaitingAnswers
from tests.unit.round_examples import (
    BYTES,
    CLOSED,
    CONTENT,
    a_round,
    an_answer,
    as_form_writes,
    example_round,
    put,
    token,
)

pytestmark = pytest.mark.slow

CLOCK = Clock(now=lambda: CLOSED, elapsed=lambda: 0.0, token=lambda: "0a1b2c")


def code_of(found: Round, number: int, score: int = 3) -> str:
    return encode(found, found.invited[number].role, token(number), CONTENT, dict.fromkeys(found.items, score))


def take(journal: Journal, *texts: str | bytes, paths: Sequence[Path] = ()) -> tuple[Candidate, ...]:
    """Import texts that were pasted, together with files."""
    pasted = {
        Path(f"text {number}"): text.encode() if isinstance(text, str) else text for number, text in enumerate(texts)
    }
    found = importing.examine(journal, [*pasted, *paths], pasted=pasted, clock=CLOCK)
    for candidate in found:
        importing.save(journal, candidate, CLOCK)
    journal.record()
    return found


def results(found: Sequence[Candidate]) -> list[str]:
    return ["there" if candidate.there else "; ".join(map(str, candidate.faults)) or "taken in" for candidate in found]


def test_a_code_waits_in_a_confidential_round_as_its_file_would(journal: Journal) -> None:
    found = a_round(journal)
    taken = take(journal, f"Hoi Noor,\n\n> {code_of(found, 1, 4)}\n\nGroet")
    assert (results(taken), taken[0].coded) == (["taken in"], True)
    (answer,) = WaitingAnswers(journal).get(found.id).answers
    assert (answer.role, dict(answer.scores), answer.remark) == ("colleague", dict.fromkeys(found.items, 4), "")
    assert rounds.get(journal, found.id)[0].answered == 1
    assert rounds.missing(journal, rounds.get(journal, found.id)[0]) == ()


def test_a_code_of_a_named_round_is_a_session_at_the_moment_it_came_in(journal: Journal) -> None:
    found = a_round(journal, ["colleague"], promise="named")
    (taken,) = take(journal, code_of(found, 0, 2))
    (session,) = journal.given()
    assert (taken.session, session.finished, set(session.scores.values())) == (session, CLOSED, {2})
    assert rounds.get(journal, found.id)[0].invited[0].session == session.id


@pytest.mark.parametrize("promise", ["confidential", "named"])
def test_the_same_code_again_is_told_as_such(journal: Journal, promise: Promise) -> None:
    found = a_round(journal, ["colleague"], promise=promise)
    code = code_of(found, 0)
    assert results(take(journal, code, code)) == ["taken in", "there"]
    assert results(take(journal, f"Nog een keer: {code.lower()}")) == ["there"]
    later = Clock(now=lambda: CLOSED.replace(hour=11), elapsed=lambda: 0.0, token=lambda: "0a1b2c")
    (again,) = importing.examine(journal, [Path("text")], pasted={Path("text"): code.encode()}, clock=later)
    assert (again.there, again.faults) == (True, ())


@pytest.mark.parametrize("promise", ["confidential", "named"])
def test_the_first_answer_stands_whichever_way_the_second_comes(
    journal: Journal, tmp_path: Path, promise: Promise
) -> None:
    found = a_round(journal, ["colleague", "colleague"], promise=promise)
    take(journal, code_of(found, 0, 2))
    assert "answered before" in results(take(journal, code_of(found, 0, 3)))[0]
    assert "answered before" in results(take(journal, paths=put(tmp_path, an_answer(found, 0, 4))))[0]
    take(journal, paths=put(tmp_path, an_answer(found, 1, 3)))
    assert "answered before" in results(take(journal, code_of(found, 1, 4)))[0]


@pytest.mark.parametrize("promise", ["confidential", "named"])
def test_the_file_of_a_code_that_came_in_is_the_same_answer_and_its_comments_are_not_lost_unsaid(
    journal: Journal, tmp_path: Path, promise: Promise
) -> None:
    found = a_round(journal, ["colleague"], promise=promise)
    take(journal, code_of(found, 0))
    assert results(take(journal, paths=put(tmp_path, an_answer(found, 0)))) == ["there"]
    first, other = an_answer(found, 0, note="fijn"), an_answer(found, 0, note="anders")
    assert results(take(journal, paths=put(tmp_path, first))) == ["taken in"]
    there, refused = results(take(journal, paths=put(tmp_path, first))) + results(
        take(journal, paths=put(tmp_path, other))
    )
    assert (there, "answered before" in refused) == ("there", True)
    after = rounds.get(journal, found.id)[0]
    given = WaitingAnswers(journal).get(found.id).answers or [sessions.saved(journal, after.invited[0].session)[0]]
    assert [answer.notes for answer in given] == [{found.items[0]: "fijn"}]
    assert after.answered == 1


def test_a_comment_never_goes_with_the_answer_of_someone_else_with_the_same_scores(
    journal: Journal, tmp_path: Path
) -> None:
    found = a_round(journal, ["colleague", "colleague"])
    take(journal, paths=put(tmp_path, an_answer(found, 0, note="van een")))
    take(journal, code_of(found, 1))
    again = take(journal, paths=put(tmp_path, an_answer(found, 0, note="nog eens van een")))
    assert "answered before" in results(again)[0]
    assert results(take(journal, paths=put(tmp_path, an_answer(found, 1, note="van twee")))) == ["taken in"]
    notes = sorted(answer.notes[found.items[0]] for answer in WaitingAnswers(journal).get(found.id).answers)
    assert notes == ["van een", "van twee"]
    assert WaitingAnswers(journal).get(found.id).coded == ()


@pytest.mark.parametrize("promise", ["confidential", "named"])
def test_a_file_comes_before_the_code_of_the_same_answer_in_one_import(
    journal: Journal, tmp_path: Path, promise: Promise
) -> None:
    found = a_round(journal, ["colleague"], promise=promise)
    taken = take(journal, code_of(found, 0), paths=put(tmp_path, an_answer(found, 0, note="fijn")))
    assert results(taken) == ["there", "taken in"]
    assert results(take(journal, code_of(found, 0))) == ["there"]


def test_several_codes_in_one_message_are_all_taken_in(journal: Journal) -> None:
    found = a_round(journal)
    jan, bo = code_of(found, 1), code_of(found, 2, 4)
    text = f"Van Jan:\n{jan}\nen van Bo:\n{bo}\n\nOp 3 december schreef Jan:\n> {jan}"
    assert results(take(journal, text)) == ["taken in", "taken in"]


def test_a_code_is_refused_for_the_reasons_of_a_file(journal: Journal) -> None:
    found = a_round(journal, collector="third person")
    assert "only the combined file" in results(take(journal, code_of(found, 1)))[0]
    rounds.withdraw(journal, found.id)
    assert "was withdrawn" in results(take(journal, code_of(found, 1)))[0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Hoi Noor, ik kom er niet aan toe.\n\nJan", "holds no whole answer: that is a code, which begins with FBRT1"),
        ("Hoi,\n\nformat = 1\nid = ", "holds no whole answer"),
        ("FBRT1-00000", "The code is cut short"),
        ("FBRT9-00000-00000", "newer version of the form"),
    ],
)
def test_a_text_that_holds_nothing_is_refused_without_a_parser_s_words(
    journal: Journal, text: str, reason: str
) -> None:
    a_round(journal)
    (told,) = results(take(journal, text))
    assert reason in told
    assert "TOML" not in told


def test_a_file_that_was_changed_says_so_and_what_to_do(journal: Journal, tmp_path: Path) -> None:
    (path,) = put(tmp_path, an_answer(a_round(journal), 1))
    path.write_text(path.read_text().replace("[scores]", "[scores"))
    (told,) = results(take(journal, paths=[path]))
    assert (told.startswith("is not whole"), told.endswith("or for the file")) == (True, True)
    path.write_text("[scores")
    (told,) = results(take(journal, paths=[path]))
    assert (told.startswith("end of the file: "), told.endswith("Ask for the file again")) == (True, True)


def a_mail(text: str, answer: AnswerFile | None = None, *, html: str = "", encoding: str = "quoted-printable") -> bytes:
    """Give a mail as mail programs save it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "jan@example.org", "noor@example.org", "Re: feedback"
    message.set_content(text, cte=encoding)
    if html:
        message.add_alternative(html, subtype="html")
    if answer:
        data = answers.dumps(answer)
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename="feedback.toml")
    return message.as_bytes()


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
def test_a_saved_mail_is_read_decoded(journal: Journal, tmp_path: Path, encoding: str) -> None:
    found = a_round(journal)
    path = tmp_path / "in" / "answer.eml"
    path.parent.mkdir()
    path.write_bytes(a_mail(f"Één code – {code_of(found, 1)}\n", encoding=encoding))
    assert results(take(journal, paths=[path.parent])) == ["taken in"]


def test_an_answer_attached_to_a_saved_mail_is_taken_in_with_its_comments(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal)
    path = tmp_path / "in" / "mail"
    path.parent.mkdir()
    path.write_bytes(a_mail(f"Code: {code_of(found, 1)}", an_answer(found, 1, note="één “fijne” collega")))
    assert results(take(journal, paths=[path.parent])) == ["taken in"]
    (answer,) = WaitingAnswers(journal).get(found.id).answers
    assert answer.notes == {found.items[0]: "één “fijne” collega"}


def test_a_mail_in_html_alone_is_read_too(journal: Journal) -> None:
    found = a_round(journal)
    groups = code_of(found, 1).split("-")
    html = f"<p>Hoi&nbsp;Noor<br>{'<b>-</b>'.join(groups)}</p><p>Groet</p>"
    assert results(take(journal, a_mail("zie html", html=html))) == ["taken in"]


LARGE = ("X-A: b\r\n" * 40_000, "From: a\n\n" + "<" * 900_000, "From: a\n" * 90_000 + "-")
PAGE = "From: a\nContent-Type: text/html\n\n"


@pytest.mark.parametrize("text", [*LARGE, *(PAGE + tag * 100_000 for tag in ("<", "<!--", "<style>", "<pre>"))])
def test_no_text_takes_long_to_be_found_to_hold_nothing(journal: Journal, text: str) -> None:
    assert "holds no whole answer" in results(take(journal, text))[0]


def html_only(text: str) -> bytes:
    """Give a mail as a program makes it that writes pages alone, whose source breaks lines where it likes."""
    lines = "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.split("\n"))
    style = "<style>p.MsoNormal {margin:0}</style>"
    page = (
        f"<html><head><title>feedback</title>{style}</head><body><!--[if mso]><p>x</p><![endif]-->{lines}</body></html>"
    )
    message = EmailMessage()
    message["From"], message["Subject"] = "jan@example.org", "feedback"
    message.set_content(textwrap.fill(page, 70, break_long_words=False, break_on_hyphens=False), subtype="html")
    return message.as_bytes()


def test_a_mail_without_a_plain_text_is_taken_in(journal: Journal) -> None:
    found = a_round(journal)
    text = f"Hoi Noor,\n\n{as_form_writes(an_answer(found, 1, note='één “fijne” collega'))}\nGroet, Jan"
    assert results(take(journal, html_only(text))) == ["taken in"]
    (answer,) = WaitingAnswers(journal).get(found.id).answers
    assert answer.notes == {found.items[0]: "één “fijne” collega"}
    assert results(take(journal, html_only(f"Code:\n{code_of(found, 2)}\nGroet"))) == ["taken in"]
    assert "Copy the whole message" in results(take(journal, html_only("Ik kom er niet aan toe.")))[0]


def test_an_answer_that_a_mail_has_twice_counts_once_and_one_that_is_whole_is_enough(journal: Journal) -> None:
    found = a_round(journal)
    text = as_form_writes(an_answer(found, 1, note="zie www.example.org"))
    link = text.replace("example.org", "example.org<http://www.example.org>")
    page = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n"))
    for plain in (text, link, text[:300]):
        (candidate,) = take(journal, a_mail(plain, html=page))
        assert candidate.faults == ()
    (answer,) = WaitingAnswers(journal).get(found.id).answers
    assert answer.notes[found.items[0]].split() == ["zie", "www.example.org"]


@pytest.mark.parametrize("how", ["message", "file"])
def test_a_mail_that_was_forwarded_as_an_attachment_is_taken_in(journal: Journal, how: str) -> None:
    found = a_round(journal)
    inner = a_mail("Zie bijlage", an_answer(found, 1, note="fijn"), encoding="base64")
    message = EmailMessage()
    message["From"], message["Subject"] = "noor@example.org", "Fwd: feedback"
    message.set_content("Zie onder.")
    if how == "message":
        message.add_attachment(message_from_bytes(inner, policy=policy.default))
    else:
        message.add_attachment(inner, maintype="application", subtype="octet-stream", filename="Antwoord.EML")
    assert results(take(journal, message.as_bytes())) == ["taken in"]


def test_a_code_that_quoted_printable_broke_is_read(journal: Journal) -> None:
    found = a_round(journal)
    code = code_of(found, 1).replace("-", "=20=\n")
    head = b"From: jan@example.org\nMIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n\n"
    assert results(take(journal, head + f"Hoi,\n\n{code}=20=\n\n\nGroet\n".encode())) == ["taken in"]


def test_a_code_of_a_round_in_another_journal_is_told_beside_one_of_this(journal: Journal) -> None:
    found = a_round(journal)
    other = structs.replace(found, invited=(structs.replace(found.invited[1], token=token_digest(token(99))),))
    foreign = encode(other, "colleague", token(99), CONTENT, dict.fromkeys(found.items, 3))
    told = results(take(journal, f"Jan: {code_of(found, 1)}\nBo: {foreign}"))
    assert told == ["taken in", "This code answers no round in this journal. Ask which form it comes from."]


SLIPS: dict[str, Callable[[str], str]] = {
    "whole": lambda code: code,
    "its mark": lambda _code: "FBRT1",
    "a word about it": lambda _code: "FBRT1 staat hieronder, of niet",
    "cut short": lambda code: code[:40],
    "with a slip": lambda code: code[:20] + ("0" if code[20] != "0" else "1") + code[21:],
}


@pytest.mark.parametrize("promise", ["confidential", "named"])
@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize("attached", [True, False])
def test_a_code_beside_the_whole_answer_of_the_same_person_is_that_answer(
    journal: Journal, promise: Promise, slip: str, attached: bool
) -> None:
    found = a_round(journal, promise=promise)
    answer = an_answer(found, 1, note="fijn")
    text = f"Hoi, mijn code: {SLIPS[slip](code_of(found, 1))}\n\n"
    mail = a_mail(text, answer) if attached else f"{text}{answers.dumps(answer).decode()}\nGroet"
    assert results(take(journal, mail)) == ["taken in"]
    assert results(take(journal, mail)) == ["there"]


def test_a_code_of_someone_else_beside_a_whole_answer_is_another_answer(journal: Journal) -> None:
    found = example_round(["colleague"] * 3, tokens=[token(0), token(1), "mZ4v1QyT0kE7sWc2Jf8aXg"])
    rounds.make(journal, found, BYTES)
    text = answers.dumps(an_answer(found, 1)).decode()
    code = encode(found, "colleague", "mZ4v1QyT0kE7sWc2Jf8aXg", CONTENT, dict.fromkeys(found.items, 3))
    (first, told) = results(take(journal, f"{text}\nEn Bo: {code[:50]}\n"))
    assert (first, "cut short" in told) == ("taken in", True)
    assert results(take(journal, f"{text}\nEn Bo: {code}\n")) == ["there", "taken in"]


def test_a_mail_in_the_letters_of_windows_is_read(journal: Journal) -> None:
    found = a_round(journal)
    for number, encoding in ((1, "cp1252"), (2, "utf-16")):
        assert results(take(journal, f"Één code: {code_of(found, number)}".encode(encoding))) == ["taken in"]


def test_a_folder_with_pictures_and_mails_gives_the_answers_only(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0 " + code_of(found, 1).encode())
    (folder / "note.txt").write_text("melk, brood")
    (folder / "chat.txt").write_text(f"[3-12 09:01] Jan: {code_of(found, 1).lower()}")
    (folder / "b64.eml").write_bytes(b"From: a\r\n\r\n" + base64.b64encode(b"nothing"))
    assert [candidate.path.name for candidate in take(journal, paths=[folder])] == ["chat.txt"]


def test_recent_downloads_are_recognised_the_newest_first_and_folders_left_alone(
    journal: Journal, tmp_path: Path
) -> None:
    found = a_round(journal)
    folder = tmp_path / "Downloads"
    first, second = put(folder, an_answer(found, 1), an_answer(found, 2))
    (folder / "in it").mkdir()
    (folder / "in it" / "mail.txt").write_text(code_of(found, 3))
    (folder / "mail.txt").write_text(code_of(found, 3))
    (folder / "broken.toml").write_text("[")
    for age, path in ((300, first), (200, second), (100, folder / "mail.txt")):
        os.utime(path, (CLOSED.timestamp() - age, CLOSED.timestamp() - age))
    listed = importing.recognise(journal, folder)
    assert [each.candidate.path for each in listed] == [folder / "mail.txt", second, first]
    assert [each.saved.timestamp() for each in listed] == [CLOSED.timestamp() - age for age in (100, 200, 300)]
    take(journal, paths=[first])
    assert [each.candidate.path for each in importing.recognise(journal, folder)] == [folder / "mail.txt", second]


def test_a_whole_home_is_never_walked(journal: Journal, own_home: Path) -> None:
    put(own_home / "in", an_answer(a_round(journal), 1))
    for folder in (own_home, own_home.parent, Path("/")):
        assert results(importing.examine(journal, [folder])) == [
            "is your home folder, or above it; name a folder in it, such as Downloads"
        ]
    assert results(importing.examine(journal, [own_home / "in"])) == ["taken in"]


def test_a_code_that_was_altered_is_not_saved(journal: Journal) -> None:
    found = a_round(journal)
    code = code_of(found, 1)
    changed = structs.replace(found, about="Jan")
    other = encode(changed, "colleague", token(1), CONTENT, dict.fromkeys(found.items, 3))
    for text in (code[:-1], code[:20] + ("0" if code[20] != "0" else "1") + code[21:], other):
        assert results(take(journal, text)) != ["taken in"]
    assert rounds.get(journal, found.id)[0].answered == 0
