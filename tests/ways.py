"""Counts the modules that a digit, a finish and an import pass through; prints them, and fails nothing."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import io
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from reflect_tui import i18n
from reflect_tui.cli.main import main as command_line
from reflect_tui.store.journal import Journal
from reflect_tui.tui.app import ReflectApp
from tests.screenshots import demo_journal, fixed_clock
from tests.settling import settle, threads

LIMITS = {"a digit": 14, "a finish": 40, "an import": 25}
PACKAGE = "reflect_tui"


class Recorder:
    """Notes the modules of the package in the order in which a function of theirs is first called."""

    def __init__(self) -> None:
        """Follow this thread and every one that starts from now on, but note nothing yet."""
        self.modules: dict[str, None] = {}
        self._on = False
        threading.setprofile(self._called)
        sys.setprofile(self._called)

    def close(self) -> None:
        """Follow no thread any more."""
        threading.setprofile(None)
        sys.setprofile(None)

    def _called(self, frame: FrameType, event: str, _argument: object) -> None:
        name = frame.f_globals.get("__name__", "") if self._on and event == "call" else ""
        code = frame.f_code
        # neither the body of a module or class, nor, as before Python 3.12, a comprehension
        is_function = code.co_flags & inspect.CO_OPTIMIZED and not code.co_name.endswith("comp>")
        if is_function and name.startswith(f"{PACKAGE}."):
            self.modules.setdefault(name.removeprefix(f"{PACKAGE}."))

    @contextlib.contextmanager
    def noting(self, way: str) -> Iterator[None]:
        """Note the modules entered until the block ends, and print them."""
        self.modules, self._on = {}, True
        yield
        self._on = False
        print(f"{way}: {len(self.modules)} modules, at most {LIMITS[way]}\n  {' '.join(self.modules)}")  # noqa: T201 -- the result


async def fill_in(recorder: Recorder, journal: Journal) -> None:
    """Score one statement and finish, in the app itself; only what follows a key press is noted."""
    app = ReflectApp(journal, None, fixed_clock())
    async with app.run_test() as pilot:
        await settle(app)
        for key in ("n", "enter", "escape", *"3" * 5):  # escape: the demo has goals to look back on
            await pilot.press(key)
            await settle(app)
        for timer in [*app._timers]:  # the look at the journal's folder every few seconds follows from no key
            timer.stop()
        with recorder.noting("a digit"):
            await pilot.press("3")
            await settle(app)
        await pilot.press("f", "enter")  # the review, and whether to finish with open statements
        await settle(app)
        with recorder.noting("a finish"):
            await pilot.press("enter")
            await settle(app)
        app.exit()
        await threads(app)


def import_one(recorder: Recorder, journal: Journal, folder: Path) -> None:
    """Import a session from elsewhere: one of the journal's own under another id."""
    path = max((journal.root / "sessions").rglob("*-self-*.toml"))
    identifier = f"{path.stem[:-6]}{'0' * 6}"
    copy = folder / f"{identifier}.toml"
    copy.write_text(path.read_text(encoding="utf-8").replace(path.stem, identifier), encoding="utf-8")
    answer = io.StringIO()
    with recorder.noting("an import"), contextlib.redirect_stdout(answer):
        code = command_line(["--journal", str(journal.root), "import", str(copy)])
    assert code == 0, answer.getvalue()


def main() -> None:
    """Walk the three ways on a journal of their own, in a home of their own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(HOME=folder, LC_ALL="C.UTF-8")
        for name in ("CONFIG", "DATA", "STATE", "CACHE"):
            os.environ[f"XDG_{name}_HOME"] = str(Path(folder) / name)
        i18n.use_language("en")
        journal = demo_journal(Path(folder), "en")
        with contextlib.closing(Recorder()) as recorder:
            import_one(recorder, journal, Path(folder))
            asyncio.run(fill_in(recorder, journal))


if __name__ == "__main__":
    main()
