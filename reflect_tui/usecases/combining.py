"""What a third person does who collects the answers of a round: makes one file of what may be told of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from reflect_tui.analysis.release import release_group
from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, Fault, ReflectError
from reflect_tui.feedback import answers, mail
from reflect_tui.feedback.answer_faults import as_person_knows, content_faults, told_faults
from reflect_tui.feedback.answers import AnswerFile, CombinedFile
from reflect_tui.i18n import _, ngettext
from reflect_tui.model.library import Library
from reflect_tui.model.round import MINIMUM, RATERS, Rater
from reflect_tui.store import candidates
from reflect_tui.text import display
from reflect_tui.toml import formats
from reflect_tui.views.importing import unchecked
from reflect_tui.views.labels import people

Collected = Sequence[tuple[Path, AnswerFile]]
"""Answers, each with the file it came in."""


class CombinedBeforeError(ReflectError):
    """These answers, or most of them, were made into another file before: the two can tell what one person said."""


class Combination(Struct, frozen=True, kw_only=True):
    """What combining makes, and what whoever collects must know of it.

    `small` has the groups that stay out; `unchecked` the files of which nothing tells whether all of an answer is
    there; `passed_over` those in the folders without a single answer. `folders` are those of the answers, and
    `before` has the digests of the files that were made of this round there.
    """

    combined: CombinedFile
    small: Mapping[Rater, int]
    unchecked: tuple[Path, ...]
    passed_over: tuple[Path, ...]
    folders: tuple[Path, ...]
    before: frozenset[str]

    def sentence(self, path: Path) -> str:
        """Say what was written to a path, and what to do with it."""
        text = ngettext(
            "{path}: the figures of {n} answer. Give this file to whoever asked, and leave out what comes in later: a "
            "second file, beside this one, would tell what one person said. Destroy the answers once whoever asked "
            "says that the figures came in.",
            "{path}: the figures of {n} answers. Give this file to whoever asked, and leave out what comes in later: a "
            "second file, beside this one, would tell what one person said. Destroy the answers once whoever asked "
            "says that the figures came in.",
            len(self.combined.tokens),
        )
        return text.format(path=path, n=len(self.combined.tokens))

    def remarks(self) -> Iterator[str]:
        """Say what is not in it, and what may not be whole."""
        for path in self.unchecked:
            yield f"{path}: {unchecked()}"
        for role, count in self.small.items():
            yield _("Left out, too few: {group}").format(group=people(role, count))
        if self.passed_over:
            names = ", ".join(display(str(path)) for path in self.passed_over)
            yield _("Passed over, no single answer was found in: {files}").format(files=names)


def combine_files(given: Sequence[Path], library: Library) -> Combination:
    """Combine the answers in files and folders; nothing is written.

    Raises:
        ReflectError: see combine_answers(); or a file that should be an answer can't be read, or there is none.
    """
    taken = candidates.files_of(given)
    single = [path for path in taken if not is_combined_file(path)]
    if not single:
        raise ReflectError(_("These files hold no answer: they are combined files already."))
    collected = [(path, answer) for path in single for answer in load_answers(path)]
    combined, small = combine_answers(collected, library)
    every = (path for each in given for path in candidates.all_files(each))
    folders = tuple(dict.fromkeys(path.parent for path in single))
    made = [path for path in taken if path not in single]
    return Combination(
        combined=combined,
        small=small,
        unchecked=tuple(dict.fromkeys(path for path, answer in collected if not answer.check)),
        passed_over=tuple(dict.fromkeys(path for path in every if path not in single)),
        folders=folders,
        before=_made_before(combined.round, folders, made),
    )


def write_combined(combination: Combination, path: Path, *, again: bool = False) -> None:
    """Write the one file that whoever collects gives away; beside the answers a hidden file tells that it was made.

    `again` makes another file of a round than was made before.

    Raises:
        CombinedBeforeError: the answers gave another file before, and `again` is not set.
        ReflectError: it is too large, something is there already, or the disk refuses.
    """
    data = answers.dumps_combined(combination.combined)
    if len(data) > formats.MAX_BYTES:
        text = _("Together these answers are larger than {limit} bytes, so they can't be one file.")
        raise ReflectError(text.format(limit=formats.MAX_BYTES))
    digest = hashlib.sha256(data).hexdigest()
    if combination.before and digest not in combination.before and not again:
        text = _(
            "The answers of this round in {folder} were combined before, into another file: since then an answer was "
            "added, left out or changed. Whoever has both files can subtract them, and so read what one person said. "
            "Give away the first file only."
        )
        raise CombinedBeforeError(text.format(folder=", ".join(display(str(each)) for each in combination.folders)))
    records = {each / f"{_RECORD}{combination.combined.round}-{digest}": b"" for each in combination.folders}
    files.write_all_new({path: data, **records})


_RECORD = ".combined-"
"""Begins the name of the empty file that tells of a combined file: its round and digest, nothing of who answered."""


def _made_before(round_id: str, folders: Sequence[Path], made: Sequence[Path]) -> frozenset[str]:
    """Return the digests of the combined files of a round that stand or were made among the answers."""
    records = [path.name for folder in folders for path in folder.glob(f"{_RECORD}{round_id}-*")]
    contents = [(path, formats.read_bytes(path)) for path in made]
    there = [data for path, data in contents if formats.parse_document(data, path).get("round") == round_id]
    return frozenset([*(name[-64:] for name in records), *(hashlib.sha256(data).hexdigest() for data in there)])


def load_answers(path: Path) -> list[AnswerFile]:
    """Read the answers in a file: one as a form saved it, or a mail or message that some were pasted in.

    Raises:
        NotFoundError: there is no such file.
        BadFileError: with every fault that can be seen without the round; or it holds no whole answer.
    """
    data = formats.read_bytes(path)
    try:
        formats.parse_document(data, path)
    except formats.NotTomlError:
        found = mail.answers_in(data)
    else:
        found = [data]
    if not found:
        problem = _('holds no whole answer: that is a text from "format = 1" to the last score or comment')
        raise BadFileError(path, (Fault("", problem),))
    with as_person_knows():
        return [answers.parse(answer, path) for answer in found]


def is_combined_file(path: Path) -> bool:
    """Check whether a file is one that combining made before, such as one that stands among the answers."""
    try:
        return answers.is_combined(formats.parse_document(formats.read_bytes(path), path))
    except ReflectError:  # load_answers() says what is wrong with it
        return False


def _refuse_twice(given: Collected) -> None:
    """Refuse two answers of one person, naming both files."""
    seen: dict[str, int] = {}
    for number, (path, file) in enumerate(given):
        for who in filter(None, (file.person, file.token)):
            if (first := seen.setdefault(who, number)) != number:
                text = _("{one} and {other} are answers of the same person; leave out the one that came later.")
                raise ReflectError(text.format(one=given[first][0], other=path))


def combine_answers(collected: Collected, library: Library) -> tuple[CombinedFile, dict[Rater, int]]:
    """Release what may be told of answers; give also the groups that are too small. Those stay out.

    The same answer in two files counts once. The forms say how many of a group it takes.

    Raises:
        ReflectError: they are of several rounds, one person answered twice, a promise is another one, or no group is
            large enough.
        NotFoundError: the instrument that they answer is neither shipped nor in the library.
        BadFileError: an answer does not fit its instrument.
    """
    every = [file for _path, file in collected]
    given = [(path, file) for number, (path, file) in enumerate(collected) if file not in every[:number]]
    files = [file for _path, file in given]
    first = files[0]
    same = {(file.round, file.about, file.instrument, file.version, file.digest) for file in files}
    if len(same) > 1:
        raise ReflectError(_("These answers belong to more than one round; combine those of one round."))
    if any(file.promise != "confidential" for file in files):
        raise ReflectError(_("A named round has nothing to combine: the answers go to whoever asked."))
    _refuse_twice(given)
    counts = Counter(file.role for file in files)
    minimum = max(MINIMUM, *(file.minimum or MINIMUM for file in files))
    needed: dict[Rater, int] = {role: 1 if role == "manager" else minimum for role in counts}
    small = {role: count for role, count in counts.items() if count < needed[role]}
    kept = [file for file in files if file.role not in small]
    if not kept:
        text = _("No group has enough answers yet; at least {n} colleagues or clients must have answered.")
        raise ReflectError(text.format(n=minimum))
    content = library.find(first.instrument, first.version, first.digest)
    for path, file in given:
        if faults := tuple(content_faults(file, content)):
            raise BadFileError(path, told_faults(faults, content))
    items = [item.id for item in content.items]
    combined = CombinedFile(
        round=first.round,
        about=first.about,
        instrument=first.instrument,
        version=first.version,
        digest=first.digest,
        tokens=tuple(sorted(file.token for file in kept)),
        released=tuple(
            release_group(content, role, [file.given for file in kept if file.role == role], items, needed[role])
            for role in RATERS
            if role in counts and role not in small
        ),
    )
    return combined, small
