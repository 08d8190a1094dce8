"""Unsigned, and wanted all the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.satchel import satchel
from tests.servers import Exchange, HostileServer, replace, status
from tests.stick.hostile.changes import MORE, changed_index, flip, lost
from tests.stick.made_drive import MadeDrive, check_refusal
from tests.upstream import Upstream, host_arch

HELLO = f"app/org.test.Hello/{host_arch()}/stable"
RUNTIME = f"runtime/org.test.Platform/{host_arch()}/1"

pytestmark = pytest.mark.slow


def test_unsigned_upstream(
    default_upstream: Upstream, hostile: Callable[[Path], HostileServer], tmp_path: Path
) -> None:
    web = hostile(default_upstream.path)

    def unsigned(exchange: Exchange) -> None:
        hit = exchange.path.endswith((".sig", ".commitmeta"))
        (status("404 Not Found") if hit else Exchange.good)(exchange)

    web.everything = unsigned
    drive, home = tmp_path / "drive", tmp_path / "home"
    drive.mkdir()
    choice: tuple[str | Path, ...] = (drive, "org.test.Hello", RUNTIME, "--remote", web.url)
    done = satchel("make", "--json", *choice, home=home, check=5)
    check_refusal(done, 5)
    assert list(drive.iterdir()) == []

    choice = (*choice, "--allow-unsigned")
    plan = satchel("plan", "--json", *choice, home=home).json
    assert "unsigned" in json.dumps(plan)
    assert "NOT SIGNED" in satchel("plan", *choice, home=home).stdout
    finished = satchel("make", "--json", *choice, home=home).finished
    assert finished["ok"]
    assert "NOT SIGNED" in satchel("make", *choice, home=home).stdout

    shown = satchel("inspect", "--json", drive, home=home).json
    (carried,) = shown["collections"]
    assert carried["unsigned"]
    # Clients refuse a collection that has no key.
    assert carried["id"] == f"remote:{carried['remote']}"
    assert finished["unsigned"] == [carried["remote"]]
    assert "NOT SIGNED" in satchel("inspect", drive, home=home).stdout
    # Whoever checks it later has accepted nothing.
    report = satchel("verify", "--json", drive, home=home, check=1).json
    (unvouched,) = [each for each in report["findings"] if each["severity"] == "error"]
    assert unvouched["code"] == "unvouched"
    assert "org.test.Hello" in unvouched["message"]
    # And a runtime, if that was chosen itself.
    assert report["unsigned_apps"] == [HELLO, RUNTIME]
    assert "nobody vouches for" in satchel("verify", drive, home=home, check=1).stdout


def test_allow_unsigned_allows_nothing_that_is_wrong(made_drive: MadeDrive) -> None:
    """A bad signature is worse than none."""
    changed_index(flip)(made_drive)
    made_drive.refused(5, MORE, "--allow-unsigned")
    made_drive.web.always.clear()
    lost("commitmeta", replace(flip))(made_drive)
    made_drive.refused(5, MORE, "--allow-unsigned")
