"""Signatures replaced behind the stick's back, and upstreams that go back in time."""

from __future__ import annotations

import shutil
import time

import pytest

from tests.satchel import satchel
from tests.servers import Gate, status
from tests.stick.hostile.changes import ARCH, MORE, SIGNATURES, lost, made
from tests.stick.made_drive import MadeDrive
from tests.upstream import Upstream
from tests.waiting import until

pytestmark = pytest.mark.slow

# ---- Signatures replaced behind the stick's back


@pytest.mark.parametrize("what", SIGNATURES)
def test_new_signatures_of_old_commits(made_drive: MadeDrive, what: str) -> None:
    """What stays on the stick keeps its good signatures, whatever upstream has now."""
    lost("commitmeta", SIGNATURES[what])(made_drive)
    finished = made_drive.make("org.test.Hello").finished
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


def test_older_than_on_the_stick(made_drive: MadeDrive, newer: Upstream) -> None:
    made_drive.web.root = newer.path
    assert made_drive.make("org.test.Hello").finished["ok"]
    made_drive.web.root = made_drive.upstream.path
    # Another person's computer: it knows nothing but the stick.
    shutil.rmtree(made_drive.home)
    said = made_drive.refused(5, MORE)
    assert "older" in said
    assert "--allow-older" in said
    finished = made_drive.make(MORE, "--allow-older").finished
    assert finished["ok"]


def test_older_than_this_computer_has_seen(made_drive: MadeDrive, newer: Upstream) -> None:
    other = made_drive.directory / "other"
    other.mkdir()
    made_drive.web.root = newer.path
    remote = ("--remote", made_drive.remote)
    satchel("make", other, "org.test.Hello", *remote, home=made_drive.home)
    made_drive.web.root = made_drive.upstream.path
    assert "older" in made_drive.refused(5, MORE)
    done = satchel("plan", "--json", other, MORE, *remote, home=made_drive.home, check=5)
    assert done.json["error"]["exit_code"] == 5
    assert made_drive.make(MORE, "--allow-older").finished["ok"]


def test_older_plain_summary(made_drive: MadeDrive, newer: Upstream) -> None:
    """An upstream that has lost its index has not gone back in time for that."""
    made_drive.web.root = newer.path
    made_drive.web.always["/summary.idx"] = status("404 Not Found")
    assert made_drive.make("org.test.Hello").finished["ok"]
    made_drive.web.root = made_drive.upstream.path
    made_drive.refused(5, MORE)
    shutil.rmtree(made_drive.home)
    made_drive.refused(5, MORE)


def test_a_busy_server_is_waited_for(made_drive: MadeDrive) -> None:
    gate = made_drive.web.everything = Gate(30, "429 Too Many Requests", lambda: 1)
    done = made_drive.make(MORE)
    assert done.finished["verify"]["ok"]
    assert gate.refused
    told = [event["message"] for event in done.events if event["event"] == "notice"]
    assert [
        sentence
        for sentence in told
        if "is asked for too much at once (429): waiting 1 s" in sentence
    ]
