"""What a lock file decides of a repository, and what a maker hands out itself."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from app.formats.gvariant import Variant
from tests.build_contents import ExtraData
from tests.client import Client
from tests.media.publishing.publisher import Publisher
from tests.media.publishing.test_kinds import commit_of
from tests.satchel import satchel
from tests.servers import Server

pytestmark = pytest.mark.thorough


def test_what_a_lock_file_says(publisher: Publisher, tmp_path: Path) -> None:
    """And not what upstream has by now."""
    upstream = publisher.upstream
    hello = f"app/org.test.Hello/{upstream.arch}/stable"
    then = upstream.refs[hello]
    lock = tmp_path / "satchel.lock"
    satchel(
        "lock", "-o", lock, "org.test.Hello", *publisher.remote,
        home=publisher.home,
    )  # fmt: skip
    upstream.bump(hello)
    upstream.update()
    publisher.first("--locked", str(lock))
    metadata = commit_of(publisher.path, publisher.commit(hello))[0]
    assert metadata["xa.from_commit"] == Variant("s", then)


@pytest.mark.thorough
def test_what_clients_get_from_its_maker(
    publisher: Publisher, serve: Callable[..., Server], client: Client, tmp_path: Path
) -> None:
    """Extra data stays with its maker, of whom clients of a repository get it as they always do."""
    (tmp_path / "maker").mkdir()
    payload = b"only its maker hands it out\n"
    (tmp_path / "maker/payload.bin").write_bytes(payload)
    maker = serve(tmp_path / "maker")
    extra = ExtraData(payload, f"{maker.url}/payload.bin")
    publisher.upstream.add_app("org.test.Extra", extra_data=extra)
    publisher.upstream.update()
    done = publisher.first("org.test.Extra")
    assert "look for updates" not in done.said
    assert not maker.paths()
    server = serve(publisher.path)
    client.run("remote-add", "--user", "school", publisher.repo_file)
    client.run("remote-modify", "--user", f"--url={server.url}", "school")
    client.install("school", "org.test.Extra")
    assert maker.paths() == ["/payload.bin"]
    assert (client.location("org.test.Extra") / "extra/payload.bin").read_bytes() == payload


def test_a_lock_file_that_is_for_drives_as_well(
    publisher: Publisher, serve: Callable[..., Server], tmp_path: Path
) -> None:
    """It has a maker's part in it, which a repository goes without; of translations it has to have
    all, and apps as files are no part of a repository."""
    (tmp_path / "maker").mkdir()
    maker = serve(tmp_path / "maker")
    upstream = publisher.upstream
    extra = ExtraData(b"only its maker hands it out\n", f"{maker.url}/payload.bin")
    upstream.add_app("org.test.Extra", extra_data=extra)
    upstream.update()
    ref = f"app/org.test.Extra/{upstream.arch}/stable"
    bundle = tmp_path / "hello.flatpak"
    subprocess.run(
        ["flatpak", "build-bundle", upstream.path, bundle, "org.test.Hello", "stable"],
        check=True, capture_output=True,
    )  # fmt: skip

    def lock(*words: str, check: int = 0) -> str:
        file = tmp_path / "satchel.lock"
        satchel("lock", "-o", file, *words, *publisher.remote, home=publisher.home, check=check)
        return str(file)

    lock("org.test.Extra", check=2)
    locked = lock("org.test.Extra", "--with-extra-data")
    done = publisher.first("--locked", locked)
    assert "licence" not in done.said
    assert not maker.paths()
    assert ref in publisher.ostree("refs").split()

    lock("org.test.Hello", "--language", "de")
    assert (
        "--language all" in publisher.again("--locked", locked, check=2).finished["error"]["hint"]
    )
    lock(str(bundle))
    for words in (("--locked", locked), (str(bundle),)):
        said = publisher.again(*words, check=2).finished["error"]
        assert "a bundle, of which no repository is made" in said["message"]
    assert ref in publisher.ostree("refs").split()
