"""The foot of the window: each page's part of it, toasts over that, and the primary button."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ui.pages.base import Page
from ui.style import style
from ui.style.look import look
from ui.style.tokens import size
from ui.widgets.foot import Foot
from ui.widgets.primary_button import PrimaryAction, PrimaryButton
from ui.widgets.toast import Toast, ToastBar

_LOW = 64
"""Its height in design pixels where the window is low."""
_ABOVE = 48
"""Of the row of lesser buttons, where they stand above."""
_BESIDE = QBoxLayout.Direction.LeftToRight
_BELOW = QBoxLayout.Direction.TopToBottom


class FootBar(QWidget):
    """Where a page's part has no room beside the primary button it stands above that, which stays
    at its place.

    Signals: acted(): the primary button was pressed.
    """

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = QStackedWidget()
        self._toast = ToastBar()
        self._toast.ended.connect(self._show_part)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._parts)
        self._over = _in_the_middle(self._toast)
        self._stack.addWidget(self._over)
        # As narrow as it has to be: the text of the primary button comes first.
        self._stack.setMinimumWidth(1)
        self._primary = PrimaryButton()
        self._primary.acted.connect(self.acted)
        self._place = QWidget()
        self._place.setMinimumWidth(style.px(size("primary-min-width")))
        place = QHBoxLayout(self._place)
        place.setContentsMargins(0, 0, 0, 0)
        place.addStretch(1)
        place.addWidget(self._primary)
        self._layout = QHBoxLayout(self)
        self._layout.setSpacing(style.px(style.GAP))
        self._layout.addWidget(self._stack, 1)
        self._layout.addWidget(self._place)
        self._row = 0
        self.fit(is_narrow=False, is_low=False)

    @property
    def primary_button(self) -> PrimaryButton:
        return self._primary

    def add(self, page: Page) -> None:
        self._parts.addWidget(page.foot)
        page.foot.refitted.connect(self._arrange)

    def fit(self, *, is_narrow: bool, is_low: bool) -> None:
        """Its margins and height for a window of that size: large letters have as many lines."""
        side = style.px(style.MARGIN_NARROW if is_narrow else style.MARGIN)
        self._layout.setContentsMargins(side, 0, side, 0)
        room = 3 * QFontMetrics(style.font(style.Text.BODY)).lineSpacing() + style.GRID
        self._row = max(room, style.px(_LOW if is_low else size("foot")))
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        around = self._layout.contentsMargins()
        room = self.width() - around.left() - around.right()
        self._primary.allow(room)
        self._place.setVisible(self._keeps_place)
        taken = self._layout.spacing() + self._primary_width if self._keeps_place else 0
        beside = room - taken
        above = self.isVisible() and self._is_squeezed(beside)
        self._layout.setDirection(_BELOW if above else _BESIDE)
        self._layout.setSpacing(0 if above else style.px(style.GAP))
        self._place.setFixedHeight(self._row)
        self.setFixedHeight(self._row + above * self._above(room))

    def _above(self, width: int) -> int:
        """How high what stands above has to be."""
        told = self._toast.heightForWidth(width) if self._toast.toast is not None else 0
        return max(told, style.px(_ABOVE))

    @property
    def _primary_width(self) -> int:
        least = self._place.minimumWidth()
        return max(least, self._primary.sizeHint().width()) if self._primary.action.text else least

    @property
    def _keeps_place(self) -> bool:
        """Whether the primary button's place is its own: without one only text may stand there."""
        part = self._parts.currentWidget()
        alone = isinstance(part, Foot) and part.ends_in_text and self._toast.toast is None
        return bool(self._primary.action.text) or not alone

    def _is_squeezed(self, width: int) -> bool:
        """Whether the page's part, or the toast over it, needs more than ``width``."""
        if self._toast.toast is not None:
            return self._toast.heightForWidth(width) > self._row
        part = self._parts.currentWidget()
        return isinstance(part, Foot) and part.least_width > width

    def show_page(self, page: Page, *, text: str, enabled: bool) -> None:
        """The part of ``page``; ``enabled``: whether its button may be pressed at all."""
        self._parts.setCurrentWidget(page.foot)
        page.foot.text.setText(text)
        action = PrimaryAction(
            page.primary_text,
            page.primary_enabled and enabled,
            page.primary_reason,
            page.primary_is_quiet,
            page.primary_icon,
        )
        self._primary.show_action(page.name, action)
        self._arrange()

    def toast(self, toast: Toast) -> None:
        self._toast.show_toast(toast)
        self._stack.setCurrentWidget(self._over)
        self._arrange()

    def undo(self) -> bool:
        """What the toast that is shown can take back; whether it could."""
        return self._toast.undo()

    def end_toast(self) -> None:
        """It leaves with its page."""
        if self._toast.toast is not None:
            self._toast.end()

    def _show_part(self) -> None:
        self._stack.setCurrentWidget(self._parts)
        self._arrange()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(QRect(0, 0, self.width(), look().line_width), look().line)
        painter.end()


def _in_the_middle(toast: ToastBar) -> QWidget:
    """As high as its text, in what is higher."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.addStretch(1)
    column.addWidget(toast)
    column.addStretch(1)
    return whole
