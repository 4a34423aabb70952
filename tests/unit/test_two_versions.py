"""Two versions of a document are told as what differs: statements with their scores, notes, fields; never as a file."""

from __future__ import annotations

from datetime import date

from msgspec import structs

from reflect_tui.analysis.release import closed_round
from reflect_tui.errors import NotFoundError
from reflect_tui.model import goals, session
from reflect_tui.model import round as rounds
from reflect_tui.model.instrument import Instrument
from reflect_tui.store.sync_state import Choice
from reflect_tui.views.document_versions import ComparedVersions, compare_versions, render_versions
from reflect_tui.views.lines import Line
from tests.unit import examples
from tests.unit.gone_examples import goal
from tests.unit.round_examples import CLOSED, CONTENT, an_answer, example_round
from tests.unit.versions import parsed

SESSION = examples.session({"calm": 3, "signs": 2, "acts": "n/a"})
PATH = session.posix_path(SESSION.id)


def find(_identifier: str, _version: str, _digest: str) -> Instrument:
    return parsed(examples.document())


def nowhere(identifier: str, _version: str, _digest: str) -> Instrument:
    raise NotFoundError(identifier)


def text(compared: ComparedVersions, columns: int = 60) -> list[str]:
    lines: list[Line] = render_versions(compared, columns)
    return [row.text.rstrip() for row in lines]


def test_a_session_differs_by_statement_score_note_and_remark() -> None:
    other = structs.replace(
        SESSION,
        scores={"calm": 1, "signs": 2},
        notes={"signs": "one line\nand a second one, which goes on further than a row of this page"},
        remark="after a holiday",
    )
    compared = compare_versions(Choice(document=PATH, contents=(session.dumps(SESSION), session.dumps(other))), find)
    assert text(compared) == [
        "  version 1: 2 statements scored",
        "  version 2: 2 statements scored · 1 note · with a remark",
        "",
        "I stay: calm",
        "  version 1: 3  version 2: 1",
        "",
        "Note on: I know the signs",
        "  version 1: nothing",
        "  version 2: one line",
        "             and a second one, which goes on further than a",
        "             row of this page",
        "",
        "I act on them",
        "  version 1: n/a  version 2: not scored",
        "",
        "Remark",
        "  version 1: nothing",
        "  version 2: after a holiday",
    ]


def test_of_one_that_was_deleted_nothing_else_is_said() -> None:
    compared = compare_versions(Choice(document=PATH, contents=(session.dumps(SESSION), None)), find)
    assert text(compared) == ["  version 1: 2 statements scored", "  version 2: deleted"]


def test_without_its_instrument_a_statement_is_named_by_its_id() -> None:
    other = structs.replace(SESSION, scores=SESSION.scores | {"calm": 4})
    compared = compare_versions(Choice(document=PATH, contents=(session.dumps(SESSION), session.dumps(other))), nowhere)
    assert text(compared)[3:] == ["calm", "  version 1: 3  version 2: 4"]


def test_statements_with_the_same_words_are_told_apart_by_their_domains() -> None:
    document = examples.document()
    looking, doing = document["domain"][:2]
    looking["item"][2]["text"] = doing["item"][0]["text"]
    instrument = parsed(document)
    other = structs.replace(SESSION, scores={"calm": 3, "signs": 1, "acts": 4})
    choice = Choice(document=PATH, contents=(session.dumps(SESSION), session.dumps(other)))
    compared = compare_versions(choice, lambda _identifier, _version, _digest: instrument)
    assert [(each.what, each.values) for each in compared.differences] == [
        ("I act on them (Looking at what is there)", ("2", "1")),
        ("I act on them (Doing)", ("n/a", "4")),
    ]


def test_three_versions_stand_beside_each_other() -> None:
    contents = tuple(session.dumps(structs.replace(SESSION, scores={"calm": score})) for score in (1, 2, 4))
    compared = compare_versions(Choice(document=PATH, contents=contents), find)
    assert text(compared)[-1] == "  version 1: 1  version 2: 2  version 3: 4"


def test_a_goal_differs_by_the_fields_of_its_form() -> None:
    one = goal("a", what="Ask more", by=date(2027, 6, 1))
    other = structs.replace(one, by=date(2027, 9, 1), helper="Noor")
    path = f"goals/{one.id}.toml"
    compared = compare_versions(Choice(document=path, contents=(goals.dumps(one), goals.dumps(other))), find)
    assert compared.title == "Ask more"
    assert [(each.what, each.values) for each in compared.differences] == [
        ("Who helps", ("", "Noor")),
        ("By when", ("1 Jun 2027", "1 Sep 2027")),
    ]


def test_what_was_written_by_hand_hides_no_control_characters() -> None:
    other = structs.replace(SESSION, remark="\x1b[2J")
    compared = compare_versions(Choice(document=PATH, contents=(session.dumps(SESSION), session.dumps(other))), find)
    assert "\x1b" not in "".join(text(compared))


def test_versions_of_a_round_differ_by_people_and_days_and_never_by_figures_or_comments() -> None:
    asked = example_round(("colleague",) * 3)
    people = (structs.replace(asked.invited[0], answered=True), *asked.invited[1:])
    here = structs.replace(asked, invited=people, about="Nora")
    contents = (rounds.dumps(asked), rounds.dumps(here))
    assert text(compare_versions(Choice(document=f"rounds/{asked.id}.toml", contents=contents), find)) == [
        "  version 1: 0 of 3 answered · until 14 Dec 2026",
        "  version 2: 1 of 3 answered · until 14 Dec 2026",
        "",
        "About",
        "  version 1: Noor  version 2: Nora",
        "",
        "colleague · Qwertyna 0 (1)",
        "  version 1: not answered",
        "  version 2: answered",
    ]
    given = [an_answer(asked, number, score=1, note="a comment").given for number in range(3)]
    everyone = structs.replace(asked, invited=tuple(structs.replace(one, answered=True) for one in asked.invited))
    ended = closed_round(CONTENT, everyone, given, CLOSED)
    broken = rounds.dumps(ended).replace(b"people = 3", b"people = 2")
    for other in (rounds.dumps(ended), broken):
        shown = text(compare_versions(Choice(document=f"rounds/{asked.id}.toml", contents=(contents[1], other)), find))
        assert not any("comment" in row or "released" in row or "scored" in row for row in shown)


def test_what_differs_between_two_goals_follows_their_name_at_once() -> None:
    """That each is a version that is there says nothing."""
    one = goal("a", what="Ask more")
    contents = (goals.dumps(one), goals.dumps(structs.replace(one, helper="Noor")))
    assert text(compare_versions(Choice(document=f"goals/{one.id}.toml", contents=contents), find))[0] == "Who helps"


def test_a_document_without_a_title_of_its_own_is_named_in_words() -> None:
    asked = example_round(("colleague",) * 3)
    contents = (rounds.dumps(asked), rounds.dumps(structs.replace(asked, about="Nora")))
    compared = compare_versions(Choice(document=f"rounds/{asked.id}.toml", contents=contents), find)
    assert compared.title == "The feedback round of 23 Nov 2026"
