"""What an installation from a drive has left that was killed, or whose computer went off."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.client.receiving.installation import Place
from app.client.receiving.lending import recover
from app.message import Message
from app.progress import Notice
from app.severity import Severity


def put_back(places: Iterable[Place], cache: Path) -> Notice | None:
    """Put the addresses of sources back; what is to be said of it. Raises DriveError."""
    # Of every place, also if there was something in the first.
    recovered = [recover(each, cache) for each in places]
    if not any(recovered):
        return None
    text = Message("An earlier run was interrupted: the addresses of sources are put back.")
    return Notice(Severity.INFO, text)
