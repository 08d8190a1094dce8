"""The three steps on a sheet of paper, to lie beside the drive."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPixmap
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QWidget

from ui.widgets.printing import Sheet, ask_for_printer
from ui.widgets.step_pictures import Step, paint_step


def print_steps(
    parent: QWidget, title: str, steps: Sequence[tuple[Step, str, str]], icons: Sequence[QPixmap]
) -> QPrintDialog:
    """Ask for a printer, and print once the person has chosen it.

    ``steps``: each with its words and what it says below them. The dialog, which is shown.
    """
    return ask_for_printer(parent, title, lambda sheet: draw_steps(sheet, title, steps, icons))


def draw_steps(
    sheet: Sheet,
    title: str,
    steps: Sequence[tuple[Step, str, str]],
    icons: Sequence[QPixmap],
) -> None:
    """One below the other: the drawing, and the words beside it."""
    line = sheet.line
    sheet.write(QRectF(0, 0, sheet.width, 7 * line), title, 2.2, bold=True)
    top = 9 * line
    for step, words, below in steps:
        picture = QRectF(0, top, 15 * line, 9 * line)
        paint_step(sheet.painter, picture, step, icons)
        left = picture.right() + 2 * line
        width = sheet.width - left
        number = f"{step.value}  {words}"
        sheet.write(QRectF(left, top + line, width, 4 * line), number, 1.8, bold=True)
        sheet.write(QRectF(left, top + 5 * line, width, 4 * line), below, 1.4, soft=True)
        top += 13 * line
