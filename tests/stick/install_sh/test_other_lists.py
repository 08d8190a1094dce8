"""install.sh with contents.tsv of other computers, or by somebody hostile."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.stick.install_sh.computers import Client, short
from tests.stick.kit_contents import APPS, ARCH, HELLO, OTHER, PLUGIN

pytestmark = pytest.mark.slow


def test_foreign_processors_and_drivers(stick: Path, client: Client, tmp_path: Path) -> None:
    mount = tmp_path / "stick"
    mount.mkdir()
    (mount / ".ostree").symlink_to(stick / ".ostree")
    shutil.copytree(stick / "satchel", mount / "satchel")
    with (mount / "satchel" / "contents.tsv").open("a") as table:
        table.write(f"ref\t{APPS}\tapp/org.test.Hello/mips/master\tchosen\tHello\n")
        table.write(f"ref\t{APPS}\tapp/org.test.Far/mips/master\tchosen\tFar\n")
        table.write(f"ref\t{APPS}\truntime/org.test.GL.nvidia-1-2/{ARCH}/1.4\tneeded\tx\n")
    assert "mips" in client.install(mount, "--user", "org.test.Far", expect=1)
    assert "mips" in client.install(mount, "--user")
    assert short(HELLO) <= client.refs()


@pytest.mark.parametrize(
    "line",
    [
        "repo\t../../../etc",
        "repo\t/etc",
        "satchel-contents\t2",
    ],
)
def test_contents_are_not_trusted(stick: Path, client: Client, tmp_path: Path, line: str) -> None:
    mount = tmp_path / "stick"
    shutil.copytree(stick / "satchel", mount / "satchel")
    with (mount / "satchel" / "contents.tsv").open("a") as table:
        table.write(line + "\n")
    client.install(mount, "--user", expect=1)
    assert client.remotes() == {}


def test_a_list_without_end_is_not_read(stick: Path, client: Client, tmp_path: Path) -> None:
    mount = tmp_path / "stick"
    shutil.copytree(stick / "satchel", mount / "satchel")
    os.truncate(mount / "satchel" / "contents.tsv", 1 << 40)
    assert "far too large" in client.install(mount, "--user", expect=1)


def test_a_key_without_end_is_not_taken(stick: Path, client: Client, tmp_path: Path) -> None:
    mount = tmp_path / "stick"
    shutil.copytree(stick, mount)
    files = list((mount / "satchel").glob("*.flatpakrepo"))
    for file in files:
        os.truncate(file, 1 << 40)
    assert files
    client.install(mount, "--user", "org.test.Hello", expect=1)
    assert client.remotes() == {}


def test_hostile_lines_are_ignored(stick: Path, client: Client, tmp_path: Path) -> None:
    mount = tmp_path / "stick"
    mount.mkdir()
    (mount / ".ostree").symlink_to(stick / ".ostree")
    shutil.copytree(stick / "satchel", mount / "satchel")
    with (mount / "satchel" / "contents.tsv").open("a") as table:
        for ref in ("--reinstall", "$(touch pwned)", "app/../../x", "app/a/b/c d", "app/a/b/c/d"):
            table.write(f"ref\t{APPS}\t{ref}\tchosen\tx\nneeds\t{HELLO}\t{APPS}\t{ref}\n")
        table.write(f"ref\t{APPS}\t{OTHER}\t$(touch pwned)\t$(touch pwned)`touch pwned`\n")
        table.write("collection\t--from\tx\ty\tz\tt\ncollection\torg.x.Y\t-x\t../y\tz\tt\n")
    client.install(mount, "--user", "org.test.Hello")
    assert short(HELLO, PLUGIN) <= client.refs()
    assert not list(mount.rglob("pwned"))
    assert not Path("pwned").exists()
