"""``satchel remotes``: where apps can come from; ``add`` and ``remove`` those of one's own."""

from __future__ import annotations

import argparse
import sys

from app.cli.invocation import Invocation
from app.cli.output import say, write_json
from app.cli.plan_arguments import read_keys
from app.flatpak.remotes.adding import add_remote, fingerprints, read_offer, remove_remote
from app.flatpak.remotes.remote import Remote, RemoteOrigin
from app.message import Message
from app.plain import plain
from app.progress import Notice
from app.severity import Severity
from app.stick.memory.known_keys import RememberedKey
from app.units import date_text


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    _list(arguments, invocation)
    return 0


def run_add(arguments: argparse.Namespace, invocation: Invocation) -> int:
    environment = invocation.environment
    offer = read_offer(
        arguments.source,
        environment.network,
        invocation.cancel,
        name=arguments.name,
        key=read_keys(arguments.gpg_key),
        collection_id=arguments.collection_id,
    )
    remote = add_remote(environment.config, offer, environment.known_remotes())
    if not offer.protected:
        invocation.tell(
            Notice(
                Severity.WARNING,
                Message(
                    "{source} came without encryption: anybody on the way may have put another "
                    "key in.",
                    source=arguments.source,
                ),
                Message("Compare the fingerprint with one from elsewhere."),
            )
        )
    if offer.doubt is not None:
        invocation.tell(Notice(Severity.WARNING, offer.doubt))
    if arguments.json:
        write_json(_json(remote, offer.fingerprints))
        return 0
    say(f"{remote.label} was added as {remote.name}. Its key:")
    for fingerprint in offer.fingerprints:
        say(f"    {fingerprint}")
    say("Compare it with what its makers publish; satchel remotes remove undoes this.")
    return 0


def run_remove(arguments: argparse.Namespace, invocation: Invocation) -> int:
    name, environment = arguments.name, invocation.environment
    if not environment.remembered.forget(name):
        remove_remote(environment.config, name, environment.known_remotes())
    if arguments.json:
        write_json({"removed": name})
    else:
        say(f"{name} was removed.")
    return 0


def _list(arguments: argparse.Namespace, invocation: Invocation) -> None:
    known = invocation.environment.known_remotes()
    described = [(remote, fingerprints(remote)) for remote in known.remotes]
    remembered = invocation.environment.remembered.all()
    if arguments.json:
        entries = [_json(remote, keys) for remote, keys in described]
        write_json([*entries, *map(_remembered_json, remembered)])
        return
    for remote, keys in described:
        where = f"{remote.source}{'' if remote.listed else ', not searched'}"
        say(f"{remote.name}  {remote.label if remote.title else remote.address}  ({where})")
        say(f"    {remote.address}")
        say(f"    collection {remote.collection_id or 'not configured; upstream may tell'}")
        for key in keys:
            say(f"    key {key}")
        if not keys:
            say("    no key: nothing from it can be verified")
    if remembered:
        say("Keys that this computer has come to know (satchel remotes remove FINGERPRINT):")
    for known_key in remembered:
        how = "a drive was made with it" if known_key.used else "its publisher handed it out"
        say(f"{known_key.collection or known_key.url}  {known_key.fingerprint}")
        say(f"    {known_key.remote}  {known_key.url}  ({how}, {date_text(known_key.since)})")
    for registry in known.registries:
        say(f"{registry.name}  {registry.label}  (container registry)")
        say(f"    {registry.client_url}")
        say("    nothing of it is signed; computers need flatpak 1.17 to install it from a drive")
    for notice in known.notices:
        print(f"{notice.message} {notice.hint}".rstrip(), file=sys.stderr)


def _remembered_json(key: RememberedKey) -> dict[str, object]:
    return {
        "name": key.remote,
        "aliases": [],
        "title": "",
        "url": key.url,
        "collection_id": key.collection or None,
        "subset": "",
        "source": RemoteOrigin.JOB if key.used else "upstream",
        "listed": False,
        "keys": [key.fingerprint],
        "since": key.since,
    }


def _json(remote: Remote, keys: tuple[str, ...]) -> dict[str, object]:
    return {
        "name": remote.name,
        "aliases": plain(remote.aliases),
        "title": remote.title,
        "url": remote.address,
        "collection_id": remote.collection_id,
        "subset": remote.subset,
        "source": remote.source,
        "listed": remote.listed,
        "keys": list(keys),
    }
