"""What a document says: verdicts, changes, what is private and what is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec import json, structs

from reflect_tui import i18n
from reflect_tui.model.session import Score
from reflect_tui.report import document, document_texts
from reflect_tui.report.build import Material, ReportOptions, build_report
from reflect_tui.report.document import Report
from reflect_tui.report.document_texts import render_preview
from reflect_tui.report.html import page
from reflect_tui.report.markdown import markdown
from reflect_tui.views.lines import plain
from tests.unit import examples
from tests.unit.report_examples import NOW, agenda, demo_material, goal, material
from tests.unit.versions import later, newer

THREES: dict[str, Score] = dict.fromkeys(examples.ITEMS, 3)


def test_exactly_the_threshold_is_not_high_and_one_more_is() -> None:
    rows = build_report(material(THREES | {"acts": 4})).domains
    assert [document_texts.verdict_text(row) for row in rows] == ["not high", "high", "not high"]


def test_below_coverage_there_is_no_verdict_and_n_says_why() -> None:
    row = build_report(material({"calm": 4})).domains[0]
    assert (document_texts.verdict_text(row), document_texts.count_text(row)) == ("too few", "1/3")
    assert document_texts.verdict_text(build_report(material({"calm": 4})).domains[1]) == "too few"  # as in results


def test_a_crossing_is_named_in_words_and_in_the_table() -> None:
    made = build_report(material(THREES | {"acts": 4}, THREES | {"calm": 4}))
    assert made.changes
    assert "Became high: Doing (too few changed)." in made.changes.sentences
    assert "No longer high: Looking (too few changed)." in made.changes.sentences
    assert [document_texts.verdict_text(row) for row in made.domains] == ["no longer high", "now high", "not high"]


@pytest.mark.parametrize(
    ("language", "wanted"), [("en", "Compared with 15 Aug 2026. The same: 3 of 7."), ("nl", "2026. Gelijk")]
)
def test_what_changed_names_the_day_first_in_a_sentence_of_its_own(language: str, wanted: str) -> None:
    i18n.use_language(language)
    given = material(THREES | dict.fromkeys(list(examples.ITEMS)[:4], 4), THREES)
    made = build_report(given).changes
    assert made
    assert any(wanted in sentence for sentence in made.sentences), made.sentences


def test_a_change_that_chance_often_makes_is_called_no_clear_one() -> None:
    few = build_report(material(THREES | {"calm": 4}, THREES)).domains
    assert [document_texts.change_text(row) for row in few] == ["≈ +0.33", "0.00", "0.00"]
    ones, fours = dict.fromkeys(examples.ITEMS, 1), dict.fromkeys(examples.ITEMS, 4)
    whole = build_report(material(fours, ones)).focuses
    assert {row.change.judgement for row in whole if row.change} == {"too few"}
    many = [row.change for row in build_report(demo_material("en", first=0)).focuses if row.change]
    assert "up" in {change.judgement for change in many}
    signs = {"up": "+", "down": "-", "no": "≈", "too few": "≈", "other statements": "≠"}
    for row in build_report(demo_material("en", first=0)).focuses:
        assert row.change
        assert document_texts.change_text(row).startswith(signs[row.change.judgement])


def test_without_an_earlier_session_nothing_is_said_of_change() -> None:
    made = build_report(material(THREES))
    assert made.changes is None
    assert {document_texts.before_text(row) for row in made.domains} == {"–"}
    assert "What changed" not in markdown(made)
    assert 'id="change"' not in page(made)


def test_items_are_listed_by_the_size_of_their_step() -> None:
    made = build_report(demo_material("en"))
    assert made.changes
    steps = [move.gain for move in made.changes.up]
    assert steps == sorted(steps, reverse=True)


def test_a_document_lists_all_items_and_a_shortened_one_counts_the_rest() -> None:
    ones, fours = dict.fromkeys(examples.ITEMS, 1), dict.fromkeys(examples.ITEMS, 4)
    risen, fallen = build_report(material(fours, ones)), build_report(material(ones, fours))
    count = len(examples.ITEMS)
    assert risen.changes
    assert fallen.changes
    assert (len(risen.changes.up), len(fallen.changes.down), len(fallen.low.items)) == (count, count, count)
    assert document.longest_list(fallen) == count
    short = document.shortened(fallen, 2, 2)
    assert short.changes
    assert short.changes.down == fallen.changes.down[:2]
    assert (short.changes.more_up, short.changes.more_down, short.low.more) == (0, count - 2, count - 2)
    assert document.shortened(fallen, count, count) == fallen
    for item in fallen.low.items:
        assert item.text in markdown(fallen)


def test_an_answer_that_came_or_went_has_its_own_place() -> None:
    made = build_report(material(THREES | {"calm": "n/a"}, THREES)).changes
    assert made
    assert [(move.before, move.now) for move in made.others] == [("3", "n/a")]
    assert (made.up, made.down) == ((), ())


def test_the_lowest_items_are_those_below_the_threshold() -> None:
    low = build_report(material(THREES | {"calm": 2, "acts": 1})).low
    assert [item.score[0] for item in low.items] == ["1", "2"]
    assert build_report(material(THREES)).low.items == ()


PRIVATE = "what I only tell myself"


def test_notes_stay_out_unless_they_are_wanted() -> None:
    given = material(dict.fromkeys(examples.ITEMS, 2), notes={"calm": PRIVATE})
    given = structs.replace(
        given, session=structs.replace(given.session, remark=PRIVATE), goals=(goal(given.instrument, note=PRIVATE),)
    )
    for form in (markdown, page):
        assert PRIVATE not in form(build_report(given))
        assert "Notes and remark are left out." in form(build_report(given))
        assert form(build_report(given, ReportOptions(notes=True))).count(PRIVATE) >= 4
        assert "left out" not in form(build_report(given, ReportOptions(notes=True)))


def previewed(report: document.Report) -> str:
    return plain(render_preview(report, 80))


def as_json(report: document.Report) -> str:
    return json.encode(report).decode()


def test_remarks_to_the_agenda_stay_out_with_the_notes_but_a_point_of_ones_own_stays() -> None:
    given = material(THREES)
    given = structs.replace(given, agenda=agenda(given.instrument, given.session, remark=PRIVATE))
    without, wanted = build_report(given), build_report(given, ReportOptions(notes=True))
    assert "What I want to say" in [point.title for point in without.agenda]
    for form in (markdown, page, previewed, as_json):
        assert PRIVATE not in form(without)
        assert "Notes and remark are left out." in form(without)
        assert form(wanted).count(PRIVATE) == 3
        assert "left out" not in form(wanted)


def test_nobody_is_named_unless_wanted() -> None:
    given = material(THREES)
    assert "Name" not in [fact.label for fact in build_report(given).facts]
    assert ("Name", "Ann") in [
        (fact.label, fact.text) for fact in build_report(given, ReportOptions(name=" Ann ")).facts
    ]


def version(given: Material) -> str:
    return next(text for text in build_report(given).colophon if text.startswith("Session ")).partition("version: ")[2]


def test_the_version_is_named_by_its_commit_and_whether_it_was_amended() -> None:
    given = material(THREES)
    assert version(given) == "0123456789ab, not amended."
    assert version(structs.replace(given, commit=None)) == "not in history."
    assert version(structs.replace(given, amended=(NOW,))) == "0123456789ab, amended on 23 Nov 2026."
    twice = (NOW - timedelta(days=1), NOW)
    assert version(structs.replace(given, amended=twice)) == "0123456789ab, amended 2 times, last on 23 Nov 2026."


def test_the_opening_says_how_many_domains_are_high_and_which_stand_out() -> None:
    made = build_report(material({**THREES, "calm": 4}))
    assert len(made.opening) == 2
    assert f"of {len(made.domains)} domain" in made.opening[0]
    assert made.opening[1] == f"Highest: {made.domains[0].short} (3.33); lowest: Doing and Together (3.00)."


def test_a_domain_of_too_few_scores_to_be_ranked_is_named_in_no_extreme_and_it_says_so() -> None:
    made = build_report(demo_material("en"))
    assert max(row.now.mean or 0 for row in made.domains) == 4
    assert made.opening[1] == (
        "Of the means of at least 3 scores: highest Identifying (3.40), lowest Coordinating (2.45)."
    )


def test_domains_of_one_mean_are_all_highest_and_many_of_them_are_counted() -> None:
    instrument = demo_material("en").instrument
    threes: dict[str, Score] = {item.id: 3 for item in instrument.items}
    low = {item.id: 2 for item in instrument.domains[2].items}
    base = demo_material("en")
    made = build_report(structs.replace(base, session=structs.replace(base.session, scores=threes | low)))
    said = (
        "6 domains share the highest mean, 3.00. Lowest: Information (2.00). Means of fewer than 3 scores are left out."
    )
    assert made.opening[1] == said


def test_every_point_has_room_for_what_is_agreed_by_whom_and_when() -> None:
    text = markdown(build_report(demo_material("en")))
    agenda = text.split("## To talk about")[1].split("\n## ")[0]
    assert agenda.count("Agreed: ___") == agenda.count("When: ___") == len(re.findall(r"^\d+\. ", agenda, re.MULTILINE))


def test_strengths_come_first_and_what_was_dropped_does_not() -> None:
    given = material(THREES)
    given = structs.replace(given, agenda=agenda(given.instrument, given.session, remark="do say this"))
    made = build_report(given, ReportOptions(notes=True))
    assert [point.title for point in made.strengths] == ["Looking"]
    assert [point.title for point in made.agenda][:2] == ["Doing: not high", "Together: others see it differently"]
    assert [point.title for point in made.agenda][-1] == "What I want to say"
    assert made.agenda[0].evidence == ("Mean 2.50 (n=2) · was 2.33 (n=3), +0.17; not on the same statements",)
    assert made.agenda[1].evidence == ("On the same statements: self 2.50 (n=2), colleague 3.00 (2 people, n=4).",)
    source = page(made)
    assert source.index("Going well") < source.index("To talk about") < source.index("Per domain")
    assert "do say this" in source


def test_a_goal_is_told_with_its_age_day_and_looks_back() -> None:
    given = material(THREES)
    line = build_report(structs.replace(given, goals=(goal(given.instrument),))).goals[0]
    assert [(fact.label, fact.text) for fact in line.facts][3:] == [
        ("Due", "1 Oct 2026"),
        ("Target", "3.5"),
        ("Made", "20 Jul 2026 (4 months)"),
    ]
    assert (line.late, line.looks) == (True, ("23 Nov 2026: partly",))


@pytest.mark.parametrize(
    ("days", "age"), [(0, "0 days"), (1, "1 day"), (59, "8 weeks"), (90, "3 months"), (800, "2 years")]
)
def test_an_age_is_told_in_the_largest_unit_that_fits(days: int, age: str) -> None:
    given = material(THREES)
    old = structs.replace(goal(given.instrument), made=NOW - timedelta(days=days), by=None)
    facts = build_report(structs.replace(given, goals=(old,))).goals[0].facts
    assert facts[-1].text.endswith(f"({age})")


def test_a_goal_closed_before_the_session_compared_with_is_history() -> None:
    given = material(THREES, THREES)
    closing = goal(given.instrument).look_backs[0]
    long_ago = structs.replace(closing, outcome="reached", at=NOW - timedelta(days=300))
    lately = structs.replace(closing, outcome="reached", at=NOW - timedelta(days=1))
    for look, there in ((long_ago, 0), (lately, 1)):
        closed = structs.replace(goal(given.instrument), look_backs=(look,))
        assert len(build_report(structs.replace(given, goals=(closed,))).goals) == there


def test_a_session_of_someone_else_says_who_and_has_no_course() -> None:
    given = material(THREES)
    scores: dict[str, Score] = dict.fromkeys(examples.ITEMS, 3)
    made = build_report(structs.replace(given, session=examples.session(scores, role="manager")))
    assert made.subtitle == "Filled in on 23 Nov 2026 by: manager"
    assert {row.course for row in made.domains} == {()}


def test_the_language_of_the_document_is_the_users() -> None:
    i18n.use_language("nl")
    made = build_report(demo_material("nl"))
    assert made.language == "nl"
    assert '<html lang="nl">' in page(made)
    assert "3,27" in page(made)


def test_the_same_document_gives_the_same_bytes() -> None:
    given = demo_material("en")
    assert page(build_report(given)) == page(build_report(given))
    assert markdown(build_report(given)) == markdown(build_report(given))


def test_every_chart_has_a_title_and_words_of_its_own() -> None:
    source = page(build_report(demo_material("en")))
    charts = source.count('role="img"')
    assert charts == 7 + 3  # the courses of domains and focuses; one domain has one statement
    ids = [part.partition('"')[0] for part in source.split(' id="')[1:]]
    assert len(ids) == len(set(ids))
    named = [name for part in source.split('aria-labelledby="')[1:] for name in part.partition('"')[0].split()]
    assert set(named) <= set(ids)


def test_sessions_on_two_versions_are_compared_on_what_they_share_and_it_says_so() -> None:
    old, new = examples.small(), newer()
    before = examples.session(dict.fromkeys(examples.ITEMS, 2), days=-9)
    after = later({item.id: 3 for item in new.items})
    given = structs.replace(material(THREES), instrument=new, session=after, previous=before, own=(before, after))
    assert build_report(given).changes is None
    given = structs.replace(given, instruments={old.digest: old, new.digest: new})
    made = build_report(given).changes
    assert made
    assert "Versions 1.2.0 and 2.0.0 differ" in made.sentences[0]
    assert {move.before for move in (*made.up, *made.down)} == {"2"}
    assert len(build_report(given).domains[0].course) == 2
    looking, doing, together = build_report(given).domains  # two statements, all, and none are in both versions
    assert "but with (n=…) it is on the statements of both versions only; ≈ means" in markdown(build_report(given))
    for row, said in ((looking, "≈ +1.00 (n=2)"), (doing, "≈ +1.00"), (together, "–")):
        assert (document_texts.change_text(row), document_texts.course_change(row)) == (said, said)


def test_a_course_that_moved_by_other_statements_says_so_by_the_rule_of_a_diff() -> None:
    looking = [item.id for item in examples.small().domains[0].items]
    first = examples.session({looking[0]: 2, **dict.fromkeys(examples.ITEMS[3:], 2)}, days=-200)
    between = examples.session(THREES, days=-100)
    last = examples.session({**THREES, looking[0]: 2, looking[1]: 4, looking[2]: 4})
    given = structs.replace(material(THREES), session=last, previous=between, own=(first, between, last))
    made = build_report(given)
    assert [document_texts.course_change(row) for row in made.domains] == ["≠ +1.33", "≈ +1.00", "≈ +1.00"]
    assert document_texts.first_text(made.domains[0], document_texts.first_day(made.domains)) == "2.00 (n=1)"
    assert document_texts.before_text(made.domains[0]) == "3.00"
    said = "≠ since the first session: other statements were scored in Looking (n 1 → 3)."
    for form in (markdown, page):
        assert form(made).count(said) == 1
    plain = build_report(structs.replace(given, previous=first, own=(first, last)))
    assert document_texts.before_text(plain.domains[0]) == "2.00 (n=1), too few before"
    assert "≠ since the first session" not in markdown(plain)
    assert (document_texts.shows_first(made), document_texts.shows_first(plain)) == (
        True,
        False,
    )  # the first is the one before
    for form in (markdown, page):
        assert ("Change since the first" in form(made), "Change since the first" in form(plain)) == (True, False)
    for row in plain.domains:
        assert row.change == row.course_change
        assert document_texts.change_text(row) == document_texts.course_change(row)


def test_a_course_that_begins_later_than_the_others_has_its_own_day() -> None:
    first = examples.session({"calm": 2, "kind": 2, "signs": 2}, days=-200)
    between, last = examples.session(THREES, days=-100), examples.session(THREES)
    made = build_report(structs.replace(material(THREES), session=last, previous=between, own=(first, between, last)))
    usual = document_texts.first_day(made.domains)
    assert usual == "15 Aug 2026"
    assert [document_texts.first_text(row, usual) for row in made.domains] == ["2.00 on 7 May 2026", "3.00", "3.00"]


def test_a_domain_without_a_score_now_has_no_change_since_the_first() -> None:
    made = build_report(material(dict.fromkeys(examples.ITEMS[:3], 3), THREES))
    assert document_texts.course_change(made.domains[1]) == document_texts.change_text(made.domains[1]) == "–"
    assert document_texts.first_text(made.domains[1], "") == "–"


def test_the_signs_of_a_course_are_explained_where_they_occur() -> None:
    old, new = examples.small(), newer()
    before = examples.session({"calm": 2, "acts": 3, "tells": 3}, days=-9)
    after = later({item.id: 3 for item in new.items})
    given = structs.replace(material(THREES), instrument=new, session=after, previous=before, own=(before, after))
    made = build_report(structs.replace(given, instruments={old.digest: old, new.digest: new}))
    said = " ".join(made.signs)
    assert "A hollow dot: too few scores for a verdict." in said
    assert "A gap in a course: other statements from there on." in said
    assert "other statements than before, too few" not in page(made)
    for form in (markdown, page):
        assert "2.00 (n = 1), too few for a verdict; 3 Mar 2027: 3.00 (n = 3), other statements than before" in form(
            made
        )
    plain = build_report(material(THREES, THREES))
    assert "hollow" not in " ".join(plain.signs)
    assert "ther statements than before" not in markdown(plain)


def test_a_document_about_two_sessions_of_one_day_says_at_what_time_each_was() -> None:
    given = material(THREES, THREES)
    assert given.previous
    morning = structs.replace(given.session, id="2026-11-23T0805-self-4f2a9d", started=NOW.replace(hour=8))
    made = build_report(structs.replace(given, previous=morning, own=(morning, given.session)))
    assert made.when == "23 Nov 2026, 14:05"
    assert made.changes
    assert made.changes.since == "23 Nov 2026, 08:05"
    assert [fact.text for fact in made.facts if fact.label == "Compared with"] == ["23 Nov 2026, 08:05"]
    assert "Compared with 23 Nov 2026, 08:05. " in markdown(made)


def test_an_answer_that_is_missing_is_told_in_words() -> None:
    made = build_report(material({**THREES, "calm": 4}, {key: 3 for key in examples.ITEMS if key != "calm"}))
    assert made.changes
    assert [(move.before, move.now) for move in made.changes.others] == [("no answer", "4")]
    assert "no answer → 4: I stay: calm" in markdown(made)


@pytest.mark.parametrize("form", [markdown, page, lambda made: plain(render_preview(made, 100))])
def test_first_answers_stand_apart_from_the_statements_that_changed(form: Callable[[Report], str]) -> None:
    made = build_report(material({**THREES, "kind": 4}, {key: 3 for key in examples.ITEMS if key != "calm"}))
    text = form(made)
    moved, once = text.split("Statements that changed", 1)[1].split("Not scored both times", 1)
    assert "3 → 4" in moved
    assert "no answer → 3" not in moved
    assert "no answer → 3" in once


def test_an_earlier_version_of_the_same_session_is_called_that() -> None:
    given = material(THREES)
    earlier = structs.replace(given.session, scores={**THREES, "calm": 2})
    made = build_report(structs.replace(given, previous=earlier))
    assert [fact.text for fact in made.facts if fact.label == "Compared with"] == ["the earlier version"]
    assert made.changes
    assert made.changes.sentences[0] == "Compared with the earlier version. 1 up, 6 the same."
    assert [(total.figure, total.label) for total in made.totals][3:5] == [
        ("1", "statement up"),
        ("0", "statements down"),
    ]


def test_the_page_says_how_to_read_the_figures_once_at_its_end() -> None:
    made = build_report(demo_material("en"))
    source = page(made)
    assert source.count(made.legend[0]) == 1
    assert source.index("Signatures</h2>") < source.index("How to read the figures</h2>") < source.index(made.legend[0])
    assert source.index("Lowest statements</h2>") < source.index("Per domain</h2>") < source.index(made.signs[0])
