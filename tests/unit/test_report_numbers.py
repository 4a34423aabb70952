"""The figures of every output agree: show, diff, Markdown, HTML, PDF, CSV and JSON, on the demo and on any answers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from html.parser import HTMLParser
from itertools import pairwise, takewhile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reflect_tui import demo, i18n
from reflect_tui.analysis.diff import diff, results
from reflect_tui.analysis.summary import summarize
from reflect_tui.analysis.talking_points import propose_agenda
from reflect_tui.analysis.trend import trend
from reflect_tui.cli import json_out
from reflect_tui.i18n import format_number, rounded
from reflect_tui.model import library
from reflect_tui.model.instrument import Domain, Instrument, Item
from reflect_tui.model.session import Score, Session
from reflect_tui.report import data as report_data
from reflect_tui.report import pdf
from reflect_tui.report.build import Material, build_report
from reflect_tui.report.html import page
from reflect_tui.report.markdown import markdown
from reflect_tui.views.trends import TrendScene
from tests.bundled import bundled
from tests.unit import examples
from tests.unit.examples import quick
from tests.unit.report_examples import TODAY, of_sessions

Rows = dict[str, tuple[str, str, str]]
"""Of every domain by its title: mean, n, change."""


def expected(instrument: Instrument, before: Session, after: Session) -> Rows:
    """Work the figures out anew, from the scores alone."""
    rows = {}
    for domain in instrument.domains:
        old, new = (
            [s for item in domain.items if isinstance(s := one.scores.get(item.id), int)] for one in (before, after)
        )
        mean = Fraction(sum(new), len(new)) if new else None
        skipped = sum(after.scores.get(item.id) == "n/a" for item in domain.items)
        rows[domain.title] = (
            "–" if mean is None else str(new[0]) if len(domain.items) == 1 else format_number(mean),
            f"{len(new)}/{len(domain.items) - skipped}",
            change_in(domain, old, new) if old and new else "–",
        )
    return rows


def change_in(domain: Domain, old: list[int], new: list[int]) -> str:
    """The change of a mean; of a domain of one item its scores."""
    if len(domain.items) > 1:
        return change_in_means(old, new)
    return "=" if old == new else f"{old[0]} → {new[0]}"


def change_in_means(old: list[int], new: list[int]) -> str:
    """The difference of the means as they are shown."""
    return format_number(rounded(Fraction(sum(new), len(new))) - rounded(Fraction(sum(old), len(old))), sign=True)


class Cells(HTMLParser):
    """The rows of the first table of a page, charts left out."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._depth = 0
        self._tables = 0
        self.feed(source)

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self._tables += tag == "table"
        self._depth += tag == "svg"
        if self._tables == 1 and tag == "tr":
            self.rows.append([])
        if self._tables == 1 and tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._tables += tag == "table"
        self._depth -= tag == "svg"

    def handle_data(self, data: str) -> None:
        if self._tables == 1 and not self._depth and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


def exact(change: str) -> str:
    """Leave out the sign of a change that is no clear one."""
    return change.removeprefix("≈ ").removeprefix("≠ ")


def in_page(source: str, instrument: Instrument) -> Rows:
    _heads, *rows = Cells(source).rows
    mean = 1 if rows[0][1] else 2  # a bar stands before it where there is no course behind it
    found = zip(instrument.domains, takewhile(lambda row: len(row) > 1, rows), strict=True)
    return {domain.title: (row[mean], row[mean + 1], exact(row[mean + 4])) for domain, row in found}


def in_markdown(source: str) -> Rows:
    return {row[0]: (row[1], row[2], exact(row[5])) for row in markdown_rows(source)[1:]}


def markdown_rows(source: str) -> list[list[str]]:
    """The cells of the table of domains, its head first."""
    head, _rule, *lines = source.partition("## Per domain\n\n")[2].partition("\n\n")[0].splitlines()
    return [
        [re.sub(r"\\(.)", r"\1", cell.strip()) for cell in line.strip("| ").split(" | ")] for line in (head, *lines)
    ]


def in_pdf(material: Material) -> Rows:
    rows = pdf.values(build_report(material))["domains"]
    return {row["name"]: (row["mean"], row["count"], exact(row["change"])) for row in rows}


def check(instrument: Instrument, before: Session, after: Session) -> None:
    material = of_sessions(instrument, (before, after))
    made = build_report(material)
    right = expected(instrument, before, after)
    assert in_page(page(made), instrument) == in_markdown(markdown(made)) == in_pdf(material) == right
    source = report_data.ExportedSession(after, instrument)
    wide = report_data.wide(instrument, [source], notes=False)
    row = next(csv.DictReader(io.StringIO(report_data.csv_bytes(wide).decode())))
    shown = json_out.shown(results(instrument, after), Path("x"), None)["domains"]
    compared = json_out.compared(diff(instrument, before, after))["domains"]
    exported = report_data.document([source], notes=False)["sessions"][0]["domains"]
    followed = json_out.followed(TrendScene(instrument=instrument, trend=trend(instrument, [before, after])))["domains"]
    courses = {one["id"]: [point for point in one["points"] if point["session"] == after.id] for one in followed}
    document = json_out.report(made)["domains"]
    for here, there, delta, told in zip(shown, exported, compared, document, strict=True):
        for key in ("id", "mean", "sum", "scored", "total", "not_applicable", "verdict"):
            assert here[key] == there[key] == told[key]
        assert [(point["mean"], point["scored"]) for point in courses[here["id"]]] == (
            [(here["mean"], here["scored"])] if here["scored"] else []
        )
        mean, count, change = right[told["title"]]
        exact_mean = "" if here["mean"] is None else f"{here['mean']:.2f}"
        assert mean == ((exact_mean.removesuffix(".00") if here["total"] == 1 else exact_mean) or "–")
        assert row[f"domain.{here['id']}.mean"] == exact_mean
        assert row[f"domain.{here['id']}.verdict"] == (here["verdict"] or "")
        assert (told["delta"], f"{here['scored']}/{here['total'] - here['not_applicable']}") == (delta["delta"], count)
        if here["total"] > 1:
            assert (change == "–") == (told["delta"] is None)
            if told["delta"] is not None:  # data has the exact one, rounded
                assert abs(float(change) - told["delta"]) < 0.011
        scores = [
            int(row[f"item.{item.id}"])
            for item in domain(instrument, here["id"])
            if row[f"item.{item.id}"] not in ("", "n/a")
        ]
        assert (sum(scores), len(scores)) == (here["sum"], here["scored"])
    check_agenda(instrument, before, after)


