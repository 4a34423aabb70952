"""What a third person does who collects the answers of a round: makes one file of what may be told of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from reflect_tui.analysis.release import release_group
from reflect_tui.errors import BadFileError, Fault, ReflectError
from reflect_tui.feedback import answers, mail
from reflect_tui.feedback.answers import AnswerFile, CombinedFile, content_faults
from reflect_tui.i18n import _
from reflect_tui.model.library import Library
from reflect_tui.model.round import MINIMUM, RATERS, Rater
from reflect_tui.toml import formats


def load_answer(path: Path) -> AnswerFile:
    """Read an answer: a file as a form saved it, or a mail or message that it was pasted in.

    Raises:
        NotFoundError: there is no such file.
        BadFileError: with every fault that can be seen without the round; or it holds no whole answer.
    """
    data = formats.read_bytes(path)
    found = (answer for text in mail.texts(data) if (answer := mail.find_answer(text)))
    pasted = next(found, None)
    if pasted is None and path.suffix.lower() != ".toml":
        problem = _('holds no whole answer: that is a text from "format = 1" to the last score or comment')
        raise BadFileError(path, (Fault("", problem),))
    return answers.parse(pasted.encode() if pasted else data, path)


def is_combined_file(path: Path) -> bool:
    """Check whether a file is one that combining made before, such as one that stands among the answers."""
    try:
        return answers.is_combined(formats.parse_document(formats.read_bytes(path), path))
    except ReflectError:  # load_answer() says what is wrong with it
        return False


def _refuse_twice(given: Mapping[Path, AnswerFile]) -> None:
    """Refuse two answers with one token, naming both files."""
    seen: dict[str, Path] = {}
    for path, file in given.items():
        if file.token in seen:
            text = _("{one} and {other} are answers to the same invitation; leave one of them out.")
            raise ReflectError(text.format(one=seen[file.token], other=path))
        seen[file.token] = path


def combine_answers(given: Mapping[Path, AnswerFile], library: Library) -> tuple[CombinedFile, dict[Rater, int]]:
    """Release what may be told of answers, by their path; give also the groups that are too small. Those stay out.

    The same answer in two files counts once.

    Raises:
        ReflectError: they are of several rounds, one token was used twice, a promise is another one, or no group is
            large enough.
        NotFoundError: the instrument that they answer is neither shipped nor in the library.
        BadFileError: an answer does not fit its instrument.
    """
    given = {
        path: file for number, (path, file) in enumerate(given.items()) if file not in list(given.values())[:number]
    }
    files = list(given.values())
    first = files[0]
    same = {(file.round, file.about, file.instrument, file.version, file.digest) for file in files}
    if len(same) > 1:
        raise ReflectError(_("These answers belong to more than one round; combine those of one round."))
    if any(file.promise != "confidential" for file in files):
        raise ReflectError(_("A named round has nothing to combine: the answers go to whoever asked."))
    _refuse_twice(given)
    counts = Counter(file.role for file in files)
    small = {role: count for role, count in counts.items() if count < _needed(role)}
    kept = [file for file in files if file.role not in small]
    if not kept:
        raise ReflectError(_("No group has enough answers yet; at least 3 colleagues or clients must have answered."))
    content = library.find(first.instrument, first.version, first.digest)
    for path, file in given.items():
        if faults := tuple(content_faults(file, content)):
            raise BadFileError(path, faults)
    items = [item.id for item in content.items]
    combined = CombinedFile(
        round=first.round,
        about=first.about,
        instrument=first.instrument,
        version=first.version,
        digest=first.digest,
        tokens=tuple(sorted(file.token for file in kept)),
        released=tuple(
            release_group(content, role, [file.given for file in kept if file.role == role], items, _needed(role))
            for role in RATERS
            if role in counts and role not in small
        ),
    )
    return combined, small


def _needed(role: Rater) -> int:
    return 1 if role == "manager" else MINIMUM
