"""Is a published repository what its maker signed, and whole?

By the key that its ``.flatpakrepo`` hands out: whoever adds the repository has no other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from app.flatpak.remotes.flatpakrepo import RepoFile
from app.flatpak.upstream.summary_index import inflate_summary
from app.formats.gvariant import FormatError, parse
from app.fs.files import drive_errors
from app.fs.root import Root
from app.media.publishing.commits import checksum_of
from app.media.publishing.lists import delta_path, list_path, read_shown, signature_path
from app.media.publishing.publication import Publication
from app.media.publishing.repository import heads
from app.media.publishing.summaries import catalogue_subset
from app.media.publishing.summary_delta import apply_summary_delta
from app.message import Message, message_of
from app.ostree.bindings import is_for_ref, is_of_origin
from app.ostree.fsck import check_store
from app.ostree.objects import (
    MAX_DETACHED_SIZE,
    Commit,
    ObjectKind,
    ObjectName,
    detached_signatures,
)
from app.ostree.repository import MAX_INDEX_SIZE, MAX_SUMMARY_SIZE, Repository
from app.ostree.summary import SUMMARY_TYPE
from app.progress import Cancel, Meter, Phase, Reporter, heeding
from app.stick.checking.report import CheckReport
from app.stick.findings import Code, Finding, finding
from app.trust.keyring import Keyring
from app.trust.verdict import Judgement, Verdict

_MAX_FILE = 1024 * 1024


class _Signed(Struct, frozen=True):
    """Something with a signature: what a finding calls it, and its bytes."""

    subject: str
    data: bytes
    signatures: tuple[bytes, ...]


def check_publication(
    directory: Root,
    publication: Publication,
    report: Reporter,
    cancel: Cancel,
    *,
    contents: bool,
) -> CheckReport:
    """``contents``: every object is read. Raises DriveError, and what ``cancel`` raises."""
    started = time.monotonic()
    with heeding(cancel), drive_errors(Message("reading the repository")):
        repository = Repository.open(directory)
        check = _Check(directory, repository, publication)
        findings = list(check.findings())
        meter = Meter(report, Phase.VERIFY)
        store = check_store(
            directory.below("objects"),
            check.refs.values(),
            meter,
            cancel,
            contents=contents,
            from_medium=False,
        )
    for damage in (*store.damage, *store.refused):
        code = Code.OBJECT_MISSING if damage.reason is None else Code.OBJECT_CORRUPT
        why = damage.reason or Message("it is not there")
        findings.append(
            check.found(
                code,
                str(damage.name),
                Message("{object_name}: {reason}.", object_name=str(damage.name), reason=why),
            )
        )
    return CheckReport(
        findings=tuple(findings),
        refs=len(check.refs),
        objects=store.objects,
        bytes=store.bytes,
        seconds=time.monotonic() - started,
        unread=store.unread,
        damage=store.damage,
        paths=store.paths,
        finished=int(time.time()),
    )


def published_key(directory: Root, publication: Publication) -> bytes:
    """What people check by who add it. Raises OSError, FormatError."""
    name = f"{publication.name}.flatpakrepo"
    return RepoFile.parse(directory.read(name, _MAX_FILE), name).key


class _Check:
    def __init__(self, directory: Root, repository: Repository, publication: Publication) -> None:
        self._directory = directory
        self._repository = repository
        self._publication = publication
        self.refs = heads(repository)

    def found(self, code: Code, subject: str, message: Message) -> Finding:
        hint = Message(
            "satchel publish {path} makes anew what is damaged.", path=self._directory.shown()
        )
        return finding(code, subject, message, hint=hint)

    def findings(self) -> Iterator[Finding]:
        """All but of objects."""
        collection = self._publication.collection
        try:
            signed = [*self._lists(), *self._commits()]
            key = published_key(self._directory, self._publication)
        except (OSError, FormatError) as error:
            reason = message_of(error) if isinstance(error, FormatError) else str(error)
            yield self.found(
                Code.SUMMARY_MISSING,
                collection,
                Message(
                    "The lists of {collection} cannot be read: {reason}.",
                    collection=collection,
                    reason=reason,
                ),
            )
            return
        with Keyring([key]) as keyring:
            judged = keyring.verify_many((each.data, each.signatures) for each in signed)
        for each, judgement in zip(signed, judged, strict=True):
            if not judgement.good:
                yield self._not_signed(each, judgement)
        yield from self._list_findings()
        yield from self._commit_findings()

    def _lists(self) -> Iterator[_Signed]:
        index = self._directory.read("summary.idx", MAX_INDEX_SIZE)
        summary = self._directory.read("summary", MAX_SUMMARY_SIZE)
        for subject, data, path in (
            ("summary.idx", index, signature_path(checksum_of(index))),
            ("summary.idx", index, "summary.idx.sig"),
            ("summary", summary, "summary.sig"),
        ):
            detached = self._directory.read(path, MAX_DETACHED_SIZE)
            yield _Signed(subject, data, detached_signatures(detached))

    def _commits(self) -> Iterator[_Signed]:
        for ref, checksum in self.refs.items():
            data = self._commit(checksum)
            if data is not None:
                detached = self._repository.read_detached(checksum)
                yield _Signed(ref, data, detached_signatures(detached))

    def _commit(self, checksum: str) -> bytes | None:
        """None for one that is not there, which is told as an object."""
        name = ObjectName(checksum, ObjectKind.COMMIT)
        return self._repository.read_object(name) if self._repository.has(name) else None

    def _not_signed(self, each: _Signed, judgement: Judgement) -> Finding:
        is_list = each.subject.startswith("summary")
        code = Code.COMMIT_BAD_SIGNATURE
        if is_list:
            code = Code.UPSTREAM_BAD_SIGNATURE
        elif judgement.verdict is Verdict.UNSIGNED:
            code = Code.COMMIT_UNSIGNED
        text = Message(
            "{subject}: {judgement}", subject=each.subject, judgement=judgement.describe()
        )
        return self.found(code, each.subject, text)

    def _list_findings(self) -> Iterator[Finding]:
        listed: dict[str, str] = {}
        for digest, *history in read_shown(self._directory).generations.values():
            try:
                data = self._list(digest)
                listed |= _listed(data)
                for older in history:
                    path = delta_path(older, digest)
                    delta = self._directory.read(path, MAX_SUMMARY_SIZE)
                    if apply_summary_delta(self._list(older), delta) != data:
                        raise FormatError(Message("the difference of two lists is damaged"))
            except (OSError, FormatError) as error:
                reason = message_of(error) if isinstance(error, FormatError) else str(error)
                yield self.found(
                    Code.UPSTREAM_DIGEST_MISMATCH,
                    digest,
                    Message("The list {digest}: {reason}.", digest=digest, reason=reason),
                )
        summary = _listed(self._directory.read("summary", MAX_SUMMARY_SIZE))
        for name, refs in (("summary.idx", listed), ("summary", summary)):
            for ref in sorted(self._differing(name, refs)):
                yield self.found(
                    Code.SUMMARY_MISMATCH,
                    ref,
                    Message(
                        "{ref} is another one in {name} than the repository has.",
                        ref=ref,
                        name=name,
                    ),
                )

    def _differing(self, name: str, refs: Mapping[str, str]) -> set[str]:
        differing = {ref for ref, _ in refs.items() ^ self.refs.items()}
        if name == "summary":
            # Only clients of the index know subsets.
            differing = {ref for ref in differing if not catalogue_subset(ref)}
        return differing

    def _list(self, digest: str) -> bytes:
        packed = self._directory.read(list_path(digest), MAX_SUMMARY_SIZE)
        return inflate_summary(packed, digest)

    def _commit_findings(self) -> Iterator[Finding]:
        collection = self._publication.collection
        bindings: tuple[tuple[Code, Callable[[Commit, str], bool]], ...] = (
            (Code.COMMIT_WRONG_COLLECTION, lambda commit, _: is_of_origin(commit, collection)),
            (Code.COMMIT_WRONG_REF, lambda commit, ref: is_for_ref(commit, collection, ref)),
        )
        for ref, checksum in self.refs.items():
            data = self._commit(checksum)
            if data is None:
                continue
            try:
                commit = Commit.parse(data)
            except FormatError:
                continue
            for code, holds in bindings:
                if not holds(commit, ref):
                    yield self.found(
                        code,
                        ref,
                        Message("The commit of {ref} was made for something else.", ref=ref),
                    )


def _listed(data: bytes) -> dict[str, str]:
    """Ref → commit."""
    entries = parse(SUMMARY_TYPE, data)[0].unpack()
    return {name: bytes(target[1]).hex() for name, target in entries}
