"""What real clients that know the upstream, and cannot reach it, have after they used a stick."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from tests.client import Client
from tests.gpg import SigningKey
from tests.stick.damage import HELLO, OTHER, RUNTIME
from tests.stick.lies import FORGED, GENUINE, REFUSED
from tests.upstream import COLLECTION
from tests.waiting import GUARD

USER, SYSTEM, SOMEBODY = "user", "system", "somebody"
"""Root for itself, root for all, and an ordinary user."""

_NOBODY = 65534
_APPS: tuple[str, ...] = (HELLO, OTHER)
_EXPECTED = (HELLO, OTHER, RUNTIME)

Content = dict[str, str]
Installed = dict[str, tuple[str, Content]]
"""Ref → commit, and path → digest of what is there."""


class Installer:
    """Installs from sticks, each time as if for the first time.

    ``directory`` must be one that everybody can reach.

    Attributes:
        said: by the last client.
    """

    said = ""

    def __init__(self, directory: Path, key: SigningKey) -> None:
        self._clients = {kind: Client(directory / kind) for kind in (USER, SYSTEM, SOMEBODY)}
        file = directory / "key.gpg"
        file.write_bytes(key.public)
        options = (f"--gpg-import={file}", f"--collection-id={COLLECTION}")
        for kind, client in self._clients.items():
            add = ("remote-add", _installation(kind), *options, "up", "http://127.0.0.1:9/")
            client.run(*add, check=False)
            shutil.copytree(self._own(kind), client.directory / "fresh", symlinks=True)

    def _own(self, kind: str) -> Path:
        return self._clients[kind].directory / (SYSTEM if kind == SYSTEM else USER)

    def install(self, kind: str, target: Path) -> Installed:
        """All apps of the stick; what is installed then."""
        client, own, names = self._clients[kind], self._own(kind), _APPS
        shutil.rmtree(own)
        shutil.copytree(client.directory / "fresh", own, symlinks=True)
        command = ["flatpak", "install", _installation(kind), "-y", "--noninteractive"]
        command += ["--no-related", f"--sideload-repo={target}"]
        if kind == SOMEBODY:
            subprocess.run(["chown", "-R", f"{_NOBODY}:{_NOBODY}", client.directory], check=True)
            who = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
            # Deploying would ask the system's bus about parental controls. Without it there are no
            # dependencies.
            command = [*who, *command, "--no-deploy"]
            names += (RUNTIME,)
        done = subprocess.run(
            [*command, "up", *names],
            env=client.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=GUARD,
            check=False,
        )
        self.said = done.stdout
        return _fetched(own) if kind == SOMEBODY else deployed(own)


def _installation(kind: str) -> str:
    return "--system" if kind == SYSTEM else "--user"


def deployed(installation: Path) -> Installed:
    installed = {}
    for active in filter(Path.is_symlink, installation.glob("*/*/*/*/active")):
        ref = str(active.parent.relative_to(installation))
        installed[ref] = os.readlink(active), _content(active)
    return installed


def _fetched(installation: Path) -> Installed:
    """Of an installation in which nothing is deployed."""
    installed = {}
    refs = installation / "repo/refs/remotes/up"
    for number, path in enumerate(sorted(path for path in refs.rglob("*") if path.is_file())):
        ref, commit = str(path.relative_to(refs)), path.read_text().strip()
        if ref.startswith(("app/", "runtime/")):
            files = installation / f"checkout{number}"
            checkout = ["ostree", "checkout", "--user-mode", f"--repo={installation}/repo"]
            done = subprocess.run([*checkout, commit, files], capture_output=True, check=False)
            if done.returncode == 0:
                installed[ref] = commit, _content(files)
    return installed


def _content(root: Path) -> Content:
    files = {}
    for directory, _, names in os.walk(root):
        for name in names:
            path = Path(directory, name)
            place = str(path.relative_to(root))
            if place == "metadata" or (place.startswith("files/") and place != "files/.ref"):
                data = os.readlink(path).encode() if path.is_symlink() else path.read_bytes()
                files[place] = sha256(data).hexdigest()
    return files


def outcome(installed: Installed, genuine: Installed, more: Iterable[str] = ()) -> str:
    """Whether that is what upstream signed; ``more`` are commits that it signed as well."""
    for ref, (commit, content) in installed.items():
        right, expected = genuine[ref]
        if content != expected or commit not in {right, *more}:
            return FORGED
    return GENUINE if set(_EXPECTED) <= installed.keys() else REFUSED
