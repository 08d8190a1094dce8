"""Apps as files (bundles), for people."""

from __future__ import annotations

from typing import Any

from app.cli.output import say, wrapped, write_json
from app.flatpak.bundles.given import GivenBundle
from app.flatpak.permissions import WORDS, permissions
from app.plain import plain
from app.stick.inspecting.bundles import InspectedBundle
from app.stick.planning.plan import Action, Plan
from app.stick.trust.bundles import BundleTrust
from app.units import date_text, size_text

_MARKS = {Action.ADD: "+", Action.UPDATE: "^", Action.KEEP: "="}


def print_planned_bundles(plan: Plan) -> None:
    """Those that will be on the drive."""
    if not plan.bundles:
        return
    print("\nFrom files:")
    for each in plan.bundles:
        record = each.record
        name = f"  {record.name}" if record.name else ""
        version = f" {each.version}" if each.version else ""
        say(f"  {_MARKS[each.action]} {record.ref}  {size_text(record.size)}{name}{version}")
        if each.trust:
            print(wrapped(str(each.trust), "      "))


def print_removed_bundles(plan: Plan) -> None:
    """Those that leave it."""
    for record in plan.removed_bundles:
        name = f" ({record.name})" if record.name else ""
        say(f"  - {record.ref}{name}, the file {record.file}")


def print_inspected_bundles(bundles: tuple[InspectedBundle, ...]) -> None:
    """Those that are on a drive."""
    if not bundles:
        return
    print()
    say("Apps as files")
    for each in bundles:
        name = f" {each.name}" if each.name else ""
        version = f" {each.version}" if each.version else ""
        say(f" * {date_text(each.timestamp)}  {each.ref}{name}{version}  {size_text(each.size)}")
        say(f"     {each.file}. {each.problem or each.trust}")


def tell_bundle(given: GivenBundle, trust: BundleTrust, *, as_json: bool) -> None:
    """All about one, before it is chosen."""
    bundle = given.bundle
    powers = permissions(bundle.metadata)
    if as_json:
        write_json({**_json(given, trust), "permissions": plain(powers)})
        return
    say(f"{bundle.name}  {bundle.version}".rstrip())
    if bundle.summary:
        say(bundle.summary)
    say(f"{bundle.ref}  (a file: {given.given})")
    say(f"{trust.describe()}")
    say(f"Made {date_text(bundle.timestamp)}, commit {bundle.commit}")
    say(f"SHA-256 {given.sha256}")
    say(f"Size: {size_text(bundle.size)}, installed {size_text(bundle.installed_size)}")
    if bundle.metadata.runtime is not None:
        say(f"Runs on {bundle.metadata.runtime}")
    if bundle.runtime_repo:
        say(f"Names for its runtime: {bundle.runtime_repo}")
    if bundle.origin:
        say(f"Updates: {bundle.origin}")
    for permission in powers:
        subjects = f": {', '.join(permission.subjects)}" if permission.subjects else ""
        say(f"{'! ' if permission.wide else '  '}{WORDS[permission.power]}{subjects}")


def _json(given: GivenBundle, trust: BundleTrust) -> dict[str, Any]:
    bundle = given.bundle
    return {
        "file": given.given,
        "sha256": given.sha256,
        "ref": str(bundle.ref),
        "commit": bundle.commit,
        "timestamp": bundle.timestamp,
        "name": bundle.name,
        "summary": bundle.summary,
        "version": bundle.version,
        "size": bundle.size,
        "installed_size": bundle.installed_size,
        "runtime": str(bundle.metadata.runtime) if bundle.metadata.runtime is not None else None,
        "collection": bundle.collection,
        "origin": bundle.origin,
        "runtime_repo": bundle.runtime_repo,
        "signature": trust.judgement.verdict.value,
        "vouched_by": trust.source,
    }
