"""install.sh on computers that have remotes already."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stick.install_sh.computers import Client, Upstream, flatpakrepo, short
from tests.stick.kit_contents import APPS, DEAD, HELLO, RUNTIMES

pytestmark = pytest.mark.slow


def add_remote(
    client: Client, upstream: Upstream, name: str, collection: str, **changes: str
) -> None:
    file = client.home / f"{name}.flatpakrepo"
    text = flatpakrepo(upstream, APPS, changes.get("url", DEAD)).decode()
    lines = [line for line in text.splitlines() if not line.startswith("Deploy")]
    file.write_text(
        "\n".join([*lines, f"DeployCollectionID={collection}" if collection else "", ""])
    )
    client.flatpak("remote-add", "--user", name, file)


def test_collection_id_is_repaired(stick: Path, client: Client, upstream: Upstream) -> None:
    add_remote(client, upstream, "apps", "")
    assert client.remotes() == {"apps": "-"}
    said = client.install(stick, "--user")
    assert "repaired" in said
    assert client.remotes() == {"apps": APPS, "runtimes": RUNTIMES}
    assert "Hello world" in client.run()


def test_remote_of_another_name(stick: Path, client: Client, upstream: Upstream) -> None:
    add_remote(client, upstream, "school", APPS, url=DEAD + "mirror")
    client.install(stick, "--user")
    assert client.remotes() == {"school": APPS, "runtimes": RUNTIMES}
    assert "school" in client.flatpak("info", "--user", "--show-origin", "org.test.Hello")
    assert "Hello world" in client.run()


@pytest.mark.parametrize(
    "collection", [pytest.param("", marks=pytest.mark.thorough), "org.test.Elsewhere"]
)
def test_name_taken(stick: Path, client: Client, upstream: Upstream, collection: str) -> None:
    add_remote(client, upstream, "apps", collection, url=DEAD + "elsewhere")
    client.install(stick, "--user")
    assert client.remotes() == {
        "apps": collection or "-", "apps-satchel": APPS, "runtimes": RUNTIMES,
    }  # fmt: skip
    assert "Hello world" in client.run()


def test_remote_without_signatures_is_left_alone(stick: Path, client: Client) -> None:
    client.flatpak("remote-add", "--user", "--no-gpg-verify", "apps", DEAD)
    client.install(stick, "--user")
    assert client.remotes() == {"apps": "-", "apps-satchel": APPS, "runtimes": RUNTIMES}
    client.install(stick, "--user")
    assert client.remotes() == {"apps": "-", "apps-satchel": APPS, "runtimes": RUNTIMES}


def test_disabled_remote_stays_so(stick: Path, client: Client, upstream: Upstream) -> None:
    add_remote(client, upstream, "apps", APPS)
    client.flatpak("remote-modify", "--user", "--disable", "apps")
    said = client.install(stick, "--user", expect=1)
    assert "flatpak remote-modify --user --enable apps" in said
    assert "NOT installed:\n  Hallo Welt" in said
    assert not short(HELLO) & client.refs()


def test_already_there_from_elsewhere(stick: Path, client: Client, upstream: Upstream) -> None:
    client.install(stick, "--user")
    # The same app, but of another source now; its runtime of another remote of the collection.
    client.flatpak("remote-modify", "--user", "--collection-id=org.test.Elsewhere", "apps")
    add_remote(client, upstream, "again", APPS)
    said = client.install(stick, "--user")
    assert "left as it is:\n  Hallo Welt" in said


def test_a_filter_is_told(stick: Path, client: Client, upstream: Upstream, tmp_path: Path) -> None:
    """What it hides flatpak only calls unknown."""
    add_remote(client, upstream, "apps", APPS)
    filter = tmp_path / "filter"
    filter.write_text("deny org.test.Hello\n")
    client.flatpak("remote-modify", "--user", f"--filter={filter}", "apps")
    said = client.install(stick, "--user", "--dry-run")
    assert "hidden on this computer by a filter" in said
    assert "flatpak remote-modify --user --no-filter apps" in said
