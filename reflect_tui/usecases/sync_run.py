"""One sync, step by step: what every place has in common, and a git repository; see folder_sync for a plain folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import starmap

from msgspec import structs

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.git import address as addresses
from reflect_tui.git.address import Address
from reflect_tui.git.complaints import BeatenError, SyncError
from reflect_tui.git.exchange import Exchange
from reflect_tui.git.history import blob_width
from reflect_tui.git.patience import User
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _, ngettext
from reflect_tui.model.tombstones import Tombstones
from reflect_tui.store import erasing, erasure, incoming, joining, scan, union
from reflect_tui.store.base import is_session
from reflect_tui.store.incoming import placed
from reflect_tui.store.journal import Journal
from reflect_tui.store.sync_place import SyncState, remember, write_state
from reflect_tui.store.sync_state import Synced
from reflect_tui.text import NAMED, display, first_names, more_text
from reflect_tui.views.keeping import (
    chosen_sentence,
    closed_twice_sentence,
    ended_sentence,
    erased_names,
    names_and_paths,
)
from reflect_tui.views.rounds import uncounted_sentence

_TRIES = 4  # other devices may send something first


Ask = Callable[[str], bool]


class DeclinedError(SyncError):
    """The user did not agree; nothing was sent.

    `sealed` is the same question with encryption, "" where that can't be chosen; `done` is what was done before it.
    """

    exit_code = 1

    def __init__(self, sentence: str, sealed: str = "", done: Synced = Synced()) -> None:  # noqa: B008 -- frozen
        super().__init__(sentence)
        self.sealed = sealed
        self.done = done


class ErasingQuestion(str):
    """Asks whether something may be erased for good: who agreed beforehand to the sending did not agree to this."""

    __slots__ = ()


class ErasedError(Exception):
    """What another device erased was erased here as well: history was made anew, and the sync begins anew."""

    def __init__(self, erased: tuple[str, ...]) -> None:
        super().__init__()
        self.erased = erased


class SyncRun:
    """One sync with one place."""

    def __init__(
        self, journal: Journal, exchange: Exchange, state: SyncState, ask: Ask, user: User, *, own: bool = False
    ) -> None:
        """Sync with the place that `state` names; one of this program's `own` nobody else may name."""
        self._journal = journal
        self._exchange = exchange
        self._state = state
        self._address = Address(state.address, "repository") if own else addresses.parse(state.address, journal.root)
        self._ask = ask
        self._tell = user.tell
        self._tell_rest = user.tell_rest
        self._shown = display(state.address)
        self._done = Synced()
        self._replaces = False

    def all(self) -> Synced:
        """Sync; what must be read of it stands in the result, and among the steps only when there is none."""
        try:
            return self._all()
        except Exception:
            for note in self._done.notes:
                self._tell(note)
            raise

    def _all(self) -> Synced:
        """Fetch, join and send."""
        raise NotImplementedError

    def _receive(self, address: Address, head: str | None, tip: str, name: str = "") -> None:
        """Take in what an address has; of several, each step has its name."""
        of = f" ({display(name)})" if name else ""
        self._check_kind(tip)
        self._tell(_("Fetching what is new there") + of)
        self._exchange.fetch(address, tip)
        self._tell(_("Checking every file of it") + of)
        try:
            checked = incoming.check(self._journal, self._exchange, tip, head, self._shown)
        except incoming.NoJournalError as error:
            raise self._no_journal_error(error, address) from error
        except BadFileError as error:
            raise BadFileError(error.path, self._named_faults(error.faults), self._advice(error, address)) from error
        self._erase(checked.tombstones)
        self._replaces = joining.replaces_history(self._journal, self._exchange, tip, checked)
        if self._replaces:
            self._agree_to_replace()
        met = self._state.commit
        is_repository = address.way != "folder"  # where a device that was not there for a while is behind, no more
        is_anew = is_repository and met and not self._replaces and not self._exchange.is_ancestor(met, tip)
        if is_anew:
            self._tell(_("The history there was made anew since the last sync; what is only here is added again"))
        self._tell(_("Joining it to what is here") + of)
        joined = joining.join(self._journal, self._exchange, head, tip, checked)
        if checked.misfits:
            self._note(faulty_sentence(self._named_faults(checked.misfits)))
        self._note_all(
            [
                *(chosen_sentence(name, is_there=(self._journal.root / name).exists()) for name in joined.chosen),
                *map(closed_twice_sentence, joined.closed_twice),
                *starmap(ended_sentence, joined.ended.items()),
            ]
        )
        self._note_all([display(uncounted_sentence(uncounted)) for uncounted in self._journal.settle_rounds()])
        self._done = structs.replace(
            self._done,
            received=self._done.received + len(joined.received),
            removed=self._done.removed + len(joined.removed),
            both=tuple(sorted({*self._done.both, *joined.both})),
        )

    def _advice(self, error: BadFileError, address: Address) -> str:
        """Say what to do about what came and is not taken."""
        if isinstance(error, incoming.OddFilesError) and address.way != "folder":
            return _(
                "Nothing was taken or sent. Remove what is no file of a journal from that repository (git rm, git "
                "commit, git push in a clone of it), then sync again."
            )
        return _("Nothing of it was taken. Put it right on the device that it comes from, then sync there and here.")

    def _no_journal_error(self, error: incoming.NoJournalError, address: Address) -> SyncError:
        """Say that the other end has something else than a journal, and what to sync with instead."""
        if address.way == "folder":
            return SyncError(_("it holds no journal of this program; remove it, and sync on the device that wrote it"))
        text = _("{address} holds no journal of this program")
        if error.names:
            text = _("{address} holds no journal of this program, but other files: {names}")
        advice = _(
            "Nothing was taken or sent. Make a repository of its own for the journal, without any file (no README "
            "either), and sync with that."
        )
        return SyncError(f"{text.format(address=self._shown, names=self._names(error.names))}. {advice}")

    def _named_faults(self, faults: Sequence[Fault]) -> tuple[Fault, ...]:
        """Return the faults that a message names; all of them are told to who wants to know the rest."""
        for fault in faults if len(faults) > NAMED else ():
            self._tell_rest(str(fault))
        return first_faults(faults)

    def _names(self, names: Sequence[str]) -> str:
        """Name the first of many in a sentence; see _named_faults()."""
        for name in names if len(names) > NAMED else ():
            self._tell_rest(display(name))
        return first_names(names)

    def _note_all(self, sentences: Sequence[str]) -> None:
        """Note the first of many sentences, and how many more there are; see _note() and _named_faults()."""
        for sentence in sentences[:NAMED]:
            self._note(sentence)
        for sentence in sentences[NAMED:]:
            self._tell_rest(sentence)
        if more := more_text(len(sentences) - NAMED):
            self._note(more)

    def _note(self, sentence: str) -> None:
        """Keep for the result what must be read also by those who did not ask for this sync."""
        self._done = structs.replace(self._done, notes=(*self._done.notes, sentence))

    def _check_kind(self, tip: str) -> None:
        """Refuse a repository whose ids are of another kind: git can't join these."""
        here = self._journal.repository.git.run("rev-parse", "--show-object-format").decode("ascii", "replace").strip()
        there = "sha256" if len(tip) == blob_width("sha256") else "sha1"
        if here != there:
            text = _(
                "{address} is a git repository of the kind {there}, and this journal one of the kind {here}, so "
                "nothing was taken or sent. On a new device: git init --object-format={there} in the empty folder "
                "{root}; else sync with another repository."
            )
            root = display(str(self._journal.root))
            raise SyncError(text.format(address=self._shown, there=there, here=here, root=root))

    def _erase(self, erased: Tombstones) -> None:
        """Erase here what another device erased, when the user agrees."""
        wanted = erasure.elsewhere(self._journal, erased)
        if wanted:
            names = self._names(erased_names((*wanted.documents, *wanted.notes, *wanted.people)))
            if not self._ask(ErasingQuestion(self._erased_question(names))):
                raise DeclinedError(self._not_erased(), done=self._done)
            self._tell(_("Erasing here what was erased on another device: {names}").format(names=names))
            done = erasing.carry_out(self._journal, wanted)
            if done.left:
                left = self._names(names_and_paths(done.left))
                self._tell(_("The same still stands in: {names}").format(names=left))
            raise ErasedError(done.erased)

    def _erased_question(self, names: str) -> str:
        return _("Another device erased for good: {names}. Erase it here too?").format(names=names)

    def _not_erased(self) -> str:
        return _("Nothing was erased, taken or sent.")

    def _agree_to_replace(self) -> None:
        """Ask before the history at the other end is replaced."""

    def _agree(self, tracked: union.Tree, gone: str = "") -> None:
        """Say before the first sending what goes where, and who can read it there, and ask.

        `gone` says that something stood there at the last sync, and no longer does: then it is always asked.
        """
        gone = f"{gone} " if gone and self._state.when else ""
        count = len(union.lacking(tracked, []))  # as _count_sent() counts it
        readable = gone + self._readable_question(count)
        sealed = gone + self._sealed_question(count) if self._address.way == "folder" else ""
        is_sealed = self._state.encrypted
        if not self._ask(sealed if is_sealed else readable):
            raise self._not_sent("" if is_sealed else sealed)
        if gone:  # also for those who agreed beforehand
            self._tell(
                _("What was sent to {address} before is gone; all of it is sent again").format(address=self._shown)
            )

    def _not_sent(self, sealed: str = "") -> DeclinedError:
        """Say that the user did not agree, and what came nevertheless."""
        count = self._done.received
        text = ngettext("Nothing was sent; {n} file was received.", "Nothing was sent; {n} files were received.", count)
        return DeclinedError(text.format(n=count) if count else _("Nothing was sent."), sealed, self._done)

    def _readable_question(self, count: int) -> str:
        question = ngettext(
            "Your whole journal with its history goes to {address}: {count} file, with every score, note and remark, "
            "readable there by everyone who can read that place. Send it?",
            "Your whole journal with its history goes to {address}: {count} files, with every score, note and remark, "
            "readable there by everyone who can read that place. Send it?",
            count,
        ).format(address=self._shown, count=count)
        if self._address.way == "folder":
            question += " " + _("(Not encrypted. With --encrypt, in the app e, only a passphrase opens it.)")
        return question

    def _sealed_question(self, count: int) -> str:
        return ngettext(
            "Your whole journal with its history goes to {address}: {count} file, in one that only a passphrase "
            "opens. Send it?",
            "Your whole journal with its history goes to {address}: {count} files, in one that only a passphrase "
            "opens. Send it?",
            count,
        ).format(address=self._shown, count=count)

    def _expect_sent(self) -> None:
        """Write down before anything is sent that the other end may have something, and what."""
        remember(self._journal, structs.replace(self._state, way=self._address.way))

    def _met_tree(self) -> list[union.Tree]:
        """Return the files that stood here and there alike after the last sync, without what was erased since."""
        git = self._journal.repository.git
        met = self._state.rewritten or self._state.commit
        before = git.resolve(f"{met}^{{commit}}") if met else None
        return [git.files(before)] if before else []

    def _count_sent(self, tracked: union.Tree, there: Sequence[union.Tree]) -> None:
        """Count what was sent of the files here; say what of it devices won't take that have what was there before.

        Nothing was there: then a device that comes takes the whole journal as it is.
        """
        documents = union.lacking(tracked, there)
        self._done = structs.replace(self._done, sent=self._done.sent + len(documents))
        root, library = self._journal.root, self._journal.library
        sessions = sorted(path for path in documents if is_session(path) and (root / path).exists()) if there else ()
        faults = [placed(path, fault) for path in sessions for fault in scan.read(root, path, library).faults]
        if faults:
            text = _("Other devices may refuse what has a fault, until it is put right here, in an editor: {faults}")
            self._note(text.format(faults=display("; ".join(map(str, self._named_faults(faults))))))

    def _nothing_error(self) -> SyncError:
        """Say that there is no journal on either side."""
        text = _(
            "Neither {root} nor {address} has a journal yet: there is nothing to sync. If one should be there, check "
            "the address or connect the disk; else fill in something first."
        )
        return SyncError(text.format(root=display(str(self._journal.root)), address=self._shown))

    def _finish(self, head: str) -> None:
        """Write down what stands here and there alike."""
        now = datetime.now().astimezone().replace(microsecond=0)
        self._state = structs.replace(
            self._state,
            commit=head,
            when=now,
            way=self._address.way,
            rewritten="",
            unread=self._done.unread,
            untidy=False,
        )
        write_state(self._journal, self._state)


