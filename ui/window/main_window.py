"""The window: the way on the left, the page, and below it what the page says and its one button."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSettings, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.errors import SatchelError
from app.flatpak.remotes.known import Known
from app.progress import Notice
from app.severity import Severity
from app.stick.environment import Environment
from ui.dialogs.help import HelpDialog
from ui.i18n.shortcuts import STEPS, Action
from ui.pages.apps.page import AppsPage
from ui.pages.base import Page
from ui.pages.contents.page import ContentsPage
from ui.pages.drive.page import DrivePage
from ui.pages.make.page import MakePage
from ui.pages.review.page import ReviewPage
from ui.pages.settings.page import SettingsPage
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style import style
from ui.style.tokens import breakpoint_at
from ui.style.watching import unwatched
from ui.tasks.bridge import Bridge
from ui.widgets.dialog import Question
from ui.widgets.guard import StillButtons
from ui.widgets.menu import open_focused_menu
from ui.widgets.page_keys import scroll_by_key
from ui.widgets.tab_order import go_on, lead_into
from ui.widgets.toast import Toast
from ui.window.demo_strip import DemoStrip
from ui.window.foot_bar import FootBar
from ui.window.keys import listen
from ui.window.navigation import Navigation
from ui.window.opening import Opening
from ui.window.sharing_part import SharingPart
from ui.window.sidebar import Entry, Sidebar, StepState

_STEPS: tuple[type[Page], ...] = (DrivePage, AppsPage, ReviewPage, MakePage)
_OTHERS: tuple[type[Page], ...] = (ContentsPage, SettingsPage)
_SMALLEST = QSize(720, 480)
USUAL_SIZE = QSize(1280, 800)
_FRAME = 48
"""What a desktop puts around a window, at most, in pixels."""
_LOW = 560
"""Below this height, in design pixels, the foot is lower."""


class MainWindow(QMainWindow):
    """One session in one window.

    Signals:
        closed(): it has closed; nothing of it is running any more.
        demo_wanted(): the person would like to try it without a drive.
        own_wanted(): the person has tried enough, and would like to see their own.

    Attributes:
        pages: by name, the steps first and in their order.
        opening: takes files.
        sharing: hands out a drive on the network.
    """

    closed = Signal()
    demo_wanted = Signal()
    own_wanted = Signal()

    def __init__(self, environment: Environment) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.session = Session(environment, self)
        self.bridge = Bridge(self)
        self._leaving = False
        self._navigation = Navigation(
            [kind.name for kind in _STEPS],
            is_complete=self._is_complete,
            is_begun=self._is_begun,
            is_closed=self._is_closed,
        )
        self.opening = Opening(self.session, self.bridge, self)
        self.sharing = SharingPart(self.session, self.bridge, self)
        self._populate()
        self.opening.go.connect(self.open)
        self.opening.toasted.connect(self._toast)
        self.sharing.toasted.connect(self._toast)
        self.sharing.changed.connect(self._refresh)
        self.sharing.closing_accepted.connect(self.leave)
        self.bridge.changed.connect(self._refresh)
        self.session.notice_changed.connect(self._refresh)
        self.bridge.idle.connect(self._leave)
        self._restore()
        self._show_page()
        if not environment.is_demo:
            self.session.drives.watch(self.bridge)
        self.bridge.run(
            lambda _report, _cancel: environment.known_remotes(),
            done=self.session.set_known,
            failed=self._no_remotes,
        )
        self.bridge.run(lambda _report, _cancel: environment.trim_cache())

    def focusNextPrevChild(self, forward: bool) -> bool:
        return go_on(self, forward=forward)

    def _populate(self) -> None:
        """All that is seen."""
        with unwatched():
            # From the outside in: whatever gets a parent is styled anew, with all that is in it.
            centre = QWidget()
            self.setCentralWidget(centre)
            self._stack = QStackedWidget(centre)
            steps = [kind(self.session, self.bridge, self._stack) for kind in _STEPS]
            others = [kind(self.session, self.bridge, self._stack) for kind in _OTHERS]
            self.pages: dict[PageName, Page] = {page.name: page for page in (*steps, *others)}
            self._build(centre, steps, others)
        centre.show()
        for page in self.pages.values():
            page.changed.connect(self._refresh)
            page.proceed.connect(self._proceed)
            page.go.connect(self.open)
            page.back.connect(self.back)
            page.toasted.connect(self._foot.toast)
            page.demo_wanted.connect(self.demo_wanted)
            page.files_given.connect(self.opening.open)
            page.share_wanted.connect(self.sharing.share)
        apps = self.pages[PageName.APPS]
        assert isinstance(apps, AppsPage)
        apps.file_chosen.connect(self.opening.choose_file)
        self.opening.file_offered.connect(apps.offer_file)
        contents = self.pages[PageName.CONTENTS]
        assert isinstance(contents, ContentsPage)
        self.opening.folder_given.connect(contents.open_folder)

    def rebuild(self) -> None:
        """All that is seen anew, in another language; the session is as it was."""
        self.page.left()
        before = self.takeCentralWidget()
        self._populate()
        if before is not None:
            before.deleteLater()
        self._fit()
        self._show_page()

    def _build(self, centre: QWidget, steps: list[Page], others: list[Page]) -> None:
        self.setMinimumSize(_SMALLEST)
        self._sidebar_pages = [*steps, *others]
        total = len(steps)
        whole = QHBoxLayout(centre)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self._sidebar = Sidebar(
            [Entry(each.name, each.label, each.icon, n, total) for n, each in enumerate(steps, 1)],
            [Entry(each.name, each.label, each.icon) for each in others],
        )
        self._sidebar.chosen.connect(self.open)
        self._sidebar.shared_chosen.connect(self.sharing.show)
        whole.addWidget(self._sidebar)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        whole.addLayout(right, 1)
        self._strip = DemoStrip() if self.session.environment.is_demo else None
        if self._strip is not None:
            self._strip.left.connect(self.own_wanted)
            right.addWidget(self._strip)
        right.addWidget(self._stack, 1)
        for page in self.pages.values():
            self._stack.addWidget(page)
        self._foot = FootBar()
        self._foot.acted.connect(self._press)
        for page in self.pages.values():
            self._foot.add(page)
        right.addWidget(self._foot)
        StillButtons.watch()
        slots: dict[Action, Callable[[], object]] = {
            Action.BACK: self.back,
            Action.PRIMARY: self._foot.primary_button.act,
            Action.UNDO: self._undo,
            Action.SETTINGS: partial(self.open, PageName.SETTINGS),
            Action.HELP: self.help,
            Action.LOOK_AGAIN: self._look_again,
            Action.SHARE: self._share,
            Action.MENU: open_focused_menu,
            Action.QUIT: self.close,
        }
        for step, page in zip(STEPS, steps, strict=True):
            slots[step] = partial(self.open, page.name)
        listen(centre, slots)

    # Going about

    @property
    def page(self) -> Page:
        return self.pages[self._navigation.page]

    def open(self, name: PageName) -> None:
        """Show a page, if it may be opened now."""
        if name is self._navigation.page or not self.may_open(name):
            self._refresh()
            return
        self.page.left()
        self._foot.end_toast()
        self._navigation.open(name)
        self._show_page()

    def _show_page(self) -> None:
        self.page.make()
        self._stack.setCurrentWidget(self.page)
        self._refresh()
        self.page.entered()
        if not self._sidebar.isAncestorOf(QApplication.focusWidget() or self):
            self._lead()

    def _lead(self) -> None:
        page = self.page
        lead_into(page, self._foot.primary_button, at_once=page.is_entered_at_primary)

    def may_open(self, name: PageName) -> bool:
        return self._navigation.may_open(name)

    def back(self) -> None:
        """To the step before, or from the other pages to where the person was."""
        previous = self._navigation.previous
        if previous is not None:
            self.open(previous)

    def help(self) -> None:
        """The guide, beside the window."""
        HelpDialog(self).show()

    def _look_again(self) -> None:
        self.page.look_again()

    def _undo(self) -> None:
        if not self._foot.undo():
            self.page.undo()

    def _share(self) -> None:
        """Who is there; where nothing is shared, what the page shows is from now on."""
        if self.sharing.is_on:
            self.sharing.show()
        else:
            self.page.share()

    def _proceed(self) -> None:
        step = self._navigation.next
        if step is not None:
            self.open(step)

    def _toast(self, toast: Toast) -> None:
        self._foot.toast(toast)

    def _is_complete(self, name: PageName) -> bool:
        return self.pages[name].complete

    def _is_begun(self, name: PageName) -> bool:
        return self.pages[name].begun

    def _is_closed(self) -> bool:
        return self.bridge.guarded

    def _press(self) -> None:
        self.page.primary()

    def _refresh(self) -> None:
        """Sidebar and foot as session and page are now."""
        page = self.page
        page.retitle()
        self._retitle()
        primary = self._foot.primary_button
        if primary.hasFocus() and not page.primary_text:
            # Else Qt gives it to the next control, which is the sidebar.
            lead_into(page)
        self._foot.show_page(page, text=self._foot_text(), enabled=not self._leaving)
        if page.hasFocus():
            # What was not there yet may be now.
            self._lead()
        for step in self._sidebar_pages:
            self._show_in_sidebar(step)
        self._sidebar.show_shared(*self.sharing.told)

    def _retitle(self) -> None:
        """“38 % CLASSROOM, Satchel” while something is written."""
        told = [page.window_title for page in self.pages.values()]
        is_demo = self.session.environment.is_demo
        told.append(self.tr("Satchel, demo") if is_demo else "Satchel")
        self.setWindowTitle(", ".join(filter(None, told)))

    def _foot_text(self) -> str:
        """One thing at a time: what has happened, why it does not go on, what the page says."""
        page = self.page
        if self._leaving:
            return self.tr("Stopping…")
        reason = "" if page.primary_enabled else page.primary_reason
        notice = "" if page.tells_what_is_lost else self.session.notice
        text = notice or reason or page.foot_text
        if not text and self.session.unread:
            return self.tr("There is something to know about your settings: see Settings.")
        return text

    def _show_in_sidebar(self, shown: Page) -> None:
        state = StepState.DONE if shown.behind else StepState.AHEAD
        if shown is self.page:
            is_end = shown.complete and shown.name is PageName.MAKE
            state = StepState.FINISHED if is_end else StepState.CURRENT
        self._sidebar.show_state(
            shown.name, state, enabled=self.may_open(shown.name), value=shown.value
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not scroll_by_key(self, event):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Sidebar and foot take less of a small window."""
        narrow = self.width() < style.px(breakpoint_at("sidebar becomes narrow under"))
        self._sidebar.set_narrow(narrow)
        if self._strip is not None:
            self._strip.fit(is_narrow=narrow, is_scant=self.page.is_scant)
        self._foot.fit(is_narrow=narrow, is_low=self.height() < style.px(_LOW))
        self._refresh()

    def _no_remotes(self, error: SatchelError) -> None:
        self.session.set_known(Known((), (Notice(Severity.WARNING, error.message, error.hint),)))

    # Closing

    def closeEvent(self, event: QCloseEvent) -> None:
        """Never with work under way: it is asked to stop, and the window closes when it has."""
        self._finish_typing()
        event.ignore()
        # While the question is open somebody may want all to end, and Qt does not close a second
        # time what it is about to close.
        if self.bridge.guarded and not (self._leaving or self._ask() or self._leaving):
            return
        if not self._leaving and self.sharing.asks_before_closing():
            return
        if self.bridge.busy:
            self.leave()
            return
        self._remember()
        self.bridge.close()
        self.session.drives.close()
        self.session.blockSignals(True)
        event.accept()
        self.closed.emit()

    def _finish_typing(self) -> None:
        """Fields take what was typed when they lose the focus: not after the window has gone."""
        field = self.focusWidget()
        if field is not None:
            field.clearFocus()
            field.setFocus()

    def leave(self) -> None:
        """Close without asking, as soon as what runs has stopped."""
        self._leaving = True
        self.bridge.cancel_all()
        if self.bridge.busy:
            self._refresh()
        else:
            self.close()

    def _leave(self) -> None:
        if self._leaving:
            self.close()

    def _ask(self) -> bool:
        now = self.tr("The drive is still being written.")
        meaning = self.tr(
            "If you stop now, what was on the drive before stays usable, and the next time "
            "goes on from here."
        )
        question = Question(
            self.tr("Stop writing?"),
            f"{now} {meaning}",
            self.tr("Stop and close"),
            stay=self.tr("Go on writing"),
            parent=self,
        )
        # Written to the end meanwhile: then how it came out is worth seeing first.
        self.bridge.idle.connect(question.reject)
        answer = question.exec()
        question.deleteLater()
        return answer == QDialog.DialogCode.Accepted

    # Geometry, the only thing that Qt's own settings keep

    def _settings(self) -> QSettings:
        path = self.session.environment.state / "window.ini"
        return QSettings(str(path), QSettings.Format.IniFormat)

    def _restore(self) -> None:
        room = self.screen().availableSize()
        self.resize(USUAL_SIZE.boundedTo(QSize(room.width() - _FRAME, room.height() - _FRAME)))
        geometry = self._settings().value("geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)

    def _remember(self) -> None:
        if self.session.environment.is_demo:
            # Its directories go with it, perhaps before this window.
            return
        settings = self._settings()
        settings.setValue("geometry", self.saveGeometry())
        settings.sync()
