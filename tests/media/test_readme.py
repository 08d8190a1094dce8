"""The README's section for builders: its commands are those that are run.

Each heading with commands has a test here that takes every one of them, so that one more in the
README fails until it is run as well.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_key
from tests.media.mediums import ARCH, HELLO, Maker
from tests.media.operating_systems import installed_below
from tests.satchel import ROOT, Done, satchel
from tests.servers import Server
from tests.stick.clients.sticks import OLD
from tests.stories.readme import commands
from tests.upstream import Upstream

pytestmark = pytest.mark.thorough

WORDS = {
    "org.gnome.Maps": "org.test.Hello",
    "org.gnome.Chess": "org.test.Large",
    # This computer's, and one that is not.
    "x86_64": ARCH,
    "aarch64": "riscv64",
    # What the apps of the upstream here need.
    "8G": "300M",
}
"""What stands in the README → what stands for it here. Sources are known there; here the one is
named (`Builder.run`)."""

HEADINGS = {
    "The same again, in half a year",
    "A tree of files",
    "An image in one file",
    "In a container",
    "A repository of your own",
}


class Builder(Maker):
    """Somebody who follows the README in a directory."""

    def run(self, line: list[str], env: dict[str, str] | None = None) -> Done:
        """A command as it stands there, with where the apps come from."""
        variables = dict(env or {})
        while "=" in line[0]:
            name, _, value = line[0].partition("=")
            variables[name] = value
            line = line[1:]
        assert line[0] == "satchel"
        remote = ("--remote", str(self.remote))
        return satchel(*line[1:], *remote, home=self.home, cwd=self.directory, env=variables)


@pytest.fixture
def builder(own_upstream: Upstream, tmp_path: Path) -> Iterator[Builder]:
    own_upstream.add_runtime(arch="riscv64", runnable=False)
    own_upstream.add_app("org.test.Hello", arch="riscv64")
    own_upstream.update()
    made = Builder(tmp_path, own_upstream)
    with made.online():
        yield made


def test_every_command_has_a_test() -> None:
    _, _, section = (ROOT / "README.md").read_text("utf-8").partition("\n## For builders\n")
    section = section.partition("\n## ")[0]
    parts = dict(part.split("\n", 1) for part in re.split(r"^### ", section, flags=re.M)[1:])

    assert {heading for heading, text in parts.items() if "```" in text} == HEADINGS
    # More than one block, or one without a heading, would not be run.
    assert {text.count("```") for text in parts.values()} == {2}
    assert section.count("```") == 2 * len(HEADINGS)


def told(heading: str, **more: str) -> list[list[str]]:
    assert heading in HEADINGS
    return commands(heading, {**more, **WORDS})


def test_the_same_again(builder: Builder, tmp_path: Path) -> None:
    stick = tmp_path / "STICK"
    stick.mkdir()
    lock, make, update = told("The same again, in half a year", **{"/media/you/STICK": str(stick)})

    builder.run(lock)
    builder.run(make)
    before = builder.refs(stick)
    assert before[HELLO] == builder.upstream.refs[HELLO]

    builder.upstream.bump(HELLO)
    builder.upstream.update()
    assert "org.test.Hello" in builder.run(update).said
    builder.run(make)
    assert builder.refs(stick) == before


def test_a_tree(builder: Builder, tmp_path: Path) -> None:
    drive, iso, rootfs = told("A tree of files")

    builder.run(drive)
    assert {HELLO, HELLO.replace(ARCH, "riscv64")} <= builder.refs(tmp_path / "drive").keys()
    builder.run(iso)
    assert (tmp_path / "iso/usr/share/satchel-media/satchel.ks").exists()
    builder.run(rootfs)
    assert HELLO in installed_below(tmp_path / "rootfs/var/lib/flatpak")


def test_an_image(builder: Builder, tmp_path: Path) -> None:
    *images, verify = told("An image in one file")

    for image in images:
        builder.run(image)
    assert {"class.img", "apps.iso", "rootfs.tar.zst"} <= set(os.listdir(tmp_path))
    assert "Sound" in builder.run(verify).said


def test_in_a_container(builder: Builder, tmp_path: Path) -> None:
    """What it is like there: `tests.media.test_containers`."""
    builder.run(["satchel", "lock", "org.test.Hello", "-o", "satchel.lock"])
    mirror = tmp_path / "mirror"
    plain, dated, offline = told("In a container", **{"/srv/mirror": str(mirror)})

    builder.run(plain)
    (tmp_path / "out").rename(mirror)
    builder.run(dated)
    assert int((tmp_path / "out/satchel/install.sh").stat().st_mtime) == 1_790_000_000
    builder.run(offline)
    assert builder.refs(tmp_path / "out") == builder.refs(mirror)


def test_a_repository(
    builder: Builder, client: Client, serve: Callable[..., Server], tmp_path: Path
) -> None:
    place = tmp_path / "flatpak"
    place.mkdir()
    web = serve(place)
    key: SigningKey = kept_key("Maker <maker@example.org>")
    here = {
        "/srv/flatpak": str(place),
        "releases@example.org": key.fingerprint,
        "https://example.org/flatpak/": f"{web.url}/",
    }
    try:
        first, add, renew, take_off, remote_add = told("A repository of your own", **here)
        for line in (first, add, renew, take_off):
            builder.run(line, {"GNUPGHOME": str(key.homedir)})
        assert remote_add[:2] == ["flatpak", "remote-add"]
        client.run("remote-add", "--user", *remote_add[2:])
        client.install("school", "org.test.Hello")
        assert client.flatpak_run("org.test.Hello") == OLD
        listed = client.run("remote-ls", "--user", "--app", "--columns=application", "school")
        assert "org.test.Large" not in listed.stdout
    finally:
        key.close()
