"""The program ends as soon as all is put away."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.main import main
from tests.satchel import environment

PROGRAM = """
import atexit, sys
from app.cli import main
answer = main._answer
def noted(argv):
    atexit.register(print, "put away")
    return answer(argv)
main._answer = noted
sys.exit(main.main())
"""


@pytest.mark.parametrize(("words", "status"), [(("--version",), 0), (("verify", "/nowhere"), 3)])
def test_what_was_to_be_put_away_is_put_away_first(
    tmp_path: Path, words: tuple[str, ...], status: int
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert main(words) == ended.returncode == status
    assert ended.stdout.splitlines()[-1] == "put away"
