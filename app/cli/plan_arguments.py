"""What the arguments mean that plan and make share, and the plan they lead to."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from app.cli import needs_arguments
from app.cli.invocation import Invocation
from app.cli.named_refs import named_refs
from app.cli.planning import plan_of
from app.cli.source_arguments import as_remotes, stick_named, with_sources
from app.cli.source_date import source_date
from app.cli.target_argument import open_target
from app.errors import UsageError
from app.flatpak.bundles.given import (
    GivenBundle,
    is_bundle_file,
    open_bundle,
    remotes_around,
)
from app.flatpak.refs import arch_problem
from app.flatpak.remotes.flatpakrepo import join_keys
from app.flatpak.remotes.given import given_remote, is_repo_file
from app.flatpak.remotes.keyrings import global_keys
from app.flatpak.remotes.known import Known, read_key
from app.flatpak.remotes.merging import merge_remotes
from app.flatpak.remotes.remote import Registry, RegistryError, Remote
from app.fs.files import read_bounded
from app.languages import is_language
from app.message import Message
from app.progress import Reporter
from app.remedy import Remedy
from app.replacing import replace
from app.stick.choices.profile import MAX_SIZE, Profile, read_profile, saved_profiles
from app.stick.choices.sources import known_ref
from app.stick.memory.known_keys import extended
from app.stick.planning.computers import architectures, options_for
from app.stick.planning.estimate import check_room
from app.stick.planning.options import Options
from app.stick.planning.plan import Plan
from app.stick.planning.request import PlanRequest

if TYPE_CHECKING:
    from app.media.locks.locked import LockedWork

ALL_LANGUAGES = "all"

_DECIDED_BY_LOCK = frozenset(
    {"refs", "profile", "needs", "arch", "gpu", "language", "keep_versions", "no_related"}
).union({"with_extra_data", "no_runtime", "strict", "from_installed"})


class ChosenRemotes(Struct, frozen=True):
    """
    Attributes:
        main: the one named by ``--remote``, as it is among all that are known; or None.
        registry: the name of the container registry that was named by it; empty if none was.
    """

    main: Remote | None
    known: Known
    registry: str = ""

    @property
    def registries(self) -> tuple[Registry, ...]:
        """Those that are searched."""
        if self.main is not None:
            return ()
        return tuple(
            replace(each, listed=each.listed or bool(self.registry))
            for each in self.known.registries
            if self.registry in ("", each.name)
        )

    def named(self, refs: Sequence[str]) -> tuple[str, ...]:
        """``refs``, those without a remote with that of the registry."""
        if not self.registry:
            return tuple(refs)
        return tuple(ref if ":" in ref else f"{self.registry}:{ref}" for ref in refs)

    def beside(
        self, others: Sequence[Remote], ref_files: Mapping[str, str] | None = None
    ) -> ChosenRemotes:
        """These, and ``others`` that were named otherwise; ``ref_files``: as `Known` has them."""
        merged = merge_remotes((*self.known.remotes, *others))
        notices = (*self.known.notices, *merged.notices)
        known = Known(merged.remotes, notices, self.known.registries, ref_files or {})
        return replace(self, known=known)

    def extended(self, invocation: Invocation) -> ChosenRemotes:
        """With the keys that upstream has handed out, and prolonged ones."""
        remotes = extended(self.known.remotes, invocation.environment.remembered.all())
        main = self.main
        if main is not None:
            main = next(remote for remote in remotes if remote.answers_to(main.name))
        return replace(self, main=main, known=replace(self.known, remotes=remotes))


def chosen_remotes(arguments: argparse.Namespace, invocation: Invocation) -> ChosenRemotes:
    """All remotes: the one named by ``--remote``, and those known. Raises SatchelError."""
    known = invocation.environment.known_remotes()
    for registry in known.registries:
        if registry.name == arguments.remote:
            return ChosenRemotes(None, known, registry.name)
    try:
        main = _main_remote(arguments, known.remotes, invocation)
    except RegistryError as error:
        named = error.registry
        registries = (named, *(each for each in known.registries if each.name != named.name))
        return ChosenRemotes(None, replace(known, registries=registries), named.name)
    if main is None:
        return ChosenRemotes(None, known)
    merged = merge_remotes((main, *known.remotes))
    main = next(remote for remote in merged.remotes if remote.answers_to(main.name))
    notices = (*known.notices, *merged.notices)
    known = Known(merged.remotes, notices, known.registries)
    return ChosenRemotes(main, known).extended(invocation)


def _main_remote(
    arguments: argparse.Namespace, known: Sequence[Remote], invocation: Invocation
) -> Remote | None:
    text: str | None = arguments.remote
    extra = bool(arguments.gpg_key) or arguments.collection_id is not None
    named = next((remote for remote in known if text is not None and remote.answers_to(text)), None)
    if extra and (text is None or named is not None):
        raise UsageError(Message("--gpg-key and --collection-id go with --remote URL."))
    if text is None or named is not None:
        return named
    if "://" in text or is_repo_file(text) or os.path.sep in text or os.path.isfile(text):
        key = read_keys(arguments.gpg_key)
        if not key and "://" in text and not is_repo_file(text):
            # As flatpak remote-add: what comes without a key is checked by those for everything.
            key = join_keys(global_keys(invocation.environment.flatpak.keyrings))
        return given_remote(
            # With its key it is the remote itself, wherever it lies.
            Path(os.path.abspath(text)).as_uri() if key and os.path.isdir(text) else text,
            invocation.environment.network,
            invocation.cancel,
            key=key,
            collection_id=arguments.collection_id,
        )
    names = ", ".join(remote.name for remote in known)
    raise UsageError(
        Message("There is no remote called {remote}.", remote=text),
        Message("Known remotes: {names}.", names=names),
    )


def read_keys(files: Sequence[str]) -> bytes:
    """What ``--gpg-key`` names, as one key file; empty if it names nothing. Raises UsageError."""
    return join_keys(read_key(Path(file)) for file in files)


def architecture(arguments: argparse.Namespace, invocation: Invocation) -> str:
    """The one named by ``--arch``, else the usual one. Raises UsageError."""
    return _checked(invocation.environment.arch if arguments.arch is None else arguments.arch)


def _checked(arch: str) -> str:
    problem = arch_problem(arch)
    if problem:
        raise UsageError(
            Message("{arch} is not an architecture: {problem}", arch=repr(arch), problem=problem)
        )
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
            Message("{name} cannot be read: {reason}.", name=name, reason=error.strerror),
            Message("Check the name of the file."),
        ) from error
    if len(data) > MAX_SIZE:
        raise UsageError(Message("{name} is larger than any choice can be.", name=name))
    return data


def _profile(arguments: argparse.Namespace, invocation: Invocation) -> Profile | None:
    """The saved choice named by ``--profile``: a saved one before a file of that name."""
    if arguments.profile is None:
        return None
    profiles = saved_profiles(invocation.environment.config)
    name: str = arguments.profile
    if name in profiles.names() or not (os.path.sep in name or os.path.exists(name)):
        return profiles.load(name)
    try:
        return read_profile(Path(name))
    except FileNotFoundError:
        raise UsageError(
            Message("There is no file {name}.", name=name), Message("Check its name.")
        ) from None


def _profile_refs(profile: Profile | None, known: Known) -> Iterator[str]:
    """With the names that a set's sources have here."""
    if profile is not None:
        for text in profile.refs:
            yield known_ref(text, profile.sources, known.remotes)


