"""How large files of an upstream are, without fetching them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from typing import Any

import pycurl

from app.ostree.pull.fetch import HttpSource, LocalSource, Source, ask_for, new_handle

_WAIT = 0.1
"""Seconds between looks at whether to go on."""

_ABSENT = frozenset({403, 404, 410})
"""Answers that say something about one file only."""


def ask_sizes(source: Source, paths: Sequence[str]) -> dict[str, int]:
    """Bytes of those of these files of which that can be told. Raises InterruptedByUser."""
    if isinstance(source, HttpSource):
        return _Asking(source).ask(paths)
    told = {}
    if isinstance(source, LocalSource):
        for path in paths:
            with contextlib.suppress(OSError):
                told[path] = os.stat(source.root / path).st_size
    return told


class _Asking:
    """Many requests for no content (HEAD) at once; none any more once the server is busy."""

    def __init__(self, source: HttpSource) -> None:
        network = source.network
        self._source = source
        self._at_once = network.streams if network.http2 else network.connections
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_PIPELINING, pycurl.PIPE_MULTIPLEX)
        self._multi.setopt(pycurl.M_MAX_HOST_CONNECTIONS, network.connections)
        self._flying: dict[Any, str] = {}
        self._told: dict[str, int] = {}

    def ask(self, paths: Sequence[str]) -> dict[str, int]:
        free = [self._handle() for _ in range(min(self._at_once, len(paths)))]
        todo = list(reversed(paths))
        try:
            while todo or self._flying:
                self._source.cancel.check()
                while todo and free:
                    self._begin(free.pop(), todo.pop())
                while self._multi.perform()[0] == pycurl.E_CALL_MULTI_PERFORM:
                    pass
                free += (ended := self._end(todo))
                if self._flying and not ended:
                    self._multi.select(_WAIT)
        finally:
            for handle in self._flying:
                self._multi.remove_handle(handle)
        return self._told

    def _handle(self) -> Any:
        handle = new_handle(self._source.network)
        handle.setopt(pycurl.NOBODY, 1)
        return handle

    def _begin(self, handle: Any, path: str) -> None:
        ask_for(handle, self._source.address(path))
        self._flying[handle] = path
        self._multi.add_handle(handle)

    def _end(self, todo: list[str]) -> list[Any]:
        """Handles that are free again."""
        _, answered, refused = self._multi.info_read(self._at_once)
        for handle in answered:
            size = handle.getinfo(pycurl.CONTENT_LENGTH_DOWNLOAD_T)
            if size >= 0:
                self._told[self._flying[handle]] = size
        for handle, _, _ in refused:
            if handle.getinfo(pycurl.RESPONSE_CODE) not in _ABSENT:
                todo.clear()
        ended = [*answered, *(handle for handle, _, _ in refused)]
        for handle in ended:
            del self._flying[handle]
            self._multi.remove_handle(handle)
        return ended
