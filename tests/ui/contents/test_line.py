"""The line below a drive's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.flatpak.sideloading.decision import Outcome
from app.fs.root import Root
from app.replacing import replace
from app.stick.inspecting.inspection import InspectedCollection, Inspection
from app.stick.store.location import Location
from tests.ui.controllers.values import drive_ref, space
from ui.pages.contents.summary import summed_up

NOW = 1_800_000_000


def inspected(*here: Outcome | None) -> Inspection:
    refs = tuple(
        replace(drive_ref(f"app/org.test.App{number}/x86_64/stable"), here=outcome)
        for number, outcome in enumerate(here)
    )
    collection = InspectedCollection("org.test.Apps", "up", "", "", False, None, None, refs, ())
    location = Location(Root(Path("/nowhere")), ".ostree/repo")
    return Inspection(location, "", None, False, (collection,), space())


@pytest.mark.usefixtures("qapp")
def test_what_is_newer_than_on_this_computer() -> None:
    keep, update = Outcome.KEEP, Outcome.UPDATE
    line = summed_up(inspected(update, update, keep, Outcome.INSTALL), None, None, NOW)[1]
    assert line.startswith("4 app")
    assert line.endswith(", 2 newer than on this computer")
    for others in ((keep, Outcome.INSTALL), (None,)):
        assert "newer" not in summed_up(inspected(*others), None, None, NOW)[1]
    assert "newer" not in summed_up(inspected(update), None, None, NOW, short=True)[1]
