"""Web servers on loopback: nginx as upstreams have it, and one that does everything wrong."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from app.closing import Closing
from tests.ostree.web import Exchange, Rule, Web, cut, endless, hang_up, replace, stall, status
from tests.waiting import GUARD

__all__ = [
    "Exchange",
    "Gate",
    "HostileServer",
    "Request",
    "Rule",
    "Server",
    "Web",
    "cut",
    "endless",
    "hang_up",
    "ignore_range",
    "lasting_port",
    "lie_about_length",
    "redirect",
    "replace",
    "slow",
    "stall",
    "status",
    "unavailable",
]

_ECHO = ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules")
_DEADLINE = GUARD


@dataclass(frozen=True)
class Request:
    """A line of nginx's log.

    Attributes:
        bytes: of the body, as sent.
        range: the request's header, empty without one.
        protocol: ``HTTP/1.1`` or ``HTTP/2.0``.
    """

    method: str
    path: str
    status: int
    bytes: int
    range: str
    protocol: str


class Server:
    """nginx serving ``root`` while the context lasts.

    Attributes:
        url: without a slash at its end.
        ca: path of the certificate to trust, with ``tls``; else None.
    """

    def __init__(
        self,
        root: Path,
        *,
        tls: bool = False,
        latency: float = 0.0,
        redirect: str = "",
        mutual: bool = False,
    ) -> None:
        """``tls``: HTTPS with HTTP/2; ``latency``: seconds that each answer is late.

        ``redirect``: the server that every request is led to. ``mutual``, with ``tls``: clients
        need a certificate; the server's own, with `key`, will do.
        """
        self.root = root
        self.ca: Path | None = None
        self._tls = tls
        self._latency = latency
        self._redirect = redirect
        self._mutual = mutual
        self._marks = itertools.count()
        self._process: subprocess.Popen[bytes] | None = None
        self._directory = Path()

    def __enter__(self) -> Self:
        # /tmp: whoever nginx runs as has to get in.
        self._directory = Path(tempfile.mkdtemp(prefix="satchel-nginx-"))
        if self._tls:
            self._make_certificate()
        # nginx inherits the socket as it would from the nginx it replaces: nobody can take the port
        # in between, and clients may connect at once.
        with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
            listener.setblocking(False)
            self.port: int = listener.getsockname()[1]
            (self._directory / "nginx.conf").write_text(self._configuration())
            with open(self._directory / "stderr", "wb") as stderr:
                self._process = subprocess.Popen(
                    ["nginx", "-p", self._directory, "-c", "nginx.conf", "-e", "error.log"],
                    env={
                        "PATH": f"{os.environ['PATH']}:/usr/sbin",
                        "NGINX": f"{listener.fileno()};",
                    },
                    pass_fds=(listener.fileno(),),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=stderr,
                )
        try:
            self._mark()
        except (OSError, http.client.HTTPException) as error:
            said = self.errors + (self._directory / "stderr").read_text()
            self.close()
            raise AssertionError(f"nginx did not start: {said}") from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def key(self) -> Path:
        """The key of the certificate, with ``tls``."""
        return self._directory / "key.pem"

    @property
    def errors(self) -> str:
        """nginx's own log: of trouble, missing files are none."""
        log = self._directory / "error.log"
        return log.read_text() if log.exists() else ""

    def requests(self) -> list[Request]:
        """What was asked for so far, in the order in which it was answered."""
        # There is one worker, and it logs an answer before it looks at the next request.
        self._mark()
        lines = (self._directory / "access.log").read_text().splitlines()
        logged = [Request(**json.loads(line)) for line in lines]
        return [request for request in logged if not request.path.startswith("/.mark-")]

    def paths(self) -> list[str]:
        return [request.path for request in self.requests()]

    def forget(self) -> None:
        """Let `requests` begin anew."""
        self._mark()
        os.truncate(self._directory / "access.log", 0)

    def close(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(_DEADLINE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        # One that was never started has none; an empty path is where we are.
        if self._directory != Path():
            shutil.rmtree(self._directory, ignore_errors=True)

    def _mark(self) -> None:
        path = f"/.mark-{next(self._marks)}"
        connection: http.client.HTTPConnection
        if self.ca is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_DEADLINE)
        else:
            trust = ssl.create_default_context(cafile=str(self.ca))
            connection = http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=_DEADLINE, context=trust
            )
        try:
            connection.request("GET", path)
            connection.getresponse().read()
        finally:
            connection.close()

    def _make_certificate(self) -> None:
        self.ca = self._directory / "ca.pem"
        subprocess.run(
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-nodes", "-days", "3650", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                "-keyout", self._directory / "key.pem", "-out", self.ca,
            ],
            check=True,
            capture_output=True,
        )  # fmt: skip

    def _configuration(self) -> str:
        listen = f"127.0.0.1:{self.port}"
        if self._tls:
            listen += " ssl http2; ssl_certificate ca.pem; ssl_certificate_key key.pem"
        location = self._location()
        if self._mutual:
            listen += "; ssl_client_certificate ca.pem; ssl_verify_client optional"
            location = location.replace(
                "{ ", "{ if ($ssl_client_verify != SUCCESS) { return 403; } "
            )
        return _CONFIGURATION.format(
            modules=f"load_module {_echo_module()};" if self._latency else "",
            # Test directories may be closed to anybody but root.
            user="user root;" if os.geteuid() == 0 else "",
            log=", ".join(f'"{name}":{variable}' for name, variable in _LOG.items()),
            listen=listen,
            location=location,
        )

    def _location(self) -> str:
        if self._latency:
            # Sleeping and then jumping to a named location holds no worker.
            return (
                f"location / {{ echo_sleep {self._latency}; echo_exec @file; }}\n"
                f'    location @file {{ root "{self.root}"; }}'
            )
        if self._redirect:
            return f"location / {{ return 302 {self._redirect}$request_uri; }}"
        return f'location / {{ root "{self.root}"; }}'


