"""``journal.json``: there while a job is under way or was interrupted.

It is on the medium before the first object is, and goes only when everything has been flushed and
checked. While it is there, objects that no complete commit needs are not trusted.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from enum import StrEnum

from app.files import DIRECTORY_MODE, drop_temporaries, read_bounded, replace_file
from app.stick.location import Location

_MAX_SIZE = 1024 * 1024


class Stage(StrEnum):
    """How far a job got.

    ``PUBLISHING``: refs, metadata, copies and at last the summary are being exchanged; until the
    summary is, clients see the stick as it was.
    """

    FETCHING = "fetching"
    PUBLISHING = "publishing"
    CHECKING = "checking"


@dataclass(frozen=True, slots=True)
class Journal:
    """``started`` in seconds since 1970."""

    stage: Stage
    started: int


def read_journal(location: Location) -> Journal | None:
    """The journal of an interrupted job; a damaged one counts as the most careful stage."""
    try:
        untrusted = json.loads(read_bounded(location.journal, _MAX_SIZE))
        return Journal(Stage(untrusted["stage"]), int(untrusted["started"]))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return Journal(Stage.FETCHING, 0)


def write_journal(location: Location, journal: Journal) -> None:
    """Durable when this returns."""
    location.journal.parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
    data = {"version": 1, "stage": journal.stage.value, "started": journal.started}
    replace_file(location.journal, json.dumps(data).encode())


def remove_journal(location: Location) -> None:
    """The job is done: also with what earlier ones left unfinished."""
    places = (location.extension, location.kit, location.repository, location.repository / "tmp")
    for place in (*places, location.repository / "summaries"):
        drop_temporaries(place)
    for copy in (location.extension / "upstream").glob("*.new"):
        shutil.rmtree(copy, ignore_errors=True)
    location.journal.unlink(missing_ok=True)
