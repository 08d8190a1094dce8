"""The three steps on paper."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication

from ui.pages.make.print_steps import draw_steps
from ui.style.look import Scheme, look, look_of, on_paper, set_look
from ui.widgets.printing import print_sheet
from ui.widgets.step_pictures import Step, paint_step

WORDS = tuple((step, "Do this", "and then that") for step in Step)


def test_a_sheet_is_printed(qapp: QApplication, tmp_path: Path) -> None:
    assert qapp
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "steps.pdf"))
    print_sheet(printer, lambda sheet: draw_steps(sheet, "How it goes", WORDS, ()))
    assert (tmp_path / "steps.pdf").read_bytes().startswith(b"%PDF")


def test_paper_is_light_whatever_the_screen_is(qapp: QApplication) -> None:
    assert qapp
    before = look()
    set_look(look_of(Scheme.DARK, QPalette()))
    try:
        with on_paper():
            image = QImage(300, 168, QImage.Format.Format_ARGB32)
            image.fill(QColor("white"))
            painter = QPainter(image)
            paint_step(painter, QRectF(image.rect()), Step.PLUG_IN)
            painter.end()
        assert look().scheme is Scheme.DARK
        # The laptop's screen.
        assert image.pixelColor(150, 60).lightnessF() > 0.9
    finally:
        set_look(before)
