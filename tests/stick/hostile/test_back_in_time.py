"""Signatures replaced behind the stick's back, and upstreams that go back in time."""

from __future__ import annotations

import shutil
import time

import pytest

from tests.satchel import satchel
from tests.servers import Gate, status
from tests.stick.hostile.changes import ARCH, MORE, SIGNATURES, lost, made
from tests.stick.scene import Scene
from tests.upstream import Upstream
from tests.waiting import until

pytestmark = pytest.mark.slow

# ---- Signatures replaced behind the stick's back


@pytest.mark.parametrize("what", SIGNATURES)
def test_new_signatures_of_old_commits(scene: Scene, what: str) -> None:
    """What stays on the stick keeps its good signatures, whatever upstream has now."""
    lost("commitmeta", SIGNATURES[what])(scene)
    finished = scene.make("org.test.Hello").finished
    assert finished["verify"]["ok"], finished


# ---- Going back in time


@pytest.fixture(scope="module")
def newer(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    upstream = default_upstream.copy(tmp_path_factory.mktemp("newer") / "up")
    upstream.bump(f"app/org.test.Hello/{ARCH}/stable")
    # Summaries are dated to the second.
    until(lambda: time.time() > made(default_upstream) + 1)
    upstream.update()
    return upstream


def test_older_than_on_the_stick(scene: Scene, newer: Upstream) -> None:
    scene.web.root = newer.path
    assert scene.make("org.test.Hello").finished["ok"]
    scene.web.root = scene.upstream.path
    # Another person's computer: it knows nothing but the stick.
    shutil.rmtree(scene.home)
    said = scene.refused(5, MORE)
    assert "older" in said
    assert "--allow-older" in said
    finished = scene.make(MORE, "--allow-older").finished
    assert finished["ok"]


def test_older_than_this_computer_has_seen(scene: Scene, newer: Upstream) -> None:
    other = scene.directory / "other"
    other.mkdir()
    scene.web.root = newer.path
    remote = ("--remote", scene.remote)
    satchel("make", other, "org.test.Hello", *remote, home=scene.home)
    scene.web.root = scene.upstream.path
    assert "older" in scene.refused(5, MORE)
    done = satchel("plan", "--json", other, MORE, *remote, home=scene.home, check=5)
    assert done.json["error"]["exit_code"] == 5
    assert scene.make(MORE, "--allow-older").finished["ok"]


def test_older_plain_summary(scene: Scene, newer: Upstream) -> None:
    """An upstream that has lost its index has not gone back in time for that."""
    scene.web.root = newer.path
    scene.web.always["/summary.idx"] = status("404 Not Found")
    assert scene.make("org.test.Hello").finished["ok"]
    scene.web.root = scene.upstream.path
    scene.refused(5, MORE)
    shutil.rmtree(scene.home)
    scene.refused(5, MORE)


def test_a_busy_server_is_waited_for(scene: Scene) -> None:
    gate = scene.web.everything = Gate(30, "429 Too Many Requests", lambda: 1)
    done = scene.make(MORE)
    assert done.finished["verify"]["ok"]
    assert gate.refused
    told = [event["message"] for event in done.events if event["event"] == "notice"]
    assert [
        sentence
        for sentence in told
        if "is asked for too much at once (429): waiting 1 s" in sentence
    ]
