"""Whether what came in belongs to a round: every reason against it, by answer and statement, not by keys of a file.

Whoever gets such a file did not write it and can't mend it: what counts is whom to ask for what.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.feedback.answers import AnswerContent, AnswerFile, CombinedFile
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import MINIMUM, Invited, Rater, Round, fits, released_faults
from reflect_tui.model.session import misfits
from reflect_tui.toml import formats

_PLACE = re.compile(r"(?:answer\[(\d+)\]\.?)?(?:(scores|notes)\.(.+))?")
_GROUP = re.compile(r"released\[(\d+)\]")


def answer_faults(answer: AnswerFile, asked: Round, content: Instrument) -> tuple[Fault, ...]:
    """List why an answer can't be taken into a round; that its token was used before is for the caller to judge."""
    invited = asked.bearer(answer.token)
    faults = [*_state_faults(asked, invited), *_identity_faults(answer, asked)]
    if asked.collector == "third person":
        faults.append(Fault("", _("a third person collects in this round: only the combined file is imported")))
    if answer.promise != asked.promise:
        faults.append(Fault("", _("its form promised something else than the round does, so it is not imported")))
    faults += _token_faults(invited) if invited is None or asked.state == "open" else ()
    if invited and invited.role != answer.role:
        faults.append(Fault("", _("its role is not the one that this person was asked in. Ask for the file again")))
    return told_faults((*faults, *asked_faults("", answer.given, asked, content)), content)


def combined_faults(combined: CombinedFile, asked: Round, content: Instrument) -> tuple[Fault, ...]:
    """List why a combined file can't be taken into a round.

    Someone who was withdrawn is no reason: the answer had reached whoever collects, and stays in, as one does that had
    come in. Figures without it, beside those with it, would tell what this one person said. Nor are figures of fewer
    people than the round needs, as long as they are MINIMUM: an older form didn't say how many that is; these stay out,
    see as_promised().
    """
    faults = [*_state_faults(asked), *_identity_faults(combined, asked)]
    if asked.state == "closed":
        faults[0] = Fault("", _("the round is closed, by the combined file that came in first; that one stands"))
    if asked.collector != "third person":
        nobody = _("no third person collects in this round: import the single answers")
        faults.append(Fault("", nobody))
    faults += _people_faults(combined, asked)
    for number, answer in enumerate(combined.answers, 1):
        faults += asked_faults(f"answer[{number}].", answer, asked, content)
    faults += released_faults(combined.released, asked.items, lambda role: min(asked.needed(role), MINIMUM))
    for number, group in enumerate(combined.released, 1):
        if not fits(group, content):
            faults.append(Fault(f"released[{number}]", _("is not about the statements and the scale of the round")))
    return told_faults(faults, content, [group.role for group in combined.released])


def _state_faults(asked: Round, invited: Invited | None = None) -> Iterator[Fault]:
    if asked.state == "closed" and invited and invited.answered:
        yield Fault("", _("the round is closed; an answer of this person came in before that"))
    elif asked.state == "closed":
        late = _(
            "the round is closed, so nothing more is added to it. To hear after all what was answered too late, ask "
            "again in a new round"
        )
        yield Fault("", late)
    elif asked.state == "withdrawn":
        yield Fault("", _("the round was withdrawn, so nothing is added to it"))


def _identity_faults(given: AnswerFile | CombinedFile, asked: Round) -> Iterator[Fault]:
    if given.about != asked.about:
        yield Fault("", _("it is about someone else than the round"))
    if any(getattr(given, key) != getattr(asked, key) for key in ("instrument", "version", "digest")):
        other = _("it answers another instrument than the round asks, or another version: {id} {version}")
        yield Fault("", other.format(id=given.instrument, version=given.version))


