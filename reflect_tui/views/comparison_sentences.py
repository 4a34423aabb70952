"""What is told of a comparison with others, in words: who took part, figures with their n, gaps, the four fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from reflect_tui.analysis.compare import Comparison, ComparisonRow, GroupFigures, Quadrant, Written, by_size
from reflect_tui.analysis.rater_groups import HiddenGroup, RaterGroup, RaterGroups
from reflect_tui.analysis.summary import FEWEST_RANKED
from reflect_tui.i18n import _, format_date, format_number, ngettext
from reflect_tui.model.agenda import Bound
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import Rater
from reflect_tui.views import labels
from reflect_tui.views.instrument_words import band_sentence, direction_sentences, marked_sentence, thresholds_text
from reflect_tui.views.labels import day, delta_text, group_name, mean_or_score, mean_text, people, role_name

OWN, NEARLY, DIVIDED, BY_NAME, SIGNS = labels.ROLE_MARKS["self"], "*", "↕", "◇", labels.ROLE_MARKS


def people_or_manager(role: Rater, count: int) -> str:
    """Count the people of a group: "4 colleagues"; the manager is one person and called so."""
    return role_name(role) if role == "manager" and count == 1 else people(role, count)


def group_people(group: GroupFigures | RaterGroup) -> str:
    """Count the people of a group; of one apart say that they answered by name."""
    who = people_or_manager(group.role, group.people)
    return _("{people} by name").format(people=who) if group.apart else who


def group_sign(group: GroupFigures | RaterGroup) -> str:
    """Return what a group looks like on an axis."""
    return BY_NAME if group.apart else SIGNS[group.role]


def quadrant_name(field: Quadrant) -> str:
    """Name one of the four fields."""
    names: dict[Quadrant, str] = {
        "shared strength": _("shared strength"),
        "hidden strength": _("hidden strength"),
        "blind spot": _("blind spot"),
        "shared point of attention": _("shared point of attention"),
    }
    return names[field]


def quadrant_meaning(field: Quadrant, instrument: Instrument) -> str:
    """Say what a field means; where lower is better somewhere, without the word "high"."""
    texts: dict[Quadrant, str] = {
        "shared strength": _("high in your own eyes and in those of others"),
        "hidden strength": _("others see more in it than you do"),
        "blind spot": _("high in your own eyes, not in those of others"),
        "shared point of attention": _("not high, and others agree"),
    }
    if not instrument.higher_is_better:
        texts = {
            "shared strength": _("good in your own eyes and in those of others"),
            "hidden strength": _("better in the eyes of others than in your own"),
            "blind spot": _("good in your own eyes, not in those of others"),
            "shared point of attention": _("not good, and others agree"),
        }
    return texts[field]


def field_text(row: ComparisonRow) -> str:
    """Name the field of a row, or say why it has none: others differ, or a mean is exactly at the threshold."""
    if row.quadrant:
        return quadrant_name(row.quadrant)
    if row.is_divided:
        return _("others differ")
    return _("exactly at the threshold") if row.is_at_threshold else ""


def row_name(instrument: Instrument, row: ComparisonRow, *, short: bool = True) -> str:
    """Name a domain, a focus or an item; an item in `short` without the words it shares with those around it."""
    if row.id in instrument.positions:
        item = instrument.item(row.id)
        if short:
            return _("{sentence} (reversed)").format(sentence=item.text) if item.reversed else item.text
        return marked_sentence(instrument, row.id)
    return group_name(instrument, row.id, short=short)


def bounded(mean: Fraction | None, bound: Bound) -> str:
    """Write a mean as it is to be read: "at least 3.92", "about 3"."""
    texts: dict[Bound, str] = {"": "{mean}", "at least": _("at least {mean}"), "at most": _("at most {mean}")}
    whole = bound == "about" and mean is not None
    return texts.get(bound, _("about {mean}")).format(mean=_plain(mean) if whole and mean else mean_text(mean))


def group_sentence(row: ComparisonRow, group: GroupFigures) -> str:
    """Write the mean of a group, its n, and between which items it lies."""
    figure = f"{group_people(group)} {group_text(row, group)} (n={group.scored})"
    if group.each:
        figure += " (" + each_text(row, group) + ")"
    if group.lowest == group.highest:
        return figure
    return figure + ", " + _("from {low} to {high}").format(low=_plain(group.lowest), high=_plain(group.highest))


def each_text(row: ComparisonRow, group: GroupFigures) -> str:
    """Write the mean of each person of a group that answered by name."""
    return ", ".join(
        f"{_person_name(group.role, one.label, one.number)}: "
        f"{mean_or_score(one.given.mean, one.given.scored, row.total)}"
        for one in group.each
    )


def _person_name(role: Rater, label: str, number: int) -> str:
    return label or f"{role_name(role)} {number}"


def comment_text(comment: Written) -> str:
    """Write a comment, after who wrote it where that was asked by name."""
    if comment.role is None:
        return comment.text
    return f"{_person_name(comment.role, comment.label, comment.number)}: {comment.text}"


def comments_sentence(comments: Iterable[Written]) -> str:
    """Say with which comments a name stands, and with which not."""
    named = {comment.role is not None for comment in comments}
    if named == {True}:
        return _("Each comment of a named round has its writer beside it, and is shown without its statement.")
    if True in named:
        return _(
            "Comments of a named round have their writer beside them; the others are shuffled and shown without names. "
            "None has its statement."
        )
    return _("Comments are shuffled and shown without names or statements.")


def _plain(mean: Fraction) -> str:
    return str(mean) if mean.denominator == 1 else mean_text(mean)


def own_text(row: ComparisonRow) -> str:
    """Write one's own mean, or score where the row is one item."""
    return mean_or_score(row.own.mean, row.own.scored, row.total) if row.own else mean_text(None)


