"""Who vouches for a bundle: a key of the remote that it comes from, if that is known here.

The keys that a bundle brings along itself are anybody's: clients ask that they have signed it, and
that is all they are good for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from app.errors import TrustError
from app.flatpak.bundles.bundle import Bundle, BundleError
from app.flatpak.extra_data import payloads_of
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.remote import Remote
from app.message import Message
from app.ostree.objects import Commit
from app.stick.trust.commits import judge_signed, open_keyring
from app.text import Policy, clean
from app.trust.prolonged import with_copies
from app.trust.verdict import Judgement, Verdict


class ForgedBundleError(TrustError):
    """The signature in a bundle does not belong to it."""


class BundleTrust(Struct, frozen=True):
    """Whose word a bundle is.

    Attributes:
        judgement: by the keys of remotes that are known.
        source: the remote whose key signed it, as people call it; empty if nobody vouches.
        keys: those of that remote.
        address: its address, where it has no title but only a name on this computer, or another has
            the same.
    """

    judgement: Judgement
    source: str = ""
    keys: tuple[bytes, ...] = ()
    address: str = ""

    @property
    def vouched(self) -> bool:
        return self.judgement.good

    def describe(self) -> Message:
        """One sentence for people."""
        if self.vouched and self.address:
            return Message(
                "Signed with the key of its source, {source} ({address}).",
                source=self.source,
                address=self.address,
            )
        if self.vouched:
            return Message("Signed with the key of its source, {source}.", source=self.source)
        match self.judgement.verdict:
            case Verdict.UNSIGNED:
                return Message("Nobody vouches for it: it is not signed.")
            case Verdict.UNKNOWN_KEY:
                return Message("Nobody vouches for it: its key is not known here.")
            case _:
                return self.judgement.describe()


def judge_bundle(bundle: Bundle, known: Iterable[Remote]) -> BundleTrust:
    """By the remotes that are ``known``, of the address or the collection that it names."""
    known = tuple(known)
    remotes = [remote for remote in known if remote.keys and _is_of(bundle, remote)]
    unknown = BundleTrust(judge_signed(None, bundle.delta.commit_data, bundle.delta.detached))
    every = tuple(key for remote in remotes for key in remote.keys)
    worst = unknown
    for remote in remotes:
        judgement = _judge(bundle, with_copies(remote.keys, every))
        if judgement.good:
            address = "" if _is_told_apart(remote, known) else remote.address
            return BundleTrust(
                judgement, remote.label, tuple(with_copies(remote.keys, every)), address
            )
        if worst.judgement.verdict is Verdict.UNKNOWN_KEY:
            worst = BundleTrust(judgement)
    return worst


def _is_told_apart(remote: Remote, known: Iterable[Remote]) -> bool:
    """Whether its title says which one is meant."""
    title = clean(remote.title, Policy.TITLE)
    return bool(title) and not any(
        clean(other.title, Policy.TITLE) == title and not same_place(other.url, remote.url)
        for other in known
    )


def _is_of(bundle: Bundle, remote: Remote) -> bool:
    if bundle.collection is not None and remote.collection_id == bundle.collection:
        return True
    return bool(bundle.origin) and same_place(remote.url, bundle.origin)


def _judge(bundle: Bundle, keys: Sequence[bytes]) -> Judgement:
    keyring = open_keyring(keys)
    if keyring is None:
        return judge_signed(None, bundle.delta.commit_data, bundle.delta.detached)
    with keyring:
        return judge_signed(keyring, bundle.delta.commit_data, bundle.delta.detached)


def own_key_problem(bundle: Bundle) -> Message | None:
    """Why no client installs it, where it brings keys that it is not signed by; else None."""
    if not bundle.keys or _judge(bundle, (bundle.keys,)).good:
        return None
    return Message("it brings a key along, and that has not signed it: flatpak refuses it")


def install_problem(bundle: Bundle) -> Message | None:
    """Why no flatpak installs it, whoever made it; None if that is not so."""
    if payloads_of(Commit.parse(bundle.delta.commit_data)):
        # "Extra data missing in detached metadata", with internet and with the payload at hand.
        return Message(
            "a part of it comes from its maker, which flatpak does not fetch for an app in a file"
        )
    return own_key_problem(bundle)


def require_usable(bundle: Bundle, trust: BundleTrust, name: str) -> None:
    """Raise `ForgedBundleError` or `BundleError` for one that must not be carried."""
    if trust.judgement.verdict is Verdict.BAD:
        raise ForgedBundleError(
            Message("{name} cannot be trusted: {verdict}", name=name, verdict=trust.describe()),
            Message("It was not used. Get it again from the people who offer it."),
        )
    problem = install_problem(bundle)
    if problem is not None:
        raise BundleError(name, problem)
