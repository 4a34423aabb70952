"""Pages in words, for line mode and `--plain`: results, comparison, differences, lists of sessions and versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from reflect_tui.analysis.change import Crossing, GroupChange
from reflect_tui.analysis.compare import Comparison
from reflect_tui.analysis.diff import Diff, ItemChange, Results
from reflect_tui.analysis.summary import LOWEST_SHOWN, Axis, Summary, lowest_items
from reflect_tui.git.history import Version
from reflect_tui.i18n import _, format_number, ngettext, pgettext
from reflect_tui.line_mode.speech import answer_text, folded, folded_all, number_of, quoted
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.text import more_text
from reflect_tui.usecases.pages import NamedSession
from reflect_tui.views import compare as page
from reflect_tui.views.change_sentences import (
    change_clause,
    crossed_names,
    few_before,
    is_too_few,
    mean_counts,
    moves_sentence,
    other_items_sentences,
    other_version_sentence,
    since_sentence,
    single_sentences,
)
from reflect_tui.views.compare import ComparisonView
from reflect_tui.views.comparison_sentences import (
    basis_sentence,
    comment_text,
    each_text,
    gap_summary,
    own_band_sentences,
    quadrant_sentences,
    row_name,
    row_sentences,
)
from reflect_tui.views.history import version_summary
from reflect_tui.views.home import domains_good
from reflect_tui.views.instrument_words import (
    band_changes,
    band_sentences,
    lowest_rule,
    lowest_title,
    marked_sentence,
    scale_line,
    target_sentences,
    thresholds_text,
)
from reflect_tui.views.labels import (
    axis_name,
    clock,
    day,
    day_and_time,
    figure_text,
    focuses_title,
    group_name,
    person_name,
    role_name,
    table,
)
from reflect_tui.views.lines import EMPTY, Line, line
from reflect_tui.views.results import best_statements, results_twin, threshold_sentences
from reflect_tui.views.version_sentences import caveats

WIDEST = 108


def results(shown: Results, columns: int) -> list[Line]:
    """Render all that the screen of results shows."""
    instrument, session, summary, change = shown.instrument, shown.session, shown.summary, shown.change
    room = min(columns, WIDEST)
    return [
        *_opening(shown, room),
        *([] if change or summary.good else _strongest(instrument, session, room)),
        *_axis(instrument, summary, change, room, "domain"),
        *(_axis(instrument, summary, change, room, "focus") if instrument.focuses else ()),
        *_lowest(instrument, session, room),
        *_notes(instrument, session, room),
    ]


def title(text: str) -> list[Line]:
    """Render a heading on a line of its own, with an empty one above."""
    return [EMPTY, line(f"{text}:")]


def _axis_title(instrument: Instrument, axis: Axis) -> list[Line]:
    return title(_("Domains") if axis == "domain" else focuses_title(instrument))


def _opening(shown: Results, columns: int) -> list[Line]:
    instrument, session, summary, change = shown.instrument, shown.session, shown.summary, shown.change
    sentences = [
        _("Session of {when}, {role}, {id}.").format(
            when=day_and_time(session), role=role_name(session.role), id=session.id
        ),
        f"{instrument.title}.",
        _("{n} of {total} answered.").format(n=summary.answered, total=summary.total),
        *([_("{n} of those not applicable.").format(n=summary.not_applicable)] if summary.not_applicable else []),
        scale_line(instrument),
        *band_sentences(instrument, summary),
        *target_sentences(instrument, summary),
    ]
    sentences += threshold_sentences(instrument, session)
    if change:
        sentences.append(since_sentence(change))
    if shown.on_other_version:
        sentences.append(other_version_sentence(shown.on_other_version, session))
    remark = quoted(_("The remark:"), session.remark, columns) if session.remark else []
    return [*folded_all(sentences, columns), *remark]


def _axis(instrument: Instrument, summary: Summary, change: Diff | None, columns: int, axis: Axis) -> list[Line]:
    return [*_axis_title(instrument, axis), *results_twin(instrument, summary, change, columns, axis)]


def _strongest(instrument: Instrument, session: Session, columns: int) -> list[Line]:
    name, strong, more = best_statements(instrument, session)
    lines = title(name) if strong else []
    for item, _score in strong:
        lines += _statement(instrument, session, item.id, columns)
    return [*lines, *folded(more, columns, indent=2)] if more else lines


def _lowest(instrument: Instrument, session: Session, columns: int) -> list[Line]:
    low = lowest_items(instrument, session)
    if not low:
        return []
    lines = [*title(lowest_title(instrument)), *folded(lowest_rule(instrument), columns, indent=2)]
    for item, _score in low[:LOWEST_SHOWN]:
        lines += _statement(instrument, session, item.id, columns)
    if more := more_text(len(low) - LOWEST_SHOWN):
        lines.append(line("  ", more))
    return lines


def _statement(instrument: Instrument, session: Session, item_id: str, columns: int) -> list[Line]:
    """Name an item: number, answer, whole sentence."""
    answer = answer_text(session.scores.get(item_id), instrument.item_scale(item_id))
    text = _("Statement {n}, {answer}: {sentence}")
    sentence = marked_sentence(instrument, item_id)
    statement = text.format(n=number_of(instrument, item_id), answer=answer, sentence=sentence)
    return folded(statement, columns, indent=2)


def _notes(instrument: Instrument, session: Session, columns: int) -> list[Line]:
    if not session.notes:
        return []
    count = len(session.notes)
    lines = title(ngettext("{n} note", "{n} notes", count).format(n=count))
    for item_id, note in session.notes.items():
        lines += [*_statement(instrument, session, item_id, columns), *folded(note, columns, indent=6)]
    return lines


# Oneself beside others, in words: who takes part, tables along every axis, the four fields, what was written.


def comparison(compared: Comparison, instrument: Instrument, columns: int) -> list[Line]:
    """Render all that the screen of the comparison shows."""
    room = min(columns, WIDEST)
    if not compared.has_others:
        return page.render_nobody(compared, room)
    return [
        *page.render_opening(compared, room),
        *folded(basis_sentence(), room),
        *folded_all([scale_line(instrument, counted=True), *own_band_sentences(instrument, compared.domains)], room),
        *_axis_title(instrument, "domain"),
        *_table(compared, instrument, ComparisonView(), room),
        *(_axis_title(instrument, "focus") if instrument.focuses else ()),
        *(_table(compared, instrument, ComparisonView(axis="focus"), room) if instrument.focuses else ()),
        *title(_("The four fields")),
        *folded_all(quadrant_sentences(compared, instrument), room, indent=2),
        *_items(compared, instrument, room),
        *_comments(compared, instrument, room),
    ]


def _table(compared: Comparison, instrument: Instrument, view: ComparisonView, columns: int) -> list[Line]:
    shown = page.comparison_rows(compared, instrument, view)
    cells = [page.row_cells(compared, instrument, row) for row in shown]
    summary = folded(gap_summary(instrument, shown), columns, indent=2)
    each = [
        f"{row_name(instrument, row, short=False)}: {each_text(row, group)}"
        for row in shown
        for group in row.shown
        if group.each
    ]
    by_name = [EMPTY, *folded_all([_("Each answer given by name:"), *each], columns, indent=2)] if each else []
    drawn = [
        *table(page.column_names(compared, view), cells, columns),
        *page.render_table_notes(instrument, shown, columns),
    ]
    return [*summary, EMPTY, *drawn, *by_name]


def _items(compared: Comparison, instrument: Instrument, columns: int) -> list[Line]:
    lines = title(_("Statements, the largest gap first"))
    for row in page.comparison_rows(compared, instrument, ComparisonView(axis="item", order="size")):
        lines += folded(row_name(instrument, row, short=False), columns, indent=2)
        lines += folded_all(row_sentences(row), columns, indent=6)
    return lines


def _comments(compared: Comparison, instrument: Instrument, columns: int) -> list[Line]:
    lines: list[Line] = []
    for domain, written in groupby(compared.comments, lambda comment: comment.domain):
        lines += title(group_name(instrument, domain) if domain else _("General"))
        for comment in written:
            lines += folded(comment_text(comment), columns, indent=2)
    return lines


# What changed between two sessions, in words: counts, tables, then every item and note that differs.


def differences(instrument: Instrument, change: Diff, columns: int) -> list[Line]:
    """Render all that the screen of differences shows."""
    room = min(columns, WIDEST)
    return [
        *_diff_opening(instrument, change, room),
        *_groups(instrument, change, room, "domain"),
        *(_groups(instrument, change, room, "focus") if instrument.focuses else ()),
        *_changed_items(instrument, change, room),
        *_texts(instrument, change, room),
    ]


def _diff_opening(instrument: Instrument, change: Diff, columns: int) -> list[Line]:
    sentences = [
        (_("From {a} to {b}.") if change.in_time else _("{a} beside {b}.")).format(
            a=_name(change.a), b=_name(change.b)
        ),
        *caveats(change),
        moves_sentence(change),
        *band_changes(instrument, change),
        scale_line(instrument),
    ]
    return folded_all(sentences, columns)


def _name(session: Session) -> str:
    return f"{day_and_time(session)}, {role_name(session.role)}"


def _both(change: Diff) -> tuple[str, str]:
    """Name the two people who filled in what is compared."""
    return person_name(change.a, change.b), person_name(change.b, change.a)


def _groups(instrument: Instrument, change: Diff, columns: int, axis: Axis) -> list[Line]:
    groups = change.domains if axis == "domain" else change.focuses
    columns_named = [_("before"), _("now"), _("change")]
    if not change.in_time:
        columns_named = [*_both(change), _("difference")]
    head = [axis_name(axis), *columns_named, _("verdict")]
    return [
        *_axis_title(instrument, axis),
        *folded(_sentence(instrument, change, groups), columns, indent=2),
        EMPTY,
        *table(head, [_row(instrument, change, part) for part in groups], columns),
        *folded_all(other_items_sentences(instrument, groups), columns, indent=2),
    ]


def _sentence(instrument: Instrument, change: Diff, groups: tuple[GroupChange, ...]) -> str:
    """Say how many means changed how, and which crossed the threshold."""
    said = [mean_counts(groups)]
    crossings: tuple[tuple[str, Crossing], ...] = (
        (_("Now above {threshold}, so high: {names}."), "up"),
        (_("No longer above {threshold}, so no longer high: {names}."), "down"),
    )
    if not change.in_time:
        text = _("Above {threshold}, so high, for only one of the two ({who}): {names}.")
        crossings = ((text, "up"), (text, "down"))
    for text, crossed in crossings:
        if names := crossed_names(instrument, groups, crossed):
            who = _both(change)[crossed == "up"]
            said.append(text.format(threshold=thresholds_text(instrument), names=names, who=who))
    return " ".join(filter(None, [*said, *single_sentences(instrument, groups)]))


def _row(instrument: Instrument, change: Diff, part: GroupChange) -> list[str]:
    none = pgettext("mean", "none")
    means = [figure_text(group) if group.scored else none for group in part.shown]
    said = ", ".join(filter(None, (few_before(part), change_clause(part))))
    return [group_name(instrument, part.id), *means, said, _verdict(change, part)]


def _verdict(change: Diff, part: GroupChange) -> str:
    crossed = part.verdict_change
    if crossed and not change.in_time:
        who = _both(change)[crossed == "up"]
        return _("only high: {who}").format(who=who)
    if crossed:
        return _("now high") if crossed == "up" else _("no longer high")
    verdict = part.shown[1].verdict
    if verdict is None or (not change.in_time and is_too_few(part)):
        return _("too few")
    return pgettext("verdict", "high") if verdict == "high" else _("not high")


def _changed_items(instrument: Instrument, change: Diff, columns: int) -> list[Line]:
    """Name every item that was answered differently, by domain, the largest steps first."""
    changed = {item.id: item for item in change.items}
    lines = title(_("Statements"))
    for domain in instrument.domains:
        here = sorted((changed[item.id] for item in domain.items if item.id in changed), key=_order)
        if here:
            lines += folded(f"{domain.title.rstrip('.')}:", columns, indent=2)
        for item in here:
            lines += folded(_step(instrument, change, item), columns, indent=4)
    same = ngettext("{n} statement was scored the same.", "{n} statements were scored the same.", change.same)
    return [*lines, line("  ", same.format(n=change.same))] if change.same else lines


def _order(item: ItemChange) -> int:
    return -abs(item.step) if item.step else 1


def _step(instrument: Instrument, change: Diff, item: ItemChange) -> str:
    scale = instrument.item_scale(item.id)
    named = {
        "n": number_of(instrument, item.id),
        "a": answer_text(item.a, scale),
        "b": answer_text(item.b, scale),
        "sentence": marked_sentence(instrument, item.id),
    }
    if not change.in_time:
        first, second = _both(change)
        text = _("Statement {n}, {first} {a}, {second} {b}: {sentence}")
        return text.format(first=first, second=second, **named)
    if not item.step:
        return _("Statement {n}, from {a} to {b}: {sentence}").format(**named)
    step = format_number(abs(item.step), 0)
    text = _("Statement {n}, {step} up, from {a} to {b}: {sentence}")
    if item.step < 0:
        text = _("Statement {n}, {step} down, from {a} to {b}: {sentence}")
    if item.id in instrument.reversed_ids:
        text = _("Statement {n}, from {a} to {b}, counts the other way round: {step} up: {sentence}")
        if item.step < 0:
            text = _("Statement {n}, from {a} to {b}, counts the other way round: {step} down: {sentence}")
    return text.format(step=step, **named)


def _texts(instrument: Instrument, change: Diff, columns: int) -> list[Line]:
    """Render every note that differs, as it was and as it is; of two versions of one session the remark as well."""
    texts = [(_note_title(instrument, note.id), note.a, note.b) for note in change.notes]
    if change.a.id == change.b.id and change.a.remark != change.b.remark:
        texts.append((_("Remark"), change.a.remark, change.b.remark))
    lines = title(_("Notes")) if texts else []
    for heading, before, now in texts:
        lines += folded(heading, columns, indent=2)
        for word, text in ((_("Before:"), before or _("nothing")), (_("Now:"), now or _("nothing"))):
            lines += [line("    ") + part for part in quoted(word, text, columns - 4)]
    return lines


def _note_title(instrument: Instrument, item_id: str) -> str:
    text = _("Statement {n}: {sentence}")
    sentence = marked_sentence(instrument, item_id)
    return text.format(n=number_of(instrument, item_id), sentence=sentence)


# The list of sessions and the versions of one, a sentence each.


def listed(rows: Iterable[NamedSession], columns: int) -> list[Line]:
    """Name every session: what to type for it, when, by whom, how much is answered and high."""
    text = _("{reference}: {when}, {role}, {instrument}, {n} of {total} answered, {good}.")
    several = _("It has {number} versions.")
    sentences = (
        text.format(
            reference=row.reference,
            when=day_and_time(row.session),
            role=role_name(row.session.role),
            instrument=row.instrument,
            n=row.figures.answered,
            total=row.figures.total,
            good=domains_good(row.figures.good, row.figures.domains, lower=row.figures.lower),
        )
        + (f" {several.format(number=row.versions)}" if row.versions > 1 else "")
        for row in rows
    )
    return folded_all(sentences, columns)


def versions(history: Sequence[Version], columns: int) -> list[Line]:
    """Name every version, newest first; one that isn't in history yet has none."""
    if not history:
        return folded(_("Saved, not yet in history: its first version will stand here."), columns)
    text = _("{date}, {time}, commit {commit}: {what}.")
    sentences = (
        text.format(
            date=day(version.when),
            time=clock(version.when),
            commit=version.commit[:8],
            what=version_summary(version).rstrip("."),
        )
        for version in history
    )
    return folded_all(sentences, columns)
