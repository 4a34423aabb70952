"""A round and what comes back from it: their files, every fault named, and the promise that can't be weakened."""

import hashlib
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.feedback import answers
from reflect_tui.feedback.answers import AnswerContent, AnswerFile, CombinedFile
from reflect_tui.model import round as rounds
from reflect_tui.model.round import Comment, Invited, PromiseError, Released, ReleasedDomain, Round
from reflect_tui.store.candidates import Candidate
from reflect_tui.views import importing
from reflect_tui.views import rounds as pages
from tests.unit.examples import quick
from tests.unit.feedback_examples import Feedback, every

WHEN = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
DIGEST = "sha256:" + "0" * 64
TOKENS = [letter * 22 for letter in "abcd"]
ROUND = Round(
    id="2026-11-23-others-4f2a9c",
    instrument="example",
    version="1.0.0",
    digest=DIGEST,
    about="Noor",
    language="en",
    promise="confidential",
    made=WHEN,
    closes=date(2026, 12, 14),
    items=("one", "two"),
    invited=(
        Invited(role="manager", label="Bo", token=rounds.token_digest(TOKENS[0])),
        *(Invited(role="colleague", label="", token=rounds.token_digest(token)) for token in TOKENS[1:]),
    ),
)
ANSWER = AnswerFile(
    id="answer-" + "0" * 32,
    round=ROUND.id,
    token=TOKENS[1],
    promise="confidential",
    about="Noor",
    instrument="example",
    version="1.0.0",
    digest=DIGEST,
    role="colleague",
    scores={"one": 3, "two": "n/a"},
    notes={"one": "often\nand well"},
)
NAMED = structs.replace(
    ANSWER, id="2026-11-23T1405-colleague-4f2a9c", promise="named", name="Bo", started=WHEN, finished=WHEN
)


def without_check(data: bytes) -> bytes:
    """Give an answer as an earlier form made it."""
    return re.sub(rb"\ncheck = .*", b"", data)


def faults_of(data: bytes) -> str:
    with pytest.raises(BadFileError) as refused:
        answers.parse(data, "a.toml")
    return str(refused.value)


def test_a_round_is_read_back_as_it_was_written() -> None:
    assert rounds.parse(rounds.dumps(ROUND), "r.toml") == ROUND
    answered = structs.replace(ROUND, invited=(structs.replace(ROUND.invited[0], answered=True), *ROUND.invited[1:]))
    assert rounds.parse(rounds.dumps(answered), "r.toml") == answered


@pytest.mark.parametrize("answer", [ANSWER, NAMED])
def test_an_answer_is_read_back_as_it_was_written(answer: AnswerFile) -> None:
    read = answers.parse(answers.dumps(answer), "a.toml")
    assert (structs.replace(read, check=""), bool(read.check)) == (answer, True)


def test_a_combined_file_is_read_back_as_it_was_written() -> None:
    combined = CombinedFile(
        round=ROUND.id,
        instrument="example",
        version="1.0.0",
        digest=DIGEST,
        tokens=(TOKENS[0],),
        answers=(AnswerContent(role="manager", scores={"one": 4}),),
    )
    assert answers.parse_combined(answers.dumps_combined(combined), "c.toml") == combined


def test_every_fault_of_a_round_is_named() -> None:
    data = rounds.dumps(ROUND).replace(b'"two"', b'"one"').replace(b"minimum = 3", b"minimum = 2")
    data = data.replace(rounds.token_digest(TOKENS[1]).encode(), rounds.token_digest(TOKENS[0]).encode())
    with pytest.raises(BadFileError) as refused:
        rounds.parse(data.replace(b'state = "open"', b'state = "ajar"'), "r.toml")
    for place in ("state", "items[2]", "minimum", "invited[2].token"):
        assert f"{place}:" in str(refused.value)


def test_a_third_person_collects_for_confidential_rounds_only() -> None:
    named = structs.replace(ROUND, promise="named", collector="third person")
    with pytest.raises(BadFileError, match="collector"):
        rounds.parse(rounds.dumps(named), "r.toml")


