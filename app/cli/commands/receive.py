"""``satchel receive``: installs from drives what was checked."""

from __future__ import annotations

import argparse
import re
from typing import Any

from app.cli.invocation import Invocation
from app.cli.output import TextReporter, notice_text, reporter, say, wrapped, write_json
from app.cli.questions import agrees, ask, can_ask
from app.cli.recovery import put_back
from app.cli.target_argument import open_target
from app.cli.target_words import sorted_out
from app.client.receiving.clock import ClockError, may_set_clock, set_clock
from app.client.receiving.installation import Place, Scope, usual_scope
from app.client.receiving.job import Means, receive
from app.client.receiving.outcome import Outcome, Received, Result
from app.client.receiving.plan import BundleItem, ImageItem, Item, ReceivePlan, Repair, State
from app.client.receiving.planner import plan_receiving
from app.client.receiving.request import Computer, Request
from app.client.receiving.trusting import UnknownKey
from app.client.receiving.unvouched import Unvouched
from app.errors import InterruptedByUser, UsageError
from app.flatpak.program import FlatpakProgram
from app.message import Message
from app.plain import plain
from app.progress import Reporter
from app.replacing import replace
from app.units import duration_text, moment_text, size_text

_FINGERPRINT = re.compile("[0-9A-F]{40}|[0-9A-F]{64}")

_STATES = {
    State.INSTALL: "install",
    State.UPDATE: "update",
    State.THERE: "there, and not older than on the drive",
    State.ELSEWHERE: "there from another source; stays as it is",
    State.REFUSED: "NOT to be installed",
}
_RESULTS = {
    Result.INSTALLED: "Installed:",
    Result.UPDATED: "Updated:",
    Result.THERE: "Already there, and not older than on the drive:",
    Result.ELSEWHERE: "Already there from another source, left as it is:",
    Result.STALE: "Already there, but NOT updated:",
    Result.MISSING: "NOT installed:",
}
_REPAIRS = {
    Repair.ADD: "The source {name} is added.",
    Repair.KEY: "The source {name} lacks its key, or has an old copy of it: it gets it.",
    Repair.COLLECTION: "The source {name} lacks its collection ID: it gets it.",
}


_FROM_REGISTRY = "from a container registry"


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    report = reporter(as_json=arguments.json)
    environment = invocation.environment
    place = Place.of(_scope(arguments), environment.flatpak)
    program = FlatpakProgram.of(invocation.variables, environment.flatpak)
    places = {place, Place.of(Scope.USER, environment.flatpak)}
    recovered = put_back(places, environment.cache)
    if recovered is not None:
        report(recovered)
    request, computer = _request(arguments, invocation, program, report)
    asks = can_ask() and not (arguments.json or arguments.yes)
    try:
        plan = plan_receiving(request, place, computer, invocation.cancel)
    except ClockError as error:
        if not (asks and may_set_clock() and _sets_clock(error)):
            raise
        computer = replace(computer, now=environment.clock())
        plan = plan_receiving(request, place, computer, invocation.cancel)
    # What is signed by a key that somebody trusts nobody has to be asked about.
    for with_agreement in (_with_keys, _with_unsigned) if asks else ():
        agreed = with_agreement(request, plan)
        if agreed != request:
            request = agreed
            plan = plan_receiving(request, place, computer, invocation.cancel)
    if arguments.list or arguments.dry_run:
        if arguments.json:
            write_json(plan_json(plan))
        else:
            print_plan(plan, everything=arguments.list)
        return 0 if arguments.list else plan.exit_code
    if not arguments.json:
        print_plan(plan)
        if (
            (plan.wanted or any(each.wanted for each in plan.beside))
            and not arguments.yes
            and can_ask()
        ):
            _ask()
    means = Means(program, environment.cache, environment.flatpak.keyrings, computer.arch)
    outcome = receive(plan, means, report, invocation.cancel)
    if isinstance(report, TextReporter):
        report.finish()
        print_outcome(outcome)
    else:
        write_json(outcome_json(outcome))
    return outcome.exit_code


def _scope(arguments: argparse.Namespace) -> Scope:
    """Raises UsageError."""
    if arguments.user and arguments.system:
        raise UsageError(Message("Choose one of --user and --system."))
    if arguments.system or arguments.user:
        return Scope.SYSTEM if arguments.system else Scope.USER
    return usual_scope()


