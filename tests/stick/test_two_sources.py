"""An app of two sources on one drive: flatpak has it once, and everybody says from which."""

from __future__ import annotations

import pytest

from app.stick.kit.contents import (
    KitCollection,
    KitContents,
    KitRef,
    several_sources,
    taken_from,
)
from app.stick.kit.rendering import render

HERE = "app/org.test.Hello/x86_64/stable"


def contents(*sources: tuple[str, bool]) -> KitContents:
    """``sources``: name, whether it is signed."""
    collections = []
    for name, signed in sources:
        url = f"https://{name}.example"
        source = KitCollection(f"remote:{name}", name, name.title(), url, b"", unsigned=not signed)
        collections.append(source)
    refs = tuple(KitRef(each.id, HERE, chosen=True, name="Hello") for each in collections)
    return KitContents(".ostree/repo", tuple(collections), refs, 0)


@pytest.mark.parametrize(
    ("signed", "taken"), [((True, True), "a"), ((False, True), "b"), ((False, False), "a")]
)
def test_the_first_that_is_signed(signed: tuple[bool, bool], taken: str) -> None:
    both = contents(*zip("ab", signed, strict=True))
    (told,) = several_sources(both)
    assert told.taken == taken_from(both)[HERE] == f"remote:{taken}"
    assert told.sources[0] == f"{taken.title()}, https://{taken}.example"
    table = render(both)["contents.tsv"].decode()
    other = "ab".replace(taken, "")
    others = f"{other.title()}, https://{other}.example"
    assert f"several\t{HERE}\t{told.sources[0]}\t{others}\n" in table


def test_one_source_is_not_spoken_of() -> None:
    assert several_sources(contents(("a", True))) == ()
