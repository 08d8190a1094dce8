"""Our own signs, one family everywhere, in the colours of the look.

Each is a stencil from ``resources/icons``, filled with a colour when it is drawn, so all of them
follow light and dark and high contrast. The desktop's icon theme is not asked: its signs differ
in weight and size from desktop to desktop, and lack half of what is needed here.
"""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap, QTransform
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from app.resources import resource
from ui.style import style
from ui.style.look import look
from ui.style.symbol import Symbol

PROGRAM = "satchel"
_RATIOS = (1.0, 1.25, 1.5, 2.0, 3.0)
"""Real pixels for a logical one, on the screens that there are."""
_POINTING = {
    Symbol.CHEVRON_LEFT,
    Symbol.CHEVRON_RIGHT,
    Symbol.DRIVE,
    Symbol.LIST,
    Symbol.REVIEW,
    Symbol.UNPLUGGED,
}
"""They point along the text, and the other way where it runs from the right."""
_REDRAWN = {
    QEvent.Type.PaletteChange,
    QEvent.Type.StyleChange,
    QEvent.Type.FontChange,
    QEvent.Type.LayoutDirectionChange,
}


def program_icon() -> QIcon:
    """Satchel's own, from the theme where it is installed."""
    return QIcon.fromTheme(PROGRAM, QIcon(str(resource("icons", f"{PROGRAM}.svg"))))


def icon(symbol: Symbol, *, side: int = style.Icon.SMALL, colour: QColor | None = None) -> QIcon:
    """For a button or an action: ``side`` in design pixels; the text's colour unless told.

    It does not follow later changes of the look: `give` does.
    """
    pixels = style.px(side)
    picture = QIcon()
    for ratio in _RATIOS:
        for mode, ink in (
            (QIcon.Mode.Normal, colour or look().text),
            (QIcon.Mode.Disabled, look().disabled),
            (QIcon.Mode.Selected, look().on_accent),
        ):
            picture.addPixmap(pixmap(symbol, pixels, ink, ratio), mode)
    return picture


def pixmap(symbol: Symbol, side: int, colour: QColor, ratio: float) -> QPixmap:
    """For painting: ``side`` in logical pixels on a screen with ``ratio`` real ones each."""
    mirrored = (
        symbol in _POINTING and QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    )
    return _stencil(symbol, round(side * ratio), colour.rgba(), ratio, mirrored)


def give(
    widget: QAbstractButton | QLabel,
    symbol: Symbol,
    *,
    token: str = "text",
    tone: style.Tone | None = None,
    side: int = style.Icon.SMALL,
) -> None:
    """Show a sign on a button or label, and keep it in the look's colours.

    Args:
        token: its colour, as named in ``tokens.json``.
        tone: the same by what it says.
        side: in design pixels.

    Given again, it replaces the one before.
    """
    take(widget)
    _Follower(widget, symbol, token if tone is None else tone.value, side)


def take(widget: QAbstractButton | QLabel) -> None:
    """From now on the widget shows something else than the sign it was given."""
    for follower in widget.findChildren(
        _Follower, options=Qt.FindChildOption.FindDirectChildrenOnly
    ):
        widget.removeEventFilter(follower)
        follower.setParent(None)


class _Follower(QObject):
    """Draws the sign of its parent again when the look changes."""

    def __init__(
        self, widget: QAbstractButton | QLabel, symbol: Symbol, token: str, side: int
    ) -> None:
        super().__init__(widget)
        self._widget = widget
        self._symbol = symbol
        self._token = token
        self._side = side
        self._draw()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _REDRAWN or (
            event.type() == QEvent.Type.EnabledChange and isinstance(self._widget, QLabel)
        ):
            self._draw()
        return super().eventFilter(watched, event)

    def _draw(self) -> None:
        widget, colour = self._widget, look().named(self._token)
        side = style.px(self._side)
        if isinstance(widget, QLabel):
            ink = colour if widget.isEnabled() else look().disabled
            widget.setPixmap(pixmap(self._symbol, side, ink, _ratio(widget)))
        else:
            widget.setIcon(icon(self._symbol, side=self._side, colour=colour))
            widget.setIconSize(QSize(side, side))


def _ratio(widget: QWidget) -> float:
    screen = widget.screen() or QGuiApplication.primaryScreen()
    return screen.devicePixelRatio() if screen is not None else 1.0


@lru_cache(maxsize=2048)
def _stencil(symbol: Symbol, side: int, colour: int, ratio: float, mirrored: bool) -> QPixmap:
    pixels = QPixmap(side, side)
    pixels.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixels)
    _drawing(symbol).render(painter, QRectF(0, 0, side, side))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixels.rect(), QColor.fromRgba(colour))
    painter.end()
    if mirrored:
        pixels = pixels.transformed(QTransform.fromScale(-1, 1))
    pixels.setDevicePixelRatio(ratio)
    return pixels


@cache
def _drawing(symbol: Symbol) -> QSvgRenderer:
    text = resource("icons", f"{symbol.value}.svg").read_bytes()
    return QSvgRenderer(QByteArray(text.replace(b"currentColor", b"#000000")))
