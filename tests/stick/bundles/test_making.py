"""Apps as files come onto a drive with what they need, are replaced and taken off."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from app.errors import InterruptedByUser
from app.flatpak.bundles.bundle import BundleError
from app.flatpak.bundles.given import remotes_around
from app.flatpak.remotes.known import Known
from app.formats.gvariant import Variant
from app.progress import CancelToken, silent
from app.replacing import replace
from app.stick.demo import DemoRemote
from app.stick.planning.bundles import SeveralOfOneError
from app.stick.planning.changes import Changes
from app.stick.planning.estimate import FileTooLargeError, check_room
from app.stick.planning.leaving import NeededError
from app.stick.planning.plan import Action
from app.stick.planning.refusal import RuntimeMissingError
from app.stick.planning.sizes import TooLarge
from app.stick.trust.bundles import ForgedBundleError
from app.stick.writing.bundles import BundleChangedError
from app.stick.writing.job import run_job
from tests.bundles import ATLAS, ATLAS_REF, COLLECTION, LOCALE_REF, bundle_bytes
from tests.gpg import SigningKey
from tests.ostree.test_static_delta import metadata_of, rewritten
from tests.ostree.web import Web
from tests.stick.bundles.conftest import Maker
from tests.upstream import Upstream

RUNTIME_REF = "runtime/org.satchel.Demo.Platform/x86_64/1"
NAME = f"{ATLAS}.flatpak"


def test_it_comes_with_its_runtime_and_translations(maker: Maker) -> None:
    plan = maker.plan(maker.signed)
    refs = {item.ref: item for item in plan.items}
    assert {RUNTIME_REF, LOCALE_REF} <= refs.keys()
    assert ATLAS_REF not in refs
    assert refs[RUNTIME_REF].needed_by == (ATLAS_REF,)
    assert not refs[RUNTIME_REF].chosen
    assert not [notice for notice in plan.notices if "comes as a file" in str(notice.message)]
    outcome = maker.do(plan)
    assert outcome.check is not None
    assert outcome.check.ok
    data = maker.signed.read_bytes()
    assert (maker.folder / NAME).read_bytes() == data
    (record,) = maker.record.bundles
    assert record.file == NAME
    assert record.ref == ATLAS_REF
    assert record.sha256 == sha256(data).hexdigest()
    assert record.source == "Satchel demo"
    assert maker.plan(maker.signed).nothing_to_do


def test_for_computers_of_two_kinds_it_is_two_files(
    maker: Maker, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """Named at once, too: each has its name on the drive."""
    upstream = Upstream(tmp_path / "upstream", upstream_key, collection="", signed=False)
    files = []
    for arch in (upstream.arch, "riscv64"):
        upstream.add_app("org.test.Hello", arch=arch)
        files.append(tmp_path / f"{arch}.flatpak")
        subprocess.run(
            [
                *("flatpak", "build-bundle", f"--arch={arch}"),
                *(upstream.path, files[-1], "org.test.Hello", "stable"),
            ],
            check=True,
        )
    plan = maker.plan(*files, runtimes=False)
    assert len([each for each in plan.notices if "comes as a file" in str(each.message)]) == 1
    outcome = maker.do(plan)
    assert outcome.check is not None
    assert outcome.check.ok
    stored = {each.ref: (maker.folder / each.file).read_bytes() for each in maker.record.bundles}
    assert stored == {
        f"app/org.test.Hello/{arch}/stable": file.read_bytes()
        for arch, file in zip((upstream.arch, "riscv64"), files, strict=True)
    }


def test_that_nobody_vouches_is_said_wherever_it_stands(maker: Maker) -> None:
    plan = maker.plan(maker.unsigned)
    (notice,) = [each for each in plan.notices if "comes as a file" in str(each.message)]
    assert "not signed" in str(notice.message)
    outcome = maker.do(plan)
    assert outcome.check is not None
    assert outcome.check.ok
    assert [each.code for each in outcome.check.findings] == ["unvouched"]
    assert maker.record.bundles[0].unvouched
    page = (maker.drive / "satchel/START-HERE.html").read_text("utf-8")
    assert "nobody vouches for it" in page
    assert "niemand bürgt dafür" in page
    # Later nothing on a drive excuses itself.
    check = maker.check()
    assert check.only_unvouched
    assert check.unsigned_apps == (ATLAS_REF,)
    # What a file takes becomes free with it.
    off = maker.plan(changes=Changes(off=(("", ATLAS_REF),), prune=False)).estimate
    assert off.freed.objects == 1
    assert off.freed.bytes >= maker.unsigned.stat().st_size


@pytest.mark.thorough
def test_a_new_version_takes_the_place_of_the_old_one(maker: Maker) -> None:
    maker.make(maker.signed)
    plan = maker.plan(maker.unsigned)
    assert [each.action for each in plan.bundles] == [Action.UPDATE]
    maker.do(plan)
    # No file is ever exchanged for another of its name.
    assert [path.name for path in maker.folder.iterdir()] == [f"{ATLAS}-2.flatpak"]
    older = maker.plan(maker.signed)
    assert any("is older" in str(notice.message) for notice in older.notices)


@pytest.mark.thorough
def test_an_update_leaves_it_and_brings_what_it_needs(maker: Maker) -> None:
    maker.make(maker.signed)
    plan = maker.plan(changes=Changes(update=True))
    assert {RUNTIME_REF, LOCALE_REF} <= {item.ref for item in plan.items}
    assert not plan.removed
    assert any("stays as it is: Classroom Atlas" in str(each.message) for each in plan.notices)
    maker.do(plan)
    assert maker.check().ok
    assert len(maker.record.bundles) == 1


@pytest.mark.parametrize("changes", [Changes(), Changes(update=True)], ids=["make", "update"])
def test_where_the_record_is_lost_any_job_writes_it_down_again(
    maker: Maker, changes: Changes
) -> None:
    """As the file itself says; until then a repair would have put it aside as a stranger's."""
    maker.make(maker.signed)
    before = maker.record.bundles
    (maker.drive / ".ostree/repo/extensions/satchel/stick.json").unlink()
    refs = () if changes.update else (LOCALE_REF,)
    outcome = maker.do(maker.plan(refs=refs, changes=changes))
    assert outcome.check is not None
    assert outcome.check.ok
    assert maker.record.bundles == before


