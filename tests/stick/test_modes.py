"""A stick that only its maker can read; on other computers that is nobody."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.drive.space import measure
from app.replacing import replace
from app.stick.checking import modes
from tests.client import Client
from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.stick.damage import HELLO, Stick, copy_stick, verify
from tests.upstream import COLLECTION

pytestmark = pytest.mark.slow

SOMEBODY = 65534
REPO = ".ostree/repo"

PLACES: dict[str, Callable[[Stick], Path]] = {
    "objects": lambda stick: stick.path(stick.object("filez")),
    f"{REPO}/config": lambda stick: stick.repo / "config",
    f"{REPO}/summary": lambda stick: stick.summary,
    f"{REPO}/objects": lambda stick: stick.repo / "objects",
    ".ostree": lambda stick: stick.root / ".ostree",
    REPO: lambda stick: stick.repo,
}
"""Subject of the finding → what is closed."""

ASIDE: dict[str, Callable[[Stick], Path]] = {
    "objects": lambda stick: stick.signatures(HELLO),
    f"{REPO}/refs/mirrors": lambda stick: stick.repo / "refs/mirrors",
    "satchel": lambda stick: stick.root / "satchel",
    "satchel/install.sh": lambda stick: stick.root / "satchel/install.sh",
}


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A directory that other people can reach, as the temporary ones of tests cannot be."""
    with tempfile.TemporaryDirectory(prefix="satchel-test-") as directory:
        os.chmod(directory, 0o755)
        yield Path(directory)


def _close(path: Path) -> None:
    path.chmod(path.stat().st_mode & 0o770)


@pytest.mark.parametrize("subject", [*PLACES, *ASIDE])
def test_what_nobody_else_can_read(stick: Stick, stranger: Path, subject: str) -> None:
    for places in (PLACES, ASIDE):
        if subject in places:
            _close(places[subject](stick))
            assert verify(stick, stranger) == {("not-readable", subject)}
            assert verify(stick, stranger, "--quick") == {("not-readable", subject)}


def test_where_there_are_no_modes(
    stick: Stick, stranger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in stick.root.rglob("*"):
        path.chmod(0o700)
    assert {code for code, _ in verify(stick, stranger)} == {"not-readable"}
    space = replace(measure(stick.root), file_system="vfat")
    monkeypatch.setattr(modes, "measure", lambda _: space)
    assert verify(stick, stranger) == set()


def test_flatpak_of_somebody_else_cannot_install_either(
    good: Path, open_to_all: Path, upstream_key: SigningKey
) -> None:
    stick = copy_stick(good, open_to_all / "stick")
    client = Client(open_to_all / "client")
    client.remote_add("up", "http://127.0.0.1:9/", upstream_key.public, COLLECTION, check=False)
    subprocess.run(["chown", "-R", f"{SOMEBODY}:{SOMEBODY}", client.directory], check=True)
    subprocess.run(["cp", "-a", client.directory / "user", open_to_all / "fresh"], check=True)
    # Deploying would ask the system's bus about parental controls.
    command = ["flatpak", "install", "--user", "-y", "--noninteractive", "--no-deploy"]
    command += ["--no-deps", "--no-related", f"--sideload-repo={stick.root}"]
    command += ["up", "org.test.Hello"]

    def fetches() -> bool:
        done = subprocess.run(
            ["setpriv", f"--reuid={SOMEBODY}", f"--regid={SOMEBODY}", "--clear-groups", *command],
            env=client.environment,
            capture_output=True,
            check=False,
        )
        shutil.rmtree(client.directory / "user")
        fresh = ["cp", "-a", str(open_to_all / "fresh"), str(client.directory / "user")]
        subprocess.run(fresh, check=True)
        return done.returncode == 0

    assert fetches()
    for place in PLACES.values():
        path = place(stick)
        mode = path.stat().st_mode
        _close(path)
        assert not fetches(), path
        path.chmod(mode)
    assert fetches()


def test_scripts_that_others_could_change_are_closed_to_them(stick: Stick, stranger: Path) -> None:
    """They are not written anew where they are what they are to be."""
    script = stick.root / "satchel/install.sh"
    before = script.stat().st_ino
    script.chmod(0o777)
    satchel("remove", stick.root, "org.test.Other", "--yes", home=stranger)
    assert stat.S_IMODE(script.stat().st_mode) == 0o755
    assert script.stat().st_ino == before
