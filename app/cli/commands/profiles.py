"""``satchel profiles``: saved choices; ``plan`` and ``make`` take them with ``--profile``."""

from __future__ import annotations

import argparse
import sys

from app.cli.invocation import Invocation
from app.cli.output import say, write_json, write_notice
from app.cli.plan_arguments import read_file
from app.plain import plain
from app.stick.choices.availability import check_availability
from app.stick.choices.importing import read_choice
from app.stick.choices.profile import Profile, Profiles, saved_profiles


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    _list(_profiles(invocation), arguments.json)
    return 0


def run_show(arguments: argparse.Namespace, invocation: Invocation) -> int:
    profile = _profiles(invocation).load(arguments.name)
    if arguments.json:
        write_json({"name": arguments.name, **plain(profile)})
    else:
        print(profile.dump().decode(), end="")
    return 0


def run_check(arguments: argparse.Namespace, invocation: Invocation) -> int:
    return _check(_profiles(invocation).load(arguments.name), arguments.json, invocation)


def run_save(arguments: argparse.Namespace, invocation: Invocation) -> int:
    # Checked as a file is.
    values = {"refs": arguments.refs, "gpus": arguments.gpu, "languages": arguments.language}
    if arguments.arch is not None:
        values["architecture"] = arguments.arch
    _save(Profile.of(values, "What was given"), arguments, invocation)
    return 0


def run_import(arguments: argparse.Namespace, invocation: Invocation) -> int:
    data = read_file(arguments.file)
    source = "standard input" if arguments.file == "-" else arguments.file
    known = invocation.environment.known_remotes()
    imported = read_choice(data, source, known.remotes, known.registries)
    for notice in imported.notices:
        write_notice(notice)
    _save(imported.profile, arguments, invocation)
    return 0


def run_remove(arguments: argparse.Namespace, invocation: Invocation) -> int:
    _profiles(invocation).remove(arguments.name)
    if arguments.json:
        write_json({"removed": arguments.name})
    else:
        say(f"{arguments.name} was removed.")
    return 0


def _profiles(invocation: Invocation) -> Profiles:
    return saved_profiles(invocation.environment.config)


def _save(profile: Profile, arguments: argparse.Namespace, invocation: Invocation) -> None:
    _profiles(invocation).save(arguments.name, profile)
    if arguments.json:
        write_json({"name": arguments.name, **plain(profile)})
    else:
        say(f"{arguments.name} was saved, with {len(profile.refs)} to choose.")


def _check(profile: Profile, as_json: bool, invocation: Invocation) -> int:
    environment = invocation.environment
    known = environment.known_remotes()
    environment.trim_cache()
    availability = check_availability(
        profile, environment.arch, environment, known, invocation.cancel
    )
    if as_json:
        missing = [
            {"ref": ref.text, "message": ref.error.message, "hint": ref.error.hint}
            for ref in availability.missing
        ]
        write_json({"offered": plain(availability.offered), "missing": missing})
    else:
        for offered in availability.offered:
            say(f"{offered.name}  {offered.remote}:{offered.ref}")
        for ref in availability.missing:
            say(f"Not there: {ref.text}. {ref.error.message}")
    for notice in availability.notices:
        write_notice(notice)
    return 1 if availability.missing else 0


def _list(profiles: Profiles, as_json: bool) -> None:
    profiles_by_name, notices = profiles.all()
    if as_json:
        write_json([{"name": name, **plain(profile)} for name, profile in profiles_by_name.items()])
    elif not profiles_by_name:
        say("There are no saved choices. satchel profiles save NAME REF... makes one.")
    else:
        for name, profile in profiles_by_name.items():
            say(f"{name}  {', '.join(profile.refs)}")
    for notice in notices:
        write_notice(notice)
    sys.stdout.flush()
