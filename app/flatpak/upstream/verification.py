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
from app.flatpak.upstream.errors import BadSummaryError, NoSideloadError, UnsignedRemoteError
from app.ostree.names import is_collection_id
from app.trust.verdict import Judgement, Verdict

_KEY = "Give the .flatpakrepo that its makers publish with --remote, or its key with --gpg-key."
_RISK = "Ask the people who run it to sign it, or accept the risk with --allow-unsigned."


def require_key(remote: Remote, client: RemoteClient) -> None:
    """Raises `UnsignedRemoteError` for a remote without keys."""
    if not remote.keys:
        raise UnsignedRemoteError(
            f"The remote {remote.label} has no signing key, so nothing from it can be verified.",
            _keyless_hint(client),
        )


def _keyless_hint(client: RemoteClient) -> str:
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
        hint = "Ask the people who run it to sign it, or try again from another network."
        if not remote.gpg_verify_summary:
            # flatpak does not mind either where it was told not to.
            hint = _RISK
        raise UnsignedRemoteError(f"The {what} of {remote.label} is not signed.", hint)
    raise BadSummaryError(
        f"The {what} of {remote.label} cannot be trusted: {judgement.describe()}",
        "Nothing was used. Check the remote's key, or try again from another network.",
    )


def checked_collection(remote: Remote, published: str | None, *, for_drives: bool) -> str:
    """``published`` if it is the right one: as configured. Empty if there is none.

    Raises `BadSummaryError`; `NoSideloadError` if it has to be there ``for_drives``.
    """
    configured = remote.collection_id
    if published is not None and not is_collection_id(published):
        raise BadSummaryError(f"{remote.label} publishes the invalid collection ID {published!r}.")
    if configured and published and configured != published:
        raise BadSummaryError(
            f"{remote.label} should have the collection {configured}, but its summary "
            f"is for {published}.",
            "The address may be wrong, or somebody serves another repository's summary.",
        )
    if not published and for_drives:
        raise NoSideloadError(
            f"{remote.label} has no collection ID, so clients cannot install from a copy "
            "of it on a drive.",
            "Ask the people who run the repository to set one.",
        )
    return published or ""
