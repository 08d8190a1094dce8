"""Which verbs there are, and what each of them takes.

What a verb takes is described in `app.cli.syntax`, what it does in `app.cli.commands`, both in a
module of its name that is imported when it is needed.
"""

from __future__ import annotations

from importlib import import_module

from app.cli.syntax.model import Command

VERBS = (
    *("demo", "drives", "remotes", "settings", "search", "info", "profiles", "plan", "make"),
    *("lock", "media"),
    *("update", "remove", "prune", "clone", "repair", "verify", "inspect", "diff"),
    "publish",
    *("rehearse", "resolve", "receive", "needs", "watch", "serve"),
    *("mount", "unmount", "eject", "format", "cache", "completion"),
)


def verb(name: str) -> Command:
    """The description of one of `VERBS`."""
    command: Command = import_module(f"app.cli.syntax.{name}").COMMAND
    return command
