"""Syncs a journal with one other place: records, fetches, joins, sends; and what is not synced yet.

Where to, and what stood there last, is written in the state folder of this device, never in the journal. Every step is
told in a sentence; nothing is sent to a new place, and nothing is forced, before the user agreed to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import structs

from reflect_tui.errors import NotFoundError, ReflectError
from reflect_tui.git import address as addresses
from reflect_tui.git.exchange import BeatenError, Exchange, SyncError
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _, ngettext
from reflect_tui.model.tombstones import Tombstones
from reflect_tui.store import erasing, erasure, incoming, joining, union
from reflect_tui.store.base import kind_of
from reflect_tui.store.journal import Journal
from reflect_tui.store.sync_state import Synced, SyncState, differing, read_state, write_state
from reflect_tui.text import display

_FILE = "sync.toml"
_EXCHANGE = "exchange"
_TRIES = 4  # other devices may send something first

Ask = Callable[[str], bool]
Tell = Callable[[str], None]


class DeclinedError(SyncError):
    """The user did not agree; nothing was sent."""

    exit_code = 1


def sync(
    journal: Journal,
    typed: str = "",
    *,
    ask: Ask,
    tell: Tell = lambda _sentence: None,
    tell_command: Callable[[Sequence[str]], None] = lambda _command: None,
) -> Synced:
    """Sync with the place that was typed, else with that of the last time; the caller holds the journal's lock.

    Args:
        journal: the journal.
        typed: an address or folder.
        ask: asked before anything is sent to a new place, and before what stands there is replaced.
        tell: is told each step as a sentence.
        tell_command: is told each git command that goes to the other end.

    Raises:
        SyncError: it was not possible; what is saved here is as it was.
        BadFileError, JournalError: what came, or the journal here, can't be used.
    """
    before = read_state(journal)
    if not typed and before is None:
        raise ReflectError(_("Say where to sync: reflect-tui sync ADDRESS or FOLDER."))
    address = addresses.parse(typed or (before.address if before else ""), journal.root)
    state = before if before and before.address == address.text else SyncState(address=address.text)
    if address.way == "folder":
        raise ReflectError(_("{path} is no git repository.").format(path=display(address.text)))
    for _attempt in range(_TRIES - 1):
        try:
            return _sync(journal, state, ask, tell, tell_command)
        except _ErasedError:
            continue
    raise SyncError(
        _("Other devices keep sending to {address}; sync again later.").format(address=display(state.address))
    )


def _sync(
    journal: Journal, state: SyncState, ask: Ask, tell: Tell, tell_command: Callable[[Sequence[str]], None]
) -> Synced:
    _settle(journal)
    with journal.repository.git.act():
        head = journal.repository.head()
    objects = journal.repository.transaction().common / "objects"
    exchange = Exchange(journal.root, journal.state / _EXCHANGE, objects, tell_command)
    with exchange.use(head):
        return _Run(journal, exchange, state, ask, tell).all()


def _settle(journal: Journal) -> None:
    """Bring all that is saved into history, and see that history can be joined to another."""
    recorded = journal.record()
    if recorded.obstacle:
        raise ObstacleError(recorded.obstacle)
    if not journal.repository.exists():
        journal.identity.check()
        journal.repository.initialise()
    obstacle = journal.repository.obstacle()
    if obstacle:
        raise ObstacleError(obstacle)
    folder = journal.repository.transaction().common
    if (folder / "shallow").exists():
        raise SyncError(
            _("The history of {root} is only a part of the whole (a shallow clone), so it can't be synced.").format(
                root=display(str(journal.root))
            )
        )
    tracked = journal.repository.tracked()
    odd = incoming.odd_paths(tracked)
    if odd:
        text = _("The history holds files that are none of a journal, which other devices would refuse: {names}.")
        raise SyncError(text.format(names=display(", ".join(odd[:5]))))
    joining.settle_versions(journal, tracked)


class _ErasedError(Exception):
    """What another device erased was erased here as well: history was made anew, and the sync begins anew."""


class _Run:
    """One sync with one repository."""

    def __init__(self, journal: Journal, exchange: Exchange, state: SyncState, ask: Ask, tell: Tell) -> None:
        self._journal = journal
        self._exchange = exchange
        self._state = state
        self._address = addresses.parse(state.address, journal.root)
        self._ask = ask
        self._tell = tell
        self._shown = display(state.address)
        self._done = Synced()
        self._replaces = False

    def all(self) -> Synced:
        """Fetch, join and send, again when another device sent something first."""
        for left in reversed(range(_TRIES)):
            try:
                self._once()
            except BeatenError:
                if not left:
                    raise
                self._tell(_("Another device sent something first; once more."))
            except ObstacleError as error:  # something was saved here meanwhile
                if not left or error.obstacle.kind != "busy":
                    raise
            else:
                break
        return self._done

    def _once(self) -> None:
        self._tell(_("Asking {address} what it has").format(address=self._shown))
        self._replaces = False
        tip = self._exchange.tip(self._address)
        head = self._journal.repository.head()
        if tip and tip != head and not (head and self._exchange.is_ancestor(tip, head)):
            self._receive(head, tip)
        head = self._journal.repository.head()
        if head and head != tip:
            self._send(head, tip)
        if head:
            self._finish(head)

    def _receive(self, head: str | None, tip: str) -> None:
        self._tell(_("Fetching what is new there"))
        self._exchange.fetch(self._address, tip)
        self._tell(_("Checking every file of it"))
        repository = self._journal.repository
        checked = incoming.check(self._journal, self._exchange, tip, repository.git.files(head), self._shown)
        self._erase(checked.tombstones)
        self._replaces = joining.replaces_history(self._journal, self._exchange, tip, checked)
        if self._replaces:
            self._agree_to_replace()
        met = self._state.commit
        rewritten = self._replaces or bool(met and not self._exchange.is_ancestor(met, tip))
        if rewritten and not self._replaces:
            self._tell(_("The history there was made anew since the last sync; what is only here is added again"))
        self._tell(_("Joining it to what is here"))
        joined = joining.join(self._journal, self._exchange, head, tip, checked, rewritten=rewritten)
        self._done = structs.replace(
            self._done,
            received=self._done.received + len(joined.received),
            removed=self._done.removed + len(joined.removed),
            both=tuple(sorted({*self._done.both, *joined.both})),
        )

    def _erase(self, erased: Tombstones) -> None:
        """Erase here what another device erased."""
        wanted = erasure.elsewhere(self._journal, erased)
        if wanted:
            self._tell(_("Erasing here what was erased on another device"))
            erasing.carry_out(self._journal, wanted)
            raise _ErasedError

    def _agree_to_replace(self) -> None:
        question = _(
            "What was erased here still stands at {address}. The history there will be replaced by the one here; "
            "everything else there is kept. Replace it?"
        )
        if not self._ask(question.format(address=self._shown)):
            raise DeclinedError(_("Nothing was sent."))

    def _send(self, head: str, tip: str | None) -> None:
        tracked = dict(self._journal.repository.git.files(head))
        there = self._exchange.files(tip) if tip else {}
        if not self._state.commit or tip is None:
            self._agree(tracked, is_empty=tip is None)
        self._tell(_("Sending what is new here"))
        self._exchange.send(self._address, head, tip if self._replaces else None)
        if self._replaces:
            self._exchange.tidy(self._address)
        self._done = structs.replace(self._done, sent=self._done.sent + differing(there, tracked))

    def _agree(self, tracked: dict[str, str], *, is_empty: bool) -> None:
        """Say before the first sending what becomes readable where, and ask."""
        count = sum(1 for path in tracked if kind_of(path))
        again = _("There was a journal at {address}, and now there is nothing.").format(address=self._shown)
        question = ngettext(
            "Your whole journal with its history goes to {address}: {count} file, with every score, note and remark, "
            "readable there by everyone who can read that place. Send it?",
            "Your whole journal with its history goes to {address}: {count} files, with every score, note and remark, "
            "readable there by everyone who can read that place. Send it?",
            count,
        ).format(address=self._shown, count=count)
        if not self._ask(f"{again} {question}" if is_empty and self._state.commit else question):
            raise DeclinedError(_("Nothing was sent."))

    def _finish(self, head: str) -> None:
        """Write down what stands here and there alike."""
        now = datetime.now().astimezone().replace(microsecond=0)
        self._state = SyncState(address=self._address.text, commit=head, when=now)
        write_state(self._journal, self._state)


# Two versions of one document


def choose(journal: Journal, document: str, number: int) -> None:
    """Keep one version of a document, by its place in choices(); the caller holds the journal's lock.

    Raises:
        NotFoundError: there is no such document or version.
        JournalError: it can't be written.
    """
    recorded = journal.record()
    if recorded.obstacle:
        raise ObstacleError(recorded.obstacle)
    versions = union.versions(journal.repository.tracked()).get(document, ())
    if not 0 <= number <= len(versions):
        raise NotFoundError(_("{path} has no version {number}.").format(path=display(document), number=number + 1))
    joining.choose(journal, document, versions[number - 1] if number else None)
