"""Refs of a remote without a collection ID are the drive's by the directory of its lists. Where
these cannot be had any more either, people have to be able to see the apps, and to take them off.
"""

from __future__ import annotations

from contextlib import suppress

from app.flatpak.remotes.flatpakrepo import RemoteFileError, RepoFile
from app.formats.keyfile import MAX_SIZE
from app.ostree.names import origin_remote, remote_origin
from app.stick.kit.contents import KEY_FILE
from app.stick.store.location import Location, copy_path
from app.stick.store.record import read_record
from app.stick.store.stick_state import StickState
from app.stick.store.upstream_copy import names_ending

_MOST_FILES = 16


def claim_recorded(stick: StickState) -> None:
    """What the record names. Raises OSError."""
    root = stick.repository.root
    for origin in stick.record.refs if stick.record is not None else ():
        name = origin_remote(origin)
        if name is None or origin in stick.refs or root.node(f"refs/remotes/{name}") is None:
            continue
        _claim(stick.location, origin)


def claim_by_kit(location: Location) -> None:
    """Where the record is lost, what people are handed names. Raises OSError."""
    if read_record(location) is not None:
        return
    for file in names_ending(location.kit, KEY_FILE)[:_MOST_FILES]:
        origin = remote_origin(file.removesuffix(KEY_FILE))
        with suppress(OSError, RemoteFileError):
            repo_file = RepoFile.parse(location.kit.read(file, MAX_SIZE), file)
            if origin_remote(origin) is not None and repo_file.collection_id is None:
                _claim(location, origin)


def _claim(location: Location, origin: str) -> None:
    if location.extension.node(copy_path(origin)) is None:
        location.extension.make_directory(copy_path(origin))
