"""The drawings of what happens on each computer."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage, QPixmap
from pytestqt.qtbot import QtBot

from ui.style.look import look
from ui.widgets.step_pictures import Step, StepPicture

RED = QColor("#ff0000")


def drawn(qtbot: QtBot, step: Step, *, apps: int = 0) -> QImage:
    picture = StepPicture(step)
    qtbot.addWidget(picture)
    picture.resize(picture.sizeHint())
    icon = QPixmap(64, 64)
    icon.fill(RED)
    picture.show_apps([icon] * apps)
    return picture.grab().toImage()


def count(image: QImage, colour: QColor) -> int:
    return sum(
        image.pixelColor(x, y).rgb() == colour.rgb()
        for x in range(image.width())
        for y in range(image.height())
    )


@pytest.mark.parametrize("step", Step)
def test_each_step_shows_a_computer(qtbot: QtBot, step: Step) -> None:
    assert count(drawn(qtbot, step), look().plug) > 500


def test_the_three_differ(qtbot: QtBot) -> None:
    images = [drawn(qtbot, step, apps=3) for step in Step]
    assert images[0] != images[1] != images[2] != images[0]
    assert count(images[0], look().accent) > 100


def test_the_last_shows_the_apps_up_to_six(qtbot: QtBot) -> None:
    none, three, six, nine = (
        count(drawn(qtbot, Step.INSTALL, apps=apps), RED) for apps in (0, 3, 6, 9)
    )
    assert none == 0 < three < six == nine
