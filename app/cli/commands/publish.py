"""``satchel publish``: a repository of one's own."""

from __future__ import annotations

import argparse
import contextlib
import shlex
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from app.cli import plan_arguments
from app.cli.invocation import Invocation
from app.cli.output import TextReporter, reporter, say, write_json
from app.cli.output_directory import output_directory
from app.cli.plan_arguments import ChosenRemotes
from app.cli.source_arguments import with_sources
from app.errors import SatchelError, StickDamagedError, UsageError
from app.flatpak.refs import PartialRef, branch_problem, is_valid_remote_name
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.given import given_remote
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.fs.files import drive_errors, readable_by_everybody
from app.fs.root import Root
from app.media.publishing.healing import damaged, remove_damaged
from app.media.publishing.maker import Maker
from app.media.publishing.publication import (
    Publication,
    Words,
    is_subset,
    is_words,
    read_publication,
)
from app.media.publishing.publishing import Published, Terms, publish
from app.media.publishing.repository import make_workshop, require_ours
from app.media.publishing.source import read_source, require_publishable
from app.message import Message
from app.ostree.names import is_collection_id
from app.plain import plain
from app.progress import Notice, Reporter
from app.remedy import Remedy
from app.replacing import replace
from app.severity import Severity
from app.stick.checking.check import CheckOptions
from app.stick.mending.repairing import repair_stick
from app.stick.mending.request import RepairRequest
from app.stick.planning.changes import Changes
from app.stick.planning.estimate import check_room
from app.stick.planning.options import Options
from app.stick.planning.plan import LEFT_OUT, Plan
from app.stick.planning.request import PlanRequest, make_plan
from app.stick.planning.selection import NoSuchRefError
from app.stick.store.location import KIT_FOLDER, find_stick, has_stick, open_repository
from app.stick.store.record import LeftOut
from app.stick.writing.job import run_job
from app.trust.ed25519 import Ed25519Signer
from app.trust.signing import Signer, SigningError
from app.units import count_text, duration_text

_DOING = Message("looking at what is published")


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    started = time.monotonic()
    report = reporter(as_json=arguments.json, disk=True)
    path = output_directory(arguments.directory, parents=True)
    directory = Root(path)
    with drive_errors(_DOING):
        before = read_publication(directory)
        require_ours(directory, before)
    wished = _wished(arguments, before)
    further = Ed25519Signer(Path(wished.ed25519)) if wished.ed25519 else None
    if further is not None and further.others_read_it:
        report(
            Notice(
                Severity.WARNING,
                Message("Other users of this computer can read {key}.", key=wished.ed25519),
                Message("Whoever has it can sign in your name: chmod 600 FILE."),
            )
        )
    key = Signer(wished.key)
    maker = Maker(key, further, _former(before, key, report))
    maker.try_out()
    with drive_errors(_DOING), readable_by_everybody():
        path.mkdir(parents=True, exist_ok=True)
        workshop = make_workshop(directory).shown()
    try:
        left_out = _gather(arguments, workshop, invocation, report)
    except SatchelError:
        # Nothing may have come of it.
        with contextlib.suppress(OSError):
            for each in (workshop, path):
                each.rmdir()
        raise
    if before is not None and not arguments.no_verify:
        _heal(arguments, before, directory, workshop, invocation, report)
    published = publish(
        directory,
        read_source(open_repository(find_stick(workshop))),
        lambda now: _wished(arguments, now),
        maker,
        Terms(int(invocation.environment.clock()), directory.shown().as_uri()),
        report,
        invocation.cancel,
    )
    if isinstance(report, TextReporter):
        report.finish()
    _tell(published, report)
    seconds = time.monotonic() - started
    if arguments.json:
        facts = {**plain(published), "seconds": seconds, "left_out": plain(left_out)}
        write_json({"event": "finished", "ok": True, **facts})
    else:
        _print(published, left_out, seconds)
    return LEFT_OUT if any(refusal.chosen for refusal in left_out) else 0


def _wished(arguments: argparse.Namespace, before: Publication | None) -> Publication:
    """What is to be published, but for the refs. Raises UsageError."""
    given = {
        name: value
        for name in Words.__struct_fields__
        if (value := getattr(arguments, name)) is not None
    }
    for name, text in given.items():
        if not is_words(text):
            raise UsageError(
                Message(
                    "--{option} has characters that nobody can read.", option=name.replace("_", "-")
                )
            )
    branch = given.get("default_branch", "")
    if branch and (problem := branch_problem(branch)):
        raise UsageError(
            Message("{branch} is not a branch: {problem}", branch=repr(branch), problem=problem)
        )
    subsets = _subsets(arguments.subset)
    if before is None:
        before = _first(arguments)
    elif arguments.collection_id not in (None, before.collection):
        raise UsageError(
            Message(
                "This is published as {collection}, and whoever added it knows it so.",
                collection=before.collection,
            ),
            Message("Publish another collection into another directory."),
        )
    return replace(
        before,
        name=_name(arguments.name, before.collection) if arguments.name else before.name,
        key=arguments.sign_key or before.key,
        ed25519=_further_key(arguments.ed25519_key) or before.ed25519,
        words=replace(before.words, **given),
        subsets={**before.subsets, **subsets},
    )


