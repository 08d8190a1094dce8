"""What of the images on a drive is needed by others there. Values only."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping

from app.flatpak.refs import Ref
from app.flatpak.registries.image import Labels
from app.flatpak.related import RelatedPolicy, related
from app.stick.planning.image_parts import RefsThere
from app.stick.planning.wanted import Key
from app.stick.store.images import ReadImage
from app.stick.store.record import ImageRecord


def needed_images(
    roots: Iterable[Key],
    images: Mapping[Key, ReadImage],
    staying: Collection[Key],
    policy: RelatedPolicy,
) -> set[Key]:
    """``roots``, and what of ``staying`` they need. ``images``: those that can be read."""
    needed: set[Key] = set()
    todo = list(roots)
    while todo:
        key = todo.pop()
        image = images.get(key) if key not in needed else None
        needed.add(key)
        if image is not None:
            todo += _needs(key, image, staying, policy)
    return needed


def runtime_named(labels: Labels) -> str:
    """The ref of an app's runtime; empty for none."""
    metadata = labels.parsed_metadata
    return str(metadata.runtime) if metadata is not None and metadata.runtime is not None else ""


def needed_by_unlisted(
    coming: Iterable[tuple[Key, Labels]], lost: Container[Key], records: Iterable[ImageRecord]
) -> Iterator[Key]:
    """What those need that the list on the drive does not name: runtimes of what is ``coming``,
    and, as ``records`` tell, whatever was brought for what is ``lost``."""
    for (origin, _), labels in coming:
        metadata = labels.parsed_metadata
        if metadata is not None and metadata.runtime is not None:
            yield origin, str(metadata.runtime)
    for record in records:
        if any((record.origin, user) in lost for user in record.needed_by):
            yield record.origin, record.ref


def _needs(
    key: Key, image: ReadImage, staying: Collection[Key], policy: RelatedPolicy
) -> Iterator[Key]:
    metadata = image.config.labels.parsed_metadata
    if metadata is None:
        return
    here = {each[1] for each in staying if each[0] == key[0]}
    if metadata.runtime is not None and str(metadata.runtime) in here:
        yield key[0], str(metadata.runtime)
    for extension in related(Ref.parse(key[1]), metadata, RefsThere(here), policy):
        yield key[0], str(extension.ref)
