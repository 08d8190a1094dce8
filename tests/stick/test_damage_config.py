"""A stick's config that says more than one needs: told, what clients then do, and put in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client import Client
from tests.stick import damage
from tests.stick.damage import HELLO, OTHER, Stick, verify
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow

DEAD = "http://127.0.0.1:9/"
CONFIG = ("repo-invalid", "config")


def remote(directory: Path, upstream: Upstream) -> Path:
    path = directory / "test.flatpakrepo"
    path.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    return path


def add(stick: Stick, text: str) -> None:
    with open(stick.repo / "config", "a") as file:
        file.write(text)


HARMLESS = [
    f"collection-id={COLLECTION}\n",
    "min-free-space-size=0MB\nfsync=false\nmode=archive\n",
    f'[remote "up"]\nurl={DEAD}\ncollection-id={COLLECTION}\n',
    "# what somebody wrote here\n[flatpak]\ntitle=A stick\n",
]


def test_what_others_write_is_harmless(
    stick: Stick, stranger: Path, upstream: Upstream, tmp_path: Path
) -> None:
    for text in HARMLESS:
        add(stick, text)
        assert verify(stick, stranger, "--quick") == set()
    before = (stick.repo / "config").read_bytes()
    again(stick, stranger, remote(tmp_path, upstream))
    assert (stick.repo / "config").read_bytes() == before


FOREIGN = [
    "parent=/nowhere\n",
    "collection-id=org.test.Evil\n",
    "collection-id=../..\n",
    "Mode=bare\n",
    "[DEFAULT]\nmode=bare\n",
    "[ex-integrity]\nfsverity=true\n",
    "[sysroot]\nbootloader=none\n",
    '[remote "../../up"]\nurl=x\n',
]


def test_what_no_stick_needs_is_told_and_put_in_order(
    stick: Stick, stranger: Path, upstream: Upstream, tmp_path: Path
) -> None:
    before = (stick.repo / "config").read_bytes()
    for text in FOREIGN:
        (stick.repo / "config").write_bytes(before)
        add(stick, text)
        assert verify(stick, stranger, "--quick") == {CONFIG}, text
    (stick.repo / "config").write_bytes(before)
    add(stick, "".join(FOREIGN))
    again(stick, stranger, remote(tmp_path, upstream))
    assert (stick.repo / "config").read_bytes() == before


def again(stick: Stick, home: Path, remote: Path) -> None:
    """Made once more, it is sound."""
    status, said = damage.run(home, "make", stick.root, "org.test.Other", "--remote", remote)
    assert status == 0, said
    assert verify(stick, home, "--quick") == set()


@pytest.mark.parametrize(
    "text", ["parent=/nowhere\n", "[sysroot]\nbootloader=x\n", "mode=archive \n", "fsync=maybe\n"]
)
def test_clients_refuse_it(
    stick: Stick, stranger: Path, upstream: Upstream, client: Client, text: str
) -> None:
    client.remote_add_upstream("up", upstream, DEAD)
    add(stick, text)
    assert {code for code, _ in verify(stick, stranger)} == {"repo-invalid"}
    assert client.install("up", "org.test.Hello", sideload=stick.repo, check=False).returncode
    assert HELLO not in client.installed()


def test_made_by_ostree_for_its_collection(
    stranger: Path, upstream: Upstream, tmp_path: Path
) -> None:
    """Or for another one: the collection ID goes if nothing is of that collection."""
    for collection in (COLLECTION, "org.test.Unused"):
        made = Stick(tmp_path / collection)
        made.repo.mkdir(parents=True)
        made.ostree("init", "--mode=archive", f"--collection-id={collection}")
        again(made, stranger, remote(tmp_path, upstream))
        kept = "collection-id" in (made.repo / "config").read_text()
        assert kept is (collection == COLLECTION)


def test_flatpak_finds_the_apps_of_a_repositorys_own_collection(
    stranger: Path, upstream: Upstream, client: Client, tmp_path: Path
) -> None:
    """It looks for names in the map of collections only: the main list stays empty."""
    made = Stick(tmp_path / "stick")
    made.repo.mkdir(parents=True)
    made.ostree("init", "--mode=archive", f"--collection-id={COLLECTION}")
    again(made, stranger, remote(tmp_path, upstream))
    client.remote_add_upstream("up", upstream, DEAD)
    client.install("up", "org.test.Other", sideload=made.root)
    assert OTHER in client.installed()
    # As ostree itself would list it.
    made.update_summary()
    assert ("summary-mismatch", "summary") in verify(made, stranger)
    client.run("uninstall", "--user", "-y", "--noninteractive", "--all")
    assert client.install("up", "org.test.Other", sideload=made.root, check=False).returncode
