"""Starts Qt, opens the window, and cleans up after it."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QSocketNotifier,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from app import __version__
from app.handover import Request, hand_over
from app.settings import Appearance
from app.stick.demo import demo_environment
from app.stick.environment import Environment
from ui.desktop.handover import HandoverServer
from ui.i18n.translation import translate
from ui.style import icons
from ui.style.dressing import dress
from ui.style.look import Scheme
from ui.tasks.crash import CrashReporter
from ui.window.main_window import MainWindow

_NO_SCREEN = 2
_SCHEMES = {
    Appearance.SYSTEM: None,
    Appearance.LIGHT: Scheme.LIGHT,
    Appearance.DARK: Scheme.DARK,
}


def open_window(environment: Environment, *, demo: bool = False, files: Sequence[str] = ()) -> int:
    """Show the window until it is closed; the exit status.

    ``files``: absolute paths and addresses of what it is to open. A later start hands its own over
    to this window, but to the demo's.
    """
    application = _application()
    translate(application, environment.languages)
    crash = CrashReporter()
    crash.install()
    windows = Windows(environment)
    try:
        with _stopped_by_signals(windows):
            is_open = windows.open(demo=demo, files=files)
            collect_garbage_from_now_on()
            return application.exec() if is_open else 0
    finally:
        windows.close()
        crash.remove()


def collect_garbage_from_now_on() -> None:
    """Whoever starts the window has turned that off until it is up.

    What has been imported and built until then stays: looking through all of it would keep the
    window from answering for the time of three letters.
    """
    gc.freeze()
    gc.enable()


class Windows(QObject):
    """The open windows: the person's, or the demo's after it has taken its place."""

    def __init__(self, environment: Environment) -> None:
        super().__init__()
        self._environment = environment
        self._demo = ExitStack()
        self._server: HandoverServer | None = None
        self._appearance = Appearance.SYSTEM
        self._languages = environment.languages
        self.window: MainWindow | None = None

    def open(self, *, demo: bool, files: Sequence[str] = ()) -> bool:
        """Open a window, with ``files``; the present one, if any, is about to go.

        False if the person has one already elsewhere, which has come to the front.
        """
        environment = self._environment
        if demo:
            environment = self._demo.enter_context(demo_environment(environment))
        elif not self._listen(Request(tuple(files))):
            return False
        self.window = MainWindow(environment)
        self.window.closed.connect(self._closed)
        self.window.demo_wanted.connect(self._try)
        self.window.own_wanted.connect(self._return)
        self.window.session.environment_changed.connect(self._heed_settings)
        self.window.bridge.changed.connect(self._heed_settings)
        self.window.show()
        self._heed_settings()
        self.window.opening.open(files)
        return True

    def _listen(self, request: Request) -> bool:
        """Hear from now on what later starts hand over; False if another does, and took this."""
        if self._server is None:
            server = HandoverServer(self._environment.runtime, self)
            if not server.listening and hand_over(self._environment.runtime, request):
                server.close()
                return False
            server.requested.connect(self.receive)
            self._server = server
        return True

    def _heed_settings(self) -> None:
        """Appearance and language as they are set; the language not while a drive is written."""
        application = QApplication.instance()
        if self.window is None or not isinstance(application, QApplication):
            return
        environment = self.window.session.environment
        appearance = environment.settings.appearance
        if appearance is not self._appearance:
            self._appearance = appearance
            dress(application).wish(_SCHEMES[appearance])
        if environment.languages != self._languages and not self.window.bridge.guarded:
            self._languages = environment.languages
            if translate(application, environment.languages):
                # Not before whoever has changed it has ended.
                QTimer.singleShot(0, self.window.rebuild)

    def _try(self) -> None:
        """The demo in place of the window that asked for it, which loses nothing yet."""
        self._switch(demo=True)

    def _return(self) -> None:
        """The person's own window in place of the demo."""
        self._switch(demo=False)

    def _switch(self, *, demo: bool, files: Sequence[str] = ()) -> None:
        before = self.window
        opened = self.open(demo=demo, files=files)
        if before is not None:
            if opened:
                before.closed.disconnect(self._closed)
            if before.session.environment.is_demo:
                before.closed.connect(self._demo.close)
            before.leave()

    def _closed(self) -> None:
        self.window = None

    def receive(self, request: Request) -> None:
        """Another start was asked to do this, and has left it to this one."""
        if self.window is None:
            return
        if request.token:
            # Qt asks the desktop by it, once, to let a window come to the front.
            os.environ["XDG_ACTIVATION_TOKEN"] = request.token
        if request.words and self.window.session.environment.is_demo:
            self._switch(demo=False, files=request.words)
            return
        self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self.window.opening.open(request.words)

    def stop(self) -> None:
        """Close as soon as what runs has stopped; without asking.

        Nothing is closed before the event loop runs: it would then run without end.
        """
        QTimer.singleShot(0, self._stop)

    def _stop(self) -> None:
        if self.window is not None:
            self.window.leave()
        else:
            QApplication.quit()

    def close(self) -> None:
        """Stop what still runs, and take the demo away."""
        if self._server is not None:
            self._server.close()
        if self.window is not None:
            self.window.bridge.close()
            self.window.session.drives.close()
            self.window = None
        self._demo.close()


def _application() -> QApplication:
    QApplication.setApplicationName("satchel")
    QApplication.setApplicationDisplayName("Satchel")
    QApplication.setApplicationVersion(__version__)
    QApplication.setDesktopFileName("org.satchel.Satchel")
    # Qt ends the process with a core dump where it finds no screen.
    qInstallMessageHandler(_while_starting)
    try:
        application = QApplication(["satchel"])
    finally:
        qInstallMessageHandler(None)
    application.setWindowIcon(icons.program_icon())
    dress(application)
    return application


def _while_starting(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    if kind == QtMsgType.QtFatalMsg:
        first = text.strip().splitlines()[0] if text.strip() else "no reason was given."
        sys.stderr.write(f"satchel: The window cannot be opened: {first}\n")
        sys.stderr.write("         satchel --help lists the commands, which need no window.\n")
        sys.stderr.flush()
        os._exit(_NO_SCREEN)
    elif kind != QtMsgType.QtDebugMsg:
        sys.stderr.write(f"{text}\n")


@contextmanager
def _stopped_by_signals(windows: Windows) -> Iterator[None]:
    """Ctrl-C and SIGTERM close the window. Python hears of them when Qt wakes up by the socket."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for end in (ours, theirs):
            end.setblocking(False)
        notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read)

        def drain() -> None:
            with contextlib.suppress(BlockingIOError):
                ours.recv(64)

        notifier.activated.connect(drain)
        before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        handlers = {
            number: signal.signal(number, lambda _number, _frame: windows.stop())
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(before)
            notifier.setEnabled(False)
