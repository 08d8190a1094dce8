"""The three steps on a sheet of paper, to lie beside the drive."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QPageLayout, QPainter, QPixmap
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from ui.style import style
from ui.style.look import look, on_paper
from ui.widgets.step_pictures import Step, paint_step

_MARGIN_MM = 18.0
_LINES = 60.0
"""Lines of text on the height of a sheet."""


def print_steps(
    parent: QWidget, title: str, steps: Sequence[tuple[Step, str, str]], icons: Sequence[QPixmap]
) -> QPrintDialog:
    """Ask for a printer, and print once the person has chosen it.

    ``steps``: each with its words and what it says below them. The dialog, which is shown.
    """
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageMargins(
        QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM), QPageLayout.Unit.Millimeter
    )
    printer.setDocName(title)
    dialog = QPrintDialog(printer, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.accepted.connect(lambda: draw_steps(printer, title, steps, icons))
    dialog.show()
    return dialog


def draw_steps(
    printer: QPrinter,
    title: str,
    steps: Sequence[tuple[Step, str, str]],
    icons: Sequence[QPixmap],
) -> None:
    """One below the other: the drawing, and the words beside it."""
    painter = QPainter(printer)
    with on_paper():
        page = QRectF(printer.pageLayout().paintRectPixels(printer.resolution()))
        page.moveTo(0, 0)
        line = page.height() / _LINES
        painter.setPen(look().text)
        _write(painter, QRectF(0, 0, page.width(), 7 * line), title, 2.2 * line, bold=True)
        top = 9 * line
        for step, words, below in steps:
            picture = QRectF(0, top, 15 * line, 9 * line)
            paint_step(painter, picture, step, icons)
            left = picture.right() + 2 * line
            width = page.width() - left
            number = f"{step.value}  {words}"
            place = QRectF(left, top + line, width, 4 * line)
            _write(painter, place, number, 1.8 * line, bold=True)
            painter.setPen(look().soft)
            _write(painter, QRectF(left, top + 5 * line, width, 4 * line), below, 1.4 * line)
            painter.setPen(look().text)
            top += 13 * line
    painter.end()


def _write(
    painter: QPainter, place: QRectF, text: str, height: float, *, bold: bool = False
) -> None:
    font = style.font(style.Text.BODY, bold=bold)
    font.setPixelSize(max(1, round(height)))
    painter.setFont(font)
    align = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop
    painter.drawText(place, int(align | Qt.TextFlag.TextWordWrap), text)
