"""What was agreed in a talk, as a document of its own: who agreed on what, under which version."""

from __future__ import annotations

from msgspec import Struct

from reflect_tui.i18n import _, current_language, format_date
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.talk import Talk, TalkPoint
from reflect_tui.report.document import Fact
from reflect_tui.report.document_texts import one_line, paragraphs
from reflect_tui.views.agenda import point_title
from reflect_tui.views.labels import day, id_day
from reflect_tui.views.talk import (
    agreement_facts,
    amendment_sentences,
    signature_sentence,
    speaker_name,
    version_sentence,
)


class AgreedLine(Struct, frozen=True, kw_only=True):
    """Something that was agreed, to a point of the talk."""

    what: str
    about: str
    facts: tuple[Fact, ...]


class SpokenPoint(Struct, frozen=True, kw_only=True):
    """A point with what each of the two said of it."""

    title: str
    remarks: tuple[Fact, ...]


class SignedVersion(Struct, frozen=True, kw_only=True):
    """Who signed, and the version they saw."""

    who: str
    version: str


class AgreementSheet(Struct, frozen=True, kw_only=True):
    """The document in one language; its texts hold no control characters, only remarks have line feeds.

    Without notes, `points` is empty; a point of which nothing was said is not in it. `unsigned` says that nobody signed
    it yet, "" when it is signed.
    """

    language: str
    title: str
    subtitle: str
    facts: tuple[Fact, ...]
    agreed: tuple[AgreedLine, ...]
    nothing: str
    points_title: str
    points: tuple[SpokenPoint, ...]
    signed_title: str
    signed: tuple[SignedVersion, ...]
    unsigned: str
    amendments: tuple[str, ...]
    colophon: str


def agreement_sheet(talk: Talk, instrument: Instrument, *, notes: bool) -> AgreementSheet:
    """Make the document's content, in the user's language; `notes` puts the remarks of both in it."""
    agreed = tuple(
        AgreedLine(
            what=one_line(agreement.what),
            about=one_line(point_title(point, instrument)),
            facts=tuple(Fact(name, one_line(text)) for name, text in agreement_facts(agreement)),
        )
        for point in talk.points
        for agreement in point.agreements
    )
    return AgreementSheet(
        language=current_language(),
        title=_("What we agreed"),
        subtitle=one_line(instrument.title),
        facts=_facts(talk),
        agreed=agreed,
        nothing="" if agreed else _("Nothing was agreed."),
        points_title=_("What we said"),
        points=tuple(_spoken(point, instrument) for point in talk.points if _has_remark(point)) if notes else (),
        signed_title=_("Signed"),
        signed=tuple(
            SignedVersion(who=one_line(signature_sentence(signature)), version=version_sentence(signature))
            for signature in talk.signatures
        ),
        unsigned="" if talk.signatures else _("Not signed yet."),
        amendments=tuple(one_line(sentence) for sentence in amendment_sentences(talk)),
        colophon=_("Record: {id}.").format(id=talk.id),
    )


def _facts(talk: Talk) -> tuple[Fact, ...]:
    following = format_date(talk.next_talk) if talk.next_talk else _("no date set")
    return (
        Fact(_("Talk"), day(talk.finished or talk.started)),
        Fact(_("About the session of"), id_day(talk.session)),
        Fact(_("Next talk"), following),
    )


def _has_remark(point: TalkPoint) -> bool:
    return bool(point.remark or point.leader_remark)


def _spoken(point: TalkPoint, instrument: Instrument) -> SpokenPoint:
    said = ((speaker_name("professional"), point.remark), (speaker_name("leader"), point.leader_remark))
    remarks = tuple(Fact(name, paragraphs(text)) for name, text in said if text)
    return SpokenPoint(title=one_line(point_title(point, instrument)), remarks=remarks)
