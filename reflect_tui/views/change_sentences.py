"""What is told of changes, in words and signs: how items moved, how clearly a mean did, and what that stands on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from reflect_tui.analysis.change import FEWEST_MOVED, Crossing, GroupChange, Judgement
from reflect_tui.analysis.diff import Diff
from reflect_tui.i18n import _, format_number, ngettext
from reflect_tui.model.agenda import Clear
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.views.instrument_words import threshold_text
from reflect_tui.views.labels import (
    DOWN,
    SAME,
    UP,
    change_words,
    day_beside,
    delta_text,
    group_name,
    mean_text,
    person_name,
    scores_text,
    step_span,
)
from reflect_tui.views.lines import Span, Style, span
from reflect_tui.views.version_sentences import ground_sentence

UNCLEAR, OTHER = "≈", "≠"
"""A change that is not clear, and one of a mean on other items than before."""

_SMALLEST = Fraction(1, 1000)  # as small as is told


def moves_sentence(change: Diff) -> str:
    """Say in words how the items moved, and whether they show a direction; of two people how they differ."""
    if not change.in_time:
        return _difference_sentence(change)
    if not change.shared:
        return _("No statement was scored both times.")
    if change.is_mixed or (change.judged and not change.moved):
        text = _("The same score both times: {same} of {total}.")
        if change.moved:
            text = _same_sentence(change) + " " + _("Changed: {n}; which way is better differs by domain.")
        return text.format(same=change.same, total=change.shared, n=change.moved)
    if not change.judged:
        return _("{counted}.").format(counted=_moves(change))
    if change.judgement in {"up", "down"}:
        return _direction_sentence(change)
    return _without_direction(change)


def _moves(change: Diff) -> str:
    """Count how the statements moved that were scored both times, without what is none."""
    same = {_("{n} the same"): change.same}
    if change.is_mixed:
        return _counted({_("{n} changed"): change.moved} | same)
    return _counted({_("{n} up"): change.up, _("{n} down"): change.down} | same)


def _difference_sentence(change: Diff) -> str:
    if not change.shared:
        return _("No statement was scored by both.")
    text = _("The same: {same} of {total}. Different: {n} ({who}: {up} higher, {down} lower).")
    if not change.moved:
        text = _("The same score by both: {same} of {total}.")
    return text.format(
        same=change.same,
        total=change.shared,
        n=change.moved,
        up=change.up,
        down=change.down,
        who=person_name(change.b, change.a),
    )


def _direction_sentence(change: Diff) -> str:
    is_up = change.up > change.down
    text = _("More statements went down than up: {n} of {moved} that changed.")
    if is_up:
        text = _("More statements went up than down: {n} of {moved} that changed.")
    if change.moved in (change.up, change.down):
        text = (
            _("All {n} statements that changed went up.") if is_up else _("All {n} statements that changed went down.")
        )
    warning = _("A worse day can do that too; look at which ones.")
    if is_up == (change.domains[0].b.better == "higher"):  # as in all others: is_mixed is told apart
        warning = _("A better day can do that too; look at which ones.")
    return f"{text.format(n=max(change.up, change.down), moved=change.moved)} {warning}"


def _same_sentence(change: Diff) -> str:
    if not change.same and change.shared > 1:
        return _("None of the {total} statements stayed the same.").format(total=change.shared)
    text = _("Mostly the same: {same} of {total}.") if change.same > change.moved else _("The same: {same} of {total}.")
    return text.format(same=change.same, total=change.shared)


def _without_direction(change: Diff) -> str:
    moved = change.moved
    if moved == 1:
        text = _("1 changed: too few to tell a direction.")
    elif moved in (change.up, change.down) and moved == 2:  # noqa: PLR2004 -- a word of its own
        text = (
            _("Both that changed went up: too few to tell a direction.")
            if change.up
            else _("Both that changed went down: too few to tell a direction.")
        )
    elif moved in (change.up, change.down):  # six that all went one way are a direction
        text = (
            _("All {n} that changed went up: too few to tell a direction.")
            if change.up
            else _("All {n} that changed went down: too few to tell a direction.")
        )
    elif change.judgement == "too few":
        text = (
            _("Of the {n} that changed {most} went up: too few to tell a direction.")
            if change.up >= change.down
            else _("Of the {n} that changed {most} went down: too few to tell a direction.")
        )
    else:
        text = (
            _("Of the {n} that changed {most} went up: no clear direction.")
            if change.up >= change.down
            else _("Of the {n} that changed {most} went down: no clear direction.")
        )
    return f"{_same_sentence(change)} {text.format(n=moved, most=max(change.up, change.down))}"


def since_sentence(change: Diff) -> str:
    """Count how the items that were scored both times moved since the earlier session."""
    text = ngettext(
        "Since {date}, of {n} statement: {counts}.", "Since {date}, of {n} statements: {counts}.", change.shared
    )
    since = day_beside(change.a.started, change.b.started)
    said = text.format(date=since, n=change.shared, counts=_moves(change))
    if not change.shared:
        said = _("No statement was scored both times.")
    return f"{said} {ground_sentence(change)}".rstrip()


def other_version_sentence(earlier: Session, session: Session) -> str:
    """Say that the session before is on a version that can't be compared, so that no change is shown."""
    text = _("The previous session, of {date}, is on version {version}, which can't be compared with this one.")
    return text.format(date=day_beside(earlier.started, session.started), version=earlier.version)


