"""``satchel info``: everything about one app before it is chosen."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import Any

from app.cli.bundle_output import tell_bundle
from app.cli.invocation import Invocation
from app.cli.named_refs import named_refs
from app.cli.output import say, wrapped, write_json
from app.cli.plan_arguments import architecture, chosen_remotes
from app.errors import UpstreamError
from app.flatpak.bundles.given import is_bundle_file, open_bundle
from app.flatpak.catalogue.app_info import AppInfo, about
from app.flatpak.catalogue.appstream_details import BlockKind, TextBlock
from app.flatpak.catalogue.registry_catalogue import registry_catalogue
from app.flatpak.catalogue.source import NoCatalogueError, UntrustedCatalogueError, load_catalogue
from app.flatpak.permissions import WORDS
from app.flatpak.refs import PartialRef, Ref, SystemRef
from app.flatpak.registries.client import RegistryClient
from app.flatpak.registries.listing import fetch_list, offer_of
from app.flatpak.remotes.remote import Registry, Remote
from app.flatpak.upstream.cache import RemoteCache
from app.flatpak.upstream.upstream import Upstream
from app.message import Message
from app.ostree.objects import Commit
from app.plain import plain
from app.progress import Notice
from app.severity import Severity
from app.stick.planning.registries import one_listed
from app.stick.planning.selection import Meant, Remotes, meant, resolve
from app.stick.store.images import NEEDED_FLATPAK
from app.stick.trust.bundles import judge_bundle
from app.text import Policy, clean
from app.units import moment_text, size_text

_RELEASES = 3


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    arch = architecture(arguments, invocation)
    chosen = chosen_remotes(arguments, invocation)
    known = chosen.known.remotes
    if is_bundle_file(arguments.ref):
        _tell_file(arguments.ref, known, invocation, as_json=arguments.json)
        return 0
    named = named_refs([arguments.ref], [arch], known, invocation, invocation.tell)
    chosen = chosen.beside(named.remotes, named.files)
    environment = invocation.environment
    (ref,) = chosen.named(named.refs)
    name, _, word = ref.partition(":")
    registry = next((each for each in chosen.known.registries if each.name == name), None)
    if registry is not None and word:
        _tell_image(registry, word, arch, invocation, as_json=arguments.json)
        return 0
    opener = environment.upstreams(
        invocation.cancel,
        invocation.tell,
        allow_unsigned=arguments.allow_unsigned,
    )
    with ExitStack() as stack:
        remotes = Remotes(
            chosen.known.remotes,
            chosen.main,
            opener.open,
            ref_files=chosen.known.ref_files,
        )
        stack.callback(remotes.close)
        if SystemRef.parse_or_none(ref) is not None:
            _tell_system(meant(ref, remotes, arch), as_json=arguments.json)
            return 0
        resolved = resolve(ref, remotes, arch)
        catalogue = None
        try:
            catalogue = stack.enter_context(
                load_catalogue(resolved.upstream, resolved.ref.arch, environment.cache)
            )
        except NoCatalogueError:
            pass
        except (UpstreamError, UntrustedCatalogueError) as error:
            # What is said below comes from the summary, which is signed by itself.
            invocation.tell(
                Notice(
                    Severity.WARNING,
                    Message("There is no description. {message}", message=error.message),
                )
            )
        answer = about(resolved.upstream, catalogue, resolved.ref, environment.languages)
    if arguments.json:
        remote = resolved.upstream.remote
        write_json(
            {"remote": remote.name, "url": remote.address, **_json(answer, environment.languages)}
        )
    else:
        _print(answer, resolved.upstream.remote.label, environment.languages)
    return 0


def _tell_image(
    registry: Registry, word: str, arch: str, invocation: Invocation, *, as_json: bool
) -> None:
    """An app of a container registry."""
    environment = invocation.environment
    client = RegistryClient(registry, environment.network, invocation.cancel)
    wanted = PartialRef.parse(word).arch or arch
    listed = fetch_list(client, wanted, environment.cache, offline=False)
    ref = Ref.parse(one_listed(registry, listed.content, word, wanted).ref)
    offer = offer_of(registry, listed)
    cache = RemoteCache(environment.cache, offer.remote.url)
    with ExitStack() as stack:
        stack.callback(client.close)
        catalogue = registry_catalogue(listed, wanted, cache)
        if catalogue is not None:
            stack.callback(catalogue.close)
        answer = about(offer, catalogue, ref, environment.languages)
    if as_json:
        values = _json(answer, environment.languages)
        write_json({"remote": registry.name, "url": registry.client_url, **values})
        return
    _print(answer, registry.label, environment.languages)
    say(
        f"From a container registry: not signed, and for computers with flatpak {NEEDED_FLATPAK} "
        "or newer."
    )


def _tell_file(
    text: str, known: Sequence[Remote], invocation: Invocation, *, as_json: bool
) -> None:
    """An app as a file."""
    environment = invocation.environment
    given = open_bundle(
        text, environment.cache, environment.network, invocation.cancel, invocation.tell
    )
    for notice in given.notices:
        invocation.tell(notice)
    tell_bundle(given, judge_bundle(given.bundle, known), as_json=as_json)


def _tell_system(system: Meant[Upstream], *, as_json: bool) -> None:
    """An operating system: no catalogue describes it, its commit says what is known."""
    entry, remote = system.entry, system.upstream.remote
    commit = Commit.parse(system.upstream.commits([entry.commit])[entry.commit])
    said = commit.metadata.get("version", "s")
    version = clean(said, Policy.NAME) if isinstance(said, str) else ""
    if as_json:
        write_json(
            {
                "remote": remote.name,
                "url": remote.address,
                "ref": entry.name,
                "commit": entry.commit,
                "timestamp": commit.timestamp,
                "version": version,
            }
        )
        return
    say(f"Operating system {entry.name}  {version}".rstrip())
    say(f"From {remote.label}, made {moment_text(commit.timestamp)}")
    say(f"Commit {entry.commit}")


def _json(app: AppInfo, languages: Sequence[str]) -> dict[str, Any]:
    values: dict[str, Any] = plain(app)
    values["ref"] = str(app.ref)
    values["runtime"] = str(app.runtime) if app.runtime is not None else None
    component = app.component
    values["component"] = None
    if component is not None:
        values["component"] = {
            "id": component.id,
            "name": component.name(languages),
            "summary": component.summary(languages),
            "developer": component.developer,
            "license": component.license,
            "free": component.is_free,
            "verified": component.verified,
            "version": component.version,
            "categories": list(component.categories),
        }
    return values


def _print(app: AppInfo, remote: str, languages: Sequence[str]) -> None:
    component = app.component
    if component is not None:
        verified = ", verified" if component.verified else ""
        say(f"{component.name(languages)}  {component.version}")
        say(component.summary(languages))
        say(f"By {component.developer or 'unknown'}{verified}; {component.license or 'no licence'}")
    say(f"{app.ref}  ({remote})")
    if app.eol or app.eol_rebase:
        say(f"AT ITS END OF LIFE: {app.eol or f'replaced by {app.eol_rebase}'}")
    _print_blocks(app.details.description)
    for caption in filter(None, app.details.captions):
        say(f"Screenshot: {caption}")
    for release in app.details.releases[:_RELEASES]:
        made = f" ({release.made})" if release.made is not None else ""
        say(f"Version {release.version}{made}")
        _print_blocks(release.description)
    say(f"Size: {size_text(app.download_size)}, installed {size_text(app.installed_size)}")
    if app.runtime is not None:
        # It may be in another remote, where nobody has looked.
        size = f" ({size_text(app.runtime_size)})" if app.runtime_size else ""
        say(f"Runs on {app.runtime}{size}")
    for text in app.extensions:
        say(f"  with {text}")
    for permission in app.permissions or ():
        subjects = f": {', '.join(permission.subjects)}" if permission.subjects else ""
        say(f"{'! ' if permission.wide else '  '}{WORDS[permission.power]}{subjects}")
    for kind, url in app.details.urls.items():
        say(f"{kind}: {url}")


def _print_blocks(blocks: Iterable[TextBlock]) -> None:
    for block in blocks:
        for number, text in enumerate(block.texts, 1):
            mark = {BlockKind.BULLETS: "- ", BlockKind.NUMBERS: f"{number}. "}.get(block.kind, "")
            print(wrapped(f"{mark}{text}", "    "))
