"""What keeps sticks from being served."""

from __future__ import annotations

from typing import Any, ClassVar

from app.errors import (
    Cause,
    DriveError,
    StickDamagedError,
    TrustError,
    UpstreamError,
    UsageError,
)
from app.message import Message, verbatim


class WebServerMissingError(UpstreamError):
    """nginx is not installed."""

    def __init__(self) -> None:
        super().__init__(
            Message("The web server nginx is not installed."),
            Message(
                "Install the package nginx-light (Debian, Ubuntu) or nginx-core (Fedora), or nginx."
            ),
        )


class PortInUseError(UsageError):
    """Another program listens there."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(
            Message("Another program listens on port {port} already.", port=port),
            Message("Choose another one: --listen 0.0.0.0:8081, or :0 for any that is free."),
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.port,)


class PortForbiddenError(UsageError):
    """This person may not listen there."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(
            Message("You may not listen on port {port}.", port=port),
            Message("Ports below 1024 are for root: choose a higher one."),
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.port,)


class ListenError(UsageError):
    """There is no such address here."""


class NothingToServeError(DriveError):
    """None of the sticks can be served."""


class NobodyVouchesError(NothingToServeError):
    """That is all that is wrong with them."""

    cause: ClassVar[Cause] = Cause.TRUST
    exit_code: ClassVar[int] = TrustError.exit_code


class NotSoundError(NothingToServeError):
    """The check has found something wrong."""

    cause: ClassVar[Cause] = Cause.DAMAGED
    exit_code: ClassVar[int] = StickDamagedError.exit_code


class WebServerFailedError(UpstreamError):
    """nginx does not start; ``said``: its last words."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(
            Message("The web server does not run: {said}.", said=verbatim(said.rstrip("."))),
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.said,)


class CertificateError(UsageError):
    """The certificate or its key cannot be used."""
