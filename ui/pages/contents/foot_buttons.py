"""The lesser buttons in the foot of the Contents page."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from ui.i18n.tips import tip
from ui.style import style
from ui.style.symbol import Symbol
from ui.widgets.buttons import Button
from ui.widgets.foot import Foot

_BESIDE = 480
"""What the text and the primary button need beside them, with the margins."""
_ALONE = 272
"""What the primary button needs alone."""


class FootButtons(QObject):
    """Attributes: install, add, copy, again, report: the buttons."""

    def __init__(self, foot: Foot, parent: QWidget) -> None:
        super().__init__(parent)
        self.install = Button(self.tr("Install here…"), symbol=Symbol.MONITOR, parent=parent)
        self.install.setToolTip(tip(self.tr("On this computer, after every app was checked")))
        self.add = Button(self.tr("Add apps"), symbol=Symbol.PLUS, parent=parent)
        self.copy = Button(self.tr("Copy to another drive"), symbol=Symbol.COPY, parent=parent)
        self.again = Button(self.tr("Check again"), symbol=Symbol.REFRESH, parent=parent)
        self.report = Button(self.tr("Save a report"), symbol=Symbol.PRINTER, parent=parent)
        # Beside the primary button, as what it is about.
        self._text = foot.text
        self._text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for button in (self.add, self.copy, self.install, self.again, self.report):
            foot.lead.addWidget(button)
        # Where there is no text they stay at the beginning.
        foot.lead.addStretch()

    def show(
        self, *, add: bool, copy: bool, install: bool, again: bool, report: bool, width: int
    ) -> None:
        """``width``: of the page; what has no room there is in the page's menu."""
        self.add.setVisible(add and self._fit(width, self.add, beside=_ALONE))
        copy = copy and (not add or self._fit(width, self.add, self.copy))
        self.copy.setVisible(copy)
        others = [button for button, shown in ((self.add, add), (self.copy, copy)) if shown]
        self.install.setVisible(install and self._fit(width, *others, self.install))
        self.again.setVisible(again)
        both = again and report
        others = [self.again] if again else []
        report = report and self._fit(width, *others, self.report, beside=_ALONE)
        self.report.setVisible(report)
        crowded = both and not self._fit(width, self.again, self.report)
        self._text.setVisible(not crowded)

    @staticmethod
    def _fit(width: int, *buttons: Button, beside: int = _BESIDE) -> bool:
        """As long as their words are in this language."""
        gaps = len(buttons) * style.px(style.GAP)
        return sum(each.sizeHint().width() for each in buttons) + gaps + style.px(beside) <= width