def _request(
    arguments: argparse.Namespace,
    invocation: Invocation,
    program: FlatpakProgram,
    report: Reporter,
) -> tuple[Request, Computer]:
    targets, refs = sorted_out(arguments.words)
    roots = tuple(open_target(target, invocation, report, images=True).root for target in targets)
    environment = invocation.environment
    request = Request(
        roots,
        refs,
        arguments.update,
        frozenset(map(_fingerprint, arguments.trust_key)),
        arguments.allow_unsigned,
    )
    known = environment.known_remotes()
    computer = Computer(
        environment.flatpak,
        environment.judges(known),
        arguments.arch or environment.arch,
        program.version(),
        frozenset(program.ask("--gl-drivers").split()),
        environment.clock(),
    )
    return request, computer


def _fingerprint(text: str) -> str:
    """Raises UsageError."""
    fingerprint = text.replace(" ", "").upper()
    if not _FINGERPRINT.fullmatch(fingerprint):
        raise UsageError(
            Message("{fingerprint} is not a key's fingerprint.", fingerprint=repr(text[:100])),
            Message("gpg --fingerprint shows it: 40 digits from 0 to F."),
        )
    return fingerprint


def _with_keys(request: Request, plan: ReceivePlan) -> Request:
    """With those that a person agrees to when asked."""
    keys = frozenset(key.fingerprint for key in plan.unknown_keys if _agrees(key))
    return replace(request, agreed=request.agreed | keys)


def _with_unsigned(request: Request, plan: ReceivePlan) -> Request:
    """With what nobody vouches for, if a person wants it when asked."""
    allowed = request.allow_unsigned or (bool(plan.unsigned) and _accepts(plan))
    return replace(request, allow_unsigned=allowed)


def _agrees(key: UnknownKey) -> bool:
    say(
        f"This computer does not know the source {key.source}. The drive says that its key is "
        f"{key.fingerprint} ({key.owner}). Compare it with what the publisher says: whoever has "
        "this key can install anything."
    )
    return agrees("Trust it? [y/N] ")


def _accepts(plan: ReceivePlan) -> bool:
    say(
        "Nobody vouches for what is named here: it is not signed, or nobody here looks at that, so "
        "if somebody has changed it, nobody can tell."
        if any(each.unchecked for each in plan.unsigned)
        else "Nobody vouches for what is named here: it is not signed, so if somebody has changed "
        "it, nobody can tell."
    )
    for each in plan.unsigned:
        say(f"  {_named(each)}")
    answer = ask("To install it all the same type yes, in full: ")
    return answer is not None and answer.lower() in {"yes", "ja"}


def _sets_clock(error: ClockError) -> bool:
    say(str(error.message))
    if not agrees(f"Set the clock to {moment_text(error.made)}? [y/N] "):
        return False
    set_clock(error.made)
    return True


def _ask() -> None:
    if not agrees("Install this? [Y/n] ", by_default=True):
        raise InterruptedByUser(Message("Nothing was installed."))


# For people


def print_plan(plan: ReceivePlan, *, everything: bool = False) -> None:
    for item in plan.asked:
        if everything or item.state is not State.THERE:
            say(f"  {_label(item)}: {_STATES[item.state]}{_instead(item)}")
        if item.refusal is not None:
            say(f"    {item.refusal.reason}")
    for bundle in plan.beside:
        if everything or bundle.state is not State.THERE:
            say(f"  {_bundle_label(bundle)}: {_STATES[bundle.state]}")
        if bundle.refusal is not None:
            say(f"    {bundle.refusal.reason}")
    others = [item for item in plan.wanted if not item.asked]
    if others or plan.beside_size:
        along = f"What comes along: {len(others)}; to" if others else "To"
        say(f"{along} be copied: about {size_text(plan.size)}.")
    installed_from = {item.collection for item in plan.wanted}
    for remote in plan.remotes.values():
        for repair in remote.repairs if remote.collection in installed_from else ():
            say(_REPAIRS[repair].format(name=remote.name))
    for notice in plan.notices:
        print(wrapped(notice_text(notice), ""))
    for key in plan.unknown_keys:
        say(
            f"Only the drive knows the key of {key.source}: {key.fingerprint} ({key.owner}). "
            f"If that is the publisher's: --trust-key {key.fingerprint}"
        )
    for each in plan.unsigned:
        why = "Its signatures are looked at by nobody here" if each.unchecked else "Not signed"
        say(
            f"{why}, so if somebody has changed it, nobody can tell: {_named(each)}. "
            "To install it all the same: --allow-unsigned"
        )


