"""Asking someone: which round it becomes, what is kept of it, and what is written where."""

from __future__ import annotations

import stat
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from reflect_tui.disk import files
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.feedback.form_words import file_name
from reflect_tui.model.round import Round, token_digest
from reflect_tui.store import rounds as keeping
from reflect_tui.usecases import invitations
from reflect_tui.usecases.written_files import ExistsError
from tests.unit.cli_examples import Cli

HTML = "one.html"


@pytest.fixture
def ask(cli: Cli, tmp_path: Path) -> Asking:
    return Asking(cli, tmp_path)


class Asking:
    """Invites people, each into a file of its own."""

    def __init__(self, cli: Cli, folder: Path) -> None:
        self.cli = cli
        self.folder = folder
        self.count = 0

    def __call__(self, *words: str, role: str = "colleague", code: int = 0) -> str:
        self.count += 1
        done = self.cli("invite", "--role", role, "--output", str(self.folder / f"{self.count}.html"), *words)
        assert done.code == code, done.err
        return done.out if code == 0 else done.err

    def form(self, number: int) -> str:
        return (self.folder / f"{number}.html").read_text(encoding="utf-8")

    @property
    def rounds(self) -> list[Round]:
        return [document.value for document in self.cli.journal.rounds.all() if document.value]


def commits(cli: Cli) -> int:
    return len(list(cli.journal.repository.versions(f"rounds/{cli.journal.rounds.all()[0].id}.toml")))


def test_a_form_and_its_round_are_made_in_one_version(ask: Asking) -> None:
    said = ask("--about", "Noor", "--label", "Sanne, Tuesdays")
    (found,) = ask.rounds
    assert (found.about, found.promise, found.collector, len(found.items)) == ("Noor", "named", "self", 49)
    assert (found.closes - found.made.date()).days == 21
    assert found.id in said
    assert "49 statements about Noor, some 12 min" in said
    assert commits(ask.cli) == 1
    assert ask.cli.journal.pending() == ()
    assert stat.S_IMODE((ask.folder / "1.html").stat().st_mode) == 0o600


def test_the_form_bears_the_token_and_the_round_only_its_digest(ask: Asking) -> None:
    ask("--label", "Sanne, Tuesdays")
    (found,) = ask.rounds
    token = ask.form(1).partition('"token": "')[2].partition('"')[0]
    assert found.invited[0].token == token_digest(token)
    assert token not in (ask.cli.root / "rounds" / f"{found.id}.toml").read_text()


def test_what_only_you_see_is_not_in_the_form(ask: Asking) -> None:
    ask("--label", "Sanne, Tuesdays")
    assert "Sanne" not in ask.form(1)
    assert "Tuesdays" not in ask.form(1)


def test_the_next_one_joins_the_round_that_is_open(ask: Asking) -> None:
    ask("--about", "Noor", "--confidential")
    ask(role="manager")
    (found,) = ask.rounds
    assert [one.role for one in found.invited] == ["colleague", "manager"]
    assert commits(ask.cli) == 2
    assert "Noor" in ask.form(2)


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [["--about", "Bo"], ["--items", "all"], ["--confidential"], ["--closes", "2999-01-01"], ["--lang", "nl"]]
)
def test_who_asks_for_something_else_gets_a_new_round(ask: Asking, words: list[str]) -> None:
    ask("--about", "Noor")
    ask(*words)
    assert len(ask.rounds) == 2


def test_the_same_person_again_gets_a_new_form_and_is_asked_once(ask: Asking) -> None:
    ask("--label", "Sanne")
    before = ask.rounds[0].invited[0].token
    ask("--label", " Sanne ")
    (found,) = ask.rounds
    assert len(found.invited) == 1
    assert found.invited[0].token != before
    ask("--label", "Sanne", "--paper")
    assert ask.rounds == [found]


def test_one_name_is_one_person_in_capitals_and_in_another_unicode_form(ask: Asking) -> None:
    ask("--label", "Zoë  de Vries")
    ask("--label", "zoe\u0308 De Vries")
    (found,) = ask.rounds
    assert [one.label for one in found.invited] == ["Zoë  de Vries"]
    said = ask.cli("rounds", "withdraw", found.id, "--person", "ZOË DE VRIES")
    assert (said.code, ask.rounds[0].invited[0].withdrawn) == (0, True)


def test_a_round_that_asks_something_else_or_is_closed_is_refused(ask: Asking) -> None:
    ask("--about", "Noor")
    (found,) = ask.rounds
    assert "something else" in ask("--round", found.id, "--items", "all", code=2)
    assert ask.cli("rounds", "withdraw", found.id).code == 0
    assert "not open any more" in ask("--round", found.id, code=2)
    assert len(ask.rounds[0].invited) == 1
    assert not (ask.folder / "2.html").exists()


