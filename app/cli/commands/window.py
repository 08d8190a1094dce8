"""``satchel`` without a verb: opens the window.

The window is found by an entry point: nothing in ``app`` imports Qt, and commands work where the
window's parts are not installed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import entry_points

from app.cli.environment import runtime_directory
from app.cli.invocation import Invocation
from app.cli.openable import absolute
from app.errors import UsageError
from app.handover import Request, hand_over
from app.message import Message
from app.remedy import Remedy

_GROUP = "satchel.window"
_COMMANDS = Message("satchel --help lists the commands, which need no window.")


class NoWindowError(UsageError):
    """There is no screen to open a window on, or the parts for it are missing."""


def open_window(invocation: Invocation, files: Sequence[str], *, demo: bool) -> int:
    """Show the window until it is closed; its exit status.

    Where one is open already it is given the ``files``, and that is all. The demo is always one of
    its own. Raises `NoWindowError`, UsageError for what is no file.
    """
    require_display(invocation.variables)
    opened = absolute(files)
    token = invocation.variables.get("XDG_ACTIVATION_TOKEN", "")
    runtime = runtime_directory(invocation.variables)
    if not demo and hand_over(runtime, Request(opened, token)):
        return 0
    return _starter()(invocation.environment, demo=demo, files=opened)


def require_display(variables: Mapping[str, str]) -> None:
    """Qt ends the process if it finds no screen; this says so before."""
    chosen = variables.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    displays = {"xcb": ("DISPLAY",), "wayland": ("WAYLAND_DISPLAY", "WAYLAND_SOCKET")}
    if chosen in displays:
        wanted = displays[chosen]
    elif chosen:  # offscreen, vnc, eglfs: they bring their own
        return
    else:
        wanted = tuple(name for names in displays.values() for name in names)
    if not any(variables.get(name) for name in wanted):
        raise NoWindowError(Message("There is no screen here to open a window on."), _COMMANDS)


def _starter() -> Callable[..., int]:
    for entry in entry_points(group=_GROUP):
        try:
            start: Callable[..., int] = entry.load()
        except ImportError as error:
            raise NoWindowError(
                Message("The window cannot be opened: {error}.", error=error),
                Remedy.RUN_INSTALLS,
            ) from error
        return start
    raise NoWindowError(Message("The window is not installed."), _COMMANDS)
