"""The apps of a job are all seen, whatever the width."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.progress import AppProgress, AppsAdvanced
from ui.pages.make.filling_icons import FillingIcons
from ui.state.app_pictures import AppPictures


@pytest.mark.parametrize("width", [400, 700, 800, 990, 1000])
def test_none_is_cut_off(qtbot: QtBot, width: int) -> None:
    icons = FillingIcons(AppPictures())
    qtbot.addWidget(icons)
    refs = [f"app/org.test.App{number}/x86_64/stable" for number in range(10)]
    icons.show_apps(AppsAdvanced(tuple(AppProgress(ref, 1, 2, False) for ref in refs)))
    icons.resize(width, 300)
    icons.show()
    for row in range(len(refs)):
        place = icons.visualRect(icons.filling.index(row))
        assert icons.viewport().rect().contains(place), row
