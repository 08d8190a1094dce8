"""``satchel settings``."""

from __future__ import annotations

from app.cli.syntax.model import Argument, Command, Count, Option, ValueKind
from app.cli.syntax.shared import ARCHITECTURES

FLAGS = ("on", "off")
# As `app.settings` has them, which is not needed to complete a word.
APPEARANCES = ("system", "light", "dark")
GRAPHICS = ("unknown", "ordinary", "nvidia")
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
    summary="languages, appearance, cache and more; shows and changes them",
    about="Without NAME all are shown, and where the cache is.",
    run="settings:run",
    action_metavar="NAME",
    actions=(
        _setting(
            "languages",
            "the languages you read, as de_AT: of the window, and of what apps say of themselves",
            several=True,
        ),
        _setting(
            "appearance",
            "of the window",
            suggestions=APPEARANCES,
        ),
        _setting("sound", "whether a drive that is ready is heard", suggestions=FLAGS),
        _setting("notifications", "whether the desktop tells of it", suggestions=FLAGS),
        _setting(
            "screenshots",
            "whether the window fetches those of an app that you look at",
            suggestions=FLAGS,
        ),
        _setting(
            "classroom_languages",
            "those read where the drives go: you are told which apps lack them; without any, your "
            "own",
            several=True,
        ),
        _setting(
            "only_languages",
            "whether the window's drives carry the translations into these alone",
            suggestions=FLAGS,
        ),
        _setting(
            "graphics",
            "which graphics cards the computers there have",
            suggestions=GRAPHICS,
        ),
        _setting(
            "gpus", "the graphics drivers that drives carry where these are nvidia", several=True
        ),
        _setting("sources_off", "the remotes that are not searched for apps", several=True),
        _setting(
            "unsigned_sources",
            "addresses of remotes whose unsigned apps the window takes",
            several=True,
        ),
        _setting("sets_address", "where the window gets its ready-made sets of apps"),
        _setting(
            "architecture",
            "architecture of the computers that drives are made for",
            suggestions=ARCHITECTURES,
        ),
        _setting("cache", "the directory that the cache lies in", values=(ValueKind.DIRECTORY,)),
        _setting("cache_limit", "how many bytes the cache may take"),
        _setting("connections", "how many requests are sent to a server at the same time"),
        _setting("share_port", "the port where the window shares a drive on the network"),
        _setting(
            "share_fetches",
            "whether it then fetches what is not on the drive from the internet",
            suggestions=FLAGS,
        ),
        _setting("share_announces", "whether computers nearby are told of it", suggestions=FLAGS),
    ),
)
