"""Which jobs are unfinished, as the Drive page knows it while jobs come and go."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.drive.drive import Drive, Volume
from app.message import NOTHING
from app.replacing import replace
from app.stick.memory.unfinished_jobs import UnfinishedJob, WantedRef
from tests.ui.controllers.held_bridge import HeldBridge
from tests.ui.controllers.values import GB
from ui.controllers.gathering import PlaceGathering
from ui.models.place import Place, places_of
from ui.state.session import Session

JOB = UnfinishedJob((WantedRef("app/org.test.Maps/x86_64/stable", "up", "Maps"),), 1000, "x86_64")
VOLUME = Volume("/dev/sdx1", 17, "ext4", "APPS", "A-B", GB, (Path("/media/APPS"),))
DRIVE = Drive("/dev/sdx", 16, "", "Stick", "S", "usb", GB, True, False, NOTHING, (VOLUME,))
[PLACE] = places_of(DRIVE)
NONE: dict[str, UnfinishedJob] = {}


def remembered(place: Place, job: UnfinishedJob) -> dict[str, UnfinishedJob]:
    return {place.memory_key: job}


@pytest.fixture
def gathering(session: Session, bridge: HeldBridge) -> PlaceGathering:
    gathering = PlaceGathering(session, bridge, session)
    bridge.finish(remembered(PLACE, JOB))
    assert gathering.has_unfinished(PLACE)
    return gathering


def test_the_next_job_of_a_drive_is_unfinished_though_the_one_before_was_set_aside(
    gathering: PlaceGathering, bridge: HeldBridge
) -> None:
    gathering.set_aside(PLACE, JOB)
    bridge.finish(None)
    assert not gathering.has_unfinished(PLACE)

    gathering.recall()
    bridge.finish(remembered(PLACE, replace(JOB, started=2000)))
    assert gathering.has_unfinished(PLACE)


def test_what_was_asked_last_counts(gathering: PlaceGathering, bridge: HeldBridge) -> None:
    gathering.recall()
    gathering.recall()
    before, now = bridge.tasks
    now.end(NONE, None)
    before.end(remembered(PLACE, JOB), None)
    assert not gathering.has_unfinished(PLACE)
