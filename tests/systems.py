"""Operating systems as their publishers have them: real trees, committed by the real ostree.

What no flatpak may have is in each: extended attributes, capabilities, programs that run as root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.gpg import SigningKey
from tests.upstream import TICK

OS_COLLECTION = "com.example.Os"
SYSTEM = "os/example/amd64/os6"
_NAMES = ("usr/bin", "usr/lib", "usr/share/doc", "usr/etc", "boot", "var")


@dataclass
class System:
    """An archive repository at ``path`` with one operating system in it, signed by ``key``.

    Nothing is visible to clients before `update`.

    Attributes:
        tree: the directory that is committed; a test may change it.
    """

    directory: Path
    key: SigningKey
    collection: str = OS_COLLECTION
    now: int = field(default=1_735_732_800, init=False)

    def __post_init__(self) -> None:
        self.directory.mkdir(parents=True)
        self.ostree("init", "--mode=archive-z2", f"--collection-id={self.collection}")
        fill(self.tree)

    @property
    def path(self) -> Path:
        return self.directory / "repo"

    @property
    def tree(self) -> Path:
        return self.directory / "tree"

    def commit(self, ref: str = SYSTEM, *options: str, signed: bool = True) -> str:
        """A new commit of what the tree holds now; its checksum."""
        self.now += TICK
        return self.ostree(
            "commit", *(self._signing() if signed else ()), f"--branch={ref}",
            f"--timestamp=@{self.now}", *options, f"--tree=dir={self.tree}",
        ).strip()  # fmt: skip

    def update(self) -> None:
        """The summary anew, and ``ostree-metadata`` with it, both signed, as libostree does it."""
        self.ostree("summary", "--update", *self._signing())

    def ostree(self, command: str, *arguments: str | Path) -> str:
        """The real thing on this repository; returns what it prints."""
        done = subprocess.run(
            ["ostree", command, f"--repo={self.path}", *map(str, arguments)],
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self.directory)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command} {arguments}\n{done.stdout}{done.stderr}"
        return done.stdout

    def _signing(self) -> tuple[str, str]:
        return f"--gpg-sign={self.key.fingerprint}", f"--gpg-homedir={self.key.homedir}"


def fill(tree: Path) -> None:
    """Some of this computer's own files, in the places that operating systems have."""
    for name in _NAMES:
        (tree / name).mkdir(parents=True)
    for program in ("cat", "su", "env"):
        shutil.copy(shutil.which(program) or "/bin/sh", tree / "usr/bin" / program)
    (tree / "usr/bin/su").chmod(0o4755)
    (tree / "usr/bin/env").chmod(0o2755)
    (tree / "usr/bin/sh").symlink_to("cat")
    (tree / "usr/lib/os-release").write_text("NAME=Example\nVERSION=6.0\n")
    (tree / "usr/share/doc/text").write_text("a text\n" * 1000)
    (tree / "usr/etc/shadow").write_text("root:*:::::::\n")
    (tree / "usr/etc/shadow").chmod(0o640)
    os.chown(tree / "usr/etc/shadow", 0, 42)
    (tree / "var").chmod(0o1777)
    for path, name, value in (
        ("usr/bin/cat", "security.capability", bytes.fromhex("0100000200200000" + "00" * 12)),
        ("usr/lib/os-release", "user.satchel", b"a value\0\xff"),
        ("usr/lib/os-release", "user.another", b"0"),
        ("usr/share", "user.directory", b"of a directory"),
        ("usr/share/doc/text", "user.long", b"x" * 2000),
    ):
        os.setxattr(tree / path, name, value)


def look(tree: Path) -> dict[str, tuple[object, ...]]:
    """Path → all that a checkout has of it."""
    return {str(path.relative_to(tree)): _facts(path) for path in sorted(tree.rglob("*"))}


def _facts(path: Path) -> tuple[object, ...]:
    status = path.lstat()
    content: object = None
    if path.is_symlink():
        content = os.readlink(path)
    elif path.is_file():
        content = path.read_bytes()
    attributes = {
        name: os.getxattr(path, name, follow_symlinks=False)
        for name in os.listxattr(path, follow_symlinks=False)
    }
    return status.st_mode, status.st_uid, status.st_gid, content, attributes