def others_text(row: ComparisonRow) -> str:
    """Write the mean of others, or the score that one person gave a single item."""
    return mean_or_score(row.others, _others_scored(row), row.total)


def _others_scored(row: ComparisonRow) -> int:
    return sum(group.scored for group in row.groups)


def group_text(row: ComparisonRow, group: GroupFigures) -> str:
    """Write the mean of a group as it is to be read, or the score that its one person gave a single item."""
    if group.bound:
        return bounded(group.mean, group.bound)
    return mean_or_score(group.mean, group.scored, row.total)


def own_sentence(row: ComparisonRow) -> str:
    """Write one's own mean and its n."""
    own = _("yourself {mean} (n={n})")
    return own.format(mean=own_text(row), n=row.own.scored if row.own else 0)


def _unscored_sentence(row: ComparisonRow, group: GroupFigures, *, short: bool = False) -> str:
    """Say how many items a group's figure rests on that one did not score oneself; "" when there are none."""
    count = len(group.items) - (group.own.scored if group.own else len(row.items))
    if short:
        return _("{n} not scored by you").format(n=count) if count > 0 else ""
    text = ngettext("with {n} statement that you did not score", "with {n} statements that you did not score", count)
    return text.format(n=count) if count > 0 else ""


def _beside_sentence(group: GroupFigures, *, short: bool = False) -> str:
    """Say how far a group that is not among the others went along, and what oneself is on the same items."""
    if short:
        text = ngettext("on {n} statement; you {mean} there", "on {n} statements; you {mean} there", len(group.items))
        return text.format(n=len(group.items), mean=mean_text(group.own.mean if group.own else None))
    text = ngettext(
        "on {n} statement, yourself {mean} there: not counted among the others",
        "on {n} statements, yourself {mean} there: not counted among the others",
        len(group.items),
    )
    return text.format(n=len(group.items), mean=mean_text(group.own.mean if group.own else None))


def row_sentences(row: ComparisonRow) -> Iterator[str]:
    """Say all that a row shows: everyone's figures, the gap and the field."""
    if not row.own or not row.groups:
        yield _("There is no statement here that both sides scored.")
        return
    groups = [
        ", ".join(filter(None, (group_sentence(row, group), _unscored_sentence(row, group)))) for group in row.groups
    ]
    yield "; ".join([own_sentence(row), *groups]) + "."
    yield _gap_sentence(row)
    if row.is_divided:
        yield _divided_sentence(row)
    for group in row.beside:
        said = f"{group_sentence(row, group)}, {_beside_sentence(group)}."
        yield said[0].upper() + said[1:]
    if row.session and row.session.scored != row.own.scored:
        text = _("Your verdict is that of the session: {mean} (n={n}), {verdict}.")
        yield text.format(mean=mean_text(row.session.mean), n=row.session.scored, verdict=labels.verdict(row.session))


