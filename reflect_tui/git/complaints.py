"""What git writes to stderr: which line tells the reason, and what it means for a sync."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from reflect_tui.disk import files
from reflect_tui.errors import ReflectError
from reflect_tui.git.address import Address
from reflect_tui.i18n import _
from reflect_tui.text import display

ENDED = "git was ended by the system"
"""What is written for a git that a signal ended, and that could say nothing itself."""
_FULL_WORDS = ("No space left", "Out of diskspace", "quota exceeded")
FAULTS = ("fatal:", "error:")
_FAR = "remote:"
"""How a line begins that the other end wrote."""
_FAR_FAULTS = tuple(f"{_FAR} {fault}" for fault in FAULTS)
_REJECTED = "! ["
_NO_CAUSE = ("error: failed to push some refs", "fatal: the remote end hung up", "fatal: early EOF")
_HINT = re.compile(rf"(?:{_FAR} ?)?(?:hint:.*)?$")
_WARNING = re.compile(rf"(?:{_FAR} ?)?warning:")
_PROGRESS = re.compile(rf"(?:{_FAR} ?)?(?:[A-Z][a-z ]+: +[0-9]+(?:%|,|$)|Total [0-9]|To \S)")


def telling_lines(complaint: str) -> list[str]:
    """List the lines of what git wrote to stderr that may tell a reason: no hint or progress, a warning if need be."""
    written = [" ".join(line.split()) for line in complaint.replace("\n\t", " ").splitlines()]
    lines = [line for line in written if not (_HINT.match(line) or _PROGRESS.match(line))]
    return [line for line in lines if not _WARNING.match(line)] or lines


def reason_line(complaint: str) -> str:
    """Return the line of what git wrote to stderr that tells why it failed, its own or one of the other end; or "?".

    What says no more than that something failed counts last: the reason stands before or after it.
    """
    lines = telling_lines(complaint)
    causes = [line for line in lines if not line.startswith(_NO_CAUSE)]
    kinds = (FAULTS + _FAR_FAULTS, _FAR, _REJECTED)
    found = (line for beginning in kinds for line in causes if line.startswith(beginning))
    return next(found, next((line for line in lines if line.startswith(FAULTS)), lines[-1] if lines else "?"))


def tells_of_full_disk(line: str) -> bool:
    """Check whether a line that git wrote says that a disk, or what one may use of it, is full."""
    return any(words in line for words in _FULL_WORDS)


Reason = Literal[
    "unknown_host",
    "offline",
    "credentials",
    "host_key",
    "other_host",
    "certificate",
    "nothing_there",
    "full",
    "damaged",
    "broken_off",
    "other_kind",
    "newer",
    "other",
]
_WORDS: tuple[tuple[str, Reason], ...] = (
    ("REMOTE HOST IDENTIFICATION HAS CHANGED", "other_host"),
    ("Host key verification failed", "host_key"),
    ("certificate verif", "certificate"),
    ("SSL certificate", "certificate"),
    ("certificate subject name", "certificate"),
    ("Could not resolve host", "unknown_host"),
    ("Name or service not known", "unknown_host"),
    ("Temporary failure in name resolution", "unknown_host"),
    ("Connection refused", "offline"),
    ("Failed to connect", "offline"),
    ("Couldn't connect", "offline"),
    ("timed out", "offline"),
    ("Operation too slow", "offline"),
    ("No route to host", "offline"),
    ("Network is unreachable", "offline"),
    ("terminal prompts disabled", "credentials"),
    ("could not read Username", "credentials"),
    ("could not read Password", "credentials"),
    ("unable to get password", "credentials"),
    ("Authentication failed", "credentials"),
    ("Permission denied (", "credentials"),
    ("error: 403", "credentials"),
    ("error: 401", "credentials"),
    ("hash algorithm", "other_kind"),
    ("mismatched algorithms", "other_kind"),
    ("unexpected capabilities^{}", "other_kind"),
    ("unknown repository extension", "newer"),
    ("Expected git repo version", "newer"),
    ("does not appear to be a git repository", "nothing_there"),
    ("not found", "nothing_there"),
    ("does not exist", "nothing_there"),
    ("closed by remote host", "broken_off"),
    ("Connection closed by", "broken_off"),
    ("fsck error", "damaged"),
    ("bad pack", "damaged"),
    ("corrupt", "damaged"),
    ("missing blob", "damaged"),
    ("missing tree", "damaged"),
    ("did not send all necessary objects", "damaged"),
    ("did not receive expected object", "damaged"),
    ("lacks these prerequisite", "damaged"),
    ("early EOF", "broken_off"),
    ("non-properly terminated", "broken_off"),
    ("Connection reset", "broken_off"),
    ("Recv failure", "broken_off"),
    ("hung up", "broken_off"),
    ("unexpected disconnect", "broken_off"),
)


class SyncError(ReflectError):
    """Nothing was synced, and nothing changed; `is_offline` when only the network or the disk was not there.

    `erased` is what was erased here before that, as on another device; see Synced.
    """

    exit_code = 3

    def __init__(self, sentence: str, *, is_offline: bool = False) -> None:
        self.is_offline = is_offline
        self.erased: tuple[str, ...] = ()
        super().__init__(sentence)


class BeatenError(SyncError):
    """Another device sent something first."""


def error_from(address: Address, complaint: str) -> SyncError:
    """Say in a sentence what git complained of; that the disk here is full is told apart before, see is_full_here()."""
    if address.way == "folder":  # a file that was copied
        return SyncError(_("it is empty, cut off or damaged; copy it once more, or sync on that device"))
    told = "\n".join(telling_lines(complaint))
    reason: Reason = next((reason for words, reason in _WORDS if words in told), "other")
    # git does not always say so of a folder that it could not make
    is_unsaid = reason == "other" and address.way == "repository" and files.is_full(Path(address.text))
    if is_unsaid or tells_of_full_disk(told):
        reason = "full"
    detail = display(re.sub(r"//[^/\s]*@", "//", reason_line(complaint))[:300]).rstrip(".")
    sentences: Mapping[Reason, str] = {
        "unknown_host": _(
            "The host of {address} was not found. Check the address and the network, then sync again. What is saved "
            "here is safe."
        ),
        "offline": _("{address} can't be reached now. What is saved here is safe; sync again later."),
        "credentials": _(
            "{address} wants to know who you are, and git has no key or password that fits. Put one in ssh-agent or "
            "in git's credential store, then sync again."
        ),
        "host_key": _(
            "The host of {address} is not known to ssh. Connect to it once with ssh, compare its key, then sync again."
        ),
        "other_host": _(
            "The host of {address} shows another key than before: it was set up anew, or somebody stands in between. "
            "Nothing was sent. Ask who keeps it; then let ssh know the new key (ssh-keygen -R), and sync again."
        ),
        "certificate": _(
            "The certificate of {address} is not one that this computer trusts: it expired, it is of another host, or "
            "nobody known vouches for it. Nothing was sent. Ask who keeps that place; then sync again. (git: {detail})"
        ),
        "nothing_there": _(
            "There is no git repository at {address}, or you may not see it. Check the address, or make an empty "
            "(bare) one there; then sync again."
        ),
        "full": _("The disk of {address} is full. Make room there, then sync again."),
        "damaged": _(
            "What {address} holds is damaged, so nothing of it was taken. What is saved here is safe: make a new, "
            "empty repository, and sync each of your devices with that. (git: {detail})"
        ),
        "broken_off": _("The connection to {address} broke off. What is saved here is safe; sync again later."),
        "other_kind": _(
            "{address} and this journal are git repositories of two kinds (sha1 and sha256), so nothing was sent. Sync "
            "with one of the same kind: git init --bare --object-format=sha1, or sha256."
        ),
        "newer": _(
            "{address} was made by a newer git, in a form that the git here does not know (git: {detail}). Bring git "
            "up to date, or sync with a repository of the usual form: git init --bare --ref-format=files"
        ),
        "other": _(
            "git can't sync with {address}: {detail}. What is saved here is safe. Put right what git names, or ask who "
            "keeps that place; then sync again."
        ),
    }
    sentence = sentences[reason].format(address=display(address.text), detail=detail)
    return SyncError(sentence, is_offline=reason in ("unknown_host", "offline", "broken_off"))


def is_full_here(address: Address, complaint: str) -> bool:
    """Check whether git complains that the disk of this device is full, and not that of the other end.

    The other end's words are marked as such, unless they come from a repository on a disk here, which they then name.
    """
    full = list(filter(tells_of_full_disk, telling_lines(complaint)))
    there = [line for line in full if line.startswith("remote:") or address.text in line]
    return bool(full) and (address.way == "folder" or not there)
