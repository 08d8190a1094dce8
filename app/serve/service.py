"""The web server and all that belongs to it: serves a snapshot, and exchanges it for another."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from app.closing import Closing
from app.replacing import replace
from app.serve.accesses import Access, Accounts, LogReader
from app.serve.configuration import FALLBACK, LOG, Download, Site, configuration
from app.serve.crowding import Crowding
from app.serve.doubts import Doubts
from app.serve.errors import WebServerFailedError
from app.serve.fallback import Answers, Fallback
from app.serve.layout import Layout, lay_out
from app.serve.listening import Listeners
from app.serve.pages import page_names, pages
from app.serve.runtime import RuntimeDirectory
from app.serve.served import (
    LaterParts,
    Lists,
    Served,
    by_descriptor,
    handed_files,
    lists_of,
    places_of,
    whether_changed,
)
from app.serve.snapshot import ServedOrigin, Snapshot
from app.serve.sticks import HandedFile, ServedStick
from app.serve.telling import absent_list, looked_over, not_exchanged, spoilt_object
from app.serve.values import Address, ServedFile, ServeRequest, Serving, Tls, WebServerDied
from app.serve.web_server import Generation, WebServer

_DEATHS, _DEATHS_SECONDS = 5, 30.0
_MOST_FILES = 32_768
"""Of a worker; half as many connections: what comes at once before a crowd is noticed."""

_MOST_WORKERS = 4
_MOST_ABSENT = 1000
_MOST_TOLD = 20
"""Damaged objects of one stick that are named."""

_LEARN_SECONDS = 10.0
"""Between two exchanges for the sake of what is damaged."""

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class Service(Closing):
    """Runs from `exchange` on until it is closed. For use from one thread."""

    def __init__(
        self,
        request: ServeRequest,
        listeners: Listeners,
        runtime: RuntimeDirectory,
        server: WebServer,
        report: Callable[[object], None],
        accounts: Accounts,
        names: Sequence[str] = (),
    ) -> None:
        """``names``: those that the certificate is for."""
        self._request = request
        self._listeners = listeners
        self._runtime = runtime
        self._names = names
        self._report = report
        self._accounts = accounts
        self._server = server
        server.ended = self._ended
        self._snapshot = Snapshot((), ())
        self._addresses: tuple[Address, ...] = ()
        self._readers: dict[Path, LogReader] = {}
        self._generation = 0
        self._deaths: list[float] = []
        self._last_object = 0.0
        self._commits: dict[tuple[str, str], tuple[str, str]] = {}
        self._listings: dict[str, dict[str, str]] = {}
        self._parts = LaterParts()
        self._behind = self._learnt = False
        self._learn_again = 0.0
        self._running: tuple[Path, tuple[int, ...]] | None = None
        # Certificate and key, whatever they are called.
        tls = request.tls
        files = (tls.certificate, tls.key) if tls is not None else ()
        self._secrets = [os.open(path, os.O_RDONLY | os.O_CLOEXEC) for path in files]
        self._places = contextlib.ExitStack()
        self._fallback: Fallback | None = None
        self._doubts = Doubts()
        self._crowding = Crowding(listeners.sockets)
        # Computers, and the parts of lists that they wanted in vain.
        self._absent: set[tuple[str, str]] = set()

    def close(self) -> None:
        self._crowding.close()
        self._server.close()
        self._read_logs()
        self._doubts.close()
        for reader in self._readers.values():
            reader.close()
        self._places.close()
        for descriptor in self._secrets:
            os.close(descriptor)
        if self._fallback is not None:
            self._fallback.close()

    @property
    def moved(self) -> bool:
        """Whether this computer is reached at other addresses than before."""
        return self._here() != self._addresses

    @property
    def last_object(self) -> float:
        """When somebody last took an object, seconds since 1970."""
        return self._last_object

    @property
    def _socket(self) -> str:
        """Short enough for an address, and open to whoever has the descriptor."""
        return f"{by_descriptor(self._runtime.descriptor)}/{FALLBACK}"

    def _here(self) -> tuple[Address, ...]:
        """Where others reach this computer, so that they take the certificate."""
        addresses = self._listeners.addresses(self._scheme)
        if self._request.tls is None:
            return addresses
        port = self._listeners.port
        named = tuple(
            Address("", name, f"https://{name}:{port}/") for name in self._names if _is_host(name)
        )
        return (*named, *(each for each in addresses if each.ip in self._names)) or addresses

    @property
    def _scheme(self) -> str:
        return "https" if self._request.tls is not None else "http"

    @property
    def is_behind(self) -> bool:
        """Whether what was there before goes on being served, as there was no room for the new."""
        return self._behind

    def has_learnt(self) -> bool:
        """Whether more of what is served has turned out to be damaged; tells of it."""
        spoilt = tuple(self._doubts.spoilt())
        for each in spoilt:
            each.stick.spoilt[each.path] = each.state
            if len(each.stick.spoilt) <= _MOST_TOLD:
                self._report(spoilt_object(each))
        for done in self._doubts.looked_over():
            self._report(looked_over(done))
        self._learnt = self._learnt or bool(spoilt)
        # Many come one after the other while a stick is read.
        if not self._learnt or time.monotonic() < self._learn_again:
            return False
        self._learnt, self._learn_again = False, time.monotonic() + _LEARN_SECONDS
        return True

    def tick(self) -> None:
        """What has to be done often. Raises WebServerFailedError."""
        self._read_logs()
        self._server.reap()
        died = self._server.died
        if died is not None:
            self._start_again(died)
        for crowd in self._crowding.crowds():
            self._report(crowd.notice)
        self._accounts.tell(time.time())

    def exchange(self, served: Served) -> None:
        """Serve this from now on. Raises WebServerFailedError."""
        snapshot = served.snapshot
        before = self._parts.of_before()
        self._addresses = self._here()
        if self._fallback is None:
            worker = served.worker
            owner = (worker.uid, worker.gid) if worker is not None else None
            self._fallback = Fallback(Path(self._socket), owner)
        # What was before is still answered for, as long as somebody may ask for it.
        self._commits |= {
            (each.remote.name, commit): (each.remote.origin, ref)
            for each in snapshot.origins
            for ref, commit in each.refs.items()
        }
        labels = {name: origin for origin, name in served.names.items()}
        self._fallback.answers = Answers(
            labels, served.waiting, served.supplier, whether_changed(snapshot)
        )
        try:
            self._start(served, before)
        except OSError as error:
            if self._server.current is None:
                raise WebServerFailedError(error.strerror or str(error)) from error
            self._tell_behind(error)
            return
        self._behind = False
        self._parts.serve({each.remote.name: each.view.by_digest for each in snapshot.origins})
        self._snapshot, self._listings = snapshot, {}
        self._doubts.look_over(snapshot.sticks)
        remotes = tuple(each.remote for each in snapshot.origins)
        files = tuple(
            ServedFile(file.address, file.name, file.size, file.unsigned)
            for file in handed_files(snapshot)
            if file.is_app
        )
        self._report(Serving(self._addresses, remotes, files))

    def _tell_behind(self, error: OSError) -> None:
        if not self._behind:
            self._behind = True
            self._report(not_exchanged(self._runtime.path, error))

    def _start(self, served: Served, before: Lists) -> None:
        with contextlib.ExitStack() as opened:
            kept = _open_places(served, opened)
            self._generation += 1
            directory = self._runtime.path / f"g{self._generation}"
            files = handed_files(served.snapshot)
            hosts = self._hosts()
            directory.mkdir(mode=0o711 if served.worker is not None else 0o700)
            unfinished = opened.enter_context(contextlib.ExitStack())
            unfinished.callback(shutil.rmtree, directory, ignore_errors=True)
            root = os.open(directory, _DIRECTORY)
            opened.callback(os.close, root)
            site = replace(
                self._site(served, files, kept, before, [ip for ip, _ in hosts]),
                root=by_descriptor(root),
            )
            layout = Layout(
                configuration(site),
                {
                    f"a{number}": pages(base, served.snapshot.origins, list(files))
                    for number, (_, base) in enumerate(hosts)
                },
                lists_of(served, before),
            )
            lay_out(directory, layout, served.worker)
            unfinished.pop_all()
            descriptors = (
                *(fd for stick in served.snapshot.sticks for fd in stick.descriptors),
                *kept.values(),
                root,
                self._runtime.descriptor,
                *self._secrets,
            )
            self._server.switch(directory, descriptors)
            self._places.close()
            self._places = opened.pop_all()
        self._readers[directory] = LogReader(directory / LOG)
        self._running = directory, descriptors

    def _site(
        self,
        served: Served,
        files: Mapping[HandedFile, ServedStick],
        kept: Mapping[str, int],
        before: Lists,
        hosts: Sequence[str],
    ) -> Site:
        origins = served.snapshot.origins
        here = {each.remote.origin for each in origins}
        places = {origin: by_descriptor(number) for origin, number in kept.items()}
        return Site(
            root="",
            fallback=self._socket,
            listen=[_nginx_address(each.getsockname()) for each in self._listeners.sockets],
            tls=self._tls(),
            hosts={ip: f"a{number}" for number, ip in enumerate(hosts)},
            pages=page_names(origins),
            places=list(places_of(served, places, before)),
            downloads=[
                Download(file.address, by_descriptor(stick.drive), file.path)
                for file, stick in files.items()
            ],
            later=[served.names[origin] for origin in sorted(served.waiting - here)],
            kept={served.names[origin]: place for origin, place in places.items()},
            user=str(served.worker) if served.worker is not None else "",
            workers=min(_MOST_WORKERS, max(2, os.cpu_count() or 1)),
            files_open=_files_open(),
        )

    def _tls(self) -> Tls | None:
        if not self._secrets:
            return None
        certificate, key = map(by_descriptor, self._secrets)
        return Tls(Path(certificate), Path(key))

    def _hosts(self) -> list[tuple[str, str]]:
        """This computer's address as connections have it, and that of the pages for it."""
        hosts = {each.ip: each.url for each in self._addresses if not _is_host(each.ip)}
        for listener in self._listeners.sockets:
            alone = "::1" if ":" in listener.getsockname()[0] else "127.0.0.1"
            shown = f"[{alone}]" if ":" in alone else alone
            hosts.setdefault(alone, f"{self._scheme}://{shown}:{self._listeners.port}/")
        first = self._addresses[0]
        if _is_host(first.ip):
            # Whatever address it comes to, the certificate is for the name.
            return [(ip, first.url) for ip in hosts]
        return list(hosts.items())

    def _start_again(self, died: Generation) -> None:
        now = time.monotonic()
        self._deaths = [each for each in self._deaths if now - each < _DEATHS_SECONDS] + [now]
        said = died.said
        if len(self._deaths) > _DEATHS or self._running is None:
            raise WebServerFailedError(said or "it ends again and again")
        directory, descriptors = self._running
        (directory / "pid").unlink(missing_ok=True)
        self._server.switch(directory, descriptors)
        self._report(WebServerDied(said))

    def _ended(self, generation: Generation) -> None:
        reader = self._readers.pop(generation.directory, None)
        if reader is not None:
            self._read(reader)
            reader.close()

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
            if access.absent:
                self._tell_absent(access)
                continue
            if access.object:
                self._last_object = max(self._last_object, access.moment)
            self._accounts.count(access, self._find)
            self._doubts.count(access, self._sticks_of(access.label))

    def _tell_absent(self, access: Access) -> None:
        """A computer of another kind was here: that is all it gets to see."""
        origin = self._served_as(access.label)
        name = origin.view.part_named(access.absent) if origin is not None else ""
        if origin is None or not name or (access.computer, name) in self._absent:
            return
        if len(self._absent) < _MOST_ABSENT:
            self._absent.add((access.computer, name))
        upstream = self._request.upstream
        title = origin.remote.title
        self._report(absent_list(access.computer, title, name, upstream=upstream))

    def _served_as(self, label: str) -> ServedOrigin | None:
        served = (each for each in self._snapshot.origins if each.remote.name == label)
        return next(served, None)

    def _sticks_of(self, label: str) -> Sequence[ServedStick]:
        origin = self._served_as(label)
        return origin.sticks if origin is not None else ()

    def _find(self, label: str, commit: str) -> tuple[str, str] | None:
        """Origin and ref of a commit that was taken."""
        place = self._commits.get((label, commit))
        if place is None:
            served = self._served_as(label)
            origin = served.remote.origin if served is not None else ""
            ref = self._listed(origin, commit) if origin else ""
            place = (origin, ref) if ref else None
        return place

    def _listed(self, origin: str, commit: str) -> str:
        """The ref that the lists have for a commit; empty for none."""
        if origin not in self._listings:
            served = (each for each in self._snapshot.origins if each.remote.origin == origin)
            view = next((each.view for each in served), None)
            self._listings[origin] = view.listed_commits() if view is not None else {}
        return self._listings[origin].get(commit, "")


def _open_places(served: Served, opened: contextlib.ExitStack) -> dict[str, int]:
    """Origin → descriptor of the directory with what was fetched for it."""
    places = {}
    for origin, path in served.supplier.places.items() if served.supplier is not None else ():
        if origin not in served.names:
            # Nothing is known of it yet that could be served.
            continue
        with contextlib.suppress(OSError):
            places[origin] = os.open(path, _DIRECTORY)
            opened.callback(os.close, places[origin])
    return places


def _is_host(name: str) -> bool:
    """Whether it is a name that can be asked for, not an address and not a pattern."""
    return re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.?", name) is not None and not re.fullmatch(
        r"[0-9.]+", name
    )


def _nginx_address(name: Sequence[object]) -> str:
    ip, port = str(name[0]), name[1]
    return f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"


def _files_open() -> int:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST_FILES if most == resource.RLIM_INFINITY else min(_MOST_FILES, most)
