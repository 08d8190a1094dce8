"""What an offline computer needs of remotes without a collection ID is known by their addresses."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.satchel import satchel
from tests.servers import Server
from tests.stick.damage import HELLO
from tests.stick.installer.running import run
from tests.stick.receiving.computers import Computer
from tests.upstream import Upstream

pytestmark = pytest.mark.thorough


def test_an_update_comes_for_a_computer(nameless: Upstream, tmp_path: Path) -> None:
    upstream = nameless.copy(tmp_path / "upstream")
    drive, home = tmp_path / "drive", tmp_path / "home"
    remotes = home / ".config/satchel/remotes"
    for place in (drive, remotes):
        place.mkdir(parents=True)
    with Server(upstream.path) as server:
        (remotes / "up.flatpakrepo").write_text(upstream.flatpakrepo(server.url))
        satchel("make", drive, "up:org.test.Hello", "--yes", home=home)
        computer = Computer(tmp_path / "computer")
        run(computer, drive)
        subprocess.run(
            ["sh", drive / "satchel/needs.sh"], env=computer.client.environment, check=True
        )
        newer = upstream.bump(HELLO)
        upstream.update()
        (needs,) = (drive / "satchel/needs").iterdir()
        shutil.copy(needs, tmp_path / "needs.json")
        plan = satchel("plan", drive, "--needs", tmp_path / "needs.json", "--json", home=home).json
    (gets,) = plan["computers"]
    assert [(get["ref"], get["update"]) for get in gets["gets"]] == [(HELLO, True)]
    assert not any("remote:" in str(remark) for remark in gets["remarks"])
    assert {item["commit"] for item in plan["items"] if item["ref"] == HELLO} == {newer}
