"""What a stick tells of its apps."""

from pathlib import Path

import pytest

from app.flatpak.catalogue.carried import components_from_repository
from app.fs.root import Root
from app.ostree.objects import Commit, ObjectKind, ObjectName
from app.ostree.repository import Repository
from tests.flatpak.catalogue.upstreams import (
    APPS,
    ARCH,
    COLLECTION,
    appstream_commit,
    appstream_file,
)


def test_a_sticks_names(built: Path) -> None:
    components = components_from_repository(Repository.open(Root(built)), COLLECTION, ARCH)
    assert components.keys() == {f"app/{name}/{ARCH}/stable" for name in APPS}
    assert components[f"app/org.example.Maps/{ARCH}/stable"].name(["de"]) == "Karten"


def test_a_stick_with_the_older_branch_only(upstream_repo: Path) -> None:
    (upstream_repo / f"refs/heads/appstream2/{ARCH}").unlink()
    assert (
        len(components_from_repository(Repository.open(Root(upstream_repo)), COLLECTION, ARCH)) == 3
    )


def test_a_stick_with_a_subset(upstream_repo: Path) -> None:
    heads = upstream_repo / "refs/heads"
    (heads / f"appstream2/{ARCH}").rename(heads / f"appstream2/verified-{ARCH}")
    (heads / f"appstream/{ARCH}").unlink()
    assert (
        len(components_from_repository(Repository.open(Root(upstream_repo)), COLLECTION, ARCH)) == 3
    )


def test_a_stick_without(built: Path) -> None:
    repository = Repository.open(Root(built))
    assert components_from_repository(repository, COLLECTION, "riscv64") == {}
    assert components_from_repository(repository, "org.example.Other", ARCH) == {}


@pytest.mark.parametrize("kind", [ObjectKind.COMMIT, ObjectKind.DIRTREE, ObjectKind.FILE])
@pytest.mark.parametrize("damage", ["gone", "flipped", "empty", "directory"])
def test_a_damaged_stick(upstream_repo: Path, kind: ObjectKind, damage: str) -> None:
    repository = Repository.open(Root(upstream_repo))
    ref = f"appstream2/{ARCH}"
    checksum = appstream_commit(upstream_repo, ref)
    commit: Commit = repository.read_commit(checksum)
    name = {
        ObjectKind.COMMIT: ObjectName(checksum, ObjectKind.COMMIT),
        ObjectKind.DIRTREE: ObjectName(commit.tree, ObjectKind.DIRTREE),
        ObjectKind.FILE: appstream_file(upstream_repo, ref),
    }[kind]
    (upstream_repo / f"refs/heads/appstream/{ARCH}").unlink()
    path = repository.path / "objects" / name.path
    content = bytearray(path.read_bytes())
    path.unlink()
    if damage == "flipped":
        content[len(content) // 2] ^= 4
        path.write_bytes(content)
    elif damage == "empty":
        path.touch()
    elif damage == "directory":
        path.mkdir()
    assert components_from_repository(repository, COLLECTION, ARCH) == {}
