"""Sticks and computers of all kinds."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.client.receiving.clock import ClockError
from app.client.receiving.installation import Place, Scope
from app.client.receiving.planner import plan_receiving
from app.client.receiving.request import Computer as ThisComputer
from app.client.receiving.request import Request
from app.flatpak.remotes.directories import FlatpakDirectories
from app.progress import CancelToken
from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.stick.conftest import make
from tests.stick.damage import ARCH, HELLO, LOCALE, OTHER, RUNTIME, Stick, copy_stick
from tests.stick.forge import filez
from tests.stick.receiving.computers import SYSTEM, URL, USER, Computer
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow

THIRD = f"app/org.test.Third/{ARCH}/stable"


@pytest.fixture(scope="session")
def kept(directory: Path, upstream: Upstream) -> tuple[Path, Upstream]:
    """A stick whose Hello stayed as it was in June, though its lists are of November."""
    later = upstream.copy(directory / "upstream-kept")
    drive = make(directory / "kept", later, "org.test.Hello")
    later.bump(HELLO)
    later.add_app("org.test.Third")
    later.update()
    remote = directory / "kept/test.flatpakrepo"
    satchel(
        "make", drive, "org.test.Third", "--keep-versions", "--remote", remote, "--json",
        home=directory / "kept/home",
    )  # fmt: skip
    return drive, later


@pytest.mark.thorough
@pytest.mark.parametrize("scope", [USER, SYSTEM])
def test_what_the_lists_do_not_name_any_more(
    kept: tuple[Path, Upstream],
    upstream: Upstream,
    upstream_key: SigningKey,
    tmp_path: Path,
    scope: str,
) -> None:
    """An app of June comes from the checked copy itself, one of November from the view."""
    drive, later = kept
    computer = Computer(tmp_path / "computer", scope)
    computer.knows(upstream_key)
    plan = computer.receive(drive, "--dry-run", "--json").json
    named = {each["ref"]: each["named"] for each in plan["refs"]}
    assert (named[HELLO], named[THIRD], named[RUNTIME]) == (False, True, True)
    computer.receive(drive)
    installed = computer.installed()
    assert installed[HELLO] == upstream.refs[HELLO] != later.refs[HELLO]
    assert (installed[THIRD], installed[LOCALE]) == (later.refs[THIRD], upstream.refs[LOCALE])
    assert computer.untouched()
    assert computer.caches


@pytest.mark.thorough
def test_two_sticks_of_different_weeks(
    good: Path, newer: Path, upstream: Upstream, computer: Computer
) -> None:
    """Whichever is named first, the newer Hello is installed."""
    finished = computer.receive(good, newer, "--json").finished
    (hello,) = (each for each in finished["refs"] if each["ref"] == HELLO)
    assert hello["commit"] == hello["checked"] != upstream.refs[HELLO]
    assert computer.installed()[OTHER] == upstream.refs[OTHER]


def test_a_stick_that_contradicts_itself(
    good: Path, newer: Path, upstream: Upstream, computer: Computer, tmp_path: Path
) -> None:
    """Rightly signed, but its own ostree-metadata stands for another Hello."""
    mixed = copy_stick(newer, tmp_path / "mixed")
    old = upstream.refs[HELLO]
    mixed.ostree("pull-local", str(good / ".ostree/repo"), old)
    mixed.ref(HELLO).write_text(f"{old}\n")
    mixed.update_summary()

    def told(*sticks: Path, status: int = 0) -> tuple[str | None, str]:
        """Which commit would be installed, and why none."""
        done = computer.receive(*sticks, "org.test.Hello", "--dry-run", "--json", check=status)
        (hello,) = (each for each in done.json["refs"] if each["ref"] == HELLO)
        return hello["commit"], (hello["refusal"] or {"reason": ""})["reason"]

    commit, why = told(mixed.root, status=6)
    assert commit is None
    assert "contradicts itself" in why
    # What another stick stands for is taken, and the newest that any does.
    assert told(mixed.root, good) == (old, "")
    assert told(mixed.root, newer) == (Stick(newer).commit(HELLO), "")


@pytest.mark.thorough
def test_the_sound_half_of_each_stick(
    good: Path, warned: Path, upstream: Upstream, computer: Computer
) -> None:
    """Sticks of two sources, one of which nobody knows here; what both have comes of the other."""
    finished = computer.receive(good, warned, "--json", check=5).finished
    told = {(each["collection"], each["ref"]): each["result"] for each in finished["refs"]}
    assert told[COLLECTION, HELLO] == "installed"
    assert told["org.test.Second", f"app/org.test.Old/{ARCH}/stable"] == "missing"
    assert ("org.test.Second", HELLO) not in told
    assert computer.installed()[HELLO] == upstream.refs[HELLO]


def test_one_of_several_is_no_drive(good: Path, computer: Computer, tmp_path: Path) -> None:
    """Nobody is left in the belief that it had been looked at."""
    empty = tmp_path / "empty"
    empty.mkdir()
    done = computer.receive(good, empty, check=6)
    assert f"There is no Flatpak repository on {empty}." in done.stderr
    assert computer.installed() == {}


class TestTheRemote:
    @pytest.mark.thorough
    def test_without_collection(
        self, good: Path, upstream: Upstream, upstream_key: SigningKey, fresh: Computer
    ) -> None:
        """Recognised by its address; what it lacks it gets."""
        file = fresh.client.directory / "key.gpg"
        file.write_bytes(upstream_key.public)
        url = upstream.path.as_uri()
        fresh.flatpak("remote-add", f"--gpg-import={file}", "mine", url)
        fresh.lose("collection-id")
        done = fresh.receive(good)
        assert "The source mine lacks its collection ID" in done.stdout
        assert fresh.installed()[HELLO] == upstream.refs[HELLO]
        assert f"collection-id={COLLECTION}" in fresh.config
        assert f"url={url}" in fresh.config
        assert fresh.config.count("[remote") == 1

    @pytest.mark.thorough
    def test_whose_name_is_taken(
        self, good: Path, attacker: SigningKey, upstream_key: SigningKey, fresh: Computer
    ) -> None:
        """By another source, which stays as it is."""
        file = fresh.client.directory / "key.gpg"
        file.write_bytes(attacker.public)
        options = (f"--gpg-import={file}", "--collection-id=org.test.Another")
        fresh.flatpak("remote-add", *options, "test", URL, check=False)
        before = fresh.config
        fresh.receive(good, "--trust-key", upstream_key.fingerprint)
        assert HELLO in fresh.installed()
        assert '[remote "test-1"]' in fresh.config
        assert before.strip() in fresh.config
        assert fresh.untouched()

    @pytest.mark.thorough
    def test_a_system_that_has_the_runtime(
        self, good: Path, upstream: Upstream, upstream_key: SigningKey, computer: Computer
    ) -> None:
        """It does for what one person installs, as flatpak has it."""
        system = Computer.beside(computer, SYSTEM)
        system.knows(upstream_key)
        system.receive(good)
        assert system.installed()[RUNTIME] == upstream.refs[RUNTIME]
        computer.receive(good, "org.test.Hello")
        assert HELLO in computer.installed()
        assert RUNTIME not in computer.installed()


@pytest.fixture
def little_room(tmp_path: Path) -> Iterator[Path]:
    mount = tmp_path / "little"
    mount.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "little", mount], check=True)
    yield mount
    subprocess.run(["umount", "-l", mount], check=True)


class TestWithoutRoomForACopy:
    """Straight from the stick over a loopback address: flatpak checks signatures and contents."""

    @pytest.mark.thorough
    def test_a_sound_stick(
        self, good: Path, upstream: Upstream, computer: Computer, little_room: Path
    ) -> None:
        computer.cache = little_room
        finished = computer.receive(good, "--json").finished
        assert finished["bytes"] == 0
        assert computer.installed()[HELLO] == upstream.refs[HELLO]
        assert computer.untouched()

    @pytest.mark.thorough
    def test_forgeries(
        self, good: Path, computer: Computer, little_room: Path, tmp_path: Path
    ) -> None:
        stick = copy_stick(good, tmp_path / "forged")
        _, data = filez(b"not what upstream made\n")
        stick.path(stick.tree(HELLO)["/files/share/big"]).write_bytes(data)
        computer.cache = little_room
        done = computer.receive(stick.root, check=1)
        assert "orrupt" in done.stdout
        assert HELLO not in computer.installed()
        assert OTHER in computer.installed()

    @pytest.mark.thorough
    def test_what_the_lists_do_not_name(
        self, kept: tuple[Path, Upstream], computer: Computer, little_room: Path
    ) -> None:
        computer.cache = little_room
        done = computer.receive(kept[0], check=3)
        assert "There is no room for a checked copy" in done.stdout
        assert set(computer.installed()) >= {THIRD, RUNTIME}
        assert HELLO not in computer.installed()


@pytest.mark.thorough
def test_translations_of_which_the_stick_has_a_part(
    stick: Stick, upstream: Upstream, computer: Computer
) -> None:
    """As of a stick that was made for other languages; the app is installed without."""
    stick.partial(LOCALE).parent.mkdir(exist_ok=True)
    stick.partial(LOCALE).touch()
    name = stick.tree(LOCALE)["/files/de/share"]
    stick.path(name).unlink()
    done = computer.receive(stick.root)
    assert "Only part of it is on the drive." in done.stdout
    assert computer.installed()[HELLO] == upstream.refs[HELLO]
    assert LOCALE not in computer.installed()


@pytest.mark.thorough
def test_a_source_that_has_moved(directory: Path, upstream: Upstream, computer: Computer) -> None:
    """flatpak does not follow in the middle, which would lead to the network."""
    moved = upstream.copy(directory / "upstream-moved")
    moved.update(options=["--redirect-url=https://moved.example/repo/"])
    drive = make(directory / "moved", moved, "org.test.Hello")
    computer.receive(drive)
    assert computer.installed()[HELLO] == upstream.refs[HELLO]
    assert f"\nurl={URL}" in computer.config
    assert computer.untouched()


@pytest.mark.thorough
def test_a_stick_of_flatpaks_own(
    good: Path, upstream: Upstream, upstream_key: SigningKey, computer: Computer, tmp_path: Path
) -> None:
    """As ``flatpak create-usb`` makes it: without upstream's lists, so from the copy itself."""
    other = Computer(tmp_path / "other")
    other.knows(upstream_key)
    other.receive(good, "org.test.Hello")
    stick = tmp_path / "of-flatpak"
    stick.mkdir()
    other.flatpak("create-usb", stick, "org.test.Hello")
    computer.receive(stick)
    assert computer.installed()[HELLO] == upstream.refs[HELLO]
    assert computer.installed()[RUNTIME] == upstream.refs[RUNTIME]
    assert computer.untouched()