def asked_texts(arguments: argparse.Namespace, invocation: Invocation) -> tuple[str, ...]:
    """What was typed in place of REF, and what the profile has. Raises UsageError."""
    known = invocation.environment.known_remotes()
    return *_profile_refs(_profile(arguments, invocation), known), *arguments.refs


def carried_languages(arguments: argparse.Namespace) -> tuple[str, ...] | None:
    """What ``--language`` says, as in `Options.carry`. Raises UsageError."""
    given: list[str] = arguments.language
    if ALL_LANGUAGES in given:
        if len(given) > 1:
            raise UsageError(Message("--language all goes with no other language."))
        return ()
    for text in given:
        if not is_language(text):
            raise UsageError(
                Message("{language} is not a language.", language=repr(text[:40])),
                Message(
                    "Name it as in de or pt_BR, each with a --language of its own, or say all."
                ),
            )
    return tuple(given) or None


def options(
    arguments: argparse.Namespace, invocation: Invocation, profile: Profile | None = None
) -> Options:
    """What was said, with ``profile`` for what was not."""
    saved = profile or Profile(())
    arch = saved.architecture or invocation.environment.arch
    if arguments.arch:
        arch = _checked(arguments.arch[0])
    carry = carried_languages(arguments)
    return Options(
        arch=arch,
        gpus=tuple(dict.fromkeys((*saved.gpus, *arguments.gpu))) or invocation.environment.gpus,
        languages=carry or saved.languages or invocation.environment.classroom_languages,
        carry=carry,
        keep_versions=arguments.keep_versions or saved.keep_versions,
        related=saved.related and not arguments.no_related,
        runtimes=not arguments.no_runtime,
        strict=arguments.strict,
        allow_unsigned=arguments.allow_unsigned,
        allow_older=arguments.allow_older,
        sign_key=arguments.sign_key,
        online=vars(arguments).get("online", False),
        offline=arguments.offline,
        with_extra_data=arguments.with_extra_data,
    )


def planned(
    arguments: argparse.Namespace, invocation: Invocation, report: Reporter
) -> tuple[Plan, Known]:
    """The plan for a command line, and the remotes that it was made with."""
    return planned_at(arguments, invocation, report)


