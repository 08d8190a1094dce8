"""``satchel remotes``: where apps can come from; ``add`` and ``remove`` those of one's own."""

from __future__ import annotations

import argparse
import sys

from app.cli.invocation import Invocation
from app.cli.output import say, write_json
from app.cli.plan_arguments import read_keys
from app.errors import UsageError
from app.flatpak.remotes.adding import add_remote, fingerprints, read_offer, remove_remote
from app.flatpak.remotes.known import JOB, Remote
from app.plain import plain
from app.progress import Notice
from app.stick.memory.known_keys import RememberedKey
from app.units import date_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        metavar="add SOURCE | remove NAME",
        nargs="?",
        choices=("add", "remove"),
        help="add one from a .flatpakrepo, its address, or an address with --gpg-key; remove one "
        "that was added, or a remembered key by its fingerprint",
    )
    parser.add_argument("subject", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("--name", metavar="NAME", help="add: what to call it")
    parser.add_argument(
        "--gpg-key",
        metavar="FILE",
        action="append",
        default=[],
        help="add, with an address: the remote's key; may be given several times",
    )
    parser.add_argument(
        "--collection-id", metavar="ID", help="add, with an address: its collection"
    )


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    match arguments.action, arguments.subject:
        case None, _:
            _list(arguments, invocation)
        case action, None:
            raise UsageError(f"What to {action}?", "satchel remotes --help tells what it takes.")
        case "add", subject:
            _add(subject, arguments, invocation)
        case _, name:
            environment = invocation.environment
            if not environment.remembered.forget(name):
                remove_remote(environment.config, name, environment.known_remotes())
            if arguments.json:
                write_json({"removed": name})
            else:
                say(f"{name} was removed.")
    return 0


def _add(text: str, arguments: argparse.Namespace, invocation: Invocation) -> None:
    environment = invocation.environment
    offer = read_offer(
        text,
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
                "warning",
                f"{text} came without encryption: anybody on the way may have put another key in.",
                "Compare the fingerprint with one from elsewhere.",
            )
        )
    if arguments.json:
        write_json(_json(remote, offer.fingerprints))
        return
    say(f"{remote.label} was added as {remote.name}. Its key:")
    for fingerprint in offer.fingerprints:
        say(f"    {fingerprint}")
    say("Compare it with what its makers publish; satchel remotes remove undoes this.")


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
    for one in remembered:
        how = "a drive was made with it" if one.used else "its publisher handed it out"
        say(f"{one.collection}  {one.fingerprint}")
        say(f"    {one.remote}  {one.url}  ({how}, {date_text(one.since)})")
    for registry in known.registries:
        say(f"{registry.name}  ({registry.address})")
        say("    a container registry: drives cannot carry anything from it")
    for notice in known.notices:
        print(f"{notice.message} {notice.hint}".rstrip(), file=sys.stderr)


def _remembered_json(one: RememberedKey) -> dict[str, object]:
    return {
        "name": one.remote,
        "aliases": [],
        "title": "",
        "url": one.url,
        "collection_id": one.collection,
        "subset": "",
        "source": JOB if one.used else "upstream",
        "listed": False,
        "keys": [one.fingerprint],
        "since": one.since,
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
