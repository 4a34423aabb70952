"""The shipped instruments, against the publisher's words and their own promises."""

from __future__ import annotations

import tomllib
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from wcwidth import wcswidth

from reflect_tui.model import instrument, library
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.instrument_faults import FOCUSES
from tests.bundled import bundled, bundled_bytes
from tests.unit.examples import DATA

JGZ = "jgz-opvoedingsondersteuning"
IPIP = "ipip-working-together"
EVERY = [(name, language) for name in library.bundled_ids() for language in ("nl", "en")]


def jgz() -> Instrument:
    return bundled(JGZ, "nl")


def raw(name: str) -> dict[str, Any]:
    return tomllib.loads((library.bundled_folder() / f"{name}.toml").read_text(encoding="utf-8"))


def published() -> list[str]:
    """Give the scored part of the publisher's text: `#` a heading, `:` a stem, `-` a statement."""
    return (DATA / "jgz-statements.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", library.bundled_ids())
def test_each_has_a_licence_that_the_package_names(name: str) -> None:
    folder = library.bundled_folder()
    first, second, *_rest = (folder / f"{name}.LICENSE").read_text(encoding="utf-8").splitlines()
    project = tomllib.loads((folder.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert first.removeprefix("SPDX identifier: ") in project["license"].split(" AND ")
    files = sorted(second.removeprefix("Files: ").split(", "))
    assert files == sorted(path.name for path in folder.glob(f"{name}.*toml"))


def test_headings_stems_and_statements_are_the_publishers_to_the_letter() -> None:
    lines = []
    for number, domain in enumerate(jgz().domains, 1):
        lines.append(f"# {number}. {domain.title}")
        stem = ""
        for item in domain.items:
            if item.stem and item.stem != stem:
                lines.append(f": {item.stem}")
            stem = item.stem
            lines.append(f"- {item.text}")
    assert lines == published()


def test_the_jgz_instrument_has_eight_domains_of_the_published_size() -> None:
    assert [len(domain.items) for domain in jgz().domains] == [15, 5, 19, 18, 13, 11, 10, 1]
    assert len(jgz().items) == 92


def test_each_of_the_ten_stems_leads_its_own_items() -> None:
    stems = Counter(item.stem for item in jgz().items if item.stem)
    assert list(stems.values()) == [7, 2, 4, 2, 3, 3, 3, 5, 2, 3]
    assert set(stems) == {line[2:] for line in published() if line.startswith(":")}


def test_only_coordinating_care_is_optional() -> None:
    assert [number for number, domain in enumerate(jgz().domains, 1) if domain.optional] == [6]


def test_the_scale_and_the_threshold_are_the_published_ones() -> None:
    scale = jgz().scale
    assert [(point.value, point.label) for point in scale.points] == [
        (1, "slecht"),
        (2, "matig"),
        (3, "redelijk"),
        (4, "goed"),
    ]
    assert (scale.threshold, scale.coverage) == (Fraction(3), Fraction(1, 2))
    assert (jgz().id, jgz().version, jgz().language) == (JGZ, "1.0.0", "nl")
    assert jgz().title == "Zelfreflectie-instrument individuele opvoedingsondersteuning"


def test_the_second_axis_has_every_focus_in_it() -> None:
    counts = Counter(item.focus for item in jgz().items)
    assert set(counts) == set(FOCUSES)
    assert counts["skill"] > counts["knowledge"] > counts["attitude"] > 5


def test_a_statement_continues_only_one_that_it_needs() -> None:
    under = {item.id: item.under for item in jgz().items if item.under}
    assert under == {
        "veiligheid-instrument": "veiligheid",
        "methodieken-toepassen": "methodieken",
        "gezamenlijk-plan": "inzet-afstemmen",
        "opschalingmodel-toepassen": "opschalingmodel",
        "rondetafel-leiden": "rondetafel-organiseren",
    }


def test_whole_sentences_of_the_publisher() -> None:
    def sentence(name: str) -> str:
        return jgz().sentence(jgz().item(name))

    assert sentence("bereikbaar") == "Ik ben in staat een ondersteunende omgeving te scheppen. Ik ben goed bereikbaar"
    assert sentence("taxatie") == "Ik ben in staat tot een professionele taxatie van de situatie"
    assert sentence("eigen-netwerk") == "Ik ondersteun ouders: bij het aanboren van hun eigen netwerk"
    assert sentence("sociale-kaart") == "Ik ken de sociale kaart"
    assert sentence("opschalingmodel-toepassen") == (
        "Ik ben bekend met het opschalingmodel in de regio; ik kan dit model toepassen"
    )


def test_digcomp_has_its_five_areas_and_twenty_one_competences() -> None:
    digcomp = bundled("digcomp", "en")
    assert [len(domain.items) for domain in digcomp.domains] == [3, 6, 4, 4, 4]
    assert [point.value for point in digcomp.scale.points] == list(range(1, 9))
    assert digcomp.language == "en"


def test_the_ipip_scales_are_to_the_letter_and_balanced() -> None:
    statements = (DATA / "ipip-statements.txt").read_text(encoding="utf-8").splitlines()
    ipip = bundled(IPIP, "en")
    assert [f"{'-' if item.reversed else '+'} {item.text}" for item in ipip.items] == [
        row for row in statements if row[:2] in ("+ ", "- ")
    ]
    assert [point.label for point in ipip.scale.points] == [row[2:] for row in statements if row.startswith("= ")]
    assert [[item.reversed for item in domain.items] for domain in ipip.domains] == [[False, False, True, True]] * 8


def test_the_default_instrument_comes_first() -> None:
    assert library.bundled_ids() == (JGZ, "digcomp", IPIP)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_instrument_speaks_both_languages(name: str, language: str) -> None:
    shown = bundled(name, language)
    assert (shown.id, shown.language) == (name, language)
    assert shown.digest == instrument.digest(bundled_bytes(name))


@pytest.mark.parametrize("name", library.bundled_ids())
def test_a_translation_says_everything_in_other_words(name: str) -> None:
    one, other = bundled(name, "nl"), bundled(name, "en")
    assert [(item.id, item.focus, item.under, bool(item.stem)) for item in one.items] == [
        (item.id, item.focus, item.under, bool(item.stem)) for item in other.items
    ]
    for a, b in zip(one.items, other.items, strict=True):
        assert a.text != b.text
        assert a.other != b.other
        assert a.stem != b.stem or not a.stem
        assert (a.stem == "") == (b.stem == "")
    for left, right in zip(one.domains, other.domains, strict=True):
        assert (left.id, left.optional) == (right.id, right.optional)
        assert left.title != right.title
    assert {p.label for p in one.scale.points}.isdisjoint(p.label for p in other.scale.points)


@pytest.mark.parametrize("name", [f"{JGZ}.en", "digcomp.nl", f"{IPIP}.nl"])
def test_a_translation_holds_exactly_the_ids_of_its_instrument(name: str) -> None:
    content, original = raw(name), raw(name.rpartition(".")[0])
    items = [item for domain in original["domain"] for item in domain["item"]]
    ids, titles = {item["id"] for item in items}, {domain["id"] for domain in original["domain"]}
    assert content["items"].keys() == ids
    assert content["other"].keys() == ids
    assert content["domains"].keys() == titles
    assert content["short"].keys() == titles
    assert content["points"].keys() == {str(point["value"]) for point in original["scale"]["points"]}
    assert len(content.get("stems", {})) == len({item["stem"] for item in items if "stem" in item})
    assert content["version"] == original["version"]


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_wording_about_another_names_that_person_once_and_stands_alone(name: str, language: str) -> None:
    for item in bundled(name, language).items:
        assert item.other.count("{name}") == 1, item.id
        assert "{" not in item.other.replace("{name}", ""), item.id
        assert not set(item.other.lower().split()) & {"ik", "mij", "mijn", "i", "me", "my"}, item.id


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_short_titles_fit_in_thirteen_cells(name: str, language: str) -> None:
    for domain in bundled(name, language).domains:
        assert 0 < wcswidth(domain.label) <= 13, domain.id


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_no_text_has_blanks_at_its_ends_or_two_in_a_row(name: str, language: str) -> None:
    shown = bundled(name, language)
    texts = [shown.title, *(point.label for point in shown.scale.points)]
    texts += [text for domain in shown.domains for text in (domain.title, domain.short)]
    texts += [text for item in shown.items for text in (item.text, item.other, item.stem)]
    assert [text for text in texts if text != " ".join(text.split())] == []
