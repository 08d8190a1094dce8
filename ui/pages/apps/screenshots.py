"""Screenshots of an app, one at a time, with a dot for each."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.controllers.screenshots import ShotState, ShotView
from ui.i18n.filling import filled
from ui.i18n.numbers import counted
from ui.style import style
from ui.style.look import look
from ui.style.tokens import radius

_DOT = 6
_DOTS_AWAY = 14
_SHAPE = 9 / 16


class Screenshots(QWidget):
    """16:9; not there where there is nothing to show. A click or an arrow key goes on.

    Signals:
        turned(int): on by so many.
    """

    turned = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = ShotView()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    @property
    def state(self) -> ShotState:
        return self._view.state

    def show_view(self, view: ShotView) -> None:
        self._view = view
        self.setVisible(view.state is not ShotState.NONE)
        text = self.tr("Screenshot %1 of %2")
        self.setAccessibleName(filled(text, counted(view.number + 1), counted(view.count)))
        self.setAccessibleDescription(view.caption)
        several = view.count > 1
        self.setCursor(Qt.CursorShape.PointingHandCursor if several else Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if several else Qt.FocusPolicy.NoFocus)
        self.update()

    def heightForWidth(self, width: int) -> int:
        return round(width * _SHAPE)

    def sizeHint(self) -> QSize:
        return QSize(style.px(320), self.heightForWidth(style.px(320)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        here = self.rect().contains(event.position().toPoint())
        if here and event.button() == Qt.MouseButton.LeftButton:
            self.turned.emit(1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        onward = -1 if self.isRightToLeft() else 1
        match event.key():
            case Qt.Key.Key_Right:
                self.turned.emit(onward)
            case Qt.Key.Key_Left:
                self.turned.emit(-onward)
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(self.rect())
        round_ = style.px(radius("primary"))
        path = QPainterPath()
        path.addRoundedRect(area, round_, round_)
        painter.fillPath(path, look().sunken)
        image = self._view.image
        if image is not None:
            painter.setClipPath(path)
            size = image.size().toSizeF().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(QPointF(0, 0), size)
            place.moveCenter(area.center())
            painter.drawImage(place, image)
            painter.setClipping(False)
        self._paint_dots(painter)
        if self.property("keyed"):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look().accent, 2))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), round_, round_)
        painter.end()

    def _paint_dots(self, painter: QPainter) -> None:
        """On a ground of their own: pictures have every colour."""
        count = self._view.count
        if count < 2:
            return
        side, gap = style.px(_DOT), style.px(_DOT)
        wide = 3 * side
        width = wide + (count - 1) * (side + gap)
        left = (self.width() - width) / 2
        top = self.height() - style.px(_DOTS_AWAY) - side / 2
        ground = QRectF(left - gap, top - gap / 2, width + 2 * gap, side + gap)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look().card)
        painter.drawRoundedRect(ground, ground.height() / 2, ground.height() / 2)
        shown = count - 1 - self._view.number if self.isRightToLeft() else self._view.number
        for number in range(count):
            on = number == shown
            painter.setBrush(look().accent if on else look().control)
            each = wide if on else side
            painter.drawRoundedRect(QRectF(left, top, each, side), side / 2, side / 2)
            left += each + gap
