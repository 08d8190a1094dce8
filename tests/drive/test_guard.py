"""Whether a drive is still there is seen without reading or writing anything on it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.drive.safety.guard import AsNamed, DriveGoneError, DriveGuard, Watch, read_file_system
from app.errors import InterruptedByUser
from app.message import NOTHING, Message
from app.progress import CancelToken
from tests.volumes import Image, mount
from tests.waiting import GUARD


def look_on(watch: Watch) -> None:
    deadline = time.monotonic() + GUARD
    while time.monotonic() < deadline:
        watch.check()


@pytest.mark.devices
def test_a_watch_tells_soon_that_the_drive_has_gone(tmp_path: Path) -> None:
    image = Image(tmp_path / "images")
    point = tmp_path / "drive"
    point.mkdir()
    try:
        image.fill("ext4")
        mount("ext4", image.plug(), point)
        with DriveGuard(point) as guard:
            watch = Watch(CancelToken(), guard, lambda: Message("Nothing was written."))
            watch.check()
            image.unplug()
            with pytest.raises(DriveGoneError, match=r"unplugged or exchanged\. Nothing was"):
                look_on(watch)
    finally:
        image.close()


def test_a_watch_stops_and_pauses_as_it_is_told(tmp_path: Path) -> None:
    cancel = CancelToken()
    with DriveGuard(tmp_path) as guard:
        watch = Watch(cancel, guard, lambda: NOTHING)
        watch.check()
        cancel.pause()
        assert watch.paused
        cancel.request()
        with pytest.raises(InterruptedByUser):
            watch.check()


def test_what_comes_to_a_place_after_it_was_named_is_not_meant(tmp_path: Path) -> None:
    place, missing = tmp_path / "drive", tmp_path / "missing"
    place.mkdir()
    named = AsNamed([place, missing])
    named.check(place, read_file_system(place))
    place.rename(tmp_path / "elsewhere")
    place.mkdir()
    with pytest.raises(DriveGoneError, match="unplugged or exchanged"):
        named.check(place, read_file_system(place))
    # Of what was not there whoever looks tells more.
    missing.mkdir()
    named.check(missing, read_file_system(missing))
