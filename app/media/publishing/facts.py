"""What lists say about a ref, as ``read_commit_data`` in flatpak's ``flatpak-repo-utils.c`` finds
it."""

from __future__ import annotations

from app.flatpak.extra_data import payloads_of, sizes_of
from app.formats.gvariant import Variant
from app.media.publishing.commits import subsets_of
from app.media.publishing.summaries import RefFacts, is_listed
from app.media.publishing.trees import Trees
from app.ostree.objects import Commit, ObjectKind, ObjectName, byteswap64
from app.ostree.repository import Repository

_MAX_METADATA = 1024 * 1024


def ref_facts(repository: Repository, ref: str, checksum: str, trees: Trees) -> RefFacts:
    """Of a commit of the repository. Raises OSError, CorruptObject."""
    data = repository.read_object(ObjectName(checksum, ObjectKind.COMMIT))
    commit = Commit.parse(data)
    if not is_listed(ref):
        return RefFacts(checksum, len(data), commit.timestamp)
    metadata = commit.app_metadata
    if metadata is None:
        stored = trees.file(commit, "metadata", _MAX_METADATA)
        metadata = (stored or b"").decode("utf-8", "replace")
    installed, download = _sizes(commit, trees)
    further = sizes_of(commit)
    return RefFacts(
        commit=checksum,
        size=len(data),
        timestamp=commit.timestamp,
        installed=installed + further[1],
        download=download + further[0],
        metadata=metadata,
        subsets=subsets_of(commit),
        sparse=_sparse(commit),
    )


def _sizes(commit: Commit, trees: Trees) -> tuple[int, int]:
    installed = commit.metadata.get("xa.installed-size", "t")
    download = commit.metadata.get("xa.download-size", "t")
    if installed is None or download is None:
        return trees.sizes(commit)
    return byteswap64(installed), byteswap64(download)


def _sparse(commit: Commit) -> dict[str, Variant]:
    sparse = {}
    for key, name in (("eol", "ostree.endoflife"), ("eolr", "ostree.endoflife-rebase")):
        text = commit.metadata.get(name, "s")
        if text is not None:
            sparse[key] = Variant("s", text)
    token = commit.metadata.get("xa.token-type", "i", -1)
    if token >= 0:
        sparse["tokt"] = Variant("i", token)
    payloads = payloads_of(commit)
    if payloads:
        sizes = sum(payload.size for payload in payloads)
        sparse["eds"] = Variant("(ut)", (len(payloads), sizes))
    return sparse
