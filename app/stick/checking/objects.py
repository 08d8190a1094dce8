"""Are the refs on a stick those of commits, and is everything there that they need?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from app.flatpak.refs import is_locale
from app.message import Message, Size
from app.ostree.blame import MOST
from app.ostree.fsck import Damage, StoreReport
from app.ostree.names import is_collection_id, is_ref_name
from app.ostree.objects import ObjectKind
from app.ostree.ref_files import MIRRORS, RefEntry
from app.remedy import Remedy
from app.stick.findings import Code, Finding, finding
from app.stick.store.partial_languages import absent_languages, missing_languages
from app.stick.store.stick_state import StickState

_MOST_LANGUAGES = 2000
"""Objects that may be damaged of a commit of which languages were left out."""


def check_refs(entries: Iterable[RefEntry], store: StoreReport) -> Iterator[Finding]:
    missing = {
        damage.name.checksum
        for damage in store.damage
        if damage.name.kind is ObjectKind.COMMIT and damage.reason is None
    }
    for entry in entries:
        in_mirrors = entry.path.startswith(MIRRORS)
        bad_collection = in_mirrors and not is_collection_id(entry.collection or "")
        if bad_collection or not is_ref_name(entry.name):
            yield finding(
                Code.REF_UNSAFE,
                entry.path,
                Message("The ref file {path} has an unsafe name.", path=repr(entry.path)),
            )
        elif entry.checksum is None:
            yield finding(
                Code.REF_DANGLING,
                entry.name,
                Message("The ref {ref} does not name a commit.", ref=entry.name),
            )
        elif entry.checksum in missing:
            yield finding(
                Code.REF_DANGLING,
                entry.name,
                Message(
                    "The ref {ref} names the commit {checksum}, which is not there.",
                    ref=entry.name,
                    checksum=entry.checksum,
                ),
            )


def _check_partial(
    stick: StickState, store: StoreReport, names: Mapping[str, list[str]]
) -> Iterator[Finding]:
    """Commits marked as incomplete; ``names`` are the refs of each commit."""
    damaged = {damage.name: damage for damage in store.damage}
    for commit in sorted(stick.partial & names.keys()):
        below = store.paths.little_below(commit, _MOST_LANGUAGES)
        locales = [name for name in names[commit] if is_locale(name)]
        languages = None
        if locales and below is not None:
            damage = [damaged[name] for name in below]
            languages = missing_languages(stick.repository, commit, damage)
        explained = locales if languages is not None else []
        for name in sorted(set(names[commit]).difference(explained)):
            message = Message("{ref} is marked as incomplete ({commit}).", ref=name, commit=commit)
            yield finding(Code.COMMIT_PARTIAL, name, message)
        for name in explained if languages else ():
            yield _language_missing(name, languages or ())


def _lacking(
    stick: StickState, store: StoreReport
) -> Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Commits that carry some languages by choice: which of these never came, and which are lost;
    only those of which nothing else is damaged."""
    wanted = stick.record.languages if stick.record is not None else ()
    damaged = {damage.name: damage for damage in store.damage}
    lacking = {}
    for commit, absent in absent_languages(stick, wanted).items():
        below = store.paths.little_below(commit, _MOST_LANGUAGES)
        damage = [damaged[name] for name in below or ()]
        gone = missing_languages(stick.repository, commit, damage) if below is not None else None
        if gone is not None:
            lost = tuple(name for name in gone if name in stick.by_choice[commit])
            lacking[commit] = absent, lost
    return lacking


def _language_missing(
    ref: str, languages: Iterable[str], hint: Remedy | None = None, *, worse: bool = False
) -> Finding:
    listed = ", ".join(languages)
    return finding(
        Code.LANGUAGE_MISSING,
        ref,
        Message("{ref} lacks translations: {languages}.", ref=ref, languages=listed),
        hint=hint,
        worse=worse,
    )


def check_objects(stick: StickState, store: StoreReport) -> Iterator[Finding]:
    names: dict[str, list[str]] = {}
    for refs_of in stick.refs.values():
        for name, commit in refs_of.items():
            names.setdefault(commit, []).append(name)
    yield from _check_partial(stick, store, names)
    lacking = _lacking(stick, store)
    for commit, (absent, lost) in sorted(lacking.items()):
        for name in names.get(commit, ()):
            if absent:
                yield _language_missing(name, absent, Remedy.UPDATE)
            if lost:
                # Whoever made the drive counts on these.
                yield _language_missing(name, lost, Remedy.FETCH_AGAIN, worse=True)
    told = stick.partial.union(lacking)
    for damage in store.damage:
        is_absent = damage.reason is None and damage.name.kind is not ObjectKind.COMMIT
        # What an incomplete commit lacks is said once, by the mark.
        if is_absent and told.issuperset(damage.commits):
            continue
        yield _damage_finding(damage, _users(damage, names))
    for refused in store.refused:
        message = Message(
            "No app or runtime may have the object {object}, which {users} has: {reason}.",
            users=_users(refused, names),
            object=refused.name,
            reason=refused.reason,
        )
        yield finding(Code.METADATA_MISMATCH, str(refused.name), message)
    if store.orphans:
        yield finding(
            Code.ORPHAN_OBJECTS,
            "objects",
            Message(
                "Objects that belong to no ref: {orphans} ({size}).",
                orphans=f"{store.orphans:,}",
                size=Size(store.orphan_bytes),
            ),
        )


def _users(damage: Damage, names: Mapping[str, list[str]]) -> str:
    """The refs that need it; of very many only some."""
    every = (name for commit in damage.commits for name in names.get(commit, []))
    users = list(islice(every, MOST + 1))
    more = len(users) > MOST or len(damage.commits) > MOST
    return ", ".join([*sorted(set(users[:MOST])), *(["…"] if more else [])])


def _damage_finding(damage: Damage, users: str) -> Finding:
    """``users``: the refs that need it; empty if none does."""
    subject = str(damage.name)
    if damage.reason is not None:
        said = Message(
            "The object {subject} is damaged: {reason}.", subject=subject, reason=damage.reason
        )
        if users:
            said = Message(
                "The object {subject}, needed by {users}, is damaged: {reason}.",
                subject=subject,
                users=users,
                reason=damage.reason,
            )
        return finding(Code.OBJECT_CORRUPT, subject, said)
    if damage.name.kind is ObjectKind.COMMIT:
        checksum = damage.name.checksum
        said = Message("The commit {checksum} is missing.", checksum=checksum)
        if users:
            said = Message(
                "The commit {checksum}, needed by {users}, is missing.",
                checksum=checksum,
                users=users,
            )
        return finding(Code.COMMIT_MISSING, checksum, said)
    said = Message("The object {subject} is missing.", subject=subject)
    if users:
        said = Message(
            "The object {subject}, needed by {users}, is missing.", subject=subject, users=users
        )
    return finding(Code.OBJECT_MISSING, subject, said)
