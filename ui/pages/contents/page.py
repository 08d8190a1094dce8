"""Contents: what is on a drive, and whether it is sound."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget

from app.errors import SatchelError
from ui.controllers.contents import ContentsController, ContentsState, ContentsStatus
from ui.controllers.inspection import CheckState
from ui.i18n.filling import filled
from ui.i18n.wording import worded_together
from ui.models.findings import names_of
from ui.pages.base import Page
from ui.pages.contents.collections import CollectionsDialog
from ui.pages.contents.contents_view import ContentsView
from ui.pages.contents.place_bar import PlaceBar
from ui.pages.contents.repository_choice import RepositoryChoice
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge
from ui.widgets.notice import NoticeLabel
from ui.widgets.state_panel import Stateful


class ContentsPage(Page):
    """Any drive with a repository, made by Satchel or not."""

    name = PageName.CONTENTS
    icon = Symbol.CONTENTS

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._controller = ContentsController(session, bridge, self)
        self._inspection = self._controller.inspection
        self._details: CollectionsDialog | None = None
        self._build()
        self._connect()
        self._show_status(self._controller.status)

    def _build(self) -> None:
        self._bar = PlaceBar(self._controller.viewed, self)
        self._export = QPushButton(self.tr("Save a report…"), self)
        icons.give(self._export, Symbol.SAVE)
        self._bar.add(self._export)
        self._repositories = RepositoryChoice(self)
        self._message = NoticeLabel(self)
        self.body.addWidget(self._bar)
        self.body.addWidget(self._repositories)
        self.body.addWidget(self._message)
        self._view = ContentsView(self)
        self._state = Stateful(self._view, self)
        self.body.addWidget(self._state, 1)
        self.setFocusProxy(self._bar)

    def _connect(self) -> None:
        controller, inspection, view = self._controller, self._inspection, self._view
        controller.status_changed.connect(self._show_status)
        controller.folder_wanted.connect(self._bar.ask_for_folder)
        controller.message_outdated.connect(self._forget_message)
        controller.go.connect(self.go)
        inspection.sizes_changed.connect(self._show_sizes)
        inspection.check_changed.connect(self._show_check)
        inspection.check_progressed.connect(view.check.show_progress)
        inspection.check_phase_began.connect(view.check.show_phase)
        inspection.check_advanced.connect(view.check.show_advanced)
        inspection.report_written.connect(self._show_written)
        inspection.report_failed.connect(self._show_not_written)
        view.check.chosen.connect(controller.help)
        view.measuring_wanted.connect(inspection.measure)
        view.details_wanted.connect(self._show_details)
        self._export.clicked.connect(self._ask_for_report)
        self._repositories.chosen.connect(controller.choose_repository)
        self._state.panel.acted.connect(controller.act)

    # What the window asks

    @property
    def label(self) -> str:
        return self.tr("Contents")

    @property
    def title(self) -> str:
        return self.tr("What is on the drive")

    @property
    def primary_text(self) -> str:
        if self._controller.status.state is not ContentsState.SHOWN:
            return ""
        check = self._inspection.check
        if check.state is CheckState.RUNNING:
            return self.tr("Stop checking")
        return self.tr("Check again") if check.ended else self.tr("Check now")

    def primary(self) -> None:
        if self._inspection.check.state is CheckState.RUNNING:
            self._inspection.stop_check()
        else:
            self._view.open_check()
            self._inspection.start_check()

    def entered(self) -> None:
        self._controller.enter()

    def left(self) -> None:
        self._controller.leave()

    # What there is

    def _show_status(self, status: ContentsStatus) -> None:
        self._export.setEnabled(status.inspection is not None)
        source = self._inspection
        self._repositories.show_repositories(source.repositories, source.repository)
        if status.state is ContentsState.SHOWN and status.inspection is not None:
            self._view.show_inspection(status.inspection, source.sizes)
            self._show_agreement()
            self._show_sizes()
            self._state.show_content()
        elif status.error is not None:
            self._state.show_panel().show_error(
                status.error,
                meaning=self.tr("As it is, apps cannot be installed from it."),
                action=self.tr("Look again"),
            )
        elif status.state is ContentsState.INSPECTING:
            self._state.show_panel().show_loading(self.tr("Looking at what is on it…"))
        else:
            self._show_nothing(status)
        self.changed.emit()

    def _show_nothing(self, status: ContentsStatus) -> None:
        folder, drives = self.tr("Open a folder…"), self.tr("To the drives")
        choose = self.tr("Choose it on the Drive page, and then apps to put on it.")
        heading, advice, action, icon = {
            ContentsState.UNPLUGGED: (
                self.tr("%1 was unplugged"),
                self.tr("Plug it in again, choose another drive, or open a folder."),
                folder,
                Symbol.DRIVE,
            ),
            ContentsState.NOT_CHOSEN: (
                self.tr("No drive chosen yet"),
                self.tr("Choose one above, or open a folder."),
                folder,
                Symbol.DRIVE,
            ),
            ContentsState.NO_PLACE: (
                self.tr("No drive to look at"),
                self.tr("Plug in a USB drive with apps, or open a folder."),
                folder,
                Symbol.DRIVE,
            ),
            ContentsState.NOT_MOUNTED: (
                self.tr("%1 is not mounted"),
                self.tr("Mount it on the Drive page to see what is on it."),
                drives,
                Symbol.DRIVE,
            ),
            ContentsState.NO_REPOSITORY: (
                self.tr("There are no apps on %1 yet"),
                choose,
                drives,
                Symbol.GRID,
            ),
            ContentsState.NO_APPS: (
                self.tr("On %1 is a repository, but no apps that computers would find"),
                choose,
                drives,
                Symbol.GRID,
            ),
        }[status.state]
        self._state.show_panel().show_empty(
            filled(heading, status.place), advice, action=action, icon=icon
        )

    def _show_agreement(self) -> None:
        agreement = self._controller.agreement
        if agreement is not None:
            self._view.show_agreement(agreement)

    def _show_sizes(self) -> None:
        source = self._inspection
        if source.inspection is not None:
            self._view.show_sizes(source.inspection, source.sizes, source.sizes_error)

    def _show_check(self) -> None:
        source = self._inspection
        self._show_agreement()
        if source.check.state is CheckState.RUNNING:
            self._view.check.show_start()
        else:
            names = names_of(source.inspection)
            self._view.check.show_check(source.check, names, writable=self._controller.is_writable)
        self.changed.emit()

    def _show_details(self) -> None:
        inspection, result = self._inspection.inspection, self._inspection.result
        if inspection is not None and result is not None:
            self._details = CollectionsDialog(inspection, result.repositories, self)
            self._details.finished.connect(self._close_details)
            self._details.open()

    def _close_details(self) -> None:
        if self._details is not None:
            self._details.deleteLater()
            self._details = None

    # The report

    def _ask_for_report(self) -> None:
        kinds = {self.tr("Page for a browser (*.html)"): ".html", self.tr("Data (*.json)"): ".json"}
        chosen, kind = QFileDialog.getSaveFileName(
            self, self.tr("Save a report"), self.tr("report.html"), ";;".join(kinds)
        )
        if chosen:
            path = Path(chosen)
            if not path.suffix:
                path = path.with_suffix(kinds.get(kind, ".html"))
            self._inspection.write_report(path)

    def _forget_message(self) -> None:
        self._message.say("")

    def _show_written(self, path: Path) -> None:
        text = filled(self.tr("The report is in %1."), str(path))
        self._message.say(text, icon=Symbol.CIRCLE_CHECK, tone=style.Tone.GOOD)

    def _show_not_written(self, error: SatchelError) -> None:
        text = worded_together(error.message, error.hint)
        self._message.say(text, icon=Symbol.ERROR, tone=style.Tone.BAD)
