"""``satchel cache``: what is kept of downloads."""

from __future__ import annotations

import argparse
import os

from app.cli.invocation import Invocation
from app.cli.output import say, write_json
from app.errors import SatchelError, UsageError
from app.message import Message, Size
from app.ostree.pull.cache_keeping import contents
from app.remedy import Remedy
from app.settings import MAX_CACHE_LIMIT, MIN_CACHE_LIMIT, save_settings
from app.units import count_text, date_text, size_text


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    environment = invocation.environment
    if arguments.size is not None:
        if not MIN_CACHE_LIMIT <= arguments.size <= MAX_CACHE_LIMIT:
            raise UsageError(
                Message("The cache cannot be limited to {size}.", size=Size(arguments.size)),
                Message(
                    "Give a size from {least} to {most}; satchel cache --clear empties it.",
                    least=Size(MIN_CACHE_LIMIT),
                    most=Size(MAX_CACHE_LIMIT),
                ),
            )
        settings = environment.settings.with_value("cache_limit", arguments.size)
        save_settings(environment.config, settings)
        environment = environment.reloaded()
    if arguments.clear:
        environment.empty_cache()
    environment.trim_cache()
    place = environment.object_cache
    kept = contents(place.directory)
    lists = environment.lists_size()
    if arguments.clear and (kept.objects or lists) and not os.access(place.directory, os.W_OK):
        raise SatchelError(
            Message("What is kept in {path} cannot be removed.", path=place.directory),
            Remedy.GET_PERMISSION,
        )
    mirror = environment.mirror_size()
    oldest = int(kept.oldest) if kept.oldest is not None else None
    limit = environment.settings.cache_limit
    if arguments.json:
        write_json(
            {
                "directory": str(place.directory),
                "bytes": kept.bytes + lists,
                "objects": kept.objects,
                "object_bytes": kept.bytes,
                "list_bytes": lists,
                "mirror_bytes": mirror,
                "oldest": oldest,
                "limit": limit,
                "object_limit": place.limit,
            }
        )
        return 0
    say(f"The cache is {place.directory}.")
    print(
        f"It has {size_text(kept.bytes + lists)} of at most {size_text(limit)}: "
        f"{count_text(kept.objects, 'object')} of {size_text(kept.bytes)}, "
        f"and {size_text(lists)} of lists."
    )
    if mirror:
        print(f"What satchel serve has fetched for other computers takes {size_text(mirror)} more.")
    if oldest is not None:
        print(f"What was not used for longest was used on {date_text(oldest)}.")
    if place.limit < limit - lists:
        print(
            f"As little is free on this disk, objects may take {size_text(place.limit)} of it now."
        )
    return 0
