"""What a third person does: makes one combined file of the answer files of a round; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reflect_tui.errors import ReflectError
from reflect_tui.feedback.answers import AnswerFile, CombinedFile
from reflect_tui.feedback.pool import CHANCE, mixed
from reflect_tui.feedback.round import MINIMUM, Rater
from reflect_tui.i18n import _


def combine(files: Sequence[AnswerFile]) -> tuple[CombinedFile, dict[Rater, int]]:
    """Combine answers in random order, comments apart from scores; give also the groups that are too small.

    Those stay out.

    Raises:
        ReflectError: they are of several rounds, one token was used twice, a promise is another one, or no group is
            large enough.
    """
    first = files[0]
    same = {(one.round, one.about, one.instrument, one.version, one.digest) for one in files}
    if len(same) > 1:
        raise ReflectError(_("These answers belong to more than one round; combine those of one round."))
    if any(one.promise != "confidential" for one in files):
        raise ReflectError(_("A named round has nothing to combine: the answers go to whoever asked."))
    if len({one.token for one in files}) < len(files):
        raise ReflectError(_("Two of these files answer the same invitation; leave one of them out."))
    counts = Counter(one.role for one in files)
    small = {role: count for role, count in counts.items() if count < (1 if role == "manager" else MINIMUM)}
    kept = [one for one in files if one.role not in small]
    if not kept:
        raise ReflectError(_("No group has enough answers yet; at least 3 colleagues or clients must have answered."))
    answers = [
        answer
        for role in dict.fromkeys(one.role for one in kept)
        for answer in mixed([one.given for one in kept if one.role == role])
    ]
    combined = CombinedFile(
        round=first.round,
        about=first.about,
        instrument=first.instrument,
        version=first.version,
        digest=first.digest,
        tokens=tuple(sorted(one.token for one in kept)),
        answers=tuple(CHANCE.sample(answers, len(answers))),
    )
    return combined, small
