"""What a check says of a stick, and what the real flatpak then does with it: the promise.

"Sound" has to mean that clients, offline, install all that is there and exactly as upstream signed
it; whatever brings them anything else, or nothing, is an error with a code that fits; and nobody
is warned of a stick on which nothing is wrong.

A situation is a lie (`tests.stick.lies`), the place of the repository that tells it, whose key the
person knows who checks the stick, and who installs. Each lie is tried at each place, with each
person and with each client, but not all of them with all: that is for ``packaging/test
thorough``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.gpg import SigningKey
from tests.stick.damage import HELLO, run
from tests.stick.installing import SOMEBODY, SYSTEM, USER, Installed, Installer, outcome
from tests.stick.lies import FORGED, GENUINE, LIES, Lie, ask, export
from tests.stick.placed import Placed
from tests.upstream import Upstream

pytestmark = pytest.mark.slow

FIRST, ITSELF, BESIDE = ".ostree/repo", "itself", "beside"
PLACES = (FIRST, "ostree/repo", ".ostree/repos.d/x", ITSELF, BESIDE)
"""Where the repository is; or it is what is named, or a good one is there as well."""

KNOWN, UNKNOWN, NONE, TRUSTING = "known", "unknown", "none", "trusting"
"""Whose key: this computer knows it, only the drive has it, nobody does, or the drive's counts."""

Make = Callable[[str], tuple[Placed, Path]]
"""Place → a good stick there, and what people name."""


@pytest.fixture(scope="module")
def genuine(installer: Installer, good: Path, upstream: Upstream) -> Installed:
    installed = installer.install(USER, good)
    assert set(installed) <= set(upstream.refs)
    assert {ref: commit for ref, (commit, _) in installed.items()} == {
        ref: upstream.refs[ref] for ref in installed
    }
    return installed


@pytest.fixture
def place(
    reachable: Path, good: Path, upstream_key: SigningKey, attacker: SigningKey
) -> Iterator[Make]:
    with tempfile.TemporaryDirectory(dir=reachable) as directory:
        os.chmod(directory, 0o755)
        made = 0

        def make(where: str) -> tuple[Placed, Path]:
            nonlocal made
            made += 1
            root = Path(directory, str(made))
            subprocess.run(["cp", "-r", "--reflink=auto", good, root], check=True)
            path = {ITSELF: FIRST, BESIDE: "ostree/repo"}.get(where, where)
            _move(root, path, stay=where == BESIDE)
            stick = Placed(root, path, upstream_key, attacker)
            return stick, stick.repo if where == ITSELF else root

        yield make


def _move(root: Path, path: str, *, stay: bool) -> None:
    """As ``make --destination-repo`` would have made it."""
    if path == FIRST:
        return
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    if stay:
        shutil.copytree(root / FIRST, root / path)
        return
    (root / FIRST).rename(root / path)
    listed = root / "satchel/contents.tsv"
    listed.write_text(listed.read_text().replace(f"repo\t{FIRST}\n", f"repo\t{path}\n"))


def _keyless(stick: Placed) -> None:
    for path in (*stick.root.rglob("*.flatpakrepo"),):
        path.unlink()


def judge(target: Path, home: Path, *options: str) -> dict[str, Any]:
    status, said = run(home, "verify", target, "--json", *options)
    report: dict[str, Any] = json.loads(said)
    assert report["ok"] is (status == 0)
    assert report["ok"] is not any(finding["severity"] == "error" for finding in report["findings"])
    return report


def codes(report: dict[str, Any], severity: str = "error") -> set[str]:
    return {finding["code"] for finding in report["findings"] if finding["severity"] == severity}


def check_verdict(
    told: Lie, stick: Placed, target: Path, person: str, friend: Path, stranger: Path
) -> None:
    """The person is told what is wrong, and by nobody that all is well."""
    home = friend if person == KNOWN else stranger
    if person == NONE:
        _keyless(stick)
    report = judge(target, home, *(["--trust-drive-keys"] if person == TRUSTING else []))
    expected = set(told.codes)
    if person != KNOWN and told.unknown is not None:
        expected = set(told.unknown)
    if person == NONE and told.signed:
        expected = set()
    if person in (UNKNOWN, NONE) and "repo-invalid" not in expected:
        expected.add("unvouched")
    if told.warned:
        assert told.codes <= codes(report, "warning")
        return
    assert expected <= codes(report), report["findings"]
    assert not report["ok"] or not expected


# ---- Nothing is wrong


@pytest.mark.parametrize("where", PLACES)
def test_nobody_is_warned_of_a_good_stick(
    place: Make,
    installer: Installer,
    genuine: Installed,
    friend: Path,
    stranger: Path,
    where: str,
) -> None:
    stick, target = place(where)
    for home, options in ((friend, ()), (stranger, ("--trust-drive-keys",))):
        report = judge(target, home, *options)
        assert report["findings"] == []
        assert report["ok"]
    assert codes(judge(target, stranger)) == {"unvouched"}
    for kind in (USER, SYSTEM, SOMEBODY):
        assert outcome(installer.install(kind, target), genuine) == GENUINE, installer.said
    _keyless(stick)
    assert "unvouched" in codes(judge(target, stranger))


