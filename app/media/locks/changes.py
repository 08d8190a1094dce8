"""What differs between two locks, and what of a new one need not differ."""

from __future__ import annotations

from app.media.locks.lock import Lock, LockedSource
from app.ostree.names import remote_origin
from app.replacing import replace
from app.stick.comparing.difference import NO_SOURCE, Difference, Held, Key, Side, compare


def kept_where_same(old: Lock, new: Lock) -> Lock:
    """``new``, with the sources of ``old`` of which nothing is other that comes along.

    A source that publishes something else gets another list each time, and that is no reason to
    change a file that people look through.
    """
    sources = {
        origin: old.sources[origin]
        if origin in old.sources and _is_same(old.sources[origin], source)
        else source
        for origin, source in new.sources.items()
    }
    return replace(new, sources=sources)


def _is_same(old: LockedSource, new: LockedSource) -> bool:
    if (old.repo_file, old.keys, old.arches, old.url) != (
        new.repo_file,
        new.keys,
        new.arches,
        new.url,
    ):
        return False
    if bool(old.lists) != bool(new.lists) or (old.metadata is None) != (new.metadata is None):
        return False
    # What a catalogue says of a version, and how often it was signed, changes nothing.
    plainly = [
        {
            name: replace(ref, name="", version="", licence="", signatures=None)
            for name, ref in each.refs.items()
        }
        for each in (old, new)
    ]
    return plainly[0] == plainly[1]


def differing(old: Lock | None, new: Lock) -> Difference:
    """``old`` None: everything is new."""
    before = _side(old, "before") if old is not None else Side("before", {})
    return compare(before, _side(new, "now"))


def _side(lock: Lock, label: str) -> Side:
    refs: dict[Key, Held] = {}
    names: dict[Key, str] = {}
    for origin, name, ref in lock.refs:
        refs[origin, name] = Held(
            ref.commit,
            ref.timestamp,
            ref.version,
            languages=tuple(sorted(ref.languages)) if ref.languages is not None else None,
            extra_data=bool(ref.extra_data) or None,
        )
        names[origin, name] = ref.name
    for image in lock.images:
        key = remote_origin(image.registry), image.ref
        refs[key] = Held(image.digest.rpartition(":")[2], image.timestamp)
        names[key] = image.name
    for bundle in lock.bundles:
        key = NO_SOURCE, bundle.record.ref
        refs[key] = Held(bundle.record.commit, None)
        names[key] = bundle.record.name
    return Side(label, refs, {key: name for key, name in names.items() if name})


def download_size(lock: Lock) -> int:
    """Bytes, as the sources claim; of files that are here, nothing."""
    refs = sum(ref.download_size for _, _, ref in lock.refs)
    payloads = sum(payload.size for _, _, ref in lock.refs for payload in ref.extra_data)
    return refs + payloads + sum(image.download_size for image in lock.images)
