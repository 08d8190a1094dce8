"""What is announced is found by the real libostree on another computer, whatever Avahi does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.drive.system_bus import SystemBus
from app.ostree.summary import NewRef
from app.serve.announcing.announcer import Announcer
from app.serve.announcing.avahi import Avahi, GroupState, Protocol, Where, group_state
from app.serve.announcing.events import (
    ENCRYPTED,
    NO_BUS,
    NOT_RUNNING,
    NOTHING_WHOLE,
    NOTHING_WITH_COLLECTION,
    ONLY_HERE,
    AnnounceEvent,
    Announcing,
    NotAnnounced,
)
from app.serve.announcing.place import place_of
from app.serve.announcing.repository import Announced
from tests.gpg import SigningKey
from tests.kept import kept_key
from tests.namespaces import Computer, Network
from tests.satchel import ROOT
from tests.serve.announcing.peers import Peer
from tests.upstream import COLLECTION, Upstream
from tests.waiting import until

pytestmark = pytest.mark.slow

_PORT = 8080
_HELLO = "app/org.test.Hello/{arch}/stable"
_OTHER = "app/org.test.Other/{arch}/stable"


@pytest.fixture(scope="module")
def other_key() -> Iterator[SigningKey]:
    with closing(kept_key("Somebody <somebody@example.org>")) as key:
        yield key


@pytest.fixture(autouse=True)
def bus(teacher: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", teacher.bus)


def announced(upstream: Upstream, *names: str, index: int = 0) -> Announced:
    """These refs of an upstream."""
    refs = {
        name: NewRef(upstream.refs[name], 1000, upstream.now)
        for name in (each.format(arch=upstream.arch) for each in names)
    }
    return Announced(index, COLLECTION, refs, upstream.now)


@contextmanager
def web_server(computer: Computer, root: Path) -> Iterator[None]:
    words = ("python3", "-m", "http.server", str(_PORT), f"--directory={root}")
    with open(root / "log", "wb") as log:
        process = computer.start(*words, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def lay_out(root: Path, repository: Announced, objects: Path) -> None:
    directory = root / str(repository.index)
    for path, data in repository.files():
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    if not (directory / "objects").exists():
        (directory / "objects").symlink_to(objects)


class _Heard:
    """What an announcer has told so far."""

    def __init__(self, announcer: Announcer) -> None:
        self._announcer = announcer
        self.events: list[AnnounceEvent] = []

    def until(self, is_it: Callable[[AnnounceEvent], bool]) -> AnnounceEvent:
        """The first such event that has not been waited for."""
        until(lambda: self._has(is_it))
        while True:
            event = self.events.pop(0)
            if is_it(event):
                return event

    def _has(self, is_it: Callable[[AnnounceEvent], bool]) -> bool:
        self.events += self._announcer.events()
        return any(map(is_it, self.events))


def _is_announcing(event: AnnounceEvent) -> bool:
    return isinstance(event, Announcing)


def where(port: int = _PORT) -> Where:
    return Where(-1, Protocol.IPV4, port)


def test_it_is_found_as_long_as_it_is_announced(
    teacher: Computer, peer: Peer, default_upstream: Upstream, tmp_path: Path
) -> None:
    arch = default_upstream.arch
    hello, other = _HELLO.format(arch=arch), _OTHER.format(arch=arch)
    repository = announced(default_upstream, hello)
    lay_out(tmp_path / "web", repository, default_upstream.path / "objects")
    with web_server(teacher, tmp_path / "web"):
        with Announcer(where()) as announcer:
            announcer.announce([repository])
            event = _Heard(announcer).until(_is_announcing)
            assert event == Announcing(((COLLECTION, f"{COLLECTION} (teacher)"),))
            assert default_upstream.refs[hello] in peer.find(COLLECTION, hello)
            assert peer.find(COLLECTION, other) == "No results.\n"

            both = announced(default_upstream, hello, other)
            lay_out(tmp_path / "web", both, default_upstream.path / "objects")
            announcer.announce([both])
            until(lambda: default_upstream.refs[other] in peer.find(COLLECTION, other))
        # Who hears that something has gone keeps it for a second more.
        until(lambda: peer.find(COLLECTION, hello) == "No results.\n")


def test_nothing_is_taken_that_another_key_signed(
    teacher: Computer,
    pupil: Computer,
    default_upstream: Upstream,
    other_key: SigningKey,
    tmp_path: Path,
) -> None:
    hello = _HELLO.format(arch=default_upstream.arch)
    repository = announced(default_upstream, hello)
    lay_out(tmp_path / "web", repository, default_upstream.path / "objects")
    distrustful = Peer(pupil, tmp_path / "peer")
    distrustful.add_remote("up", COLLECTION, other_key)
    with web_server(teacher, tmp_path / "web"), Announcer(where()) as announcer:
        announcer.announce([repository])
        _Heard(announcer).until(_is_announcing)
        done = distrustful.pull(COLLECTION, hello)
    assert done.returncode != 0
    assert "Failed to pull" in done.stderr
    assert distrustful.commit(hello) == ""


@pytest.mark.thorough
def test_several_on_one_computer_have_names_of_their_own(default_upstream: Upstream) -> None:
    with Announcer(where()) as first, Announcer(where(_PORT + 1)) as second:
        first.announce([announced(default_upstream, _HELLO)])
        _Heard(first).until(_is_announcing)
        second.announce([announced(default_upstream, _HELLO)])
        event = _Heard(second).until(_is_announcing)
    assert event == Announcing(((COLLECTION, f"{COLLECTION} (teacher) #2"),))


@pytest.mark.thorough
def test_its_name_is_taken_on_another_computer(
    teacher: Computer, pupil: Computer, monkeypatch: pytest.MonkeyPatch, default_upstream: Upstream
) -> None:
    name = f"{COLLECTION} ({teacher.name})"
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", pupil.bus)
    with SystemBus() as bus:
        other = Avahi(bus)
        group = other.new_group()
        other.publish(group, name, where(), announced(default_upstream, _HELLO).records)
        until(lambda: GroupState.ESTABLISHED in map(group_state, bus.pending()))
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", teacher.bus)
        with Announcer(where()) as announcer:
            announcer.announce([announced(default_upstream, _HELLO)])
            event = _Heard(announcer).until(_is_announcing)
    assert event == Announcing(((COLLECTION, f"{name} #2"),))


@pytest.mark.thorough
def test_somebody_takes_every_name(
    pupil: Computer, default_upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, nothing else stops, and when they have gone it is announced."""
    monkeypatch.setattr("app.serve.announcing.groups._MOST_RENAMES", 2)
    monkeypatch.setattr("app.serve.announcing.groups._AGAIN_SECONDS", 1.0)
    hello = _HELLO.format(arch=default_upstream.arch)
    script = ROOT / "tests/serve/announcing/name_taker.py"
    taker = pupil.start(sys.executable, script, pupil.address, stdout=subprocess.PIPE)
    assert taker.stdout is not None
    with taker.stdout as output, Announcer(where()) as announcer:
        assert output.readline() == b"\n"
        heard = _Heard(announcer)
        announcer.announce([announced(default_upstream, hello)])
        told = heard.until(lambda event: isinstance(event, NotAnnounced))
        assert isinstance(told, NotAnnounced)
        assert "does not take its name" in str(told.reason)
        taker.terminate()
        taker.wait()
        heard.until(_is_announcing)


