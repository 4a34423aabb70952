"""The document as one HTML page that refers to nothing outside it and prints to A4."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from reflect_tui.report import charts, document, document_texts
from reflect_tui.report.document import AgreementSheet, Report
from reflect_tui.report.team import TeamSheet
from reflect_tui.views.labels import figure_text, good_sign, mean_text

if TYPE_CHECKING:
    from jinja2 import Template

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Nothing is loaded, run, or sent; only the page's own style holds."""


_FULL_SHEET, _LOWEST_ON_FULL_SHEET = 18, 4
"""With so many rows of figures the second sheet has room for so many of the lowest items; a screen shows all."""


def page(report: Report) -> str:
    """Set the document as HTML; every text is escaped by the template engine."""
    rows = len(report.domains) + len(report.focuses) + (len(report.beside.rows) if report.beside else 0)
    printed = len(report.low.items) if rows < _FULL_SHEET else _LOWEST_ON_FULL_SHEET
    return _template("page.html.jinja").render(
        report=report,
        said=document.headings(),
        policy=POLICY,
        frame=charts.course_frame((*report.domains, *report.focuses), report.scale),
        layout=charts,
        texts=document_texts,
        figure_text=figure_text,
        mean_text=mean_text,
        printed=printed,
        unprinted=document_texts.more_low_text(report.low, len(report.low.items) - printed, report.scale),
        good_sign=good_sign,
        with_first=document_texts.shows_first(report),
        last_day=document_texts.last_day(report.domains),
        foot=css_string(f"{report.subtitle} · {report.title}"),
    )


def agreement_page(sheet: AgreementSheet) -> str:
    """Set what was agreed as HTML; every text is escaped by the template engine."""
    foot = css_string(f"{sheet.title} · {sheet.subtitle}")
    return _template("agreed.html.jinja").render(sheet=sheet, policy=POLICY, foot=foot)


def team_page(sheet: TeamSheet) -> str:
    """Set what may be told of a team as HTML; every text is escaped by the template engine."""
    foot = css_string(f"{sheet.title} · {sheet.subtitle}")
    return _template("team.html.jinja").render(sheet=sheet, policy=POLICY, foot=foot)


def css_string(text: str) -> str:
    """Write a text as a string of CSS in which nothing can end it, the style or the page."""
    return '"' + "".join(sign if sign.isascii() and sign.isalnum() else f"\\{ord(sign):x} " for sign in text) + '"'


@cache
def _template(name: str) -> Template:
    import jinja2  # noqa: PLC0415 -- only for those who make a page

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("reflect_tui.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
