"""One drive with everything, made once."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.replacing import replace
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.registry import RegistryServer
from tests.servers import HostileServer
from tests.stick.kinds.drive import (
    ARCH,
    NAMED,
    NAMELESS,
    PART,
    REGISTRY,
    UNSIGNED,
    Kinds,
    fill_named,
    fill_nameless,
    fill_registry,
    fill_unsigned,
)
from tests.upstream import COLLECTION, Upstream


def bundle(upstream: Upstream, id: str, file: Path) -> Path:
    subprocess.run(
        ["flatpak", "build-bundle", f"--arch={ARCH}", upstream.path, file, id, "stable"],
        check=True,
        capture_output=True,
        env={"PATH": os.environ["PATH"], "HOME": str(file.parent), "LC_ALL": "C.UTF-8"},
    )
    return file


@pytest.fixture(scope="session")
def everything(
    tmp_path_factory: pytest.TempPathFactory, upstream_key: SigningKey
) -> Iterator[Kinds]:
    place = tmp_path_factory.mktemp("everything")

    def upstream(
        name: str, fill: Callable[[Upstream], None], collection: str = "", *, signed: bool = True
    ) -> Upstream:
        return kept_upstream(place / f"at-{name}", upstream_key, fill, collection, signed=signed)

    named = upstream(NAMED, fill_named, COLLECTION)
    nameless = upstream(NAMELESS, fill_nameless)
    unsigned = upstream(UNSIGNED, fill_unsigned, signed=False)
    sources = {NAMED: named, NAMELESS: nameless, UNSIGNED: unsigned}
    for name, source in sources.items():
        text = source.flatpakrepo(source.path.as_uri()).replace("Test upstream", f"Source {name}")
        (place / f"{name}.flatpakrepo").write_text(text)
    files = [bundle(named, "org.test.Packed", place / "org.test.Packed.flatpak")]
    files.append(bundle(unsigned, "org.test.Loose", place / "org.test.Loose.flatpak"))
    site = place / "site"
    for path in (PART.uri, PART.uri.rpartition("/")[2]):
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(PART.payload)
    with HostileServer(site) as makers, RegistryServer(place / "registry") as registry:
        registry.add_all(kept_upstream(place / "at-registry", upstream_key, fill_registry))
        kinds = Kinds(place, makers.url)
        config = place / "home/system/repo/config"
        config.parent.mkdir(parents=True)
        config.write_text(f'[remote "{REGISTRY}"]\nurl={registry.url}\n')
        kinds.drive.mkdir()
        remote = {each.stem: ("--remote", each) for each in kinds.remotes}
        words = ("org.test.Hello", "org.test.Extra", "--language", "de", "--with-extra-data")
        kinds.make(*words, *remote[NAMED])
        kinds.make("org.test.Quiet", "org.test.Hello", *remote[NAMELESS])
        kinds.make("org.test.Raw", "--allow-unsigned", *remote[UNSIGNED])
        kinds.make(*files, *remote[NAMED])
        kinds.make(f"{REGISTRY}:org.test.Notes")
        for name in (NAMED, NAMELESS):
            kinds.run("remotes", "add", place / f"{name}.flatpakrepo", "--name", name)
        yield kinds


@pytest.fixture
def kinds(everything: Kinds, tmp_path: Path) -> Kinds:
    """The drive to be damaged, and a home of somebody who knows the sources."""
    for name in ("drive", "home"):
        subprocess.run(["cp", "-a", everything.directory / name, tmp_path / name], check=True)
    for file in everything.remotes:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return replace(everything, directory=tmp_path)