def change_sign(part: GroupChange) -> str:
    """The sign before a change that is no clear one; between two people no difference is called clear or not."""
    if not (part.is_changed and part.judged and (part.in_time or part.judgement == "other statements")):
        return ""
    return judgement_sign(part.judgement)


def judgement_sign(judgement: Judgement | Clear) -> str:
    """The sign before a change that was judged so."""
    return {"other statements": OTHER, "too few": UNCLEAR, "no": UNCLEAR}.get(judgement, "")


def direction_sign(part: GroupChange) -> Span:
    """Show which way a mean went; of a change that is not clear the sign that says so."""
    if sign := change_sign(part):
        return span(sign, "muted")
    if not part.delta:
        return span(SAME if part.delta == 0 else " ", "muted")
    return step_span(part.delta, part.gain) if part.in_time else span(UP if part.delta > 0 else DOWN)


def direction_style(part: GroupChange) -> Style:
    """Let a clear change stand out; between two people nobody gains."""
    if not part.delta or change_sign(part):
        return "muted"
    return "text" if not part.in_time else "high" if part.gain > 0 else "low"


def rule_sentence(change: Diff | None) -> str:
    """Name the tests behind "direction" and "clear change" and what they assume; with the p of a comparison."""
    text = _(
        "A direction: an exact sign test over the statements scored both times gives p below 0.05{figure}. "
        "A clear change of a mean: an exact randomization test over its statements gives p below 0.05. "
        "Both assume that each statement moves by itself, but one good or bad day moves many at once. "
        "With fewer than {n} changed statements neither test can tell."
    )
    figure = "" if change is None or not change.moved else f" ({_p_text(change.chance)})"
    return text.format(n=FEWEST_MOVED, figure=figure)


def _p_text(chance: Fraction) -> str:
    if chance < _SMALLEST:
        return _("here p < {p}").format(p=format_number(_SMALLEST, 3))
    return _("here p = {p}").format(p=format_number(chance, 3))


def clarity(part: GroupChange) -> str:
    """Say how clearly a mean changed; "" when it did not move, is the score of one item, or differs between people."""
    if not (part.is_changed and part.judged) or part.is_single:
        return ""
    if not part.in_time:
        return _("other statements") if part.judgement == "other statements" else ""
    words = {"other statements": _("other statements"), "too few": _("too few changed"), "no": _("no clear change")}
    return words.get(part.judgement) or _("clear change")


def change_clause(part: GroupChange) -> str:
    """Say how a mean changed, and how clearly: "0.74 down, other statements"."""
    if not (words := change_words(part)):
        return clarity(part)
    return ", ".join(filter(None, (words, clarity(part), on_common_words(part))))


def on_common_words(part: GroupChange) -> str:
    """Say on how many items of both versions a change is, where the means beside it are on others as well."""
    if not part.is_partial:
        return ""
    text = ngettext("on {n} statement of both versions", "on {n} statements of both versions", part.b.scored)
    return text.format(n=part.b.scored)


def crossed_names(instrument: Instrument, parts: Iterable[GroupChange], way: Crossing) -> str:
    """Name what crossed the threshold one way, each with how clear that is; "" when none did.

    What other items alone took across is left out, and a single item: see GroupChange.verdict_change.
    """
    crossed = [part for part in parts if part.verdict_change == way]
    told = [(group_name(instrument, part.id, short=True), _crossing_clarity(part)) for part in crossed]
    return ", ".join(f"{name} ({clear})" if clear else name for name, clear in told)