def test_what_clients_pass_over_is_no_error(
    place: Make, installer: Installer, genuine: Installed, friend: Path
) -> None:
    """Forged or broken, and nobody who installs from the stick ever looks at it."""
    stick, target = place(FIRST)
    commit, name = stick.commit(HELLO), stick.tree(HELLO)["/files/share/big"]
    stick.ostree("static-delta", "generate", "--empty", f"--to={commit}")
    for path in (stick.repo / "deltas").rglob("*"):
        if path.is_file():
            path.write_bytes(b"forged")
    stick.config("tombstone-commits=true\nenable-uncompressed-cache=true\n")
    cache = f"uncompressed-objects-cache/{name.path}"
    for other in (cache, f"objects/{name.path}", f"objects/{commit[:2]}/{commit[2:]}.commit"):
        path = stick.repo / other
        path.parent.mkdir(parents=True, exist_ok=True)
        for ending in (".file", ".payload-link", ".tombstone-commit", ".commit2"):
            path.with_suffix(ending).write_bytes(b"forged")
    shutil.rmtree(stick.repo / "state")
    (stick.repo / ".lock").unlink()
    (stick.repo / ".lock").mkdir()
    (stick.repo / "summary.sig").write_bytes(b"forged")
    places = stick.root / ".ostree/repos.d"
    places.mkdir()
    (places / "file").write_text("forged")
    os.mkfifo(places / "pipe")
    report = judge(target, friend)
    assert report["ok"], report["findings"]
    assert codes(report, "warning") == {"foreign-content"}
    assert outcome(installer.install(USER, target), genuine) == GENUINE


@pytest.mark.parametrize("missing", ["tmp", "refs/heads", "refs/remotes"])
def test_an_empty_directory_that_a_copy_lacks(
    place: Make, installer: Installer, friend: Path, missing: str
) -> None:
    """libostree makes the first where it may, and ends without the others."""
    stick, target = place(FIRST)
    shutil.rmtree(stick.repo / missing)
    assert codes(judge(target, friend)) == {"repo-invalid"}
    if missing == "tmp":
        assert installer.install(SOMEBODY, target) == {}
    else:
        fsck = ["ostree", "fsck", f"--repo={stick.repo}"]
        assert subprocess.run(fsck, capture_output=True, check=False).returncode
    assert run(friend, "repair", target, "--yes", "--trust-drive-keys")[0] == 0
    assert not codes(judge(target, friend))
    if missing == "tmp":
        assert installer.install(SOMEBODY, target)
    else:
        subprocess.run(fsck, capture_output=True, check=True)


def test_a_name_that_an_app_may_own(place: Make, installer: Installer, friend: Path) -> None:
    stick, target = place(FIRST)
    service = b"[D-BUS Service]\nName=org.test.Mine.Too\nExec=start\n"
    export(stick, "dbus-1/services/org.test.Mine.Too.service", service)
    ask(stick, "[Session Bus Policy]\norg.test.Mine.*=own\norg.test.Friend=talk\n")
    commit, _ = installer.install(USER, target)[HELLO]
    assert commit == stick.commit(HELLO)
    assert "metadata-mismatch" not in codes(judge(target, friend))


@pytest.mark.parametrize("way", [".ostree/repos.d/.hidden", "by links"])
def test_a_forgery_where_clients_look_as_well(
    place: Make, installer: Installer, genuine: Installed, friend: Path, way: str
) -> None:
    stick, target = place(FIRST)
    (stick.root / ".ostree/repos.d").mkdir()
    if way == "by links":
        (stick.root / "link").symlink_to("deep")
        (stick.root / ".ostree/repos.d/x").symlink_to("../../link/.")
        way = "deep"
    shutil.copytree(stick.repo, stick.root / way)
    Placed(stick.root, way, stick.key, stick.attacker).rewrite(HELLO, stick.attacker)
    assert outcome(installer.install(USER, target), genuine) == FORGED
    findings = judge(target, friend)["findings"]
    assert ("commit-bad-signature", way) in {
        (finding["code"], finding.get("repository")) for finding in findings
    }


# ---- Something is


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_told_from_the_truth(
    place: Make,
    installer: Installer,
    genuine: Installed,
    friend: Path,
    stranger: Path,
    name: str,
) -> None:
    """At the usual place, and at one other."""
    told = LIES[name]
    where = PLACES[1 + list(LIES).index(name) % (len(PLACES) - 1)]
    stick, target = place(FIRST)
    told.tell(stick)
    with ThreadPoolExecutor() as pool:
        kinds = (USER, SYSTEM)
        installations = list(pool.map(lambda kind: installer.install(kind, target), kinds))
    assert [outcome(installed, genuine, stick.published) for installed in installations] == [
        told.flatpak
    ] * 2
    for person in (KNOWN, UNKNOWN, NONE):
        check_verdict(told, stick, target, person, friend, stranger)
    stick, target = place(where)
    told.tell(stick)
    check_verdict(told, stick, target, KNOWN, friend, stranger)


@pytest.mark.thorough
@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("name", LIES)
def test_a_lie_in_every_situation(
    place: Make,
    installer: Installer,
    genuine: Installed,
    friend: Path,
    stranger: Path,
    name: str,
    where: str,
) -> None:
    told = LIES[name]
    stick, target = place(where)
    told.tell(stick)
    for kind in (USER, SYSTEM, SOMEBODY):
        made = outcome(installer.install(kind, target), genuine, stick.published)
        if where != BESIDE and kind != SOMEBODY:
            assert made == told.flatpak
    for person in (KNOWN, TRUSTING, UNKNOWN, NONE):
        check_verdict(told, stick, target, person, friend, stranger)
