"""What is wrong with what a remote publishes."""

from __future__ import annotations

from app.errors import TrustError, UpstreamError
from app.formats.gvariant import FormatError
from app.message import Message


class UnsignedRemoteError(TrustError):
    """The remote has no key or its summary no signature."""


class BadSummaryError(TrustError):
    """A summary whose signature, collection or digest is wrong."""


class NotFetchedError(UpstreamError):
    """Without asking anybody this cannot be known: it was never fetched."""


class NotKeptError(NotFetchedError):
    """This computer has not kept everything that it takes."""


def no_list(label: str) -> NotFetchedError:
    """For the remote called ``label``, where nobody is asked."""
    return NotFetchedError(
        Message("No list of the apps of {remote} is kept on this computer.", remote=label),
        Message("Connect this computer to the network."),
    )


def malformed_summary(label: str, error: FormatError) -> UpstreamError:
    """For a summary or index of ``label`` that was signed like that."""
    return UpstreamError(
        Message("The summary of {label} cannot be read: {error}.", label=label, error=error),
        Message("The server is broken; try again later."),
    )
