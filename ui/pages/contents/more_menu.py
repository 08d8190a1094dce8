"""What else there is to do with the drive that is looked at."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.controllers.contents import ContentsController
from ui.controllers.inspection import CheckState
from ui.pages.contents.beside import Beside
from ui.widgets.menu import Menu


class MoreMenu(Menu):
    """Shows only what can be done now."""

    def __init__(self, controller: ContentsController, beside: Beside, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self._start_here = self.entry(self.tr("Open START-HERE"), beside.open_start_here)
        self.entry(self.tr("Save a report"), beside.save_report)
        self._install = self.entry(self.tr("Install here…"), beside.install_here)
        self._copy = self.entry(self.tr("Copy to another drive…"), beside.copy)
        self._compare = self.entry(self.tr("Compare with…"), beside.compare)
        self._share = self.entry(self.tr("Share on the network"), beside.share)
        self._try = self.entry(self.tr("Try it as an offline computer would"), beside.try_out)
        self._ask = self.entry(self.tr("Check for updates"), controller.upkeep.ask)
        self.entry(self.tr("Look again"), controller.look_again)
        self.line()
        self.entry(self.tr("Details for builders"), beside.show_builders)
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        controller = self._controller
        self._start_here.setVisible(controller.start_here is not None)
        # Where something newer is known already, the page's button is for that.
        free = not controller.upkeep.status.waits
        self._ask.setVisible(controller.can_be_kept_up and free)
        self._install.setVisible(controller.has_apps)
        self._copy.setVisible(controller.has_apps)
        self._compare.setVisible(controller.has_apps)
        self._share.setVisible(controller.can_be_shared)
        self._try.setVisible(controller.inspection.check.state is not CheckState.RUNNING)
