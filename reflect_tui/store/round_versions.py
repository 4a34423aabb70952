"""Which version of a round counts that two devices ended, each without knowing of the other: the one closed first.

Two sets of figures of one round, made of other answers, would tell by their difference what one person said. So the
other goes as soon as both meet: it stands nowhere beside the first, and nobody is asked to choose.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from reflect_tui.errors import BadFileError
from reflect_tui.model import round as rounds


def closed_versions(path: str, versions: Mapping[str, bytes]) -> tuple[str, ...]:
    """List the versions of a confidential round, contents by blob id, that are closed: the one that counts first.

    Every device finds the same order: by the moment of closing, and of one moment by id. An open or withdrawn version
    never counts beside a closed one.
    """
    return tuple(blob for _moment, blob in sorted(_closed(path, versions)))


def _closed(path: str, versions: Mapping[str, bytes]) -> Iterator[tuple[datetime, str]]:
    for blob, data in versions.items():
        try:
            moment = rounds.parse(data, path).closed
        except BadFileError:
            continue
        if moment:
            yield moment, blob
