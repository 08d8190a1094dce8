"""Serves sticks until it is told to stop: what is there is watched, and what changes is exchanged.

Everything happens in the caller's thread, but for the answers of `Fallback`. The web server ends
with that thread.
"""

from __future__ import annotations

import contextlib
import os
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.message import Message
from app.ostree.lock import RepositoryInUseError
from app.progress import Cancel
from app.serve.accesses import Accounts, LogReader
from app.serve.configuration import FALLBACK, Download, Place, Site, configuration, is_safe
from app.serve.errors import NothingToServeError, WebServerFailedError
from app.serve.fallback import Answers, Fallback
from app.serve.layout import lay_out
from app.serve.listening import Listeners
from app.serve.pages import SharedFile, page_names, pages
from app.serve.runtime import RuntimeDirectory
from app.serve.snapshot import Snapshot, listed_commits, snapshot_of
from app.serve.sticks import ServedStick, StickChangedError, open_sticks
from app.serve.values import (
    Address,
    DriveBack,
    DriveGone,
    NotServed,
    ServeOutcome,
    ServeRequest,
    Serving,
    WebServerDied,
)
from app.serve.web_server import Generation, WebServer, find_nginx
from app.serve.workers import Worker, worker_for
from app.stick.environment import Environment

Report = Callable[[object], None]

_TICK = 0.1
_LOOK_SECONDS = 1.0
"""Between two looks at the drives and at the network."""
_AGAIN_SECONDS = 5.0
"""After which a drive that somebody writes to is looked at again."""
_HOLD_SECONDS = 10.0
"""So long after the last object was taken nobody may remove any."""
_DEATHS, _DEATHS_SECONDS = 5, 30.0
_MOST_FILES = 8192
_MOST_WORKERS = 4


def serve(
    request: ServeRequest,
    environment: Environment,
    known: Known,
    report: Report,
    cancel: Cancel,
) -> ServeOutcome:
    """Until ``cancel`` says so.

    Raises WebServerMissingError, PortInUseError, PortForbiddenError, ListenError,
    NothingToServeError, WebServerFailedError, CertificateError, DriveError.
    """
    begun = time.monotonic()
    program = find_nginx(environment.variables)
    with contextlib.ExitStack() as stack:
        listeners = stack.enter_context(Listeners(request.listen))
        drives = [_Drive(root) for root in dict.fromkeys(request.targets)]
        for drive in drives:
            stack.callback(drive.close)
        accounts = Accounts(report)
        judges = environment.judges(known)
        with contextlib.suppress(InterruptedByUser):
            _judge_all(drives, judges, report, cancel)
            worker, _ = worker_for([stick for drive in drives for stick in drive.sticks])
            runtime = stack.enter_context(
                RuntimeDirectory(environment.runtime, others=worker is not None)
            )
            service = stack.enter_context(
                _Service(request, listeners, runtime.path, program, environment, report, accounts)
            )
            service.exchange(drives)
            _watch(service, drives, judges, report, cancel)
    accounts.tell(time.time(), whole=True)
    return ServeOutcome(accounts.computers, accounts.bytes, time.monotonic() - begun)


# The drives


@dataclass
class _Drive:
    """What was asked for, and what is there of it now.

    Attributes:
        origins: of those that were served when it was last there.
        again: when it is to be looked at again, by `time.monotonic`; None: when it changes.
    """

    root: Path
    sticks: list[ServedStick] = field(default_factory=list)
    origins: frozenset[str] = frozenset()
    gone: bool = False
    again: float | None = None

    def close(self) -> None:
        for stick in self.sticks:
            stick.close()
        self.sticks = []


def _judge_all(
    drives: Sequence[_Drive], judges: Sequence[Remote], report: Report, cancel: Cancel
) -> None:
    """Raises NothingToServeError, or what keeps the only drive from being read."""
    for drive in drives:
        try:
            _judge(drive, judges, report, cancel)
        except SatchelError as error:
            if len(drives) == 1 or isinstance(error, InterruptedByUser):
                raise
            report(NotServed(drive.root, None, error.message))
            drive.again = time.monotonic() + _AGAIN_SECONDS
    if not any(stick.views for drive in drives for stick in drive.sticks):
        raise NothingToServeError(Message("Nothing on it can be served."))


def _judge(drive: _Drive, judges: Sequence[Remote], report: Report, cancel: Cancel) -> None:
    """Look at all of a drive; what it had before is closed when this has gone well."""
    sticks: list[ServedStick] = []
    with contextlib.ExitStack() as opened:
        for result in open_sticks(drive.root, judges, cancel):
            if isinstance(result, NotServed):
                report(result)
                continue
            opened.callback(result.close)
            sticks.append(result)
            for left in result.left:
                report(left)
        opened.pop_all()
    drive.close()
    drive.sticks, drive.again = sticks, None


