"""Contents: what is on a drive, what takes the space, and whether it is sound."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.stick.planning.news import News
from ui.controllers.contents import ContentsController, ContentsState, ContentsStatus, MainAction
from ui.controllers.inspection import CheckState
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.stick_words import called, plain_name
from ui.models.drive_apps import freed_by
from ui.pages.base import Page
from ui.pages.contents.apps_model import Upkeep
from ui.pages.contents.beside import Beside
from ui.pages.contents.contents_view import ContentsView, Part
from ui.pages.contents.empty import EmptyContents
from ui.pages.contents.foot_buttons import FootButtons
from ui.pages.contents.more_menu import MoreMenu
from ui.pages.contents.place_title import PlaceTitle
from ui.pages.contents.summary import summed_up
from ui.pages.contents.upkeep_words import UpkeepWords, remark_on
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style import style
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge
from ui.widgets.buttons import MenuButton
from ui.widgets.segments import Segments
from ui.widgets.verdict_line import VerdictLine

_SHORT_UNDER = 760
_KEEPING_UP = frozenset(
    {MainAction.ASK, MainAction.STOP_WAITING, MainAction.UPDATE, MainAction.APPLY}
)


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
        self._beside = Beside(session, bridge, self._controller, self)
        self._controller.go.connect(self.go)

    def fill(self) -> None:
        self._title.hide()
        self._place = PlaceTitle(self)
        self._verdict = VerdictLine(self)
        texts = (self.tr("Apps"), self.tr("Space"), self.tr("Check"))
        self._segments = Segments(self.tr("What to look at"), texts, self)
        self._menu = MoreMenu(self._controller, self._beside, self)
        self._more = MenuButton(self._menu, self.tr("More"), parent=self)
        self.head.insertWidget(0, self._place, 1, Qt.AlignmentFlag.AlignTop)
        self.head.addWidget(self._segments)
        self.head.addWidget(self._more)
        self.under_title(self._verdict)
        self._view = ContentsView(self.session.pictures, self)
        self._empty = EmptyContents(self)
        self.body.addWidget(self._view, 1)
        self.body.addWidget(self._empty, 1)
        self._view.hang_bars(self)
        self._buttons = FootButtons(self.foot, self)
        self.setFocusProxy(self._place)
        self._connect()
        self._show_status(self._controller.status)

    def _connect(self) -> None:
        controller, inspection, view = self._controller, self._inspection, self._view
        controller.status_changed.connect(self._show_status)
        controller.viewed.changed.connect(self._show_places)
        inspection.sizes_changed.connect(self._show_sizes)
        inspection.check_changed.connect(self._show_check)
        controller.mending.changed.connect(self._show_check)
        inspection.check_progressed.connect(view.check.show_progress)
        inspection.check_progressed.connect(self._show_verdict)
        inspection.check_phase_began.connect(view.check.show_phase)
        inspection.check_advanced.connect(view.check.show_advanced)
        self._beside.toasted.connect(self.toast)
        self._beside.go.connect(self.go)
        self._beside.share_wanted.connect(self.share_wanted)
        view.check.chosen.connect(controller.help)
        view.check.take_off_wanted.connect(self._take_off)
        view.measuring_wanted.connect(inspection.measure)
        view.details_wanted.connect(self._beside.show_app)
        view.repair_wanted.connect(controller.repair)
        view.resume_wanted.connect(controller.resume)
        view.mark_wanted.connect(self._mark)
        view.update_wanted.connect(controller.upkeep.update)
        controller.upkeep.changed.connect(self._show_upkeep)
        self._buttons.add.clicked.connect(controller.add_apps)
        self._buttons.copy.clicked.connect(self._beside.copy)
        self._buttons.install.clicked.connect(self._beside.install_here)
        self._buttons.again.clicked.connect(self._check)
        self._buttons.report.clicked.connect(self._beside.save_report)
        self._segments.chosen.connect(self._show_part)
        self._place.chosen.connect(controller.viewed.choose)
        self._place.folder_wanted.connect(self._beside.ask_for_folder)
        self._empty.acted.connect(controller.act)

    # What the window asks

    @property
    def label(self) -> str:
        return self.tr("What's on a drive")

    @property
    def title(self) -> str:
        return self._called or self.tr("What's on a drive")

    @property
    def foot_text(self) -> str:
        status = self._controller.status
        if status.state is not ContentsState.SHOWN or status.inspection is None:
            return ""
        if self._controller.main_action in _KEEPING_UP:
            told = UpkeepWords().foot(self._controller.upkeep.status, self._freed)
            if told:
                return told
        return filled(self.tr("%1 free"), sized(status.inspection.space.free))

    @property
    def tells_what_is_lost(self) -> bool:
        return self._controller.status.state is ContentsState.UNPLUGGED

    @property
    def primary_text(self) -> str:
        upkeep = self._controller.upkeep.status
        return {
            MainAction.NONE: "",
            MainAction.LOOK_AGAIN: self.tr("Look again"),
            MainAction.TO_THE_DRIVES: self.tr("To the drives"),
            MainAction.CHECK: self.tr("Check now"),
            MainAction.CHECK_AGAIN: self.tr("Check again"),
            MainAction.STOP_CHECK: self.tr("Stop checking"),
            MainAction.REPAIR: self.tr("Repair"),
            MainAction.REPAIR_UNSEEN: self.tr("Repair…"),
            MainAction.ASK: self.tr("Check for updates"),
            MainAction.STOP_WAITING: self.tr("Stop"),
            MainAction.UPDATE: UpkeepWords().update(upkeep.news),
            MainAction.APPLY: UpkeepWords().apply(len(upkeep.marked)),
        }[self._controller.main_action]

    @property
    def primary_is_quiet(self) -> bool:
        return self._controller.main_action in {MainAction.STOP_CHECK, MainAction.STOP_WAITING}

    @property
    def primary_enabled(self) -> bool:
        return self._controller.main_action is not MainAction.UPDATE or self._controller.can_update

    @property
    def primary_reason(self) -> str:
        return "" if self.primary_enabled else self.tr("Too little room")

    def primary(self) -> None:
        match self._controller.main_action:
            case MainAction.LOOK_AGAIN:
                self._controller.look_again()
            case MainAction.TO_THE_DRIVES:
                self._controller.act()
            case MainAction.STOP_CHECK:
                self._inspection.stop_check()
            case MainAction.REPAIR:
                self._controller.repair()
            case MainAction.REPAIR_UNSEEN:
                self._beside.ask_to_repair()
            case MainAction.ASK:
                self._controller.upkeep.ask()
            case MainAction.STOP_WAITING:
                self._controller.upkeep.stop()
            case MainAction.UPDATE:
                self._controller.upkeep.update()
            case MainAction.APPLY:
                self._controller.upkeep.apply()
            case MainAction.CHECK | MainAction.CHECK_AGAIN:
                self._check()

    def entered(self) -> None:
        self._controller.enter()

    def left(self) -> None:
        self._controller.leave()

    def share(self) -> None:
        if self._controller.can_be_shared:
            self._beside.share()

    def undo(self) -> None:
        """The app that was marked last stays."""
        marked = self._controller.upkeep.status.marked
        if marked:
            self._controller.upkeep.unmark(marked[-1])

    def look_again(self) -> None:
        self._controller.look_again()

    def open_folder(self, path: Path) -> None:
        """Look at that one."""
        self._controller.viewed.open_folder(path)

    # What there is

    def _show_places(self) -> None:
        viewed, place = self._controller.viewed, self._controller.viewed.place
        self._called = self._controller.status.place
        self._place.show_places(self.title, viewed.places, place.key if place else None)

    def _show_status(self, status: ContentsStatus) -> None:
        shown = status.state is ContentsState.SHOWN and status.inspection is not None
        self._show_places()
        self._view.setVisible(shown)
        self._empty.setVisible(not shown)
        self._segments.setVisible(shown)
        self._more.setVisible(status.inspection is not None)
        if shown and status.inspection is not None:
            self._show_upkeep()
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
                self._upkeep,
                plug=self._controller.has_plug,
            )
            self._show_verdict()

    @property
    def _upkeep(self) -> Upkeep:
        """What the rows of the list say and offer."""
        controller, status = self._controller, self._controller.upkeep.status
        changeable = controller.can_be_kept_up and not status.waits
        news = status.news or News()
        return Upkeep(news, controller.damaged, status.marked, changeable)

    @property
    def _freed(self) -> int | None:
        """Bytes that become free where what is marked comes off; None until measured."""
        source = self._inspection
        if source.inspection is None or source.sizes is None:
            return None
        return freed_by(source.inspection, source.sizes, self._controller.upkeep.status.marked)

    def _show_upkeep(self) -> None:
        source, controller = self._inspection, self._controller
        if source.inspection is not None and controller.status.state is ContentsState.SHOWN:
            names = {ref.ref: called(ref) for _, ref in source.inspection.refs}
            remark = remark_on(
                controller.upkeep.status, self.title, lambda ref: names.get(ref) or plain_name(ref)
            )
            self._view.show_remarks(controller.agreement, remark)
            self._show_sizes()
        self._show_foot()

    def _show_check(self) -> None:
        source = self._inspection
        if source.inspection is None:
            return
        if source.check.state is CheckState.RUNNING:
            self._view.check.show_running()
        else:
            self._view.check.show_check(
                source.check,
                source.inspection,
                self.title,
                outlook=self._controller.mending.outlook,
                writable=self._controller.is_writable,
                repairs=self._controller.can_repair,
                changeable=self._controller.can_be_kept_up,
            )
        self._show_sizes()
        self._show_foot()

    def _show_verdict(self) -> None:
        source, status = self._inspection, self._controller.status
        unreadable = status.state is ContentsState.UNREADABLE
        self._verdict.setVisible(status.inspection is not None or unreadable)
        when, about = summed_up(
            source.inspection,
            source.sizes,
            source.check.report,
            self.session.environment.clock(),
            short=self.width() < style.px(_SHORT_UNDER),
        )
        self._verdict.say(self._controller.verdict, when, about)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_filled:
            self._segments.fit(self.width())
            self._show_verdict()
            self._show_foot()

    def _show_part(self, part: int) -> None:
        self._segments.show_segment(part)
        self._controller.is_at_check = part == Part.CHECK
        self._view.show_part(Part(part))
        self._show_foot()

    def _show_foot(self) -> None:
        shown = self._controller.status.state is ContentsState.SHOWN
        check, checking = self._inspection.check, self._view.part is Part.CHECK
        self._buttons.show(
            add=shown and not checking and self._controller.is_writable,
            copy=shown and not checking and self._controller.has_apps,
            install=shown and not checking and self._controller.has_apps,
            again=shown and checking and check.ended and self._controller.can_repair,
            report=shown and checking and check.state is not CheckState.RUNNING,
            width=self.width(),
        )
        self.changed.emit()

    # What the person does

    def _mark(self, ref: str, off: bool) -> None:
        upkeep = self._controller.upkeep
        if off:
            upkeep.mark(ref)
        else:
            upkeep.unmark(ref)

    def _take_off(self, ref: str) -> None:
        """Mark it, where that is seen and taken back."""
        self._controller.upkeep.mark(ref)
        self._show_part(Part.APPS)

    def _check(self) -> None:
        self._show_part(Part.CHECK)
        self._inspection.start_check()
