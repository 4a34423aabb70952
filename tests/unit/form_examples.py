"""Rounds and forms to look into: small ones and whole ones, in each language and under each promise."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

from msgspec import structs

from reflect_tui.feedback import form, suggestion
from reflect_tui.feedback.form import Invitation
from reflect_tui.model import library
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import Collector, Invited, Promise, Rater, Round, token_digest
from tests.bundled import bundled
from tests.unit.shape_examples import shape

TOKEN = "mZ4v1QyT0kE7sWc2Jf8aXg"
MADE = datetime(2026, 11, 23, 14, 5, tzinfo=timezone(timedelta(hours=1)))
SMALL = ("signaleren", "toekomst")
HOSTILE = "</script><script>alert(1)</script>\"'&<b>{{ 7 * 7 }}{name}{n}"


def asked(
    *,
    language: str = "en",
    promise: Promise = "confidential",
    collector: Collector = "self",
    role: Rater = "colleague",
    about: str = "Noor",
    items: tuple[str, ...] = SMALL,
    instrument: str = library.DEFAULT,
) -> Round:
    """Give a round that asks one person."""
    content = bundled(instrument, language)
    return Round(
        id="2026-11-23-others-4f2a9c",
        instrument=content.id,
        version=content.version,
        digest=content.digest,
        about=about,
        language=language,
        promise=promise,
        collector=collector,
        made=MADE,
        closes=date(2999, 12, 14),
        items=suggestion.choose_items(content, items),
        invited=(Invited(role=role, label="who it is", token=token_digest(TOKEN)),),
    )


def content(found: Round) -> Instrument:
    """Give the instrument of a round, in its language."""
    return bundled(found.instrument, found.language)


def page(found: Round) -> str:
    """Make the form of the one who is asked."""
    return form.form_page(Invitation(found, found.invited[0].role, TOKEN), content(found))


@cache
def forms(folder: Path) -> dict[str, Path]:
    """Write forms of every kind; give their paths by name."""
    made = {
        f"{language}-{promise}-{amount}": page(asked(language=language, promise=promise, items=items))
        for language in ("nl", "en")
        for promise in ("named", "confidential")
        for amount, items in (("small", SMALL), ("all", ("all",)))
    }
    made["nl-third"] = page(asked(language="nl", collector="third person", role="client", items=("40",)))
    made["en-manager"] = page(asked(role="manager", about="", items=("40",)))
    made["eight"] = page(asked(instrument="digcomp", items=("safety",)))
    made["hostile"] = page(asked(about=HOSTILE, promise="named"))
    for language in ("nl", "en"):
        found = asked(language=language, items=("40",))
        made[f"{language}-paper"] = form.paper_page(found, "colleague", content(found))
    whole = shape("whole")
    found = structs.replace(asked(), items=tuple(item.id for item in whole.items if item.other))
    made["whole"] = form.form_page(Invitation(found, "colleague", TOKEN), whole)
    made["whole-paper"] = form.paper_page(found, "colleague", whole)
    hostile = asked(about=HOSTILE, promise="named")
    made["hostile-paper"] = form.paper_page(hostile, "colleague", content(hostile))
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}
