"""An answer that was typed over from paper: what a form would have made of it; pure."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from reflect_tui.comment_entry import Comments
from reflect_tui.feedback.answers import AnswerFile
from reflect_tui.feedback.round import Rater, Round, new_token
from reflect_tui.i18n import _, ngettext
from reflect_tui.instrument import Domain, Instrument, Item
from reflect_tui.session import NOT_APPLICABLE, Score, new_id

NO_COMMENTS = Comments()


def asked(found: Round, content: Instrument) -> list[tuple[Domain, list[Item]]]:
    """Give the domains that a round asks about, with the items asked of each."""
    parts = [(domain, [item for item in domain.items if item.id in found.items]) for domain in content.domains]
    return [(domain, items) for domain, items in parts if items]


def answer(
    found: Round, role: Rater, scores: Mapping[str, Score], moment: datetime, comments: Comments = NO_COMMENTS
) -> AnswerFile:
    """Make the answer; of a confidential round it has neither a time nor an id that tells one."""
    named = not found.is_confidential
    return AnswerFile(
        id=new_id(moment, role, secrets.token_hex(3)) if named else f"answer-{secrets.token_hex(16)}",
        round=found.id,
        token=new_token(),
        promise=found.promise,
        about=found.about,
        instrument=found.instrument,
        version=found.version,
        digest=found.digest,
        role=role,
        started=moment if named else None,
        finished=moment if named else None,
        remark=comments.remark,
        scores=dict(scores),
        notes=dict(comments.notes),
    )


def counted(found: Round, scores: Mapping[str, Score], comments: Comments = NO_COMMENTS) -> str:
    """Say how much is filled in, how often each score was given, so that a slip is noticed, and how many comments."""
    often = sorted(Counter(scores.values()).items(), key=lambda pair: str(pair[0]))
    none = _("n/a")
    counts = ", ".join(f"{none if score == NOT_APPLICABLE else score}: {count}×" for score, count in often)
    text = _("{n} of {total} filled in: {counts}.")
    said = text.format(n=len(scores), total=len(found.items), counts=counts)
    if not comments.count:
        return said
    return f"{said} " + ngettext("{n} comment.", "{n} comments.", comments.count).format(n=comments.count)
