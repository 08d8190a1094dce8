"""What this computer remembers of a job: that it has begun, that it has ended, how fast it was."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from app.drive.recognition import directory_key
from app.errors import DriveError
from app.flatpak.remotes.adding import NotStoredError, follow_remote
from app.flatpak.remotes.addresses import is_protected
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.memory.accepted_snapshots import Origin
from app.stick.memory.known_keys import used_keys
from app.stick.memory.speeds import SpeedMeter
from app.stick.memory.unfinished_jobs import TakenOff, UnfinishedJob, WantedRef
from app.stick.planning.plan import Plan
from app.stick.store.location import WELL_KNOWN


class JobMemory:
    """Of one job, while it is carried out."""

    def __init__(self, environment: Environment, plan: Plan, names: Mapping[str, str]) -> None:
        """``names``: what people call the refs that they asked for."""
        self._environment = environment
        self._plan = plan
        self._names = names
        try:
            self._key = directory_key(plan.location.root)
        except DriveError:
            self._key = ""

    def remember(self, now: int) -> None:
        """What is to be known of it before it ends."""
        self.began(now)
        self.accept_snapshots(now)

    def began(self, now: int) -> None:
        """From now on it is unfinished, whatever happens."""
        options = self._plan.options
        excepted = options.allow_unsigned or options.allow_older or options.sign_key
        # A file may be gone by then.
        files = any(each.source is not None for each in self._plan.bundles)
        # So may a maker's terms be others, and what was declined would come after all.
        terms = bool(self._plan.terms)
        # What is in an unusual place, or was allowed by way of exception, has to be said again.
        usual = self._plan.location.repository_path in WELL_KNOWN
        # What a lock file decides is no choice.
        locked = bool(self._plan.lock)
        if not self._key or excepted or files or terms or locked or not usual:
            return
        wanted = tuple(
            WantedRef(item.ref, collection.remote.name, self._names.get(item.ref, ""))
            for collection in self._plan.collections
            for item in collection.items
            if item.named
        )
        wanted += tuple(
            WantedRef(image.item.ref, image.registry.name, self._names.get(image.item.ref, ""))
            for image in self._plan.images
            if image.item.named
        )
        off = tuple(
            TakenOff(removal.collection, removal.ref, removal.name)
            for removal in self._plan.removed
            if removal.named
        )
        if not (wanted or off or self._plan.update):
            return
        self._environment.unfinished.remember(
            self._key,
            UnfinishedJob(
                wanted,
                now,
                options.arch,
                options.gpus,
                options.languages,
                options.keep_versions,
                options.related,
                options.runtimes,
                off,
                self._plan.update,
                options.carry,
            ),
        )

    def accept_snapshots(self, now: int) -> None:
        """From now on this computer knows how new upstream is, and whose apps these are."""
        for collection in self._plan.collections:
            if collection.snapshot.signature.good and collection.pinned is None:
                with suppress(NotStoredError):
                    follow_remote(self._environment.config, collection.remote)
            # Of what has no collection, checks look by the address that the drive hands out.
            remote = collection.remote
            places = (remote, replace(remote, url=collection.address))
            for place in places if collection.is_remote else (remote,):
                self._environment.remembered.remember(used_keys(collection.id, place, now))
            made = collection.snapshot.made
            if made is not None and collection.pinned is None:
                # What is locked may be as old as it likes, and says nothing of what is new.
                origin = Origin.of(collection.snapshot, collection.remote)
                self._environment.accepted.accept(origin, made)

    def fetched_images(self) -> None:
        """From now on this computer knows that these are what their registries hand out."""
        self._environment.fetched_images.remember(
            image.carried.digest
            for image in self._plan.images
            if image.base and is_protected(image.base)
        )

    def ended(self) -> None:
        """It has come to its end."""
        if self._key:
            self._environment.unfinished.forget(self._key)

    def measured(self, meter: SpeedMeter) -> None:
        """How fast it was."""
        addresses = {collection.remote.address for collection in self._plan.collections}
        now = int(self._environment.clock())
        self._environment.speeds.remember(self._key, addresses, meter, now)
