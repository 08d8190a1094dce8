"""What is on a drive, in one line: how many apps, since when, how many could be newer.

Made for every drive that is plugged in, so it is quick: it reads names, and of commits only those
that are not what upstream offers. What upstream offers it knows from the copy on the stick and from
what was fetched before; nobody is asked.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from msgspec import Struct

from app.drive.space import Space, measure
from app.errors import InterruptedByUser, SatchelError
from app.flatpak.refs import Ref, arch_of, is_system
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.flatpak.sideloading.situation import Version, takes_over
from app.flatpak.upstream.opening import UpstreamOpener
from app.flatpak.upstream.ref_table import UpstreamRef
from app.flatpak.upstream.upstream import Upstream
from app.fs.files import drive_errors
from app.message import Message
from app.ostree.config_file import RepositoryInvalidError
from app.ostree.names import origin_remote
from app.ostree.objects import Commit
from app.progress import Cancel
from app.stick.environment import Environment
from app.stick.planning.news import by_app
from app.stick.store.location import find_stick
from app.stick.store.stick_state import StickState, load_stick
from app.stick.store.upstream_copy import UpstreamCopy

_Lookup = Callable[[str, str], UpstreamRef | None]


class Overview(Struct, frozen=True):
    """What can be said in one line.

    Attributes:
        space: the file system.
        stick: whether there is a repository that can be read.
        damaged: there is one that cannot; the next check says why.
        apps, others: how many apps, and how many runtimes and extensions.
        updates: as `count_updates`.
        made: when Satchel last wrote it, seconds since 1970; None if it did not.
        interrupted: a job was interrupted and is to be done again.
    """

    space: Space
    stick: bool = False
    damaged: bool = False
    apps: int = 0
    others: int = 0
    updates: int | None = None
    made: int | None = None
    interrupted: bool = False


def read_overview(root: Path, environment: Environment, known: Known, cancel: Cancel) -> Overview:
    """Look at a drive or directory. Raises DriveError."""
    space = measure(root, environment.quota)
    try:
        stick = load_stick(find_stick(root))
    except RepositoryInvalidError:
        return Overview(space, damaged=_has_traces(root))
    names = [name for names in stick.refs.values() for name in names]
    names += [each.ref for each in (stick.record.bundles if stick.record is not None else ())]
    parsed = map(Ref.parse_or_none, names)
    kinds = [ref.kind for ref in parsed if ref is not None]
    with drive_errors(Message("reading the repository")):
        return Overview(
            space=space,
            stick=True,
            apps=kinds.count("app"),
            others=kinds.count("runtime"),
            updates=count_updates(stick, environment, known, cancel),
            made=stick.record.made if stick.record is not None else None,
            interrupted=stick.journal is not None,
        )


def _has_traces(root: Path) -> bool:
    """Whether something is where a repository would be."""
    with contextlib.suppress(RepositoryInvalidError):
        return find_stick(root).repository.node("objects") is not None
    return False


def count_updates(
    stick: StickState, environment: Environment, known: Known, cancel: Cancel
) -> int | None:
    """How many apps and operating systems of a stick are newer, or their translations; if none is,
    how much of what they need is. As far as is known; None if nothing is known of upstream.
    """
    opener = environment.upstreams(cancel)
    asked = False
    newer: list[str] = []
    for collection, names in stick.refs.items():
        with _newest(stick.copies[collection], collection, known, opener) as lookup:
            if lookup is None:
                continue
            asked = True
            for name, commit in names.items():
                cancel.check()
                counts = Ref.parse_or_none(name) is not None or is_system(name)
                there = lookup(name, arch_of(name)) if counts else None
                if there is None or there.commit == commit:
                    continue
                if _is_newer(commit, stick.commit(commit), there):
                    newer.append(name)
    there_are = {name for names in stick.refs.values() for name in names}
    apps, others = by_app(newer, there_are)
    return (len(apps) or others) if asked else None


@contextmanager
def _newest(
    copy: UpstreamCopy, collection: str, known: Known, opener: UpstreamOpener
) -> Iterator[_Lookup | None]:
    """What tells of the refs of a collection: the newest snapshot that is here; None without."""
    with ExitStack() as stack:
        made = copy.made or 0
        lookup: _Lookup | None = copy.lookup if copy.exists else None
        for remote in known.remotes:
            if not _is_of(remote, collection, copy):
                continue
            upstream = _kept(remote, opener)
            if upstream is None:
                continue
            stack.callback(upstream.close)
            # Of two of one second that counts which this computer has seen itself.
            if lookup is None or (upstream.snapshot.made or 0) >= made:
                made, lookup = upstream.snapshot.made or 0, _quiet(upstream)
        yield lookup


def _is_of(remote: Remote, collection: str, copy: UpstreamCopy) -> bool:
    if origin_remote(collection) is None:
        return remote.collection_id == collection
    return copy.repo_file is not None and same_place(remote.address, copy.repo_file.url)


def _kept(remote: Remote, opener: UpstreamOpener) -> Upstream | None:
    """The remote as it was when it was last asked; None if it never was."""
    try:
        return opener.open(remote, offline=True)
    except InterruptedByUser:
        raise
    except SatchelError:
        return None


def _quiet(upstream: Upstream) -> _Lookup:
    """What was never fetched for an architecture is not known."""

    def lookup(name: str, arch: str) -> UpstreamRef | None:
        with contextlib.suppress(SatchelError):
            return upstream.lookup(name, arch)
        return None

    return lookup


def _is_newer(checksum: str, commit: Commit | None, there: UpstreamRef) -> bool:
    if commit is None:
        return False
    return takes_over(Version(there.commit, there.timestamp), Version(checksum, commit.timestamp))