def test_where_the_record_is_lost_it_can_be_taken_off(maker: Maker) -> None:
    maker.make(maker.signed)
    (maker.drive / ".ostree/repo/extensions/satchel/stick.json").unlink()
    maker.do(maker.plan(changes=Changes(without=(ATLAS,))))
    assert not maker.folder.exists()
    assert maker.check().ok


def test_where_the_record_is_lost_a_new_version_takes_its_place(maker: Maker) -> None:
    maker.make(maker.signed)
    (maker.drive / ".ostree/repo/extensions/satchel/stick.json").unlink()
    maker.do(maker.plan(maker.unsigned))
    assert [path.name for path in maker.folder.iterdir()] == [f"{ATLAS}-2.flatpak"]


def test_an_update_says_that_its_file_is_gone(maker: Maker) -> None:
    maker.make(maker.signed)
    (file,) = maker.folder.iterdir()
    file.unlink()
    plan = maker.plan(changes=Changes(update=True))
    said = [str(each.message) for each in plan.notices]
    assert any(file.name in sentence for sentence in said)
    assert not any("stays as it is" in sentence for sentence in said)


@pytest.mark.thorough
def test_it_is_taken_off_with_what_nothing_else_needs(maker: Maker) -> None:
    maker.make(maker.signed, refs=["org.satchel.Demo.Abacus"])
    plan = maker.plan(changes=Changes(without=("Classroom Atlas",)))
    assert [record.ref for record in plan.removed_bundles] == [ATLAS_REF]
    assert {removal.ref for removal in plan.removed} == {LOCALE_REF}
    maker.do(plan)
    assert not maker.folder.exists()
    assert not maker.record.bundles
    assert maker.check().ok
    maker.do(maker.plan(changes=Changes(off=(("", ATLAS_REF),))))
    assert maker.check().ok


