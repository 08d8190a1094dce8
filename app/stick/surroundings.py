"""What the window is told about the computer and the person it runs for.

``app.cli`` fills it in, as the only part that reads the environment; the window hands it on.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from app import __version__
from app.flatpak.refs import host_arch
from app.flatpak.remotes.known import Known, Registry, Remote, added_remotes, merge_remotes
from app.flatpak.upstream.cache import trim_cache
from app.languages import first_language
from app.ostree.pull.fetch import Network
from app.progress import Notice
from app.settings import Settings, load_settings, save_settings
from app.stick.choices.profile import DIRECTORY, Profiles
from app.stick.demo import DemoRemote
from app.stick.memory.accepted_snapshots import AcceptedSnapshots
from app.stick.memory.known_keys import FILE, RememberedKeys
from app.stick.planning.plan import Options
from app.stick.services import Services


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where things are and what is there.

    Attributes:
        cache: directory for what may be fetched again.
        state: directory for what is remembered: accepted snapshots, keys, the window's size.
        config: directory for the person's settings.
        settings: what the person has set, already part of what is said here.
        languages: the person's, best first, as in ``de_DE``.
        arch: the architecture that is meant where none is chosen.
        known_remotes: looks up which remotes this computer knows; reads files.
        clock: seconds since 1970.
        again: all of this anew, after settings or remotes have changed; reads files.
        notices: what a person should know about it, such as damaged settings.
        loops_are_removable: loop devices count as drives that can be carried away; for tests.
        demo_drive: the directory that stands for a drive in the demo, else None.
    """

    cache: Path
    state: Path
    config: Path
    settings: Settings
    languages: tuple[str, ...]
    arch: str
    network: Network
    known_remotes: Callable[[], Known]
    clock: Callable[[], float]
    again: Callable[[], Surroundings]
    notices: tuple[Notice, ...] = ()
    loops_are_removable: bool = False
    demo_drive: Path | None = None

    @property
    def is_demo(self) -> bool:
        return self.demo_drive is not None

    @property
    def options(self) -> Options:
        """Where nothing is said."""
        # Who looks at a window is told at once what cannot be carried, and takes it out.
        return Options(self.arch, languages=first_language(self.languages), strict=True)

    @property
    def profiles(self) -> Profiles:
        """The person's saved choices."""
        return Profiles(self.config / DIRECTORY)

    @property
    def remembered(self) -> RememberedKeys:
        """The keys that this computer has come to know."""
        return RememberedKeys(self.state / FILE)

    def tidy(self) -> None:
        """Keep the cache at the size that was set; changes files."""
        trim_cache(self.cache, self.settings.cache_limit)

    def services(
        self, remotes: tuple[Remote, ...], registries: tuple[Registry, ...] = ()
    ) -> Services:
        """What a plan or a job needs."""
        return Services(
            cache=self.cache,
            accepted=AcceptedSnapshots(self.state / "snapshots.json"),
            remembered=self.remembered,
            network=self.network,
            remotes=remotes,
            clock=self.clock,
            tool=f"Satchel {__version__}",
            registries=registries,
        )


def in_demo(real: Surroundings, scratch: Path, remote: Remote) -> Surroundings:
    """The same computer with the demo remote and a drive below ``scratch``.

    Nothing of the demo is kept elsewhere: it must not shadow what is known of real remotes. What
    is set or added in the demo counts in the demo.
    """
    drive = scratch / "drive"
    drive.mkdir(exist_ok=True)
    config = scratch / "config"
    if not config.exists():
        save_settings(config, replace(real.settings, cache="", architecture=""))
    settings = load_settings(config).settings

    def known() -> Known:
        added = added_remotes(config)
        merged = merge_remotes((*added.remotes, remote))
        return Known(merged.remotes, (*added.notices, *merged.notices))

    return replace(
        real,
        cache=scratch / "cache",
        state=scratch / "state",
        config=config,
        settings=settings,
        languages=settings.languages or real.languages,
        arch=settings.architecture or host_arch(),
        network=replace(real.network, connections=settings.connections),
        known_remotes=known,
        again=lambda: in_demo(real.again(), scratch, remote),
        notices=(),
        demo_drive=drive,
    )


@contextmanager
def demo_surroundings(real: Surroundings) -> Iterator[Surroundings]:
    """`in_demo`, served and kept while the block runs."""
    with (
        tempfile.TemporaryDirectory(prefix="satchel-demo-", ignore_cleanup_errors=True) as scratch,
        DemoRemote() as demo,
    ):
        yield in_demo(real, Path(scratch), demo.remote)
