"""What a run of the tests tells before its end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.satchel import ROOT

TESTS = """
import os, pytest

@pytest.fixture
def broken():
    yield
    raise ValueError("the drive stays")

def test_wrong():
    assert 1 == 2, "no such sum"

def test_fine(broken):
    pass

def test_cut_off():
    os.kill(int(os.environ["RUN"]), 9)
"""


@pytest.mark.parametrize("processes", ["0", "1"])
def test_failures_have_been_named_when_a_run_is_cut_off(tmp_path: Path, processes: str) -> None:
    (tmp_path / "test_some.py").write_text(TESTS)
    words = ("-m", "pytest", "-p", "tests.failures", "-q", "-n", processes, "-c", os.devnull)
    done = subprocess.run(
        ["sh", "-c", 'RUN=$$ exec "$@"', "sh", sys.executable, *words, "test_some.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert [line for line in done.stdout.splitlines() if line.startswith("FAILED")] == [
        "FAILED test_some.py::test_wrong (call): AssertionError: no such sum",
        "FAILED test_some.py::test_fine (teardown): ValueError: the drive stays",
    ]
