"""What a computer hides of a remote: the file that ``flatpak remote-add --filter`` names.

Format: ``flatpak_parse_filters`` in flatpak's ``common/flatpak-utils.c``; said in
``flatpak-remote-add(1)``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from app.errors import UsageError
from app.message import Message

_PART = r"[.\-_a-zA-Z0-9]*"
_GLOB = re.compile(r"[a-zA-Z0-9._*/-]+")
_PARTS = 3
_KINDS = ("app/", "runtime/")


class FilterError(UsageError):
    """A filter that flatpak could not read either."""


class RefFilter(Struct, frozen=True):
    """Which refs are denied, and which of those are allowed all the same; expressions."""

    denied: re.Pattern[str]
    allowed: re.Pattern[str]

    @classmethod
    def parse(cls, data: bytes) -> RefFilter:
        """Raises `FilterError`."""
        expressions: dict[str, list[str]] = {"allow": [], "deny": []}
        for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
            words = line.partition("#")[0].split()
            if not words:
                continue
            if words[0] not in expressions or len(words) != 2:
                raise FilterError(
                    Message(
                        "Line {number} of the filter is neither “allow” nor “deny”.", number=number
                    )
                )
            expressions[words[0]].append(_expression(words[1], number))
        return cls(_any_of(expressions["deny"]), _any_of(expressions["allow"]))

    def hides(self, ref: str) -> bool:
        """Whether flatpak acts as if the remote had no such ref."""
        return self.denied.fullmatch(ref) is not None and self.allowed.fullmatch(ref) is None


def _any_of(expressions: Sequence[str]) -> re.Pattern[str]:
    # Without any it fits the empty text, which is no ref.
    return re.compile("|".join(f"(?:{expression})" for expression in expressions))


def _expression(glob: str, number: int) -> str:
    """What ``ID/ARCH/BRANCH`` with stars stands for; what is left out stands for anything."""
    kind = next((kind for kind in _KINDS if glob.startswith(kind)), "")
    parts = glob.removeprefix(kind).split("/")
    if _GLOB.fullmatch(glob) is None or parts == [""] or len(parts) > _PARTS:
        raise FilterError(
            Message("Line {number} of the filter has no ref that could be meant.", number=number)
        )
    parts += [""] * (_PARTS - len(parts))
    written = [_PART if not part else _PART.join(map(re.escape, part.split("*"))) for part in parts]
    return (kind or "(?:app|runtime)/") + "/".join(written)
