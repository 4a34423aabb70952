"""What bands, the threshold, the profile that one aims at, and the highest and lowest mean say of a session."""

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
from reflect_tui.forms.goal import target_text
from reflect_tui.i18n import _, format_number, ngettext
from reflect_tui.model.instrument import Instrument
from reflect_tui.views.instrument_words import threshold_text
from reflect_tui.views.labels import figure_text, group_name


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


def _common_figure(groups: Sequence[ScoreGroup]) -> str:
    """Write the mean that groups have in common: as a score only where none has more than one statement."""
    return figure_text(max(groups, key=lambda group: group.total))


_NAMED = 2  # domains with one mean; more are counted


def _named(instrument: Instrument, groups: Sequence[ScoreGroup]) -> str:
    if len(groups) > _NAMED and any(domain.id == groups[0].id for domain in instrument.domains):
        return ngettext("{n} domain", "{n} domains", len(groups)).format(n=len(groups))
    return _(" and ").join(group_name(instrument, group.id, short=True) for group in groups)
