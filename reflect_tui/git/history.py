"""What git writes and reads on its pipes, as values: versions of a file, trees, index entries."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct, structs

FORMAT = "%H%x00%P%x00%ct%x00%an%x00%B%x00"
_FIELDS = 5
CHANGES = ("diff-tree", "--stdin", "--root", "-r", "--raw", "-z", "--no-abbrev", "--no-renames")
"""The command that lists what each commit given to it changed; see parse_changes()."""
_COMMIT = re.compile(r"[0-9a-f]{4,64}|HEAD")
_TRAILER = re.compile(r"^Reason: (.*)$")
_SHA256_WIDTH = 64
_FILE_MODE = "100644"
_LAST_MOMENT = 250_000_000_000  # seconds: in the year 9892, before the last one that Python knows


class Version(Struct, frozen=True, kw_only=True):
    """One commit that changed a file; `reason` is its `Reason:` trailer, `deleted` when the file went away.

    `who` is the name that git has for who made it. `parents` are the commits that it was made upon: two where the
    histories of two devices were joined.
    """

    commit: str
    when: datetime
    subject: str
    who: str = ""
    reason: str = ""
    deleted: bool = False
    parents: tuple[str, ...] = ()


class Step(Struct, frozen=True, kw_only=True):
    """One commit: what it is upon, and the blob id of every path that it changed (None removes one).

    One that joins two histories is compared with the first of its parents.
    """

    commit: str
    parents: tuple[str, ...]
    when: int
    subject: str
    changes: Mapping[str, str | None]


def blob_id(data: bytes, width: int) -> str:
    """The id that git gives a file, in a repository whose ids have this many digits: 40 for SHA-1, 64 for SHA-256."""
    stored = b"blob %d\0%b" % (len(data), data)
    if width == _SHA256_WIDTH:
        return hashlib.sha256(stored).hexdigest()
    return hashlib.sha1(stored, usedforsecurity=False).hexdigest()


def blob_width(kind: str) -> int:
    """The number of digits that ids have in a repository of a kind, sha1 or sha256."""
    return _SHA256_WIDTH if kind == "sha256" else 40


def is_whole_id(name: str) -> bool:
    """Check whether a text is the whole id of an object."""
    return is_commit(name) and len(name) in (blob_width("sha1"), blob_width("sha256"))


def is_commit(name: str) -> bool:
    """Check whether a text can be the name of a commit, and no option or other revision."""
    return _COMMIT.fullmatch(name) is not None


def parse_commits(listed: bytes) -> tuple[Version, ...]:
    """Read the output of `git rev-list` with FORMAT."""
    fields = listed.decode("utf-8", "replace").split("\0")
    return tuple(_version(*fields[at : at + _FIELDS]) for at in range(0, len(fields) - _FIELDS, _FIELDS))


def _version(commit: str, parents: str, seconds: str, who: str, message: str) -> Version:
    when = datetime.fromtimestamp(min(max(0, int(seconds or 0)), _LAST_MOMENT), UTC).astimezone()
    lines = message.strip().splitlines() or [""]
    reasons = [match[1] for line in lines[1:] if (match := _TRAILER.match(line))]
    name = commit.rsplit("\n", maxsplit=1)[-1]  # after the line that rev-list begins with
    reason = reasons[-1] if reasons else ""
    return Version(commit=name, when=when, who=who, subject=lines[0], reason=reason, parents=tuple(parents.split()))


def parse_changes(listed: bytes) -> dict[str, dict[str, str | None]]:
    """Read the output of `git` with CHANGES: the changes of each commit that has any."""
    found: dict[str, dict[str, str | None]] = {}
    fields = iter(listed.split(b"\0"))
    changes: dict[str, str | None] = {}
    for field in fields:
        if field.startswith(b":"):
            blob = field.split()[3].decode()
            changes[os.fsdecode(next(fields))] = blob if blob.strip("0") else None
        elif field:
            changes = found.setdefault(field.decode(), {})
    return found


def with_deletions(versions: Sequence[Version], kinds: Iterable[bytes]) -> tuple[Version, ...]:
    """Mark the versions in which the file is gone, by what `cat-file --batch-check` says of each."""
    pairs = zip(versions, kinds, strict=False)
    return tuple(structs.replace(version, deleted=kind != b"blob") for version, kind in pairs)


def parse_tree(listed: bytes) -> dict[str, str]:
    """Read `git ls-tree -r -z`: the blob id of every path."""
    lines = (line.partition(b"\t") for line in listed.split(b"\0") if line)
    return {os.fsdecode(path): about.split()[2].decode() for about, _tab, path in lines}


def parse_stage(listed: bytes) -> dict[str, str]:
    """Read `git ls-files --stage -z`: the blob id of every path; an unmerged path gets no id that fits."""
    entries = {}
    for entry in listed.split(b"\0"):
        about, _tab, name = entry.partition(b"\t")
        if name:
            _mode, blob, stage = about.split()
            entries[os.fsdecode(name)] = blob.decode() if stage == b"0" else "unmerged"
    return entries


def index_lines(entries: Mapping[str, str | None], width: int) -> bytes:
    """Write entries for `git update-index -z --index-info`, with ids of this width; None removes a path."""
    lines = (
        f"{_FILE_MODE} {blob} 0\t{path}\0" if blob else f"0 {'0' * width} 0\t{path}\0" for path, blob in entries.items()
    )
    return os.fsencode("".join(lines))


def parse_objects(listed: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Read `git cat-file --batch`: the kind and content of every object asked for; b"" for one that is not there."""
    at = 0
    while (end := listed.find(b"\n", at)) >= 0:  # else there is no more, or it was cut short
        about = listed[at:end].split()
        at = end + 1
        if len(about) == 3 and about[2].isdigit():  # noqa: PLR2004 -- id, kind, size; else it is missing
            size = int(about[2])
            yield about[1], listed[at : at + size]
            at += size + 1
        else:
            yield b"", b""


def parse_blobs(listed: bytes) -> tuple[bytes | None, ...]:
    """Read the contents of files in that, None for one that is not there."""
    return tuple(content if kind == b"blob" else None for kind, content in parse_objects(listed))
