"""A saved choice and the remotes: what they have of it now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress

from msgspec import Struct

from app.errors import InterruptedByUser, SatchelError, UpstreamError
from app.flatpak.catalogue.database import Catalogue
from app.flatpak.catalogue.source import load_catalogue
from app.flatpak.refs import Ref
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.upstream import Upstream
from app.progress import Cancel, Notice
from app.stick.choices.profile import Profile
from app.stick.choices.registry_apps import RegistryApps
from app.stick.choices.sources import known_ref, says_whose
from app.stick.environment import Environment
from app.stick.planning.selection import Meant, Remotes, meant


class Offered(Struct, frozen=True):
    """Something that was chosen and can be had.

    Attributes:
        ref: full ref.
        remote: the name of the remote that has it.
        name: what a person calls it.
    """

    ref: str
    remote: str
    name: str


class Missing(Struct, frozen=True):
    """Something that was chosen and cannot be had: as it was saved, and why."""

    text: str
    error: SatchelError


class Availability(Struct, frozen=True):
    """``notices``: remotes that could not be asked."""

    offered: tuple[Offered, ...]
    missing: tuple[Missing, ...]
    notices: tuple[Notice, ...]


def check_availability(
    profile: Profile,
    arch: str,
    environment: Environment,
    known: Known,
    cancel: Cancel,
) -> Availability:
    """What there is now of a choice, for computers of ``arch`` unless it names others.

    Remotes that do not answer are as they were the last time. Raises `UpstreamError` if none could
    be asked at all, InterruptedByUser.
    """
    opener = environment.upstreams(cancel)

    def open_remote(remote: Remote) -> Upstream:
        try:
            return opener.open(remote)
        except UpstreamError:
            with suppress(SatchelError):
                return opener.open(remote, offline=True)
            raise

    wanted = profile.architecture or arch
    resolved: list[Meant[Upstream]] = []
    listed: list[Offered] = []
    missing: list[Missing] = []
    with ExitStack() as stack:
        registries = stack.enter_context(RegistryApps(known, environment, cancel))
        remotes = Remotes(
            known.remotes, None, open_remote, known.registries, ref_files=known.ref_files
        )
        stack.callback(remotes.close)
        for text in profile.refs:
            cancel.check()
            registry = None if says_whose(text, profile.sources) else registries.named_by(text)
            try:
                if registry is not None:
                    app = registries.offered(registry, text, wanted)
                    listed.append(Offered(app.ref, app.remote, app.name))
                    continue
                named = known_ref(text, profile.sources, known.remotes)
                resolved.append(meant(named, remotes, wanted))
            except InterruptedByUser:
                raise
            except SatchelError as error:
                missing.append(Missing(text, error))
        if (
            not (resolved or listed)
            and missing
            and all(isinstance(each.error, UpstreamError) for each in missing)
        ):
            raise missing[0].error
        offered = (*named_apps(resolved, environment, cancel, stack), *listed)
    return Availability(offered, tuple(missing), tuple(remotes.notices))


def named_apps(
    resolved: Sequence[Meant[Upstream]],
    environment: Environment,
    cancel: Cancel,
    stack: ExitStack,
) -> Iterable[Offered]:
    """With the names of the catalogues, where there are any; each ref once."""
    catalogues: dict[tuple[str, str], Catalogue | None] = {}
    for name, upstream in {(each.entry.name, each.upstream): None for each in resolved}:
        ref = Ref.parse_or_none(name)
        if ref is None:
            yield Offered(name, upstream.remote.name, name)
            continue
        key = upstream.remote.name, ref.arch
        if key not in catalogues:
            cancel.check()
            catalogues[key] = None
            with suppress(SatchelError):
                catalogues[key] = stack.enter_context(
                    load_catalogue(upstream, ref.arch, environment.cache)
                )
        catalogue = catalogues[key]
        component = catalogue.get(name) if catalogue is not None else None
        title = component.name(environment.languages) if component is not None else ref.id
        yield Offered(name, upstream.remote.name, title)