def counted_sentence(row: ComparisonRow) -> str:
    """Say whose means that of others is made of, where not all who answered count; else ""."""
    text = _("others: {groups}; not counted here: {beside}")
    counted, beside = (", ".join(map(group_people, groups)) for groups in (row.groups, row.beside))
    return text.format(groups=counted, beside=beside) if row.beside else ""


def left_out_sentence(instrument: Instrument, rows: Iterable[ComparisonRow]) -> str:
    """Name the groups that scored too few of some rows to count among the others there; "" without one."""
    few = [(row, roles) for row in rows if (roles := [role_name(one.role) for one in row.beside if not one.apart])]
    named = "; ".join(f"{row_name(instrument, row)} ({', '.join(roles)})" for row, roles in few)
    text = _("Not in the mean of others, with too few shared statements: {groups}.")
    return text.format(groups=named) if few else ""


def _divided_sentence(row: ComparisonRow) -> str:
    """Say which groups are high, which are not, and of which the people differ: their mean speaks for neither."""
    verdicts = {"high": _("high"), "not high": _("not high"), "divided": _("divided")}
    parts = [
        f"{people_or_manager(group.role, group.people)} {verdicts[verdict]}"
        for group in row.groups
        if (verdict := row.group_verdict(group))
    ]
    return _("Others differ: {groups}.").format(groups="; ".join(parts))


def not_exact_sentence() -> str:
    """Explain the mark of a gap that is not exact."""
    text = _("A gap with {sign} is not exact: nobody may work out who gave which score in confidence.")
    return text.format(sign=NEARLY)


def divided_sentence() -> str:
    """Explain the mark of a row of which others differ."""
    return _("{sign} Others differ: one is high and another is not.").format(sign=DIVIDED)


def _gap_sentence(row: ComparisonRow) -> str:
    text = _("Others {mean}, gap {gap}: on {n} of {total} statements, those that both sides scored.")
    if row.total == 1:
        text = _("Others {mean}, gap {gap}.")
    return text.format(mean=others_text(row), gap=gap_text(row), n=len(row.items), total=row.total)


def gap_text(row: ComparisonRow, mark: str = NEARLY) -> str:
    """Write a gap with its sign; with a mark when it rests on a figure that is not exact."""
    gap = delta_text(row.own.mean if row.own else None, row.others)
    if row.own and row.gap is not None and row.own.scored == _others_scored(row) == row.total == 1:
        gap = format_number(row.gap, 0, sign=True)
    return gap + (mark if gap and not row.is_exact else "")


def participants(comparison: Comparison, *, signs: bool = True) -> list[str]:
    """Say who is compared: oneself, and groups, how many, and when; each with its sign, where a chart has these."""
    own = _("You on {date}").format(date=day(comparison.session.started))
    groups = comparison.raters.groups
    dates = {_when(group) for group in groups}
    named = [(f"{group_sign(group)} " if signs else "") + group_people(group) for group in groups]
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
    who = people_or_manager(hidden.role, hidden.people)
    if hidden.reason == "few":
        return _("{who} answered: not shown below {n}.").format(who=who, n=hidden.needed)
    if hidden.made and hidden.shown:
        text = _(
            "{who}, round of {made}: left out, as of each group only the newest round is shown, here that of {shown}."
        )
        return text.format(shown=format_date(hidden.shown), made=format_date(hidden.made), who=who)
    texts = {
        "open": _("{who} answered in a round that is not closed: not shown yet."),
        "incomplete": _("{who}: their round is not as it was closed, or an answer is missing: not shown."),
        "gone": _("{who}: the file of an answer by name is gone or can't be read, so it is not shown."),
        "unknown": _("{who}: the file of their round is missing, so it is not shown."),
    }
    return texts[hidden.reason].format(who=who)


def basis_sentence() -> str:
    """Say what is compared with what."""
    return _(
        "“Others” is the mean of the group means and never includes yourself. Only statements that both sides scored "
        "count; a group that scored too few of them stands beside the others."
    )


