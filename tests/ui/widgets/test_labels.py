"""Text: its inks, sizes that follow the platform's, and where lines begin."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QFont, QFontMetrics, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.seen import picture, strongest_contrast
from ui.style import style
from ui.style.look import Scheme
from ui.widgets import labels
from ui.widgets.labels import EvenLabel, Ink, Label
from ui.widgets.primary_button import PrimaryButton

Show = Callable[[QWidget], QWidget]


@pytest.mark.parametrize("ink", Ink)
@pytest.mark.parametrize("size", [style.Text.SMALL, style.Text.BODY])
def test_every_ink_can_be_read(scheme: Scheme, show: Show, ink: Ink, size: style.Text) -> None:
    del scheme
    label = Label("Mnopq Inkwell", size, ink=ink)
    show(label)

    assert strongest_contrast(picture(label)) >= style.READABLE_CONTRAST


@pytest.fixture
def large_font(qapp: QApplication) -> Iterator[Callable[[], None]]:
    usual = qapp.font()

    def enlarge() -> None:
        font = QFont(usual)
        font.setPointSizeF(usual.pointSizeF() * 2)
        qapp.setFont(font)

    yield enlarge
    qapp.setFont(usual)


@pytest.mark.parametrize("make", [labels.title, labels.small, PrimaryButton])
def test_sizes_follow_the_platforms_font(
    show: Show, large_font: Callable[[], None], make: Callable[[], QWidget]
) -> None:
    widget = make()
    show(widget)
    before = widget.font().pointSizeF()

    large_font()
    QApplication.processEvents()

    assert widget.font().pointSizeF() > 1.8 * before


def test_names_begin_where_lines_begin_in_the_window(show: Show) -> None:
    """Qt aligns what is written in Latin letters at the left, whatever stands around it."""
    label = Label("Inkwell")
    label.setMinimumWidth(400)
    window = show(label)
    assert label.alignment() & Qt.AlignmentFlag.AlignLeft

    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)

    image = picture(label)
    half = label.rect().adjusted(0, 0, -label.width() // 2, 0)
    assert strongest_contrast(image, half) == 1
    assert strongest_contrast(image) > style.READABLE_CONTRAST


def test_what_is_in_the_middle_stays_there(show: Show) -> None:
    label = Label("Inkwell")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    window = show(label)
    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert label.alignment() == Qt.AlignmentFlag.AlignCenter


def test_between_stretches_a_text_wraps_only_where_there_is_no_room(show: Show) -> None:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.addStretch(1)
    label = EvenLabel("Run the line it shows, and read what it says", style.Text.STRONG)
    layout.addWidget(label)
    layout.addStretch(1)
    window = show(row)
    line = label.fontMetrics().height()

    window.resize(label.fontMetrics().horizontalAdvance(label.text()) + 100, 200)
    QApplication.processEvents()
    assert label.height() < 2 * line

    window.resize(200, 200)
    QApplication.processEvents()
    assert label.height() >= 2 * line
    assert label.width() < 200


def test_what_has_to_be_read_whole_is_smaller_where_there_is_little_room(
    qapp: QApplication,
) -> None:
    del qapp
    title, body = style.font(style.Text.TITLE), style.font(style.Text.BODY)
    name = "Klassenzimmer 3b"
    widest, least = (QFontMetrics(each).horizontalAdvance(name) for each in (title, body))
    assert labels.fitting(title, name, widest + 1) == title
    between = labels.fitting(title, name, (widest + least) // 2)
    assert body.pointSizeF() < between.pointSizeF() < title.pointSizeF()
    assert QFontMetrics(between).horizontalAdvance(name) < (widest + least) // 2
    assert labels.fitting(title, name, 10).pointSizeF() == body.pointSizeF()


ADDRESS = "http://[2001:db8:1234:5678:9abc:def0:1234:5678]:58080"


@pytest.fixture
def address(show: Show) -> Label:
    """One that is wider than its label."""
    label = labels.body(ADDRESS)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    show(label).setFixedSize(140, 200)
    QApplication.processEvents()
    assert "\N{ZERO WIDTH SPACE}" in QLabel.text(label)
    return label


def test_what_is_broken_is_copied_whole(address: Label, qtbot: QtBot) -> None:
    clipboard = QGuiApplication.clipboard()
    qtbot.mouseDClick(address, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    qtbot.keySequence(address, QKeySequence.StandardKey.SelectAll)
    qtbot.keySequence(address, QKeySequence.StandardKey.Copy)
    assert clipboard.text() == ADDRESS


def test_what_is_broken_is_read_aloud_whole(address: Label) -> None:
    interface = QAccessible.queryAccessibleInterface(address)
    assert interface.text(QAccessible.Text.Name) == ADDRESS
    address.setText("Short")
    assert interface.text(QAccessible.Text.Name) == "Short"
    address.setAccessibleName("The address")
    address.setText(ADDRESS)
    assert interface.text(QAccessible.Text.Name) == "The address"
