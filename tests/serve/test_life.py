"""What goes wrong while something is served: processes die, drives go and come back."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.fs.root import Root
from app.ostree.lock import repository_lock
from tests.client import Client
from tests.satchel import satchel
from tests.serve.conftest import Stick
from tests.serve.served import Served, serving
from tests.stick.damage import copy_stick, flip_middle
from tests.volumes import mounted_tmpfs
from tests.waiting import until

pytestmark = pytest.mark.thorough

COMMIT = "objects/{}/{}.commit"


def commit_path(stick: Stick, app: str = "org.test.Hello") -> str:
    """The address of an app's commit below that of its remote."""
    commit = next(each for ref, each in stick.upstream.refs.items() if f"/{app}/" in ref)
    return f"up/{COMMIT.format(commit[:2], commit[2:])}"


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def answers(served: Served) -> bool:
    try:
        return served.get("up/summary.idx")[0] == 200
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopped(stick: Stick, number: signal.Signals) -> None:
    """The web server ends with the command, and leaves nothing."""
    with serving(stick.path, home=stick.home) as served:
        servers = served.workers()
        assert len(servers) > 1
        assert served.end(number) == 130
    assert not any(map(is_running, servers))
    assert not list((stick.home / "tmp").glob("satchel-serve-*"))
    assert not list((stick.home / "runtime").glob("satchel-serve-*"))


def test_stopped_when_nobody_reads_any_more(stick: Stick) -> None:
    """It was stopped all the same, and that is what its status says."""
    with serving(stick.path, home=stick.home) as served:
        assert served.process.stdout is not None
        served.process.stdout.close()
        assert served.end() == 130


def test_killed(stick: Stick) -> None:
    """Also where the command could not do anything about it."""
    with serving(stick.path, home=stick.home) as served:
        servers = served.workers()
        port = urlsplit(served.base).port
        served.end(signal.SIGKILL)
    until(lambda: not any(map(is_running, servers)))
    with socket.create_server(("127.0.0.1", port or 0)):
        pass
    with serving(stick.path, home=stick.home, listen=f"127.0.0.1:{port}") as served:
        assert answers(served)


def test_killed_together(stick: Stick) -> None:
    """Nor is anything left where nobody could tell the web server's other processes."""
    with serving(stick.path, home=stick.home) as served:
        servers = served.workers()
        os.kill(served.process.pid, signal.SIGSTOP)
        os.kill(servers[0], signal.SIGKILL)
        served.end(signal.SIGKILL)
    until(lambda: not any(map(is_running, servers)))


def test_the_web_server_dies(stick: Stick) -> None:
    """It is started again, and told; who asks meanwhile waits."""
    with serving(stick.path, home=stick.home) as served:
        first = served.workers()[0]
        os.kill(first, signal.SIGKILL)
        assert answers(served)
        served.event("web-server-died")
        assert first not in served.workers()
        assert answers(served)


def test_a_stick_goes_and_comes_back(stick: Stick, tmp_path: Path) -> None:
    """Computers are asked to try again later; what comes back is checked again."""
    place, away = tmp_path / "place", tmp_path / "away"
    copy_stick(stick.path, place)
    with serving(place, home=stick.home) as served:
        path = commit_path(stick)
        assert served.get(path)[0] == 200
        place.rename(away)
        served.event("drive-gone")
        served.event("serving")
        for each in (path, "up/summary.idx"):
            status, _, headers = served.ask("GET", each)
            assert (status, headers["Retry-After"]) == (503, "5")
        assert served.get("")[0] == 200
        away.rename(place)
        served.event("drive-back")
        served.event("serving")
        assert served.get(path)[0] == 200


def test_a_stick_that_somebody_writes_to(stick: Stick, tmp_path: Path) -> None:
    """What is removed until the new lists are served comes later; nobody wanted it in vain."""
    place = copy_stick(stick.path, tmp_path / "place").root
    repository = place / ".ostree/repo"
    path = commit_path(stick)
    removed = repository / path.partition("/")[2]
    with serving(place, home=stick.home) as served:
        with repository_lock(Root(repository), exclusive=True):
            os.utime(repository / "summary")
            removed.rename(tmp_path / "removed")
            status, _, headers = served.ask("GET", path)
            assert (status, headers["Retry-After"]) == (503, "5")
            assert "is done" in served.event("notice")["message"]
            (tmp_path / "removed").rename(removed)
        served.event("serving")
        assert served.get(path)[0] == 200
        assert served.get(commit_path(stick, "org.test.Large"))[0] == 404
        assert "/org.test.Large/" in served.event("wanted")["ref"]


