"""What is looked at before a commit is what packaging/test looks at."""

from __future__ import annotations

import re
import subprocess

from tests.satchel import ROOT

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
