"""Contents: what is on a drive, what takes the space, and whether it is sound."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.errors import SatchelError
from ui.controllers.contents import ContentsController, ContentsState, ContentsStatus
from ui.controllers.inspection import CheckState
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.wording import worded_together
from ui.models.drive_apps import DriveApp
from ui.pages.base import Page
from ui.pages.contents.app_facts import AppFactsDialog
from ui.pages.contents.builders import BuildersDialog
from ui.pages.contents.contents_view import ContentsView, Part
from ui.pages.contents.empty import EmptyContents
from ui.pages.contents.place_title import PlaceTitle
from ui.pages.contents.summary import summed_up
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style import style
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge
from ui.widgets.buttons import Button, MenuButton
from ui.widgets.segments import Segments
from ui.widgets.toast import Toast
from ui.widgets.verdict_line import VerdictLine

_SHORT_UNDER = 760


class ContentsPage(Page):
    """Any drive with apps, made by Satchel or not."""

    name = PageName.CONTENTS
    icon = Symbol.CONTENTS
    is_wide = True
    _called = ""

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._controller = ContentsController(session, bridge, self)
        self._inspection = self._controller.inspection
        self._builders: BuildersDialog | None = None
        self._build()
        self._build_foot()
        self._connect()
        self._show_places()
        self._show_status(self._controller.status)

    def _build(self) -> None:
        self._title.hide()
        self._place = PlaceTitle(self)
        self._verdict = VerdictLine(self)
        texts = (self.tr("Apps"), self.tr("Space"), self.tr("Check"))
        self._segments = Segments(self.tr("What to look at"), texts, self)
        self._menu = QMenu(self)
        self._start_here = self._menu.addAction(self.tr("Open START-HERE"), self._open_start_here)
        self._menu.addAction(self.tr("Save a report"), self._save_report)
        self._menu.addAction(self.tr("Look again"), self._controller.look_again)
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Details for builders"), self._show_builders)
        self._menu.aboutToShow.connect(self._fill_menu)
        self._more = MenuButton(self._menu, self.tr("More"), parent=self)
        self.head.insertWidget(0, self._place, 1, Qt.AlignmentFlag.AlignTop)
        self.head.addWidget(self._segments)
        self.head.addWidget(self._more)
        self.under_title(self._verdict)
        self._view = ContentsView(self.session.pictures, self)
        self._empty = EmptyContents(self)
        self.body.addWidget(self._view, 1)
        self.body.addWidget(self._empty, 1)
        self.setFocusProxy(self._place)

    def _build_foot(self) -> None:
        self._add = Button(self.tr("Add apps"), symbol=Symbol.PLUS, parent=self)
        self._again = Button(self.tr("Check again"), symbol=Symbol.REFRESH, parent=self)
        self._report = Button(self.tr("Save a report"), symbol=Symbol.PRINTER, parent=self)
        end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self.foot.text.setAlignment(end)
        for button in (self._add, self._again, self._report):
            self.foot.lead.addWidget(button)
        self._add.clicked.connect(self._controller.add_apps)
        self._again.clicked.connect(self._check)
        self._report.clicked.connect(self._save_report)

    def _connect(self) -> None:
        controller, inspection, view = self._controller, self._inspection, self._view
        controller.status_changed.connect(self._show_status)
        controller.viewed.changed.connect(self._show_places)
        controller.folder_wanted.connect(self._ask_for_folder)
        controller.go.connect(self.go)
        inspection.sizes_changed.connect(self._show_sizes)
        inspection.check_changed.connect(self._show_check)
        inspection.check_progressed.connect(view.check.show_progress)
        inspection.check_progressed.connect(self._show_verdict)
        inspection.check_phase_began.connect(view.check.show_phase)
        inspection.check_advanced.connect(view.check.show_advanced)
        inspection.report_written.connect(self._show_written)
        inspection.report_failed.connect(self._show_not_written)
        view.check.chosen.connect(controller.help)
        view.measuring_wanted.connect(inspection.measure)
        view.details_wanted.connect(self._show_app)
        view.repair_wanted.connect(controller.repair)
        self._segments.chosen.connect(self._show_part)
        self._place.chosen.connect(controller.viewed.choose)
        self._place.folder_wanted.connect(self._ask_for_folder)
        self._empty.folder_wanted.connect(self._ask_for_folder)
        self._empty.drives_wanted.connect(self._go_to_drives)

    @property
    def more(self) -> QMenu:
        """What else there is to do."""
        return self._menu

    # What the window asks

    @property
    def label(self) -> str:
        return self.tr("What's on a drive")

    @property
    def title(self) -> str:
        return self._called or self.tr("What's on a drive")

    @property
    def foot_text(self) -> str:
        inspection = self._controller.status.inspection
        if self._controller.status.state is not ContentsState.SHOWN or inspection is None:
            return ""
        return filled(self.tr("%1 free"), sized(inspection.space.free))

    @property
    def primary_text(self) -> str:
        state, check = self._controller.status.state, self._inspection.check.state
        if state is ContentsState.UNREADABLE:
            return self.tr("Look again")
        if state is not ContentsState.SHOWN:
            return ""
        if check is CheckState.RUNNING:
            return self.tr("Stop checking")
        if self._controller.can_repair:
            return self.tr("Repair")
        return self.tr("Check again") if self._inspection.check.ended else self.tr("Check now")

    @property
    def primary_is_quiet(self) -> bool:
        return self._inspection.check.state is CheckState.RUNNING

    def primary(self) -> None:
        if self._controller.status.state is ContentsState.UNREADABLE:
            self._controller.look_again()
        elif self._inspection.check.state is CheckState.RUNNING:
            self._inspection.stop_check()
        elif self._controller.can_repair:
            self._controller.repair()
        else:
            self._check()

    def entered(self) -> None:
        self._controller.enter()

    def left(self) -> None:
        self._controller.leave()

    def look_again(self) -> None:
        self._controller.look_again()

    # What there is

    def _show_places(self) -> None:
        viewed, place = self._controller.viewed, self._controller.viewed.place
        key = place.key if place is not None else None
        self._called = self._controller.status.place
        self._place.show_places(self.title, viewed.places, key)

    def _show_status(self, status: ContentsStatus) -> None:
        shown = status.state is ContentsState.SHOWN and status.inspection is not None
        self._show_places()
        self._view.setVisible(shown)
        self._empty.setVisible(not shown)
        self._segments.setVisible(shown)
        self._more.setVisible(status.inspection is not None)
        if shown and status.inspection is not None:
            self._view.show_inspection(status.inspection, self._controller.agreement)
            self._show_sizes()
            self._show_check()
        else:
            self._empty.show_status(status)
        self._show_verdict()
        self._show_foot()

    def _show_sizes(self) -> None:
        source, place = self._inspection, self._controller.viewed.place
        if source.inspection is not None and place is not None:
            self._view.show_sizes(
                source.inspection,
                source.sizes,
                source.sizes_error,
                self._controller.damaged,
                plug=self._controller.has_plug,
            )
            self._show_verdict()
        if self._builders is not None:
            self._fill_builders()

    def _show_check(self) -> None:
        source = self._inspection
        if source.inspection is None:
            return
        if source.check.state is CheckState.RUNNING:
            self._view.check.show_start()
        else:
            self._view.check.show_check(
                source.check,
                source.inspection,
                self.title,
                writable=self._controller.is_writable,
                repairs=self._controller.can_repair,
            )
        self._show_sizes()
        self._show_foot()

    def _show_verdict(self) -> None:
        source, status = self._inspection, self._controller.status
        self._verdict.setVisible(status.inspection is not None or status.error is not None)
        when, about = summed_up(
            source.inspection,
            source.sizes,
            source.check.report,
            self._now,
            short=self.width() < style.px(_SHORT_UNDER),
        )
        self._verdict.say(self._controller.verdict, when, about)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_verdict()

    @property
    def _now(self) -> float:
        return self.session.environment.clock()

    def _show_part(self, part: int) -> None:
        self._segments.show_segment(part)
        self._view.show_part(Part(part))
        self._show_foot()

    def _show_foot(self) -> None:
        shown = self._controller.status.state is ContentsState.SHOWN
        checking = self._view.part is Part.CHECK
        running = self._inspection.check.state is CheckState.RUNNING
        self._add.setVisible(shown and not checking and self._controller.is_writable)
        again = self._inspection.check.ended and self._controller.can_repair
        self._again.setVisible(shown and checking and again and not running)
        self._report.setVisible(shown and checking and not running)
        self.changed.emit()

    # What the person does

    def _check(self) -> None:
        self._show_part(Part.CHECK)
        self._inspection.start_check()

    def _ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Open a folder"))
        if chosen:
            self._controller.viewed.open_folder(Path(chosen))

    def _go_to_drives(self) -> None:
        self.go.emit(PageName.DRIVE)

    def _fill_menu(self) -> None:
        self._start_here.setVisible(self._controller.start_here is not None)

    def _open_start_here(self) -> None:
        page = self._controller.start_here
        if page is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(page)))

    def _show_app(self, app: DriveApp) -> None:
        if self._inspection.inspection is not None:
            dialog = AppFactsDialog(app, self._inspection.inspection, self.session.pictures, self)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

    def _show_builders(self) -> None:
        self._builders = BuildersDialog(self)
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

    def _save_report(self) -> None:
        self._controller.save_report(Path(_documents()))

    def _show_written(self, path: Path) -> None:
        self._written = path
        text = filled(self.tr("Report saved: %1"), path.name)
        self.toast(Toast(text, act=(self.tr("Open"), self._open_report)))

    def _open_report(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))

    def _show_not_written(self, error: SatchelError) -> None:
        self.toast(Toast(worded_together(error.message, error.hint)))


def _documents() -> str:
    """Where people look for what they have saved."""
    place = QStandardPaths.StandardLocation
    return QStandardPaths.writableLocation(
        place.DocumentsLocation
    ) or QStandardPaths.writableLocation(place.HomeLocation)
