"""``satchel clone`` to several drives: the very same repository, each at its own pace."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from tests.devices import Disk
from tests.satchel import command, environment
from tests.stick.several.conftest import HELLO, Ports, School, exit_codes
from tests.stick.several.halted import halted

TRUST = "--trust-drive-keys"
SECTOR = 512


def objects(place: str | Path) -> dict[str, bytes]:
    base = Path(place) / ".ostree/repo/objects"
    return {str(path.relative_to(base)): path.read_bytes() for path in base.glob("*/*")}


@pytest.fixture
def source(school: School) -> Path:
    """A stick in a directory."""
    place = school.directory / "source"
    place.mkdir()
    school.make([place], "org.test.Hello")
    return place


@pytest.mark.slow
def test_each_gets_every_byte(school: School, source: Path) -> None:
    places = school.directories(3)
    done = school.satchel("clone", source, *places, TRUST, "--json")
    assert exit_codes(done) == [0, 0, 0]
    assert all(drive["verify"]["ok"] for drive in done.finished["drives"])
    assert all(objects(place) == objects(source) for place in places)
    told = {event.get("target") for event in done.events if event["event"] == "progress"}
    assert told >= set(map(str, places))
    school.install(places[2], HELLO)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("verb", "moment"),
    [
        ("clone", "app.cli.commands.clone:read_original:1"),
        ("make", "app.stick.planning.request:_session:1"),
    ],
)
def test_what_came_to_a_place_after_it_was_named_is_not_meant(
    school: School, source: Path, verb: str, moment: str
) -> None:
    """As the directory that a drive was mounted at, once it is pulled out."""
    good, pulled = school.directories(2)
    words = {
        "clone": ("clone", source, good, pulled, TRUST),
        "make": ("make", good, "org.test.Hello", "--also", pulled, "--remote", school.remote),
    }
    with halted(moment, *words[verb], "--json", home=school.home, env=school.env) as command:
        pulled.rename(school.directory / "drive")
        pulled.mkdir()
    assert exit_codes(command.done) == [0, 3]
    assert command.done.finished["drives"][1]["error"]["cause"] == "pulled-out"
    assert not list(pulled.iterdir())


@pytest.mark.thorough
def test_real_drives_that_fail_do_not_hold_up_the_others(
    school: School, ports: Ports, source: Path
) -> None:
    good, pulled = ports.drive("GOOD", "exfat", megabytes=64), ports.drive("PULLED")
    for disk in (good, ports.drive("SMALL", megabytes=3), pulled):
        disk.appear()
    ports.drive("LOCKED").appear(read_only=True)
    words = ("clone", source, "GOOD", "SMALL", "LOCKED", "PULLED", TRUST, "--json")
    place = "app.stick.cloning.job:_Clone._flush:1"
    with halted(place, *words, home=school.home, env=school.env) as clone:
        pulled.detach()
    assert clone.done.returncode == 3
    assert exit_codes(clone.done) == [0, 3, 3, 3]
    first, small, _, last = clone.done.finished["drives"]
    assert first["verify"]["ok"]
    assert small["error"]["cause"] == "full"
    assert last["error"]["cause"] == "pulled-out"
    school.install(Path(first["target"]), HELLO)
    pulled.appear()
    again = school.satchel("clone", source, "PULLED", TRUST, "--json")
    assert exit_codes(again) == [0]
    school.install(Path(again.finished["drives"][0]["target"]), HELLO)


@pytest.mark.thorough
def test_the_original_is_read_once(school: School, ports: Ports, source: Path) -> None:
    """As far as it fits into memory: a stick is the slowest of all."""
    stick = ports.drive("SOURCE")
    stick.appear()
    school.satchel("clone", source, "SOURCE", TRUST)
    school.satchel("unmount", "SOURCE")
    school.satchel("mount", "SOURCE")
    before = _read(stick)
    done = school.satchel("clone", "SOURCE", *school.directories(3), TRUST, "--json")
    assert exit_codes(done) == [0, 0, 0]
    size = sum(map(len, objects(source).values()))
    # The directories and lists of the file system, and what is read ahead.
    assert size < _read(stick) - before < 1.5 * size


def _read(disk: Disk) -> int:
    """Bytes that were read of it, ever."""
    return int(Path("/sys/block", Path(disk.device).name, "stat").read_text().split()[2]) * SECTOR


@pytest.mark.thorough
@pytest.mark.parametrize(
    "place",
    [
        "app.stick.cloning.job:copy_objects:1",
        *(
            f"app.stick.cloning.files:Beside.{step}:1"
            for step in (
                "stage_copies",
                "copy_config",
                "exchange_copies",
                "copy_summary",
                "copy_kit",
                "copy_record",
                "drop_other_copies",
            )
        ),
    ],
)
def test_somebody_installs_between_two_steps(school: School, source: Path, place: str) -> None:
    """Before, what the older copy has; after, what is new; in between the one or the other."""
    older, new = school.directories(2)
    school.satchel("clone", source, older, TRUST)
    school.install(older, HELLO)
    commit = school.upstream.commit(HELLO)
    school.publish()
    school.make([source], "org.test.Hello")
    words = ("clone", source, older, new, TRUST, "--json")
    with halted(place, *words, home=school.home, env={}) as clone:
        assert school.installed(older, HELLO) in {commit, school.upstream.commit(HELLO)}
    assert clone.done.returncode == 0, clone.done.said
    for target in (older, new):
        school.install(target, HELLO)


@pytest.mark.kills
@pytest.mark.thorough
@pytest.mark.parametrize("milliseconds", range(400, 1600, 200))
def test_killed_at_any_moment_all_go_on(school: School, source: Path, milliseconds: int) -> None:
    older, new = school.directories(2)
    school.satchel("clone", source, older, TRUST)
    school.publish()
    school.make([source], "org.test.Hello")
    process = _start(school, source, older, new)
    try:
        process.wait(milliseconds / 1000)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    assert school.installed(older, HELLO)
    done = school.satchel("clone", source, older, new, TRUST, "--json")
    assert exit_codes(done) == [0, 0]
    for place in (older, new):
        school.install(place, HELLO)


@pytest.mark.thorough
def test_ctrl_c_stops_all(school: School, source: Path) -> None:
    first, second = school.directories(2)
    words = ("clone", source, first, second, TRUST, "--json")
    place = "app.stick.cloning.job:copy_objects:1"
    with halted(place, *words, home=school.home, env={}) as clone:
        clone.signal(signal.SIGINT)
    assert clone.done.returncode == 130
    assert 130 in exit_codes(clone.done)
    done = school.satchel(*words)
    assert exit_codes(done) == [0, 0]


def _start(school: School, source: Path, *targets: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command("clone", source, *targets, TRUST),
        env=environment(school.home),
        cwd=school.home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
