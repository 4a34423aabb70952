"""What is drawn of a trend: its dots and the frame around them; and the legend that explains what occurs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from functools import partial

from msgspec import structs

from reflect_tui.analysis.trend import FEW, Series, half_points_around
from reflect_tui.forms.fields import target_text
from reflect_tui.i18n import _
from reflect_tui.model.events import Event
from reflect_tui.model.instrument import Better
from reflect_tui.model.session import Role
from reflect_tui.model.talk import is_id as is_talk
from reflect_tui.views import charts
from reflect_tui.views.change_sentences import OTHER, UNCLEAR, change_sign, rule_sentence
from reflect_tui.views.comparison_sentences import bounded
from reflect_tui.views.goals import event_name
from reflect_tui.views.instrument_words import lower_sentence, thresholds_text
from reflect_tui.views.labels import DOWN, UP, good_sign, role_name
from reflect_tui.views.lines import Line, Style, cut, in_runs, joined, line, shorten, span, width, wrap
from reflect_tui.views.trends import (
    MARKS,
    OtherMean,
    TrendScene,
    TrendView,
    changes_at,
    exact_mean,
    last_event,
    others_of,
    point_at,
    recounted,
    references_of,
    render_date,
    render_position,
    series_of,
)


def item_count(scene: TrendScene, name: str) -> int:
    """How many items a domain or focus has."""
    instrument = scene.instrument
    if name in instrument.items_of_focus:
        return len(instrument.items_of_focus[name])
    return next((len(domain.items) for domain in instrument.domains if domain.id == name), 0)


# The dots, and the part of the scale and of the time that all panels show.


def chart_dots(scene: TrendScene, view: TrendView, series: Series) -> list[charts.Dot]:
    """One's own means, and when they are asked for those of others."""
    dots = [*_own_dots(series), *_old_dots(scene, series)]
    return [*dots, *_other_dots(scene, view, series.id)] if view.others else dots


def _own_dots(series: Series) -> Iterator[charts.Dot]:
    """One's own means; the line goes through no session that has none, nor on to other items."""
    day = None
    for point in series.points:
        starts, before, day = point.interrupted or point.starts, day, point.when.date()
        mean = exact_mean(point)
        yield charts.Dot(point.when.timestamp(), mean, point.covered, starts=starts, same_day=day == before)


def _old_dots(scene: TrendScene, series: Series) -> Iterator[charts.Dot]:
    """The means that are left of old years: hollow, and on no line."""
    for reference, domain in references_of(scene, (series,)):
        mean = Fraction(str(reference.means[domain]))
        yield charts.Dot(reference.moment.timestamp(), mean, mark=charts.REFERENCE)


def _other_dots(scene: TrendScene, view: TrendView, name: str) -> Iterator[charts.Dot]:
    """What others said; a mean on too few answers, or told as a bound, has no place of its own and is left out."""
    for other in others_of(scene, view.axis, name):
        if other.is_drawn:
            yield charts.Dot(other.when.timestamp(), other.mean, mark=MARKS[other.role])


def drawn_series(scene: TrendScene, view: TrendView, *, enlarged: bool = False) -> tuple[Series, ...]:
    """The lines that are drawn: the chosen one enlarged, else all that have statements enough for a panel."""
    series = series_of(scene.trend, view.axis)
    return (series[view.panel],) if enlarged else tuple(one for one in series if item_count(scene, one.id) > FEW)


def frame(scene: TrendScene, view: TrendView, *, enlarged: bool = False) -> charts.Frame:
    """What all panels share: the scale, or zoomed in the part of it that they need, and the time of all sessions."""
    scale = scene.instrument.scale
    whole = Fraction(scale.lowest), Fraction(scale.highest)
    low, high = zoomed_range(scene, view, enlarged=enlarged) if view.zoomed else whole
    moments = [session.started.timestamp() for session in scene.trend.sessions]
    drawn = drawn_series(scene, view, enlarged=enlarged)
    moments += [reference.moment.timestamp() for reference, _domain in references_of(scene, drawn)]
    if view.others:
        moments += [session.started.timestamp() for other in scene.trend.others for session in other.sessions]
        moments += [group.when.timestamp() for group in scene.groups]
    talks = [event.moment.timestamp() for event in scene.events if is_talk(event.id)]
    moments += [talk for talk in talks if talk > max(moments)]  # the talk about the newest session comes after it
    return charts.Frame(
        low=low,
        high=high,
        threshold=scale.threshold,
        first=min(moments),
        last=max(moments),
        zoomed=view.zoomed and (low, high) != whole,
        split=any(scene.instrument.scale_of(one.id).threshold.denominator > 1 for one in drawn),
    )


