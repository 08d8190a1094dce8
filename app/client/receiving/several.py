"""What sticks have from several sources: an installation has it from one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from msgspec import Struct

from app.client.receiving.offered import Key
from app.client.receiving.plan import BundleItem, ImageItem, Item
from app.credentials import public_address
from app.message import Message
from app.progress import Notice
from app.severity import Severity
from app.stick.kit.contents import with_address
from app.stick.store.upstream_copy import UpstreamCopy
from app.text import Policy, clean

_Each = Item | BundleItem | ImageItem


class FromOne(Struct, frozen=True):
    """What is left of everything, and what people are told of that."""

    items: dict[Key, Item]
    bundles: tuple[BundleItem, ...]
    images: tuple[ImageItem, ...]
    notices: tuple[Notice, ...]

    @property
    def beside(self) -> tuple[BundleItem | ImageItem, ...]:
        """What does not come from a repository."""
        return (*self.bundles, *self.images)


def each_from_one(
    items: dict[Key, Item],
    bundles: tuple[BundleItem, ...],
    images: tuple[ImageItem, ...],
    sources: Mapping[str, Sequence[str]],
    copies: Mapping[str, Sequence[UpstreamCopy]],
) -> FromOne:
    """Of an app that there are several of, the first that is not refused: of a source, then as a
    file, then of a registry, as install.sh.

    ``sources``: by ref, the collections that have it, of which one is asked for; ``copies``: by
    collection, those of its lists.
    """
    by_ref: dict[str, list[_Each]] = {}
    asked = [item for item in items.values() if item.asked]
    everything: tuple[_Each, ...] = (*asked, *bundles, *images)
    for each in everything:
        if each.ref.kind == "app":
            by_ref.setdefault(str(each.ref), []).append(each)
    left: set[Key] = set()
    notices = []
    for ref, found in by_ref.items():
        taken = next((each for each in found if each.refusal is None), None)
        if taken is None:
            continue
        others = [each.key for each in found if each is not taken]
        left.update(others)
        named = [_named(each, copies) for each in found if each is not taken]
        own = {each.key[0] for each in found}
        named += [_called(source, copies) for source in sources.get(ref, ()) if source not in own]
        # What is here stays what it is.
        if named and taken.wanted:
            text = Message(
                "{name} is on the drive from several sources, and a computer has it once: that of "
                "{taken} is installed, not that of {others}.",
                name=taken.name,
                taken=_named(taken, copies),
                others=tuple(dict.fromkeys(named)),
            )
            notices.append(Notice(Severity.INFO, text))
    if not left:
        return FromOne(items, bundles, images, tuple(notices))
    bundles = tuple(each for each in bundles if each.key not in left)
    asked = [item for item in asked if item.key not in left]
    needed = {key for item in asked for key in item.needs}
    images = tuple(each for each in images if each.key not in left)
    beside: tuple[BundleItem | ImageItem, ...] = (*bundles, *images)
    needed.update(key for each in beside for key in each.needs)
    needed.update(item.key for item in asked)
    return FromOne(
        {key: item for key, item in items.items() if key in needed},
        bundles,
        images,
        tuple(notices),
    )


def _named(each: _Each, copies: Mapping[str, Sequence[UpstreamCopy]]) -> str:
    if isinstance(each, BundleItem):
        return clean(PurePosixPath(each.path).name, Policy.NAME)
    if isinstance(each, ImageItem):
        return with_address(each.title or each.remote, each.url)
    return _called(each.collection, copies)


def _called(collection: str, copies: Mapping[str, Sequence[UpstreamCopy]]) -> str:
    """As START-HERE has it: what the sticks call it, and where it is."""
    for copy in copies.get(collection, ()):
        if copy.repo_file is not None:
            title = clean(copy.repo_file.title, Policy.TITLE) or copy.remote_name
            return with_address(title, clean(public_address(copy.repo_file.url), Policy.ADDRESS))
    return collection
