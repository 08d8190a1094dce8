"""What is looked at before a commit is what packaging/test looks at; and how long code may be."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.satchel import ROOT

LONGEST_MODULE, LONGEST_PAGE, LONGEST_FUNCTION = 450, 350, 80
"""Lines; most functions are below 60."""

SOURCED = """\
. packaging/lib/lint.sh
find_scripts
printf '%s\\n' "${lints[@]}" -- "${shell_scripts[@]}" "${python_scripts[@]}"
"""


def sourced() -> tuple[list[str], set[str]]:
    """The names of the lints, and the scripts without a suffix."""
    done = subprocess.run(
        ["bash", "-euc", SOURCED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    end = lines.index("--")
    return lines[:end], set(lines[end + 1 :])


def test_a_commit_passes_every_lint() -> None:
    config = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    lints, _ = sourced()

    assert re.findall(r"^ +entry: packaging/test lint (\S+)$", config, re.MULTILINE) == lints
    assert re.findall(r"^ +id: (\S+)$", config, re.MULTILINE) == lints
    assert "http" not in config


def test_scripts_without_a_suffix_are_linted() -> None:
    _, scripts = sourced()

    assert {
        "packaging/test",
        "packaging/deb",
        "packaging/flatpak",
        "packaging/lib/lint.sh",
    } <= scripts
    assert {".ci/run", "tests/bench/run"} <= scripts


def modules() -> Iterator[tuple[Path, str]]:
    for place in ("app", "ui", "tests", "packaging"):
        for path in (ROOT / place).rglob("*.py"):
            yield path, path.read_text("utf-8")


def test_nothing_is_too_long_to_be_read_at_once() -> None:
    pages = set((ROOT / "ui/pages").glob("*/page.py"))
    long = []
    for path, text in modules():
        if text.count("\n") > (LONGEST_PAGE if path in pages else LONGEST_MODULE):
            long.append(str(path))
        is_test = path.is_relative_to(ROOT / "tests")
        if is_test or text.count("\n") < LONGEST_FUNCTION:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                if node.end_lineno - node.lineno >= LONGEST_FUNCTION:
                    long.append(f"{path}: {node.name}")

    assert pages
    assert long == []
