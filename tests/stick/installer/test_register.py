"""install.sh --register: flatpak finds what is on the drive without any option."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.stick.damage import HELLO, copy_stick, flip_middle
from tests.stick.installer.running import run
from tests.stick.receiving.computers import SYSTEM, Computer
from tests.upstream import Upstream

pytestmark = pytest.mark.slow


def links_of(computer: Computer) -> list[Path]:
    """Where flatpak looks: what is for one person, and for everyone."""
    directories = (computer.installation / "sideload-repos", _links_of_all(computer))
    return [link for directory in directories for link in directory.glob("*")]


def _links_of_all(computer: Computer) -> Path:
    return Path(computer.client.environment["FLATPAK_RUN_DIR"]) / "sideload-repos"


@pytest.fixture
def services(tmp_path: Path) -> str:
    """PATH with a systemctl that knows flatpak's own service, which links every drive."""
    programs = tmp_path / "services"
    programs.mkdir()
    (programs / "systemctl").write_text(
        '#!/bin/sh\necho "$*" >>"$0.log"\n[ "$2" != start ] || {\n'
        ' mkdir -p "$FLATPAK_RUN_DIR/sideload-repos"\n'
        ' ln -s "$MEDIA" "$FLATPAK_RUN_DIR/sideload-repos/automount1"\n}\n'
    )
    (programs / "systemctl").chmod(0o755)
    return f"{programs}:{os.environ['PATH']}"


def test_flatpak_finds_it(good: Path, upstream: Upstream, computer: Computer) -> None:
    said = run(computer, good, "--register", PATH=_without_services(computer))
    assert "Registered" in said
    assert "added as" in said
    [link] = links_of(computer)
    assert link.resolve() == good / ".ostree/repo"
    assert computer.scope != SYSTEM or link.parent == _links_of_all(computer)
    computer.flatpak("install", "-y", "--noninteractive", "test", "org.test.Hello")
    assert computer.installed()[HELLO] == upstream.refs[HELLO]
    # Once is enough.
    run(computer, good, "--register", PATH=_without_services(computer))
    assert links_of(computer) == [link]


def _without_services(computer: Computer) -> str:
    """PATH with a systemctl that has no such unit."""
    programs = computer.client.directory / "no-services"
    programs.mkdir(exist_ok=True)
    (programs / "systemctl").write_text("#!/bin/sh\nexit 1\n")
    (programs / "systemctl").chmod(0o755)
    return f"{programs}:{os.environ['PATH']}"


def test_by_flatpaks_own_service(
    good: Path, upstream: Upstream, services: str, tmp_path: Path
) -> None:
    computer = Computer(tmp_path / "computer")
    said = run(computer, good, "--register", PATH=services, MEDIA=str(good))
    assert "flatpak's own service" in said
    assert [link.name for link in links_of(computer)] == ["automount1"]
    computer.flatpak("install", "-y", "--noninteractive", "test", "org.test.Hello")
    assert computer.installed()[HELLO] == upstream.refs[HELLO]


def test_its_service_looks_elsewhere(good: Path, services: str, tmp_path: Path) -> None:
    computer = Computer(tmp_path / "computer")
    run(computer, good, "--register", PATH=services, MEDIA=str(tmp_path))
    assert {link.name for link in links_of(computer)} == {"automount1", "satchel-drive"}


def test_a_damaged_drive_is_not_registered(good: Path, tmp_path: Path) -> None:
    stick = copy_stick(good, tmp_path / "stick")
    flip_middle(stick.path(stick.tree(HELLO)["/files/share/big"]))
    computer = Computer(tmp_path / "computer")
    said = run(computer, stick.root, "--register", expect=1)
    assert "damaged, or without checksums: Hello" in said
    assert links_of(computer) == []
    run(computer, stick.root, "--register", "--dry-run", "--no-check")
    assert links_of(computer) == []


def test_a_link_to_a_drive_that_has_gone_makes_room(good: Path, tmp_path: Path) -> None:
    computer = Computer(tmp_path / "computer")
    links = computer.installation / "sideload-repos"
    links.mkdir()
    (links / "satchel-drive").symlink_to(tmp_path / "gone")
    (links / "other").symlink_to(tmp_path / "gone")
    run(computer, good, "--register", PATH=_without_services(computer))
    assert (links / "satchel-drive").resolve() == good / ".ostree/repo"
    assert (links / "other").is_symlink()


def test_no_longer(good: Path, upstream: Upstream, computer: Computer, tmp_path: Path) -> None:
    """Links that others made stay, and so does what is installed."""
    run(computer, good, "--register", PATH=_without_services(computer))
    [link] = links_of(computer)
    (link.parent / "mine").symlink_to(good / ".ostree/repo")
    (link.parent / "satchel-drive-2").symlink_to(tmp_path)
    computer.flatpak("install", "-y", "--noninteractive", "test", "org.test.Hello")
    assert "would no longer" in run(computer, good, "--unregister", "--dry-run")
    assert link.is_symlink()
    assert "No longer registered" in run(computer, good, "--unregister")
    assert {left.name for left in links_of(computer)} == {"mine", "satchel-drive-2"}
    assert computer.installed()[HELLO] == upstream.refs[HELLO]
    assert "was not registered" in run(computer, good, "--unregister")


def test_no_longer_beside_flatpaks_own_service(good: Path, services: str, tmp_path: Path) -> None:
    computer = Computer(tmp_path / "computer")
    run(computer, good, "--register", PATH=services, MEDIA=str(good))
    said = run(computer, good, "--unregister", PATH=services, MEDIA=str(good))
    assert "flatpak's own service still finds drives" in said
    assert [link.name for link in links_of(computer)] == ["automount1"]
