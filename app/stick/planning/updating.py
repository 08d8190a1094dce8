"""Bringing a drive up to date: whom to ask, and how much of what is new is there already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import chain

from app.credentials import public_address
from app.errors import InterruptedByUser, SatchelError, UpstreamError
from app.flatpak.refs import Ref
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.naming import told
from app.flatpak.remotes.remote import Remote, RemoteOrigin
from app.flatpak.upstream.offer import Offer
from app.formats.gvariant import FormatError
from app.message import Message
from app.ostree.names import origin_remote
from app.ostree.object_files import in_order
from app.ostree.objects import (
    FILE_KEY,
    Commit,
    ObjectKind,
    ObjectName,
    check_metadata,
    child_keys,
    kind_key,
)
from app.ostree.tree_keys import WHOLE, Keys, Narrowed, checked_tree
from app.progress import Notice
from app.remedy import Hint, Remedy
from app.replacing import replace
from app.severity import Severity
from app.stick.findings import Code
from app.stick.memory.accepted_snapshots import SeenSnapshots
from app.stick.planning.options import Options
from app.stick.planning.present_objects import PresentObjects
from app.stick.planning.selection import Remotes
from app.stick.planning.target_state import TargetState
from app.stick.store.record import StickRecord
from app.stick.trust.origin import is_usable
from app.trust.keyring import Keyring
from app.trust.prolonged import fingerprints_in

MOST_SIZES = 2_000
"""Files whose sizes upstream is asked for; of more the sum that it claims says enough."""

MOST_BYTES = 256 * 1024 * 1024
"""Of directories, which stay in memory: a million or so."""

_TREE = kind_key(ObjectKind.DIRTREE)[0]


def as_made(options: Options, record: StickRecord | None) -> Options:
    """``options`` with what was said when the stick was made."""
    if record is None:
        return options
    return replace(
        options,
        gpus=tuple(dict.fromkeys((*record.gpus, *options.gpus))),
        with_extra_data=options.with_extra_data or record.extra_data,
        declined=tuple(dict.fromkeys((*record.declined, *options.declined))),
        runtimes=options.runtimes and not is_without_runtimes(record),
    )


def is_without_runtimes(record: StickRecord | None) -> bool:
    """Whether an earlier job has left some out, because that was wanted."""
    return record is not None and any(
        entry.code == Code.RUNTIME_MISSING and not entry.chosen for entry in record.left_out
    )


def publishers(
    origins: Iterable[str], drive: TargetState, remotes: Remotes[Offer], accepted: SeenSnapshots
) -> tuple[dict[str, Offer], list[Notice]]:
    """Collection → who publishes it now, and what is to be said about those of which none can be
    asked. ``origins``: of ``drive``; ``accepted``: the snapshots that this computer has seen.

    Raises the error of the first if there is nobody at all, and InterruptedByUser.
    """
    opened: dict[str, Offer] = {}
    notices: list[Notice] = []
    errors: list[SatchelError] = []
    for collection in sorted(origins):
        try:
            opened[collection] = _publisher(collection, drive, remotes, accepted)
        except InterruptedByUser:
            raise
        except SatchelError as error:
            errors.append(error)
            text = Message(
                "What is from {collection} stays as it is: {error}",
                collection=_told(collection, drive),
                error=error.message,
            )
            notices.append(Notice(Severity.WARNING, text, error.hint))
    if errors and not opened:
        raise errors[0]
    return opened, notices


def _remote_of_drive(
    origin: str, drive: TargetState, remotes: Remotes[Offer], accepted: SeenSnapshots
) -> Offer:
    """Of a remote without a collection ID: what is known by its address, and where it has moved."""
    addresses = sorted(drive.origins.get(origin, ()))
    possible = [
        remote
        for remote in remotes.known
        if any(same_place(remote.address, address) for address in addresses)
    ]
    likely = sorted(possible, key=lambda remote: remote is not remotes.main)
    followed = (
        remote
        for address in addresses
        for remote in _followed(remotes.known, address, accepted.signers(address, address))
    )
    failed: SatchelError | None = None
    away: list[tuple[str, SatchelError]] = []
    moved = _moved(remotes.known, origin, drive)
    left = _left(addresses, origin, drive, remotes, away)
    for remote in chain(likely, moved, followed, left):
        try:
            upstream = remotes.open(remote)
        except InterruptedByUser:
            raise
        except SatchelError as error:
            if remote not in likely:
                away.append((remote.url, error))
            failed = failed or (error if remote in likely else None)
            continue
        if upstream.snapshot.collection == origin:
            return upstream
    raise failed or _unknown(origin, drive, away)


def _unknown(
    origin: str, drive: TargetState, away: Sequence[tuple[str, SatchelError]]
) -> UpstreamError:
    """And what to do: only of sources of flatpaks the drive has a file to add them by. ``away``:
    addresses of before that could not be asked where it is now, and why."""
    entry = drive.record.collections.get(origin) if drive.record is not None else None
    has_file = any(Ref.parse_or_none(name) is not None for name in drive.refs.get(origin, ()))
    hint: Hint = Remedy.ADD_REMOTE_OF_DRIVE
    if origin_remote(origin) is not None and not any(drive.origins.get(origin, ())):
        hint = Remedy.REPAIR_NAMING
    elif entry is None:
        hint = Remedy.ADD_SOURCE
    elif not has_file:
        hint = Remedy.ADD_REMOTE_OF_SYSTEM.advice(url=public_address(entry.url))
    if away:
        url, error = away[0]
        message = Message(
            "No known remote has {collection}, and where it is or was, at {url}, nobody can be "
            "asked: {error}",
            collection=_told(origin, drive),
            url=public_address(url),
            error=error.message,
        )
        return UpstreamError(message, hint)
    return UpstreamError(
        Message("No known remote has {collection}.", collection=_told(origin, drive)), hint
    )


def _told(collection: str, drive: TargetState) -> str:
    """What people call it."""
    name = origin_remote(collection)
    if name is None:
        return collection
    entry = drive.record.collections.get(collection) if drive.record is not None else None
    return told(entry.title or name, name, entry.title, entry.url) if entry is not None else name


def _publisher(
    collection: str, drive: TargetState, remotes: Remotes[Offer], accepted: SeenSnapshots
) -> Offer:
    if origin_remote(collection) is not None:
        return _remote_of_drive(collection, drive, remotes, accepted)
    record = drive.record
    made_from = record.collections.get(collection) if record is not None else None
    url = made_from.url if made_from is not None else ""

    def likelihood(remote: Remote) -> tuple[bool, bool, bool]:
        told = remote.collection_id == collection
        return remote is not remotes.main, public_address(remote.url) != url, not told

    # Few .flatpakrepo files say which collection theirs is.
    possible = [
        remote
        for remote in remotes.known
        if remote.collection_id in (None, collection) and (remote.listed or remote is remotes.main)
    ]
    failed: SatchelError | None = None
    away: list[tuple[str, SatchelError]] = []
    likely = sorted(possible, key=likelihood)
    followed = _followed(likely, url, accepted.signers(collection, url))
    for remote in chain(likely, _moved(likely, collection, drive), followed):
        sure = remote in likely and not all(likelihood(remote))
        try:
            upstream = remotes.open(remote)
        except InterruptedByUser:
            raise
        except SatchelError as error:
            if remote not in likely:
                away.append((remote.url, error))
            failed = failed or (error if sure else None)
            continue
        if upstream.snapshot.collection == collection:
            return upstream
    if failed is not None:
        raise failed
    raise _unknown(collection, drive, away)


def _moved(remotes: Iterable[Remote], collection: str, drive: TargetState) -> Iterator[Remote]:
    """Where those that know the collection's key are by the signed list on the drive: flatpak would
    have followed it (``flatpak_dir_update_remote_configuration``) while the old address was there.
    The one that the drive is of has moved; of another with that key nobody has said so.
    """
    copied = drive.copied.get(collection)
    address = copied.moved_to if copied is not None else ""
    if not is_usable(address):
        return
    former = drive.origins.get(collection, ())
    signers = list(_signers(remotes, collection, drive))
    for remote in sorted(signers, key=lambda remote: not same_place(remote.address, address)):
        if same_place(remote.address, address):
            yield remote
        elif any(same_place(remote.address, each) for each in former):
            yield replace(remote, url=address)
        else:
            yield _asked_at(remote, address)


def _asked_at(remote: Remote, address: str) -> Remote:
    """Of another address for one job: who looks for the remote where it is goes on to do so."""
    return replace(remote, url=address, origin=RemoteOrigin.JOB)


def _signers(remotes: Iterable[Remote], collection: str, drive: TargetState) -> Iterator[Remote]:
    """Those whose key has signed the list on the drive."""
    copied = drive.copied.get(collection)
    for remote in remotes if copied is not None else ():
        if remote.keys:
            with Keyring(remote.keys) as keyring:
                signed = copied is not None and copied.is_of(collection, keyring)
            if signed:
                yield remote


def _left(
    addresses: Iterable[str],
    origin: str,
    drive: TargetState,
    remotes: Remotes[Offer],
    away: list[tuple[str, SatchelError]],
) -> Iterator[Remote]:
    """The old addresses of those that have been followed here already, while something there says
    so: a key may be that of several remotes, so it alone does not tell which one moved. ``away``
    gets those that do not answer, and why."""
    usable = [address for address in addresses if is_usable(address)]
    for remote in _signers(remotes.known, origin, drive) if usable else ():
        for address in usable:
            former = _asked_at(remote, address)
            try:
                said = remotes.open(former).configuration.redirect
            except InterruptedByUser:
                raise
            except SatchelError as error:
                away.append((address, error))
                continue
            if same_place(said, remote.address) and not same_place(address, remote.address):
                yield former


def _followed(remotes: Iterable[Remote], url: str, signers: Set[str]) -> Iterator[Remote]:
    """Those that an update has followed to where the drive's list is from, which need not say that
    it has moved. ``signers``: of what came from there to this computer; the drive's word is none.
    """
    for remote in remotes if is_usable(url) else ():
        if not same_place(remote.address, url) and signers & fingerprints_in(remote.keys):
            yield _asked_at(remote, url)


def look_below(
    upstream: Offer,
    commits: Iterable[Commit],
    present: PresentObjects,
    narrowed: Narrowed = WHOLE,
) -> None:
    """Learn what is in directories that are new, and how large new files are, unless they are very
    many. Of ``narrowed`` trees only what counts is looked into.

    Raises InterruptedByUser.
    """
    below, coming = present.known.below, present.known.coming
    right: dict[bytes, Keys] = {}
    asked: set[bytes] = set()
    room = MOST_BYTES

    def further(name: ObjectName, data: bytes) -> list[ObjectName]:
        """What is in a tree is asked for as soon as it came."""
        nonlocal room
        room -= len(data)
        keys = _checked(name.key, data)
        if keys is None or room < 0:
            return []
        right[name.key] = keys
        inside = {key for key in narrowed.get(name.key, keys) if key[0] != FILE_KEY} - asked
        new = [key for key in inside if key not in present.keys and key not in below]
        asked.update(new)
        return [ObjectName.from_key(key) for key in in_order(new)]

    tops = [child_keys(commit) for commit in commits]
    level = {key for top in tops for key in top}
    seen = set(level)
    files: set[bytes] = set()
    there: set[bytes] = set()
    read = False
    while (level or there) and sum(map(len, coming.values())) < MOST_BYTES:
        if not read:
            # What is on the drive follows when it is known what is not, and is read meanwhile.
            there |= {key for key in level if key in present.keys and key not in below}
            level -= there
        if not level:
            present.read_trees()
            read = True
            level, there = there, set()
            if not narrowed and (lacking := _lacking(tops, present)) is not None:
                files = lacking
                break
        new = [key for key in level if key not in present.keys and key not in below]
        names = [ObjectName.from_key(key) for key in in_order(new)]
        objects = upstream.fetch_unchecked(names, further) if names else {}
        came = {name.key: data for name, data in objects.items()}
        for key in came.keys() - right.keys():
            if (keys := _checked(key, came[key])) is not None:
                right[key] = keys
        present.came(
            {key: right[key] for key in came if key in right},
            {key: data for key, data in came.items() if key in right},
        )
        known = (narrowed.get(key, below[key]) for key in level if key in below)
        inside = (child for keys in known for child in keys)
        level = {child for child in inside if child not in seen}
        seen |= level
        files |= {child for child in level if child[0] == FILE_KEY}
        level -= files
    files = files - present.keys - present.known.sizes.keys()
    if 0 < len(files) <= MOST_SIZES:
        names = [ObjectName.from_key(key) for key in in_order(files)]
        sizes = upstream.find_sizes(names)
        present.known.sizes.update((name.key, size) for name, size in sizes.items())


def _lacking(tops: Iterable[Keys], present: PresentObjects) -> set[bytes] | None:
    """The files below all of these that are not there; None if something of what is below them is
    not known, or a tree is not there."""
    lacking: set[bytes] = set()
    for top in tops:
        below = present.known.whole(top)
        if below is None:
            return None
        lacking |= below - present.keys - present.known.coming.keys()
    return lacking if all(key[0] == FILE_KEY for key in lacking) else None


def _checked(key: bytes, data: bytes) -> Keys | None:
    """What an object refers to; None if the bytes are not those that the key names."""
    if key[0] == _TREE:
        return checked_tree(key, data)
    try:
        return tuple(child.key for child in check_metadata(ObjectName.from_key(key), data))
    except FormatError:
        return None
