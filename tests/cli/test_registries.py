"""Container registries, as Fedora comes with: told once, by command and window."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli.environment import read_environment
from app.flatpak.remotes.known import Known
from app.stick.environment import Environment
from tests.satchel import environment, satchel

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


def test_registries_are_told_once(computer: Environment) -> None:
    known = computer.known_remotes()
    assert [registry.name for registry in known.registries] == ["fedora", "fedora-testing"]
    assert told(known) == []
    assert told(computer.known_with_news()) == [
        "Left out container registries: fedora (oci+https://registry.example.org), "
        "fedora-testing (oci+https://registry.example.org)."
    ]
    assert told(computer.known_with_news()) == []
    assert computer.news(known) == ()


def test_registries_are_listed_and_refused_by_name(computer: Environment, tmp_path: Path) -> None:
    assert told(computer.known_remotes()) == []
    said = satchel("remotes", home=tmp_path).stdout
    assert "fedora  (oci+https://registry.example.org)\n    a container registry" in said
    (tmp_path / "drive").mkdir()
    refused = satchel("plan", tmp_path / "drive", "fedora:org.x.Y", home=tmp_path, check=2).stderr
    assert "“fedora” is a container registry" in refused
    assert "another publisher's" in refused


def test_another_registry_is_news(computer: Environment, tmp_path: Path) -> None:
    assert len(computer.news(computer.known_remotes())) == 1
    with open(tmp_path / "system/repo/config", "a") as config:
        config.write('[remote "other"]\nurl=oci+https://example.org\n')
    assert "other" in str(computer.news(computer.known_remotes())[0].message)


def test_what_cannot_be_remembered_is_told_again(computer: Environment) -> None:
    computer.state.parent.mkdir(parents=True, exist_ok=True)
    computer.state.write_text("in the way")
    for _ in range(2):
        assert len(computer.news(computer.known_remotes())) == 1
