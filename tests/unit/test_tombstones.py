"""The ids of what was erased, as a file."""

from __future__ import annotations

import pytest

from reflect_tui.errors import BadFileError
from reflect_tui.model import tombstones
from reflect_tui.model.tombstones import Tombstones
from reflect_tui.views.keeping import erased_names
from tests.unit.examples import session

A, B = "sessions/2026/2026-11-23T1405-self-4f2a9c.toml", "rounds/2026-11-23-colleague-4f2a9c.toml"


def test_a_file_comes_back_as_it_was_written_in_one_order() -> None:
    erased = Tombstones(documents=(A, B), notes=("2026-11-23T1405-self-4f2a9c/asks",))
    assert tombstones.parse(tombstones.dumps(erased), "erased.toml") == Tombstones(
        documents=(B, A), notes=("2026-11-23T1405-self-4f2a9c/asks",)
    )


def test_two_of_them_make_the_same_whichever_comes_first() -> None:
    one, other = Tombstones(documents=(A,)), Tombstones(documents=(B,), notes=("2026-11-23T1405-self-4f2a9c/asks",))
    assert one.union(other) == other.union(one) == one.union(other).union(one)


@pytest.mark.parametrize(
    "data",
    [
        b'format = 1\ndocuments = ["../x.toml"]\n',
        b'format = 1\nnotes = ["what I wrote"]\n',
        b"format = 2\n",
        b"",
        b'format = 1\nwhy = "x"\n',
    ],
)
def test_anything_but_ids_is_refused(data: bytes) -> None:
    with pytest.raises(BadFileError):
        tombstones.parse(data, "erased.toml")


def test_notes_that_were_erased_are_known_by_session_and_statement() -> None:
    made = session({"asks": 3}, notes={"asks": "a", "acts": "b"})
    assert Tombstones(notes=(f"{made.id}/acts",)).erased_notes(made) == ("acts",)


def test_a_person_is_told_the_names_of_people_and_a_document_once() -> None:
    assert erased_names(
        [
            "agendas/2026-11-23T1405-self-4f2a9c.toml",
            A,
            "talks/2026-11-24T0900-talk-4f2a9c.toml",
            "versions/sessions-2026-11-23T1405-self-4f2a9c-0123456789ab.toml",
            B,
            "2026-11-23T1405-self-4f2a9c/asks",
            f"2026-11-23-colleague-4f2a9c/sha256:{'0' * 64}",
            "sessions/2026/2026-99-99T1405-self-4f2a9c.toml",
        ]
    ) == [
        "the agenda for the session of 23 Nov 2026, 14:05, self",
        "the session of 23 Nov 2026, 14:05, self",
        "the talk of 24 Nov 2026, 09:00",
        "the feedback round of 23 Nov 2026",
        'the note on "asks" of the session of 23 Nov 2026, 14:05, self',
        "what one person was asked and gave in the feedback round of 23 Nov 2026",
        "2026-99-99T1405-self-4f2a9c",
    ]
