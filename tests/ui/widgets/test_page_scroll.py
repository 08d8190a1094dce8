"""Pages that scroll as a whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.widgets import labels
from ui.widgets.page_scroll import PageScroll


@pytest.fixture
def scroll(show: Callable[[QWidget], QWidget]) -> PageScroll:
    """As wide as it likes, with a text that needs fewer lines the wider it is."""
    content = QWidget()
    layout = QVBoxLayout(content)
    for _ in range(10):
        label = QLabel("Satchel puts apps on a USB drive. " * 8)
        label.setWordWrap(True)
        layout.addWidget(label)
    scroll = PageScroll(content)
    scroll.set_side(32)
    window = show(scroll)
    scroll.setMinimumSize(100, 100)
    window.resize(600, 400)
    return scroll


def test_every_size_has_its_layout(scroll: PageScroll) -> None:
    """With Qt's own bar some sizes had none: shown it was not needed, hidden it was."""
    content = scroll.widget()
    assert content is not None
    for height in range(150, 700, 7):
        scroll.setFixedHeight(height)
        QApplication.processEvents()
        needed = content.height() > scroll.viewport().height()
        assert scroll.bar.isVisible() == needed
        assert scroll.viewport().width() == scroll.width() - 32


def test_without_a_margin_the_bar_takes_room(show: Callable[[QWidget], QWidget]) -> None:
    content = QWidget()
    layout = QVBoxLayout(content)
    for _ in range(10):
        label = QLabel("Satchel puts apps on a USB drive. " * 8)
        label.setWordWrap(True)
        layout.addWidget(label)
    scroll = PageScroll(content)
    window = show(scroll)
    window.resize(600, 400)
    for height in range(150, 700, 7):
        scroll.setFixedHeight(height)
        QApplication.processEvents()
        assert scroll.bar.isVisible() == (content.height() > scroll.viewport().height())
        bar = scroll.bar.width() if scroll.bar.isVisible() else 0
        assert scroll.viewport().width() == scroll.width() - bar


def test_the_bar_scrolls_and_follows(scroll: PageScroll) -> None:
    scroll.setFixedHeight(150)
    QApplication.processEvents()

    scroll.bar.setValue(50)
    assert scroll.verticalScrollBar().value() == 50
    scroll.verticalScrollBar().setValue(20)
    assert scroll.bar.value() == 20


def test_from_the_right_the_bar_is_at_the_left(scroll: PageScroll) -> None:
    scroll.window().setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    scroll.set_side(32)
    scroll.setFixedHeight(150)
    QApplication.processEvents()

    assert scroll.bar.x() == 0


def test_lines_that_do_not_wrap_here_take_no_room(show: Callable[[QWidget], QWidget]) -> None:
    """Two texts beside each other, each of many lines where there is no room for it."""
    content = QWidget()
    layout = QVBoxLayout(content)
    row = QHBoxLayout()
    for _ in range(2):
        row.addWidget(labels.body("Satchel puts apps on a USB drive. " * 2))
    layout.addLayout(row)
    scroll = PageScroll(content)
    scroll.set_side(32)
    show(scroll)
    scroll.setFixedSize(900, content.heightForWidth(900 - 32))
    QApplication.processEvents()

    assert content.minimumSizeHint().height() > scroll.height()
    assert content.height() == scroll.height()
    assert not scroll.bar.isVisible()


def test_what_wraps_nothing_keeps_its_least_height(show: Callable[[QWidget], QWidget]) -> None:
    content = QWidget()
    layout = QVBoxLayout(content)
    for _ in range(10):
        layout.addWidget(QLabel("Inkwell"))
    scroll = PageScroll(content)
    scroll.set_side(32)
    scroll.setFixedSize(600, 60)
    show(scroll)
    QApplication.processEvents()

    assert content.height() == content.minimumSizeHint().height()


class Undecided(QWidget):
    """Asks for much room where it is narrow, and for little where it is wide."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.findChildren(QLabel)[0].setMinimumWidth(900 if event.size().width() < 800 else 100)


def test_content_is_as_wide_as_there_is_room(show: Callable[[QWidget], QWidget]) -> None:
    """Qt gave it the width it asked for, and asked again."""
    content = Undecided()
    QVBoxLayout(content).addWidget(QLabel("Inkwell"))
    scroll = PageScroll(content)
    scroll.set_side(32)
    scroll.setFixedSize(600, 300)
    show(scroll)
    QApplication.processEvents()

    assert content.width() == 600 - 32
