"""Screenshots of apps: fetched when somebody looks at one, and then kept in the cache.

They lie on a web server of upstream's, named by address alone: nothing vouches for them. So they
are pictures to look at and nothing else, and come over https, or from where the app itself does.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from app.errors import UpstreamError, UsageError
from app.flatpak.catalogue.appstream_details import ScreenshotImage
from app.flatpak.remotes.addresses import split_address
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.cache import RemoteCache
from app.ostree.pull.fetch import Network, get_file
from app.progress import Cancel

MAX_SCREENSHOT = 6 * 1024 * 1024
"""Bytes of a file. Flathub's for a width of 750 have 200,000."""


def best_image(images: Sequence[ScreenshotImage], width: int) -> ScreenshotImage | None:
    """The smallest that is ``width`` pixels wide, else the largest; None without any.

    What does not say how wide it is counts as wide enough, and comes last.
    """

    def rank(image: ScreenshotImage) -> tuple[bool, bool, int]:
        narrow = 0 < image.width < width
        return not image.width, narrow, -image.width if narrow else image.width

    return min(images, key=rank, default=None)


def find_screenshot(
    address: str, remote: Remote, network: Network, cancel: Cancel, cache: Path
) -> bytes | None:
    """The file at ``address``, from the cache directory where it is there.

    None for what cannot be had or may not be asked for. Raises InterruptedByUser.
    """
    if not is_allowed(address, remote):
        return None
    kept = RemoteCache(cache, remote.url)
    path = f"screenshots/{sha256(address.encode()).hexdigest()}"
    data = kept.read(path)
    if data is None:
        with suppress(UpstreamError, UsageError):
            data = get_file(address, MAX_SCREENSHOT, network, cancel)
            kept.write(path, data)
    return data


def is_allowed(address: str, remote: Remote) -> bool:
    """Whether it is asked for: over https, or of the remote's own host; and without a password."""
    parts = split_address(address)
    if parts is None or not parts.hostname or "@" in parts.netloc:
        return False
    own = split_address(remote.url)
    same = own is not None and (own.hostname, own.port) == (parts.hostname, parts.port)
    return parts.scheme == "https" or (parts.scheme == "http" and same)
