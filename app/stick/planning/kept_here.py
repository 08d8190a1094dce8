"""What of a plan needs no download: this computer has kept it, or others beside have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path

from app.flatpak.extra_data import Payload
from app.flatpak.registries.image import Descriptor, hexadecimal
from app.formats.gvariant import FormatError
from app.fs.root import Root
from app.ostree.objects import Commit, ObjectKind, ObjectName
from app.ostree.pull.kept_trees import KeptTrees, Lack, Left, nothing_left
from app.ostree.pull.near_objects import NearObjects, NearPlace
from app.ostree.pull.object_cache import CachePlace
from app.ostree.pull.payload_cache import PayloadCache
from app.ostree.tree_keys import KnownTrees
from app.replacing import replace
from app.stand_ins import name_of
from app.stick.planning.plan import Item, PlannedImage
from app.stick.planning.sizes import Estimate, Part, file_key
from app.stick.store.kits_beside import NO_KITS, KitsBeside

_LARGER = 7
"""Files that lie unpacked are packed fast: by that part of it they get larger than upstream's."""

_ALL = Lack(1, 1)
"""Of a commit that is not kept itself."""

_Held = Counter[Path]
"""Bytes by the directory that has them: the cache, or one beside."""


class KeptHere:
    """Each commit is looked up once: reading its trees takes time. Names are believed here; who
    takes an object checks it.

    Attributes:
        directory: the cache.
        kits: asked beside it for what is no object.
    """

    def __init__(
        self,
        directory: Path,
        near: Sequence[NearPlace] = (),
        left: Left = nothing_left,
        trees: KeptTrees | None = None,
        kits: KitsBeside = NO_KITS,
    ) -> None:
        """``directory``: the object cache; ``near``: who is asked as well before upstream;
        ``left``: as for `KeptTrees`; ``trees``: what may have been read of it already."""
        self._left = left
        self._kept = trees
        self.directory = directory
        self.kits = kits
        self._near = [NearObjects([place]) for place in near]
        self._lacks: dict[str, Lack] = {}
        self._files = PayloadCache(CachePlace(directory, 0))

    def forget(self) -> None:
        """Something was written, here or on the drive."""
        self._lacks = {}
        self._kept = None

    def counted(
        self,
        estimate: Estimate,
        items: Iterable[Item],
        present: Container[bytes],
        images: Iterable[PlannedImage] = (),
    ) -> Estimate:
        """``estimate`` of ``items`` and ``images`` on a drive that has ``present`` objects
        already, by `ObjectName.key`.

        What commits name counts object by object; of the rest what the cache has of it, and all
        where nothing lacks.
        """
        if self._kept is None:
            places = [place for near in self._near for place in near.places]
            self._kept = KeptTrees(self.directory, present, places, self._left)
        known = {(item.collection, item.ref): item for item in items}
        of_images = {(each.item.collection, each.item.ref): each for each in images}
        held: _Held = Counter()
        parts = []
        for part in estimate.parts:
            key = part.collection, part.ref
            if key in of_images:
                parts.append(self._of_image(part, of_images[key], held))
            elif key in known:
                parts.append(self._of_item(self._kept, part, known[key], held))
            else:
                parts.append(part)
        loose = self._lacking(self._kept, estimate.loose, held)
        beside = {place: size for place, size in held.items() if place != self.directory}
        unpacked = (near.places[0] for near in self._near if not near.places[0].packed)
        larger = sum(beside.get(place.repository, 0) // _LARGER for place in unpacked)
        return replace(
            estimate.with_coming(parts, loose),
            write=estimate.write + larger,
            beside=tuple((str(name_of(place)), size) for place, size in beside.items()),
        )

    def _of_item(self, kept: KeptTrees, part: Part, item: Item, held: _Held) -> Part:
        """Without what is here; ``held``: who has that, to which it is added."""
        coming = dict(part.coming)
        for payload in item.payloads:
            key = file_key(payload.sha256)
            if key in coming and (holder := self._payload(payload)) is not None:
                held[holder] += coming.pop(key)
        files = {file_key(payload.sha256) for payload in item.payloads} & coming.keys()
        objects = {key: size for key, size in coming.items() if key not in files}
        lacking, unnamed = objects, part.unnamed
        if (objects or unnamed) and self._is_whole(kept, item.commit):
            held[self._with_commit(item.commit)] += sum(objects.values()) + unnamed
            lacking, unnamed = {}, 0
        else:
            lacking = self._lacking(kept, objects, held) if objects else {}
            needed = self._lack(kept, item.commit).keys if unnamed else ()
            here = min(unnamed, kept.kept_bytes(needed))
            held[self.directory] += here
            unnamed -= here
        return replace(
            part, coming={**lacking, **{key: coming[key] for key in files}}, unnamed=unnamed
        )

    def _of_image(self, part: Part, image: PlannedImage, held: _Held) -> Part:
        """As `_of_item`."""
        coming = dict(part.coming)
        for blob in image.blobs:
            key = file_key(hexadecimal(blob.digest)) if blob.digest else b""
            # What a plan has read came from the registry, unless it was kept.
            kits = NO_KITS if blob.digest in image.small else self.kits
            if key in coming and (holder := self._blob(blob, kits)) is not None:
                held[holder] += coming.pop(key)
        return replace(part, coming=coming)

    def _lacking(
        self, kept: KeptTrees, objects: Mapping[bytes, int], held: _Held
    ) -> dict[bytes, int]:
        """Those of these that nobody here has."""
        lacking = {}
        here = kept.kept(objects)
        for key, size in objects.items():
            holder = self.directory if key in here else self._near_with(key)
            if holder is None:
                lacking[key] = size
            else:
                held[holder] += size
        return lacking

    def _near_with(self, key: bytes) -> Path | None:
        """The first repository beside that has an object."""
        for near in self._near:
            if near.has(key):
                return near.places[0].repository
        return None

    def _with_commit(self, checksum: str) -> Path:
        """Who has a commit that somebody here has."""
        if not self._near or KeptTrees(self.directory, ()).commit(checksum) is not None:
            return self.directory
        return self._near_with(ObjectName(checksum, ObjectKind.COMMIT).key) or self.directory

    @property
    def trees(self) -> KnownTrees:
        """As `KeptTrees.trees`, of what was looked up."""
        return self._kept.trees if self._kept is not None else KnownTrees()

    def _payload(self, payload: Payload) -> Path | None:
        """Who has it."""
        if self._files.size(payload.sha256) == payload.size:
            return self.directory
        return _shown(self.kits.with_payload(payload))

    def _blob(self, blob: Descriptor, kits: KitsBeside) -> Path | None:
        """Who has content of an image."""
        if self._files.size(hexadecimal(blob.digest)) == blob.size:
            return self.directory
        return _shown(kits.with_blob(blob.digest, blob.size))

    def _is_whole(self, kept: KeptTrees, checksum: str) -> bool:
        return not self._lack(kept, checksum)

    def _lack(self, kept: KeptTrees, checksum: str) -> Lack:
        if checksum not in self._lacks:
            self._lacks[checksum] = _lack_of(kept, checksum)
        return self._lacks[checksum]


def _shown(folder: Root | None) -> Path | None:
    return folder.shown() if folder is not None else None


def _lack_of(kept: KeptTrees, checksum: str) -> Lack:
    data = kept.commit(checksum)
    try:
        return kept.lack(Commit.parse(data)) if data is not None else _ALL
    except FormatError:
        return _ALL
