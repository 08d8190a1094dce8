"""The fixed files of the kit in every released version of Satchel, by their SHA-256.

A stick is checked by whoever it is given to, with whatever version is there: what an older one
wrote is known here, what a newer one wrote is not, and is told apart from what somebody changed.

**At each release** add a line for its version to `RELEASES`, with what `digests` gives for the
files in ``resources/kit`` as they are released; ``tests/stick/test_kit_releases.py`` prints it, and
fails until it stands here. Lines stay for ever.

What fills the gaps of a page is in no digest but rendered once more. When that changes after a
release, drop the digests of the pages of before: they are unknown then, as they should be.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from msgspec import Struct

from app import __version__
from app.resources import resource
from app.stick.kit.contents import INSTALLER, NEEDS, PAGE
from app.stick.kit.gaps import read_page
from app.stick.kit.installer import installer
from app.stick.kit.page import fixed_parts

Digests = Mapping[str, str]

FIXED = (INSTALLER, NEEDS, PAGE)
"""Files that are the same on every drive, but for the gaps of a page."""

RELEASES: Mapping[str, Digests] = {}
"""Version → file → SHA-256 of its fixed parts."""


class KnownKits(Struct, frozen=True):
    """What can be told apart.

    Attributes:
        digests: file → the SHA-256 of its fixed parts, of any known version.
        versions: the known ones.
    """

    digests: Mapping[str, frozenset[str]]
    versions: frozenset[str]


@cache
def known_kits() -> KnownKits:
    """The released ones and this one."""
    all_known = (digests(), *RELEASES.values())
    return KnownKits(
        {name: frozenset(known[name] for known in all_known if name in known) for name in FIXED},
        frozenset((__version__, *RELEASES)),
    )


def digests() -> dict[str, str]:
    """Of the kit that this Satchel writes."""
    needs = resource("kit", NEEDS).read_bytes()
    return {
        INSTALLER: digest(INSTALLER, installer()),
        NEEDS: digest(NEEDS, needs),
        PAGE: sha256(fixed_parts()).hexdigest(),
    }


def digest(name: str, data: bytes) -> str:
    """Of the fixed parts of a file of the kit."""
    return sha256(read_page(data)[0] if name == PAGE else data).hexdigest()
