"""What upstream publishes and nobody can read ends a plan with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import UpstreamError
from app.formats.gvariant import FormatError
from app.message import Message


@contextmanager
def readable() -> Iterator[None]:
    """Raises UpstreamError for a FormatError within."""
    try:
        yield
    except FormatError as error:
        # What is on the stick and unreadable is dealt with where it is read.
        raise UpstreamError(
            Message("What upstream publishes cannot be read: {error}.", error=error),
            Message("Nothing was used. Tell the people who run the repository."),
        ) from error
