"""The icons of the apps on a drive that has been written."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.state.app_pictures import AppPictures
from ui.style import style
from ui.style.app_icons import paint_app_icon
from ui.style.look import look

_ICON = 36
_BETWEEN = 10
_MOST_ICONS = 12


class AppRow(QWidget):
    """Beside each other, as many as there is room for; the others as a number."""

    def __init__(self, pictures: AppPictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._apps: tuple[tuple[str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        pictures.arrived.connect(self.update)

    def show_apps(self, apps: tuple[tuple[str, str], ...]) -> None:
        self._apps = apps
        self.setAccessibleName(", ".join(name for _, name in apps))
        self.setVisible(bool(apps))
        self.update()

    def pictures(self, most: int) -> tuple[QPixmap, ...]:
        side, ratio = style.px(_ICON), self.devicePixelRatioF()
        return tuple(
            self._pictures.shown(ref, name, side, ratio) for ref, name in self._apps[:most]
        )

    def icon(self, ref: str, name: str) -> QIcon:
        """Of one of them, or of another."""
        picture = self._pictures.scaled(ref, name, style.px(_ICON), self.devicePixelRatioF())
        return QIcon(picture)

    def sizeHint(self) -> QSize:
        return QSize(style.px(_ICON), style.px(_ICON))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @property
    def shown(self) -> tuple[int, int]:
        """How many icons there is room for, and how many apps are only counted."""
        side, step = style.px(_ICON), style.px(_ICON + _BETWEEN)
        most = min(_MOST_ICONS, max(1, (self.width() + step - side) // step))
        if len(self._apps) <= most:
            return len(self._apps), 0
        # The last place is the number's.
        return most - 1, len(self._apps) - most + 1

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        icons, more = self.shown
        for number, picture in enumerate(self.pictures(icons)):
            paint_app_icon(painter, QRectF(self._place(number)), picture)
        if more:
            painter.setPen(look().soft)
            painter.setFont(style.digits(style.font(style.Text.BODY)))
            painter.drawText(self._place(icons), Qt.AlignmentFlag.AlignCenter, f"+{more}")
        painter.end()

    def _place(self, number: int) -> QRect:
        side, left = style.px(_ICON), number * style.px(_ICON + _BETWEEN)
        return QRect(self.width() - left - side if self.isRightToLeft() else left, 0, side, side)
