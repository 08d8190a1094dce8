"""The demo: with and without flatpak."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.satchel import satchel


def everything_below(*roots: Path) -> set[Path]:
    return {path for root in roots for path in root.rglob("*") if path.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("with_flatpak", [True, False])
def test_demo(tmp_path: Path, with_flatpak: bool) -> None:
    home = tmp_path / "home"
    home.mkdir()
    if with_flatpak:
        path = os.environ["PATH"]
    else:
        tools = tmp_path / "tools"
        tools.mkdir()
        for name in ("gpg", "gpgconf", "gpg-agent", "gpgv"):
            program = shutil.which(name)
            if program is not None:
                (tools / name).symlink_to(program)
        path = str(tools)
    done = satchel("demo", home=home, env={"PATH": path})
    said = done.stdout
    assert "Sound (" in said
    if with_flatpak:
        assert "install.sh: 1 of 1 apps install." in said
        assert "It was started, and said: Atlas: hello from the stick" in said
    else:
        assert "flatpak is not installed here" in said
    finished = satchel("demo", "--json", home=home, env={"PATH": path}).finished
    assert finished["ok"] is True
    assert (finished["rehearsal"] is not None) is with_flatpak
    # Nothing stays: no files of its own or in the home, no processes.
    assert everything_below(home) == set()
    assert not list((home / "tmp").iterdir())
    for process in Path("/proc").glob("[0-9]*/environ"):
        try:
            text = process.read_bytes()
        except OSError:
            continue
        assert os.fsencode(home) not in text, (process.parent / "cmdline").read_bytes()
