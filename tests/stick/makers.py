"""Sticks from real upstreams, which are gone once the stick is made."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.client import Client
from tests.satchel import Done, satchel
from tests.servers import Server
from tests.upstream import Upstream

REPO = ".ostree/repo"


def make(
    upstream: Upstream,
    target: Path,
    *arguments: str | Path,
    home: Path,
    name: str = "up",
    check: bool | int = True,
) -> Done:
    """``satchel make`` with an upstream that nginx serves only meanwhile.

    The remote is called ``name``; ``home`` is Satchel's.
    """
    home.mkdir(parents=True, exist_ok=True)
    target.mkdir(parents=True, exist_ok=True)
    with Server(upstream.path) as server:
        remote = home / f"{name}.flatpakrepo"
        remote.write_text(upstream.flatpakrepo(server.url))
        return satchel(
            "make", "--json", target, *arguments, "--remote", remote, home=home, check=check
        )


def make_with_flatpak(upstream: Upstream, directory: Path, *apps: str) -> Path:
    """A drive as ``flatpak create-usb`` makes it."""
    client = Client(directory / "client")
    drive = directory / "drive"
    drive.mkdir()
    with Server(upstream.path) as server:
        client.remote_add_upstream("up", upstream, server.url)
        client.install("up", *apps)
        client.run("create-usb", "--user", drive, *apps)
    return drive


def carry(repo: Path, upstream: Upstream, *refs: str) -> None:
    """Put refs onto a stick as they are upstream, whatever Satchel thinks of them."""
    for ref in refs:
        commit = upstream.commit(ref)
        _ostree(repo, "pull-local", "--disable-verify-bindings", str(upstream.path), commit)
        path = repo / "refs/mirrors" / upstream.collection / ref
        path.parent.mkdir(parents=True)
        path.write_text(f"{commit}\n")
    update_summary(repo)


def update_summary(repo: Path) -> None:
    """The stick's own summary lists what is there now."""
    _ostree(repo, "summary", "--update")


def _ostree(repo: Path, command: str, *arguments: str) -> None:
    subprocess.run(
        ["ostree", command, f"--repo={repo}", *arguments], check=True, stdout=subprocess.DEVNULL
    )


def findings(target: Path, *, home: Path) -> dict[str, list[str]]:
    """What ``satchel verify`` finds: code → subjects; the drive's own keys count."""
    report = satchel("verify", "--json", "--trust-drive-keys", target, home=home, check=False).json
    subjects: dict[str, list[str]] = {}
    for finding in report["findings"]:
        subjects.setdefault(finding["code"], []).append(finding["subject"])
    errors = [finding for finding in report["findings"] if finding["severity"] == "error"]
    assert report["ok"] == (not errors)
    return subjects
