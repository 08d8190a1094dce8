"""What is marked to come off a drive stays so while it is away, if nothing was written to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.drive.drive import Drive, Volume
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.fs.root import Root
from app.message import NOTHING
from app.stick.inspecting.inspection import InspectedCollection, Inspection
from app.stick.store.location import Location
from tests.ui.controllers.held_bridge import HeldBridge
from tests.ui.controllers.values import GB, drive_ref, space
from ui.controllers.contents import ContentsController, ContentsState
from ui.controllers.inspection import InspectionResult
from ui.state.session import Session

MOUNTED = Path("/media/APPS")
HELLO = drive_ref("app/org.test.Hello/x86_64/stable", chosen=True)
OTHER = drive_ref("app/org.test.Other/x86_64/stable", chosen=True)


def drive(
    *, uuid: str = "A-B", name: str = "APPS", sequence: int = 1, root: Path | None = MOUNTED
) -> Drive:
    """``sequence``: how often something has been plugged in before."""
    device = f"/dev/sd{sequence}"
    roots = (root,) if root is not None else ()
    volume = Volume(f"{device}1", sequence, "ext4", name, uuid, GB, roots)
    return Drive(
        device, sequence, "", "Stick", "", "usb", GB, True, False, NOTHING, (volume,), sequence
    )


def plug(session: Session, *drives: Drive) -> None:
    """Those, and no others."""
    session.drives.drives = drives
    session.drives.changed.emit()


def seen(root: Path = MOUNTED, stamp: str = "a") -> InspectionResult:
    collection = InspectedCollection(
        "org.test", "up", "", "", False, None, None, (HELLO, OTHER), ()
    )
    location = Location(Root(root), ".ostree/repo")
    found_there = Inspection(location, "Satchel", 1, False, (collection,), space(), stamp)
    return InspectionResult(found_there, (".ostree/repo",))


def look(bridge: HeldBridge, result: InspectionResult) -> None:
    """What is looked at comes to ``result``; whatever else is under way comes to nothing."""
    bridge.tasks[-1].end(result, None)
    bridge.tasks.clear()


@pytest.fixture
def contents(session: Session, bridge: HeldBridge) -> ContentsController:
    """A drive of which one app is to come off."""
    session.set_known(Known((Remote("up", "http://127.0.0.1:1/", collection_id="org.test"),)))
    controller = ContentsController(session, bridge, session)
    plug(session, drive())
    controller.enter()
    look(bridge, seen())
    controller.upkeep.mark(HELLO.ref)
    return controller


def marked(contents: ContentsController) -> tuple[str, ...]:
    return contents.upkeep.status.marked


def test_they_are_there_again_with_the_drive(
    contents: ContentsController, session: Session, bridge: HeldBridge
) -> None:
    plug(session)
    states = [contents.status.state]
    assert not marked(contents)
    plug(session, drive(sequence=2))
    look(bridge, seen())
    states.append(contents.status.state)
    assert states == [ContentsState.UNPLUGGED, ContentsState.SHOWN]
    assert marked(contents) == (HELLO.ref,)


def test_wherever_it_is_mounted_then(
    contents: ContentsController, session: Session, bridge: HeldBridge
) -> None:
    plug(session)
    plug(session, drive(sequence=2, root=None))
    # It is made ready without a word, as when it was chosen.
    bridge.tasks.clear()
    plug(session, drive(sequence=2, root=Path("/media/APPS1")))
    look(bridge, seen(Path("/media/APPS1")))
    assert marked(contents) == (HELLO.ref,)


def test_they_are_forgotten_where_something_was_written(
    contents: ContentsController, session: Session, bridge: HeldBridge
) -> None:
    plug(session)
    plug(session, drive(sequence=2))
    look(bridge, seen(stamp="b"))
    assert not marked(contents)


def test_another_drive_that_is_mounted_there_has_none(
    contents: ContentsController, session: Session, bridge: HeldBridge
) -> None:
    plug(session)
    plug(session, drive(sequence=2, uuid="C-D"))
    contents.viewed.choose(0)
    look(bridge, seen())
    assert not marked(contents)


def test_nor_one_that_came_while_nobody_looked(
    contents: ContentsController, session: Session, bridge: HeldBridge
) -> None:
    contents.leave()
    plug(session)
    plug(session, drive(sequence=2, uuid="C-D"))
    contents.viewed.choose(0)
    contents.enter()
    assert contents.status.state is ContentsState.INSPECTING
    look(bridge, seen(stamp="b"))
    assert not marked(contents)


def test_nor_one_that_is_looked_at_after_the_sources_have_changed(
    contents: ContentsController, session: Session, bridge: HeldBridge
) -> None:
    plug(session, drive(), drive(sequence=2, uuid="C-D", root=Path("/media/OTHER")))
    contents.leave()
    session.set_known(Known((Remote("more", "http://127.0.0.1:2/", collection_id="org.more"),)))
    contents.viewed.choose(1)
    contents.enter()
    look(bridge, seen(Path("/media/OTHER"), stamp="b"))
    assert not marked(contents)


def test_of_two_that_are_the_same_bit_by_bit_neither_has_any(
    contents: ContentsController, session: Session, bridge: HeldBridge
) -> None:
    plug(session)
    plug(session, drive(sequence=2), drive(sequence=3, root=Path("/media/APPS1")))
    contents.viewed.choose(1)
    look(bridge, seen(Path("/media/APPS1")))
    assert not marked(contents)


def test_what_was_let_go_of_is_not_mounted_again(
    contents: ContentsController, session: Session, bridge: HeldBridge
) -> None:
    """By the file manager, say."""
    bridge.works.clear()
    plug(session, drive(root=None))
    assert contents.status.state is ContentsState.NOT_MOUNTED
    assert not bridge.works