def test_a_confidential_round_never_says_whose_answer_is_whose() -> None:
    told = structs.replace(ROUND.invited[0], session="2026-11-23T1405-manager-4f2a9c")
    with pytest.raises(BadFileError, match=r"invited\[1\]\.session"):
        rounds.parse(rounds.dumps(structs.replace(ROUND, invited=(told, *ROUND.invited[1:]))), "r.toml")


def test_a_confidential_answer_carries_neither_time_nor_name() -> None:
    said = faults_of(answers.dumps(structs.replace(NAMED, promise="confidential")))
    for place in ("started", "finished", "name", "id"):
        assert f"{place}: a confidential answer carries no time" in said


def test_a_named_answer_has_its_time_and_the_id_of_a_session_in_its_role() -> None:
    said = faults_of(answers.dumps(structs.replace(ANSWER, promise="named")))
    assert "started: is missing" in said
    assert "finished: is missing" in said
    assert "id: must be" in said
    assert "id: must be" in faults_of(answers.dumps(structs.replace(NAMED, role="client")))


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (b'role = "colleague"', b'role = "self"', "role"),
        (b"one = 3", b"one = true", "scores.one"),
        (b"one = 3", b"one = 3.0", "scores.one"),
        (b"format = 1", b"", "format"),
        (b'about = "Noor"', b'about = "Noor"\nmore = 1', "more"),
        (b"a" * 22, b"..", "token"),
        (b'"Noor"', b'"' + b"n" * 101 + b'"', "about"),
        (
            b'one = """',
            b'one = """' + b"x" * 20_001,
            'the comment on the statement "one" is longer than 20000 characters',
        ),
    ],
)
def test_a_faulty_answer_names_the_place(old: bytes, new: bytes, place: str) -> None:
    data = without_check(answers.dumps(structs.replace(ANSWER, token=TOKENS[0])))
    assert old in data
    assert f"{place}: " in faults_of(data.replace(old, new))


def test_hostile_text_comes_out_clean() -> None:
    hostile = structs.replace(NAMED, name="B\x1b[2Jo", remark="\x9b31m", notes={"one": "a\x00b\r\nc"})
    read = answers.parse(answers.dumps(hostile), "a.toml")
    assert (read.name, read.remark, read.notes) == ("B[2Jo", "31m", {"one": "ab\nc"})


def test_the_promise_can_be_changed_until_someone_has_answered() -> None:
    weaker = structs.replace(ROUND, promise="named")
    assert rounds.keep_promise(ROUND, weaker) is weaker


@pytest.mark.parametrize(
    "change",
    [{"promise": "named"}, {"collector": "third person"}, {"minimum": 4}, {"items": ("one",)}, {"about": "Someone"}],
)
def test_the_promise_is_fixed_once_someone_has_answered(change: dict[str, object]) -> None:
    one = structs.replace(ROUND.invited[1], answered=True)
    answered = structs.replace(ROUND, invited=(ROUND.invited[0], one, *ROUND.invited[2:]))
    with pytest.raises(PromiseError):
        rounds.keep_promise(answered, structs.replace(answered, **change))
    later = structs.replace(answered, closes=date(2026, 12, 24))
    assert rounds.keep_promise(answered, later) is later


@quick
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4), st.sampled_from(["round", "answer", "named"]))
def test_a_spoiled_file_is_refused_in_a_sentence_or_read_whole(place: int, spoiled: bytes, which: str) -> None:
    data = {"round": rounds.dumps(ROUND), "answer": answers.dumps(ANSWER), "named": answers.dumps(NAMED)}[which]
    at = place % len(data)
    changed = data[:at] + spoiled + data[at + len(spoiled) :]
    try:
        if which == "round":
            a_round = rounds.parse(changed, "r")
            again = rounds.parse(rounds.dumps(a_round), "r") == a_round
        else:
            answer = answers.parse(changed, "a")
            again = answers.parse(answers.dumps(answer), "a") == answer
    except BadFileError as error:
        again = bool(error.faults)
    assert again


