"""Other places and file systems, for other computers and people."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.client import Client
from tests.stick.clients.sticks import ARCH, HELLO, OLD, install_sh, knows, refs_of
from tests.stick.makers import REPO, findings, make
from tests.upstream import Upstream
from tests.volumes import mounted

pytestmark = pytest.mark.slow

# ---- Other places, other file systems


@pytest.mark.parametrize("kind", [pytest.param("ext4", marks=pytest.mark.thorough), "exfat"])
def test_on_a_drive(default_upstream: Upstream, client: Client, tmp_path: Path, kind: str) -> None:
    home = tmp_path / "home"
    with mounted(kind, tmp_path / "My Drive") as drive:
        make(default_upstream, drive, "org.test.Hello", home=home)
        make(default_upstream, drive, "org.test.Large", home=home)
        assert findings(drive, home=home) == {}
        install_sh(client, drive, "--user")
        assert client.flatpak_run("org.test.Hello") == OLD
        client.install("up", "org.test.Large", sideload=drive)


@pytest.mark.thorough
@pytest.mark.parametrize("kind", [pytest.param("ext4", marks=pytest.mark.thorough), "exfat"])
def test_the_repository_elsewhere(
    default_upstream: Upstream, client: Client, tmp_path: Path, kind: str
) -> None:
    home = tmp_path / "home"
    with mounted(kind, tmp_path / "drive") as drive:
        options = ("org.test.Hello", "--destination-repo", "media/apps")
        if kind == "exfat":
            done = make(default_upstream, drive, *options, home=home, check=2)
            assert ".ostree/repos.d" in done.stderr
            paths = [path for path in drive.rglob("*") if path.name != "lost+found"]
            assert paths == []
            options = ("org.test.Hello", "--destination-repo", ".ostree/repos.d/apps")
        make(default_upstream, drive, *options, home=home)
        assert not (drive / REPO).exists()
        assert findings(drive, home=home) == {}
        knows(client, drive)
        client.install("up", "org.test.Hello", sideload=drive)
        assert client.flatpak_run("org.test.Hello") == OLD
        client.run("uninstall", "--user", "-y", "--noninteractive", "--all")
        install_sh(client, drive, "--user")
        assert client.flatpak_run("org.test.Hello") == OLD
        # It is found again, without being named.
        make(default_upstream, drive, "org.test.Large", home=home)
        assert not (drive / REPO).exists()


# ---- Online, and for other computers


@pytest.mark.thorough
@pytest.mark.parametrize("options", [(), ("--keep-versions",)], ids=["updating", "keeping"])
@pytest.mark.parametrize("index", [True, False], ids=["index", "no index"])
def test_several_architectures(
    own_upstream: Upstream, client: Client, tmp_path: Path, options: tuple[str, ...], index: bool
) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    own_upstream.add_runtime(arch="riscv64", runnable=False)
    own_upstream.add_app("org.test.Hello", arch="riscv64")
    own_upstream.update(index=index)
    make(own_upstream, stick, "org.test.Hello", "--arch=riscv64", home=home)
    assert findings(stick, home=home) == {}
    own_upstream.bump("app/org.test.Hello/riscv64/stable")
    own_upstream.update(index=index)
    make(own_upstream, stick, "org.test.Hello", *options, home=home)
    assert findings(stick, home=home).keys() <= {"upstream-newer", "orphan-objects"}
    assert {f"appstream2/{ARCH}", "appstream2/riscv64"} <= refs_of(stick, home).keys()
    install_sh(client, stick, "--user")
    assert client.flatpak_run("org.test.Hello") == OLD


@pytest.mark.thorough
def test_a_write_protected_drive(
    default_upstream: Upstream, client: Client, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    with mounted("ext4", tmp_path / "drive") as drive:
        make(default_upstream, drive, "org.test.Hello", home=home)
        subprocess.run(["mount", "-o", "remount,ro", drive], check=True)
        assert findings(drive, home=home) == {}
        assert refs_of(drive, home)[HELLO] == default_upstream.refs[HELLO]
        make(default_upstream, drive, "org.test.Large", home=home, check=3)
        install_sh(client, drive, "--user")
        assert client.flatpak_run("org.test.Hello") == OLD


def test_everybody_may_read_the_stick(default_upstream: Upstream, tmp_path: Path) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    careful = os.umask(0o077)
    try:
        stick.mkdir()
        make(default_upstream, stick, "org.test.Hello", home=home)
    finally:
        os.umask(careful)
    needed = {path: 0o005 if path.is_dir() else 0o004 for path in stick.rglob("*")}
    closed = [path for path, bits in needed.items() if path.stat().st_mode & bits != bits]
    # That one keeps writers apart; whoever only reads does without.
    assert [path.name for path in closed] == [".lock"]
