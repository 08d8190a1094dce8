"""``satchel``: reads argv, runs a verb, turns every error into words and an exit status.

Verbs are imported when they are used, so that ``satchel --version`` and completion start at once.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import NoReturn

from app import __version__
from app.errors import InterruptedByUser, SatchelError, UsageError, unexpected
from app.progress import CancelToken, heeding

_VERBS = {
    "demo": "the whole job against the built-in demo remote, on a throwaway drive",
    "drives": "what is plugged in, and when that changes",
    "remotes": "the known remotes; adds and removes your own",
    "settings": "languages, cache and connections; shows and changes them",
    "search": "look for apps by name",
    "info": "everything about one app",
    "profiles": "saved choices",
    "plan": "what would be written and why; writes nothing",
    "make": "put apps on a drive; adds to what it has",
    "verify": "check a drive: every rule, every object",
    "inspect": "what is on a drive",
    "mount": "make the files on a drive reachable, and say where",
    "unmount": "the opposite; the drive stays plugged in",
    "eject": "make a drive safe to pull out",
    "format": "wipe a drive and make a new file system on it",
}
_OUTPUT_LOST = 1
_ERROR = 200


class _Parser(argparse.ArgumentParser):
    """Errors as all others: in one sentence, without the whole usage."""

    def error(self, message: str) -> NoReturn:
        text = _short(message[:1].upper() + message[1:], _ERROR)
        raise UsageError(f"{text.rstrip('.')}.", f"{self.prog} --help tells what it takes.")


def _overview() -> argparse.ArgumentParser:
    """Knows the verbs, but not what they take."""
    parser = _Parser(
        prog="satchel",
        description="Puts Flatpak apps on a drive, and proves it sound.",
        epilog="satchel alone opens the window. satchel VERB --help tells more. A first look, "
        "without drive and network: satchel demo, or satchel --demo in the window.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"satchel {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, help_text in _VERBS.items():
        verbs.add_parser(name, help=help_text)
    return parser


def _parse(verb: str, argv: list[str]) -> argparse.Namespace:
    """What a verb was given. Options may stand anywhere between TARGET and REFs."""
    parser = _Parser(
        prog=f"satchel {verb}",
        description=f"{_VERBS[verb][:1].upper()}{_VERBS[verb][1:]}.",
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="for programs: JSON on standard output")
    _module(verb).add_arguments(parser)
    words = list(argv)
    words.remove(verb)
    if "--" in words:
        place = words.index("--")
        behind = words[place + 1 :]
        if not any(word.startswith("-") for word in behind):
            # argparse would not look at it together with what stands before the last option.
            words[place:] = behind
    return parser.parse_intermixed_args(words)


def _module(verb: str) -> ModuleType:
    return import_module(f"app.cli.commands.{verb}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit status."""
    argv = list(sys.argv[1:] if arguments is None else arguments)
    _prepare_streams()
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
    try:
        return _run(argv)
    except SystemExit as stop:  # argparse, after --help
        return int(stop.code or 0)
    except KeyboardInterrupt:
        error: SatchelError = InterruptedByUser("Stopped as you asked.")
    except SatchelError as caught:
        error = caught
    except BrokenPipeError:
        raise
    except Exception as caught:
        # What was not written is still there to be written, unless it is that which failed.
        sys.stdout.flush()
        error = unexpected(caught)
    from app.cli.output import error_json, write_error, write_json

    if "--json" in argv:
        write_json({"event": "finished", "ok": False, "error": error_json(error)})
    write_error(error)
    return error.exit_code


def _run(argv: list[str]) -> int:
    from app.cli.invocation import Invocation
    from app.cli.output import write_notice
    from app.cli.signals import stopped_by_signals

    word = next((word for word in argv if not word.startswith("-")), None)
    if argv in ([], ["--demo"]):
        from app.cli.commands.window import open_window

        return open_window(Invocation(os.environ, CancelToken()), demo=bool(argv))
    if word is None and not {"-h", "--help"}.intersection(argv):
        raise UsageError(
            "Which command?", "satchel --help lists them; satchel alone opens the window."
        )
    if word is not None and word not in _VERBS:
        raise UsageError(
            f"There is no command “{_short(word)}”.", f"There are {', '.join(_VERBS)}."
        )
    if word is None:
        _overview().parse_args(argv)
        return 0
    parsed = _parse(word, argv)
    invocation = Invocation(os.environ, CancelToken(), write_notice)
    with stopped_by_signals(invocation.cancel), heeding(invocation.cancel):
        return int(_module(word).run(parsed, invocation))


def _short(text: str, limit: int = 40) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"


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
