"""Files for people, on the page and to be downloaded, if they are what they should be."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from app.resources import resource
from tests.bundles import bundle_bytes
from tests.client import Client
from tests.satchel import satchel
from tests.serve.conftest import Stick
from tests.serve.served import serving
from tests.servers import Server
from tests.stick.damage import copy_stick, flip_middle

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
