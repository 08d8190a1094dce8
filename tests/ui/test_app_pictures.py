"""The icons that pages share: asked for once, and told when they are there."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from ui.state.app_pictures import AppPictures
from ui.style.app_icons import hue_of_name, letter_tile

pytestmark = pytest.mark.usefixtures("qapp")

REF = "app/org.example.Maps/x86_64/stable"


def image() -> QImage:
    picture = QImage(64, 64, QImage.Format.Format_ARGB32)
    picture.fill(QColor("#20d020"))
    return picture


def test_what_is_not_there_is_asked_for_once(qtbot: QtBot) -> None:
    pictures = AppPictures()
    with qtbot.waitSignal(pictures.asked):
        assert pictures.get(REF) is None
    with qtbot.assertNotEmitted(pictures.asked):
        assert pictures.get(REF) is None
    assert pictures.take_asked() == (REF,)
    with qtbot.assertNotEmitted(pictures.asked):
        assert pictures.get(REF) is None
    pictures.forget_missing()
    with qtbot.waitSignal(pictures.asked):
        pictures.get(REF)


def test_until_it_is_there_a_letter_stands_for_it(qtbot: QtBot) -> None:
    pictures = AppPictures()
    assert pictures.shown(REF, "Maps", 32, 1.0).toImage() == letter_tile("Maps", 32).toImage()
    assert pictures.hue(REF, "Maps") == hue_of_name("Maps")
    with qtbot.waitSignal(pictures.arrived):
        pictures.put({REF: image()})
    assert pictures.shown(REF, "Maps", 32, 1.0).size().width() == 64
    assert pictures.scaled(REF, "Maps", 32, 2.0).deviceIndependentSize().width() == 32
    assert pictures.hue(REF, "Maps") == 125


def test_branches_of_an_app_have_one_icon() -> None:
    pictures = AppPictures()
    pictures.put({REF: image()})
    assert pictures.get("app/org.example.Maps/aarch64/beta") is not None


def test_what_has_none_is_not_asked_for_again(qtbot: QtBot) -> None:
    pictures = AppPictures()
    pictures.put({REF: None})
    with qtbot.assertNotEmitted(pictures.asked):
        assert pictures.get(REF) is None
