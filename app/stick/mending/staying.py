"""What a repair cannot heal, and what that means for people."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress

from msgspec import Struct, field

from app.errors import SatchelError
from app.message import Message
from app.ostree.names import METADATA_REF
from app.ostree.objects import ObjectKind, ObjectName
from app.remedy import Remedy
from app.replacing import replace
from app.severity import Severity
from app.stick.checking.report import CheckReport
from app.stick.findings import Code, Finding
from app.stick.mending.plan import Unhealed
from app.stick.mending.writing_anew import named_commits
from app.stick.store.images import LAYOUT
from app.stick.store.location import KIT_FOLDER, LINKS, Location
from app.stick.store.stick_state import load_stick

_OBJECTS = frozenset({Code.OBJECT_MISSING, Code.OBJECT_CORRUPT, Code.COMMIT_MISSING})
_REFS = frozenset(
    {
        Code.REF_DANGLING,
        Code.COMMIT_UNSIGNED,
        Code.COMMIT_BAD_SIGNATURE,
        Code.COMMIT_WRONG_COLLECTION,
        Code.COMMIT_WRONG_REF,
        Code.COMMIT_PARTIAL,
        Code.RUNTIME_MISSING,
        Code.REPLACEMENT_MISSING,
        Code.METADATA_MISMATCH,
        Code.NOT_INSTALLABLE,
        Code.EXTRA_DATA_MISSING,
    }
)
_COLLECTIONS = frozenset(
    {
        Code.METADATA_MISSING,
        Code.METADATA_BAD_SIGNATURE,
        Code.METADATA_OUT_OF_SYNC,
        Code.UPSTREAM_MISSING,
        Code.UPSTREAM_BAD_SIGNATURE,
        Code.UPSTREAM_WRONG_COLLECTION,
        Code.UPSTREAM_DIGEST_MISMATCH,
        Code.UNVOUCHED,
        # What they hand out as a collection's remote; other files of the kit are no collections.
        Code.KIT_ALTERED,
        Code.KIT_MISSING,
    }
)
_DOUBTFUL = frozenset(
    {
        Code.COMMIT_UNSIGNED,
        Code.COMMIT_BAD_SIGNATURE,
        Code.COMMIT_WRONG_COLLECTION,
        Code.COMMIT_WRONG_REF,
        Code.METADATA_BAD_SIGNATURE,
        Code.UNVOUCHED,
    }
)
_LISTS = frozenset(
    {
        Code.UPSTREAM_MISSING,
        Code.UPSTREAM_BAD_SIGNATURE,
        Code.UPSTREAM_WRONG_COLLECTION,
        Code.UPSTREAM_DIGEST_MISMATCH,
    }
)
_MOST_NAMES = 3
_LAYOUT = f"{KIT_FOLDER}/{LAYOUT}/"


class Coming(Struct, frozen=True):
    """What comes from elsewhere.

    Attributes:
        collections: those whose source was asked.
        refs: of these sources, what the drive will have, by ref.
        commits: what is whole afterwards, or replaced by what is.
        lost: refs that are taken off.
        near: signatures and objects of these refs come from near.
        left: objects that nobody near has.
        users: commit → ref.
        copies: collections whose lists come from another drive.
        carried: collections of which anything is left.
        files: subjects of findings about apps as files and images that come anew.
    """

    collections: frozenset[str] = frozenset()
    refs: frozenset[str] = frozenset()
    commits: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    near: frozenset[str] = frozenset()
    left: frozenset[ObjectName] = frozenset()
    users: Mapping[str, str] = field(default_factory=dict)
    copies: frozenset[str] = frozenset()
    carried: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()


_BY_REPAIR = frozenset(
    {
        Remedy.REPAIR,
        Remedy.FETCH_AGAIN,
        Remedy.MOVE_ASIDE,
        Remedy.WRITE_KIT_AGAIN,
        Remedy.KIT_AGAIN,
        Remedy.DO_NOT_ADD,
        Remedy.SIGN_AGAIN,
        Remedy.SIGN_TO_INSTALL,
    }
)
_UNASKED = {
    Remedy.WRITE_KIT_AGAIN: Remedy.KIT_WITH_SOURCE,
    Remedy.KIT_AGAIN: Remedy.KIT_WITH_SOURCE,
    Remedy.DO_NOT_ADD: Remedy.KIT_WITH_SOURCE,
    Remedy.SIGN_AGAIN: Remedy.SIGN_WITH_SOURCE,
}
_ASKED = {
    Remedy.WRITE_KIT_AGAIN: Remedy.MAKE_ANEW,
    Remedy.KIT_AGAIN: Remedy.DO_NOT_TRUST,
    Remedy.DO_NOT_ADD: Remedy.DO_NOT_TRUST,
    Remedy.SIGN_AGAIN: Remedy.FORGED,
}


def helping(finding: Finding, *, asked: bool) -> Message:
    """What helps where a repair leaves it: its hint, unless that is just this. ``asked``: every
    source was."""
    remedy = finding.hint.remedy
    if remedy not in _BY_REPAIR:
        return finding.hint
    if finding.code is Code.NOT_READABLE or remedy is Remedy.MOVE_ASIDE:
        return Remedy.GET_PERMISSION.advice()
    if asked:
        return _ASKED.get(remedy, Remedy.REPAIR_FROM_OTHER).advice()
    return _UNASKED.get(remedy, Remedy.REPAIR_WITH_SOURCE).advice()


def repaired(check: CheckReport, *, asked: bool) -> CheckReport:
    """A check after a repair, whose hints are of what would help now."""
    findings = tuple(replace(each, hint=helping(each, asked=asked)) for each in check.findings)
    return replace(check, findings=findings)


def staying(check: CheckReport, coming: Coming, *, asked: bool) -> tuple[Unhealed, ...]:
    """The errors of a check that a repair leaves."""
    return tuple(
        Unhealed(each, _means(each, check, coming), helping(each, asked=asked))
        for each in check.findings
        if each.severity is Severity.ERROR and _stays(each, check, coming)
    )


def is_asked(carried: Iterable[str], asked: Container[str]) -> bool:
    """Whether the source of everything was; ``carried``: collections of which anything is there."""
    return all([origin in asked for origin in carried] or [False])


def left(check: CheckReport, places: Iterable[Location]) -> tuple[Unhealed, ...]:
    """The errors of a check after a repair of the repositories at ``places``, as of `repaired`."""
    users: dict[str, str] = {}
    for place in places:
        with suppress(SatchelError):
            users.update((commit, name) for name, commit in named_commits(load_stick(place)))
    coming = Coming(users=users)
    return tuple(
        Unhealed(each, _means(each, check, coming), each.hint)
        for each in check.findings
        if each.severity is Severity.ERROR
    )


def _stays(finding: Finding, check: CheckReport, coming: Coming) -> bool:
    subject = finding.subject
    if _is_file(finding):
        return subject not in coming.files
    if finding.code in _OBJECTS:
        name = _object(subject)
        return name in coming.left and any(
            commit not in coming.commits and coming.users.get(commit) not in coming.lost
            for commit in _needing(name, check, coming)
        )
    if finding.code in _REFS:
        if subject == METADATA_REF:
            return not coming.collections
        # A directory in the place of a ref goes with all that is in it.
        below = any(subject.startswith(f"{ref}/") for ref in coming.refs)
        return not below and subject not in coming.refs | coming.lost | coming.near
    if finding.code in _COLLECTIONS:
        # What is said of the index beside the summary names that.
        carried = subject in coming.carried
        return carried and subject not in coming.collections | coming.copies
    if finding.code is Code.EXTRA_DATA_CORRUPT:
        # Of what is needed; what is not is moved aside.
        return finding.hint.remedy is Remedy.FETCH_AGAIN and not coming.collections
    return finding.code is Code.REPO_INVALID and (not coming.users or subject == LINKS)


def _is_file(finding: Finding) -> bool:
    """Whether it is about an app that is there as a file, or about an image."""
    return finding.code in _OBJECTS and "/" in finding.subject


def _object(subject: str) -> ObjectName:
    """What a finding is about: an object, or a commit by its checksum."""
    checksum, dot, kind = subject.partition(".")
    return ObjectName(checksum, ObjectKind(kind) if dot else ObjectKind.COMMIT)


def _needing(name: ObjectName, check: CheckReport, coming: Coming) -> Iterator[str]:
    for commit in coming.users:
        if name.checksum == commit or name in check.paths.below([commit]):
            yield commit


def _means(finding: Finding, check: CheckReport, coming: Coming) -> Message:
    if finding.subject.startswith(_LAYOUT):
        return Message("No app of a container registry can be installed from this drive.")
    if finding.code in _DOUBTFUL:
        return Message("Nobody can tell whether it is what its publisher made.")
    if finding.code in _LISTS:
        return Message("Computers without internet do not learn from it what its source has.")
    if finding.code in (Code.METADATA_MISSING, Code.METADATA_OUT_OF_SYNC):
        return Message("Computers with flatpak before 1.8 install nothing of it.")
    refs: Iterable[str] = ()
    if _is_file(finding):
        refs = (finding.subject,)
    elif finding.code in _OBJECTS:
        refs = (
            coming.users[commit] for commit in _needing(_object(finding.subject), check, coming)
        )
    elif finding.code in _REFS:
        refs = (finding.subject,)
    names = list(dict.fromkeys(_name(ref) for ref in refs))
    if not names:
        return Message("It stays as it is.")
    shown = ", ".join(names[:_MOST_NAMES])
    if len(names) > _MOST_NAMES:
        return Message(
            "{apps} and {count} more cannot be installed from this drive.",
            apps=shown,
            count=len(names) - _MOST_NAMES,
        )
    return Message("{apps} cannot be installed from this drive.", apps=shown)


def _name(ref: str) -> str:
    parts = ref.split("/")
    return parts[1] if len(parts) > 1 else ref
