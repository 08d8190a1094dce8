"""``satchel settings``."""

from __future__ import annotations

from app.cli.syntax.model import Argument, Command, Count, Option, ValueKind
from app.cli.syntax.shared import ARCHITECTURES

_RESET = Option(name="--reset", help="back to what Satchel does by itself")


def _setting(
    name: str,
    summary: str,
    *,
    several: bool = False,
    values: tuple[ValueKind, ...] = (),
    suggestions: tuple[str, ...] = (),
) -> Command:
    return Command(
        name=name,
        summary=summary,
        about="Without VALUE it is shown.",
        run="settings:run_one",
        arguments=(
            Argument(
                name="values",
                metavar="VALUE",
                help="the new ones, best first" if several else "the new one",
                count=Count.ANY if several else Count.OPTIONAL,
                values=values,
                suggestions=suggestions,
            ),
        ),
        options=(_RESET,),
    )


COMMAND = Command(
    name="settings",
    summary="languages, cache and connections; shows and changes them",
    about="Without NAME all are shown, and where the cache is.",
    run="settings:run",
    action_metavar="NAME",
    actions=(
        _setting("languages", "the languages you read, as de_AT", several=True),
        _setting(
            "architecture",
            "architecture of the computers that drives are made for",
            suggestions=ARCHITECTURES,
        ),
        _setting("cache", "the directory that the cache lies in", values=(ValueKind.DIRECTORY,)),
        _setting("cache_limit", "how many bytes the cache may take"),
        _setting("connections", "how many requests are sent to a server at the same time"),
    ),
)
