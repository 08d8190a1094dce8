"""Does the stick's own summary list exactly its refs, so that clients find them?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.formats.gvariant import FormatError, Value
from app.message import Message
from app.ostree.config import ARCHIVE_MODES
from app.ostree.names import is_collection_id, is_ref_name
from app.ostree.objects import Commit, ObjectKind, ObjectName, byteswap64
from app.ostree.repository import Repository
from app.ostree.summary import (
    CACHE_TYPE,
    COLLECTION_ID_KEY,
    SHORT_TIMESTAMP_KEY,
    TIMESTAMP_KEY,
    Summary,
    SummaryRef,
    unwrapped,
)
from app.stick.findings import Code, Finding, finding

_SUBJECT = "summary"
_MOST_UNKNOWN = 1000
"""Refs that are not there and are told one by one."""

_VERSION_KEY = "ostree.commit.version"
_DATA_KEY = "xa.data"


def check_summary(
    repository: Repository, refs: Mapping[str, Mapping[str, str]]
) -> Iterator[Finding]:
    refs = {origin: names for origin, names in refs.items() if is_collection_id(origin)}
    try:
        data = repository.read_summary()
    except OSError:
        data = b""
    if data is None:
        yield finding(Code.SUMMARY_MISSING, _SUBJECT, Message("The repository has no summary."))
        return
    try:
        summary = Summary(data)
        if not data:
            raise FormatError(Message("it is empty"))
        if nameless := repository.nameless_refs():
            refs = {"": nameless, **refs}
        there = sum(len(names) for names in refs.values())
        if len(summary) > there + _MOST_UNKNOWN:
            raise FormatError(
                Message(
                    "it lists {summary} refs, and {there} are there",
                    summary=f"{len(summary):,}",
                    there=f"{there:,}",
                )
            )
        listed = _listed(summary)
    except FormatError as error:
        yield finding(
            Code.SUMMARY_MISMATCH,
            _SUBJECT,
            Message("The summary is damaged: {error}.", error=error),
        )
        return
    yield from _unsafe(listed)
    yield from _check_mode(summary)
    yield from _check_collections(summary)
    cache = unwrapped(summary.metadata.lookup("xa.cache"))
    if cache is not None and cache.signature != CACHE_TYPE:
        cache = None
    for collection, name, entry in listed:
        expected = refs.get(collection, {}).get(name)
        if expected is None:
            yield finding(Code.SUMMARY_MISMATCH, name, _not_there(collection, name))
        elif entry.commit != expected:
            message = Message("The summary names another commit for {ref} than its ref.", ref=name)
            yield finding(Code.SUMMARY_MISMATCH, name, message)
        else:
            yield from _check_claims(repository, entry, cache)
    yield from _unfindable(repository, summary, listed, refs)


def _not_there(collection: str, name: str) -> Message:
    if not collection:
        return Message("The summary lists {ref}, which is not on the drive.", ref=name)
    return Message(
        "The summary lists {ref} of {collection}, which is not on the drive.",
        ref=name,
        collection=collection,
    )


def _check_collections(summary: Summary) -> Iterator[Finding]:
    named = summary.metadata.lookup(COLLECTION_ID_KEY)
    if named is not None and summary.collection is None:
        # Clients take the main list for that of the collection that is named here, if it is a text.
        message = Message("The summary names its collection in a way that clients do not read.")
        yield finding(Code.SUMMARY_MISMATCH, _SUBJECT, message)
    if summary.collection is not None and next(summary.refs(), None) is not None:
        # flatpak_dir_list_all_remote_refs
        message = Message(
            "The summary lists {collection} where clients without internet do not look for names.",
            collection=summary.collection,
        )
        yield finding(Code.SUMMARY_MISMATCH, _SUBJECT, message)
    empty = sum(1 for entries in summary.collection_map().values() if not entries)
    if empty:
        message = Message(
            "The summary names {empty} collections of which it lists nothing.", empty=f"{empty:,}"
        )
        yield finding(Code.SUMMARY_MISMATCH, _SUBJECT, message)


def _check_mode(summary: Summary) -> Iterator[Finding]:
    """Clients that pull believe the summary about the mode before the config."""
    mode = summary.metadata.lookup("ostree.summary.mode")
    if mode is None or (mode.signature == "s" and mode.unpack() in ARCHIVE_MODES):
        return
    message = Message("The summary names another mode than the repository has.")
    yield finding(Code.SUMMARY_MISMATCH, _SUBJECT, message)


def _listed(summary: Summary) -> list[tuple[str, str, SummaryRef]]:
    listed = [(summary.collection or "", entry.name, entry) for entry in summary.refs()]
    for collection, entries in summary.collection_map().items():
        listed += [(collection, entry.name, entry) for entry in entries]
    return listed


def _unsafe(listed: list[tuple[str, str, SummaryRef]]) -> Iterator[Finding]:
    for collection, name, _ in listed:
        if not is_ref_name(name) or (collection and not is_collection_id(collection)):
            message = Message(
                "The summary lists the unsafe name {ref} of {collection}.",
                ref=repr(name),
                collection=repr(collection),
            )
            yield finding(Code.REF_UNSAFE, name, message)


def _check_claims(
    repository: Repository, entry: SummaryRef, cache: Value | None
) -> Iterator[Finding]:
    """What the summary tells of a commit: size, time and, as flatpak writes it, metadata."""
    try:
        data = repository.read_object(ObjectName(entry.commit, ObjectKind.COMMIT))
        commit = Commit.parse(data)
    except (OSError, FormatError):
        return
    if entry.commit_size != len(data) or not all(
        _is_true(commit, key, value) for key, value in _told(entry, cache)
    ):
        message = Message(
            "What the summary says about the commit of {ref} is not true.", ref=entry.name
        )
        yield finding(Code.SUMMARY_MISMATCH, entry.name, message)


def _told(entry: SummaryRef, cache: Value | None) -> Iterator[tuple[str, Value | None]]:
    """What clients look at; the time in the full name, which they look for, has to be there."""
    yield TIMESTAMP_KEY, entry.metadata.lookup(TIMESTAMP_KEY)
    for key in (SHORT_TIMESTAMP_KEY, _VERSION_KEY, _DATA_KEY):
        value = entry.metadata.lookup(key)
        if value is not None:
            yield key, value
    cached = cache.bisect(entry.name) if cache is not None else None
    if cached is not None:
        yield _DATA_KEY, cached[1]


def _is_true(commit: Commit, key: str, value: Value | None) -> bool:
    if value is None:
        return False
    if key == _VERSION_KEY:
        return value.signature == "s" and value.unpack() == commit.metadata.get("version", "s")
    if key == _DATA_KEY:
        return value.signature == "(tts)" and value[2].unpack() == (commit.app_metadata or "")
    return value.signature == "t" and byteswap64(value.unpack()) == commit.timestamp


def _find(summary: Summary, collection: str, name: str) -> SummaryRef | None:
    return summary.lookup_in(collection, name) if collection else summary.lookup(name)


def _unfindable(
    repository: Repository,
    summary: Summary,
    listed: list[tuple[str, str, SummaryRef]],
    refs: Mapping[str, Mapping[str, str]],
) -> Iterator[Finding]:
    """Refs that a client, searching by bisection, would not find."""
    names = {(collection, name) for collection, name, _ in listed}
    for collection, names_of in sorted(refs.items()):
        for name in sorted(names_of):
            if (collection, name) not in names:
                if not collection:
                    continue  # Whoever commits there need not list it: no client asks for it.
                if not repository.has(ObjectName(names_of[name], ObjectKind.COMMIT)):
                    continue  # It cannot be listed, and that is told of the commit.
                message = Message(
                    "The summary does not list {ref} of {collection}.",
                    ref=name,
                    collection=collection,
                )
                yield finding(Code.SUMMARY_MISMATCH, name, message)
            elif _find(summary, collection, name) is None:
                message = Message(
                    "The summary is not in order: clients would not find {ref}.", ref=name
                )
                yield finding(Code.SUMMARY_MISMATCH, name, message)
