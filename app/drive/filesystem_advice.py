"""What a plan costs on a file system as it is, what it would cost on a better one, what to do.

Values in, advice out; nothing here looks at a drive. Clusters are what a file system allocates at
once: a repository has tens of thousands of small files, and each takes at least one.

Why: decision D52.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from app.drive.space import Space
from app.message import Message, Size, verbatim
from app.progress import Notice
from app.remedy import Remedy
from app.severity import Severity

SMALL_CLUSTER = 4096
"""What ext4 allocates at once, and what an exFAT made for many small files should."""

TOLERATED = 0.2
"""Share of what a plan takes that may be wasted before it is worth a word."""

_MOST_NAMES = 5


class Advice(Struct, frozen=True):
    """What the file system makes of a plan.

    Attributes:
        here: bytes that the plan takes on the drive as it is.
        on_ext4: bytes that it would take on ext4, or with clusters as small.
        notice: what to tell a person; None if there is nothing to gain.
    """

    here: int
    on_ext4: int
    notice: Notice | None

    @property
    def wasted(self) -> int:
        """Bytes lost to large clusters."""
        return max(0, self.here - self.on_ext4)


def advise(here: int, on_ext4: int, space: Space, device: str) -> Advice:
    """Is the file system fit for a plan?

    As long as more stays free than is wasted, that matters to nobody. ``here`` and ``on_ext4`` are
    what the plan takes, in bytes, with the clusters of ``space`` and with small ones; ``device`` is
    what is mounted there, or empty.
    """
    quiet = Advice(here, on_ext4, None)
    left = space.free - here
    if quiet.wasted <= TOLERATED * here or left > quiet.wasted:
        return quiet
    return Advice(
        here,
        on_ext4,
        Notice(
            Severity.WARNING,
            Message(
                "{wasted} of {needed} ({share}) would be wasted: {file_system} on this drive gives "
                "every file at least {cluster} KiB. On ext4 this takes {on_ext4}.",
                wasted=Size(quiet.wasted),
                needed=Size(here),
                share=f"{quiet.wasted / here:.0%}",
                file_system=space.name,
                cluster=space.cluster // 1024,
                on_ext4=Size(on_ext4),
            ),
            remedy(device),
        ),
    )


def remedy(device: str) -> Message:
    """How to come by a better file system; ``device`` as for `advise`."""
    if not device.startswith("/dev/"):
        return Message("Use a drive that is formatted as ext4.")
    return Remedy.USE_EXT4.advice(device=device)


class Claim(Struct, frozen=True):
    """What upstream claims about a ref whose commit does not tell the sizes of its files.

    Attributes:
        ref: the app or runtime.
        installed: bytes of its files unpacked; 0 if unknown.
        packed: bytes of its files as they are stored on the drive; 0 if unknown.
    """

    ref: str
    installed: int
    packed: int


def may_exceed(claim: Claim, limit: int) -> bool:
    """Whether a single file of a ref could take more than ``limit`` bytes on the drive.

    No file is larger than all of them together. What is stored is packed, but content that does
    not shrink is a little larger packed than unpacked.
    """
    if claim.packed:
        return claim.packed > limit
    return claim.installed + claim.installed // 1000 > limit


def warn_of_large_files(claims: Sequence[Claim], space: Space, device: str) -> Notice | None:
    """A warning that names what may hold a file that ``space`` cannot; None if nothing may."""
    limit = space.max_file
    if limit is None:
        return None
    names = [claim.ref for claim in claims if may_exceed(claim, limit)]
    if not names:
        return None
    listed = verbatim(tuple(names[:_MOST_NAMES]))
    if len(names) > _MOST_NAMES:
        more = len(names) - _MOST_NAMES
        listed = Message("{refs} and {count} more", refs=tuple(names[:_MOST_NAMES]), count=more)
    return Notice(
        Severity.WARNING,
        Message(
            "The drive's file system ({file_system}) holds no file over {limit}. One may be "
            "in {refs}; upstream does not tell beforehand. If so, the job stops there"
            " and what is on the drive stays as it is.",
            file_system=space.name,
            limit=Size(limit),
            refs=listed,
        ),
        remedy(device),
    )
