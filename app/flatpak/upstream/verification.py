"""Whether what a remote publishes is believed: its signature, its collection."""

from __future__ import annotations

from app.errors import UpstreamError
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.client import (
    INDEX_SIGNATURE,
    MAX_SIGNATURE_SIZE,
    SUMMARY_SIGNATURE,
    RemoteClient,
)
from app.flatpak.upstream.errors import BadSummaryError, UnsignedRemoteError
from app.message import Message
from app.ostree.names import is_collection_id
from app.remedy import Hint, Remedy
from app.trust.verdict import Judgement, Verdict, advice

_KEY = Remedy.GIVE_KEY
_RISK = Remedy.ASK_TO_SIGN


def require_key(remote: Remote, client: RemoteClient) -> None:
    """Raises `UnsignedRemoteError` for a remote without keys."""
    if not remote.keys:
        raise UnsignedRemoteError(
            Message(
                "The remote {remote} has no signing key, so nothing from it can be verified.",
                remote=remote.label,
            ),
            _keyless_hint(client),
        )


def _keyless_hint(client: RemoteClient) -> Remedy:
    """What helps without a key: that, where upstream signs; it has one to give then."""
    try:
        signed = client.get_optional(INDEX_SIGNATURE, MAX_SIGNATURE_SIZE) or client.get_optional(
            SUMMARY_SIGNATURE, MAX_SIGNATURE_SIZE
        )
    except UpstreamError:
        return _KEY
    return _KEY if signed else _RISK


def require_trust(remote: Remote, judgement: Judgement, what: str, *, allow_unsigned: bool) -> None:
    """Raises `UnsignedRemoteError` or `BadSummaryError` unless ``what`` may be believed."""
    if judgement.good:
        return
    if allow_unsigned and (judgement.verdict is Verdict.UNSIGNED or not remote.keys):
        return
    if judgement.verdict is Verdict.UNSIGNED:
        hint: Hint = Message(
            "Ask the people who run it to sign it, or try again from another network."
        )
        if not remote.gpg_verify_summary:
            # flatpak does not mind either where it was told not to.
            hint = _RISK
        raise UnsignedRemoteError(
            Message("The {what} of {remote} is not signed.", what=what, remote=remote.label), hint
        )
    raise BadSummaryError(
        Message(
            "The {what} of {remote} cannot be trusted: {judgement}",
            what=what,
            remote=remote.label,
            judgement=judgement.describe(),
        ),
        advice(judgement),
    )


def check_collection(remote: Remote, published: str | None) -> None:
    """Raises `BadSummaryError` if ``published`` is not the right one: as configured."""
    configured = remote.collection_id
    if published is not None and not is_collection_id(published):
        raise BadSummaryError(
            Message(
                "{remote} publishes the invalid collection ID {published}.",
                remote=remote.label,
                published=repr(published),
            )
        )
    if configured and published and configured != published:
        raise BadSummaryError(
            Message(
                "{remote} should have the collection {configured}, but its summary is for "
                "{published}.",
                remote=remote.label,
                configured=configured,
                published=published,
            ),
            Message("The address may be wrong, or somebody serves another repository's summary."),
        )
