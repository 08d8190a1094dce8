"""The certificate that people give: whether it can be used, and what it is for."""

from __future__ import annotations

import ssl

from app.message import Message, verbatim
from app.serve.errors import CertificateError
from app.serve.values import Tls


def check_certificate(tls: Tls) -> None:
    """Raises CertificateError for one that no web server could use."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # A password would be asked for at the terminal.
        context.load_cert_chain(tls.certificate, tls.key, password=lambda: b"")
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
