"""Goes through everything a person can see or reach in a window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)

from ui.window.sidebar import Sidebar

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
)
INNER = (QAbstractSpinBox, QComboBox, QAbstractItemView, QLineEdit)
_MOST_ROWS = 200

W = TypeVar("W", bound=QWidget)


def front(window: QWidget) -> QWidget:
    """The dialog above the window, or the window."""
    return QApplication.activeModalWidget() or window


def the_only(root: QWidget, kind: type[W]) -> W:
    """The widget of a kind below ``root``."""
    widget = root.findChild(kind)
    assert isinstance(widget, kind), f"no {kind.__name__}"
    return widget


def steps(window: QWidget) -> list[str]:
    """What the sidebar says of each: “Step 1 of 4, Drive, CLASSROOM, 8 GB, done”."""
    lines = the_only(window, Sidebar).findChildren(QAbstractButton)
    return [line.accessibleName() for line in lines if line.accessibleName().startswith("Step ")]


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None, "nothing has the focus"
    return widget


def shown(root: QWidget) -> Iterator[QWidget]:
    """Every visible widget below ``root``, without those that Qt makes for itself."""
    for widget in (root, *root.findChildren(QWidget)):
        if widget.isVisible() and not widget.objectName().startswith("qt_"):
            yield widget


def controls(root: QWidget) -> Iterator[QWidget]:
    """What can be operated: not the inner parts of views, nor the edit of a combo box.

    Nor scroll bars: the keyboard scrolls what is beside them.
    """
    for widget in shown(root):
        inner = isinstance(widget.parent(), INNER)
        if isinstance(widget, CONTROLS) and not inner and not isinstance(widget, QScrollBar):
            yield widget


def texts(root: QWidget) -> Iterator[tuple[QWidget, str]]:
    """Every text that is seen or read out, with the widget it belongs to."""
    for widget in shown(root):
        for text in _of(widget):
            if text.strip():
                yield widget, text


def _of(widget: QWidget) -> Iterator[str]:
    yield widget.accessibleName()
    yield widget.accessibleDescription()
    yield widget.toolTip()
    if widget.isWindow():
        yield widget.windowTitle()
    if widget.property("upstream"):
        # What upstream says, which nobody here translates.
        return
    match widget:
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QLineEdit() | QPlainTextEdit():
            yield widget.placeholderText()
        case QGroupBox():
            yield widget.title()
        case QComboBox():
            yield from (widget.itemText(row) for row in range(widget.count()))
            yield widget.placeholderText()
        case QTabBar():
            yield from (widget.tabText(tab) for tab in range(widget.count()))
        case QProgressBar():
            yield widget.text() if widget.isTextVisible() else ""
        case QAbstractItemView():
            yield from _items(widget)
        case _:
            pass


def _items(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    if model is None:
        return
    for column in range(_columns(model, view.rootIndex())):
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
    pending = [view.rootIndex()]
    while pending:
        parent = pending.pop()
        for row in range(min(model.rowCount(parent), _MOST_ROWS)):
            for column in range(_columns(model, parent)):
                index = model.index(row, column, parent)
                for role in (
                    Qt.ItemDataRole.DisplayRole,
                    Qt.ItemDataRole.ToolTipRole,
                    Qt.ItemDataRole.AccessibleTextRole,
                ):
                    value = index.data(role)
                    yield value if isinstance(value, str) else ""
            pending.append(model.index(row, 0, parent))


def _columns(model: QAbstractItemModel, parent: QModelIndex) -> int:
    # A list has one; Qt forbids to ask it.
    return 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)


def cut_off(root: QWidget) -> Iterator[str]:
    """Texts that do not fit where they are shown, in words."""
    for widget in shown(root):
        if not isinstance(widget, QLabel | QAbstractButton) or not widget.text():
            continue
        if isinstance(widget.parent(), QLineEdit):
            # A field's own button shows its icon alone.
            continue
        width, height = widget.width(), widget.height()
        wanted = widget.minimumSizeHint()
        if isinstance(widget, QLabel) and widget.wordWrap():
            longest = widest_word(widget)
            if longest > width:
                yield f"a word of {widget.text()!r} needs {longest} columns, has {width}"
            if widget.heightForWidth(width) > height:
                yield f"{widget.text()!r} needs {widget.heightForWidth(width)} rows, has {height}"
        elif wanted.width() > width or wanted.height() > height:
            yield f"{widget.text()!r} needs {wanted.toTuple()}, has {width, height}"


def widest_word(label: QLabel) -> int:
    """In pixels: lines break between words, after hyphens, and where a text says so."""
    metrics = label.fontMetrics()
    words = re.split("[\\s\N{ZERO WIDTH SPACE}]+|(?<=-)", QLabel.text(label))
    return max(metrics.horizontalAdvance(word) for word in words)