def single_sentences(instrument: Instrument, parts: Iterable[GroupChange]) -> Iterator[str]:
    """Say of every domain or focus of one item with another score what it was and is."""
    for part in parts:
        if part.scores and part.delta:
            text = _("{name}, a single statement: {change}.")
            if part.in_time:
                text = _("{name}, a single statement, went {change}.")
            yield text.format(name=group_name(instrument, part.id, short=True), change=change_words(part))


def _crossing_clarity(part: GroupChange) -> str:
    """Say how clear a crossing is; of one that the items scored both times made as well, that they did."""
    if part.by_other_items:
        text = ngettext("also on the {n} scored both times", "also on the {n} scored both times", part.shared)
        return (text if part.in_time else _("also on the {n} scored by both")).format(n=part.shared)
    return clarity(part)


def is_too_few(part: GroupChange) -> bool:
    """Whether a mean was scored both times, but one time on too few items for a verdict."""
    before, now = part.shown
    return bool(before.scored and now.scored and not (part.is_single or (before.verdict and now.verdict)))


def few_before(part: GroupChange) -> str:
    """Say of a mean with a verdict that the one before it was of too few items to have one; else ""."""
    return _("too few before") if part.in_time and part.shown[1].verdict and is_too_few(part) else ""


def marked_delta(part: GroupChange) -> str:
    """Write how a mean changed, after the sign of a change that is not clear: "≠-0.74"; of one item both scores."""
    if part.scores:
        return scores_text(part.scores)
    return f"{change_sign(part)}{delta_text(part.a.mean, part.b.mean)}"


def mean_counts(parts: Iterable[GroupChange]) -> str:
    """Count how so many means changed: "7 means: 1 clearly up, 1 by other statements, 5 the same.".

    Where lower is better in any of them, up and down would add up good and bad: they are better and worse then.
    """
    told = [part for part in parts if part.delta is not None and not part.is_single]
    judged = all(part.judged for part in told)
    texts = {
        "up": _("{n} clearly up") if judged else _("{n} up"),
        "down": _("{n} clearly down") if judged else _("{n} down"),
        "other statements": _("{n} changed by other statements"),
        "too few": _("{n} with too few changed statements"),
        "no": _("{n} without a clear change"),
        "same": _("{n} the same"),
    }
    if not all(part.in_time for part in told):  # of two people none does better or worse
        texts |= {
            "up": _("{n} higher"),
            "down": _("{n} lower"),
            "other statements": _("{n} different by other statements"),
        }
    elif any(part.b.better == "lower" for part in told):
        texts |= {
            "up": _("{n} clearly better") if judged else _("{n} better"),
            "down": _("{n} clearly worse") if judged else _("{n} worse"),
        }
    counts = {kind: sum(_kind(part) == kind for part in told) for kind in texts}
    counted = ", ".join(text.format(n=counts[kind]) for kind, text in texts.items() if counts[kind])
    if not told:
        return ""
    return ngettext("{n} mean: {counts}.", "{n} means: {counts}.", len(told)).format(n=len(told), counts=counted)


def _kind(part: GroupChange) -> str:
    if change_sign(part):
        return part.judgement
    if not part.delta:
        return "same"
    return "up" if (part.gain if part.in_time else part.delta) > 0 else "down"  # up is to the better, in time


def sign_notes(instrument: Instrument, parts: Sequence[GroupChange]) -> list[str]:
    """Explain the signs of changes that are not clear, each with whom it is about."""
    unclear = [part for part in parts if change_sign(part) == UNCLEAR and not part.is_single]
    texts = {"too few": _("too few changed: {names}"), "no": _("no clear change: {names}")}
    named = {
        kind: ", ".join(group_name(instrument, part.id, short=True) for part in unclear if part.judgement == kind)
        for kind in texts
    }
    told = "; ".join(texts[kind].format(names=names) for kind, names in named.items() if names)
    return [*([f"{UNCLEAR} {told}."] if told else []), *other_items_sentences(instrument, parts, f"{OTHER} ")]


