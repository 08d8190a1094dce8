"""``satchel``: reads argv, runs a verb, turns every error into words and an exit status.

Verbs are imported when they are used, so that ``satchel --version`` and completion start at once.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType, ModuleType

from app import __version__
from app.errors import InterruptedByUser, SatchelError
from app.progress import CancelToken

_VERBS = {
    "demo": "the whole job against the built-in demo remote, on a throwaway drive",
    "remotes": "the known remotes",
    "search": "look for apps by name",
    "plan": "what would be written and why; writes nothing",
    "make": "put apps on a drive; adds to what it has",
    "verify": "check a drive: every rule, every object",
    "inspect": "what is on a drive",
}
_INTERNAL_ERROR = 70
_WRONG_USAGE = 2


class _Parser(argparse.ArgumentParser):
    """Errors in one sentence, without the whole usage."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(_WRONG_USAGE, f"satchel: {message}\n         Try: {self.prog} --help\n")


def _parser(verb: str | None) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="satchel", description="Puts Flatpak apps on a drive, and proves it sound."
    )
    parser.add_argument("--version", action="version", version=f"satchel {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, help_text in _VERBS.items():
        sub = verbs.add_parser(name, help=help_text, description=help_text.capitalize() + ".")
        sub.add_argument(
            "--json", action="store_true", help="for programs: JSON on standard output"
        )
        if name == verb:
            _module(name).add_arguments(sub)
    return parser


def _module(verb: str) -> ModuleType:
    return import_module(f"app.cli.{verb}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit status."""
    argv = list(sys.argv[1:] if arguments is None else arguments)
    if argv in (["--version"], ["-V"]):
        print(f"satchel {__version__}")
        return 0
    verb = next((word for word in argv if word in _VERBS), None)
    try:
        parsed = _parser(verb).parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    return _run(parsed)


def _run(parsed: argparse.Namespace) -> int:
    from app.cli.context import Context
    from app.cli.output import error_json, write_error, write_json

    context = Context(os.environ, CancelToken())
    _stop_on_signals(context.cancel)
    try:
        return int(_module(parsed.verb).run(parsed, context))
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        error: SatchelError = InterruptedByUser("Stopped as you asked.")
    except SatchelError as caught:
        error = caught
    except Exception as caught:
        error = _unexpected(caught)
    if parsed.json:
        write_json({"event": "finished", "ok": False, "error": error_json(error)})
    write_error(error)
    return _INTERNAL_ERROR if isinstance(error, _UnexpectedError) else error.exit_code


class _UnexpectedError(SatchelError):
    """A bug."""

    exit_code = _INTERNAL_ERROR


def _unexpected(error: Exception) -> _UnexpectedError:
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = ""
    if place is not None:
        where = f" at {os.path.basename(place.tb_frame.f_code.co_filename)}:{place.tb_lineno}"
    return _UnexpectedError(
        f"Something went wrong that should not: {type(error).__name__}: {error}{where}.",
        "This is a bug in Satchel; please report it with this text. The drive is as before or "
        "can be completed by running the command again.",
    )


def _stop_on_signals(cancel: CancelToken) -> None:
    """The first signal asks to stop at the next safe boundary, the second stops at once."""

    def stop(number: int, _frame: FrameType | None) -> None:
        if cancel.requested:
            raise KeyboardInterrupt
        cancel.request()
        if number == signal.SIGINT:
            sys.stderr.write("\nStopping at the next safe point; press Ctrl-C again to stop now.\n")

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


if __name__ == "__main__":
    sys.exit(main())
