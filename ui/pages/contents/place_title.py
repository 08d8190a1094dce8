"""The drive that is looked at, as the page's title; a click tells which others there are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from ui.i18n.filling import filled
from ui.i18n.tips import tip
from ui.models import place_words
from ui.models.place import Place, PlaceKey
from ui.style import style
from ui.style.broken_lines import wrapped
from ui.style.look import look
from ui.style.tokens import radius
from ui.widgets import labels
from ui.widgets.buttons import pressed_by_return
from ui.widgets.menu import Menu
from ui.widgets.strokes import Stroke, paint_stroke

_CHEVRON = 20
_MOST_LINES = 2


class PlaceTitle(QAbstractButton):
    """Signals:
    chosen(int): the place of that number is to be looked at.
    folder_wanted(): any other folder.
    """

    chosen = Signal(int)
    folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._menu = Menu(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.clicked.connect(self._open)

    @property
    def menu(self) -> QMenu:
        """The other places."""
        return self._menu

    def show_places(self, title: str, places: Sequence[Place], key: PlaceKey | None) -> None:
        """``key`` is that of the one that is looked at."""
        self.setText(title)
        self.setToolTip(tip(title))
        name = self.tr("%1. Choose another drive or folder")
        self.setAccessibleName(filled(name, title))
        self._menu.clear()
        drives = [place.drive for place in places if place.drive is not None]
        for number, place in enumerate(places):
            about = place_words.about(place, drives)
            text = filled(self.tr("%1, %2"), place.name, about) if about else place.name
            action = QAction(text.replace("&", "&&"), self._menu)
            action.setCheckable(True)
            action.setChecked(place.key == key)
            action.setData(number)
            action.triggered.connect(self._choose)
            self._menu.addAction(action)
        if places:
            self._menu.line()
        self._menu.entry(self.tr("Open a folder…"), self.folder_wanted)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(style.font(style.Text.TITLE))
        width = metrics.horizontalAdvance(self.text()) + style.px(_CHEVRON + style.GRID)
        return QSize(width + style.px(style.HALF), metrics.height())

    def heightForWidth(self, width: int) -> int:
        font, lines = self._set_in(width)
        return max(len(lines) * QFontMetrics(font).lineSpacing(), self.sizeHint().height())

    def _set_in(self, width: int) -> tuple[QFont, list[str]]:
        """Which drive it is should be read whole, rather than in large letters or in one line."""
        room = max(1, width - style.px(_CHEVRON + style.GRID))
        font = labels.fitting(style.font(style.Text.TITLE), self.text(), room)
        if QFontMetrics(font).horizontalAdvance(self.text()) <= room:
            return font, [self.text()]
        return font, wrapped(self.text(), font, room, _MOST_LINES)

    def minimumSizeHint(self) -> QSize:
        return QSize(style.px(120), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and not event.isAutoRepeat():
            self._open()
        elif not pressed_by_return(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = style.px(_CHEVRON)
        font, lines = self._set_in(self.width())
        metrics = QFontMetrics(font)
        width = max(map(metrics.horizontalAdvance, lines), default=0)
        mirrored = self.isRightToLeft()
        left = self.width() - width if mirrored else 0
        painter.setFont(font)
        painter.setPen(look().accent_text if self.underMouse() else look().text)
        place = QRect(left, 0, width + 1, self.height())
        side_of = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | side_of
        painter.drawText(place, flags, "\n".join(lines))
        beside = left - side - style.px(style.GRID) if mirrored else width + style.px(style.GRID)
        chevron = QRectF(beside, (self.height() - side) / 2 + style.px(2), side, side)
        paint_stroke(painter, chevron, Stroke.DOWN, look().soft)
        if self.property("keyed"):
            painter.setPen(QPen(look().accent, 2))
            corner = style.px(radius("button"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), corner, corner)
        painter.end()

    def _open(self) -> None:
        corner = self.rect().bottomRight() if self.isRightToLeft() else self.rect().bottomLeft()
        if self.isRightToLeft():
            corner -= QPoint(self._menu.sizeHint().width(), 0)
        self._menu.popup(self.mapToGlobal(corner))

    def _choose(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.chosen.emit(action.data())
