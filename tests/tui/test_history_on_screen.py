"""Home, results, trends, diff and history on three years of sessions."""

from __future__ import annotations

import re

import pytest
from msgspec import structs
from textual.widgets import Input

from reflect_tui import i18n
from reflect_tui.store import documents
from reflect_tui.store.journal import Journal
from reflect_tui.tui import navigate
from reflect_tui.tui.actions import EVERYWHERE, MOVES, SCREENS
from reflect_tui.tui.keys import explanation
from reflect_tui.tui.screens.diff import DiffScreen
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.views import charts
from reflect_tui.views.history import Origin
from tests.bundled import bundled_bytes
from tests.settling import settle
from tests.tui.conftest import opened


async def test_home_lists_the_newest_first_and_glimpses_at_the_one_pointed_at(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("home", "down")
        rows = [row for row in seat.text().split("\n") if "92/92" in row]
        assert rows[0].startswith("    20 Nov 2026")
        assert "Coordinating        2.45   11/11" in seat.text()


async def test_the_preview_uses_the_rows_of_a_window_that_grew(demo: Journal) -> None:
    async with opened(demo) as seat:
        assert "Lowest statements" not in seat.text()  # 80x24
        await seat.pilot.resize_terminal(120, 40)
        while seat.app.screen.query_one("#glimpse").size.width != 120:  # the change of size is told a moment later
            await seat.pilot.pause(0.01)
        await settle(seat.app)
        assert "Lowest statements" in seat.text()


async def test_results_show_means_n_verdicts_and_changes_strengths_first(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("home", "down", "enter")
        text = seat.text()
        assert text.index("Identifying") < text.index("Coordinating") < text.index("Future")  # one score leads nothing
        assert "Information         3.00   19/19" in text
        high = [row for row in text.split("\n") if row.startswith("  ▲")]
        assert len(high) == 4
        assert "Lowest statements" in text
        await seat.press("s")
        assert "  ▲ Attitude" in seat.text()


async def test_the_results_show_their_cursor_and_name_a_comparison_only_if_there_is_one(demo: Journal) -> None:
    first = demo.own()[-1].id
    async with opened(demo) as seat:
        await seat.press("home", "down", "enter")
        assert seat.app.screen.query_one("#page", Lines).target
        assert " diff " in seat.text().splitlines()[-1]
        session = seat.app.state.session(first)
        assert session
        navigate.show_results(seat.app, session)
        await seat.press()
        assert " diff " not in seat.text().splitlines()[-1]


async def test_results_have_a_twin_in_words_on_the_same_key_as_trends(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("home", "down", "enter", "T")
        text = seat.text()
        assert "4 of 8 have a mean above 3, which is high." in text
        assert "3.00 19 of 19 not high 0.05 up" in " ".join(text.split())
        assert not set("●━╋├▲") & set(text)
        assert "Lowest statements" in text
        await seat.press("s")
        assert "Attitude   3.25    8 of 8      high" in seat.text()
        await seat.press("T")
        assert "  ▲ Attitude" in seat.text()


async def test_diff_of_two_marked_sessions(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("home", "down", "space", "end", "space", "d")
        assert seat.screen == "DiffScreen"
        assert "  ○ 1 Dec 2023 · self         version 1.0.0 · " in seat.text()
        assert "  ● 19 Nov 2026 · self        version 1.0.0 · " in seat.text()
        assert "Across the threshold of 3" in seat.text()
        folded = len(seat.text())
        await seat.press("space")
        assert len(seat.text()) > folded


async def test_diff_of_the_newest_two_and_of_one_session_alone(demo: Journal, journal: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("d")
        assert "  ○ 19 Jul 2026 · self" in seat.text()
        assert "  ● 19 Nov 2026 · self" in seat.text()
        assert "Mostly the same: 84 of 92. Of the 8 that changed 6 went up" in seat.text()
        assert "too few changed" in seat.text()
    async with opened(journal) as seat:
        await seat.press("d")
        assert "A comparison takes two sessions" in seat.text()


async def test_one_session_has_no_trend_and_that_is_said(journal: Journal, demo: Journal) -> None:
    (journal.root / "sessions" / "2026").mkdir(parents=True, exist_ok=True)
    first = demo.own()[0]
    source = next(demo.root.glob(f"sessions/*/{first.id}.toml"))
    (journal.root / "sessions" / "2026" / source.name).write_bytes(source.read_bytes())
    async with opened(journal) as seat:
        await seat.press("t")
        assert "A trend begins with the second one." in seat.text()
        await seat.press("escape")
        assert seat.screen == "HomeScreen"
        await seat.press("t", "enter")  # what happened since can be noted already
        assert seat.screen == "EventsScreen"


async def test_diff_is_looked_at_by_domain_focus_or_item_in_any_order(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("d", "s")
        assert "Attitude, knowledge, skill" in seat.text()
        await seat.press("s", "o")
        assert "per statement · largest change first" in seat.text()
        await seat.press("w")
        assert "Of the 8 that changed 6 went down" in seat.text()


async def test_a_goal_is_made_from_a_row_of_the_diff(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("d", "down")
        await seat.press("g", *"Listen", "ctrl+s")
    made = [document.value for document in demo.goals.all() if document.value and document.value.what == "Listen"]
    assert [goal.domain for goal in made] == ["voorwaarden"]
    assert made[0].session.startswith("2026-11-19")


async def test_the_diff_names_the_commit_once_there_is_one(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("d")
        shown = seat.app.screen
        assert isinstance(shown, DiffScreen)
        shown._origins = (Origin(), Origin())
        shown.paint()
        assert "not yet in history" in seat.text()
        shown.renew()
        await settle(seat.app)
        assert "not yet in history" not in seat.text()


async def test_nothing_is_enlarged_among_the_items(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("t")
        assert "enlarge" in seat.text()
        await seat.press("s", "s")
        assert "enlarge" not in seat.text()


@pytest.mark.parametrize("way", ["d", "t", "v"])
async def test_a_document_is_taken_along_wherever_the_talk_is_prepared(demo: Journal, way: str) -> None:
    async with opened(demo) as seat:
        await seat.press(way, "x")
        assert seat.screen == "ExportScreen"


async def test_every_answer_in_the_trends_with_the_sentence_of_the_one_pointed_at(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("t", "s", "s")
        assert "How have my answers changed?" in seat.text()
        await seat.press("end", "left")
        assert "19 Jul 2026: 4 good" in seat.text()
        await seat.press("T")
        assert "Answers of 10 sessions, 1 Dec 2023 to 19 Nov 2026." in seat.text()


async def test_trends_follow_the_last_sessions_only_when_asked(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("t")
        assert "10/10" in seat.text()
        await seat.press("l")
        assert "last 6 of 10 sessions" in seat.text()
        assert "6/6" in seat.text()
        await seat.press("l")
        assert "10/10" in seat.text()


async def test_an_event_is_added_seen_removed_and_brought_back(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("t", "m")
        assert "motivational interviewing" in seat.text()
        await seat.press("n", *"coaching", "enter")
        assert "Nov 2026      coaching" in seat.text()
        await seat.press("end", "delete")
        assert "coaching" not in seat.text()
        await seat.press("u")
        assert "coaching" in seat.text()
        await seat.press("escape", "enter")  # enlarged, a chart names what happened
        assert "┊ Nov 2026" in seat.text()
    assert not demo.repository.obstacle()
    assert [event.label for event in documents.readable_events(demo)] == [
        "training in motivational interviewing",
        "coaching",
    ]
    assert demo.pending() == ()


async def test_a_day_typed_behind_the_given_month_is_the_day_of_an_event(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("t", "m", "n")
        assert seat.app.screen.query_one(Input).value == "2026-11 "
        await seat.press(*"2026-11-20 party", "enter")
        assert "20 Nov 2026   party" in seat.text()
        await seat.press("n", *"-21 dinner", "enter")
        assert "21 Nov 2026   dinner" in seat.text()
    added = [(event.when, event.label) for event in documents.readable_events(demo)[1:]]
    assert added == [("2026-11-20", "party"), ("2026-11-21", "dinner")]


async def test_words_that_are_no_event_are_refused_and_stay_to_be_put_right(demo: Journal) -> None:
    before = documents.readable_events(demo)
    async with opened(demo) as seat:
        await seat.press("t", "m", "n", *["backspace"] * 8, *"soon", "enter")
        assert seat.screen == "EventPrompt"
        assert "no month or day" in seat.text()
        assert documents.readable_events(demo) == before
        await seat.press("home", *"2026-10 ", "enter")
        assert "Oct 2026      soon" in seat.text()


async def test_trends_walk_enlarge_and_read_as_a_table(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("t")
        assert "19 Nov 2026  10/10   Conditions  +0.54 since Dec 2023, ≈+0.07 since previous" in seat.text()
        assert seat.text().count("╌") > 20
        await seat.press("left", "down")
        assert "19 Jul 2026  9/10   ▲ above 3  ≈ not clear" in seat.text()  # one sign more: they take a row more
        assert "3.40▲≈+1.00 ≈+0.20" in seat.text()  # since the first and the previous
        assert all(sign in seat.text() for sign in ("n count changed", "┊ event", "┼ chosen"))
        await seat.press("z")
        assert "zoomed in: 2 to 3.5" in seat.text()
        await seat.press("z", "o")
        assert "△ client" in seat.text()
        await seat.press("o")
        assert "△ client" not in seat.text()
        assert "⏎ enlarge" in seat.text()
        await seat.press("enter")
        assert "⏎ all panels" in seat.text()
        assert "Identifying parenting questions or problems: from" in seat.text()
        await seat.press("T")
        assert "19 Nov 2026  3.40  5 of 5      high" in seat.text()
        await seat.press("escape", "s")
        assert "Knowledge" in seat.text()


async def test_a_key_turns_the_charts_of_trends_into_text_and_back(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("t")
        charts = seat.text()
        await seat.press("T")
        assert "10 sessions of" in seat.text()
        assert "Creating the right conditions: from 2.73 on 1 Dec 2023" in seat.text()
        assert "19 Nov 2026  3.27  15 of 15      high" in seat.text()
        assert "╌" not in seat.text()
        await seat.press("T")
        assert seat.text() == charts


async def test_without_a_package_that_draws_trends_are_told_in_words(
    demo: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise ModuleNotFoundError

    monkeypatch.setattr(charts, "_plotext", missing)
    async with opened(demo) as seat:
        await seat.press("t")
        words = seat.words()
        assert "No charts can be drawn on this system: plotext is not installed." in words
        assert "Creating the right conditions: from 2.73 on 1 Dec 2023" in words
        await seat.press("enter", "down", "T", "T", "i")
        assert seat.screen == "TrendsScreen"
        await seat.press("escape", "escape")
        assert seat.screen == "HomeScreen"


async def test_sessions_of_others_are_no_part_of_the_trend(demo: Journal) -> None:
    async with opened(demo) as seat:
        roles = [session.role for session in seat.app.state.sessions]
        assert len(roles) == 13
        await seat.press("t")
        assert f"/{roles.count('self')} " in seat.text()


async def test_history_shows_the_version_and_opens_it(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("home", "down", "h")
        assert "92 of 92 scored, 4 of 8 high" in seat.text()
        await seat.press("enter")
        assert seat.screen == "ResultsScreen"


async def test_a_removed_session_comes_back_on_u(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("home", "down", "delete", "enter")
        assert "19 Nov 2026" not in seat.text()
        assert len(seat.app.state.sessions) == 12
        await seat.press("u")
        assert len(seat.app.state.sessions) == 13
        assert "19 Nov 2026" in seat.text()


async def test_the_filter_shows_only_what_fits(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("slash", *"manager", "enter")
        assert "20 Nov 2026" in seat.text()
        assert "19 Nov 2026" not in seat.text()
        await seat.press("escape")
        assert "19 Nov 2026" in seat.text()


@pytest.mark.parametrize(
    ("keys", "screen"), [((), "home"), (("n", "enter", "escape"), "assessing"), (("t",), "trends"), (("d",), "diff")]
)
async def test_question_mark_shows_every_key_of_the_screen(demo: Journal, keys: tuple[str, ...], screen: str) -> None:
    async with opened(demo, size=(120, 60)) as seat:
        await seat.press(*keys, "question_mark")
        text = seat.words()
        for action in SCREENS[screen]:
            assert explanation(action) in text
        await seat.press("escape")
        assert seat.screen != "KeysScreen"


async def test_the_palette_has_every_action_of_the_screen(demo: Journal) -> None:
    async with opened(demo) as seat:
        offered = {command.help for command in seat.app.get_system_commands(seat.app.screen)}
        wanted = {explanation(a) for a in (*SCREENS["home"], *MOVES, *EVERYWHERE) if a.name != "app.command_palette"}
        assert wanted <= offered
        await seat.press("ctrl+p")
        assert seat.screen == "Palette"


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_no_line_is_wider_than_the_screen(demo: Journal, size: tuple[int, int]) -> None:
    async with opened(demo, size=size) as seat:
        for keys in (
            (),
            ("enter",),
            ("escape", "t"),
            ("escape", "d"),
            ("escape", "h"),
            ("escape", "g"),
            ("escape", "v"),
            ("escape", "n", "enter"),
            ("escape",),
        ):
            await seat.press(*keys)
            assert max(len(row) for row in seat.text().split("\n")) <= size[0]


async def test_a_small_window_says_so_and_keys_still_work(journal: Journal) -> None:
    async with opened(journal, size=(30, 8)) as seat:
        await seat.press("n", "enter", "3", "3")
        assert "too small" in seat.text()
    (draft,) = journal.drafts.all()
    assert len(getattr(draft, "acts", ())) == 2


async def test_a_second_instance_only_reads_and_says_so(demo: Journal) -> None:
    async with opened(demo), opened(demo) as second:
        assert "this one only reads" in second.text()
        assert "read-only" in second.text()
        await second.press("n", "enter")
        assert second.screen == "MessageScreen"
    async with opened(demo) as third:
        assert "read-only" not in third.text()


async def test_home_begins_at_ones_newest_session_and_previews_it_with_its_course(demo: Journal) -> None:
    async with opened(demo) as seat:
        rows = seat.text().split("\n")
        assert demo.own()[0].id in seat.app.screen.query_one("#page", Lines).target
        assert any(row.startswith("─ 19 Nov 2026 · self ─") for row in rows)
        assert any(row.endswith("4   Dec 2023 – Nov 2026") for row in rows)
        conditions = next(row for row in rows if "Conditions" in row)
        assert re.search(r"high +[▁▂▃▄▅]{5}[▆▇█]{5}$", conditions)
        await seat.press("up")
        rows = seat.text().split("\n")
        assert any(row.startswith("─ 20 Nov 2026 · manager ─") for row in rows)
        assert not re.search(r"[▁▂▃▄▅▆▇█]$", next(row for row in rows if "Conditions" in row))


async def test_a_first_session_says_when_a_next_one_makes_sense(demo: Journal, journal: Journal) -> None:
    only = structs.replace(demo.own()[0], round="")
    journal.save(only, bundled_bytes(only.instrument))
    async with opened(journal) as seat:
        assert "A next session makes sense from about 20 May 2027" in seat.text()


async def test_the_results_of_a_first_session_name_no_key_that_waits_for_a_second(
    demo: Journal, journal: Journal
) -> None:
    only = structs.replace(demo.own()[0], round="")
    journal.save(only, bundled_bytes(only.instrument))
    async with opened(journal) as seat:
        await seat.press("enter")
        keys = seat.text().splitlines()[-1]
        assert " agenda " in keys
        assert " trends " not in keys
        assert " diff " not in keys


async def test_trends_name_only_keys_that_change_something(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("t")
        page = seat.app.screen
        assert isinstance(page, Page)
        assert "walk(1)" not in {action.name for action in page.footer()}  # at the newest session
        await seat.press("left")
        assert {"walk(-1)", "walk(1)", "others", "zoom", "window"} <= {action.name for action in page.footer()}
        await seat.press("s", "s")  # statements
        assert not {"open", "zoom", "others"} & {action.name for action in page.footer()}


async def test_a_high_window_fills_the_preview_with_whole_lowest_statements(demo: Journal) -> None:
    async with opened(demo, size=(200, 50)) as seat:
        await seat.press("home", "down")
        listed = [row for row in seat.text().splitlines() if re.search(r"  [12]   \S", row)]
        assert len(listed) > 10
        assert listed[-1].rstrip()[-1].isalnum()


async def test_a_narrow_window_names_the_session_before_it_says_saved(demo: Journal) -> None:
    i18n.use_language("nl")
    async with opened(demo, size=(60, 20)) as seat:
        await seat.press("home", "down", "enter")
        top = seat.text().splitlines()[0]
        assert "19 nov 2026 · " in top or "20 nov 2026 · " in top
        assert "✓" in top
