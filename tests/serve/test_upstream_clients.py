"""What no stick has, asked for by real computers: the real flatpak over the real web server."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.flatpak.upstream.summary_index import SummaryIndex
from tests.client import Client
from tests.satchel import satchel
from tests.serve.served import Served, serving
from tests.servers import Exchange, HostileServer, Rule, cut, hang_up
from tests.stick.damage import flip_middle
from tests.stories.readme import commands
from tests.upstream import Upstream
from tests.waiting import until

HELLO, OTHER, LARGE = "org.test.Hello", "org.test.Other", "org.test.Large"


@dataclass
class Room:
    """An upstream that can be made to do anything, and who serves it to a classroom.

    Attributes:
        stick: has Hello.
    """

    directory: Path
    upstream: Upstream
    web: HostileServer

    @property
    def home(self) -> Path:
        return self.directory / "home"

    @property
    def stick(self) -> Path:
        return self.directory / "stick"

    def ref(self, app: str) -> str:
        return f"app/{app}/{self.upstream.arch}/stable"

    def computer(self, name: str, served: Served) -> Client:
        """One that has the remote, and is pointed here."""
        client = Client(self.directory / name)
        file = self.directory / f"{name}.flatpakrepo"
        file.write_bytes(served.get("up.flatpakrepo")[1])
        client.run("remote-add", "--user", "up", file)
        return client


@pytest.fixture
def room(own_upstream: Upstream, hostile: Callable[..., HostileServer], tmp_path: Path) -> Room:
    web = hostile(own_upstream.path)
    room = Room(tmp_path, own_upstream, web)
    room.home.mkdir()
    room.stick.mkdir()
    file = room.home / "up.flatpakrepo"
    file.write_text(own_upstream.flatpakrepo(web.url))
    satchel("remotes", "add", file, home=room.home)
    satchel("make", room.stick, HELLO, "--remote", "up", "--json", home=room.home)
    web.asked.clear()
    return room


def objects(room: Room) -> list[str]:
    """What upstream was asked for of objects, and of what stands for many."""
    return [path for path in room.web.paths() if path.startswith(("/objects/", "/delta"))]


def twice(paths: list[str]) -> list[str]:
    return [path for path, times in Counter(paths).items() if times > 1]


@pytest.mark.parametrize("count", [1, pytest.param(3, marks=pytest.mark.thorough)])
def test_an_app_that_no_stick_has_is_fetched_once_for_all(count: int, room: Room) -> None:
    room.upstream.update(options=["--generate-static-deltas"])
    assert list((room.upstream.path / "deltas").iterdir())
    with serving(room.stick, "--upstream", home=room.home) as served:
        for number in range(count):
            client = room.computer(f"c{number}", served)
            client.install("up", OTHER)
            assert "Other: hello" in client.flatpak_run(OTHER)
            client.update()
            client.run("update", "--user", "--appstream", "up")
            assert HELLO in client.run("search", "hello").stdout
    asked = objects(room)
    assert twice(asked) == []
    assert not [path for path in asked if path.startswith("/delta")], "clients do without"


@pytest.mark.thorough
def test_upstream_disappears_in_the_middle_and_comes_back(room: Room) -> None:
    with serving(room.stick, "--upstream", home=room.home) as served:
        client = room.computer("c", served)
        room.web.everything = hang_up
        client.install("up", HELLO)
        assert client.install("up", OTHER, check=False).returncode != 0
        served.event("wanted", lambda event: event["ref"] == room.ref(OTHER))
        room.web.everything = None
        until(lambda: client.install("up", OTHER, check=False).returncode == 0)
        assert "Other: hello" in client.flatpak_run(OTHER)


@pytest.mark.thorough
def test_what_upstream_lists_is_served_while_it_answers_and_what_is_here_while_it_does_not(
    room: Room,
) -> None:
    old = room.upstream.refs[room.ref(HELLO)]
    new = room.upstream.bump(room.ref(HELLO), {"share/new": "new"})
    room.upstream.update()
    room.web.everything = hang_up
    with serving(room.stick, "--upstream", home=room.home) as served:
        served.event("upstream-away")
        first = room.computer("first", served)
        first.install("up", HELLO)
        assert first.installed()[room.ref(HELLO)] == old
        index = SummaryIndex(served.get("up/summary.idx")[1])
        room.web.everything = None
        served.process.send_signal(signal.SIGHUP)
        served.event("upstream-back")
        served.event("serving")
        assert SummaryIndex(served.get("up/summary.idx")[1]).digests != index.digests
        for digest in index.digests.values():
            assert served.get(f"up/summaries/{digest}.gz")[0] == 200, "who was reading goes on"
        for there, event in ((False, "drive-gone"), (True, "drive-back")):
            room.stick.rename(room.directory / "away") if not there else (
                room.directory / "away"
            ).rename(room.stick)
            served.event(event)
            served.event("serving")
        for digest in index.digests.values():
            assert served.get(f"up/summaries/{digest}.gz")[0] == 200, "however often they change"
        first.update()
        assert first.installed()[room.ref(HELLO)] == new
        room.web.everything = hang_up
        served.process.send_signal(signal.SIGHUP)
        served.event("upstream-away")
        second = room.computer("second", served)
        second.install("up", HELLO)
        assert second.installed()[room.ref(HELLO)] == new, "all of it is here by now"


def instead(body: bytes) -> Rule:
    return lambda exchange: exchange.send("200 OK", body)


def flipped(exchange: Exchange) -> None:
    body = bytearray(exchange.body)
    body[-1] ^= 1
    exchange.send("200 OK", bytes(body))


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(flipped, marks=pytest.mark.thorough),
        pytest.param(cut(10), marks=pytest.mark.thorough),
        pytest.param(instead(b"<html><body>Log in</body></html>"), marks=pytest.mark.thorough),
    ],
)
def test_a_poisoned_upstream_makes_installing_fail_and_nothing_else(
    wrong: Rule, room: Room
) -> None:
    """Every file of the upstream is wrong, but for its lists."""

    def poison(exchange: Exchange) -> None:
        if exchange.path.startswith("/objects/"):
            wrong(exchange)
        else:
            exchange.good()

    with serving(room.stick, "--upstream", home=room.home) as served:
        room.web.everything = poison
        client = room.computer("c", served)
        client.install("up", HELLO)
        assert client.install("up", OTHER, check=False).returncode != 0
        assert room.ref(OTHER) not in client.installed()
        kept = room.home / ".cache" / "satchel" / "mirror"
        assert not [path for path in kept.rglob("objects/*/*") if path.is_file()]
        room.web.everything = None
        served.process.send_signal(signal.SIGHUP)
        until(lambda: client.install("up", OTHER, check=False).returncode == 0)
        assert "Other: hello" in client.flatpak_run(OTHER)


@pytest.mark.thorough
def test_upstream_has_what_is_damaged_on_the_stick(room: Room) -> None:
    objects = room.stick / ".ostree/repo/objects"
    flip_middle(max(objects.rglob("*.filez"), key=lambda path: path.stat().st_size))
    with serving(room.stick, "--upstream", home=room.home) as served:
        served.event("notice", lambda event: "damaged" in event["message"])
        served.event("serving")
        room.computer("c", served).install("up", HELLO)


@pytest.mark.thorough
def test_what_is_fetched_beforehand_is_there_without_a_stick_and_without_a_network(
    room: Room,
) -> None:
    words = ["--upstream", "--seed", LARGE]
    with serving(*words, home=room.home) as served:
        assert served.event("seeded")["missing"] == 0
    asked = [path for path in objects(room) if ".commit" not in path]
    assert twice(asked) == [], "but for what was looked at to plan it"
    room.web.everything = hang_up
    with serving(*words, home=room.home) as served:
        served.event("serving", lambda event: event["remotes"] != [])
        client = room.computer("c", served)
        client.install("up", LARGE)
        assert "Large: hello" in client.flatpak_run(LARGE)


@pytest.mark.thorough
def test_the_readme(room: Room) -> None:
    """Its commands are those that are run."""
    words = {"/media/you/STICK": str(room.stick), "org.gnome.Maps": OTHER}
    satchel("profiles", "save", "classroom", LARGE, home=room.home)
    with_stick, without = commands("Apps that no stick", words)
    for line, apps in ((with_stick, [HELLO, OTHER]), (without, [LARGE, OTHER])):
        assert line[:2] == ["satchel", "serve"]
        with serving(*line[2:], home=room.home) as served:
            if "--seed" in line:
                assert served.event("seeded")["missing"] == 0
            client = room.computer("".join(apps), served)
            client.install("up", *apps)
            assert all(client.flatpak_run(app) for app in apps)


def test_a_saved_choice_that_there_is_not_is_a_mistake(room: Room) -> None:
    done = satchel("serve", "--upstream", "--seed", "clasroom", home=room.home, check=2)
    assert "clasroom" in done.said
    satchel("serve", room.stick, "--seed", HELLO, home=room.home, check=2)
    satchel("serve", "--upstream", home=room.home, check=2)
    nothing = ("--upstream", "--seed", HELLO, "--cache-size", "0")
    done = satchel("serve", *nothing, home=room.home, check=2)
    assert "--cache-size 0" in done.said
