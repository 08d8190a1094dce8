"""The files of packaging, and what they say."""

from __future__ import annotations

import configparser
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.satchel import ROOT
from tests.waiting import GUARD

PACKAGING = ROOT / "packaging"
DESKTOP = PACKAGING / "org.satchel.Satchel.desktop"
METAINFO = PACKAGING / "org.satchel.Satchel.metainfo.xml"
MIME = PACKAGING / "org.satchel.Satchel.xml"
MANUAL = PACKAGING / "satchel.1"
MANIFEST = PACKAGING / "org.satchel.Satchel.yml"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
DEADLINE = GUARD


def output(*command: str | Path, **options: Any) -> str:
    """What a command prints; it must succeed."""
    done: subprocess.CompletedProcess[str] = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=DEADLINE,
        check=False,
        **options,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(DESKTOP, "utf-8")
    return parser["Desktop Entry"]


def locked(name: str, place: Path = PACKAGING) -> dict[str, tuple[Version, set[str]]]:
    """From a lock in ``place``: name → version and the SHA-256 of its files."""
    text = (place / name).read_text("utf-8").replace("\\\n", " ")
    pins: dict[str, tuple[Version, set[str]]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            requirement, *hashes = line.split()
            package, _, version = requirement.partition("==")
            assert all(re.fullmatch("--hash=sha256:[0-9a-f]{64}", word) for word in hashes)
            digests = {word.removeprefix("--hash=sha256:") for word in hashes}
            pins[canonicalize_name(package)] = (Version(version), digests)
    return pins


def pinned() -> dict[str, tuple[Version, set[str]]]:
    return locked("wheels.txt")


def project(group: str, key: str) -> list[Requirement]:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))[group]
    return [Requirement(text) for text in table[key]]
