"""Which tests go to one worker: those that share a browser, an engine or an installation, which start slowly."""

from __future__ import annotations

import re

from xdist.scheduler import LoadScopeScheduling


class StartedOnce(LoadScopeScheduling):  # type: ignore[misc]  # it comes without types
    """Hands out tests that share something together and first, all others one by one."""

    def _split_scope(self, nodeid: str) -> str:
        """Name what a test shares with others: the browser or wheel of its module, or Spark; else it is alone."""
        path, _colons, test = nodeid.partition("::")
        if path.startswith(("tests/browser/", "tests/installed/")):
            return path + (" in Firefox" if "firefox" in test else "")
        if path.startswith("tests/engines/") and re.search(r"\bspark\b", test):
            return "Spark"
        return nodeid
