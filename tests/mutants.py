"""The mutation run: changes a module in one place at a time and looks whether its unit tests notice.

`make mutants` for all modules, `make mutants MODULES="analysis model/session"` for those of a room or for one, `make
mutants SAMPLE=200` for so many of all, chosen by a seed that is printed. Prints how many were killed, and each
survivor. Cosmic Ray makes the mutants; each is tried in a forked process that imports the changed source from memory,
so no file is ever changed, and pytest and whatever doesn't depend on the module are loaded once.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import multiprocessing
import os
import random
import re
import resource
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType
from typing import Any, NamedTuple

import hypothesis
import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).parents[1]
TESTS = {
    module: tuple(names.split())
    for module, names in {
        "analysis/change": (
            "chance common_items diff diff_by_hand reversed_statements lower_is_better crossed_by_others "
            "numbers_agree trend"
        ),
        "analysis/compare": (
            "compare compare_by_hand compare_named compare_verdicts disclosure group_trend joined_groups own_verdicts "
            "verdicts_of_others others_differ reversed_statements lower_is_better answers_across release bands "
            "talking_points points_told lone_statement discussion report_charts"
        ),
        "analysis/diff": (
            "chance common_items diff diff_by_hand reversed_statements lower_is_better other_statements versions "
            "own_verdicts profiles crossed_by_others summary bands own_axes trend diff_page talking_points "
            "points_told numbers_agree report_numbers"
        ),
        "analysis/rater_groups": (
            "rater_groups compare group_trend disclosure answers_across profiles bands compare_named near_rounds "
            "joined_groups earlier_rounds two_versions release verdicts_of_others"
        ),
        "analysis/release": (
            "disclosure compare release reversed_statements lower_is_better earlier_rounds two_versions"
        ),
        "analysis/summary": (
            "summary diff_by_hand reversed_statements lower_is_better lone_statement own_verdicts profiles bands "
            "groups_of_domains own_axes diff talking_points points_told line_mode_reading numbers_agree "
            "report_numbers"
        ),
        "analysis/talking_points": (
            "talking_points points_by_hand points_told discussion outdated_agenda other_statements lone_statement "
            "crossed_by_others others_differ report_numbers compare report_content"
        ),
        "analysis/team": (
            "sharing team_rules team_versions team_document team_attack reversed_statements lower_is_better team_values"
        ),
        "analysis/trend": (
            "trend group_trend common_items ended_lines own_axes trend_pages trend_words compare_by_hand "
            "reversed_statements lower_is_better profiles answers_across other_statements bands compare versions "
            "own_verdicts lone_statement report_numbers"
        ),
        "analysis/version_changes": "version_changes ended_lines versions answer_words groups_of_domains trend",
        "analysis/versions": (
            "versions version_changes common_items answer_words other_statements groups_of_domains trend "
            "interchange_tables"
        ),
        "model/agenda": (
            "agenda_file discussion outdated_agenda talking_points points_told others_differ verdicts_of_others "
            "agreement_document compare_named formats_page limits"
        ),
        "model/assessment": (
            "assessment review_hints answer_words reversed_statements lower_is_better finding line_mode_filling "
            "explained_instruments groups_of_domains"
        ),
        "model/editing": "making interchange_tables translating editing",
        "model/events": "events trend_words formats_page limits",
        "model/goals": "goals goal_form next_time cli_goals formats_page line_mode_goal_review limits",
        "model/instrument": (
            "instrument bundled_instruments reversed_statements lower_is_better ended_lines instrument_changes "
            "own_axes own_verdicts scale_shapes version_changes versions bands profiles answer_words "
            "groups_of_domains summary review_hints formats formats_page report_numbers other_statements "
            "interchange_round_trips translation team_versions explained_instruments limits"
        ),
        "model/instrument_changes": "instrument_changes version_changes versions making formats_page groups_of_domains",
        "model/instrument_faults": (
            "instrument bundled_instruments own_axes own_verdicts scale_shapes bands profiles answer_words "
            "groups_of_domains versions instrument_schema translation making instrument_faults"
        ),
        "model/library": (
            "library own_instruments translating shared_instruments profiles form_words bundled_instruments "
            "explained_instruments cli_interchange"
        ),
        "model/making": "making editing",
        "model/old_means": "old_means_values formats_page one_day limits",
        "model/round": (
            "round joined_groups joined_round release earlier_rounds invitations compare near_rounds told_counts "
            "ended_rounds disclosure answer_code formats_page cli_rounds limits"
        ),
        "model/session": (
            "session assessment one_day wrong_clock old_paper_form formats formats_page cli_reading "
            "spreadsheet_import spreadsheet_statements limits"
        ),
        "model/shared_instrument": "shared_instruments library own_instruments limits",
        "model/talk": "talk_file talking damaged_talks agreement_document next_time demo_talk formats_page limits",
        "model/team": (
            "sharing team_rules team_versions team_attack own_axes formats_page team_document limits team_values"
        ),
        "model/tombstones": "tombstones formats_page limits",
        "model/translation": (
            "translation translating answer_words explained_instruments groups_of_domains common_items formats_page "
            "versions limits"
        ),
        "store/standing": "standing union",
        "store/union": "union joined_round tombstones formats_page",
    }.items()
}
"""The unit tests that are to notice a change of a module; test_frozen_values is one of each."""

EXAMPLES = 5
"""So many values a property is tried with; more of them find little more."""

PATIENCE = 10
"""A changed module whose tests need so many times the work that they need unchanged hangs; it counts as killed."""

MEMORY = 2 * 1024**3
"""So many bytes a mutant may take; what needs more is killed."""

SEED = 2026
"""Which mutants `SAMPLE` chooses, unless `SEED` says otherwise."""

LEFT_OUT = re.compile(r"core/(ReplaceBinaryOperator_BitOr_|RemoveDecorator|ExceptionReplacer|Variable)")
"""No faults that anyone makes: another sign in the type `int | None`, a method without its @property."""


class Mutant(NamedTuple):
    """A change of a module: the operator that makes it, and which of the places where it can."""

    module: str
    operator: str
    place: int


class Baseline(NamedTuple):
    """The tests of an unchanged module: seconds that each takes, those of work in all, and which modules are loaded."""

    durations: dict[str, float]
    work: float
    loaded: tuple[str, ...]


def main(modules: Sequence[str]) -> int:
    """Try the mutants of these modules or rooms, or of all; 1 when one survived."""
    named = [module for module in TESTS if not modules or {module, module.split("/")[0]} & set(modules)]
    chosen = [mutant for module in named for mutant in make_mutants(module)]
    size, seed = int(os.environ.get("SAMPLE") or 0), int(os.environ.get("SEED") or SEED)
    if 0 < size < len(chosen):
        print(f"a sample of {size} of {len(chosen)} mutants, seed {seed}", flush=True)
        sample = set(random.Random(seed).sample(sorted(chosen), size))
        chosen = [mutant for mutant in chosen if mutant in sample]
    lived = 0
    for module, group in groupby(chosen, key=lambda mutant: mutant.module):
        mutants = list(group)
        survivors = try_mutants(module, mutants)
        print(f"{module}: {len(mutants) - len(survivors)} of {len(mutants)} killed", flush=True)
        for mutant in survivors:
            print(f"    {change(mutant)}", flush=True)
        lived += len(survivors)
    print(f"all: {len(chosen) - lived} of {len(chosen)} killed ({(len(chosen) - lived) / len(chosen):.1%})")
    return 1 if lived else 0


def try_mutants(module: str, mutants: Sequence[Mutant]) -> list[Mutant]:
    """Return the mutants of a module that survive its tests."""
    context = multiprocessing.get_context("fork")
    with context.Pool(1) as pool:
        baseline = pool.apply(measure, (module,))
    with context.Pool(os.cpu_count(), load, (module, baseline.loaded)) as pool:
        outcomes = pool.starmap(is_killed, [(mutant, baseline) for mutant in mutants], chunksize=1)
    return [mutant for mutant, killed in zip(mutants, outcomes, strict=True) if not killed]


def make_mutants(module: str) -> Iterator[Mutant]:
    """List every change of a module that counts."""
    nodes = list(ast_nodes(get_ast(original(module))))
    for name in operator_names():
        operator = get_operator(name)
        if not LEFT_OUT.match(name) and not operator.arguments():
            places = sum(len(list(operator().mutation_positions(node))) for node in nodes)
            yield from (Mutant(module, name, place) for place in range(places))


def original(module: str) -> str:
    """Read the source of a module."""
    return (ROOT / "reflect_tui" / f"{module}.py").read_text(encoding="utf-8")


def mutated(mutant: Mutant) -> str:
    """Make the source of a mutant."""
    return str(mutate_code(original(mutant.module), get_operator(mutant.operator)(), mutant.place))


def change(mutant: Mutant) -> str:
    """Say which line is changed, and from what to what."""
    lines = zip(original(mutant.module).splitlines(), mutated(mutant).splitlines(), strict=False)
    number, (old, new) = next((number, pair) for number, pair in enumerate(lines, 1) if pair[0] != pair[1])
    return f"line {number}: {old.strip()}  ->  {new.strip()}"


def measure(module: str) -> Baseline:
    """Run the tests of an unchanged module, in this process; RuntimeError when one fails, for then nothing is told."""
    durations: dict[str, float] = {}
    with TemporaryDirectory() as folder:
        code = _run(module, durations, folder)
    if code != pytest.ExitCode.OK:
        raise RuntimeError(f"the tests of {module} fail without any change")
    return Baseline(durations, time.process_time(), tuple(sys.modules))


def load(module: str, names: Iterable[str]) -> None:
    """Import what the tests of a module need, but for this one and whatever imports it."""
    blocker = _Blocker(module)
    sys.meta_path.insert(0, blocker)
    for name in names:
        with contextlib.suppress(Exception):  # blocked, or part of something that imports it itself
            importlib.import_module(name)
    sys.meta_path.remove(blocker)
    gc.freeze()


def is_killed(mutant: Mutant, baseline: Baseline) -> bool:
    """Run the tests of a module on a mutant, quickest first, in a process of its own; whether one failed."""
    finder = _Finder(mutant)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process = os.fork()
        if process:
            return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) != 0
        try:
            sys.meta_path.insert(0, finder)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            # seconds of work: a busy machine kills no mutant
            signal.setitimer(signal.ITIMER_PROF, PATIENCE * baseline.work)
            os._exit(_run(mutant.module, baseline.durations, folder) != pytest.ExitCode.OK)
        finally:
            os._exit(1)


def _run(module: str, durations: dict[str, float], folder: str) -> int:
    """Run the tests of a module with a folder of their own: other runs that tidy up a shared one kill no mutant."""
    files = [ROOT / f"tests/unit/test_{name}.py" for name in (*TESTS[module], "frozen_values")]
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    options = [f"--rootdir={ROOT}", f"--basetemp={folder}/tests", "-oaddopts=", "-x", "-mnot slow"]
    options += [f"-pno:{name}" for name in ("cacheprovider", "xdist", "faulthandler")]
    return pytest.main([*options, *map(str, files)], plugins=[_Order(durations, files)])


class _Order:
    """Runs the quickest tests first, properties with few examples, none marked slow; notes how long each test takes."""

    def __init__(self, durations: dict[str, float], files: Sequence[Path]) -> None:
        self._durations = durations
        self._files = files

    def pytest_configure(self) -> None:
        # no shrinking: that a test fails is all that counts; the same examples every time
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile(
            "mutants", hypothesis.settings(), phases=phases, database=None, derandomize=True
        )
        hypothesis.settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self, collection_path: Path) -> bool:
        return collection_path.is_file() and collection_path not in self._files

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            test: Any = getattr(item, "obj", None)
            if hypothesis.is_hypothesis_test(test):
                few = hypothesis.settings(test._hypothesis_internal_use_settings, max_examples=EXAMPLES)
                test._hypothesis_internal_use_settings = few
        items.sort(key=lambda item: self._durations.get(item.nodeid, 0))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._durations[report.nodeid] = self._durations.get(report.nodeid, 0) + report.duration


class _Blocker:
    """Lets nobody import a module."""

    def __init__(self, module: str) -> None:
        self._name = f"reflect_tui.{module.replace('/', '.')}"

    def find_spec(self, name: str, *_arguments: Any) -> None:
        if name == self._name:
            raise ImportError(name)


class _Finder(SourceFileLoader):
    """Imports a mutant instead of the module that it was made of."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(
            f"reflect_tui.{mutant.module.replace('/', '.')}", str(ROOT / f"reflect_tui/{mutant.module}.py")
        )
        self._source = mutated(mutant)

    def find_spec(self, name: str, *_arguments: Any) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(name, self) if name == self.name else None

    def get_code(self, _name: str) -> CodeType:
        return compile(self._source, self.path, "exec")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
