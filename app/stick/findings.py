"""What a check may find. The codes are a contract: other programs rely on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from app.text import Policy, clean


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


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
    }
)
_INFOS = frozenset({Code.UPSTREAM_NEWER, Code.ORPHAN_OBJECTS})

MAKE_AGAIN = "Run satchel make with any app of this collection: it puts this in order."
_NOT_SO = "Do not use it as it is."
_KIT_AGAIN = "Run satchel make with any app: it writes what people install from anew."
_FETCH_AGAIN = "Run satchel make with the app it belongs to: it fetches what is damaged again."
_KEEP = "Do not hand this drive on."
_MAKE_ANEW = "Make it anew from the original source."
DISTRUST = f"{_KEEP} {_MAKE_ANEW}"
DELETE_IT = "Do not run or open it. Delete it, unless you know what it is."
# What flatpak 1.14, 1.16 and 1.18 do when they install from a drive without a network: they look
# at no signature and hash no content. Only a system installation by an ordinary user, which goes
# through flatpak's helper, does.
_UNNOTICED = "Flatpak would install it from the drive all the same."
_FORGED = f"{_UNNOTICED} {DISTRUST}"
_HINTS = {
    Code.REPO_INVALID: "Make the stick anew.",
    Code.SUMMARY_MISSING: MAKE_AGAIN,
    Code.SUMMARY_MISMATCH: MAKE_AGAIN,
    Code.REF_DANGLING: _FETCH_AGAIN,
    Code.REF_UNSAFE: DISTRUST,
    Code.COMMIT_MISSING: _FETCH_AGAIN,
    Code.COMMIT_UNSIGNED: f"{_UNNOTICED} {MAKE_AGAIN}",
    Code.COMMIT_BAD_SIGNATURE: _FORGED,
    Code.COMMIT_WRONG_COLLECTION: _FORGED,
    Code.COMMIT_WRONG_REF: _FORGED,
    Code.COMMIT_PARTIAL: _FETCH_AGAIN,
    Code.OBJECT_MISSING: _FETCH_AGAIN,
    Code.OBJECT_CORRUPT: _FETCH_AGAIN,
    Code.METADATA_MISSING: MAKE_AGAIN,
    Code.METADATA_BAD_SIGNATURE: MAKE_AGAIN,
    Code.METADATA_OUT_OF_SYNC: MAKE_AGAIN,
    Code.UPSTREAM_MISSING: MAKE_AGAIN,
    Code.UPSTREAM_BAD_SIGNATURE: MAKE_AGAIN,
    Code.UPSTREAM_WRONG_COLLECTION: MAKE_AGAIN,
    Code.UPSTREAM_DIGEST_MISMATCH: MAKE_AGAIN,
    Code.RUNTIME_MISSING: "Add the runtime: satchel make TARGET RUNTIME.",
    Code.EXTRA_DATA_CORRUPT: "Delete the file and add it again.",
    Code.LINK_OUTSIDE: DISTRUST,
    Code.NOT_READABLE: MAKE_AGAIN,
    Code.KIT_ALTERED: f"{_NOT_SO} {_KIT_AGAIN}",
    Code.KIT_MISSING: _KIT_AGAIN,
    Code.KIT_UNKNOWN: f"{_NOT_SO} {_KIT_AGAIN}",
    Code.METADATA_MISMATCH: "It is as its publisher made it: leave it out, and tell them.",
    Code.REPLACEMENT_MISSING: "Run satchel make with the app: it brings what replaces it.",
    Code.UNVOUCHED: "Compare the fingerprint with what the publisher says and add the remote, or "
    "name its key with --gpg-key. Only if you trust whoever made the drive: --trust-drive-keys.",
    Code.RELATED_MISSING: "Run satchel make with the app it belongs to.",
    Code.LANGUAGE_MISSING: "Run satchel make with the app it belongs to: it brings all languages.",
    Code.EXTRA_DATA_MISSING: "Install it where there is internet.",
    Code.KEY_EXPIRED: "Where flatpak looks at signatures it refuses these until the publisher "
    "prolongs the key; make the stick anew then.",
    Code.KEY_EXPIRES_SOON: "Make the stick anew once the publisher has prolonged the key.",
    Code.END_OF_LIFE: "It gets no more updates; look for what replaces it.",
    Code.UPSTREAM_OLDER: MAKE_AGAIN,
    Code.UNKNOWN_KEY: "Configure the remote on this computer, then check again.",
    Code.JOURNAL_LEFT: "Run the same satchel make again: it goes on where it stopped.",
    Code.FOREIGN_CONTENT: "Look at what it is: Satchel did not put it there.",
    Code.NEEDS_NEWER_FLATPAK: "Update flatpak on the computers where it is to be installed.",
    Code.ROLLED_BACK: "Run satchel make again: it takes what upstream has now.",
    Code.UPSTREAM_NEWER: "Run satchel make again to update.",
    Code.ORPHAN_OBJECTS: "They do no harm.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found.

    Attributes:
        subject: a collection, ref or object.
        repository: where it is on the drive, if that has more than one.
    """

    code: Code
    severity: Severity
    subject: str
    message: str
    hint: str
    repository: str = ""


def finding(
    code: Code,
    subject: str,
    message: str,
    *,
    hint: str | None = None,
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
    advice = hint if hint is not None else _HINTS.get(code, "")
    return Finding(
        code, severity, subject, clean(message, Policy.SENTENCE), clean(advice, Policy.SENTENCE)
    )


@dataclass(frozen=True, slots=True)
class Remedy:
    """Findings that the same thing helps against.

    Attributes:
        severity: of the findings, all of the same.
        hint: what to do; may be empty.
    """

    severity: Severity
    hint: str
    findings: tuple[Finding, ...]


def _is_distrust(hint: str) -> bool:
    return hint.endswith(DISTRUST)


_ORDER = {severity: place for place, severity in enumerate(Severity)}


def by_remedy(findings: Iterable[Finding]) -> tuple[Remedy, ...]:
    """Findings by what to do about them, else in their order.

    The worst first, and before all that helps what says that nothing does.
    """
    groups: dict[tuple[Severity, str], list[Finding]] = {}
    for one in findings:
        groups.setdefault((one.severity, one.hint), []).append(one)
    ordered = sorted(
        groups.items(), key=lambda group: (_ORDER[group[0][0]], not _is_distrust(group[0][1]))
    )
    return tuple(Remedy(severity, hint, tuple(found)) for (severity, hint), found in ordered)


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
        Code.ORPHAN_OBJECTS,
    }
)


def helps(findings: Iterable[Finding]) -> tuple[Help, ...]:
    """What helps against any of them; nothing else where the drive is not to be trusted."""
    found = {_help(one) for one in findings if one.code not in _NO_HELP and one.hint != DELETE_IT}
    if Help.MAKE_ANEW in found:
        return (Help.MAKE_ANEW,)
    return tuple(one for one in Help if one in found)


def _help(one: Finding) -> Help:
    if one.hint == MAKE_AGAIN:
        return Help.WRITE_AGAIN
    if one.code is Code.REPO_INVALID or _is_distrust(one.hint):
        return Help.MAKE_ANEW
    unknown = one.code in {Code.UNKNOWN_KEY, Code.UNVOUCHED}
    return Help.ADD_REMOTE if unknown else Help.WRITE_AGAIN
