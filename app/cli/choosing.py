"""The arguments that plan and make share, and the plan they lead to."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.cli.context import Context
from app.cli.target import add_target, open_target
from app.errors import UsageError
from app.files import read_bounded
from app.flatpak.refs import arch_problem
from app.flatpak.remote_files import RefFile
from app.flatpak.remotes import (
    Remote,
    from_repo_file,
    merge_remotes,
    read_key,
    read_remote,
    remote_from_url,
)
from app.languages import first_language, is_language
from app.progress import Reporter
from app.stick.plan import Options, Plan
from app.stick.planning import PlanRequest, make_plan
from app.stick.profile import MAX_SIZE, Profile, Profiles, read_profile
from app.stick.services import Services


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_target(parser)
    parser.add_argument(
        "refs",
        metavar="REF",
        nargs="*",
        help="as flatpak accepts it, or REMOTE:REF, or a .flatpakref",
    )
    parser.add_argument(
        "--profile",
        metavar="P",
        help="a saved choice, by its name or its file; then REF may be left out",
    )
    parser.add_argument(
        "--remote",
        metavar="R",
        help="where to look: a known remote's name, a .flatpakrepo file, or an address",
    )
    parser.add_argument("--gpg-key", metavar="FILE", help="with an address: the remote's key")
    parser.add_argument("--collection-id", metavar="ID", help="with an address: its collection")
    parser.add_argument("--arch", metavar="A", help="architecture (default: this computer's)")
    parser.add_argument(
        "--gpu",
        metavar="G",
        action="append",
        default=[],
        help="also carry this graphics driver, e.g. nvidia-550",
    )
    parser.add_argument(
        "--language",
        metavar="L",
        action="append",
        default=[],
        help="say which apps do not come in this language, e.g. de (default: your own)",
    )
    parser.add_argument(
        "--destination-repo", metavar="PATH", help="the repository's place on the drive"
    )
    parser.add_argument(
        "--keep-versions", action="store_true", help="do not update what is on the drive"
    )
    parser.add_argument("--sign-key", metavar="KEY", help="sign ostree-metadata with your own key")
    parser.add_argument(
        "--allow-unsigned", action="store_true", help="accept a remote without signatures"
    )
    parser.add_argument(
        "--allow-older", action="store_true", help="accept an older snapshot than seen before"
    )
    parser.add_argument("--no-related", action="store_true", help="leave extensions out")
    parser.add_argument("--no-verify", action="store_true", help="make: do not check it at the end")
    parser.add_argument("--yes", action="store_true", help="make: do not ask")


def given_remote(arguments: argparse.Namespace, known: Sequence[Remote]) -> Remote | None:
    """The remote named by ``--remote``. Raises UsageError."""
    text: str | None = arguments.remote
    extra = arguments.gpg_key is not None or arguments.collection_id is not None
    if text is None:
        if extra:
            raise UsageError("--gpg-key and --collection-id go with --remote URL.")
        return None
    if "://" in text:
        key = read_key(Path(arguments.gpg_key)) if arguments.gpg_key is not None else b""
        return remote_from_url(text, key=key, collection_id=arguments.collection_id)
    if extra:
        raise UsageError("--gpg-key and --collection-id go with --remote URL.")
    return find_remote(text, known)


def find_remote(text: str, known: Sequence[Remote]) -> Remote:
    """A known remote by name, or the one a file describes. Raises UsageError."""
    for remote in known:
        if remote.answers_to(text):
            return remote
    if text.endswith(".flatpakrepo") or os.path.sep in text or os.path.isfile(text):
        return read_remote(Path(text))
    names = ", ".join(remote.name for remote in known)
    raise UsageError(f"There is no remote called {text}.", f"Known remotes: {names}.")


def _ref_file(text: str, arch: str, given: Sequence[Remote]) -> tuple[str, Remote]:
    """The ref and the remote of a ``.flatpakref`` file; the name is none of those given."""
    if "://" in text:
        raise UsageError(f"{text} is an address.", "Download it, and name the file.")
    path = Path(text)
    found = RefFile.read(path)
    remote = from_repo_file(found.repo, found.suggested_name or path.stem)
    taken = {one.name for one in given if one.url != remote.url}
    name, number = remote.name, 1
    while remote.name in taken:
        number += 1
        remote = replace(remote, name=f"{name}-{number}")
    return str(found.ref(arch)), remote


def architecture(arguments: argparse.Namespace, context: Context) -> str:
    """The one named by ``--arch``, else the usual one. Raises UsageError."""
    arch: str = context.arch if arguments.arch is None else arguments.arch
    problem = arch_problem(arch)
    if problem:
        raise UsageError(f"{arch!r} is not an architecture: {problem}")
    return arch


def read_file(name: str) -> bytes:
    """A file of reasonable size, or standard input for ``-``. Raises UsageError."""
    try:
        if name == "-":
            data = sys.stdin.buffer.read(MAX_SIZE + 1)
        else:
            data = read_bounded(Path(name), MAX_SIZE)
    except OSError as error:
        raise UsageError(
            f"{name} cannot be read: {error.strerror}.", "Check the name of the file."
        ) from error
    if len(data) > MAX_SIZE:
        raise UsageError(f"{name} is larger than any choice can be.")
    return data


def _profile(arguments: argparse.Namespace, context: Context) -> Profile | None:
    """The saved choice named by ``--profile``: a saved one before a file of that name."""
    if arguments.profile is None:
        return None
    profiles = Profiles(context.profiles)
    name: str = arguments.profile
    if name in profiles.names() or not (os.path.sep in name or os.path.exists(name)):
        return profiles.load(name)
    try:
        return read_profile(Path(name))
    except FileNotFoundError:
        raise UsageError(f"There is no file {name}.", "Check its name.") from None


def _languages(arguments: argparse.Namespace) -> tuple[str, ...]:
    given: list[str] = arguments.language
    for text in given:
        if not is_language(text):
            raise UsageError(f"{text[:40]!r} is not a language.", "Name it as in de or pt_BR.")
    return tuple(given)


def options(
    arguments: argparse.Namespace, context: Context, profile: Profile | None = None
) -> Options:
    """What was said, with ``profile`` for what was not."""
    saved = profile or Profile(())
    if arguments.arch is None and saved.architecture:
        arch = saved.architecture
    else:
        arch = architecture(arguments, context)
    return Options(
        arch=arch,
        gpus=tuple(dict.fromkeys((*saved.gpus, *arguments.gpu))),
        languages=_languages(arguments) or saved.languages or first_language(context.languages),
        keep_versions=arguments.keep_versions or saved.keep_versions,
        related=saved.related and not arguments.no_related,
        allow_unsigned=arguments.allow_unsigned,
        allow_older=arguments.allow_older,
        sign_key=arguments.sign_key,
    )


def planned(
    arguments: argparse.Namespace, context: Context, report: Reporter
) -> tuple[Plan, Services]:
    """The plan for a command line, and what the job needs to carry it out."""
    profile = _profile(arguments, context)
    texts = [*(profile.refs if profile is not None else ()), *arguments.refs]
    if not texts:
        raise UsageError("What to put on the drive?", "Name apps, or a choice with --profile.")
    chosen = options(arguments, context, profile)
    root = open_target(arguments.target, context, report).root
    known = context.known_remotes
    main = given_remote(arguments, known.remotes)
    given = [main] if main is not None else []
    refs = []
    for text in texts:
        if text.endswith(".flatpakref"):
            ref, remote = _ref_file(text, chosen.arch, given)
            given.append(remote)
            refs.append(f"{remote.name}:{ref}")
        else:
            refs.append(text)
    for notice in known.notices:
        report(notice)
    merged = merge_remotes((*given, *known.remotes))
    if main is not None:
        main = find_remote(main.name, merged.remotes)
    services = context.services(merged.remotes)
    request = PlanRequest(root, tuple(refs), main, arguments.destination_repo, chosen)
    return make_plan(request, services, report, context.cancel), services
