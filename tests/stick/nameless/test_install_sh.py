"""install.sh and sources without a collection ID: flatpak takes the drive for the source itself."""

from __future__ import annotations

import pytest

from tests.stick.installer.running import run
from tests.stick.nameless.conftest import Making
from tests.stick.nameless.sticks import HELLO, OTHER, leads_home, settings
from tests.stick.receiving.computers import Computer

pytestmark = pytest.mark.slow

INDEXES = [True, pytest.param(False, marks=pytest.mark.thorough)]


@pytest.mark.parametrize("index", INDEXES)
def test_everything_is_installed(made: Making, computer: Computer, *, index: bool) -> None:
    """With its key, the driver and the translations; the source leads to the real address."""
    stick = made(index=index)
    said = run(computer, stick.drive)
    assert 'Source Test upstream: added as "up".' in said
    assert "Signatures are not checked" not in said
    assert "carries no checksums" not in said
    assert computer.installed() == stick.commits()
    assert leads_home(computer, stick)
    assert {"gpg-verify=true", "gpg-verify-summary=true"} <= settings(computer, "up")
    assert "Hello" in computer.flatpak("run", "org.test.Hello")
    # Also what the drive does not have is known now.
    assert "org.test.Hello.Locale" in computer.flatpak("remote-ls", "--cached", "--all", "up")
    assert "Already there" in run(computer, stick.drive, "--update")


@pytest.mark.parametrize("index", INDEXES)
def test_what_nobody_vouches_for(made: Making, computer: Computer, *, index: bool) -> None:
    """It is named and left, and installed only for somebody who says so, now and later."""
    stick = made(signed=False, index=index)
    said = run(computer, stick.drive, expect=1)
    assert "Nobody vouches for the apps of source Test upstream: they are not signed" in said
    assert "nothing of it is installed without --allow-unsigned" in said
    assert "NOT installed:\n  Hello" in said
    assert not computer.installed()
    assert "remote" not in computer.config if (computer.installation / "repo").exists() else True

    said = run(computer, stick.drive, "--allow-unsigned", "org.test.Hello")
    assert "flatpak looks at no signatures of it, now and later" in said
    assert HELLO in computer.installed()
    assert leads_home(computer, stick)
    assert "gpg-verify=false" in settings(computer, "up")

    # The source is known now, and what it has still nobody vouches for.
    said = run(computer, stick.drive, expect=1)
    assert '"up" on this computer looks at no signatures' in said
    assert "Already there, and not older than on the drive:\n  Hello" in said
    assert OTHER not in computer.installed()
    run(computer, stick.drive, "--allow-unsigned")
    assert computer.installed() == stick.commits()
