"""Which remote of the installation a collection's apps are installed from, and what it lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.client.receiving.offered import APPSTREAM, Candidate, Offered
from app.client.receiving.own_remote import own_remote
from app.client.receiving.plan import Repair, SourceRemote
from app.client.receiving.refusal import Refusal, RefusalKind
from app.client.receiving.trusting import CollectionTrust
from app.flatpak.refs import is_valid_remote_name
from app.flatpak.remotes.flatpakrepo import RepoFile, join_keys
from app.flatpak.remotes.naming import free_name, name_from
from app.flatpak.remotes.remote import Remote, RemoteOrigin
from app.message import Message
from app.ostree.names import origin_remote
from app.replacing import replace
from app.stick.store.upstream_copy import UpstreamCopy
from app.stick.store.view import view_of
from app.stick.trust.commits import judge_signed, open_keyring
from app.stick.trust.origin import is_public
from app.trust.prolonged import fingerprints_in

_COPIED = (RemoteOrigin.GIVEN, RemoteOrigin.JOB)
"""Remotes that may be a mirror in the next room, of which updates should not be expected."""


def source_remote(
    trust: CollectionTrust,
    own: Sequence[Remote],
    known: Sequence[Remote],
    copies: Sequence[UpstreamCopy],
    offered: Offered,
    arch: str,
    taken: Mapping[str, str],
    *,
    sideloads_unchecked: bool,
) -> SourceRemote | None:
    """None if there is nothing that it could be added from.

    ``own``: the installation's remotes; ``known``: all that this computer knows; ``taken``: names
    that are in use, or will be, with the collection. ``sideloads_unchecked``: as in `own_remote`.
    """
    collection = trust.collection
    newest = newest_copy(collection, trust, copies)
    view = None
    if newest is not None:
        view = view_of(collection, newest, unsigned=trust.accepted)
    appstream = offered.best.get((collection, f"{APPSTREAM}{arch}"))
    if newest is None or appstream is None or appstream.lost or not names(newest, appstream, arch):
        appstream = None
    remote = own_remote(collection, own, known, copies, sideloads_unchecked=sideloads_unchecked)
    if remote is not None:
        lacks_part = newest is not None and remote.subset != newest.subset
        repairs = []
        if remote.gpg_verify and _lacks_key(remote, trust):
            repairs.append(Repair.KEY)
        if remote.collection_id is None and origin_remote(collection) is None:
            repairs.append(Repair.COLLECTION)
        return SourceRemote(
            collection,
            remote.name,
            remote.url,
            trust.keys,
            tuple(repairs),
            # In it flatpak would look for the list of that part alone. Why: decision D327.
            view=None if lacks_part else view,
            appstream=None if lacks_part else appstream,
            part=remote.subset if lacks_part else "",
            disabled=remote.disabled,
            filter=remote.filter,
        )
    repo_file = _repo_file(trust, known, copies)
    if repo_file is None:
        return None
    wanted = next((copy.remote_name for copy in copies if copy.remote_name), "")
    name = wanted if is_valid_remote_name(wanted) else name_from(repo_file.url)
    return SourceRemote(
        collection,
        free_name(name, taken),
        repo_file.url,
        trust.keys,
        (Repair.ADD,),
        repo_file,
        view,
        appstream,
    )


def switched_off(remote: SourceRemote, ref: str) -> Refusal | None:
    """Somebody did not want it here: adding its source anew would go behind their back."""
    if remote.disabled:
        reason = Message(
            "Its source “{remote}” is switched off on this computer; flatpak remote-modify "
            "--enable {remote} switches it on.",
            remote=remote.name,
        )
    elif remote.filter is not None and remote.filter.hides(ref):
        reason = Message(
            "A filter of the source “{remote}” hides it on this computer; flatpak remote-modify "
            "--no-filter {remote} shows everything again.",
            remote=remote.name,
        )
    else:
        return None
    return Refusal(RefusalKind.OTHER, reason)


def _lacks_key(remote: Remote, trust: CollectionTrust) -> bool:
    """Whether it has no key, or only a copy of one that has expired and was prolonged since."""
    if not remote.keys:
        return True
    if set(trust.keys) <= set(remote.keys):
        return False
    own, prolonged = open_keyring(remote.keys), open_keyring(trust.keys)
    if own is None or prolonged is None:
        return prolonged is not None
    with own, prolonged:
        valid = {key.fingerprint for key in prolonged.keys if not key.expired}
        return any(key.expired and key.fingerprint in valid for key in own.keys)


def newest_copy(
    collection: str, trust: CollectionTrust, copies: Sequence[UpstreamCopy]
) -> UpstreamCopy | None:
    """The newest of upstream's lists whose signatures are good; None if there is none."""
    keyring = open_keyring(trust.keys)
    if keyring is None:
        good = [copy for copy in copies if trust.accepted and copy.signed()]
        return _newest(good)
    # What has no collection ID, or none that clients know, is told by its key alone.
    nameless = origin_remote(collection) is not None
    with keyring:
        good = [
            copy
            for copy in copies
            if (signed := copy.signed())
            and all(
                (nameless or each.collection == collection)
                and judge_signed(keyring, each.data, each.signature).good
                for each in signed
            )
        ]
    return _newest(good)


def _newest(copies: Sequence[UpstreamCopy]) -> UpstreamCopy | None:
    return max(copies, key=lambda copy: copy.made or 0, default=None)


def names(copy: UpstreamCopy, candidate: Candidate, arch: str) -> bool:
    """Whether the list names this very commit."""
    entry = copy.lookup(candidate.name, arch)
    return entry is not None and entry.commit == candidate.checksum


def _repo_file(
    trust: CollectionTrust, known: Sequence[Remote], copies: Sequence[UpstreamCopy]
) -> RepoFile | None:
    """What the remote is added from: what this computer knows of it, else what the stick says, in
    any case with the keys that were judged by."""
    fingerprints = trust.fingerprints
    here = [
        remote.repo_file()
        for remote in known
        if remote.collection_id == trust.collection
        and remote.origin not in _COPIED
        and is_public(remote.url)
        and fingerprints & fingerprints_in(remote.keys)
    ]
    carried = [copy.repo_file for copy in copies if copy.repo_file is not None]
    collection = trust.collection if origin_remote(trust.collection) is None else None
    for repo_file in (*here, *carried):
        key = join_keys(trust.keys) if trust.keys else b""
        return replace(repo_file, collection_id=collection, key=key)
    return None
