"""The document as PDF, set by Typst: tagged for screen readers (PDF/UA-1), with title and language.

Typst is handed values, never markup: no text can be read as a command to it. Its template asks for no file and no
package, so that nothing is fetched.
"""

from __future__ import annotations

import importlib.resources
import json
import re
import shlex
import sys
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from msgspec import Struct, structs, to_builtins

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.report import charts, document_texts
from reflect_tui.report.document import AgreementSheet, GroupRow, Report, headings, longest_list, shortened
from reflect_tui.report.team import TeamSheet
from reflect_tui.text import more_text
from reflect_tui.views.labels import figure_text, good_sign, mean_text
from reflect_tui.views.lines import width, wrap

# Longer than any word of Dutch that is likely here; then parts that fit half a sheet, were they all capitals.
_RUNNING = 60  # columns at the foot of a sheet: one row, also in capitals
_LONG_WORD, _PART = re.compile(r"\S{31,}"), re.compile(r"\S{16}(?=\S)")


class NoPdfError(ReflectError):
    """The library that sets PDF is not installed."""


def is_available() -> bool:
    """Whether a PDF can be made."""
    return find_spec("typst") is not None


def install_command() -> str:
    """Return the command that adds the library to the environment this program runs in."""
    environment, extra = Path(sys.prefix), "reflect-tui[pdf]"
    if (environment / "pipx_metadata.json").is_file():
        return shlex.join(["pipx", "runpip", environment.name, "install", extra])
    if (environment / "uv-receipt.toml").is_file() or find_spec("pip") is None:
        return shlex.join(["uv", "pip", "install", "--python", sys.executable, extra])
    return shlex.join([sys.executable, "-m", "pip", "install", extra])


def pdf(report: Report) -> bytes:
    """Set the document as PDF; the same document gives the same bytes on the same machine.

    Raises:
        NoPdfError: the extra "pdf" is not installed.
    """
    check_available()
    return _compiled(_template(_PAGE), fitted(report).inputs)


def agreement_pdf(sheet: AgreementSheet) -> bytes:
    """Set what was agreed in a talk as PDF. See pdf()."""
    return _sheet_pdf("agreed.typ", sheet)


def team_pdf(sheet: TeamSheet) -> bytes:
    """Set what may be told of a team as PDF. See pdf()."""
    return _sheet_pdf("team.typ", sheet)


def _sheet_pdf(template: str, sheet: AgreementSheet | TeamSheet) -> bytes:
    check_available()
    content = to_builtins(sheet) | {"running": _running(sheet.title, sheet.subtitle)}
    return _compiled(_template(template), {"document": json.dumps(_breakable(content))})


def _running(*parts: str) -> str:
    """What stands at the foot of every sheet; cut between words where it is long."""
    text = " · ".join(parts)
    return text if width(text) <= _RUNNING else f"{wrap(text, _RUNNING - 2)[0]} …"


def check_available() -> None:
    """Refuse when no PDF can be made, with the command that changes that.

    Raises:
        NoPdfError: the extra "pdf" is not installed.
    """
    if not is_available():
        text = _("PDF takes one more library. Install it with: {command}. Or make HTML, and print that from a browser.")
        raise NoPdfError(text.format(command=install_command()))


def _compiled(template: bytes, inputs: dict[str, str]) -> bytes:
    """Set a template; as PDF/UA, unless it has a sign that no font here has: a reader would rather have the rest."""
    import typst  # noqa: PLC0415 -- an optional extra, and large

    made: bytes
    try:
        made = typst.compile(template, format="pdf", sys_inputs=inputs, pdf_standards="ua-1")
    except typst.TypstError:
        made = typst.compile(template, format="pdf", sys_inputs=inputs)
    return made


_PAGE = "page.typ"
SHEETS = 2
"""So many sheets a document is to fill."""
MOST_LINES = 4
"""So many lines to write on each point gets where there is room."""
FEWEST = 4
"""So many items of a kind a document of two sheets lists, or it takes more of them."""


class Layout(Struct, frozen=True):
    """A document with at most so many items of a kind, and so many lines to write on below a point.

    `most_moved` is for the items that moved, where that is another number.
    """

    report: Report
    most: int
    lines: int = 1
    most_moved: int | None = None

    @property
    def sheets(self) -> int:
        """How many sheets it takes."""
        import typst  # noqa: PLC0415 -- an optional extra, and large

        return int(typst.query(_template(_PAGE), "<sheets>", field="value", one=True, sys_inputs=self.inputs))

    @property
    def inputs(self) -> dict[str, str]:
        """What the template is handed."""
        moved = self.most if self.most_moved is None else self.most_moved
        document = values(shortened(self.report, self.most, moved)) | {"lines": self.lines}
        return {"document": json.dumps(_breakable(document))}


