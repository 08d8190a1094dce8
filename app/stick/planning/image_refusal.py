"""Images that a registry lists and does not hand out: what goes on without them.

Why: decision D26.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from app.errors import SatchelError, UpstreamError, UsageError
from app.flatpak.registries.client import DamagedBlobError
from app.flatpak.registries.image import ImageError
from app.flatpak.upstream.errors import NotKeptError
from app.message import Message
from app.ostree.pull.answers import ABSENT, UnauthorizedError
from app.progress import Notice
from app.replacing import replace
from app.severity import Severity
from app.stick.findings import Code
from app.stick.planning.plan import Action, PlannedImage
from app.stick.planning.refusal import Refusal, not_delivered, spread, without_it
from app.stick.planning.wanted import Key
from app.stick.store.images import CarriedImage
from app.stick.store.record import LeftOut

NOT_DELIVERED = (*ABSENT, UnauthorizedError, NotKeptError, ImageError)
"""What is about one image. That a registry is away is about all of them."""


class ImageNotDeliveredError(UpstreamError):
    """``image``: which one; ``error``: one of `NOT_DELIVERED`."""

    def __init__(self, image: PlannedImage, error: UpstreamError) -> None:
        super().__init__(error.message, error.hint)
        self.image = image
        self.error = error


class ReducedImages(Struct, frozen=True):
    """What is left of a plan's images."""

    images: tuple[PlannedImage, ...]
    left_out: tuple[LeftOut, ...] = ()
    notices: tuple[Notice, ...] = ()


def key_of(image: PlannedImage) -> Key:
    return image.item.collection, image.item.ref


def refusal_of(image: PlannedImage, error: UpstreamError) -> Refusal:
    """``error``: one of `NOT_DELIVERED`."""
    if isinstance(error, ImageError) and not isinstance(error, DamagedBlobError):
        return Refusal(Code.RELATED_MISSING, error.message, error)
    return not_delivered(image.item.ref, error)


def without_images(
    images: Sequence[PlannedImage],
    refused: Mapping[Key, Refusal],
    there: Mapping[Key, CarriedImage],
) -> ReducedImages:
    """The images without what is refused and what requires it; ``there``: those on the drive, which
    stay as they are. Raises the error of what was asked for now.
    """
    by_key = {key_of(image): image for image in images}
    requires = {key: image.item.requires for key, image in by_key.items()}
    all_refused = spread(refused, requires, there.__contains__)
    for key, why in all_refused.items():
        if by_key[key].item.named:
            raise why.error
    left_out, notices = [], []
    for key, why in all_refused.items():
        if key not in there:
            left_out.append(LeftOut(*key, why.code, why.why))
        notices.append(without_it(key[1], why, there=key in there))
    kept = (
        _staying(image, there[key]) if key in all_refused else image
        for key, image in by_key.items()
        if key not in all_refused or key in there
    )
    return ReducedImages(tuple(kept), tuple(left_out), tuple(notices))


def _staying(image: PlannedImage, there: CarriedImage) -> PlannedImage:
    item = replace(image.item, commit=there.commit, action=Action.KEEP, held=True)
    return replace(image, item=item, carried=there, blobs=(), small={})


def refuse_twins(images: Sequence[PlannedImage], staying: Iterable[Key]) -> None:
    """Clients take the first image of a ref, whatever registry they ask. Raises UsageError."""
    places = {ref: origin for origin, ref in staying}
    for each in images:
        place = places.setdefault(each.item.ref, each.item.collection)
        if place != each.item.collection:
            raise UsageError(
                Message("{ref} is on the drive from another registry already.", ref=each.item.ref),
                Message("Take that off first: a drive can have it from one only."),
            )


def not_listed_again(ref: str, error: SatchelError) -> Notice:
    """The list on the drive has lost it, and it stays so."""
    text = Message(
        "{ref} is no longer on the drive's list of images, and cannot be listed again: {error}",
        ref=ref,
        error=error.message,
    )
    return Notice(Severity.WARNING, text, error.hint)
