"""What the buttons of a failure do, for the pages that show one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.errors import SatchelError, UnexpectedError
from app.flatpak.remotes.remote import Remote
from ui.controllers.failures import RecoveryAction
from ui.dialogs.keys import Keys, KeysDialog, read_keys
from ui.i18n.wording import worded
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.tasks.bridge import Bridge
from ui.tasks.crash import report


class Recovery(QObject):
    """Goes a way out of a failure on a page.

    Signals:
        again(): the page should do the same again.
        plan_again(): the plan has to be made anew.
        go(object): to the page of that `PageName`.
    """

    again = Signal()
    plan_again = Signal()
    go = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, page: QWidget) -> None:
        super().__init__(page)
        self._session = session
        self._bridge = bridge
        self._page = page
        self.error: SatchelError | None = None

    def take(self, action: RecoveryAction) -> None:
        match action:
            case RecoveryAction.AGAIN:
                self.again.emit()
            case RecoveryAction.PLAN_AGAIN:
                self.plan_again.emit()
            case RecoveryAction.ALLOW_OLDER:
                choice = self._session.choice
                options = replace(choice.options, allow_older=True)
                self._session.set_choice(replace(choice, options=options))
                self.plan_again.emit()
            case RecoveryAction.OTHER_DRIVE:
                self.go.emit(PageName.DRIVE)
            case RecoveryAction.OTHER_APPS:
                self.go.emit(PageName.APPS)
            case RecoveryAction.SEE_CONTENTS:
                self.go.emit(PageName.CONTENTS)
            case RecoveryAction.SHOW_KEYS:
                work = partial(read_keys, self._remotes())
                self._bridge.run(work, done=self._show_keys, failed=self._no_keys)
            case RecoveryAction.COPY_REPORT:
                if isinstance(self.error, UnexpectedError):
                    QGuiApplication.clipboard().setText(report(self.error))

    def _remotes(self) -> tuple[Remote, ...]:
        names = {one.remote for one in self._session.choice.refs}
        return tuple(one for one in self._session.remotes if one.name in names)

    def _show_keys(self, keys: Keys) -> None:
        KeysDialog(keys, self._page).open()

    def _no_keys(self, error: SatchelError) -> None:
        KeysDialog([(worded(error.message), worded(error.hint), ())], self._page).open()
