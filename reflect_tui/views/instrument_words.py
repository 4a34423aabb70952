"""What pages say of an instrument, its thresholds, directions, words and rights; and of a session by its bands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from reflect_tui.analysis.diff import Diff
from reflect_tui.analysis.summary import (
    FEWEST_RANKED,
    BandReading,
    ScoreGroup,
    Summary,
    band_reading,
    band_readings,
    summarize,
)
from reflect_tui.forms.fields import target_text
from reflect_tui.i18n import _, format_number, ngettext
from reflect_tui.model.instrument import Instrument, Scale, ScalePoint, SourceDocument
from reflect_tui.views.labels import figure_text, group_name


def threshold_text(scale: Scale) -> str:
    """Write the mean above which a domain is high, with no more decimals than it needs: 3, 2.5."""
    places = next((n for n in (0, 1) if (scale.threshold * 10**n).denominator == 1), 2)
    return format_number(scale.threshold, places)


def thresholds_text(instrument: Instrument) -> str:
    """Write the mean above which a domain is high; where domains differ in it, the word for that."""
    return threshold_text(instrument.scale) if instrument.has_one_threshold else _("the threshold")


def scale_line(instrument: Instrument, *, counted: bool = False) -> str:
    """Say what the means are on, above which a domain is high, and what departs from higher being better.

    `counted` as in direction_sentences().
    """
    scale = instrument.scale
    text = _("Scores go from {low} to {high}; a mean above {threshold} is high.")
    said = text.format(low=scale.lowest, high=scale.highest, threshold=thresholds_text(instrument))
    return " ".join([said, *direction_sentences(instrument, counted=counted), *word_sentences(instrument)])


def direction_sentences(instrument: Instrument, *, counted: bool = False) -> Iterator[str]:
    """Say where lower is better, which thresholds domains have where these differ, and what is reversed.

    On a page that shows scores as `counted`, not as answered, it says that of those that are reversed.
    """
    if not instrument.higher_is_better:
        yield lower_sentence(instrument)
    if not instrument.has_one_threshold:
        own = [(domain.label, instrument.scale_of(domain.id)) for domain in instrument.domains]
        named = ", ".join(f"{name} {threshold_text(scale)}" for name, scale in own)
        yield _("The thresholds: {names}.").format(names=named)
    if instrument.reversed_ids:
        text = _('Statements marked "reversed" are shown as answered and count the other way round: {low} as {high}.')
        if counted:
            text = _(
                'Statements marked "reversed" are shown as they count, the other way round: {low} for an answer {high}.'
            )
        yield text.format(low=instrument.scale.lowest, high=instrument.scale.highest)


def word_sentences(instrument: Instrument) -> Iterator[str]:
    """Say which other words answers have, and where."""
    for name, words in instrument.scales.items():
        if worded := ", ".join(_worded(instrument, name)):
            text = _("Other answers in {names}: {points}.")
            yield text.format(names=worded, points=points_text(words.points))


def _worded(instrument: Instrument, name: str) -> Iterator[str]:
    """Name the domains with these words; of one with other words too, how many statements have them."""
    for domain in instrument.domains:
        count = sum((item.scale or domain.scale) == name for item in domain.items)
        if count == len(domain.items):
            yield domain.label
        elif count:
            text = ngettext("{name} ({n} statement)", "{name} ({n} statements)", count)
            yield text.format(name=domain.label, n=count)


def points_text(points: Iterable[ScalePoint]) -> str:
    """Write every score with its word: 1 never, 2 sometimes."""
    return ", ".join(f"{point.value} {point.label}" for point in points)


def lower_sentence(instrument: Instrument) -> str:
    """Say where lower is better."""
    lower = [domain for domain in instrument.domains if instrument.scale_of(domain.id).better == "lower"]
    if len(lower) == len(instrument.domains):
        return _("Lower is better.")
    return _("Lower is better in {names}.").format(names=", ".join(domain.label for domain in lower))


def marked_sentence(instrument: Instrument, item_id: str) -> str:
    """Write a statement as a whole sentence; with a word where figures count it the other way round.

    Of one that is gone it is what another version says, else its id.
    """
    here = instrument.newer_id(item_id)
    if here not in instrument.positions:
        return instrument.former_items.get(item_id, item_id)
    item = instrument.item(here)
    sentence = instrument.sentence(item)
    return _("{sentence} (reversed)").format(sentence=sentence) if item.reversed else sentence


def is_lowest_worst(instrument: Instrument) -> bool:
    """Whether the lowest answer is the worst for every item, so that lists of items can say so."""
    return instrument.higher_is_better and not instrument.reversed_ids


def lowest_title(instrument: Instrument) -> str:
    """Name the list of the items that do worst: the lowest, unless low is good in some."""
    return _("Lowest statements") if is_lowest_worst(instrument) else _("Statements to look at")


def strongest_title(instrument: Instrument) -> str:
    """Name the list of the items that do best."""
    return _("Strongest statements") if is_lowest_worst(instrument) else _("Statements that go best")


def best_title(instrument: Instrument) -> str:
    """Name the list of the items that do best where all are on the wrong side of the threshold: no strengths."""
    return _("Highest of what was scored") if is_lowest_worst(instrument) else _("Best of what was scored")


def lowest_rule(instrument: Instrument) -> str:
    """Name the rule by which items stand among the lowest."""
    text = _(
        "Lowest statements are scored below {threshold}; of equal scores those of the lowest domain come first, "
        "after them domains with fewer than {n} scores."
    )
    if not is_lowest_worst(instrument):
        text = _("Statements to look at are scored on the wrong side of {threshold}; the furthest from it come first.")
    return text.format(threshold=thresholds_text(instrument), n=FEWEST_RANKED)


def rights_sentence(source: SourceDocument) -> str:
    """Say whose words an instrument has, and what others may do with them."""
    rights = ". ".join(text.rstrip(".") for text in (source.terms, source.rights) if text)
    text = _("Words by: {publisher}, {document}. Rights: {rights}.")
    return text.format(publisher=source.publisher, document=source.document, rights=rights)


# What bands, the threshold, the targets of a profile, and the highest and lowest mean say of a session.


def band_sentences(instrument: Instrument, summary: Summary) -> Iterator[str]:
    """Say for each domain with bands, or that counts as a sum, its figure, the word of its band, and the advice."""
    for reading in band_readings(instrument, summary):
        advice = reading.band.advice if reading.band else ""
        yield " ".join(filter(None, (_said(reading), advice)))


def brief_band(instrument: Instrument, group: ScoreGroup) -> str:
    """Say the band of a domain where room is short, with the sum where it is of that; "" without one."""
    reading = band_reading(instrument, group)
    if reading is None or reading.figure is None:
        return ""
    figure = _("sum {n}").format(n=format_number(reading.figure, 0)) if reading.domain.is_sum else ""
    return " ".join(filter(None, (figure, reading.band.label if reading.band else "")))


def band_sentence(instrument: Instrument, group: ScoreGroup) -> str:
    """Say the figure of a domain and its band, without advice; "" where it has none to tell."""
    reading = band_reading(instrument, group)
    return _said(reading) if reading else ""


def target_sentences(instrument: Instrument, summary: Summary) -> Iterator[str]:
    """Say which domains are not at the targets of the chosen profile; nothing without one, or without a verdict."""
    aimed = [group for group in summary.domains if group.reached is not None]
    if not instrument.profile or not aimed:
        return
    missed = [group for group in aimed if not group.reached]
    text = _("Every mean is at its target for “{profile}”.")
    if missed:
        text = _("Not at the target for “{profile}”: {names}.")
    each = _("{name} {mean} (target {target})")
    names = (
        each.format(
            name=group_name(instrument, group.id, short=True),
            mean=figure_text(group),
            target=target_text(float(group.target or 0)),
        )
        for group in missed
    )
    yield text.format(profile=instrument.profile.title, names=", ".join(names))


def _said(reading: BandReading) -> str:
    name, figure = reading.domain.label, reading.figure
    if figure is None and reading.domain.is_sum:
        text = ngettext(
            "{name}: no sum, {n} statement has no score.",
            "{name}: no sum, {n} statements have no score.",
            reading.missing,
        )
        return text.format(name=name, n=reading.missing)
    if figure is None:
        return _("{name}: too few scores.").format(name=name)
    text = _("{name}: sum {figure} ({low} to {high})") if reading.domain.is_sum else _("{name}: mean {figure}")
    said = text.format(
        name=name, figure=format_number(figure, 0 if reading.domain.is_sum else 2), low=reading.low, high=reading.high
    )
    return f"{said}, {reading.band.label}." if reading.band else f"{said}."


def band_changes(instrument: Instrument, change: Diff) -> Iterator[str]:
    """Say which domains went from one band to another; nothing across versions, whose bands differ."""
    if change.common:
        return
    before, after = (band_readings(instrument, summarize(instrument, one.scores)) for one in (change.a, change.b))
    for old, new in zip(before, after, strict=True):
        if old.band and new.band and old.band != new.band:
            text = _("{name}: from {before} to {now}.") if change.in_time else _("{name}: {before} and {now}.")
            yield text.format(name=new.domain.label, before=old.band.label, now=new.band.label)


def threshold_sentence(instrument: Instrument, *, on_average: bool) -> str:
    """Say of means that are all at the threshold that this is not high; where all scores are, what these are called."""
    scale = instrument.scale
    if not instrument.has_one_threshold or instrument.scales:
        return _("Every mean is exactly at the threshold, not above it")
    if on_average:
        return _("Every mean is exactly {threshold}, not above it").format(threshold=threshold_text(scale))
    label = scale.label(int(scale.threshold))
    return _("All scores are {threshold} ({label}), not above it").format(label=label, threshold=threshold_text(scale))


def ends_sentence(instrument: Instrument, groups: Iterable[ScoreGroup]) -> str:
    """Name the domains or foci with the highest and the lowest mean, all that share it; "" where all are alike.

    Those of few scores are left out while others can be named.
    """
    judged = [group for group in groups if group.verdict]
    enough = [group for group in judged if group.scored >= FEWEST_RANKED]
    ranked = enough if len(enough) > 1 else judged
    means = {group.mean or Fraction(0) for group in ranked}
    if len(means) < 2:  # noqa: PLR2004 -- there is no highest beside a lowest
        return ""
    highest = [group for group in ranked if group.mean == max(means)]
    lowest = [group for group in ranked if group.mean == min(means)]
    if _many(instrument, highest) or _many(instrument, lowest):
        left_out = _("Means of fewer than {n} scores are left out.").format(n=FEWEST_RANKED)
        parts = (_highest_sentence(instrument, highest), _lowest_sentence(instrument, lowest))
        return " ".join((*parts, left_out) if len(ranked) < len(judged) else parts)
    text = _("Highest: {highest} ({high}); lowest: {lowest} ({low}).")
    if len(ranked) < len(judged):
        text = _("Of the means of at least {n} scores: highest {highest} ({high}), lowest {lowest} ({low}).")
    return text.format(
        n=FEWEST_RANKED,
        highest=_named(instrument, highest),
        high=_common_figure(highest),
        lowest=_named(instrument, lowest),
        low=_common_figure(lowest),
    )


def _highest_sentence(instrument: Instrument, groups: Sequence[ScoreGroup]) -> str:
    text = _("Highest: {names} ({mean}).")
    if count := _many(instrument, groups):
        text = ngettext(
            "{n} domain has the highest mean, {mean}.", "{n} domains share the highest mean, {mean}.", count
        )
    return text.format(n=len(groups), names=_named(instrument, groups), mean=_common_figure(groups))


def _lowest_sentence(instrument: Instrument, groups: Sequence[ScoreGroup]) -> str:
    text = _("Lowest: {names} ({mean}).")
    if count := _many(instrument, groups):
        text = ngettext("{n} domain has the lowest mean, {mean}.", "{n} domains share the lowest mean, {mean}.", count)
    return text.format(n=len(groups), names=_named(instrument, groups), mean=_common_figure(groups))


def _common_figure(groups: Sequence[ScoreGroup]) -> str:
    """Write the mean that groups have in common: as a score only where none has more than one statement."""
    return figure_text(max(groups, key=lambda group: group.total))


_NAMED = 2  # domains with one mean; more are counted


def _many(instrument: Instrument, groups: Sequence[ScoreGroup]) -> int:
    """How many domains these are, when too many to be named; 0 when these few, or foci, are named."""
    are_domains = any(domain.id == groups[0].id for domain in instrument.domains)
    return len(groups) if are_domains and len(groups) > _NAMED else 0


def _named(instrument: Instrument, groups: Sequence[ScoreGroup]) -> str:
    return _(" and ").join(group_name(instrument, group.id, short=True) for group in groups)