@pytest.mark.thorough
def test_names_with_spaces_and_signs(
    good: Path, upstream: Upstream, upstream_key: SigningKey, tmp_path: Path
) -> None:
    computer = Computer(tmp_path / "a b%20c&ü#?")
    computer.knows(upstream_key)
    stick = tmp_path / "Stick %41\n[x]"
    stick.symlink_to(good)
    computer.receive(stick)
    assert computer.installed()[HELLO] == upstream.refs[HELLO]
    assert computer.caches
    assert computer.untouched()


def test_a_clock_before_the_sticks_own_date(good: Path, tmp_path: Path) -> None:
    """A dead battery: no key is valid then. Nothing is begun."""
    directories = FlatpakDirectories.below(tmp_path)
    for now, fine in ((0.0, False), (1_000_000_000.0, False), (time.time() - 3600, True)):
        computer = ThisComputer(directories, (), ARCH, (1, 14, 10), frozenset(), now)
        place = Place.of(Scope.USER, directories)
        request = Request((good,))
        if fine:
            assert plan_receiving(request, place, computer, CancelToken()).unknown_keys
            continue
        with pytest.raises(ClockError) as caught:
            plan_receiving(request, place, computer, CancelToken())
        assert caught.value.exit_code == 5
        assert "clock says" in str(caught.value)
        assert f"sudo date -s @{caught.value.made}" in str(caught.value.hint)
    assert list(tmp_path.iterdir()) == []