def _watch(
    service: _Service,
    drives: Sequence[_Drive],
    judges: Sequence[Remote],
    report: Report,
    cancel: Cancel,
) -> None:
    look = time.monotonic() + _LOOK_SECONDS
    while True:
        cancel.check()
        service.tick()
        if time.monotonic() >= look:
            changed = [_look(drive, judges, report, cancel) for drive in drives]
            if any(changed) or service.moved:
                service.exchange(drives)
            service.hold(drives)
            look = time.monotonic() + _LOOK_SECONDS
        time.sleep(_TICK)


def _look(drive: _Drive, judges: Sequence[Remote], report: Report, cancel: Cancel) -> bool:
    """Whether what is there of it has changed."""
    if drive.sticks and not all(stick.is_there for stick in drive.sticks):
        drive.close()
        drive.gone, drive.again = True, None
        report(DriveGone(drive.root))
        return True
    due = drive.again is None or time.monotonic() >= drive.again
    if not due or (drive.sticks and all(stick.is_as_it_was for stick in drive.sticks)):
        return False
    if not drive.sticks and not drive.gone and drive.again is None:
        return False
    try:
        _judge(drive, judges, report, cancel)
    except InterruptedByUser:
        raise
    except (RepositoryInUseError, StickChangedError):
        drive.again = time.monotonic() + _AGAIN_SECONDS
        return False
    except SatchelError:
        # It is not there yet, or was pulled out while it was looked at.
        drive.again = time.monotonic() + _LOOK_SECONDS
        return False
    if drive.gone and drive.sticks:
        drive.gone = False
        report(DriveBack(drive.root))
    return True


# What is served


