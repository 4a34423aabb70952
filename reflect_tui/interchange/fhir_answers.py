"""A session as a FHIR R4 QuestionnaireResponse (hl7.org/fhir/R4/questionnaireresponse.html), as plain JSON.

It names nobody: of who answered only the role is told; notes and the remark are left out.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from reflect_tui.interchange.document import Document, plain, points_of, runs, text_of
from reflect_tui.interchange.fhir import DOMAIN, STEM, as_json, canonical, coding, questionnaire, scores
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import NOT_APPLICABLE, Score, Session

_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def bundle(answered: Iterable[tuple[Session, Instrument]]) -> bytes:
    """Return sessions as one collection: every instrument that was answered, then a response for each session."""
    instruments: dict[str, Document] = {}
    responses: dict[str, Document] = {}
    for session, instrument in answered:
        instruments[instrument.digest] = questionnaire(plain(instrument))
        responses[session.id] = response(session, instrument)
    entries = [
        {"fullUrl": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}", "resource": resource}
        for name, resource in (instruments | responses).items()
    ]
    return as_json({"resourceType": "Bundle", "type": "collection", "entry": entries})


def response(session: Session, instrument: Instrument) -> Document:
    """Return the answers of a session, below the same groups as the questions of questionnaire()."""
    document = plain(instrument)
    groups: dict[str, Document] = {}
    for domain, stem, items in runs(document):
        link = f"{DOMAIN}{domain['id']}"
        group = groups.setdefault(link, {"linkId": link, "text": domain["title"], "item": []})
        answers = [_answer(item, domain, document, session.scores) for item in items if item["id"] in session.scores]
        below = {"linkId": f"{STEM}{items[0]['id']}", "text": stem, "item": answers}
        group["item"] += [below] if stem and answers else answers
    return {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"value": session.id},
        "questionnaire": f"{canonical(session.instrument)}|{session.version}",
        "status": "completed",
        "authored": session.finished.isoformat(),
        "source": {"display": session.role},
        "item": [group for group in groups.values() if group["item"]],
    }


def _answer(item: Document, domain: Document, document: Document, given: Mapping[str, Score]) -> Document:
    """Return one answer; "not applicable" is an answer without a value, and with the reason for that."""
    score = given[item["id"]]
    labels = {point["value"]: point["label"] for point in points_of(document, domain, item)}
    value = (
        {"extension": [{"url": _ABSENT, "valueCode": "not-applicable"}]}
        if score == NOT_APPLICABLE or not isinstance(score, int)
        else coding(score, labels[score], scores(document, item))
    )
    return {"linkId": item["id"], "text": text_of(item, document), "answer": [{"valueCoding": value}]}
