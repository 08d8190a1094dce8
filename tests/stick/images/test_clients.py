"""Real clients install what is of a container registry from a drive: flatpak 1.18, offline."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Registry
from app.progress import CancelToken, silent
from app.stick.planning.options import Options
from app.stick.planning.request import PlanRequest, make_plan
from app.stick.writing.job import run_job
from tests.environments import environment_in
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.registry import RegistryServer
from tests.stick.clients.matrix.computers import SYSTEM, USER, ForeignComputer
from tests.stick.clients.matrix.roots import RELEASES, Release, root_of
from tests.upstream import Upstream, host_arch

pytestmark = pytest.mark.thorough

ARCH = host_arch()
APP = f"app/org.test.Notes/{ARCH}/stable"
LOCALE = f"runtime/org.test.Notes.Locale/{ARCH}/stable"
RUNTIME = f"runtime/org.test.Platform/{ARCH}/1"
NEW = next(release for release in RELEASES if release.suite == "sid")
OLD = next(release for release in RELEASES if release.suite == "trixie")


def fill(upstream: Upstream) -> None:
    upstream.add_runtime()
    upstream.add_app("org.test.Notes", languages=("de", "en"))


@pytest.fixture(scope="module")
def stick(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("registry")
    upstream = kept_upstream(place / "upstream", upstream_key, fill)
    root, newer = place / "drive", place / "newer"
    with RegistryServer(place / "server") as server:
        server.add_all(upstream)
        make_drive(root, place / "computer", server)
        upstream.bump(APP)
        server.add(upstream, APP)
        make_drive(newer, place / "other", server)
    return root


def make_drive(root: Path, home: Path, server: RegistryServer) -> None:
    root.mkdir()
    known = Known((), registries=(Registry("reg", server.url, server.url, "Registry"),))
    environment = environment_in(home)
    request = PlanRequest(root, ("reg:org.test.Notes",), None, None, Options(ARCH))
    plan = make_plan(request, environment, known, silent, CancelToken())
    outcome = run_job(plan, environment, known, silent, CancelToken())
    assert outcome.check is not None
    assert outcome.check.ok


def computer(tmp_path: Path, release: Release, scope: str, stick: Path) -> ForeignComputer:
    return ForeignComputer(tmp_path / "computer", root_of(release), scope, stick)


@pytest.fixture(params=[USER, SYSTEM])
def new(request: pytest.FixtureRequest, tmp_path: Path, stick: Path) -> ForeignComputer:
    (tmp_path / "computer").mkdir()
    return computer(tmp_path, NEW, request.param, stick)


def test_install_sh_installs_it_once_somebody_agrees(new: ForeignComputer, stick: Path) -> None:
    with pytest.raises(AssertionError, match="without --allow-unsigned"):
        new.install_sh(stick)
    assert not new.installed()
    said = new.install_sh(stick, "--allow-unsigned")
    assert "Installed:" in said
    assert new.installed().keys() >= {APP, LOCALE, RUNTIME}
    assert "Already there" in new.install_sh(stick, "--allow-unsigned")
    listed = new.flatpak("remotes", "--columns=name,url")
    assert "oci+http://127.0.0.1:" in listed


def test_receive_installs_it_once_somebody_agrees(
    new: ForeignComputer, stick: Path, tmp_path: Path
) -> None:
    """From a copy that was checked: what is damaged is not handed to flatpak at all."""
    with pytest.raises(AssertionError, match="Nobody vouches for it"):
        new.receive("--yes", stick)
    assert not new.installed()
    damaged = tmp_path / "computer/damaged"
    shutil.copytree(stick, damaged, symlinks=True)
    largest = max(
        (damaged / "satchel/oci/blobs/sha256").iterdir(), key=lambda file: file.stat().st_size
    )
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 1
    largest.write_bytes(data)
    with pytest.raises(AssertionError, match="What the drive has of it is damaged"):
        new.receive("--yes", damaged, "--allow-unsigned")
    assert not new.installed()

    said = new.receive("--yes", stick, "--allow-unsigned").stdout
    assert "Installed:\n  Notes" in said
    assert new.installed().keys() >= {APP, LOCALE, RUNTIME}
    assert "Already there" in new.receive("--yes", stick, "--allow-unsigned").stdout
    [ref] = new.receive("--yes", stick, "--allow-unsigned", "--json").finished["refs"]
    assert (ref["ref"], ref["result"]) == (APP, "there")


def test_nothing_is_taken_back(new: ForeignComputer, stick: Path) -> None:
    """Whichever drive comes first, the newest of them is there in the end."""
    new.receive("--yes", stick, "--allow-unsigned")
    before = new.installed()
    assert "Updated:" in new.receive("--yes", stick.with_name("newer"), "--allow-unsigned").stdout
    newest = new.installed()
    assert newest != before
    assert "Already there" in new.receive("--yes", stick, "--allow-unsigned").stdout
    new.install_sh(stick, "--allow-unsigned")
    assert new.installed() == newest


def test_flatpak_takes_it_by_itself(new: ForeignComputer, stick: Path) -> None:
    new.flatpak("remote-add", "fedora", "oci+https://registry.example.org")
    new.install(f"--sideload-repo=oci:{stick}/satchel/oci", "fedora", "org.test.Notes")
    assert new.installed().keys() >= {APP, LOCALE, RUNTIME}


def test_flatpak_refuses_what_is_damaged(new: ForeignComputer, stick: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "computer/oci"
    damaged.mkdir()
    layout = stick / "satchel/oci"
    for path in layout.rglob("*"):
        if path.is_file():
            copy = damaged / path.relative_to(layout)
            copy.parent.mkdir(parents=True, exist_ok=True)
            data = bytearray(path.read_bytes())
            if len(data) > 100_000:
                data[len(data) // 2] ^= 1
            copy.write_bytes(data)
    new.flatpak("remote-add", "fedora", "oci+https://registry.example.org")
    with pytest.raises(AssertionError):
        new.install(f"--sideload-repo=oci:{damaged}", "fedora", "org.test.Notes")
    assert APP not in new.installed()


def test_an_older_flatpak_is_told_which_it_needs(tmp_path: Path, stick: Path) -> None:
    (tmp_path / "computer").mkdir()
    old = computer(tmp_path, OLD, USER, stick)
    with pytest.raises(AssertionError, match=r"needs flatpak 1\.17 or newer; this computer has"):
        old.install_sh(stick, "--allow-unsigned")
    with pytest.raises(AssertionError, match=r"needs flatpak 1\.17 or newer; this computer has"):
        old.receive("--yes", stick, "--allow-unsigned")
    assert not old.installed()
