"""The document as one HTML page that refers to nothing outside it and prints to A4."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from reflect_tui.report import drawing, values
from reflect_tui.report.values import Report
from reflect_tui.views.labels import mean_text

if TYPE_CHECKING:
    from jinja2 import Template

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Nothing is loaded, run, or sent; only the page's own style holds."""


def page(report: Report) -> str:
    """Set the document as HTML; every text is escaped by the template engine."""
    return _template().render(
        report=report,
        said=values.words(),
        policy=POLICY,
        profile=drawing.profile(report.domains, report.scale),
        bar=drawing.bar,
        course=drawing.course,
        size=drawing,
        mean_text=mean_text,
        more_text=values.more_text,
        more_low=values.more_low_text(report.low.more, report.scale),
        verdict_text=values.verdict_text,
        count_text=values.count_text,
        before_text=values.before_text,
        change_text=values.change_text,
        course_words=values.course_words,
        bar_words=values.bar_words,
        profile_words=values.profile_words,
    )


@cache
def _template() -> Template:
    import jinja2  # noqa: PLC0415 -- only for those who make a page

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("reflect_tui.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.jinja")
