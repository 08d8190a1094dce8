"""``journal.json``: there while a job is under way or was interrupted. Form: FORMAT.md beside this.

It is on the medium before the first object is, and goes only when everything has been flushed and
checked. While it is there, objects that no complete commit needs are not trusted.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct, field

from app.formats import schema
from app.fs.nodes import LeadsOutsideError
from app.fs.root import Root
from app.ostree.names import is_origin, is_ref_name
from app.ostree.objects import is_checksum
from app.stick.store.image_blobs import drop_scratch
from app.stick.store.location import REMOTES, UPSTREAM, Location, copy_path
from app.stick.store.payloads import PART
from app.stick.store.record import LANGUAGES

JOURNAL = "journal.json"
_MAX_SIZE = 8 * 1024 * 1024
"""As for the record: some thousand refs may be taken off at once."""

_MAX_NAME = 255
_MAX_REF = 4096

NO_LANGUAGES: Mapping[str, tuple[str, ...]] = {}
"""No commit is there in some languages only."""


class JobStage(StrEnum):
    """How far a job got. Of no account for a check: the file comes from the drive.

    ``PUBLISHING``: copies, summary, kit and refs are being exchanged, in this order; until the
    summary is, clients see the stick as it was.
    """

    FETCHING = "fetching"
    PUBLISHING = "publishing"
    CHECKING = "checking"


class Journal(Struct, frozen=True):
    """
    Attributes:
        started: seconds since 1970.
        leaving: (collection, ref) of what is taken off, which may be gone already.
        languages: commit → the only languages that it gets, as in `RefRecord`.
    """

    stage: JobStage
    started: int
    leaving: tuple[tuple[str, str], ...] = ()
    languages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_journal(location: Location) -> Journal | None:
    """The journal of an interrupted job; a damaged one counts as the most careful stage."""
    try:
        return _JOURNAL(schema.parse_json(location.extension.read(JOURNAL, _MAX_SIZE)))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, schema.SchemaError):
        return Journal(JobStage.FETCHING, 0)


def _journal(
    stage: JobStage,
    started: int,
    leaving: Sequence[Mapping[str, str]] = (),
    languages: Mapping[str, tuple[str, ...]] = NO_LANGUAGES,
) -> Journal:
    refs = tuple((entry["collection"], entry["ref"]) for entry in leaving)
    return Journal(stage, started, refs, languages)


_JOURNAL = schema.structure(
    _journal,
    stage=schema.choice(JobStage),
    started=schema.integer(0, (1 << 63) - 1),
    leaving=schema.optional(
        schema.list_of(
            schema.structure(
                dict,
                collection=schema.text(_MAX_NAME, is_origin),
                ref=schema.text(_MAX_REF, is_ref_name),
            )
        )
    ),
    languages=schema.optional(schema.mapping_of(schema.text(_MAX_NAME, is_checksum), LANGUAGES)),
)


def write_journal(location: Location, journal: Journal, *, durable: bool = True) -> None:
    """On the medium when this returns, if it has to be ``durable``."""
    location.extension.make_directory()
    leaving = [{"collection": collection, "ref": ref} for collection, ref in journal.leaving]
    data = {
        "version": 1,
        "stage": journal.stage.value,
        "started": journal.started,
        **({"leaving": leaving} if leaving else {}),
        **({"languages": dict(journal.languages)} if journal.languages else {}),
    }
    location.extension.replace(JOURNAL, json.dumps(data).encode(), durable=durable)


def remove_journal(location: Location, collections: Collection[str]) -> None:
    """The job is done: also with what earlier ones left unfinished.

    ``collections`` are those on the stick, which may be called like something unfinished.
    """
    drop_temporaries(location)
    drop_scratch(location)
    extension = location.extension
    kept = {copy_path(collection) for collection in collections}
    for copies in (UPSTREAM, REMOTES):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, LeadsOutsideError):
            for copy in list(extension.entries(copies)):
                if copy.name.endswith((".new", ".old")) and copy.path not in kept:
                    extension.remove_tree(copy.path)
    extension.clear(JOURNAL)
    extension.remove(JOURNAL)


def _places(location: Location) -> tuple[Root, ...]:
    """Where Satchel writes files beside what libostree knows of."""
    kit, repository = location.kit, location.repository
    summaries = repository.below("summaries")
    return location.extension, kit, kit.below("checksums"), repository, summaries


def temporaries(location: Location) -> tuple[int, ...]:
    """What was being written beside the stick's files when a process was killed: how many bytes
    each has, but for what lies in ``tmp/``."""
    return tuple(size for place in _places(location) for size in place.temporaries(".").values())


def drop_temporaries(location: Location) -> tuple[int, ...]:
    """Remove these, and how many bytes they had; and Satchel's own in ``tmp/``."""
    sizes = [size for place in _places(location) for size in place.drop_temporaries(".")]
    location.repository.below("tmp").drop_temporaries(".")
    scratch = location.repository.below("tmp")
    with contextlib.suppress(FileNotFoundError, NotADirectoryError, LeadsOutsideError):
        for entry in list(scratch.entries()):
            if entry.name.startswith(PART):
                scratch.remove_tree(entry.name)
    return tuple(sizes)