def _named(what: Unvouched) -> str:
    called = f' (the drive calls it "{what.title}")' if what.title else ""
    ids = ", ".join(what.ids)
    return f"{ids}, from {what.address}{called}" if ids else f"{what.address}{called}"


def _label(item: Item) -> str:
    id = item.ref.id
    return f"{item.name} ({id})" if item.name != id else id


def _bundle_label(bundle: BundleItem | ImageItem) -> str:
    name = f"{bundle.name} ({bundle.ref.id})" if bundle.name != bundle.ref.id else bundle.ref.id
    return f"{name}, from a file" if isinstance(bundle, BundleItem) else f"{name}, {_FROM_REGISTRY}"


def _instead(item: Item) -> str:
    names = ", ".join(name.split("/")[1] for name in item.replaces)
    return f", instead of {names}" if names else ""


def print_outcome(outcome: Outcome) -> None:
    asked = [each for each in outcome.refs if each.asked]
    for result, heading in _RESULTS.items():
        those = [each for each in asked if each.result is result]
        if those:
            say(heading)
        for each in those:
            say(f"  {_received_label(each)}")
            if each.refusal is not None:
                say(f"    {each.refusal.reason}")
    extra = [each for each in outcome.refs if not each.asked and not each.result.good]
    if extra:
        say("What they need, but could not be installed:")
        for each in extra:
            say(f"  {_received_label(each)}")
            if each.refusal is not None:
                say(f"    {each.refusal.reason}")
    print(
        f"Checked {size_text(outcome.bytes)} while they were copied, "
        f"in {duration_text(outcome.seconds)}."
    )


def _received_label(received: Received) -> str:
    id = received.ref.split("/")[1]
    return f"{received.name} ({id})" if received.name != id else id


# For programs


def plan_json(plan: ReceivePlan) -> dict[str, Any]:
    return {
        "installation": {"scope": plan.place.scope, "path": str(plan.place.path)},
        "refs": list(map(_ref_json, plan.items.values())),
        "remotes": [
            {
                "collection": remote.collection,
                "name": remote.name,
                "repairs": list(remote.repairs),
                "view": remote.view is not None,
            }
            for remote in plan.remotes.values()
        ],
        "bundles": list(map(_bundle_json, plan.bundles)),
        "images": list(map(_image_json, plan.images)),
        "unknown_keys": plain(plan.unknown_keys),
        "unsigned": [each.address for each in plan.unsigned],
        "made": plan.made,
    }


def _ref_json(item: Item) -> dict[str, Any]:
    candidate = item.candidate
    return {
        "collection": item.collection,
        "ref": str(item.ref),
        "name": item.name,
        "asked": item.asked,
        "state": item.state,
        "installed": item.installed,
        "commit": candidate.checksum if candidate is not None else None,
        "timestamp": candidate.commit.timestamp if candidate is not None else None,
        "needs": [list(key) for key in item.needs],
        "named": item.named,
        "size": item.size,
        "installed_size": item.installed_size,
        "refusal": plain(item.refusal),
        "replaces": item.replaces,
    }


def _bundle_json(bundle: BundleItem) -> dict[str, Any]:
    return {
        "source": bundle.source,
        "ref": str(bundle.ref),
        "name": bundle.name,
        "state": bundle.state,
        "installed": bundle.installed,
        "commit": bundle.commit,
        "needs": [list(key) for key in bundle.needs],
        "size": bundle.size,
        "refusal": plain(bundle.refusal),
    }


def _image_json(image: ImageItem) -> dict[str, Any]:
    return {
        "source": image.source,
        "ref": str(image.ref),
        "name": image.name,
        "state": image.state,
        "installed": image.installed,
        "digest": image.digest,
        "brings": [each.ref for each in image.images[1:]],
        "size": image.size,
        "refusal": plain(image.refusal),
    }


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "event": "finished",
        "ok": outcome.ok,
        "refs": plain(outcome.refs),
        "unknown_keys": plain(outcome.unknown_keys),
        "bytes": outcome.bytes,
        "seconds": outcome.seconds,
    }
