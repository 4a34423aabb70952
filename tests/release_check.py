"""Builds the packages and checks that they can be published: `make release-check`."""

from __future__ import annotations

import email
import email.policy
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

from reflect_tui import __version__

CHECKOUT = Path(__file__).parent.parent
_SOURCES = (".po", ".pot")  # of translations; the program reads the compiled ones
_LINK = re.compile(r"\]\(([^)\s]+)")


def main() -> int:
    """Build, check, and print every fault; 1 when there is one."""
    with tempfile.TemporaryDirectory(prefix="reflect-release-") as folder:
        _run("build", "--outdir", folder, str(CHECKOUT))
        packages = sorted(Path(folder).iterdir())
        _run("twine", "check", "--strict", *map(str, packages))
        (wheel,) = (path for path in packages if path.suffix == ".whl")
        metadata = _metadata(wheel)
        faults = [*_content_faults(wheel), *_metadata_faults(metadata)]
    tags_here = _git("tag", "--points-at", "HEAD", "v*")
    changelog = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
    faults += version_faults(__version__, changelog, _git("tag", "--list", "v*"), tags_here)
    if not metadata.get_all("Project-URL"):
        told = "pyproject.toml names no public address in [project.urls]"
        if tags_here:
            faults.append(told)
        else:
            print(f"Before the package index can have it: {told}.")  # noqa: T201 -- the result
    print("\n".join(faults) or f"{wheel.name} is in order.")  # noqa: T201 -- the result
    return 1 if faults else 0


def _run(module: str, *arguments: str) -> None:
    subprocess.run((sys.executable, "-m", module, *arguments), check=True)


def _git(*arguments: str) -> list[str]:
    command = ("git", "-C", str(CHECKOUT), *arguments)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def _content_faults(wheel: Path) -> Iterator[str]:
    """Compare the wheel with what git tracks: nothing missing, nothing too many."""
    tracked = _git("ls-files", "reflect_tui", "instruments")
    instruments = {f"reflect_tui/{name}" for name in tracked if name.startswith("instruments/")}
    package = {name for name in tracked if name.startswith("reflect_tui/") and not name.endswith(_SOURCES)}
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    yield from (f"missing from the wheel: {name}" for name in sorted((instruments | package) - packed))
    yield from (f"too many in the wheel: {name}" for name in sorted(packed - package - instruments))


def _metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(archive.read(name), policy=email.policy.compat32)


def _metadata_faults(metadata: Message) -> Iterator[str]:
    """Check the version, and that every link of the README is a whole one."""
    if metadata["Version"] != __version__:
        yield f"the wheel has version {metadata['Version']}, the program {__version__}"
    for link in _LINK.findall(str(metadata.get_payload())):
        if not link.startswith(("https://", "#")):
            yield f"README.md: the package index cannot follow {link}"


def version_faults(version: str, changelog: str, tags: list[str], tags_here: list[str]) -> Iterator[str]:
    """Compare the version with the changelog's dated sections, with all tags and with those of this commit."""
    dated = re.findall(r"^## (\S+) - \d{4}-\d\d-\d\d$", changelog, re.MULTILINE)
    coming, development, _number = version.partition(".dev")
    if development and coming in dated:
        yield f"CHANGELOG.md has a dated section for {coming}, and the version is {version}"
    if not development and dated[:1] != [version]:
        yield f"the newest dated section of CHANGELOG.md is not {version}, the version"
    if tags_here and tags_here != [f"v{version}"]:
        yield f"this commit is tagged {', '.join(tags_here)}, and the version is {version}"
    if f"v{version}" in tags and not tags_here:
        yield f"v{version} is the tag of another commit: set the next version"


if __name__ == "__main__":
    sys.exit(main())
