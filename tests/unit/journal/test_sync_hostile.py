"""What comes from another place is not trusted: nothing is taken of what is no sound journal, and nothing changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from reflect_tui.errors import ReflectError
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import Device, git, save_and_sync

pytestmark = pytest.mark.slow


@pytest.fixture
def device(tmp_path: Path, place: Path, make_session: MakeSession) -> Device:
    laptop = Device(tmp_path / "laptop", place)
    save_and_sync(make_session(), laptop)
    return laptop


def _send(place: Path, *entries: tuple[str, str, bytes]) -> None:
    """Put files (mode, path, content) on top of what stands there."""
    head = git("rev-parse", "main", folder=place)
    tree = _tree(place, git("rev-parse", f"{head}^{{tree}}", folder=place), entries)
    commit = git("commit-tree", tree, "-p", head, "-m", "more", folder=place)
    git("update-ref", "refs/heads/main", commit, folder=place)


def _tree(place: Path, tree: str, entries: tuple[tuple[str, str, bytes], ...]) -> str:
    """Write a tree with more entries by hand: git itself would refuse some of these names."""
    listed = git("ls-tree", "-z", tree, folder=place).split("\0")
    rows = {row.partition("\t")[2].encode(): row.partition("\t")[0].split() for row in listed if row}
    raw = {name: (about[0], about[2]) for name, about in rows.items()}
    for mode, path, content in entries:
        top, _slash, below = path.partition("/")
        if below and mode != "160000":
            before = raw.get(top.encode(), ("40000", git("mktree", folder=place, given=b"")))[1]
            raw[top.encode()] = ("40000", _tree(place, before, ((mode, below, content),)))
        elif mode == "160000":
            raw[path.encode()] = (mode, "1" * 40)
        else:
            raw[path.encode()] = (mode, git("hash-object", "-w", "--stdin", folder=place, given=content))
    ordered = sorted(raw.items(), key=lambda item: item[0] + (b"/" if item[1][0].lstrip("0") == "40000" else b""))
    data = b"".join(
        mode.lstrip("0").encode() + b" " + name + b"\0" + bytes.fromhex(blob) for name, (mode, blob) in ordered
    )
    return git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", folder=place, given=data)


_GOOD = b"format = 1\n"


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        (("120000", "sessions/2026/link.toml", b"/etc/passwd"), "link.toml"),
        (("120000", "journal", b"/etc"), "journal"),
        (("100755", "goals/2026-11-23T1405-goal-aaaaaa.toml", _GOOD), "goals/2026-11-23T1405-goal-aaaaaa.toml"),
        (("160000", "goals", b""), "goals"),
        (("100644", ".gitattributes", b"* filter=evil\n"), ".gitattributes"),
        (("100644", ".gitmodules", b""), ".gitmodules"),
        (("100644", "README.md", b"hello\n"), "README.md"),
        (("100644", "sessions/2026/a\nb.toml", _GOOD), "sessions/2026/"),
        (("100644", "goals/../x.toml", _GOOD), ""),
        (("100644", ".git/config", b"[core]\n"), ""),
        (("100644", ".GIT/config", b"[core]\n"), ""),
        (("100644", "git~1/config", b"[core]\n"), ""),
        (("100644", ".g\u200cit/config", b"[core]\n"), ""),
        (("100644", "versions/goals-x-aaaaaaaaaaaa.toml", _GOOD), "versions/goals-x"),
        (("100644", "versions/sessions-2026-01-01T1000-self-000000-deleted.toml", b"x = 1\n"), "versions/sessions"),
        (("100644", "goals/2026-11-23T1405-goal-aaaaaa.toml", b'id = "1"\nid = "2"\n'), "goals/2026"),
        (("100644", "goals/2026-11-23T1405-goal-aaaaaa.toml", b"\xe9 = 1\n"), "goals/2026"),
        (("100644", "goals/2026-11-23T1405-goal-aaaaaa.toml", b"a = " + b"[" * 3000), "goals/2026"),
        (("100644", "goals/2026-11-23T1405-goal-aaaaaa.toml", b"#" * 1_100_000), "is too large"),
        (("100644", "sessions/2026/2026-01-02T1000-self-000001.toml", _GOOD), "2026-01-02T1000-self-000001"),
        (("100644", "sessions/2025/2026-01-02T1000-self-000001.toml", _GOOD), "sessions/2025"),
        (("100644", "erased.toml", b'format = 1\ndocuments = ["../x"]\n'), "erased.toml"),
        (("100644", "instruments/evil@1.toml", b"format = 1\n"), "instruments/evil@1.toml"),
        (("100644", "instruments/-evil.toml", b"format = 1\n"), "instruments/-evil.toml"),
    ],
)
def test_what_is_no_sound_file_of_a_journal_is_refused_by_name(
    device: Device, place: Path, entry: tuple[str, str, bytes], named: str
) -> None:
    head, files = device.journal.repository.head(), _contents(device.journal.root)
    _send(place, entry)
    with pytest.raises(ReflectError) as caught:
        device.sync()
    assert named in str(caught.value)
    assert device.journal.repository.head() == head
    assert _contents(device.journal.root) == files
    assert device.is_whole()


@pytest.mark.parametrize("is_there", [False, True])
def test_an_object_that_is_missing_or_damaged_is_refused(device: Device, place: Path, is_there: bool) -> None:
    head = device.journal.repository.head()
    content = b'format = 1\nid = "x"\n'
    _send(place, ("100644", "goals/2026-11-23T1405-goal-aaaaaa.toml", content))
    blob = git("hash-object", "--stdin", folder=place, given=content)
    file = place / "objects" / blob[:2] / blob[2:]
    whole = file.read_bytes()
    file.unlink()
    if is_there:
        file.write_bytes(whole[:-3])
    with pytest.raises(ReflectError):
        device.sync()
    assert device.journal.repository.head() == head
    assert device.is_whole()


def _contents(root: Path) -> dict[str, bytes]:
    """Return every file of the journal but those of git."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }
