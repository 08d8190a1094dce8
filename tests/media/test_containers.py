"""Builders' containers: everything is read-only but the output, and there is nothing of a desktop.

No udev, no bus, no HOME, no directory of a login, no terminal, no network, a user whom nobody
knows.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.media.mediums import HELLO
from tests.media.operating_systems import installed_below, said_by
from tests.satchel import ROOT
from tests.upstream import Upstream

NOBODY_KNOWN = 12345
LOCK = "/mnt/out/satchel.lock"


@dataclass(frozen=True)
class Container:
    """
    Attributes:
        out: what is at /mnt/out there, the only place that can be written to.
        memory: or also /dev/shm, as where containers are run usually.
    """

    directory: Path
    upstream: Upstream
    user: int
    memory: bool = True

    @property
    def out(self) -> Path:
        return self.directory / "out"

    def satchel(self, *words: str, check: int = 0) -> str:
        """``satchel WORDS`` with the remote; returns what it says."""
        self.out.mkdir(exist_ok=True)
        self.out.chmod(0o777)
        given = self.directory / "given"
        given.mkdir(exist_ok=True)
        (given / "up.flatpakrepo").write_text(self.upstream.flatpakrepo("file:///mnt/up"))
        said = said_by(
            [
                *self._sandbox(given),
                *(sys.executable, "-m", "app.cli.main", *words),
                *("--remote", "/mnt/given/up.flatpakrepo"),
            ],
            {
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            status=check,
        )
        assert "Traceback" not in said
        return said

    def _sandbox(self, given: Path) -> tuple[str | Path, ...]:
        python = Path(sys.base_prefix).resolve()
        home = Path.home()
        # Python may be in a home that is closed to others.
        hidden: list[str | Path] = []
        if python.is_relative_to(home):
            hidden = ["--tmpfs", home]
            for above in [path for path in python.parents if path.is_relative_to(home)][-2::-1]:
                hidden += ("--dir", above)
        memory = ("--perms", "1777", "--tmpfs", "/dev/shm") if self.memory else ()
        if os.geteuid() == 0:
            whose = ["--cap-add", "ALL"]
            switch = ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"]
        else:
            whose = ["--unshare-user", "--uid", str(self.user), "--gid", str(self.user)]
            switch = []
        return (
            *("bwrap", *whose, "--die-with-parent", "--new-session"),
            *("--unshare-net", "--unshare-ipc", "--unshare-uts", "--ro-bind", "/", "/"),
            *(*hidden, "--ro-bind", python, python, "--ro-bind", ROOT, ROOT),
            *("--dev", "/dev", *memory, "--proc", "/proc", "--tmpfs", "/run", "--tmpfs", "/mnt"),
            *("--bind", self.out, "/mnt/out", "--ro-bind", given, "/mnt/given"),
            *("--ro-bind", self.upstream.path, "/mnt/up"),
            *(word for place in ("/run", "/mnt", "/dev") for word in ("--remount-ro", place)),
            *(("--remount-ro", home) if hidden else ()),
            *("--chdir", "/", *switch),
        )


each_user = pytest.mark.parametrize("user", [0, NOBODY_KNOWN], ids=["root", "unknown"])


def test_a_drive_where_nothing_else_can_be_written(
    default_upstream: Upstream, tmp_path: Path
) -> None:
    container = Container(tmp_path, default_upstream, NOBODY_KNOWN, memory=False)

    assert "Sound" in container.satchel("media", "/mnt/out/stick", "org.test.Hello")
    # Nothing was written beside it, in a directory called ~ for example.
    assert os.listdir(container.out) == ["stick"]
    said = container.satchel("verify", "/mnt/out/stick", check=3)
    assert "TMPDIR" in said


@pytest.mark.thorough
@each_user
def test_everything_that_media_makes(default_upstream: Upstream, user: int, tmp_path: Path) -> None:
    container = Container(tmp_path, default_upstream, user, memory=False)
    made = {
        "tree": ("media", "/mnt/out/tree", "org.test.Hello", "--layout=iso-root"),
        "root": ("media", "/mnt/out/root", "org.test.Hello", "--layout=installed"),
        "a.img": ("media", "org.test.Hello", "--image=/mnt/out/a.img"),
        "a.iso": ("media", "org.test.Hello", "--layout=iso-root", "--image=/mnt/out/a.iso"),
        "a.tar": ("media", "org.test.Hello", "--layout=installed", "--image=/mnt/out/a.tar"),
    }
    for words in made.values():
        container.satchel(*words)

    assert sorted(os.listdir(container.out)) == sorted(made)
    assert HELLO in installed_below(container.out / "root/var/lib/flatpak")


@pytest.mark.thorough
@each_user
def test_what_else_builders_do(default_upstream: Upstream, user: int, tmp_path: Path) -> None:
    container = Container(tmp_path, default_upstream, user)
    container.satchel("lock", "org.test.Hello", "-o", LOCK)
    container.satchel("lock", "--update", LOCK, "--dry-run")
    container.satchel("media", "/mnt/out/locked", "--locked", LOCK)
    (container.out / "stick").mkdir()
    (container.out / "stick").chmod(0o777)
    container.satchel("make", "/mnt/out/stick", "org.test.Hello")
    assert "Sound" in container.satchel("verify", "/mnt/out/stick")
    container.satchel(
        *("media", "/mnt/out/offline", "org.test.Hello", "--offline", "--from=/mnt/out/stick")
    )

    assert set(os.listdir(container.out)) == {"satchel.lock", "locked", "stick", "offline"}


@pytest.mark.thorough
def test_into_the_place_that_is_mounted(default_upstream: Upstream, tmp_path: Path) -> None:
    """Which cannot be exchanged as a whole."""
    container = Container(tmp_path, default_upstream, NOBODY_KNOWN, memory=False)

    container.satchel("media", "/mnt/out", "org.test.Hello")
    container.satchel("media", "/mnt/out", "org.test.Large")

    assert set(os.listdir(container.out)) == {".ostree", "satchel"}
