"""German, whose words are long, in large letters, in a small and a usual window.

Each of these was cut off, ran over the margin, or lost what it was about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QFont, QRegion
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QStyle,
    QStyleOptionFrame,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.stick.environment import Environment
from tests.ui.widget_tree import cut_off, shown
from tests.ui.window_states import WINDOW_STATES
from tests.waiting import GUARD_MS
from ui.i18n.translation import translate
from ui.state.page_name import PageName
from ui.widgets.buttons import Link
from ui.widgets.search_field import SearchField
from ui.widgets.slide_over import SlideOver
from ui.window.foot_bar import FootBar
from ui.window.main_window import MainWindow

SMALL, USUAL = QSize(900, 600), QSize(1280, 800)
POINTS = 11.0
"""Of the design's font."""


@pytest.fixture
def german(qapp: QApplication, text: float) -> Iterator[None]:
    usual = qapp.font()
    font = QFont(usual)
    font.setPointSizeF(POINTS * text)
    qapp.setFont(font)
    translate(qapp, ("de_DE",))
    yield
    qapp.setFont(usual)


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("text", "sizes"),
    [(1.5, (SMALL, USUAL)), (2.0, (SMALL,))],
    ids=["150 %", "200 %"],
)
@pytest.mark.parametrize(
    "state",
    [
        "drive, something missing",
        "apps",
        "apps: beginning",
        "apps: a set",
        "apps: nothing found",
        "apps: chosen",
        "apps: coming off",
        "review: in the way",
        "review: terms",
        "make: getting",
        "make: repairing",
        "make: full",
        "make: stopped",
        "make: several",
        "make: ready",
        "contents: damaged",
    ],
)
def test_nothing_is_cut_off_or_over_the_margin(
    open_window: Callable[..., MainWindow],
    demo: Environment,
    qtbot: QtBot,
    state: str,
    sizes: tuple[QSize, ...],
) -> None:
    window = open_window(demo)
    WINDOW_STATES[state](window, qtbot)

    def has_room() -> None:
        assert not [*cut_off(window), *squeezed(window), *beyond(window), *elided(window)]

    for size in sizes:
        window.resize(size)
        qtbot.waitUntil(partial(has_size, window, size))
        qtbot.waitUntil(has_room, timeout=GUARD_MS)


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("text", [2.0], ids=["200 %"])
def test_where_there_is_no_button_the_text_in_the_foot_has_all_of_it(
    open_window: Callable[..., MainWindow], demo: Environment, qtbot: QtBot
) -> None:
    window = open_window(demo)
    WINDOW_STATES["make: pulled out"](window, qtbot)
    window.resize(SMALL)
    foot = window.findChild(FootBar)
    assert foot is not None
    layout = foot.layout()
    assert layout is not None
    margin = layout.contentsMargins().right()
    qtbot.waitUntil(lambda: has_size(window, SMALL) and not foot.primary_button.isVisible())

    def reaches_to_the_margin() -> None:
        assert window.page.foot.text.text() == window.page.foot_text
        assert right_of(window.page.foot.text, window) == right_of(foot, window) - margin

    qtbot.waitUntil(reaches_to_the_margin, timeout=GUARD_MS)
    # A button has its place for itself at once.
    window.open(PageName.DRIVE)
    qtbot.waitUntil(foot.primary_button.isVisible)
    assert right_of(window.page.foot, window) < right_of(foot.primary_button, window) - margin


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("text", [2.0], ids=["200 %"])
def test_what_is_below_the_drives_is_seen_whole(
    open_window: Callable[..., MainWindow], demo: Environment, qtbot: QtBot
) -> None:
    window = open_window(demo)
    WINDOW_STATES["drive, several"](window, qtbot)
    window.resize(SMALL)
    qtbot.waitUntil(lambda: has_size(window, SMALL), timeout=GUARD_MS)

    def are_seen() -> None:
        links = [each for each in window.page.findChildren(Link) if each.isVisible()]
        assert len(links) > 1
        assert not [link.text() for link in links if link.visibleRegion() != QRegion(link.rect())]

    qtbot.waitUntil(are_seen, timeout=GUARD_MS)


def has_size(window: MainWindow, size: QSize) -> bool:
    return window.size() == size


def squeezed(window: MainWindow) -> Iterator[str]:
    """Buttons that are narrower than their text, and do not tell it otherwise."""
    for widget in shown(window):
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if text and text not in widget.toolTip() and widget.width() < widget.sizeHint().width():
            yield text


def elided(window: MainWindow) -> Iterator[str]:
    """Prompts of which not all can be read."""
    for field in window.findChildren(SearchField):
        prompt = field.placeholderText()
        option = QStyleOptionFrame()
        field.initStyleOption(option)
        part = QStyle.SubElement.SE_LineEditContents
        room = field.style().subElementRect(part, option, field).width()
        margins = field.textMargins()
        # Qt keeps two columns free at both ends.
        room -= margins.left() + margins.right() + 4
        if field.isVisible() and field.fontMetrics().horizontalAdvance(prompt) > room:
            yield prompt


def beyond(window: MainWindow) -> Iterator[str]:
    """Texts of the page that end further right than its primary button, but for what is over it."""
    foot = window.findChild(FootBar)
    assert foot is not None
    end = right_of(foot.primary_button, window)
    over = window.page.findChildren(SlideOver)
    for widget in shown(window.page):
        if any(each.isAncestorOf(widget) for each in over):
            continue
        text = widget.text() if isinstance(widget, QLabel) else ""
        if text and right_of(widget, window) - widget.contentsMargins().right() > end:
            yield text


def right_of(widget: QWidget, window: QWidget) -> int:
    return widget.mapTo(window, QPoint()).x() + widget.width()