def fitted(report: Report) -> Layout:
    """Lay a document out on one sheet or two: with all items, and as many lines to write on as have room.

    Where that is too much it lists fewer items: as many of each kind as fit, then more of those that moved, and more of
    the lowest, where their sheet has room left. One that takes more sheets even with the fewest lists all of them.
    """
    all_items = longest_list(report)
    whole = [Layout(report, all_items, lines) for lines in range(1, MOST_LINES + 1)]
    sheets = whole[0].sheets
    if sheets <= SHEETS:
        return _last_fitting(whole, sheets)
    counts = range(min(FEWEST, all_items), all_items)
    if not counts or Layout(report, FEWEST).sheets > SHEETS:
        return whole[0]
    most = _last_fitting(Layout(report, count) for count in counts).most
    moved = _last_fitting(Layout(report, most, most_moved=count) for count in range(most, all_items + 1)).most_moved
    return _last_fitting(Layout(report, count, most_moved=moved) for count in range(most, all_items + 1))


def _last_fitting(layouts: Iterable[Layout], sheets: int = SHEETS) -> Layout:
    """Find the last layout that fits on so many sheets, of ever longer ones of which the first does."""
    tried = list(layouts)
    return tried[bisect_right(tried, sheets, lo=1, key=lambda layout: layout.sheets) - 1]


@cache
def _template(name: str) -> bytes:
    return importlib.resources.files("reflect_tui.report").joinpath("templates", name).read_bytes()


def values(report: Report) -> dict[str, Any]:
    """Collect what the template sets: the texts of the document, and where the parts of its charts lie."""
    plain = ("domains", "focuses", "scale", "changes", "raters")
    parts = {name: value for name, value in structs.asdict(report).items() if name not in plain}
    plain_parts: dict[str, Any] = to_builtins(parts)
    return plain_parts | {
        "running": f"{report.subtitle} · {report.title}",
        "running_short": _running(report.subtitle, report.short_title),
        "said": to_builtins(headings()),
        "changes": _changes(report),
        "raters": _raters(report),
        "low_title": report.low.title,
        "more_low": document_texts.more_low_text(report.low, report.low.more, report.scale),
        "first_day": document_texts.first_day(report.domains),
        "with_first": document_texts.shows_first(report),
        "last_day": document_texts.last_day(report.domains),
        "domains": list(_rows(report.domains, report)),
        "focuses": list(_rows(report.focuses, report)),
        "points": [str(point.value) for point in report.scale.points],
        "sizes": {
            name.lower(): value
            for name, value in vars(charts).items()
            if name.endswith(("_WIDTH", "_HEIGHT", "_LABEL"))
        },
    }


def _changes(report: Report) -> dict[str, Any] | None:
    found = report.changes
    if found is None:
        return None
    more = {"up": found.more_up, "down": found.more_down, "others": found.more_others}
    counted = {f"more_{name}": more_text(count) for name, count in more.items()}
    plain_changes: dict[str, Any] = to_builtins(structs.replace(found, chance=None))  # no document sets it
    return plain_changes | counted


def _raters(report: Report) -> dict[str, Any] | None:
    chart, table = report.raters, report.beside
    if chart is None or table is None:
        return None
    return {
        "legend": to_builtins(chart.legend),
        "notes": list(chart.notes),
        "axes": [
            to_builtins(charts.rater_axis(marks, report.scale, above))
            for marks, above in zip(chart.rows, chart.high_above, strict=True)
        ],
        "words": [
            document_texts.rater_words(cells, table.heads, report.scale, above)
            for cells, above in zip(table.rows, chart.high_above, strict=True)
        ],
        "ticks": charts.rater_axis((), report.scale).ticks,
    }


def _breakable(value: Any) -> Any:
    """Let a very long word go on in the next line, where it would run off the sheet."""
    if isinstance(value, str):
        return _LONG_WORD.sub(lambda word: _PART.sub("\\g<0>\N{ZERO WIDTH SPACE}", word[0]), value)
    if isinstance(value, dict):
        return {name: _breakable(part) for name, part in value.items()}
    return [_breakable(part) for part in value] if isinstance(value, list | tuple) else value


def _rows(rows: Iterable[GroupRow], report: Report) -> Iterable[dict[str, Any]]:
    frame = charts.course_frame((*report.domains, *report.focuses), report.scale)
    for row in rows:
        yield {
            "name": row.name,
            "short": row.short,
            "head": row.head,
            "good": row.now.good,
            "sign": f"{sign} " if (sign := good_sign(row.now)) else "",
            "mean": figure_text(row.now),
            "count": document_texts.count_text(row),
            "verdict": document_texts.verdict_text(row),
            "before": document_texts.before_text(row),
            "change": document_texts.change_text(row),
            "bar": to_builtins(charts.bar(row, report.scale)),
            "bar_words": document_texts.bar_words(row, report.scale),
            "first": document_texts.first_text(row, document_texts.first_day(report.domains)),
            "course": to_builtins(charts.course(row, frame)) if document_texts.is_drawn(row) else None,
            "course_means": document_texts.course_means(row),
            "last": mean_text(row.course[-1].mean) if document_texts.is_drawn(row) else "",
            "course_words": document_texts.course_words(row),
            "course_change": document_texts.course_change(row),
        }