def test_another_stick_in_its_place(stick: Stick, tmp_path: Path) -> None:
    """Nothing is served of what was not checked."""
    place = tmp_path / "place"
    copy_stick(stick.path, place)
    damaged = copy_stick(stick.path, tmp_path / "damaged")
    index = next((damaged.root / ".ostree/repo/extensions/satchel/upstream").glob("*/summary.idx"))
    flip_middle(index)
    with serving(place, home=stick.home) as served:
        place.rename(tmp_path / "away")
        damaged.root.rename(place)
        served.event("drive-gone")
        told = served.event("not-served")
        assert told["findings"]
        assert served.get("up/summary.idx")[0] == 503
        assert served.get(commit_path(stick))[0] == 503
        place.rename(damaged.root)
        (tmp_path / "away").rename(place)
        served.event("drive-back")
        until(lambda: served.get("up/summary.idx")[0] == 200)


def test_no_room_for_what_is_new(stick: Stick, tmp_path: Path) -> None:
    """What was there before goes on being served, until there is."""
    place = copy_stick(stick.path, tmp_path / "place").root
    run = stick.home / "runtime"
    with mounted_tmpfs(run):
        subprocess.run(["mount", "-o", "remount,size=20m,mode=700", run], check=True)
        with serving(place, stick.path, home=stick.home) as served:
            full = run / "full"
            with contextlib.suppress(OSError):
                full.write_bytes(bytes(30_000_000))
            place.rename(tmp_path / "away")
            assert "no room" in served.event("notice")["message"]
            assert answers(served)
            assert served.get(commit_path(stick))[0] == 200
            full.unlink()
            served.event("serving")
            assert answers(served)


def test_one_of_two_sticks_goes(stick: Stick, tmp_path: Path) -> None:
    """What the other one has is served all the time."""
    first, second = tmp_path / "first", tmp_path / "second"
    copy_stick(stick.path, first)
    copy_stick(stick.path, second)
    with serving(first, second, home=stick.home) as served:
        first.rename(tmp_path / "away")
        served.event("drive-gone")
        served.event("serving")
        assert served.get(commit_path(stick))[0] == 200
        # It might be on the one that is away.
        missing = f"up/{COMMIT.format('00', '0' * 62)}"
        assert served.get(missing)[0] == 503


def test_an_object_that_turns_out_to_be_damaged(
    stick: Stick, client: Client, tmp_path: Path
) -> None:
    """It is found before anybody has asked for it, told, and taken from another stick."""
    damaged, whole = (copy_stick(stick.path, tmp_path / name) for name in ("damaged", "whole"))
    objects = damaged.root / ".ostree/repo/objects"
    largest = max(objects.rglob("*.filez"), key=lambda path: path.stat().st_size)
    flip_middle(largest)
    with serving(damaged.root, whole.root, home=stick.home) as served:
        told = served.event("notice")["message"]
        assert str(damaged.root) in told
        assert largest.name in told
        served.event("serving")
        assert b"Damaged on the drive and not handed out: 1 files" in served.get("")[1]
        served.told("notice", lambda event: "damaged are 1 objects" in event["message"])
        client.run("remote-add", "--user", "up", f"{served.base}up.flatpakrepo")
        client.install("up", "org.test.Hello")


def test_what_is_damaged_is_not_served(stick: Stick, tmp_path: Path) -> None:
    damaged = copy_stick(stick.path, tmp_path / "damaged")
    index = next((damaged.root / ".ostree/repo/extensions/satchel/upstream").glob("*/summary.idx"))
    flip_middle(index)
    done = satchel("serve", damaged.root, "--listen", "127.0.0.1:0", home=stick.home, check=6)
    assert "It is not sound" in done.said


def test_what_nobody_vouches_for_is_not_served(stick: Stick, tmp_path: Path) -> None:
    """The drive's own keys would be handed on to computers that know none."""
    done = satchel("serve", stick.path, "--listen", "127.0.0.1:0", home=tmp_path, check=5)
    assert "only this drive knows" in done.said.lower() or "only that this drive" in done.said


def test_ports(stick: Stick) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        listen = f"127.0.0.1:{port}"
        done = satchel("serve", stick.path, "--listen", listen, home=stick.home, check=2)
    assert f"Another program listens on port {port} already." in done.said
    done = satchel("serve", stick.path, "--listen", "192.0.2.1:0", home=stick.home, check=2)
    assert "192.0.2.1" in done.said
    done = satchel("serve", stick.path, "--listen", "here", home=stick.home, check=2)
    assert "not where one can listen" in done.said


def test_ipv6(stick: Stick) -> None:
    with serving(stick.path, home=stick.home, listen="[::1]:0") as served:
        assert served.base.startswith("http://[::1]:")
        assert answers(served)
        assert served.remote["command"].startswith("flatpak remote-modify --url='http://[::1]:")


def test_all_addresses(stick: Stick) -> None:
    with serving(stick.path, home=stick.home, listen=":0") as served:
        assert served.serving["addresses"]
        assert answers(served)
