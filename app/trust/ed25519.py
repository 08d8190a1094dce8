"""Ed25519 signatures as libostree checks them, by a key that stays in openssl's hands.

libostree's ``ostree-sign-ed25519.c``: 64 bytes over the very bytes that are signed; the public key
is written as base64 of its 32 bytes.
"""

from __future__ import annotations

import base64
import os
import shutil
import stat
import subprocess
from pathlib import Path
from typing import ClassVar

from app.errors import TrustError
from app.message import Message
from app.trust.gpg import ScratchDirectory, remove

_SIGNATURE = 64
_PUBLIC = 32
_DER = bytes.fromhex("302a300506032b6570032100")
"""What stands before a public key in SubjectPublicKeyInfo (RFC 8410)."""


class Ed25519Error(TrustError):
    """openssl cannot sign with a key."""

    exit_code: ClassVar[int] = 2


class Ed25519Signer:
    """A private key in a PEM file, as ``openssl genpkey -algorithm ed25519`` makes one.

    `sign` may be called from several threads.

    Attributes:
        public: the public key, in base64.
    """

    def __init__(self, key: Path) -> None:
        """Raises `Ed25519Error`."""
        self._key = str(key.absolute())
        self._scratch = ScratchDirectory()
        der = self._openssl("pkey", "-in", self._key, "-pubout", "-outform", "DER")
        if len(der) != len(_DER) + _PUBLIC or not der.startswith(_DER):
            raise self._failed()
        self.public = base64.b64encode(der[-_PUBLIC:]).decode("ascii")

    @property
    def others_read_it(self) -> bool:
        """Whether other users of this computer can read the key."""
        return bool(os.stat(self._key).st_mode & (stat.S_IRGRP | stat.S_IROTH))

    def sign(self, data: bytes) -> bytes:
        """Raises `Ed25519Error`."""
        # What is signed at one go has to be a file for openssl.
        path = Path(self._scratch.new_name())
        try:
            path.write_bytes(data)
            signature = self._openssl(
                "pkeyutl", "-sign", "-rawin", "-inkey", self._key, "-in", str(path)
            )
        finally:
            remove(str(path))
        if len(signature) != _SIGNATURE:
            raise self._failed()
        return signature

    def _openssl(self, *words: str) -> bytes:
        """Empty if it fails."""
        program = shutil.which("openssl")
        if program is None:
            raise Ed25519Error(
                Message("The program openssl, which signs with Ed25519 keys, is missing."),
                Message("Install the package openssl."),
            )
        done = subprocess.run(
            [program, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return done.stdout if done.returncode == 0 else b""

    def _failed(self) -> Ed25519Error:
        return Ed25519Error(
            Message("{key} is no Ed25519 key that openssl can sign with.", key=self._key),
            Message(
                "openssl genpkey -algorithm ed25519 -out FILE makes one; without a passphrase."
            ),
        )
