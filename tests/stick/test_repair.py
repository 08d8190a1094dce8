"""``satchel repair``: what ``verify`` finds and can be healed is healed; the rest is named."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind, ObjectName
from tests.gpg import SigningKey
from tests.satchel import Done, environment, satchel
from tests.stick.damage import (
    CHANGES,
    HELLO,
    LOCALE,
    METADATA,
    NOBODY,
    OTHER,
    RUNTIME,
    Stick,
    copy_stick,
    delete,
    flip_middle,
    verify,
)
from tests.stick.lies import LIES
from tests.stick.placed import Placed
from tests.stick.test_after_fsck import CASES, require_whole, strange
from tests.upstream import Upstream

TRUST = "--trust-drive-keys"
LEFT = {"upstream-newer", "orphan-objects"}
"""What is no damage."""


@pytest.fixture
def remote(upstream: Upstream, tmp_path: Path) -> Path:
    file = tmp_path / "test.flatpakrepo"
    file.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    return file


def repair(stick: Stick, home: Path, *arguments: str | Path, check: int | bool = True) -> Done:
    return satchel("repair", stick.root, "--json", TRUST, *arguments, home=home, check=check)


def require_sound(stick: Stick, home: Path) -> None:
    assert {code for code, _ in verify(stick, home)} <= LEFT


def test_a_sound_stick_stays_as_it_is(stick: Stick, stranger: Path) -> None:
    done = repair(stick, stranger)
    assert done.finished["jobs"] == []
    assert "nothing to repair" in satchel("repair", stick.root, TRUST, home=stranger).stdout


def test_what_no_repair_can_help_is_none_of_its_business(
    stick: Stick, remote: Path, stranger: Path
) -> None:
    """An app at its end, versions that are not the newest, objects that nobody needs: no job."""
    (stick.repo / "objects/ab").mkdir(exist_ok=True)
    (stick.repo / "objects/ab" / f"{'cd' * 31}.filez").write_bytes(b"stray")
    before = {path: path.lstat().st_mtime_ns for path in stick.root.rglob("*")}
    done = repair(stick, stranger, "--remote", remote).finished
    assert (done["ok"], done["jobs"]) == (True, [])
    assert [each["code"] for each in done["verify"]["findings"]] == ["orphan-objects"]
    for words in ((), ("--dry-run",)):
        said = satchel("repair", stick.root, TRUST, *words, home=stranger).stdout
        assert "There is nothing to repair." in said
        assert "orphan-objects" in said
    assert {path: path.lstat().st_mtime_ns for path in stick.root.rglob("*")} == before


FSCK = [
    pytest.param(
        case, marks=() if case in {"renamed_collection", "mirrors_file"} else pytest.mark.thorough
    )
    for case in CASES
    # Nobody can tell what was on the drive.
    if not case.startswith(("ostree_", "repo_"))
]


@pytest.mark.parametrize("case", FSCK)
def test_what_the_repair_of_a_file_system_leaves(
    case: str, stick: Stick, remote: Path, stranger: Path
) -> None:
    CASES[case](stick)
    somebodys = strange(stick)
    repair(stick, stranger, "--remote", remote)
    require_whole(stick, case, somebodys)
    require_sound(stick, stranger)


def test_names_are_lost_with_the_record(stick: Stick, remote: Path, stranger: Path) -> None:
    """The summary still tells what was on the drive."""
    shutil.rmtree(stick.ref(OTHER).parents[1])
    (stick.satchel / "stick.json").write_bytes(b"")
    plan = satchel(
        *("repair", stick.root, "--json", TRUST, "--dry-run", "--remote", remote), home=stranger
    )
    assert plan.json["unhealed"] == []
    repair(stick, stranger, "--remote", remote)
    assert stick.ref(OTHER).is_file()
    require_sound(stick, stranger)


KINDS = ("filez", "dirtree", "dirmeta", "commit")


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        pytest.param(
            kind,
            change,
            marks=() if (kind, change) == ("filez", "flipped") else pytest.mark.thorough,
        )
        for kind in KINDS
        for change in ("gone", *CHANGES)
    ],
)
@pytest.mark.parametrize("source", [pytest.param("upstream", marks=pytest.mark.thorough), "stick"])
def test_objects(
    kind: str,
    change: str,
    source: str,
    good: Path,
    stick: Stick,
    remote: Path,
    stranger: Path,
) -> None:
    path = stick.path(stick.object(kind))
    {"gone": delete, **CHANGES}[change](path)
    given = ("--from", good) if source == "stick" else ("--remote", remote)
    done = repair(stick, stranger, *given)
    require_sound(stick, stranger)
    if source == "stick":
        assert sum(done.finished["sources"].values()) >= 1


@pytest.mark.parametrize("source", ["upstream", "stick"])
def test_signatures_lists_and_kit(
    source: str,
    good: Path,
    stick: Stick,
    remote: Path,
    stranger: Path,
    attacker: SigningKey,
) -> None:
    """Everything at once."""
    delete(stick.signatures(LOCALE))
    stick.sign(HELLO, attacker)
    delete(stick.signatures(METADATA))
    stick.partial(RUNTIME).touch()
    stick.ref("..foo").write_text(NOBODY)
    delete(stick.summary)
    flip_middle(stick.sub_summary)
    flip_middle(stick.upstream / "summary.sig")
    (stick.satchel / "journal.json").write_text("{}")
    (stick.root / "satchel/install.sh").write_text("rm -rf /\n")
    delete(stick.root / "satchel/START-HERE.html")
    folder = stick.root / "satchel/extra-data" / NOBODY
    folder.mkdir(parents=True)
    (folder / "x").write_text("x")
    given = ("--from", good) if source == "stick" else ("--remote", remote)
    repair(stick, stranger, *given)
    require_sound(stick, stranger)
    moved = [path.name for path in (stick.root / "satchel-moved-aside").iterdir()]
    assert any(name.endswith("..foo") for name in moved)
    assert any(name.endswith("-x") for name in moved)


def test_checksums_that_were_made_to_be_run(stick: Stick, remote: Path, stranger: Path) -> None:
    """They are what they were, so they are there afterwards, and not somebody's."""
    for path in (stick.root / "satchel/checksums").iterdir():
        path.chmod(0o555)
    assert {code for code, _ in verify(stick, stranger)} == {"kit-altered"}
    repair(stick, stranger, "--remote", remote)
    require_sound(stick, stranger)
    assert not (stick.root / "satchel-moved-aside").exists()


