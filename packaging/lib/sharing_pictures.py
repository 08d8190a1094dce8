"""A drive that is shared on the network, from its beginning to all that may be in the way."""

from __future__ import annotations

from collections.abc import Callable

import contents_pictures
from contents_pictures import contents

from app.message import Message
from app.replacing import replace
from app.serve.errors import PortInUseError, WebServerMissingError
from app.serve.firewall import Firewall, FirewallKind
from app.serve.values import Address, Computer, ServedApp
from app.stick.environment import Environment
from ui.controllers.sharing import SharingController
from ui.dialogs.sharing import SharingDialog
from ui.models.sharing import LONELY_SECONDS, SharingState, SharingView
from ui.pages.contents.contents_view import Part
from ui.widgets.fold import Fold
from ui.window.main_window import MainWindow

_GB = 10**9
_PORT = 8080
_NAMES = ("Inkwell", "Starwheel", "Plotline", "Gridleaf", "Keyhop", "Paintpot", "Snailcode")
_APPS = tuple(
    ServedApp(f"app/org.example.{name}/x86_64/stable", name, 200_000_000) for name in _NAMES
)
_WIFI = Address("wlp2s0", "10.0.4.17", f"http://10.0.4.17:{_PORT}/")
_CABLE = Address("enp3s0", "192.168.178.23", f"http://192.168.178.23:{_PORT}/")


def _view(environment: Environment) -> SharingView:
    """It runs, and nobody has come yet."""
    now = environment.clock()
    return SharingView(
        SharingState.RUNNING, "CLASSROOM", _APPS, (_WIFI,), since=now, now=now, port=_PORT
    )


def _with_computers(view: SharingView) -> SharingView:
    """Four are here, one has left."""
    now = view.now
    refs = [app.ref for app in view.apps]
    computers = (
        Computer("10.0.4.21", now - 900, now - 2, 820_000_000, tuple(refs[:4]), ()),
        Computer("10.0.4.22", now - 800, now - 1, 640_000_000, tuple(refs[1:3]), ()),
        Computer(
            "10.0.4.35", now - 700, now - 40, 1_200_000_000, tuple(refs), (refs[0] + "-beta",)
        ),
        Computer("10.0.4.36", now - 300, now, 340_000_000, (refs[5],), ()),
        Computer("10.0.4.50", now - 3000, now - 2400, 200_000_000, (refs[6],), ()),
    )
    return replace(view, computers=computers, bytes=3_200_000_000)


def _failed(view: SharingView, error: PortInUseError | WebServerMissingError) -> SharingView:
    return replace(view, state=SharingState.FAILED, addresses=(), error=error)


_VIEWS: dict[str, Callable[[SharingView], SharingView]] = {
    "starting": lambda view: replace(view, state=SharingState.STARTING, addresses=(), apps=()),
    "nobody": lambda view: view,
    "lonely": lambda view: replace(view, now=view.since + LONELY_SECONDS),
    "four": _with_computers,
    "addresses": lambda view: replace(_with_computers(view), addresses=(_CABLE, _WIFI)),
    "no-network": lambda view: replace(view, addresses=()),
    "port-in-use": lambda view: _failed(view, PortInUseError(_PORT)),
    "no-nginx": lambda view: _failed(view, WebServerMissingError()),
    "firewall": lambda view: replace(
        view, firewall=Firewall(FirewallKind.FIREWALLD, _PORT, closed=True, zone="public")
    ),
    "firewall-doubtful": lambda view: replace(
        view, firewall=Firewall(FirewallKind.UFW, _PORT, closed=False)
    ),
    "drive-gone": lambda view: replace(_with_computers(view), state=SharingState.DRIVE_GONE),
    "waiting": lambda view: replace(_with_computers(view), state=SharingState.WAITING),
    "interrupted": lambda view: replace(
        _with_computers(view), state=SharingState.WAITING, is_interrupted=True
    ),
    "notes": lambda view: replace(
        _with_computers(view),
        notices=(Message("Nobody vouches for {source}.", source="School Apps"),),
    ),
}


def _show(window: MainWindow, view: SharingView) -> None:
    controller = window.findChild(SharingController)
    assert controller is not None
    controller.view = view
    controller.changed.emit(view)


def sharing(
    change: Callable[[SharingView], SharingView], *, unfolded: bool = False, closed: bool = False
) -> Callable[[MainWindow], None]:
    """Above the drive that was made; ``closed``: the dialog is."""

    def show(window: MainWindow) -> None:
        (contents(Part.APPS) if closed else contents_pictures.done)(window)
        view = _view(window.session.environment)
        _show(window, view)
        if not closed:
            window.sharing.show()
        _show(window, change(view))
        if closed:
            return
        dialog = window.findChild(SharingDialog)
        assert dialog is not None
        for fold in dialog.findChildren(Fold):
            fold.set_open(unfolded)

    return show


SHARING_STATES = {
    **{f"share-{name}": sharing(change) for name, change in _VIEWS.items()},
    "share-who": sharing(_with_computers, unfolded=True),
    "share-closed": sharing(_with_computers, closed=True),
}