def test_hostile_names_and_labels_show_nothing_that_a_terminal_obeys() -> None:
    hostile = "\x1b]52;c;aGk=\x07\x9b31m\u202e[@click=app.quit]x[/]"
    faulty = Candidate(path=Path(f"/in/{hostile}.toml"), faults=(Fault(hostile, hostile),))
    fine = Candidate(path=Path(f"/in/{hostile}.toml"), answer=ANSWER)
    shown = structs.replace(ROUND, about=hostile, invited=(structs.replace(ROUND.invited[0], label=hostile),))
    lines = [
        *importing.render_import_preview([faulty, fine], 80),
        *importing.render_import_result([fine], [(faulty, hostile)], 80),
        *pages.render_rounds([shown], [(hostile, faulty.faults)], date(2026, 11, 24), 80),
    ]
    text = "".join(line.text for line in lines)
    assert "[@click=app.quit]x[/]" in text
    assert all(character.isprintable() for character in text)


def test_hidden_characters_are_told_of_every_kind_of_file() -> None:
    given = structs.replace(ANSWER, remark="a\u200bb")
    content = answers.AnswerContent(role="client", notes={"one": "\ufeff\u2060"})
    named = structs.replace(NAMED, name="N\u200boor")
    combined = answers.CombinedFile(
        round=ANSWER.round,
        instrument="one",
        version="1.0.0",
        digest=ANSWER.digest,
        tokens=(ANSWER.token,),
        answers=(content, content),
    )
    path = Path("answer.toml")
    hiding = [Candidate(path=path, answer=given), Candidate(path=path, answer=named)]
    found = [*hiding, Candidate(path=path, combined=combined), Candidate(path=path, answer=ANSWER)]
    text = "\n".join(line.text for line in importing.render_import_preview(found, 100))
    assert re.findall(r"contains \d hidden characters?", text) == [
        "contains 1 hidden character",
        "contains 1 hidden character",
        "contains 4 hidden characters",
    ]
    assert "contains 1 hidden" in "".join(line.text for line in importing.render_import_result(found[:1], [], 80))


def test_a_round_counts_those_asked_by_role_and_knows_them_by_their_token() -> None:
    manager, *colleagues = ROUND.invited
    some = structs.replace(ROUND, minimum=4, invited=(*colleagues, structs.replace(manager, answered=True)))
    assert some.roles == ("manager", "colleague")
    assert [len(some.group(role)) for role in rounds.RATERS] == [1, 3, 0, 0]
    assert some.group("colleague") == tuple(colleagues)
    assert [some.needed(role) for role in rounds.RATERS] == [1, 4, 4, 4]
    assert some.answered == 1
    assert some.bearer(TOKENS[2]) == colleagues[1]
    assert some.bearer("e" * 22) is None
    assert some.is_confidential
    assert not structs.replace(some, promise="named").is_confidential


def test_a_form_is_marked_by_the_label_or_without_one_by_the_first_token() -> None:
    labelled, unlabelled, *_others = ROUND.invited
    mark = ROUND.mark(unlabelled, "journal")
    assert rounds.token_digest(TOKENS[1]).startswith(f"sha256:{mark}")
    assert ROUND.mark(rounds.with_new_token(unlabelled, "sha256:" + "1" * 64), "another journal") == mark
    told = {
        ROUND.mark(labelled, "journal"),
        ROUND.mark(labelled, "another journal"),
        ROUND.mark(structs.replace(labelled, label="Co"), "journal"),
        structs.replace(ROUND, id="2026-11-23-others-5a2a9c").mark(labelled, "journal"),
    }
    assert len(told) == 4
    assert {len(each) for each in told} == {len(mark)}
    assert ROUND.mark(structs.replace(labelled, token="sha256:" + "1" * 64), "journal") in told


def test_an_id_of_a_round_has_its_day_and_its_role_when_there_is_one() -> None:
    assert rounds.new_id(WHEN, ("client",), "4f2a9c") == "2026-11-23-client-4f2a9c"
    assert rounds.new_id(WHEN, ("manager", "client"), "4f2a9c") == ROUND.id
    assert rounds.is_id(ROUND.id)
    assert not rounds.is_id("2026-11-23T1405-client-4f2a9c")


