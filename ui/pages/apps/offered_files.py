"""An app that is a file and was dropped or opened: looked at over the page."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.stick.choices.taking import OfferedFile
from ui.pages.apps.file_details import FileDetails
from ui.state.app_pictures import AppPictures
from ui.widgets.margin_bar import MarginBar
from ui.widgets.slide_over import SlideOver


class OfferedFiles(QObject):
    """Signals: chosen(object): this `OfferedFile` is wanted.

    Attributes: slide: what lies over the page.
    """

    chosen = Signal(object)

    def __init__(self, pictures: AppPictures, page: QWidget) -> None:
        super().__init__(page)
        self._details = FileDetails(pictures)
        self.slide = SlideOver(page, self.tr("About the file"))
        self.slide.body.addWidget(self._details)
        MarginBar(self._details.area, self.slide)
        self._details.left.connect(self.slide.leave)
        self._details.chosen.connect(self._choose)

    def show_file(self, offered: OfferedFile) -> None:
        self._details.show_file(offered)
        self.slide.open(focus=False)
        self._details.take_focus()

    def _choose(self, offered: OfferedFile) -> None:
        self.slide.leave()
        self.chosen.emit(offered)
