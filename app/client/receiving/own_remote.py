"""Which of an installation's remotes is the one that something on a stick comes from."""

from __future__ import annotations

from collections.abc import Sequence

from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.remote import Remote
from app.ostree.names import origin_remote
from app.stick.store.upstream_copy import UpstreamCopy


def own_remote(
    collection: str,
    own: Sequence[Remote],
    known: Sequence[Remote],
    copies: Sequence[UpstreamCopy],
    *,
    sideloads_unchecked: bool = True,
) -> Remote | None:
    """The installation's remote of a collection: one that says so, else one that says nothing and
    leads where the collection is known to be. Of what has no collection ID, the one that leads
    there. Of several best one that is switched on, looks at signatures, hides nothing, and is not
    there for one app.

    ``own``: the installation's remotes; ``known``: all that this computer knows.
    ``sideloads_unchecked``: whether flatpak takes what is of a collection from a drive where the
    remote looks at no signatures; its helper for ordinary users does not.
    """
    nameless = origin_remote(collection) is not None
    own = sorted(
        (remote for remote in own if nameless or sideloads_unchecked or remote.gpg_verify),
        key=lambda remote: (
            remote.disabled,
            not remote.gpg_verify,
            not remote.listed,
            remote.filter is not None,
        ),
    )
    for remote in own:
        if remote.collection_id == collection:
            return remote
    places = [copy.repo_file.url for copy in copies if copy.repo_file is not None]
    places += [remote.url for remote in known if remote.collection_id == collection]
    possible = (remote for remote in own if nameless or remote.collection_id is None)
    return next(
        (remote for remote in possible if any(same_place(remote.url, url) for url in places)), None
    )
