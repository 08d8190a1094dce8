"""``satchel``: reads argv, runs a verb, turns every error into words and an exit status.

Verbs are imported when they are used, so that ``satchel --version`` and completion start at once.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import TYPE_CHECKING

from app import __version__
from app.errors import (
    InterruptedByUser,
    SatchelError,
    TrustError,
    UsageError,
    no_temporary,
    unexpected,
)
from app.message import Message
from app.progress import CancelToken, heeding
from app.remedy import Remedy

if TYPE_CHECKING:
    import argparse

    from app.cli.invocation import Invocation
    from app.cli.syntax.model import Command

_OUTPUT_LOST = 1
_GARBAGE = 50_000
"""New values between two looks for garbage."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit status. Without ``arguments``: the program's own, which ends then."""
    _prepare_streams()
    if arguments is not None:
        return _said(list(arguments))
    status = _said(sys.argv[1:])
    # Python looks for garbage when it ends, and takes apart what it finds: a twentieth of a second,
    # for memory that is gone anyway. What has to be closed is closed, or in no cycle.
    gc.freeze()
    return status


def _said(argv: list[str]) -> int:
    """The exit status, when all that was to be said has gone out."""
    status = _OUTPUT_LOST
    try:
        status = _main(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody to tell.
        _silence_output()
    except OSError as error:
        _silence_output()
        print(f"satchel: The output cannot be written: {error.strerror}.", file=sys.stderr)
        return _OUTPUT_LOST
    return status


def _main(argv: list[str]) -> int:
    if argv[:1] in (["--version"], ["-V"]):
        print(f"satchel {__version__}")
        return 0
    if argv[:1] == ["__complete"]:
        from app.cli.completion.answer import answer

        return answer(argv[1:])
    try:
        return _run(argv)
    except SystemExit as stop:  # argparse, after --help
        return int(stop.code or 0)
    except KeyboardInterrupt:
        error: SatchelError = InterruptedByUser(Message("Stopped as you asked."))
    except SatchelError as caught:
        error = caught
    except BrokenPipeError:
        raise
    except Exception as caught:
        # What was not written is still there to be written, unless it is that which failed.
        sys.stdout.flush()
        error = no_temporary(caught) or unexpected(caught)
    from app.cli.output import error_json, write_error, write_json

    if "--json" in argv:
        write_json({"event": "finished", "ok": False, "error": error_json(error)})
    write_error(error)
    return error.exit_code


def _run(argv: list[str]) -> int:
    from app.cli.openable import is_openable
    from app.cli.parser import Words, command_parser, parse, short
    from app.cli.verbs import VERBS, verb

    if argv in ([], ["--demo"]):
        return _open_window(demo=bool(argv))
    others = Words.of(argv).others
    if not others and not {"-h", "--help"}.intersection(argv):
        raise UsageError(Message("Which command?"), Remedy.LIST_COMMANDS)
    if not others:
        command_parser(map(verb, VERBS)).parse_args(argv)
        return 0
    name = others[0]
    if name not in VERBS and is_openable(name):
        options = Words.of(argv).options
        if options:
            raise UsageError(
                Message("{option} does not go with files to open.", option=options[0]),
                Remedy.LIST_COMMANDS,
            )
        return _open_window(others)
    if name not in VERBS:
        raise UsageError(
            Message("There is no command “{name}”.", name=short(name)),
            Message("There are {verbs}.", verbs=tuple(VERBS)),
        )
    words = list(argv)
    words.remove(name)
    return _run_command(parse(verb(name), words))


def _open_window(files: Sequence[str] = (), *, demo: bool = False) -> int:
    # What is imported and built until the window is up stays: looking for garbage meanwhile takes
    # a twentieth of the time. The window turns it on again.
    gc.disable()
    try:
        from app.cli.commands.window import open_window
        from app.cli.invocation import Invocation

        return open_window(Invocation(os.environ, CancelToken()), files, demo=demo)
    finally:
        gc.enable()


def _run_command(parsed: argparse.Namespace) -> int:
    from app.cli.invocation import Invocation
    from app.cli.output import write_notice
    from app.cli.signals import stopped_by_signals
    from app.cli.temporary import find_room

    # Commands make very many small values and few cycles: looking for those less often saves a
    # twentieth of the time.
    gc.set_threshold(_GARBAGE)
    find_room()
    invocation = Invocation(os.environ, CancelToken(), write_notice)
    command: Command = parsed.command
    with (
        _processes(command),
        stopped_by_signals(invocation.cancel),
        heeding(invocation.cancel),
        invocation.closing,
    ):
        try:
            return _function(command)(parsed, invocation)
        except TrustError:
            # On a terminal Ctrl-C ends gpg as well, which then vouches for nothing.
            invocation.cancel.check()
            raise


def _processes(command: Command) -> AbstractContextManager[object]:
    """Those that the command will need, begun while there is no thread that listens to signals."""
    # Why: decisions D333, D335.
    if not command.processes:
        return nullcontext()
    from app.ostree.workers import Prepared, is_alone

    if not is_alone():  # tests
        return nullcontext()
    import_module(command.processes)
    return Prepared(command.processes)


def _function(command: Command) -> Callable[[argparse.Namespace, Invocation], int]:
    module, _, name = command.run.partition(":")
    function: Callable[[argparse.Namespace, Invocation], int] = getattr(
        import_module(f"app.cli.commands.{module}"), name
    )
    return function


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
