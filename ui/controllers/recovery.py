"""What the buttons of a failure do, for the pages that show one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from msgspec import Struct
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from app.errors import SatchelError, UnexpectedError
from app.flatpak.remotes.remote import Remote
from app.progress import CancelToken, Reporter
from app.replacing import replace
from app.trust.keyring import Keyring
from ui.controllers.failures import RecoveryAction
from ui.i18n.wording import worded
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.tasks.bridge import Bridge
from ui.tasks.crash import report


class RemoteKeys(Struct, frozen=True):
    """What comes from a remote is judged by these keys; or why that cannot be said.

    Attributes:
        name: of the remote; else what is wrong with its keys.
        address: of the remote; else what to do.
    """

    name: str
    address: str
    fingerprints: tuple[str, ...] = ()


class RecoveryController(QObject):
    """Goes a way out of a failure.

    Signals:
        again(): the page should do the same again.
        plan_again(): the plan has to be made anew.
        keys_read(object): a tuple of `RemoteKeys`, of the remotes that something was chosen from.
        go(object): to the page of that `PageName`.

    Attributes:
        error: what failed last.
    """

    again = Signal()
    plan_again = Signal()
    keys_read = Signal(object)
    go = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
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
                work = partial(_read_keys, self._remotes())
                self._bridge.run(work, done=self._tell_keys, failed=self._tell_no_keys)
            case RecoveryAction.COPY_REPORT:
                if isinstance(self.error, UnexpectedError):
                    QGuiApplication.clipboard().setText(report(self.error))

    def _remotes(self) -> tuple[Remote, ...]:
        names = {chosen.remote for chosen in self._session.choice.refs}
        return tuple(remote for remote in self._session.remotes if remote.name in names)

    def _tell_keys(self, keys: tuple[RemoteKeys, ...]) -> None:
        self.keys_read.emit(keys)

    def _tell_no_keys(self, error: SatchelError) -> None:
        self.keys_read.emit((RemoteKeys(worded(error.message), worded(error.hint)),))


def _read_keys(
    remotes: Sequence[Remote], _report: Reporter, _cancel: CancelToken
) -> tuple[RemoteKeys, ...]:
    return tuple(
        RemoteKeys(remote.label, remote.address, _fingerprints(remote)) for remote in remotes
    )


def _fingerprints(remote: Remote) -> tuple[str, ...]:
    if not remote.keys:
        return ()
    with Keyring(remote.keys) as keyring:
        return tuple(key.fingerprint for key in keyring.keys)
