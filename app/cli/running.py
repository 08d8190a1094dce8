"""Words to a verb, and every error into words and an exit status.

Verbs are imported when they are used, so that completion starts at once.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import TYPE_CHECKING, Any

from app.errors import (
    InterruptedByUser,
    SatchelError,
    TrustError,
    UsageError,
    told,
)
from app.message import Message
from app.progress import CancelToken, heeding
from app.remedy import Remedy

if TYPE_CHECKING:
    import argparse

    from app.cli.invocation import Invocation
    from app.cli.syntax.model import Command

_GARBAGE = 200_000
"""New values between two looks for garbage."""


def answer_to(argv: list[str]) -> int:
    """Do what ``argv`` asks for, and say what became of it; the exit status.

    Raises what stdout raises.
    """
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
        error = told(caught)
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
    # Nobody looks for garbage yet: the window begins to when it is up.
    from app.cli.commands.window import open_window
    from app.cli.invocation import Invocation
    from app.cli.signals import hear_of_children

    hear_of_children()
    # Until it hears of them itself.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return open_window(Invocation(os.environ, CancelToken()), files, demo=demo)


def _run_command(parsed: argparse.Namespace) -> int:
    from app.cli.invocation import Invocation
    from app.cli.output import write_notice
    from app.cli.signals import hear_of_children, stopped_by_signals
    from app.cli.temporary import find_room

    hear_of_children()
    find_room()
    invocation = Invocation(os.environ, CancelToken(), write_notice)
    command: Command = parsed.command
    with (
        _begun(command, parsed, invocation),
        _processes(command),
        stopped_by_signals(invocation.cancel),
        heeding(invocation.cancel),
        invocation.closing,
    ):
        function: Callable[[argparse.Namespace, Invocation], int] = _function(command.run)
        # Commands make very many small values and few cycles: looking for those less often saves a
        # twentieth of the time.
        gc.set_threshold(_GARBAGE)
        gc.enable()
        try:
            return function(parsed, invocation)
        except TrustError:
            # On a terminal Ctrl-C ends gpg as well, which then vouches for nothing.
            invocation.cancel.check()
            raise


def _begun(
    command: Command, parsed: argparse.Namespace, invocation: Invocation
) -> AbstractContextManager[object]:
    if not command.beginning:
        return nullcontext()
    begin: Callable[[argparse.Namespace, Invocation], AbstractContextManager[object]]
    begin = _function(command.beginning)
    return begin(parsed, invocation)


def _processes(command: Command) -> AbstractContextManager[object]:
    """Those that the command will need, begun while there is no thread that listens to signals."""
    # Why: decisions D333, D335.
    if not command.processes:
        return nullcontext()
    from app.ostree.workers import Prepared, is_alone

    if not is_alone():  # tests
        return nullcontext()
    import_module(command.processes)
    return Prepared(command.processes, command.beside)


def _function(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(f"app.cli.commands.{module}"), name)
