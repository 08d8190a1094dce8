"""Buttons of every kind but the primary one, which is the window's."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractButton, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from ui.i18n.tips import tip
from ui.style import icons, style
from ui.style.look import look
from ui.style.properties import mark
from ui.style.symbol import Symbol
from ui.style.tokens import size

_ICON = 18
_ICON_IN_SMALL = 16
_ICON_GAP = 4
"""Between icon and text; Qt has four pixels of its own there."""


class Kind(Enum):
    """What a button does for the page; the style sheet draws each."""

    SECONDARY = "secondary"
    TINT = "tint"
    """It adds."""
    QUIET = "quiet"
    """No edge."""
    STOP = "stop"
    """Quiet, in the colour of what breaks off."""
    DESTRUCTIVE = "destructive"
    """In dialogs only."""
    VERB = "verb"
    """What a dialog is for."""
    LINK = "link"
    """It leads elsewhere."""


def pressed_by_return(button: QAbstractButton, event: QKeyEvent) -> bool:
    """Return presses every button, as in a dialog; Qt's own hear only the space bar. Whether it has
    just done so."""
    returned = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat()
    if returned:
        button.click()
    return returned


def tall(*buttons: QAbstractButton) -> None:
    for button in buttons:
        button.setMinimumHeight(max(4 * style.GRID, button.minimumSizeHint().height()))


class Button(QPushButton):
    """A button with a text, and perhaps an icon before it.

    What cannot be done now is explained rather than disabled: the button can still be reached,
    and says why.
    """

    def __init__(
        self,
        text: str = "",
        kind: Kind = Kind.SECONDARY,
        *,
        symbol: Symbol | None = None,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._kind = kind
        self._symbol = symbol
        self._small = small
        self.setAutoDefault(False)
        self.setFont(style.medium())
        self.setProperty("kind", kind.value)
        self.setProperty("small", small)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if kind is Kind.LINK:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._draw()

    @property
    def kind(self) -> Kind:
        return self._kind

    def set_symbol(self, symbol: Symbol | None) -> None:
        self._symbol = symbol
        self._draw()

    @property
    def reason(self) -> str:
        """Why it does nothing now; empty if it does."""
        return str(self.property("reason") or "")

    def explain(self, reason: str) -> None:
        """Until it is called with an empty text the button does nothing but say why."""
        self.setProperty("reason", reason)
        self.setToolTip(tip(reason))
        self.setAccessibleDescription(reason)
        mark(self, "blocked", bool(reason))
        # Whoever presses it: the mouse, a key, or a screen reader.
        self.blockSignals(bool(reason))
        self._draw()

    def sizeHint(self) -> QSize:
        least = style.px(size("target-minimum"))
        return super().sizeHint().expandedTo(QSize(least, least))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by_return(self, event):
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.EnabledChange, QEvent.Type.StyleChange):
            self._draw()

    def _draw(self) -> None:
        """The icon in the colour of the text."""
        side = style.px(_ICON_IN_SMALL if self._small else _ICON)
        if self._symbol is None:
            self.setIcon(QIcon())
            return
        gap = style.px(_ICON_GAP) if self.text() else 0
        self.setIcon(_with_room_after(self, self._symbol, side, gap, self._ink()))
        self.setIconSize(QSize(side + gap, side))

    def _ink(self) -> QColor:
        if not self.isEnabled() or self.reason:
            return look().disabled
        match self._kind:
            case Kind.TINT | Kind.LINK:
                return look().accent_text
            case Kind.STOP:
                return look().bad_text
            case Kind.DESTRUCTIVE:
                return look().on_bad
            case Kind.VERB:
                return look().on_accent
            case _:
                return look().text


def _with_room_after(widget: QWidget, symbol: Symbol, side: int, gap: int, colour: QColor) -> QIcon:
    ratio = widget.devicePixelRatioF()
    pixels = QPixmap(round((side + gap) * ratio), round(side * ratio))
    pixels.setDevicePixelRatio(ratio)
    pixels.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixels)
    left = gap if widget.isRightToLeft() else 0
    painter.drawPixmap(QPoint(left, 0), icons.pixmap(symbol, side, colour, ratio))
    painter.end()
    # Else Qt greys it out once more.
    icon = QIcon(pixels)
    icon.addPixmap(pixels, QIcon.Mode.Disabled)
    return icon


class Link(Button):
    """It leads elsewhere: to another page, to a dialog, to what is folded."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, Kind.LINK, parent=parent)


class ToolButton(QToolButton):
    """A button that the style sheet or its own class gives a shape."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by_return(self, event):
            super().keyPressEvent(event)


class IconButton(ToolButton):
    """An icon alone, with a name for those who do not see it, which is its tip too."""

    def __init__(
        self,
        symbol: Symbol,
        name: str,
        *,
        kind: Kind = Kind.QUIET,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._symbol = symbol
        self.setProperty("kind", kind.value)
        self.setProperty("small", small)
        self.setProperty("alone", True)
        self.set_name(name)
        self._draw()

    def set_name(self, name: str) -> None:
        self.setAccessibleName(name)
        self.setToolTip(tip(name))

    def set_symbol(self, symbol: Symbol) -> None:
        self._symbol = symbol
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.EnabledChange, QEvent.Type.StyleChange):
            self._draw()

    def _draw(self) -> None:
        side = style.px(_ICON)
        ink = look().text if self.isEnabled() else look().disabled
        self.setIcon(_with_room_after(self, self._symbol, side, 0, ink))
        self.setIconSize(QSize(side, side))


class MenuButton(IconButton):
    """⋮: opens the menu with what else there is to do."""

    def __init__(
        self,
        menu: QMenu,
        name: str,
        *,
        symbol: Symbol = Symbol.MORE,
        kind: Kind = Kind.SECONDARY,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(symbol, name, kind=kind, parent=parent)
        self._menu = menu
        self.clicked.connect(self._open)

    def menu(self) -> QMenu:
        return self._menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow down opens it too."""
        if event.key() == Qt.Key.Key_Down:
            self.click()
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        open_below(self, self._menu)


def open_below(button: QWidget, menu: QMenu) -> None:
    """Open ``menu`` and go on: Qt's own way waits until it has closed."""
    place = QPoint(0, button.height())
    if button.isRightToLeft():
        place.setX(button.width() - menu.sizeHint().width())
    menu.popup(button.mapToGlobal(place))
