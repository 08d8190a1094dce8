"""The address of a source, which leads to the drive meanwhile, is put back whatever happens."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from app.client.receiving.installation import Place, Scope
from app.client.receiving.lending import Lending, ReceivingBusyError
from tests.stick.damage import HELLO
from tests.stick.installer.running import installing, run
from tests.stick.receiving.computers import URL, Computer
from tests.upstream import Upstream

pytestmark = pytest.mark.slow

OWN = f"\nurl={URL}\n"


@pytest.fixture
def somebody(tmp_path: Path, upstream: Upstream) -> Computer:
    computer = Computer(tmp_path / "computer")
    computer.knows(upstream.key)
    return computer


def place_of(computer: Computer) -> Place:
    return Place(Scope.USER, computer.installation)


def is_put_back(computer: Computer) -> bool:
    return OWN in computer.config and "satchel" not in computer.config and computer.untouched()


def test_killed_and_run_again(
    good: Path, upstream: Upstream, somebody: Computer, tmp_path: Path
) -> None:
    with installing(somebody, good, tmp_path):
        assert OWN not in somebody.config
        assert f"xa.satchel-url={URL}" in somebody.config
    assert OWN not in somebody.config
    # Also when there is nothing to do.
    assert "nothing to update" in run(somebody, good, "--update", "org.test.Other")
    assert is_put_back(somebody)
    run(somebody, good)
    assert somebody.installed()[HELLO] == upstream.refs[HELLO]


def test_stopped(good: Path, somebody: Computer, tmp_path: Path) -> None:
    with installing(somebody, good, tmp_path) as process:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        assert is_put_back(somebody)


def test_killed_and_made_good_by_satchel(good: Path, somebody: Computer, tmp_path: Path) -> None:
    with installing(somebody, good, tmp_path), pytest.raises(ReceivingBusyError):
        Lending(place_of(somebody)).__enter__()
    said = somebody.receive(good, "--dry-run").stderr
    assert "the addresses of sources are put back" in said
    assert is_put_back(somebody)
    assert not (somebody.installation / "repo/tmp/satchel-install").exists()


def test_it_makes_good_what_satchel_left(good: Path, somebody: Computer) -> None:
    before = somebody.config
    pid = os.fork()
    if not pid:
        Lending(place_of(somebody)).__enter__().lead("up", "file:///view")
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    assert "url-is-set=true" in somebody.config
    run(somebody, good, "--update")
    assert somebody.config == before


def test_while_satchel_installs(good: Path, somebody: Computer) -> None:
    with Lending(place_of(somebody)) as lending:
        lending.lead("up", "file:///view")
        lent = somebody.config
        assert "Please wait" in run(somebody, good, expect=1)
        assert somebody.config == lent


def test_what_it_writes_is_on_the_disk_before_it_counts(
    good: Path, somebody: Computer, tmp_path: Path
) -> None:
    """Else a power cut could leave a configuration that is empty, and no source at all."""
    config = somebody.installation / "repo/config"
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "sync").write_text(
        f'#!/bin/sh\n[ -s "$1" ] && ! cmp -s "$1" "{config}" && echo new >>"$0.called"\n'
    )
    (programs / "sync").chmod(0o755)
    run(somebody, good, PATH=f"{programs}:{os.environ['PATH']}")
    # There, and back.
    assert (programs / "sync.called").read_text() == "new\n" * 2
    assert is_put_back(somebody)
