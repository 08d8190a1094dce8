"""The parts that a command line is described with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any

from msgspec import Struct, field

from app.message import Message


class ValueKind(Enum):
    """What kind of thing a word names, for completion.

    Attributes:
        TARGET: a drive, or the only one.
        LABEL: a pattern for labels of drives.
        REMOTE, OWN_REMOTE: the name of any known remote, of what can be forgotten again.
        PROFILE: the name of a saved choice.
        APP: the ID of what the catalogues in the cache know.
        ON_DRIVE: an app that is on the drive that stands before it.
    """

    DRIVE = "drive"
    TARGET = "target"
    LABEL = "label"
    REMOTE = "remote"
    OWN_REMOTE = "own remote"
    PROFILE = "profile"
    APP = "app"
    ON_DRIVE = "on drive"
    FILE = "file"
    DIRECTORY = "directory"


class Count(Enum):
    """How many words an argument takes, as argparse writes it."""

    ONE = None
    OPTIONAL = "?"
    ANY = "*"
    SOME = "+"

    @property
    def many(self) -> bool:
        return self in {Count.ANY, Count.SOME}


class Argument(Struct, frozen=True, kw_only=True):
    """A word, or several, that no option stands before.

    Attributes:
        name: as the command gets it.
        metavar: what stands for it in help and manual.
        default: where none is given; only for `Count.OPTIONAL`.
        values: what kinds of thing it names.
        suggestions: words to complete; others may be given as well.
    """

    name: str
    metavar: str
    help: str
    count: Count = Count.ONE
    default: str | None = None
    values: tuple[ValueKind, ...] = ()
    suggestions: tuple[str, ...] = ()


class Option(Struct, frozen=True, kw_only=True):
    """What begins with two dashes.

    Attributes:
        short: one dash and one letter that mean the same; empty: none do.
        metavar: what stands for its value; empty for one without value.
        repeated: may be given several times; the command gets a list.
        alone: what it means without a value, which can only follow “=” then; empty: it needs one.
        convert: makes the value of the word; raises ArgumentTypeError.
        values, suggestions: as for `Argument`.
    """

    name: str
    help: str
    metavar: str = ""
    short: str = ""
    repeated: bool = False
    alone: str = ""
    default: Any = None
    convert: Callable[[str], Any] = str
    values: tuple[ValueKind, ...] = ()
    suggestions: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (self.short, self.name) if self.short else (self.name,)

    @property
    def waits(self) -> bool:
        """Whether the next word is its value."""
        return bool(self.metavar) and not self.alone

    @property
    def usage(self) -> str:
        """What stands for its value, with what comes before it."""
        return f"[={self.metavar}]" if self.alone else f" {self.metavar}".rstrip()


class Command(Struct, frozen=True, kw_only=True):
    """A verb, or one of the actions that a verb has.

    Attributes:
        summary: half a sentence, without full stop.
        run: ``module:function`` below `app.cli.commands`, called with what was parsed and the
            context; returns the exit status.
        processes: the module that does most of its work; empty: it needs no other processes.
        beside: how many more of these it has a use for than do that work.
        beginning: as ``run``, called before these are there; the context manager that it returns is
            left when the command has ended. For what takes long, and is done by a process beside.
        about: further sentences, for the manual and its own help.
        actions: further commands, one of which may follow.
        action_metavar: what stands for them.
        absent: options that people look for and that it does not have, on purpose: why.
    """

    name: str
    summary: str
    run: str
    processes: str = ""
    beside: int = 0
    beginning: str = ""
    about: str = ""
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    actions: tuple[Command, ...] = ()
    action_metavar: str = "ACTION"
    absent: Mapping[str, Message] = field(default_factory=dict)

    def action(self, name: str) -> Command | None:
        return next((action for action in self.actions if action.name == name), None)

    def every_option(self) -> Iterator[Option]:
        """Its own, and those of its actions."""
        yield from self.options
        for action in self.actions:
            yield from action.every_option()


JSON = Option(name="--json", help="for programs: JSON on standard output")
"""All commands take it."""
