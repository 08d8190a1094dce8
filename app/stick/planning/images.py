"""What of a plan is about images of container registries."""

from __future__ import annotations

from collections.abc import Container, Sequence

from msgspec import Struct

from app.closing import Closing
from app.flatpak.refs import PartialRef, Ref, RefError
from app.progress import Notice
from app.replacing import replace
from app.stick.planning.changes import Changes
from app.stick.planning.image_closure import ImageClosure
from app.stick.planning.image_runtimes import ImageRuntimes, runtimes_elsewhere
from app.stick.planning.options import Options
from app.stick.planning.plan import PlannedImage, Removal
from app.stick.planning.registries import Registries
from app.stick.store.images import ImagesOnDrive
from app.stick.store.record import ImageRecord, LeftOut, StickRecord


class ImagesPart(Struct, frozen=True):
    """What a plan has of images.

    Attributes:
        images: those of each registry that is touched, as they will be.
        removed: what leaves.
        unasked: registries of an update that could not be asked.
        rest: what was asked for and is none of a registry's.
        changes: likewise.
        runtimes: what images need of other sources.
    """

    images: tuple[PlannedImage, ...]
    removed: tuple[Removal, ...]
    left_out: tuple[LeftOut, ...]
    notices: tuple[Notice, ...]
    unasked: tuple[str, ...]
    rest: tuple[str, ...]
    changes: Changes
    runtimes: ImageRuntimes


class ImagePlanner(Closing):
    """The images of one session's plans."""

    def __init__(self, registries: Registries) -> None:
        self._registries = registries

    def close(self) -> None:
        self._registries.close()

    def split(self, refs: Sequence[str]) -> tuple[list[str], list[str]]:
        """What is of a registry, and the rest."""
        own = [ref for ref in refs if ":" in ref and self._registries.known(ref.partition(":")[0])]
        return own, [ref for ref in refs if ref not in own]

    def part(
        self,
        refs: Sequence[str],
        drive: ImagesOnDrive,
        record: StickRecord | None,
        options: Options,
        changes: Changes,
        *,
        beside: Container[str],
        exact: bool,
        settled: bool = True,
    ) -> ImagesPart:
        """What of a request is about images. ``beside``: the full refs of what is there and no
        image. ``exact``: images are looked at, else only lists; ``settled``: record and list on the
        drive belong together, as no job was interrupted.

        Raises SatchelError for what cannot be meant or carried.
        """
        own, rest = self.split(refs)
        names, without = _meant_on_drive(drive, changes.without)
        off = {key for key in changes.off if any(image.key == key for image in drive.carried)}
        about = self._registries, drive, record, options, changes
        planning = ImageClosure(*about, beside=beside, exact=exact)
        planning.choose(own)
        if changes.update:
            planning.update()
            if settled:
                planning.bring_lost()
        planning.leave({*names, *off})
        images = planning.planned()
        return ImagesPart(
            images=images,
            removed=planning.removed,
            left_out=tuple(planning.left_out),
            notices=tuple(planning.notices),
            unasked=tuple(sorted(planning.unasked)) if changes.update else (),
            rest=tuple(rest),
            changes=replace(changes, without=without),
            runtimes=runtimes_elsewhere(images, drive, planning.removed),
        )


def _meant_on_drive(
    drive: ImagesOnDrive, texts: Sequence[str]
) -> tuple[set[tuple[str, str]], tuple[str, ...]]:
    """What of ``texts``, which are to be taken off, is an image; and the rest."""
    keys: set[tuple[str, str]] = set()
    rest = []
    for text in texts:
        remote, _, name = text.rpartition(":")
        fitting = {
            image.key
            for image in drive.carried
            if remote in ("", image.remote) and _is_called(image.ref, name)
        }
        keys |= fitting
        if not fitting:
            rest.append(text)
    return keys, tuple(rest)


def _is_called(ref: str, name: str) -> bool:
    parsed = Ref.parse(ref)
    if name == ref:
        return True
    try:
        return PartialRef.parse(name).matches(parsed, parsed.arch)
    except RefError:
        return False


def image_records(
    images: Sequence[PlannedImage], removed: Sequence[Removal], old: Sequence[ImageRecord]
) -> tuple[ImageRecord, ...]:
    """The record of images after a job for a plan."""
    gone = {(each.collection, each.ref) for each in removed}
    new = {
        (image.item.collection, image.item.ref): ImageRecord(
            origin=image.item.collection,
            ref=image.item.ref,
            digest=image.carried.digest,
            chosen=image.item.chosen,
            reason=image.item.reason,
            needed_by=image.item.needed_by,
            name=image.item.name,
            url=image.registry.client_url,
        )
        for image in images
    }
    kept = {(each.origin, each.ref): each for each in old if (each.origin, each.ref) not in gone}
    return tuple(each for _, each in sorted({**kept, **new}.items()))
