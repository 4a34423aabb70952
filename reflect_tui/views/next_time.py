"""What comes next, in a few words: for Home and lists."""

from __future__ import annotations

from datetime import date, datetime, time

from reflect_tui.i18n import _, format_date
from reflect_tui.model.talk import Talk
from reflect_tui.views.goals import age
from reflect_tui.views.talk import standing_sentence


def assessment_sentence(due: date, today: date) -> str:
    """Say when the next assessment is due: in how many days, weeks or months, or since when."""
    if due == today:
        return _("next assessment due today")
    if due > today:
        return _("next assessment due in {age}").format(age=_apart(today, due))
    return _("next assessment was due {age} ago").format(age=_apart(due, today))


def talk_sentence(day: date, today: date) -> str:
    """Say when the next talk is; "" once its day is past."""
    return _("next talk {date}").format(date=format_date(day)) if day >= today else ""


def coming_sentence(assessment: date | None, talk: date | None, open_talk: Talk | None, today: date) -> str:
    """Set side by side: a talk that is not finished, else the next one, and the next assessment."""
    planned = talk_sentence(talk, today) if talk else ""
    parts = [
        standing_sentence(open_talk) if open_talk else planned,
        assessment_sentence(assessment, today) if assessment else "",
    ]
    return " · ".join(part for part in parts if part)


def _apart(first: date, later: date) -> str:
    return age(datetime.combine(first, time()), datetime.combine(later, time()))