def own_band_sentences(instrument: Instrument, rows: Iterable[ComparisonRow]) -> Iterator[str]:
    """Say by the bands what one's own figures are, on the whole session; others have none: they scored a part."""
    said = [text for row in rows if row.session and (text := band_sentence(instrument, row.session))]
    if said:
        yield _("Your own whole session: {said}").format(said=" ".join(said))


def apart_sentence() -> str:
    """Say why some who answered by name stand apart."""
    return _("People who answered by name are shown apart from a confidential group: the two are never added together.")


def verdict_basis(instrument: Instrument, *, directions: bool = True) -> str:
    """Say when a mean is high, oneself's and that of others; and the `directions` of domains and statements."""
    text = _(
        "A mean strictly above {mean} is high: yours over the whole session, that of others over the shared statements."
    )
    said = text.format(mean=thresholds_text(instrument))
    return " ".join([said, *(direction_sentences(instrument, counted=True) if directions else ())])


def detail_rows(row: ComparisonRow, *, short: bool = False) -> Iterator[tuple[str, str, str, str, str]]:
    """Write for oneself and each group: sign, who, mean, n, and what else there is to say; `short` in few words."""
    if row.own:
        about = labels.verdict(row.session) if row.session else ""
        if row.session and row.session.scored != row.own.scored:
            text = _("session {mean} {mark}") if short else _("in the whole session {mean} (n={n}), {verdict}")
            mark = labels.good_sign(row.session)
            mean, scored = mean_text(row.session.mean), row.session.scored
            about = text.format(mean=mean, n=scored, verdict=about, mark=mark).rstrip()
        yield OWN, _("yourself"), own_text(row), f"n={row.own.scored}", about
    for group in row.shown:
        about = _beside_sentence(group, short=short) if group.own else ""
        if group.each:
            about = ", ".join(filter(None, (each_text(row, group), about)))
        elif not about and group.lowest != group.highest:
            about = _("from {low} to {high}").format(low=_plain(group.lowest), high=_plain(group.highest))
        about = ", ".join(filter(None, (about, _unscored_sentence(row, group, short=short))))
        yield group_sign(group), group_people(group), group_text(row, group), f"n={group.scored}", about


def elsewhere_sentence(raters: RaterGroups) -> str:
    """Say how many answered on another version, and with which session these are compared instead."""
    if not raters.instead:
        return _("{n} answered on another version of the instrument: not compared.").format(n=raters.elsewhere)
    days = ", ".join(labels.day(place.started) for place in raters.instead)
    text = _("{n} answered on another version of the instrument: compared with your session of {date}.")
    return text.format(n=raters.elsewhere, date=days)


def across_sentences(comparison: Comparison) -> list[str]:
    """Say of those who answered on another version on how many of their statements they are compared."""
    text = _(
        "Filled in on version {version}: {n}, compared on the {shared} of {asked} statements that mean the same in "
        "both."
    )
    return [
        text.format(n=one.people, version=one.version, shared=one.shared, asked=one.asked) for one in comparison.across
    ]


def gap_summary(instrument: Instrument, rows: Iterable[ComparisonRow]) -> str:
    """Say where the differences lie."""
    known = [row for row in by_size(rows) if row.gap is not None]
    if not known:
        return _("There is no statement here that both sides scored.")
    higher = [row for row in known if (row.gap or 0) > 0]
    lower = [row for row in known if (row.gap or 0) < 0]
    parts = [
        _("Others score {up} of {n} higher than you do, {down} lower, {same} the same.").format(
            up=len(higher), n=len(known), down=len(lower), same=len(known) - len(higher) - len(lower)
        )
    ]
    row, largest = known[0], max(abs(row.gap or Fraction(0)) for row in known)
    if row.gap:
        text = _("The largest gap is {gap}: {name}.")
        if abs(row.gap) < largest:
            text = _("Of those with at least {n} scores the largest gap is {gap}: {name}.")
        name = row_name(instrument, row, short=False).rstrip(".")
        parts.append(text.format(gap=gap_text(row), name=name, n=FEWEST_RANKED))
    return " ".join(parts)


def quadrant_sentences(comparison: Comparison, instrument: Instrument) -> list[str]:
    """Say in which of the four fields each domain falls, or that groups differ."""
    text = _("{domain}: {field}.")
    return [
        text.format(domain=row_name(instrument, row, short=False), field=field_text(row))
        for row in comparison.domains
        if field_text(row)
    ]
