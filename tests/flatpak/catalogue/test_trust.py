"""Catalogues that must be refused."""

from pathlib import Path

import pytest

from app.errors import UpstreamError
from app.flatpak.catalogue.source import CatalogueError, UntrustedCatalogueError
from app.fs.root import Root
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.pull.answers import NotFoundError
from app.ostree.repository import Repository
from tests.flatpak.catalogue.upstreams import (
    ARCH,
    Load,
    Open,
    Run,
    appstream_commit,
    appstream_file,
)
from tests.gpg import SigningKey


def test_an_unsigned_commit_is_refused(upstream_repo: Path, opening: Open, load: Load) -> None:
    checksum = appstream_commit(upstream_repo, f"appstream2/{ARCH}")
    name = ObjectName(checksum, ObjectKind.COMMITMETA)
    (upstream_repo / "objects" / name.path).unlink()
    with pytest.raises(UntrustedCatalogueError, match="Nobody signed"):
        load(opening(upstream_repo))


def test_damaged_signatures_are_refused(upstream_repo: Path, opening: Open, load: Load) -> None:
    checksum = appstream_commit(upstream_repo, f"appstream2/{ARCH}")
    path = upstream_repo / "objects" / ObjectName(checksum, ObjectKind.COMMITMETA).path
    for content in (b"junk", path.read_bytes().replace(b"\x88", b"\x89")):
        path.write_bytes(content)
        with pytest.raises(UntrustedCatalogueError):
            load(opening(upstream_repo))


def test_another_commit_in_its_place_is_refused(
    upstream_repo: Path, opening: Open, load: Load, run: Run, key: SigningKey
) -> None:
    sign = (f"--gpg-sign={key.fingerprint}", f"--gpg-homedir={key.homedir}")
    app = appstream_commit(upstream_repo, f"app/org.example.Maps/{ARCH}/stable")
    (upstream_repo / f"refs/heads/appstream2/{ARCH}").write_text(f"{app}\n")
    run("flatpak", "build-update-repo", "--no-update-appstream", *sign, upstream_repo)
    with pytest.raises(UntrustedCatalogueError, match="something else"):
        load(opening(upstream_repo))


def test_what_was_accepted_unsigned_is_not_used_once_there_is_a_key(
    upstream_repo: Path, opening: Open, load: Load
) -> None:
    catalogue = load(opening(upstream_repo, signed=False))
    assert len(catalogue) == 3
    checksum = appstream_commit(upstream_repo, f"appstream2/{ARCH}")
    name = ObjectName(checksum, ObjectKind.COMMITMETA)
    (upstream_repo / "objects" / name.path).unlink()
    load(opening(upstream_repo, signed=False))
    with pytest.raises(UntrustedCatalogueError):
        load(opening(upstream_repo))


def test_a_damaged_file_is_refused(upstream_repo: Path, opening: Open, load: Load) -> None:
    name = appstream_file(upstream_repo, f"appstream2/{ARCH}")
    path = upstream_repo / "objects" / name.path
    good = path.read_bytes()
    huge = good[:8] + (1 << 40).to_bytes(8, "big") + good[16:]
    for content in (good[:-3], good[:60] + b"\0" + good[61:], huge, b""):
        path.write_bytes(content)
        with pytest.raises(CatalogueError, match="cannot be read"):
            load(opening(upstream_repo))
    path.unlink()
    with pytest.raises(NotFoundError):
        load(opening(upstream_repo))


def test_a_damaged_tree_is_refused(upstream_repo: Path, opening: Open, load: Load) -> None:
    repository = Repository.open(Root(upstream_repo))
    commit = repository.read_commit(appstream_commit(upstream_repo, f"appstream2/{ARCH}"))
    path = repository.path / "objects" / ObjectName(commit.tree, ObjectKind.DIRTREE).path
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(UpstreamError, match="cannot be read"):
        load(opening(upstream_repo))
