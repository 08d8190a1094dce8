"""Icons of one family, in the palette's colours.

Where the desktop's icon theme has the whole family in its symbolic form, it is the theme's, else
our own from ``resources/icons``: a mixture would look like an accident. Both are drawn as a
stencil in the colour of the text, so they follow light and dark and high contrast.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from app.resources import resource
from ui.style import style

PROGRAM = "satchel"
_THEMED = {
    "drive": "drive-removable-media-symbolic",
    "folder": "folder-symbolic",
    "settings": "preferences-system-symbolic",
    "warning": "dialog-warning-symbolic",
    "error": "dialog-error-symbolic",
    "info": "dialog-information-symbolic",
    "done": "object-select-symbolic",
    "search": "edit-find-symbolic",
    "eject": "media-eject-symbolic",
    "add": "list-add-symbolic",
    "remove": "list-remove-symbolic",
    "pause": "media-playback-pause-symbolic",
    "stop": "media-playback-stop-symbolic",
    "back": "go-previous-symbolic",
    "forward": "go-next-symbolic",
    "refresh": "view-refresh-symbolic",
    "language": "preferences-desktop-locale-symbolic",
    "apps": "view-app-grid-symbolic",
    "lock": "changes-prevent-symbolic",
}
_SIDES = (16, 24, 32, 48, 64, 96, 128)


def program_icon() -> QIcon:
    """Satchel's own, from the theme where it is installed."""
    return QIcon.fromTheme(PROGRAM, QIcon(str(resource("icons", f"{PROGRAM}.svg"))))


def icon(name: str, palette: QPalette, *, colour: QColor | None = None) -> QIcon:
    """The icon ``name`` in the colour of text on ``palette``'s window, or in ``colour``.

    It does not follow later changes of the palette: `give` does.
    """
    usual = colour or palette.windowText().color()
    disabled = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText)
    picture = QIcon()
    for side in _SIDES:
        picture.addPixmap(_stencil(name, side, usual.rgba()), QIcon.Mode.Normal)
        picture.addPixmap(_stencil(name, side, disabled.rgba()), QIcon.Mode.Disabled)
        picture.addPixmap(
            _stencil(name, side, palette.highlightedText().color().rgba()), QIcon.Mode.Selected
        )
    return picture


def pixmap(name: str, side: int, colour: QColor, ratio: float) -> QPixmap:
    """For painting: ``side`` in logical pixels on a screen with ``ratio`` real ones each."""
    pixels = QPixmap(_stencil(name, round(side * ratio), colour.rgba()))
    pixels.setDevicePixelRatio(ratio)
    return pixels


def give(
    widget: QAbstractButton | QLabel,
    name: str,
    *,
    tone: style.Tone | None = None,
    role: QPalette.ColorRole = QPalette.ColorRole.WindowText,
    side: int = style.Icon.SMALL,
) -> None:
    """Show an icon on a button or label, and keep it in the palette's colours.

    Given again, it replaces the one before.
    """
    take(widget)
    _Follower(widget, name, tone, role, side)


def take(widget: QAbstractButton | QLabel) -> None:
    """From now on the widget shows something else than the icon it was given."""
    for follower in widget.findChildren(
        _Follower, options=Qt.FindChildOption.FindDirectChildrenOnly
    ):
        widget.removeEventFilter(follower)
        follower.setParent(None)


class _Follower(QObject):
    """Draws the icon of its parent again when the palette changes."""

    def __init__(
        self,
        widget: QAbstractButton | QLabel,
        name: str,
        tone: style.Tone | None,
        role: QPalette.ColorRole,
        side: int,
    ) -> None:
        super().__init__(widget)
        self._widget = widget
        self._name = name
        self._tone = tone
        self._role = role
        self._side = side
        self._draw()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.EnabledChange}:
            self._draw()
        return super().eventFilter(watched, event)

    def _draw(self) -> None:
        widget, palette = self._widget, self._widget.palette()
        colour = palette.color(self._role)
        if self._tone is not None:
            colour = style.tone(palette, self._tone)
        if isinstance(widget, QLabel):
            widget.setPixmap(pixmap(self._name, self._side, colour, _ratio(widget)))
        else:
            widget.setIcon(icon(self._name, palette, colour=colour))
            widget.setIconSize(QSize(self._side, self._side))


def _ratio(widget: QWidget) -> float:
    screen = widget.screen() or QGuiApplication.primaryScreen()
    return screen.devicePixelRatio() if screen is not None else 1.0


@lru_cache(maxsize=1024)
def _stencil(name: str, side: int, colour: int) -> QPixmap:
    pixels = QPixmap(side, side)
    pixels.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixels)
    themed = _THEMED.get(name)
    if themed is not None and _theme_is_complete(QIcon.themeName()):
        painter.drawPixmap(0, 0, QIcon.fromTheme(themed).pixmap(QSize(side, side), 1.0))
    else:
        _own(name).render(painter, QRectF(0, 0, side, side))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixels.rect(), QColor.fromRgba(colour))
    painter.end()
    return pixels


@lru_cache(maxsize=4)
def _theme_is_complete(_theme: str) -> bool:
    return all(QIcon.hasThemeIcon(name) for name in _THEMED.values())


@lru_cache(maxsize=128)
def _own(name: str) -> QSvgRenderer:
    text = resource("icons", f"{name}.svg").read_bytes().replace(b"currentColor", b"#000000")
    return QSvgRenderer(QByteArray(text))
