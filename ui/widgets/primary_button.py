"""The one button of a page that leads on. It stays at its place, and never acts at once."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QWidget

from ui.i18n.tips import tip
from ui.style import icons, style
from ui.style.look import look
from ui.style.properties import mark
from ui.style.symbol import Symbol
from ui.style.tokens import radius, size
from ui.widgets.guard import Guard

_ENDLESS = 1 << 20
"""Columns of pixels: more than any text has."""


class PrimaryAction(Struct, frozen=True):
    """What it says and does on a page.

    Attributes:
        text: empty for none: the place stays empty.
        enabled: whether it does anything now. If not it still takes the focus, and says why.
        reason: why it does nothing; a tip, and read to who cannot see it.
        quiet: drawn as a secondary button: what a stray click may do without harm.
        icon: beside the text; None for none.
    """

    text: str = ""
    enabled: bool = True
    reason: str = ""
    quiet: bool = False
    icon: Symbol | None = None


class PrimaryButton(QPushButton):
    """Signals: acted(): pressed, by someone who could see for long enough what it means.

    It paints itself: styles mix a button's colour with their own, and then text on it may not be
    readable.
    """

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFont(style.font(style.Text.STRONG))
        self._guard = Guard()
        self._action = PrimaryAction()
        self._page: object = None
        self._began: object = None
        self._most = _ENDLESS
        self.pressed.connect(self._begin)
        self.clicked.connect(self._end)

    @property
    def action(self) -> PrimaryAction:
        return self._action

    def show_action(self, page: object, action: PrimaryAction) -> None:
        """``page``: whatever tells one page from another."""
        if (page, action) == (self._page, self._action):
            self._look_where_it_is()
            return
        self._page, self._action = page, action
        # A name in it is no key to press it by.
        self.setText(action.text.replace("&", "&&"))
        self.setAccessibleName(action.text)
        self.setVisible(bool(action.text))
        mark(self, "blocked", not action.enabled)
        self.setAccessibleDescription("" if action.enabled else action.reason)
        self._show_tip()
        self.setDefault(True)
        self._look_where_it_is()
        self.updateGeometry()
        self.update()

    def allow(self, width: int) -> None:
        """It gets no wider than that; what it says then ends in an ellipsis, and is its tip."""
        if width != self._most:
            self._most = width
            self._show_tip()
            self.updateGeometry()

    def _show_tip(self) -> None:
        said = "" if self._shown_text == self._action.text else self._action.text
        self.setToolTip(tip("\n".join(filter(None, (said, self.accessibleDescription())))))

    @property
    def _shown_text(self) -> str:
        room = max(0, self._most - self._around)
        return self.fontMetrics().elidedText(self._action.text, Qt.TextElideMode.ElideRight, room)

    @property
    def _around(self) -> int:
        """Columns that are not for the text."""
        sign = style.px(style.Icon.SMALL + style.GRID) if self._action.icon is not None else 0
        return 2 * style.px(style.SECTION) + sign

    def act(self) -> None:
        """As if pressed, by a shortcut."""
        self._look_where_it_is()
        if self.isVisible() and self._action.enabled and self._guard.settled:
            self.acted.emit()

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._action.text) + self._around
        least = style.px(size("primary-min-width"))
        return QSize(max(min(width, self._most), least), style.px(size("primary-height")))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            # As when the platform's font changes: the sheet is made anew for it.
            font = style.font(style.Text.STRONG)
            if font != self.font():
                self.setFont(font)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat():
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def _look_where_it_is(self) -> None:
        place = QRect(self.mapTo(self.window(), self.rect().topLeft()), self.size())
        action = self._action
        self._guard.mean((self._page, action.text, action.enabled, action.quiet, place.getRect()))

    def _begin(self) -> None:
        self._look_where_it_is()
        self._began = self._guard.meaning if self._guard.settled else None

    def _end(self) -> None:
        began, self._began = self._began, None
        self._look_where_it_is()
        if self._action.enabled and began is not None and began == self._guard.meaning:
            self.acted.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        # Where it is seen: in a window that has become larger its place is another.
        self._look_where_it_is()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, ink, edge = self._colours()
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        corner = style.px(radius("primary"))
        painter.setPen(QPen(edge, look().line_width))
        painter.setBrush(fill)
        painter.drawRoundedRect(area, corner, corner)
        if self.hasFocus() and self.property("keyed"):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            plain = self._action.quiet or not self._action.enabled
            painter.setPen(QPen(look().accent if plain else ink, 2))
            painter.drawRoundedRect(area.adjusted(3, 3, -3, -3), corner - 3, corner - 3)
        self._draw_text(painter, ink)
        painter.end()

    def _colours(self) -> tuple[QColor, QColor, QColor]:
        """Fill, ink and edge."""
        colours = look()
        if not self._action.enabled:
            return colours.sunken, colours.disabled, colours.sunken
        if self._action.quiet:
            fill = colours.sunken if self.isDown() else colours.card
            return (colours.hover if self.underMouse() else fill), colours.text, colours.line_strong
        fill = colours.accent
        if self.isDown():
            fill = colours.accent_pressed
        elif self.underMouse():
            fill = colours.accent_hover
        return fill, colours.on_accent, fill

    def _draw_text(self, painter: QPainter, ink: QColor) -> None:
        painter.setPen(ink)
        area = self.rect()
        if self._action.icon is not None:
            side, gap = style.px(style.Icon.SMALL), style.px(style.GRID)
            width = side + gap + self.fontMetrics().horizontalAdvance(self._shown_text)
            left = (area.width() - width) // 2
            square = QRect(left, (area.height() - side) // 2, side, side)
            right_to_left = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            if right_to_left:
                square.moveRight(area.width() - left)
            sign = icons.pixmap(self._action.icon, side, ink, self.devicePixelRatioF())
            painter.drawPixmap(square.topLeft(), sign)
            area = area.adjusted(
                *((0, 0, -(side + gap), 0) if right_to_left else (side + gap, 0, 0, 0))
            )
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._shown_text)
