"""A part of a page at its right edge, over what is there or beside it."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPoint, QPropertyAnimation, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from ui.style import style
from ui.style.look import look
from ui.style.tokens import motion, size
from ui.widgets.tab_order import COVERS, lead_into

_STRIPS = 8


class Lies(Enum):
    """Where the panel is."""

    OVER = "over"
    BESIDE = "beside"


class SlideOver(QFrame):
    """As high as the page, 416 wide, at the end where lines end.

    Who owns the page puts nothing below it where it lies beside: `room` says how much it takes.

    Signals:
        opened(): it is on its way in.
        closed(): it is on its way out.

    Attributes:
        body: the layout of what it holds.
    """

    opened = Signal()
    closed = Signal()

    def __init__(self, page: QWidget, name: str) -> None:
        super().__init__(page)
        self._page = page
        self._lies = Lies.OVER
        self.setProperty(COVERS, True)
        self._is_open = False
        self._came_from: QWidget | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.body = QVBoxLayout(self)
        self._motion = QPropertyAnimation(self, b"pos", self)
        self._motion.setDuration(motion("slide-over"))
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.finished.connect(self._arrived)
        self._set_margins()
        self.hide()
        # Wherever in the window the focus is; and also if there were two.
        self._key = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._key.setEnabled(False)
        self._key.activated.connect(self.leave)
        self._key.activatedAmbiguously.connect(self.leave)
        page.installEventFilter(self)

    @property
    def is_open(self) -> bool:
        return self._is_open

    @property
    def room(self) -> int:
        """How much of the page's width it takes from what lies beside it."""
        return self._width() if self._is_open and self._lies is Lies.BESIDE else 0

    def set_lies(self, lies: Lies) -> None:
        if lies is not self._lies:
            self._lies = lies
            self.setProperty(COVERS, lies is Lies.OVER)
            self._set_margins()
            self.update()

    def open(self, *, focus: bool = True) -> None:
        if not self._is_open:
            self._is_open = True
            self._key.setEnabled(True)
            self._came_from = QApplication.focusWidget()
            self.resize(self._width(), self._page.height())
            self.show()
            self.raise_()
            self._move(self._outside(), self._inside())
            self.opened.emit()
        if focus:
            lead_into(self)

    def leave(self) -> None:
        """The focus goes back to where it was."""
        if not self._is_open:
            return
        self._is_open = False
        self._key.setEnabled(False)
        focus = QApplication.focusWidget()
        if focus is not None and (focus is self or self.isAncestorOf(focus)):
            back = self._came_from if self._came_from is not None else self._page
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        self._move(self.pos(), self._outside())
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._page and event.type() == QEvent.Type.Resize:
            self._motion.stop()
            self.resize(self._width(), self._page.height())
            self._arrived()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_margins()

    def _set_margins(self) -> None:
        inner = style.px(style.SECTION)
        shadow = _STRIPS if self._lies is Lies.OVER else 1
        left, right = (inner, inner + shadow) if self.isRightToLeft() else (inner + shadow, inner)
        self.body.setContentsMargins(left, style.px(style.CARD), right, style.px(style.CARD))

    def _width(self) -> int:
        wanted = style.px(size("slide-over")) + (_STRIPS if self._lies is Lies.OVER else 0)
        return min(wanted, self._page.width())

    def _inside(self) -> QPoint:
        left = 0 if self.isRightToLeft() else self._page.width() - self.width()
        return QPoint(left, 0)

    def _outside(self) -> QPoint:
        left = -self.width() if self.isRightToLeft() else self._page.width()
        return QPoint(left, 0)

    def _move(self, start: QPoint, end: QPoint) -> None:
        self._motion.stop()
        if style.animated() and self._page.isVisible():
            self._motion.setStartValue(start)
            self._motion.setEndValue(end)
            self._motion.start()
        else:
            self._arrived()

    def _arrived(self) -> None:
        self.setVisible(self._is_open)
        self.move(self._inside() if self._is_open else self._outside())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Its ground, and a shadow of strips that fades away from it."""
        painter = QPainter(self)
        strips = _STRIPS if self._lies is Lies.OVER else 0
        mirrored = self.isRightToLeft()
        ground = self.rect().adjusted(0 if mirrored else strips, 0, -strips if mirrored else 0, 0)
        for strip in range(strips):
            colour = look().shadow
            colour.setAlphaF(colour.alphaF() * (strip + 1) / strips)
            left = self.width() - 1 - strip if mirrored else strip
            painter.fillRect(left, 0, 1, self.height(), colour)
        painter.fillRect(ground, look().card)
        width = look().line_width
        edge = ground.right() + 1 - width if mirrored else ground.left()
        painter.fillRect(edge, 0, width, self.height(), look().line)
        painter.end()
