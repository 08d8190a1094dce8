"""A classroom that installs the same app at once: from a stick through Satchel, and from nginx.

All on a network of its own: a computer that serves, and another one with all the clients. Each
client is the real flatpak with an installation of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.processes import MB, BenchError, Sample, call, say
from tests.bench.sides import Bench
from tests.bench.targets import empty
from tests.bench.upstream import COLLECTION, Upstream
from tests.namespaces import Computer, Network

CLIENTS = 30
_APP = "org.satchel.Bench"
_REMOTE = "bench"
_PORT = 8080
# As distributions set nginx up, but for where its files are.
_NGINX = """
{user}
worker_processes auto;
daemon off;
pid {prefix}/pid;
error_log {prefix}/error.log;
events {{ worker_connections 768; }}
http {{
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    default_type application/octet-stream;
    access_log {prefix}/access.log;
    client_body_temp_path {prefix}/t1;
    proxy_temp_path {prefix}/t2;
    fastcgi_temp_path {prefix}/t3;
    uwsgi_temp_path {prefix}/t4;
    scgi_temp_path {prefix}/t5;
    server {{
        listen {port};
        root {root};
    }}
}}
"""


def serving(bench: Bench, upstream: Upstream) -> None:
    """Needs root, for the network."""
    if not bench.satchel:
        return
    if os.geteuid() != 0:
        say("  serving: a network of its own needs root")
        return
    stick, mirror, clients = (bench.base / name for name in ("stick", "mirror", "clients"))
    say("  serving: filling the stick and the mirror")
    # Whoever serves it knows the publisher's key.
    home = bench.satchel_env()
    bench.satchel_make(bench.server.plain, upstream, stick, home)
    empty(mirror)
    call("cp", "-r", str(upstream.repo), str(mirror))
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="satchel-net-")))
        network = stack.enter_context(Network(scratch))
        teacher, room = network.computer("teacher"), network.computer("room")

        def satchel() -> Sample:
            with _satchel(bench.satchel, home, teacher, stick) as address:
                return _install(room, upstream, f"{address}{_REMOTE}", clients)

        def nginx() -> Sample:
            with _nginx(teacher, mirror) as address:
                return _install(room, upstream, address, clients)

        bench.take_turns(f"{CLIENTS} clients", {"plain nginx": nginx, "satchel": satchel})
    for folder in (stick, mirror, clients):
        empty(folder)


@contextlib.contextmanager
def _satchel(
    command: list[str] | None, home: dict[str, str], teacher: Computer, stick: Path
) -> Iterator[str]:
    assert command
    listen = f"--listen={teacher.address}:{_PORT}"
    process = teacher.start(
        *(*command, "serve", str(stick), listen, "--json"),
        stdout=subprocess.PIPE,
        env=home,
    )
    assert process.stdout is not None
    with _ending(process), process.stdout as lines:
        for line in lines:
            if json.loads(line)["event"] == "serving":
                yield f"http://{teacher.address}:{_PORT}/"
                return
        raise BenchError("satchel serve ended without serving anything")


@contextlib.contextmanager
def _nginx(teacher: Computer, root: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="satchel-nginx-") as name:
        prefix = Path(name)
        configuration = _NGINX.format(user="user root;", prefix=prefix, root=root, port=_PORT)
        (prefix / "nginx.conf").write_text(configuration)
        process = teacher.start("nginx", "-p", name, "-c", str(prefix / "nginx.conf"))
        address = f"http://{teacher.address}:{_PORT}"
        with _ending(process):
            while teacher.run("curl", "-sf", f"{address}/config").returncode:
                if process.poll() is not None:
                    raise BenchError("nginx did not start")
                time.sleep(0.02)
            yield address


@contextlib.contextmanager
def _ending(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _install(room: Computer, upstream: Upstream, address: str, directory: Path) -> Sample:
    """From the first one's start to the last one's end; the clients are new ones."""
    environments = _clients(room, upstream, address, directory)
    os.sync()
    install = ("flatpak", "install", "--user", "-y", "--noninteractive", _REMOTE, _APP)
    with contextlib.ExitStack() as stack:
        outputs = [stack.enter_context(tempfile.TemporaryFile()) for _ in environments]
        begin = time.perf_counter()
        processes = [
            room.start(*install, env=env, stdout=output, stderr=output)
            for env, output in zip(environments, outputs, strict=True)
        ]
        peaks = []
        for process, output in zip(processes, outputs, strict=True):
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            peaks.append(usage.ru_maxrss * 1024 / MB)
            if process.returncode:
                output.seek(0)
                said = output.read().decode(errors="replace")
                raise BenchError(f"a client failed ({process.returncode}):\n{said}")
        return Sample(time.perf_counter() - begin, max(peaks))


def _clients(
    room: Computer, upstream: Upstream, address: str, directory: Path
) -> list[dict[str, str]]:
    """The variables of each, which has nothing but the remote."""
    empty(directory)
    first = directory / "0"
    environments = [_environment(directory / str(number)) for number in range(CLIENTS)]
    for name in ("user", "system", "config", "run", "home"):
        (first / name).mkdir(parents=True)
    options = ("--user", f"--gpg-import={upstream.key}", f"--collection-id={COLLECTION}")
    added = room.run("flatpak", "remote-add", *options, _REMOTE, address, env=environments[0])
    if added.returncode:
        raise BenchError(f"remote-add: {added.stderr}")
    for number in range(1, CLIENTS):
        shutil.copytree(first, directory / str(number), symlinks=True)
    return environments


def _environment(directory: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "HOME": str(directory / "home"),
        **{
            f"FLATPAK_{name}_DIR": str(directory / name.lower())
            for name in ("USER", "SYSTEM", "CONFIG", "RUN")
        },
    }
