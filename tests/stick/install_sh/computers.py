"""Apps as flatpak tests itself with, sticks of them, and computers without internet."""

from __future__ import annotations

import base64
import os
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from app.replacing import replace
from app.stick.kit.rendering import render
from tests.gpg import SigningKey
from tests.stick.kit_contents import contents

SCRIPTS = Path("/usr/libexec/installed-tests/Flatpak")
RUNTIME_SCRIPT, APP_SCRIPT = "make-test-runtime.sh", "make-test-app.sh"


def run(*command: str | Path, **options: object) -> str:
    done = subprocess.run(  # type: ignore[call-overload]
        command, capture_output=True, text=True, check=False, **options
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return str(done.stdout)


@dataclass
class Upstream:
    """Two collections, as directories: one of apps, one of runtimes."""

    path: Path
    key: SigningKey
    _clock: Iterator[int] = field(default_factory=lambda: count(1_735_732_800, 60))

    def build(self, script: str, collection: str, name: str, text: str = "") -> None:
        repo = self.path / collection
        if not repo.exists():
            run(
                "ostree",
                f"--repo={repo}",
                "init",
                "--mode=archive",
                f"--collection-id={collection}",
            )
        signing = f"--gpg-homedir={self.key.homedir} --gpg-sign={self.key.fingerprint}"
        run(
            "bash", SCRIPTS / script, repo, name, "master", collection, text,
            cwd=self.path,
            env={
                **os.environ,
                "GPGARGS": signing,
                "TMPDIR": str(self.path),
                # Two builds within a second would be equally new to a client.
                "SOURCE_DATE_EPOCH": str(next(self._clock)),
            },
        )  # fmt: skip

    def commit(self, collection: str, ref: str) -> str:
        return (self.path / collection / "refs" / "heads" / ref).read_text().strip()


def flatpakrepo(upstream: Upstream, collection: str, url: str) -> bytes:
    key = base64.b64encode(upstream.key.public).decode()
    return (
        f"[Flatpak Repo]\nTitle={collection}\nUrl={url}\nGPGKey={key}\n"
        f"DeployCollectionID={collection}\nDeploySideloadCollectionID={collection}\n"
    ).encode()


def make_stick(upstream: Upstream, mount: Path, *refs: tuple[str, str]) -> None:
    """A stick as `create-usb` and Satchel lay it out, with the kit."""
    repo = mount / ".ostree" / "repo"
    repo.parent.mkdir(parents=True)
    run("ostree", f"--repo={repo}", "init", "--mode=archive")
    kit = contents()
    wanted = refs or tuple((ref.collection, ref.ref) for ref in kit.refs)
    for collection, ref in wanted:
        commit = upstream.commit(collection, ref)
        run("ostree", f"--repo={repo}", "pull-local", upstream.path / collection, commit)
        path = repo / "refs" / "mirrors" / collection / ref
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(commit + "\n")
    run("ostree", f"--repo={repo}", "summary", "-u")
    kit = replace(
        kit,
        collections=tuple(
            replace(each, flatpakrepo=flatpakrepo(upstream, each.id, each.url))
            for each in kit.collections
        ),
        refs=tuple(each for each in kit.refs if (each.collection, each.ref) in wanted),
    )
    (mount / "satchel").mkdir()
    for name, data in render(kit).items():
        (mount / "satchel" / name).write_bytes(data)


class Client:
    """A computer without internet and without any remote."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(home / "runtime"),
            "XDG_DATA_HOME": str(home / "share"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "FLATPAK_USER_DIR": str(home / "user"),
            "FLATPAK_SYSTEM_DIR": str(home / "system"),
            "FLATPAK_SYSTEM_CACHE_DIR": str(home / "syscache"),
            "FLATPAK_CONFIG_DIR": str(home / "etc"),
            "FLATPAK_RUN_DIR": str(home / "run"),
        }
        for name in ("runtime", "etc", "run"):
            (home / name).mkdir(parents=True)
        (home / "runtime").chmod(0o700)

    def install(
        self, mount: Path, *args: str, expect: int = 0, shell: str = "sh", **env: str
    ) -> str:
        """Run install.sh; gives what it said."""
        done = subprocess.run(
            [*shlex.split(shell), mount / "satchel" / "install.sh", *args],
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        print(done.stdout)
        assert done.returncode == expect
        return done.stdout

    def flatpak(self, *args: str | Path) -> str:
        return run("flatpak", *args, env=self.env)

    def refs(self, scope: str = "--user") -> set[str]:
        lines = self.flatpak("list", scope, "--all", "--columns=ref").splitlines()
        return {line.strip() for line in lines}

    def remotes(self, scope: str = "--user") -> dict[str, str]:
        table = self.flatpak("remotes", scope, "--show-disabled", "--columns=name,collection")
        # A line even when there is none.
        return dict(line.split() for line in table.splitlines() if line.strip())

    def run(self, app: str = "org.test.Other") -> str:
        """What the app prints. Not Hello with its plugin: it has no directory to mount that on."""
        return self.flatpak("run", app)


def short(*refs: str) -> set[str]:
    return {ref.partition("/")[2] for ref in refs}


NOBODY = 65534
