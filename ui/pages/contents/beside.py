"""What the Contents page opens beside itself: dialogs, reports, START-HERE."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from app.errors import SatchelError
from app.message import NOTHING
from app.stick.store.location import RepositoryLostError
from ui.controllers.contents import ContentsController
from ui.dialogs.receiving import ReceivingDialog
from ui.dialogs.rehearsal import RehearsalDialog
from ui.i18n.filling import filled
from ui.i18n.wording import worded_together
from ui.models.drive_apps import apps_of
from ui.pages.contents.app_facts import AppFactsDialog
from ui.pages.contents.apps_model import AppLine
from ui.pages.contents.builders import BuildersDialog
from ui.pages.contents.compare_dialog import CompareDialog
from ui.pages.contents.copy_dialog import CopyDialog
from ui.state.page_name import PageName
from ui.state.session import Session, Target
from ui.tasks.bridge import Bridge
from ui.widgets.dialog import Question
from ui.widgets.toast import Toast


class Beside(QObject):
    """Signals:
    toasted(object): a `Toast` about what was saved.
    go(object): to the page of that `PageName`.
    share_wanted(object): that `Target` is to be handed out on the network.
    """

    toasted = Signal(object)
    go = Signal(object)
    share_wanted = Signal(object)

    def __init__(
        self, session: Session, bridge: Bridge, controller: ContentsController, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._page = parent
        self._controller = controller
        self._inspection = controller.inspection
        self._pictures = session.pictures
        self._builders: BuildersDialog | None = None
        self._written = Path()
        self._asked = NOTHING
        self._inspection.report_written.connect(self._tell_written)
        self._inspection.report_failed.connect(self._tell_not_written)
        self._inspection.sizes_changed.connect(self._fill_builders)
        self._inspection.inspected.connect(self._fill_builders)
        controller.folder_wanted.connect(self.ask_for_folder)

    def ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self._page, self.tr("Open a folder"))
        if chosen:
            self._controller.viewed.open_folder(Path(chosen))

    def open_start_here(self) -> None:
        page = self._controller.start_here
        if page is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(page)))

    def try_out(self) -> None:
        """As an offline computer would."""
        source, root = self._inspection, self._inspection.root
        if source.inspection is None or root is None:
            return
        dialog = RehearsalDialog(
            self._session, self._bridge, repairs=self._controller.is_writable, parent=self._page
        )
        dialog.repair_wanted.connect(self._controller.repair)
        dialog.open()
        apps = apps_of(source.inspection, None)
        dialog.begin(root, [(app.ref, app.name) for app in apps], source.check.report)

    def ask_to_repair(self) -> None:
        """What nobody can look at before; what was asked about is repaired, and nothing else."""
        error, place = self._controller.status.error, self._controller.status.place
        if error is None:
            return
        self._asked = error.message
        title = self.tr("Repair %1?")
        sentence = self.tr(
            "All of it is checked. What is damaged comes again from this computer, from other "
            "drives, or from the internet; what does not belong there is moved aside."
        )
        if isinstance(error, RepositoryLostError):
            title = self.tr("Give the folder of the apps on %1 its name again?")
            sentence = self.tr("Then all of it is checked, and what is damaged is mended.")
        question = Question(
            filled(title, place),
            sentence,
            self.tr("Repair"),
            stay=self.tr("Leave it as it is"),
            destroys=False,
            parent=self._page,
        )
        question.accepted.connect(self._repair_unseen)
        question.finished.connect(question.deleteLater)
        question.open()

    def _repair_unseen(self) -> None:
        """Unless another drive has come in the place of the one that was asked about."""
        error = self._controller.status.error
        if error is not None and error.message == self._asked:
            self._controller.repair()

    def share(self) -> None:
        """What is on the drive, with the computers in the room."""
        place = self._controller.viewed.place
        if place is not None and place.root is not None:
            self.share_wanted.emit(Target(place.root, place.name, place.drive, place.volume))

    def install_here(self) -> None:
        """What is on the drive, on this computer."""
        source, root = self._inspection, self._inspection.root
        if root is None:
            return
        dialog = ReceivingDialog(self._session, self._bridge, self._page)
        dialog.installed.connect(self._controller.look_again)
        dialog.open()
        apps = apps_of(source.inspection, None) if source.inspection is not None else ()
        dialog.begin(root, {app.ref: app.name for app in apps})

    def copy(self) -> None:
        """What is on the drive, to another."""
        inspection = self._inspection.inspection
        if inspection is None:
            return
        dialog = CopyDialog(self._session, self._bridge, self._page)
        dialog.accepted.connect(partial(self.go.emit, PageName.MAKE))
        dialog.drives_wanted.connect(partial(self.go.emit, PageName.DRIVE))
        dialog.repair_wanted.connect(self._controller.repair)
        dialog.open()
        dialog.begin(inspection, self._controller.status.place)

    def compare(self) -> None:
        """With another drive, or with what the internet has now."""
        inspection = self._inspection.inspection
        if inspection is None:
            return
        dialog = CompareDialog(self._session, self._bridge, self._page)
        dialog.open()
        dialog.begin(inspection, self._controller.status.place)

    # An app, and what is for builders

    def show_app(self, line: AppLine) -> None:
        if self._inspection.inspection is not None:
            dialog = AppFactsDialog(line, self._inspection.inspection, self._pictures, self._page)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

    def show_builders(self) -> None:
        self._builders = BuildersDialog(self._page)
        self._builders.repository_chosen.connect(self._controller.choose_repository)
        self._builders.data_wanted.connect(self._inspection.write_report)
        self._builders.finished.connect(self._close_builders)
        self._fill_builders()
        self._builders.open()

    def _fill_builders(self) -> None:
        source = self._inspection
        if self._builders is not None and source.inspection is not None:
            self._builders.show_inspection(source.inspection, source.sizes, source.repositories)

    def _close_builders(self) -> None:
        if self._builders is not None:
            self._builders.deleteLater()
            self._builders = None

    # The report

    def save_report(self) -> None:
        self._controller.save_report(Path(_documents()))

    def _tell_written(self, path: Path) -> None:
        self._written = path
        text = filled(self.tr("Report saved: %1"), path.name)
        self.toasted.emit(Toast(text, act=(self.tr("Open"), self._open_report)))

    def _open_report(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))

    def _tell_not_written(self, error: SatchelError) -> None:
        self.toasted.emit(Toast(worded_together(error.message, error.hint)))


def _documents() -> str:
    """Where people look for what they have saved."""
    place = QStandardPaths.StandardLocation
    return QStandardPaths.writableLocation(
        place.DocumentsLocation
    ) or QStandardPaths.writableLocation(place.HomeLocation)
