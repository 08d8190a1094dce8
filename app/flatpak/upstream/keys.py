"""The keys that a remote is verified by while it is opened: upstream may hand out more."""

from __future__ import annotations

from collections.abc import Sequence

from app.closing import Closing
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.published_configuration import unverified_configuration
from app.formats.gvariant import FormatError
from app.ostree.objects import detached_signatures
from app.replacing import replace
from app.trust.keyring import BadKeyError, Keyring
from app.trust.prolonged import fingerprints_in, keys_in, with_copies
from app.trust.verdict import Judgement, Verdict


class RemoteKeys(Closing):
    """A remote and the keyring of its keys. Use as a context manager.

    Attributes:
        remote: with all keys that count by now.
        keyring: of these.
        handed_out: the keys that count by upstream's word beside those that the remote had.
    """

    def __init__(self, remote: Remote, keyring: Keyring | None = None) -> None:
        """``keyring``: of the remote's keys, if there is one already; it stays open."""
        self.remote = remote
        self.keyring = Keyring(remote.keys) if keyring is None else keyring
        self.handed_out = b""
        self._lent = keyring is not None

    def close(self) -> None:
        if not self._lent:
            self.keyring.close()

    def judge(self, data: bytes, signature: bytes) -> Judgement:
        """What the detached signature of a list is worth. Prolonged keys in it count from now."""
        if not self.remote.keys:
            return Judgement(Verdict.UNSIGNED)
        try:
            signatures = detached_signatures(signature)
        except FormatError:
            return Judgement(Verdict.BAD)
        judgement = self.keyring.verify(data, signatures)
        if judgement.verdict is Verdict.EXPIRED_KEY:
            # Whoever prolonged the key may have said so in the very list that it signed.
            own = self.remote.keys
            self._add(with_copies(own, (unverified_configuration(data).keys,))[len(own) :])
            judgement = self.keyring.verify(data, signatures)
        return judgement

    def take(self, keys: Sequence[bytes]) -> None:
        """Key files that upstream hands out count from now on."""
        trusted = fingerprints_in(self.remote.keys)
        if self._add(keys):
            new = (key for blob in keys for key in keys_in(blob) if key.fingerprint not in trusted)
            self.handed_out += b"".join(key.data for key in new)

    def _add(self, keys: Sequence[bytes]) -> bool:
        """Key files count beside the remote's own; what gpg does not take changes nothing."""
        known = {key.data for blob in self.remote.keys for key in keys_in(blob)}
        new = [blob for blob in keys if any(key.data not in known for key in keys_in(blob))]
        wanted = (*self.remote.keys, *new)
        if len(wanted) < 2:
            return False
        try:
            keyring = Keyring(wanted)
        except BadKeyError:
            return False
        try:
            # Each key once, with the newest of its own signatures: clients get it from here.
            merged = keyring.export()
        except BadKeyError:
            keyring.close()
            return False
        self.close()
        self.keyring, self._lent = keyring, False
        self.remote = replace(self.remote, keys=(merged,))
        return True