@pytest.mark.thorough
def test_its_runtime_stays_as_long_as_it_does(maker: Maker) -> None:
    maker.make(maker.signed, refs=["org.satchel.Demo.Abacus"])
    plan = maker.plan(changes=Changes(without=("org.satchel.Demo.Abacus",), unused=True))
    assert RUNTIME_REF not in {removal.ref for removal in plan.removed}
    with pytest.raises(NeededError, match=ATLAS):
        maker.plan(changes=Changes(without=(RUNTIME_REF,)))


@pytest.mark.thorough
def test_of_an_app_a_drive_has_one_only(maker: Maker) -> None:
    with pytest.raises(SeveralOfOneError):
        maker.plan(maker.signed, refs=[ATLAS])
    with pytest.raises(SeveralOfOneError):
        maker.plan(maker.signed, maker.unsigned)
    maker.make(maker.signed)
    # From its source it gets updates, so that one takes the place of the file.
    plan = maker.plan(refs=[ATLAS])
    assert [record.file for record in plan.removed_bundles] == [NAME]
    maker.do(plan)
    assert not maker.folder.exists()
    assert maker.check().ok
    with pytest.raises(SeveralOfOneError):
        maker.plan(maker.signed)


@pytest.mark.thorough
def test_without_a_runtime_anywhere_it_is_refused(maker: Maker) -> None:
    nowhere = Maker(maker.drive, maker.environment, Known(()), maker.files)
    with pytest.raises(RuntimeMissingError, match=ATLAS):
        nowhere.plan(maker.unsigned)
    plan = nowhere.plan(maker.unsigned, runtimes=False)
    outcome = nowhere.do(plan)
    assert outcome.check is not None
    assert outcome.check.ok
    assert "runtime-missing" in {each.code for each in maker.check().findings}
    # It keeps no update of the rest away.
    notices = nowhere.plan(changes=Changes(update=True)).notices
    assert any(RUNTIME_REF in str(each.message) for each in notices)


@pytest.mark.thorough
def test_its_runtime_comes_from_the_source_that_it_names(
    maker: Maker, remote: DemoRemote, tmp_path: Path
) -> None:
    for name in ("web", "build"):
        (tmp_path / name).mkdir()
    described = remote.remote.repo_file().dump(secrets=True)
    (tmp_path / "web/demo.flatpakrepo").write_bytes(described)
    with closing(Web(tmp_path / "web")) as web:
        address = f"{web.url.rstrip('/')}/demo.flatpakrepo"
        file = tmp_path / "hello.flatpak"
        file.write_bytes(bundle_bytes(tmp_path / "build", f"--runtime-repo={address}"))
        (given,) = maker.opened(file)
        network = maker.environment.network
        around = remotes_around(given, (), network, CancelToken())
        known = remotes_around(given, maker.known.remotes, network, CancelToken())
    assert not known.further
    (notice,) = around.notices
    assert "does not know" in str(notice.message)
    elsewhere = replace(maker, known=Known(around.further))
    elsewhere.make(file)
    assert RUNTIME_REF in elsewhere.record.refs[COLLECTION]
    gone = remotes_around(given, (), network, CancelToken())
    assert not gone.further
    assert "was not added" in str(gone.notices[0].message)


@pytest.mark.thorough
def test_stopped_while_it_is_written_a_drive_stays_what_it_was(maker: Maker) -> None:
    maker.make(maker.signed)
    plan = maker.plan(maker.unsigned)

    class Stop(CancelToken):
        def check(self) -> None:
            if any(path.name.endswith(".tmp") for path in maker.folder.iterdir()):
                self.request()
            super().check()

    with pytest.raises(InterruptedByUser):
        run_job(plan, maker.environment, maker.known, silent, Stop())
    assert [path.name for path in maker.folder.iterdir()] == [NAME]
    report = maker.check()
    assert report.ok
    assert [each.code for each in report.findings] == ["journal-left"]
    maker.make(maker.unsigned)
    assert [path.name for path in maker.folder.iterdir()] == [f"{ATLAS}-2.flatpak"]


