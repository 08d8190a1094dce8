"""systemd's units: what systemd itself says of them, and that they are off."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

from tests.packages.files import PACKAGING, output

UNITS = PACKAGING / "units"
NAME = "satchel-watch.service"
SCOPES = ("system", "user")


def unit(scope: str) -> str:
    return (UNITS / scope / NAME).read_text("utf-8")


@pytest.mark.parametrize("scope", SCOPES)
def test_systemd_understands_them(scope: str, tmp_path: Path) -> None:
    """Nothing is said, in particular of words that it would ignore."""
    file = tmp_path / NAME
    # It looks whether the command is there.
    file.write_text(unit(scope).replace("/usr/bin/satchel", "/usr/bin/env"))
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}

    said = output("systemd-analyze", "verify", "--man=no", f"--{scope}", file, env=environment)

    assert said == ""


def test_the_systems_may_do_little() -> None:
    said = output(
        *("systemd-analyze", "security", "--offline=yes", "--no-pager"), UNITS / "system" / NAME
    )

    exposure = re.search(r"exposure level for \S+: ([\d.]+)", said)
    assert exposure is not None
    assert float(exposure[1]) <= 2.0


@pytest.mark.parametrize("scope", SCOPES)
def test_each_watches_for_its_own(scope: str) -> None:
    assert f"\nExecStart=/usr/bin/satchel watch --{scope}\n" in unit(scope)


@pytest.mark.parametrize(
    ("scope", "options", "wants"),
    [("system", (), "multi-user.target.wants"), ("user", ("--global",), "default.target.wants")],
)
def test_they_are_turned_on_and_off(
    scope: str, options: tuple[str, ...], wants: str, tmp_path: Path
) -> None:
    place = tmp_path / "usr/lib/systemd" / scope
    place.mkdir(parents=True)
    (place / NAME).write_text(unit(scope))
    systemctl = ("systemctl", f"--root={tmp_path}", *options)

    output(*systemctl, "enable", NAME)
    assert (tmp_path / "etc/systemd" / scope / wants / NAME).is_symlink()
    output(*systemctl, "disable", NAME)
    assert not (tmp_path / "etc/systemd" / scope / wants / NAME).is_symlink()


@pytest.mark.parametrize("mode", [0o755, 0o777])
def test_flatpaks_own_directory_stays_as_flatpak_wants_it(mode: int, tmp_path: Path) -> None:
    place = tmp_path / "usr/lib/tmpfiles.d"
    place.mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    ours = UNITS / "tmpfiles.d/satchel.conf"
    (place / ours.name).write_bytes(ours.read_bytes())
    if mode == 0o777:
        flatpaks = "D /run/flatpak/sideload-repos 0777 - - -\n"
        (place / "flatpak-sideload-repos.conf").write_text(flatpaks)

    # As the unit does.
    command = re.search(r"ExecStartPre=\+/usr/bin/(\S+) (.*)", unit("system"))
    assert command is not None
    subprocess.run(
        [command[1], f"--root={tmp_path}", *command[2].split()], check=True, capture_output=True
    )

    made = (tmp_path / "run/flatpak/sideload-repos").stat()
    assert stat.S_IMODE(made.st_mode) == mode
