"""Old years of which only the means of domains are left: looked back on, drawn apart, and counted nowhere."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reflect_tui.model.session import noon
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import pages
from reflect_tui.views import charts, trend_charts, trend_panels
from reflect_tui.views.trend_charts import legend_texts
from reflect_tui.views.trends import TrendView
from tests.unit.cli_examples import Cli
from tests.unit.spreadsheet_examples import Row, averaged, content, csv, dutch_rows, means_rows, put, workbook

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


def test_a_day_with_only_means_becomes_no_session(cli: Cli, tmp_path: Path) -> None:
    file = put(tmp_path / "past.xlsx", workbook({"a": means_rows()}))
    result = cli("import", str(file))
    assert result.code == 0, result.out
    assert "imported as references/2019-11-14-reference-" in result.out
    assert len(cli.json("list")["sessions"]) == 3
    (document,) = cli.journal.references.all()
    assert document.value is not None
    assert document.value.day == date(2019, 11, 14)
    assert set(document.value.means.values()) == {2.75}
    assert cli.journal.pending() == ()
    assert "nothing to do, the journal has references/" in cli("import", str(file)).out


def test_trends_show_them_and_count_them_nowhere(cli: Cli, tmp_path: Path) -> None:
    cli("import", str(put(tmp_path / "with.xlsx", workbook({"a": means_rows()}))))
    shown = cli.json("trend")
    (old,) = shown.pop("references")
    assert (old["day"], set(old["means"].values())) == ("2019-11-14", {2.75})
    other = Cli.__new__(Cli)
    other.__dict__ |= cli.__dict__ | {"root": tmp_path / "without"}
    other("import", str(put(tmp_path / "scores.xlsx", workbook({"a": dutch_rows()}))))
    assert other.json("trend") == shown
    said = " ".join(cli("trend").out.split())
    assert "Old means, without their scores" in said
    assert "14 Nov 2019: Conditions 2.75 · Identifying 2.75" in said
    document = " ".join(cli("report", "latest").out.split())
    assert "Old means of which the scores are gone, counted nowhere: 14 Nov 2019: " in document


def test_only_those_of_the_domain_and_the_time_that_is_shown(cli: Cli, tmp_path: Path) -> None:
    cli("import", str(put(tmp_path / "with.xlsx", workbook({"a": means_rows()}))))
    assert cli.json("trend", "signaleren")["references"][0]["means"] == {"signaleren": 2.75}
    assert "references" not in cli.json("trend", "attitude")
    assert "references" not in cli.json("trend", "--last", "2")
    assert "Old means" not in cli("trend", "--by", "focus").out


def test_old_means_that_cannot_be_read_are_named(cli: Cli, tmp_path: Path) -> None:
    cli("import", str(put(tmp_path / "with.xlsx", workbook({"a": means_rows()}))))
    (document,) = cli.journal.references.all()
    (cli.root / document.path).write_text("format = 1\n", encoding="utf-8")
    result = cli("trend", "--json")
    assert result.code == 3
    assert document.path in result.err


def test_a_chart_has_them_hollow_and_apart(cli: Cli, tmp_path: Path) -> None:
    cli("import", str(put(tmp_path / "past.xlsx", workbook({"a": means_rows()}))))
    journal = Journal(cli.root, tmp_path / "state")
    known = pages.pages_of(journal)
    scene = known.trend(known.own()[0].instrument, 0, ())
    assert scene is not None
    view = TrendView()
    dots = trend_charts.chart_dots(scene, view, scene.trend.domains[0])
    assert [dot.mark for dot in dots] == ["", "", "", charts.REFERENCE]
    assert trend_charts.frame(scene, view).first == noon(date(2019, 11, 14)).timestamp()
    drawn = "\n".join(row.text for row in trend_panels.render_panels(scene, view, 120, 30))
    assert charts.REFERENCE in drawn
    assert f"{charts.REFERENCE} an old mean" in legend_texts(scene, view)
    assert legend_texts(scene, TrendView(axis="focus")).count(f"{charts.REFERENCE} an old mean") == 0


def test_an_enlarged_chart_begins_at_the_oldest_old_mean_in_it(cli: Cli, tmp_path: Path) -> None:
    first, *others = averaged()
    oldest: list[Row] = [["domein", "2018-11-14"], *([domain.title, "2,75"] for domain in others)]
    cli("import", str(put(tmp_path / "past.xlsx", workbook({"a": means_rows()}))))
    cli("import", str(put(tmp_path / "older.csv", csv(oldest))))
    known = pages.pages_of(Journal(cli.root, tmp_path / "state"))
    scene = known.trend(known.own()[0].instrument, 0, ())
    assert scene is not None
    panels = [domain.id for domain in scene.trend.domains]
    for name, year in ((first.id, 2019), (others[0].id, 2018)):
        drawn = trend_charts.frame(scene, TrendView(panel=panels.index(name)), enlarged=True)
        assert drawn.first == noon(date(year, 11, 14)).timestamp()


def test_means_off_the_scale_are_refused(cli: Cli, tmp_path: Path) -> None:
    domains = averaged()
    rows: list[Row] = [["domein", "2019-11-14"], *([domain.title, "2,75"] for domain in domains)]
    rows[2][1] = "5,1"
    result = cli("import", str(put(tmp_path / "past.csv", csv(rows))))
    assert result.code == 2
    assert 'B3: "5,1" is no mean of a domain: a number from 1 to 4' in result.out
    assert not (cli.root / "references").exists()


def test_of_a_domain_with_one_statement_only_a_score_can_be_the_mean(cli: Cli, tmp_path: Path) -> None:
    lone = next(domain for domain in content().domains if len(domain.items) == 1)
    rows: list[Row] = [["domein", "2019-11-14"], [lone.title, "2,75"], *([each.title, "2,75"] for each in averaged())]
    result = cli("import", str(put(tmp_path / "past.csv", csv(rows))))
    assert result.code == 2
    assert 'B2: "2.75" is no mean of a domain of one statement: that is a whole score' in result.out
    rows[1][1] = "3"
    assert cli("import", str(put(tmp_path / "past.csv", csv(rows)))).code == 0
    (old,) = cli.json("means")["references"]
    assert (old["means"][lone.id], old["means"][averaged()[0].id]) == (3, 2.75)
    assert "no mean of a domain of one statement" in cli("means", "amend", old["id"], lone.id, "2,5").err
    assert cli("means", "amend", old["id"], lone.id, "2").code == 0


def test_old_means_are_listed_amended_removed_and_brought_back(cli: Cli, tmp_path: Path) -> None:
    cli("import", str(put(tmp_path / "past.xlsx", workbook({"a": means_rows()}))))
    (old,) = cli.json("means")["references"]
    assert "14 Nov 2019: Conditions 2.75 · Identifying 2.75" in cli("means").out
    result = cli("means", "amend", "2019-11-14", "signaleren", "3,25", "--reason", "misread")
    assert (result.code, result.out) == (0, f"amended: {old['id']}\n")
    assert cli.json("trend")["references"][0]["means"]["signaleren"] == 3.25
    assert cli.journal.pending() == ()
    assert "5 is no mean" in cli("means", "amend", old["id"], "signaleren", "5").err.replace('"', "")
    assert "There is no mean of" in cli("means", "amend", old["id"], "nothing", "3").err
    assert cli("means", "remove", "2019").code == 0
    assert "references" not in cli.json("trend")
    assert "no id of old means" in cli("means", "remove", "2019").err
    assert "There are no old means" in cli("means").err
    assert "of no id of removed means" in cli("means", "restore", "2018").err
    result = cli("means", "restore", "2019-11-14")
    assert (result.code, result.out) == (0, f"brought back: {old['id']}\n")
    assert cli.json("means")["references"][0]["means"]["signaleren"] == 3.25
    assert cli.journal.pending() == ()


def test_two_files_with_the_means_of_one_day_are_not_said_to_be_in_the_journal(cli: Cli, tmp_path: Path) -> None:
    rows: list[Row] = [["domein", "2019-11-14"], *([domain.title, "2,75"] for domain in averaged())]
    files = [str(put(tmp_path / name, csv(rows))) for name in ("a.csv", "b.csv")]
    for given, word in ((["--dry-run", *files], "can be imported as"), (files, "imported as")):
        first, second = cli("import", *given).out.splitlines()
        assert word in first
        assert "nothing to do, another of these files has references/2019-11-14-reference-" in second
    assert "the journal has references/" in cli("import", files[0]).out


def test_amending_to_the_same_mean_says_that_nothing_changed(cli: Cli, tmp_path: Path) -> None:
    cli("import", str(put(tmp_path / "past.xlsx", workbook({"a": means_rows()}))))
    (before,) = cli.journal.references.all()
    result = cli("means", "amend", "2019", "signaleren", "2.75", "--reason", "misread")
    assert (result.code, result.out) == (0, f"nothing changed, that mean was there already: {before.id}\n")
    assert "the reason is not kept" in result.err
    assert cli.journal.references.all() == (before,)


@pytest.mark.parametrize("name", ["Identifying", "identifying", "Signaleren", "SIGNALEREN"])
def test_a_domain_is_amended_by_its_name_as_shown(cli: Cli, tmp_path: Path, name: str) -> None:
    cli("import", str(put(tmp_path / "past.xlsx", workbook({"a": means_rows()}))))
    assert cli("means", "amend", "2019", name, "3.5").code == 0
    assert cli.json("means")["references"][0]["means"]["signaleren"] == 3.5


def test_means_of_a_day_with_scores_of_ones_own_are_refused_with_what_to_do(cli: Cli, tmp_path: Path) -> None:
    cli("import", str(put(tmp_path / "scores.xlsx", workbook({"a": dutch_rows()}))))
    taken = cli.json("list")["sessions"][-1]
    rows: list[Row] = [["domein", "14-11-2023"], *([domain.title, "2,75"] for domain in averaged())]
    result = cli("import", str(put(tmp_path / "means.csv", csv(rows))))
    assert result.code == 2
    assert f"14 Nov 2023: the journal has a session of that day, {taken['id']}" in result.out
    assert f"reflect-tui amend {taken['id']}" in " ".join(result.out.split())
    assert not cli.journal.references.all()


def test_scores_and_means_of_one_day_in_two_sheets_are_refused(cli: Cli, tmp_path: Path) -> None:
    rows: list[Row] = [["domein", "14-11-2023"], *([domain.title, "2,75"] for domain in averaged())]
    result = cli("import", str(put(tmp_path / "both.xlsx", workbook({"Blad1": dutch_rows(), "Blad2": rows}))))
    assert result.code == 2
    assert "Blad2, column B: has 14 Nov 2023, which Blad1, column C has as well" in " ".join(result.out.split())
