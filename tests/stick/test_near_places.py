"""Which repositories are meant by what somebody names to take objects from."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import UsageError
from app.flatpak.remotes.directories import ALL_INSTALLED, FlatpakDirectories
from app.ostree.pull.near_objects import NearPlace
from app.stick.near import NOWHERE, NoRepositoryError, look_near

SUM = "a" * 64
REF = "app/org.test.App/x86_64/stable"


def repository(path: Path, mode: str, *refs: str) -> NearPlace:
    (path / "objects").mkdir(parents=True)
    (path / "config").write_text(f"[core]\nrepo_version=1\nmode={mode}\n")
    for name in refs:
        file = path / "refs" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{SUM}\n")
    return NearPlace(path, mode)


@pytest.fixture
def flatpak(tmp_path: Path) -> FlatpakDirectories:
    return FlatpakDirectories.below(tmp_path)


@pytest.mark.parametrize(
    "place",
    [".ostree/repo", "ostree/repo", ".", "repo", "flatpak/repo", "flatpak"],
    ids=["stick", "system", "itself", "installation", "of an image", "beside an image's"],
)
def test_it_is_found_where_drives_directories_and_images_have_it(
    tmp_path: Path, flatpak: FlatpakDirectories, place: str
) -> None:
    there = repository(tmp_path / "named" / place, "archive-z2")
    near = look_near((tmp_path / "named",), "", flatpak)
    assert near.places == (NearPlace(Path(there.repository), "archive-z2"),)


def test_why_one_cannot_be_read_is_said(tmp_path: Path, flatpak: FlatpakDirectories) -> None:
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(NoRepositoryError, match="round cannot be read: "):
        look_near((tmp_path / "round",), "", flatpak)


@pytest.mark.parametrize("place", [".ostree/repo", ".", "repo", "flatpak/repo"])
def test_one_that_has_another_form_is_not_said_to_be_missing(
    tmp_path: Path, flatpak: FlatpakDirectories, place: str
) -> None:
    there = repository(tmp_path / "named" / place, "bare-split-xattrs").repository
    with pytest.raises(NoRepositoryError, match="of the mode bare-split-xattrs") as caught:
        look_near((tmp_path / "named",), "", flatpak)
    assert str(there) in str(caught.value)
    (there / "config").write_text("[core]\nmode=archive\nmode=bare\nnonsense\n")
    with pytest.raises(NoRepositoryError, match="is not one that clients open") as caught:
        look_near((tmp_path / "named",), "", flatpak)


def test_what_is_named_comes_first_and_each_once(
    tmp_path: Path, flatpak: FlatpakDirectories
) -> None:
    own = repository(flatpak.user / "repo", "bare-user-only")
    other = repository(tmp_path / "other", "bare")
    paths = tmp_path / "other", flatpak.user, tmp_path / "other"
    assert look_near(paths, "user", flatpak).places == (other, own)
    assert look_near((), ALL_INSTALLED, flatpak).places == (own,)
    assert look_near((), "", flatpak) == NOWHERE


def test_what_is_not_there_is_an_error(tmp_path: Path, flatpak: FlatpakDirectories) -> None:
    with pytest.raises(NoRepositoryError):
        look_near((tmp_path,), "", flatpak)
    with pytest.raises(UsageError, match="nowhere"):
        look_near((), "nowhere", flatpak)


def test_commits_are_known_by_their_refs_whatever_they_are_of(
    tmp_path: Path, flatpak: FlatpakDirectories
) -> None:
    names = f"remotes/one/{REF}", f"mirrors/org.test.One/{REF}", f"heads/deploy/{REF}"
    repository(tmp_path / "a", "bare-user-only", *names, "heads/other", "heads/-bad")
    (tmp_path / "a/refs/heads/none").write_text("nothing")
    (tmp_path / "a/refs/heads/link").symlink_to("/etc/passwd")
    near = look_near((tmp_path / "a",), "", flatpak)
    assert near.upstream.commits == {REF: (SUM,), "other": (SUM,)}
