"""The lists of a repository as files: what is there, what is new, in what order they change."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from contextlib import suppress

from msgspec import Struct, field

from app.flatpak.upstream.summary_index import inflate_summary
from app.formats.gvariant import FormatError, parse
from app.fs.nodes import Node
from app.fs.root import Root
from app.media.publishing.commits import checksum_of
from app.media.publishing.maker import Maker
from app.media.publishing.publication import SCRATCH, ListFiles, is_list_file
from app.media.publishing.summaries import (
    HISTORY,
    INDEX_TYPE,
    About,
    RefFacts,
    compat_summary,
    sub_summaries,
    summary_index,
)
from app.media.publishing.summary_delta import summary_delta
from app.ostree.repository import MAX_INDEX_SIZE, MAX_SUMMARY_SIZE

_DIRECTORY = "summaries"
_INDEX = "summary.idx"
_SUMMARY = "summary"
_LEVEL = 9


class Shown(Struct, frozen=True):
    """The lists that clients see now.

    Attributes:
        generations: name of a sub-summary → its digest and those before it, newest first.
        files: those that these lead to.
    """

    generations: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: ListFiles = frozenset()


class NewLists(Struct, frozen=True):
    """Lists to be shown, with their signatures.

    Attributes:
        files: what belongs below ``summaries/``: path → bytes; None for what is there already.
    """

    files: Mapping[str, bytes | None]
    index: bytes
    index_signatures: bytes
    summary: bytes
    summary_signatures: bytes


def read_shown(root: Root) -> Shown:
    """What is damaged counts as not there. Raises OSError."""
    with suppress(FileNotFoundError, FormatError):
        data = root.read(_INDEX, MAX_INDEX_SIZE)
        index = parse(INDEX_TYPE, data)
        if index.is_normal():
            generations = {
                name: [digest.hex(), *(older.hex() for older in history)]
                for name, (digest, history, _) in index[0].unpack().items()
            }
            return Shown(generations, _files(generations, checksum_of(data)))
    return Shown()


def _files(generations: Mapping[str, Sequence[str]], index_digest: str) -> ListFiles:
    files = {signature_path(index_digest)}
    for digest, *older in generations.values():
        files.add(list_path(digest))
        for old in older:
            files |= {list_path(old), delta_path(old, digest)}
    return frozenset(files)


def list_files(root: Root) -> ListFiles:
    """All that are there. Raises OSError."""
    if root.node(_DIRECTORY) is not Node.DIRECTORY:
        return frozenset()
    paths = (f"{_DIRECTORY}/{name}" for name in root.names(_DIRECTORY))
    return frozenset(path for path in paths if is_list_file(path))


def new_lists(
    root: Root, refs: Mapping[str, RefFacts], about: About, shown: Shown, maker: Maker
) -> NewLists:
    """Lists of these refs, to which clients come from those shown. Raises SigningError, OSError."""
    lists = sub_summaries(refs)
    digests = {name: checksum_of(data) for name, data in lists.items()}
    there = list_files(root)
    files: dict[str, bytes | None] = {}
    history: dict[str, list[str]] = {}
    for name, data in lists.items():
        digest = digests[name]
        path = list_path(digest)
        files[path] = None if path in there else gzip.compress(data, _LEVEL, mtime=0)
        history[name] = []
        for old in shown.generations.get(name, ()):
            older = _old_list(root, old) if old != digest else None
            if older is None or len(history[name]) == HISTORY or old in history[name]:
                continue
            history[name].append(old)
            files[list_path(old)] = None
            path = delta_path(old, digest)
            files[path] = None if path in there else summary_delta(older, data)
    index = summary_index(digests, history, about)
    summary = compat_summary(refs, about)
    index_signatures = maker.signed_list(index)
    files[signature_path(checksum_of(index))] = index_signatures
    return NewLists(files, index, index_signatures, summary, maker.signed_list(summary))


def _old_list(root: Root, digest: str) -> bytes | None:
    with suppress(OSError, FormatError):
        return inflate_summary(root.read(list_path(digest), MAX_SUMMARY_SIZE), digest)
    return None


def bring_files(root: Root, lists: NewLists) -> None:
    """What nobody asks for yet, brought to the medium. Raises OSError."""
    root.make_directory(_DIRECTORY)
    for path, data in lists.files.items():
        if data is not None:
            root.replace(path, data, durable=False, scratch=SCRATCH)
    root.sync()


def exchange(root: Root, lists: NewLists) -> None:
    """Show the new lists instead of those before. Raises OSError.

    Clients of the index ask for its signature by the digest of what they got, which is there by
    now. Those of the old summary ask for its signature first, and nothing can give both of a pair
    at once: so nothing happens between these two names but the other one.
    """
    files = {
        _INDEX: lists.index,
        f"{_INDEX}.sig": lists.index_signatures,
        f"{_SUMMARY}.sig": lists.summary_signatures,
        _SUMMARY: lists.summary,
    }
    for name, data in files.items():
        root.replace(f"{SCRATCH}/{name}.tmp", data)
    for name in files:
        root.rename(f"{SCRATCH}/{name}.tmp", name)


def files_of_list(root: Root, digest: str) -> ListFiles:
    """A list, and the differences that lead to it. Raises OSError."""
    there = list_files(root)
    ending = f"-{digest}.delta"
    return frozenset(path for path in there if path == list_path(digest) or path.endswith(ending))


def remove_files(root: Root, paths: ListFiles) -> None:
    """Raises OSError."""
    for path in paths:
        root.remove(path)


def list_path(digest: str) -> str:
    return f"{_DIRECTORY}/{digest}.gz"


def delta_path(old: str, new: str) -> str:
    return f"{_DIRECTORY}/{old}-{new}.delta"


def signature_path(digest: str) -> str:
    return f"{_DIRECTORY}/{digest}.idx.sig"
