"""Sharing a drive on the network: starting it, who is there, and ending it. Draws nothing."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import cast

from PySide6.QtCore import QObject, QTimer, Signal

from app.drive.drive import Volume
from app.drive.recognition import LastingIdentity, come_back
from app.drive.safety.stay_awake import kept_awake
from app.drive.udisks.mounting import Mounted
from app.errors import InterruptedByUser, SatchelError
from app.flatpak.remotes.known import Known
from app.message import Message
from app.progress import Cancel, CancelToken, Notice, Reporter
from app.replacing import replace
from app.serve.announcing.events import Announcing, NotAnnounced
from app.serve.firewall import Firewall, firewall_on
from app.serve.serving import serve
from app.serve.upstream.events import UpstreamAway, UpstreamBack, describe
from app.serve.upstream.supplier import open_supplier
from app.serve.values import (
    Address,
    Computers,
    DriveBack,
    DriveGone,
    Listen,
    NotServed,
    ServeOutcome,
    ServeRequest,
    Serving,
)
from app.settings import Settings
from app.stick.environment import Environment
from ui.controllers.drive_work import mount_volume
from ui.controllers.settings import SettingsController
from ui.models.sharing import Ending, SharingEnd, SharingState, SharingView
from ui.state.session import Session, Stage, Target
from ui.tasks.bridge import Bridge, Task
from ui.tasks.lending import WantedBack

_LOOK_MS = 10_000
_ANNOUNCED = "announced"
_LACKING = "lacking "


_Report = Callable[[object], None]
Serve = Callable[[ServeRequest, Environment, Known, _Report, Cancel], ServeOutcome]
_SERVE: Serve = partial(serve, open_supplier=open_supplier)


class SharingController(QObject):
    """One drive at a time.

    Signals:
        changed(object): the `SharingView` is another.
        ended(object): it is not shared any more; a `SharingEnd`.

    Attributes:
        view: the `SharingView` now.
    """

    changed = Signal(object)
    ended = Signal(object)

    def __init__(
        self,
        session: Session,
        bridge: Bridge,
        parent: QObject | None = None,
        *,
        work: Serve = _SERVE,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._work = work
        self._settings = SettingsController(session, bridge, self)
        self._task: Task | None = None
        self._looking: Task | None = None
        self._mounting: Task | None = None
        self._target: Target | None = None
        self._next: Target | None = None
        self._request: ServeRequest | None = None
        self._port = 0
        self._waits = False
        self._why = Ending.ASKED
        self._notes: dict[str, Message] = {}
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_MS)
        self._clock.timeout.connect(self._tick)
        self.view = SharingView()
        bridge.lending.wanted.connect(self._hand_back)
        bridge.changed.connect(self._go_on)
        session.drives.changed.connect(self._look_for_it)
        session.environment_changed.connect(self._follow_settings)

    # What the person does

    def share(self, target: Target) -> None:
        """Hand out what is on it; what was shared before is not any more."""
        if self._target is not None and self._target.root == target.root and self.view.is_on:
            return
        self._port = 0
        self._restart(target)

    def again(self, port: int = 0) -> None:
        """The same once more; at another ``port``, which is kept in the settings too."""
        if self._target is None or self._task is not None:
            return
        if port:
            self._port = port
            self._settings.change("share_port", port)
        self._begin(self._target)

    def choose(self, address: int) -> None:
        """The one of `SharingView.addresses` with that number is shown."""
        if 0 <= address < len(self.view.addresses):
            self._show(replace(self.view, chosen=address))
            self._look_at_firewall()

    def stop(self) -> None:
        self._end(Ending.ASKED)

    # Beginning and ending

    def _begin(self, target: Target) -> None:
        environment = self._session.environment
        self._target, self._next, self._waits = target, None, False
        self._notes = {}
        self._request = _request(target, environment.settings, self._port)
        self._bridge.lending.lend(target.root)
        now = environment.clock()
        port = self._request.listen.port
        self._show(SharingView(SharingState.STARTING, target.name, since=now, now=now, port=port))
        self._task = self._bridge.run(
            partial(_share, self._work, self._request, environment, self._session.known),
            done=self._finish,
            failed=self._fail,
            progress=self._hear,
        )
        self._clock.start()

    def _restart(self, target: Target) -> None:
        """With another drive, or in another way."""
        if self._task is None:
            self._begin(target)
        else:
            self._next, self._waits = target, False
            self._task.cancel()

    def _end(self, why: Ending) -> None:
        self._why, self._next, self._waits = why, None, False
        if self._task is not None:
            self._task.cancel()
            self._show(replace(self.view, state=SharingState.STOPPING))
        elif self.view.state is SharingState.WAITING:
            self._close()
        elif self.view.state is SharingState.FAILED:
            self._show(SharingView())

    def _finish(self, _outcome: ServeOutcome) -> None:
        self._task = None
        self._clock.stop()
        self._bridge.lending.give_back(claimed=self._waits)
        if self._next is not None:
            self._begin(self._next)
        elif self._waits:
            self._show(replace(self.view, state=SharingState.WAITING, firewall=None))
        else:
            self._close()

    def _close(self) -> None:
        view, target = self.view, self._target
        self._bridge.lending.give_back()
        self._target = None
        self._show(SharingView())
        if target is not None:
            took = sum(bool(each.bytes) for each in view.computers)
            self.ended.emit(SharingEnd(self._why, target, took, view.bytes))

    def _fail(self, error: SatchelError) -> None:
        if isinstance(error, InterruptedByUser) or self._next is not None:
            # Before it had begun; or something else is shared in its place, whatever it came to.
            self._finish(ServeOutcome(0, 0, 0.0))
            return
        self._task = None
        self._clock.stop()
        self._bridge.lending.give_back()
        self._show(replace(self.view, state=SharingState.FAILED, error=error, firewall=None))

    # Others need the drive

    def _hand_back(self, wanted: WantedBack) -> None:
        if self._target is None or wanted.root != self._target.root:
            return
        if wanted.for_good:
            self._end(Ending.TAKEN_AWAY)
        elif self._task is not None:
            self._waits, self._next = True, None
            self._task.cancel()

    def _go_on(self) -> None:
        """Once nothing is written any more, and nothing is about to be."""
        if self.view.state is not SharingState.WAITING or self._target is None:
            return
        guarded = self._bridge.guarded
        approved = self._session.stage is Stage.APPROVED
        if guarded or approved:
            self._show(replace(self.view, is_interrupted=not guarded))
        else:
            self._begin(self._target)

    def _follow_settings(self) -> None:
        """Every change takes effect at once."""
        target = self._target
        if target is None or self._task is None or self.view.state is SharingState.STOPPING:
            return
        settings = self._session.environment.settings
        if settings.share_port == self._port:
            self._port = 0
        if _request(target, settings, self._port) != self._request:
            self._restart(target)

    def _look_for_it(self) -> None:
        """It may be back, and somewhere else."""
        target = self._target
        gone = self.view.state is SharingState.DRIVE_GONE and self._mounting is None
        if not gone or target is None or target.drive is None or target.volume is None:
            return
        identity = LastingIdentity.of(target.drive, target.volume)
        back = come_back(identity, self._session.drives.drives) if identity is not None else None
        if back is None:
            return
        drive, volume = back
        if not volume.mount_points:
            self._mount(volume)
        elif target.root not in volume.mount_points:
            self._restart(Target(volume.mount_points[0], target.name, drive, volume))

    def _mount(self, volume: Volume) -> None:
        self._mounting = self._bridge.run(
            partial(mount_volume, volume), done=self._mounted, failed=self._not_mounted
        )

    def _mounted(self, _mounted: Mounted) -> None:
        self._mounting = None
        self._session.drives.refresh()

    def _not_mounted(self, _error: SatchelError) -> None:
        """Whoever shows drives says why."""
        self._mounting = None

    # What is heard of it

    def _hear(self, event: object) -> None:
        view = replace(self.view, now=self._session.environment.clock())
        is_stopping = view.state is SharingState.STOPPING
        match event:
            case Serving() if not is_stopping:
                self._show_serving(view, event)
            case Computers(computers, size):
                # In an order that stays while somebody reads them.
                came = sorted(computers, key=attrgetter("first", "address"))
                self._show(replace(view, computers=tuple(came), bytes=size))
            case DriveGone() if not is_stopping:
                self._show(replace(view, state=SharingState.DRIVE_GONE))
                self._look_for_it()
            case DriveBack() if not is_stopping:
                self._show(replace(view, state=SharingState.RUNNING))
            case _ if self._note(event):
                self._show(replace(view, notices=tuple(self._notes.values())))

    def _note(self, event: object) -> bool:
        """What cannot be had, until it can be; whether it was about that."""
        match event:
            case NotServed(root=root, origin=origin, reason=reason):
                self._notes[f"{root} {origin}"] = reason
            case UpstreamAway(label=label):
                self._notes[label] = describe(event)
            case UpstreamBack(label=label):
                self._notes.pop(label, None)
            case NotAnnounced():
                self._notes[_ANNOUNCED] = event.notice.message
            case Announcing():
                self._notes.pop(_ANNOUNCED, None)
            case Notice(message=message):
                self._notes[str(message)] = message
            case _:
                return False
        return True

    def _show_serving(self, view: SharingView, serving: Serving) -> None:
        outside = tuple(each for each in serving.addresses if not _is_here_only(each))
        shown = view.address
        same = [n for n, each in enumerate(outside) if shown is not None and each.ip == shown.ip]
        apps = {app.ref: app for remote in serving.remotes for app in remote.apps}
        gone = view.state is SharingState.DRIVE_GONE
        told = [each for remote in serving.remotes for each in remote.shortcomings]
        others = {key: note for key, note in self._notes.items() if not key.startswith(_LACKING)}
        self._notes = others | {f"{_LACKING}{each}": each for each in told}
        self._show(
            replace(
                view,
                state=SharingState.DRIVE_GONE if gone else SharingState.RUNNING,
                addresses=outside,
                chosen=same[0] if same else 0,
                # What is on a drive that was pulled out comes back with it.
                apps=view.apps if gone else tuple(apps.values()),
                notices=tuple(self._notes.values()),
            )
        )
        self._look_at_firewall()

    def _look_at_firewall(self) -> None:
        address = self.view.address
        if self._looking is not None:
            self._looking.drop()
        if address is None:
            self._looking = None
            return
        self._looking = self._bridge.run(
            partial(_look, self.view.port, address.interface), done=self._take_firewall
        )

    def _take_firewall(self, firewall: Firewall | None) -> None:
        self._looking = None
        if self._task is not None:
            self._show(replace(self.view, firewall=firewall))

    def _tick(self) -> None:
        """Who was here a while ago is not any more."""
        self._show(replace(self.view, now=self._session.environment.clock()))

    def _show(self, view: SharingView) -> None:
        """The only place where the view changes."""
        self._bridge.lending.takers = view.here if view.is_on else 0
        if view != self.view:
            self.view = view
            self.changed.emit(view)


def _request(target: Target, settings: Settings, port: int) -> ServeRequest:
    return ServeRequest(
        (target.root,),
        Listen(port=port or settings.share_port),
        upstream=settings.share_fetches,
        announce=settings.share_announces,
    )


def _is_here_only(address: Address) -> bool:
    try:
        return ipaddress.ip_address(address.ip).is_loopback
    except ValueError:
        return False


def _share(
    work: Serve,
    request: ServeRequest,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: CancelToken,
) -> ServeOutcome:
    # The bridge brings over whatever work reports.
    tell = cast(_Report, report)
    with kept_awake("Sharing a drive on the network"):
        return work(request, environment, known, tell, cancel)


def _look(port: int, interface: str, _report: Reporter, _cancel: CancelToken) -> Firewall | None:
    return firewall_on(port, interface)