@pytest.mark.parametrize(("wanted", "language"), [("nl:en", "nl"), ("fy:nl", "nl"), ("en:nl", "en"), ("fy", "en")])
def test_a_form_is_in_the_language_that_the_environment_asks_for(
    ask: Asking, monkeypatch: pytest.MonkeyPatch, wanted: str, language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("LANGUAGE", wanted)
    ask()
    assert (ask.rounds[0].language, f'<html lang="{language}"' in ask.form(1)) == (language, True)


@pytest.mark.parametrize("written", ["14-12-2999", "14.12.2999", "2999-12-14"])
def test_a_closing_day_is_typed_as_in_the_app(ask: Asking, written: str) -> None:
    ask("--closes", written)
    assert ask.rounds[0].closes == date(2999, 12, 14)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--items", "0"], "Write a whole number from 1 to 9999."),
        (["--items", "-1"], "Write a whole number from 1 to 9999."),
        (["--items", "9" * 5000], "Write a whole number from 1 to 9999."),
        (["--items", "٣"], "Write a whole number from 1 to 9999."),
        (["--items", "nothing"], "no domain"),
        (["--closes", "2000-01-01"], "today or later, such as {in three weeks}."),
        (["--closes", "soon"], "Write a day as"),
        (["--closes", ""], "until which day"),
        (["--closes", "2026-W50"], "Write a day as"),
        (["--closes", "2026-02-30"], '"2026-02-30" is no day that exists.'),
    ],
)
def test_what_can_not_be_is_said_and_nothing_is_made(ask: Asking, words: list[str], reason: str) -> None:
    later = datetime.now().astimezone().date() + timedelta(weeks=3)
    assert reason.replace("{in three weeks}", str(later)) in ask(*words, code=2)
    assert ask.rounds == []
    assert list(ask.folder.glob("*.html")) == []


def test_an_unknown_round_is_no(ask: Asking) -> None:
    assert "no round" in ask("--round", "x", code=1)
    assert ask.rounds == []


def test_a_file_that_is_there_stays_unless_told_otherwise(ask: Asking) -> None:
    (ask.folder / "1.html").write_text("mine")
    assert "--force" in ask(code=2)
    assert ask.rounds == []
    assert ask.form(1) == "mine"
    ask.count = 0
    ask("--force")
    assert ask.form(1).startswith("<!DOCTYPE html>")


def test_a_form_never_lands_in_the_journal(ask: Asking) -> None:
    ask()
    done = ask.cli("invite", "--role", "client", "--output", str(ask.cli.root / HTML))
    assert done.code == 2
    assert len(ask.rounds[0].invited) == 1


def test_when_the_form_can_not_be_written_the_round_is_as_it_was(ask: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    ask()
    before = ask.rounds
    whole = files.write_new

    def full(path: Path, data: bytes) -> None:
        if path.suffix == ".html":
            raise JournalError("No space left on device")
        whole(path, data)

    monkeypatch.setattr(files, "write_new", full)
    assert "No space" in ask(code=3)
    assert ask.rounds == before


def test_paper_has_boxes_and_no_script(ask: Asking) -> None:
    ask("--paper", "--items", "toekomst")
    assert ask.form(1).count('<td class="point">') == 5
    assert "<script" not in ask.form(1)
    assert "script-src" not in ask.form(1)


def test_forms_for_a_whole_round_have_names_that_tell_nobody_who(ask: Asking) -> None:
    ask("--label", "Sanne")
    ask("--label", "Bo", role="manager")
    (found,) = ask.rounds
    (ask.folder / "out").mkdir()
    paths = invitations.write_forms(ask.cli.journal, found.id, [0, 1], ask.folder / "out")
    assert [path.name for path in paths] == ["feedback-colleague-1.html", "feedback-manager-2.html"]
    (after,) = ask.rounds
    for path, one in zip(paths, after.invited, strict=True):
        token = path.read_text().partition('"token": "')[2].partition('"')[0]
        assert one.token == token_digest(token)
    with pytest.raises(ExistsError):
        invitations.write_forms(ask.cli.journal, found.id, [1], ask.folder / "out")
    assert ask.rounds == [after]
    (paper,) = invitations.write_forms(ask.cli.journal, found.id, [0], ask.folder / "out", paper=True)
    assert paper.name == "feedback-on-paper-colleague-1.html"
    assert ask.rounds == [after]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["feedback-colleague-1.html", "feedback-client-2.html", "feedback-on-paper-colleague-1.html"]),
        ("nl", ["feedback-collega-1.html", "feedback-client-2.html", "feedback-op-papier-collega-1.html"]),
    ],
)
def test_the_names_of_forms_speak_the_language_of_the_round(ask: Asking, language: str, names: list[str]) -> None:
    ask("--label", "Zoë / “Bo” de Vries", "--lang", language)
    ask("--label", "漢字", role="client")
    (found,) = ask.rounds
    made = [file_name(found, 0), file_name(found, 1), file_name(found, 0, paper=True)]
    assert made == names
    assert file_name(found, 0, labelled=True) == names[0].replace(".html", "-zoe-bo-de-vries.html")
    assert file_name(found, 1, labelled=True) == names[1].replace(".html", "-漢字.html")


