"""Something on a sheet of paper, on a printer that the person chooses."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPageLayout, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from ui.style import style
from ui.style.look import look, on_paper

_MARGIN_MM = 18.0
_LINES = 60.0
"""Lines of text on the height of a sheet."""

Draw = Callable[["Sheet"], None]


class Sheet:
    """What is drawn on.

    Attributes:
        painter: from the sheet's corner inside of its margins, in dots of the printer.
        width: of what can be drawn on, in these.
        line: the height of a line of text, in these.
    """

    def __init__(self, painter: QPainter, page: QRectF) -> None:
        self.painter = painter
        self.width = page.width()
        self.line = page.height() / _LINES

    def write(
        self, place: QRectF, text: str, lines: float, *, bold: bool = False, soft: bool = False
    ) -> None:
        """``lines``: how high the letters are, where no word is wider than ``place``."""
        font = style.font(style.Text.BODY, bold=bold)
        font.setPixelSize(max(1, round(lines * self.line)))
        longest = max(text.split(), key=len, default="")
        while font.pixelSize() > 1 and _width(font, longest) > place.width():
            font.setPixelSize(font.pixelSize() - 1)
        self.painter.setFont(font)
        self.painter.setPen(look().soft if soft else look().text)
        align = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop
        self.painter.drawText(place, int(align | Qt.TextFlag.TextWordWrap), text)


def _width(font: QFont, text: str) -> float:
    return QFontMetricsF(font).horizontalAdvance(text)


def ask_for_printer(parent: QWidget, title: str, draw: Draw) -> QPrintDialog:
    """Print what ``draw`` draws, once the person has chosen a printer; the dialog for that."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageMargins(
        QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM), QPageLayout.Unit.Millimeter
    )
    printer.setDocName(title)
    dialog = QPrintDialog(printer, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.accepted.connect(lambda: print_sheet(printer, draw))
    dialog.show()
    return dialog


def print_sheet(printer: QPrinter, draw: Draw) -> None:
    """One sheet."""
    painter = QPainter(printer)
    with on_paper():
        page = QRectF(printer.pageLayout().paintRectPixels(printer.resolution()))
        painter.setPen(look().text)
        draw(Sheet(painter, page))
    painter.end()