def test_what_nobody_has_is_named(stick: Stick, stranger: Path) -> None:
    name = stick.object("filez")
    delete(stick.path(name))
    done = repair(stick, stranger, check=1)
    [finding] = [
        each for each in done.finished["verify"]["findings"] if each["severity"] == "error"
    ]
    assert (finding["code"], finding["subject"]) == ("object-missing", str(name))
    assert finding["hint"]
    assert done.finished["upstream_error"] is None or done.finished["upstream_error"]["message"]


@pytest.mark.thorough
def test_a_damaged_source_heals_nothing(
    stick: Stick, good: Path, stranger: Path, tmp_path: Path
) -> None:
    other = copy_stick(good, tmp_path / "other")
    name = stick.object("filez")
    for each in (stick, other):
        flip_middle(each.path(name))
    done = repair(stick, stranger, "--from", other.root, check=1)
    assert done.finished["objects"] == 0
    assert ("object-corrupt", str(name)) in verify(stick, stranger)


def test_from_what_is_installed_here(stick: Stick, upstream: Upstream, stranger: Path) -> None:
    """Its repository has files as they are; they are packed again, and checked."""
    installation = Path(environment(stranger)["FLATPAK_USER_DIR"])
    repository = installation / "repo"
    subprocess.run(["ostree", f"--repo={repository}", "init", "--mode=bare-user-only"], check=True)
    subprocess.run(
        ["ostree", f"--repo={repository}", "pull-local", upstream.path, stick.commit(HELLO)],
        check=True,
        capture_output=True,
    )
    try:
        tree = stick.tree(HELLO)
        gone = [name for name in tree.values() if stick.path(name).exists()]
        for name in gone:
            stick.path(name).unlink(missing_ok=True)
        done = repair(stick, stranger)
        assert done.finished["sources"] == {str(repository): done.finished["objects"]}
        assert done.finished["objects"] > 3
        require_sound(stick, stranger)
    finally:
        shutil.rmtree(installation)


@pytest.mark.thorough
def test_an_app_that_upstream_no_longer_has(
    stick: Stick, good: Path, upstream: Upstream, stranger: Path, tmp_path: Path
) -> None:
    """It is healed from another stick, and stays."""
    later = upstream.copy(tmp_path / "later")
    later.remove(HELLO)
    later.update()
    remote = tmp_path / "later.flatpakrepo"
    remote.write_text(later.flatpakrepo(later.path.as_uri()))
    delete(stick.path(stick.object("dirtree")))
    repair(stick, stranger, "--remote", remote, "--from", good)
    assert stick.ref(HELLO).is_file()
    assert stick.path(stick.object("dirtree")).is_file()


def test_a_dry_run_writes_nothing(stick: Stick, stranger: Path) -> None:
    name = stick.object("filez")
    delete(stick.path(name))
    before = {path: path.stat().st_mtime_ns for path in stick.root.rglob("*")}
    done = satchel("repair", stick.root, TRUST, "--dry-run", "--json", home=stranger)
    assert done.json["ok"] is False
    assert {path: path.stat().st_mtime_ns for path in stick.root.rglob("*")} == before
    assert not stick.path(ObjectName(name.checksum, ObjectKind.FILE)).exists()


@pytest.mark.thorough
@pytest.mark.parametrize("name", LIES)
def test_every_lie_is_healed(
    name: str,
    stick: Stick,
    remote: Path,
    stranger: Path,
    upstream_key: SigningKey,
    attacker: SigningKey,
) -> None:
    """Whoever knows the source gets from it what the drive should have had."""
    LIES[name].tell(Placed(stick.root, ".ostree/repo", upstream_key, attacker))
    if name == "mode_that_is_none":
        # Somebody's repository, of a kind that Satchel does not know.
        repair(stick, stranger, "--remote", remote, check=6)
        return
    done = repair(stick, stranger, "--remote", remote, check=False)
    report = done.finished["verify"]
    assert report["ok"], [each for each in report["findings"] if each["severity"] == "error"]
