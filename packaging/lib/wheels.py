"""The Python packages that Satchel's packages bring along: the lock, and pip, which fetches them.

``wheels.txt`` names what Satchel needs, ``wheels-build.txt`` what builds it, both in the form of
pip's requirements files: a version, and the SHA-256 of every file for the systems below. Where the
files come from stands nowhere here. That is for pip to know, as it is configured where a package
is built: a mirror, a proxy, a directory.
"""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

PACKAGING = Path(__file__).resolve().parents[1]
LOCK = PACKAGING / "wheels.txt"
BUILD_LOCK = PACKAGING / "wheels-build.txt"
_OLDEST_GLIBC = 17


@dataclass(frozen=True)
class System:
    """What a wheel has to fit.

    Attributes:
        python: its version, as ``3.13``.
        machine: as ``uname -m`` and flatpak call it.
        glibc: the second number of the C library's version; the first is 2.
    """

    python: str
    machine: str
    glibc: int


# Qt for aarch64 needs 2.39, so there is none for Debian 12.
SYSTEMS = (
    System("3.11", "x86_64", 36),  # Debian 12
    System("3.12", "x86_64", 39),  # Ubuntu 24.04
    System("3.12", "aarch64", 39),
    System("3.13", "x86_64", 41),  # Debian 13, and the flatpak's platform
    System("3.13", "aarch64", 41),
)
FLATPAK = {system.machine: system for system in SYSTEMS if system.python == "3.13"}
# What the flatpak's base brings: built against the platform's own Qt.
FLATPAK_BASE = frozenset({"pyside6_essentials", "shiboken6"})


def make_pip(scratch: Path) -> tuple[str, ...]:
    """A pip in an environment of its own, made in ``scratch``: the command, to put arguments after.

    A system's Python may have none, or one that must not install anything.
    """
    environment = scratch / "environment"
    wheel = _own_wheel()
    if wheel is None:
        run(sys.executable, "-m", "venv", environment)
    else:
        # As it is: to install it takes as long as all that it is for here.
        run(sys.executable, "-m", "venv", "--without-pip", environment)
        (packages,) = environment.glob("lib/python*/site-packages")
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(packages)
    options = ("--disable-pip-version-check", "--no-input")
    return (str(environment / "bin/python"), "-m", "pip", *options)


def _own_wheel() -> Path | None:
    """Of the pip that venv would install, which lies beside Python."""
    places = [sysconfig.get_config_var("WHEEL_PKG_DIR")]
    spec = find_spec("ensurepip")
    if spec is not None and spec.origin is not None:
        places.append(Path(spec.origin).with_name("_bundled"))
    found = (path for place in places if place for path in Path(place).glob("pip-*.whl"))
    return next(found, None)


def run(*command: str | Path) -> None:
    """Run a command, which must succeed, without anything to read.

    Raises:
        subprocess.CalledProcessError: it did not.
    """
    subprocess.run([str(word) for word in command], check=True, stdin=subprocess.DEVNULL)


def download(pip: tuple[str, ...], place: Path, system: System, *what: str | Path) -> None:
    """Let pip put wheels for a system into a directory.

    ``what`` is what pip's ``download`` takes: requirements, or options that name a lock.
    """
    tags = [f"manylinux2014_{system.machine}"]
    tags += [
        f"manylinux_2_{minor}_{system.machine}" for minor in range(_OLDEST_GLIBC, system.glibc + 1)
    ]
    target = (f"--python-version={system.python}", *(f"--platform={tag}" for tag in tags))
    options = ("--quiet", "--only-binary=:all:", f"--dest={place}")
    run(*pip, "download", *options, *target, *what)


def locked(lock: Path) -> tuple[str, ...]:
    """Options that make pip take exactly what a lock names, or nothing."""
    return ("--no-deps", "--require-hashes", f"--requirement={lock}")


def without(lock: Path, names: Collection[str]) -> str:
    """The text of a lock, but for the packages of these names."""
    entries = re.split(r"^(?=\S)", lock.read_text("utf-8"), flags=re.MULTILINE)
    return "".join(entry for entry in entries if entry.partition("==")[0] not in names)


def requirement(name: str, version: str, digests: Collection[str]) -> str:
    """An entry of a lock."""
    hashes = "".join(f" \\\n    --hash=sha256:{digest}" for digest in sorted(digests))
    return f"{name}=={version}{hashes}\n"
