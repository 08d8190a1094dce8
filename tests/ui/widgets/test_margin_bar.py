"""The scroll bar in the margin of a page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QListWidget,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.widgets.margin_bar import MarginBar

MARGIN = 32


class Page(QWidget):
    """A list in one part of two, with a margin around both."""

    def __init__(self) -> None:
        super().__init__()
        self.list = QListWidget()
        self.parts = QStackedWidget()
        self.parts.addWidget(self.list)
        self.parts.addWidget(QWidget())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, 0, MARGIN, 0)
        layout.addWidget(self.parts)
        self.bar = MarginBar(self.list, self)
        self.setFixedSize(400, 200)

    def fill(self, number: int) -> None:
        self.list.clear()
        self.list.addItems(["Inkwell"] * number)
        QApplication.processEvents()


@pytest.fixture
def page(show: Callable[[QWidget], QWidget]) -> Page:
    page = Page()
    show(page)
    return page


def test_the_list_is_as_wide_with_it_as_without(page: Page) -> None:
    page.fill(1)
    assert not page.bar.isVisible()
    wide = page.list.viewport().width()

    page.fill(50)
    assert page.bar.isVisible()
    assert page.list.viewport().width() == wide
    assert page.bar.geometry().right() == page.width() - 1
    assert page.bar.x() >= page.width() - MARGIN
    assert page.bar.height() == page.list.height()


def test_it_scrolls_and_follows(page: Page) -> None:
    page.fill(50)
    page.bar.setValue(5)
    assert page.list.verticalScrollBar().value() == 5
    page.list.verticalScrollBar().setValue(3)
    assert page.bar.value() == 3


def test_it_goes_with_what_it_scrolls(page: Page) -> None:
    page.fill(50)
    page.parts.setCurrentIndex(1)
    assert not page.bar.isVisible()
    page.parts.setCurrentIndex(0)
    assert page.bar.isVisible()


def test_from_the_right_it_is_at_the_left(page: Page) -> None:
    page.fill(50)
    page.window().setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QApplication.processEvents()
    assert page.bar.x() == 0


def test_what_takes_the_edge_of_the_page_moves_it(page: Page) -> None:
    page.fill(50)
    page.setContentsMargins(0, 0, 100, 0)
    QApplication.processEvents()
    assert page.bar.geometry().right() == page.width() - 101


def test_it_is_as_long_as_what_is_in_sight(show: Callable[[QWidget], QWidget]) -> None:
    page = QWidget()
    page.setFixedSize(400, 100)
    content = QWidget()
    content.setFixedHeight(1000)
    area = QScrollArea(page)
    area.setWidget(content)
    bar = MarginBar(area, page)
    show(page)
    area.setFixedHeight(80)
    QApplication.processEvents()
    assert bar.pageStep() == area.verticalScrollBar().pageStep()
