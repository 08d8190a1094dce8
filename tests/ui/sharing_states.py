"""A drive that is shared on the network, in every state; nothing is served."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from app.message import Message
from app.replacing import replace
from app.serve.errors import PortInUseError, WebServerFailedError, WebServerMissingError
from app.serve.firewall import Firewall, FirewallKind
from app.serve.values import Address, Computer, ServedApp
from tests.ui.window_state import WindowState
from ui.controllers.sharing import SharingController
from ui.dialogs.sharing import SharingDialog
from ui.models.sharing import LONELY_SECONDS, SharingState, SharingView
from ui.widgets.fold import Fold
from ui.window.main_window import MainWindow

PORT = 8080
_Change = Callable[[SharingView], SharingView]
_NOW = 1_796_000_000.0
_APPS = tuple(
    ServedApp(f"app/org.test.{name}/x86_64/stable", f"org.test.{name}", 0) for name in "ABC"
)
WIFI = Address("wlan0", "10.0.4.17", f"http://10.0.4.17:{PORT}/")
CABLE = Address("eth0", "192.168.178.23", f"http://192.168.178.23:{PORT}/")
RUNNING = SharingView(
    SharingState.RUNNING, "org.test.Drive", _APPS, (WIFI,), since=_NOW, now=_NOW, port=PORT
)
"""And nobody has come yet."""
_LONG = "fd12:3456:789a:1::1234"
_REFS = tuple(app.ref for app in _APPS)
COMPUTERS = (
    Computer("10.0.4.21", _NOW - 900, _NOW - 2, 820_000_000, _REFS, ()),
    Computer("10.0.4.22", _NOW - 800, _NOW, 640_000_000, _REFS[:1], ("app/org.test.D/x86_64/1",)),
    Computer("10.0.4.50", _NOW - 3000, _NOW - 2400, 20_000_000, _REFS[1:], ()),
)


def several(view: SharingView) -> SharingView:
    """Two are here, one has left."""
    return replace(view, computers=COMPUTERS, bytes=1_480_000_000)


def _failed(error: PortInUseError | WebServerMissingError | WebServerFailedError) -> _Change:
    return lambda view: replace(view, state=SharingState.FAILED, addresses=(), error=error)


def _in_state(state: SharingState, *, interrupted: bool = False) -> _Change:
    return lambda view: replace(several(view), state=state, is_interrupted=interrupted)


def _behind(kind: FirewallKind, *, closed: bool) -> _Change:
    return lambda view: replace(view, firewall=Firewall(kind, PORT, closed))


def show_sharing(window: MainWindow, view: SharingView) -> None:
    """What the window shows of it is this from now on."""
    controller = window.findChild(SharingController)
    assert controller is not None
    controller.view = view
    controller.changed.emit(view)


def sharing(change: _Change) -> WindowState:
    """The dialog, everything unfolded."""

    def show(window: MainWindow, _qtbot: QtBot) -> None:
        show_sharing(window, RUNNING)
        window.sharing.show()
        show_sharing(window, change(RUNNING))
        dialog = window.findChild(SharingDialog)
        assert dialog is not None
        for fold in dialog.findChildren(Fold):
            fold.set_open(True)

    return show


def shared(window: MainWindow, _qtbot: QtBot) -> None:
    """The dialog is closed."""
    show_sharing(window, several(RUNNING))


_UNSIGNED = Message("Name a drive or a directory.")

SHARING_STATES: dict[str, WindowState] = {
    "share: starting": sharing(
        lambda view: replace(view, state=SharingState.STARTING, addresses=(), apps=())
    ),
    "share: nobody": sharing(lambda view: view),
    "share: nobody comes": sharing(lambda view: replace(view, now=_NOW + LONELY_SECONDS)),
    "share: computers": sharing(several),
    "share: several addresses": sharing(lambda view: replace(view, addresses=(WIFI, CABLE))),
    "share: a long address": sharing(
        lambda view: replace(view, addresses=(Address("eth0", _LONG, f"http://[{_LONG}]:8080/"),))
    ),
    "share: no network": sharing(lambda view: replace(view, addresses=())),
    "share: port in use": sharing(_failed(PortInUseError(PORT))),
    "share: no web server": sharing(_failed(WebServerMissingError())),
    "share: stopped": sharing(_failed(WebServerFailedError("bind() failed"))),
    "share: firewall": sharing(_behind(FirewallKind.FIREWALLD, closed=True)),
    "share: perhaps a firewall": sharing(_behind(FirewallKind.UFW, closed=False)),
    "share: drive gone": sharing(_in_state(SharingState.DRIVE_GONE)),
    "share: drive in use": sharing(_in_state(SharingState.WAITING)),
    "share: interrupted": sharing(_in_state(SharingState.WAITING, interrupted=True)),
    "share: stopping": sharing(_in_state(SharingState.STOPPING)),
    "share: something to know": sharing(lambda view: replace(several(view), notices=(_UNSIGNED,))),
}
