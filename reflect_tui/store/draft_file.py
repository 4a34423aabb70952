"""The file of a draft: a header and one block for every act, appended, so that a torn end never spoils the rest."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.i18n import _
from reflect_tui.model.assessment import Act, Answer, EditNote, EditRemark, Redo, Undo
from reflect_tui.model.instrument import Identifier, Version
from reflect_tui.model.session import Digest, Moment, Role, Score, SessionId
from reflect_tui.store.plans import MAX_REASON
from reflect_tui.toml import formats

MAX_BYTES = 50_000_000
_END = b"\n\n"  # no block has an empty line inside: texts are written on one line, with \n for a line end
Seconds = Annotated[float, Meta(ge=0, le=1e9)]


class Draft(Struct, frozen=True, kw_only=True):
    """A session being filled in: whose it will be, and everything done so far.

    `pauses` are the seconds before each act, as many as there are acts. `damaged` tells that part of the file could
    not be read; what came before it is here, and resuming keeps a copy of the whole file.

    A draft that amends a saved session has its id. `amends` is the digest of the file it began from, `finished` that
    session's own, `reason` why; the first `given` acts make up the session as it was, and can't be undone.
    """

    id: str
    instrument: str
    version: str
    digest: str
    role: Role
    started: Moment
    acts: tuple[Act, ...] = ()
    pauses: tuple[float, ...] = ()
    damaged: bool = False
    amends: str | None = None
    finished: Moment | None = None
    reason: str = ""
    given: int = 0


class Header(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The first block of a draft."""

    format: Literal[1] = 1
    id: SessionId
    instrument: Identifier
    version: Version
    digest: Digest
    role: Role
    started: Moment
    amends: Digest | None = None
    finished: Moment | None = None
    reason: Annotated[str, Meta(max_length=MAX_REASON)] = ""
    given: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class _Block(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    after: Seconds


class AnswerBlock(_Block, frozen=True, tag="answer"):
    """An answer; without a score it was cleared."""

    item: Identifier
    score: Score | None = None


class NoteBlock(_Block, frozen=True, tag="note"):
    """The text of an item's note."""

    item: Identifier
    text: str


class RemarkBlock(_Block, frozen=True, tag="remark"):
    """The text of the remark about the session."""

    text: str


class UndoBlock(_Block, frozen=True, tag="undo"):
    """The last act was taken back."""


class RedoBlock(_Block, frozen=True, tag="redo"):
    """An act taken back was brought back."""


AnyBlock = AnswerBlock | NoteBlock | RemarkBlock | UndoBlock | RedoBlock


class ActFile(Struct, frozen=True, forbid_unknown_fields=True):
    """One block of a draft by itself: `[[act]]` and its keys."""

    act: Annotated[tuple[AnyBlock, ...], Meta(min_length=1, max_length=1)]


def header_bytes(draft: Draft) -> bytes:
    """Write the first block of a draft."""
    header: dict[str, object] = {
        "format": 1,
        "id": draft.id,
        "instrument": draft.instrument,
        "version": draft.version,
        "digest": draft.digest,
        "role": draft.role,
        "started": draft.started,
    }
    if draft.amends:
        header |= {"amends": draft.amends, "finished": draft.finished, "reason": draft.reason, "given": draft.given}
    return formats.toml(header).encode() + b"\n"


def act_bytes(act: Act, after: float) -> bytes:
    """Write the block of one act, done `after` seconds after the one before."""
    fields: dict[str, object]
    match act:
        case Answer(item, score):
            fields = {"kind": "answer", "item": item} | ({} if score is None else {"score": score})
        case EditNote(item, text):
            fields = {"kind": "note", "item": item, "text": text}
        case EditRemark(text):
            fields = {"kind": "remark", "text": text}
        case Undo():
            fields = {"kind": "undo"}
        case Redo():
            fields = {"kind": "redo"}
    fields["after"] = round(min(max(after, 0.0), 1e9), 1)
    # A lone surrogate can't be written; texts are cleaned where they are typed, this only keeps the draft going.
    return b"[[act]]\n" + formats.toml(fields).encode("utf-8", "replace") + b"\n"


def parse(data: bytes, path: object) -> tuple[Draft, int]:
    """Read a draft; also tell how many of its bytes are whole blocks.

    A last block without its end was being written when the program was killed: it is left out without a word.
    Anything else that can't be read makes the draft `damaged`, and what follows it is left out as well, since acts
    only mean something in their order.

    Raises:
        BadFileError: the first block can't be read, or part of the session that the draft amends.
    """
    *blocks, _tail = data.split(_END)
    if not blocks:
        raise BadFileError(str(path), (Fault("", _("does not begin as a draft does")),))
    header = formats.parse(blocks[0] + b"\n", Header, str(path))
    whole = len(blocks[0]) + len(_END)
    acts: list[Act] = []
    pauses: list[float] = []
    for block in blocks[1:]:
        try:
            act_file = formats.parse(block + b"\n", ActFile, str(path)).act[0]
        except BadFileError:
            break
        acts.append(_act(act_file))
        pauses.append(act_file.after)
        whole += len(block) + len(_END)
    if len(acts) < header.given:
        raise BadFileError(str(path), (Fault("", _("has lost part of the session that it amends")),))
    fields: dict[str, Any] = {name: getattr(header, name) for name in header.__struct_fields__ if name != "format"}
    draft = Draft(**fields, acts=tuple(acts), pauses=tuple(pauses), damaged=len(acts) < len(blocks) - 1)
    return draft, whole


def length(data: bytes, acts: int) -> int:
    """Return how many bytes the first block and so many acts take."""
    return len(_END.join(data.split(_END)[: acts + 1])) + len(_END)


def _act(block: AnyBlock) -> Act:
    match block:
        case AnswerBlock():
            return Answer(block.item, block.score)
        case NoteBlock():
            return EditNote(block.item, block.text)
        case RemarkBlock():
            return EditRemark(block.text)
        case UndoBlock():
            return Undo()
        case RedoBlock():
            return Redo()
