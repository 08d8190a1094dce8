"""A real upstream with catalogues, signed; opened, and its catalogues loaded."""

import gzip
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.flatpak.catalogue.database import Catalogue
from app.flatpak.catalogue.source import load_catalogue
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.opening import UpstreamOpener
from app.flatpak.upstream.upstream import Upstream
from app.ostree.pull.fetch import Network
from app.progress import CancelToken
from tests.flatpak.catalogue.upstreams import APPS, ARCH, COLLECTION, Load, Open, Run
from tests.gpg import SigningKey
from tests.waiting import GUARD


@pytest.fixture(scope="session")
def key() -> Iterator[SigningKey]:
    made = SigningKey("Upstream <upstream@example.org>")
    yield made
    made.close()


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    home = tmp_path_factory.mktemp("home")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        **{
            f"FLATPAK_{name}_DIR": str(home / name.lower())
            for name in ("USER", "SYSTEM", "CONFIG", "RUN")
        },
    }


@pytest.fixture(scope="session")
def run(environment: dict[str, str]) -> Run:
    def run(*command: str | Path) -> str:
        done = subprocess.run(
            [str(part) for part in command],
            env=environment, capture_output=True, text=True, timeout=GUARD, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, key: SigningKey, run: Run) -> Path:
    """A signed upstream as the real flatpak makes it, appstream branches and all."""
    base = tmp_path_factory.mktemp("upstream")
    repo = base / "repo"
    run("ostree", "init", f"--repo={repo}", "--mode=archive-z2", f"--collection-id={COLLECTION}")
    sign = (f"--gpg-sign={key.fingerprint}", f"--gpg-homedir={key.homedir}")
    for name, inside in APPS.items():
        build = base / name
        xmls = build / "files/share/app-info/xmls"
        icons = build / "files/share/app-info/icons/flatpak/64x64"
        for directory in (xmls, icons, build / "export"):
            directory.mkdir(parents=True)
        text = (
            f'<components><component type="desktop-application">{inside}</component></components>'
        )
        (xmls / f"{name}.xml.gz").write_bytes(gzip.compress(text.encode()))
        (icons / f"{name}.png").write_bytes(b"png")
        (build / "metadata").write_text(
            f"[Application]\nname={name}\nruntime=org.example.Platform/{ARCH}/1\n"
        )
        run(
            "flatpak", "build-export", "--disable-sandbox", "--no-update-summary",
            f"--arch={ARCH}", *sign, repo, build, "stable",
        )  # fmt: skip
    run("flatpak", "build-update-repo", *sign, repo)
    return repo


@pytest.fixture
def upstream_repo(built: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(built, tmp_path / "repo", symlinks=True))


@pytest.fixture
def opening(tmp_path: Path, key: SigningKey) -> Iterator[Open]:
    """`open_it(repo)` opens an upstream, with a cache that lasts for the test."""
    opened: list[Upstream] = []

    def open_it(repo: Path, *, signed: bool = True) -> Upstream:
        remote = Remote("test", f"file://{repo}", keys=(key.public,) if signed else ())
        cache = tmp_path / "cache"
        opened.append(
            UpstreamOpener(cache, Network(), CancelToken(), allow_unsigned=not signed).open(remote)
        )
        return opened[-1]

    yield open_it
    for upstream in opened:
        upstream.close()


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    loaded: list[Catalogue] = []

    def load(upstream: Upstream) -> Catalogue:
        loaded.append(load_catalogue(upstream, ARCH, tmp_path / "cache"))
        return loaded[-1]

    yield load
    for catalogue in loaded:
        catalogue.close()


@pytest.fixture(scope="session")
def maps_and_more(
    built: Path, key: SigningKey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Catalogue]:
    cache = tmp_path_factory.mktemp("cache")
    remote = Remote("test", f"file://{built}", keys=(key.public,))
    upstream = UpstreamOpener(cache, Network(), CancelToken()).open(remote)
    try:
        with load_catalogue(upstream, ARCH, cache) as catalogue:
            yield catalogue
    finally:
        upstream.close()
