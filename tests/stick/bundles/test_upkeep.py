"""Damaged apps as files, drives compared, and what is told of a drive in short."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app.fs.root import Root
from app.progress import CancelToken, silent
from app.replacing import replace
from app.stick.comparing.difference import Kind, compare
from app.stick.comparing.gathering import read_side, read_upstream
from app.stick.inspecting.inspect import inspect_stick
from app.stick.inspecting.overview import read_overview
from app.stick.mending.foreseeing import plan_repair
from app.stick.mending.plan import Way
from app.stick.mending.repairing import repair_stick
from app.stick.mending.request import RepairRequest
from app.stick.planning.plan import Action
from app.stick.store.location import Location, find_stick
from app.stick.store.record import read_record
from app.stick.store.stick_state import load_stick
from tests.bundles import ATLAS, ATLAS_REF
from tests.satchel import satchel
from tests.stick.bundles.conftest import Maker

pytestmark = pytest.mark.thorough

NAME = f"{ATLAS}.flatpak"


def damage(maker: Maker) -> None:
    data = bytearray((maker.folder / NAME).read_bytes())
    data[4000] ^= 1
    (maker.folder / NAME).write_bytes(data)


def test_a_damaged_one_that_is_named_again_comes_again(maker: Maker) -> None:
    maker.make(maker.signed)
    damage(maker)
    plan = maker.plan(maker.signed)
    assert [each.action for each in plan.bundles] == [Action.UPDATE]
    maker.do(plan)
    assert [path.name for path in maker.folder.iterdir()] == [NAME]
    assert maker.check().ok


def test_a_repair_tells_that_it_cannot_heal_one(maker: Maker) -> None:
    maker.make(maker.signed)
    damage(maker)
    (maker.folder / "more.flatpak").write_bytes(b"what")
    request = RepairRequest(maker.drive)
    words = (maker.environment, maker.known, silent, CancelToken())
    (left,) = plan_repair(request, *words).unhealed
    assert left.finding.subject == ATLAS_REF
    assert ATLAS in str(left.means)
    outcome = repair_stick(request, *words)
    assert [each.code for each in outcome.after.findings] == ["object-corrupt"]
    assert [pair[0] for pair in outcome.moved] == ["satchel/bundles/more.flatpak"]


@pytest.mark.parametrize("name", [NAME, "another-name.flatpak"])
def test_one_whose_record_is_lost_says_itself_what_it_is(maker: Maker, name: str) -> None:
    """And stays where it is; what says nothing is put aside."""
    maker.make(maker.signed)
    (maker.folder / NAME).rename(maker.folder / name)
    (maker.folder / "more.flatpak").write_bytes(b"what")
    (maker.drive / ".ostree/repo/extensions/satchel/stick.json").unlink()
    request = RepairRequest(maker.drive)
    words = (maker.environment, maker.known, silent, CancelToken())
    foreseen = plan_repair(request, *words)

    outcome = repair_stick(request, *words)

    assert outcome.after.ok, outcome.after.findings
    assert [pair[0] for pair in outcome.moved] == ["satchel/bundles/more.flatpak"]
    assert list(foreseen.moved) == ["satchel/bundles/more.flatpak"]
    (record,) = maker.record.bundles
    assert (record.file, record.ref, record.source) == (name, ATLAS_REF, "Satchel demo")


@pytest.mark.parametrize("lost", [True, False], ids=["its record is lost", "it has none"])
def test_one_of_another_repository_stays_that_ones(maker: Maker, lost: bool) -> None:
    """Two repositories share the folder: what the other's record names is neither lost nor a
    stranger's."""
    maker.make(maker.signed)
    own = maker.drive / ".ostree/repo"
    other = maker.drive / ".ostree/repos.d/other"
    shutil.copytree(own, other)
    path = own / "extensions/satchel/stick.json"
    if lost:
        path.unlink()
    else:
        path.write_text(json.dumps({**json.loads(path.read_bytes()), "bundles": []}))
    request = RepairRequest(maker.drive)
    words = (maker.environment, maker.known, silent, CancelToken())
    assert list(plan_repair(request, *words).moved) == []
    outcome = repair_stick(request, *words)
    assert outcome.moved == ()
    assert maker.record.bundles == ()
    assert maker.check().ok
    assert (maker.folder / NAME).is_file()
    record = read_record(Location(Root(maker.drive), ".ostree/repos.d/other"))
    assert record is not None
    assert [each.file for each in record.bundles] == [NAME]


def test_what_goes_of_one_repository_stays_that_of_another(maker: Maker, tmp_path: Path) -> None:
    maker.make(maker.signed)
    other = ".ostree/repos.d/other"
    shutil.copytree(maker.drive / ".ostree/repo", maker.drive / other)
    words = ("remove", maker.drive, ATLAS, "--destination-repo", other)
    satchel(*words, "--yes", home=tmp_path / "home")
    assert (maker.folder / NAME).is_file()
    assert maker.check().ok


