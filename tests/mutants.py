"""The mutation run: changes a module in one place at a time and looks whether its unit tests notice.

`make mutants` for all modules, `make mutants MODULES="analysis/diff model/session"` for some. Prints how many were
killed, and each survivor. Cosmic Ray makes the mutants; each is tried in a forked process that imports the changed
source from memory, so no file is ever changed and pytest is loaded once.
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

import hypothesis
import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).parents[1]
TESTS = {
    "analysis/compare": ("compare", "disclosure", "group_trend"),
    "analysis/diff": ("chance", "common_items", "diff", "diff_by_hand"),
    "analysis/disclosure": ("disclosure", "compare"),
    "analysis/rater_groups": ("compare", "group_trend", "disclosure"),
    "analysis/summary": ("summary", "diff_by_hand"),
    "analysis/talking_points": ("talking_points", "discussion"),
    "analysis/trend": ("trend", "group_trend", "common_items"),
    "model/agenda": ("agenda_file", "discussion", "talking_points"),
    "model/assessment": ("assessment", "review_hints"),
    "model/events": ("events",),
    "model/goals": ("goals",),
    "model/instrument": ("instrument", "bundled_instruments"),
    "model/instrument_changes": ("instrument_changes",),
    "model/library": ("library",),
    "model/round": ("round",),
    "model/session": ("session",),
    "model/translation": ("translation",),
}
"""The unit tests that are to notice a change of a module."""

SECONDS = 60
"""A changed module whose tests take longer hangs; it counts as killed."""

LEFT_OUT = re.compile(r"core/(ReplaceBinaryOperator_BitOr_|RemoveDecorator|ExceptionReplacer|Variable)")
"""No faults that anyone makes: another sign in the type `int | None`, a method without its @property."""


class Mutant(NamedTuple):
    """A change of a module: the operator that makes it, and which of the places where it can."""

    module: str
    operator: str
    place: int


def main(modules: Sequence[str]) -> int:
    """Try the mutants of these modules, or of all; 1 when one survived."""
    lived = tried = 0
    # a process a mutant, forked from this one, which has loaded pytest and nothing of the package
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        for module in modules or TESTS:
            mutants = list(make_mutants(module))
            outcomes = pool.map(is_killed, mutants, chunksize=1)
            survivors = [mutant for mutant, killed in zip(mutants, outcomes, strict=True) if not killed]
            print(f"{module}: {len(mutants) - len(survivors)} of {len(mutants)} killed", flush=True)
            for mutant in survivors:
                print(f"    {change(mutant)}", flush=True)
            lived, tried = lived + len(survivors), tried + len(mutants)
    print(f"all: {tried - lived} of {tried} killed ({(tried - lived) / tried:.1%})")
    return 1 if lived else 0


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


def is_killed(mutant: Mutant) -> bool:
    """Run the tests of a module on a mutant, in this process; whether one failed."""
    sys.meta_path.insert(0, _Finder(mutant))
    signal.signal(signal.SIGALRM, signal.default_int_handler)  # interrupts pytest, as Ctrl+C does
    signal.alarm(SECONDS)
    # no shrinking: that a test fails is all that counts; the same examples every time
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("mutants", phases=phases, database=None, derandomize=True)
    hypothesis.settings.load_profile("mutants")
    files = [str(ROOT / f"tests/unit/test_{name}.py") for name in TESTS[mutant.module]]
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    plugins = [f"-pno:{name}" for name in ("cacheprovider", "xdist", "faulthandler")]
    return pytest.main([f"--rootdir={ROOT}", "-oaddopts=", "-x", *plugins, *files]) != pytest.ExitCode.OK


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
