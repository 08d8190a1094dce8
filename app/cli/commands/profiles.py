"""``satchel profiles``: saved choices; ``plan`` and ``make`` take them with ``--profile``."""

from __future__ import annotations

import argparse
import sys

from app.cli.invocation import Invocation
from app.cli.output import say, write_json, write_notice
from app.cli.plan_arguments import read_file
from app.errors import UsageError
from app.plain import plain
from app.stick.choices.availability import recall
from app.stick.choices.importing import read_choice
from app.stick.choices.profile import Profile, Profiles, saved_profiles

_ACTIONS = ("show", "check", "save", "import", "remove")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        metavar="show NAME | check NAME | save NAME REF... | import NAME FILE | remove NAME",
        nargs="?",
        choices=_ACTIONS,
        help="without any: list them. show prints the file that --profile takes; check asks the "
        "remotes whether they have all of it; import reads a list of apps (the output of flatpak "
        "list, a script that installs them, a table, a Brewfile, JSON), a .preinstall file, or "
        "such a file (- for standard input)",
    )
    parser.add_argument("name", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("values", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--arch", metavar="A", help="save: for computers of this architecture")
    parser.add_argument("--gpu", metavar="G", action="append", default=[], help="save: as for make")
    parser.add_argument(
        "--language", metavar="L", action="append", default=[], help="save: a language to bring"
    )


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    profiles = saved_profiles(invocation.environment.config)
    name, values = arguments.name, arguments.values
    if arguments.action is None:
        _list(profiles, arguments.json)
        return 0
    if name is None:
        raise UsageError(f"What to {arguments.action}?", "satchel profiles lists what there is.")
    if bool(values) != (arguments.action in {"save", "import"}):
        raise UsageError(
            f"satchel profiles {arguments.action} takes other arguments.",
            "satchel profiles --help tells which.",
        )
    match arguments.action:
        case "show":
            profile = profiles.load(name)
            if not arguments.json:
                print(profile.dump().decode(), end="")
                return 0
        case "check":
            return _check(profiles.load(name), arguments.json, invocation)
        case "remove":
            _remove(profiles, name, arguments.json)
            return 0
        case "save":
            profile = _given(arguments)
            profiles.save(name, profile)
        case _:
            profile = _imported(values, invocation)
            profiles.save(name, profile)
    if arguments.json:
        write_json({"name": name, **plain(profile)})
    else:
        say(f"{name} was saved, with {len(profile.refs)} to choose.")
    return 0


def _remove(profiles: Profiles, name: str, as_json: bool) -> None:
    profiles.remove(name)
    if as_json:
        write_json({"removed": name})
    else:
        say(f"{name} was removed.")


def _check(profile: Profile, as_json: bool, invocation: Invocation) -> int:
    environment = invocation.environment
    known = environment.known_remotes()
    environment.trim_cache()
    found = recall(profile, environment.arch, environment, known, invocation.cancel)
    if as_json:
        missing = [
            {"ref": one.text, "message": one.error.message, "hint": one.error.hint}
            for one in found.missing
        ]
        write_json({"offered": plain(found.offered), "missing": missing})
    else:
        for offered in found.offered:
            say(f"{offered.name}  {offered.remote}:{offered.ref}")
        for one in found.missing:
            say(f"Not there: {one.text}. {one.error.message}")
    for notice in found.notices:
        write_notice(notice)
    return 1 if found.missing else 0


def _given(arguments: argparse.Namespace) -> Profile:
    """Checked as a file is."""
    values = {"refs": arguments.values, "gpus": arguments.gpu, "languages": arguments.language}
    if arguments.arch is not None:
        values["architecture"] = arguments.arch
    return Profile.of(values, "What was given")


def _imported(values: list[str], invocation: Invocation) -> Profile:
    if len(values) > 1:
        raise UsageError("satchel profiles import takes one file.")
    data = read_file(values[0])
    source = "standard input" if values[0] == "-" else values[0]
    known = invocation.environment.known_remotes()
    found = read_choice(data, source, known.remotes, known.registries)
    for notice in found.notices:
        write_notice(notice)
    return found.profile


def _list(profiles: Profiles, as_json: bool) -> None:
    found, notices = profiles.all()
    if as_json:
        write_json([{"name": name, **plain(profile)} for name, profile in found.items()])
    elif not found:
        say("There are no saved choices. satchel profiles save NAME REF... makes one.")
    else:
        for name, profile in found.items():
            say(f"{name}  {', '.join(profile.refs)}")
    for notice in notices:
        write_notice(notice)
    sys.stdout.flush()
