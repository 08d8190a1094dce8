"""From what a person typed to refs of opened upstreams."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Generic

from msgspec import Struct

from app.beside import each_beside
from app.errors import InterruptedByUser, SatchelError, UpstreamError, UsageError
from app.flatpak.refs import PartialRef, Ref, SystemRef
from app.flatpak.remotes.remote import Registry, RegistryError, Remote
from app.flatpak.upstream.offer import Offer, OfferT_co
from app.flatpak.upstream.ref_table import UpstreamRef
from app.message import NOTHING, Message, sentences
from app.ostree.names import is_collection_id
from app.progress import Notice
from app.remedy import Hint, Remedy
from app.severity import Severity
from app.stick.planning.likely import close_to, not_as_named, other_arches

_PARALLEL = 8


class AmbiguousRefError(UsageError):
    """More than one ref fits."""


class NoSuchRefError(UsageError):
    """No ref fits."""


class ResolvedRef(Struct, Generic[OfferT_co], frozen=True):
    """A ref and the upstream that has it."""

    ref: Ref
    upstream: OfferT_co


class Meant(Struct, Generic[OfferT_co], frozen=True):
    """What a person means: an app, a runtime or an operating system, and who has it."""

    entry: UpstreamRef
    upstream: OfferT_co


class Remotes(Generic[OfferT_co]):
    """The remotes of one plan, opened when they are first needed.

    ``main`` is the one named by ``--remote``; without it all listed remotes are searched.
    """

    def __init__(
        self,
        known: Sequence[Remote],
        main: Remote | None,
        open_remote: Callable[[Remote], OfferT_co],
        registries: Sequence[Registry] = (),
        origins: Mapping[str, frozenset[str]] | None = None,
        ref_files: Mapping[str, str] | None = None,
    ) -> None:
        """``origins``: ref → names of remotes that are meant for it if several have it;
        ``ref_files``: as `Known` has them."""
        self.origins = origins or {}
        self.ref_files = ref_files or {}
        self._registries = tuple(registries)
        self._known = tuple(known)
        self._main = main
        self._open_remote = open_remote
        self._opened: dict[tuple[str, str], OfferT_co | SatchelError] = {}
        self.notices: list[Notice] = []

    @property
    def known(self) -> tuple[Remote, ...]:
        """All that there are, searched or not."""
        return self._known

    @property
    def main(self) -> Remote | None:
        """The one that was named for all."""
        return self._main

    def without(self, errors: Mapping[str, SatchelError]) -> Remotes[OfferT_co]:
        """The same, but that opening what is of one of these origins raises its error. It is closed
        with this one."""

        def open_remote(remote: Remote) -> OfferT_co:
            offer = self.open(remote)
            if (error := errors.get(offer.snapshot.collection)) is not None:
                raise error
            return offer

        return Remotes(
            self._known,
            self._main,
            open_remote,
            self._registries,
            self.origins,
            self.ref_files,
        )

    def close(self) -> None:
        for upstream in self._opened.values():
            if not isinstance(upstream, SatchelError):
                upstream.close()

    def open(self, remote: Remote) -> OfferT_co:
        """Raises what opening it raised the first time."""
        opened = self._opened.get(_key(remote)) or self._try(remote)
        if isinstance(opened, SatchelError):
            raise opened
        return opened

    @property
    def offers(self) -> tuple[OfferT_co, ...]:
        """Those that could be opened."""
        opened = self._opened.values()
        return tuple(offer for offer in opened if not isinstance(offer, SatchelError))

    def change(self, changed: Callable[[OfferT_co], OfferT_co]) -> None:
        """Each of those that could be opened is replaced; what was handed out is not."""
        for key, offer in self._opened.items():
            if not isinstance(offer, SatchelError):
                self._opened[key] = changed(offer)

    def opened(self, remote: Remote) -> OfferT_co | None:
        """What has been opened as ``remote``, as `Offer` calls it; nothing is opened for this."""
        for offer in self._opened.values():
            if not isinstance(offer, SatchelError) and offer.remote is remote:
                return offer
        return None

    def knows(self, name: str) -> bool:
        return any(remote.answers_to(name) for remote in self._known)

    def named(self, name: str) -> Remote:
        for remote in self._known:
            if remote.answers_to(name):
                return remote
        for registry in self._registries:
            if registry.name == name:
                raise RegistryError(registry)
        names = ", ".join(sorted(remote.name for remote in self._known))
        raise UsageError(
            Message("There is no remote called {name}.", name=name),
            Message("Known remotes: {names}.", names=names),
        )

    def search(self, partial: PartialRef) -> list[OfferT_co]:
        """Where to look for a chosen ref; unreachable ones leave a notice if there are others."""
        meant = self._meant(partial.remote)
        return [self.open(meant)] if meant is not None else self._reachable(self._listed())

    def holder(self, system: SystemRef) -> OfferT_co:
        """Who has an operating system: only the remote that was named for it is asked."""
        meant = self._meant(system.remote)
        if meant is None:
            raise UsageError(
                Message("{ref} is not the name of an app or runtime.", ref=system.name),
                Message(
                    "For the update of an operating system name the remote that has it: "
                    "REMOTE:{ref}",
                    ref=system.name,
                ),
            )
        return self.open(meant)

    def _meant(self, name: str | None) -> Remote | None:
        """The remote that was named, with a ref or for all."""
        return self.named(name) if name is not None else self._main

    def everywhere(self) -> list[OfferT_co]:
        """Where to look for what belongs to no remote: the one that was named, then all others."""
        main = [self._main] if self._main is not None else []
        rest = [remote for remote in self._listed() if remote not in main]
        return self._reachable([*main, *rest])

    def others(self, upstream: Offer) -> list[OfferT_co]:
        """Where to look for what a ref needs beside its own upstream."""
        return [offer for offer in self._reachable(self._listed()) if offer is not upstream]

    @property
    def not_searched(self) -> Message:
        """Sentences on the remotes that could not be searched so far, or not for all that they
        have; may be `NOTHING`."""
        partly = (
            Message(
                "Of {remote} only what is here is known, since no list of its apps is.",
                remote=offer.remote.label,
            )
            for offer in self._unlisted
        )
        return sentences(*(notice.message for notice in self.notices), *partly)

    @property
    def not_searched_help(self) -> Message:
        """What can be done so that they can be; may be `NOTHING`."""
        hints = [notice.hint for notice in self.notices]
        if self._unlisted:
            hints.append(Message("Connect this computer to the network."))
        return sentences(*dict.fromkeys(hints))

    @property
    def _unlisted(self) -> list[OfferT_co]:
        return [offer for offer in self.offers if not offer.snapshot.listed]

    def only_named(self, partial: PartialRef) -> Message:
        """Where else it could be, and is looked for only by who says so; may be `NOTHING`."""
        if partial.remote is not None or self._main is not None or not self._registries:
            return NOTHING
        example = f"{self._registries[0].name}:{partial.id}"
        return Message(
            "In container registries it is looked for only where they are named, as in {example}.",
            example=example,
        )

    def _listed(self) -> list[Remote]:
        return [remote for remote in self._known if remote.listed]

    def _open_all(self, remotes: Sequence[Remote]) -> None:
        """Side by side: one that does not answer costs its time once."""
        new = [remote for remote in remotes if _key(remote) not in self._opened]
        if len(new) > 1:
            deque(each_beside(self._try, new, _PARALLEL), maxlen=0)

    def _try(self, remote: Remote) -> OfferT_co | SatchelError:
        try:
            opened: OfferT_co | SatchelError = self._open_remote(remote)
        except InterruptedByUser:
            raise
        except SatchelError as error:
            opened = error
        self._opened[_key(remote)] = opened
        return opened

    def _reachable(self, remotes: Sequence[Remote]) -> list[OfferT_co]:
        self._open_all(remotes)
        opened = []
        failures = []
        for remote in remotes:
            try:
                opened.append(self.open(remote))
            except InterruptedByUser:
                raise
            except SatchelError as error:
                failures.append((remote, error))
        if not opened and failures:
            raise failures[0][1]
        for remote, failure in failures:
            notice = Notice(
                Severity.WARNING,
                Message(
                    "{remote} was not searched: {error}",
                    remote=remote.label,
                    error=failure.message,
                ),
                failure.hint,
            )
            if notice not in self.notices:
                self.notices.append(notice)
        return opened


def _key(remote: Remote) -> tuple[str, str]:
    return remote.name, remote.url


def meant(text: str, remotes: Remotes[OfferT_co], arch: str) -> Meant[OfferT_co]:
    """What ``text`` means. Raises as `resolve`, which knows apps and runtimes only."""
    system = SystemRef.parse_or_none(text)
    if system is None:
        resolved = resolve(text, remotes, arch)
        entry = resolved.upstream.lookup(str(resolved.ref), resolved.ref.arch)
        assert entry is not None
        return Meant(entry, resolved.upstream)
    upstream = remotes.holder(system)
    entry = upstream.lookup(system.name, arch)
    if entry is None:
        raise NoSuchRefError(
            Message(
                "{ref} was not found in {remote}.", ref=system.name, remote=upstream.remote.label
            ),
            Message("Check how it is written; ostree remote refs lists what a remote has."),
        )
    return Meant(entry, upstream)


def resolve(text: str, remotes: Remotes[OfferT_co], arch: str) -> ResolvedRef[OfferT_co]:
    """The one ref meant by ``text``. Raises `AmbiguousRefError`, `NoSuchRefError`, RefError."""
    partial = PartialRef.parse(text)
    wanted_arch = partial.arch or arch
    try:
        upstreams = remotes.search(partial)
    except UpstreamError as error:
        origin = _origin_here(partial, wanted_arch, remotes)
        if origin is None or remotes.main is not None or remotes.knows(origin):
            raise
        raise NoSuchRefError(
            Message(
                "{ref} is installed here from {origin}, which is no source that can be searched.",
                ref=partial.id,
                origin=origin,
            ),
            Message("Name its file (.flatpak), or its source with --remote."),
        ) from error
    matches = [
        ResolvedRef(ref, upstream)
        for upstream in upstreams
        for ref in _preferred(upstream, _matching(upstream, partial, wanted_arch))
    ]
    if not matches:
        raise _not_found(text, partial, upstreams, wanted_arch, remotes)
    # The same collection from two places is the same thing; the first known is as good.
    matches = list(
        {(_publisher(match.upstream), match.ref): match for match in matches[::-1]}.values()
    )
    if len(matches) > 1:
        matches = _from_origins(matches, remotes.origins) or matches
    if len(matches) > 1:
        names = ", ".join(sorted(f"{match.upstream.remote.name}:{match.ref}" for match in matches))
        raise AmbiguousRefError(
            Message("{given} can mean more than one thing: {names}.", given=text, names=names),
            Message("Give one of these instead."),
        )
    return matches[0]


def _from_origins(
    matches: Sequence[ResolvedRef[OfferT_co]], origins: Mapping[str, frozenset[str]]
) -> list[ResolvedRef[OfferT_co]]:
    """Those that are installed here, from where they are."""
    return [
        match
        for match in matches
        if any(map(match.upstream.remote.answers_to, origins.get(str(match.ref), ())))
    ]


def _publisher(upstream: Offer) -> str:
    """Whose refs these are: the collection's, or the repository's."""
    collection = upstream.snapshot.collection
    return collection if is_collection_id(collection) else upstream.remote.url


def _matching(upstream: Offer, partial: PartialRef, arch: str) -> list[Ref]:
    return [ref for ref in upstream.table(arch).with_id(partial.id) if partial.matches(ref, arch)]


def _preferred(upstream: Offer, refs: list[Ref]) -> list[Ref]:
    """Of several branches the remote's default one, as flatpak prefers it."""
    branch = upstream.default_branch
    preferred = [ref for ref in refs if ref.branch == branch]
    return preferred or refs


