"""One origin on a stick: signatures, bindings, ostree-metadata, the copied upstream summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.closing import Closing
from app.flatpak.refs import Ref, arch_of
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.remote import Remote
from app.formats.gvariant import FormatError
from app.fs.root import Root
from app.message import Message
from app.ostree.names import METADATA_REF, origin_remote
from app.ostree.objects import Commit, ObjectKind, ObjectName
from app.ostree.repository import MAX_SUMMARY_SIZE
from app.remedy import Remedy
from app.severity import Severity
from app.stick.checking.age import check_age
from app.stick.checking.foreign import check_root_index
from app.stick.checking.key_files import CAREFUL, judge_key_files
from app.stick.checking.keys import CollectionKeys, Trust, UsedKey
from app.stick.checking.without_list import needs_no_copy, no_copy
from app.stick.findings import Code, Finding, finding
from app.stick.store.ostree_metadata import Described, sync_problem
from app.stick.store.record import MetadataSource, StickRecord
from app.stick.store.stick_state import StickState
from app.stick.store.upstream_copy import copy_keys
from app.stick.trust.commits import (
    SignedCommit,
    binding_problem,
    judge_commits,
    judge_signed,
    lacks_signatures,
)
from app.trust.verdict import Judgement, Verdict

_UNREADABLE = b"\xff"
"""Stands for signatures that cannot be read; no well-formed detached metadata."""


class CollectionCheck(Closing):
    """Rules about one origin on a stick. A context manager."""

    def __init__(
        self,
        stick: StickState,
        collection: str,
        remotes: Sequence[Remote],
        trust: Trust,
        *,
        accept_unsigned: bool,
    ) -> None:
        self._repository = stick.repository
        self._collection = collection
        self._told = stick.told(collection)
        # It has no collection ID, and what follows from one does not apply.
        self._of_remote = origin_remote(collection) is not None
        self._refs = stick.refs[collection]
        self._copy = stick.copies[collection]
        self._record = stick.record
        self._alone = len(stick.refs) == 1
        self._interrupted = False
        self._doubtful: set[str] = set()
        self._keys = CollectionKeys(
            collection, remotes, self._copy, stick.record, trust, told=self._told, alone=self._alone
        )
        self._keyring = self._keys.keyring
        self._accept_unsigned = accept_unsigned or self._is_accepted(remotes)
        # A client that gets a key with the remote takes nothing unsigned, whatever people accept.
        refused = self._of_remote and bool(copy_keys(self._copy))
        self._installs_unsigned = self._accept_unsigned and not refused
        self._verdicts: list[Judgement] = []
        self._commits = self._read_commits()

    def close(self) -> None:
        self._keys.close()

    def _is_accepted(self, remotes: Sequence[Remote]) -> bool:
        """Whether the person wants what comes from there though nobody vouches for it. What a key
        judges is never excused by an address that the drive names."""
        record = self._record.collections.get(self._collection) if self._record else None
        if self._keyring is not None or record is None:
            return False
        return any(
            remote.unsigned_accepted and same_place(remote.url, record.url) for remote in remotes
        )

    def _read_commits(self) -> dict[str, SignedCommit]:
        commits = {}
        read: dict[str, tuple[bytes, bytes | None] | None] = {}
        for name, checksum in self._refs.items():
            if checksum not in read:
                read[checksum] = self._read_commit(checksum)
            stored = read[checksum]
            if stored is not None:
                commits[name] = SignedCommit(self._collection, name, checksum, *stored)
        return commits

    def _read_commit(self, checksum: str) -> tuple[bytes, bytes | None] | None:
        """A commit and its signatures, once however many refs name it."""
        try:
            data = self._repository.read_object(ObjectName(checksum, ObjectKind.COMMIT))
            Commit.parse(data)
        except (OSError, FormatError):
            return None
        try:
            return data, self._repository.read_detached(checksum)
        except OSError:
            # There, and not to be read: as good as garbage.
            return data, _UNREADABLE

    def findings(self, *, interrupted: bool) -> Iterator[Finding]:
        """``interrupted``: a job may have stopped while it exchanged the index for remotes."""
        self._interrupted = interrupted
        yield from self._check_commits()
        yield from self._check_bindings()
        if not self._of_remote:
            yield from self._check_metadata(self._record)
        yield from self._check_copy()
        yield from self._check_key_files()
        yield from self._check_keys()

    def vouched(self) -> frozenset[str]:
        """Refs whose commits are signed, for them, as those of the collection have to be."""
        found = (*self._check_commits(), *self._check_bindings())
        wrong = {each.subject for each in found if each.severity is Severity.ERROR}
        return frozenset(self._commits.keys() - wrong)

    @property
    def used(self) -> tuple[UsedKey, ...]:
        """The keys that signed what was judged so far."""
        return self._keys.used(self._verdicts)

    # Keys and signatures

    def _apps(self) -> tuple[str, ...]:
        refs = (Ref.parse_or_none(name) for name in self._refs)
        return tuple(sorted({ref.id for ref in refs if ref is not None and ref.kind == "app"}))

    @property
    def is_unsigned(self) -> bool:
        """Nobody vouches for any of it: nothing is signed, or clients have no key."""
        return self._keyring is None and (self._of_remote or not self._is_signed())

    def _is_signed(self) -> bool:
        """Whether anything of it has a signature."""
        return any(not lacks_signatures(commit.detached) for commit in self._commits.values())

    @property
    def _keyless(self) -> bool:
        """Clients have it as a remote without a key: that nobody vouches for it says all."""
        return self._of_remote and self._keyring is None

    def _check_keys(self) -> Iterator[Finding]:
        yield from self._keys.check_voucher(
            self.used,
            signed=self._is_signed(),
            apps=self._apps(),
            accepted=self._accept_unsigned,
        )
        yield from self._keys.check_expiry(self._verdicts)

    def _check_key_files(self) -> Iterator[Finding]:
        """The .flatpakrepo beside the copy, from which the kit's is made."""
        if not self._copy.exists and not needs_no_copy(self._collection, self._record):
            return
        yield from judge_key_files(self._collection, self._copy.repo_files, self._told)
        if not self._copy.has_subset(self._arches()):
            message = Message(
                "The .flatpakrepo of {collection} names a part that upstream has not.",
                collection=self._told,
            )
            yield finding(Code.KIT_ALTERED, self._collection, message, hint=CAREFUL)
        yield from self._keys.check_handed_out(signed=self._is_signed())

    def _check_commits(self) -> Iterator[Finding]:
        commits = [
            commit
            for name, commit in self._commits.items()
            if name != METADATA_REF or self._of_remote
        ]
        verdicts = judge_commits(self._keyring, commits)
        self._verdicts += verdicts
        for commit, verdict in zip(commits, verdicts, strict=True):
            if verdict.verdict not in (Verdict.GOOD, Verdict.EXPIRED_KEY):
                self._doubtful.add(commit.ref)
            if self._keyring is None and not lacks_signatures(commit.detached):
                continue
            if verdict.verdict is Verdict.UNSIGNED:
                if self._keyless:
                    continue
                yield finding(
                    Code.COMMIT_UNSIGNED,
                    commit.ref,
                    Message("The commit of {ref} is not signed.", ref=commit.ref),
                    hint=Remedy.SIGN_TO_INSTALL if self._of_remote else None,
                    accepted=self._installs_unsigned,
                )
            elif not verdict.good and verdict.verdict is not Verdict.EXPIRED_KEY:
                yield finding(
                    Code.COMMIT_BAD_SIGNATURE,
                    commit.ref,
                    Message(
                        "The signature of {ref} is not good: {verdict}",
                        ref=commit.ref,
                        verdict=verdict.describe(),
                    ),
                    # In a view flatpak looks at signatures.
                    hint=Remedy.DO_NOT_TRUST if self._of_remote else None,
                )

    def _check_bindings(self) -> Iterator[Finding]:
        for name, commit in self._commits.items():
            problem = binding_problem(Commit.parse(commit.data), self._collection, name)
            if problem is not None:
                self._doubtful.add(name)
                yield finding(Code(problem[0]), name, problem[1])

    # ostree-metadata

    def _check_metadata(self, record: StickRecord | None) -> Iterator[Finding]:
        commit = self._commits.get(METADATA_REF)
        if commit is None:
            yield finding(
                Code.METADATA_MISSING,
                self._collection,
                Message(
                    "{collection} has no ostree-metadata; flatpak before 1.8 finds nothing.",
                    collection=self._told,
                ),
            )
            return
        described = {}
        for name, signed in self._commits.items():
            if name != METADATA_REF:
                parsed = Commit.parse(signed.data)
                described[name] = Described(
                    signed.checksum, parsed.timestamp, parsed.app_metadata or "", 0, 0
                )
        problem = sync_problem(Commit.parse(commit.data), described)
        if problem is not None:
            yield finding(
                Code.METADATA_OUT_OF_SYNC,
                self._collection,
                Message(
                    "The ostree-metadata of {collection} does not fit: {problem}.",
                    collection=self._told,
                    problem=problem,
                ),
            )
        yield from self._check_metadata_signature(commit, record)

    def _check_metadata_signature(
        self, commit: SignedCommit, record: StickRecord | None
    ) -> Iterator[Finding]:
        verdict = judge_commits(self._keys.metadata_keyring, [commit])[0]
        if self._keys.metadata_keyring is None:
            return
        if verdict.verdict is Verdict.UNSIGNED:
            if not self._must_be_signed(commit, record) or self._accept_unsigned:
                return
            message = Message(
                "The ostree-metadata of {collection} has lost its signature.",
                collection=self._told,
            )
        elif verdict.good or verdict.verdict is Verdict.EXPIRED_KEY:
            return
        else:
            message = Message(
                "The signature of the ostree-metadata of {collection} is not good: {verdict}",
                collection=self._told,
                verdict=verdict.describe(),
            )
        yield finding(Code.METADATA_BAD_SIGNATURE, self._collection, message)

    def _must_be_signed(self, commit: SignedCommit, record: StickRecord | None) -> bool:
        """Upstream's own, or signed by the maker; only Satchel's own may go unsigned."""
        for ref in self._refs:
            parsed = Ref.parse_or_none(ref)
            if parsed is not None:
                entry = self._copy.lookup(METADATA_REF, parsed.arch)
                if entry is not None and entry.commit == commit.checksum:
                    return True
        source = record.collections.get(self._collection) if record is not None else None
        # Without a list only the record tells.
        as_published = (
            source is not None
            and source.without_list
            and source.metadata is MetadataSource.UPSTREAM
        )
        return as_published or (source is not None and bool(source.metadata_key))

    # The copied upstream summary

    def _check_copy(self) -> Iterator[Finding]:
        if not self._copy.exists:
            yield no_copy(self._collection, self._record, self._told)
            return
        for path in self._copy.missing():
            yield self._lacks(path)
        for bad in self._copy.problems():
            # What upstream signed and yet can be read in two ways is no forgery of the signature.
            good = judge_signed(self._keyring, bad.data, bad.signature).good
            yield finding(
                Code.UPSTREAM_DIGEST_MISMATCH if good else Code.UPSTREAM_BAD_SIGNATURE,
                self._collection,
                Message(
                    "The copied {path} of {collection} is damaged: {reason}.",
                    path=bad.path,
                    collection=self._told,
                    reason=bad.reason,
                ),
            )
        for signed in self._copy.signed():
            if signed.collection != self._collection and not self._of_remote:
                yield finding(
                    Code.UPSTREAM_WRONG_COLLECTION,
                    self._collection,
                    Message(
                        "The copied {path} is for {other}.",
                        path=signed.path,
                        other=signed.collection or Message("no collection"),
                    ),
                )
            yield from self._check_copy_signature(signed.path, signed.data, signed.signature)
        yield from self._check_sub_summaries()
        if self._of_remote:
            yield from self._check_listed()
            return
        if self._alone:
            needed = [part.path for part in self._copy.sub_summaries(self._arches())]
            yield from check_root_index(
                self._repository.root,
                self._copy,
                self._collection,
                needed,
                interrupted=self._interrupted,
            )
        yield from check_age(self._commits.values(), self._copy, self._record, self._doubtful)

    def _check_copy_signature(
        self, path: str, data: bytes, signature: bytes | None
    ) -> Iterator[Finding]:
        verdict = judge_signed(self._keyring, data, signature)
        self._verdicts.append(verdict)
        if self._keyless:
            return
        if self._keyring is None and verdict.verdict is not Verdict.UNSIGNED:
            return
        if verdict.good or verdict.verdict is Verdict.EXPIRED_KEY:
            return
        yield finding(
            Code.UPSTREAM_BAD_SIGNATURE,
            self._collection,
            Message(
                "The signature of the copied {path} of {collection} is not good: {verdict}",
                path=path,
                collection=self._told,
                verdict=verdict.describe(),
            ),
            accepted=self._installs_unsigned and verdict.verdict is Verdict.UNSIGNED,
        )

    def _arches(self) -> list[str]:
        refs = (Ref.parse_or_none(name) for name in self._refs)
        return sorted({ref.arch for ref in refs if ref is not None})

    def _lacks(self, path: str) -> Finding:
        message = Message(
            "The copy of the upstream summary of {collection} lacks {path}.",
            collection=self._told,
            path=path,
        )
        return finding(Code.UPSTREAM_MISSING, self._collection, message)

    def _check_sub_summaries(self) -> Iterator[Finding]:
        for part in self._copy.sub_summaries(self._arches()):
            if part.table is None:
                yield self._lacks(part.path)
            elif isinstance(part.table, FormatError):
                yield finding(
                    Code.UPSTREAM_DIGEST_MISMATCH,
                    self._collection,
                    Message(
                        "The copied {path} of {collection} is damaged: {problem}.",
                        path=part.path,
                        collection=self._told,
                        problem=part.table,
                    ),
                )

    def _check_listed(self) -> Iterator[Finding]:
        """Clients take what upstream's own list names, and find nothing else."""
        for name, commit in self._commits.items():
            listed = self._copy.lookup(name, arch_of(name))
            if listed is not None and listed.commit == commit.checksum:
                continue
            message = Message(
                "The copied list of {collection} does not name {ref}, so computers do not find it.",
                collection=self._told,
                ref=name,
            )
            if listed is not None:
                message = Message(
                    "The copied list of {collection} names another version of {ref} than the drive "
                    "has, so it cannot be installed.",
                    collection=self._told,
                    ref=name,
                )
            yield finding(Code.SUMMARY_MISMATCH, name, message)


def _read(directory: Root, name: str) -> bytes | None:
    try:
        return directory.read(name, MAX_SUMMARY_SIZE)
    except OSError:
        return None
