"""What a check says of bundles, and that nothing is called sound that nobody can install."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from app.progress import CancelToken, silent
from app.replacing import replace
from app.stick.checking.check import CheckOptions
from app.stick.checking.check_place import check_path
from app.stick.checking.report import CheckReport
from tests.bundles import ATLAS, ATLAS_REF, bundle_bytes
from tests.environments import environment_in
from tests.stick.bundles.conftest import Maker

NAME = f"{ATLAS}.flatpak"
RECORD = ".ostree/repo/extensions/satchel/stick.json"
RUNTIME = ".ostree/repo/refs/mirrors/org.satchel.Demo/runtime/org.satchel.Demo.Platform/x86_64/1"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, remote: Any, files: Path) -> Maker:
    directory = tmp_path_factory.mktemp("made")
    (directory / "drive").mkdir()
    environment = environment_in(directory / "maker", remote.remote)
    maker = Maker(directory / "drive", environment, environment.known_remotes(), files)
    maker.make(maker.signed)
    return maker


@pytest.fixture
def copy(made: Maker, tmp_path: Path) -> Maker:
    shutil.copytree(made.drive, tmp_path / "drive", symlinks=True)
    return replace(made, drive=tmp_path / "drive")


def codes(report: CheckReport) -> set[tuple[str, str]]:
    return {(each.code.value, each.subject) for each in report.findings if each.severity != "info"}


def test_a_key_that_nobody_knows_vouches_for_nothing(made: Maker) -> None:
    """Also where it was accepted, as by whoever makes the drive."""
    report = check_path(made.drive, (), CheckOptions(accept_unsigned=True), silent, CancelToken())
    assert ATLAS_REF in report.unsigned_apps
    assert ATLAS_REF not in made.check().unsigned_apps


def flip(maker: Maker) -> None:
    data = bytearray((maker.folder / NAME).read_bytes())
    data[4000] ^= 1
    (maker.folder / NAME).write_bytes(data)


def cut(maker: Maker) -> None:
    data = (maker.folder / NAME).read_bytes()
    (maker.folder / NAME).write_bytes(data[:-100])


def nothing(maker: Maker) -> None:
    (maker.folder / NAME).write_bytes(b"")


def link(maker: Maker) -> None:
    (maker.folder / NAME).unlink()
    (maker.folder / NAME).symlink_to(maker.signed)


def record(maker: Maker, **values: Any) -> None:
    path = maker.drive / RECORD
    data = json.loads(path.read_bytes())
    data["bundles"][0] |= values
    path.write_text(json.dumps(data))


def other(maker: Maker) -> None:
    """Another app in the file, and its checksum in the record."""
    build = maker.drive.parent / "build"
    build.mkdir()
    data = bundle_bytes(build, app="org.satchel.Demo.Abacus")
    (maker.folder / NAME).write_bytes(data)
    record(maker, sha256=sha256(data).hexdigest(), size=len(data))


def test_it_is_sound(copy: Maker) -> None:
    assert codes(copy.check()) == set()


def test_one_that_is_not_there_is_missing(copy: Maker) -> None:
    (copy.folder / NAME).unlink()
    report = copy.check()
    assert codes(report) == {("object-missing", ATLAS_REF)}
    assert report.damaged_apps == (ATLAS_REF,)


@pytest.mark.parametrize(
    "damage",
    [
        flip,
        pytest.param(cut, marks=pytest.mark.thorough),
        pytest.param(nothing, marks=pytest.mark.thorough),
    ],
)
def test_one_that_is_damaged_is_told(copy: Maker, damage: Callable[[Maker], None]) -> None:
    damage(copy)
    report = copy.check()
    assert codes(report) == {("object-corrupt", ATLAS_REF)}
    assert report.damaged_apps == (ATLAS_REF,)


@pytest.mark.thorough
def test_a_link_is_none(copy: Maker) -> None:
    link(copy)
    assert ("object-corrupt", ATLAS_REF) in codes(copy.check())


@pytest.mark.thorough
def test_another_app_in_its_place_is_told(copy: Maker) -> None:
    other(copy)
    assert ("metadata-mismatch", ATLAS_REF) in codes(copy.check())


@pytest.mark.thorough
def test_quickly_its_content_is_not_read(copy: Maker) -> None:
    flip(copy)
    report = copy.check(contents=False)
    assert ("object-corrupt", ATLAS_REF) not in codes(report)
    # It is told as what was not read, so that the drive is not called sound.
    path = copy.drive / RECORD
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"bundles": []}))
    assert copy.check(contents=False).unread == report.unread - 1


def test_without_its_runtime_it_is_not_sound(copy: Maker) -> None:
    (copy.drive / RUNTIME).unlink()
    assert ("runtime-missing", ATLAS_REF) in codes(copy.check())


@pytest.mark.thorough
def test_what_else_lies_there_is_nobodys(copy: Maker) -> None:
    shutil.copy(copy.unsigned, copy.folder / "more.flatpak")
    assert codes(copy.check()) == {("kit-altered", "satchel/bundles/more.flatpak")}


def test_the_record_vouches_for_nothing(copy: Maker) -> None:
    copy.do(copy.plan(copy.unsigned))
    record(copy, source="Satchel demo")
    assert ("unvouched", ATLAS_REF) in codes(copy.check())


@pytest.mark.thorough
@pytest.mark.parametrize(
    "values",
    [
        {"file": "../../x.flatpak"},
        {"file": ".flatpak"},
        {"ref": "app/../x/y"},
        {"sha256": "0"},
        {"size": -1},
    ],
)
def test_a_record_that_leads_astray_is_none(copy: Maker, values: dict[str, Any]) -> None:
    record(copy, **values)
    report = copy.check()
    assert ("kit-altered", f"satchel/bundles/{NAME}") in codes(report)
    assert not report.ok