def test_forms_are_listed_again_and_written_by_the_command_line(ask: Asking) -> None:
    ask("--label", "Sanne")
    ask("--label", "Bo", role="manager")
    (found,) = ask.rounds
    listed = ask.cli("rounds", "forms", found.id)
    assert listed.out.splitlines() == [
        "feedback-colleague-1.html  colleague · Sanne",
        "feedback-manager-2.html    manager · Bo",
    ]
    assert ask.rounds == [found]
    out = ask.folder / "out"
    written = ask.cli("rounds", "forms", found.id, "--output", str(out), "--labels", "--person", "Bo")
    assert (written.code, written.out.splitlines()) == (
        0, [f"In {out}:", "feedback-manager-2-bo.html  manager · Bo"],
    )  # fmt: skip
    assert "Give each person only their own." in written.err
    token = (out / "feedback-manager-2-bo.html").read_text().partition('"token": "')[2].partition('"')[0]
    assert ask.rounds[0].invited[1].token == token_digest(token)
    assert ask.cli("rounds", "forms", found.id, "--output", str(out)).code == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "feedback-colleague-1.html", "feedback-manager-2-bo.html", "feedback-manager-2.html",
    ]  # fmt: skip
    again = ask.cli("rounds", "forms", found.id, "--output", str(out))
    assert (again.code, again.out) == (2, "")


@pytest.mark.parametrize("paper", [False, True])
def test_no_form_is_written_for_a_round_that_is_over_or_an_invitation_that_is_withdrawn(
    ask: Asking, *, paper: bool
) -> None:
    ask("--label", "Sanne")
    ask("--label", "Bo", role="manager")
    (found,) = ask.rounds
    out, words = ask.folder / "out", ["--paper"] if paper else []
    ask.cli("rounds", "withdraw", found.id, "--person", "Bo")
    gone = ask.cli("rounds", "forms", found.id, "--output", str(out), "--person", "Bo", *words)
    assert (gone.code, "answered or withdrawn already" in gone.err) == (2, True)
    ask.cli("rounds", "withdraw", found.id)
    over = ask.cli("rounds", "forms", found.id, "--output", str(out), *words)
    assert (over.code, "not open any more" in over.err) == (2, True)
    assert not out.exists()


def test_forms_are_written_into_the_home_folder(ask: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    ask()
    monkeypatch.setenv("HOME", str(ask.folder))
    assert ask.cli("rounds", "forms", ask.rounds[0].id, "--output", "~/out").code == 0
    assert (ask.folder / "out" / "feedback-colleague-1.html").is_file()


def test_without_room_for_the_letter_no_form_is_written(ask: Asking) -> None:
    ask("--third-person")
    (found,) = ask.rounds
    (ask.folder / "out" / "collector.txt").mkdir(parents=True)
    with pytest.raises(ReflectError, match="is a folder"):
        invitations.write_forms(ask.cli.journal, found.id, [0], ask.folder / "out")
    assert ask.rounds == [found]
    assert [path.name for path in (ask.folder / "out").iterdir()] == ["collector.txt"]


def test_who_has_answered_is_not_asked_again_as_another_person(ask: Asking) -> None:
    ask("--label", "Sanne")
    (found,) = ask.rounds
    keeping.mark_answered(ask.cli.journal, found.id, [found.invited[0].token])
    said = ask("--label", "Sanne", "--round", found.id, code=2)
    assert "Sanne has answered in this round. One name is one person" in said
    with pytest.raises(ReflectError, match="One name is one person"):
        invitations.add_person(ask.cli.journal, found.id, "colleague", "Sanne", ask.folder / "out")
    assert len(ask.rounds[0].invited) == 1


def test_whose_answer_is_missing_gets_a_new_form_under_the_same_name(ask: Asking) -> None:
    ask("--label", "Sanne", "--confidential")
    (found,) = ask.rounds
    keeping.mark_answered(ask.cli.journal, found.id, [found.invited[0].token])
    ask("--label", "Sanne", "--round", found.id)
    (sanne,) = ask.rounds[0].invited
    assert len(sanne.tokens) == 2


def test_a_round_is_full_at_a_hundred(ask: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    ask()
    monkeypatch.setattr(invitations, "MAX_INVITED", 1)
    (found,) = ask.rounds
    with pytest.raises(ReflectError, match="at most 1"):
        invitations.invite(ask.cli.journal, found, invitations.InvitationRequest(role="client"), ask.folder / "x.html")
