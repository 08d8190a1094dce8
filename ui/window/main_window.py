"""The window: the way on the left, the page, and below it Back and the page's one button."""

from __future__ import annotations

from PySide6.QtCore import QSettings, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.errors import SatchelError
from app.flatpak.remotes.known import Known
from app.progress import Notice
from app.severity import Severity
from app.stick.environment import Environment
from ui.pages.apps.page import AppsPage
from ui.pages.base import Page
from ui.pages.contents.page import ContentsPage
from ui.pages.done.page import DonePage
from ui.pages.drive.page import DrivePage
from ui.pages.make.page import MakePage
from ui.pages.review.page import ReviewPage
from ui.pages.settings.page import SettingsPage
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge
from ui.widgets.buttons import tall
from ui.widgets.labels import Label
from ui.widgets.primary_button import PrimaryButton
from ui.window.navigation import Navigation
from ui.window.sidebar import Entry, Sidebar, StepState

_STEPS: tuple[type[Page], ...] = (DrivePage, AppsPage, ReviewPage, MakePage, DonePage)
_OTHERS: tuple[type[Page], ...] = (ContentsPage, SettingsPage)
_SMALLEST = QSize(720, 480)
_USUAL = QSize(1100, 720)


class MainWindow(QMainWindow):
    """One session in one window.

    Signals:
        closed(): it has closed; nothing of it is running any more.
        demo_wanted(): the person would like to try it without a drive.

    Attributes:
        pages: by name, the steps first and in their order.
    """

    closed = Signal()
    demo_wanted = Signal()

    def __init__(self, environment: Environment) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.session = Session(environment, self)
        self.bridge = Bridge(self)
        self._leaving = False
        steps = [kind(self.session, self.bridge) for kind in _STEPS]
        others = [kind(self.session, self.bridge) for kind in _OTHERS]
        self.pages: dict[PageName, Page] = {page.name: page for page in (*steps, *others)}
        self._navigation = Navigation(
            [page.name for page in steps], is_complete=self._is_complete, is_closed=self._is_closed
        )
        self._build(steps, others)
        for page in self.pages.values():
            page.changed.connect(self._refresh)
            page.proceed.connect(self._proceed)
            page.go.connect(self.open)
            page.demo_wanted.connect(self.demo_wanted)
        self.bridge.changed.connect(self._refresh)
        self.session.notice_changed.connect(self._refresh)
        self.bridge.idle.connect(self._leave)
        self._restore()
        self._show_page()
        if not environment.is_demo:
            self.session.drives.watch(self.bridge)
        self.bridge.run(
            lambda _report, _cancel: environment.known_with_news(),
            done=self.session.set_known,
            failed=self._no_remotes,
        )
        self.bridge.run(lambda _report, _cancel: environment.trim_cache())

    def _build(self, steps: list[Page], others: list[Page]) -> None:
        self.setWindowTitle(
            self.tr("Satchel, demo") if self.session.environment.is_demo else "Satchel"
        )
        self.setMinimumSize(_SMALLEST)
        self._sidebar = Sidebar(
            [Entry(page.name, page.label, page.icon, n) for n, page in enumerate(steps, 1)],
            [Entry(page.name, page.label, page.icon) for page in others],
        )
        self._sidebar.chosen.connect(self.open)
        self._stack = QStackedWidget()
        for page in self.pages.values():
            self._stack.addWidget(page)
        self._back = QPushButton(self.tr("Back"))
        tall(self._back)
        icons.give(self._back, Symbol.CHEVRON_LEFT)
        self._back.clicked.connect(self.back)
        self._status = Label(quiet=True, wrap=True)
        self._primary = PrimaryButton()
        self._primary.clicked.connect(self._press)
        bar = QHBoxLayout()
        bar.setContentsMargins(style.MARGIN, style.GAP, style.MARGIN, style.GAP)
        bar.setSpacing(style.GAP)
        bar.addWidget(self._back)
        bar.addWidget(self._status, 1)
        bar.addWidget(self._primary)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setForegroundRole(self.palette().ColorRole.Mid)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self._stack, 1)
        right.addWidget(line)
        right.addLayout(bar)
        whole = QHBoxLayout()
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._sidebar)
        whole.addLayout(right, 1)
        centre = QWidget()
        centre.setLayout(whole)
        self.setCentralWidget(centre)
        for keys, slot in (
            (QKeySequence(QKeySequence.StandardKey.Back), self.back),
            (QKeySequence(Qt.Modifier.CTRL | Qt.Key.Key_Return), self._press),
            (QKeySequence(QKeySequence.StandardKey.Quit), self.close),
        ):
            QShortcut(keys, self).activated.connect(slot)

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
        self._navigation.open(name)
        self._show_page()

    def _show_page(self) -> None:
        self._stack.setCurrentWidget(self.page)
        self._refresh()
        self.page.entered()
        if not self._sidebar.isAncestorOf(QApplication.focusWidget() or self):
            self.page.setFocus(Qt.FocusReason.OtherFocusReason)

    def may_open(self, name: PageName) -> bool:
        return self._navigation.may_open(name)

    def back(self) -> None:
        """To the step before, or from the other pages to where the person was."""
        previous = self._navigation.previous
        if previous is not None:
            self.open(previous)

    def _proceed(self) -> None:
        step = self._navigation.next
        if step is not None:
            self.open(step)

    def _is_complete(self, name: PageName) -> bool:
        return self.pages[name].complete

    def _is_closed(self) -> bool:
        return self.bridge.guarded

    def _press(self) -> None:
        if self._primary.isVisible() and self._primary.isEnabled():
            self.page.primary()

    def _refresh(self) -> None:
        """Sidebar and buttons as session and page are now."""
        page = self.page
        self._primary.setText(page.primary_text)
        self._primary.setAccessibleName(page.primary_text)
        enabled = page.primary_enabled and not self._leaving
        if self._primary.hasFocus() and not (page.primary_text and enabled):
            # Else Qt gives it to the next control, which is the sidebar.
            page.setFocus(Qt.FocusReason.OtherFocusReason)
        self._primary.setVisible(bool(page.primary_text))
        self._primary.setEnabled(enabled)
        self._primary.setDefault(True)
        previous = self._navigation.previous
        self._back.setVisible(previous is not None)
        self._back.setEnabled(previous is not None and self.may_open(previous))
        reason = "" if self._primary.isEnabled() else page.primary_reason
        self._primary.setToolTip(reason)
        self._primary.setAccessibleDescription(reason)
        status = self.session.notice or reason
        if not status and self.session.unread:
            status = self.tr("There is something to know about your settings: see Settings.")
        self._status.setText(self.tr("Stopping…") if self._leaving else status)
        for name, other in self.pages.items():
            state = StepState.DONE if other.complete else StepState.AHEAD
            if other is page:
                state = StepState.CURRENT
            self._sidebar.show_state(name, state, enabled=self.may_open(name))

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
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Stop writing?"))
        box.setText(self.tr("The drive is still being written."))
        box.setInformativeText(
            self.tr(
                "If you stop now, what was on the drive before stays usable, and the next time "
                "goes on from here."
            )
        )
        stop = box.addButton(self.tr("Stop and close"), QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton(self.tr("Go on writing"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        self.bridge.idle.connect(box.reject)
        box.exec()
        box.deleteLater()
        # Written to the end meanwhile: then how it came out is worth seeing first.
        return box.clickedButton() is stop

    # Geometry, the only thing that Qt's own settings keep

    def _settings(self) -> QSettings:
        path = self.session.environment.state / "window.ini"
        return QSettings(str(path), QSettings.Format.IniFormat)

    def _restore(self) -> None:
        self.resize(_USUAL)
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
