"""Many small requests to one web server at once, each tried once.

For what is nice to know beforehand: a server that is busy or in trouble is asked for nothing more,
and whoever needs an answer asks for it again by `Source.get`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

import pycurl

from app.ostree.pull.answers import is_web_page
from app.ostree.pull.fetch import HttpSource, Network, ask_for, new_handle

_WAIT = 0.1
"""Seconds between looks at whether to go on."""

_ABSENT = frozenset({403, 404, 410})
"""Answers that say something about one file only."""

T = TypeVar("T")
_T_co = TypeVar("_T_co", covariant=True)


class _Answer(Protocol[_T_co]):
    """A way of asking for one file."""

    handle: Any

    def begin(self) -> None:
        """Before each request."""

    def end(self) -> _T_co | None:
        """What has come; None if it is of no use."""


class _Size:
    """A request for no content (HEAD)."""

    def __init__(self, handle: Any) -> None:
        self.handle = handle
        handle.setopt(pycurl.NOBODY, 1)

    def begin(self) -> None:
        pass

    def end(self) -> int | None:
        size: int = self.handle.getinfo(pycurl.CONTENT_LENGTH_DOWNLOAD_T)
        return size if size >= 0 else None


class _Content:
    """A small file."""

    def __init__(self, handle: Any, limit: int) -> None:
        self.handle = handle
        self._limit = limit
        self._came = bytearray()
        handle.setopt(pycurl.MAXFILESIZE_LARGE, limit)
        handle.setopt(pycurl.WRITEFUNCTION, _taker(self._came, limit))

    def begin(self) -> None:
        self._came.clear()

    def end(self) -> bytes | None:
        data = bytes(self._came)
        return None if is_web_page(data) else data


def _taker(came: bytearray, limit: int) -> Any:
    # Not a method: the handle would keep what keeps the handle.
    def take(data: bytes) -> int | None:
        if len(came) + len(data) > limit:
            return -1
        came.extend(data)
        return None

    return take


def sizes(source: HttpSource, paths: Sequence[str]) -> dict[str, int]:
    """Bytes of those of these files of which the server tells. Raises InterruptedByUser."""
    return _asking(source, 0, _Size).ask(source, paths)


def contents(
    source: HttpSource,
    paths: Sequence[str],
    limit: int,
    further: Callable[[str, bytes], Sequence[str]] | None = None,
) -> dict[str, bytes]:
    """Those of these files that came, unchecked, none of over ``limit`` bytes. ``further``: what
    else is asked for at once, by what came. Raises InterruptedByUser."""
    made = _asking(source, limit, lambda handle: _Content(handle, limit))
    return made.ask(source, paths, further)


class _MakeAnswer(Protocol[_T_co]):
    def __call__(self, handle: Any, /) -> _Answer[_T_co]: ...


def _asking(source: HttpSource, kind: int, answer: _MakeAnswer[T]) -> _Asking[T]:
    """Whoever asks in several rounds keeps its connections between them: to make one takes longer
    than most answers.
    """
    multi, kinds = source.kept(_connections)
    made: _Asking[T] | None = kinds.get(kind)
    if made is None:
        made = kinds[kind] = _Asking(source.network, multi, answer)
    return made


def _connections(network: Network) -> tuple[Any, dict[int, Any]]:
    multi = pycurl.CurlMulti()
    multi.setopt(pycurl.M_PIPELINING, pycurl.PIPE_MULTIPLEX)
    multi.setopt(pycurl.M_MAX_HOST_CONNECTIONS, network.connections)
    return multi, {}


class _Asking(Generic[T]):
    """None any more once the server is busy."""

    def __init__(self, network: Network, multi: Any, answer: _MakeAnswer[T]) -> None:
        self._network = network
        self._answer = answer
        self._at_once = network.streams if network.http2 else network.connections
        self._multi = multi
        self._free: list[_Answer[T]] = []
        self._flying: dict[Any, tuple[_Answer[T], str]] = {}
        self._told: dict[str, T] = {}
        self._further: Callable[[str, T], Sequence[str]] | None = None

    def ask(
        self,
        source: HttpSource,
        paths: Sequence[str],
        further: Callable[[str, T], Sequence[str]] | None = None,
    ) -> dict[str, T]:
        self._further = further
        at_once = self._at_once if further is not None else min(self._at_once, len(paths))
        while len(self._free) < at_once:
            self._free.append(self._answer(new_handle(self._network)))
        todo = list(reversed(paths))
        self._told = {}
        try:
            while todo or self._flying:
                source.cancel.check()
                while todo and self._free:
                    path = todo.pop()
                    self._begin(self._free.pop(), path, source.address(path))
                while self._multi.perform()[0] == pycurl.E_CALL_MULTI_PERFORM:
                    pass
                ended = self._end(todo)
                self._free += ended
                if self._flying and not ended:
                    self._multi.select(_WAIT)
        finally:
            for handle in self._flying:
                self._multi.remove_handle(handle)
            self._flying.clear()
            self._further = None
        return self._told

    def _begin(self, answer: _Answer[T], path: str, address: str) -> None:
        answer.begin()
        ask_for(answer.handle, address)
        self._flying[answer.handle] = answer, path
        self._multi.add_handle(answer.handle)

    def _end(self, todo: list[str]) -> list[_Answer[T]]:
        """Those that are free again."""
        _, answered, refused = self._multi.info_read(self._at_once)
        for handle, _, _ in refused:
            if handle.getinfo(pycurl.RESPONSE_CODE) not in _ABSENT:
                todo.clear()
                self._further = None
        for handle in answered:
            answer, path = self._flying[handle]
            told = answer.end()
            if told is not None:
                self._told[path] = told
                if self._further is not None:
                    todo += self._further(path, told)
        ended = [*answered, *(handle for handle, _, _ in refused)]
        free = []
        for handle in ended:
            self._multi.remove_handle(handle)
            free.append(self._flying.pop(handle)[0])
        return free
