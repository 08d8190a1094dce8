"""Drives made of what this computer has installed, and of other drives; the network is away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import Done, satchel
from tests.servers import Server
from tests.stick.conftest import fill
from tests.upstream import Upstream, host_arch

pytestmark = pytest.mark.slow

HELLO = f"app/org.test.Hello/{host_arch()}/stable"
LOCALE = f"runtime/org.test.Hello.Locale/{host_arch()}/stable"


@dataclass
class Person:
    """Somebody who has installed Hello, and has never made a drive.

    Attributes:
        client: their flatpak.
        url: upstream's.
        network: what ends when it is away.
    """

    directory: Path
    client: Client
    upstream: Upstream
    url: str
    network: ExitStack

    def disconnect(self) -> None:
        self.network.close()

    def run(self, verb: str, name: str, *arguments: str | Path, check: bool | int = True) -> Done:
        drive = self.directory / name
        drive.mkdir(exist_ok=True)
        names = ("FLATPAK_USER_DIR", "FLATPAK_SYSTEM_DIR", "FLATPAK_CONFIG_DIR")
        env = {name: self.client.environment[name] for name in names}
        home = self.directory / "home"
        return satchel(verb, drive, *arguments, home=home, env=env, check=check)

    def make(self, name: str, *arguments: str | Path, check: bool | int = True) -> Done:
        return self.run("make", name, "--json", *arguments, check=check)

    def another(self) -> Client:
        """A computer that knows the remote, and reaches nobody."""
        client = Client(self.directory / f"client-{len(list(self.directory.iterdir()))}")
        client.remote_add_upstream("school", self.upstream, self.url)
        return client


@pytest.fixture
def person(tmp_path: Path, upstream_key: SigningKey) -> Iterator[Person]:
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, fill)
    client = Client(tmp_path / "own")
    client.languages("*all*")
    with ExitStack() as network:
        url = network.enter_context(Server(upstream.path)).url
        client.remote_add_upstream("school", upstream, url)
        client.install("school", "org.test.Hello")
        yield Person(tmp_path, client, upstream, url, network)


def test_what_is_installed_goes_on_a_drive_without_a_network(person: Person) -> None:
    person.disconnect()
    done = person.make("drive", "org.test.Hello", "--from-installed", "--offline")
    assert done.finished["verify"]["ok"]
    assert done.finished["kept"] == done.finished["bytes"] > 0
    client = person.another()
    client.install("school", "org.test.Hello", sideload=person.directory / "drive")
    assert client.installed()[HELLO] == person.upstream.refs[HELLO]
