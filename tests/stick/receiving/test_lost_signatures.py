"""What a drive has without its signature, though its source signs: a person may want it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind, ObjectName
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import satchel
from tests.stick.installer.running import run
from tests.stick.makers import REPO, make
from tests.stick.nameless.conftest import fill
from tests.stick.nameless.sticks import HELLO, LOCALE, OTHER, RUNTIME
from tests.stick.receiving.computers import Computer
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow


def without_signature(upstream: Upstream, *refs: str) -> None:
    for ref in refs:
        name = ObjectName(upstream.refs[ref], ObjectKind.COMMITMETA)
        (upstream.path / "objects" / name.path).unlink()


def drive_without(
    place: Path, key: SigningKey, *refs: str, collection: str = COLLECTION
) -> tuple[Path, Upstream]:
    """A drive with Hello and Other, of which these are not signed."""
    upstream = kept_upstream(place / "upstream", key, fill, collection)
    without_signature(upstream, *refs)
    words = ("org.test.Hello", "org.test.Other", "--allow-unsigned")
    make(upstream, place / "stick", *words, home=place / "home")
    return place / "stick", upstream


@pytest.mark.parametrize(
    "lost",
    [
        (OTHER,),
        (RUNTIME, LOCALE),
        pytest.param((RUNTIME,), marks=pytest.mark.thorough),
        pytest.param((HELLO, OTHER, LOCALE, RUNTIME), marks=pytest.mark.thorough),
    ],
)
def test_it_is_installed_for_who_agrees(
    computer: Computer, upstream_key: SigningKey, tmp_path: Path, lost: tuple[str, ...]
) -> None:
    drive, upstream = drive_without(tmp_path, upstream_key, *lost)
    plan = json.loads(computer.receive(drive, "--dry-run", "--json", check=5).stdout)
    assert plan["unsigned"] == [COLLECTION]
    dependent = {HELLO, OTHER} if RUNTIME in lost else set()
    refused = {each["ref"]: each["refusal"]["kind"] for each in plan["refs"] if each["refusal"]}
    affected = {HELLO, OTHER} if HELLO in lost else {*lost, *dependent}
    assert refused == dict.fromkeys(affected, "unsigned")

    said = computer.receive(drive, "--yes", check=5).stdout
    assert "its signature is missing" in said
    assert f"from {COLLECTION}. To install it all the same: --allow-unsigned" in said
    assert affected.isdisjoint(computer.installed())

    computer.receive(drive, "--yes", "--allow-unsigned")
    assert {HELLO, OTHER, *lost} <= computer.installed().keys()
    assert computer.installed().items() <= upstream.refs.items()
    assert computer.untouched()
    # What is here already nobody has to agree to.
    again = computer.receive(drive, "--yes").stdout
    assert "Already there" in again


def test_one_that_is_signed_wins(
    computer: Computer, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """Also over a newer one."""
    signed, _ = drive_without(tmp_path / "signed", upstream_key)
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, fill, COLLECTION)
    old = upstream.refs[OTHER]
    upstream.bump(OTHER)
    upstream.update()
    without_signature(upstream, OTHER)
    newer = tmp_path / "newer"
    make(upstream, newer, "org.test.Other", "--allow-unsigned", home=tmp_path / "home")
    computer.receive(signed, newer, "--yes", "--allow-unsigned", "org.test.Other")
    assert computer.installed()[OTHER] == old


def test_an_app_without_a_collection_on_such_a_runtime(
    upstream_key: SigningKey, tmp_path: Path
) -> None:
    """The runtime is sideloaded, and the app comes through a view."""
    base, upstream = drive_without(tmp_path, upstream_key, RUNTIME)

    def fill_apps(apps: Upstream) -> None:
        apps.add_app("org.test.Quiet")
        apps.update()

    quiet = kept_upstream(tmp_path / "quiet", upstream_key, fill_apps, "")
    make(quiet, base, "org.test.Quiet", "--allow-unsigned", home=tmp_path / "home", name="quiet")
    computer = Computer(tmp_path / "computer")
    computer.knows(upstream_key)
    key = upstream_key.fingerprint
    words = ("--yes", "--trust-key", key, "org.test.Quiet")
    said = computer.receive(base, *words, check=5).stdout
    assert "Its runtime" in said
    assert not computer.installed()
    computer.receive(base, *words, "--allow-unsigned")
    assert computer.installed()[RUNTIME] == upstream.refs[RUNTIME]
    assert len([ref for ref in computer.installed() if ref.startswith("app/")]) == 1


def test_a_source_that_signs_without_a_collection(upstream_key: SigningKey, tmp_path: Path) -> None:
    """flatpak takes nothing of it without a signature, so nobody is asked."""
    drive, upstream = drive_without(tmp_path, upstream_key, collection="")
    name = ObjectName(upstream.refs[OTHER], ObjectKind.COMMITMETA)
    (drive / REPO / "objects" / name.path).unlink()
    report = satchel("verify", drive, "--json", home=tmp_path / "home", check=1).json
    (found,) = (each for each in report["findings"] if each["severity"] == "error")
    assert found["code"] == "commit-unsigned"
    assert "flatpak installs it from no drive without its signature" in found["hint"]

    computer = Computer(tmp_path / "computer")
    words = ("--trust-key", upstream_key.fingerprint, "--yes")
    plan = json.loads(computer.receive(drive, *words, "--dry-run", "--json", check=5).stdout)
    assert plan["unsigned"] == []
    said = computer.receive(drive, *words, "--allow-unsigned", check=5).stdout
    assert "flatpak takes nothing without" in said
    assert OTHER not in computer.installed()
    assert HELLO in computer.installed()


@pytest.mark.parametrize(
    ("lost", "refused"),
    [
        ((OTHER,), {"org.test.Other"}),
        ((RUNTIME,), {"org.test.Hello", "org.test.Other"}),
        pytest.param((LOCALE,), set(), marks=pytest.mark.thorough),
    ],
)
def test_nobody_is_promised_what_flatpak_refuses(
    upstream_key: SigningKey, tmp_path: Path, lost: tuple[str, ...], refused: set[str]
) -> None:
    """The page, install.sh and a rehearsal say so, whatever is agreed to. What flatpak brings along
    it can do without."""
    home = tmp_path / "home"
    drive, upstream = drive_without(tmp_path, upstream_key, collection="")
    for ref in lost:
        name = ObjectName(upstream.refs[ref], ObjectKind.COMMITMETA)
        (drive / REPO / "objects" / name.path).unlink()
    satchel("repair", drive, "--yes", home=home, check=1)
    page = (drive / "satchel/START-HERE.html").read_text()
    assert ("but what cannot be installed (see below)" in page) is bool(refused)
    assert "--allow-unsigned" not in page
    assert page.count('<p class="unsigned"><span lang="en">Cannot be installed') == len(refused)
    report = satchel("verify", drive, "--json", home=home, check=1).json
    assert not {each["code"] for each in report["findings"] if each["code"].startswith("kit-")}

    computer = Computer(tmp_path / "computer")
    said = run(computer, drive, "--allow-unsigned", expect=int(bool(refused)))
    assert ("Cannot be installed:" in said) is bool(refused)
    assert {
        ref.split("/")[1] for ref in (HELLO, OTHER) if ref not in computer.installed()
    } == refused
    assert not set(lost) & computer.installed().keys()
    tried = satchel("rehearse", drive, home=home, check=int(bool(refused))).stdout
    assert tried.count("is missing, and flatpak takes nothing") == len(refused)


def test_a_plan_tells_a_list_from_what_it_lists(upstream_key: SigningKey, tmp_path: Path) -> None:
    """Whether the commits are signed only the job sees."""
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, fill, COLLECTION)
    for pattern in ("summary*.sig", "summaries/*.sig"):
        for path in upstream.path.glob(pattern):
            path.unlink()
    remote = tmp_path / "up.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    (tmp_path / "drive").mkdir()
    words = ("plan", tmp_path / "drive", "org.test.Hello", "--remote", remote, "--allow-unsigned")
    (planned,) = satchel(*words, "--json", home=tmp_path / "home").json["collections"]
    assert not planned["unsigned"]
    said = " ".join(satchel(*words, home=tmp_path / "home").stdout.split())
    assert "Its list is NOT SIGNED: nobody vouches that this is what it offers now." in said
    assert "nobody vouches for" not in said.lower()


@pytest.mark.parametrize("index", [True, pytest.param(False, marks=pytest.mark.thorough)])
def test_a_list_that_has_lost_its_signature(
    upstream_key: SigningKey, tmp_path: Path, *, index: bool
) -> None:
    """Of a collection, of which everything else is signed: flatpak refuses a drive with that list
    as the source itself, and sideloads."""
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, fill, COLLECTION)
    for pattern in ("summary*.sig", "summaries/*.sig", *(() if index else ("summary.idx",))):
        for path in upstream.path.glob(pattern):
            path.unlink()
    words = ("org.test.Hello", "org.test.Other", "--allow-unsigned")
    home, drive = tmp_path / "home", tmp_path / "stick"
    done = make(upstream, drive, *words, home=home)
    assert "the list of Test upstream is not signed" in done.said
    # All that it lists is signed, and is called so.
    assert done.finished["unsigned"] == []
    assert "obody vouches for" not in done.said
    (shown,) = satchel("inspect", drive, "--json", home=home).json["collections"]
    assert not shown["unsigned"]
    assert "Vouched for" not in satchel("inspect", drive, home=home).stdout
    computer = Computer(tmp_path / "computer")
    run(computer, tmp_path / "stick")
    assert {HELLO, OTHER, RUNTIME, LOCALE} <= computer.installed().keys()
    assert computer.installed().items() <= upstream.refs.items()
    assert computer.untouched()


def test_no_drive_is_made_that_nobody_could_install(
    upstream_key: SigningKey, tmp_path: Path
) -> None:
    """What only came along stays away; what was asked for is refused."""
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, fill, "")
    without_signature(upstream, OTHER, LOCALE)
    words = ("org.test.Other", "--allow-unsigned")
    refused = make(upstream, tmp_path / "stick", *words, home=tmp_path / "home", check=5)
    assert "flatpak takes nothing of it" in refused.said
    words = ("org.test.Hello", "--allow-unsigned")
    finished = make(upstream, tmp_path / "stick", *words, home=tmp_path / "home").finished
    assert finished["verified"]
    assert [each["ref"] for each in finished["left_out"]] == [LOCALE]