def planned_at(
    arguments: argparse.Namespace,
    invocation: Invocation,
    report: Reporter,
    root: Path | None = None,
) -> tuple[Plan, Known]:
    """The same for a drive or directory; None: the one that the command line names."""
    invocation.environment.trim_cache()
    when = source_date(invocation.variables)
    # Few plans are made of a lock file, or as of a certain time.
    if arguments.locked is not None:
        from app.media.locks.locked import locked_plan

        work, known = locked_work(arguments, invocation, report)
        if root is None:
            root = open_target(arguments.target, invocation, report).root
        plan = locked_plan(work, root, invocation.environment, known, report, invocation.cancel)
    else:
        plan, known = _chosen_at(arguments, invocation, report, root)
    if when is None:
        return plan, known
    from app.media.locks.locked import dated

    return dated(plan, when), known


def _chosen_at(
    arguments: argparse.Namespace,
    invocation: Invocation,
    report: Reporter,
    root: Path | None,
) -> tuple[Plan, Known]:
    request, known = requested(arguments, invocation, report, root)
    plan = plan_of(request, invocation, known, report)
    check_room(plan.estimate)
    return plan, known


def locked_work(
    arguments: argparse.Namespace, invocation: Invocation, report: Reporter
) -> tuple[LockedWork, Known]:
    """What ``--locked`` names, and the remotes that are known to it. Raises SatchelError."""
    from app.media.locks.lock_file import read_lock
    from app.media.locks.locked import LockedWork

    for option, value in vars(arguments).items():
        if option in _DECIDED_BY_LOCK and value:
            named = "REF" if option == "refs" else f"--{option.replace('_', '-')}"
            raise UsageError(
                Message("{option} does not go with --locked: the file decides it.", option=named),
                Message("satchel lock --update changes what the file says."),
            )
    path = Path(arguments.locked)
    lock = read_lock(path)
    known = chosen_remotes(arguments, invocation).extended(invocation).known
    for notice in known.notices:
        report(notice)
    said = with_sources(options(arguments, invocation), arguments, invocation, report)
    return LockedWork(lock, path.absolute().parent, said, arguments.destination_repo), known


def requested(
    arguments: argparse.Namespace,
    invocation: Invocation,
    report: Reporter,
    root: Path | None = None,
) -> tuple[PlanRequest, Known]:
    """What a command line asks for, and the remotes that are known to it.

    ``root``: the drive, where that is known already. Raises SatchelError.
    """
    profile = _profile(arguments, invocation)
    given_needs = needs_arguments.read_arguments(arguments.needs, arguments.refs)
    needs = given_needs.needs
    if profile is None and not given_needs.refs and not needs:
        raise UsageError(Message("What to put on the drive?"), Remedy.NAME_APPS)
    if arguments.gpu and arguments.no_related:
        raise UsageError(
            Message("--gpu and --no-related contradict each other."),
            Message("Graphics drivers are extensions."),
        )
    chosen = options(arguments, invocation, profile)
    chosen = with_sources(chosen, arguments, invocation, report)
    arches = tuple(map(_checked, dict.fromkeys(arguments.arch))) or architectures(needs)
    theirs = options_for(chosen, needs)
    chosen = replace(
        theirs,
        # What was said counts before what the computers say.
        arch=chosen.arch if arguments.arch else theirs.arch,
        languages=chosen.languages if chosen.carry else theirs.languages,
    )
    if root is None:
        root = open_target(arguments.target, invocation, report).root
    stick = None
    if not (arguments.gpg_key or arguments.collection_id):
        stick = stick_named(arguments.remote, invocation, report)
    if stick is None:
        remotes = chosen_remotes(arguments, invocation)
    else:
        known = invocation.environment.known_remotes()
        main, searched = as_remotes(stick, known.remotes, report)
        remotes = ChosenRemotes(main, replace(known, remotes=searched))
        chosen = replace(chosen, offline=True, from_paths=(stick, *chosen.from_paths))
    texts: Sequence[str] = (*_profile_refs(profile, remotes.known), *given_needs.refs)
    texts = needs_arguments.for_each_architecture(texts, arches)
    bundles = tuple(
        _bundle(text, chosen, invocation, report) for text in texts if is_bundle_file(text)
    )
    texts = [text for text in texts if not is_bundle_file(text)]
    named = named_refs(texts, arches or (chosen.arch,), remotes.known.remotes, invocation, report)
    given = [*named.remotes]
    for bundle in bundles:
        given += _around(bundle, (*given, *remotes.known.remotes), invocation, report)
    remotes = remotes.beside(given, named.files).extended(invocation)
    for notice in remotes.known.notices:
        report(notice)
    refs = remotes.named(named.refs)
    request = PlanRequest(
        root, refs, remotes.main, arguments.destination_repo, chosen, needs, bundles=bundles
    )
    return request, remotes.known


def _bundle(text: str, options: Options, invocation: Invocation, report: Reporter) -> GivenBundle:
    environment = invocation.environment
    return open_bundle(
        text,
        environment.cache,
        environment.network,
        invocation.cancel,
        report,
        offline=options.offline,
    )


def _around(
    bundle: GivenBundle, known: Sequence[Remote], invocation: Invocation, report: Reporter
) -> tuple[Remote, ...]:
    """The remote that a bundle names for its runtime, if it is not known."""
    around = remotes_around(bundle, known, invocation.environment.network, invocation.cancel)
    for notice in around.notices:
        report(notice)
    return around.further
