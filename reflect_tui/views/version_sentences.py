"""What a new version of an instrument does to every line, in plain words: for a page, a check and below a trend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reflect_tui.analysis.diff import Diff
from reflect_tui.analysis.version_changes import DomainChange, StatementChange, VersionChanges
from reflect_tui.analysis.versions import in_order, is_same_version, newer_domains, newer_values, scale_break
from reflect_tui.i18n import _, format_number, ngettext
from reflect_tui.model.instrument import Instrument, ScalePoint
from reflect_tui.views.instrument_words import points_text, threshold_text
from reflect_tui.views.labels import Key, role_name
from reflect_tui.views.lines import EMPTY, Line, hanging, heading, line, shorten, span, width

_MARK = 12  # digits of a digest that tell two texts apart


def render_all_changes(versions: Sequence[VersionChanges], columns: int) -> list[Line]:
    """Show what changed from each version to the next, the newest first."""
    told = (changes for changes in reversed(versions) if changes.differs)
    return [row for changes in told for row in (EMPTY, *render_changes(changes, columns))]


def render_changes_below(versions: Sequence[VersionChanges], columns: int) -> list[Line]:
    """Show the same below something else."""
    lines = render_all_changes(versions, columns)
    return [EMPTY, heading(_("What changed in the instrument")), *lines[1:]] if lines else []


def render_note(versions: Sequence[VersionChanges], columns: int, key: Key) -> list[Line]:
    """Say in a row below a chart why lines end or start anew at the newest version, and which key tells the whole."""
    changes = next((changes for changes in reversed(versions) if changes.differs), None)
    if changes is None:
        return []
    texts = {
        "values": _("Version {newer}: another scale, earlier lines end."),
        "labels": _("Version {newer}: labels at other values, earlier lines end."),
        None: _("Version {newer}: {n} of {total} statements go on."),
    }
    text = texts[changes.scale_break].format(
        newer=changes.newer.version, n=changes.shared, total=len(changes.older.items)
    )
    more = _("{key}: what changed").format(key=key("trends.versions"))
    return [line("  ", span(f"{shorten(text, columns - 6 - width(more))}  {more}", "muted"))]


def render_changes(changes: VersionChanges, columns: int) -> list[Line]:
    """Show all that changed: the scale, what to look at, every domain, then every statement that is not as it was."""
    doubts = changes.doubts
    told = [change for change in changes.statements if change not in doubts]
    sections = (
        ("", told_sentences(changes) or [summary_sentence(changes)]),
        (_("To look at"), [doubt_sentence(changes, change) for change in doubts]),
        (_("Domains"), [domain_sentence(changes, change) for change in changes.domains]),
        (_("Statements"), [statement_sentence(changes, change) for change in told]),
    )
    lines: list[Line] = []
    for title, sentences in sections:
        if sentences:
            lines += [*([EMPTY] if lines else []), *([heading(title)] if title else [])]
            label = line("  · ") if title else line("  ")
            lines += [row for sentence in sentences for row in hanging(label, sentence, columns - 2)]
    return lines


def told_sentences(changes: VersionChanges) -> list[str]:
    """Say in short what changed, where there is no room for every statement."""
    return [summary_sentence(changes), *scale_sentences(changes.older, changes.newer)] if changes.differs else []


def summary_sentence(changes: VersionChanges) -> str:
    """Say from which version to which, and how many statements go on."""
    older, newer = changes.older, changes.newer
    if is_same_version(older, newer):
        return same_version_sentence(older, newer)
    total = len(older.items)
    if not changes.shared:
        text = _("From version {older} to {newer}: no statement goes on.")
    elif changes.shared == total == len(newer.items):
        text = _("From version {older} to {newer}: every statement goes on.")
    else:
        text = ngettext(
            "From version {older} to {newer}: {n} of {total} statements goes on; there are {now} now.",
            "From version {older} to {newer}: {n} of {total} statements go on; there are {now} now.",
            changes.shared,
        )
    values = {"older": older.version, "newer": newer.version}
    return text.format(n=changes.shared, total=total, now=len(newer.items), **values)


def same_version_sentence(a: Instrument, b: Instrument) -> str:
    """Say that two files bear one version with different texts, each named by its digest."""
    text = _(
        "Two files say that they are {id} {version}, and their texts differ (digests {a} and {b}). Only statements "
        "with the same words are compared; give the changed file a higher version."
    )
    marks = [one.digest.removeprefix("sha256:")[:_MARK] for one in (a, b)]
    return text.format(id=a.id, version=b.version, a=marks[0], b=marks[1])


def ground_sentence(change: Diff) -> str:
    """Say on what sessions of two versions are compared: items, scale, thresholds; "" for those of one."""
    if change.common is None:
        return ""
    shared = len(change.common.newer_id)
    newer, older = change.common.newer, change.common.older
    text = ngettext(
        "Versions {older} and {newer} differ: compared on {n} statement that means the same in both, of the "
        "{total} there are now.",
        "Versions {older} and {newer} differ: compared on {n} statements that mean the same in both, of the "
        "{total} there are now.",
        shared,
    )
    if is_same_version(older, newer):
        same = ngettext("Compared on {n} statement of {total}.", "Compared on {n} statements of {total}.", shared)
        text = f"{same_version_sentence(older, newer)} {same}"
    counted = text.format(older=older.version, newer=newer.version, n=shared, total=len(newer.items))
    return " ".join([counted, *scale_sentences(older, newer)])


def caveats(change: Diff) -> list[str]:
    """Say what to bear in mind with a comparison: other versions of the instrument, another person."""
    said = [ground_sentence(change)] if change.common else []
    if not change.in_time:
        text = _("Two people filled these in: what differs is between them, not a change in time.")
        if change.a.role == change.b.role:
            text = _("Both are by a {role}, perhaps not the same person: what differs is no change in time.")
        said.append(text.format(role=role_name(change.b.role)))
    return said


def why_incomparable(a: Instrument, b: Instrument) -> str:
    """Say why sessions on two versions of an instrument can't be compared; "" for other instruments."""
    if a.id != b.id:
        return ""
    older, newer = in_order(a, b)
    text = _("Versions {older} and {newer} have no statement in common.")
    reasons = [*_values_sentences(older.as_written, newer.as_written)] if scale_break(older, newer) else []
    return reasons[0] if reasons else text.format(older=older.version, newer=newer.version)


