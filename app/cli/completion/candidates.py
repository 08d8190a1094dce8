"""What may stand at the cursor, by what `app.cli.syntax` says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from msgspec import Struct

from app.cli.openable import is_openable
from app.cli.parser import Words
from app.cli.syntax.model import JSON, Argument, Command, Option, ValueKind
from app.cli.verbs import VERBS, verb

_FILES = (ValueKind.FILE, ValueKind.DIRECTORY)
_HELP = Option(name="--help", help="tells what it takes")
_WITHOUT_VERB = (
    Option(name="--demo", help="the window with a repository and a drive to play with"),
    Option(name="--version", help="which Satchel this is"),
)


class Candidate(Struct, frozen=True):
    """A whole word, and half a sentence about it."""

    text: str
    about: str = ""


class Completions(Struct, frozen=True):
    """What may stand at the cursor.

    Attributes:
        files: the shell is to complete these, `ValueKind.FILE` or `ValueKind.DIRECTORY`.
    """

    candidates: tuple[Candidate, ...] = ()
    files: ValueKind | None = None


Names = Callable[[ValueKind, str], Iterable[Candidate]]
"""The things of a kind that there are, of which only those count that begin with a text; of
`ValueKind.ON_DRIVE` those on the drive that is called so."""


def offer(words: Sequence[str], current: str, names: Names) -> Completions:
    """For ``current``, the beginning of a word behind ``words``."""
    others = Words.of(words).others
    if not others:
        return _verb(words, current)
    if others[0] not in VERBS:
        return Completions(files=ValueKind.FILE if is_openable(others[0]) else None)
    behind = list(words)
    behind.remove(others[0])
    return _within(verb(others[0]), behind, current, names)


def _verb(words: Sequence[str], current: str) -> Completions:
    if current.startswith("-"):
        options = (_HELP, JSON) if words else (_HELP, *_WITHOUT_VERB, JSON)
        return Completions(_beginning(current, _options(options)))
    verbs = _beginning(current, (Candidate(name, verb(name).summary) for name in VERBS))
    # What is no verb is a file that the window is to open.
    return Completions(verbs, None if verbs else ValueKind.FILE)


def _within(command: Command, words: Sequence[str], current: str, names: Names) -> Completions:
    given = Words.of(words, command.every_option())
    known = {option.name: option for option in command.every_option()}
    if given.waits:
        return _value(known[given.waits], current, names)
    others = given.others
    if command.actions and others:
        action = command.action(others[0])
        if action is None:
            return Completions()
        command, others = action, others[1:]
    if current.startswith("-") and not given.ended:
        name, equals, beginning = current.partition("=")
        option = next(
            (option for option in command.options if option.name == name and option.metavar), None
        )
        if equals:
            return Completions() if option is None else _value(option, beginning, names, f"{name}=")
        left = [
            option
            for option in (*command.options, JSON, _HELP)
            if option.name not in given.options or option.repeated
        ]
        return Completions(_beginning(current, _options(left)))
    if command.actions:
        actions = (Candidate(action.name, action.summary) for action in command.actions)
        return Completions(_beginning(current, actions))
    argument = _next(command.arguments, len(others))
    if argument is None:
        return Completions()
    if argument.values == (ValueKind.ON_DRIVE,):
        there = _beginning(current, names(ValueKind.ON_DRIVE, others[0])) if others else ()
        return Completions(tuple(each for each in there if each.text not in others))
    return _value(argument, current, names)


def _next(arguments: Sequence[Argument], given: int) -> Argument | None:
    if given < len(arguments):
        return arguments[given]
    return arguments[-1] if arguments and arguments[-1].count.many else None


def _options(options: Iterable[Option]) -> Iterator[Candidate]:
    return (Candidate(option.name, option.help) for option in options)


def _value(wanted: Option | Argument, current: str, names: Names, before: str = "") -> Completions:
    """``before``: what stands in the same word before the value."""
    candidates = chain(
        map(Candidate, wanted.suggestions),
        *(names(value, current) for value in wanted.values if value not in _FILES),
    )
    files = next((value for value in wanted.values if value in _FILES), None)
    chosen = _beginning(current, candidates)
    return Completions(
        tuple(Candidate(f"{before}{candidate.text}", candidate.about) for candidate in chosen),
        files,
    )


def _beginning(current: str, candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Those that begin so, each once."""
    chosen = {
        candidate.text: candidate for candidate in candidates if candidate.text.startswith(current)
    }
    return tuple(chosen.values())
