"""The check of a drive: to be started, under way, or what came of it."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.progress import Advanced, Phase
from app.stick.checking.report import CheckReport
from app.stick.checking.soundness import NOT_CHECKED, verdict_on
from app.stick.findings import Help, helps
from app.stick.inspecting.inspection import Inspection
from ui.controllers.inspection import CheckState, CheckStatus
from ui.controllers.mending import RepairOutlook
from ui.controllers.progress import Progress
from ui.i18n.stick_words import called
from ui.i18n.wording import worded
from ui.models.check_remarks import CheckRemark, RemarkSign, remarks_of
from ui.models.findings import names_of
from ui.models.verdicts import verdict_symbol, verdict_text
from ui.pages.contents.check_banner import CheckBanner, banner_words
from ui.pages.contents.check_details import CheckDetails
from ui.pages.contents.check_progress import CheckProgress
from ui.pages.contents.remark_row import RemarkRow
from ui.pages.contents.repair_words import repair_sentence
from ui.state.app_pictures import AppPictures
from ui.style import icons, style
from ui.widgets import labels
from ui.widgets.card import RowsCard
from ui.widgets.empty_state import EmptyState
from ui.widgets.fold import Fold
from ui.widgets.message_card import MessageCard, Sign
from ui.widgets.page_scroll import PageScroll

_SIGN = 64


class CheckView(QWidget):
    """Signals:
    chosen(object): the `Help` that somebody wants.
    take_off_wanted(str): the app of this ref is to come off.
    """

    chosen = Signal(object)
    take_off_wanted = Signal(str)

    def __init__(self, pictures: AppPictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._remarks: tuple[CheckRemark, ...] = ()
        self._running = self._offers = False
        self._sign = QLabel(self)
        self._empty = EmptyState(self._sign, parent=self)
        self._failed = MessageCard(self)
        self.progress = CheckProgress(self)
        self._banner = CheckBanner(self)
        self._banner.chosen.connect(self.chosen)
        self._repair = _Group(self.tr("To repair"), self)
        self._stays = _Group(self.tr("Cannot be repaired"), self)
        self._know = _Group(self.tr("Good to know"), self)
        self.details = CheckDetails(self)
        self._fold = Fold(self.tr("Details for builders"), parent=self)
        self._fold.body.addWidget(self.details)
        self._stack = QStackedWidget(self)
        self._result = self._scrolled(
            self.progress, self._banner, self._repair, self._stays, self._know, self._fold
        )
        self._failure = PageScroll(_at_top(self._failed), self)
        self._before = PageScroll(self._empty, self)
        for each in (self._before, self._failure, self._result):
            self._stack.addWidget(each)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        pictures.arrived.connect(self._show_remarks)

    def _scrolled(self, *parts: QWidget) -> PageScroll:
        content = QWidget()
        content.setProperty("scrolled", True)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.px(style.GAP))
        for part in parts:
            column.addWidget(part)
        column.addStretch(1)
        return PageScroll(content, self)

    def hang_bar(self, page: QWidget) -> None:
        """In the margin of ``page``."""
        self._result.hang_bar(page)

    @property
    def verdict(self) -> str:
        """What is said above the findings; empty while there is none."""
        here = self._stack.currentWidget() is self._result and not self._banner.isHidden()
        return self._banner.headline if here else ""

    @property
    def remarks(self) -> tuple[CheckRemark, ...]:
        """What is listed below it."""
        return self._remarks

    def show_check(
        self,
        check: CheckStatus,
        inspection: Inspection,
        place: str,
        *,
        outlook: RepairOutlook,
        writable: bool,
        repairs: bool,
        changeable: bool,
    ) -> None:
        """None, or how it ended. ``changeable``: apps can come off it.

        ``writable``: it is what Satchel would write to; ``repairs``: the page's button does so,
        and would do what ``outlook`` tells.
        """
        self._running = False
        self._offers = changeable
        if check.report is not None:
            offered = set(helps(check.report.findings))
            if repairs or not writable:
                offered.discard(Help.WRITE_AGAIN)
            self._show_report(check.report, inspection, place, outlook, offered, repairs=repairs)
        elif check.error is not None and check.state is CheckState.FAILED:
            self._failed.say(
                Sign.WARNING,
                worded(check.error.message),
                self.tr("So nobody can say whether the drive is sound."),
                worded(check.error.hint),
            )
            self._stack.setCurrentWidget(self._failure)
        else:
            stopped = check.state is CheckState.STOPPED
            icons.give(self._sign, verdict_symbol(NOT_CHECKED), token="soft", side=_SIGN)
            self._empty.say(
                self.tr("The check was stopped") if stopped else verdict_text(NOT_CHECKED),
                self.tr("Nothing has been changed. Check again whenever you like.")
                if stopped
                else self.tr(
                    "A check reads everything back and tells whether the drive can be relied on."
                ),
            )
            self._stack.setCurrentWidget(self._before)

    def show_running(self) -> None:
        """A check begins, or is under way still."""
        if self._running:
            return
        self._running = True
        self.progress.begin()
        self.details.begin()
        self._remarks = ()
        self._show_remarks()
        self._banner.hide()
        self.progress.show()
        self._stack.setCurrentWidget(self._result)

    def show_phase(self, phase: Phase) -> None:
        self.details.work.begin_phase(phase)

    def show_advanced(self, event: Advanced) -> None:
        self.details.work.advance(event)

    def show_progress(self, progress: Progress) -> None:
        self.progress.show_progress(progress)

    def _show_report(
        self,
        report: CheckReport,
        inspection: Inspection,
        place: str,
        outlook: RepairOutlook,
        offered: Collection[Help],
        *,
        repairs: bool,
    ) -> None:
        repair = ""
        if repairs or outlook.plan is not None:
            names = {ref.ref: called(ref) for _, ref in inspection.refs}
            repair = repair_sentence(outlook.plan, names, looking=outlook.looking)
        verdict = verdict_on(report)
        apps = sum(ref.ref.startswith("app/") for _, ref in inspection.refs)
        self._banner.say(verdict, *banner_words(verdict, apps, repair, offered), offered)
        unhealed = outlook.plan.unhealed if outlook.plan is not None else ()
        self._remarks = remarks_of(report, inspection, place, unhealed)
        self._show_remarks()
        self.details.show_report(report, names_of(inspection))
        self.progress.hide()
        self._banner.show()
        self._stack.setCurrentWidget(self._result)

    def _show_remarks(self) -> None:
        for group, signs in (
            (self._repair, {RemarkSign.BROKEN}),
            (self._stays, {RemarkSign.LASTING}),
            (self._know, {RemarkSign.ENDED, RemarkSign.KNOW}),
        ):
            remarks = [remark for remark in self._remarks if remark.sign in signs]
            for row in group.show_remarks(remarks, self._pictures, offers=self._offers):
                row.take_off_wanted.connect(self.take_off_wanted)


class _Group(QWidget):
    """A heading, and rows below it; hidden without any."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._card = RowsCard(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.GRID))
        layout.addWidget(labels.heading(text, parent=self))
        layout.addWidget(self._card)
        self.hide()

    def show_remarks(
        self, remarks: list[CheckRemark], pictures: AppPictures, *, offers: bool
    ) -> list[RemarkRow]:
        with self._card.still():
            self._card.clear()
            rows = [RemarkRow(remark, pictures, self._card, offers=offers) for remark in remarks]
            for row in rows:
                self._card.add_row(row)
        self.setVisible(bool(remarks))
        return rows


def _at_top(widget: QWidget) -> QWidget:
    whole = QWidget()
    layout = QVBoxLayout(whole)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(widget)
    layout.addStretch(1)
    return whole
