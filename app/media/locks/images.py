"""Images of container registries that a lock names, by their digests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.errors import UpstreamError
from app.flatpak.registries.client import RegistryClient
from app.flatpak.registries.image import RegistryList, hexadecimal
from app.flatpak.remotes.addresses import is_protected, same_place, split_address
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Registry
from app.media.locks.fetching import LockedCommitGoneError, Means
from app.media.locks.lock import LockedImage
from app.media.locks.trusting import UnknownSourceError
from app.message import Message
from app.ostree.names import remote_origin
from app.ostree.pull.answers import DeniedError, NotFoundError
from app.ostree.pull.object_cache import CachePlace
from app.ostree.pull.payload_cache import PayloadCache
from app.replacing import replace
from app.stick.planning.image_parts import looked_at
from app.stick.planning.options import Options
from app.stick.planning.plan import Action, Item, PlannedImage
from app.stick.planning.registries import OpenedRegistry, require_protection
from app.stick.store.images import CarriedImage, ImagesOnDrive


def planned_images(
    locked: Sequence[LockedImage],
    drive: ImagesOnDrive,
    known: Known,
    options: Options,
    means: Means,
) -> tuple[PlannedImage, ...]:
    """All that will be there. Only registries that this computer knows are asked.

    Raises UpstreamError, `UnknownSourceError`.
    """
    return tuple(_planned(locked, drive, known, options, means))


def _planned(
    locked: Sequence[LockedImage],
    drive: ImagesOnDrive,
    known: Known,
    options: Options,
    means: Means,
) -> Iterator[PlannedImage]:
    kept = PayloadCache(CachePlace(means.environment.cache, 0))
    carried = {image.key: image for image in drive.carried}
    for each in locked:
        registry = _known(each, known)
        require_protection(registry, options)
        image = _as_planned(each, registry, carried)
        client = RegistryClient(
            _without_password(registry, each.base),
            means.environment.network,
            means.cancel,
            each.base,
        )
        try:
            opened = OpenedRegistry(client, RegistryList("", {}), kept, means.offline)
            yield looked_at(opened, image, drive.blobs)[0]
        except (NotFoundError, DeniedError) as error:
            raise LockedCommitGoneError(
                Message(
                    "{registry} no longer has {ref} ({digest}), which the lock file names.",
                    registry=registry.label,
                    ref=each.ref,
                    digest=each.digest,
                ),
                Message("Lock what there is now: satchel lock --update."),
            ) from error
        finally:
            client.close()


def _known(image: LockedImage, known: Known) -> Registry:
    """Nobody signs images: what vouches for them is who the registry is. Raises
    `UnknownSourceError`, UpstreamError."""
    for registry in known.registries:
        if same_place(registry.client_url, image.url):
            address = registry.url.removeprefix("oci+")
            if is_protected(address) and not is_protected(image.base):
                raise UpstreamError(
                    Message("{url} leads to no place for images.", url=registry.address)
                )
            return registry
    raise UnknownSourceError(
        Message(
            "This computer does not know the registry {url}, of which the lock file names {ref}.",
            url=image.url,
            ref=image.ref,
        ),
        Message("Name it: --remote {url}.", url=image.url),
    )


def _without_password(registry: Registry, base: str) -> Registry:
    """Whoever made the lock may have named any place for the images: only that of the registry
    itself gets what proves who is asking."""
    own = split_address(registry.client_url.removeprefix("oci+"))
    other = split_address(base)
    same = own is not None and other is not None and own.netloc == other.netloc
    return registry if same else replace(registry, url=registry.client_url)


def _as_planned(
    image: LockedImage, registry: Registry, there: dict[tuple[str, str], CarriedImage]
) -> PlannedImage:
    origin = remote_origin(image.registry)
    old = there.get((origin, image.ref))
    action = Action.ADD if old is None else Action.UPDATE
    item = Item(
        collection=origin,
        ref=image.ref,
        commit=hexadecimal(image.digest),
        old_commit=old.commit if old is not None else None,
        # What is there already of its content is not fetched again.
        action=action,
        chosen=image.chosen,
        named=image.chosen,
        essential=True,
        reason=image.reason,
        needed_by=image.needed_by,
        timestamp=image.timestamp,
        installed_size=image.installed_size,
        download_size=image.download_size,
        name=image.name,
    )
    carried = CarriedImage(image.ref, image.digest, 0, image.registry, image.url, image.title)
    return PlannedImage(item, registry, carried, image.repository)
