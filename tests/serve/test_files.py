"""Files for people, on the page and to be downloaded, if they are what they should be."""

from __future__ import annotations

import html
import re
import shlex
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from app.resources import resource
from tests.bundles import bundle_bytes
from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import satchel
from tests.serve.conftest import Stick
from tests.serve.served import say, serving
from tests.servers import HostileServer, Server
from tests.stick.damage import copy_stick, flip_middle
from tests.stick.extra_data.makers import Maker, fill
from tests.upstream import Upstream

pytestmark = pytest.mark.thorough


def test_extra_data(stick: Stick, tmp_path: Path) -> None:
    copied = copy_stick(stick.path, tmp_path / "stick")
    data = b"what its maker hands out"
    right, wrong = sha256(data).hexdigest(), "0" * 64
    for digest in (right, wrong):
        place = copied.root / "satchel/extra-data" / digest
        place.mkdir(parents=True)
        (place / "part.bin").write_bytes(data)
    with serving(copied.root, home=stick.home) as served:
        assert served.get(f"extra-data/{right}/part.bin") == (200, data)
        assert served.get(f"extra-data/{wrong}/part.bin")[0] == 404
        page = served.get("")[1].decode()
        assert f"/extra-data/{right}/part.bin" in page
        assert wrong not in page


def commands(page: bytes) -> list[str]:
    """What people are told to type, in the order of the page."""
    blocks = re.findall("<pre>(.*?)</pre>", page.decode(), re.DOTALL)
    return [line for block in blocks for line in html.unescape(block).splitlines()]


def test_the_example_is_an_app_that_needs_no_internet(
    upstream_key: SigningKey, tmp_path: Path
) -> None:
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, fill)
    site = tmp_path / "site"
    site.mkdir()
    with HostileServer(site) as server:
        maker = Maker(tmp_path, upstream, server)
        maker.make("org.test.Extra", "org.test.Hello", "--with-extra-data", "--yes")
    with serving(maker.drive, home=maker.home) as served:
        assert [app["name"] for app in served.remote["apps"]] == ["Extra", "Hello"]
        told = [line for line in commands(served.get("")[1]) if line.startswith("flatpak install")]
    assert told == [f"flatpak install {served.remote['name']} org.test.Hello"]


def test_an_app_as_a_file_is_installed_as_the_page_says(
    own_upstream: Upstream, client: Client, tmp_path: Path
) -> None:
    """flatpak by itself would look on the internet for what it needs, where the file says."""
    arch, home, stick = own_upstream.arch, tmp_path / "home", tmp_path / "stick"
    for directory in (home, stick):
        directory.mkdir()
    own_upstream.add_app("org.test.Filed", languages=("de",))
    bundle = tmp_path / "it's.flatpak"
    options = ("--runtime-repo=http://127.0.0.1:9/r.flatpakrepo", f"--arch={arch}")
    subprocess.run(
        [
            "flatpak",
            "build-bundle",
            *options,
            own_upstream.path,
            bundle,
            "org.test.Filed",
            "stable",
        ],
        check=True,
    )
    remote = tmp_path / "up.flatpakrepo"
    with Server(own_upstream.path) as server:
        remote.write_text(own_upstream.flatpakrepo(server.url))
        satchel("make", "--json", stick, bundle, "--remote", remote, "--yes", home=home)
    with serving(stick, "--allow-unsigned", home=home) as served:
        say(client, served.remote["command_new"])
        told = [line for line in commands(served.get("")[1]) if line.startswith("flatpak install")]
        [stored] = (stick / "satchel/bundles").iterdir()
        downloaded = client.directory / stored.name
        downloaded.write_bytes(served.get(f"bundles/{stored.name}")[1])
        for line in told:
            words = shlex.split(line)
            named = [str(downloaded) if word == stored.name else word for word in words[2:]]
            client.run("install", "--user", "-y", "--noninteractive", *named)
    assert f"app/org.test.Filed/{arch}/stable" in client.installed()
    assert client.flatpak_run("org.test.Filed") == "Filed: hello\n"


def test_where_there_is_nothing_but_a_file(tmp_path: Path) -> None:
    """Without its source nobody here knows its key, and so it has to be wanted all the same."""
    home, stick, bundle = tmp_path / "home", tmp_path / "stick", tmp_path / "Atlas.flatpak"
    for directory in (home, stick):
        directory.mkdir()
    bundle.write_bytes(bundle_bytes(tmp_path))
    words = ("--no-runtime", "--no-related", "--offline", "--yes")
    satchel("make", "--json", stick, bundle, *words, home=home)
    refused = satchel("serve", stick, home=home, check=5).stdout
    assert "To hand it out all the same: --allow-unsigned" in refused
    with serving(stick, "--allow-unsigned", home=home) as served:
        assert served.serving["remotes"] == []
        (file,) = served.serving["files"]
        assert file["unsigned"]
        assert file["address"].endswith("/bundles/org.satchel.Demo.Atlas.flatpak")
        assert served.get("bundles/org.satchel.Demo.Atlas.flatpak") == (200, bundle.read_bytes())
        page = served.get("")[1]
        assert b"Nobody vouches for this app" in page
        assert commands(page) == ["flatpak install --no-deps org.satchel.Demo.Atlas.flatpak"]


def test_apps_as_files(tmp_path: Path) -> None:
    """Those that somebody vouches for, as they were when they were checked."""
    home, stick = tmp_path / "home", tmp_path / "stick"
    for directory in (home, stick):
        directory.mkdir()
    bundle = tmp_path / "Atlas.flatpak"
    bundle.write_bytes(bundle_bytes(tmp_path))
    with Server(resource("demo", "repo")) as server:
        remote = tmp_path / "demo.flatpakrepo"
        text = resource("demo", "demo.flatpakrepo").read_text()
        remote.write_text(text.replace("Url=http://127.0.0.1/", f"Url={server.url}/"))
        words = ("org.satchel.Demo.Abacus", bundle, "--remote", remote, "--yes")
        satchel("make", "--json", stick, *words, home=home)
    stored = next((stick / "satchel/bundles").iterdir())
    address = f"bundles/{stored.name}"
    with serving(stick, home=home) as served:
        assert served.get(address) == (200, bundle.read_bytes())
        assert f'href="/{address}"' in served.get("")[1].decode()
    flip_middle(stored)
    with serving(stick, home=home) as served:
        assert served.get(address)[0] == 404


def test_an_image(stick: Stick, client: Client, tmp_path: Path) -> None:
    """What is in it is handed out as from a drive."""
    image = tmp_path / "class.img"
    words = ("--offline", "--from", stick.path, "--remote", stick.home / "up.flatpakrepo")
    satchel("media", "--image", image, "org.test.Hello", *words, home=stick.home)
    with serving(image, home=stick.home) as served:
        client.run("remote-add", "--user", "up", f"{served.base}up.flatpakrepo")
        client.install("up", "org.test.Hello")
        assert served.event("took")["ref"]
