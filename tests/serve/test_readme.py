"""The README's section on the network: its commands are those that are run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.client import Client
from tests.satchel import satchel
from tests.serve.certificates import make_certificate
from tests.serve.conftest import Stick
from tests.serve.served import Served, serving
from tests.servers import Server
from tests.stick.clients.sticks import NEW, OLD
from tests.stories.readme import commands
from tests.upstream import Upstream

pytestmark = pytest.mark.thorough
HELLO = "app/org.test.Hello"


def words(served: Served) -> dict[str, str]:
    """What stands in the README → what stands for it here."""
    return {
        "https://dl.flathub.org/repo/": served.remote["url"],
        "http://192.168.1.5:8080/": served.base,
        "flathub": "up",
        "org.gnome.Maps": "org.test.Hello",
    }


def do(client: Client, lines: list[list[str]]) -> None:
    for line in lines:
        assert line[0] == "flatpak"
        client.run(line[1], "--user", *line[2:])


def test_the_teacher_serves(stick: Stick, tmp_path: Path) -> None:
    """One stick, and several as one."""
    lines = commands("The teacher's", {})
    copied = tmp_path / "STICK2"
    shutil.copytree(stick.path, copied)
    places = {"/media/you/STICK": stick.path, "/media/you/STICK1": stick.path}
    places["/media/you/STICK2"] = copied
    for line in lines:
        assert line[:2] == ["satchel", "serve"]
        with serving(*(places[word] for word in line[2:]), home=stick.home) as served:
            assert served.get("up/summary.idx")[0] == 200


def test_each_of_the_others(
    own_upstream: Upstream, client: Client, serve: Callable[..., Server], tmp_path: Path
) -> None:
    """There and back, and upstream's news come from upstream again."""
    upstream = serve(own_upstream.path)
    remote = tmp_path / "up.flatpakrepo"
    remote.write_text(own_upstream.flatpakrepo(upstream.url))
    home, stick = tmp_path / "home", tmp_path / "stick"
    home.mkdir()
    stick.mkdir()
    satchel("make", "--json", stick, "org.test.Hello", "--remote", remote, home=home)
    client.run("remote-add", "--user", "up", remote)
    with serving(stick, home=home) as served:
        there, install, update, back = commands("Each of the other", words(served))
        upstream.forget()
        do(client, [there, install, update])
        assert client.flatpak_run("org.test.Hello") == OLD
        assert upstream.requests() == []
        do(client, [back])
    own_upstream.bump(
        next(ref for ref in own_upstream.refs if ref.startswith(f"{HELLO}/")),
        {"bin/start": "#!/bin/sh\necho newer\n"},
    )
    own_upstream.update()
    do(client, [update])
    assert client.flatpak_run("org.test.Hello") == NEW


def test_a_computer_without_the_remote(stick: Stick, client: Client) -> None:
    with serving(stick.path, home=stick.home) as served:
        add, install, back = commands("A computer that has no", words(served))
        do(client, [add, install, back])
        assert client.flatpak_run("org.test.Hello") == OLD
        assert served.remote["url"] in client.run("remotes", "--user", "-d").stdout


def test_what_else(stick: Stick, tmp_path: Path) -> None:
    """Each option starts; what it does has tests of its own."""
    certificate, key = make_certificate(tmp_path)
    lines = commands("What else", {"cert.pem": str(certificate), "key.pem": str(key)})
    for line in lines:
        assert line[:3] == ["satchel", "serve", "/media/you/STICK"]
        with serving(stick.path, *line[3:], home=stick.home) as served:
            assert served.base.startswith("https" if "--tls-key" in line else "http:")
