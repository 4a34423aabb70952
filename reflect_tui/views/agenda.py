"""The agenda of a talk as lines: strengths first, then the points, each with its evidence in words and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from msgspec import Struct, structs

from reflect_tui.analysis.compare import Comparison, ComparisonRow
from reflect_tui.analysis.talking_points import gap_point_in, is_on_agenda
from reflect_tui.forms.fields import target_text
from reflect_tui.i18n import _, ngettext
from reflect_tui.model.agenda import Agenda, AgendaPoint, Kind, ScoreSum
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import Instrument
from reflect_tui.views.bars import even, scale_row
from reflect_tui.views.change_sentences import OTHER, UNCLEAR, judgement_sign
from reflect_tui.views.compare import axis_spans, render_comment, render_signs
from reflect_tui.views.comparison_sentences import (
    bounded,
    comment_text,
    gap_text,
    quadrant_meaning,
    quadrant_name,
    row_name,
    row_sentences,
)
from reflect_tui.views.goals import outcome_name
from reflect_tui.views.instrument_words import is_lowest_worst, marked_sentence, strongest_title, threshold_sentence
from reflect_tui.views.labels import (
    DONE,
    DOWN,
    SKIPPED,
    UP,
    Key,
    delta_text,
    equally_good_text,
    group_name,
    id_day,
    mean_or_score,
    mean_text,
    role_name,
)
from reflect_tui.views.lines import EMPTY, Line, Style, hanging, heading, line, paragraph, paragraphs, span

WIDEST = 100
_BESIDE = 76  # columns of the evidence of a point where its statements have room beside it
INDENT = 7


def render_agenda(
    agenda: Agenda,
    instrument: Instrument,
    goals: Mapping[str, Goal],
    width: int,
    key: Key | None = None,
    *,
    outdated: bool = False,
    ground: str = "",
) -> list[Line]:
    """Show an agenda; the target of a row is the number of its point, counted from 0. The app has a `key` for more.

    An `outdated` one, see talking_points.is_outdated(), says so first; `ground` says what one on another version than
    the session before was compared on.
    """
    lines: list[Line] = [*_opening(agenda, instrument, width, ground)]
    if outdated:
        lines = [*paragraph(_outdated_sentence(key), min(width - 2, WIDEST), "warning", indent=2), EMPTY, *lines]
    strengths = None
    numbers = {True: 0, False: 0}  # as in the document: what to talk about has numbers of its own
    for place, point in enumerate(agenda.points):
        is_strength = point.kind == "strength"
        if is_strength != strengths:
            between = [EMPTY] if strengths is None else []
            lines += [*between, heading(_("Strengths") if is_strength else _("To talk about")), EMPTY]
            strengths = is_strength
        numbers[is_strength] += not point.dropped
        head, *below = _heading(point, numbers[is_strength], instrument, min(width - 2, WIDEST))
        said = _said(point, instrument, goals, width - 2)
        lines += [structs.replace(head, target=str(place)), *below, *said, EMPTY]
    if not agenda.points:
        text = _("Nothing stands out. Add a point of your own with {key}.") if key else _("Nothing stands out.")
        text = text.format(key=key("agenda.new") if key else "")
        lines += [EMPTY, *paragraph(text, width - 4, indent=4)]
    return lines


def renewed_sentence() -> str:
    """Say that a document has the agenda as it would be now."""
    return _("Answers changed after the agenda was made; the document has the agenda renewed.")


def talk_renewed_sentence() -> str:
    """Say that a talk begins with the agenda as it would be now."""
    return _("Answers changed after the agenda was made; this talk begins with the agenda renewed.")


def _outdated_sentence(key: Key | None) -> str:
    text = _("Answers changed after this agenda was made: its figures are the old ones.")
    if key is None:
        return text
    renew = _("{key} renews it; your remarks and own points stay.").format(key=key("agenda.renew"))
    return f"{text} {renew}"


def _opening(agenda: Agenda, instrument: Instrument, width: int, ground: str) -> list[Line]:
    if not agenda.since:
        text = _("Points from this session; there is no earlier one to compare it with.")
    else:
        when = id_day(agenda.since, beside=agenda.session)
        text = _("Points from this session, compared with that of {date}.").format(date=when)
    said = " ".join(filter(None, (text, ground, sign_sentence(agenda.kept, instrument))))
    return paragraph(said, min(width - 2, WIDEST), "muted", indent=2)


def sign_sentence(points: Sequence[AgendaPoint], instrument: Instrument) -> str:
    """Say what the signs before changes mean that occur in the evidence of points; "" without one."""
    said = " ".join(text for point in points for text in point_evidence(point, instrument, {}))
    texts = {UNCLEAR: _("{sign} means no clear change."), OTHER: _("{sign} means that other statements were scored.")}
    return " ".join(text.format(sign=sign) for sign, text in texts.items() if f" {sign} " in said)


def _heading(point: AgendaPoint, number: int, instrument: Instrument, room: int) -> list[Line]:
    glyph, style = _sign(point, instrument)
    title = point_title(point, instrument)
    if point.dropped:
        return hanging(line("  ", span(f"{SKIPPED:>2}   ", "muted")), title, room, "muted")
    return hanging(line("  ", span(f"{number:>2} ", "muted"), span(f"{glyph:<2}", style)), title, room, "strong")


def _said(point: AgendaPoint, instrument: Instrument, goals: Mapping[str, Goal], room: int) -> list[Line]:
    if point.dropped:
        return [line(" " * INDENT, span(_("dropped; space restores it"), "muted"))]
    is_wide = room >= _BESIDE + WIDEST and bool(point.about)  # without it there are only statements
    left = _BESIDE if is_wide else min(room, WIDEST)
    said = paragraphs(point_evidence(point, instrument, goals), left, "muted", indent=INDENT)
    remark = paragraph(point.remark, left, "accent", indent=INDENT) if point.remark else []
    if not is_wide:
        return [*said, *render_items(point, instrument, left), *remark]
    items = render_items(point, instrument, min(room - _BESIDE, WIDEST))
    pairs = zip_longest([*said, *remark], items, fillvalue=EMPTY)
    return [row + line(" " * (_BESIDE - row.width)) + item for row, item in pairs]


def _sign(point: AgendaPoint, instrument: Instrument) -> tuple[str, Style]:
    lower = _is_lower_better(point, instrument)
    if point.kind == "crossing":
        up = (point.delta or 0) > 0
        return UP if up else DOWN, "high" if up is not lower else "low"
    if not point.about:
        return "", "muted"
    better, worse = (DOWN, UP) if lower else (UP, DOWN)
    signs: dict[Kind, tuple[str, Style]] = {"strength": (better, "high"), "drop": (worse, "low")}
    return signs.get(point.kind, ("", "muted"))


def _is_lower_better(point: AgendaPoint, instrument: Instrument) -> bool:
    return point.about in instrument.ids_of and instrument.scale_of(point.about).better == "lower"


def point_title(point: AgendaPoint, instrument: Instrument) -> str:
    """Name a point in a few words."""
    if point.kind == "own":
        return point.text
    if point.kind == "goal":
        return _("Goal: {what}").format(what=point.text)
    if not point.about:
        if point.kind == "strength":
            return _("Your strongest statements") if is_lowest_worst(instrument) else strongest_title(instrument)
        return threshold_sentence(instrument, on_average=bool(point.items))
    lower = _is_lower_better(point, instrument)
    titles: dict[Kind, str] = {
        "strength": "{domain}",
        "low": _("{domain}: high") if lower else _("{domain}: not high"),
        "drop": _drop_title(point, lower=lower),
        "crossing": _("{domain}: high now") if (point.delta or 0) > 0 else _("{domain}: no longer high"),
        "gap": _gap_title(point),
    }
    name = group_name(instrument, point.about, short=True)
    return titles[point.kind].format(domain=name)


def _drop_title(point: AgendaPoint, *, lower: bool) -> str:
    """Head a drop by what is known: of the mean only where its change is clear, or nothing tells how clear it is."""
    if point.clear == "other statements":
        up, down = (
            _("{domain}: up on the statements scored both times"),
            _("{domain}: down on the statements scored both times"),
        )
    elif point.clear in {"too few", "no"}:
        up, down = _("{domain}: more statements up than down"), _("{domain}: more statements down than up")
    else:
        up, down = _("{domain}: higher than before"), _("{domain}: lower than before")
    return up if lower else down


def _gap_title(point: AgendaPoint) -> str:
    if point.is_divided:
        return _("{domain}: others differ")
    return _("{domain}: others see it differently") if point.gap else _("{domain}: others see it as you do")


def point_evidence(point: AgendaPoint, instrument: Instrument, goals: Mapping[str, Goal]) -> list[str]:
    """Write what a point rests on, a sentence each: means with their n, the change, what others say."""
    said = []
    if point.kind == "goal":
        said = _of_goal(point, goals.get(point.about), instrument)
    elif point.kind != "gap" and point.about and point.now:
        said = [_of_domain(point, point.now, instrument)]
    if point.others:
        said.append(_gap(point, instrument))
    threshold = (instrument.scale_of(point.about) if point.about in instrument.ids_of else instrument.scale).threshold
    if point.kind == "low" and point.about and point.now and point.now.mean == threshold:
        said.append(_("High is above {mean}, not at it.").format(mean=mean_text(threshold)))
    return said


def _of_domain(point: AgendaPoint, now: ScoreSum, instrument: Instrument) -> str:
    """Say how a domain stands and stood; one of a single item by its scores."""
    if _is_single(instrument, point.about):
        return _("Score {score}").format(
            score=f"{point.before.sum} → {now.sum}" if point.before and point.delta else now.sum
        )
    said = " · ".join([_("Mean {figures}").format(figures=mean_with_n(now)), *_since(point)])
    return _("{said}, on the statements of both versions").format(said=said) if point.on_common else said


def _is_single(instrument: Instrument, domain_id: str) -> bool:
    return any(domain.id == domain_id and len(domain.items) == 1 for domain in instrument.domains)


def _since(point: AgendaPoint) -> list[str]:
    """Say how the domain of a point stood before."""
    if not (point.now and point.before):
        return []
    by_others = point.clear == "other statements"
    if not (point.delta or by_others):
        return [_("the same as before")]
    was = _("was {figures}, {change}")
    if by_others or point.now.scored != point.before.scored:
        was = _("was {figures}, {change}; not on the same statements")
    change = f"{judgement_sign(point.clear)} {delta_text(point.before.mean, point.now.mean)}".lstrip()
    return [was.format(figures=mean_with_n(point.before), change=change)]


def _of_goal(point: AgendaPoint, goal: Goal | None, instrument: Instrument) -> list[str]:
    """Say in one sentence where the domain of a goal stands, where it is to be, and what came of the goal so far."""
    single = goal is not None and _is_single(instrument, instrument.newer_id(goal.domain))
    parts = [_("mean {figures}").format(figures=mean_with_n(point.now))] if point.now and not single else []
    if point.now and single:
        parts = [_("score {score}").format(score=point.now.sum)]
    if goal and goal.target is not None:
        parts.append(_("target {mean}").format(mean=target_text(goal.target)))
    if goal and goal.look_backs:
        parts.append(_("looked back: {outcome}").format(outcome=outcome_name(goal.status)))
    if not parts:
        return []
    said = " · ".join(parts)
    name = group_name(instrument, goal.domain, short=True) if goal and goal.domain else ""
    return [f"{name}: {said}" if name else f"{said[0].upper()}{said[1:]}"]


def mean_with_n(part: ScoreSum, total: int = 0) -> str:
    """Write a mean with how many scores it is made of; the score of the only one of `total` items as a score."""
    return _("{mean} (n={n})").format(mean=mean_or_score(part.mean, part.scored, total), n=part.scored)


def _gap(point: AgendaPoint, instrument: Instrument) -> str:
    total = 1 if _is_single(instrument, point.about) else 0
    groups = []
    for group in point.others:
        people = ngettext("{n} person", "{n} people", group.people).format(n=group.people)
        count = _("n={n}").format(n=group.scored)
        divided = _("divided") if group.verdict == "divided" else ""
        figures = ", ".join(filter(None, ("" if group.role == "manager" else people, divided, count)))
        mean = bounded(group.mean, group.bound) if group.bound else mean_or_score(group.mean, group.scored, total)
        groups.append(f"{role_name(group.role)} {mean} ({figures})")
    base = point.shared or point.now
    text = _("On the same statements: self {own}, {groups}.")
    return text.format(own=mean_with_n(base, total) if base else mean_text(None), groups=", ".join(groups))


def render_items(point: AgendaPoint, instrument: Instrument, room: int) -> list[Line]:
    """Show the statements that a point rests on, with their scores: now, or before and now."""
    found = []
    moves = {key: moved_score(point.items_before.get(key), score) for key, score in point.items.items()}
    wide = max(map(len, moves.values()), default=0) + 2
    for key, moved in moves.items():
        sentence = marked_sentence(instrument, key)
        found += hanging(line(" " * INDENT, span(f"{moved:<{wide}}", "muted")), sentence, room)
    more = more_as_good(point)
    return [*found, *paragraph(more, room, "muted", indent=INDENT)] if more else found


def more_as_good(point: AgendaPoint) -> str:
    """Say below one's strongest statements how many more do as well; "" of another point."""
    if point.kind != "strength" or point.about or not (point.now and point.items):
        return ""
    return equally_good_text(point.now.scored, point.now.sum, list(point.items.values())[-1])


