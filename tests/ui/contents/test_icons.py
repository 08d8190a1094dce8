"""The icons of the apps on a drive come from the drive."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.progress import CancelToken
from app.stick.inspecting.icons import read_icons
from app.stick.inspecting.inspect import inspect_stick
from app.stick.inspecting.inspection import RefKind
from app.stick.store.location import find_stick
from app.stick.store.stick_state import load_stick
from tests.stick.damage import flip_middle
from tests.ui.demo_stick import demo_stick
from ui.style.icon_image import ENOUGH, icon_image


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    return shutil.copytree(demo_stick(), tmp_path / "drive", symlinks=True)


def icons_of(drive: Path) -> dict[str, bytes]:
    stick = load_stick(find_stick(drive))
    inspection = inspect_stick(stick, (), ("en",), CancelToken())
    return read_icons(stick, inspection.collections, ENOUGH, CancelToken())


def test_they_are_on_the_drive(drive: Path) -> None:
    icons = icons_of(drive)
    assert icons
    for data in icons.values():
        image = icon_image(data, ENOUGH)
        assert image is not None
        assert max(image.width(), image.height()) == ENOUGH


def test_so_is_what_apps_are_for(drive: Path) -> None:
    inspection = inspect_stick(load_stick(find_stick(drive)), (), ("en",), CancelToken())
    apps = [ref for _, ref in inspection.refs if ref.kind is RefKind.APP]
    assert apps
    assert all(app.summary and app.icons and not app.ended for app in apps)


def test_what_is_damaged_has_none(drive: Path) -> None:
    assert icons_of(drive)
    for path in (drive / ".ostree/repo/objects").glob("*/*.filez"):
        flip_middle(path)
    assert icons_of(drive) == {}


def test_what_is_no_picture_is_none() -> None:
    assert icon_image(b"\x89PNG and nothing more", ENOUGH) is None
    assert icon_image(b"", ENOUGH) is None
