"""Collects the sentences of `app` that people may read in the window, with gaps for what is put in.

``f"No room on {label}."`` becomes ``No room on {0}.`` A sentence is a text of several words that
begins and ends like one (or with ``: `` and another sentence), or that completes one: what
`app.fs.files` says was being done. What is only printed by the command line or written for the
receive kit is not collected.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_ELSEWHERE = ("cli", "stick/kit/rendering.py")
_COMPLETING = frozenset({"explain", "drive_errors"})
_SENTENCE = re.compile(r"[A-Z“{].* .*(?:[.?!]|: \{\d+\})\Z", re.DOTALL)
_GAP = re.compile(r"\{\d+\}")
_QUERY = re.compile(r"SELECT .* FROM ")
_FEWEST_LETTERS = 6


def sentences(directory: Path) -> list[str]:
    """All of them, sorted, from the Python files below ``directory``."""
    left_out = [directory / name for name in _ELSEWHERE]
    found: set[str] = set()
    for path in directory.rglob("*.py"):
        if not any(path.is_relative_to(place) for place in left_out):
            found.update(_of(ast.parse(path.read_text("utf-8"))))
    return sorted(found)


def _of(tree: ast.Module) -> Iterator[str]:
    passed = _not_said(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in _COMPLETING:
            for argument in node.args:
                text = _text(argument)
                if text is not None:
                    yield text
        text = _text(node)
        if text is not None and node not in passed and _is_sentence(text):
            yield text


def _not_said(tree: ast.Module) -> set[ast.AST]:
    """Documentation, and the pieces that a text with gaps consists of."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            found.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            found.update(node.values)
    return found


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        # Braces of its own would be taken for gaps; no sentence has any.
        return node.value if isinstance(node.value, str) and "{" not in node.value else None
    if not isinstance(node, ast.JoinedStr):
        return None
    parts, gaps = [], 0
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(str(value.value))
        else:
            parts.append(f"{{{gaps}}}")
            gaps += 1
    return "".join(parts)


def _is_sentence(text: str) -> bool:
    own = _GAP.sub("", text)
    if _QUERY.match(text) or not _SENTENCE.match(text):
        return False
    return sum(map(str.isalpha, own)) >= _FEWEST_LETTERS
