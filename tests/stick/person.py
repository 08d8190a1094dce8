"""Somebody who has installed an app, and makes drives of it."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from app.ostree.objects import ObjectKind, ObjectName
from tests.client import Client
from tests.satchel import Done, satchel
from tests.upstream import Upstream, host_arch

HELLO = f"app/org.test.Hello/{host_arch()}/stable"
LOCALE = f"runtime/org.test.Hello.Locale/{host_arch()}/stable"


@dataclass
class Person:
    """Somebody who has installed Hello, and has never made a drive.

    Attributes:
        client: their flatpak.
        url: upstream's.
        network: what ends when it is away.
    """

    directory: Path
    client: Client
    upstream: Upstream
    url: str
    network: ExitStack

    def disconnect(self) -> None:
        self.network.close()

    def publish(self) -> None:
        """Upstream has a newer version."""
        self.upstream.bump(HELLO)
        self.upstream.update(ostree_metadata=True)

    def forget(self) -> None:
        """What Satchel has kept here is gone."""
        shutil.rmtree(self.directory / "home/.cache/satchel")

    def commits(self, name: str) -> dict[str, str]:
        """Ref → commit, of a drive."""
        listed = self.run("inspect", name, "--json").json
        return {
            ref["ref"]: ref["commit"]
            for collection in listed["collections"]
            for ref in collection["refs"]
        }

    def damage(self, ref: str, kind: ObjectKind) -> None:
        """One object of what is installed is gone, or not what its name says."""
        objects = self.client.repo / "objects"
        if kind is not ObjectKind.FILE:
            (objects / ObjectName(self.upstream.refs[ref], kind).path).unlink()
            return
        listed = self.upstream.ostree("ls", "-R", "-C", ref).splitlines()
        sum_ = min(line.split()[4] for line in listed if line.startswith("-"))
        path = objects / f"{sum_[:2]}/{sum_[2:]}.file"
        path.unlink()
        path.write_text("something else")

    def run(
        self,
        verb: str,
        name: str,
        *arguments: str | Path,
        check: bool | int = True,
        home: str = "home",
    ) -> Done:
        drive = self.directory / name
        drive.mkdir(exist_ok=True)
        names = ("FLATPAK_USER_DIR", "FLATPAK_SYSTEM_DIR", "FLATPAK_CONFIG_DIR")
        env = {name: self.client.environment[name] for name in names}
        place = self.directory / home
        place.mkdir(exist_ok=True)
        return satchel(verb, drive, *arguments, home=place, env=env, check=check)

    def make(self, name: str, *arguments: str | Path, check: bool | int = True) -> Done:
        return self.run("make", name, "--json", *arguments, check=check)

    def another(self) -> Client:
        """A computer that knows the remote, and reaches nobody."""
        client = Client(self.directory / f"client-{len(list(self.directory.iterdir()))}")
        client.remote_add_upstream("school", self.upstream, self.url)
        return client
