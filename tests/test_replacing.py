"""Values are copied with other fields, whatever they are made of."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from msgspec import Struct

from app.replacing import replace
from tests.satchel import ROOT


class Tree(Struct, frozen=True):
    height: int
    kind: str = "oak"


@dataclass(frozen=True)
class Stone:
    weight: int
    kind: str = "flint"


@pytest.mark.parametrize(
    ("value", "changed"),
    [(Tree(3), Tree(3, "ash")), (Stone(3), Stone(3, "ash"))],
    ids=["struct", "dataclass"],
)
def test_a_copy_differs_in_what_was_named(value: Tree | Stone, changed: Tree | Stone) -> None:
    before = type(value)(3)
    assert replace(value, kind="ash") == changed
    assert value == before
    with pytest.raises(TypeError):
        replace(value, colour="green")


def structs() -> Iterator[tuple[str, ast.ClassDef]]:
    for room in ("app", "ui"):
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text("utf-8")
            if "(Struct" in text:
                for node in ast.walk(ast.parse(text)):
                    if isinstance(node, ast.ClassDef) and "Struct" in map(ast.unparse, node.bases):
                        yield f"{path.relative_to(ROOT)}: {node.name}", node


def test_a_struct_sets_nothing_but_its_fields() -> None:
    """It has no room for anything else, and mypy does not see that."""
    found = list(structs())
    assert len(found) > 100
    for where, node in found:
        fields = {ast.unparse(line.target) for line in node.body if isinstance(line, ast.AnnAssign)}
        for each in ast.walk(node):
            if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store):
                of_itself = isinstance(each.value, ast.Name) and each.value.id == "self"
                assert not of_itself or each.attr in fields, f"{where}.{each.attr}"
