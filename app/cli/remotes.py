"""``satchel remotes``: where apps can come from."""

from __future__ import annotations

import argparse
import sys

from app.cli.context import Context
from app.cli.output import plain, say, write_json
from app.flatpak.remotes import Remote
from app.trust.keyring import BadKeyError, Keyring


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """It has none of its own."""


def run(arguments: argparse.Namespace, context: Context) -> int:
    known = context.known_remotes
    described = [(remote, _fingerprints(remote)) for remote in known.remotes]
    if arguments.json:
        write_json(
            [
                {
                    "name": remote.name,
                    "aliases": plain(remote.aliases),
                    "title": remote.title,
                    "url": remote.url,
                    "collection_id": remote.collection_id,
                    "subset": remote.subset,
                    "source": remote.source,
                    "listed": remote.listed,
                    "keys": list(keys),
                }
                for remote, keys in described
            ]
        )
        return 0
    for remote, keys in described:
        where = f"{remote.source}{'' if remote.listed else ', not searched'}"
        say(f"{remote.name}  {remote.title or remote.url}  ({where})")
        say(f"    {remote.url}")
        say(f"    collection {remote.collection_id or 'not configured; upstream may tell'}")
        for key in keys:
            say(f"    key {key}")
        if not keys:
            say("    no key: refused without --allow-unsigned")
    for notice in known.notices:
        print(f"{notice.message} {notice.hint}".rstrip(), file=sys.stderr)
    return 0


def _fingerprints(remote: Remote) -> tuple[str, ...]:
    if not remote.keys:
        return ()
    try:
        with Keyring(remote.keys) as keyring:
            return tuple(key.fingerprint for key in keyring.keys)
    except BadKeyError:
        return ()
