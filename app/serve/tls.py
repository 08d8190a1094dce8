"""The certificate that people give: whether it can be used, and what it is for."""

from __future__ import annotations

import contextlib
import ssl

from app.message import Message, verbatim
from app.serve.errors import CertificateError
from app.serve.values import Tls

_TURNS = 4
"""Of each side, until both are done."""


def certificate_names(tls: Tls) -> tuple[str, ...]:
    """The names and addresses that it is for.

    Raises CertificateError for one that no web server could use, or that has expired.
    """
    try:
        return _names(tls)
    except ssl.SSLCertVerificationError as error:
        raise CertificateError(
            Message(
                "{certificate} is not valid: {reason}.",
                certificate=tls.certificate,
                reason=verbatim(error.verify_message),
            )
        ) from error
    except ssl.SSLError as error:
        raise CertificateError(
            Message(
                "{certificate} and {key} cannot be used: {reason}.",
                certificate=tls.certificate,
                key=tls.key,
                reason=verbatim(error.reason or "not PEM, or not each other's"),
            ),
            Message("Give a certificate and its key as PEM, without a password."),
        ) from error
    except OSError as error:
        raise CertificateError(
            Message(
                "{certificate} or {key} cannot be read: {reason}.",
                certificate=tls.certificate,
                key=tls.key,
                reason=verbatim(error.strerror or str(error)),
            )
        ) from error


def _names(tls: Tls) -> tuple[str, ...]:
    """By shaking hands with ourselves: Python tells what is in a certificate only of peers."""
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # A password would be asked for at the terminal.
    ours.load_cert_chain(tls.certificate, tls.key, password=lambda: b"")
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    theirs.check_hostname = False
    # The certificate itself is enough, whoever signed it.
    theirs.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    theirs.load_verify_locations(tls.certificate)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = ours.wrap_bio(there, back, server_side=True)
    client = theirs.wrap_bio(back, there)
    for _ in range(_TURNS):
        for side in (client, server):
            with contextlib.suppress(ssl.SSLWantReadError):
                side.do_handshake()
    peer = client.getpeercert() or {}
    return tuple(str(entry[1]) for entry in peer.get("subjectAltName", ()))
