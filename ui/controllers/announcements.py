"""Tells the desktop how far a drive is and when it is ready. Draws nothing."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from app.notifications import notify
from app.progress import CancelToken, Reporter
from ui.desktop.launcher import LauncherEntry
from ui.state.session import Session
from ui.tasks.bridge import Bridge, Task


class Announcements(QObject):
    """What somebody who looks elsewhere is told, as far as the settings let it."""

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._entry = LauncherEntry()
        self._wanted: int | None = None
        self._shown: int | None = None
        self._task: Task | None = None
        bridge.keep(self._entry)

    @property
    def sending(self) -> bool:
        """Whether the desktop has not heard all of it yet."""
        return self._task is not None

    def show_progress(self, share: float | None) -> None:
        """From 0 to 1, in the taskbar; None for none."""
        self._wanted = None if share is None else int(min(max(share, 0.0), 1.0) * 100)
        self._send()

    def tell(self, title: str, text: str, *, seen: bool = False) -> None:
        """A notification, with a sound; ``seen``: the window is being looked at, so that only the
        sound says anything new."""
        settings = self._session.environment.settings
        if settings.notifications and (settings.sound or not seen):
            self._bridge.run(partial(_notify, title, text, settings.sound, seen))

    def _send(self) -> None:
        """One after the other, and no more than there are whole per cents."""
        if self._task is not None or self._wanted == self._shown:
            return
        self._shown = self._wanted
        share = None if self._shown is None else self._shown / 100
        self._task = self._bridge.run(partial(_show, self._entry, share), done=self._sent)

    def _sent(self, _nothing: object) -> None:
        self._task = None
        self._send()


def _show(
    entry: LauncherEntry, share: float | None, _report: Reporter, _cancel: CancelToken
) -> None:
    entry.show(share)


def _notify(
    title: str, text: str, sound: bool, seen: bool, _report: Reporter, _cancel: CancelToken
) -> None:
    notify(title, text, sound=sound, brief=seen)