def framed(shared: charts.Frame, scene: TrendScene, view: TrendView, series: Series) -> charts.Frame:
    """The frame of one panel: with its goals, and what happened in its time."""
    targets = tuple(Fraction(str(target.value)) for target in scene.targets.get(series.id, ()))
    threshold = scene.instrument.scale_of(series.id).threshold
    return structs.replace(shared, threshold=threshold, targets=targets, ticks=tuple(_ticks(scene, view, series)))


def zoomed_range(scene: TrendScene, view: TrendView, *, enlarged: bool = False) -> tuple[Fraction, Fraction]:
    """The half points of the scale around all means that are drawn, the threshold between them."""
    shown = drawn_series(scene, view, enlarged=enlarged)
    dots = (dot for series in shown for dot in chart_dots(scene, view, series))
    thresholds = [scene.instrument.scale_of(series.id).threshold for series in shown]
    return half_points_around([*(Fraction(dot.mean) for dot in dots), *thresholds], scene.instrument.scale)


def _ticks(scene: TrendScene, view: TrendView, series: Series) -> Iterator[tuple[float, str]]:
    for event in scene.events:
        yield event.moment.timestamp(), charts.EVENT
    for point in recounted(series):
        yield point.when.timestamp(), charts.OTHER_COUNT
    if view.session < len(scene.trend.sessions) - 1:
        yield scene.trend.sessions[view.session].started.timestamp(), charts.WALKED


def chart_lines(chart: charts.Chart, better: Better) -> list[Line]:
    """Style the rows: the part on the good side of the threshold stands out, the other in another colour."""
    return [
        Line(in_runs(row, partial(_glyph_style, good=(number < chart.threshold) == (better == "higher"))))
        for number, row in enumerate(chart.rows)
    ]


def _glyph_style(glyph: str, *, good: bool) -> Style:
    if glyph in charts.BRAILLE:
        return "accent" if good else "low"
    if glyph == charts.TARGET:
        return "high"
    return "text" if glyph in _OTHERS or glyph == charts.WALKED else "muted"


_OTHERS = frozenset((*MARKS.values(), charts.HOLLOW, charts.REFERENCE))


def can_zoom(scene: TrendScene, view: TrendView, *, enlarged: bool = False) -> bool:
    """Whether the means take up less than the whole scale, so that zooming in shows them larger."""
    low, high = zoomed_range(scene, view, enlarged=enlarged)
    return low > scene.instrument.scale.lowest or high < scene.instrument.scale.highest


def zoom_text(scene: TrendScene, view: TrendView, *, enlarged: bool = False) -> str:
    """Say which part of the scale is shown while it is not the whole."""
    low, high = zoomed_range(scene, view, enlarged=enlarged)
    return _("zoomed in: {low} to {high}").format(low=target_text(float(low)), high=target_text(float(high)))


# The legend: what the figures and glyphs mean that occur, and what others said.


_NAMED_EVENTS = 4  # the newest ones, below an enlarged panel; older ones have their name above it where it has room
_SHORT_EVENT = 16  # columns; with less room an event gets a row of its own
_NAMED_MEANS = 4  # of a role, in the legend of an enlarged panel


