"""What else install.sh can be asked for, and where drives and installations may lie."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.privileges import AS_ROOT
from tests.satchel import satchel
from tests.stick.conftest import make
from tests.stick.damage import HELLO, OTHER, copy_stick
from tests.stick.installer.running import run
from tests.stick.receiving.computers import URL, USER, Computer
from tests.upstream import Upstream

pytestmark = pytest.mark.slow

THOROUGH = pytest.mark.thorough
SHELLS = ["dash", "bash --posix", "busybox sh"]
ODD = "a b\n100% 'c\" $(d)"


def everything(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


@pytest.mark.parametrize(
    "shell", [pytest.param(shell, marks=THOROUGH if shell != "dash" else []) for shell in SHELLS]
)
def test_odd_paths(good: Path, upstream: Upstream, tmp_path: Path, shell: str) -> None:
    """Of the drive, and of the installation, which is part of the address of the view."""
    (tmp_path / ODD).mkdir()
    stick = copy_stick(good, tmp_path / ODD / "stick")
    computer = Computer(tmp_path / "computer", USER, Client(tmp_path / "x y%20'ü"))
    said = run(computer, stick.root, shell=shell)
    assert "Signatures are not checked" not in said
    assert computer.installed()[HELLO] == upstream.refs[HELLO]


@pytest.mark.thorough
@AS_ROOT
def test_a_read_only_drive(good: Path, tmp_path: Path) -> None:
    mount, computer = tmp_path / "mount", Computer(tmp_path / "computer")
    mount.mkdir()
    script = (
        'mount --bind "$1" "$2" && mount -o remount,bind,ro,noexec "$2"'
        ' && exec sh "$2/satchel/install.sh" --user'
    )
    subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, "sh", good, mount],
        env=computer.client.environment,
        check=True,
    )
    assert HELLO in computer.installed()


def test_update(good: Path, newer: Path, tmp_path: Path) -> None:
    computer = Computer(tmp_path / "computer")
    assert "nothing to update" in run(computer, good, "--update")
    run(computer, good, "org.test.Hello")
    assert "  updating" not in run(computer, good, "--update")
    before = computer.installed()[HELLO]
    said = run(computer, newer, "--update")
    assert "Updated:\n  Hello" in said
    assert computer.installed()[HELLO] != before
    # What was not there is not brought.
    assert OTHER not in computer.installed()
    # Never back to an older one.
    updated = computer.installed()
    assert "Already there" in run(computer, good, "--update")
    assert computer.installed() == updated


@THOROUGH
def test_dry_run(good: Path, newer: Path, tmp_path: Path) -> None:
    computer = Computer(tmp_path / "computer")
    said = run(computer, good, "--dry-run")
    assert "would be added as" in said
    assert "  would be installed: Hello\n" in said
    # flatpak makes itself a repository as soon as it is asked anything.
    assert "[remote" not in computer.config
    assert computer.installed() == {}
    run(computer, good)
    config = computer.config
    said = run(computer, newer, "--dry-run")
    assert "  would be updated: Hello\n" in said
    assert "  already there: Other\n" in said
    assert "Nothing was changed." in said
    assert computer.config == config


@THOROUGH
def test_list(good: Path, newer: Path, tmp_path: Path) -> None:
    computer = Computer(tmp_path / "computer")
    assert "installed" not in run(computer, good, "--list")
    run(computer, good)
    said = run(computer, newer, "--list", LC_ALL="de_DE.UTF-8")
    assert "org.test.Other: Other  (stable" in said
    assert "installiert)" in said
    assert "in einer anderen Version installiert)" in said


@THOROUGH
def test_lists_are_never_older(good: Path, newer: Path, computer: Computer) -> None:
    """What flatpak knows of all that there is upstream."""
    run(computer, newer)
    cache = computer.installation / "repo/tmp/cache/summaries"
    before = everything(cache)
    assert before
    run(computer, good)
    assert everything(cache) == before


@THOROUGH
def test_a_newer_list_takes_the_place_of_an_older(
    good: Path, upstream: Upstream, computer: Computer, tmp_path: Path
) -> None:
    run(computer, good)
    later = upstream.copy(tmp_path / "upstream")
    later.add_app("org.test.Third")
    later.update()
    stick = make(tmp_path / "made", later, "org.test.Hello")
    run(computer, stick)
    assert "org.test.Third" in computer.flatpak("remote-ls", "--cached", "test")
    assert "satchel" not in computer.config


def test_a_part_of_a_source_has_a_catalogue_of_its_own(
    upstream_key: SigningKey, tmp_path: Path
) -> None:
    upstream = Upstream(tmp_path / "upstream", upstream_key)
    upstream.add_runtime(runnable=False, subset="free")
    upstream.add_app("org.test.Hello", subset="free")
    upstream.update()
    made = tmp_path / "made"
    made.mkdir()
    remote = made / "test.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()) + "Subset=free\n")
    drive = made / "drive"
    drive.mkdir()
    options = ("--remote", remote, "--json")
    assert satchel("make", drive, "org.test.Hello", *options, home=made).finished["verified"]
    computer = Computer(tmp_path / "computer")
    assert "Catalogue of source test: brought up to date." in run(computer, drive)


@pytest.mark.parametrize("by", ["install.sh", pytest.param("receive", marks=THOROUGH)])
def test_a_computer_that_is_limited_to_a_part_of_a_source(
    good: Path, upstream: Upstream, upstream_key: SigningKey, tmp_path: Path, by: str
) -> None:
    """Its list is not on the drive, so flatpak would find nothing in a view of that."""
    computer = Computer(tmp_path / "computer")
    computer.knows(upstream_key)
    computer.flatpak("remote-modify", "--subset=free", "up")
    if by == "receive":
        computer.receive(good)
    else:
        assert "limited to a part of its source" in run(computer, good)
    assert computer.installed()[HELLO] == upstream.refs[HELLO]
    assert "xa.satchel" not in computer.config


def test_a_list_that_another_key_signed_is_not_kept(
    good: Path, attacker: SigningKey, tmp_path: Path
) -> None:
    computer = Computer(tmp_path / "computer")
    computer.knows(attacker)
    said = run(computer, good, expect=1)
    assert "brought up to date" not in said
    assert computer.caches == set()
    assert computer.installed() == {}
    assert f"\nurl={URL}\n" in computer.config


_ANOTHER_HOME = (
    "unshare", "--mount", "sh", "-c",
    'mount --bind "$1" /etc/passwd && exec env -u HOME sh "$2" --user', "sh",
)  # fmt: skip


@pytest.mark.thorough
@AS_ROOT
def test_without_a_variable_that_says_where_home_is(good: Path, tmp_path: Path) -> None:
    """As some services start things: flatpak then goes by the list of users."""
    computer = Computer(tmp_path / "computer")
    home = tmp_path / "of its own"
    home.mkdir()
    users = tmp_path / "passwd"
    users.write_text(f"other:x:65500:65500:::\nroot:x:0:0:Somebody:{home}:/bin/sh\n")
    mine = ("FLATPAK_USER_DIR", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "HOME")
    environment = {
        name: value for name, value in computer.client.environment.items() if name not in mine
    }
    done = subprocess.run(
        [*_ANOTHER_HOME, users, good / "satchel/install.sh"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "Signatures are not checked" not in done.stdout
    assert (home / ".local/share/flatpak" / HELLO / "active").is_symlink()
