"""Several real drives in one run: of other file systems, too small, read-only, pulled out."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.ostree.web import Exchange, Web
from tests.satchel import Done, satchel
from tests.upstream import Upstream
from tests.volumes import Image, mount, run

pytestmark = [pytest.mark.devices, pytest.mark.thorough]

_BIG = 12_000_000


def _fill(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False)
    upstream.add_app(
        "org.test.Hello", files={"share/big": random.Random(1).randbytes(_BIG).hex()[:_BIG]}
    )
    upstream.update()


@pytest.fixture
def web(tmp_path: Path, upstream_key: SigningKey) -> Iterator[Web]:
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, _fill)
    web = Web(upstream.path)
    (tmp_path / "school.flatpakrepo").write_text(upstream.flatpakrepo(web.url))
    yield web
    web.close()


class Drives:
    """Loop devices with file systems, mounted below a directory."""

    def __init__(self, directory: Path, stack: ExitStack) -> None:
        self.directory = directory
        self._stack = stack
        self.images: dict[Path, Image] = {}

    def add(self, name: str, kind: str, *, megabytes: int = 64) -> Path:
        place = self.directory / name
        place.mkdir()
        image = Image(self.directory, megabytes=megabytes)
        self._stack.callback(image.close)
        image.fill(kind)
        mount(kind, image.plug(), place)
        self._stack.callback(_unmount, place)
        self.images[place] = image
        return place


@pytest.fixture
def drives(tmp_path: Path) -> Iterator[Drives]:
    with ExitStack() as stack:
        yield Drives(tmp_path, stack)


def _unmount(place: Path) -> None:
    """If it is still mounted."""
    if place.is_mount():
        run("umount", "--lazy", place)


def _make(directory: Path, places: list[Path], check: int) -> Done:
    home = directory / "home"
    home.mkdir(exist_ok=True)
    also = [word for place in places[1:] for word in ("--also", str(place))]
    remote = directory / "school.flatpakrepo"
    return satchel(
        *("make", str(places[0]), "org.test.Hello", *also, "--json", "--remote"),
        remote,
        home=home,
        check=check,
    )


def test_each_drive_has_its_own_result(drives: Drives, web: Web) -> None:
    places = [
        drives.add("ext4", "ext4"),
        drives.add("exfat", "exfat"),
        drives.add("small", "ext4", megabytes=8),
        drives.add("read-only", "ext4"),
    ]
    run("mount", "-o", "remount,ro", places[3])
    done = _make(drives.directory, places, 3)
    results = done.finished["drives"]
    assert [each["exit_code"] for each in results] == [0, 0, 3, 3]
    assert all(each["verify"]["ok"] for each in results[:2])
    assert results[2]["error"]["kind"] == "DoesNotFitError"
    assert "read-only" in str(results[3]["error"]["message"])
    fetched = [path for path in web.paths() if path.endswith(".filez")]
    assert len(fetched) == len(set(fetched))


def test_a_drive_that_is_pulled_out_does_not_hold_up_the_others(drives: Drives, web: Web) -> None:
    places = [drives.add(name, "ext4") for name in ("first", "pulled", "last")]
    once = threading.Lock()

    def pull_out(exchange: Exchange) -> None:
        if exchange.path.endswith(".filez") and once.acquire(blocking=False):
            run("umount", "--lazy", places[1])
            drives.images[places[1]].unplug()
        exchange.good()

    web.everything = pull_out
    done = _make(drives.directory, places, 3)
    assert [each["exit_code"] for each in done.finished["drives"]] == [0, 3, 0]
    assert all(done.finished["drives"][number]["verify"]["ok"] for number in (0, 2))
