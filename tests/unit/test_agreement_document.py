"""What was agreed as a document: the same in every form, remarks only when they are asked for, nothing as markup."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from msgspec import structs

from reflect_tui.model import talk as talks
from reflect_tui.model.agenda import ScoreSum
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import digest
from reflect_tui.model.talk import Signature, Talk, TalkPoint
from reflect_tui.report.document import agreement_sheet
from reflect_tui.report.html import agreement_page
from reflect_tui.report.markdown import agreement_markdown
from reflect_tui.views.agenda import point_title
from reflect_tui.views.talk import amendment_sentences
from tests.unit import examples
from tests.unit.cli_examples import Cli

NOW = datetime(2026, 11, 29, 14, 5, tzinfo=UTC)
GOAL = Goal(
    id="2026-11-29T1412-goal-0a1b2c", instrument="small", domain="doing", what="Ask <b>Sanne</b>", first_step="*Call*",
    helper="Sanne", by=date(2027, 5, 29), made=NOW,
)  # fmt: skip


def signed(session: str = "2026-11-23T1405-self-4f2a9c") -> Talk:
    begun = Talk(
        id="2026-11-29T1405-talk-4f2a9c", session=session, agenda="sha256:" + "0" * 64, started=NOW,
        next_talk=date(2027, 6, 1),
    ).with_topic("The roster")  # fmt: skip
    talk = begun.with_remark(1, "professional", "Too\nfull").with_remark(1, "leader", "Agreed").with_agreement(1, GOAL)
    talk = talk.at(talk.steps - 1)
    name = Signature(
        at=NOW, professional="Noor", leader="Ans", commit="1a2b3c4d5e6f" + "0" * 28, digest=digest(talks.dumps(talk))
    )
    return structs.replace(talk, signatures=(name,))


def forms(talk: Talk, *, notes: bool = False) -> list[str]:
    sheet = agreement_sheet(talk, examples.small(), notes=notes)
    return [agreement_page(sheet), agreement_markdown(sheet)]


def test_every_form_says_what_was_agreed_and_under_which_version() -> None:
    for text in forms(signed()):
        for said in ("What we agreed", "29 May 2027", "1 Jun 2027", "The roster", "1a2b3c4d5e6f"):
            assert said in text
        assert "Noor (professional) and Ans (team leader)" in text.replace("\\", "")
        assert signed().signatures[0].digest.removeprefix("sha256:")[:12] in text


def test_text_stays_text() -> None:
    page, markdown = forms(signed())
    assert "Ask &lt;b&gt;Sanne&lt;/b&gt;" in page
    assert "<b>" not in page
    assert "Ask \\<b\\>Sanne\\</b\\>" in markdown
    assert "\\*Call\\*" in markdown


def test_remarks_stand_in_it_when_they_are_asked_for() -> None:
    for text in forms(signed()):
        assert "Too" not in text
    for text in forms(signed(), notes=True):
        assert "Too" in text
        assert "Team leader" in text


def test_remarks_on_strengths_stand_in_it_and_no_heading_without_a_remark() -> None:
    strength = TalkPoint(kind="strength", about="knowing", now=ScoreSum(7, 2), remark="Keep <this>")
    silent = TalkPoint(kind="low", about="looking", now=ScoreSum(3, 2))
    talk = structs.replace(signed(), points=(strength, silent, *signed().points))
    titles = [point_title(point, examples.small()) for point in (strength, silent)]
    for text in forms(talk, notes=True):
        assert "Keep" in text
        assert [title in text for title in titles] == [True, False]


def test_a_talk_that_was_amended_or_not_signed_says_so() -> None:
    unsigned = structs.replace(signed(), signatures=())
    assert all("Not signed yet." in text for text in forms(unsigned))
    amended = signed().amended(NOW, "A name was wrong")
    for text in forms(amended):
        assert "Amended on 29 Nov 2026: A name was wrong" in text
        assert "The names stand under the version before that change." in text


def test_names_stand_under_the_version_before_the_first_of_several_amendments() -> None:
    twice = signed().amended(NOW, "A name was wrong").amended(NOW + timedelta(days=1), "A date was wrong")
    assert amendment_sentences(twice)[2:] == ["The names stand under the version before the first of these changes."]
    again = Signature(at=NOW + timedelta(hours=1), professional="Noor", leader="Ans", commit="", digest="sha256:0")
    resigned = structs.replace(twice, signatures=(*twice.signatures, again))
    assert amendment_sentences(resigned)[2:] == [
        "The newest names stand under the version before the last of these changes."
    ]


def test_the_command_line_writes_it(tmp_path: Path, cli: Cli) -> None:
    session = cli.save(3)
    assert cli("talk", "--output", "-").code == 1
    talk = signed(session.id)
    cli.journal.talks.save(talk.id, talks.dumps(talk), "signed")
    assert "# What we agreed" in cli("talk", "--output", "-").out
    target = tmp_path / "agreed.html"
    result = cli("talk", "latest", "--output", str(target))
    assert (result.code, "The remarks are not in it" in result.err) == (0, True)
    assert "<h1>What we agreed</h1>" in target.read_text()
    shown = cli.json("talk")
    assert (shown["id"], shown["as_signed"], shown["next_talk"]) == (talk.id, True, "2027-06-01")
    assert shown["points"][0]["agreed"][0]["what"] == GOAL.what
    assert json.dumps(shown)


def test_the_talk_needs_a_terminal_and_a_session_of_ones_own(cli: Cli) -> None:
    assert cli("talk").code == 1  # there is none
    cli.save(3)
    assert "needs a terminal" in cli("talk").err
    other = cli.save(3, role="colleague", days=1)
    refused = cli("talk", other.id)
    assert (refused.code, "a session of your own" in refused.err) == (2, True)
