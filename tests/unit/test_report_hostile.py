"""Text from people stays text in every document: nothing of it runs, links, loads, or breaks a table."""

from __future__ import annotations

import importlib.resources
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reflect_tui.report.build import ReportOptions, build_report
from reflect_tui.report.document import one_line, paragraphs
from reflect_tui.report.html import POLICY, page
from reflect_tui.report.markdown import block, escape, markdown
from tests.unit.examples import quick
from tests.unit.report_examples import HOSTILE, hostile

ALL = ReportOptions(name="\n".join(HOSTILE), notes=True)
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]")


class Parsed(HTMLParser):
    """What stands in a page: its elements, their attributes, its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.said = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.said += data


OURS = set(Parsed(page(build_report(hostile("plain"), ReportOptions(name="plain", notes=True)))).elements)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_page_has_only_our_elements_and_refers_to_nothing(text: str) -> None:
    found = Parsed(page(build_report(hostile(text), ALL)))
    assert set(found.elements) == OURS
    assert not OURS & {
        "script",
        "img",
        "a",
        "link",
        "iframe",
        "object",
        "embed",
        "form",
        "input",
        "base",
        "image",
        "use",
    }
    names = {name for name, _value in found.attributes}
    assert not {name for name in names if name.startswith("on")}
    assert not names & {"href", "src", "srcset", "xlink:href", "action", "data", "style", "formaction", "poster"}
    assert ("content", POLICY) in found.attributes


def test_the_policy_lets_nothing_in_but_our_own_style() -> None:
    assert POLICY.startswith("default-src 'none'; style-src 'unsafe-inline'")
    style = page(build_report(hostile("plain"))).partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize("text", HOSTILE)
def test_a_page_says_the_very_text(text: str) -> None:
    found = Parsed(page(build_report(hostile(text), ALL)))
    assert one_line(text) in found.said
    assert paragraphs(text) in found.said
    assert not STEERING.search(found.said)


def test_an_unsafe_text_is_not_in_the_source_of_a_page() -> None:
    source = page(build_report(hostile(HOSTILE[0]), ALL))
    assert "<script" not in source
    assert "&lt;script&gt;" in source


def tokens(source: str) -> list[Token]:
    """Parse as GitHub does, bare addresses included."""
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": True})
    return [inner for outer in parser.parse(source) for inner in (outer, *(outer.children or ()))]


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_has_no_html_link_or_image_and_only_our_structure(text: str) -> None:
    found = tokens(markdown(build_report(hostile(text), ALL)))
    usual = tokens(markdown(build_report(hostile("plain"), ReportOptions(name="plain", notes=True))))
    kinds = {token.type for token in found}
    assert not kinds & {"html_inline", "html_block", "link_open", "image", "code_block", "fence", "code_inline"}
    assert kinds <= {token.type for token in usual} | {"text_special"}
    for kind in ("heading_open", "tr_open", "td_open", "th_open", "table_open", "hr"):
        assert sum(token.type == kind for token in found) == sum(token.type == kind for token in usual)
    assert not STEERING.search(markdown(build_report(hostile(text), ALL)))


def read(source: str) -> str:
    """Give the text that a reader of Markdown sees."""
    return "".join(token.content for token in tokens(source) if token.type in ("text", "text_special"))


@quick
@given(st.text(st.characters(codec="utf-8"), max_size=40).map(one_line))
def test_escaped_text_reads_as_it_was(text: str) -> None:
    text = " ".join(text.split())
    found = MarkdownIt("gfm-like", {"linkify": True}).parse(block(text))
    assert [token.type for token in found] == (["paragraph_open", "inline", "paragraph_close"] if text else [])
    assert read(block(text)) == text


@quick
@given(st.text("<>[]()!*_`~|\\#+-=.:/w1&;@ \n^${}", max_size=30).map(one_line))
def test_no_mixture_of_signs_means_anything(text: str) -> None:
    text = " ".join(text.split())
    assert read(block(text)) == text
    assert {token.type for token in tokens(f"x {escape(text)}")} <= {
        "paragraph_open", "inline", "text", "text_special", "paragraph_close",
    }  # fmt: skip


def test_the_template_of_the_pdf_reads_no_file_and_no_package() -> None:
    template = (importlib.resources.files("reflect_tui.report") / "templates" / "page.typ").read_text()
    assert not re.search(r"#?\b(import|include|read|eval|image|csv|toml|yaml|xml|plugin|link)\b\s*[(\"@]", template)
