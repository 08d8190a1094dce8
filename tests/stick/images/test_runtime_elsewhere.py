"""An image whose runtime no registry has: it comes from another source, as flatpak finds it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.stick.store.location import find_stick
from app.stick.store.record import read_record
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.registry import RegistryServer
from tests.satchel import Done, satchel
from tests.stick.clients.matrix.computers import USER, ForeignComputer
from tests.stick.clients.matrix.roots import RELEASES, root_of
from tests.upstream import COLLECTION, Upstream, host_arch

pytestmark = pytest.mark.slow

ARCH = host_arch()
SOLO = f"app/org.test.Solo/{ARCH}/stable"
HELLO = f"app/org.test.Hello/{ARCH}/stable"
RUNTIME = f"runtime/org.test.Platform/{ARCH}/1"
LOCALE = f"runtime/org.test.Platform.Locale/{ARCH}/1"


def fill_images(upstream: Upstream) -> None:
    upstream.add_runtime()
    upstream.add_app("org.test.Solo")


def fill_source(upstream: Upstream) -> None:
    upstream.add_runtime(languages=("de",))
    upstream.add_app("org.test.Hello")
    upstream.update()


class Maker:
    """Somebody who knows the registry."""

    def __init__(self, place: Path, server: RegistryServer, source: Upstream) -> None:
        self.home, self.drive = place / "home", place / "sticks/stick"
        self.source, self.server = source, server
        self._remote = place / "source.flatpakrepo"
        self._remote.write_text(source.flatpakrepo(source.path.as_uri()))
        config = self.home / "system/repo/config"
        config.parent.mkdir(parents=True)
        config.write_text(f'[remote "reg"]\nurl={server.url}\n')
        self.drive.mkdir(parents=True)

    def knows_source(self) -> None:
        self.run("remotes", "add", self._remote, "--name", "source")

    def run(self, verb: str, *words: str | Path, check: int = 0) -> Done:
        return satchel(verb, *words, home=self.home, check=check)

    def on_drive(self) -> set[str]:
        shown = self.run("inspect", self.drive, "--json").json
        refs = [each["ref"] for one in shown["collections"] for each in one["refs"]]
        refs += [each["ref"] for each in shown["images"]]
        return {ref for ref in refs if ref.startswith(("app/", "runtime/"))}

    def codes(self) -> set[str]:
        report = satchel("verify", self.drive, "--json", home=self.home, check=False).json
        return {each["code"] for each in report["findings"]}


@pytest.fixture
def maker(upstream_key: SigningKey, tmp_path: Path) -> Iterator[Maker]:
    images = kept_upstream(tmp_path / "images", upstream_key, fill_images)
    source = kept_upstream(tmp_path / "source", upstream_key, fill_source, COLLECTION)
    with RegistryServer(tmp_path / "registry") as server:
        server.add(images, SOLO)
        yield Maker(tmp_path, server, source)


def test_it_comes_and_goes_with_the_image(maker: Maker) -> None:
    maker.knows_source()
    maker.run("make", maker.drive, "reg:org.test.Solo", "--yes")
    assert maker.on_drive() == {SOLO, RUNTIME, LOCALE}
    assert "runtime-missing" not in maker.codes()
    record = read_record(find_stick(maker.drive))
    assert record is not None
    entry = record.refs[COLLECTION][RUNTIME]
    assert (entry.chosen, entry.needed_by) == (False, (SOLO,))
    # As what came along for others.
    maker.source.bump(RUNTIME)
    maker.source.update()
    maker.run("update", maker.drive, "--yes")
    record = read_record(find_stick(maker.drive))
    assert record is not None
    assert record.refs[COLLECTION][RUNTIME].commit == maker.source.refs[RUNTIME]
    maker.run("remove", maker.drive, "org.test.Solo", "--yes")
    assert maker.on_drive() == set()


def test_what_the_drive_has_does(maker: Maker) -> None:
    """And stays, as long as the image does."""
    maker.knows_source()
    maker.run("make", maker.drive, "org.test.Hello", "--yes")
    maker.run("remotes", "remove", "source")
    done = maker.run("make", maker.drive, "reg:org.test.Solo", "--no-runtime", "--yes")
    assert "LEFT OUT" not in done.stdout
    maker.run("remove", maker.drive, "org.test.Hello", "--yes")
    assert {SOLO, RUNTIME} <= maker.on_drive()
    refused = maker.run("remove", maker.drive, RUNTIME, "--yes", check=2)
    assert "is needed by what stays there" in refused.stderr


def test_what_nobody_has_is_told_and_holds_nothing_up(maker: Maker) -> None:
    words = (maker.drive, "reg:org.test.Solo", "--yes")
    refused = maker.run("make", *words, check=4)
    assert f"needs the runtime {RUNTIME}" in " ".join(refused.stderr.split())
    maker.run("make", *words, "--no-runtime")
    said = maker.run("update", maker.drive, "--yes").said
    assert f"needs the runtime {RUNTIME}, which was found neither" in " ".join(said.split())
    assert maker.on_drive() == {SOLO}


@pytest.mark.thorough
def test_clients_install_both(maker: Maker, upstream_key: SigningKey, tmp_path: Path) -> None:
    maker.knows_source()
    maker.run("make", maker.drive, "reg:org.test.Solo", "--yes")
    maker.server.stop()
    root, sticks = root_of(RELEASES[-1]), maker.drive.parent
    computer = ForeignComputer(tmp_path / "computer", root, USER, sticks)
    with pytest.raises(AssertionError, match="Only the drive knows the key"):
        computer.receive(maker.drive, "--allow-unsigned", "--dry-run")
    trust = ("--trust-key", upstream_key.fingerprint)
    computer.receive(maker.drive, "--allow-unsigned", "--yes", *trust)
    assert {SOLO, RUNTIME} <= computer.installed().keys()
    other = ForeignComputer(tmp_path / "other", root, USER, sticks)
    other.install_sh(maker.drive, "--allow-unsigned")
    assert {SOLO, RUNTIME} <= other.installed().keys()
