"""Real upstreams, servers and clients for all tests.

What is made once a run is read-only for tests: `Upstream.copy` gives one to change.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.ostree import workers
from tests.client import Client
from tests.devices import Devices, drive_services
from tests.examples import load_profile
from tests.gpg import SigningKey
from tests.kept import kept_key, kept_upstream
from tests.quick_workers import QuickWorkers
from tests.servers import HostileServer, Server
from tests.tiers import MARKERS, TIERS, select
from tests.upstream import Upstream, fill_default

pytest_plugins = ["tests.failures"]

_START_PROCESS = workers.start_process


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--tier", choices=TIERS, default="gate", help="which tests: see packaging/test"
    )


def pytest_configure(config: pytest.Config) -> None:
    for name, meaning in MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # As a shell without job control leaves it for what runs in the background: whatever tests
        # start would ignore Ctrl-C as well.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    load_profile(config.getoption("--tier"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left = select(config.getoption("--tier"), items)
    config.hook.pytest_deselected(items=left)


def pytest_collection_finish() -> None:
    """What is there now stays to the end: the many collections that tests ask for pass it over."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def quick_workers() -> Iterator[QuickWorkers]:
    """Whatever runs in this process starts its workers at once (`tests.quick_workers`)."""
    with QuickWorkers() as quick:
        workers.start_process = quick.start
        yield quick
        workers.start_process = _START_PROCESS


@pytest.fixture
def real_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are started as Satchel starts them."""
    monkeypatch.setattr(workers, "start_process", _START_PROCESS)


def _need(*tools: str) -> None:
    # Debian has nginx in /usr/sbin, which is not in everybody's PATH.
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    missing = [tool for tool in tools if not shutil.which(tool, path=path)]
    if missing:
        pytest.fail(f"packaging/test installs what is missing here: {', '.join(missing)}")


@pytest.fixture(scope="session")
def upstream_key() -> Iterator[SigningKey]:
    """The key of all upstreams that do not bring their own."""
    _need("gpg")
    key = kept_key("Upstream <upstream@example.org>")
    yield key
    key.close()


@pytest.fixture(scope="session")
def default_upstream(
    upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory
) -> Upstream:
    """What `tests.upstream.fill_default` makes; read-only."""
    _need("flatpak", "ostree")
    return kept_upstream(
        tmp_path_factory.mktemp("default-upstream") / "up", upstream_key, fill_default
    )


@pytest.fixture
def own_upstream(default_upstream: Upstream, tmp_path: Path) -> Upstream:
    """The default one, for this test to change."""
    return default_upstream.copy(tmp_path / "own-upstream")


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Starts nginx on a directory, with `Server`'s options; stopped after the test."""
    _need("nginx")
    servers: list[Server] = []

    def start(root: Path, *, tls: bool = False, latency: float = 0.0) -> Server:
        server = Server(root, tls=tls, latency=latency).__enter__()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def hostile() -> Iterator[Callable[..., HostileServer]]:
    """Starts a `HostileServer` on a directory; stopped after the test."""
    servers: list[HostileServer] = []

    def start(root: Path, port: int = 0) -> HostileServer:
        servers.append(HostileServer(root, port))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture(scope="session")
def disk() -> Iterator[Path]:
    """A directory on a disk: where tests have theirs may be in memory."""
    with tempfile.TemporaryDirectory(prefix="satchel-", dir="/var/tmp") as directory:
        yield Path(directory)


@pytest.fixture
def client(tmp_path: Path) -> Client:
    """A flatpak that knows nothing yet."""
    _need("flatpak", "bwrap")
    return Client(tmp_path / "client")


@pytest.fixture(scope="session")
def system_bus() -> Iterator[str]:
    """udev, a system bus and UDisks2 run; the bus's address, empty for the computer's own."""
    _need("udevadm", "dbus-daemon", "losetup", "sfdisk", "mkfs.vfat", "mkfs.exfat")
    with drive_services() as address:
        yield address


@pytest.fixture
def devices(system_bus: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Devices]:
    """Drives to plug in and pull out; they go after the test. This process sees the same bus."""
    plugged_in = Devices(tmp_path / "drives", system_bus)
    for name, value in plugged_in.environment.items():
        monkeypatch.setenv(name, value)
    yield plugged_in
    plugged_in.close()
