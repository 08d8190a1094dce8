"""The apps of a plan in two columns, and below them, folded, what they need to run."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from ui.i18n.tips import tip
from ui.models.review_values import PlanLine
from ui.state.app_pictures import AppPictures
from ui.style import style
from ui.style.look import look
from ui.widgets.buttons import Button, Kind
from ui.widgets.card import Card
from ui.widgets.guard import means_something_else

_ROW = 46
_ICON = 32
_ICON_GAP = 14
_TWO_COLUMNS_FROM = 620
_WITH_BUTTONS_FROM = 800
"""Width of two columns, and of two with a button in each row."""
_ROUNDING = 2
"""Pixels by which a text may be wider than its metrics say."""


class PlanRow(QWidget):
    """An app: icon, name, remarks in small, size; where not all fits, the button that leaves it
    out, and where it comes off the drive, the one that keeps it.

    Signals:
        left_out(str), kept(str): that button was pressed; the app's ref.
    """

    left_out = Signal(str)
    kept = Signal(str)

    def __init__(self, pictures: AppPictures | None, parent: QWidget | None = None) -> None:
        """Without ``pictures`` it has no icon."""
        super().__init__(parent)
        self._pictures = pictures
        self._line = PlanLine("", "", (), "")
        self._button: Button | None = None
        self.setMinimumHeight(
            style.px(_ROW if pictures is not None else style.SECTION + style.GRID)
        )

    @property
    def line(self) -> PlanLine:
        return self._line

    def show_line(self, line: PlanLine) -> None:
        if self._button is not None and line.ref != self._line.ref:
            means_something_else(self._button)
        self._line = line
        if self._has_button and self._button is None:
            self._button = self._made_button()
        if self._button is not None:
            keep, leave = self.tr("Keep it"), self.tr("Leave it out")
            self._button.setText(keep if line.may_be_kept else leave)
            self._button.setVisible(self._has_button)
            self._button.setAccessibleDescription(line.name)
        self.setAccessibleName(line.name)
        said = (*(text for text, _ in line.remarks), line.size)
        self.setAccessibleDescription(", ".join(said))
        self.update()

    @property
    def _has_button(self) -> bool:
        return self._line.may_be_left_out or self._line.may_be_kept

    def _made_button(self) -> Button:
        """Only where it is needed: a page of many costs time."""
        button = Button("", Kind.SECONDARY, small=True, parent=self)
        button.clicked.connect(self._press)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(button)
        return button

    def sizeHint(self) -> QSize:
        return QSize(style.px(10 * style.CARD), self.minimumHeight())

    def _press(self) -> None:
        (self.kept if self._line.may_be_kept else self.left_out).emit(self._line.ref)

    def paintEvent(self, _event: QPaintEvent) -> None:
        self._not_shown: list[str] = []
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        end = self.width()
        if self._has_button and self._button is not None:
            end -= self._button.width() + style.px(style.INNER)
        start = self._draw_icon(painter)
        painter.setFont(style.digits(style.font(style.Text.BODY)))
        painter.setPen(look().soft)
        width = painter.fontMetrics().horizontalAdvance(self._line.size) + _ROUNDING
        # Digits and units are read from the left, whatever stands around them.
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._draw(painter, self._line.size, end - width, end)
        painter.setLayoutDirection(self.layoutDirection())
        end -= width + style.px(style.INNER)
        painter.setFont(style.font(style.Text.BODY))
        painter.setPen(look().text)
        start = self._draw(painter, self._line.name, start, end) + style.px(style.GRID)
        painter.setFont(style.font(style.Text.SMALL))
        for text, is_warm in self._line.remarks:
            painter.setPen(look().warm_text if is_warm else look().soft)
            start = self._draw(painter, text, start, end) + style.px(style.GRID)
        painter.end()
        self.setToolTip(tip("\n".join(self._not_shown)))

    def _draw_icon(self, painter: QPainter) -> int:
        """Where the text begins."""
        if self._pictures is None:
            return 0
        side, ratio = style.px(_ICON), self.devicePixelRatioF()
        picture = self._pictures.scaled(self._line.ref, self._line.name, side, ratio)
        left = self.width() - side if self.isRightToLeft() else 0
        painter.drawPixmap(QRect(left, (self.height() - side) // 2, side, side), picture)
        return side + style.px(_ICON_GAP)

    def _draw(self, painter: QPainter, text: str, start: int, end: int) -> int:
        """From ``start`` on as one reads; where it ends."""
        room = end - start
        if room <= style.px(style.GAP) and text != self._line.size:
            self._not_shown.append(text)
            return start
        metrics: QFontMetrics = painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        if shown != text:
            self._not_shown.append(text)
        left = self.width() - end if self.isRightToLeft() else start
        side = Qt.AlignmentFlag.AlignRight if self.isRightToLeft() else Qt.AlignmentFlag.AlignLeft
        flags = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(left, 0, room, self.height()), flags, shown)
        return min(end, start + metrics.horizontalAdvance(shown))


class PlanRows(QWidget):
    """Rows below each other, in two columns where there is room.

    Signals:
        left_out(str), kept(str): as of `PlanRow`.
    """

    left_out = Signal(str)
    kept = Signal(str)

    def __init__(self, pictures: AppPictures | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._rows: list[PlanRow] = []
        self._shown = 0
        self._columns = 2
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * style.px(style.CARD) + 1)
        self._grid.setVerticalSpacing(0)
        if pictures is not None:
            pictures.arrived.connect(self._redraw)

    @property
    def lines(self) -> tuple[PlanLine, ...]:
        return tuple(row.line for row in self._rows[: self._shown])

    def show_lines(self, lines: Sequence[PlanLine]) -> None:
        while len(self._rows) < len(lines):
            row = PlanRow(self._pictures, self)
            row.left_out.connect(self.left_out)
            row.kept.connect(self.kept)
            self._rows.append(row)
        self._shown = len(lines)
        for number, row in enumerate(self._rows):
            row.setVisible(number < len(lines))
            if number < len(lines):
                row.show_line(lines[number])
        self._fit(self.width())
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        buttons = any(line.may_be_left_out or line.may_be_kept for line in self.lines)
        least = style.px(_WITH_BUTTONS_FROM if buttons else _TWO_COLUMNS_FROM)
        beside = self._shown > 1 and width >= least
        columns = 2 if beside else 1
        if columns != self._columns:
            self._columns = columns
            self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._columns == 1:
            return
        painter = QPainter(self)
        painter.fillRect(self.width() // 2, 0, 1, self.height(), look().line)
        painter.end()

    def _place(self) -> None:
        """Down the first column, then down the second."""
        height = -(-self._shown // self._columns)
        for number, row in enumerate(self._rows):
            self._grid.removeWidget(row)
            if number < self._shown:
                self._grid.addWidget(row, number % height, number // height)
        for column in range(2):
            self._grid.setColumnStretch(column, int(column < self._columns))
        self.update()

    def _redraw(self) -> None:
        for row in self._rows:
            row.update()


class PlanCard(Card):
    """The card with the apps. Signals: left_out(str), kept(str): as of `PlanRow`."""

    left_out = Signal(str)
    kept = Signal(str)

    def __init__(self, pictures: AppPictures, parent: QWidget | None = None) -> None:
        super().__init__(padding=0, parent=parent)
        self.rows = PlanRows(pictures, self)
        self.rows.left_out.connect(self.left_out)
        self.rows.kept.connect(self.kept)
        inset = style.px(style.CARD)
        self.body.setContentsMargins(inset, style.px(6), inset, style.px(6))
        self.body.addWidget(self.rows)
