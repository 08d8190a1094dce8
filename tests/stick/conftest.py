"""Good sticks, and who looks at them: fixtures for tests that damage copies."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from pathlib import Path

import pytest

from app.ostree.workers import with_processes
from tests.build_contents import ExtraData
from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_key, kept_upstream
from tests.satchel import environment, satchel
from tests.servers import Server
from tests.stick.damage import HELLO, Stick, copy_stick
from tests.stick.installing import Installer
from tests.stick.person import Person
from tests.tiers import BEYOND
from tests.upstream import COLLECTION, Upstream


def make(directory: Path, upstream: Upstream, *refs: str) -> Path:
    """A new stick from ``upstream``, found sound by the job that made it."""
    directory.mkdir()
    remote = directory / "test.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    drive = directory / "drive"
    drive.mkdir()
    done = satchel(
        "make", drive, *refs, "--remote", remote, "--json", home=_home(directory / "home")
    )
    assert done.finished["verified"]
    return drive


def _home(path: Path) -> Path:
    path.mkdir(exist_ok=True)
    return path


@pytest.fixture(autouse=True)
def one_worker(request: pytest.FixtureRequest) -> Iterator[None]:
    """In the gate a command that runs in this process has one helper at a time, not two.

    There is little on these drives, so most of their time is that of their start. How several
    share the work is what `tests/ostree` is about, and processes of their own have two.
    """
    everything = request.config.getoption("--tier") in {"thorough", BEYOND}
    with nullcontext() if everything else with_processes(1):
        yield


@pytest.fixture(scope="session")
def attacker() -> Iterator[SigningKey]:
    key = kept_key("Attacker <attacker@example.org>")
    yield key
    key.close()


@pytest.fixture(scope="session")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damage")


def fill(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False, languages=("de", "en"))
    upstream.add_app("org.test.Hello", languages=("de",), files={"share/big": "x\n" * 5000})
    upstream.add_app("org.test.Other")
    upstream.update(ostree_metadata=True)


@pytest.fixture(scope="session")
def upstream(directory: Path, upstream_key: SigningKey) -> Upstream:
    return kept_upstream(directory / "upstream", upstream_key, fill)


@pytest.fixture(scope="session")
def reachable() -> Iterator[Path]:
    """A directory that ordinary users can reach, as the temporary ones of tests cannot be."""
    with tempfile.TemporaryDirectory(prefix="satchel-test-") as directory:
        os.chmod(directory, 0o755)
        yield Path(directory)


@pytest.fixture(scope="session")
def installer(reachable: Path, upstream_key: SigningKey) -> Installer:
    return Installer(reachable, upstream_key)


@pytest.fixture(scope="session")
def good(directory: Path, upstream: Upstream) -> Path:
    """Everything signed, upstream's own ostree-metadata."""
    return make(directory / "good", upstream, "org.test.Hello", "org.test.Other")


@pytest.fixture(scope="session")
def newer(directory: Path, upstream: Upstream) -> Path:
    """The same from an upstream that went on; ostree-metadata is Satchel's."""
    later = upstream.copy(directory / "upstream-later")
    later.bump(HELLO)
    later.update(index=False)
    return make(directory / "newer", later, "org.test.Hello", "org.test.Other")


def fill_warned(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False)
    codec = "\n[Extension org.test.Codec]\nversion=1\ndirectory=lib/codec\n"
    upstream.add_app("org.test.Hello", extensions=codec)
    payload = ExtraData(b"not ours to hand on", "http://127.0.0.1:9/payload")
    upstream.add_extension("org.test.Codec", "1", extra_data=payload)
    upstream.add_app("org.test.Old", eol="Nobody looks after it")
    upstream.update()


@pytest.fixture(scope="session")
def second(directory: Path, upstream_key: SigningKey) -> Upstream:
    """Of another collection."""
    return kept_upstream(directory / "second", upstream_key, fill_warned, "org.test.Second")


@pytest.fixture(scope="session")
def warned(directory: Path, second: Upstream) -> Path:
    """From another collection; an app at its end, and one whose codec cannot be carried."""
    return make(directory / "warned", second, "org.test.Hello", "org.test.Old")


@pytest.fixture
def stranger(directory: Path) -> Iterator[Path]:
    """The home of somebody who knows no remotes, and has made no drives before."""
    home = _home(directory / "stranger")
    yield home
    shutil.rmtree(environment(home)["XDG_STATE_HOME"], ignore_errors=True)


@pytest.fixture(scope="session")
def friend(directory: Path, upstream_key: SigningKey) -> Path:
    """The home of somebody who has the remote, with key and collection."""
    home = _home(directory / "friend")
    repository = Path(environment(home)["FLATPAK_USER_DIR"]) / "repo"
    repository.mkdir(parents=True)
    (repository / "config").write_text(
        "[core]\nrepo_version=1\nmode=bare-user-only\n"
        '[remote "up"]\nurl=http://127.0.0.1:9/\ngpg-verify=true\n'
        f"collection-id={COLLECTION}\n"
    )
    (repository / "up.trustedkeys.gpg").write_bytes(upstream_key.public)
    return home


@pytest.fixture
def stick(good: Path, tmp_path: Path) -> Stick:
    return copy_stick(good, tmp_path / "stick")


@pytest.fixture
def person(tmp_path: Path, upstream_key: SigningKey) -> Iterator[Person]:
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, fill)
    client = Client(tmp_path / "own")
    client.languages("*all*")
    with ExitStack() as network:
        url = network.enter_context(Server(upstream.path)).url
        client.remote_add_upstream("school", upstream, url)
        client.install("school", "org.test.Hello")
        yield Person(tmp_path, client, upstream, url, network)