@pytest.mark.parametrize("beside", ["a drive", "a directory", "the file"])
@pytest.mark.parametrize("gone", [False, True])
def test_a_repair_takes_the_same_file_from_elsewhere(
    maker: Maker, tmp_path: Path, beside: str, gone: bool
) -> None:
    maker.make(maker.signed)
    other = tmp_path / "other"
    if beside == "a drive":
        shutil.copytree(maker.drive, other, symlinks=True)
    elif beside == "a directory":
        other.mkdir()
        shutil.copy(maker.signed, other / "whatever it is called")
        # Another one, and as large.
        (other / "a.flatpak").write_bytes(bytes(maker.signed.stat().st_size))
    else:
        other = maker.signed
    before = (maker.folder / NAME).read_bytes()
    damage(maker)
    if gone:
        shutil.rmtree(maker.folder)
    request = RepairRequest(maker.drive, (other,))
    words = (maker.environment, maker.known, silent, CancelToken())
    foreseen = plan_repair(request, *words)
    assert foreseen.unhealed == ()
    (supply,) = foreseen.supplies
    assert (supply.way, supply.label, supply.objects) == (Way.DRIVE, str(other), 1)
    outcome = repair_stick(request, *words)
    assert outcome.after.ok
    assert outcome.healed.sources == {str(other): 1}
    assert (maker.folder / NAME).read_bytes() == before


def test_a_repair_takes_no_file_that_is_damaged_as_well(maker: Maker, tmp_path: Path) -> None:
    maker.make(maker.signed)
    damage(maker)
    shutil.copytree(maker.drive, tmp_path / "other", symlinks=True)
    request = RepairRequest(maker.drive, (tmp_path / "other",))
    words = (maker.environment, maker.known, silent, CancelToken())
    assert [each.finding.subject for each in plan_repair(request, *words).unhealed] == [ATLAS_REF]
    assert not repair_stick(request, *words).after.ok


def test_drives_with_different_files_differ(maker: Maker, tmp_path: Path) -> None:
    maker.make(maker.signed)
    shutil.copytree(maker.drive, tmp_path / "other", symlinks=True)
    maker.make(maker.unsigned)
    sides = [
        read_side(load_stick(find_stick(root)), str(root), silent, CancelToken(), contents=True)
        for root in (tmp_path / "other", maker.drive)
    ]
    difference = compare(*sides)
    (newer,) = difference.of(Kind.NEWER)
    assert (newer.ref, newer.name) == (ATLAS_REF, "Classroom Atlas")


def test_nobody_says_that_a_file_is_gone_upstream(maker: Maker) -> None:
    maker.make(maker.signed)
    stick = load_stick(find_stick(maker.drive))
    first = read_side(stick, "", silent, CancelToken(), contents=False)
    second = read_upstream(
        stick, maker.known.remotes, maker.environment, "", CancelToken(), allow_unsigned=False
    )
    difference = compare(first, second)
    assert [each.ref for each in difference.of(Kind.UNKNOWN)] == [ATLAS_REF]
    assert difference.of(Kind.REMOVED) == ()


def test_what_is_told_of_a_drive_knows_it(maker: Maker) -> None:
    maker.make(maker.unsigned)
    cancel = CancelToken()
    assert read_overview(maker.drive, maker.environment, maker.known, cancel).apps == 1
    stick = load_stick(find_stick(maker.drive))
    (bundle,) = inspect_stick(stick, maker.known.remotes, ("en",), cancel).bundles
    assert (bundle.ref, bundle.name, bundle.unvouched) == (ATLAS_REF, "Classroom Atlas", True)


def test_whose_key_a_file_is_signed_with_is_told(maker: Maker) -> None:
    """A source that has only a name here has the title that the drive gives it, and its address."""
    maker.make(maker.signed)
    stick = load_stick(find_stick(maker.drive))
    (demo,) = maker.known.remotes
    texts = {
        "Our demo": "Signed with the key of its source, Our demo.",
        "": f"Signed with the key of its source, Satchel demo ({demo.address}).",
    }

    def told(title: str) -> str:
        remote = replace(demo, name="repo", title=title)
        (bundle,) = inspect_stick(stick, (remote,), ("en",), CancelToken()).bundles
        return str(bundle.trust)

    assert {title: told(title) for title in texts} == texts
    # Somebody else has the same title.
    elsewhere = replace(demo, name="x", url="http://x.example/", collection_id=None)
    others = [replace(elsewhere, title="Our demo")]
    mine = replace(demo, name="repo", title="Our demo")
    (bundle,) = inspect_stick(stick, (*others, mine), ("en",), CancelToken()).bundles
    assert str(bundle.trust) == f"Signed with the key of its source, Our demo ({demo.address})."
    (file,) = maker.drive.glob(".ostree/repo/extensions/satchel/upstream/*/*.flatpakrepo")
    before = file.read_text()
    file.write_text(before.replace("Title=Satchel demo", "Title="))
    stick = load_stick(find_stick(maker.drive))
    assert told("") == f"Signed with the key of its source, repo ({demo.address})."
