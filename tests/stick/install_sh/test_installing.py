"""install.sh with the real flatpak, offline: what it installs, and where."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.privileges import AS_ROOT
from tests.stick.install_sh.computers import (
    APP_SCRIPT,
    NOBODY,
    RUNTIME_SCRIPT,
    Client,
    Upstream,
    make_stick,
    run,
    short,
)
from tests.stick.kit_contents import APPS, ARCH, HELLO, LOCALE, OTHER, PLATFORM, PLUGIN, RUNTIMES

pytestmark = pytest.mark.slow

SHELLS = [
    "dash",
    *(pytest.param(name, marks=pytest.mark.thorough) for name in ("bash --posix", "busybox sh")),
]


@pytest.mark.parametrize("shell", SHELLS)
def test_fresh_computer(stick: Path, client: Client, shell: str) -> None:
    said = client.install(stick, "--user", shell=shell)
    assert client.remotes() == {"apps": APPS, "runtimes": RUNTIMES}
    assert short(HELLO, OTHER, PLATFORM, PLUGIN) <= client.refs()
    assert "Hello world, from a sandbox" in client.run()
    assert "Source Test Apps: added" in said
    assert "Installed:\n  Hallo Welt  (org.test.Hello)\n  org.test.Other\n" in said
    assert "flatpak:" not in said
    # What only came along may go when nothing uses it any more.
    assert "org.test" not in client.flatpak("pin", "--user")

    again = client.install(stick, "--user", shell=shell)
    assert "Already there" in again
    assert "Installed:" not in again
    assert "known on this computer" in again
    assert "0 installed, 0 updated, 2 already there" in again


def test_needs_no_other_programs(stick: Path, client: Client, tmp_path: Path) -> None:
    """Only a shell and flatpak are in PATH, and what flatpak itself needs to take a key."""
    only = tmp_path / "bin"
    only.mkdir()
    shell = shutil.which("dash")
    assert shell
    for name in ("flatpak", "gpg", "gpgconf"):
        program = shutil.which(name)
        assert program
        (only / name).symlink_to(program)
    said = client.install(stick, "--user", shell=shell, PATH=str(only))
    assert "Not checked for damage first" in said
    assert "Signatures are not checked" in said
    assert short(HELLO, OTHER, PLUGIN) <= client.refs()


@AS_ROOT
def test_root_installs_for_everyone(stick: Path, client: Client) -> None:
    said = client.install(stick)
    assert "for everyone" in said
    assert short(HELLO, OTHER) <= client.refs("--system")
    assert not client.refs("--user")
    # The account's own installation uses the runtime that is there for everyone.
    client.install(stick, "--user", "org.test.Other")
    assert client.refs("--user") >= short(OTHER)
    assert not short(PLATFORM) & client.refs("--user")


@pytest.mark.thorough
@AS_ROOT
def test_read_only_drive(stick: Path, client: Client, tmp_path: Path) -> None:
    mount = tmp_path / "ro mount"
    mount.mkdir()
    # In a mount namespace of its own, so that nothing stays mounted.
    script = (
        'mount --bind "$1" "$2" && mount -o remount,bind,ro,noexec "$2"'
        ' && ! touch "$2/x" 2>/dev/null'
        ' && exec sh "$2/satchel/install.sh" --user'
    )
    run("unshare", "--mount", "sh", "-c", script, "sh", stick, mount, env=client.env)
    assert short(HELLO, OTHER) <= client.refs()


@pytest.mark.thorough
def test_only_some(stick: Path, client: Client) -> None:
    said = client.install(stick, "--user", "org.test.Other")
    assert "Hallo" not in said
    assert short(OTHER, PLATFORM) <= client.refs()
    assert not short(HELLO, PLUGIN) & client.refs()
    client.install(stick, "--user", "org.test.Hello//master", OTHER)
    assert short(HELLO, PLUGIN) <= client.refs()


@pytest.mark.parametrize(
    "wanted", ["org.test.Nothing", "org.test.Hello//beta", "a b", "$(id)", "*"]
)
def test_what_is_not_there(stick: Path, client: Client, wanted: str) -> None:
    said = client.install(stick, "--user", "org.test.Other", wanted, expect=2)
    assert wanted in said
    assert "org.test.Hello: Hallo Welt" in said
    assert client.remotes() == {}


def test_usage(stick: Path, client: Client) -> None:
    assert "sh install.sh APP..." in client.install(stick, "--help")
    assert "--reinstall" in client.install(stick, "--reinstall", expect=2)
    client.install(stick, "--user", "--system", expect=2)
    assert "org.test.Hello: Hallo Welt  (master" in client.install(stick, "--list")
    assert "Installiert die Apps" in client.install(stick, "--help", LC_ALL="", LANG="de_DE.UTF-8")


def test_started_from_its_own_folder_or_by_a_link(
    stick: Path, client: Client, tmp_path: Path
) -> None:
    run("sh", "install.sh", "--list", cwd=stick / "satchel", env=client.env)
    link = tmp_path / "link"
    link.symlink_to(stick / "satchel" / "install.sh")
    run("sh", link, "--list", env=client.env)
    copy = tmp_path / "copy" / "satchel"
    shutil.copytree(stick / "satchel", copy)
    assert "not where they should be" in client.install(copy.parent, "--user", expect=1)
    (copy / "contents.tsv").unlink()
    assert "contents.tsv" in client.install(copy.parent, "--user", expect=1)


@pytest.mark.parametrize(("version", "expect"), [("1.6.5", 3), (None, 3)])
def test_flatpak_too_old_or_missing(
    stick: Path, client: Client, tmp_path: Path, version: str | None, expect: int
) -> None:
    only = tmp_path / "bin"
    only.mkdir()
    if version:
        (only / "flatpak").write_text(f"#!/bin/sh\necho Flatpak {version}\n")
        (only / "flatpak").chmod(0o755)
    said = client.install(stick, "--user", shell="/bin/sh", PATH=str(only), expect=expect)
    assert (version or "no flatpak") in said


@pytest.mark.thorough
def test_one_failure_does_not_keep_the_others_away(
    upstream: Upstream, client: Client, tmp_path: Path
) -> None:
    mount = tmp_path / "stick"
    make_stick(upstream, mount)
    commit = upstream.commit(APPS, HELLO)
    (mount / ".ostree/repo/objects" / commit[:2] / f"{commit[2:]}.commit").unlink()
    said = client.install(mount, "--user", expect=1)
    assert "Installed:\n  org.test.Other" in said
    assert "NOT installed:\n  Hallo Welt" in said
    assert "flatpak: " in said


def test_an_ordinary_person(stick: Path) -> None:
    """Not root; flatpak then asks the system bus about parental controls."""
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        base.chmod(0o755)
        mount = Path(shutil.copytree(stick, base / "stick", symlinks=True))
        client = Client(base / "client")
        someone = ["dbus-run-session", "--"]
        if os.geteuid() == 0:
            run("chown", "-R", f"{NOBODY}:{NOBODY}", client.home)
            someone = [
                "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *someone
            ]  # fmt: skip
        bus = """sh -c 'DBUS_SYSTEM_BUS_ADDRESS=$DBUS_SESSION_BUS_ADDRESS exec "$@"' sh """
        said = client.install(mount, shell=f"{shlex.join(someone)} {bus} sh")
        assert "Installing for your account." in said
        assert "  updating" not in said
        assert "Installed:\n  Hallo Welt  (org.test.Hello)\n  org.test.Other\n" in said
        command = [*someone, *shlex.split(bus), "flatpak", "run", "--user", "org.test.Other"]
        assert "Hello world, from a sandbox" in run(*command, env=client.env)


@pytest.mark.thorough
def test_update_and_never_back(client: Client, tmp_path: Path) -> None:
    key = SigningKey()
    try:
        upstream = Upstream(tmp_path / "upstream", key)
        upstream.path.mkdir()
        upstream.build(RUNTIME_SCRIPT, RUNTIMES, "org.test.Platform")
        upstream.build(APP_SCRIPT, APPS, "org.test.Hello")
        refs = ((APPS, HELLO), (RUNTIMES, PLATFORM), (APPS, LOCALE))
        make_stick(upstream, tmp_path / "old", *refs)
        upstream.build(APP_SCRIPT, APPS, "org.test.Hello", "UPDATED")
        make_stick(upstream, tmp_path / "new", *refs)
    finally:
        key.close()
    assert "  updating" not in client.install(tmp_path / "old", "--user")
    assert "UPDATED" not in client.run("org.test.Hello")
    said = client.install(tmp_path / "new", "--user")
    assert "Updated:\n  Hallo Welt" in said
    assert "  updating Hallo Welt" in said
    assert "  installing" not in said
    assert "UPDATED" in client.run("org.test.Hello")
    said = client.install(tmp_path / "old", "--user")
    assert "Already there" in said
    assert "UPDATED" in client.run("org.test.Hello")


@pytest.mark.thorough
def test_languages_of_the_computer_come_along(stick: Path, client: Client) -> None:
    """Named on the command line, a translation would be installed in all languages."""
    client.flatpak("config", "--user", "--set", "languages", "de")
    client.install(stick, "--user")
    base = client.home / "user" / "runtime" / "org.test.Hello.Locale" / ARCH / "master"
    assert sorted(p.name for p in (base / "active" / "files").iterdir() if p.is_dir()) == ["de"]
