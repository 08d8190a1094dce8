"""An app that can be installed on this computer: a tick before, a ring that is filled after."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.controllers.receiving_view import AppRow, RowState
from ui.dialogs.receiving_words import ReceivingWords
from ui.i18n.numbers import sized
from ui.state.app_pictures import AppPictures
from ui.style import style
from ui.widgets import labels
from ui.widgets.app_icon import AppIcon
from ui.widgets.check_box import CheckBox
from ui.widgets.labels import Ink
from ui.widgets.ring import Ring, RingState

_ROW = 52
_RINGS = {
    RowState.WAITING: RingState.OPEN,
    RowState.UNDER_WAY: RingState.UNDER_WAY,
    RowState.INSTALLED: RingState.GOOD,
    RowState.FAILED: RingState.BAD,
}


class ReceivingRow(QWidget):
    """Signals: ticked(object, bool): this row was ticked, or the tick taken away.

    Attributes:
        row: what is shown.
        tick: the box.
    """

    ticked = Signal(object, bool)

    def __init__(self, pictures: AppPictures, words: ReceivingWords, parent: QWidget) -> None:
        super().__init__(parent)
        self.row: AppRow | None = None
        self._words = words
        self._icon = AppIcon(pictures, self)
        self._name = labels.strong(parent=self)
        self._text = labels.small(parent=self)
        # Else Qt lays the row out for the width that long texts would like to have, and for the
        # height that they need in the least.
        self._text.setMinimumSize(1, 1)
        self._size = labels.Label("", style.Text.SMALL, quiet=True, parent=self)
        self.tick = _Tick(self)
        self.tick.clicked.connect(self._ticked)
        self._ring = Ring(self)
        texts = labels.in_the_middle(self._name, self._text)
        layout = QHBoxLayout(self)
        edge = style.px(style.INNER)
        layout.setContentsMargins(edge, style.px(style.HALF), edge, style.px(style.HALF))
        layout.setSpacing(style.px(style.INNER))
        layout.addStrut(style.px(_ROW - 2 * style.HALF))
        layout.addWidget(self._icon)
        layout.addLayout(texts, 1)
        layout.addWidget(self._size)
        layout.addWidget(self.tick)
        layout.addWidget(self._ring)

    def show_row(self, row: AppRow) -> None:
        self.row = row
        self._icon.show_app(row.ref, row.name)
        self._name.setText(row.name)
        about = self._words.about(row)
        self._text.setText(about)
        self._text.setVisible(bool(about))
        self._text.set_ink(Ink.BAD if row.state is RowState.FAILED else Ink.SOFT)
        self._size.setText(sized(row.size))
        self._size.setVisible(row.can_be_chosen)
        self.tick.setVisible(row.can_be_chosen)
        self.tick.setChecked(row.ticked)
        self.tick.setAccessibleName(row.name)
        self.tick.setAccessibleDescription(about)
        ring = _RINGS.get(row.state)
        self._ring.setVisible(ring is not None)
        if ring is not None:
            self._ring.show_state(ring)
        self.setAccessibleName(f"{row.name}. {self._words.spoken(row.state)} {about}".strip())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Anywhere on the row: the box alone is small."""
        super().mouseReleaseEvent(event)
        inside = self.rect().contains(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and inside and not self.tick.isHidden():
            self.tick.click()

    def _ticked(self, wanted: bool) -> None:
        self.ticked.emit(self, wanted)


class _Tick(CheckBox):
    """The arrow keys move from one to the next, as in a list."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)
