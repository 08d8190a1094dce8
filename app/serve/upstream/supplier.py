"""What the sticks do not have, for all sources that are served: `app.serve.supplying.Supplier`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from app.closing import Closing
from app.credentials import public_address
from app.errors import SatchelError, UpstreamError
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.fs.root import Root
from app.message import Message, message_of, verbatim
from app.ostree.names import is_collection_id, origin_remote, remote_origin
from app.ostree.objects import ObjectName
from app.ostree.pull.mirror_files import PLACE
from app.progress import Notice
from app.replacing import replace
from app.serve.supplying import Outcome, SeededOrigin, Supplied, SuppliedOrigin
from app.serve.upstream.deadline import Deadline
from app.serve.upstream.events import Seeded, Seeding
from app.serve.upstream.keeping import Keeper
from app.serve.upstream.mirror import Mirror
from app.serve.upstream.seeds import Seed, check_words, planned_seeds
from app.serve.values import ServeRequest
from app.severity import Severity
from app.stick.environment import Environment
from app.stick.store.view import View

INTERVAL = 900.0
"""Seconds between looks at what upstream lists."""

_AWAY_INTERVAL = 15.0
_DOUBTED_INTERVAL = 3.0
"""The same while somebody wants what does not come."""

_TELL_SECONDS = 1.0
_SEED_TELL_SECONDS = 5.0
_SEED_AGAIN_SECONDS = 60.0
_SEED_SECONDS = 24 * 3600.0


def open_supplier(
    request: ServeRequest,
    environment: Environment,
    known: Known,
    origins: Sequence[SuppliedOrigin],
    report: Callable[[object], None],
) -> UpstreamSupplier:
    """Begins to supply what upstreams have. ``report`` is called by threads of its own.

    Raises UsageError for seeds that nobody can mean.
    """
    check_words(request.seeds, environment)
    limit = request.cache_limit
    if limit is None:
        limit = environment.settings.cache_limit
    supplier = UpstreamSupplier(environment, known, limit, report)
    try:
        supplier.start(origins, request.seeds)
    except BaseException:
        supplier.close()
        raise
    return supplier


class UpstreamSupplier(Closing):
    """One mirror for each origin. For use from several threads.

    Attributes:
        generation: another number: `views`, `origins` or `places` have changed.
    """

    def __init__(
        self,
        environment: Environment,
        known: Known,
        limit: int,
        report: Callable[[object], None],
    ) -> None:
        self.generation = 0
        self._environment = environment
        self._known = known
        self._report = report
        self._closing = threading.Event()
        self._due = threading.Event()
        self._keeper = Keeper(environment.cache / PLACE, limit)
        self._keeps = True
        self._adding = threading.Lock()
        self._mirrors: dict[str, Mirror] = {}
        self._unknown: set[str] = set()
        self._seeded: set[str] = set()
        self._looked: dict[str, float] = {}
        self._doubted: set[str] = set()
        self._threads: list[threading.Thread] = []

    def start(self, origins: Sequence[SuppliedOrigin], seeds: Sequence[str]) -> None:
        """``origins``: what sticks have; ``seeds``: what is to be fetched beforehand."""
        self._keeper.start()
        self.sticks_are(origins)
        self._start(self._watch)
        self._start(self._watch_the_disk)
        if seeds:
            self._start(lambda: self._seed(seeds))

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name="satchel-upstream", daemon=True)
        self._threads.append(thread)
        thread.start()

    def sticks_are(self, origins: Sequence[SuppliedOrigin]) -> None:
        """What sticks have from now on."""
        there = {each.origin for each in origins}
        for origin, mirror in self._mirrors.items():
            if origin not in there:
                mirror.sticks_are(None, ())
        for each in origins:
            if each.view is None:
                self._seeded.add(each.origin)
            if each.origin in self._mirrors:
                self._mirrors[each.origin].sticks_are(each.view, each.repositories)
            elif each.origin not in self._unknown:
                remote = self._remote_of(each)
                if remote is None:
                    self._unknown.add(each.origin)
                else:
                    self._add(each.origin, each.view, each.repositories, remote)
        self._due.set()

    def close(self) -> None:
        self._closing.set()
        self._due.set()
        for mirror in self._mirrors.values():
            mirror.close()
        for thread in self._threads:
            thread.join()
        self._keeper.close()

    # Sources

    def _remote_of(self, origin: SuppliedOrigin) -> Remote | None:
        """The remote that a source comes from; None if it is not to be asked."""
        candidates = self._environment.judges(self._known)
        named = origin_remote(origin.origin)
        for remote in candidates:
            same = same_place(remote.address, origin.url)
            if remote.collection_id == origin.origin or (
                same and (named is not None or remote.collection_id is None)
            ):
                return remote if self._may_be_shared(remote) else None
        text = Message(
            "This computer does not know the source that {label} comes from, so nothing more of "
            "it can be fetched.",
            label=origin.label,
        )
        self._report(Notice(Severity.WARNING, text, Message("Add it with flatpak remote-add.")))
        return None

    def _may_be_shared(self, remote: Remote) -> bool:
        """Nobody gets from here what upstream would ask them a password for."""
        access = remote.access
        secret = public_address(remote.url) != remote.url or (
            bool(access.content_url) and public_address(access.content_url) != access.content_url
        )
        if secret or access.certificate or access.cookies:
            text = Message(
                "{label} wants a password or a certificate: nothing more of it is fetched for "
                "others.",
                label=remote.label,
            )
            self._report(Notice(Severity.WARNING, text))
            return False
        return True

    def _add(
        self, origin: str, view: View | None, sticks: tuple[Root, ...], remote: Remote
    ) -> Mirror | None:
        with self._adding:
            if origin in self._mirrors:
                return self._mirrors[origin]
            try:
                mirror = Mirror(
                    origin, view, sticks, remote, self._environment, self._keeper, self._report
                )
            except OSError as error:
                text = Message("{label}: {error}", label=remote.label, error=str(error))
                self._report(Notice(Severity.WARNING, text))
                return None
            self._mirrors = {**self._mirrors, origin: mirror}
            return mirror

    # What the network asks

    @property
    def places(self) -> Mapping[str, Path]:
        return {origin: mirror.place for origin, mirror in self._mirrors.items()}

    def fetch(self, origin: str, name: ObjectName) -> Supplied:
        mirror = self._mirrors.get(origin)
        if mirror is None:
            return Supplied(Outcome.NOTHING)
        if self._closing.is_set():
            return Supplied(Outcome.FAILED)
        supplied = mirror.fetch(name)
        if supplied.outcome is Outcome.FAILED or mirror.away:
            # Perhaps it is away, or is there again.
            self._doubted.add(origin)
            self._due.set()
        return supplied

    def views(self) -> Mapping[str, View]:
        views = {}
        for origin, mirror in self._mirrors.items():
            view = mirror.lists.view
            if view is not None:
                views[origin] = view
        return views

    def origins(self) -> Sequence[SeededOrigin]:
        origins = []
        for origin in sorted(self._seeded & self._mirrors.keys()):
            mirror = self._mirrors[origin]
            view, remote = mirror.lists.view, mirror.lists.remote
            if view is not None:
                collection = origin if is_collection_id(origin) else None
                file = replace(remote, collection_id=collection or remote.collection_id)
                origins.append(
                    SeededOrigin(
                        origin,
                        remote.name,
                        remote.title,
                        remote.address,
                        collection,
                        file.repo_file().dump(),
                        view,
                    )
                )
        return origins

    def refresh(self) -> None:
        """Look at what upstream lists soon."""
        self._looked.clear()
        self._due.set()

    # Threads

    def _watch(self) -> None:
        """Looks at the lists again and again."""
        while not self._closing.is_set():
            for origin, mirror in self._mirrors.items():
                interval = _AWAY_INTERVAL if mirror.troubled else INTERVAL
                if origin in self._doubted:
                    interval = _DOUBTED_INTERVAL
                due = self._looked.get(origin, float("-inf")) + interval
                if self._closing.is_set() or time.monotonic() < due:
                    continue
                self._doubted.discard(origin)
                changed = mirror.refresh()
                self._looked[origin] = time.monotonic()
                if changed:
                    self.generation += 1
            self._due.wait(_TELL_SECONDS)
            self._due.clear()

    def _watch_the_disk(self) -> None:
        """Apart from the lists: an upstream may take long to hand them out."""
        while not self._closing.wait(_TELL_SECONDS):
            self._look_at_the_disk()

    def _look_at_the_disk(self) -> None:
        """Whether what comes can be kept, and is where the web server looks for it."""
        for mirror in self._mirrors.values():
            if mirror.settle():
                self.generation += 1
        trouble = self._keeper.trouble
        if bool(trouble) is not self._keeps:
            return
        self._keeps = not trouble
        place = self._keeper.directory
        if trouble:
            text = Message(
                "{place} cannot be written to ({reason}): what comes from upstream is handed on "
                "and not kept, until there is room again.",
                place=place,
                reason=verbatim(trouble),
            )
        else:
            text = Message("{place}: what comes from upstream is kept again.", place=place)
        self._report(Notice(Severity.WARNING if trouble else Severity.INFO, text))

    def _seed(self, words: Sequence[str]) -> None:
        deadline = Deadline(_SEED_SECONDS, self._closing)
        seeds = self._planned(words, deadline)
        if not seeds:
            return
        mirrors = [mirror for seed in seeds if (mirror := self._begin(seed, deadline)) is not None]
        self._wait_for(mirrors, sum(len(seed.commits) for seed in seeds))

    def _planned(self, words: Sequence[str], deadline: Deadline) -> list[Seed]:
        """As soon as upstream can tell; nothing where it is not upstream's fault."""
        told = False
        while not self._closing.is_set():
            try:
                return planned_seeds(words, self._environment, self._known, deadline)
            except (SatchelError, OSError) as error:
                if self._closing.is_set():
                    break
                if not told:
                    self._report(Notice(Severity.WARNING, message_of(error)))
                    self._serve_what_was_seeded(deadline)
                told = True
                if not isinstance(error, UpstreamError):
                    break
            self._closing.wait(_SEED_AGAIN_SECONDS)
        return []

    def _begin(self, seed: Seed, deadline: Deadline) -> Mirror | None:
        mirror = self._mirrors.get(seed.origin)
        if mirror is None:
            if not self._may_be_shared(seed.remote):
                return None
            mirror = self._add(seed.origin, None, (), seed.remote)
            if mirror is None:
                return None
            mirror.lists.look_back(deadline)
            mirror.lists.choose(mirror.has_commit, away=True)
            self._seeded.add(seed.origin)
            self.generation += 1
        for ref, commit in seed.commits.items():
            if self._closing.is_set():
                return mirror
            mirror.bring(commit, ref)
        return mirror

    def _wait_for(self, mirrors: Sequence[Mirror], refs: int) -> None:
        told = time.monotonic()
        while not self._closing.wait(_TELL_SECONDS):
            came = [mirror.fetcher.progress for mirror in mirrors]
            objects, size = sum(each.objects for each in came), sum(each.bytes for each in came)
            if not any(mirror.fetcher.is_busy for mirror in mirrors):
                self._report(Seeded(refs, size, sum(each.lacking for each in came)))
                return
            if time.monotonic() - told >= _SEED_TELL_SECONDS:
                told = time.monotonic()
                left = sum(each.left for each in came)
                self._report(Seeding(refs, objects, objects + left, size))

    def _serve_what_was_seeded(self, deadline: Deadline) -> None:
        """Without upstream, what was fetched some other time is served."""
        for remote in self._known.remotes:
            origin = remote.collection_id or remote_origin(remote.name)
            place = self._keeper.find(origin, remote.url)
            if place is None or origin in self._mirrors or not self._may_be_shared(remote):
                continue
            mirror = self._add(origin, None, (), remote)
            if mirror is not None:
                mirror.lists.look_back(deadline)
                mirror.lists.choose(mirror.has_commit, away=True)
                self._seeded.add(origin)
                self.generation += 1