class _Service:
    """The web server and all that belongs to it. A context manager."""

    def __init__(
        self,
        request: ServeRequest,
        listeners: Listeners,
        directory: Path,
        program: str,
        environment: Environment,
        report: Report,
        accounts: Accounts,
    ) -> None:
        self._request = request
        self._listeners = listeners
        self._directory = directory
        self._report = report
        self._accounts = accounts
        self._snapshot = Snapshot((), ())
        self._names: dict[str, str] = {}
        self._addresses: tuple[Address, ...] = ()
        self._readers: dict[Path, LogReader] = {}
        self._generation = 0
        self._deaths: list[float] = []
        self._last_object = 0.0
        self._commits: dict[tuple[str, str], tuple[str, str]] = {}
        self._listings: dict[str, dict[str, str]] = {}
        self._site: tuple[Path, tuple[int, ...]] | None = None
        self._held = contextlib.ExitStack()
        self._fallback: Fallback | None = None
        self._server = WebServer(
            program,
            [each.fileno() for each in listeners.sockets],
            environment.variables,
            self._ended,
        )

    def __enter__(self) -> _Service:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()
        self._server.close()
        self._read_logs()
        for reader in self._readers.values():
            reader.close()
        if self._fallback is not None:
            self._fallback.close()

    @property
    def moved(self) -> bool:
        """Whether this computer is reached at other addresses than before."""
        return self._listeners.addresses(self._scheme) != self._addresses

    @property
    def _scheme(self) -> str:
        return "https" if self._request.tls is not None else "http"

    def tick(self) -> None:
        """What has to be done often. Raises WebServerFailedError."""
        self._read_logs()
        self._server.reap()
        died = self._server.died
        if died is not None:
            self._start_again(died)
        self._accounts.tell(time.time())

    def hold(self, drives: Sequence[_Drive]) -> None:
        """While objects are taken nobody may remove any."""
        self._held.close()
        if time.time() - self._last_object < _HOLD_SECONDS:
            for drive in drives:
                for stick in drive.sticks:
                    # Somebody writes to it: then it is as it was before.
                    with contextlib.suppress(RepositoryInUseError, OSError):
                        repository = stick.state.repository
                        self._held.enter_context(repository.locked(exclusive=False))

    def exchange(self, drives: Sequence[_Drive]) -> None:
        """Serve what is there now. Raises WebServerFailedError."""
        sticks = [stick for drive in drives for stick in drive.sticks]
        worker, unreadable = worker_for(sticks)
        for stick in unreadable:
            self._report(
                NotServed(
                    stick.root,
                    None,
                    Message(
                        "Root starts the web server, which reads as another user, and no other "
                        "can read it: start satchel serve as yourself."
                    ),
                )
            )
        snapshot = snapshot_of([each for each in sticks if each not in unreadable], self._names)
        self._names |= {each.remote.origin: each.remote.name for each in snapshot.origins}
        for drive in drives:
            if not drive.gone:
                drive.origins = frozenset(
                    each.remote.origin
                    for each in snapshot.origins
                    if any(stick in drive.sticks for stick in each.sticks)
                )
        waiting = frozenset[str]().union(*(drive.origins for drive in drives if drive.gone))
        self._addresses = self._listeners.addresses(self._scheme)
        self._start(snapshot, waiting, worker)
        self._snapshot = snapshot
        self._listings = {}
        remotes = tuple(each.remote for each in snapshot.origins)
        self._report(Serving(self._addresses, remotes))

    def _start(self, snapshot: Snapshot, waiting: frozenset[str], worker: Worker | None) -> None:
        if self._fallback is None:
            owner = (worker.uid, worker.gid) if worker is not None else None
            self._fallback = Fallback(self._directory / FALLBACK, owner)
        # What was before is still answered for, as long as somebody may ask for it.
        labels = {name: origin for origin, name in self._names.items()}
        self._commits = {
            (each.remote.name, commit): (each.remote.origin, ref)
            for each in snapshot.origins
            for ref, commit in each.refs.items()
        }
        self._fallback.answers = Answers(labels, waiting)
        self._generation += 1
        directory = self._directory / f"g{self._generation}"
        shared = tuple(_shared_files(snapshot))
        hosts = self._hosts()
        site = Site(
            directory=str(directory),
            fallback=str(self._directory / FALLBACK),
            listen=[_nginx_address(each.getsockname()) for each in self._listeners.sockets],
            tls=self._request.tls,
            hosts={ip: f"a{number}" for number, (ip, _) in enumerate(hosts)},
            pages=page_names(snapshot.origins),
            places=list(_places(snapshot)),
            downloads=[each.download for each in shared],
            later=[
                self._names[origin]
                for origin in sorted(waiting)
                if all(each.remote.origin != origin for each in snapshot.origins)
            ],
            kept={},
            user=str(worker) if worker is not None else "",
            workers=min(_MOST_WORKERS, max(2, os.cpu_count() or 1)),
            files_open=_files_open(),
        )
        made = {
            f"a{number}": pages(base, snapshot.origins, shared)
            for number, (_, base) in enumerate(hosts)
        }
        lists = {each.remote.name: each.view.files for each in snapshot.origins}
        lay_out(directory, configuration(site), made, lists, worker)
        descriptors = tuple(fd for stick in snapshot.sticks for fd in stick.descriptors)
        self._server.switch(directory, descriptors)
        self._readers[directory] = LogReader(directory / "logs" / "access.log")
        self._site = (directory, descriptors)

    def _hosts(self) -> list[tuple[str, str]]:
        """This computer's address as connections have it, and that of the pages for it."""
        hosts = {each.ip: each.url for each in self._addresses}
        port = self._listeners.port
        if any(ip.count(".") for ip in hosts) or len(self._listeners.sockets) > 1:
            hosts.setdefault("127.0.0.1", f"{self._scheme}://127.0.0.1:{port}/")
        if any(":" in ip for ip in hosts) or len(self._listeners.sockets) > 1:
            hosts.setdefault("::1", f"{self._scheme}://[::1]:{port}/")
        return list(hosts.items())

    def _start_again(self, died: Generation) -> None:
        now = time.monotonic()
        self._deaths = [each for each in self._deaths if now - each < _DEATHS_SECONDS] + [now]
        said = died.said
        if len(self._deaths) > _DEATHS or self._site is None:
            raise WebServerFailedError(said or "it ends again and again")
        directory, descriptors = self._site
        (directory / "pid").unlink(missing_ok=True)
        self._server.switch(directory, descriptors)
        self._report(WebServerDied(said))

    def _ended(self, generation: Generation) -> None:
        reader = self._readers.get(generation.directory)
        if reader is not None:
            self._read(reader)
            reader.close()
            del self._readers[generation.directory]

    def _read_logs(self) -> None:
        for reader in tuple(self._readers.values()):
            self._read(reader)
        misses = self._fallback.misses if self._fallback is not None else None
        while misses:
            miss = misses.popleft()
            ref = miss.ref or self._listed(miss.origin, miss.commit)
            if ref:
                self._accounts.want(miss.computer, miss.origin, ref, time.time())

    def _read(self, reader: LogReader) -> None:
        for access in reader.read():
            if access.object:
                self._last_object = max(self._last_object, access.moment)
            self._accounts.count(access, lambda label, commit: self._commits.get((label, commit)))

    def _listed(self, origin: str, commit: str) -> str:
        """The ref that the lists have for a commit; empty for none."""
        if origin not in self._listings:
            served = (each for each in self._snapshot.origins if each.remote.origin == origin)
            view = next((each.view for each in served), None)
            self._listings[origin] = listed_commits(view) if view is not None else {}
        return self._listings[origin].get(commit, "")


def _shared_files(snapshot: Snapshot) -> Iterator[SharedFile]:
    taken: set[str] = set()
    for stick in snapshot.sticks:
        for path in stick.bundles:
            name = path.rpartition("/")[2]
            address = f"bundles/{name}"
            if is_safe(path) and address not in taken:
                taken.add(address)
                with contextlib.suppress(OSError):
                    size = stick.location.drive.status(path).st_size
                    download = Download(address, f"/proc/self/fd/{stick.drive}", path)
                    yield SharedFile(download, name, size)


def _places(snapshot: Snapshot) -> Iterator[Place]:
    for each in snapshot.origins:
        objects = [f"/proc/self/fd/{stick.repository}" for stick in each.sticks]
        yield Place(each.remote.name, tuple(each.view.files), objects, each.remote.name)


def _nginx_address(name: Sequence[object]) -> str:
    ip, port = str(name[0]), name[1]
    return f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"


def _files_open() -> int:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST_FILES if most == resource.RLIM_INFINITY else min(_MOST_FILES, most)
