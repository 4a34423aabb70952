"""One journal, asked by every command: list, show, diff, trend, report and export give the same figures."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from statistics import fmean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflect_tui import demo
from reflect_tui.analysis.change import GroupChange
from reflect_tui.analysis.summary import ScoreGroup
from reflect_tui.model import library
from reflect_tui.report.document import GroupRow
from reflect_tui.report.document_texts import change_text
from reflect_tui.views.change_sentences import marked_delta
from reflect_tui.views.labels import change_words, delta_text, group_name, mean_text
from tests.bundled import bundled, bundled_bytes
from tests.unit.cli_examples import Cli
from tests.unit.examples import quick
from tests.unit.report_examples import TODAY

INSTRUMENT = bundled(library.DEFAULT, "en")
MEANS = st.integers(1, 92).flatmap(lambda n: st.integers(n, 4 * n).map(lambda total: Fraction(total, n)))
FIGURES = ("mean", "sum", "scored", "total", "not_applicable", "verdict")


@pytest.fixture
def cli(cli: Cli) -> Cli:
    """Give a journal with all sessions of the demo."""
    source = bundled_bytes(library.DEFAULT)
    for session in demo.sessions(INSTRUMENT, TODAY, "en"):
        cli.journal.save(session, source)
    return cli


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def shown(cli: Cli) -> Iterator[dict[str, Any]]:
    """Give every session of the journal as `show` has it, oldest first."""
    for listed in reversed(cli.json("list")["sessions"]):
        found = cli.json("show", listed["id"])
        assert (listed["answered"], listed["total"]) == (found["answered"], found["total"])
        assert listed["high"] == sum(domain["verdict"] == "high" for domain in found["domains"])
        assert listed["domains"] == len(found["domains"])
        yield found


def test_data_of_every_session_is_what_show_says(cli: Cli) -> None:
    long = table(cli("export").out)
    wide = {row["session"]: row for row in table(cli("export", "--shape", "wide").out)}
    sessions = list(shown(cli))
    assert len(sessions) == len(wide) > 10
    for session in sessions:
        mine = [row for row in long if row["session"] == session["id"]]
        row = wide[session["id"]]
        assert (int(row["answered"]), int(row["total"])) == (session["answered"], session["total"])
        for domain in session["domains"]:
            scores = [int(one["score"]) for one in mine if one["domain"] == domain["id"] and one["answer"] == "scored"]
            left_out = [one for one in mine if one["domain"] == domain["id"] and one["answer"] == "not applicable"]
            assert (sum(scores), len(scores), len(left_out)) == tuple(
                domain[key] for key in ("sum", "scored", "not_applicable")
            )
            assert domain["mean"] == (pytest.approx(fmean(scores), abs=0.005) if scores else None)
            cells = [row[f"domain.{domain['id']}.{key}"] for key in ("mean", "sum", "scored", "verdict")]
            mean = "" if domain["mean"] is None else f"{domain['mean']:.2f}"
            assert cells == [mean, str(domain["sum"]), str(domain["scored"]), domain["verdict"] or ""]
        for item, score in session["scores"].items():
            assert row[f"item.{item}"] == str(score)


def test_a_trend_has_the_figures_of_every_session(cli: Cli) -> None:
    followed = cli.json("trend")
    by_role = {"self": followed} | {other["role"]: other for other in followed["others"]}
    for session in shown(cli):
        for domain in session["domains"]:
            series = next(one for one in by_role[session["role"]]["domains"] if one["id"] == domain["id"])
            points = [point for point in series["points"] if point["session"] == session["id"]]
            told = [{key: point[key] for key in FIGURES} for point in points]
            assert told == ([{key: domain[key] for key in FIGURES}] if domain["scored"] else [])


def test_a_diff_is_the_difference_of_what_show_says_and_the_report_says_the_same(cli: Cli) -> None:
    own = [session for session in shown(cli) if session["role"] == "self"]
    for a, b in ((own[-2], own[-1]), (own[0], own[-1]), (own[3], own[7])):
        changed = cli.json("diff", a["id"], b["id"])
        document = cli.json("report", b["id"], "--since", a["id"])
        steps = [
            (a["scores"][item], score)
            for item, score in b["scores"].items()
            if "n/a" not in (score, a["scores"].get(item, "n/a"))
        ]
        counts = (
            sum(new > old for old, new in steps),
            sum(new < old for old, new in steps),
            sum(new == old for old, new in steps),
        )
        assert (changed["up"], changed["down"], changed["same"]) == counts
        assert [int(total["figure"]) for total in document["totals"][3:]] == list(counts)
        for old, new, delta, told in zip(
            a["domains"], b["domains"], changed["domains"], document["domains"], strict=True
        ):
            assert (delta["mean_a"], delta["mean_b"]) == (old["mean"], new["mean"])
            assert {key: told[key] for key in FIGURES} == {key: new[key] for key in FIGURES}
            assert (told["before"], told["delta"]) == (old["mean"], delta["delta"])
            exact = new["sum"] / new["scored"] - old["sum"] / old["scored"]
            assert delta["delta"] == pytest.approx(exact, abs=0.005)
            crossed = None not in (old["verdict"], new["verdict"]) and old["verdict"] != new["verdict"]
            assert (delta["crossed"], told["crossed"] is not None) == (crossed, crossed)
            assert told["course"][-1] == {"started": b["started"], "mean": new["mean"], "scored": new["scored"]}


def words(source: str) -> str:
    """Give the texts of a page or of Markdown, one blank between them."""
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]*>|[|\\*]", " ", source, flags=re.DOTALL).split())


def test_pages_and_plain_output_print_those_figures(cli: Cli) -> None:
    newest, before = (cli.json("show", name) for name in ("latest", "latest~1"))
    changed = cli.json("diff", "latest~1", "latest")
    plain = {
        name: words(cli(*command).out)
        for name, command in {
            "show": ("show", "latest"),
            "diff": ("diff", "latest~1", "latest"),
            "trend": ("trend",),
            "markdown": ("report", "latest"),
            "page": ("report", "latest", "--format", "html"),
        }.items()
    }
    moved, total = changed["up"] + changed["down"], changed["up"] + changed["down"] + changed["same"]
    counted = (
        f"{max(changed['up'], changed['down'])} of {moved} that changed",
        f"he same: {changed['same']} of {total}",
    )
    assert all(any(words in plain[name] for words in counted) for name in ("diff", "markdown", "page"))
    for now, old, delta in zip(newest["domains"], before["domains"], changed["domains"], strict=True):
        name = group_name(INSTRUMENT, now["id"])
        named = rf"({re.escape(name)}|{re.escape(group_name(INSTRUMENT, now['id'], short=True))})"
        one = now["total"] == 1  # its scores are no means
        mean = f"{now['mean']:.0f}" if one else f"{now['mean']:.2f}"
        change = f"{round(now['mean'] - old['mean'], 2):+.2f}".replace("+0.00", "0.00")  # of the means as shown
        assert abs(delta["delta"] - float(change)) < 0.011  # the exact one, rounded
        verdict = f"(▲ )?{now['verdict']}"
        earlier, change = (f"{old['mean']:.0f}", "=") if one else (f"{old['mean']:.2f}", change)
        cells = f"{mean} {now['scored']}/{now['total']} {verdict} {earlier} (≈ )?{re.escape(change)}"
        row = rf"{re.escape(name)} {cells}"
        assert re.search(row, plain["markdown"])
        assert re.search(rf"{named} {cells}", plain["page"])
        assert re.search(rf"{named}.*? {mean} ", plain["show"])
        told_old, told_now = (f"{old['mean']:.0f}", f"{now['mean']:.0f}") if one else (f"{old['mean']:.2f}", mean)
        assert re.search(rf"{named}.*?{told_old}.*?{told_now}", plain["diff"])
        assert re.search(rf"{named}.*?{mean}", plain["trend"])


@quick
@given(MEANS, MEANS)
def test_a_difference_is_that_of_the_means_as_they_are_shown(before: Fraction, now: Fraction) -> None:
    shown = [Decimal(mean_text(mean)) for mean in (before, now)]
    assert Decimal(delta_text(before, now)) == shown[1] - shown[0]
    if before == now:
        assert delta_text(before, now) == "0.00"


def test_means_and_change_are_one_sum_on_screens_in_line_mode_and_documents() -> None:
    a, b = (
        ScoreGroup(id="x", sum=n, scored=of, total=of, not_applicable=0, verdict=None) for n, of in ((39, 16), (72, 29))
    )
    part = GroupChange("x", a, b)
    assert (mean_text(a.mean), mean_text(b.mean)) == ("2.44", "2.48")
    assert marked_delta(part).lstrip("≈≠") == "+0.04"
    assert change_words(part) == "0.04 up"
    assert change_text(GroupRow(name="", short="", now=b, change=part)).split()[-1] == "+0.04"
