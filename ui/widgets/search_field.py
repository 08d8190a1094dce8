"""A line to search in."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.style import icons, style
from ui.style.look import look
from ui.style.symbol import Symbol
from ui.widgets.buttons import IconButton

_LONGEST = 200
_WIDE = 320


class SearchField(QLineEdit):
    """A glass at its beginning; at its end the keys that lead here, or a cross that empties it.

    Signals:
        left_downwards(): the person goes on to what was found.
        confirmed(): Return was pressed; what it does is up to those who listen, not to a dialog.
    """

    left_downwards = Signal()
    confirmed = Signal()

    def __init__(
        self, prompt: str, parent: QWidget | None = None, *, keys: QKeySequence | None = None
    ) -> None:
        """``keys``: the shortcut that leads here, only to be shown."""
        super().__init__(parent)
        self._prompt = self._short = prompt
        self._hint = keys.toString(QKeySequence.SequenceFormat.NativeText) if keys else ""
        self._hint = self._hint.replace("+", " ")
        self.setMaxLength(_LONGEST)
        self._cross = IconButton(Symbol.CROSS, self.tr("Clear"), small=True, parent=self)
        # The keyboard has Escape for it.
        self._cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._cross.setCursor(Qt.CursorShape.ArrowCursor)
        self._cross.clicked.connect(self.clear)
        self._cross.hide()
        self.textChanged.connect(self._offer_cross)
        self.set_prompt(prompt)

    def set_prompt(self, prompt: str, short: str = "") -> None:
        """``short`` is said where there is no room for all of it."""
        self._prompt, self._short = prompt, short or prompt
        self.setAccessibleName(prompt)
        self.updateGeometry()
        self._make_room()

    def sizeHint(self) -> QSize:
        return QSize(style.px(_WIDE), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """The prompt can be read, and as much of what is typed, which the cross stands beside."""
        least = super().minimumSizeHint()
        wide = self._wide(self._short) + self._cross.sizeHint().width() - style.px(style.GAP)
        return least.expandedTo(QSize(wide, least.height()))

    def _wide(self, prompt: str) -> int:
        """Columns that it takes with the glass, and the field's own edges."""
        around = style.px(style.Icon.SMALL + style.HALF) + 3 * style.px(style.GAP)
        return QFontMetrics(self.font()).horizontalAdvance(prompt) + around

    def type_on(self, text: str) -> None:
        """Somebody began to type elsewhere."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setText(self.text() + text)

    def event(self, event: QEvent) -> bool:
        """Where there is nothing here to undo, the keys for it are the window's."""
        handled = super().event(event)
        override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if override and event.matches(QKeySequence.StandardKey.Undo):  # type: ignore[attr-defined]
            event.setAccepted(self.isUndoAvailable())
        return handled

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Down:
                self.left_downwards.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.confirmed.emit()
            case Qt.Key.Key_Escape if self.text():
                self.clear()
            case _:
                super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.LayoutDirectionChange):
            self._make_room()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        edge, side = style.px(style.INNER), style.px(style.Icon.SMALL)
        left = self.width() - edge - side if self.isRightToLeft() else edge
        ratio = self.devicePixelRatioF()
        glass = icons.pixmap(Symbol.SEARCH, side, look().soft, ratio)
        painter.drawPixmap(left, (self.height() - side) // 2, glass)
        if self._hint_width() and not self.text():
            painter.setFont(style.font(style.Text.SMALL))
            painter.setPen(look().soft)
            place = self.rect().adjusted(edge, 0, -edge, 0)
            end = Qt.AlignmentFlag.AlignRight
            if self.isRightToLeft():
                end = Qt.AlignmentFlag.AlignLeft
            flags = end | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, flags, self._hint)
        painter.end()

    def _make_room(self) -> None:
        """For the glass, and for what is at the end."""
        fits = self._wide(self._prompt) <= self.width()
        prompt = self._prompt if fits else self._short
        if prompt != self.placeholderText():
            self.setPlaceholderText(prompt)
        begin = style.px(style.Icon.SMALL + style.HALF)
        size = self._cross.sizeHint()
        end = size.width() if self.text() else self._hint_width()
        from_right = self.isRightToLeft()
        self.setTextMargins(*((end, 0, begin, 0) if from_right else (begin, 0, end, 0)))
        gap = style.px(style.HALF)
        left = gap if from_right else self.width() - size.width() - gap
        self._cross.setGeometry(
            left, (self.height() - size.height()) // 2, size.width(), size.height()
        )

    def _hint_width(self) -> int:
        """Of the keys; 0 where the prompt needs all the room."""
        if not self._hint:
            return 0
        metrics = QFontMetrics(style.font(style.Text.SMALL))
        width = metrics.horizontalAdvance(self._hint) + style.px(style.HALF)
        return width if self._wide(self._prompt) + width <= self.width() else 0

    def _offer_cross(self, text: str) -> None:
        self._cross.setVisible(bool(text))
        self._make_room()
