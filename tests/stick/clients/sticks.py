"""What is on the sticks, and what people do with them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.client import Client
from tests.satchel import satchel
from tests.stick.makers import REPO
from tests.upstream import COLLECTION, Upstream, host_arch

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"
HELLO_LOCALE = f"runtime/org.test.Hello.Locale/{ARCH}/stable"
OTHER = f"app/org.test.Other/{ARCH}/stable"
PLATFORM = f"runtime/org.test.Platform/{ARCH}/1"
PLATFORM_LOCALE = f"runtime/org.test.Platform.Locale/{ARCH}/1"
DRIVER = f"runtime/org.test.Platform.GL.default/{ARCH}/1"
PLUGIN = f"runtime/org.test.Hello.Plugin.fun/{ARCH}/v1"
APPSTREAM = f"appstream2/{ARCH}"
COPY = f"{REPO}/extensions/satchel/upstream/{COLLECTION}"
CARRIED = {HELLO, HELLO_LOCALE, PLATFORM, PLATFORM_LOCALE, DRIVER}
"""Hello and all that comes along."""

OLD, NEW = "Hello from upstream\n", "newer\n"


@dataclass(frozen=True)
class Made:
    """A stick and what it was made from; read-only."""

    stick: Path
    upstream: Upstream


def knows(client: Client, stick: Path, name: str = "up") -> None:
    """Add the remote from the file on the stick."""
    client.run("remote-add", "--user", name, stick / "satchel" / f"{name}.flatpakrepo")


def link(client: Client, target: Path, name: str = "stick") -> None:
    links = client.directory / "user" / "sideload-repos"
    links.mkdir(exist_ok=True)
    (links / name).symlink_to(target)


def commits(upstream: Upstream, refs: set[str]) -> dict[str, str]:
    return {ref: upstream.refs[ref] for ref in refs}


def refs_of(stick: Path, home: Path, collection: str = COLLECTION) -> dict[str, str]:
    """Ref → commit, as inspect tells."""
    inspection = satchel("inspect", "--json", stick, home=home).json
    collections = {collection["id"]: collection for collection in inspection["collections"]}
    return {entry["ref"]: entry["commit"] for entry in collections[collection]["refs"]}


def install_sh(client: Client, stick: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["sh", stick / "satchel" / "install.sh", *arguments],
        env=client.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def create_usb(client: Client, stick: Path, *refs: str) -> None:
    stick.mkdir(exist_ok=True)
    client.run("create-usb", "--user", stick, *refs)
