"""What is in a repository that no stick has, and clients may use all the same.

A client whose remote is the stick's directory, as ``file://`` or over HTTP, reads ``summary.idx``
with ``summaries/``, else ``summary`` with ``summary.sig``, all checked with its key; over HTTP
static deltas too. libostree looks for refs below ``refs/heads`` and ``refs/remotes`` as well, and
copies tombstones. None of it can bring a client what is forged, but it may not install then.

Why: decision D36.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from hashlib import sha256

from app.flatpak.upstream.client import INDEX, INDEX_SIGNATURE, SUMMARY_SIGNATURE
from app.fs.root import Root
from app.message import Message
from app.ostree.fsck import StoreReport
from app.ostree.names import is_collection_id
from app.ostree.ref_files import RefEntry
from app.ostree.repository import MAX_SUMMARY_SIZE
from app.stick.findings import Code, Finding, finding
from app.stick.store.location import Location
from app.stick.store.stick_state import StickState
from app.stick.store.upstream_copy import UpstreamCopy, names_ending

_SUMMARIES = "summaries"
_OTHERS = ("deltas", "delta-indexes")


def check_foreign(stick: StickState, store: StoreReport) -> Iterator[Finding]:
    """All but what serves as the index of the only collection, see `check_root_index`."""
    root = stick.repository.root
    if root.node(SUMMARY_SIGNATURE) is not None:
        yield _foreign(
            SUMMARY_SIGNATURE,
            Message("{name} belongs to no list of this drive.", name=SUMMARY_SIGNATURE),
        )
    for name in _OTHERS:
        if names_ending(root.below(name), ""):
            message = Message(
                "The directory {name} has what was not checked; over a network it is used.",
                name=name,
            )
            yield _foreign(name, message)
    if store.tombstones:
        message = Message(
            "{tombstones} objects say that commits were removed.",
            tombstones=f"{store.tombstones:,}",
        )
        yield _foreign("objects", message)
    known = {commit for names in stick.refs.values() for commit in names.values()}
    # Of what is missing there is more to say.
    known.update(damage.name.checksum for damage in store.damage if damage.reason is None)
    yield from _check_refs(stick.repository.refs(), known)
    if len(stick.refs) > 1 or not all(map(is_collection_id, stick.refs)):
        yield from _check_shared_index(stick.location, root, sorted(stick.refs))


def _foreign(subject: str, message: Message) -> Finding:
    return finding(Code.FOREIGN_CONTENT, subject, message)


def _check_refs(entries: Sequence[RefEntry], known: Collection[str]) -> Iterator[Finding]:
    """Those of no collection, and those of one that has them twice.

    ``known`` are the commits that are judged, whatever else names them.
    """
    mirrored = {
        (entry.collection, entry.name): entry.checksum for entry in entries if entry.is_carried
    }
    nameless: dict[str, list[str]] = {}
    for entry in entries:
        if entry.is_carried:
            continue
        if entry.collection is None and entry.checksum is not None:
            if entry.checksum in known:
                continue
            top = "/".join(entry.path.split("/")[:2])
            nameless.setdefault(top, []).append(entry.name)
        elif mirrored.get((entry.collection, entry.name), entry.checksum) != entry.checksum:
            message = Message(
                "{path} names another commit than the same ref below refs/mirrors: clients "
                "may take either.",
                path=entry.path,
            )
            yield finding(Code.REF_UNSAFE, entry.path, message)
    for top, names in sorted(nameless.items()):
        message = Message(
            "{top} has refs ({count}) of no collection, such as {first}. Nothing can "
            "be installed from them offline, and their signatures were not checked.",
            top=top,
            count=f"{len(names):,}",
            first=min(names),
        )
        yield _foreign(top, message)


def _check_shared_index(
    location: Location, root: Root, collections: Sequence[str]
) -> Iterator[Finding]:
    """A remote has one index: where there are several collections, a stick has none."""
    there = [name for name in (INDEX, INDEX_SIGNATURE, _SUMMARIES) if root.node(name) is not None]
    if there and there[0] != INDEX:
        yield _foreign(there[0], Message("{name} belongs to no list of this drive.", name=there[0]))
    elif there:
        index = _read(root, INDEX)
        for collection in collections:
            if index is not None and index == _read(location.upstream(collection), INDEX):
                yield from _check_genuine(location, root, collection)
                return
        yield _mismatch(INDEX, INDEX)


def _check_genuine(location: Location, root: Root, collection: str) -> Iterator[Finding]:
    """The index is that of one of them, and signed as its copy is: good for that one."""
    if _read(root, INDEX_SIGNATURE) != _read(location.upstream(collection), INDEX_SIGNATURE):
        yield _mismatch(INDEX_SIGNATURE, INDEX)
    first = _first_signature(root)
    there = _read(root, first)
    if there is not None and there != _read(root, INDEX_SIGNATURE):
        yield _mismatch(first, INDEX)


def _first_signature(root: Root) -> str:
    """Clients ask for this one before they ask for `INDEX_SIGNATURE`."""
    return f"{_SUMMARIES}/{sha256(_read(root, INDEX) or b'').hexdigest()}.idx.sig"


def check_root_index(
    root: Root,
    copy: UpstreamCopy,
    subject: str,
    needed: Collection[str],
    *,
    interrupted: bool,
) -> Iterator[Finding]:
    """The index beside the summary serves ``file://`` remotes; it must be the copied one.

    ``needed`` are the sub-summaries for what is on the stick. ``interrupted``: a job may have been
    exchanging it; it is not there then.
    """
    names = (INDEX, INDEX_SIGNATURE, *needed)
    index = root.node(INDEX)
    if any(root.node(name) is not None for name in names) and not (interrupted and index is None):
        for name in names:
            copied = _read(copy.directory, name)
            # What the copy lacks is told of the copy; but some upstreams have no index.
            lacks = copied is None and (name != INDEX or index is None or INDEX in copy.missing())
            if not lacks and _read(root, name) != copied:
                yield _mismatch(name, subject)
    if index is not None and _read(root, INDEX) == _read(copy.directory, INDEX):
        yield from _check_parts(root, copy, subject, names)


def _check_parts(
    root: Root, copy: UpstreamCopy, subject: str, names: Collection[str]
) -> Iterator[Finding]:
    """What else lies in ``summaries``."""
    first = _first_signature(root)
    for entry in names_ending(root.below(_SUMMARIES), ""):
        name = f"{_SUMMARIES}/{entry}"
        if name in names or (entry.startswith(".") and entry.endswith(".tmp")):
            continue
        there, copied = _read(root, name), _read(copy.directory, name)
        if there == copied or (name == first and there == _read(root, INDEX_SIGNATURE)):
            continue
        if name == first or copied is not None:
            yield _mismatch(name, subject)
        else:
            yield _foreign(name, Message("{name} belongs to no list of this drive.", name=name))


def _mismatch(name: str, subject: str) -> Finding:
    return finding(
        Code.UPSTREAM_DIGEST_MISMATCH,
        subject,
        Message("The repository's {name} is not the one that was copied from upstream.", name=name),
    )


def _read(directory: Root, name: str) -> bytes | None:
    try:
        return directory.read(name, MAX_SUMMARY_SIZE)
    except OSError:
        return None