def scale_sentences(older: Instrument, newer: Instrument) -> list[str]:
    """Say what became of the scale and of the threshold; nothing where they are the same."""
    return [*_values_sentences(older.as_written, newer.as_written), *_threshold_sentences(older, newer)]


def _values_sentences(older: Instrument, newer: Instrument) -> Iterator[str]:
    values, broken = newer_values(older, newer), scale_break(older, newer)
    if broken:
        texts = {
            "values": _(
                "The scale was {before} and is {after}, and no change says what earlier scores count as: every line "
                "ends, and earlier sessions are not compared with newer ones."
            ),
            "labels": _(
                "The labels of the scale stand at other values ({before}; now {after}): every line ends, and earlier "
                "sessions are not compared with newer ones."
            ),
        }
        yield texts[broken].format(before=_points(older), after=_points(newer))
    elif values and any(old != new for old, new in values.items()):
        text = _("The scale changed; earlier scores are converted: {values}.")
        yield text.format(values=", ".join(f"{old} → {new}" for old, new in values.items()))
    elif _labels(older) != _labels(newer) and older.language == newer.language:
        text = _("The labels of the scale were {before} and are {after}; scores are compared as they are.")
        yield text.format(before=_points(older), after=_points(newer))


def _labels(instrument: Instrument) -> list[tuple[ScalePoint, ...]]:
    return [instrument.scale.points, *(words.points for words in instrument.scales.values())]


def _points(instrument: Instrument) -> str:
    return "; ".join(map(points_text, _labels(instrument)))


def _threshold_sentences(older: Instrument, newer: Instrument) -> Iterator[str]:
    """Say that what is high, or how much a verdict takes, is not the same in both versions."""
    if older.scale.threshold != newer.scale.threshold:
        text = _("High was above {before}, and is above {after} now; each session is judged by its own version.")
        yield text.format(before=threshold_text(older.scale), after=threshold_text(newer.scale))
    for old, new in newer_domains(older, newer).items():
        before, after = older.scale_of(old), newer.scale_of(new)
        told = older.scale.threshold != newer.scale.threshold and before == older.scale and after == newer.scale
        if before.threshold != after.threshold and not told:
            text = _("{name}: high was above {before}, now above {after}; each session is judged by its own version.")
            words = {"before": threshold_text(before), "after": threshold_text(after)}
            yield text.format(name=_title(newer, new), **words)
    if older.scale.better != newer.scale.better:
        is_lower = newer.scale.better == "lower"
        yield _("Lower is better now; it was higher.") if is_lower else _("Higher is better now; it was lower.")
    if older.scale.coverage != newer.scale.coverage:
        text = _(
            "A verdict took scores on {before} of the statements, and takes {after} now; each session is judged by "
            "its own version."
        )
        parts = [f"{format_number(one.scale.coverage * 100, 0)}%" for one in (older, newer)]
        yield text.format(before=parts[0], after=parts[1])


