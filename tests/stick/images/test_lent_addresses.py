"""The address of a source leads to the drive no longer than what is of it takes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.registry import RegistryServer
from tests.satchel import satchel
from tests.servers import Server
from tests.stick.installer.running import run
from tests.stick.receiving.computers import Computer
from tests.upstream import Upstream

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

# What a flatpak says and does that takes images; the real one does all else.
_NEWER = """#!/bin/sh
case "$*" in
    --version) echo Flatpak 1.18.0 ;;
    install*--sideload-repo=oci:*) cp "{config}" "$0.config" ;;
    *) exec /usr/bin/flatpak "$@" ;;
esac
"""


def test_images_are_installed_when_it_is_back(
    upstream: Upstream, server: RegistryServer, tmp_path: Path
) -> None:
    """They may take long, and if the power goes meanwhile, nothing has to be put right."""
    home, drive, programs = tmp_path / "home", tmp_path / "drive", tmp_path / "bin"
    for directory in (home, drive, programs):
        directory.mkdir()
    upstream.update()
    remote = tmp_path / "up.flatpakrepo"
    with Server(upstream.path) as online:
        url = online.url
        remote.write_text(upstream.flatpakrepo(url))
        satchel("make", "--json", drive, "org.test.Paint", "--remote", remote, home=home)
        words = ("org.test.Notes", "--remote", server.url)
        satchel("make", "--json", drive, *words, home=home)
    computer = Computer(tmp_path / "computer")
    config = computer.installation / "repo/config"
    (programs / "flatpak").write_text(_NEWER.format(config=config))
    (programs / "flatpak").chmod(0o755)
    path = f"{programs}:{os.environ['PATH']}"
    run(computer, drive, "--allow-unsigned", expect=1, PATH=path)
    assert "app/org.test.Paint" in " ".join(computer.installed())
    meanwhile = (programs / "flatpak.config").read_text()
    assert f"\nurl={url}\n" in meanwhile
    assert "satchel" not in meanwhile
