"""The talk as pages of lines: the opening, one page for each point, and what was agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from msgspec import Struct

from reflect_tui.i18n import _, format_date, ngettext
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.talk import Agreement, Signature, Speaker, Talk, TalkPoint, is_as_signed
from reflect_tui.views.agenda import point_evidence, point_title, render_items, sign_sentence
from reflect_tui.views.goals import age
from reflect_tui.views.labels import DONE, UP, Key, clock, day, id_day
from reflect_tui.views.lines import EMPTY, Line, hanging, heading, line, paragraph, paragraphs, span

WIDEST = 92
_INDENT = 4
_DIGITS = 12
"""Those of a commit or a digest that tell it apart; all of them stand in the file."""


class TalkScene(Struct, frozen=True, kw_only=True):
    """All that the pages of a talk show: `opening` are the sentences that it opens with, `goals` those of the journal.

    `may_change` tells whether it goes on, or is being amended; `session_changed` whether the session is not any more as
    it was when the talk began.
    """

    talk: Talk
    instrument: Instrument
    opening: tuple[str, ...] = ()
    goals: Mapping[str, Goal] = {}
    may_change: bool = True
    session_changed: bool = False


def speaker_name(speaker: Speaker) -> str:
    """Name one of the two who talk."""
    return _("Team leader") if speaker == "leader" else _("Professional")


def step_name(talk: Talk) -> str:
    """Name the page that a talk is at."""
    if talk.topic:
        return _("Point {n} of {total}").format(n=talk.place, total=len(talk.topics))
    return _("What we agreed") if talk.place else _("Opening")


def render_talk(scene: TalkScene, columns: int, key: Key | None = None) -> list[Line]:
    """Show the page that the talk is at. The app has a `key` for what can be done."""
    if scene.talk.topic:
        return render_topic(scene, scene.talk.topic, columns, key)
    return render_agreed(scene, columns, key) if scene.talk.place else render_opening(scene, columns, key)


def render_opening(scene: TalkScene, columns: int, key: Key | None = None) -> list[Line]:
    """Show how the session stands in two sentences, and what goes well."""
    room = _room(columns)
    about = _("About your session of {date}").format(date=id_day(scene.talk.session))
    lines = [EMPTY, heading(about), EMPTY]
    lines += paragraphs(scene.opening, room, indent=_INDENT)
    if scene.session_changed:
        said = _("This is the session as it is now; it was changed since the talk began. The points show it as it was.")
        lines += [EMPTY, *paragraph(said, room, "warning", indent=_INDENT)]
    if scene.talk.strengths:
        lines += [EMPTY, heading(_("Going well")), EMPTY]
    for point in scene.talk.strengths:
        label = line(" " * _INDENT, span(f"{UP} ", "high"))
        lines += [*hanging(label, point_title(point, scene.instrument), room, "strong"), *_evidence(scene, point, room)]
        lines += [*paragraph(point.remark, room, "accent", indent=_INDENT + 2), EMPTY] if point.remark else [EMPTY]
    lines += _signs(scene, scene.talk.strengths, room)
    return [*lines, *paragraph(_next(scene.talk, key), room, "muted", indent=_INDENT)]


def _next(talk: Talk, key: Key | None) -> str:
    count = len(talk.topics)
    text = ngettext("After this, {n} point to talk about.", "After this, {n} points to talk about.", count)
    said = text.format(n=count) if count else _("There is no point on the agenda.")
    if key is None:
        return said
    onwards = _("{key} goes on.").format(key=key("talk.step.1"))
    return f"{said} {onwards}"


def render_topic(scene: TalkScene, topic: TalkPoint, columns: int, key: Key | None = None) -> list[Line]:
    """Show a point with its evidence, what each of the two says of it, and what was agreed."""
    room = _room(columns)
    key_of = key if scene.may_change else None
    lines = [
        *paragraph(point_title(topic, scene.instrument), room, "title", indent=2),
        EMPTY,
        *_evidence(scene, topic, room),
        *_signs(scene, [topic], room),
    ]
    said: tuple[tuple[Speaker, str, str], ...] = (
        ("professional", topic.remark, "talk.note"),
        ("leader", topic.leader_remark, "talk.leader"),
    )
    for speaker, text, name in said:
        title = speaker_name(speaker)
        if text:
            lines += [EMPTY, heading(title), *paragraph(text, room, "accent", indent=_INDENT)]
            continue
        hint = _("writes a remark") if key_of else _("no remark")
        lines += [EMPTY, *_unfilled(title, hint, key_of(name) if key_of else "", room)]
    agreed = [row for agreement in topic.agreements for row in _agreement(agreement, f"{DONE} ", room)]
    if agreed:
        return [*lines, EMPTY, heading(_("Agreed")), *agreed]
    hint = _("agrees on a goal, with a first step") if key_of else _("nothing")
    return [*lines, EMPTY, *_unfilled(_("Agreed"), hint, key_of("talk.goal") if key_of else "", room)]


_TITLES = 16  # columns for the titles of what is not filled in


def _unfilled(title: str, hint: str, key: str, room: int) -> list[Line]:
    """Set a title with what can be written below it, on one row: there is nothing yet to set apart."""
    pressed = [span(f"{key} ", "accent")] if key else []
    return hanging(line("  ", span(f"{title:<{_TITLES}}", "title"), *pressed), hint, room, "muted")


def _evidence(scene: TalkScene, point: TalkPoint, room: int) -> list[Line]:
    texts = point_evidence(point, scene.instrument, scene.goals)
    said = paragraphs(texts, room, "muted", indent=_INDENT + 2)
    return [*said, *render_items(point, scene.instrument, room)]


def _signs(scene: TalkScene, points: Sequence[TalkPoint], room: int) -> list[Line]:
    said = sign_sentence(points, scene.instrument)
    return paragraph(said, room, "muted", indent=_INDENT) if said else []


def agreement_facts(agreement: Agreement) -> list[tuple[str, str]]:
    """List what was agreed besides the aim: a word and what it says, where there is anything."""
    when = format_date(agreement.by) if agreement.by else ""
    facts = ((_("First step"), agreement.first_step), (_("Who helps"), agreement.helper), (_("By when"), when))
    return [(name, text) for name, text in facts if text]


def _agreement(agreement: Agreement, sign: str, room: int) -> list[Line]:
    lines = hanging(line(" " * _INDENT, span(sign, "accent")), agreement.what, room, "strong")
    for name, text in agreement_facts(agreement):
        label = line(" " * (_INDENT + len(sign)), span(f"{name:<14}", "muted"))
        lines += hanging(label, text, room)
    return lines


def render_agreed(scene: TalkScene, columns: int, key: Key | None = None) -> list[Line]:
    """Show all that was agreed, the date of the next talk, and who signed it."""
    room, talk = _room(columns), scene.talk
    lines = [EMPTY, heading(_("What we agreed")), EMPTY]
    number = 0
    for point in talk.points:
        for agreement in point.agreements:
            number += 1
            about = point_title(point, scene.instrument)
            lines += [*_agreement(agreement, f"{number:>2} ", room)]
            lines += [*paragraph(about, room, "muted", indent=_INDENT + 3), EMPTY]
    if not number:
        lines += [*paragraph(_("Nothing was agreed."), room, "muted", indent=_INDENT), EMPTY]
    key_of = key if scene.may_change else None
    title = _("Next talk")
    if talk.next_talk:
        lines += [line("  ", span(f"{title:<{_TITLES}}", "title"), format_date(talk.next_talk)), EMPTY]
    else:
        hint = _("sets the date") if key_of else _("no date set")
        lines += [*_unfilled(title, hint, key_of("talk.date") if key_of else "", room), EMPTY]
    lines += [heading(_("Signed")), *_signed(scene, room)] if talk.signatures else []
    if key_of:
        text = _("{key} signs this page: each of you types their own name.")
        lines += paragraph(text.format(key=key_of("talk.sign")), room, "muted", indent=_INDENT)
    return lines


def _signed(scene: TalkScene, room: int) -> list[Line]:
    lines: list[Line] = []
    for signature in scene.talk.signatures:
        lines += paragraph(signature_sentence(signature), room, indent=_INDENT)
        lines += paragraph(version_sentence(signature), room, "faint", indent=_INDENT)
    lines += paragraphs(amendment_sentences(scene.talk), room, "warning", indent=_INDENT)
    return [*lines, EMPTY]


def signature_sentence(signature: Signature) -> str:
    """Say who signed, and when."""
    text = _("{professional} (professional) and {leader} (team leader), {date} at {time}.")
    return text.format(
        professional=signature.professional, leader=signature.leader, date=day(signature.at), time=clock(signature.at)
    )


def version_sentence(signature: Signature) -> str:
    """Name the version that was signed, by the first digits of its commit and of its digest."""
    commit = signature.commit[:_DIGITS] or _("not in history then")
    text = _("Version: {commit}; SHA-256: {digest}")
    return text.format(commit=commit, digest=signature.digest.removeprefix("sha256:")[:_DIGITS])


def amendment_sentences(talk: Talk) -> Sequence[str]:
    """Say what was amended after it was signed, and whether both signed it as it is now."""
    text = _("Amended on {date}: {reason}")
    said = [text.format(date=day(amendment.at), reason=amendment.reason) for amendment in talk.amendments]
    if not talk.signatures or is_as_signed(talk):
        return said
    since = sum(amendment.at >= talk.signatures[-1].at for amendment in talk.amendments)
    if len(said) == 1:
        return [*said, _("The names stand under the version before that change.")]
    if since in (0, len(said)):
        return [*said, _("The names stand under the version before the first of these changes.")]
    text = ngettext(
        "The newest names stand under the version before the last of these changes.",
        "The newest names stand under the version before the last {n} of these changes.",
        since,
    )
    return [*said, text.format(n=since)]


def unreadable_sentence(paths: Sequence[str]) -> str:
    """Say that there may have been a talk about a session, in files that can't be read, and what to do."""
    text = ngettext(
        "{files} can't be read. It may be a talk about this session. Mend it in an editor, or move it out of the "
        "journal; history has it as it was.",
        "{files} can't be read. They may be talks about this session. Mend them in an editor, or move them out of the "
        "journal; history has them as they were.",
        len(paths),
    )
    return text.format(files=", ".join(paths))


