"""What flatpak itself has kept of upstream's lists is a copy like any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client import Client
from tests.resolving.test_as_flatpak import DEAD
from tests.satchel import satchel
from tests.servers import Server
from tests.upstream import COLLECTION, Upstream, host_arch

HELLO = f"app/org.test.Hello/{host_arch()}/stable"


@pytest.fixture
def computer(default_upstream: Upstream, client: Client) -> Client:
    """It was online once, without Satchel."""
    with Server(default_upstream.path) as server:
        key = default_upstream.key.public
        client.remote_add("up", server.url, key, COLLECTION)
        client.run("remote-ls", "--user", "up")
    config = client.repo / "config"
    config.write_text(config.read_text().replace(server.url, DEAD))
    return client


def named(client: Client) -> dict[str, str] | None:
    """What the list that counts says of Hello: its kind, and the commit."""
    home = client.directory / "satchel"
    home.mkdir(exist_ok=True)
    done = satchel(
        *("resolve", "--json", "--offline", "--remote", "up", HELLO),
        home=home,
        env=client.environment,
        check=False,
    )
    if done.returncode == 2:
        assert "Nobody here knows" in done.said
        return None
    (entry,) = done.json["refs"]
    told = entry["decision"]["named"]
    return {"kind": told["kind"], "commit": told["names"]["commit"]}


@pytest.mark.parametrize("place", ["user", "system", "further", "system by its helper"])
def test_of_each_installation(
    default_upstream: Upstream, computer: Client, tmp_path: Path, place: str
) -> None:
    """Somebody who may not write to the system's has its lists among what is theirs alone."""
    if place != "user":
        target = tmp_path / "further" if place == "further" else computer.directory / "system"
        if target.exists():
            target.rmdir()
        computer.repo.parent.rename(target)
    if place == "system by its helper":
        own = Path(computer.environment["XDG_CACHE_HOME"]) / "flatpak/system-cache/summaries"
        own.parent.mkdir(parents=True)
        (target / "repo/tmp/cache/summaries").rename(own)
    if place == "further":
        further = computer.directory / "config/installations.d/further.conf"
        further.parent.mkdir(parents=True)
        further.write_text(f'[Installation "further"]\nPath={target}\n')
    assert named(computer) == {"kind": "cached", "commit": default_upstream.refs[HELLO]}


@pytest.mark.parametrize("change", ["unsigned", "other bytes", "no key", "a link to nowhere"])
def test_what_the_key_has_not_signed_is_nobodys_word(computer: Client, change: str) -> None:
    index = computer.repo / "tmp/cache/summaries/up.idx"
    if change == "unsigned":
        index.with_name("up.idx.sig").unlink()
    elif change == "other bytes":
        data = bytearray(index.read_bytes())
        data[len(data) // 2] ^= 1
        index.write_bytes(data)
    elif change == "no key":
        (computer.repo / "up.trustedkeys.gpg").unlink()
    else:
        index.unlink()
        index.symlink_to("/dev/zero")
    assert named(computer) is None


def test_a_part_that_is_not_the_one_that_was_signed(computer: Client) -> None:
    for part in (computer.repo / "tmp/cache/summaries").glob("*.sub"):
        part.write_bytes(part.read_bytes()[:-8])
    assert named(computer) is None