def _people_faults(combined: CombinedFile, asked: Round) -> list[Fault]:
    """Find tokens of nobody, people who count twice, and groups that are too small or not of those who were asked."""
    bearers = [asked.bearer(token) for token in combined.tokens]
    faults = [_no_invitation()] if None in bearers else []
    counted = Counter(bearer for bearer in bearers if bearer)
    faults += [
        Fault(
            "",
            _(
                "{person} answered on two forms, so one person counts twice. Delete this file unread, and ask whoever "
                "collects to leave out the later answer of {person} and to combine again"
            ).format(person=invited_name(asked, person)),
        )
        for person, count in counted.items()
        if count > 1
    ]
    roles = combined.people
    if None not in bearers and Counter(bearer.role for bearer in bearers if bearer) != roles:
        other = _("its figures are not of the people who answered. Ask whoever collects to combine the answers again")
        faults.append(Fault("", other))
    if not any(count >= asked.needed(role) for role, count in roles.items()):
        faults.append(Fault("", _("too few answered: no group has as many answers as the round promises")))
    return faults


def invited_name(asked: Round, person: Invited) -> str:
    """Return what the owner calls someone: the label, else the place in the list of the round."""
    return person.label or _("number {n} of the round").format(n=asked.invited.index(person) + 1)


def _token_faults(invited: Invited | None) -> Iterator[Fault]:
    if invited is None:
        yield _no_invitation()
    elif invited.withdrawn:
        yield Fault("", _("this person's invitation was withdrawn, so the answer is not imported"))


def _no_invitation() -> Fault:
    return Fault(
        "",
        _("it comes from a form that was given to nobody in this round. Ask for an answer on the form that you gave"),
    )


def asked_faults(place: str, given: AnswerContent, asked: Round, content: Instrument) -> Iterator[Fault]:
    """Find scores off the scale, items that were not asked, and an answer that says nothing."""
    yield from content_faults(given, content, place)
    for name, table in (("scores", given.scores), ("notes", given.notes)):
        unasked = (key for key in table if key in content.positions and key not in asked.items)
        yield from (Fault(f"{place}{name}.{key}", _("was not asked in this round")) for key in unasked)


def content_faults(given: AnswerContent | AnswerFile, content: Instrument, place: str = "") -> Iterator[Fault]:
    """Find what can't be an answer to an instrument, in whatever round."""
    yield from (Fault(f"{place}{fault.place}", fault.problem) for fault in misfits(given.scores, given.notes, content))
    if not given.scores:
        yield Fault(place.rstrip("."), _("no statement is scored in it"))


def told_faults(
    faults: Iterable[Fault], content: Instrument | None = None, groups: Sequence[Rater] = ()
) -> tuple[Fault, ...]:
    """Return faults with places that a person knows, each once.

    Args:
        faults: as they were found, with the keys of the file; those without a place stay as they are.
        content: the instrument, for the text of a statement; else its id is named.
        groups: those of the figures in a combined file, in its order.
    """
    return tuple(dict.fromkeys(_told(fault, content, groups) for fault in faults))


@contextmanager
def as_person_knows() -> Iterator[None]:
    """Say of a file that is parsed here what is wrong with it as told_faults() does.

    Raises:
        BadFileError: it was raised within; of what is no TOML as it was.
    """
    try:
        yield
    except formats.NotTomlError:
        raise
    except BadFileError as error:
        raise BadFileError(error.path, told_faults(error.faults)) from None


def _told(fault: Fault, content: Instrument | None, groups: Sequence[Rater]) -> Fault:
    group, place = _GROUP.match(fault.place), _PLACE.fullmatch(fault.place)
    if not fault.place:
        return fault
    if group and int(group[1]) <= len(groups):
        problem = _("do not fit this round. Ask whoever collects to combine the answers again")
        return Fault(_group_figures(groups[int(group[1]) - 1]), problem)
    if place is None:
        return Fault(
            "", _("is not as it was made: something in it was changed. Ask whoever sent it for the file again")
        )
    answer = _("answer {n}").format(n=place[1]) if place[1] else ""
    part = _part(place[2], place[3], content) if place[2] else ""
    return Fault(", ".join(filter(None, (answer, part))), fault.problem)


def _part(table: str, item: str, content: Instrument | None) -> str:
    text = _('the score of the statement "{item}"') if table == "scores" else _('the comment on "{item}"')
    known = content is not None and item in content.positions
    return text.format(item=content.item(item).text if content and known else item)


def _group_figures(role: Rater) -> str:
    names: dict[Rater, str] = {
        "manager": _("the figures of the manager"),
        "colleague": _("the figures of the colleagues"),
        "client": _("the figures of the clients"),
        "other": _("the figures of the colleagues and clients"),
    }
    return names[role]
