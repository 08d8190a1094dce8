"""The screenshots of the app that is looked at: fetched one at a time, when they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from functools import partial

from msgspec import Struct
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.flatpak.catalogue.appstream_details import Screenshot
from app.flatpak.catalogue.screenshots import best_image, find_screenshot
from app.flatpak.remotes.remote import Remote
from app.progress import CancelToken, Reporter
from app.stick.environment import Environment
from ui.state.session import Session
from ui.style.icon_image import screenshot_image
from ui.tasks.bridge import Bridge, Task


class ShotState(Enum):
    NONE = auto()
    """There is nothing to show."""
    LOADING = auto()
    SHOWN = auto()


class ShotView(Struct, frozen=True):
    """``number``: of the one that is shown, from 0, among ``count``."""

    state: ShotState = ShotState.NONE
    number: int = 0
    count: int = 0
    image: QImage | None = None
    caption: str = ""


class ScreenshotController(QObject):
    """Signals: changed(object): the `ShotView` is another.

    One that cannot be had is left out; without internet there are none.
    """

    changed = Signal(object)

    def __init__(
        self, session: Session, bridge: Bridge, width: int, parent: QObject | None = None
    ) -> None:
        """``width``: real pixels that are enough."""
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._width = width
        self._shots: list[Screenshot] = []
        self._images: dict[str, QImage] = {}
        self._remote: Remote | None = None
        self._task: Task | None = None
        self.view = ShotView()

    def show(self, remote: Remote, shots: Sequence[Screenshot], *, offline: bool) -> None:
        """Another app. ``offline``: its source could not be reached just now."""
        allowed = self._session.environment.settings.screenshots and not offline
        self._remote = remote
        self._shots = list(shots) if allowed else []
        self._images = {}
        self._go_to(0)

    def turn(self, by: int) -> None:
        """On to the next or back, round and round."""
        if self._shots:
            self._go_to((self.view.number + by) % len(self._shots))

    def _go_to(self, number: int) -> None:
        if self._task is not None:
            self._task.drop()
            self._task = None
        if not self._shots:
            self._change(ShotView())
            return
        shot = self._shots[number]
        chosen = best_image(shot.images, self._width)
        address = chosen.address if chosen is not None else ""
        image = self._images.get(address)
        state = ShotState.LOADING if image is None else ShotState.SHOWN
        self._change(ShotView(state, number, len(self._shots), image, shot.caption))
        if image is None and self._remote is not None and not self._bridge.ending.requested:
            environment = self._session.environment
            self._task = self._bridge.run(
                partial(_load, address, self._remote, environment, self._width),
                done=self._keep,
            )

    def _keep(self, loaded: tuple[str, QImage | None]) -> None:
        self._task = None
        address, image = loaded
        number = self.view.number
        if image is None:
            del self._shots[number]
            self._go_to(min(number, max(len(self._shots) - 1, 0)))
            return
        self._images[address] = image
        self._go_to(number)

    def _change(self, view: ShotView) -> None:
        self.view = view
        self.changed.emit(view)


def _load(
    address: str,
    remote: Remote,
    environment: Environment,
    width: int,
    _report: Reporter,
    cancel: CancelToken,
) -> tuple[str, QImage | None]:
    data = find_screenshot(address, remote, environment.network, cancel, environment.cache)
    return address, screenshot_image(data, width) if data is not None else None
