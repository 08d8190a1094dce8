"""What the choice costs on this drive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.gpg import SigningKey
from tests.large import LargeRemote
from tests.stick.makers import make
from tests.ui.apps.person import Person, remote_of
from tests.upstream import Upstream
from tests.volumes import mounted
from ui.state.page_name import PageName


@pytest.mark.devices
def test_over_the_limit_it_says_so_before_anyone_waits(
    visit: Callable[..., Person], upstream_key: SigningKey, tmp_path: Path
) -> None:
    small = LargeRemote(tmp_path / "large", upstream_key, 20)
    with mounted("ext4", tmp_path / "images", megabytes=48) as drive:
        person = visit(remote_of(small.path, upstream_key), drive=drive)
        person.until(lambda: person.count() == 20)

        person.choose(person.names()[0])

        person.until(lambda: "too much" in person.strip.sentence)
        assert not person.primary.action.enabled
        assert person.primary.toolTip().startswith(person.strip.sentence)
        assert not person.window.may_open(PageName.REVIEW)

        person.choose(person.names()[0])
        person.until(lambda: "Nothing chosen" in person.strip.sentence)
        person.window.leave()
        person.until(lambda: not person.window.bridge.busy)


@pytest.mark.thorough
def test_what_is_on_the_drive_is_known(
    visit: Callable[..., Person],
    default_upstream: Upstream,
    upstream_key: SigningKey,
    tmp_path: Path,
) -> None:
    drive = tmp_path / "stick"
    drive.mkdir()
    make(default_upstream, drive, "org.test.Hello", home=tmp_path / "home")
    person = visit(remote_of(default_upstream.path, upstream_key), drive=drive)
    person.until(lambda: person.count() > 1)
    person.until(lambda: person.strip.sentence.startswith("All of it is on"))

    person.filter("On the drive")

    person.until(lambda: person.count() == 1)
    assert "On the drive" in person.index(person.names()[0]).data(
        Qt.ItemDataRole.AccessibleDescriptionRole
    )
