"""The form that a rater fills in: one HTML page that works offline, sends nothing, and ends in an answer file."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from reflect_tui.feedback import form_items, form_words
from reflect_tui.feedback.round import Rater, Round
from reflect_tui.instrument import Instrument, Scale

if TYPE_CHECKING:
    from jinja2 import Environment

MAX_COMMENT = 2000
MAX_REMARK = 4000
"""Characters; all comments on all items together stay within what an answer file may hold."""


_SAID = re.compile(r"\bsay\.(\w+)")
"""What the script says, so that the page holds no more words twice than it needs."""


class Invitation(Struct, frozen=True):
    """What makes a form the form of one rater: the round, the role, and the token that only this form bears."""

    round: Round
    role: Rater
    token: str


def page(invitation: Invitation, instrument: Instrument) -> str:
    """Make the form, in the language of the round; `instrument` should speak that language.

    Every text is escaped by the template engine. The page's own policy lets its one script and its one style in, by
    their hashes, and nothing else: no address, no frame, no form that is sent.
    """
    asked = invitation.round
    said = form_words.words(asked, invitation.role, (instrument.scale.lowest, instrument.scale.highest))
    script, style = template_file("form.js"), template_file("form.css")
    known = _for_script(facts(invitation, said, instrument.scale))
    return (
        environment()
        .get_template("form.html.jinja")
        .render(
            policy=policy(style, known, script),
            script=script,
            style=style,
            said=said,
            say=said.plain,
            round=asked,
            source=instrument.source,
            items_language=instrument.language,
            parts=form_items.parts(instrument, asked.items, said.name),
            facts=known,
            longest={"comment": MAX_COMMENT, "remark": MAX_REMARK},
        )
    )


def facts(invitation: Invitation, said: form_words.Words, scale: Scale) -> dict[str, Any]:
    """Give what the script must know: what stands in the answer file, and what it says while it works."""
    asked = invitation.round
    return {
        "round": asked.id,
        "token": invitation.token,
        "promise": asked.promise,
        "about": asked.about,
        "instrument": asked.instrument,
        "version": asked.version,
        "digest": asked.digest,
        "role": invitation.role,
        "closes": asked.closes.isoformat(),
        "longest": MAX_COMMENT,
        "points": [[str(point.value), point.label] for point in scale.points],
        "say": {key: said.plain[key] for key in _SAID.findall(template_file("form.js"))},
    }


def _for_script(values: dict[str, Any]) -> str:
    """Write values as JSON that can't end the element it stands in."""
    from jinja2.utils import htmlsafe_json_dumps  # noqa: PLC0415 -- only for those who make a form

    return str(htmlsafe_json_dumps(values))


def policy(style: str, *scripts: str) -> str:
    """Give the content security policy of a page with this one style, these scripts, and nothing else."""
    allowed = f"script-src {' '.join(map(_hash, scripts))}; " if scripts else ""
    return f"default-src 'none'; {allowed}style-src {_hash(style)}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def template_file(name: str) -> str:
    """Give a file that goes into a page as it is, without line ends around it: some hash it without them."""
    return files("reflect_tui.feedback").joinpath("templates", name).read_text(encoding="utf-8").strip()


@cache
def environment() -> Environment:
    """Give what renders our templates: every text is escaped, and a name that is missing is an error."""
    import jinja2  # noqa: PLC0415 -- only for those who make a form

    return jinja2.Environment(
        loader=jinja2.PackageLoader("reflect_tui.feedback"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
