"""What a check may find. The codes are a contract: other programs rely on them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, StrEnum, auto

from msgspec import Struct

from app.message import Message
from app.remedy import Hint, Remedy, hint_message
from app.severity import Severity


class Code(StrEnum):
    """Finding codes."""

    REPO_INVALID = "repo-invalid"
    SUMMARY_MISSING = "summary-missing"
    SUMMARY_MISMATCH = "summary-mismatch"
    REF_DANGLING = "ref-dangling"
    REF_UNSAFE = "ref-unsafe"
    COMMIT_MISSING = "commit-missing"
    COMMIT_UNSIGNED = "commit-unsigned"
    COMMIT_BAD_SIGNATURE = "commit-bad-signature"
    COMMIT_WRONG_COLLECTION = "commit-wrong-collection"
    COMMIT_WRONG_REF = "commit-wrong-ref"
    COMMIT_PARTIAL = "commit-partial"
    OBJECT_MISSING = "object-missing"
    OBJECT_CORRUPT = "object-corrupt"
    METADATA_MISSING = "metadata-missing"
    METADATA_BAD_SIGNATURE = "metadata-bad-signature"
    METADATA_OUT_OF_SYNC = "metadata-out-of-sync"
    UPSTREAM_MISSING = "upstream-missing"
    UPSTREAM_BAD_SIGNATURE = "upstream-bad-signature"
    UPSTREAM_WRONG_COLLECTION = "upstream-wrong-collection"
    UPSTREAM_DIGEST_MISMATCH = "upstream-digest-mismatch"
    RUNTIME_MISSING = "runtime-missing"
    EXTRA_DATA_CORRUPT = "extra-data-corrupt"
    LINK_OUTSIDE = "link-outside"
    NOT_READABLE = "not-readable"
    KIT_ALTERED = "kit-altered"
    KIT_MISSING = "kit-missing"
    KIT_UNKNOWN = "kit-unknown"
    METADATA_MISMATCH = "metadata-mismatch"
    REPLACEMENT_MISSING = "replacement-missing"
    UNVOUCHED = "unvouched"
    NOT_INSTALLABLE = "not-installable"
    RELATED_MISSING = "related-missing"
    LANGUAGE_MISSING = "language-missing"
    EXTRA_DATA_MISSING = "extra-data-missing"
    KEY_EXPIRED = "key-expired"
    KEY_EXPIRES_SOON = "key-expires-soon"
    END_OF_LIFE = "end-of-life"
    UPSTREAM_OLDER = "upstream-older"
    UNKNOWN_KEY = "unknown-key"
    JOURNAL_LEFT = "journal-left"
    FOREIGN_CONTENT = "foreign-content"
    NEEDS_NEWER_FLATPAK = "needs-newer-flatpak"
    ROLLED_BACK = "rolled-back"
    SEVERAL_SOURCES = "several-sources"
    NAMES_LOST = "names-lost"
    UPSTREAM_NEWER = "upstream-newer"
    ORPHAN_OBJECTS = "orphan-objects"


_WARNINGS = frozenset(
    {
        Code.RELATED_MISSING,
        Code.LANGUAGE_MISSING,
        Code.EXTRA_DATA_MISSING,
        Code.KEY_EXPIRED,
        Code.KEY_EXPIRES_SOON,
        Code.END_OF_LIFE,
        Code.UPSTREAM_OLDER,
        Code.UNKNOWN_KEY,
        Code.JOURNAL_LEFT,
        Code.FOREIGN_CONTENT,
        Code.NEEDS_NEWER_FLATPAK,
        Code.ROLLED_BACK,
        Code.SEVERAL_SOURCES,
        Code.NAMES_LOST,
    }
)
_INFOS = frozenset({Code.UPSTREAM_NEWER, Code.ORPHAN_OBJECTS})

# What flatpak 1.14, 1.16 and 1.18 do when they install from a drive without a network: they look
# at no signature and hash no content. Only a system installation by an ordinary user, which goes
# through flatpak's helper, does. So a forged one is never said to be refused.
_REMEDIES = {
    Code.REPO_INVALID: Remedy.MAKE_ANEW,
    Code.SUMMARY_MISSING: Remedy.REPAIR,
    Code.SUMMARY_MISMATCH: Remedy.REPAIR,
    Code.REF_DANGLING: Remedy.FETCH_AGAIN,
    Code.REF_UNSAFE: Remedy.DO_NOT_TRUST,
    Code.COMMIT_MISSING: Remedy.FETCH_AGAIN,
    Code.COMMIT_UNSIGNED: Remedy.SIGN_AGAIN,
    Code.COMMIT_BAD_SIGNATURE: Remedy.FORGED,
    Code.COMMIT_WRONG_COLLECTION: Remedy.FORGED,
    Code.COMMIT_WRONG_REF: Remedy.FORGED,
    Code.COMMIT_PARTIAL: Remedy.FETCH_AGAIN,
    Code.OBJECT_MISSING: Remedy.FETCH_AGAIN,
    Code.OBJECT_CORRUPT: Remedy.FETCH_AGAIN,
    Code.METADATA_MISSING: Remedy.REPAIR,
    Code.METADATA_BAD_SIGNATURE: Remedy.REPAIR,
    Code.METADATA_OUT_OF_SYNC: Remedy.REPAIR,
    Code.UPSTREAM_MISSING: Remedy.REPAIR,
    Code.UPSTREAM_BAD_SIGNATURE: Remedy.REPAIR,
    Code.UPSTREAM_WRONG_COLLECTION: Remedy.REPAIR,
    Code.UPSTREAM_DIGEST_MISMATCH: Remedy.REPAIR,
    Code.RUNTIME_MISSING: Remedy.ADD_RUNTIME,
    Code.EXTRA_DATA_CORRUPT: Remedy.DELETE_AND_ADD_AGAIN,
    Code.LINK_OUTSIDE: Remedy.DO_NOT_TRUST,
    Code.NOT_READABLE: Remedy.REPAIR,
    Code.KIT_ALTERED: Remedy.KIT_AGAIN,
    Code.KIT_MISSING: Remedy.WRITE_KIT_AGAIN,
    Code.KIT_UNKNOWN: Remedy.KIT_AGAIN,
    Code.METADATA_MISMATCH: Remedy.LEAVE_OUT_AND_TELL,
    Code.REPLACEMENT_MISSING: Remedy.FETCH_REPLACEMENT,
    Code.UNVOUCHED: Remedy.COMPARE_FINGERPRINT,
    Code.NOT_INSTALLABLE: Remedy.FETCH_AGAIN,
    Code.RELATED_MISSING: Remedy.MAKE_WITH_APP,
    Code.LANGUAGE_MISSING: Remedy.MAKE_WITH_LANGUAGES,
    Code.EXTRA_DATA_MISSING: Remedy.INSTALL_ONLINE,
    Code.KEY_EXPIRED: Remedy.WAIT_FOR_KEY,
    Code.KEY_EXPIRES_SOON: Remedy.MAKE_ANEW_WHEN_PROLONGED,
    Code.END_OF_LIFE: Remedy.FIND_REPLACEMENT,
    Code.UPSTREAM_OLDER: Remedy.REPAIR,
    Code.UNKNOWN_KEY: Remedy.CONFIGURE_REMOTE,
    Code.JOURNAL_LEFT: Remedy.FINISH_JOB,
    Code.FOREIGN_CONTENT: Remedy.LOOK_AT_IT,
    Code.NEEDS_NEWER_FLATPAK: Remedy.UPDATE_FLATPAK,
    Code.ROLLED_BACK: Remedy.TAKE_NEWEST,
    Code.SEVERAL_SOURCES: Remedy.TAKE_OFF_ONE,
    Code.NAMES_LOST: Remedy.NAME_SOURCE,
    Code.UPSTREAM_NEWER: Remedy.UPDATE,
    Code.ORPHAN_OBJECTS: Remedy.NOTHING_TO_DO,
}


class Finding(Struct, frozen=True):
    """One thing that a check found.

    Attributes:
        subject: a collection, ref or object.
        repository: where it is on the drive, if that has more than one.
    """

    code: Code
    severity: Severity
    subject: str
    message: Message
    hint: Message
    repository: str = ""


def finding(
    code: Code,
    subject: str,
    message: Message,
    *,
    hint: Hint | None = None,
    accepted: bool = False,
    worse: bool = False,
) -> Finding:
    """A finding with the severity that belongs to its code.

    ``accepted`` makes a warning of an error that the person has just accepted, ``worse`` an error
    of what is otherwise a warning.
    """
    severity = Severity.ERROR
    if (code in _WARNINGS and not worse) or accepted:
        severity = Severity.WARNING
    elif code in _INFOS:
        severity = Severity.INFO
    advice = hint_message(_REMEDIES[code] if hint is None else hint)
    return Finding(code, severity, subject, message, advice)


class FindingGroup(Struct, frozen=True):
    """Findings that the same thing helps against.

    Attributes:
        severity: of the findings, all of the same.
        hint: what to do; may be empty.
    """

    severity: Severity
    hint: Message
    findings: tuple[Finding, ...]


_DISTRUST = frozenset({Remedy.DO_NOT_TRUST, Remedy.FORGED})


def _is_distrust(hint: Message) -> bool:
    return hint.remedy in _DISTRUST


_ORDER = {severity: place for place, severity in enumerate(Severity)}


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """In the one order in which a check tells them."""
    return tuple(
        sorted(
            findings,
            key=lambda each: (_ORDER[each.severity], each.code, each.subject, each.repository),
        )
    )


def by_remedy(findings: Iterable[Finding]) -> tuple[FindingGroup, ...]:
    """Findings by what to do about them, else in their order.

    The worst first, and before all that helps what says that nothing does.
    """
    groups: dict[tuple[Severity, Message], list[Finding]] = {}
    for result in findings:
        groups.setdefault((result.severity, result.hint), []).append(result)
    ordered = sorted(
        groups.items(), key=lambda group: (_ORDER[group[0][0]], not _is_distrust(group[0][1]))
    )
    return tuple(
        FindingGroup(severity, hint, tuple(grouped)) for (severity, hint), grouped in ordered
    )


class Help(Enum):
    """What a person can do about findings in a few steps."""

    WRITE_AGAIN = auto()
    MAKE_ANEW = auto()
    ADD_REMOTE = auto()


_NO_HELP = frozenset(
    {
        Code.EXTRA_DATA_CORRUPT,
        Code.EXTRA_DATA_MISSING,
        Code.KEY_EXPIRED,
        Code.KEY_EXPIRES_SOON,
        Code.END_OF_LIFE,
        Code.METADATA_MISMATCH,
        Code.FOREIGN_CONTENT,
        Code.NEEDS_NEWER_FLATPAK,
        Code.NAMES_LOST,
        Code.ORPHAN_OBJECTS,
    }
)


NO_SIGNATURE = Message("Use it only if you trust whoever made it: nothing on it can be verified.")
"""The hint where there is no key that anybody could know."""


def helps(findings: Iterable[Finding]) -> tuple[Help, ...]:
    """What helps against any of them; nothing else where the drive is not to be trusted."""
    useful = {
        _help(result)
        for result in findings
        if result.code not in _NO_HELP
        and result.hint.remedy is not Remedy.DELETE_IT
        and result.hint != NO_SIGNATURE
    }
    if Help.MAKE_ANEW in useful:
        return (Help.MAKE_ANEW,)
    return tuple(member for member in Help if member in useful)


_BEYOND_REPAIR = frozenset(
    {
        Code.EXTRA_DATA_MISSING,
        Code.END_OF_LIFE,
        Code.UNKNOWN_KEY,
        Code.NEEDS_NEWER_FLATPAK,
        Code.SEVERAL_SOURCES,
        Code.UPSTREAM_NEWER,
        Code.ORPHAN_OBJECTS,
    }
)
"""What a repair leaves as it is, as long as it is no error: somebody has to decide."""


def repairable(findings: Iterable[Finding]) -> bool:
    """Whether a repair would look at any of them."""
    return any(
        each.severity is Severity.ERROR or each.code not in _BEYOND_REPAIR for each in findings
    )


def _help(result: Finding) -> Help:
    if result.hint.remedy is Remedy.REPAIR:
        return Help.WRITE_AGAIN
    if result.code is Code.REPO_INVALID or _is_distrust(result.hint):
        return Help.MAKE_ANEW
    unknown = result.code in {Code.UNKNOWN_KEY, Code.UNVOUCHED}
    return Help.ADD_REMOTE if unknown else Help.WRITE_AGAIN
