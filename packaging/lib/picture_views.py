"""In which looks, sizes and languages the window is pictured, and how a picture is taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTranslator
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from ui.style.dressing import dress
from ui.style.look import Scheme

POINTS = 11.0
"""Of the design's font."""


@dataclass(frozen=True, slots=True)
class View:
    """One way of looking at a window.

    Attributes:
        text: how large the font is, 1 as in the design.
        pixels: real ones for a logical one.
    """

    name: str
    size: QSize
    scheme: Scheme = Scheme.LIGHT
    text: float = 1.0
    pixels: int = 1

    def apply(self, application: QApplication) -> None:
        """Give the application this look."""
        font = QFont(application.font())
        font.setPointSizeF(POINTS * self.text)
        if font.pointSizeF() != application.font().pointSizeF():
            application.setFont(font)
        dress(application).wish(self.scheme)


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language, or only the direction of one; each needs a window of its own."""

    name: str
    languages: tuple[str, ...]
    direction: Qt.LayoutDirection = Qt.LayoutDirection.LeftToRight


SMALL, LARGE, SMALLEST = QSize(900, 600), QSize(1280, 800), QSize(720, 480)
VIEWS = (
    View("light-1280x800", LARGE),
    View("light-900x600", SMALL),
    View("dark-1280x800", LARGE, Scheme.DARK),
    View("dark-900x600", SMALL, Scheme.DARK),
    View("light-720x480", SMALLEST),
    View("text200-1280x800", LARGE, text=2.0),
    View("pixels200-900x600", SMALL, pixels=2),
)
IN_OTHERS = (*VIEWS[:2], View("text200-900x600", SMALL, text=2.0))
"""Those that are worth looking at in other languages too; long words, large, in little room."""

ENGLISH = Tongue("", ("en",))
TONGUES = (
    ENGLISH,
    Tongue("german-", ("de_DE",)),
    Tongue("mirrored-", ("en",), Qt.LayoutDirection.RightToLeft),
)


class RightToLeft(QTranslator):
    """English, as if it were written from the right: how a page is laid out can be judged."""

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        del context, disambiguation
        return f"\N{RIGHT-TO-LEFT MARK}{source.replace('%n', str(n))}"

    def isEmpty(self) -> bool:
        return False


def taken(window: QWidget, pixels: int) -> QImage:
    """The window with its dialogs and menus above it, as a person sees them.

    What is higher than the window is seen whole: it ends only where the screen does.
    """
    size = window.size()
    for above in _above(window):
        if isinstance(above, QDialog):
            size = size.expandedTo(above.size())
    image = QImage(size * pixels, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(pixels)
    image.fill(Qt.GlobalColor.black)
    whole = QRect(QPoint(), size)
    ground = QRect(QPoint(), window.size())
    ground.moveCenter(whole.center())
    window.render(image, ground.topLeft())
    painter = QPainter(image)
    for above in _above(window):
        part = QImage(above.size() * pixels, QImage.Format.Format_ARGB32_Premultiplied)
        part.setDevicePixelRatio(pixels)
        part.fill(Qt.GlobalColor.transparent)
        above.render(part, QPoint())
        place = QRect(QPoint(), above.size())
        if isinstance(above, QDialog):
            place.moveCenter(whole.center())
        else:
            place.moveTopLeft(ground.topLeft() + window.mapFromGlobal(above.pos()))
        painter.drawImage(place.topLeft(), part)
    painter.end()
    return image


def _above(window: QWidget) -> Iterator[QWidget]:
    for widget in QApplication.topLevelWidgets():
        if widget is not window and widget.isVisible() and isinstance(widget, QDialog | QMenu):
            yield widget