def render_legend(scene: TrendScene, view: TrendView, columns: int, *, enlarged: bool = False) -> list[Line]:
    """Say what the figures and glyphs mean that occur, and what happened last before where one is."""
    event = last_event(scene, view)
    head = render_position(scene.instrument, scene.trend, view, columns, enlarged=True).text if enlarged else None
    texts = legend_texts(scene, view, head=head)
    if enlarged:
        happened = [f"{charts.EVENT} {event_name(one)}" for one in _drawn_events(scene)[-_NAMED_EVENTS:]]
        texts = [*(text for text in texts if text != _event_text()), *happened]
        return _muted(_rows(texts, columns), columns)
    rows = _rows([text for text in texts if not (event and text == _event_text())], columns)
    if event:
        named = f"{charts.EVENT} {event_name(event)}"
        room = columns - 3 - width(rows[-1]) - 2 if rows else 0
        if room >= min(_SHORT_EVENT, width(named)):
            rows[-1] += f"  {shorten(named, room)}"
        else:
            rows.append(named)
    return _muted(rows, columns)


def brief_legend(
    scene: TrendScene, view: TrendView, columns: int, rows: int, named: Collection[str] = ()
) -> list[Line]:
    """The legend in few words, without those `named` elsewhere.

    Where that takes more than so many rows it leaves out what explains blanks. Where it still does it is as much as
    fits, and where the rest stands.
    """
    texts = [text for text in sign_texts(scene, view, short=True) if text not in named]
    blanks = blank_texts(scene, view)
    fitting = (blanks[:count] for count in range(len(blanks), 0, -1))
    some = next((some for some in fitting if len(_rows([*texts, *some], columns)) <= rows), [])
    shown = _rows([*texts, *some], columns)
    while len(shown) > rows:
        texts.pop()
        shown = _rows([*texts, _("?: all signs")], columns)
    return _muted(shown, columns)


def signs_beside_date(scene: TrendScene, view: TrendView, columns: int, rows: int) -> list[str]:
    """Choose the first signs of a brief legend that has no room in so many rows: they stand above it."""
    texts = sign_texts(scene, view, short=True)
    if len(_rows(texts, columns)) <= rows:
        return []
    room = columns - width(render_date(scene.trend, view).text) - 3
    fitting = (texts[:count] for count in range(len(texts), 0, -1))
    return next((some for some in fitting if width("  ".join(some)) <= room), [])


def render_date_and_signs(scene: TrendScene, view: TrendView, signs: Iterable[str]) -> Line:
    """Say which session is walked to, and what signs mean."""
    return render_date(scene.trend, view) + line("   ", span("  ".join(signs), "muted"))


def explained(scene: TrendScene, view: TrendView) -> str:
    """Say what stands in a panel, what every glyph means that occurs, and the rule behind a clear change."""
    text = _(
        "Beside the mean of a panel stand its change since the first session shown, and that since the previous one. "
        "In the charts: {signs}."
    )
    return f"{text.format(signs='; '.join(legend_texts(scene, view)))} {rule_sentence(None)}"


def legend_texts(scene: TrendScene, view: TrendView, *, head: str | None = None) -> list[str]:
    """Explain the figures of a panel, the glyphs that occur, and where nothing is drawn; `head` as in sign_texts()."""
    return [*sign_texts(scene, view, head=head), *blank_texts(scene, view, enlarged=head is not None)]