def other_items_sentences(instrument: Instrument, parts: Iterable[GroupChange], sign: str = "") -> list[str]:
    """Tell of every mean that moved since other items were scored, and how it did on those of both versions.

    An unclear one also where it is of half as many items more, or less. The `sign` stands before those that moved by
    other items only.
    """
    said = []
    for part in parts:
        if (part.by_other_items and part.is_changed) or part.crossed_by_other_items:
            said.append(sign + other_items_sentence(instrument, part))
        elif change_sign(part) == UNCLEAR and differ_by_half(*(group.scored for group in part.shown)):
            said.append(other_items_sentence(instrument, part))
        if part.is_partial:
            text = _("{name}: {means} {on_common}.")
            means = f"{mean_text(part.a.mean)} → {mean_text(part.b.mean)}"
            name = group_name(instrument, part.id)
            said.append(text.format(name=name, means=means, on_common=on_common_words(part)))
    return said


def differ_by_half(before: int, now: int) -> bool:
    """Whether a mean is of at least half as many items more, or less, than an earlier one."""
    return abs(now - before) * 2 >= before


def other_items_sentence(instrument: Instrument, part: GroupChange) -> str:
    """Say of a mean that moved since other items were scored how those moved that were scored both times.

    One that crossed the threshold by that says so; where none is new, how many are no longer scored. Of two versions
    that is left out: a statement may have come from another domain.
    """
    crossed = part.crossed if part.crossed_by_other_items and part.in_time else None
    before, now = part.shown
    gone = before.scored - part.shared
    only_gone = gone > 0 and now.scored == part.shared and part.in_time and not part.is_partial
    text = _gone_text(crossed, gone) if only_gone else _others_text(crossed)
    return text.format(
        name=group_name(instrument, part.id),
        gone=gone,
        threshold=threshold_text(instrument.scale_of(part.id)),
        before=before.scored,
        now=now.scored,
        shared=shared_words(part),
    )


def _others_text(crossed: Crossing | None) -> str:
    if crossed == "up":
        return _("{name}: above {threshold} because other statements were scored (n {before} → {now}); {shared}.")
    if crossed == "down":
        return _("{name}: not above {threshold} because other statements were scored (n {before} → {now}); {shared}.")
    return _("{name}: other statements were scored (n {before} → {now}); {shared}.")


def _gone_text(crossed: Crossing | None, gone: int) -> str:
    if crossed == "up":
        return ngettext(
            "{name}: above {threshold} because {gone} statement is no longer scored (n {before} → {now}); {shared}.",
            "{name}: above {threshold} because {gone} statements are no longer scored (n {before} → {now}); {shared}.",
            gone,
        )
    if crossed == "down":
        return ngettext(
            "{name}: not above {threshold} because {gone} statement is no longer scored (n {before} → {now}); "
            "{shared}.",
            "{name}: not above {threshold} because {gone} statements are no longer scored (n {before} → {now}); "
            "{shared}.",
            gone,
        )
    return ngettext(
        "{name}: {gone} statement is no longer scored (n {before} → {now}); {shared}.",
        "{name}: {gone} statements are no longer scored (n {before} → {now}); {shared}.",
        gone,
    )


def verdict_sign(part: GroupChange | None) -> str:
    """What stands behind the verdict of a mean that crossed the threshold by other items alone."""
    return f" {OTHER}" if part and part.crossed_by_other_items else ""


def shared_words(part: GroupChange) -> str:
    """Say how the items that were scored both times moved: "the 7 scored both times went down"."""
    up, down = part.counts
    count = part.shared
    if not part.in_time:
        text = _("of the {n} that both scored: {counts}")
        counts = _counted({_("{n} higher"): up, _("{n} lower"): down, _("{n} the same"): count - up - down})
        return text.format(n=count, counts=counts) if count else _("none was scored by both")
    if not count:
        return _("none was scored both times")
    if up == count:
        text = ngettext("the {n} scored both times went up", "the {n} scored both times went up", count)
    elif down == count:
        text = ngettext("the {n} scored both times went down", "the {n} scored both times went down", count)
    elif not up + down:
        text = ngettext("the {n} scored both times is the same", "the {n} scored both times are the same", count)
    else:
        text = _("of the {n} scored both times: {counts}")
    counts = _counted({_("{n} up"): up, _("{n} down"): down, _("{n} the same"): count - up - down})
    return text.format(n=count, counts=counts)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(text.format(n=count) for text, count in counts.items() if count)
