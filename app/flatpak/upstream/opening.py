"""How remotes are opened: one way for plans, catalogues, lists and commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from app.errors import SatchelError, TrustError, UpstreamError
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.cache import RemoteCache
from app.flatpak.upstream.client import CachedSource, RemoteClient
from app.flatpak.upstream.errors import NotFetchedError, no_list
from app.flatpak.upstream.keys import RemoteKeys
from app.flatpak.upstream.near import NOTHING_NEAR, NearUpstream
from app.flatpak.upstream.published_configuration import (
    PublishedConfiguration,
    fetch_keys,
    published_configuration,
)
from app.flatpak.upstream.signed_lists import fetch_list
from app.flatpak.upstream.unlisted import open_unlisted
from app.flatpak.upstream.upstream import Snapshot, Upstream, origin_of
from app.flatpak.upstream.verification import check_collection, require_key
from app.ostree.pull.fetch import LocalSource, Network, Source
from app.ostree.pull.kept_trees import KeptTrees
from app.progress import Cancel, Reporter, silent
from app.trust.rotation import certified


class UpstreamOpener(Struct, frozen=True):
    """Opens remotes for one piece of work; `Environment.upstreams` makes it.

    Attributes:
        cache: directory for what may be fetched again.
        cancel: asked as long as what was opened is used.
        report: told of a pause that a busy server wants, perhaps by another thread.
        allow_unsigned: remotes without signatures as well, whether or not the person has accepted
            each by itself.
        offline: nobody is asked: remotes are as they were the last time, verified again.
        kept: for drives that are made so, what this computer has of the commits' trees; lists are
            as the last drive got them.
        near: what drives and installations beside have; offline, lists as well.
    """

    cache: Path
    network: Network
    cancel: Cancel
    report: Reporter = silent
    allow_unsigned: bool = False
    offline: bool = False
    kept: KeptTrees | None = None
    near: NearUpstream = NOTHING_NEAR

    def open(self, remote: Remote, *, offline: bool = False) -> Upstream:
        """Fetch and verify what a remote offers now; the caller closes it.

        A second call costs one conditional request while nothing has changed upstream. With
        ``offline`` nobody is asked, as for all of them. Raises UpstreamError, TrustError.
        """
        source: Source = remote.open_source(self.network, self.cancel, self.report)
        offline = offline or self.offline
        local = isinstance(source, LocalSource)
        kept = self.kept if not local else None
        cache = RemoteCache(self.cache, remote.url, used=kept is not None)
        network = remote.access.network(self.network)

        def get_keys(url: str) -> bytes:
            return b"" if offline else fetch_keys(url, network, self.cancel)

        def load(source: Source) -> Upstream:
            return load_upstream(
                remote,
                RemoteClient(source, cache),
                get_keys,
                allow_unsigned=self.allow_unsigned or remote.unsigned_accepted,
                kept=kept,
                near=self.near,
            )

        if not offline or local:
            return load(source)
        fetched = CachedSource(remote.url, cache)
        try:
            return _newest(load, (fetched, *self.near.lists(remote)))
        except NotFetchedError:
            unlisted = None
            if kept is not None:
                unlisted = open_unlisted(remote, RemoteClient(fetched, cache), self.near, kept)
            if unlisted is None:
                raise no_list(remote.label) from None
            return unlisted


def _newest(load: Callable[[Source], Upstream], sources: Sequence[Source]) -> Upstream:
    """Of several lists of a remote, of which nobody can tell which it has now.

    Raises what was wrong with the first, if there is none.
    """
    newest: Upstream | None = None
    wrong: SatchelError | None = None
    for source in sources:
        try:
            upstream = load(source)
        except (UpstreamError, TrustError) as error:
            wrong = wrong or error
            continue
        if newest is None:
            newest = upstream
            continue
        if (upstream.snapshot.made or 0) > (newest.snapshot.made or 0):
            newest, upstream = upstream, newest
        upstream.close()
    if newest is not None:
        return newest
    assert wrong is not None
    raise wrong


def load_upstream(
    remote: Remote,
    client: RemoteClient,
    get_keys: Callable[[str], bytes],
    *,
    allow_unsigned: bool,
    kept: KeptTrees | None = None,
    near: NearUpstream = NOTHING_NEAR,
) -> Upstream:
    """See `UpstreamOpener`. ``get_keys``: the file of that address; empty if it cannot be had."""
    keys = RemoteKeys(remote)
    try:
        if not allow_unsigned:
            require_key(remote, client)
        signed_list = fetch_list(client, keys, allow_unsigned=allow_unsigned)
        check_collection(remote, signed_list.collection)
        configuration = PublishedConfiguration()
        if signed_list.judgement.good:
            # As flatpak: keys that the signed list hands out count from now on, for commits too.
            configuration = published_configuration(signed_list.metadata)
            keys.take((configuration.keys,) if configuration.keys else ())
            if configuration.keys_url:
                keys.take(certified(keys.remote.keys, get_keys(configuration.keys_url)))
        return Upstream(
            remote=keys.remote,
            client=client,
            signed_list=signed_list,
            snapshot=Snapshot(
                origin_of(keys.remote, signed_list),
                signed_list.made,
                sha256(signed_list.data).hexdigest(),
                signed_list.judgement,
            ),
            keyring=keys.keyring,
            configuration=configuration,
            handed_out=keys.handed_out,
            allow_unsigned=allow_unsigned,
            kept=kept,
            near=near,
        )
    except BaseException:
        keys.close()
        raise
