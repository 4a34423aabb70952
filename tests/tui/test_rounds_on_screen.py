"""Rounds by keys: made, taken in, typed over, closed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.i18n import use_language
from reflect_tui.model.round import token_digest
from reflect_tui.store import backup, importing, rounds
from reflect_tui.store.journal import Journal
from reflect_tui.tui.widgets.text import Field
from tests.screenshots import fixed_clock
from tests.tui.conftest import opened
from tests.unit.round_examples import BYTES, LABEL, a_round, an_answer, example_round, put


async def test_a_round_is_made_by_keys_and_says_what_it_promises(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("o", "n", *"Noor", "enter", *"Bo", "enter", *"Ann,Bea,Cy", "enter", "enter", "enter")
        assert "What do you promise?" in seat.text()
        await seat.press("down", "enter")
        assert "49 statements · about 12 min" in seat.text()
        await seat.press("left", "enter", "down", "enter")
        assert "whoever receives the files can know who sent which" in seat.words()
        await seat.press("enter")
        assert "0 of 4 answered" in seat.text()
    (document,) = journal.rounds.all()
    found = document.value
    assert found is not None
    assert (found.about, found.promise, found.collector, found.language) == ("Noor", "confidential", "self", "nl")
    assert [(one.role, one.label) for one in found.invited] == [
        ("manager", "Bo"), ("colleague", "Ann"), ("colleague", "Bea"), ("colleague", "Cy"),
    ]  # fmt: skip
    assert len(found.items) == 45


async def test_escape_goes_a_step_back_and_what_was_chosen_still_stands(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("o", "n", *"Noor", "enter", "enter", *"Ann,Bea,Cy", "enter", "enter", "enter")
        await seat.press("enter", "space", "enter", "down", "enter")
        assert "Make this round?" in seat.text()
        for title in ("In which language?", "What do you ask?", "What do you promise?", "A round of feedback"):
            await seat.press("escape")
            assert title in seat.text()
        await seat.press("ctrl+s", "enter", "enter", "enter", "enter")
        assert "0 of 3 answered" in seat.text()
        await seat.press("n")
        assert seat.app.screen.query_one("#about", Field).value == "Noor"  # the name of the last round
    (document,) = journal.rounds.all()
    found = document.value
    assert found is not None
    assert (found.collector, found.language, len(found.items)) == ("third person", "nl", 41)
    first = journal.library.new(found.instrument).domains[0]
    assert not {item.id for item in first.items} & set(found.items)


async def test_groups_too_small_for_confidence_are_told_before_anyone_is_asked(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("o", "n", *"Noor", "enter", "enter", *"Ann,Bea", "enter", *"Cy", "enter", "enter", "enter")
        assert "2 colleagues, 1 client" in seat.text()
        assert "one group of 3" in seat.text()
        await seat.press("enter")  # ask more people
        assert "A round of feedback" in seat.text()
        await seat.press("ctrl+s", "enter", "down", "enter", "enter", "enter")
        assert "Colleagues and clients are one group" in seat.words()
        await seat.press("enter")
        assert "0 of 3 answered" in seat.text()
    (document,) = journal.rounds.all()
    assert document.value
    assert [(one.role, one.label) for one in document.value.invited] == [
        ("other", "Ann"), ("other", "Bea"), ("other", "Cy"),
    ]  # fmt: skip


async def test_too_few_colleagues_can_be_asked_by_name_instead(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("o", "n", "enter", "enter", *"Ann,Bea", "enter", "enter", "enter", "enter")
        assert "one group of" not in seat.text()
        await seat.press("down", "enter", "enter", "enter", "enter")
        assert "named" in seat.text()
    (document,) = journal.rounds.all()
    assert document.value
    assert document.value.promise == "named"


async def test_a_person_is_added_to_a_round_by_keys(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal, ["colleague", "colleague"])
    async with opened(journal) as seat:
        await seat.press("o")
        assert "2 colleagues asked, 3 needed" in seat.text()
        await seat.press("a", "down", "enter", *"Eva", "enter", "ctrl+u")
        await seat.type(*str(tmp_path / "forms"))
        await seat.press("enter")
        assert "feedback-collega-3.html: Eva" in seat.text()
        await seat.press("enter")
        assert "0 of 3 answered" in seat.text()
    assert rounds.get(journal, found.id)[0].invited[2].label == "Eva"
    assert (tmp_path / "forms" / "feedback-collega-3.html").is_file()


async def test_a_folder_is_taken_as_it_is_typed(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_round(journal, ["colleague", "colleague"])
    monkeypatch.chdir(tmp_path)
    async with opened(journal) as seat:
        await seat.press("o")
        for folder in ("~nobody-here", "a  b"):
            await seat.press("a", "down", "enter", *"Eva", "enter", "ctrl+u")
            await seat.type(*("space" if letter == " " else letter for letter in folder))
            await seat.press("enter", "enter")
        await seat.press("x", "enter", "ctrl+u")
        await seat.type(*"~nobody-there")
        await seat.press("enter")
    assert (tmp_path / "~nobody-here" / "feedback-collega-3.html").is_file()
    assert (tmp_path / "a  b" / "feedback-collega-3.html").is_file()
    assert len(list((tmp_path / "~nobody-there").glob("feedback-*.html"))) == 3


async def test_what_is_wrong_in_the_form_is_said(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("o", "n", "ctrl+s")
        assert "Say who you want to ask" in seat.text()


async def test_files_are_shown_before_they_are_taken_in(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal)
    put(tmp_path / "in", an_answer(found, 1), an_answer(found, 2, about="Someone else"))
    async with opened(journal) as seat:
        await seat.press("i", *["backspace"] * 2)
        await seat.type(*str(tmp_path / "i"))
        await seat.press("tab", "enter")
        assert "1 file can be imported" in seat.text()
        assert "it is about someone else than the round" in seat.text()
        assert rounds.get(journal, found.id)[0].answered == 0
        await seat.press("enter")
        assert "1 file was imported" in seat.text()
        await seat.press("escape", "o")
        assert f"✓ 2 colleague     {LABEL} 1" in seat.text()
    assert rounds.get(journal, found.id)[0].answered == 1


async def test_a_paper_form_is_typed_over_with_read_back(journal: Journal) -> None:
    found = a_round(journal, ["colleague"], promise="named")
    async with opened(journal) as seat:
        await seat.press("o", "y", "enter")
        for _domain in range(8):
            assert "1/8" in seat.text() or _domain
            await seat.press("3")
            assert "goed" in seat.text() or "redelijk" in seat.text() or "fair" in seat.text()
            await seat.press("enter")
        await seat.press(*"99 no", "escape")
        assert "There is no statement 99 in this form" in seat.words()
        await seat.press("enter", *["backspace"] * 5, *"2 Listens", "enter", *"Fine", "escape")
        assert "8 of 8 filled in: 3: 8×. 2 comments." in seat.words()
        await seat.press("enter")
    (session,) = [entry.session for entry in journal.all_entries() if entry.session]
    assert (session.round, session.role) == (found.id, "colleague")
    assert set(session.scores.values()) == {3}
    assert (session.notes, session.remark) == ({found.items[1]: "Listens"}, "Fine")
    assert rounds.get(journal, found.id)[0].answered == 1


async def test_a_slip_on_paper_is_put_right_without_typing_all_of_it_again(journal: Journal) -> None:
    found = a_round(journal, ["colleague"], promise="named")
    async with opened(journal) as seat:
        await seat.press("o", "y", "enter", "1", "enter", "up")
        assert "1/8" in seat.text()
        await seat.press(
            "backspace", "4", "enter", *["3", "enter"] * 7, "escape", "escape"
        )  # and back from the question
        assert "8/8" in seat.text()
        await seat.press("backspace", "2", "escape")
        assert "Leave this form?" in seat.text()
        await seat.press("escape", "enter", "escape", "enter")
    (session,) = [entry.session for entry in journal.all_entries() if entry.session]
    assert [session.scores[item] for item in found.items] == [4, 3, 3, 3, 3, 3, 3, 2]


async def test_where_a_third_person_collects_no_paper_is_typed_over_for_nothing(journal: Journal) -> None:
    a_round(journal, collector="third person")
    async with opened(journal) as seat:
        await seat.press("o", "y")
        assert "a third person collects" in seat.words()


async def test_closing_with_too_few_keeps_the_round_open(journal: Journal) -> None:
    found = a_round(journal)
    async with opened(journal) as seat:
        await seat.press("o", "f", "enter")
        assert "The round stays open" in seat.text()
        await seat.press("enter", "delete", "enter", "enter")
        assert "withdrawn" in seat.text()
    assert rounds.get(journal, found.id)[0].state == "withdrawn"


async def test_before_closing_counts_of_statements_are_shown_and_no_score(journal: Journal) -> None:
    found = a_round(journal)
    for number in range(4):
        rounds.take_confidential(journal, an_answer(found, number))
    async with opened(journal) as seat:
        await seat.press("o", "f")
        assert "Close this round?" in seat.text()
        assert "1 manager: 8 of 8 statements can be told" in seat.text()
        assert "3 colleagues: 8 of 8 statements can be told" in seat.text()
        await seat.press("enter")
        assert "3 colleagues: 8 of 8 statements are told" in seat.text()


async def test_closing_says_which_backup_may_hold_the_answers(journal: Journal, tmp_path: Path) -> None:
    now = fixed_clock().now()
    found = structs.replace(
        example_round(("manager", "colleague", "colleague", "colleague")), made=now - timedelta(days=7)
    )
    rounds.make(journal, found, BYTES)
    for number in range(4):
        rounds.take_confidential(journal, an_answer(found, number))
    (tmp_path / "all.zip").write_bytes(b"")
    backup.remember(journal, tmp_path / "all.zip", now)
    async with opened(journal) as seat:
        await seat.press("o", "f", "enter")
        said = seat.words()
        assert "The round is closed" in said
        assert "was made while confidential answers waited, and may hold them still" in said
        await seat.press("enter")
        assert "3 colleagues: 8 of 8 statements are told" in seat.text()


async def test_one_invitation_is_withdrawn_by_keys(journal: Journal) -> None:
    found = a_round(journal)
    async with opened(journal) as seat:
        await seat.press("o", "delete", "down", "down", "enter")
        assert f"colleague · {LABEL} 1" in seat.text()
        await seat.press("enter")
        assert seat.screen == "RoundsScreen"
        assert "0 of 6 answered" in seat.text()
    after = rounds.get(journal, found.id)[0]
    assert [one.withdrawn for one in after.invited] == [False, True, *[False] * 5]
    assert after.state == "open"


async def test_whoever_collects_gets_a_letter_with_the_one_command(journal: Journal, tmp_path: Path) -> None:
    a_round(journal, collector="third person")
    async with opened(journal) as seat:
        await seat.press("o", "m", "down", "enter")
        assert "A letter to whoever collects" in seat.text()
        assert "rounds combine MAP --output combined.toml" in seat.text()  # the round speaks Dutch
        await seat.press("y")
        assert LABEL not in seat.app.clipboard
        assert "Noor" in seat.app.clipboard
        await seat.press("escape", "x", "enter", "ctrl+u")
        await seat.type(*str(tmp_path / "forms"))
        await seat.press("enter")
        assert "verzamelaar.txt: a letter to whoever collects" in seat.text()
    assert (tmp_path / "forms" / "verzamelaar.txt").read_text().startswith("Hallo,")


async def test_the_reminder_is_copied_only_when_asked(journal: Journal) -> None:
    a_round(journal)
    async with opened(journal) as seat:
        await seat.press("o", "m")
        assert seat.app.clipboard == ""
        assert LABEL not in seat.text()
        await seat.press("y")
        assert seat.app.clipboard.startswith("Hallo,")


async def test_a_round_whose_file_was_changed_by_hand_shows_no_reminder(journal: Journal) -> None:
    found = a_round(journal)
    journal.record()
    path = journal.root / journal.rounds.path(found.id)
    path.write_bytes(path.read_bytes().replace(b'about = "Noor"', b'about = "Somebody"'))
    async with opened(journal) as seat:
        await seat.press("o", "m")
        assert seat.screen == "MessageScreen"
        assert "is no longer as it was" in seat.words()
        await seat.press("escape", "y")
        assert seat.app.clipboard == ""


async def test_a_small_group_is_only_left_out_by_choosing_so(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal)
    for candidate in importing.examine(journal, put(tmp_path / "in", *(an_answer(found, n) for n in (1, 2, 3, 5)))):
        importing.save(journal, candidate)
    async with opened(journal) as seat:
        await seat.press("o", "f", "enter")
        assert "1 client" in seat.text()
        await seat.press("enter")
        assert rounds.get(journal, found.id)[0].state == "open"
        await seat.press("f", "enter", "down", "enter")
        assert "closed" in seat.text()
    assert journal.all_entries() == ()
    released = rounds.get(journal, found.id)[0].released
    assert [(group.role, group.people) for group in released] == [("colleague", 3)]


async def test_going_on_without_missing_answers_and_leaving_a_group_out_are_asked_apart(
    journal: Journal, tmp_path: Path
) -> None:
    found = a_round(journal, ("colleague",) * 3 + ("client",) * 3)
    paths = put(tmp_path / "in", *(an_answer(found, number) for number in range(6)))
    for candidate in importing.examine(journal, paths):
        importing.save(journal, candidate)
    (rounds.WaitingAnswers(journal).folder / f"{found.id}.toml").unlink()
    for candidate in importing.examine(journal, paths[:5]):
        importing.save(journal, candidate)
    async with opened(journal) as seat:
        await seat.press("o", "f", "enter")
        said = seat.words()
        assert ("1 answer that came in is not on this computer" in said, "Too few" in said) == (True, False)
        await seat.press("down", "enter")
        assert "Too few for what was promised: 2 clients" in seat.words()
        await seat.press("enter")
    assert rounds.get(journal, found.id)[0].state == "open"
    assert len(rounds.WaitingAnswers(journal).get(found.id).answers) == 5


async def test_where_one_person_answered_twice_the_group_is_imported_again_by_choosing_so(journal: Journal) -> None:
    found = a_round(journal, ("colleague",) * 3)
    (again,) = rounds.issue(journal, found.id, [0])
    for number in range(3):
        rounds.take_confidential(journal, an_answer(found, number, score=number + 1))
    waiting = rounds.WaitingAnswers(journal)
    waiting.write(waiting.get(found.id).with_answer(token_digest(again), an_answer(found, 0, score=4).given))
    async with opened(journal) as seat:
        await seat.press("o", "f", "enter")
        assert "One person answered twice" in seat.text()
        await seat.press("enter")
        assert len(waiting.get(found.id).answers) == 4
        await seat.press("f", "enter", "down", "enter")
        assert "Import their files again" in seat.words()
        await seat.press("escape")
        assert "3 answers that came in are not on this computer" in seat.words()
    assert (waiting.get(found.id).answers, rounds.get(journal, found.id)[0].state) == ((), "open")


async def test_a_file_that_can_not_be_read_says_what_puts_it_back(journal: Journal) -> None:
    found = a_round(journal)
    journal.record()
    path = journal.root / journal.rounds.path(found.id)
    path.write_text(path.read_text().replace("[[invited]]", "[[invited", 1))
    async with opened(journal) as seat:
        await seat.press("o")
        said = seat.words()
        assert ("Put it back with: reflect-tui doctor --fix" in said, "TOML" in said) == (True, False)


@pytest.mark.parametrize(("language", "word"), [("en", "a ask more f close"), ("nl", "a persoon f sluit")])
async def test_the_keys_that_add_a_person_and_close_stand_below_an_open_round(
    journal: Journal, language: str, word: str
) -> None:
    a_round(journal)
    use_language(language)
    async with opened(journal) as seat:
        await seat.press("o")
        assert word in seat.words()


async def test_a_look_at_files_can_be_given_up(journal: Journal, tmp_path: Path) -> None:
    found = a_round(journal)
    put(tmp_path / "in", an_answer(found, 1))
    async with opened(journal) as seat:
        await seat.press("i", *["backspace"] * 2)
        await seat.type(*str(tmp_path / "in"))
        await seat.press("enter", "escape")
        assert seat.screen == "HomeScreen"
    assert rounds.get(journal, found.id)[0].answered == 0
    assert importing.examine(journal, [tmp_path / "in"], lambda _done, _total: False) == ()


async def test_a_new_round_is_the_one_at_the_cursor_and_a_closed_one_says_so(journal: Journal) -> None:
    old = a_round(journal)
    rounds.withdraw(journal, old.id)
    async with opened(journal) as seat:
        await seat.press("o")
        named = seat.text().splitlines()[-1]
        assert "n new" in named
        assert "x forms" not in named
        await seat.press("x")
        assert "This round is not open any more" in seat.text()
        await seat.press("enter", "n", *"Noor", "enter", "enter", *"Ann,Bea", "enter", "enter", "enter", "enter")
        await seat.press("down", "down", "enter", "enter", "enter", "enter")
        assert "0 of 2 answered" in seat.text()
        assert "2 colleagues asked, 3 needed: as it is, that group does not come in" in seat.text()
        await seat.press("x")
        assert "colleague · Ann" in seat.text()


async def test_the_rows_of_a_paper_form_are_numbered_as_on_the_paper(journal: Journal) -> None:
    a_round(journal, ["colleague"], promise="named")
    async with opened(journal) as seat:
        await seat.press("o", "y", "enter", "3", "enter")
        assert "2/8" in seat.text()
        assert "  2   " in seat.text()
        assert "  1   " not in seat.text()
