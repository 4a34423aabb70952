"""50,000 keys and 1,000 saves in one process: `python -m tests.benchmarks.soak [SAVES]`, or `make soak`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.benchmarks import world
from tests.benchmarks.endurance import Endurance

SAVES, STEPS = 1_000, 10


def main() -> None:
    """Print what the process holds after each tenth of the saves."""
    saves = int(sys.argv[1]) if len(sys.argv) > 1 else SAVES
    with tempfile.TemporaryDirectory(prefix="reflect-soak-") as folder:
        home = world.home(Path(folder) / "home")
        endurance = Endurance(home, world.environment(home))
        print("  saves     keys  files  children  threads  memory")
        for step in range(1, STEPS + 1):
            held = endurance.after(sessions=saves * step // STEPS)
            count = f"{endurance.saved:7} {endurance.keys:8}"
            print(f"{count} {held.files:6} {held.children:9} {held.threads:8} {held.memory:4.1f} MB", flush=True)
        endurance.close()


if __name__ == "__main__":
    main()
