"""Colleagues and clients who are told together as one group: agreed before anyone answers, and said on the form."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.errors import BadFileError, ReflectError
from reflect_tui.feedback import form_words
from reflect_tui.forms.fields import joined_groups, small_groups
from reflect_tui.i18n import LANGUAGES
from reflect_tui.model import round as rounds
from reflect_tui.model.round import PromiseError, Rater, Round
from reflect_tui.store.closing import TooFewError, close
from reflect_tui.store.rounds import get, make, take_confidential, withdraw
from reflect_tui.usecases.invitations import add_person, may_ask
from reflect_tui.usecases.pages import pages_of
from reflect_tui.views.labels import people
from reflect_tui.views.lines import plain
from reflect_tui.views.rounds import render_round
from tests.unit import examples
from tests.unit.cli_examples import Cli
from tests.unit.round_examples import BYTES, CLOSED, a_round, an_answer, example_round

JOINED: tuple[Rater, ...] = ("manager", "other", "other", "other")


def joined(cli: Cli) -> Round:
    return a_round(cli.journal, JOINED)


def test_two_colleagues_and_a_client_are_one_group_of_three(cli: Cli) -> None:
    found = joined(cli)
    assert found.is_joined
    assert found.needed("other") == 3
    for number in range(1, 4):
        take_confidential(cli.journal, an_answer(found, number))
    assert close(cli.journal, found.id, CLOSED) == {"other": 3}


def test_two_of_them_are_too_few(cli: Cli) -> None:
    found = joined(cli)
    for number in range(1, 3):
        take_confidential(cli.journal, an_answer(found, number))
    with pytest.raises(TooFewError):
        close(cli.journal, found.id, CLOSED)


def test_a_file_that_joins_them_in_a_named_round_or_asks_some_of_them_apart_is_refused(cli: Cli) -> None:
    found = joined(cli)
    apart = structs.replace(found.invited[1], role="colleague")
    for broken, reason in (
        (structs.replace(found, promise="named"), "in confidential rounds only"),
        (structs.replace(found, invited=(*found.invited[:1], apart, *found.invited[2:])), "so none of them"),
    ):
        with pytest.raises(BadFileError, match=reason):
            rounds.parse(rounds.dumps(broken), "round")


def test_once_someone_has_answered_the_one_group_can_neither_be_undone_nor_begun(cli: Cli) -> None:
    found = joined(cli)
    take_confidential(cli.journal, an_answer(found, 1))
    answered = get(cli.journal, found.id)[0]
    apart = tuple(
        structs.replace(person, role="manager" if person.role == "manager" else "colleague")
        for person in answered.invited
    )
    by_hand = rounds.dumps(answered).replace(b'role = "other"', b'role = "colleague"')
    with pytest.raises(BadFileError, match="changed after someone had answered"):
        rounds.parse(by_hand, "round")
    with pytest.raises(PromiseError):
        rounds.keep_promise(answered, structs.replace(answered, invited=apart))
    only_manager = structs.replace(answered, invited=answered.invited[:1])
    assert may_ask(only_manager, "other")
    manager_answered = structs.replace(answered.invited[0], answered=True)
    assert not may_ask(structs.replace(only_manager, invited=(manager_answered,)), "other")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_says_that_they_are_one_group(cli: Cli, language: str) -> None:
    said = {"en": "as one group of at least 3 people", "nl": "als één groep van minstens 3 mensen"}
    asked = structs.replace(joined(cli), language=language)
    assert said[language] in " ".join(form_words.promise_sentences(asked, "other"))
    assert said[language] not in " ".join(form_words.promise_sentences(asked, "manager"))


def test_a_colleague_asked_later_is_asked_in_the_group_that_was_joined(cli: Cli, tmp_path: Path) -> None:
    found = structs.replace(example_round(JOINED), closes=date(2999, 12, 14))
    make(cli.journal, found, BYTES)
    for number, role in enumerate(("colleague", "client")):
        done = cli("--lang", "nl", "invite", "--role", role, "--output", str(tmp_path / f"{number}.html"))
        assert (done.code, "voor één collega of cliënt" in done.out, "als één groep" in done.out) == (0, True, True)
        assert "als collega of cliënt" in (tmp_path / f"{number}.html").read_text(encoding="utf-8")
    assert [document.id for document in cli.journal.rounds.all()] == [found.id]
    assert [person.role for person in get(cli.journal, found.id)[0].invited] == [*JOINED, "other", "other"]


@pytest.mark.slow
def test_the_command_asks_them_together_and_never_apart(cli: Cli, tmp_path: Path) -> None:
    def invite(role: str, *more: str) -> str:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.html"
        done = cli("invite", "--role", role, "--output", str(path), *more)
        return done.err if done.code else done.out

    said = invite("other", "--about", "Noor")
    assert "confidential" in said.lower()
    assert "1 colleague or client asked" in said
    (document,) = cli.journal.rounds.all()
    assert "2 colleagues and clients asked" in invite("other")
    assert "3 colleagues and clients asked" in invite("client", "--round", document.id)
    assert "1 colleague asked" in invite("colleague", "--confidential", "--about", "Bo")  # a round of its own
    (apart,) = {other.id for other in cli.journal.rounds.all()} - {document.id}
    assert "not told together" in invite("other", "--round", apart)


def test_the_list_of_rounds_names_them(cli: Cli) -> None:
    text = plain(render_round(joined(cli), CLOSED.date(), 80))
    assert "1 manager, 3 colleagues and clients" in text
    assert people("other", 1) == "1 colleague or client"


def test_a_comparison_has_them_as_one_group(cli: Cli) -> None:
    journal = cli.journal
    found = joined(cli)
    session = examples.session(dict.fromkeys(found.items, 3))
    journal.save(
        structs.replace(session, instrument=found.instrument, version=found.version, digest=found.digest), BYTES
    )
    for number in range(1, 4):
        take_confidential(journal, an_answer(found, number, score=number))
    close(journal, found.id, CLOSED)
    pages = pages_of(journal)
    (mine,) = pages.own()
    comparison = pages.comparison(pages.instruments[mine.digest], mine)
    assert [(group.role, group.people) for group in comparison.raters.groups] == [("other", 3)]


def test_before_a_round_is_made_small_groups_are_known_and_what_would_make_them_large_enough() -> None:
    asked: list[tuple[Rater, str]] = [("manager", "Bo"), ("colleague", "Ann"), ("colleague", "Cy"), ("client", "Di")]
    assert small_groups(asked) == {"colleague": 2, "client": 1}
    assert joined_groups(asked) == (("manager", "Bo"), ("other", "Ann"), ("other", "Cy"), ("other", "Di"))
    assert joined_groups(asked[:3]) == ()  # there is no other group to join
    assert joined_groups([asked[1], asked[3]]) == ()  # together they are too few as well
    assert small_groups([asked[0], *[asked[1]] * 3]) == {}


def test_the_command_warns_while_a_group_is_too_small(cli: Cli, tmp_path: Path) -> None:
    for number in range(3):
        words = ("--role", "colleague", "--output", str(tmp_path / f"{number}.html"), "--confidential")
        said = cli("invite", *words).err
        assert ("3 needed" in said) == (number < 2)


def test_a_person_is_added_to_an_open_round_and_gets_a_form_while_the_others_keep_theirs(
    cli: Cli, tmp_path: Path
) -> None:
    found = joined(cli)
    path = add_person(cli.journal, found.id, "other", "Eva", tmp_path / "forms")
    after = get(cli.journal, found.id)[0]
    assert after.invited[:-1] == found.invited
    assert (after.invited[-1].role, after.invited[-1].label) == ("other", "Eva")
    token = path.read_text(encoding="utf-8").partition('"token": "')[2].partition('"')[0]
    assert after.bearer(token) == after.invited[-1]


def test_nobody_is_added_to_a_group_that_is_none_nor_to_a_round_that_is_over_nor_without_a_form(
    cli: Cli, tmp_path: Path
) -> None:
    found = a_round(cli.journal)
    with pytest.raises(ReflectError, match="not told together"):
        add_person(cli.journal, found.id, "other", "Eva", tmp_path / "forms")
    with pytest.raises(ReflectError):
        add_person(cli.journal, found.id, "client", "Eva", tmp_path / "no" / "forms")
    assert get(cli.journal, found.id)[0] == found
    withdraw(cli.journal, found.id)
    with pytest.raises(ReflectError, match="not open any more"):
        add_person(cli.journal, found.id, "client", "Eva", tmp_path / "forms")