def test_a_named_round_says_who_answered_and_who_withdrew_and_no_more() -> None:
    manager, first, second, third = ROUND.invited
    answered = structs.replace(first, answered=True, session="2026-11-23T1405-colleague-4f2a9c")
    invited = (manager, answered, structs.replace(second, withdrawn=True), third)
    named = structs.replace(ROUND, promise="named", minimum=1, invited=invited)
    written = rounds.dumps(named)
    assert rounds.parse(written, "r.toml") == named
    assert written.count(b"withdrawn =") == written.count(b"answered =") == written.count(b"session =") == 1
    assert written.count(b"label =") == 4
    assert not ROUND.invited[0].withdrawn


def test_a_round_asks_one_item_and_100_people_at_most() -> None:
    many = tuple(Invited(role="client", label="", token=rounds.token_digest(str(n))) for n in range(101))
    full = structs.replace(ROUND, items=("one",), minimum=100, invited=many[:100])
    assert rounds.parse(rounds.dumps(full), "r.toml") == full
    for change, place in (({"invited": many}, "invited"), ({"items": ()}, "items"), ({"minimum": 101}, "minimum")):
        with pytest.raises(BadFileError, match=place):
            rounds.parse(rounds.dumps(structs.replace(full, **change)), "r.toml")


def test_who_answered_is_unknown_only_where_a_third_person_left_a_group_out_of_a_closed_round() -> None:
    third = structs.replace(ROUND, collector="third person")
    closed = structs.replace(third, closed=WHEN, released=(Released(role="manager", people=1, scored={}),))
    assert [closed.is_untold(role) for role in ("manager", "colleague")] == [False, True]
    assert not third.is_untold("colleague")
    assert not structs.replace(closed, collector="self").is_untold("colleague")


def test_a_group_of_more_people_than_the_round_promises_is_read_back_and_one_of_fewer_is_refused() -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2)] * 5)
    (told,) = found.told().values()
    assert [group.people for group in rounds.parse(rounds.dumps(told), "x.toml").released] == [5]
    few = structs.replace(told, minimum=6)
    with pytest.raises(BadFileError, match=r"released\[1\]\.people: are fewer than the round promises"):
        rounds.parse(rounds.dumps(few), "x.toml")


def test_each_fault_of_released_figures_is_named_by_its_group() -> None:
    manager = Released(role="manager", people=1, scored={"one": 1}, sums={"one": 3})
    group = Released(role="client", people=4, scored={"one": 3, "two": 4}, points={"one": 2, "two": 3})

    def places(*released: Released) -> list[str]:
        found = rounds.released_faults(released, ("one", "two"), lambda role: 1 if role == "manager" else 3)
        return [fault.place for fault in found]

    assert places(manager, group, structs.replace(group, role="colleague")) == []
    assert places(manager, group, group) == ["released[3].role"]
    assert places(group, manager, group) == ["released[3].role"]
    assert places(structs.replace(group, people=3, scored={}, points={})) == []
    assert places(manager, structs.replace(group, people=2, scored={}, points={})) == ["released[2].people"]
    for scored in ({"one": 2}, {"one": 5}, {"three": 3}):
        (name,) = scored
        assert places(structs.replace(group, scored=scored, points={name: 2})) == [f"released[1].scored.{name}"]
    assert places(structs.replace(group, points={}, sums={"one": 6, "two": 9})) == ["released[1].points"]
    assert places(structs.replace(group, sums={"one": 6})) == ["released[1].points"]
    for points in ({"one": 2}, {"one": 2, "two": 3, "three": 3}, {"one": 2, "three": 3}):
        assert places(structs.replace(group, points=points)) == ["released[1].points"]
    assert places(structs.replace(manager, sums={}, points={"one": 3})) == ["released[1].sums"]


def test_of_someones_forms_the_first_and_the_newest_hundred_are_known() -> None:
    digests = [rounds.token_digest(str(number)) for number in range(105)]
    person = structs.replace(ROUND.invited[1], token=digests[0])
    for number, digest in enumerate(digests[1:], 1):
        person = rounds.with_new_token(person, digest)
        known = digests[: number + 1]
        assert person.tokens == (known[0], *known[1:][-100:])
    asked = structs.replace(ROUND, invited=(ROUND.invited[0], person))
    assert [asked.first_token(digest) for digest in (digests[0], digests[104], digests[1])] == [
        digests[0], digests[0], digests[1],
    ]  # fmt: skip


