"""Corrects, removes and brings back means that are left of old years; history keeps every version."""

from __future__ import annotations

from msgspec import structs

from reflect_tui.errors import NotFoundError, ReflectError
from reflect_tui.forms.statement_rows import Names, decimal
from reflect_tui.i18n import _
from reflect_tui.model import old_means
from reflect_tui.model.old_means import Reference
from reflect_tui.store import base, documents, sessions
from reflect_tui.store.documents import Document
from reflect_tui.store.journal import Journal


def find(journal: Journal, name: str) -> Document[Reference]:
    """Find old means by their id or the beginning of it, such as their day.

    Raises:
        NotFoundError: there are none, or several.
    """
    fitting = [document for document in journal.references.all() if name and document.id.startswith(name)]
    if len(fitting) != 1:
        text = _('"{name}" is the beginning of no id of old means, or of several. See: reflect-tui means')
        raise NotFoundError(text.format(name=name))
    return fitting[0]


def correct(journal: Journal, document: Document[Reference], typed_domain: str, typed: str, reason: str = "") -> bool:
    """Correct the mean of one domain, by its id or name; False when it was that already, and nothing was written.

    Raises:
        ReflectError: there is no such domain in it, or that is no mean; or the file can't be read or written.
    """
    old = document.value
    domain = _domain(journal, old, typed_domain) if old else ""
    if old is None or domain not in old.means:
        text = _('There is no mean of "{domain}" in it; there are: {known}.')
        raise ReflectError(text.format(domain=typed_domain, known=", ".join(old.means if old else ()) or "–"))
    content = journal.library.new(old.instrument)
    mean, scale = decimal(typed.strip()), content.scale
    if fault := old_means.lone_fault(content, domain, mean):
        raise ReflectError(f"{fault}.")
    if mean is None or not scale.lowest <= mean <= scale.highest:
        text = _('"{typed}" is no mean: a number from {low} to {high}.')
        raise ReflectError(text.format(typed=typed, low=scale.lowest, high=scale.highest))
    new = structs.replace(old, means={**old.means, domain: float(mean)})
    if new == old:
        return False
    journal.references.save(new.id, old_means.dumps(new), "amended", document.data, reason=reason)
    return True


def _domain(journal: Journal, old: Reference, typed: str) -> str:
    """Return the id of a domain that is called so in any language of the instrument; else what was typed."""
    entry = journal.library.newest(old.instrument)
    named = Names([entry.read(language) for language in entry.languages]).domain(typed)
    return typed if typed in old.means else named or typed


def restore(journal: Journal, name: str) -> str:
    """Bring removed means back, by their id or the beginning of it, and return the id.

    Raises:
        NotFoundError: none are removed that begin so, or several.
        ReflectError: that day has a session by now, history can't be read, or the file can't be written.
    """
    fitting = [each for each in documents.removed(journal, base.REFERENCES) if name and each.startswith(name)]
    if len(fitting) != 1:
        text = _('"{name}" is the beginning of no id of removed means, or of several.')
        raise NotFoundError(text.format(name=name))
    data = documents.last(journal, base.REFERENCES.path(fitting[0]))
    if data is not None:
        sessions.refuse_means(journal, old_means.parse(data, fitting[0]))
    journal.references.restore(fitting[0])
    return fitting[0]


def remove(journal: Journal, name: str) -> str:
    """Remove old means and return their id; restore() brings them back."""
    document = find(journal, name)
    journal.references.remove(document.id, document.data)
    return document.id
