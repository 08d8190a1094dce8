"""``satchel repair`` with sources that lie or go, an upstream that goes, and a drive that fills up.

Whatever happens, what could be installed before can be installed still, and the next run goes on.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from tests.ostree.web import Exchange, Hangup, Web
from tests.satchel import Done, satchel
from tests.stick.damage import HELLO, OTHER, Stick, copy_stick, delete, flip_middle, verify
from tests.upstream import Upstream
from tests.volumes import mounted

pytestmark = pytest.mark.slow

TRUST = "--trust-drive-keys"


def repair(stick: Stick, home: Path, *words: str | Path, check: int | bool = True) -> Done:
    return satchel("repair", stick.root, TRUST, "--json", *words, home=home, check=check)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Of somebody who has kept nothing."""
    path = tmp_path / "home"
    path.mkdir()
    return path


def files_of(stick: Stick, ref: str) -> list[Path]:
    return [stick.path(name) for name in stick.tree(ref).values()]


@pytest.mark.thorough
def test_a_source_that_lies(good: Path, stick: Stick, home: Path, tmp_path: Path) -> None:
    """It has something else under each name, and nothing of it is taken."""
    liar = copy_stick(good, tmp_path / "liar")
    other = liar.path(liar.tree(OTHER)["/files/bin/start"]).read_bytes()
    names = [name for path, name in stick.tree(HELLO).items() if path]
    for name in names:
        delete(stick.path(name)) if stick.path(name).exists() else None
        if liar.path(name).exists():
            liar.path(name).write_bytes(other)
    done = repair(stick, home, "--from", liar.root, check=1)
    assert done.finished["objects"] == 0
    taken = {path.name for path in (stick.repo / "objects").glob("*/*") if path.is_file()}
    assert not any(name.path.split("/")[1] in taken for name in names)
    # Another that is honest mends it, though it is asked last.
    assert repair(stick, home, "--from", liar.root, "--from", good).finished["ok"]
    assert verify(stick, home) == set()


@pytest.mark.thorough
def test_signatures_that_lie(good: Path, stick: Stick, home: Path, tmp_path: Path) -> None:
    """Those of another commit are no better than none."""
    liar = copy_stick(good, tmp_path / "liar")
    shutil.copy(liar.signatures(OTHER), liar.signatures(HELLO))
    delete(stick.signatures(HELLO))
    repair(stick, home, "--from", liar.root, check=1)
    assert ("commit-unsigned", HELLO) in verify(stick, home)
    assert repair(stick, home, "--from", liar.root, "--from", good).finished["ok"]


@pytest.mark.thorough
def test_upstream_goes_in_the_middle(
    stick: Stick, upstream: Upstream, home: Path, tmp_path: Path
) -> None:
    """What has come stays, and what was there stays installable."""
    gone = threading.Event()
    with_files = 0

    def go(exchange: Exchange) -> None:
        nonlocal with_files
        if exchange.path.endswith(".filez"):
            with_files += 1
            if with_files > 2:
                gone.set()
        if gone.is_set():
            raise Hangup
        exchange.good()

    web = Web(upstream.path)
    web.everything = go
    remote = tmp_path / "test.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(web.url))
    for path in files_of(stick, HELLO):
        path.unlink(missing_ok=True)
    try:
        done = repair(stick, home, "--remote", remote, check=False)
        assert done.returncode in (1, 4), done.said[-1000:]
        report = verify(stick, home)
        assert not {subject for code, subject in report if code.startswith("ref-")}
        web.everything = None
        assert repair(stick, home, "--remote", remote).finished["ok"]
        assert verify(stick, home) == set()
    finally:
        web.close()


@pytest.mark.thorough
def test_a_source_half_of_which_cannot_be_read(
    good: Path, stick: Stick, upstream: Upstream, home: Path, tmp_path: Path
) -> None:
    """As of a drive that fails: the rest comes from the next one."""
    source = copy_stick(good, tmp_path / "source")
    for path in files_of(stick, HELLO):
        if path.suffix == ".filez":
            path.unlink(missing_ok=True)
    remote = tmp_path / "test.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    files = sorted({path for path in files_of(source, HELLO) if path.suffix == ".filez"})
    for path in files[::2]:
        path.unlink()
        path.mkdir()
    done = repair(stick, home, "--from", source.root, "--remote", remote)
    assert sum(done.finished["sources"].values()) == len(files[1::2])
    assert done.finished["ok"]
    assert verify(stick, home) == set()


@pytest.mark.devices
@pytest.mark.thorough
def test_the_drive_fills_up(good: Path, upstream: Upstream, home: Path, tmp_path: Path) -> None:
    """It is said, nothing is worse, and with room the same command goes on."""
    remote = tmp_path / "test.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    with mounted("ext4", tmp_path / "images") as drive:
        subprocess.run(["cp", "-a", f"{good}/.", drive], check=True)
        stick = Stick(drive)
        flip_middle(stick.path(stick.object("filez")))
        flip_middle(stick.sub_summary)
        before = {code for code, _ in verify(stick, home)}
        with open(drive / "filler", "wb", buffering=0) as file:
            piece = 1 << 20
            while piece >= 512:
                try:
                    written = file.write(bytes(piece))
                except OSError:
                    written = 0
                if not written:
                    piece //= 2
            os.fsync(file.fileno())
        done = repair(stick, home, "--remote", remote, "--from", good, check=False)
        assert done.returncode in (0, 3), done.said[-1000:]
        if done.returncode:
            assert {code for code, _ in verify(stick, home)} <= before | {
                *("journal-left", "orphan-objects", "object-missing", "commit-partial"),
            }
        (drive / "filler").unlink()
        assert repair(stick, home, "--remote", remote, "--from", good).finished["ok"]
        assert verify(stick, home) <= {("orphan-objects", "objects")}
