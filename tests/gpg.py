"""Real OpenPGP keys for tests, each in a short-lived gpg home of its own.

A key costs about 0.1 s: share them between tests; `tests.kept.kept_key` makes one only once.
`SigningKey.close` stops the agent that gpg started for the home.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

PAST = "20200101T000000"
"""When old keys and signatures are made: what lasts a year or less from here is over.

Add an exclamation mark where gpg is told, so that time stands still: of two commands that start at
this moment a quick one would find that a slow one's key is of the future.
"""


class SigningKey:
    """An ed25519 key made long ago, without passphrase unless one is given.

    Attributes:
        public: binary public key, minimal, with the revocation if there is one.
        fingerprint: of the primary key.
        homedir: a gpg home with the secret key, for `ostree gpg-sign --gpg-homedir` and the like.
    """

    def __init__(
        self,
        user_id: str = "Test Key <test@example.org>",
        *,
        expired: bool = False,
        revoked: bool = False,
        subkey: bool = False,
        passphrase: str = "",
    ) -> None:
        self.homedir = _new_home()
        then = f"--faked-system-time={PAST}!"
        self._then = [then] if expired else []
        unlock = ["--pinentry-mode", "loopback", "--passphrase", passphrase]
        self.gpg(
            then, *unlock,
            "--quick-generate-key", user_id, "ed25519", "sign", "1y" if expired else "never",
        )  # fmt: skip
        listing = self.gpg("--list-keys", "--with-colons").decode()
        self.fingerprint = next(
            line.split(":")[9] for line in listing.splitlines() if line.startswith("fpr:")
        )
        if subkey:
            self.gpg(then, *unlock, "--quick-add-key", self.fingerprint, "ed25519", "sign", "never")
        self.public = self.gpg("--export-options", "export-minimal", "--export", self.fingerprint)
        if revoked:
            self.public = self._revoked()

    def state(self) -> dict[str, str]:
        """What `restored` needs beside the home."""
        return {
            "fingerprint": self.fingerprint,
            "public": self.public.hex(),
            "then": " ".join(self._then),
        }

    @classmethod
    def restored(cls, homedir: Path, state: dict[str, str]) -> Self:
        """One made before, whose home is copied."""
        key = cls.__new__(cls)
        key.homedir = _new_home()
        shutil.copytree(homedir, key.homedir, dirs_exist_ok=True)
        os.chmod(key.homedir, 0o700)
        key.fingerprint = state["fingerprint"]
        key.public = bytes.fromhex(state["public"])
        key._then = state["then"].split()
        return key

    def gpg(self, *args: str, data: bytes = b"") -> bytes:
        command = ["gpg", "--homedir", self.homedir, "--no-options", "--batch", "--quiet"]
        return subprocess.run(
            [*command, "--no-permission-warning", *args],
            input=data,
            capture_output=True,
            check=True,
        ).stdout

    def sign(self, data: bytes, *options: str, expired: bool = False) -> bytes:
        """A detached binary signature; ``expired``: one that was valid for a day, long ago. Keys
        made expired sign at a time when they were not."""
        if expired:
            options = ("--default-sig-expire", "1d", *options)
        then = [f"--faked-system-time={PAST}!"] if expired else self._then
        return self.gpg(*then, *options, "-u", self.fingerprint, "--detach-sign", data=data)

    def prolong(self, ends: str) -> bytes:
        """Set the end of the key (as ``2027-06-14`` or ``never``); the public key from now on."""
        self.gpg("--quick-set-expire", self.fingerprint, ends)
        self.public = self.gpg("--export-options", "export-minimal", "--export", self.fingerprint)
        return self.public

    @property
    def armoured(self) -> bytes:
        return self.gpg("--armor", "--export", self.fingerprint)

    @property
    def secret(self) -> bytes:
        return self.gpg("--export-secret-keys", self.fingerprint)

    def stop_agent(self) -> None:
        subprocess.run(["gpgconf", "--homedir", self.homedir, "--kill", "all"], check=False)

    def close(self) -> None:
        self.stop_agent()
        shutil.rmtree(self.homedir, ignore_errors=True)

    def _revoked(self) -> bytes:
        """The public key with its revocation; the secret one stays fit to sign."""
        certificate = Path(self.homedir, "openpgp-revocs.d", f"{self.fingerprint}.rev").read_text()
        # gpg puts a colon before the armour against accidents.
        armour = certificate[certificate.index(":-----BEGIN") + 1 :]
        with tempfile.TemporaryDirectory(prefix="sgpg-", dir="/tmp") as other:
            command = ["gpg", "--homedir", other, "--no-options", "--batch", "--quiet"]
            for data in (self.public, armour.encode()):
                subprocess.run(
                    [*command, "--no-autostart", "--import"],
                    input=data,
                    stderr=subprocess.PIPE,
                    check=True,
                )
            return subprocess.run(
                [*command, "--export", self.fingerprint], stdout=subprocess.PIPE, check=True
            ).stdout


def _new_home() -> str:
    # Agents listen on a socket in the home, whose path has to be short.
    home = tempfile.mkdtemp(prefix="sgpg-", dir="/tmp")
    # Else each takes two of the 128 inotify instances that a person has, and the processes of a
    # test run have dozens of agents together: then udevadm settle has none.
    Path(home, "gpg-agent.conf").write_text("disable-check-own-socket\n")
    return home