def moved_score(before: int | None, score: int) -> str:
    """Write a score, after the one before where that was another."""
    return str(score) if before in (None, score) else f"{before} → {score}"


# One difference at a time: how far apart, what others wrote, one's own note, and whether it is on the agenda.


_AXIS = 60
_DIFFERENCE_WIDTH = 108


class Difference(Struct, frozen=True):
    """A difference: which it is, and of how many."""

    row: ComparisonRow
    number: int
    total: int


def render_difference(
    comparison: Comparison, instrument: Instrument, step: Difference, agenda: Agenda, columns: int
) -> list[Line]:
    """Show a difference."""
    row = step.row
    room = min(columns - 2, _DIFFERENCE_WIDTH)
    gap = f"  {gap_text(row)}"
    width = even(min(_AXIS, room - 4 - len(gap)), instrument.scale)
    title = row_name(instrument, row, short=False)
    state = _("on the agenda") if is_on_agenda(agenda, row) else _("not on the agenda")
    state = f"{DONE} {state}" if is_on_agenda(agenda, row) else state
    field = f"{quadrant_name(row.quadrant)}: {quadrant_meaning(row.quadrant, instrument)}" if row.quadrant else ""
    return [
        line(
            "  ",
            span(_("Difference {n} of {total}").format(n=step.number, total=step.total), "muted"),
            span(f" · {state}", "muted"),
        ),
        EMPTY,
        *paragraph(title, room, "title", indent=2),
        *paragraph(field, room, "muted", indent=2),
        EMPTY,
        line("    ", span(scale_row(instrument.scale, width), "muted")),
        line("    ", *axis_spans(row, width), span(gap, "strong")),
        EMPTY,
        *render_signs(comparison, room),
        *paragraphs(row_sentences(row), room, indent=2),
        *_written(comparison, row, room),
        *_note(agenda, row, room),
    ]


def _written(comparison: Comparison, row: ComparisonRow, room: int) -> list[Line]:
    texts = [comment_text(comment) for comment in comparison.comments if comment.domain == row.id]
    lines = [part for text in texts for part in render_comment(text, room)]
    return [EMPTY, heading(_("What others wrote")), *lines] if lines else []


def _note(agenda: Agenda, row: ComparisonRow, room: int) -> list[Line]:
    point = gap_point_in(agenda, row)
    if point is None or not point.remark:
        return []
    return [EMPTY, heading(_("Your note")), *paragraph(point.remark, room, "accent", indent=4)]
