"""A profile that one aims at: targets stand beside the means, what is not reached is said, and nothing is judged."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from msgspec import structs

from reflect_tui.analysis.diff import results
from reflect_tui.analysis.summary import domain_groups
from reflect_tui.analysis.trend import trend
from reflect_tui.cli import instruments as instruments_command
from reflect_tui.cli.json_out import shown, whole_instrument
from reflect_tui.errors import BadFileError
from reflect_tui.interchange.document import plain as as_document
from reflect_tui.line_mode.reading import results as results_in_words
from reflect_tui.model import instrument as model_instrument
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.library import Library
from reflect_tui.model.session import Score, Session
from reflect_tui.report.build import Material, build_report
from reflect_tui.report.charts import bar, course, course_frame
from reflect_tui.report.html import page as html_page
from reflect_tui.report.markdown import markdown
from reflect_tui.settings import Settings
from reflect_tui.tui.services.settings import choices, faults, offered
from reflect_tui.views.instrument_words import target_sentences
from reflect_tui.views.lines import plain
from reflect_tui.views.results import render_results
from reflect_tui.views.trend_charts import render_legend
from reflect_tui.views.trend_text import render_trend_text
from reflect_tui.views.trends import TrendScene, TrendView, targets_of
from tests.unit.cli_examples import Cli, Result
from tests.unit.examples import DATA
from tests.unit.report_examples import NOW
from tests.unit.shape_examples import filled, shape

WHOLE = shape("whole")
SENIOR, STARTER = (structs.replace(WHOLE, chosen=name) for name in ("senior", "starter"))
SCORES: dict[str, Score] = {
    "opens": 3, "closes": 4, "interrupts": 2, "writes": 3, "keeps": 3, "reviews": 2, "tired": 2, "worried": 2,
    "cheerful": 3,
}  # fmt: skip
MISSED = "Not at the target for “After five years”: Talks 3.33 (target 3.5), Plans 2.67 (target 3)."


def session(on: Instrument = SENIOR, **more: Score) -> Session:
    return filled(on, SCORES | more)


def words(lines: Any) -> str:
    return " ".join(plain(lines).split())


def test_a_target_is_reached_at_its_mean_and_on_the_better_side() -> None:
    assert [group.target for group in domain_groups(WHOLE, SCORES)] == [None, None, None]
    assert [group.target for group in domain_groups(SENIOR, SCORES)] == [Fraction("3.5"), 3, None]
    reached = {group.id: group.reached for group in domain_groups(STARTER, SCORES)}
    assert reached == {"talks": True, "plans": True, "strain": True}  # of strain lower is better: 2.00 is at 2
    tired = SCORES | {"tired": 3}
    assert [group.reached for group in domain_groups(STARTER, tired)] == [True, True, False]
    few = {name: score for name, score in SCORES.items() if name == "opens"}
    assert [group.reached for group in domain_groups(STARTER, few)] == [None, None, None]
    at_three = {group.id: group.reached for group in domain_groups(SENIOR, SCORES | {"reviews": 3})}
    assert at_three["plans"] is True  # 3.00 is at 3


def test_the_results_draw_targets_and_say_what_is_not_reached() -> None:
    lines = render_results(results(SENIOR, session()), 100)
    bars = [row.text for row in lines if row.target in ("talks", "plans", "strain")]
    assert [text.count("▾") for text in bars] == [1, 0, 1]  # Strain, the second, has no target
    assert MISSED in words(lines)
    assert "Every mean is at its target for “In the first year”." in words(
        render_results(results(STARTER, session()), 100)
    )
    assert MISSED in words(results_in_words(results(SENIOR, session()), 100))
    assert not [*target_sentences(WHOLE, results(WHOLE, session()).summary)]


def test_a_verdict_is_the_same_with_and_without_a_target() -> None:
    verdicts = [[group.verdict for group in domain_groups(on, SCORES)] for on in (WHOLE, SENIOR, STARTER)]
    assert verdicts[0] == verdicts[1] == verdicts[2]


def test_trends_mark_the_target_and_name_the_profile() -> None:
    sessions = [session(), filled(SENIOR, SCORES, days=90)]
    scene = TrendScene(instrument=SENIOR, trend=trend(SENIOR, sessions, {}), total=2, targets=targets_of([], SENIOR))
    assert {name: target.value for name, (target,) in scene.targets.items()} == {"talks": 3.5, "plans": 3}
    view = TrendView(session=1)
    assert "◂ target" in plain(render_legend(scene, view, 100))
    assert "◂ goal" not in plain(render_legend(scene, view, 100))
    assert "Target 3.5 for “After five years”." in words(render_trend_text(scene, 100))


def test_the_document_draws_targets_in_bars_and_courses() -> None:
    made = build_report(Material(instrument=SENIOR, session=session(), now=NOW))
    assert MISSED in made.opening
    talks, _plans, strain = made.domains
    assert bar(strain, made.scale).target is None
    drawn = bar(talks, made.scale)
    assert drawn.end is not None
    assert drawn.target is not None
    assert drawn.end < drawn.target
    assert 'class="target"' in html_page(made)
    assert "A triangle: the target for “After five years”." in made.signs
    assert "After five years" in markdown(made)
    earlier = [filled(SENIOR, SCORES, days=-90)]
    followed = build_report(Material(instrument=SENIOR, session=session(), now=NOW, own=tuple(earlier)))
    laid = course(followed.domains[0], course_frame((*followed.domains, *followed.focuses), followed.scale))
    assert laid.target is not None
    assert laid.target < laid.dots[-1].at.y  # above: lengths count downwards
    assert 'class="aim"' in html_page(followed)
    assert "Dotted: the target for “After five years”." in followed.signs


def test_json_has_the_targets_and_the_profiles() -> None:
    made = shown(results(SENIOR, session()), Path("x.toml"), None)
    assert [domain.get("target") for domain in made["domains"]] == [3.5, 3, None]
    assert "target" not in json.dumps(shown(results(WHOLE, session()), Path("x.toml"), None))
    assert whole_instrument(WHOLE)["profiles"][0]["targets"] == {"talks": 2.5, "plans": 2, "strain": 2}


@pytest.mark.parametrize(
    ("profile", "fault"),
    [
        ({"id": "senior"}, "profile[2].id"),
        ({"targets": {"talk": 3}}, "profile[1].targets.talk"),
        ({"targets": {"talks": 5}}, "profile[1].targets.talks"),
        ({"targets": {}}, "profile[1].targets"),
    ],
)
def test_a_wrong_profile_is_named_by_its_place(profile: dict[str, Any], fault: str) -> None:
    content = as_document(WHOLE)
    content["profile"][0] |= profile
    with pytest.raises(BadFileError) as caught:
        model_instrument.parse(tomli_w.dumps(content).encode(), "whole.toml")
    assert [one.place for one in caught.value.faults] == [fault]


def test_the_profile_of_the_settings_is_that_of_every_instrument_which_has_it(tmp_path: Path) -> None:
    file = tmp_path / "whole.toml"
    file.write_text(tomli_w.dumps(as_document(WHOLE)))
    library = Library(None)
    library.resolve(str(file))
    library.aim_at("senior")
    profile = library.new("whole").profile
    assert profile
    assert profile.title == "After five years"
    assert library.new("digcomp").profile is None
    ids = offered(library)
    assert choices("profile", ids) == ("", "starter", "senior")
    assert [fault.place for fault in faults(Settings(profile="chief"), ids)] == ["profile"]
    assert not faults(Settings(profile="senior"), ids)


def test_the_page_of_an_instrument_lists_its_profiles() -> None:
    said = words([*instruments_command.page(WHOLE, 100)])
    assert "Targets for “In the first year” (starter): Talks 2.5, Plans 2, Strain 2." in said


def test_a_profile_may_be_named_with_a_command(cli: Cli) -> None:
    file = DATA / "instruments" / "whole.toml"
    assert cli("instruments", "add", str(file)).code == 0
    for days in (0, 30):
        cli.journal.save(filled(WHOLE, SCORES, days=days), file.read_bytes())
    assert MISSED not in words_of(cli("show", "latest"))
    assert MISSED in words_of(cli("show", "latest", "--profile", "senior"))
    assert "Target 3.5" not in words_of(cli("trend"))
    assert "Target 3.5 for “After five years”." in words_of(cli("trend", "--profile", "senior"))
    assert MISSED.partition(":")[0] in words_of(cli("report", "--format", "md", "--profile", "senior", "--output", "-"))
    unknown = cli("show", "latest", "--profile", "chief")
    assert (unknown.code, unknown.err) == (2, 'reflect-tui: There is no profile "chief"; there are: starter, senior.\n')


def words_of(result: Result) -> str:
    assert result.code == 0, result.err
    return " ".join(result.out.split())
