"""Container registries, as Fedora comes with: listed, and chosen from, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli.environment import read_environment
from app.flatpak.remotes.known import Known
from app.stick.environment import Environment
from tests.build_contents import PLATFORM
from tests.registry import RegistryServer
from tests.satchel import environment, satchel
from tests.upstream import Upstream

CONFIG = """\
[remote "fedora"]
url=oci+https://registry.example.org
[remote "fedora-testing"]
url=oci+https://registry.example.org#testing
"""


@pytest.fixture
def computer(tmp_path: Path) -> Environment:
    described = read_environment(environment(tmp_path))
    repo = tmp_path / "system/repo"
    repo.mkdir()
    (repo / "config").write_text(CONFIG)
    return described


def told(known: Known) -> list[str]:
    return [str(notice.message) for notice in known.notices]


def test_registries_are_no_news(computer: Environment) -> None:
    known = computer.known_remotes()
    assert [registry.name for registry in known.registries] == ["fedora", "fedora-testing"]
    assert told(known) == []


def test_registries_are_listed(computer: Environment, tmp_path: Path) -> None:
    assert told(computer.known_remotes()) == []
    said = satchel("remotes", home=tmp_path).stdout
    assert "fedora  fedora  (container registry)\n    oci+https://registry.example.org\n" in said
    assert "    oci+https://registry.example.org#testing\n" in said


@pytest.mark.parametrize("way", ["named", "main", "address"])
def test_apps_are_made_from_one(way: str, default_upstream: Upstream, tmp_path: Path) -> None:
    runtime = next(ref for ref in default_upstream.refs if ref.startswith(f"runtime/{PLATFORM}/"))
    with RegistryServer(tmp_path / "registry") as server:
        server.add(default_upstream, runtime)
        config = f'[remote "reg"]\nurl={server.url}\n'
        repo = tmp_path / "system/repo"
        repo.mkdir(parents=True)
        (repo / "config").write_text(config if way != "address" else "")
        drive = tmp_path / "drive"
        drive.mkdir()
        words = {
            "named": (f"reg:{PLATFORM}",),
            "main": (PLATFORM, "--remote", "reg"),
            "address": (PLATFORM, "--remote", server.url),
        }[way]
        made = satchel("make", drive, *words, "--yes", "--json", home=tmp_path)
    finished = json.loads(made.stdout.splitlines()[-1])
    assert finished["ok"]
    assert finished["refs"] == 1
    assert (drive / "satchel/oci/index.json").exists()