def _not_found(
    text: str,
    partial: PartialRef,
    upstreams: Sequence[Offer],
    arch: str,
    remotes: Remotes[OfferT_co],
) -> SatchelError:
    if not upstreams:
        return UpstreamError(Message("No remote could be searched."), Remedy.ADD_REMOTE)
    file = remotes.ref_files.get(text)
    if file is not None and not upstreams[0].table(arch).hides_id(partial.id):
        return NoSuchRefError(*not_as_named(file, partial, upstreams[0], arch))
    close = close_to(partial.id, upstreams, arch)
    hint: Hint = (
        Message("Did you mean {close}?", close=tuple(close)) if close else Remedy.CHECK_SPELLING
    )
    if not close:
        elsewhere = other_arches(partial, upstreams, arch)
        if elsewhere:
            hint = Remedy.CHOOSE_ARCHITECTURE.advice(architectures=tuple(elsewhere))
            if partial.arch:
                # Perhaps one of several that were asked for: it is wanted for that as well.
                names = tuple(f"{partial.id}/{each}" for each in elsewhere)
                hint = Message(
                    "It is there for {architectures}: name it as {names}.",
                    architectures=tuple(elsewhere),
                    names=names,
                )
    if hint is Remedy.CHECK_SPELLING:
        hint = _help_elsewhere(partial, arch, remotes) or hint
    hiding = [
        upstream.remote.name for upstream in upstreams if upstream.table(arch).hides_id(partial.id)
    ]
    if hiding:
        hint = Message(
            "{hiding} has it, but this computer hides it: flatpak remote-modify "
            "--no-filter {hiding} shows all again.",
            hiding=hiding[0],
        )
    where = tuple(upstream.remote.label for upstream in upstreams)
    message = (
        Message("{ref} was not found in {remotes}.", ref=text, remotes=where)
        if partial.arch
        else Message(
            "{ref} ({arch}) was not found in {remotes}.", ref=text, arch=arch, remotes=where
        )
    )
    missed = sentences(remotes.not_searched, remotes.only_named(partial))
    return NoSuchRefError(sentences(message, missed), hint)


def _help_elsewhere(partial: PartialRef, arch: str, remotes: Remotes[OfferT_co]) -> Message:
    """What to do where what somebody means may be in no list that was read; may be `NOTHING`."""
    origin = _origin_here(partial, arch, remotes)
    if origin is None:
        return remotes.not_searched_help
    return Message(
        "It is installed here from {origin}, which is no source that can be searched. Name its "
        "file (.flatpak), or its source with --remote.",
        origin=origin,
    )


def _origin_here(partial: PartialRef, arch: str, remotes: Remotes[OfferT_co]) -> str | None:
    """From where it is installed here; None if it is not, or nobody has looked."""
    if partial.remote is not None:
        return None
    for name, origins in remotes.origins.items():
        ref = Ref.parse_or_none(name)
        if ref is not None and partial.matches(ref, arch):
            return min(origins)
    return None
