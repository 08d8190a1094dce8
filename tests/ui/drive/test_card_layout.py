"""Where everything stands on a drive's card."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from PySide6.QtCore import QRect, QSize

from ui.pages.drive.card_layout import CardLayout, lay_out
from ui.style import style

pytestmark = pytest.mark.usefixtures("qapp")


def laid_out(texts: Iterable[int], width: int = 800) -> CardLayout:
    row = QRect(0, 0, style.px(width), style.px(110))
    return lay_out(row, name="", pill=QSize(), own="", line="", why="", texts=texts, mirrored=False)


def test_the_drawing_gives_way_to_name_and_make() -> None:
    """Large letters need more room, and the port alone tells two drives of one name apart."""
    usual = laid_out([style.px(300)])
    smaller, none = laid_out([style.px(500)]), laid_out([style.px(600)])
    assert usual.meter.width() > smaller.meter.width() > 0
    assert none.meter.isEmpty()
    assert smaller.about.width() >= style.px(500)
    assert none.about.width() >= style.px(600)


def test_what_never_has_room_takes_the_drawing_from_nobody() -> None:
    assert laid_out([style.px(300), style.px(5000)]) == laid_out([style.px(300)])
