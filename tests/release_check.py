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
PLACEHOLDER = "https://example.org/"
_SOURCES = (".po", ".pot")  # of translations; the program reads the compiled ones
_LINK = re.compile(r"\]\(([^)\s]+)")


def main() -> int:
    """Build, check, and print every fault; 1 when there is one."""
    with tempfile.TemporaryDirectory(prefix="reflect-release-") as folder:
        _run("build", "--outdir", folder, str(CHECKOUT))
        packages = sorted(Path(folder).iterdir())
        _run("twine", "check", "--strict", *map(str, packages))
        (wheel,) = (path for path in packages if path.suffix == ".whl")
        faults = [*_content_faults(wheel), *_metadata_faults(_metadata(wheel)), *_tag_faults()]
        if PLACEHOLDER in _read("pyproject.toml"):
            print(f"Before a release, replace the addresses under {PLACEHOLDER} in pyproject.toml.")  # noqa: T201 -- the result
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
    """Check the version, the addresses, and that every link of the README is a whole one."""
    if metadata["Version"] != __version__:
        yield f"the wheel has version {metadata['Version']}, the program {__version__}"
    if not metadata.get_all("Project-URL"):
        yield "pyproject.toml names no address in [project.urls]"
    for link in _LINK.findall(str(metadata.get_payload())):
        if not link.startswith(("https://", "#")):
            yield f"README.md: the package index cannot follow {link}"


def _tag_faults() -> Iterator[str]:
    """Check what a release must have; without a tag on this commit, only the changelog."""
    if not re.search(rf"^## {re.escape(__version__)} - \d{{4}}-\d\d-\d\d$", _read("CHANGELOG.md"), re.MULTILINE):
        yield f"CHANGELOG.md has no dated section for {__version__}"
    tags = _git("tag", "--points-at", "HEAD", "v*")
    if tags and tags != [f"v{__version__}"]:
        yield f"this commit is tagged {', '.join(tags)}, and the version is {__version__}"
    if tags and PLACEHOLDER in _read("pyproject.toml"):
        yield f"pyproject.toml still has the placeholder address {PLACEHOLDER}"


def _read(name: str) -> str:
    return (CHECKOUT / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