@pytest.mark.thorough
def test_a_file_that_changed_meanwhile_is_not_written(maker: Maker, tmp_path: Path) -> None:
    file = tmp_path / "hello.flatpak"
    shutil.copy(maker.signed, file)
    plan = maker.plan(file)
    data = bytearray(file.read_bytes())
    data[4000] ^= 1
    file.write_bytes(data)
    with pytest.raises(BundleChangedError):
        maker.do(plan)
    assert not list(maker.folder.iterdir())
    file.unlink()
    with pytest.raises(BundleChangedError):
        maker.do(plan)
    # What was begun is gone on with.
    assert maker.make(maker.signed).check is not None
    assert maker.check().ok


@pytest.mark.thorough
def test_what_was_written_whole_is_not_written_again(maker: Maker) -> None:
    maker.folder.mkdir(parents=True)
    shutil.copy(maker.signed, maker.folder / NAME)
    before = (maker.folder / NAME).stat().st_ino
    maker.make(maker.signed)
    assert (maker.folder / NAME).stat().st_ino == before
    assert maker.check().ok


def test_a_damaged_file_is_refused(maker: Maker, tmp_path: Path) -> None:
    file = tmp_path / "hello.flatpak"
    data = bytearray(maker.signed.read_bytes())
    data[4000] ^= 1
    file.write_bytes(data)
    with pytest.raises(BundleError, match="damaged"):
        maker.opened(file)
    with pytest.raises(BundleError, match="OCI"):
        maker.opened(tmp_path)


def test_one_with_another_commits_signature_is_refused(maker: Maker, tmp_path: Path) -> None:
    signed, unsigned = maker.signed.read_bytes(), maker.unsigned.read_bytes()
    file = tmp_path / "forged.flatpak"
    metadata = metadata_of(unsigned)
    (signature,) = [value for key, value in metadata_of(signed).items() if "commitmeta" in key]
    place = next(key for key in metadata if key.startswith("deltas/")).rpartition("/")[0]
    metadata[f"{place}/commitmeta"] = signature
    metadata["origin"] = Variant("s", maker.known.remotes[0].url)
    file.write_bytes(rewritten(unsigned, metadata=metadata))
    with pytest.raises(ForgedBundleError):
        maker.plan(file)


def test_one_that_its_own_key_has_not_signed_is_refused(maker: Maker, tmp_path: Path) -> None:
    """No client would install it."""
    key = SigningKey()
    public = tmp_path / "key.gpg"
    public.write_bytes(key.public)
    key.close()
    file = tmp_path / "keyed.flatpak"
    (tmp_path / "build").mkdir()
    file.write_bytes(bundle_bytes(tmp_path / "build", f"--gpg-keys={public}"))
    with pytest.raises(BundleError, match="has not signed it"):
        maker.plan(file)


@pytest.mark.thorough
def test_one_comes_from_an_address(maker: Maker, tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    shutil.copy(maker.signed, tmp_path / "web/hello.flatpak")
    with closing(Web(tmp_path / "web")) as web:
        address = f"{web.url.rstrip('/')}/hello.flatpak"
        (given,) = maker.opened(address)
        assert given.given == address
        assert maker.make(address).check is not None
    assert (maker.folder / NAME).read_bytes() == maker.signed.read_bytes()


def test_its_size_is_part_of_what_is_planned(maker: Maker) -> None:
    maker.plan(maker.signed)  # The commits are here then.
    with_it = maker.plan(maker.signed).estimate
    without = maker.plan(refs=[RUNTIME_REF, LOCALE_REF]).estimate
    size = maker.signed.stat().st_size
    assert with_it.fetch - without.fetch == size
    assert with_it.download == without.download
    assert with_it.write - without.write >= size


def test_what_the_file_system_cannot_hold_is_refused(maker: Maker) -> None:
    plan = maker.plan(maker.signed)
    large = replace(plan.estimate, too_large=(TooLarge(ATLAS_REF, 5 << 30),))
    small = replace(large, space=replace(large.space, max_file=(4 << 30) - 1))
    with pytest.raises(FileTooLargeError, match=ATLAS):
        check_room(small)
