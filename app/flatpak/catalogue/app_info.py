"""Everything that is known about one app before it is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.flatpak.catalogue.appstream_details import Details
from app.flatpak.catalogue.component import Component
from app.flatpak.catalogue.database import Catalogue
from app.flatpak.metadata import Metadata
from app.flatpak.permissions import Permission, permissions
from app.flatpak.refs import Ref
from app.flatpak.related import RelatedPolicy, related
from app.flatpak.upstream.upstream import Upstream
from app.formats.keyfile import KeyfileError


@dataclass(frozen=True, slots=True)
class AppInfo:
    """Attributes:
    component: None for what the catalogue does not name.
    installed_size, download_size: bytes, as upstream claims.
    runtime: the ref it runs on; None for a runtime.
    runtime_size: bytes to download of that; 0 if it is not in the same remote.
    extensions: refs that come along.
    optional: refs that only come along when they are named.
    permissions: of an app; None where upstream does not tell.
    branches: of the same name, in this remote.
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


def about(
    upstream: Upstream, catalogue: Catalogue | None, ref: Ref, languages: Sequence[str]
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
    return AppInfo(
        ref=ref,
        component=catalogue.get(str(ref)) if catalogue is not None else None,
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
    )