def domain_sentence(changes: VersionChanges, change: DomainChange) -> str:
    """Say what becomes of the line of a domain."""
    texts = {
        "goes on": _("{name}: the line goes on."),
        "starts anew": _("{name}: the line starts anew, since its statements are not the same."),
        "ends": _("{name}: gone, the line ends."),
        "begins": _("{name}: new, the line begins."),
    }
    kind = "ends" if changes.scale_break and change.before else change.kind
    if kind == "ends" and change.after:
        texts["ends"] = _("{name}: the line ends, and a new one begins on the other scale.")
    before, after = _title(changes.older, change.before), _title(changes.newer, change.after)
    name = _("{after} (was {before})").format(before=before, after=after) if change.is_retitled else after or before
    judged = _("What its figure says changed; each session is judged by its own version.")
    return " ".join([texts[kind].format(name=name), *([judged] if change.is_judged_otherwise else [])])


def _title(instrument: Instrument, domain_id: str) -> str:
    return next((domain.title for domain in instrument.domains if domain.id == domain_id), "")


def statement_sentence(changes: VersionChanges, change: StatementChange) -> str:
    """Say what became of a statement, and whether its line goes on."""
    texts = {
        "renamed": _("{after}: another id ({ids}), the line goes on."),
        "reworded": _("{after}: was {before}, means the same, the line goes on."),
        "turned": _("{after}: its scores count the other way round, the line ends and a new one begins."),
        "other answers": _("{after}: its answers have other words, the line ends and a new one begins."),
        "other meaning": _("{before}: means something else now, the line ends. Now: {after}."),
        "split": _("{before}: split, the line ends. Now: {after}."),
        "merged": _("{before}: merged, the lines end. Now: {after}."),
        "moved": _("{after}: from {domain} to {now}, the line goes on."),
        "retired": _("{before}: gone, the line ends."),
        "added": _("{after}: new, the line begins."),
    }
    return texts[change.kind].format(**_names(changes, change))


def doubt_sentence(changes: VersionChanges, change: StatementChange) -> str:
    """Say what no change entry tells, or what seems to be turned round, and what it does to the line."""
    if change.is_opposite and change.goes_on:
        text = _(
            "{after}: was {before}. It seems to say the opposite now, and the line goes on as if scores meant the "
            'same. If so, give it a new id, with a change "reworded" and same_meaning = false.'
        )
    else:
        texts = {
            "reworded": _(
                "{after}: was {before}. No change says so, and the line goes on as if it means the same. Add a change "
                '"reworded" to {id}.'
            ),
            "moved": _('{after}: from {domain} to {now}. No change says so. Add a change "moved" to {id}.'),
            "turned": _(
                "{after}: its scores count the other way round (reversed), and no change says so; the line ends and "
                "a new one begins."
            ),
            "other answers": _(
                "{after}: its answers have other words (scale), and no change says so; the line ends and a new one "
                "begins."
            ),
            "retired": _(
                '{before}: gone, and no change says so; the line ends. Add a change "retired", or one that says what '
                'it turned into: "renamed", "merged" or "split".'
            ),
            "added": _(
                '{after}: new, and no change says so; a line begins. Add a change "added", or one that says what '
                "it was."
            ),
        }
        text = texts.get(change.kind, "")
    return text.format(**_names(changes, change))


def _names(changes: VersionChanges, change: StatementChange) -> dict[str, str]:
    """Quote the statements of a change, and name their ids and domains."""
    older, newer = changes.older, changes.newer
    ids = list(dict.fromkeys((*change.before, *change.after)))
    return {
        "before": _quoted(older, change.before),
        "after": _quoted(newer, change.after),
        "id": ", ".join(change.after or change.before),
        "ids": " → ".join(ids),
        "domain": older.domain_of[change.before[0]].title if change.before else "",
        "now": newer.domain_of[change.after[0]].title if change.after else "",
    }


def _quoted(instrument: Instrument, ids: Sequence[str]) -> str:
    return ", ".join(f"“{instrument.sentence(instrument.item(name))}”" for name in ids) or "–"
