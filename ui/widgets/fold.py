"""What can be unfolded: a chevron, what it is, and a remark at the other end."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from ui.i18n.tips import tip
from ui.style import style
from ui.style.look import look
from ui.style.tokens import radius
from ui.widgets.buttons import pressed_by_return
from ui.widgets.strokes import Stroke, onward, paint_stroke

_HEIGHT = 46
_CHEVRON = 18
_ROUNDING = 2


class Fold(QWidget):
    """Folded at first.

    Signals:
        unfolded(bool): the person has unfolded it, or folded it again.

    Attributes:
        body: the layout of what is unfolded.
    """

    unfolded = Signal(bool)

    def __init__(
        self,
        text: str,
        remark: str = "",
        *,
        edge: int = style.HALF,
        parent: QWidget | None = None,
    ) -> None:
        """``edge``: how far from its edges it is drawn, in design pixels: in a card, the card's."""
        super().__init__(parent)
        self._head = FoldHead(edge, self)
        self._head.say(text, remark)
        self._content = QWidget(self)
        self._content.hide()
        self.body = QVBoxLayout(self._content)
        inset = 0 if edge <= style.HALF else style.px(edge)
        self.body.setContentsMargins(inset, 0, inset, style.px(style.INNER))
        self.body.setSpacing(style.px(style.GRID))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._head)
        layout.addWidget(self._content)
        self._head.toggled.connect(self._content.setVisible)
        self._head.clicked.connect(self.unfolded)
        self.setFocusProxy(self._head)

    @property
    def head(self) -> FoldHead:
        return self._head

    @property
    def is_open(self) -> bool:
        return self._head.isChecked()

    def set_open(self, wanted: bool) -> None:
        """Nothing is signalled."""
        self._head.setChecked(wanted)

    def say(self, text: str, remark: str = "", beside: str = "") -> None:
        """``beside``: small, right after the text; ``remark``: at the other end."""
        self._head.say(text, remark, beside)


class FoldHead(QAbstractButton):
    """The line that is always there."""

    def __init__(self, edge: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edge = edge
        self._remark = self._beside = ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def say(self, text: str, remark: str = "", beside: str = "") -> None:
        self._remark, self._beside = remark, beside
        self.setText(text)
        self.setAccessibleName(text)
        self.setAccessibleDescription(" ".join(part for part in (beside, remark) if part))
        self._show_tip()
        self.updateGeometry()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_tip()

    def _show_tip(self) -> None:
        """All of it, where there is no room for that."""
        cut = self.width() < self.sizeHint().width()
        parts = (self.text(), self._beside, self._remark)
        self.setToolTip(tip("\n".join(filter(None, parts))) if cut else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by_return(self, event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        strong = QFontMetrics(style.font(style.Text.BODY))
        small = QFontMetrics(style.font(style.Text.SMALL))
        width = self._text_left() + strong.horizontalAdvance(self.text())
        for part in (self._beside, self._remark):
            if part:
                width += style.px(style.INNER) + small.horizontalAdvance(part)
        return QSize(width + style.px(style.GRID), max(style.px(_HEIGHT), strong.height()))

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        strong = QFontMetrics(style.font(style.Text.BODY))
        return QSize(self._text_left() + strong.horizontalAdvance(self.text()), hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mirrored, side = self.isRightToLeft(), style.px(_CHEVRON)
        edge = style.px(self._edge)
        left = self.width() - edge - side if mirrored else edge
        chevron = Stroke.DOWN if self.isChecked() else onward(mirrored=mirrored)
        ink = look().text if self.isEnabled() else look().disabled
        paint_stroke(painter, QRectF(left, (self.height() - side) / 2, side, side), chevron, ink)
        start, end = self._text_left(), self.width() - edge
        painter.setPen(ink)
        painter.setFont(style.font(style.Text.BODY))
        start = self._draw(painter, self.text(), start, end)
        painter.setPen(look().soft)
        painter.setFont(style.font(style.Text.SMALL))
        if self._remark:
            # Metrics are rounded, and a number cut off is worse than none.
            width = painter.fontMetrics().horizontalAdvance(self._remark) + _ROUNDING
            self._draw(painter, self._remark, max(start, end - width), end)
            end -= width + style.px(style.INNER)
        if self._beside:
            self._draw(painter, self._beside, start, end)
        if self.property("keyed"):
            painter.setPen(QPen(look().accent, 2))
            round_ = style.px(radius("button"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), round_, round_)
        painter.end()

    def _text_left(self) -> int:
        return style.px(self._edge) + style.px(_CHEVRON) + style.px(style.GRID)

    def _draw(self, painter: QPainter, text: str, start: int, end: int) -> int:
        """From ``start`` on as one reads; where what follows may begin."""
        metrics = painter.fontMetrics()
        room = max(0, end - start)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        left = self.width() - end if self.isRightToLeft() else start
        side = Qt.AlignmentFlag.AlignRight if self.isRightToLeft() else Qt.AlignmentFlag.AlignLeft
        painter.drawText(
            left,
            0,
            room,
            self.height(),
            side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter,
            shown,
        )
        return start + metrics.horizontalAdvance(shown) + style.px(style.INNER)
