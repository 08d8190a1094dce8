"""Everything that is known about one app before it is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from app.errors import UpstreamError
from app.flatpak.catalogue.appstream_details import Details
from app.flatpak.catalogue.component import Component
from app.flatpak.catalogue.database import Catalogue
from app.flatpak.catalogue.offered import Offered
from app.flatpak.metadata import Metadata
from app.flatpak.permissions import Permission, permissions
from app.flatpak.refs import Ref
from app.flatpak.related import Related, RelatedPolicy, related
from app.flatpak.upstream.objects import find_trees
from app.flatpak.upstream.ref_table import RefTable
from app.flatpak.upstream.upstream import Upstream
from app.formats.gvariant import FormatError
from app.formats.keyfile import KeyfileError
from app.languages import normal_language
from app.ostree.objects import Commit

_FILES = "files"


class AppInfo(Struct, frozen=True):
    """Attributes:
    component: None for what the catalogue does not name.
    installed_size, download_size: bytes, as upstream claims.
    runtime: the ref it runs on; None for a runtime.
    runtime_size: bytes to download of that; 0 if it is not in the same remote.
    extensions: refs that come along.
    optional: refs that only come along when they are named.
    permissions: of an app; None where upstream does not tell.
    branches: of the same name, in this remote.
    languages: percent by language, as the catalogue says or else by what lies in the Locale
        extension; empty where nobody says.
    """

    ref: Ref
    component: Component | None
    details: Details
    installed_size: int
    download_size: int
    runtime: Ref | None
    runtime_size: int
    extensions: tuple[str, ...]
    optional: tuple[str, ...]
    permissions: tuple[Permission, ...] | None
    branches: tuple[str, ...]
    eol: str
    eol_rebase: str
    languages: Mapping[str, int] = field(default_factory=dict)


def about(
    upstream: Offered, catalogue: Catalogue | None, ref: Ref, languages: Sequence[str]
) -> AppInfo:
    """What is known about a ref that upstream has. Raises UpstreamError."""
    table = upstream.table(ref.arch)
    entry = table.lookup(str(ref))
    assert entry is not None
    metadata = None
    text = upstream.metadata_text(entry)
    if text:
        try:
            metadata = Metadata.parse(text.encode())
        except KeyfileError:
            metadata = None
    allowed: tuple[Permission, ...] | None = ()
    if ref.kind == "app":
        allowed = permissions(metadata) if metadata is not None else None
    runtime = metadata.runtime if metadata is not None and ref.kind == "app" else None
    base = table.lookup(str(runtime)) if runtime is not None else None
    extensions = related(ref, metadata, table, RelatedPolicy()) if metadata is not None else []
    component = catalogue.get(str(ref)) if catalogue is not None else None
    translated = component.languages if component is not None else {}
    return AppInfo(
        ref=ref,
        component=component,
        details=catalogue.details(str(ref), languages) if catalogue is not None else Details(),
        installed_size=entry.installed_size,
        download_size=entry.download_size,
        runtime=runtime,
        runtime_size=base.download_size if base is not None else 0,
        extensions=tuple(str(extension.ref) for extension in extensions if extension.wanted),
        optional=tuple(str(extension.ref) for extension in extensions if not extension.wanted),
        permissions=allowed,
        branches=tuple(other.branch for other in table.with_id(ref.id) if other.arch == ref.arch),
        eol=entry.eol or "",
        eol_rebase=entry.eol_rebase or "",
        languages=translated
        or (
            _carried_languages(upstream, table, extensions)
            if isinstance(upstream, Upstream)
            else {}
        ),
    )


def _carried_languages(
    upstream: Upstream, table: RefTable, extensions: Sequence[Related]
) -> dict[str, int]:
    """Those that the Locale extension has a directory for; three small objects, kept afterwards."""
    locale = next((extension for extension in extensions if extension.locale), None)
    entry = table.lookup(str(locale.ref)) if locale is not None else None
    if entry is None:
        return {}
    try:
        checksum = Commit.parse(upstream.commits([entry.commit])[entry.commit]).tree
    except (UpstreamError, FormatError):
        return {}
    files = _directories(upstream, checksum).get(_FILES)
    names = _directories(upstream, files) if files is not None else {}
    return {code: 100 for name in names if (code := normal_language(name))}


def _directories(upstream: Upstream, checksum: str) -> dict[str, str]:
    """Name → tree of those in a tree; empty where that cannot be had."""
    tree = find_trees(upstream.client, [checksum]).get(checksum)
    return {name: below for name, below, _ in tree.directories} if tree is not None else {}