def check_agenda(instrument: Instrument, before: Session, after: Session) -> None:
    """The evidence of every point is the figures of its domain in both sessions."""
    now, old = (
        {group.id: group for group in summarize(instrument, session.scores).domains} for session in (after, before)
    )
    for point in propose_agenda(instrument, after, before).points:
        for figures, groups in ((point.now, now), (point.before, old)):
            if figures and not point.about:  # one point about all domains, when all are exactly at the threshold
                assert figures.mean == instrument.scale.threshold
            elif figures:
                group = groups[point.about]
                assert (figures.sum, figures.scored) == (group.sum, group.scored)
                assert figures.mean == group.mean


def domain(instrument: Instrument, name: str) -> tuple[Item, ...]:
    return next(domain.items for domain in instrument.domains if domain.id == name)


def test_the_outputs_agree_on_every_pair_of_the_demo_journal() -> None:
    instrument = bundled(library.DEFAULT, "en")
    own = [session for session in demo.sessions(instrument, TODAY, "en") if session.role == "self"]
    for before, after in pairwise(own):
        check(instrument, before, after)


def test_the_course_of_a_domain_is_the_same_in_every_form_and_that_of_its_first_session() -> None:
    instrument = bundled(library.DEFAULT, "en")
    own = [session for session in demo.sessions(instrument, TODAY, "en") if session.role == "self"]
    material = of_sessions(instrument, own)
    made = build_report(material)
    heads, *rows = Cells(page(made)).rows
    in_html = [(row[6], row[8]) for row in rows[: len(made.domains)]]
    markdown_head, *in_text = markdown_rows(markdown(made))
    values = pdf.values(made)
    assert heads[6] == "First" + values["first_day"] == "First1 Dec 2023"
    assert markdown_head[6] == "First, 1 Dec 2023"
    assert in_html == [(row[6], row[7]) for row in in_text]
    assert in_html == [(row["first"], row["course_change"]) for row in values["domains"]]
    for (first, change), domain_now in zip(in_html, instrument.domains, strict=True):
        old, new = (
            [score for item in domain_now.items if isinstance(score := session.scores.get(item.id), int)]
            for session in (own[0], own[-1])
        )
        if len(domain_now.items) == 1:
            assert (first, change) == (str(old[0]), f"{old[0]} → {new[0]}")
            continue
        counted = "" if len(old) == len(new) else f" (n={len(old)})"
        assert first == format_number(Fraction(sum(old), len(old))) + counted
        assert exact(change) == change_in_means(old, new)


ANSWERS = st.fixed_dictionaries({}, optional={item: st.sampled_from([1, 2, 3, 4, "n/a"]) for item in examples.ITEMS})


@quick
@given(ANSWERS, ANSWERS)
def test_the_outputs_agree_on_any_answers(before: dict[str, Score], after: dict[str, Score]) -> None:
    check(examples.small(), examples.session(before, days=-9), examples.session(after))


@quick
@given(ANSWERS)
def test_a_verdict_is_never_flipped_by_rounding(scores: dict[str, Score]) -> None:
    instrument = examples.small(high_above=2.5)
    session = structs.replace(examples.session(scores), digest=instrument.digest)
    material = of_sessions(instrument, (structs.replace(session, started=session.started - timedelta(days=1)), session))
    for row in build_report(material).domains:
        group = row.now
        assert (group.verdict == "high") == (bool(group.verdict) and 2 * group.sum > 5 * group.scored)


@pytest.mark.parametrize(("language", "mark"), [("nl", ","), ("en", ".")])
def test_decimals_are_written_as_the_language_does_in_documents_and_as_programs_do_in_data(
    language: str, mark: str
) -> None:
    i18n.use_language(language)
    instrument = bundled(library.DEFAULT, language)
    sessions = demo.sessions(instrument, TODAY, language)
    made = build_report(of_sessions(instrument, sessions))
    forms: tuple[Callable[[], str], ...] = (lambda: page(made), lambda: markdown(made))
    for form in forms:
        assert f"3{mark}27" in form()
    wide = report_data.wide(instrument, [report_data.ExportedSession(sessions[-1], instrument)], notes=False)
    assert re.search(rb",[1-4]\.[0-9]{2},", report_data.csv_bytes(wide))


def test_every_mean_has_its_n() -> None:
    made = build_report(
        of_sessions(examples.small(), (examples.session({"calm": 3}, days=-1), examples.session({"calm": 4})))
    )
    source = markdown(made)
    assert "| Looking at what is there | 4.00 | 1/3 | too few | 3.00 | ≈ +1.00 |" in source
    assert "22 Nov 2026: 3.00 (n = 1), too few for a verdict; 23 Nov 2026: 4.00 (n = 1), too few" in source
