"""``journal.json``: there while a job is under way or was interrupted. Form: FORMAT.md beside this.

It is on the medium before the first object is, and goes only when everything has been flushed and
checked. While it is there, objects that no complete commit needs are not trusted.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from app.formats import schema
from app.stick.store.location import Location

_FILE = "journal.json"
_MAX_SIZE = 64 * 1024


class JobStage(StrEnum):
    """How far a job got. Of no account for a check: the file comes from the drive.

    ``PUBLISHING``: copies, summary, kit and refs are being exchanged, in this order; until the
    summary is, clients see the stick as it was.
    """

    FETCHING = "fetching"
    PUBLISHING = "publishing"
    CHECKING = "checking"


@dataclass(frozen=True, slots=True)
class Journal:
    """``started`` in seconds since 1970."""

    stage: JobStage
    started: int


def read_journal(location: Location) -> Journal | None:
    """The journal of an interrupted job; a damaged one counts as the most careful stage."""
    try:
        return _JOURNAL(schema.parse_json(location.extension.read(_FILE, _MAX_SIZE)))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, schema.SchemaError):
        return Journal(JobStage.FETCHING, 0)


_JOURNAL = schema.structure(
    Journal, stage=schema.choice(JobStage), started=schema.integer(0, (1 << 63) - 1)
)


def write_journal(location: Location, journal: Journal) -> None:
    """Durable when this returns."""
    location.extension.make_directory()
    data = {"version": 1, "stage": journal.stage.value, "started": journal.started}
    location.extension.replace(_FILE, json.dumps(data).encode())


def remove_journal(location: Location, collections: Collection[str]) -> None:
    """The job is done: also with what earlier ones left unfinished.

    ``collections`` are those on the stick, which may be called like something unfinished.
    """
    places = (location.extension, location.kit, location.repository)
    for place in (*places, *map(location.repository.below, ("tmp", "summaries"))):
        place.drop_temporaries(".")
    extension = location.extension
    with contextlib.suppress(FileNotFoundError):
        for copy in list(extension.entries("upstream")):
            if copy.name.endswith((".new", ".old")) and copy.name not in collections:
                extension.remove_tree(copy.path)
    extension.clear(_FILE)
    extension.remove(_FILE)
