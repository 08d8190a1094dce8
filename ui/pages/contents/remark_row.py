"""One thing that a check found: about an app, on its icon."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.i18n.filling import filled
from ui.models.check_remarks import CheckRemark, RemarkSign
from ui.state.app_pictures import AppPictures
from ui.style import icons, style
from ui.style.app_icons import paint_app_icon, paint_sign
from ui.style.look import look
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.buttons import Button

_ICON = 38
_ROOM = 52
"""With the sign at its lower end."""
_HEIGHT = 66
_SIGNS = {
    RemarkSign.BROKEN: (Symbol.CROSS, "bad"),
    RemarkSign.LASTING: (Symbol.CROSS, "bad"),
    RemarkSign.ENDED: (Symbol.CLOCK, "warm"),
    RemarkSign.KNOW: (Symbol.INFO, "control"),
}


class RemarkRow(QWidget):
    """Its icon with a sign on it, its name, what is the matter.

    Signals: take_off_wanted(str): the app of this ref is to come off.
    """

    take_off_wanted = Signal(str)

    def __init__(
        self, remark: CheckRemark, pictures: AppPictures, parent: QWidget, *, offers: bool
    ) -> None:
        """``offers``: to take it off, where it is an app that is not as it should be."""
        super().__init__(parent)
        self._ref = remark.ref
        self.setMinimumHeight(style.px(_HEIGHT))
        title = labels.strong(remark.title, parent=self)
        text = labels.body(remark.text, quiet=True, parent=self)
        texts = labels.in_the_middle(title, text)
        row = QHBoxLayout(self)
        edge, above = style.px(style.CARD), style.px(style.GRID)
        row.setContentsMargins(edge, above, edge, above)
        row.setSpacing(style.px(style.INNER))
        row.addWidget(_Icon(remark, pictures, self))
        row.addLayout(texts, 1)
        if offers and remark.ref and remark.sign is not RemarkSign.KNOW:
            off = Button(self.tr("Take it off"), small=True, parent=self)
            off.setAccessibleName(filled(self.tr("Take %1 off"), remark.name))
            off.clicked.connect(self._take_off)
            row.addWidget(off)
        self.setAccessibleName(f"{remark.title}. {remark.text}")

    def _take_off(self) -> None:
        self.take_off_wanted.emit(self._ref)


class _Icon(QWidget):
    def __init__(self, remark: CheckRemark, pictures: AppPictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._remark = remark
        self._pictures = pictures
        self.setFixedSize(style.px(_ROOM), style.px(_ROOM))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        side, ratio = style.px(_ICON), self.devicePixelRatioF()
        room = style.px(_ROOM)
        edge = (room - side) / 2
        left = edge + style.px(style.HALF) if self.isRightToLeft() else edge - style.px(style.HALF)
        place = QRectF(left, edge, side, side)
        remark = self._remark
        if remark.ref:
            picture = self._pictures.shown(remark.ref, remark.title, side, ratio)
            paint_app_icon(painter, place, picture)
        else:
            sign = Symbol.LAYERS if remark.shared else Symbol.DRIVE
            inner = style.px(style.Icon.MEDIUM)
            pixels = icons.pixmap(sign, inner, look().soft, ratio)
            painter.drawPixmap(
                round(place.center().x() - inner / 2), round(place.center().y() - inner / 2), pixels
            )
        paint_sign(painter, place, *_SIGNS[remark.sign])
        painter.end()
