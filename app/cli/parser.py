"""Parsers made from what `app.cli.syntax` says; nothing here knows a verb.

Options may stand before, between and behind all other words. argparse does not allow that with
subparsers, nor between the words of one argument. So words are put in order before it sees them.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Container, Iterable, Sequence
from typing import Any, NoReturn

from msgspec import Struct

from app import __version__
from app.cli.syntax.model import JSON, Argument, Command, Option
from app.errors import UsageError
from app.message import Message
from app.remedy import Remedy

_DESCRIPTION = "Puts Flatpak apps on a drive, and proves it sound."
_EPILOG = (
    "satchel alone opens the window, satchel FILE with a file to take apps from. satchel VERB "
    "--help tells more. A first look, without drive and network: satchel demo, or satchel --demo "
    "in the window."
)
_ERROR = 200
_NUMBER = re.compile(r"-\d+|-\d*\.\d+")


class Parser(argparse.ArgumentParser):
    """Errors as all others: in one sentence, without the whole usage."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        text = short(message[:1].upper() + message[1:], _ERROR)
        raise UsageError(
            Message("{problem}.", problem=text),
            Remedy.COMMAND_HELP.advice(command=self.prog),
        )

    def parse_known_args(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        namespace: argparse.Namespace | None = None,
    ) -> tuple[argparse.Namespace, list[str]]:
        """Knows all: what is not known is this parser's error, not that of the one above."""
        parsed, unknown = super().parse_known_args(args, namespace)
        if unknown:
            # The end of the options is ours, see `parse`; nobody gave it.
            given = unknown[1:] if unknown[0] == "--" else unknown
            self.error(f"unrecognized arguments: {' '.join(given)}")
        return parsed, unknown


class _Once(argparse.Action):
    """Stores a value, and the only one: of two the first would be lost without a word."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        if getattr(namespace, self.dest, self.default) is not self.default:
            parser.error(f"{option_string} can be given once only")
        setattr(namespace, self.dest, values)


class Words(Struct, frozen=True):
    """Words of a command line, apart.

    Attributes:
        options: those that are options, each before its value.
        others: those that are neither.
        waits: the last option, if its value is missing.
        ended: whether ``--`` ended the options.
    """

    options: tuple[str, ...]
    others: tuple[str, ...]
    waits: str = ""
    ended: bool = False

    @classmethod
    def of(cls, words: Sequence[str], options: Iterable[Option] = ()) -> Words:
        """Apart as argparse takes them where ``options`` are known."""
        known = {name: option.waits for option in options for name in option.names}
        optional: list[str] = []
        others: list[str] = []
        waits, ended = "", False
        for word in words:
            if waits:
                optional.append(word)
                waits = ""
            elif ended or not (word == "--" or _is_option(word, known)):
                others.append(word)
            elif word == "--":
                ended = True
            else:
                optional.append(word)
                waits = word if known.get(word) else ""
        return cls(tuple(optional), tuple(others), waits, ended)


def command_parser(commands: Iterable[Command]) -> Parser:
    """A parser of ``satchel`` that knows these verbs."""
    parser = Parser(prog="satchel", description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument("--version", action="version", version=f"satchel {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for command in commands:
        _add_command(verbs, command)
    return parser


def parse(command: Command, words: Sequence[str]) -> argparse.Namespace:
    """What a verb was given; ``words`` are those behind ``satchel``, without the verb.

    The value has what `Argument` and `Option` name, ``json``, and the `Command` that is meant as
    ``command``. Raises UsageError.
    """
    apart = Words.of(words, command.every_option())
    for word in apart.options:
        if (why := command.absent.get(word.partition("=")[0])) is not None:
            raise UsageError(why, Remedy.COMMAND_HELP.advice(command=f"satchel {command.name}"))
    path: tuple[str, ...] = (command.name,)
    others = apart.others
    if command.actions:
        if not others:
            _check_no_action(command, apart.options)
        elif command.action(others[0]) is None:
            raise UsageError(
                Message(
                    "satchel {command} does not know “{others}”.",
                    command=command.name,
                    others=short(others[0]),
                ),
                Message(
                    "It knows {actions}.", actions=tuple(action.name for action in command.actions)
                ),
            )
        path, others = (command.name, *others[:1]), others[1:]
    ending = ("--", *others) if others else ()
    return command_parser([command]).parse_args([*path, *apart.options, *ending])


def short(text: str, limit: int = 40) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"


def _is_option(word: str, known: Container[str]) -> bool:
    """Whether argparse takes it for one."""
    if not word.startswith("-") or word == "-":
        return False
    return word.partition("=")[0] in known or not (" " in word or _NUMBER.fullmatch(word))


def _check_no_action(command: Command, options: Iterable[str]) -> None:
    """Raises UsageError for an option that only goes with an action."""
    for word in options:
        option = word.partition("=")[0]
        actions = [
            action.name
            for action in command.actions
            if option in (known.name for known in action.options)
        ]
        if actions:
            which = actions[0] if len(actions) == 1 else command.action_metavar
            raise UsageError(
                Message(
                    "{option} goes with satchel {command} {which}.",
                    option=option,
                    command=command.name,
                    which=which,
                ),
                Message("satchel {command} --help tells more.", command=command.name),
            )


def _add_command(parsers: Any, command: Command) -> None:
    summary = f"{command.summary[:1].upper()}{command.summary[1:]}."
    parser: Parser = parsers.add_parser(
        command.name,
        help=_text(command.summary),
        description=_text(f"{summary} {command.about}".rstrip()),
    )
    parser.set_defaults(command=command)
    for option in (JSON, *command.options):
        _add_option(parser, option)
    for argument in command.arguments:
        _add_argument(parser, argument)
    if command.actions:
        # What argparse would write says that one of them has to be there.
        parser.usage = f"%(prog)s [-h] [--json] [{command.action_metavar} ...]"
        actions = parser.add_subparsers(
            prog=parser.prog, dest="action", metavar=command.action_metavar, required=False
        )
        for action in command.actions:
            _add_command(actions, action)


def _add_argument(parser: Parser, argument: Argument) -> None:
    parser.add_argument(
        argument.name,
        metavar=argument.metavar,
        nargs=argument.count.value,
        default=argument.default,
        help=_text(argument.help),
    )


def _add_option(parser: Parser, option: Option) -> None:
    text = _text(option.help)
    if not option.metavar:
        parser.add_argument(*option.names, action="store_true", help=text)
        return
    if option.alone:
        # What follows is another option or the end of them: see `parse`.
        parser.add_argument(
            *option.names, metavar=option.metavar, nargs="?", const=option.alone, help=text
        )
        return
    parser.add_argument(
        *option.names,
        metavar=option.metavar,
        action="append" if option.repeated else _Once,
        default=[] if option.repeated else option.default,
        type=option.convert,
        help=text,
    )


def _text(text: str) -> str:
    """As argparse wants it, which fills in what stands behind per cent signs."""
    return text.replace("%", "%%")
