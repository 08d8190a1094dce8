"""Drives, remotes, saved choices and apps that there are, for completion.

Nothing is written, no server asked, and nothing that is damaged told of: whoever presses Tab has
asked for nothing yet.
"""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.completion.candidates import Candidate
from app.cli.syntax.model import ValueKind

if TYPE_CHECKING:
    from app.drive.drive import Drive
    from app.stick.environment import Environment
    from app.stick.store.record import StickRecord
    from app.stick.store.stick_state import Refs

_MOST_APPS = 300
"""More of them nobody reads through; after another letter they are fewer."""


class KnownNames:
    """`app.cli.completion.candidates.Names` for a process with these variables."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def __call__(self, value: ValueKind, beginning: str) -> Iterator[Candidate]:
        match value:
            case ValueKind.DRIVE:
                yield from self._drives()
            case ValueKind.TARGET:
                yield from self._drives(automatic=True)
            case ValueKind.LABEL:
                yield from self._labels()
            case ValueKind.REMOTE:
                yield from self._remotes()
            case ValueKind.OWN_REMOTE:
                yield from self._own_remotes()
            case ValueKind.PROFILE:
                yield from self._profiles()
            case ValueKind.APP:
                yield from self._apps(beginning)
            case ValueKind.ON_DRIVE:
                yield from self._on_drive(beginning)

    @cached_property
    def _environment(self) -> Environment:
        from app.cli.environment import read_environment
        from app.settings import peek_settings

        return read_environment(self._variables, load=peek_settings)

    def _drives(self, *, automatic: bool = False) -> Iterator[Candidate]:
        from app.drive.choosing import AUTO

        drives, carried = self._plugged_in()
        if automatic and len(carried) == 1:
            yield Candidate(AUTO, f"the only drive plugged in: {carried[0].name}")
        for drive in carried:
            yield from drive_names(drive, drives)

    def _labels(self) -> Iterator[Candidate]:
        """As patterns that mean them alone."""
        for drive in self._plugged_in()[1]:
            for volume in drive.volumes:
                if volume.label:
                    yield Candidate(glob.escape(volume.label), drive.name)

    def _plugged_in(self) -> tuple[tuple[Drive, ...], list[Drive]]:
        """All drives, and those of them that are carried about."""
        from app.cli.environment import loops_are_removable
        from app.drive.discovery.discover import list_drives

        loops = loops_are_removable(self._variables)
        drives = list_drives(all_drives=True, loops_are_removable=loops)
        return drives, [drive for drive in drives if drive.removable and not drive.system]

    def _on_drive(self, target: str) -> Iterator[Candidate]:
        """The apps, where it is mounted."""
        from app.stick.store.location import find_stick, open_repository
        from app.stick.store.record import read_record

        root = self._mounted(target)
        if root is None:
            return
        location = find_stick(root)
        record = read_record(location)
        refs = open_repository(location, complete=False).collection_refs()
        yield from app_names(refs, record)

    def _mounted(self, target: str) -> Path | None:
        """Where what is called so is; nothing is mounted for it."""
        from app.drive.choosing import AUTO, find_drive, names_volume

        path = os.path.expanduser(target)
        if os.path.isdir(path):
            return Path(path)
        drives, carried = self._plugged_in()
        only = target == AUTO and len(carried) == 1
        drive = carried[0] if only else find_drive(target, drives)
        volume = names_volume(target, drive)
        volumes = drive.volumes if volume is None else (volume,)
        return next((point for each in volumes for point in each.mount_points), None)

    def _remotes(self) -> Iterator[Candidate]:
        from app.flatpak.remotes.discovery import find_remotes

        known = find_remotes(self._environment.config, self._environment.flatpak)
        for remote in known.remotes:
            yield Candidate(remote.name, remote.label)

    def _own_remotes(self) -> Iterator[Candidate]:
        from app.flatpak.remotes.known import added_remotes

        for remote in added_remotes(self._environment.config).remotes:
            yield Candidate(remote.name, remote.label)
        for key in self._environment.remembered.all():
            yield Candidate(key.fingerprint, f"a remembered key of {key.collection or key.url}")

    def _profiles(self) -> Iterator[Candidate]:
        from app.stick.choices.profile import saved_profiles

        for name in saved_profiles(self._environment.config).names():
            yield Candidate(name, "a saved choice")

    def _apps(self, beginning: str) -> Iterator[Candidate]:
        from app.flatpak.catalogue.cached_ids import cached_ids

        for id in cached_ids(self._environment.cache, beginning, _MOST_APPS):
            yield Candidate(id)


def app_names(refs: Refs, record: StickRecord | None) -> Iterator[Candidate]:
    """What apps are called: by their ID, or where several have the same by the whole ref."""
    from app.flatpak.refs import Ref

    apps = [
        (collection, ref)
        for collection, names in sorted(refs.items())
        for ref in map(Ref.parse_or_none, sorted(names))
        if ref is not None and ref.kind == "app"
    ]
    ids = Counter(ref.id for _, ref in apps)
    for collection, ref in apps:
        entry = record.ref(collection, str(ref)) if record is not None else None
        text = ref.id if ids[ref.id] == 1 else str(ref)
        yield Candidate(text, entry.name if entry is not None else "")


def drive_names(drive: Drive, drives: tuple[Drive, ...]) -> Iterator[Candidate]:
    """What ``drive`` and nothing else among ``drives`` may be called."""
    from app.drive.choosing import NoSuchDriveError, find_drive
    from app.errors import UsageError
    from app.units import size_text

    size = size_text(drive.size) if drive.size else "no medium"
    labels = [volume.label for volume in drive.volumes]
    devices = [volume.device for volume in drive.volumes] if len(drive.volumes) > 1 else []
    for name in dict.fromkeys((*labels, drive.name, drive.device, *devices)):
        try:
            meant = bool(name) and find_drive(name, drives) is drive
        except (UsageError, NoSuchDriveError):
            continue
        if meant:
            about = [part for part in (drive.name, drive.device, size) if part != name]
            yield Candidate(name, ", ".join(about))
