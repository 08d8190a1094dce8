"""``satchel``: from argv to an exit status, when all that was to be said has gone out."""

from __future__ import annotations

import atexit
import contextlib
import gc
import io
import os
import signal
import sys
from collections.abc import Sequence

from app import __version__

_OUTPUT_LOST = 1
_STOPPED = 130
_STOPPED_TEXT = b"satchel: Stopped as you asked.\n"
_STOPPED_JSON = (
    b'{"event": "finished", "ok": false, "error": {"kind": "InterruptedByUser", '
    b'"message": "Stopped as you asked.", "hint": "", "cause": "stopped", "exit_code": 130}}\n'
)
"""What `app.cli.running` says of it, which may not be there yet."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit status. Without ``arguments``: the program's own, which ends then."""
    # What is imported until the work begins stays: looking for garbage meanwhile takes a twentieth
    # of the time.
    gc.disable()
    _prepare_streams()
    if arguments is not None:
        try:
            return _said(list(arguments))
        finally:
            gc.enable()
    _hear_of_the_end(sys.argv[1:])
    ended: list[int] = []
    # Registered first, this is called last: after all that others have to put away.
    atexit.register(_leave, ended)
    ended.append(_said(sys.argv[1:]))
    return ended[0]


def _hear_of_the_end(argv: Sequence[str]) -> None:
    """Ctrl-C and SIGTERM end what begins at once, until there is something to be stopped.

    Nothing has been done by then. An exception would be raised within whatever is imported just
    now, and not all of it gets over that: the program would end by a fault of the memory.
    """

    def end(_number: int, _frame: object) -> None:
        os.write(2, _STOPPED_TEXT)
        if "--json" in argv:
            os.write(1, _STOPPED_JSON)
        os._exit(_STOPPED)

    for number in signal.SIGINT, signal.SIGTERM:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, end)


def _leave(ended: Sequence[int]) -> None:
    """End as ``ended`` says, at once: Python would take all values apart, which after an update
    takes a hundredth of a second, for memory that is gone anyway."""
    for status in ended:
        for stream in sys.stdout, sys.stderr:
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(status)


def _said(argv: list[str]) -> int:
    status = _OUTPUT_LOST
    try:
        status = _answer(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody to tell.
        _silence_output()
    except KeyboardInterrupt:
        # While what answers is imported, or once more while it says that it was stopped.
        print("satchel: Stopped as you asked.", file=sys.stderr)
        return _STOPPED
    except OSError as error:
        _silence_output()
        print(f"satchel: The output cannot be written: {error.strerror}.", file=sys.stderr)
        return _OUTPUT_LOST
    return status


def _answer(argv: list[str]) -> int:
    if argv[:1] in (["--version"], ["-V"]):
        print(f"satchel {__version__}")
        return 0
    from app.cli.running import answer_to

    return answer_to(argv)


def _prepare_streams() -> None:
    """Output that nobody takes goes nowhere; what a terminal cannot show does not stop the work."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            # Nothing is lost with errors that nobody wants to see, but a verdict is.
            place, mode = {"stdin": (os.devnull, "r"), "stdout": ("/dev/full", "w")}.get(
                name, (os.devnull, "w")
            )
            setattr(sys, name, open(place, mode, encoding="utf-8"))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _silence_output() -> None:
    """Python flushes once more at its end, and must not complain then."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


if __name__ == "__main__":
    sys.exit(main())