def _former(before: Publication | None, key: Signer, report: Reporter) -> tuple[Signer, ...]:
    """Keys of before that can hand on to the new one."""
    if before is None:
        return ()
    former = []
    for fingerprint in dict.fromkeys((*before.former, before.key)):
        if fingerprint == key.fingerprint:
            continue
        try:
            former.append(Signer(fingerprint))
        except SigningError as error:
            report(
                Notice(
                    Severity.WARNING,
                    Message(
                        "The key of before does not sign the lists as well: {reason}",
                        reason=error.message,
                    ),
                    Message("Whoever has the repository by it has to add it anew."),
                )
            )
    if before.key != key.fingerprint and former:
        report(
            Notice(
                Severity.INFO,
                Message("The lists get the signature of another key, beside that of before."),
                Message(
                    "Whoever has added the repository gets the new key with the next update, as "
                    "long as gpg has the secret key of before when you publish."
                ),
            )
        )
    return tuple(former)


def _first(arguments: argparse.Namespace) -> Publication:
    collection = arguments.collection_id
    if collection is None or arguments.sign_key is None:
        raise UsageError(
            Message("The first time, say --collection-id and --sign-key."),
            Message("The collection is a name that nobody else uses, like org.example.School."),
        )
    if not is_collection_id(collection):
        raise UsageError(
            Message("{collection} is not a collection ID.", collection=repr(collection[:80])),
            Message("It looks like org.example.School."),
        )
    return Publication(collection, _name(arguments.name, collection), arguments.sign_key)


def _name(name: str | None, collection: str) -> str:
    name = name or collection.rpartition(".")[2].lower()
    if not is_valid_remote_name(name):
        raise UsageError(Message("{name} cannot be the name of a remote.", name=repr(name[:80])))
    return name


def _further_key(name: str | None) -> str:
    """The file's whole path, for later."""
    return str(Path(name).absolute()) if name else ""


