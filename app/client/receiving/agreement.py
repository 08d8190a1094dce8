"""What a person has to agree to before it is installed."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from app.client.receiving.offered import Key
from app.client.receiving.plan import BundleItem, ImageItem, Item
from app.client.receiving.refusal import RefusalKind
from app.client.receiving.trusting import CollectionTrust
from app.client.receiving.unvouched import Unvouched, each_once


def to_agree_to(
    items: Mapping[Key, Item],
    beside: Iterable[BundleItem | ImageItem],
    refused: Container[Key],
    trusts: Mapping[str, CollectionTrust],
) -> tuple[Unvouched, ...]:
    """Of what is refused as nobody vouches for it. ``refused``: for its own sake, not for that of
    what it needs."""
    return each_once((*_of_sources(items, refused, trusts), *_beside(beside)))


def _of_sources(
    items: Mapping[Key, Item], refused: Container[Key], trusts: Mapping[str, CollectionTrust]
) -> Iterator[Unvouched]:
    unsigned = [each for each in items.values() if _is_unsigned(each)]
    by_source: dict[str, list[Item]] = {}
    for each in unsigned:
        if each.key in refused:
            by_source.setdefault(each.collection, []).append(each)
    for name, mine in sorted(by_source.items()):
        trust, keys = trusts[name], {each.key for each in mine}
        # What it is asked for: itself, or what needs it.
        asked = [
            each
            for each in unsigned
            if each.asked and (each.collection == name or not keys.isdisjoint(each.needs))
        ]
        ids = dict.fromkeys(each.ref.id for each in asked or mine)
        yield Unvouched(
            trust.source,
            trust.title,
            tuple(ids),
            lost=not trust.unvouched,
            unchecked=bool(trust.unchecked),
        )


def _beside(items: Iterable[BundleItem | ImageItem]) -> Iterator[Unvouched]:
    for item in items:
        if not _is_unsigned(item) or (item.refusal is not None and item.refusal.runtime):
            continue
        if isinstance(item, BundleItem):
            yield Unvouched(item.path, ids=(item.ref.id,))
        else:
            yield Unvouched(item.url, item.title, (item.ref.id,))


def _is_unsigned(item: Item | BundleItem | ImageItem) -> bool:
    return item.refusal is not None and item.refusal.kind is RefusalKind.UNSIGNED
