"""An ordinary user installs for everyone: flatpak's helper does it, and polkit says who may."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.satchel import command
from tests.stick.damage import HELLO, OTHER
from tests.stick.install_sh.computers import NOBODY
from tests.stick.receiving.computers import SYSTEM, URL, Computer
from tests.stick.receiving.helper import system_helper
from tests.upstream import Upstream

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


@pytest.fixture
def place() -> Iterator[Path]:
    """Where somebody who is not root gets at everything."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_somebody_installs_for_everyone(
    good: Path, upstream: Upstream, upstream_key: SigningKey, place: Path
) -> None:
    stick = Path(shutil.copytree(good, place / "stick", symlinks=True))
    computer = Computer(place / "computer", SYSTEM)
    computer.knows(upstream_key)
    computer.home.mkdir(exist_ok=True)
    variables = computer.variables
    own = [
        computer.home,
        *(computer.client.directory / name for name in ("home", "user", "runtime", "tmp")),
    ]
    for path in own:
        subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", path], check=True)
    computer.client.directory.chmod(0o755)
    for name in ("system", "config", "run"):
        (computer.client.directory / name).chmod(0o755)
    places = {name: variables[name] for name in variables if name.startswith("FLATPAK_")}
    with system_helper(place / "helper", places) as address:
        done = subprocess.run(
            ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
             # Satchel's Python may lie where only root can read.
             "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search",
             *command("receive", stick, SYSTEM)],
            env={**variables, "DBUS_SYSTEM_BUS_ADDRESS": address},
            cwd=computer.home, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert computer.installed()[HELLO] == upstream.refs[HELLO]
    assert computer.installed()[OTHER] == upstream.refs[OTHER]
    assert computer.untouched()
    assert f"\nurl={URL}\n" in computer.config
    assert (computer.installation / "repo/config").stat().st_uid == os.geteuid()