def test_no_two_forms_have_one_token_whosever_they_are() -> None:
    one, other = (rounds.token_digest(str(number)) for number in (1, 2))

    def faults(*earlier: tuple[str, ...]) -> list[str]:
        people = zip(ROUND.invited, earlier, strict=False)
        invited = tuple(structs.replace(person, earlier=digests) for person, digests in people)
        data = rounds.dumps(structs.replace(ROUND, invited=invited))
        try:
            return [] if rounds.parse(data, "r.toml").invited == invited else ["changed"]
        except BadFileError as error:
            return [fault.place for fault in error.faults]

    assert faults((one,), (other,)) == faults((one, other), ()) == []
    first = (ROUND.invited[1].token,)
    for earlier in (((one,), (one,)), ((one, one), ()), (first, ()), ((), first)):
        assert faults(*earlier) == ["invited"]


def test_what_is_told_of_a_group_is_its_own_whatever_their_order_and_written_without_what_is_empty() -> None:
    told = [Released(role=role, people=3, scored={}) for role in ("client", "colleague", "manager", "other")]
    for released in (told, told[::-1]):
        some = structs.replace(ROUND, released=tuple(released[:3]))
        assert [some.released_of(group.role) for group in released] == [*released[:3], None]
    assert rounds.released_table(told[0]) == {"role": "client", "people": 3, "scored": {}}
    more = structs.replace(told[0], domains=(ReleasedDomain(id="one", sum=9),), comments=(Comment(text="Well done"),))
    table = rounds.released_table(more)
    assert (table["domain"], table["comment"]) == ([{"id": "one", "sum": 9}], [{"text": "Well done"}])


def test_what_was_promised_is_sealed_in_every_version_alike() -> None:
    fixed = [ROUND.id, "example", "1.0.0", DIGEST, "Noor", "confidential", "self", 3, ["one", "two"]]
    joined = structs.replace(ROUND, invited=(structs.replace(ROUND.invited[1], role="other"),))
    for round_, said in ((ROUND, fixed), (joined, [*fixed, "joined"])):
        assert rounds.seal(round_) == "sha256:" + hashlib.sha256(json.dumps(said).encode()).hexdigest()


def test_a_round_that_was_answered_is_not_read_without_its_seal_nor_one_with_another() -> None:
    answered = structs.replace(ROUND, invited=(structs.replace(ROUND.invited[0], answered=True), *ROUND.invited[1:]))
    sealed = f'promised = "{rounds.seal(answered)}"\n'
    data = rounds.dumps(answered).decode()
    wrong = 'promised = "sha256:' + "1" * 64 + '"\n'
    unanswered = rounds.dumps(ROUND).decode().replace("minimum = 3\n", f"minimum = 3\n{wrong}")
    for changed in (data.replace(sealed, ""), data.replace(sealed, wrong), unanswered):
        with pytest.raises(BadFileError, match="promised: what was promised and asked was changed"):
            rounds.parse(changed.encode(), "r.toml")


def test_a_name_or_label_of_several_lines_is_one_line() -> None:
    label = structs.replace(ROUND.invited[0], label="Bo\nof the\tteam")
    read = rounds.parse(rounds.dumps(structs.replace(ROUND, about="Noor\nof us", invited=(label,))), "r.toml")
    assert (read.about, read.invited[0].label) == ("Noor of us", "Bo of the team")


@pytest.mark.parametrize("people", [3, 5])
def test_figures_of_more_or_fewer_people_than_answered_are_refused(people: int) -> None:
    found = Feedback(every(3))
    found.give("colleague", [every(2)] * 4)
    (told,) = found.told().values()
    (group,) = told.released
    other = structs.replace(group, people=people, scored=dict.fromkeys(group.scored, 3))
    with pytest.raises(BadFileError, match=r"released\[1\]\.people: is not how many of that group have answered"):
        rounds.parse(rounds.dumps(structs.replace(told, released=(other,))), "x.toml")
