"""One call of a command: what it was started with, how it is stopped, and where it tells."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from app.cli.environment import loops_are_removable, read_environment
from app.progress import CancelToken, Reporter, silent
from app.replacing import replace

if TYPE_CHECKING:
    from app.stick.environment import Environment


@dataclass(frozen=True)
class Invocation:
    """What a verb's ``run`` is handed beside its arguments.

    Attributes:
        variables: of the process.
        cancel: asked to stop by Ctrl-C and SIGTERM.
        tell: where notices go that belong to no job.
        closing: what is to be put away when the verb is done, however it ends.
    """

    variables: Mapping[str, str]
    cancel: CancelToken
    tell: Reporter = silent
    closing: ExitStack = field(default_factory=ExitStack, compare=False)

    @cached_property
    def environment(self) -> Environment:
        """Read when it is first asked for: what is about drives alone needs none of it."""
        environment = read_environment(self.variables)
        for notice in environment.notices:
            self.tell(notice)
        return environment

    def within(self, environment: Environment) -> Invocation:
        """The same call in another environment."""
        other = replace(self)
        vars(other)["environment"] = environment
        return other

    @property
    def loops_are_removable(self) -> bool:
        """As `Environment` has it."""
        return loops_are_removable(self.variables)
