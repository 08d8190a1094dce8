"""Jobs that this computer has begun and not ended, so that they go on without being chosen again.

They stand in a file of the state directory, by the drive (`app.drive.recognition`). What a drive
says about itself is not asked: whoever can write to a drive would decide what is put on it next.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, to_builtins

from app.flatpak.refs import is_valid_remote_name
from app.formats import schema
from app.fs.files import DIRECTORY_MODE, read_bounded, replace_file
from app.ostree.names import is_origin, is_ref_name
from app.stick.memory.one_change import one_at_a_time

FILE = "unfinished.json"
_MAX_SIZE = 4 * 1024 * 1024
_MOST = 50
"""Jobs that are remembered; the oldest are forgotten first."""

_LONGEST = 4096


class WantedRef(Struct, frozen=True):
    """What was asked for.

    Attributes:
        ref: full ref.
        remote: the name of the remote it comes from.
        name: what a person calls it; empty if nobody said.
    """

    ref: str
    remote: str
    name: str = ""


class TakenOff(Struct, frozen=True):
    """What was to leave the drive; ``name`` as in `WantedRef`."""

    collection: str
    ref: str
    name: str = ""


class UnfinishedJob(Struct, frozen=True):
    """What a job was to do.

    Attributes:
        started: seconds since 1970.
        arch, gpus, languages, keep_versions, related, runtimes, carry: as in a plan's options. What
            makes an exception from what is safe is not among them: it has to be said again.
        off: what was taken off.
        update: everything on the drive was brought up to date.
    """

    refs: tuple[WantedRef, ...]
    started: int
    arch: str
    gpus: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    keep_versions: bool = False
    related: bool = True
    runtimes: bool = True
    off: tuple[TakenOff, ...] = ()
    update: bool = False
    carry: tuple[str, ...] | None = None


class UnfinishedJobs:
    """Those in a file; what cannot be read or written is not remembered, and stops nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> dict[str, UnfinishedJob]:
        """By the key of their drive."""
        try:
            return dict(_JOBS(schema.parse_json(read_bounded(self._path, _MAX_SIZE))))
        except (OSError, schema.SchemaError):
            return {}

    @one_at_a_time
    def remember(self, key: str, job: UnfinishedJob) -> None:
        """It begins, or goes on."""
        jobs = {**self.all(), key: job}
        newest = sorted(jobs.items(), key=lambda entry: entry[1].started)[-_MOST:]
        self._write(dict(newest))

    @one_at_a_time
    def forget(self, key: str) -> None:
        """It has ended, or nobody wants it any more."""
        jobs = self.all()
        if jobs.pop(key, None) is not None:
            self._write(jobs)

    def _write(self, jobs: Mapping[str, UnfinishedJob]) -> None:
        entries = {key: to_builtins(job) for key, job in jobs.items()}
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
            replace_file(self._path, json.dumps({"version": 1, "jobs": entries}, indent=1).encode())


_TEXT = schema.text(_LONGEST)
_JOBS = schema.member(
    "jobs",
    schema.mapping_of(
        _TEXT,
        schema.structure(
            UnfinishedJob,
            refs=schema.list_of(
                schema.structure(
                    WantedRef,
                    ref=schema.text(_LONGEST, is_ref_name),
                    remote=schema.text(_LONGEST, is_valid_remote_name),
                    name=_TEXT,
                )
            ),
            started=schema.integer(0, (1 << 63) - 1),
            arch=_TEXT,
            gpus=schema.list_of(_TEXT),
            languages=schema.list_of(_TEXT),
            keep_versions=schema.flag(),
            related=schema.flag(),
            runtimes=schema.flag(),
            update=schema.optional(schema.flag()),
            carry=schema.optional(schema.nullable(schema.list_of(_TEXT))),
            off=schema.optional(
                schema.list_of(
                    schema.structure(
                        TakenOff,
                        collection=schema.text(_LONGEST, is_origin),
                        ref=schema.text(_LONGEST, is_ref_name),
                        name=_TEXT,
                    )
                )
            ),
        ),
        lenient=True,
    ),
)
