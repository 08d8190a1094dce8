"""What is damaged in a repository that is published already, so that it is brought anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from app.formats.gvariant import FormatError
from app.fs.files import drive_errors
from app.fs.nodes import Node
from app.fs.root import Root
from app.media.publishing.checking import check_publication, published_key
from app.media.publishing.lists import files_of_list
from app.media.publishing.publication import Publication
from app.media.publishing.repository import heads, open_published
from app.message import Message
from app.ostree.objects import ObjectKind, ObjectName
from app.progress import Cancel, Reporter
from app.stick.findings import Code, Finding
from app.trust.keyring import Keyring

_SIGNATURES = frozenset({Code.COMMIT_BAD_SIGNATURE, Code.COMMIT_UNSIGNED})


class Damaged(Struct, frozen=True):
    """
    Attributes:
        objects: damaged or missing.
        files: paths of whatever is to be made anew, these among them.
    """

    objects: frozenset[ObjectName]
    files: tuple[str, ...]


def damaged(directory: Root, publication: Publication, report: Reporter, cancel: Cancel) -> Damaged:
    """Raises DriveError, and what ``cancel`` raises."""
    check = check_publication(directory, publication, report, cancel, contents=True)
    objects = frozenset(each.name for each in check.damage)
    with drive_errors(Message("looking at what is published")):
        others = _others(directory, publication, check.findings)
        files = (*(f"objects/{name.path}" for name in objects), *others)
    return Damaged(objects, tuple(sorted(files)))


def _others(
    directory: Root, publication: Publication, findings: Iterable[Finding]
) -> Iterator[str]:
    """Signatures and lists; the newest lists are written anew in any case."""
    refs = heads(open_published(directory, publication))
    # A key that has ended makes good signatures bad; with another one all is signed anew.
    signatures: frozenset[Code] = frozenset() if _key_ended(directory, publication) else _SIGNATURES
    for each in findings:
        if each.code in signatures and each.subject in refs:
            commit = refs[each.subject]
            yield f"objects/{ObjectName(commit, ObjectKind.COMMITMETA).path}"
        elif each.code == Code.UPSTREAM_DIGEST_MISMATCH:
            yield from files_of_list(directory, each.subject)


def _key_ended(directory: Root, publication: Publication) -> bool:
    try:
        key = published_key(directory, publication)
    except (OSError, FormatError):
        return False
    with Keyring([key]) as keyring:
        return any(each.expired for each in keyring.keys)


def remove_damaged(directory: Root, publication: Publication, files: Iterable[str]) -> None:
    """Nobody can use them. Raises DriveError."""
    with drive_errors(Message("publishing")):
        repository = open_published(directory, publication)
        with repository.locked(exclusive=True):
            for path in files:
                if directory.node(path) is Node.FILE:
                    directory.remove(path)
