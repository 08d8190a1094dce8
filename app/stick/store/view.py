"""A stick's upstream summary files, a ``config`` and objects under one address.

A client whose remote leads there takes the stick for the remote itself: it checks the signed lists
and the commits by its own keys, and finds drivers and languages as it does online. What the signed
lists name and the stick does not have is simply not there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from app.flatpak.upstream.client import INDEX, INDEX_SIGNATURE, SUMMARY, SUMMARY_SIGNATURE
from app.flatpak.upstream.summary_index import SummaryIndex, inflate_summary
from app.formats.gvariant import FormatError
from app.fs.root import Root
from app.ostree.names import origin_remote
from app.ostree.objects import ObjectName
from app.ostree.repository import MAX_SUMMARY_SIZE
from app.ostree.summary import Summary
from app.stick.store.upstream_copy import Signed, UpstreamCopy

OBJECTS = "objects"
_CONFIG = b"[core]\nrepo_version=1\nmode=archive-z2\nindexed-deltas=true\n"
_BY_DIGEST = "summaries/"
_PACKED = ".gz"
_SIGNATURES = {INDEX: INDEX_SIGNATURE, SUMMARY: SUMMARY_SIGNATURE}


class View(Struct, frozen=True):
    """What there is under the address, beside objects.

    Attributes:
        collection: the collection it is of, or what stands for one.
        files: path, relative to the address → bytes.
        made: when upstream made the lists, seconds since 1970; None if they do not tell.
    """

    collection: str
    files: Mapping[str, bytes]
    made: int | None

    @property
    def by_digest(self) -> dict[str, bytes]:
        """The files that are called by their content: nobody takes them for those of other lists,
        so they may stay beside those."""
        return {path: data for path, data in self.files.items() if path.startswith(_BY_DIGEST)}

    def part_named(self, digest: str) -> str:
        """Of what the index calls so: an architecture, or SUBSET-ARCHITECTURE; empty for none."""
        with contextlib.suppress(FormatError):
            digests = SummaryIndex(self.files.get(INDEX, b"")).digests
            return next((name for name, each in digests.items() if each == digest), "")
        return ""

    def listed_commits(self) -> dict[str, str]:
        """Commit → the ref that it is listed for. Nothing is trusted: what cannot be read names
        nothing."""
        refs: dict[str, str] = {}
        for data in self._summaries():
            with contextlib.suppress(FormatError):
                for entry in Summary(data).refs():
                    refs.setdefault(entry.commit, entry.name)
        return refs

    def _summaries(self) -> Iterator[bytes]:
        for path, data in sorted(self.by_digest.items()):
            if path.endswith(_PACKED):
                digest = path.removeprefix(_BY_DIGEST).removesuffix(_PACKED)
                with contextlib.suppress(FormatError):
                    yield inflate_summary(data, digest)
        if SUMMARY in self.files:
            yield self.files[SUMMARY]

    def lay_out(self, directory: Path, objects: Path) -> str:
        """Make it a new directory of this computer, and return its ``file:`` address.

        ``objects`` is the directory with the objects. Raises OSError.
        """
        for path, data in self.files.items():
            file = directory / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        # libostree wants them of a repository on this computer.
        for name in ("refs", "state", "tmp", "extensions"):
            (directory / name).mkdir(parents=True, exist_ok=True)
        (directory / OBJECTS).symlink_to(objects.absolute(), target_is_directory=True)
        return directory.absolute().as_uri()


def view_of(collection: str, copy: UpstreamCopy, *, unsigned: bool = False) -> View | None:
    """The view that a copy of upstream's lists makes; None if there is none that can be read.

    Nothing is trusted: its lists are those of the copy, and `UpstreamCopy.signed` has their
    signatures. ``unsigned``: also of lists without any.
    """
    files: dict[str, bytes] = {}
    for signed in copy.signed():
        if signed.signature is None and not unsigned:
            continue
        if signed.collection == collection or origin_remote(collection) is not None:
            files[signed.path] = signed.data
            if signed.signature is not None:
                files[_SIGNATURES[signed.path]] = signed.signature
            if signed.path == INDEX:
                files |= _beside_index(copy, signed)
    return view_of_files(collection, files, copy.made) if files else None


def view_of_files(collection: str, files: Mapping[str, bytes], made: int | None) -> View:
    """The view of lists as upstream publishes them, path → bytes."""
    return View(collection, {"config": _CONFIG, **files}, made)


def _beside_index(copy: UpstreamCopy, index: Signed) -> dict[str, bytes]:
    """The sub-summaries of an index that are there, and its signature under its other name."""
    files = {}
    if index.signature is not None:
        files[f"summaries/{sha256(index.data).hexdigest()}.idx.sig"] = index.signature
    with contextlib.suppress(FormatError):
        for name in sorted(set(SummaryIndex(index.data).digests.values())):
            path = f"summaries/{name}.gz"
            with contextlib.suppress(OSError):
                files[path] = copy.directory.read(path, MAX_SUMMARY_SIZE)
    return files


def object_name(path: str) -> ObjectName | None:
    """The object that a path relative to a view names; None if it names none."""
    top, _, rest = path.partition("/")
    prefix, _, name = rest.partition("/")
    return ObjectName.from_path(prefix, name) if top == OBJECTS else None


def open_object(repositories: tuple[Root, ...], name: ObjectName) -> int | None:
    """A descriptor of an object, from the first repository that has it; None if none has."""
    for repository in repositories:
        with contextlib.suppress(OSError):
            return repository.open_regular(f"{OBJECTS}/{name.path}")
    return None
