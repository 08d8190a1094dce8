"""Brings a client's own lists up to what the sticks carry: all that upstream offers.

flatpak does it itself, and so looks at the signatures itself: for the lists through a loopback
address, since it keeps none of remotes that are files; for the catalogue from a view. Never older
ones.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from app.client.receiving.installation import Place
from app.client.receiving.lending import Lending
from app.client.receiving.loopback import Loopback
from app.client.receiving.plan import SourceRemote
from app.client.receiving.private_repository import PrivateRepository
from app.flatpak.program import FlatpakProgram
from app.flatpak.upstream.summary_index import SummaryIndex, summary_made
from app.formats.gvariant import FormatError
from app.fs.files import read_bounded
from app.ostree.objects import is_checksum
from app.ostree.repository import MAX_SUMMARY_SIZE
from app.ostree.summary import Summary
from app.progress import Cancel


def lists_are_newer(remote: SourceRemote, place: Place) -> bool:
    """Whether the sticks' lists are newer than those that the client has."""
    made = remote.view.made if remote.view is not None else None
    return made is not None and made > _cached(place, remote.name)


def _cached(place: Place, remote: str) -> int:
    """When upstream made the lists in the client's cache, seconds since 1970; 0 for none."""
    directory = place.repo / "tmp/cache/summaries"
    newest = 0
    with contextlib.suppress(OSError, FormatError):
        index = SummaryIndex(read_bounded(directory / f"{remote}.idx", MAX_SUMMARY_SIZE))
        newest = max(newest, index.last_modified or 0)
    with contextlib.suppress(OSError, FormatError):
        summary = Summary(read_bounded(directory / remote, MAX_SUMMARY_SIZE))
        newest = max(newest, summary_made(summary) or 0)
    return newest


def bring_lists(
    remote: SourceRemote,
    place: Place,
    program: FlatpakProgram,
    lending: Lending,
    cancel: Cancel,
) -> None:
    """Let flatpak read and keep them."""
    if remote.view is None:
        return
    with Loopback(remote.view) as loopback:
        lending.lead(remote.name, loopback.url)
        try:
            program.run(("remote-ls", place.option, "--columns=ref", remote.name), cancel)
        finally:
            lending.restore(remote.name)


def catalogue_is_newer(remote: SourceRemote, place: Place, arch: str) -> bool:
    """Whether the sticks' catalogue is newer than the one that software centres show."""
    if remote.view is None or remote.appstream is None:
        return False
    active = place.path / "appstream" / remote.name / arch / "active"
    try:
        there = os.path.basename(os.readlink(active))
    except OSError:
        return True
    made = place.made(there) if is_checksum(there) else None
    return there != remote.appstream.checksum and (
        made is None or remote.appstream.commit.timestamp > made
    )


def bring_catalogue(
    remote: SourceRemote,
    private: PrivateRepository,
    view: Path,
    place: Place,
    program: FlatpakProgram,
    lending: Lending,
    cancel: Cancel,
) -> bool:
    """From what was copied to ``private``; ``view``: a directory that is to be made. False if
    flatpak did not take it."""
    if remote.view is None:
        return False
    lending.lead(remote.name, remote.view.lay_out(view, private.objects))
    try:
        said = program.run(("update", place.option, "--appstream", remote.name), cancel)
    finally:
        lending.restore(remote.name)
    return said.status == 0
