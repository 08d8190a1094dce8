"""What strangers say about their apps neither holds up nor ends whoever publishes them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from app.flatpak.refs import Ref
from app.formats.gvariant import FormatError, parse, serialise
from app.fs.root import Root
from app.media.publishing.commits import checksum_of
from app.media.publishing.component_elements import catalogue, components_of
from app.media.publishing.publication import (
    WORKSHOP,
    Publication,
    PublicationDamagedError,
    read_publication,
    write_publication,
)
from app.media.publishing.repository import NotOursError, require_ours
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


@pytest.mark.parametrize(
    ("key", "value"),
    [("name", "../outside"), ("name", "-x"), ("words", {"title": "\f"}), ("words", {"url": "\0"})],
)
def test_what_was_written_down_by_others(key: str, value: object, tmp_path: Path) -> None:
    publication = Publication("org.example.School", "school", "A" * 40)
    root = Root(tmp_path)
    root.make_directory(WORKSHOP)
    write_publication(root, publication)
    assert read_publication(root) == publication
    file = tmp_path / WORKSHOP / "publication.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), key: value}))

    with pytest.raises(PublicationDamagedError):
        read_publication(root)


def test_nobody_signs_what_another_user_has_prepared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files say whose apps those are, and whose keys count for them."""
    root = Root(tmp_path)
    root.make_directory(WORKSHOP)
    publication = Publication("org.example.School", "school", "A" * 40)
    require_ours(root, publication)
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)

    with pytest.raises(NotOursError):
        require_ours(root, publication)


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
