"""Answers for objects that no stick has: later, from elsewhere, or not at all.

nginx asks here, over a socket in its own directory, with what is asked for in headers of its own;
nothing of what a computer sent comes here but what nginx has read out of it.
"""

from __future__ import annotations

import os
import socketserver
from collections import deque
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from msgspec import Struct, field

from app.answering import Answering
from app.closing import Closing
from app.ostree.objects import ObjectKind, ObjectName
from app.serve.configuration import KEPT, RETRY_SECONDS
from app.serve.supplying import Outcome, Supplied, Supplier

_MOST_MISSES = 1000


class Miss(Struct, frozen=True):
    """A computer asked for a commit that nobody has; ``ref``: if whoever was asked knows it."""

    computer: str
    origin: str
    commit: str
    ref: str


class Answers(Struct, frozen=True):
    """By what answers are made; exchanged as a whole.

    Attributes:
        labels: what nginx calls the sources → their origins.
        waiting: origins of which a stick was pulled out.
        is_changing: whether somebody writes to a stick that has any of an origin, or has written
            to it since it was judged. Asked by several threads.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()
    supplier: Supplier | None = None
    is_changing: Callable[[str], bool] = lambda _origin: False


class Fallback(Closing):
    """Listens at ``path`` while it is open.

    Attributes:
        answers: may be set by any thread.
        misses: what nobody had, the oldest first; whoever reads it takes it out.
    """

    def __init__(self, path: Path, owner: tuple[int, int] | None) -> None:
        """``owner``: user and group that may ask, where that is not us."""
        self.answers = Answers()
        self.misses: deque[Miss] = deque(maxlen=_MOST_MISSES)
        fallback = self

        class Handler(_Handler):
            owner = fallback

        self._server = _Server(str(path), Handler)
        path.chmod(0o600)
        if owner is not None:
            os.chown(path, *owner)
        self._server.begin("satchel-fallback")

    def is_later(self, origin: str) -> bool:
        """Whether what nobody has of it may be there soon."""
        return origin in self.answers.waiting or self.answers.is_changing(origin)

    def close(self) -> None:
        self._server.end()


class _Server(Answering, socketserver.UnixStreamServer):
    """Of many that wait."""

    request_queue_size = 1024


class _Handler(BaseHTTPRequestHandler):
    owner: Fallback

    def log_message(self, format: str, *args: object) -> None:
        """No log: nginx keeps one."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        answers = self.owner.answers
        label = self.headers.get("Origin-Label", "")
        origin = answers.labels.get(label)
        prefix, _, rest = self.headers.get("Object", "").partition("/")
        name = ObjectName.from_path(prefix, rest)
        if origin is None or name is None:
            self._say(HTTPStatus.NOT_FOUND)
            return
        supplied = (
            answers.supplier.fetch(origin, name)
            if answers.supplier is not None
            else Supplied(Outcome.NOTHING)
        )
        self._pass_on(supplied, label, origin, name)

    def _pass_on(self, supplied: Supplied, label: str, origin: str, name: ObjectName) -> None:
        match supplied.outcome:
            case Outcome.KEPT:
                path = f"/{KEPT}/{label}/objects/{name.path}"
                self._say(HTTPStatus.OK, {"X-Accel-Redirect": path})
            case Outcome.PASSING:
                self._say(HTTPStatus.OK, {"Content-Length": str(len(supplied.body))})
                if self.command == "GET":
                    self.wfile.write(supplied.body)
            case Outcome.NOTHING if self.owner.is_later(origin):
                self._say(HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(RETRY_SECONDS)})
            case Outcome.NOTHING:
                if name.kind is ObjectKind.COMMIT:
                    self._miss(origin, name, supplied.ref)
                self._say(HTTPStatus.NOT_FOUND)
            case Outcome.FAILED:
                self._miss(origin, name, supplied.ref)
                # The only answer that libostree takes for one that passes, and tries again.
                self._say(HTTPStatus.INTERNAL_SERVER_ERROR)
            case Outcome.REFUSED:
                self._miss(origin, name, supplied.ref)
                # Whoever fetches tells of it.
                self._say(HTTPStatus.BAD_GATEWAY)

    def _miss(self, origin: str, name: ObjectName, ref: str) -> None:
        """Nobody has it."""
        if name.kind in {ObjectKind.COMMIT, ObjectKind.COMMITMETA}:
            computer = self.headers.get("Computer", "")
            self.owner.misses.append(Miss(computer, origin, name.checksum, ref))

    def _say(self, status: HTTPStatus, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": "0", **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
