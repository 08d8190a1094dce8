"""Does the stick's own summary list exactly its refs, so that clients find them?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.ostree.config import ARCHIVE_MODES
from app.ostree.gvariant import FormatError
from app.ostree.names import is_collection_id, is_ref_name
from app.ostree.objects import Kind, ObjectName
from app.ostree.repository import Repository
from app.ostree.summary import Summary, SummaryRef
from app.stick.findings import Code, Finding, finding

_SUBJECT = "summary"


def check_summary(
    repository: Repository, refs: Mapping[str, Mapping[str, str]]
) -> Iterator[Finding]:
    try:
        data = repository.read_summary()
    except OSError:
        data = b""
    if data is None:
        yield finding(Code.SUMMARY_MISSING, _SUBJECT, "The repository has no summary.")
        return
    try:
        summary = Summary(data)
        if not data or not summary.is_normal():
            raise FormatError("it is not well-formed")
        listed = _listed(summary)
    except FormatError as error:
        yield finding(Code.SUMMARY_MISMATCH, _SUBJECT, f"The summary is damaged: {error}.")
        return
    yield from _unsafe(listed)
    yield from _check_mode(summary)
    refs = {**_nameless(repository), **refs}
    for collection, name, entry in listed:
        expected = refs.get(collection, {}).get(name)
        if expected is None:
            message = f"The summary lists {name} of {collection}, which is not on the drive."
            yield finding(Code.SUMMARY_MISMATCH, name, message)
        elif entry.commit != expected:
            message = f"The summary names another commit for {name} than its ref."
            yield finding(Code.SUMMARY_MISMATCH, name, message)
        else:
            yield from _check_claims(repository, entry)
    yield from _unfindable(summary, listed, refs)


def _nameless(repository: Repository) -> dict[str, dict[str, str]]:
    """The refs of a repository that gives its own refs no collection, under the name ""."""
    heads = {
        entry.name: entry.checksum
        for entry in repository.refs()
        if entry.path.startswith("refs/heads/") and entry.collection is None and entry.checksum
    }
    return {"": heads} if heads else {}


def _check_mode(summary: Summary) -> Iterator[Finding]:
    """Clients that pull believe the summary about the mode before the config."""
    mode = summary.metadata.lookup("ostree.summary.mode")
    if mode is None or (mode.signature == "s" and mode.unpack() in ARCHIVE_MODES):
        return
    message = "The summary names another mode than the repository has."
    yield finding(Code.SUMMARY_MISMATCH, _SUBJECT, message)


def _listed(summary: Summary) -> list[tuple[str, str, SummaryRef]]:
    found = [(summary.collection or "", entry.name, entry) for entry in summary.refs()]
    for collection, entries in summary.collection_map().items():
        found += [(collection, entry.name, entry) for entry in entries]
    return found


def _unsafe(listed: list[tuple[str, str, SummaryRef]]) -> Iterator[Finding]:
    for collection, name, _ in listed:
        if not is_ref_name(name) or (collection and not is_collection_id(collection)):
            message = f"The summary lists the unsafe name {name!r} of {collection!r}."
            yield finding(Code.REF_UNSAFE, name, message)


def _check_claims(repository: Repository, entry: SummaryRef) -> Iterator[Finding]:
    """Size and time that the summary tells of a commit."""
    try:
        data = repository.read_object(ObjectName(entry.commit, Kind.COMMIT))
        commit = repository.read_commit(entry.commit)
    except (OSError, FormatError):
        return
    time = entry.timestamp
    version = entry.metadata.get("ostree.commit.version", "s")
    same_version = version is None or version == commit.metadata.get("version", "s")
    if entry.commit_size != len(data) or time != commit.timestamp or not same_version:
        message = f"What the summary says about the commit of {entry.name} is not true."
        yield finding(Code.SUMMARY_MISMATCH, entry.name, message)


def _find(summary: Summary, collection: str, name: str) -> SummaryRef | None:
    return summary.lookup_in(collection, name) if collection else summary.lookup(name)


def _unfindable(
    summary: Summary,
    listed: list[tuple[str, str, SummaryRef]],
    refs: Mapping[str, Mapping[str, str]],
) -> Iterator[Finding]:
    """Refs that a client, searching by bisection, would not find."""
    names = {(collection, name) for collection, name, _ in listed}
    for collection, names_of in sorted(refs.items()):
        for name in sorted(names_of):
            if (collection, name) not in names:
                message = f"The summary does not list {name} of {collection}."
                yield finding(Code.SUMMARY_MISMATCH, name, message)
            elif _find(summary, collection, name) is None:
                message = f"The summary is not in order: clients would not find {name}."
                yield finding(Code.SUMMARY_MISMATCH, name, message)
