"""The forms at the end of a talk: the date of the next one, and the names of both."""

from __future__ import annotations

from collections.abc import Mapping

from reflect_tui.forms import fields as form_fields
from reflect_tui.forms.fields import NextTalk, ParsedNames
from reflect_tui.i18n import _
from reflect_tui.model.talk import MAX_NAME
from reflect_tui.store.drafts import LINE
from reflect_tui.tui.screens.form import FormScreen
from reflect_tui.views.lines import EMPTY, Line, line, paragraph, span
from reflect_tui.views.talk import speaker_name


class DateForm(FormScreen[NextTalk]):
    """The date of the next talk."""

    fields = (LINE,)

    def content(self) -> list[Line]:
        return [line(span(_("Next talk"), "title")), *self.kept_notice(), EMPTY]

    def labels(self) -> Mapping[str, str]:
        return {LINE: _("Date")}

    def hint(self) -> str:
        return _("A day as 2027-06-01, or 6m for in six months; empty for no date.")

    def read(self) -> tuple[NextTalk | None, Mapping[str, str]]:
        try:
            return form_fields.parse_next_talk(self.texts()[LINE], self.host.clock.now().date()), {}
        except ValueError as error:
            return None, {LINE: str(error)}

    def leaving(self) -> str:
        return _("Leave the date as it was?")


class SignForm(FormScreen[ParsedNames]):
    """The names of both."""

    fields = form_fields.NAME_FIELDS
    longest = MAX_NAME

    def content(self) -> list[Line]:
        text = _(
            "You both sign the page you just saw: each of you types their own name. Later it can only be amended, with "
            "a reason."
        )
        return [line(span(_("Sign"), "title")), *paragraph(text, self.room, "muted"), *self.kept_notice(), EMPTY]

    def labels(self) -> Mapping[str, str]:
        return {"professional": speaker_name("professional"), "leader": speaker_name("leader")}

    def hint(self) -> str:
        return _("The names stand under the page for good.")

    def word(self) -> str:
        return _("sign")

    def read(self) -> tuple[ParsedNames | None, Mapping[str, str]]:
        read = form_fields.parse_names(self.texts())
        return (None if read.faults else read), read.faults

    def leaving(self) -> str:
        return _("Go back without signing?")
