"""Brings the payloads of extra data to a drive.

Each comes into ``tmp/`` of the repository first, and is gone on with there by the next run; it gets
its name among the files for people when the job publishes. What cannot be had is left out with what
needs it, as if it had been so from the beginning.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from functools import partial

from msgspec import Struct, field

from app.errors import UpstreamError
from app.flatpak.extra_data import Payload
from app.flatpak.upstream.errors import NotKeptError
from app.fs.nodes import Node
from app.fs.root import Root
from app.fs.sums import copy_and_sum
from app.message import Message
from app.ostree.pull.download import Described, download
from app.ostree.pull.fetch import Network
from app.ostree.pull.payload_cache import PayloadCache
from app.ostree.repository import Repository
from app.progress import Cancel
from app.replacing import replace
from app.stick.planning.options import Options
from app.stick.planning.plan import Item, Plan
from app.stick.planning.refusal import Refusal, no_payload
from app.stick.planning.wanted import Key
from app.stick.store.kits_beside import NO_KITS, KitsBeside
from app.stick.store.location import Location
from app.stick.store.payloads import EXTRA_DATA, PART, is_right, payload_folder
from app.stick.store.record import StickRecord
from app.stick.writing.delivery import ReducedPlan, without


class Turns(Struct, frozen=True):
    """Of several drives that want the same payload one fetches it, and the others take it from the
    cache."""

    _locks: dict[str, threading.Lock] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def of(self, checksum: str) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(checksum, threading.Lock())


class Means(Struct, frozen=True):
    """What payloads, and images, are fetched with.

    Attributes:
        offline: only from the cache.
        kits: asked before the network.
    """

    network: Network
    cache: PayloadCache
    cancel: Cancel
    offline: bool
    turns: Turns
    kits: KitsBeside = NO_KITS

    @classmethod
    def of(
        cls, options: Options, network: Network, cache: PayloadCache, cancel: Cancel, turns: Turns
    ) -> Means:
        """Other drives that ``options`` name are tried before the network."""
        kits = KitsBeside.of((*options.from_paths, *options.kits))
        return cls(network, cache, cancel, options.offline, turns, kits)


class PayloadJob:
    """The payloads of one job.

    Attributes:
        came: how many were brought.
        kept: bytes of these that this computer had kept; ``beside``: of those, what other drives
            had.
    """

    def __init__(
        self, location: Location, repository: Repository, means: Means, *, distrust: bool
    ) -> None:
        """``distrust``: what is there is read before it counts, whatever its size."""
        self._repository = repository.root
        self._folder = payload_folder(location)
        self._kit = location.kit
        self._means = means
        self._distrust = distrust
        self._staged: dict[str, Payload] = {}
        self.came = 0
        self.kept = 0
        self.beside = 0

    def bring(self, plan: Plan, tell: Callable[[Item, int], None]) -> ReducedPlan:
        """All that is missing; the plan without what needs one that cannot be had.

        ``tell`` is told of bytes. Raises the error of what has to be there, OSError, and what
        ``cancel`` raises.
        """
        refused: dict[Key, Refusal] = {}
        for item in plan.items:
            for payload in item.payloads:
                if payload.path in self._staged or self._is_there(payload):
                    continue
                try:
                    self._bring(payload, partial(tell, item))
                except UpstreamError as error:
                    refused[item.collection, item.ref] = no_payload(item.ref, error)
                    break
        if not refused:
            return ReducedPlan(plan, (), frozenset())
        return without(_with_essential(plan, refused), refused)

    def _is_there(self, payload: Payload) -> bool:
        folder, path = self._folder, payload.path
        try:
            there = folder.node(path) is Node.FILE and folder.status(path).st_size == payload.size
        except OSError:
            return False
        return there and (not self._distrust or is_right(folder, path))

    def _bring(self, payload: Payload, tell: Callable[[int], None]) -> None:
        means = self._means
        self._repository.make_directory("tmp")
        descriptor = self._repository.open_for_writing(
            _part(payload), os.O_RDWR | os.O_CREAT, 0o644
        )
        try:
            with means.turns.of(payload.sha256):
                self._fill(payload, descriptor, tell)
            os.fchmod(descriptor, 0o644)
        finally:
            os.close(descriptor)
        self._staged[payload.path] = payload
        self.came += 1

    def _fill(self, payload: Payload, descriptor: int, tell: Callable[[int], None]) -> None:
        means = self._means

        def told(count: int) -> None:
            means.cancel.check()
            tell(count)

        if os.fstat(descriptor).st_size == 0:
            if means.cache.take(payload.sha256, payload.size, descriptor, told):
                self.kept += payload.size
                return
            if any(_copied(each, payload, descriptor, told) for each in means.kits.payloads):
                self.kept += payload.size
                self.beside += payload.size
                means.cache.keep(payload.sha256, payload.size, descriptor)
                return
        if means.offline:
            raise NotKeptError(
                Message("{name} is not kept on this computer.", name=payload.name),
                Message("Connect this computer to the network, or leave it out."),
            )
        file = Described(payload.uri, payload.size, payload.sha256)
        download(file, descriptor, means.network, means.cancel, tell)
        means.cache.keep(payload.sha256, payload.size, descriptor)

    def publish(self) -> None:
        """What came gets its name. Raises OSError."""
        for path, payload in self._staged.items():
            self._folder.make_directory(payload.sha256)
            # From the repository to the kit: both lie on the drive.
            top = replace(self._kit, prefix=".")
            top.rename(
                _from_top(self._repository, _part(payload)),
                _from_top(self._kit, f"{EXTRA_DATA}/{path}"),
            )
        self._staged.clear()


def _from_top(root: Root, path: str) -> str:
    return path if root.prefix == "." else f"{root.prefix}/{path}"


def _part(payload: Payload) -> str:
    return f"tmp/{PART}{payload.sha256}"


def _copied(folder: Root, payload: Payload, descriptor: int, tell: Callable[[int], None]) -> bool:
    """Whether another directory had it, so that it is there now."""
    if not is_right(folder, payload.path):
        return False
    copied = 0

    def told(count: int) -> None:
        nonlocal copied
        copied += count
        tell(count)

    os.lseek(descriptor, 0, os.SEEK_SET)
    source = os.fdopen(folder.open_regular(payload.path), "rb")
    # It may be another now than when it was looked at.
    with source, os.fdopen(os.dup(descriptor), "r+b") as target:
        right = copy_and_sum(source, target, payload.size, told) == payload.sha256
    if not right:
        os.ftruncate(descriptor, 0)
        tell(-copied)
    return right


def _with_essential(plan: Plan, refused: Mapping[Key, Refusal]) -> Plan:
    """The plan, in which nothing that is refused, or needs it, is essential as long as something
    else stays that was asked for: as when a plan is made."""
    items = {(item.collection, item.ref): item for item in plan.items}
    lacking = set(refused)
    grown = True
    while grown:
        more = {
            key
            for key, item in items.items()
            if key not in lacking
            and any(need in lacking and items[need].old_commit is None for need in item.requires)
        }
        grown = bool(more)
        lacking |= more
    named = [key for key, item in items.items() if item.named]
    strict = plan.options.strict and any(key in lacking for key in named)
    if strict or (named and all(key in lacking for key in named)):
        return plan
    return replace(
        plan,
        collections=tuple(
            replace(
                collection,
                items=tuple(
                    replace(item, essential=item.essential and key not in lacking)
                    for item in collection.items
                    for key in [(item.collection, item.ref)]
                ),
            )
            for collection in plan.collections
        ),
    )


def with_extra_data(record: StickRecord, plan: Plan, old: StickRecord | None) -> StickRecord:
    """``record`` after a job for ``plan``, with what ``old`` said of extra data."""
    carried = {item.ref for item in plan.items if item.payloads}
    declined = (*(old.declined if old is not None else ()), *plan.options.declined)
    paths = [payload.path for item in plan.items for payload in item.payloads]
    return replace(
        record,
        extra_data=plan.options.with_extra_data or (old is not None and old.extra_data),
        declined=tuple(dict.fromkeys(ref for ref in declined if ref not in carried)),
        payloads=tuple(dict.fromkeys((*(old.payloads if old is not None else ()), *paths))),
    )
