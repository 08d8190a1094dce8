"""The address of a shared drive on a sheet of paper, to hang beside the board."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF

from ui.widgets.printing import Draw, Sheet
from ui.widgets.qr_code import paint_qr, qr_code

_CODE_LINES = 20


class SheetWords(QObject):
    """What stands on it."""

    def title(self) -> str:
        return self.tr("Apps from this computer")

    def below_title(self) -> str:
        return self.tr("They come over the network, without internet.")

    def above_address(self) -> str:
        return self.tr("Open this address there")

    def steps(self) -> tuple[tuple[str, str], ...]:
        """Each with what it says below."""
        return (
            (
                self.tr("Connect the computer to this network"),
                self.tr("The same Wi-Fi, or a cable of the same room."),
            ),
            (
                self.tr("Open the address in a browser"),
                self.tr("A camera that reads the square opens it, too."),
            ),
            (
                self.tr("Do what the page says"),
                self.tr("It has a line for the apps, and one for the way back."),
            ),
        )


def address_sheet(url: str, address: str) -> Draw:
    """``address``: ``url`` as people type it."""

    def draw(sheet: Sheet) -> None:
        words, line, width = SheetWords(), sheet.line, sheet.width
        sheet.write(QRectF(0, 0, width, 4 * line), words.title(), 2.2, bold=True)
        sheet.write(QRectF(0, 4 * line, width, 3 * line), words.below_title(), 1.4, soft=True)
        place = QRectF(0, 9 * line, width, 3 * line)
        sheet.write(place, words.above_address(), 1.4, soft=True)
        place = QRectF(0, 11.5 * line, width, 5 * line)
        sheet.write(place, address, 2.8, bold=True)
        # With its quiet zone it would stand further in than the text.
        code = QRectF(-2 * line, 16 * line, _CODE_LINES * line, _CODE_LINES * line)
        paint_qr(sheet.painter, code, qr_code(url))
        top = 37 * line
        for number, (does, below) in enumerate(words.steps(), 1):
            sheet.write(QRectF(0, top, width, 3 * line), f"{number}  {does}", 1.5, bold=True)
            sheet.write(QRectF(0, top + 2.4 * line, width, 4 * line), below, 1.3, soft=True)
            top += 7 * line

    return draw
