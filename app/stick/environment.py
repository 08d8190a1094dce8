"""The computer and the person that Satchel runs for: where things are, and what was set.

``app.cli.environment`` makes it, as the only part that reads the process's variables; commands,
jobs and the window are handed it. Making it reads the settings and nothing else, and whatever needs
other parts of Satchel imports them late: a command starts at once.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Container, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from app.discreet import Discreet
from app.languages import first_language
from app.replacing import replace
from app.settings import Graphics, Settings, load_settings

if TYPE_CHECKING:
    from app.drive.space import Quota
    from app.flatpak.remotes.directories import FlatpakDirectories
    from app.flatpak.remotes.known import Known
    from app.flatpak.remotes.remote import Remote
    from app.flatpak.upstream.near import NearUpstream
    from app.flatpak.upstream.opening import UpstreamOpener
    from app.ostree.pull.fetch import Network
    from app.ostree.pull.kept_trees import Left
    from app.ostree.pull.object_cache import CachePlace
    from app.progress import Cancel, Notice, Reporter
    from app.stick.memory.accepted_snapshots import AcceptedSnapshots
    from app.stick.memory.fetched_images import FetchedImages
    from app.stick.memory.known_keys import RememberedKeys
    from app.stick.memory.speeds import MeasuredSpeeds
    from app.stick.memory.unfinished_jobs import UnfinishedJobs

CACHE_NAME = "satchel"
"""The cache is a directory of its own, whatever else lies in the one that was set."""

_MOST_LISTS = 2_000_000_000
"""Bytes that what remotes publish about themselves may take of the cache."""

_SHARE_OF_FREE = 4
"""The part of what would be free without them that kept objects may take, at most."""

_DEMO_SIZE = 8_000_000_000
"""Bytes, as drives are sold."""


class Environment(Discreet, Struct, frozen=True):
    """Where things are and what is there.

    Attributes:
        config: directory for the person's settings, remotes and saved choices.
        state: directory for what is remembered: accepted snapshots, keys, unfinished jobs, speeds,
            the window's size.
        default_cache: `cache` where the settings name none.
        system_languages: `languages` where the settings name none.
        default_network: `network` but for what was set.
        flatpak: where this computer's remotes are configured.
        settings: what the person has set.
        notices: what a person should know about the settings.
        built_in: in place of the remotes that come with Satchel; None for these.
        built_in_sets: directory of sets in place of those that come with Satchel; None for these.
        clock: seconds since 1970.
        loops_are_removable: loop devices count as drives that can be carried away; for tests.
        demo_drive: the directory that stands for a drive in the demo, else None.
        runtime: directory for what lasts as long as a login, else None.
        variables: of the process, for programs that are started.
    """

    UNSHOWN = frozenset({"variables"})
    UNCOMPARED = frozenset({"variables"})

    config: Path
    state: Path
    default_cache: Path
    system_languages: tuple[str, ...]
    default_network: Network
    flatpak: FlatpakDirectories
    settings: Settings
    notices: tuple[Notice, ...] = ()
    built_in: tuple[Remote, ...] | None = None
    built_in_sets: Path | None = None
    clock: Callable[[], float] = time.time
    loops_are_removable: bool = False
    demo_drive: Path | None = None
    runtime: Path | None = None
    variables: Mapping[str, str] = field(default_factory=dict)

    def reloaded(self) -> Environment:
        """The same with the settings as they are now; reads files."""
        loaded = load_settings(self.config)
        return replace(self, settings=loaded.settings, notices=loaded.notices)

    @property
    def is_demo(self) -> bool:
        return self.demo_drive is not None

    @property
    def quota(self) -> Quota | None:
        """What there is room for in the demo: on a small drive, not on this computer's disk."""
        from app.drive.space import Quota

        return Quota(self.demo_drive, _DEMO_SIZE) if self.demo_drive is not None else None

    @property
    def cache(self) -> Path:
        """Directory for what may be fetched again."""
        chosen = self.settings.cache
        return Path(chosen) / CACHE_NAME if chosen else self.default_cache

    @property
    def languages(self) -> tuple[str, ...]:
        """The person's, best first, as in ``de_DE``."""
        return self.settings.languages or self.system_languages

    @property
    def classroom_languages(self) -> tuple[str, ...]:
        """Those that what goes on a drive should come in."""
        return self.settings.classroom_languages or first_language(self.languages)

    @property
    def carried_languages(self) -> tuple[str, ...] | None:
        """The only ones that what goes on a drive comes in; None where nothing is said."""
        return self.classroom_languages if self.settings.only_languages else None

    @property
    def gpus(self) -> tuple[str, ...]:
        """The graphics drivers that drives carry beside the free ones."""
        return self.settings.gpus if self.settings.graphics is Graphics.NVIDIA else ()

    @property
    def arch(self) -> str:
        """The architecture that is meant where none is named."""
        from app.flatpak.refs import host_arch

        return self.settings.architecture or host_arch()

    @property
    def network(self) -> Network:
        return replace(self.default_network, connections=self.settings.connections)

    @property
    def accepted(self) -> AcceptedSnapshots:
        """The snapshots that this computer has seen."""
        from app.stick.memory.accepted_snapshots import FILE, AcceptedSnapshots

        return AcceptedSnapshots(self.state / FILE)

    @property
    def remembered(self) -> RememberedKeys:
        """The keys that jobs on this computer were done with, or upstream handed out."""
        from app.stick.memory.known_keys import FILE, RememberedKeys

        return RememberedKeys(self.state / FILE)

    @property
    def unfinished(self) -> UnfinishedJobs:
        """The jobs that this computer has begun and not ended."""
        from app.stick.memory.unfinished_jobs import FILE, UnfinishedJobs

        return UnfinishedJobs(self.state / FILE)

    @property
    def fetched_images(self) -> FetchedImages:
        """Images of container registries that this computer has fetched itself."""
        from app.stick.memory.fetched_images import FILE, FetchedImages

        return FetchedImages(self.state / FILE)

    @property
    def speeds(self) -> MeasuredSpeeds:
        """How fast drives and networks were."""
        from app.stick.memory.speeds import FILE, MeasuredSpeeds

        return MeasuredSpeeds(self.state / FILE)

    def upstreams(
        self,
        cancel: Cancel,
        report: Reporter | None = None,
        *,
        allow_unsigned: bool = False,
        offline: bool = False,
        present: Container[bytes] | None = None,
        near: NearUpstream | None = None,
        left: Left | None = None,
    ) -> UpstreamOpener:
        """Opens remotes for one piece of work. ``report`` may be called by several threads.

        ``offline``: nobody is asked. ``present``: then the objects on the drive that is to be made
        of what is kept; None if none is. ``near``: what drives and installations beside have;
        ``left``: what of commits is not wanted, so that it need not be kept.
        """
        from app.flatpak.upstream.near import NOTHING_NEAR
        from app.flatpak.upstream.opening import UpstreamOpener
        from app.ostree.pull.kept_trees import KeptTrees, nothing_left
        from app.progress import silent

        beside = near or NOTHING_NEAR
        whole = offline and present is not None

        return UpstreamOpener(
            self.cache,
            self.network,
            cancel,
            report or silent,
            allow_unsigned=allow_unsigned,
            offline=offline,
            kept=KeptTrees(self.cache, present or (), beside.places, left or nothing_left)
            if whole
            else None,
            near=beside,
        )

    def known_remotes(self) -> Known:
        """The remotes that this computer knows, with the keys it came to know; reads files."""
        from app.flatpak.remotes.discovery import find_remotes
        from app.stick.memory.known_keys import extended

        known = find_remotes(self.config, self.flatpak, self.built_in)
        remotes = extended(known.remotes, self.remembered.all())
        off = self.settings.sources_off
        registries = tuple(
            replace(each, listed=each.listed and each.name not in off) for each in known.registries
        )
        return replace(known, remotes=tuple(map(self._listed, remotes)), registries=registries)

    def _listed(self, remote: Remote) -> Remote:
        """Not searched if the person does not want that."""
        off = remote.name in self.settings.sources_off
        return replace(remote, listed=False) if off else remote

    def judges(self, known: Known) -> tuple[Remote, ...]:
        """Whose keys judge what is on a stick: ``known``, and what jobs were done with."""
        return (*known.remotes, *self.remembered.remotes())

    @property
    def object_cache(self) -> CachePlace:
        """Where what upstream sends is kept for the next drive, as far as there is room."""
        from app.ostree.pull.cache_keeping import usage
        from app.ostree.pull.object_cache import CachePlace

        free = free_space(self.cache) + usage(self.cache)
        limit = self.settings.cache_limit - self.lists_size()
        return CachePlace(self.cache, max(0, min(limit, free // _SHARE_OF_FREE)))

    def trim_cache(self) -> None:
        """Keep the cache at the size that was set; changes files."""
        from app.flatpak.upstream.cache import trim_cache
        from app.ostree.pull.cache_keeping import keep_to

        trim_cache(self.cache, min(self.settings.cache_limit, _MOST_LISTS))
        keep_to(self.object_cache)

    def cache_size(self) -> int:
        """Bytes of all that is kept in the cache, more or less."""
        from app.ostree.pull.cache_keeping import usage

        return self.lists_size() + usage(self.cache)

    def mirror_size(self) -> int:
        """Bytes of what was fetched for other computers, in the cache."""
        from app.ostree.pull.mirror_files import PLACE, mirror_size

        return mirror_size(self.cache / PLACE)

    def lists_size(self) -> int:
        """Bytes of what remotes publish about themselves, in the cache."""
        from app.flatpak.upstream.cache import cache_size

        return cache_size(self.cache)

    def kept_beside(self, root: Path) -> int:
        """Bytes that kept objects take on the file system of ``root``: free, if need be."""
        from app.ostree.pull.cache_keeping import usage

        kept = usage(self.cache)
        try:
            return kept if kept and os.stat(self.cache).st_dev == os.stat(root).st_dev else 0
        except OSError:
            return 0

    def give_room(self, root: Path, needed: int) -> None:
        """Empty the cache where so many bytes have no room beside it; changes files."""
        if self.kept_beside(root) and free_space(root) < needed:
            from app.ostree.pull.cache_keeping import empty_all

            empty_all(self.cache)

    def empty_cache(self) -> None:
        """Remove all that may be fetched again; changes files."""
        from app.flatpak.upstream.cache import trim_cache
        from app.ostree.pull.cache_keeping import empty_all
        from app.ostree.pull.mirror_files import PLACE, empty_mirror

        trim_cache(self.cache, 0)
        empty_all(self.cache)
        empty_mirror(self.cache / PLACE)


def free_space(path: Path) -> int:
    """Bytes that are free where a directory is or would be; 0 if nobody can tell."""
    for place in (path, *path.parents):
        try:
            status = os.statvfs(place)
        except FileNotFoundError:
            continue
        except OSError:
            break
        return status.f_bavail * status.f_frsize
    return 0
