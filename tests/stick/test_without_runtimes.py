"""Drives for computers that have the runtimes already: later jobs are about something else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import satchel
from tests.stick.makers import findings, make
from tests.upstream import Upstream, host_arch

RUNTIME = "runtime-missing"
APP = f"app/org.own.Near/{host_arch()}/stable"


def fill(upstream: Upstream) -> None:
    upstream.add_runtime("org.own.Platform", runnable=False)
    upstream.add_app("org.own.Near", runtime="org.own.Platform//1")
    upstream.add_app("org.own.Other", runtime="org.own.Platform//1")
    upstream.update()


@pytest.fixture
def drive(upstream_key: SigningKey, tmp_path: Path) -> Path:
    own = kept_upstream(tmp_path / "own", upstream_key, fill, "org.own.Apps")
    apps = "org.own.Near", "org.own.Other"
    home = tmp_path / "home"
    make(own, tmp_path / "drive", *apps, "--no-runtime", home=home, name="own")
    return tmp_path / "drive"


def told(finished: dict[str, Any]) -> dict[str, str]:
    found = finished["verify"]["findings"]
    return {each["subject"]: each["severity"] for each in found if each["code"] == RUNTIME}


def test_taking_an_app_off_is_no_failure(drive: Path, tmp_path: Path) -> None:
    done = satchel("remove", "--json", drive, "org.own.Other", home=tmp_path / "home")
    assert told(done.finished) == {APP: "warning"}


def test_another_app_is_no_failure(drive: Path, tmp_path: Path, default_upstream: Upstream) -> None:
    done = make(default_upstream, drive, "org.test.Other", home=tmp_path / "home")
    assert told(done.finished)[APP] == "warning"


def test_the_drive_does_not_excuse_itself(drive: Path, tmp_path: Path) -> None:
    assert APP in findings(drive, home=tmp_path / "home")[RUNTIME]


def test_whoever_asks_again_gets_the_runtime(
    drive: Path, tmp_path: Path, upstream_key: SigningKey
) -> None:
    own = kept_upstream(tmp_path / "again", upstream_key, fill, "org.own.Apps")
    done = make(own, drive, "org.own.Near", home=tmp_path / "home", name="own")
    assert told(done.finished) == {}
    assert RUNTIME not in findings(drive, home=tmp_path / "home")
