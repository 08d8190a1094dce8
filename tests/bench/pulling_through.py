"""A computer that installs what nobody has fetched yet, from an upstream whose answers are late.

Through nginx that keeps what passes (``proxy_store``), and through ``satchel serve --upstream``.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.processes import BenchError, Sample, call, measure, say
from tests.bench.sides import Bench
from tests.bench.targets import empty
from tests.bench.upstream import APP, COLLECTION, RUNTIME, Upstream
from tests.bench.web_server import free_ports, wait_for

_REMOTE = "bench"
_NGINX = """
{user}
daemon off;
worker_processes auto;
pid {prefix}/pid;
error_log {prefix}/error.log;
events {{ worker_connections 768; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    client_body_temp_path {prefix}/t1;
    proxy_temp_path {prefix}/t2;
    fastcgi_temp_path {prefix}/t3;
    uwsgi_temp_path {prefix}/t4;
    scgi_temp_path {prefix}/t5;
    upstream late {{ server {upstream}; keepalive 64; }}
    server {{
        listen 127.0.0.1:{port};
        root {prefix}/store;
        location / {{ try_files $uri @late; }}
        location @late {{
            proxy_pass http://late;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_store on;
            proxy_store_access user:rw all:r;
        }}
    }}
}}
"""


def pulling_through(bench: Bench, upstream: Upstream) -> None:
    """Each side begins with nothing."""
    if not bench.satchel:
        return
    stick, client = bench.base / "stick", bench.base / "client"
    say("  pulling through: filling a stick with the runtime")
    home = bench.satchel_env()
    late = bench.server.late_h1
    file = bench.repo_file(late, upstream)
    satchel = bench.satchel
    call(*satchel, "remotes", "add", str(file), env=home)
    empty(stick)
    stick.mkdir()
    runtime = RUNTIME.rpartition("/x86_64")[0]
    call(*satchel, "make", str(stick), runtime, "--remote", _REMOTE, "--yes", env=home)

    def directly() -> Sample:
        return _install(upstream, bench.url(late, upstream), client)

    def nginx() -> Sample:
        with _nginx(urlsplit(late).netloc) as address:
            return _install(upstream, bench.url(address, upstream), client)

    def through_satchel() -> Sample:
        call(*satchel, "cache", "--clear", env=home)
        with _satchel(satchel, home, stick) as address:
            return _install(upstream, f"{address}{_REMOTE}", client)

    sides = {"directly": directly, "proxy_store": nginx, "satchel": through_satchel}
    bench.take_turns("pulling through", sides)
    for folder in (stick, client):
        empty(folder)


@contextlib.contextmanager
def _satchel(command: list[str], home: dict[str, str], stick: Path) -> Iterator[str]:
    process = subprocess.Popen(
        [*command, "serve", str(stick), "--upstream", "--listen=127.0.0.1:0", "--json"],
        env=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    with _ending(process), process.stdout as lines:
        for line in lines:
            told = json.loads(line)
            if told["event"] == "serving":
                yield told["addresses"][0]["url"]
                return
        raise BenchError("satchel serve ended without serving anything")


@contextlib.contextmanager
def _nginx(upstream: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="satchel-nginx-") as name:
        prefix = Path(name)
        (prefix / "store").mkdir()
        port = free_ports(1)[0]
        user = "user root;" if os.geteuid() == 0 else ""
        text = _NGINX.format(user=user, prefix=prefix, upstream=upstream, port=port)
        (prefix / "nginx.conf").write_text(text)
        process = subprocess.Popen(["nginx", "-p", name, "-c", str(prefix / "nginx.conf")])
        with _ending(process):
            wait_for(process, [port], prefix / "error.log")
            yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def _ending(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _install(upstream: Upstream, address: str, directory: Path) -> Sample:
    """Of a computer that has nothing but the remote."""
    empty(directory)
    for name in ("user", "system", "config", "run", "home"):
        (directory / name).mkdir(parents=True)
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "HOME": str(directory / "home"),
        **{
            f"FLATPAK_{name}_DIR": str(directory / name.lower())
            for name in ("USER", "SYSTEM", "CONFIG", "RUN")
        },
    }
    options = ("--user", f"--gpg-import={upstream.key}", f"--collection-id={COLLECTION}")
    call("flatpak", "remote-add", *options, _REMOTE, address, env=environment)
    app = APP.split("/")[1]
    install = ["flatpak", "install", "--user", "-y", "--noninteractive", _REMOTE, app]
    return measure(install, environment)
