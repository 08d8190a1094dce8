"""``ostree-metadata``: judging upstream's, writing Satchel's own. Form: FORMAT.md beside this.

Old clients (flatpak < 1.8) find everything they need to know about a ref in the ``xa.cache`` of
this commit; the form is that of flatpak 1.6's ``flatpak_repo_update`` and ostree's
``_ostree_repo_transaction_write_repo_metadata``. Why: decision D22.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256

from msgspec import Struct

from app.flatpak.refs import Ref
from app.formats.gvariant import MAX_UNPACKED, FormatError, Value, Variant, serialise
from app.message import Message, message_of
from app.ostree.names import METADATA_REF
from app.ostree.objects import (
    COMMIT_TYPE,
    DETACHED_TYPE,
    DIRTREE_TYPE,
    Commit,
    ObjectKind,
    ObjectName,
    byteswap64,
    detached_signatures,
    serialise_dirmeta,
)
from app.ostree.summary import CACHE_TYPE, check_cache, unwrapped

COMMITS_KEY = "satchel.commits"
COMMITS_TYPE = "a{ss}"
_CACHE_KEY = "xa.cache"
_CACHE_VERSION = 2
_DIRECTORY_MODE = 0o40755


class Described(Struct, frozen=True):
    """A ref as ostree-metadata describes it; sizes in bytes."""

    commit: str
    timestamp: int
    metadata: str
    installed_size: int
    download_size: int


class MetadataCommit(Struct, frozen=True):
    """A written ostree-metadata commit and the objects it needs, all named by checksum."""

    checksum: str
    objects: Mapping[ObjectName, bytes]

    @property
    def data(self) -> bytes:
        return self.objects[ObjectName(self.checksum, ObjectKind.COMMIT)]


def is_described(ref: str) -> bool:
    """Only apps and runtimes have metadata that clients look up."""
    return Ref.parse_or_none(ref) is not None


def describes_nothing(commit: Commit) -> bool:
    """Whether the commit says nothing about single refs, as ``ostree summary -u`` leaves it."""
    return _cache(commit) is None and commit.metadata.lookup(COMMITS_KEY) is None


class Description:
    """What an ostree-metadata commit says about single refs, read once."""

    def __init__(self, commit: Commit) -> None:
        """Raises FormatError for a list that two clients could read differently."""
        _check_lists(commit)
        self._timestamp = commit.timestamp
        commits = commit.metadata.get(COMMITS_KEY, COMMITS_TYPE)
        self._commits: Mapping[str, str] | None = commits
        cache = _cache(commit)
        # Not by bisection: other tools do not always sort it.
        self._cache = None if cache is None else {entry[0].unpack(): entry[1] for entry in cache}

    def metadata(self, name: str) -> str:
        """Flatpak's metadata keyfile of a ref; empty if it has none."""
        entry = self._cache.get(name) if self._cache is not None else None
        return entry[2].unpack() if entry is not None else ""

    def disagreement(self, name: str, described: Described) -> Message | None:
        """Why it does not stand for a carried ref; None if it does.

        What describes no ref at all contradicts none.
        """
        if self._timestamp < described.timestamp:
            return Message("it is older than a commit on the drive")
        if self._commits is not None and self._commits.get(name) != described.commit:
            return Message("it names another commit for {name}, or none", name=name)
        if self._cache is not None and is_described(name):
            entry = self._cache.get(name)
            if entry is None or entry[2].unpack() != described.metadata:
                return Message(
                    "it describes {name} differently than the commit does, or not at all", name=name
                )
        return None


def sync_problem(commit: Commit, refs: Mapping[str, Described]) -> Message | None:
    """Why an ostree-metadata commit does not fit the carried refs; None if it does.

    In sync means: not older than the newest carried commit, and every carried ref's metadata as
    in its commit. One that describes no ref at all contradicts none.
    """
    try:
        description = Description(commit)
    except FormatError as error:
        return message_of(error)
    problems = (description.disagreement(name, described) for name, described in refs.items())
    return next((problem for problem in problems if problem is not None), None)


def _check_lists(commit: Commit) -> None:
    """Raise FormatError for a list that two clients could read differently."""
    for key, form in ((COMMITS_KEY, COMMITS_TYPE), (_CACHE_KEY, CACHE_TYPE)):
        value = unwrapped(commit.metadata.lookup(key))
        if value is not None:
            if value.signature != form or value.size > MAX_UNPACKED:
                raise FormatError(Message("its {key} is none that clients read", key=key))
            check_cache(value, Message("its {key}", key=key))


def _cache(commit: Commit) -> Value | None:
    cache = unwrapped(commit.metadata.lookup(_CACHE_KEY))
    return cache if cache is not None and cache.signature == CACHE_TYPE else None


def write_metadata(collection: str, refs: Mapping[str, Described], made: int) -> MetadataCommit:
    """ostree-metadata for the carried refs.

    The same refs give the same commit: its time is ``made`` (of the snapshot, seconds) or that of
    the newest carried commit.
    """
    cache = [
        (
            name,
            (
                byteswap64(described.installed_size),
                byteswap64(described.download_size),
                described.metadata,
            ),
        )
        for name, described in sorted(refs.items())
        if is_described(name)
    ]
    metadata = {
        COMMITS_KEY: Variant(
            COMMITS_TYPE, [(name, described.commit) for name, described in sorted(refs.items())]
        ),
        "ostree.collection-binding": Variant("s", collection),
        "ostree.ref-binding": Variant("as", [METADATA_REF]),
        _CACHE_KEY: Variant("v", Variant(CACHE_TYPE, cache)),
        "xa.cache-version": Variant("u", _CACHE_VERSION),
    }
    tree = serialise(DIRTREE_TYPE, ([], []))
    tree_meta = serialise_dirmeta(_DIRECTORY_MODE)
    newest = max((described.timestamp for described in refs.values()), default=0)
    commit = serialise(
        COMMIT_TYPE,
        (
            sorted(metadata.items()),
            b"",
            [],
            "",
            "",
            byteswap64(max(made, newest)),
            sha256(tree).digest(),
            sha256(tree_meta).digest(),
        ),
    )
    checksum = sha256(commit).hexdigest()
    return MetadataCommit(
        checksum,
        {
            ObjectName(checksum, ObjectKind.COMMIT): commit,
            ObjectName(sha256(tree).hexdigest(), ObjectKind.DIRTREE): tree,
            ObjectName(sha256(tree_meta).hexdigest(), ObjectKind.DIRMETA): tree_meta,
        },
    )


def is_satchels(commit: Commit, detached: bytes | None) -> bool:
    """Whether Satchel wrote it, and nobody signed it."""
    try:
        signed = bool(detached_signatures(detached))
    except FormatError:
        signed = False
    return not signed and commit.metadata.lookup(COMMITS_KEY) is not None


def detached_with(signatures: Iterable[bytes]) -> bytes:
    """A commitmeta object with GPG signatures."""
    return serialise(DETACHED_TYPE, [("ostree.gpgsigs", Variant("aay", list(signatures)))])


def describe_refs(
    read_commit: Callable[[str], Commit | None],
    refs: Mapping[str, str],
    sizes: Callable[[str], tuple[int, int]] = lambda _: (0, 0),
) -> dict[str, Described]:
    """Ref → what its commit says, of all whose commit can be read."""
    described = {}
    for name, checksum in refs.items():
        if name == METADATA_REF:
            continue
        commit = read_commit(checksum)
        if commit is None:
            continue
        installed, download = sizes(name)
        described[name] = Described(
            checksum, commit.timestamp, commit.app_metadata or "", installed, download
        )
    return described