def _subsets(texts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Raises UsageError, RefError."""
    subsets: dict[str, tuple[str, ...]] = {}
    for text in texts:
        name, equals, ref = text.partition("=")
        if not equals or not is_subset(name):
            raise UsageError(
                Message("--subset {text} is not of the form NAME=REF.", text=repr(text[:80])),
                Message("NAME is of letters, digits and underscores."),
            )
        PartialRef.parse(ref)
        subsets[name] = (*subsets.get(name, ()), ref)
    return subsets


def _gather(
    arguments: argparse.Namespace, workshop: Path, invocation: Invocation, report: Reporter
) -> tuple[LeftOut, ...]:
    """Bring what is wanted to where it is published from, checked; what could not be carried."""
    there = has_stick(workshop)
    left_out: list[LeftOut] = []
    if arguments.without:
        if not there:
            raise UsageError(Message("Nothing is published in this directory yet."))
        changes = Changes(without=tuple(arguments.without))
        try:
            left_out += _change(arguments, workshop, changes, invocation, report)
        except NoSuchRefError as error:
            raise NoSuchRefError(
                Message("{ref} is not published here.", ref=dict(error.message.arguments)["ref"]),
                Message("satchel inspect {path} tells what is.", path=workshop.parent)
                if error.hint.remedy is Remedy.LOOK_INTO_DRIVE
                else error.hint,
            ) from error
    if arguments.refs or arguments.profile is not None or arguments.locked is not None:
        wanted = _as_for_a_drive(arguments)
        plan, known = plan_arguments.planned_at(wanted, invocation, report, workshop)
        require_publishable(plan)
        left_out += _do(plan, known, invocation, report)
    elif not arguments.without:
        if not there:
            raise UsageError(
                Message("What to publish?"), Message("Name apps, or a profile with --profile.")
            )
        changes = Changes(update=True)
        left_out += _change(arguments, workshop, changes, invocation, report)
    return tuple(left_out)


def _heal(
    arguments: argparse.Namespace,
    publication: Publication,
    directory: Root,
    workshop: Path,
    invocation: Invocation,
    report: Reporter,
) -> None:
    """Take away what is damaged of what is published, when it can be brought anew."""
    wrong = damaged(directory, publication, report, invocation.cancel)
    if not wrong.files:
        return
    report(
        Notice(
            Severity.WARNING,
            Message(
                "Of what is published, {count} files were damaged or missing. They are made anew.",
                count=len(wrong.files),
            ),
        )
    )
    # Mostly the same bytes have a second name there.
    remotes = _remotes(arguments, workshop, invocation)
    request = RepairRequest(
        workshop,
        tuple(Path(name) for name in vars(arguments)["from"]),
        remotes.main,
        CheckOptions(sums=True, accept_unsigned=True),
        allow_older=arguments.allow_older,
    )
    environment = invocation.environment
    outcome = repair_stick(request, environment, remotes.known, report, invocation.cancel)
    for job in outcome.jobs:
        if job.replaced:
            report(Notice(Severity.WARNING, job.replaced.words))
    lost = {each.name for each in outcome.after.damage} & wrong.objects
    if lost:
        raise StickDamagedError(
            Message(
                "{count} files of what is published are damaged, and nobody has them any more; "
                "{example} is one of them.",
                count=len(lost),
                example=str(min(lost, key=str)),
            ),
            Message("Name somebody who has them with --from, or publish what needs them no more."),
        )
    remove_damaged(directory, publication, wrong.files)


def _as_for_a_drive(arguments: argparse.Namespace) -> argparse.Namespace:
    """The arguments as those of ``make``."""
    return argparse.Namespace(
        **{
            **vars(arguments),
            "collection_id": arguments.source_collection_id,
            "destination_repo": None,
            "keep_versions": False,
            # A lock file says itself in which languages something comes.
            "language": [] if arguments.locked is not None else [plan_arguments.ALL_LANGUAGES],
            "needs": [],
            "online": True,
            "sign_key": None,
            "target": arguments.directory,
            "with_extra_data": False,
        }
    )


def _change(
    arguments: argparse.Namespace,
    workshop: Path,
    changes: Changes,
    invocation: Invocation,
    report: Reporter,
) -> tuple[LeftOut, ...]:
    """Change what is there; what could not be carried."""
    wanted = _as_for_a_drive(arguments)
    remotes = _remotes(arguments, workshop, invocation)
    options = Options(
        arch=invocation.environment.arch,
        carry=(),
        allow_unsigned=arguments.allow_unsigned,
        allow_older=arguments.allow_older,
        online=True,
        offline=arguments.offline,
    )
    options = with_sources(options, wanted, invocation, report)
    request = PlanRequest(workshop, (), remotes.main, None, options, changes=changes)
    plan = make_plan(request, invocation.environment, remotes.known, report, invocation.cancel)
    check_room(plan.estimate)
    return _do(plan, remotes.known, invocation, report)


def _remotes(
    arguments: argparse.Namespace, workshop: Path, invocation: Invocation
) -> ChosenRemotes:
    """Those that are known, that are named, and that were named before."""
    remotes = plan_arguments.chosen_remotes(_as_for_a_drive(arguments), invocation)
    remotes = remotes.beside(_remembered(workshop, remotes.known.remotes, invocation))
    return remotes.extended(invocation)


def _remembered(
    workshop: Path, known: Sequence[Remote], invocation: Invocation
) -> tuple[Remote, ...]:
    """The sources of what is there that were named by a file once and are not known otherwise.

    The directory is its owner's alone, so that its files are as good as those that were named.
    """
    remembered = []
    for file in sorted((workshop / KIT_FOLDER).glob("*.flatpakrepo")):
        remote = given_remote(str(file), invocation.environment.network, invocation.cancel)
        if not any(
            same_place(remote.address, other.address)
            or (remote.collection_id is not None and remote.collection_id == other.collection_id)
            for other in known
        ):
            remembered.append(remote)
    return tuple(remembered)


def _do(plan: Plan, known: Known, invocation: Invocation, report: Reporter) -> tuple[LeftOut, ...]:
    environment = invocation.environment
    for notice in plan.notices:
        report(notice)
    if plan.nothing_to_do:
        return ()
    # Every object was checked when it came; what is published is looked through once more anyway.
    outcome = run_job(plan, environment, known, report, invocation.cancel, verify=False)
    return outcome.left_out


def _tell(published: Published, report: Reporter) -> None:
    if published.url.startswith("file:"):
        report(
            Notice(
                Severity.WARNING,
                Message("{file} names an address of this computer.", file=published.file),
                Message("Say with --url where others will reach the directory."),
            )
        )
    for ref in published.silent:
        report(
            Notice(
                Severity.WARNING,
                Message("Nobody describes {ref}: it is in no catalogue of apps.", ref=ref),
            )
        )


def _print(published: Published, left_out: Sequence[LeftOut], seconds: float) -> None:
    say(
        f"{published.collection} has {count_text(published.refs, 'ref')}: "
        f"{len(published.added):,} new, "
        f"{len(published.updated):,} newer, {len(published.removed):,} gone "
        f"({duration_text(seconds)})."
    )
    for refusal in left_out:
        say(f"LEFT OUT: {refusal.ref}. {refusal.reason}")
    file = str(published.file)
    if not published.url.startswith("file:"):
        file = f"{published.url.rstrip('/')}/{quote(published.file.name)}"
    say(f"People add it with: flatpak remote-add {published.file.stem} {shlex.quote(file)}")
