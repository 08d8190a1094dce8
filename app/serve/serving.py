"""Serves sticks until it is told to stop: what is there is watched, and what changes is exchanged.

Everything happens in the caller's thread, but for the answers of `Fallback` and what `Announcer`
and a `Supplier` do. The web server ends with that thread.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from msgspec import Struct, field

from app.errors import InterruptedByUser
from app.flatpak.remotes.known import Known
from app.message import Message
from app.progress import Cancel
from app.replacing import replace
from app.serve.accesses import Accounts
from app.serve.announcing.announcer import Announcer
from app.serve.announcing.events import NotAnnounced
from app.serve.announcing.place import place_of
from app.serve.announcing.repository import Numbers, Offer, announced_of
from app.serve.drives import Drives
from app.serve.errors import NothingToServeError
from app.serve.listening import Listeners
from app.serve.runtime import RuntimeDirectory
from app.serve.served import Served
from app.serve.service import Service
from app.serve.snapshot import (
    ServedOrigin,
    Snapshot,
    seeded,
    snapshot_of,
    with_sticks,
    with_view,
)
from app.serve.sticks import Judging, ServedStick
from app.serve.supplying import OpenSupplier, SuppliedOrigin, Supplier
from app.serve.tls import certificate_names
from app.serve.values import NotServed, ServeOutcome, ServeRequest
from app.serve.web_server import WebServer, find_nginx
from app.serve.workers import Worker, unreadable_for, worker_for
from app.stick.environment import Environment
from app.stick.store.view import View

Report = Callable[[object], None]

_TICK = 0.1
_LOOK_SECONDS = 1.0
"""Between two looks at the drives and at the network."""
_HOLD_SECONDS = 10.0
"""So long after the last object was taken nobody may remove any."""
_UNREADABLE = Message(
    "Root starts the web server, which reads as another user, and no other can read it: start "
    "satchel serve as yourself."
)


def serve(
    request: ServeRequest,
    environment: Environment,
    known: Known,
    report: Report,
    cancel: Cancel,
    *,
    open_supplier: OpenSupplier | None = None,
) -> ServeOutcome:
    """Until ``cancel`` says so; ``open_supplier``: what ``request.upstream`` is done by.

    Raises WebServerMissingError, PortInUseError, PortForbiddenError, ListenError,
    NothingToServeError, WebServerFailedError, CertificateError, DriveError.
    """
    begun = time.monotonic()
    program = find_nginx(environment.variables)
    names = certificate_names(request.tls) if request.tls is not None else ()
    accounts = Accounts(report)
    with contextlib.ExitStack() as stack, contextlib.suppress(InterruptedByUser):
        listeners = stack.enter_context(Listeners(request.listen))
        judging = Judging(
            environment.judges(known), request.drive_keys, request.allow_unsigned, request.upstream
        )
        drives = stack.enter_context(Drives(request.targets, judging, report, cancel))
        if request.targets:
            drives.judge()
        worker, unreadable = worker_for(drives.sticks)
        if drives.sticks and len(unreadable) == len(drives.sticks):
            raise NothingToServeError(
                Message("Nothing on {root} can be served.", root=request.targets[0]), _UNREADABLE
            )
        runtime = stack.enter_context(
            RuntimeDirectory(environment.runtime, others=worker is not None)
        )
        sockets = [each.fileno() for each in listeners.sockets]
        server = WebServer(program, sockets, environment.variables)
        service = stack.enter_context(
            Service(request, listeners, runtime, server, report, accounts, names)
        )
        work = _Work(drives, service, report, worker)
        work.announcer = _announcer(request, listeners, report, stack)
        if request.upstream and open_supplier is not None:
            origins = _supplied(work.snapshot())
            work.supplier = open_supplier(request, environment, known, origins, report)
            stack.callback(work.supplier.close)
        work.exchange()
        work.watch(cancel)
    accounts.tell(time.time(), whole=True)
    return ServeOutcome(accounts.computers, accounts.bytes, time.monotonic() - begun)


def _announcer(
    request: ServeRequest, listeners: Listeners, report: Report, stack: contextlib.ExitStack
) -> Announcer | None:
    if not request.announce:
        return None
    where = place_of(request.listen.address, listeners.port, encrypted=request.tls is not None)
    if isinstance(where, NotAnnounced):
        report(where)
        return None
    return stack.enter_context(Announcer(where))


class _Work(Struct):
    """What goes on while sticks are served."""

    drives: Drives
    service: Service
    report: Report
    worker: Worker | None
    announcer: Announcer | None = None
    supplier: Supplier | None = None
    _names: dict[str, str] = field(default_factory=dict)
    _numbers: Numbers = field(default_factory=Numbers)
    _supplied: int = 0

    def watch(self, cancel: Cancel) -> None:
        """Until ``cancel`` raises."""
        look = time.monotonic() + _LOOK_SECONDS
        while True:
            cancel.check()
            self.service.tick()
            for event in self.announcer.events() if self.announcer is not None else ():
                self.report(event)
            if time.monotonic() >= look:
                learnt = self.service.has_learnt()
                late = self.service.moved or self.service.is_behind
                if self.drives.look() or late or self._has_news or learnt:
                    self.exchange()
                self.drives.hold(busy=time.time() - self.service.last_object < _HOLD_SECONDS)
                look = time.monotonic() + _LOOK_SECONDS
            time.sleep(_TICK)

    @property
    def _has_news(self) -> bool:
        return self.supplier is not None and self.supplier.generation != self._supplied

    def snapshot(self) -> Snapshot:
        """What is there now."""
        snapshot = snapshot_of(self._readable(), self._names)
        if self.supplier is not None:
            self.supplier.sticks_are(_supplied(snapshot))
            self._supplied = self.supplier.generation
            views = self.supplier.views()
            origins = [_newest(each, views.get(each.remote.origin)) for each in snapshot.origins]
            there = {each.remote.origin for each in origins}
            names = {each.remote.name.lower() for each in origins}.union(
                name.lower() for name in self._names.values()
            )
            for each in self.supplier.origins():
                if each.origin not in there:
                    added = seeded(each, self._names.get(each.origin, ""), names)
                    origins.append(with_sticks(added, snapshot.sticks))
                    names.add(origins[-1].remote.name.lower())
            snapshot = Snapshot(tuple(origins), snapshot.sticks)
        self._names |= {each.remote.origin: each.remote.name for each in snapshot.origins}
        return snapshot

    def exchange(self) -> None:
        """Serve what is there now, and tell of it. Raises WebServerFailedError."""
        snapshot = self.snapshot()
        self.drives.serve_of(lambda stick: _origins_of(snapshot, stick))
        announced = announced_of(
            [
                Offer(each.remote.origin, each.refs, each.view.made)
                for each in snapshot.origins
                if each.collection is not None
            ],
            [stick.state for stick in snapshot.sticks],
            self._numbers,
        )
        waiting, supplier = self.drives.waiting, self.supplier
        served = Served(snapshot, announced, waiting, self._names, self.worker, supplier)
        self.service.exchange(served)
        if self.announcer is not None:
            left = [each.remote.title for each in snapshot.origins if each.collection is None]
            self.announcer.announce(announced, left)

    def _readable(self) -> list[ServedStick]:
        """What the web server can read."""
        sticks = self.drives.sticks
        unreadable = unreadable_for(self.worker, sticks)
        for stick in unreadable:
            self.report(NotServed(stick.root, None, _UNREADABLE))
        return [stick for stick in sticks if stick not in unreadable]


def _newest(origin: ServedOrigin, view: View | None) -> ServedOrigin:
    """A stick may have been updated, or another one come, since upstream was asked."""
    if view is None:
        return origin
    # What no stick has comes from upstream then.
    origin = replace(origin, remote=replace(origin.remote, languages=()))
    own = origin.view.made
    if own is not None and view.made is not None and view.made < own:
        return origin
    return with_view(origin, view)


def _origins_of(snapshot: Snapshot, stick: ServedStick) -> frozenset[str]:
    return frozenset(each.remote.origin for each in snapshot.origins if stick in each.sticks)


def _supplied(snapshot: Snapshot) -> list[SuppliedOrigin]:
    """``snapshot``: of sticks alone."""
    supplied = {}
    for each in snapshot.origins:
        repositories = tuple(stick.location.repository for stick in each.sticks)
        remote = each.remote
        supplied[remote.origin] = SuppliedOrigin(
            remote.origin, remote.name, remote.url, each.view, repositories
        )
    for stick in snapshot.sticks:
        for about in stick.contents.collections:
            if about.id in stick.unlisted and about.id not in supplied:
                supplied[about.id] = SuppliedOrigin(
                    about.id, about.remote, about.url, None, (stick.location.repository,)
                )
    return list(supplied.values())
