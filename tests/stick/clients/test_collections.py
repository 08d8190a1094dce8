"""Several collections on one stick."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.client import Client
from tests.kept import kept_key, kept_upstream
from tests.servers import Server
from tests.stick.clients.sticks import PLATFORM, Made, install_sh, refs_of
from tests.stick.makers import REPO, findings, make
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow


def fill_apps(upstream: Upstream) -> None:
    """Without any runtime; its app needs that of the default one."""
    upstream.add_app("org.test.Foreign")
    upstream.update(index=False)


@pytest.fixture(scope="module")
def apps_only(tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    key = kept_key("Apps <apps@example.org>")
    place = tmp_path_factory.mktemp("apps") / "up"
    upstream = kept_upstream(place, key, fill_apps, "org.test.Apps")
    key.close()
    return upstream


def test_the_runtime_is_on_the_stick(
    old: Made, apps_only: Upstream, client: Client, tmp_path: Path
) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    shutil.copytree(old.stick, stick)
    done = make(apps_only, stick, "org.test.Foreign", home=home, name="foreign")
    # What others put there is as it was, and nobody here knows whose it is.
    (missing,) = done.finished["verify"]["findings"]
    assert (missing["code"], missing["severity"]) == ("unvouched", "warning")
    assert missing["subject"] == COLLECTION
    assert findings(stick, home=home) == {}
    assert refs_of(stick, home)[PLATFORM] == old.upstream.refs[PLATFORM]
    # A remote has one index, and now there are two collections.
    assert not (stick / REPO / "summary.idx").exists()
    assert not (stick / REPO / "summaries").exists()
    install_sh(client, stick, "--user", "org.test.Foreign")
    assert client.flatpak_run("org.test.Foreign") == "Foreign: hello\n"
    knows_both = client.run("remotes", "--user", "--columns=name,collection").stdout.split()
    assert knows_both == ["foreign", "org.test.Apps", "up", COLLECTION]


@pytest.mark.thorough
def test_the_runtime_is_in_another_known_remote(
    default_upstream: Upstream,
    apps_only: Upstream,
    client: Client,
    serve: Callable[..., Server],
    tmp_path: Path,
) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    home.mkdir()
    server = serve(default_upstream.path)
    known = home / "config" / "remotes.d" / "base.flatpakrepo"
    known.parent.mkdir(parents=True)
    known.write_text(default_upstream.flatpakrepo(server.url))
    make(apps_only, stick, "org.test.Foreign", home=home, name="foreign")
    server.close()
    assert findings(stick, home=home) == {}
    assert PLATFORM in refs_of(stick, home)
    install_sh(client, stick, "--user")
    assert client.flatpak_run("org.test.Foreign") == "Foreign: hello\n"


def test_a_runtime_that_is_nowhere(apps_only: Upstream, tmp_path: Path) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    done = make(apps_only, stick, "org.test.Foreign", home=home, check=4)
    assert PLATFORM in done.stderr
    assert list(stick.iterdir()) == []
