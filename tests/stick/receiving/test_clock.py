"""receive on a computer whose clock stands in 2001, as root and somebody at a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clocks import WrongClock
from tests.gpg import SigningKey
from tests.stick.damage import HELLO
from tests.stick.receiving.computers import SYSTEM, Computer
from tests.terminal import Terminal
from tests.upstream import Upstream

pytestmark = pytest.mark.slow

BEHIND = "2001-01-01 00:10:00"


class Before2001:
    """``receive`` of a stick, with the questions that it asks."""

    def __init__(self, directory: Path, key: SigningKey, stick: Path, *words: str) -> None:
        self.computer = Computer(directory / "computer", SYSTEM)
        self.computer.knows(key)
        self.before = self.computer.config
        self.clock = WrongClock(directory, BEHIND)
        self.terminal = Terminal(
            self.computer.home, "receive", stick, SYSTEM, *words,
            env=self.clock.environment(self.computer.variables), under=self.clock.command,
        )  # fmt: skip

    def answer(self, question: str, answer: str) -> None:
        self.terminal.until(question)
        assert question in self.terminal.seen, self.terminal.seen
        self.terminal.type(f"{answer}\n")

    def end(self) -> int:
        try:
            return self.terminal.end()
        finally:
            self.terminal.close()


def test_it_is_set_once_somebody_agrees(
    good: Path, upstream: Upstream, upstream_key: SigningKey, tmp_path: Path
) -> None:
    receiving = Before2001(tmp_path, upstream_key, good)
    receiving.answer("[y/N] ", "y")
    seen = receiving.terminal.seen
    assert "This computer's clock says 2001-01-01" in seen.replace("\r\n", " ")
    assert "Set the clock to" in seen
    receiving.answer("Install this? [Y/n] ", "y")
    assert receiving.end() == 0
    assert receiving.clock.says > "2001-01-02"
    assert receiving.computer.installed()[HELLO] == upstream.refs[HELLO]


@pytest.mark.thorough
@pytest.mark.parametrize("answer", ["n", "", "what"])
def test_else_nothing_changes(
    good: Path, upstream_key: SigningKey, tmp_path: Path, answer: str
) -> None:
    receiving = Before2001(tmp_path, upstream_key, good)
    receiving.answer("[y/N] ", answer)
    assert receiving.end() == 5
    assert "sudo date -s @" in receiving.terminal.seen
    assert receiving.clock.says == BEHIND
    assert receiving.computer.config == receiving.before
    assert receiving.computer.installed() == {}


@pytest.mark.thorough
@pytest.mark.parametrize("words", [("--json",), ("--yes",)])
def test_programs_are_not_asked(
    good: Path, upstream_key: SigningKey, tmp_path: Path, words: tuple[str, ...]
) -> None:
    receiving = Before2001(tmp_path, upstream_key, good, *words)
    assert receiving.end() == 5
    assert "[y/N]" not in receiving.terminal.seen
    assert receiving.clock.says == BEHIND
