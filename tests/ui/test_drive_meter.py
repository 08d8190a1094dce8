"""The drive that is drawn: what fills it, from where, and what screen readers are told."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.style.look import look
from ui.style.meter import MeterParts, MeterState, paint_meter
from ui.widgets.drive_meter import DriveMeter

WIDTH, HEIGHT = 200, 60
SENTENCE = "CLASSROOM has 5.3 GB free."


def drawn(
    parts: MeterParts,
    state: MeterState,
    *,
    plug: bool = True,
    direction: Qt.LayoutDirection = Qt.LayoutDirection.LeftToRight,
) -> QImage:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setLayoutDirection(direction)
    paint_meter(painter, QRectF(image.rect()), parts, state, plug=plug)
    painter.end()
    return image


def share(image: QImage, colour: QColor) -> float:
    """Of the pixels of the middle row."""
    middle = image.height() // 2
    row = [image.pixelColor(x, middle).rgb() for x in range(image.width())]
    return row.count(colour.rgb()) / len(row)


@pytest.mark.usefixtures("qapp")
def test_used_and_new_fill_it_from_the_plug() -> None:
    image = drawn(MeterParts(used=0.2, new=0.4), MeterState.ROOM)
    middle = image.height() // 2
    row = [image.pixelColor(x, middle).rgb() for x in range(image.width())]
    used, new = look().meter_used.rgb(), look().meter_new.rgb()
    assert row.index(look().plug.rgb()) < row.index(used) < row.index(new)
    assert row.count(new) == pytest.approx(2 * row.count(used), abs=4)


@pytest.mark.usefixtures("qapp")
def test_it_lies_the_other_way_round_where_text_runs_from_the_right() -> None:
    image = drawn(
        MeterParts(used=0.2, new=0.4), MeterState.ROOM, direction=Qt.LayoutDirection.RightToLeft
    )
    middle = image.height() // 2
    row = [image.pixelColor(x, middle).rgb() for x in range(image.width())]
    assert row.index(look().meter_new.rgb()) < row.index(look().meter_used.rgb())
    assert row.index(look().meter_used.rgb()) < row.index(look().plug.rgb())


@pytest.mark.usefixtures("qapp")
def test_a_folder_has_no_plug() -> None:
    assert share(drawn(MeterParts(), MeterState.ROOM), look().plug) > 0
    assert share(drawn(MeterParts(), MeterState.ROOM, plug=False), look().plug) == 0


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("state", "token"),
    [
        (MeterState.JOB, "meter-new"),
        (MeterState.WAITING, "warm"),
        (MeterState.FAILED, "bad"),
        (MeterState.TOO_MUCH, "bad"),
        (MeterState.READY, "meter-new"),
    ],
)
def test_a_state_has_its_colour(state: MeterState, token: str) -> None:
    assert share(drawn(MeterParts(new=0.5), state), look().named(token)) > 0.25


@pytest.mark.usefixtures("qapp")
def test_too_much_fills_it_to_the_end() -> None:
    some = share(drawn(MeterParts(0.1, 0.3), MeterState.FAILED), look().bad)
    whole = share(drawn(MeterParts(0.1, 0.3), MeterState.TOO_MUCH), look().bad)
    assert whole > 2 * some


@pytest.mark.usefixtures("qapp")
def test_a_job_shows_nothing_of_what_was_there_before() -> None:
    assert share(drawn(MeterParts(0.5, 0.1), MeterState.JOB), look().meter_used) == 0


@pytest.mark.usefixtures("qapp")
def test_a_ghost_is_only_an_outline() -> None:
    image = drawn(MeterParts(0.5, 0.5), MeterState.GHOST)
    for colour in (look().meter_used, look().meter_new, look().plug, look().meter_free):
        assert share(image, colour) == 0


@pytest.mark.usefixtures("qapp")
def test_the_smallest_part_can_be_seen() -> None:
    image = drawn(MeterParts.of(8 * 10**12, used=1, new=1), MeterState.ROOM)
    assert share(image, look().meter_used) > 0
    assert share(image, look().meter_new) > 0


def test_parts_are_never_more_than_the_drive() -> None:
    assert MeterParts.of(4, used=3, new=4) == MeterParts(0.75, 0.25)
    assert MeterParts.of(0, used=80) == MeterParts()


def test_the_widget_tells_its_value_and_sentence(qtbot: QtBot) -> None:
    meter = DriveMeter(WIDTH, HEIGHT)
    qtbot.addWidget(meter)
    meter.show_parts(MeterParts(0.1, 0.28), MeterState.ROOM, SENTENCE)
    assert meter.value() == 380
    assert meter.maximum() == 1000
    assert meter.accessibleDescription() == SENTENCE
    meter.show_parts(MeterParts(0.1, 0.28), MeterState.READY, SENTENCE)
    assert meter.value() == meter.maximum()


def test_the_widget_jumps_where_nothing_may_move(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.widgets.drive_meter.animated", lambda: False)
    meter = DriveMeter(WIDTH, HEIGHT)
    qtbot.addWidget(meter)
    meter.show()
    meter.show_parts(MeterParts(new=0.1), MeterState.JOB, SENTENCE)
    before = meter.grab().toImage()
    meter.show_parts(MeterParts(new=0.9), MeterState.JOB, SENTENCE)
    after = meter.grab().toImage()
    assert share(after, look().meter_new) > 4 * share(before, look().meter_new)


def test_the_widget_moves_to_its_value(qtbot: QtBot, qapp: QApplication) -> None:
    del qapp
    meter = DriveMeter(WIDTH, HEIGHT)
    qtbot.addWidget(meter)
    meter.show()
    meter.show_parts(MeterParts(new=0.1), MeterState.JOB, SENTENCE)
    meter.show_parts(MeterParts(new=0.9), MeterState.JOB, SENTENCE)
    qtbot.waitUntil(lambda: share(meter.grab().toImage(), look().meter_new) > 0.6)


def test_what_is_too_much_is_seen_where_nothing_is_free() -> None:
    assert share(drawn(MeterParts(1.0, 0.0), MeterState.TOO_MUCH), look().bad) > 0
