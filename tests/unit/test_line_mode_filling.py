"""A session filled in by lines: every command, what is said, and what is kept however it ends."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from reflect_tui import i18n
from reflect_tui.errors import JournalError
from reflect_tui.line_mode.filling import Filling
from reflect_tui.line_mode.speech import MAX_LINE, Console, TooLongError
from reflect_tui.model.assessment import EditNote
from reflect_tui.model.session import MAX_NOTE
from reflect_tui.store.draft_file import DraftWriter
from reflect_tui.usecases import filling as sitting
from tests.bundled import bundled
from tests.unit.plain_examples import DIGCOMP, JGZ, Desk, console, fixed_clock, words

ITEMS = bundled(JGZ, "en").items


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_92_lines_and_a_finish_make_a_session_and_its_results(desk: Desk) -> None:
    said = desk.new(*"3" * 92, "f")
    assert desk.code == 0
    assert desk.session.scores == dict.fromkeys([item.id for item in ITEMS], 3)
    assert desk.drafts == []
    assert desk.journal.pending() == ()
    assert "1 of 92. " in said
    assert "Domain 8 of 8: Anticipating the future." in words(said)
    assert "Every statement has an answer." in said
    assert "92 times 3 fair in a row, statements 1 to 92." in words(said)
    assert "None of 8 has a mean above 3, so none is high" in words(said)
    assert desk.session.id in said


def test_the_last_answer_opens_the_review_and_never_finishes(desk: Desk) -> None:
    said = desk.new("g 92", "3", "3", "")
    assert desk.code == 1
    assert desk.journal.own() == ()
    assert said.count("This is the review. Nothing is finished yet.") == 2
    assert "Open: statements 1 to 91." in said
    assert desk.drafts[0].acts


def test_each_line_is_answered_with_what_it_did(desk: Desk) -> None:
    said = words(desk.new("3", "0", "4321", "b", "x", "q"))
    assert "Statement 1: 3 fair." in said
    assert "Statement 2: not applicable." in said
    assert "Statements 3 to 6: 4, 3, 2, 1. u 4 undoes this." in said
    assert "Statement 6: no answer; it was 1 poor." in said
    assert "The draft is kept: 5 of 92 answered." in said
    assert f"reflect-tui new --plain --instrument {JGZ}" in said
    assert desk.code == 0


def test_several_scores_say_what_they_replace_and_are_undone_together(desk: Desk) -> None:
    said = words(desk.new("2", "g 1", "333", "u 3", "q"))
    assert "Statements 1 to 3: 3, 3, 3. 1 of them had another answer. u 3 undoes this." in said
    assert "Undone. Statement 1 is now: 2 moderate; it was: 3 fair." in said
    seat = _resumed(desk)
    assert seat == {ITEMS[0].id: 2}


def _resumed(desk: Desk) -> dict[str, object]:
    draft = desk.drafts[0]
    seat = sitting.resume(desk.journal, fixed_clock(), draft)
    seat.writer.close()
    return dict(seat.assessment.scores)


def test_too_many_scores_do_nothing(desk: Desk) -> None:
    said = words(desk.new("g 91", "333", "q"))
    assert "Only 2 statements are left from here, and 3 scores were given: nothing was done." in said
    assert desk.drafts == []


def test_a_number_off_the_scale_is_no_score_and_says_how_to_go_there(desk: Desk) -> None:
    said = words(desk.new("7", "40", "g 40", "g 93", "g nowhere", f"g {ITEMS[6].id}", ITEMS[8].id, "q"))
    assert said.count("The scale goes from 1 to 4.") == 2
    assert "such as g 40" in said
    assert "40 of 92." in said
    assert said.count("Type g and a number from 1 to 92") == 2
    assert "7 of 92." in said
    assert "9 of 92." in said
    assert "Nothing was done, so nothing is kept." in said


def test_going_about(desk: Desk) -> None:
    said = words(desk.new("b", "j", "]", "]", "[", "[", "N", "n", "g 92", "j", "]", "q"))
    assert said.count("There is nothing further that way.") == 3
    assert "16 of 92." in said
    assert "21 of 92." in said
    assert said.count("Domain 2 of 8") == 2
    assert said.count("92 of 92.") >= 2


def test_finding_goes_to_the_only_one_and_lists_more(desk: Desk) -> None:
    content = bundled(JGZ, "en")
    said = words(desk.new("/", "/summarise", "/family", "/nonesuch", "/i", "q"))
    assert "such as: /family" in said
    assert "25 of 92. I summarise" in said
    assert "4 statements have that." in said
    assert "29. I am able to gather" in said
    assert "No statement has that." in said
    having = sum("i" in f"{content.sentence(item)} {item.id}".casefold() for item in content.items)
    assert f"{having} statements have that." in said
    assert f"and {having - 20} more" in said


def test_undo_and_redo_say_what_and_where(desk: Desk) -> None:
    said = words(desk.new("u", "r", "3", "u", "r", "u 9", "q"))
    assert "Nothing to undo." in said
    assert "Nothing to redo." in said
    assert "Undone. Statement 1 is now: no answer; it was: 3 fair." in said
    assert "Done again. Statement 1 is now: 3 fair; it was: no answer." in said


def test_a_note_of_several_lines_is_kept_line_by_line(desk: Desk) -> None:
    said = desk.new("e", "first", "", "third", ".", "e once more", "u", "r", "3", "q")
    assert "The note:\n    first\n\n    third\n" in said
    assert "The note of statement 1 is now:\n    first" in said
    draft = desk.drafts[0]
    assert EditNote("toegankelijk", "first\n\nthird\nonce more") in draft.acts
    said = desk.new("y", "g 1", "e", "..", "new", ".", "q")
    assert "Emptied." in said
    assert said.rstrip().count("The note: new") == 1


def test_a_note_ends_with_the_input_too_and_a_lost_line_loses_no_other(desk: Desk) -> None:
    desk.new("e", "first", "second")
    assert desk.code == 1
    assert "first\\nsecond" in str(desk.drafts[0].acts)


def test_a_note_that_gets_too_long_leaves_the_line_out(desk: Desk) -> None:
    long = "x" * (MAX_LINE - 10)
    said = desk.new("e", long, "y" * 20, ".", "e", "z" * (MAX_LINE + 5), "3", ".", "q")
    assert f"longer than {MAX_NOTE} characters" in words(said)
    assert "That line is too long" in said
    assert "yyy" not in str(desk.drafts[0].acts)
    assert "zzz" not in str(desk.drafts[0].acts)


def test_the_list_help_and_what_is_no_command(desk: Desk) -> None:
    said = words(desk.new("3", "e hello", "l", "?", "quit", "\x1b[A", "\x1b[31mhe\x07y", "q"))
    assert "1. I am able to create a supportive environment. I am easily approachable for parents: 3 fair." in said
    assert "with a note" in said
    signs = ("[ (left bracket):", "/ (slash) and a word:", "? (question mark):")
    for letter in ("x:", "b or k:", "n:", "g 40:", "l:", "e:", "p:", "u:", "f:", "q:", *signs):
        assert f" {letter} " in said
    assert '"quit" means nothing here.' in said
    assert '"hey" means nothing here.' in said


def test_the_previous_score_is_told_only_when_asked_and_only_of_ones_own(desk: Desk) -> None:
    desk.new(*"2" * 92, "f")
    said = words(desk.new("p", "q"))
    assert said.count("Previous, on 23 Nov 2026: 2 moderate.") == 1
    assert "There is no earlier session to show." in desk.new("p", "q", role="colleague")


def test_review_names_gaps_na_and_notes_and_takes_a_remark(desk: Desk) -> None:
    lines = [
        "33",
        "0",
        *["3"] * 88,
        "g 3",
        "e a note",
        "f",
        "1",
        "?",
        "e a remark",
        "e",
        "more",
        ".",
        "u",
        "n",
        "3",
        "f",
    ]
    said = words(desk.new(*lines))
    assert desk.code == 0
    assert "1 statement is still open; it counts in no mean. n goes there. 92. I can establish" in said
    assert "Domain 1, Conditions: 15 of 15 answered, 1 not applicable, 1 note." in said
    assert "Not applicable: statement 3." in said
    assert "Nothing was done." in said
    assert "f: finish; the session is saved" in said
    assert desk.session.remark == "a remark"
    assert desk.session.scores[ITEMS[2].id] == "n/a"
    assert desk.session.notes == {ITEMS[2].id: "a note"}


def test_nothing_is_no_session(desk: Desk) -> None:
    said = desk.new("e only a note", "f", "f", "q")
    assert "there is nothing to finish" in said
    assert desk.journal.own() == ()
    assert "The draft is kept: 0 of 92" in said


def test_a_draft_is_offered_and_nothing_but_a_yes_or_no_counts(desk: Desk) -> None:
    desk.new("333", "q")
    said = words(desk.new("3", "3", "4"))
    assert "There is an unfinished session of 23 Nov 2026, 14:06, self: 3 of 92 answered. Go on with it?" in said
    assert said.count("Please answer y or n.") == 3
    assert desk.code == 1
    assert "nothing begun" in said
    assert len(desk.drafts) == 1
    assert "4 of 92. " in desk.new("ja", "q")
    desk.new("n", "4", "q")
    assert len(desk.drafts) == 2
    other = words(desk.new("q", role="manager"))
    assert other.count("There is another unfinished session") == 2
    assert "Go on with it?" not in words(desk.new("q", instrument=DIGCOMP))


def test_a_session_is_amended_with_its_reason(desk: Desk) -> None:
    desk.new(*"3" * 92, "f")
    said = words(desk.amend("4", "f", "f", reason="typed too fast"))
    assert desk.code == 0
    assert "Every statement has its answer" in said
    assert "The reason: typed too fast" in said
    assert "Statement 1 was 3 fair, and becomes 4 good." in said
    assert desk.session.scores[ITEMS[0].id] == 4
    assert [version.reason for version in desk.journal.versions(desk.session.id)] == ["typed too fast", ""]


def test_the_reason_is_asked_and_needed(desk: Desk) -> None:
    desk.new(*"3" * 92, "f")
    said = desk.amend("", "x" * 201, reason="")
    assert (desk.code, desk.drafts) == (1, [])
    assert said.count("A reason has 1 to 200 characters.") == 2
    desk.amend("because", "4", "q", reason="")
    assert desk.drafts[0].reason == "because"
    assert "reflect-tui amend 2026" in words(desk.said)
    said = desk.amend("f", "f", reason="another")
    assert "You had begun to amend this session" in said
    assert desk.session.scores[ITEMS[0].id] == 4


def test_an_amendment_without_a_change_keeps_no_draft(desk: Desk) -> None:
    desk.new(*"3" * 92, "f")
    said = desk.amend("f", "q")
    assert "Nothing changes yet." in said
    assert "nothing is kept" in said
    assert desk.drafts == []


@pytest.mark.usefixtures("usual_signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_a_signal_keeps_the_draft(desk: Desk, monkeypatch: pytest.MonkeyPatch, number: int, code: int) -> None:
    read = Console.read

    def told_to_end(self: Console, prompt: str) -> str | None:
        text = read(self, prompt)
        if text == "q":
            os.kill(os.getpid(), number)
        return text

    monkeypatch.setattr(Console, "read", told_to_end)
    before = signal.getsignal(number)
    said = desk.new("3", "3", "q", "3")
    assert desk.code == code
    assert "The draft is kept: 2 of 92" in words(said)
    assert signal.getsignal(number) == before
    assert len(_resumed(desk)) == 2


def test_what_the_disk_refuses_is_told_and_the_session_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    flush, refusals = DraftWriter.flush, [JournalError("The disk is full.")]

    def refuse(self: DraftWriter, timeout: float | None = None) -> None:
        if refusals and timeout == 2.0:
            raise refusals.pop()
        flush(self, timeout)

    monkeypatch.setattr(DraftWriter, "flush", refuse)
    said = words(desk.new("3", "3", "q"))
    assert "Not saved yet: The disk is full. It is tried again." in said
    assert len(_resumed(desk)) == 2


def test_what_could_not_be_kept_at_the_end_is_never_called_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_writer: DraftWriter, _timeout: float | None = None) -> None:
        raise JournalError("The disk is full.")

    monkeypatch.setattr(DraftWriter, "close", refuse)
    said = words(desk.new("3", "q"))
    assert desk.code == 3
    assert "Not all of it could be kept: The disk is full." in said
    assert "The draft is kept" not in said


def test_a_damaged_draft_is_named_and_left_alone(desk: Desk) -> None:
    desk.new("3", "q")
    path = desk.journal.drafts.path(desk.drafts[0].id)
    path.write_text("no = [draft")
    said = words(desk.new("4", "q"))
    assert f"A draft can't be read: {path}." in said
    assert path.read_text() == "no = [draft"
    assert len(desk.drafts) == 1


def test_an_obstacle_to_history_is_told_after_saving(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    said = words(desk.new(*"3" * 92, "f"))
    assert desk.code == 0
    assert f"Saved: {desk.session.id}. Saved, and not yet in history: " in said


def test_the_pace_is_told_at_a_new_domain(desk: Desk) -> None:
    assert (
        "Domain 2 of 8: Identifying parenting questions or problems. 0 of 5 answered. About 1 minute to go."
        in words(desk.new(*"3" * 15, "q"))
    )


def test_a_session_that_can_not_be_saved_can_be_tried_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    finish, refusals = sitting.finish, [JournalError("The disk is full.")]

    def refuse(*given: object) -> object:
        if refusals:
            raise refusals.pop()
        return finish(*given)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(sitting, "finish", refuse)
    said = words(desk.new(*"3" * 92, "f", "f"))
    assert "Not finished: The disk is full." in said
    assert desk.code == 0
    assert desk.session.scores


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("columns", [40, 80, 120])
def test_lines_keep_to_the_width_between_words_and_send_nothing_a_terminal_obeys(
    desk: Desk, language: str, columns: int
) -> None:
    i18n.use_language(language)
    hostile = "\x1b]52;c;aGk=\x07 \x9b31m \u202e tab\tend\r\x08"
    script = [hostile, f"e {hostile}", "e", hostile, ".", f"/{hostile}", f"g {hostile}", "?", "l", "p", *"3" * 92]
    said = desk.new(*script, f"e {hostile}", "?", "f", columns=columns)
    assert desk.code == 0
    assert max(map(len, said.splitlines())) < columns
    assert not [sign for sign in said if sign != "\n" and (ord(sign) < 32 or 127 <= ord(sign) < 160)]
    assert "\u202e" not in said


LINES = st.one_of(
    st.sampled_from(["3", "0", "-", "x", "b", "j", "n", "N", "[", "]", "u", "u 3", "r", "f", "l", "p", "?", "", "."]),
    st.sampled_from(["12", "4321", "g 1", "g 21", "e a line", "e", "..", "/data", "n", "y", "40", "f now"]),
    st.text(max_size=12).map(lambda text: text.replace("\n", " ")),
)


@hypothesis.settings(max_examples=25, deadline=None)
@hypothesis.given(st.lists(LINES, max_size=25))
def test_whatever_is_typed_is_kept_as_it_was_shown(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    desk = Desk(tmp_path_factory.mktemp("any"))
    talk, printed = console(*lines)
    seat = sitting.begin(desk.journal, fixed_clock(), DIGCOMP, "self")
    filling = Filling(seat, talk)
    filling.begin()
    filling.run()
    seat.writer.close()
    kept = sitting.resume(desk.journal, fixed_clock(), desk.drafts[0])
    kept.writer.close()
    assert (kept.assessment.scores, kept.assessment.notes) == (seat.assessment.scores, seat.assessment.notes)
    assert kept.assessment.remark == seat.assessment.remark
    assert kept.assessment.done == seat.assessment.done
    assert not [sign for sign in printed() if sign != "\n" and (ord(sign) < 32 or 127 <= ord(sign) < 160)]


@pytest.mark.parametrize("ask", [True, False])
def test_an_example_is_asked_for_at_a_low_score_when_the_settings_want_it(tmp_path: Path, ask: bool) -> None:
    desk = Desk(tmp_path)
    talk, printed = console("E too early", "1", "E Last week", "7", "1", "f")
    seat = sitting.begin(desk.journal, fixed_clock(), DIGCOMP, "self")
    filling = Filling(seat, talk, ask_example=ask)
    filling.begin()
    filling.run()
    seat.writer.close()
    first, second, third, *_rest = (item.id for item in seat.instrument.items)
    assert dict(seat.assessment.notes) == {first: "Last week"}
    assert dict(seat.assessment.scores) == {first: 1, second: 7, third: 1}
    assert printed().count("An example, if you like") == (2 if ask else 0)
    assert printed().count("Nothing is scored yet") == 1
    assert "The note of statement 1 is now: Last week" in printed()


@pytest.mark.parametrize("columns", [40, 80])
def test_no_word_is_broken_to_fit(columns: int) -> None:
    talk, printed = console(columns=columns)
    command = "reflect-tui amend 2026-11-23T1405-self-4f2a9c --journal /" + "a-long-folder/" * 8
    talk.say(f"To go on with it: {command}")
    talk.quote("The note:", f"see {command}")
    assert printed().split() == f"To go on with it: {command} The note: see {command}".split()


def test_a_long_line_is_refused_whole() -> None:
    talk, _printed = console("3" * (MAX_LINE * 3), "4")
    with pytest.raises(TooLongError):
        talk.read("")
    assert talk.read("") == "4"
    assert talk.read("") is None