@pytest.mark.thorough
def test_the_computer_is_renamed(
    network: Network, monkeypatch: pytest.MonkeyPatch, default_upstream: Upstream
) -> None:
    """As Avahi does by itself where another one has the name."""
    computer = network.computer("before", avahi=True)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", computer.bus)
    with Announcer(where()) as announcer, SystemBus() as bus:
        announcer.announce([announced(default_upstream, _HELLO)])
        heard = _Heard(announcer)
        heard.until(_is_announcing)
        bus.call("/", "org.freedesktop.Avahi.Server", "SetHostName", "s", ("after",),
                 service="org.freedesktop.Avahi")  # fmt: skip
        event = heard.until(_is_announcing)
    assert event == Announcing(((COLLECTION, f"{COLLECTION} (after)"),))


def test_avahi_goes_and_comes_back(teacher: Computer, default_upstream: Upstream) -> None:
    with Announcer(where()) as announcer:
        announcer.announce([announced(default_upstream, _HELLO)])
        heard = _Heard(announcer)
        heard.until(_is_announcing)
        teacher.stop("avahi-daemon")
        heard.until(lambda event: event == NOT_RUNNING)
        teacher.start_avahi()
        heard.until(_is_announcing)


@pytest.mark.thorough
def test_avahi_comes_later(
    network: Network, monkeypatch: pytest.MonkeyPatch, default_upstream: Upstream
) -> None:
    late = network.computer("late")
    late.start_bus()
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", late.bus)
    with Announcer(where()) as announcer:
        announcer.announce([announced(default_upstream, _HELLO)])
        heard = _Heard(announcer)
        heard.until(lambda event: event == NOT_RUNNING)
        late.start_avahi()
        heard.until(_is_announcing)


def test_there_is_no_bus(monkeypatch: pytest.MonkeyPatch, default_upstream: Upstream) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    with Announcer(where()) as announcer:
        announcer.announce([announced(default_upstream, _HELLO)])
        _Heard(announcer).until(lambda event: event == NO_BUS)


def test_what_cannot_be_found_is_told(default_upstream: Upstream) -> None:
    with Announcer(where()) as announcer:
        heard = _Heard(announcer)
        announcer.announce([], ["Nightly"])
        heard.until(lambda event: event == NOTHING_WITH_COLLECTION)
        announcer.announce([])
        heard.until(lambda event: event == NOTHING_WHOLE)
        announcer.announce([announced(default_upstream, _HELLO)], ["Nightly"])
        event = heard.until(_is_announcing)
    assert isinstance(event, Announcing)
    assert event.left == ("Nightly",)
    assert "Nightly" in str(event.notice.hint)


@pytest.mark.parametrize(
    ("address", "encrypted", "expected"),
    [
        (None, False, Where(-1, Protocol.ANY, _PORT)),
        ("::", False, Where(-1, Protocol.IPV6, _PORT)),
        ("127.0.0.1", False, ONLY_HERE),
        ("::1", False, ONLY_HERE),
        (None, True, ENCRYPTED),
    ],
)
def test_where_it_can_be_announced(
    address: str | None, encrypted: bool, expected: Where | NotAnnounced
) -> None:
    assert place_of(address, _PORT, encrypted=encrypted) == expected
