"""What strangers say about their apps neither holds up nor ends whoever publishes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.flatpak.refs import Ref
from app.formats.gvariant import FormatError, parse, serialise
from app.fs.root import Root
from app.media.publishing.commits import checksum_of
from app.media.publishing.component_elements import catalogue, components_of
from app.media.publishing.trees import Trees
from app.ostree.content import pack_content
from app.ostree.objects import DIRTREE_TYPE, Commit, ObjectKind, ObjectName
from app.ostree.repository import Repository

HELLO = Ref.parse("app/org.test.Hello/x86_64/stable")
COMPONENTS = "<components><component><id>org.test.Hello</id>{}</component></components>"


@pytest.mark.parametrize(
    "inner", ["<a>" * 2_000 + "</a>" * 2_000, "<a/>" * 300_000], ids=["deep", "many"]
)
def test_elements_without_end(inner: str) -> None:
    with pytest.raises(FormatError):
        catalogue(list(components_of(COMPONENTS.format(inner).encode(), HELLO, "")))


def test_trees_that_name_a_tree_again_and_again(tmp_path: Path) -> None:
    """Seventy directories, each with the next one twice, and at last a file: 2⁷⁰ files."""
    root = Root(tmp_path)
    root.make_directory("objects")
    repository = Repository.create(root)
    file, stored = pack_content(b"x", 0o100644, "")
    repository.write_object(ObjectName(file, ObjectKind.FILE), stored)
    value: object = ([("file", bytes.fromhex(file))], [])
    tree = ""
    for _ in range(70):
        data = serialise(DIRTREE_TYPE, value)
        tree = checksum_of(data)
        repository.write_object(ObjectName(tree, ObjectKind.DIRTREE), data)
        entry = bytes.fromhex(tree), bytes(32)
        value = ([], [("a", *entry), ("b", *entry)])
    commit = Commit(parse("a{sv}", b""), None, "", "", 0, tree, "0" * 64)

    assert Trees(repository).sizes(commit) == ((1 << 63) - 1,) * 2
