"""The differences as one reads them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui.analysis.diff import diff, diff_across_versions, results
from reflect_tui.cli import json_out
from reflect_tui.i18n import use_language
from reflect_tui.line_mode.reading import differences as in_words
from reflect_tui.model.agenda import Agenda, AgendaPoint, ScoreSum
from reflect_tui.model.instrument import Better, Instrument
from reflect_tui.model.session import Role, Score
from reflect_tui.report import pdf
from reflect_tui.report.build import Material, build_report
from reflect_tui.report.document_texts import before_text, change_text, course_change, course_words, verdict_text
from reflect_tui.report.markdown import markdown
from reflect_tui.views.change_sentences import moves_sentence, rule_sentence
from reflect_tui.views.diff import AXES, ORDERS, DiffView, render_diff, render_opening
from reflect_tui.views.history import UNKNOWN, Origin, render_header, render_rewritten
from reflect_tui.views.lines import plain
from reflect_tui.views.results import render_axis
from tests.unit.examples import ITEMS, quick, session, small
from tests.unit.versions import later, newer

BEFORE = {"calm": 3, "kind": 3, "signs": 3, "acts": 4, "tells": 2, "asks": 2, "gives": 2}
AFTER = {"calm": 4, "kind": 3, "signs": 3, "acts": 1, "tells": 2, "asks": 3, "gives": 2}


def shown(view: DiffView | None = None, width: int = 80) -> str:
    found = diff(small(), session(BEFORE), session(AFTER, days=90))
    return plain(render_diff(small(), found, width, view or DiffView()))


def test_the_first_line_counts_and_weighs() -> None:
    found = diff(small(), session(BEFORE), session(AFTER, days=90))
    said = " ".join(row.text.strip() for row in render_opening(found, 80))
    assert said == "Mostly the same: 4 of 7. Of the 3 that changed 2 went up: too few to tell a direction."


def test_a_direction_is_told_with_what_else_can_cause_it() -> None:
    many = dict.fromkeys(ITEMS, 1)
    found = diff(small(), session(many), session(dict.fromkeys(ITEMS, 4), days=90))
    said = " ".join(row.text.strip() for row in render_opening(found, 80))
    assert said == ("All 7 statements that changed went up. A better day can do that too; look at which ones.")
    assert "below 0.05 (here p = 0.016)" in rule_sentence(found)
    back = diff(small(), session(dict.fromkeys(ITEMS, 4)), session(many, days=90))
    assert "All 7 statements that changed went down" in render_opening(back, 80)[0].text


def test_means_that_moved_less_than_noise_are_called_so_and_the_rule_is_named() -> None:
    text = shown()
    row = next(row for row in text.split("\n") if "Together" in row)
    assert row.split()[:6] == ["Together", "2.00", "→", "2.50", "+0.50", "≈"]
    assert row.index("○") < row.index("●") < row.index("╋")
    assert row.endswith("too few changed")
    assert "With fewer than 6 changed statements neither test can tell." in rule_sentence(None)
    assert "chance" not in text


def test_in_a_narrow_window_names_and_words_are_whole_and_figures_are_named() -> None:
    domains = (structs.replace(small().domains[0], title="Looking and seeing", short=""), *small().domains[1:])
    content = structs.replace(small(), domains=domains)
    found = diff(content, session(BEFORE), session(AFTER, days=90))
    for width in (60, 77, 80):
        text = plain(render_diff(content, found, width))
        means = text.split("Statements")[0]
        assert "…" not in means
        assert re.search(r"before +now +change", means)
        assert means.split().count("seeing") == 1
        assert " ".join(means.split()).count("too few changed") == 3


def test_where_nothing_was_scored_that_is_said_and_no_rule_about_chance() -> None:
    nothing: dict[str, Score] = dict.fromkeys(ITEMS, "n/a")
    found = diff(small(), session(nothing), session(nothing, days=90))
    text = plain(render_diff(small(), found, 80))
    assert text.strip().startswith("No statement was scored both times.")
    assert "chance" not in text
    assert text.rstrip().endswith("No statement has a score.")


def test_a_rule_about_chance_stands_only_below_means_that_moved() -> None:
    found = diff(small(), session(BEFORE), session(BEFORE, days=90))
    assert "chance" not in plain(render_diff(small(), found, 80))


def test_two_sessions_of_one_day_are_told_apart_by_their_time() -> None:
    noon = session(BEFORE)
    evening = structs.replace(session(AFTER), id="2026-11-23T1930-self-4f2a9d", started=noon.started.replace(hour=19))
    for change in (diff(small(), noon, evening), diff(small(), evening, noon)):
        text = plain(render_header(change, (UNKNOWN, UNKNOWN), 80))
        assert "23 Nov 2026, 14:05 · self  " in text
        assert "23 Nov 2026, 19:05 · self  " in text
    assert "14:05" not in plain(render_header(diff(small(), noon, session(AFTER, days=1)), (UNKNOWN, UNKNOWN), 80))


def test_two_people_are_no_change_in_time_and_that_is_said() -> None:
    said = "Two people filled these in"
    between = diff(small(), session(BEFORE), session(AFTER, days=90, role="manager"))
    assert said in plain(render_header(between, (UNKNOWN, UNKNOWN), 80))
    assert said in plain(in_words(small(), between, 80))
    alone = diff(small(), session(BEFORE), session(AFTER, days=90))
    assert said not in plain(render_header(alone, (UNKNOWN, UNKNOWN), 80))
    assert said not in plain(in_words(small(), alone, 80))


@pytest.mark.parametrize(("language", "counted", "of_time"), [
    (
        "en",
        "The same: 4 of 7. Different: 3 (manager: 2 higher, 1 lower).",
        ("changed", "change ", "now high", "no longer", "before", "went up", "direction"),
    ),
    (
        "nl",
        "Gelijk: 4 van de 7. Verschillend: 3 (manager: 2 hoger, 1 lager).",
        ("eranderd", "erandering", "nu hoog", "niet meer", "eerst nu", "omhoog", "richting"),
    ),
])  # fmt: skip
def test_two_people_differ_and_nothing_changed(language: str, counted: str, of_time: tuple[str, ...]) -> None:
    use_language(language)
    between = diff(small(), session(BEFORE), session(AFTER, days=90, role="manager"))
    for view in (DiffView(), DiffView(order="size")):
        drawn = " ".join(plain(render_diff(small(), between, 100, view)).split())
        assert counted in drawn
        assert not [word for word in of_time if word in drawn]
    drawn = " ".join(plain(render_diff(small(), between, 100)).split())
    assert {"en": "only ● high", "nl": "alleen ● hoog"}[language] in drawn
    read = " ".join(plain(in_words(small(), between, 100)).split())
    assert counted in read
    high = {"en": "for only one of the two (manager): Looking.", "nl": "bij maar een van beiden (manager): Looking."}[
        language
    ]
    assert high in read
    assert not [word for word in of_time if word in read.replace("not a change in time", "")]


def test_two_people_who_scored_other_statements_are_told_apart_on_those_both_scored() -> None:
    other = diff(small(), session({"calm": 2, "kind": 2}), session({"calm": 2, "kind": 2, "signs": 4}, role="manager"))
    drawn = " ".join(plain(render_diff(small(), other, 100)).split())
    assert "The same score by both: 2 of 2." in drawn
    assert "(n 2 → 3); of the 2 that both scored: 2 the same." in drawn
    none = diff(small(), session({"calm": 2}), session({"kind": 2}, role="manager"))
    assert "No statement was scored by both." in plain(render_opening(none, 80))


def test_what_crossed_the_threshold_comes_first_or_where_it_stands() -> None:
    crossing = shown()
    assert (
        crossing.index("Across the threshold of 3")
        < crossing.index("Looking")
        < crossing.index("Domains")
        < crossing.index("Doing")
    )
    assert "now high" in crossing
    rows = crossing.split("\n")
    place = next(number for number, row in enumerate(rows) if row.endswith("now high"))
    assert rows[place + 1].split() == ["too", "few", "changed"]
    assert rows[place].index("now high") == rows[place + 1].index("too few changed")
    assert "now high; too few changed" in shown(width=120)
    assert "now high; too few changed" in shown(width=60)
    size = shown(DiffView(order="size"))
    assert "Across the threshold of 3" not in size
    assert size.index("Doing") < size.index("Together") < size.index("Looking")
    domain = shown(DiffView(order="domain"))
    assert domain.index("Looking") < domain.index("Doing") < domain.index("Together")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_figure_of_a_diff_stands_below_its_name(language: str) -> None:
    use_language(language)
    before, now, change = ("before", "now", "change") if language == "en" else ("eerst", "nu", "verschil")
    rows = shown(DiffView(order="domain")).split("\n")
    head = next(row for row in rows if row.split()[-4:] == ["1", "2", "3", "4"])
    row = next(row for row in rows if "Together" in row).replace(",", ".")
    assert row[: head.index(before) + len(before)].endswith("2.00")
    assert row[head.index(now) :].startswith("2.50")
    assert row[: head.index(change) + len(change)].split()[-1].startswith("+0.5")


def test_items_alone_crossings_first_then_by_size_or_as_they_come() -> None:
    crossing = shown(DiffView(axis="item"))
    assert "Domains" not in crossing
    assert crossing.index("I act on them") < crossing.index("I stay: calm") < crossing.index("The others")
    assert crossing.index("The others") < crossing.index("I ask")
    size = shown(DiffView(axis="item", order="size"))
    assert size.index("I act on them") < size.index("I stay: calm") < size.index("I ask")
    domain = shown(DiffView(axis="item", order="domain"))
    assert domain.index("Looking") < domain.index("I stay: calm") < domain.index("Doing") < domain.index("I act")
    assert "I give" in shown(DiffView(axis="item", unfolded=True))


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("width", [39, 59, 79, 119])
def test_every_view_fits_its_width(axis: str, order: str, width: int) -> None:
    found = diff(small(), session(BEFORE, notes={"calm": "a b c"}), session(AFTER, days=90, notes={"calm": "a x c"}))
    view = DiffView(axis=axis, order=order, unfolded=True)  # type: ignore[arg-type]
    assert max(row.width for row in render_diff(small(), found, width, view)) <= width


def test_two_versions_of_one_session_are_not_weighed() -> None:
    one = session(BEFORE)
    text = plain(render_diff(small(), diff(small(), one, session(AFTER)), 80))
    assert "chance" not in text
    assert "clear" not in text


def test_the_header_names_date_role_version_commit_and_amendment() -> None:
    one, other = session(BEFORE), session(AFTER, role="manager", days=90)
    origins = (Origin("1a2b3c4d5e", one.started), Origin())
    first, second, *caveat = render_header(diff(small(), one, other), origins, 80)
    assert "not a change in time" in " ".join(plain(caveat).split())
    assert first.text.startswith("  ○ 23 Nov 2026 · self")
    assert "version 1.2.0 · 1a2b3c4d · amended 23 Nov 2026" in first.text
    assert "21 Feb 2027 · manager" in second.text
    assert second.text.endswith("version 1.2.0 · not yet in history")
    assert render_header(diff(small(), one, other), (UNKNOWN, UNKNOWN), 80)[0].text.endswith("version 1.2.0")


def test_sessions_of_two_versions_say_on_how_many_items_they_are_compared() -> None:
    found = diff_across_versions(session(BEFORE), small(), later({"calm": 4, "warm": 4}), newer())
    assert found is not None
    instrument, change = found
    text = " ".join(plain(render_header(change, (UNKNOWN, UNKNOWN), 80)).split())
    assert (
        "Versions 1.2.0 and 2.0.0 differ: compared on 4 statements that mean the same in both, of the 8 there are now."
        in text
    )
    assert "I stay: calm, whatever happens" in plain(render_diff(instrument, change, 80, DiffView(unfolded=True)))


def words(before: str, after: str, columns: int = 60) -> str:
    return plain(render_rewritten(before, after, columns, 0))


def test_notes_show_word_by_word_what_went_and_what_came() -> None:
    assert words("I ask why sometimes", "I ask why often now") == "I ask why -[sometimes] +[often now]"
    assert words("one two three four", "one two four") == "one two -[three] four"
    assert words("one two four", "one two three four") == "one two +[three] four"


def test_notes_with_little_in_common_stand_below_each_other() -> None:
    assert words("one two three", "four five six") == "- one two three\n+ four five six"
    assert words("", "new here") == "+ new here"
    assert words("gone now", "") == "- gone now"


def test_a_very_long_note_takes_no_time_worth_counting() -> None:
    assert words("a " * 3000, "b a " * 1500).count("- ") == 1


texts = st.lists(st.sampled_from(["a", "bb", "ccc", "dddd"]), max_size=14).map(" ".join)


@quick
@given(texts, texts, st.integers(12, 40))
def test_no_word_is_lost_and_no_line_too_wide(before: str, after: str, columns: int) -> None:
    found = render_rewritten(before, after, columns, 2)
    assert max((row.width for row in found), default=0) <= columns
    said = plain(found).replace("-[", "").replace("+[", "").replace("]", "").split()
    assert all(said.count(word) >= max(before.split().count(word), after.split().count(word)) for word in said)
    assert set(said) - {"-", "+"} == {*before.split(), *after.split()}


def single() -> Instrument:
    """A small instrument whose first domain has one item."""
    looking, *others = small().domains
    return structs.replace(small(), domains=(structs.replace(looking, items=looking.items[:1]), *others))


def test_a_domain_of_one_statement_has_its_scores_in_words_too() -> None:
    before, after = session(BEFORE), session(AFTER, days=90)
    text = " ".join(plain(in_words(single(), diff(single(), before, after), 100)).split())
    assert "2 with too few changed statements. Looking, a single statement, went from 3 to 4." in text
    lower = diff(single(), session(BEFORE), session(BEFORE | {"calm": 2}, days=90))
    in_lower = " ".join(plain(in_words(single(), lower, 100)).split())
    assert "2 means: 2 the same. Looking, a single statement, went from 3 to 2." in in_lower
    assert re.search(r"Looking at what is there 3 4 from 3 to 4 high ", text)
    same = " ".join(plain(in_words(single(), diff(single(), before, session(BEFORE, days=90)), 100)).split())
    assert "single statement" not in same
    assert re.search(r"Looking at what is there 3 3 0 not high ", same)


def test_a_document_tells_a_domain_of_one_statement_by_its_scores() -> None:
    before, after = session(BEFORE), session(AFTER, days=90)
    point = AgendaPoint(kind="strength", about="looking", now=ScoreSum(4, 1), before=ScoreSum(3, 1))
    material = Material(
        instrument=single(),
        session=after,
        previous=before,
        own=(before, after),
        agenda=Agenda(session=after.id, since=before.id, points=(point,)),
        now=after.finished,
    )
    report = build_report(material)
    (row, *_others) = report.domains
    assert (before_text(row), change_text(row), verdict_text(row), course_change(row)) == (
        "3",
        "3 → 4",
        "high",
        "3 → 4",
    )
    assert course_words(row) == "23 Nov 2026: 3 (n = 1); 21 Feb 2027: 4 (n = 1)"
    assert report.strengths[0].evidence == ("Score 3 → 4",)
    assert "| Looking at what is there | 4 | 1/1 | high | 3 | 3 → 4 |" in markdown(report)
    assert next(row["change"] for row in pdf.values(report)["domains"]) == "3 → 4"
    drawn = plain(render_axis(results(single(), after, before), 80, "domain")).split("\n")
    assert next(row for row in drawn if "Looking" in row).endswith("3 → 4")


def test_a_statement_that_takes_its_domain_and_its_focus_across_the_threshold_is_a_crossing_of_both() -> None:
    """In a domain of one statement as in a focus of three."""
    before = session(dict.fromkeys(ITEMS, 3))
    change = diff(single(), before, session(dict.fromkeys(ITEMS, 3) | {"calm": 4}, days=90))
    focus = single().item("calm").focus
    assert [part.id for part in (*change.domains, *change.focuses) if part.crossed] == ["looking", focus]
    for axis in AXES[:2]:
        text = plain(render_diff(single(), change, 100, DiffView(axis=axis, order="crossing")))
        above = text.split("Across the threshold of 3")[1].split("Domains" if axis == "domain" else "Attitude,")[0]
        assert ("Looking" if axis == "domain" else str(focus).title()) in above
    material = Material(instrument=single(), session=change.b, previous=before, now=change.b.finished)
    told = markdown(build_report(material))  # of a single statement both scores, and no verdict of change
    assert "Looking, a single statement, went from 3 to 4." in told
    assert "Became high" not in told


def test_a_domain_of_one_statement_shows_its_scores_and_no_mean() -> None:
    looking, *_rest = small().domains
    one = structs.replace(small(), domains=(structs.replace(looking, items=looking.items[:1]),))
    for before, after, row in (
        ({"calm": 3}, {"calm": 4}, ["3", "→", "4"]),
        ({"calm": 2}, {"calm": 2}, ["2", "→", "2", "="]),
        ({"calm": 2}, {}, ["2", "→", "–"]),
    ):
        text = plain(render_diff(one, diff(one, session(before), session(after, days=9)), 80))
        shown = next(line for line in text.split("\n") if looking.label in line and "→" in line)
        assert re.split("[├○◉●╋]", shown.split(looking.label)[1])[0].split() == row
        assert not re.search("high|clear|few changed", shown)
        assert shown.endswith("too few") is (not after)


def test_a_mean_of_too_few_statements_says_so_also_where_none_had_a_score_before() -> None:
    change = diff(small(), session({"acts": 3}), session({"calm": 4, "acts": 3}, days=9))  # then 1 of 3
    drawn = plain(render_diff(small(), change, 100))
    shown = next(line for line in drawn.split("\n") if "–" in line and "4.00" in line)
    assert shown.endswith("too few")


def test_two_answers_of_one_role_are_not_taken_for_one_person() -> None:
    one, other = session(BEFORE, role="colleague"), session(AFTER, role="colleague", days=90)
    between = diff(small(), one, other)
    assert not between.in_time
    for shown_text in (plain(render_header(between, (UNKNOWN, UNKNOWN), 100)), plain(in_words(small(), between, 100))):
        said = " ".join(shown_text.split())
        assert "Both are by a colleague, perhaps not the same person: what differs is no change in time." in said
        assert "Two people" not in said
    drawn = " ".join(plain(render_diff(small(), between, 100)).split())
    assert "Different: 3 (colleague of 21 Feb 2027: 2 higher, 1 lower)." in drawn
    versions = diff(small(), one, structs.replace(one, scores=other.scores))
    assert versions.in_time


def test_in_line_mode_two_people_stand_beside_one_another_and_nothing_went_from_one_to_the_other() -> None:
    between = diff(small(), session(BEFORE), session(AFTER, days=90, role="manager"))
    said = " ".join(plain(in_words(small(), between, 200)).split())
    assert "23 Nov 2026, 14:05, self beside 21 Feb 2027, 14:05, manager." in said
    assert "Statement 1, self 3 fair, manager 4 good: I stay: calm" in said
    assert not re.search(r"\b(from|From|up|down|went)\b", said.partition("is high.")[2])
    assert "higher" in said


@pytest.mark.parametrize(("language", "role", "names"), [
    ("en", "self", "now   change"), ("nl", "self", "nu  verschil"), ("en", "manager", "●  difference"),
])  # fmt: skip
def test_names_of_figures_stand_apart(language: str, role: Role, names: str) -> None:
    use_language(language)
    change = diff(small(), session(BEFORE), session(AFTER, days=90, role=role))
    for columns in (79, 119):
        assert f" {names} " in plain(render_diff(small(), change, columns, DiffView(order="size")))


def test_where_a_table_has_no_room_its_rows_read_as_sentences() -> None:
    before, other = dict.fromkeys(ITEMS, 3), dict.fromkeys(ITEMS, 1)
    between = diff(small(), session(before), session(other, role="manager"))
    said = " ".join(plain(in_words(small(), between, 40)).split())
    assert "self 3.00, manager 1.00, difference 2.00 lower" in said
    alike = diff(small(), session(before), session(before, days=90))
    said = " ".join(plain(in_words(small(), alike, 40)).split())
    assert "before 3.00, now 3.00, change 0.00" in said
    assert "change the same" not in said


def test_between_two_people_data_claims_no_clear_change() -> None:
    between = diff(small(), session(dict.fromkeys(ITEMS, 1)), session(dict.fromkeys(ITEMS, 4), role="manager"))
    assert between.judgement == "up"  # as a difference it may be a clear one
    shape = json_out.compared(between)
    assert shape["clear"] == "no"
    assert {row["clear"] for row in (*shape["domains"], *shape["focuses"])} == {"no"}


def test_in_a_wide_window_bars_take_half_of_it() -> None:
    shown_results = results(small(), session(AFTER, days=90), session(BEFORE))
    for columns, least in ((120, 40), (200, 91)):
        head = plain(render_axis(shown_results, columns, "domain")).split("\n")[0]
        assert head.index("4") - head.index("1") >= least - 1
        assert len(head) <= columns


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_two_sessions_alike_are_told_as_that(better: Better) -> None:
    first, *others = small().domains
    content = structs.replace(small(), domains=(structs.replace(first, better=better), *others))
    alike = diff(content, session(dict.fromkeys(ITEMS, 3)), session(dict.fromkeys(ITEMS, 3), days=90))
    assert moves_sentence(alike) == "The same score both times: 7 of 7."


def test_nothing_is_told_of_statements_with_the_same_score_where_none_has() -> None:
    change = diff(small(), session(dict.fromkeys(ITEMS, 2)), session(dict.fromkeys(ITEMS, 3), days=9))
    assert "scored the same" not in plain(in_words(small(), change, 200))
