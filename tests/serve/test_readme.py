"""The README's section on the network: its commands are those that are run."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from tests.client import Client
from tests.serve.certificates import make_certificate
from tests.serve.conftest import Online, Stick
from tests.serve.served import Served, say, serving
from tests.stick.clients.sticks import HELLO, NEW, OLD
from tests.stories.readme import commands

pytestmark = pytest.mark.thorough


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
        say(client, shlex.join(line))


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


def test_each_of_the_others(online: Online, client: Client) -> None:
    """There and back, and upstream's news come from upstream again."""
    client.run("remote-add", "--user", "up", online.remote)
    with serving(online.path, home=online.home) as served:
        there, install, update, back = commands("Each of the other", words(served))
        online.server.forget()
        do(client, [there, install, update])
        assert client.flatpak_run("org.test.Hello") == OLD
        assert online.server.requests() == []
        do(client, [back])
    online.upstream.bump(HELLO, {"bin/start": "#!/bin/sh\necho newer\n"})
    online.upstream.update()
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
