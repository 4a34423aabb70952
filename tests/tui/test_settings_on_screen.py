"""What settings.toml changes on the screens."""

from __future__ import annotations

from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from reflect_tui.tui.actions import EVERYWHERE, MOVES, SCREENS
from reflect_tui.tui.app import ReflectApp
from reflect_tui.tui.keys import binding_id
from reflect_tui.tui.widgets.lines import Lines
from tests.screenshots import fixed_clock
from tests.settling import settle


async def test_an_action_can_have_other_keys(journal: Journal) -> None:
    keys: dict[str, str | list[str]] = {"home.new": "a", "assessing.score.3": ["3", "quotation_mark"]}
    app = ReflectApp(journal, Settings(keys=keys), fixed_clock())
    async with app.run_test() as pilot:
        await settle(app)
        for key in ("n", "a", "enter"):
            await pilot.press(key)
            await settle(app)
            if key == "n":
                assert " a new" in app.screen.query_one("#bottom", Lines).shown[0].text
        assert type(app.screen).__name__ == "AssessScreen"
        await pilot.press("quotation_mark", "3")
        await settle(app)
        app.exit()
    (draft,) = journal.drafts.all()
    assert [getattr(act, "score", None) for act in getattr(draft, "acts", ())] == [3, 3]


async def test_the_theme_is_the_one_chosen_and_a_wrong_name_harms_nothing(journal: Journal) -> None:
    for name, shown in (("reflect-light", "reflect-light"), ("nord", "nord"), ("no-such-theme", "reflect-dark")):
        app = ReflectApp(journal, Settings(theme=name), fixed_clock())
        async with app.run_test():
            await settle(app)
            assert app.theme == shown
            app.exit()


def test_every_action_has_a_name_of_its_own_for_the_settings() -> None:
    everywhere = [binding_id("home", action) for action in (*MOVES, *EVERYWHERE)]
    assert len(everywhere) == len(set(everywhere))
    for screen, actions in SCREENS.items():
        names = [binding_id(screen, action) for action in actions]
        assert len(names) == len(set(names)), screen


def test_no_two_actions_of_a_screen_share_a_key() -> None:
    for screen, actions in SCREENS.items():
        keys = [key for action in actions for key in action.keys.split(",")]
        assert len(keys) == len(set(keys)), screen
