"""How a talk begins, goes on, is signed and amended, and the talk line by line."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.clock import Clock
from reflect_tui.errors import EXIT_DONE, EXIT_NO
from reflect_tui.forms.fields import parse_names, parse_next_talk
from reflect_tui.line_mode import talk as lines
from reflect_tui.model import agenda as agendas
from reflect_tui.model import talk as talks
from reflect_tui.model.agenda import AgendaPoint, ScoreSum
from reflect_tui.model.goals import dumps
from reflect_tui.model.instrument import Instrument, digest
from reflect_tui.model.session import Session
from reflect_tui.model.talk import Talk, is_as_signed
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import pages, talking
from reflect_tui.usecases.talking import FinishedTalkError, Names
from reflect_tui.views.lines import plain
from reflect_tui.views.talk import TalkScene, render_talk
from tests.screenshots import demo_journal, fixed_clock
from tests.unit.plain_examples import console, words

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 23)
NAMES = Names("Noor", "Ans")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        demo_journal(folder, "en")
    return folder


@pytest.fixture
def journal(template: Path, tmp_path: Path) -> Journal:
    shutil.copytree(template / "journal", tmp_path / "journal")
    return Journal(tmp_path / "journal", tmp_path / "state")


def newest(journal: Journal) -> tuple[Session, Instrument]:
    session = journal.own()[0]
    return session, journal.library.find(session.instrument, session.version, session.digest)


def begun(journal: Journal) -> Talk:
    session, instrument = newest(journal)
    saved = pages.saved_agenda(journal, session.id)
    return talking.begin(pages.pages_of(journal), instrument, session, saved, fixed_clock())


def stored(journal: Journal) -> Talk:
    document, _of_the_demo = journal.talks.all()
    assert document.value
    return document.value


def test_a_talk_begins_with_the_saved_agenda_and_names_it_by_its_digest(journal: Journal) -> None:
    session, _instrument = newest(journal)
    agenda = pages.saved_agenda(journal, session.id)
    assert agenda
    talk = begun(journal)
    assert (talk.session, talk.agenda) == (session.id, digest(agendas.dumps(agenda)))
    assert [(point.kind, point.about, point.now, point.remark) for point in talk.points] == [
        (point.kind, point.about, point.now, point.remark) for point in agenda.kept
    ]


def test_an_agenda_that_is_outdated_is_brought_up_to_date_first(journal: Journal) -> None:
    session, instrument = newest(journal)
    agenda = pages.saved_agenda(journal, session.id)
    assert agenda
    own = AgendaPoint(kind="own", text="The new roster")
    low = next(point for point in agenda.points if point.kind == "low" and point.now)
    assert low.now
    wrong = structs.replace(low, now=structs.replace(low.now, sum=low.now.sum + 1))
    stale = structs.replace(agenda, points=(wrong, own))
    talk = talking.begin(pages.pages_of(journal), instrument, session, stale, fixed_clock())
    assert "The new roster" in [point.text for point in talk.topics]
    assert low.now in [point.now for point in talk.topics]
    assert wrong.now not in [point.now for point in talk.topics]


def test_a_talk_that_begins_with_a_renewed_agenda_says_so(journal: Journal) -> None:
    assert "Answers changed" not in talked(journal, "q")[1]
    shutil.rmtree(journal.root / talks.FOLDER)
    session, _instrument = newest(journal)
    path = journal.root / agendas.relative_path(session.id)
    saved = agendas.parse(path.read_bytes(), path.name)
    low = next(point for point in saved.points if point.kind == "low" and point.now)
    assert low.now
    wrong = structs.replace(low, now=structs.replace(low.now, sum=low.now.sum + 1))
    path.write_bytes(agendas.dumps(structs.replace(saved, points=(wrong,))))
    assert "this talk begins with the agenda renewed" in talked(journal, "q")[1]


def test_a_goal_that_a_kill_left_unnoted_is_noted_where_the_two_were(journal: Journal) -> None:
    talk = begun(journal).at(2)
    _session, instrument = newest(journal)
    assert talk.topic
    goal = structs.replace(talking.new_goal(talk, talk.topic, instrument, (), fixed_clock()), what="Ask")
    again = talking.resumed(structs.replace(talk, paused=fixed_clock().now()), [goal])
    assert [agreement.goal for agreement in again.topics[1].agreements] == [goal.id]
    assert again.paused is None
    assert talking.resumed(again, [goal]) == again


def test_what_is_signed_can_be_checked_against_history(journal: Journal) -> None:
    talk = begun(journal)
    data = talking.save(journal, talk, None)
    signed = talking.sign(journal, talk, data, NAMES, fixed_clock().now())
    (signature,) = signed.signatures
    assert is_as_signed(signed)
    assert digest(journal.repository.read(signature.commit, journal.talks.path(talk.id))) == signature.digest
    assert stored(journal) == signed
    assert journal.pending() == ()


def test_a_signed_talk_is_not_changed_without_a_reason(journal: Journal) -> None:
    talk = begun(journal)
    signed = talking.sign(journal, talk, None, NAMES, fixed_clock().now())
    data = talks.dumps(signed)
    with pytest.raises(FinishedTalkError):
        talking.save(journal, signed.with_remark(1, "leader", "Otherwise"), data)
    with pytest.raises(FinishedTalkError):
        talking.sign(journal, structs.replace(signed, next_talk=TODAY), data, NAMES, fixed_clock().now())
    amended = signed.amended(fixed_clock().now(), "A word was wrong")
    data = talking.save(journal, amended, data)
    later = amended.with_remark(1, "leader", "Otherwise")
    data = talking.save(journal, later, data)
    assert not is_as_signed(stored(journal))
    again = talking.sign(journal, later, data, NAMES, fixed_clock().now())
    assert len(again.signatures) == 2
    assert is_as_signed(again)


def test_without_git_a_signature_names_the_digest_alone(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = begun(journal)
    (journal.root / ".git" / "MERGE_HEAD").write_text("0" * 40 + "\n")
    signed = talking.sign(journal, talk, None, NAMES, fixed_clock().now())
    assert signed.signatures[0].commit == ""
    assert is_as_signed(stored(journal))


@pytest.mark.parametrize(
    ("professional", "leader", "wrong"),
    [(" Noor ", "Ans", []), ("", " ", ["professional", "leader"]), ("x" * 81, "Ans", ["professional"])],
)
def test_names_are_read(professional: str, leader: str, wrong: list[str]) -> None:
    assert list(parse_names({"professional": professional, "leader": leader}).faults) == wrong


def test_the_next_talk_may_be_so_many_months_ahead_or_open_but_not_in_the_past() -> None:
    assert parse_next_talk("6m", TODAY).day == date(2027, 5, 23)
    assert parse_next_talk(" ", TODAY).day is None
    for wrong in ("soon", "2026-11-22"):
        with pytest.raises(ValueError, match=r"\."):
            parse_next_talk(wrong, TODAY)


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_every_page_fits_its_columns(journal: Journal, columns: int) -> None:
    _session, instrument = newest(journal)
    talk = begun(journal)
    for place in range(talk.steps):
        scene = TalkScene(talk=talk.at(place), instrument=instrument, opening=("A sentence. " * 20,))
        rows = render_talk(scene, columns, lambda name: name[-1])
        assert max(row.width for row in rows) <= columns


def test_each_page_with_a_sign_before_a_change_says_what_it_means(journal: Journal) -> None:
    _session, instrument = newest(journal)
    talk = begun(journal)
    unclear = structs.replace(talk.points[0], about=instrument.domains[0].id, now=ScoreSum(9, 3), before=ScoreSum(8, 3))
    talk = structs.replace(talk, points=(structs.replace(unclear, kind="strength", clear="no"),))
    page = words(plain(render_talk(TalkScene(talk=talk, instrument=instrument), 80)))
    assert "≈ +0.33" in page
    assert "≈ means no clear change." in page


def talked(journal: Journal, *script: str, clock: Clock | None = None) -> tuple[int, str]:
    session, instrument = newest(journal)
    talk, printed = console(*script)
    return lines.talk(journal, clock or fixed_clock(), talk, session, instrument), words(printed())


def prompted(journal: Journal, *script: str) -> str:
    """Give what is on the screen of someone who types a talk."""
    session, instrument = newest(journal)
    talk, printed = console(*script)
    lines.talk(journal, fixed_clock(), structs.replace(talk, typed=True), session, instrument)
    return words(printed())


FIRST = ("I see it", "So do I", "Ask", "Call", "Sanne", "3m", "")
OTHERS = ("", "", "") * 4


def test_a_talk_by_lines_is_the_same_talk(journal: Journal) -> None:
    code, said = talked(journal, *FIRST, *OTHERS, "2027-05-29", "y", "Noor", "Ans")
    assert code == EXIT_DONE
    assert "Noor (professional) and Ans (team leader)" in said
    talk = stored(journal)
    assert (talk.topics[0].remark, talk.topics[0].leader_remark) == ("I see it", "So do I")
    (agreed,) = talk.agreements
    goal = journal.goals.get(agreed.goal).value
    assert goal
    assert (goal.what, goal.helper, goal.by, goal.talk) == ("Ask", "Sanne", date(2027, 2, 23), talk.id)
    assert goal.domain == talk.topics[0].about
    assert is_as_signed(talk)
    assert talk.next_talk == date(2027, 5, 29)


def test_a_talk_by_lines_that_stops_goes_on_where_it_was(journal: Journal) -> None:
    code, said = talked(journal, *FIRST, "q")
    assert code == EXIT_NO
    assert "The talk is paused." in said
    assert (stored(journal).place, stored(journal).paused) == (2, fixed_clock().now())
    code, said = talked(journal, "Second", "", "", *OTHERS[3:], "", "n")
    assert "Point 2 of 5" in said
    assert "Point 1 of 5" not in said
    assert [topic.remark for topic in stored(journal).topics[:2]] == ["I see it", "Second"]
    assert stored(journal).finished is None
    assert journal.pending() == ()


def test_a_talk_by_lines_says_what_is_saved_and_what_a_line_replaces(journal: Journal) -> None:
    said = prompted(journal, "I see it", "q")
    assert "Every remark and every agreement is saved at once." in said
    assert "Professional, a remark:" in said
    assert "in place of this one" not in said
    said = prompted(journal, "", "So do I", "q")
    assert "Professional, a new remark, in place of this one:" in said
    assert "Team leader, a remark:" in said
    assert stored(journal).topics[0].remark == "I see it"


def test_a_goal_half_typed_by_lines_goes_on_where_it_was(journal: Journal) -> None:
    talked(journal, "", "", "Ask", "Call", "q")
    assert not stored(journal).agreements
    code, said = talked(journal, "", "", "Sanne", "soon", "3m", "", "q")
    assert code == EXIT_NO
    assert "what is to be reached? (an empty line: nothing more) Ask First step: Call" in said
    (agreed,) = stored(journal).agreements
    assert (agreed.what, agreed.first_step, agreed.helper) == ("Ask", "Call", "Sanne")
    assert agreed.by == date(2027, 2, 23)
    assert journal.typed.all() == ()


def test_by_lines_a_damaged_talk_is_told_of_before_another_is_begun(journal: Journal) -> None:
    talked(journal, "I see it", "q")
    document, _of_the_demo = journal.talks.all()
    (journal.root / document.path).write_bytes(b"format = 1\nwhat\n")
    code, said = talked(journal, "n")
    assert code == EXIT_NO
    assert f"{document.path} can't be read. It may be a talk about this session." in said
    assert len(journal.talks.all()) == 2


def test_a_session_that_was_amended_since_is_told_so(journal: Journal) -> None:
    session, instrument = newest(journal)
    talk = begun(journal)
    assert not talking.is_session_changed(talk, instrument, session)
    strongest = next(domain for domain in instrument.domains if domain.id == talk.strengths[0].about)
    amended = structs.replace(session, scores={**session.scores, strongest.items[0].id: 1})
    assert talking.is_session_changed(talk, instrument, amended)
    for changed in (False, True):
        scene = TalkScene(talk=talk, instrument=instrument, opening=("A sentence.",), session_changed=changed)
        said = words("\n".join(row.text for row in render_talk(scene, 80)))
        assert ("it was changed since the talk began" in said) == changed


def test_a_dash_clears_the_date_of_the_next_talk(journal: Journal) -> None:
    talked(journal, *FIRST, *OTHERS, "2027-05-29", "y", "Noor", "Ans")
    talked(journal, "A word was wrong", "", "Otherwise", "", *OTHERS, "-", "y", "Noor", "Ans")
    assert len(stored(journal).signatures) == 2
    assert stored(journal).next_talk is None


def test_a_signed_talk_by_lines_asks_for_a_reason(journal: Journal) -> None:
    talked(journal, *FIRST, *OTHERS, "", "y", "Noor", "Ans")
    before = stored(journal)
    code, _said = talked(journal, "")
    assert (code, stored(journal)) == (EXIT_DONE, before)
    talked(journal, "A word was wrong", "", "Otherwise", "", *OTHERS, "", "n")
    assert stored(journal).topics[0].leader_remark == "Otherwise"
    assert [amendment.reason for amendment in stored(journal).amendments] == ["A word was wrong"]


def test_by_lines_an_amendment_without_a_change_leaves_no_reason_behind(journal: Journal) -> None:
    talked(journal, *FIRST, *OTHERS, "", "y", "Noor", "Ans")
    before = stored(journal)
    talked(journal, "A word was wrong", "", "", "", "q")
    assert stored(journal) == before
    assert journal.typed.all() == ()


def test_names_half_typed_by_lines_are_asked_for_no_more(journal: Journal) -> None:
    talked(journal, *FIRST, *OTHERS, "2027-05-29", "y", "Noor", "q")
    assert stored(journal).finished is None
    code, said = talked(journal, "", "y", "Ans")
    assert code == EXIT_DONE
    assert "Name of the professional: Noor" in said
    talk = stored(journal)
    assert (talk.signatures[0].professional, talk.next_talk) == ("Noor", date(2027, 5, 29))
    assert journal.typed.all() == ()


def test_goals_of_a_talk_are_like_other_goals(journal: Journal) -> None:
    talked(journal, *FIRST, "q")
    (agreed,) = stored(journal).agreements
    document = journal.goals.get(agreed.goal)
    assert document.value
    assert dumps(document.value) == document.data


def test_one_name_twice_is_no_signature_of_both() -> None:
    read = parse_names({"professional": "Noor Bos", "leader": "noor  bos"})
    assert read.faults == {"leader": "Both names are the same; each of you types their own name."}
