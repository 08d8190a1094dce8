"""What people want to know of an app beforehand, as far as it can be told without trying it.

Judged by upstream's own words: what the app may do (its permissions), what every computer would
have to download itself, what it was translated into. So each fact can also be “not known”.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from msgspec import Struct

from app.flatpak.metadata import Metadata
from app.flatpak.upstream.ref_table import UpstreamRef
from app.formats.keyfile import KeyfileError
from app.languages import UNTRANSLATED, variants

ENOUGH = 50
"""Percent of an app that is translated for it to count as coming in a language."""

_SOURCE = "en"
"""What apps are written in, so that it needs no translation."""

_FOR_THE_INTERNET = frozenset(
    {
        "Chat", "ContactManagement", "Email", "Feed", "FileTransfer", "IRCClient",
        "InstantMessaging", "Network", "News", "P2P", "RemoteAccess", "Telephony",
        "VideoConference", "WebBrowser",
    }
)  # fmt: skip
"""Categories of what is of no use without internet."""


class Internet(StrEnum):
    """What an app does without internet."""

    OFFLINE = "offline"
    """It may not use the network at all, and so works without."""
    OPTIONAL = "optional"
    """It may use the network; what for is not known."""
    NEEDED = "needed"
    """It is made for the internet."""
    UNKNOWN = "unknown"


class Hindrance(StrEnum):
    """Why an app cannot go on a drive."""

    EXTRA_DATA = "extra-data"
    """Each computer has to download a part of it itself, from its maker."""
    TOKEN = "token"
    """Only those who show who they are get it."""


class Coverage(StrEnum):
    """Whether an app comes in a language."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class AppFacts(Struct, frozen=True):
    """Attributes:
    hindrance: None for what can be carried, as far as is known.
    download_size, installed_size: bytes of the app alone, as claimed; 0 where nobody says.
    commit: the checksum of the one that is handed out now; empty where that is not known.
    """

    internet: Internet = Internet.UNKNOWN
    hindrance: Hindrance | None = None
    download_size: int = 0
    installed_size: int = 0
    commit: str = ""

    @property
    def bar(self) -> Hindrance | None:
        """Why it cannot go on a drive, whatever anybody says; None for all else.

        What comes from its maker can, on the maker's terms.
        """
        return None if self.hindrance is Hindrance.EXTRA_DATA else self.hindrance


def app_facts(entry: UpstreamRef, categories: Collection[str]) -> AppFacts:
    """Of one ref."""
    metadata = _parsed(entry.metadata)
    payload = metadata is not None and bool(metadata.extra_data)
    hindrance = None
    if entry.extra_data_size or payload:
        hindrance = Hindrance.EXTRA_DATA
    elif entry.token_type:
        hindrance = Hindrance.TOKEN
    return AppFacts(
        internet=_internet(metadata, categories),
        hindrance=hindrance,
        download_size=entry.download_size,
        installed_size=entry.installed_size,
        commit=entry.commit,
    )


def coverage(translated: Mapping[str, int], language: str) -> Coverage:
    """Whether an app comes in ``language``, such as ``de_AT``.

    ``translated``: percent by language, as in `Component.languages`; empty where nobody says.
    """
    codes = variants(language)
    if UNTRANSLATED in codes or language.partition("_")[0] == _SOURCE:
        return Coverage.YES
    if not translated:
        return Coverage.UNKNOWN
    best = max((translated[code] for code in codes if code in translated), default=0)
    return Coverage.YES if best >= ENOUGH else Coverage.NO


def _parsed(text: str | None) -> Metadata | None:
    try:
        return Metadata.parse(text.encode()) if text else None
    except KeyfileError:
        return None


def _internet(metadata: Metadata | None, categories: Collection[str]) -> Internet:
    if metadata is None:
        return Internet.UNKNOWN
    if "network" not in metadata.permissions.get("shared", ()):
        return Internet.OFFLINE
    return Internet.OPTIONAL if _FOR_THE_INTERNET.isdisjoint(categories) else Internet.NEEDED
