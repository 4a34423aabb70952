"""Words of a comparison: who took part, who is not shown and why, figures with their n, the four fields."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from reflect_tui.agenda import Bound
from reflect_tui.analysis.compare import Compared, Comparison, Field, GroupFigures
from reflect_tui.analysis.raters import HiddenGroup, RaterGroup
from reflect_tui.feedback.round import Rater
from reflect_tui.i18n import _, format_date, ngettext
from reflect_tui.instrument import Instrument
from reflect_tui.pages.words import day, delta_text, group_name, mean_text, role_name

OWN, NEARLY = "●", "≈"
SIGNS: dict[Rater, str] = {"manager": "◆", "colleague": "■", "client": "▲"}


def people(role: Rater, count: int) -> str:
    """Count the people of a group: "4 colleagues"; the manager is one person and called so."""
    if role == "manager":
        return role_name(role) if count == 1 else ngettext("{n} manager", "{n} managers", count).format(n=count)
    if role == "colleague":
        return ngettext("{n} colleague", "{n} colleagues", count).format(n=count)
    return ngettext("{n} client", "{n} clients", count).format(n=count)


def field_name(field: Field) -> str:
    """Name one of the four fields."""
    names: dict[Field, str] = {
        "shared strength": _("shared strength"),
        "hidden strength": _("hidden strength"),
        "blind spot": _("blind spot"),
        "shared point of attention": _("shared point of attention"),
    }
    return names[field]


def field_meaning(field: Field) -> str:
    """Say what a field means."""
    texts: dict[Field, str] = {
        "shared strength": _("high in your own eyes and in those of others"),
        "hidden strength": _("others see more in it than you do"),
        "blind spot": _("high in your own eyes, not in those of others"),
        "shared point of attention": _("not high, and others agree"),
    }
    return texts[field]


def row_name(instrument: Instrument, row: Compared, *, short: bool = True) -> str:
    """Name a domain, a focus or an item; an item in `short` without the words it shares with those around it."""
    if row.id in instrument.positions:
        item = instrument.item(row.id)
        return item.text if short else instrument.sentence(item)
    return group_name(instrument, row.id, short=short)


def bounded(mean: Fraction | None, bound: Bound) -> str:
    """Write a mean as it is to be read: "at least 3.92", "about 3"."""
    texts: dict[Bound, str] = {"": "{mean}", "at least": _("at least {mean}"), "at most": _("at most {mean}")}
    whole = bound == "about" and mean is not None
    return texts.get(bound, _("about {mean}")).format(mean=_plain(mean) if whole and mean else mean_text(mean))


def group_sentence(group: GroupFigures) -> str:
    """Give the figures of a group: mean, n, and between which items they lie."""
    said = f"{people(group.role, group.people)} {bounded(group.mean, group.bound)} (n={group.scored})"
    if group.lowest == group.highest:
        return said
    return said + ", " + _("items {low} to {high}").format(low=_plain(group.lowest), high=_plain(group.highest))


def _plain(mean: Fraction) -> str:
    return str(mean) if mean.denominator == 1 else mean_text(mean)


def own_sentence(row: Compared) -> str:
    """Give one's own figures."""
    own = _("yourself {mean} (n={n})")
    return own.format(mean=mean_text(row.own.mean if row.own else None), n=row.own.scored if row.own else 0)


def row_sentences(row: Compared) -> Iterator[str]:
    """Say all that a row shows: everyone's figures, the gap and the field."""
    if not row.own or not row.groups:
        yield _("There is no item here that both sides scored.")
        return
    yield "; ".join([own_sentence(row), *map(group_sentence, row.groups)]) + "."
    text = _("Others {mean}, gap {gap}: on {n} of {total} items, those that both sides scored.")
    if row.total == 1:
        text = _("Others {mean}, gap {gap}.")
    yield text.format(mean=mean_text(row.others), gap=gap_text(row), n=len(row.items), total=row.total)


def gap_text(row: Compared, mark: str = NEARLY) -> str:
    """Write a gap with its sign; with a mark when it rests on a figure that is not exact."""
    return delta_text(row.gap) + ("" if row.is_exact or row.gap is None else mark)


def taking_part(comparison: Comparison, *, signs: bool = True) -> list[str]:
    """Say who is compared: oneself, and groups, how many, and when; each with its sign, where a chart has these."""
    own = _("You on {date}").format(date=day(comparison.session.started))
    groups = comparison.raters.groups
    dates = {_when(group) for group in groups}
    named = [(f"{SIGNS[group.role]} " if signs else "") + people(group.role, group.people) for group in groups]
    if len(dates) == 1:
        named[-1] = _("{groups}, on {date}").format(groups=named[-1], date=dates.pop())
    else:
        named = [f"{name} ({_when(group)})" for name, group in zip(named, groups, strict=True)]
    return [f"{OWN} {own}" if signs else own, *named]


def _when(group: RaterGroup) -> str:
    first, last = format_date(group.first.date()), format_date(group.last.date())
    return first if first == last else _("{first} to {last}").format(first=first, last=last)


def hidden_sentence(hidden: HiddenGroup) -> str:
    """Say why a group is not shown."""
    who = people(hidden.role, hidden.people)
    if hidden.reason == "few":
        return _("{who} answered: not shown below {n}.").format(who=who, n=hidden.needed)
    texts = {
        "open": _("{who} answered in a round that is not closed: not shown yet."),
        "incomplete": _("{who}: an answer of their round is missing, so it is not shown."),
        "unknown": _("{who}: the file of their round is missing, so it is not shown."),
        "apart": _("{who} of another time or kind: kept apart, so that nobody can be worked out."),
    }
    return texts[hidden.reason].format(who=who)


def how_sentence() -> str:
    """Say what is compared with what."""
    return _("Others is the mean of the group means; self is never in it. Only items that both sides scored count.")
