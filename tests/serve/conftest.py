"""Sticks to be served, and who has made them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.namespaces import Computer, Network
from tests.satchel import satchel
from tests.serve.announcing.peers import Peer
from tests.serve.classroom import Made, make_stick
from tests.servers import HostileServer, Server
from tests.stick.makers import make
from tests.upstream import COLLECTION, Upstream


@dataclass(frozen=True)
class Stick:
    """A stick, and the home of whoever made it and knows its keys; read-only."""

    path: Path
    home: Path
    upstream: Upstream


@dataclass(frozen=True)
class Online:
    """A stick with Hello whose upstream can still be asked.

    Attributes:
        remote: its `.flatpakrepo`.
        server: upstream's.
    """

    path: Path
    home: Path
    upstream: Upstream
    remote: Path
    server: Server


@pytest.fixture
def online(own_upstream: Upstream, serve: Callable[..., Server], tmp_path: Path) -> Online:
    server = serve(own_upstream.path)
    remote = tmp_path / "up.flatpakrepo"
    remote.write_text(own_upstream.flatpakrepo(server.url))
    made = Online(tmp_path / "stick", tmp_path / "home", own_upstream, remote, server)
    made.home.mkdir()
    made.path.mkdir()
    satchel("make", "--json", made.path, "org.test.Hello", "--remote", remote, home=made.home)
    return made


@pytest.fixture(scope="session")
def stick(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Stick:
    """Hello."""
    here = tmp_path_factory.mktemp("serving")
    make(default_upstream, here / "stick", "org.test.Hello", home=here / "home")
    return Stick(here / "stick", here / "home", default_upstream)


@pytest.fixture(scope="session")
def made(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Hello, and Large, which has a large file; read-only."""
    apps = ("org.test.Hello", "org.test.Large")
    return make_stick(default_upstream, tmp_path_factory.mktemp("made"), *apps)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with Network(tmp_path_factory.mktemp("network")) as network:
        yield network


@pytest.fixture(scope="module")
def teacher(network: Network) -> Computer:
    return network.computer("teacher", avahi=True)


@pytest.fixture(scope="module")
def pupil(network: Network) -> Computer:
    return network.computer("pupil", avahi=True)


@pytest.fixture
def peer(pupil: Computer, tmp_path: Path, upstream_key: SigningKey) -> Peer:
    peer = Peer(pupil, tmp_path / "peer")
    peer.add_remote("up", COLLECTION, upstream_key)
    return peer


@pytest.fixture
def web(default_upstream: Upstream, hostile: Callable[..., HostileServer]) -> HostileServer:
    """The default upstream's server, which may misbehave."""
    return hostile(default_upstream.path)