def without_lists(drive: Path, target: Path) -> Path:
    """The drive as flatpak's own are: what is on it comes from the checked copy itself."""
    stick = copy_stick(drive, target)
    shutil.rmtree(stick.satchel)
    for path in stick.repo.glob("summary.idx*"):
        path.unlink()
    return stick.root


@pytest.mark.thorough
@pytest.mark.parametrize("scope", [USER, SYSTEM])
def test_a_runtime_that_only_comes_along_may_go_again(
    good: Path, upstream_key: SigningKey, tmp_path: Path, scope: str
) -> None:
    """flatpak keeps for ever what somebody has asked for by its name."""
    computer = Computer(tmp_path / "computer", scope)
    computer.knows(upstream_key)
    computer.receive(without_lists(good, tmp_path / "drive"), "org.test.Hello")
    assert {HELLO, RUNTIME, LOCALE} <= set(computer.installed())
    assert RUNTIME not in computer.flatpak("pin")
    assert "xa.pinned" not in computer.config
    computer.flatpak("uninstall", "-y", "--noninteractive", "org.test.Hello")
    computer.flatpak("uninstall", "-y", "--noninteractive", "--unused")
    assert RUNTIME not in computer.installed()


@pytest.mark.thorough
def test_a_renamed_app_leaves_nothing_behind(
    directory: Path, upstream: Upstream, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """Whichever way it comes."""
    renamed = upstream.copy(directory / "upstream-renamed")
    old, new = f"app/org.test.Former/{ARCH}/stable", renamed.add_app("org.test.Renamed")
    renamed.add_app("org.test.Former")
    renamed.update()
    computer = Computer(tmp_path / "computer")
    computer.knows(upstream_key)
    computer.receive(make(directory / "renamed-before", renamed, "org.test.Former"))
    assert old in computer.installed()
    shutil.rmtree(renamed.directory / "build/app/org.test.Former")
    renamed.add_app("org.test.Former", eol_rebase="org.test.Renamed")
    renamed.update()
    drive = make(directory / "renamed-after", renamed, "org.test.Former")
    computer.receive(without_lists(drive, tmp_path / "drive"))
    assert new in computer.installed()
    assert old not in computer.installed()
