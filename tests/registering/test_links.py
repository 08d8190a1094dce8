"""Links where flatpak looks: ours come and go, and nothing else is touched."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from app.client.registering.links import AlreadyWatchedError, SideloadLinks, links_of_ours
from app.client.registering.place import Place, Scope, place_for
from app.flatpak.remotes.directories import FlatpakDirectories
from app.replacing import replace

OTHERS = "satchel-0123456789abcdef"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    directory = tmp_path / "drive/.ostree/repo"
    directory.mkdir(parents=True)
    return directory


@pytest.fixture(params=Scope)
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    return place_for(request.param, FlatpakDirectories.below(tmp_path), tmp_path / "runtime")


def nodes(directory: Path) -> dict[str, tuple[int, int]]:
    """Name → which node it is, and of what kind."""
    statuses = {path.name: path.lstat() for path in directory.iterdir()}
    return {name: (each.st_ino, stat.S_IFMT(each.st_mode)) for name, each in statuses.items()}


def test_each_leads_to_its_repository(place: Place, repository: Path) -> None:
    with SideloadLinks(place) as links:
        first, second = links.add(repository), links.add(repository)

        assert first.path != second.path
        assert [path.resolve() for path in place.links.iterdir()] == [repository] * 2
        assert {link.repository for link in links_of_ours(place)} == {repository}
        links.remove(first)
        assert links_of_ours(place) == (second,)
    assert list(place.links.iterdir()) == []


def test_a_users_link_leads_nowhere_after_the_login(tmp_path: Path, repository: Path) -> None:
    place = place_for(Scope.USER, FlatpakDirectories.below(tmp_path), tmp_path / "runtime")
    with SideloadLinks(place) as links:
        link = links.add(repository)
        links.keep()
    assert link.path.exists()

    (own,) = (tmp_path / "runtime/satchel/drives").iterdir()
    own.unlink()

    assert link.path.is_symlink()
    assert not link.path.exists()


def test_what_was_left_behind_goes(place: Place, repository: Path) -> None:
    with SideloadLinks(place) as links:
        left = links.add(repository)
        links.keep()
    assert links_of_ours(place) == (left,)

    with SideloadLinks(place):
        assert links_of_ours(place) == ()
        assert list(place.links.iterdir()) == []


def test_nothing_of_others_is_touched(place: Place, repository: Path) -> None:
    place.links.mkdir(parents=True)
    (place.links / "automount-run-media-STICK").symlink_to("/nowhere")
    (place.links / "satchel-mine").symlink_to(repository)
    (place.links / OTHERS).mkdir()
    (place.links / f"{OTHERS[:-1]}0").symlink_to(repository)
    os.chown(place.links / f"{OTHERS[:-1]}0", 1234, 1234, follow_symlinks=False)
    before = nodes(place.links)

    with SideloadLinks(place) as links:
        links.add(repository)

    assert nodes(place.links) == before


def test_one_process_at_a_time(place: Place, repository: Path) -> None:
    with SideloadLinks(place) as links:
        link = links.add(repository)
        with pytest.raises(AlreadyWatchedError):
            SideloadLinks(place)
        assert links_of_ours(place) == (link,)


def test_a_link_that_somebody_removed(place: Place, repository: Path) -> None:
    with SideloadLinks(place) as links:
        link = links.add(repository)
        link.path.unlink()
        links.remove(link)
    assert links_of_ours(place) == ()


def test_without_a_directory_for_the_login(tmp_path: Path, repository: Path) -> None:
    place = place_for(Scope.USER, FlatpakDirectories.below(tmp_path), None)
    with SideloadLinks(replace(place, through=None)) as links:
        assert links.add(repository).path.readlink() == repository
