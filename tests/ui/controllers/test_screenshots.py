"""Screenshots of the app that is looked at: one after the other, none without internet."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage

from app.flatpak.catalogue.appstream_details import Screenshot, ScreenshotImage
from app.flatpak.remotes.remote import Remote
from app.replacing import replace
from tests.large import png
from tests.ui.controllers.held_bridge import HeldBridge
from ui.controllers.screenshots import ScreenshotController, ShotState
from ui.state.session import Session
from ui.style.icon_image import screenshot_image

UP = Remote("up", "")
WIDE = 100


def shot(name: str) -> Screenshot:
    return Screenshot(f"The {name}", (ScreenshotImage(f"https://a.example/{name}.png"),))


SHOTS = (shot("first"), shot("second"), shot("third"))


def image() -> QImage:
    return QImage(4, 2, QImage.Format.Format_RGB32)


def answer(name: str, picture: QImage | None) -> tuple[str, QImage | None]:
    return f"https://a.example/{name}.png", picture


def state(controller: ScreenshotController) -> tuple[ShotState, int]:
    return controller.view.state, controller.view.number


@pytest.fixture
def controller(session: Session, bridge: HeldBridge) -> ScreenshotController:
    return ScreenshotController(session, bridge, WIDE, session)


def test_the_first_is_fetched_and_kept(
    controller: ScreenshotController, bridge: HeldBridge
) -> None:
    controller.show(UP, SHOTS, offline=False)
    assert state(controller) == (ShotState.LOADING, 0)
    bridge.finish(answer("first", image()))
    assert state(controller) == (ShotState.SHOWN, 0)
    assert controller.view.caption == "The first"

    controller.turn(1)
    assert state(controller) == (ShotState.LOADING, 1)
    controller.turn(-1)
    assert state(controller) == (ShotState.SHOWN, 0)
    controller.turn(-1)
    assert controller.view.number == 2


def test_what_cannot_be_had_is_left_out(
    controller: ScreenshotController, bridge: HeldBridge
) -> None:
    controller.show(UP, SHOTS[:2], offline=False)
    bridge.finish(answer("first", None))
    assert (controller.view.count, controller.view.caption) == (1, "The second")
    bridge.finish(answer("second", None))
    assert state(controller)[0] is ShotState.NONE


def test_none_without_internet_and_none_where_nobody_wants_them(
    controller: ScreenshotController, session: Session, bridge: HeldBridge
) -> None:
    controller.show(UP, SHOTS, offline=True)
    assert state(controller)[0] is ShotState.NONE
    settings = replace(session.environment.settings, screenshots=False)
    session.set_environment(replace(session.environment, settings=settings))
    controller.show(UP, SHOTS, offline=False)
    assert state(controller)[0] is ShotState.NONE
    assert not bridge.tasks


def test_another_app_takes_the_place_of_the_last(
    controller: ScreenshotController, bridge: HeldBridge
) -> None:
    controller.show(UP, SHOTS, offline=False)
    controller.show(UP, (), offline=False)
    assert state(controller)[0] is ShotState.NONE
    assert bridge.tasks[0].stopping


def test_pictures_are_no_larger_than_they_are_shown_and_nothing_else_is_one() -> None:
    picture = screenshot_image(png(200, 1), WIDE)
    assert picture is not None
    assert (picture.width(), picture.height()) == (WIDE, WIDE)
    small = screenshot_image(png(20, 1), WIDE)
    assert small is not None
    assert small.width() == 20
    assert screenshot_image(b"<svg xmlns='http://www.w3.org/2000/svg'/>", WIDE) is None
    assert screenshot_image(b"", WIDE) is None
    huge = bytearray(png(8, 1))
    huge[16:24] = (100_000).to_bytes(4, "big") * 2
    assert screenshot_image(bytes(huge), WIDE) is None