def _echo_module() -> Path:
    for directory in _ECHO:
        path = Path(directory, "ngx_http_echo_module.so")
        if path.exists():
            return path
    raise AssertionError("nginx's echo module is not installed")


_LOG = {
    "method": '"$request_method"',
    "path": '"$request_uri"',
    "status": "$status",
    "bytes": "$body_bytes_sent",
    "range": '"$http_range"',
    "protocol": '"$server_protocol"',
}
_CONFIGURATION = """
{modules}
{user}
daemon off;
worker_processes 1;
pid nginx.pid;
error_log error.log warn;
events {{ worker_connections 1024; }}
http {{
  log_format json escape=json '{{{log}}}';
  access_log access.log json;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
  uwsgi_temp_path t4; scgi_temp_path t5;
  log_not_found off;
  default_type application/octet-stream;
  gzip off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000;
  server {{
    listen {listen};
    location /.mark- {{ return 204; }}
    {location}
  }}
}}
"""


class HostileServer(Web, Closing):
    """`Web` as a context: ``rules`` are for a path's next requests, ``always`` for all of them."""

    def on(self, path: str, *rules: Rule) -> None:
        """Answer the next requests for ``path`` with these, one each, and then well."""
        self.rules[path].extend(rules)


class Gate:
    """Lets ``many`` requests through, then none for a second, and so on.

    Attributes:
        refused, let_through: how many so far.
    """

    def __init__(self, many: int, status: str, retry_after: Callable[[], object]) -> None:
        """``retry_after``: what is said then of when to come again."""
        self.many = many
        self.status = status
        self.retry_after = retry_after
        self.refused = 0
        self.let_through = 0
        self._until = 0.0
        self._left = many
        self._lock = threading.Lock()

    def __call__(self, exchange: Exchange) -> None:
        with self._lock:
            now = time.monotonic()
            if not self._left and not self._until:
                self._until = now + 1
            elif not self._left and now >= self._until:
                self._until, self._left = 0.0, self.many
            refuse = not self._left
            self._left -= not refuse
            self.refused += refuse
            self.let_through += not refuse
        if refuse:
            exchange.send(self.status, b"", f"Retry-After: {self.retry_after()}")
        else:
            exchange.good()


def lasting_port() -> int:
    """A port that no connection is given while nobody listens there: one server after another can
    have it."""
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for port in random.sample(range(10_000, first), 1000):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("all ports are taken")


def redirect(to: str, code: int = 302) -> Rule:
    """Elsewhere: another path, another server, or ``file:///``…"""
    return status(f"{code} Found", f"Location: {to}")


def unavailable(times: int, code: int = 503) -> list[Rule]:
    """Fail that often: ``server.on(path, *unavailable(2))``."""
    return [status(f"{code} Unavailable")] * times


def lie_about_length(by: int) -> Rule:
    """Content-Length names ``by`` bytes more than come, or with a negative number fewer."""

    def rule(exchange: Exchange) -> None:
        body = exchange.body
        exchange.send("200 OK", body, "Connection: close", length=max(0, len(body) + by))
        hang_up(exchange)

    return rule


def ignore_range(exchange: Exchange) -> None:
    """The whole file, whatever part was asked for."""
    exchange.send("200 OK", exchange.body)


def slow(bytes_per_second: int) -> Rule:
    """A tenth of a second's bytes at a time; stops early when the server is closed."""

    def rule(exchange: Exchange) -> None:
        body = exchange.body
        step = max(1, bytes_per_second // 10)
        exchange.send("200 OK", body[:step], length=len(body))
        for start in range(step, len(body), step):
            if exchange.web.closing.wait(0.1):
                hang_up(exchange)
            exchange.socket.sendall(body[start : start + step])

    return rule