class RemoteRun(SyncRun):
    """One sync with a git repository."""

    def _all(self) -> Synced:
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

    def _take(self) -> str | None:
        """Receive what is new there; the newest commit there."""
        self._tell(_("Asking {address} what it has").format(address=self._shown))
        self._replaces = False
        tip = self._exchange.tip(self._address)
        head = self._journal.repository.head()
        if tip and tip != head and not (head and self._exchange.is_ancestor(tip, head)):
            self._receive(self._address, head, tip)
        return tip

    def _once(self) -> None:
        tip = self._take()
        head = self._journal.repository.head()
        if not (head or tip):
            raise self._nothing_error()
        if head and head != tip:
            self._send(head, tip)
        if head:
            if self._state.untidy:
                self._exchange.tidy(self._address)
            self._finish(head)

    def _agree_to_replace(self) -> None:
        question = _(
            "What was erased here still stands at {address}. The history there will be replaced by the one here; "
            "everything else there is kept. Replace it?"
        )
        if not self._ask(ErasingQuestion(question.format(address=self._shown))):
            raise self._not_sent()

    def _send(self, head: str, tip: str | None) -> None:
        tracked = dict(self._journal.repository.git.files(head))
        there: list[union.Tree] = []
        if tip:
            before = {**tracked, **self._exchange.changed(tip, head)}
            there = [{path: blob for path, blob in before.items() if blob}]
            there += self._met_tree() if self._state.rewritten else []
        if not self._state.commit or tip is None:
            gone = _(
                "There was a journal at {address}, and now there is nothing. If another disk or server stands in its "
                "place, connect the right one and sync again."
            )
            self._agree(tracked, "" if tip else gone.format(address=self._shown))
        self._tell(_("Sending what is new here"))
        if self._replaces:  # after a kill the next sync tidies there
            self._state = structs.replace(self._state, untidy=True)
        if self._replaces or not self._state.commit:
            self._expect_sent()
        self._exchange.send(self._address, head, tip if self._replaces else None)
        self._count_sent(tracked, there)


