"""What a person wants on a drive, and how."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from app.flatpak.bundles.given import GivenBundle
from app.replacing import replace
from app.stick.planning.for_computer import ForComputer
from app.stick.planning.options import Options
from app.stick.planning.plan import AppOnDrive


class ChosenRef(Struct, frozen=True):
    """Something a person wants on the drive.

    Attributes:
        ref: full ref, ``app/org.gnome.Maps/x86_64/stable``.
        remote: the name of the remote it comes from; empty where it comes from a file.
        name: what a person calls it.
        file: an app that is one.
    """

    ref: str
    remote: str
    name: str
    file: GivenBundle | None = None


class Choice(Struct, frozen=True):
    """What is wanted, and how.

    Attributes:
        computers: those that said what they need, and what each gets of it.
        without: apps that were on the drive and are to come off it; said of one drive, so it
            does not outlast that.
    """

    refs: tuple[ChosenRef, ...]
    options: Options
    computers: tuple[ForComputer, ...] = ()
    without: tuple[AppOnDrive, ...] = ()

    @property
    def coming_off(self) -> tuple[AppOnDrive, ...]:
        """Those of `without` that nobody has chosen since."""
        chosen = {each.ref for each in self.refs}
        return tuple(app for app in self.without if app.ref not in chosen)

    @property
    def texts(self) -> tuple[str, ...]:
        """What comes from sources, as a `PlanRequest` wants it."""
        return tuple(f"{each.remote}:{each.ref}" for each in self.refs if each.file is None)

    @property
    def files(self) -> tuple[GivenBundle, ...]:
        return tuple(each.file for each in self.refs if each.file is not None)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be done."""
        return not self.refs and not self.coming_off

    @property
    def as_files(self) -> frozenset[str]:
        """The full refs of what comes from a file, so that no source is asked for it."""
        return frozenset(each.ref for each in self.refs if each.file is not None)

    def has(self, ref: str, remote: str) -> bool:
        """As itself, or as a file: a drive has one of it only."""
        return ref in self.as_files or any(
            each.ref == ref and each.remote == remote for each in self.refs
        )

    def with_refs(self, refs: Iterable[ChosenRef]) -> Choice:
        """These too; a file takes the place of what was chosen of the same app."""
        new = tuple(refs)
        files = {each.ref for each in new if each.file is not None}
        kept = (each for each in self.refs if each.ref not in files)
        return replace(self, refs=(*kept, *new))
