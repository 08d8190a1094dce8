"""Readers that go away, outputs that cannot be written, terminals."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.made import ARCH, Made
from tests.satchel import command, environment, satchel
from tests.terminal import Terminal

# ---- Readers that go away


@pytest.mark.parametrize("verb", ["--help", "inspect", "plan", "verify", "make"])
def test_nobody_reads_to_the_end(made: Made, tmp_path: Path, verb: str) -> None:
    drive = tmp_path / "drive"
    shutil.copytree(made.drive, drive)
    refs = ["org.test.Other", *made.remote] if verb in ("plan", "make") else []
    arguments = [verb] if verb == "--help" else [verb, str(drive), *refs, "--json"]
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        done = subprocess.run(
            command(*arguments), env=environment(made.home), cwd=tmp_path, stdout=gone,
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert "rror" not in done.stderr, done.stderr
    if verb == "make":
        # The drive matters more than whoever was watching.
        inspection = satchel("inspect", drive, "--json", home=made.home).json
        refs = [entry["ref"] for entry in inspection["collections"][0]["refs"]]
        assert f"app/org.test.Other/{ARCH}/stable" in refs
        assert satchel("verify", drive, "--json", home=made.home).json["ok"]


def test_closed_and_full_outputs(made: Made) -> None:
    line = " ".join(str(word) for word in command("inspect", made.drive))
    for how, code in ((">&-", 1), ("2>&-", 0), ("<&- >&- 2>&-", 1), (">/dev/full", 1)):
        done = subprocess.run(
            ["sh", "-c", f"{line} {how}"], env=environment(made.home), cwd=made.home,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, (how, done)
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "mode", [(), ("--json",), pytest.param(("--quick",), marks=pytest.mark.thorough)]
)
def test_a_verdict_that_cannot_be_written_is_none(made: Made, mode: tuple[str, ...]) -> None:
    line = " ".join(str(word) for word in command("verify", made.drive, *mode))
    for how in (">&-", ">/dev/full", "| true"):
        shell = f"exec 3>&1; ({line}; echo $? >&3) {how}"
        done = subprocess.run(
            ["bash", "-c", shell], env=environment(made.home), cwd=made.home,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        if how != "| true":
            assert done.stdout.strip() == "1", (how, done)


# ---- On a terminal


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for file in opened:
        file.close()


def on_terminal(made: Made, drive: Path, terminals: list[Terminal], *more: str) -> Terminal:
    drive.mkdir()
    terminal = Terminal(made.home, "make", drive, "org.test.Large", *made.remote, *more)
    terminals.append(terminal)
    return terminal


@pytest.mark.parametrize("keys", ["\n", "y\n"])
def test_a_terminal_asks_and_shows_a_bar(
    made: Made, tmp_path: Path, terminals: list[Terminal], keys: str
) -> None:
    terminal = on_terminal(made, tmp_path / "drive", terminals)
    terminal.until("[Y/n] ")
    assert "org.test.Large" in terminal.seen
    assert not list((tmp_path / "drive").iterdir())
    terminal.type(keys)
    assert terminal.end() == 0
    assert "Sound (" in terminal.seen
    assert re.search(r"\[#{24}\] 100%", terminal.seen)
    for line in re.split(r"[\r\n]+", terminal.seen):
        # A word that is longer is not broken.
        fits = len(line.replace("\x1b[K", "")) <= 80 or " " not in line.strip()
        assert fits or str(tmp_path) in line, line


@pytest.mark.parametrize("keys", ["n\n", "N\n", "what?\n", "\x04", "\x03"])
def test_no_means_no(made: Made, tmp_path: Path, terminals: list[Terminal], keys: str) -> None:
    """Ctrl-D and Ctrl-C as well."""
    terminal = on_terminal(made, tmp_path / "drive", terminals)
    terminal.until("[Y/n] ")
    terminal.type(keys)
    assert terminal.end() == 130
    assert "Nothing was written." in terminal.seen
    assert not list((tmp_path / "drive").iterdir())


def test_yes_asks_nothing(made: Made, tmp_path: Path, terminals: list[Terminal]) -> None:
    terminal = on_terminal(made, tmp_path / "drive", terminals, "--yes")
    assert terminal.end() == 0
    assert "[Y/n]" not in terminal.seen


def test_elsewhere_it_is_plain_lines(made: Made, tmp_path: Path) -> None:
    done = satchel("make", tmp_path, "org.test.Other", *made.remote, home=made.home)
    assert "\x1b" not in done.said
    assert "\r" not in done.said
    assert "Downloading and checking …" in done.stderr.splitlines()
    assert done.stdout.splitlines()[-1].startswith("Sound (")