def sign_texts(scene: TrendScene, view: TrendView, *, head: str | None = None, short: bool = False) -> list[str]:
    """Explain the figures of a panel and the glyphs that occur, those that a verdict or a change hangs on first.

    `head` is the line above the chosen panel when it is enlarged: then of its signs only those are explained.
    """
    enlarged = head is not None
    shown = drawn_series(scene, view, enlarged=enlarged)
    of_old = references_of(scene, shown if enlarged else series_of(scene.trend, view.axis))  # of the smallest in words
    points = [point for series in shown for point in series.points]
    drawn = [one for one in _others(scene, view, shown) if one.is_drawn]
    above = _("above {threshold}") if short else _("high: above {threshold}")
    since = [changes_at(series, scene.trend, view.session) for series in shown]
    changes = [change for some in since for change in some]
    both = any(len(some) > 1 for some in since)  # at the second session the first one is the previous
    since_text = _("change since first, previous") if both else _("change since previous")
    targets = [target for series in shown for target in scene.targets.get(series.id, ())]
    signs = {change_sign(change) for change in changes if not change.is_single}
    signs = signs if head is None else signs & {*head}
    told = shown if enlarged else series_of(scene.trend, view.axis)  # the smallest have a verdict, and no chart
    verdicts = {good_sign(point.group) for series in told if (point := point_at(series, scene.trend, view.session))}
    lower = _("lower is better") if short else lower_sentence(scene.instrument).rstrip(".")
    lower = f"{DOWN if DOWN in verdicts else ''} {lower}".strip()
    texts = (
        (f"{UP} " + above.format(threshold=thresholds_text(scene.instrument)), UP in verdicts),
        (lower, not scene.instrument.higher_is_better),
        *((_of_role(role, drawn if enlarged else []), any(one.role == role for one in drawn)) for role in MARKS),
        (since_text, bool(changes) and not enlarged and not short),  # said at the top
        (f"{UNCLEAR} " + _("not clear"), UNCLEAR in signs),
        (f"{OTHER} " + (_("statements") if short else _("other statements")), OTHER in signs),
        (
            _("(n=…) or {sign}: on statements of both versions").format(sign=OTHER),
            any(change.is_partial for change in changes),
        ),
        (f"{charts.HOLLOW} " + _("too few"), any(point.group.verdict is None for point in points)),
        (f"{charts.REFERENCE} " + _("an old mean"), bool(of_old)),
        (f"{charts.TARGET} " + _("goal"), any(not target.of_profile for target in targets)),
        (f"{charts.TARGET} " + _("target"), any(target.of_profile for target in targets)),
        (f"{charts.OTHER_COUNT} " + _("count changed"), any(map(recounted, shown))),
        (_event_text(), bool(_drawn_events(scene))),
        (
            f"{charts.WALKED} " + (_("chosen") if short else _("session chosen")),
            view.session < len(scene.trend.sessions) - 1,
        ),
    )
    return [text for text, occurs in texts if occurs]


def blank_texts(scene: TrendScene, view: TrendView, *, enlarged: bool = False) -> list[str]:
    """Explain where nothing is drawn."""
    shown = drawn_series(scene, view, enlarged=enlarged)
    points, others = [point for series in shown for point in series.points], _others(scene, view, shown)
    texts = (
        (_("gap: other statements"), any(point.starts for point in points)),
        (_("gap: no scores"), any(point.interrupted for point in points)),
        (_("others not shown: too few scores"), not all(one.covered for one in others)),
        (_("not shown: only known as a bound"), any(one.is_bound for one in others)),
    )
    return [text for text, occurs in texts if occurs]


def _others(scene: TrendScene, view: TrendView, shown: Iterable[Series]) -> list[OtherMean]:
    return [one for series in shown for one in others_of(scene, view.axis, series.id)] if view.others else []


def _rows(texts: Iterable[str], columns: int) -> list[str]:
    """Set texts side by side in rows that are broken between them; one that is wider than a row is wrapped."""
    room = columns - 3
    joint = joined(texts, room, between="  ")
    return [part for row in joint for part in (wrap(row, room) if width(row) > room else [row])]


def _muted(rows: Iterable[str], columns: int) -> list[Line]:
    return [cut(line("  ", span(row, "muted")), columns) for row in rows]


def _event_text() -> str:
    return f"{charts.EVENT} " + _("event")


def _drawn_events(scene: TrendScene) -> list[Event]:
    """What happened in the time of the charts, or in a talk about the newest session, which comes after it."""
    first, last = scene.trend.sessions[0].started, scene.trend.sessions[-1].started
    return [event for event in scene.events if first <= event.moment <= last or is_talk(event.id)]


def _of_role(role: Role, drawn: Iterable[OtherMean]) -> str:
    """Name the mark of a role, with its newest means, oldest first as in the chart."""
    means = [str(one.mean) if one.single else bounded(one.mean, one.bound) for one in drawn if one.role == role]
    earlier = ["…"] if len(means) > _NAMED_MEANS else []
    return " ".join(filter(None, (MARKS[role], role_name(role), " · ".join([*earlier, *means[-_NAMED_MEANS:]]))))
