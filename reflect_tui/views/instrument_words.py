"""What pages say of an instrument: its threshold, which direction is good, the words of its answers, its rights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reflect_tui.analysis.summary import FEWEST_RANKED
from reflect_tui.i18n import _, format_number, ngettext
from reflect_tui.model.instrument import Instrument, Scale, ScalePoint, SourceDocument


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
