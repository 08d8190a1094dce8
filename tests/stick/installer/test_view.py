"""install.sh lets flatpak itself look at signatures and lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stick.damage import HELLO
from tests.stick.installer.running import run
from tests.stick.receiving.computers import URL, Computer
from tests.upstream import Upstream

pytestmark = pytest.mark.slow


def test_flatpak_looks_at_signatures_and_lists(
    good: Path, upstream: Upstream, computer: Computer
) -> None:
    """As if it were online: afterwards it knows all that there is upstream, and its source leads
    where it led."""
    computer.knows(upstream.key)
    said = run(computer, good)
    assert "Signatures are not checked" not in said
    assert computer.installed()[HELLO] == upstream.refs[HELLO]
    assert f"\nurl={URL}\n" in computer.config
    assert "satchel" not in computer.config
    assert computer.untouched()
    assert not (computer.installation / "repo/tmp/satchel-install").exists()
    assert "org.test.Other" in computer.flatpak("remote-ls", "--cached", "up")
    assert {"up.idx", "up.idx.sig"} <= computer.caches
    assert "List of source up: brought up to date." in said