def between_sentences(talks: Sequence[Talk], before: datetime, after: datetime) -> list[str]:
    """Name the talks between two moments, each with how much was agreed in it; oldest first."""
    between = (talk for talk in reversed(talks) if before <= talk.started <= after)
    return [_("In between: {talk}").format(talk=summary(talk)) for talk in between]


def summary(talk: Talk) -> str:
    """Name a talk by its day, with how much was agreed in it."""
    return _("talk of {date}").format(date=day_and_agreed(talk))


def day_and_agreed(talk: Talk) -> str:
    """Give the day of a talk, and how much was agreed in it."""
    count = len(talk.agreements)
    text = ngettext("{date}, {n} thing agreed", "{date}, {n} things agreed", count)
    return text.format(date=day(talk.finished or talk.started), n=count)


def standing_sentence(talk: Talk) -> str:
    """Say where a talk stands, in a few words: for Home and lists."""
    if talk.finished:
        return _("talk of {date}, signed").format(date=day(talk.finished))
    if talk.paused:
        return _("talk of {date}, paused").format(date=day(talk.started))
    return _("talk of {date}, not finished").format(date=day(talk.started))


def _room(columns: int) -> int:
    return min(columns - 2, WIDEST)


def assessment_sentence(due: date, today: date) -> str:
    """Say when the next assessment is due: in how many days, weeks or months, or since when."""
    if due == today:
        return _("next assessment due today")
    if due > today:
        return _("next assessment due in {age}").format(age=_apart(today, due))
    return _("next assessment was due {age} ago").format(age=_apart(due, today))


def talk_sentence(day: date, today: date) -> str:
    """Say when the next talk is; "" once its day is past."""
    return _("next talk {date}").format(date=format_date(day)) if day >= today else ""


def coming_sentence(assessment: date | None, talk: date | None, open_talk: Talk | None, today: date) -> str:
    """Set side by side: a talk that is not finished, else the next one, and the next assessment."""
    planned = talk_sentence(talk, today) if talk else ""
    parts = [
        standing_sentence(open_talk) if open_talk else planned,
        assessment_sentence(assessment, today) if assessment else "",
    ]
    return " · ".join(part for part in parts if part)


def _apart(first: date, later: date) -> str:
    return age(datetime.combine(first, time()), datetime.combine(later, time()))
