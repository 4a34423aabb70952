"""What a form says and asks: honest about the promise, about the person by name, and safe whatever the name is."""

from __future__ import annotations

from pathlib import Path

import pytest

from reflect_tui import i18n
from reflect_tui.errors import ReflectError
from reflect_tui.feedback import form, form_words, suggestion
from reflect_tui.i18n import LANGUAGES
from reflect_tui.model import library
from reflect_tui.model.round import RATERS, Collector, Promise, Rater
from tests.bundled import bundled
from tests.unit import form_examples
from tests.unit.examples import small
from tests.unit.form_examples import HOSTILE, asked

JGZ = library.DEFAULT


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("identifier", library.bundled_ids())
def test_every_statement_is_a_sentence_about_the_person(identifier: str, language: str) -> None:
    content = bundled(identifier, language)
    everything = suggestion.choose_items(content, ("all",))
    found = [item for part in form.form_parts(content, everything, "Noor") for item in part.items]
    assert [item.id for item in found] == [item.id for item in content.items]
    assert [item.number for item in found] == list(range(1, len(found) + 1))
    for item in found:
        assert "Noor" in item.text
        assert "{" not in item.text


@pytest.mark.parametrize("role", RATERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_name_a_sentence_still_begins_with_a_capital(language: str, role: Rater) -> None:
    content = bundled(JGZ, language)
    name = form_words.name_for_rater("  ", role, language)
    assert name == name.lower()
    for part in form.form_parts(content, suggestion.choose_items(content), name):
        assert all(item.text[0].isupper() for item in part.items)


@pytest.mark.parametrize(("wanted", "count"), [((), 49), (("40",), 40), (("all",), 92), (("500",), 92), (("1",), 1)])
def test_a_number_of_items_is_chosen_in_the_order_of_the_instrument(wanted: tuple[str, ...], count: int) -> None:
    content = bundled(JGZ, "nl")
    found = suggestion.choose_items(content, wanted)
    assert len(found) == count
    assert list(found) == sorted(found, key=content.positions.__getitem__)


def test_domains_are_chosen_by_their_ids() -> None:
    content = bundled(JGZ, "nl")
    found = suggestion.choose_items(content, ("toekomst", "signaleren"))
    assert {content.domain_of[item].id for item in found} == {"signaleren", "toekomst"}
    with pytest.raises(ReflectError, match="no domain"):
        suggestion.choose_items(content, ("signaleren", "40"))


@pytest.mark.parametrize(
    ("promise", "collector", "role", "says", "never"),
    [
        ("named", "self", "colleague", "knows that they are yours", "confidential"),
        ("confidential", "self", "colleague", "at least 3 people", "knows that they are yours"),
        ("confidential", "self", "client", "is not anonymous: Noor receives your file", "knows that they are yours"),
        ("confidential", "self", "manager", "that is one person: Noor sees your answers", "at least"),
        ("confidential", "third person", "client", "not to Noor", "Noor receives your file"),
    ],
)
def test_the_promise_is_told_as_it_is(
    promise: Promise, collector: Collector, role: Rater, says: str, never: str
) -> None:
    found = asked(promise=promise, collector=collector, role=role)
    said = " ".join(form_words.promise_sentences(found, role))
    assert says in said
    assert never not in said
    page = form_examples.page(found)
    assert page.count("What happens to your answers") == 1
    start, review = page.index('id="start"'), page.index('id="review"')
    assert says in page[start:review]
    assert says in page[review:]


def test_who_gets_the_file_is_named_in_every_step() -> None:
    assert any("Send it to Noor" in step for step in form_words.hand_over_steps(asked(), "Noor"))
    third = form_words.words_for(asked(collector="third person"), "client", small().scale)
    assert any("Send it to the person who collects the answers" in step for step in third.steps)


def test_the_language_is_that_of_the_round_and_leaves_ours_alone() -> None:
    assert form_words.long_date(asked().closes, "en") == "14 December 2999"
    before = i18n.current_language()
    page = form_examples.page(asked(language="nl"))
    assert '<html lang="nl">' in page
    assert "slecht" in page
    assert i18n.current_language() == before


def test_no_name_becomes_markup_or_is_filled_in_twice() -> None:
    page = form_examples.page(asked(about=HOSTILE, promise="named"))
    assert "<script>alert" not in page
    assert "<b>{{" not in page
    assert "49" not in form_words.lead_sentence(asked(about="{{ 7 * 7 }}"), "colleague")
    assert "{name}{n}" in " ".join(form_words.promise_sentences(asked(about="{name}{n}"), "colleague"))
    assert page.count("<script") == page.count("</script>") == 4  # the facts, the QR code, the answer code, the form


def test_the_policy_names_the_page_s_own_script_and_style_and_nothing_else() -> None:
    policy = form.content_security_policy("a", "b")
    assert policy == (
        "default-src 'none'; script-src 'sha256-PiPoFgA5WUoziU9lZOGxNIu9egCI1CxKy3PurtWcAJ0='; "
        "style-src 'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='; base-uri 'none'; form-action 'none'"
    )
    page = form_examples.page(asked())
    assert "unsafe" not in page
    for name in ("http-equiv", "http://www.w3.org/2000/svg", "https://github.com/antfu"):  # SVG's, and an author's
        page = page.replace(name, "")
    assert "http" not in page


def test_a_form_for_a_third_person_makes_no_code_that_nobody_could_read() -> None:
    page = form_examples.page(asked(collector="third person"))
    assert page.count("<script") == 2
    assert "FBRT" not in page
    assert "code" not in " ".join(form_words.promise_sentences(asked(collector="third person"), "colleague"))


def test_the_terms_of_the_qr_library_come_with_every_copy() -> None:
    page = form_examples.page(asked())
    assert "Copyright (c) Project Nayuki" in page
    assert "The above copyright notice and this permission notice shall be included in all" in page


def test_nothing_in_the_form_tells_who_was_asked() -> None:
    found = asked()
    page = form_examples.page(found)
    assert found.invited[0].label not in page
    assert found.invited[0].token not in page


def test_no_form_shows_what_only_a_program_reads(tmp_path: Path) -> None:
    """A name in a template can be that of a method as well, and then shows that."""
    for name, path in form_examples.forms(tmp_path).items():
        assert " object at 0x" not in path.read_text(encoding="utf-8"), name
