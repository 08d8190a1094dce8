"""nginx: answers at once, and answers that are late, by HTTP/1.1 and by HTTP/2."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.processes import BenchError, call


@dataclass(frozen=True)
class Server:
    """Base URLs of the three listeners, and the certificate of the last."""

    plain: str
    late_h1: str
    late_h2: str
    certificate: Path


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


# Sleeping and then jumping to a named location makes nginx wait without a worker being held, and
# serve the file as it would have otherwise, with sendfile and keep-alive.
LATE = """
        location / {{ echo_sleep {seconds}; echo_exec @file; }}
        location @file {{ root {root}; }}
"""

NGINX = """
{user}
{module}
worker_processes 2;
pid {prefix}/pid;
error_log {prefix}/error.log;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    keepalive_timeout 600;
    http2_max_concurrent_streams 128;
    default_type application/octet-stream;
    client_body_temp_path {prefix}/t1;
    proxy_temp_path {prefix}/t2;
    fastcgi_temp_path {prefix}/t3;
    uwsgi_temp_path {prefix}/t4;
    scgi_temp_path {prefix}/t5;
    server {{
        listen 127.0.0.1:{ports[0]};
        location / {{ root {root}; }}
    }}
    server {{
        listen 127.0.0.1:{ports[1]};
        {late}
    }}
    server {{
        listen 127.0.0.1:{ports[2]} ssl http2;
        ssl_certificate {prefix}/cert.pem;
        ssl_certificate_key {prefix}/key.pem;
        {late}
    }}
}}
"""


@contextlib.contextmanager
def web_server(root: Path, latency_ms: float) -> Iterator[Server]:
    """nginx with a root that may hold several upstreams."""
    modules = ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules")
    loadable = [
        path for each in modules if (path := Path(each, "ngx_http_echo_module.so")).exists()
    ]
    if not loadable:
        raise BenchError("nginx's echo module is not installed (packaging/test installs it)")
    with tempfile.TemporaryDirectory(prefix="satchel-nginx-") as name:
        prefix = Path(name)
        call("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "3", "-subj", "/CN=Satchel bench", "-addext",
             "subjectAltName=IP:127.0.0.1", "-keyout", str(prefix / "key.pem"),
             "-out", str(prefix / "cert.pem"))  # fmt: skip
        ports = free_ports(3)
        (prefix / "nginx.conf").write_text(
            NGINX.format(
                user="user root;" if os.geteuid() == 0 else "",
                module=f"load_module {loadable[0]};",
                prefix=prefix,
                root=root,
                ports=ports,
                late=LATE.format(seconds=latency_ms / 1000, root=root),
            )
        )
        process = subprocess.Popen(
            # Ends with this script even if that is killed outright.
            [
                "setpriv",
                "--pdeathsig",
                "TERM",
                "nginx",
                "-p",
                name,
                "-c",
                str(prefix / "nginx.conf"),
                "-g",
                "daemon off;",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # A Ctrl-C in the terminal is for this script, which then ends the server.
            start_new_session=True,
        )
        try:
            wait_for(process, ports, prefix / "error.log")
            yield Server(
                f"http://127.0.0.1:{ports[0]}",
                f"http://127.0.0.1:{ports[1]}",
                f"https://127.0.0.1:{ports[2]}",
                prefix / "cert.pem",
            )
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_for(process: subprocess.Popen[bytes], ports: list[int], log: Path) -> None:
    deadline = time.monotonic() + 10
    for port in ports:
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if process.poll() is not None or time.monotonic() > deadline:
                text = log.read_text() if log.exists() else "(it wrote no log)"
                raise BenchError(f"nginx did not start:\n{text}")
            time.sleep(0.02)
