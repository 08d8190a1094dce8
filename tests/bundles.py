"""Bundles that the real flatpak makes of the demo's apps."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

from app.resources import resource

ATLAS = "org.satchel.Demo.Atlas"
ATLAS_REF = f"app/{ATLAS}/x86_64/stable"
LOCALE_REF = f"runtime/{ATLAS}.Locale/x86_64/stable"
COLLECTION = "org.satchel.Demo"
BRANCH = "stable"


@cache
def _options(*options: str, directory: Path, app: str, branch: str) -> bytes:
    repository = directory / "repo"
    if not repository.exists():
        shutil.copytree(resource("demo", "repo"), repository)
        # As git keeps no empty directories.
        for name in ("refs/remotes", "refs/mirrors", "tmp", "state", "extensions"):
            (repository / name).mkdir(parents=True, exist_ok=True)
    file = directory / "made.flatpak"
    command = ["flatpak", "build-bundle", "--arch=x86_64", *options]
    done = subprocess.run(
        [*command, repository, file, app, branch], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return file.read_bytes()


def bundle_bytes(directory: Path, *options: str, app: str = ATLAS, branch: str = BRANCH) -> bytes:
    """What ``flatpak build-bundle`` makes with these options; ``directory`` is its own."""
    return _options(*options, directory=directory, app=app, branch=branch)


@cache
def newer_unsigned(directory: Path) -> bytes:
    """The same app, made later by somebody who signs nothing."""
    bundle_bytes(directory)
    source, target, ref = directory / "repo", directory / "unsigned", ATLAS_REF
    file = directory / "unsigned.flatpak"
    commands = (
        ("ostree", f"--repo={target}", "init", "--mode=archive"),
        (
            *("flatpak", "build-commit-from", "--no-update-summary", f"--src-repo={source}"),
            *(f"--src-ref={ref}", "--timestamp=2026-06-01T00:00:00Z", "--subject=new"),
            *(target, ref),
        ),
        ("flatpak", "build-bundle", "--arch=x86_64", target, file, ATLAS, BRANCH),
    )
    for command in commands:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return file.read_bytes()
