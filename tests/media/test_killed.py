"""``satchel media`` that is killed at any moment: the directory has what it had, or all of the new,
and the same command goes on."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from app.media.trees.place import WORK
from tests.media.mediums import HELLO, Maker
from tests.satchel import ROOT, satchel
from tests.upstream import Upstream

pytestmark = [pytest.mark.kills, pytest.mark.thorough]

FATAL = ROOT / "tests/stick/fatal"
CLOSE = 2
MOVES = 4
"""Changes that move something to its place."""


def test_killed(default_upstream: Upstream, tmp_path: Path) -> None:
    maker, out = Maker(tmp_path, default_upstream), tmp_path / "out"
    count = tmp_path / "count"
    with maker.online():

        def media(ref: str, *, check: int | bool = True, **variables: str) -> None:
            env = {"PYTHONPATH": f"{FATAL}:{ROOT}", "SATCHEL_TEST_DRIVE": str(out), **variables}
            satchel(
                *("media", out, ref, "--layout=iso-root", "--remote", maker.remote, "--json"),
                home=maker.home,
                check=check,
                env=env,
            )

        media("org.test.Hello")
        media("org.test.Large", SATCHEL_TEST_COUNT=str(count))
        changes = int(count.read_text())
        media("org.test.Hello")
        before = maker.refs(out)
        # Halving finds the change from which on it is moved, and looks closer the nearer it is.
        first, last = 1, changes
        while last - first > CLOSE:
            moment = (first + last) // 2
            shutil.rmtree(out / WORK, ignore_errors=True)
            media("org.test.Large", check=-signal.SIGKILL, SATCHEL_TEST_DIE_AT=str(moment))
            if (out / WORK / "whole").exists():
                last = moment
                media("org.test.Hello")
            else:
                first = moment
            assert maker.refs(out) == before
            assert maker.findings(out) == set()
        # What was begun is gone on with. And then while it is moved, and what was there is removed.
        for moment in (first, *range(last, last + MOVES), (last + changes) // 2):
            media("org.test.Large", check=-signal.SIGKILL, SATCHEL_TEST_DIE_AT=str(moment))
            media("org.test.Large")
            assert HELLO not in maker.refs(out)
            assert maker.findings(out) == set()
            assert set(os.listdir(out)) == {".ostree", "satchel", "etc", "usr", "var"}
            media("org.test.Hello")
