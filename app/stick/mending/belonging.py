"""Whose that is of which a drive has lost it: a source that somebody names proves what is its own.

Of a source without a collection ID only lists and record tell where it is, and its commits do not
say whose they are. Its own is what its list has today, if its key has signed that commit, or the
list names it. Why: decision D344.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from app.credentials import public_address
from app.drive.safety.guard import DriveGuard
from app.flatpak.refs import arch_of
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.upstream import Upstream
from app.fs.files import drive_errors, readable_by_everybody
from app.message import Message
from app.ostree.names import is_ref_name, origin_remote
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.ref_files import ref_path
from app.progress import Cancel
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.mending.request import RepairRequest
from app.stick.planning.origins import OriginNames
from app.stick.planning.target_state import TargetState, read_target
from app.stick.store.forgotten_refs import name_refs, with_forgotten
from app.stick.store.location import Location, choose_stick, copy_path, open_repository
from app.stick.store.stick_state import StickState, read_stick
from app.stick.store.unnamed import refs_of, unnamed_commits
from app.stick.store.upstream_copy import UpstreamCopy
from app.stick.trust.commits import SignedCommit, judge_commits

_Claim = tuple[str, str]
"""Ref and commit."""


class Belonging(Struct, frozen=True):
    """What of a drive is of a remote.

    Attributes:
        origin: as the drive calls it.
        refs: that nothing names so far, with their commits.
        remote: where it is.
    """

    origin: str
    refs: Mapping[str, str]
    remote: Remote

    @property
    def repo_file(self) -> bytes:
        named = replace(self.remote, name=self.name, url=public_address(self.remote.address))
        return named.repo_file(()).dump()

    @property
    def name(self) -> str:
        return origin_remote(self.origin) or self.remote.name

    @property
    def is_remote(self) -> bool:
        """Whether the drive has to be told where it is."""
        return origin_remote(self.origin) is not None


def find_belonging(
    stick: StickState,
    target: TargetState,
    request: RepairRequest,
    environment: Environment,
    cancel: Cancel,
) -> Belonging | None:
    """What is of the remote that somebody named; None if there is nothing that could be.

    Raises SatchelError if it cannot be asked, OSError, and what ``cancel`` raises.
    """
    main = request.main
    named = frozenset(commit for names in stick.refs.values() for commit in names.values())
    unnamed = [
        (name, commit)
        for commit in unnamed_commits(stick, named)
        for name in refs_of(stick.commit(commit))
        if is_ref_name(name)
    ]
    homeless = [
        origin
        for origin in stick.refs
        if origin_remote(origin) is not None and not any(target.origins.get(origin, ()))
    ]
    if main is None or not (unnamed or homeless):
        return None
    opener = environment.upstreams(cancel, allow_unsigned=request.check.accept_unsigned)
    with opener.open(main) as upstream:
        proven = set(_proven(stick, upstream, unnamed))
        refs = _newest(stick, proven)
        for origin in homeless if origin_remote(upstream.origin) is not None else ():
            if any(_proven(stick, upstream, stick.refs[origin].items())):
                return Belonging(origin, refs, upstream.remote)
        if not refs:
            return None
        return Belonging(OriginNames(target).origin(upstream), refs, upstream.remote)


def _proven(stick: StickState, upstream: Upstream, claims: Iterable[_Claim]) -> Iterator[_Claim]:
    """Those that are certainly the remote's."""
    listed = []
    for name, checksum in claims:
        commit = stick.commit(checksum)
        entry = upstream.lookup(name, arch_of(name)) if commit is not None else None
        of_another = origin_remote(upstream.origin) is None and (
            commit is None or commit.collection_binding != upstream.origin
        )
        if entry is None or of_another:
            continue
        if entry.commit == checksum:
            yield name, checksum
        else:
            listed.append((name, checksum))
    signed = [_signed(stick, upstream.origin, *claim) for claim in listed]
    verdicts = judge_commits(upstream.keyring, signed)
    yield from (claim for claim, verdict in zip(listed, verdicts, strict=True) if verdict.good)


def _signed(stick: StickState, origin: str, name: str, checksum: str) -> SignedCommit:
    data = stick.repository.read_object(ObjectName(checksum, ObjectKind.COMMIT))
    detached = stick.repository.read_detached(checksum)
    return SignedCommit(origin, name, checksum, data, detached)


def _newest(stick: StickState, claims: Iterable[_Claim]) -> dict[str, str]:
    leaving = {name for _, name in (stick.journal.leaving if stick.journal is not None else ())}
    newest: dict[str, tuple[int, str]] = {}
    for name, checksum in claims:
        commit = stick.commit(checksum)
        if commit is not None and name not in leaving:
            newest[name] = max(newest.get(name, (-1, "")), (commit.timestamp, checksum))
    return {name: checksum for name, (_, checksum) in sorted(newest.items())}


def with_belonging(
    stick: StickState, target: TargetState, found: Belonging
) -> tuple[StickState, TargetState]:
    """As both are once `claim` was there."""
    refs = {origin: dict(names) for origin, names in stick.refs.items()}
    refs[found.origin] = {**found.refs, **refs.get(found.origin, {})}
    stick = stick.with_refs(refs)
    if found.is_remote:
        place = stick.location.upstream(found.origin)
        copies = {**stick.copies, found.origin: UpstreamCopy(place, found.repo_file)}
        stick = replace(stick, copies=copies)
        address = frozenset({public_address(found.remote.address)})
        target = replace(target, origins={**target.origins, found.origin: address})
    return stick, replace(target, refs=stick.refs)


def claim(
    guard: DriveGuard,
    destination: str,
    request: RepairRequest,
    environment: Environment,
    cancel: Cancel,
) -> None:
    """Give what is of the named remote its names, and write down where that is.

    Raises SatchelError.
    """
    if request.main is None:
        return
    place = choose_stick(request.root, destination)
    held = replace(place, drive=guard.held())
    with readable_by_everybody(), drive_errors(Message("writing the repository")):
        repository = open_repository(held)
        with repository.locked(exclusive=True):
            stick = with_forgotten(read_stick(held, repository))
            if not _may_lack(stick):
                return
            target = read_target(request.root, destination)
            found = find_belonging(stick, target, request, environment, cancel)
            if found is None:
                return
            if found.is_remote:
                _write_address(held, found)
            refs = ((found.origin, name, commit) for name, commit in found.refs.items())
            root = repository.root
            name_refs(repository, [each for each in refs if root.node(ref_path(*each[:2])) is None])
            guard.flush()


def _may_lack(stick: StickState) -> bool:
    """Whether there may be anything that has lost its names or its source: all of a drive is read
    to find it."""
    record = stick.record
    if record is None or record.unnamed:
        return True
    nameless = (origin for origin in stick.refs if origin_remote(origin) is not None)
    return any(
        stick.copies[origin].repo_file is None and origin not in record.collections
        for origin in nameless
    )


def _write_address(location: Location, found: Belonging) -> None:
    extension, path = location.extension, copy_path(found.origin)
    extension.make_directory(path)
    for name in UpstreamCopy(extension.below(path)).repo_files:
        # None of them tells where it is.
        extension.remove(f"{path}/{name}")
    extension.replace(f"{path}/{found.name}.flatpakrepo", found.repo_file)
