"""What Review says about a plan, as values: numbers, lines, remarks."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from ui.models.spoken import Spoken

NO_SIZE = "\N{EN DASH}"
ERASE = "erase"
"""`PlanRemark.ref` of what setting the drive up again would mend."""
REST = "rest:"
"""Before the ref of a part that the rest can be carried without."""


class Kind(StrEnum):
    """What a remark is about; those of one kind can be `summed`."""

    BLOCKED = "blocked"
    LARGE = "large"
    AGAIN = "again"
    MAYBE_LARGE = "maybe-large"
    ENDED = "ended"
    BASE = "base"
    RENAMED = "renamed"
    UNSIGNED = "unsigned"
    DRIVE = "drive"
    TERMS = "terms"
    NEWER = "newer"
    LANGUAGES = "languages"
    UNVOUCHED = "unvouched"
    LIST = "list"


class NumberWords(Struct, frozen=True):
    """A number with what it is of and what follows from it; ``wrong``: that is in the way."""

    label: str
    number: str
    remark: str
    wrong: bool = False


class PlanRemark(Struct, frozen=True):
    """Something to say about an app, with the word of the button that ends it.

    Attributes:
        ref: of the app; empty for what is about none.
        bad: it is in the way.
        link: of what leads to more about it; empty for none.
        agree: what the person has to say yes to before anything is written; empty for nothing.
        agreed: that was done.
    """

    kind: Kind
    ref: str
    name: str
    strong: str
    text: str = ""
    action: str = ""
    bad: bool = False
    link: str = ""
    agree: str = ""
    agreed: bool = False


class PlanLine(Struct, frozen=True):
    """An app in the list, or something that apps need.

    Attributes:
        remarks: short ones, each with whether it asks for attention.
        size: what it takes on the drive.
        may_be_left_out: it is offered, since not all of it fits.
        may_be_kept: it comes off the drive only because somebody said so.
    """

    ref: str
    name: str
    remarks: tuple[tuple[str, bool], ...]
    size: str
    may_be_left_out: bool = False
    may_be_kept: bool = False


class ReviewWords(Struct, frozen=True):
    """All of it.

    Attributes:
        numbers: to download, on the drive, how long.
        used, new: shares of the drive.
        duration: in words that stand alone; empty where nothing can or has to be written.
        heading: of the apps that come or stay; empty where the plan is about none.
        off_heading, off_lines, off_beside: the same of those that come off, and what goes with
            them.
        carried: which languages alone come along, and what of others does not; empty where all do.
    """

    title: str
    sentence: str
    numbers: tuple[NumberWords, ...]
    used: float
    new: float
    has_room: bool
    room: str
    duration: str
    remarks: tuple[PlanRemark, ...]
    heading: str
    lines: tuple[PlanLine, ...]
    spoken: tuple[Spoken, ...]
    needs_beside: str
    needs_size: str
    needs: tuple[PlanLine, ...]
    off_heading: str = ""
    off_lines: tuple[PlanLine, ...] = ()
    off_beside: str = ""
    carried: str = ""