class ReceivingRun(RemoteRun):
    """Joins what stands in a repository on this computer; nothing is sent, so nothing there is replaced.

    `shown` is what the user knows it by.
    """

    def __init__(self, journal: Journal, exchange: Exchange, state: SyncState, ask: Ask, shown: str) -> None:
        super().__init__(journal, exchange, state, ask, User(), own=True)
        self._shown = shown

    def _all(self) -> Synced:
        """Fetch and join."""
        self._take()
        return self._done

    def _advice(self, error: BadFileError, address: Address) -> str:  # noqa: ARG002 -- as every SyncRun
        return _("Nothing was taken. Restore it beside, with --journal DIR, to have it as it is.")

    def _erased_question(self, names: str) -> str:
        return _("Erased for good before this backup was made: {names}. Erase it here too?").format(names=names)

    def _not_erased(self) -> str:
        return _("Nothing was erased or restored.")

    def _agree_to_replace(self) -> None:
        """Nothing there is replaced."""


def first_faults(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """Return so many faults as one message names, and how many more there are."""
    more = more_text(len(faults) - NAMED)
    return (*faults[:NAMED], *([Fault("", more)] if more else []))


def faulty_sentence(faults: Iterable[Fault]) -> str:
    """Say that what came is faulty, and all the same is here now."""
    text = _("What came has faults. It is shown with them and not counted; put it right in an editor: {faults}")
    return text.format(faults=display("; ".join(map(str, faults))))
