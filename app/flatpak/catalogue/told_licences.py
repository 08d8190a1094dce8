"""The licences that a catalogue tells of refs, where nothing but these is wanted of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.catalogue.source import load_catalogue
from app.flatpak.refs import arch_of
from app.flatpak.upstream.upstream import Upstream


def read_licences(upstream: Upstream, refs: Iterable[str], cache: Path) -> dict[str, str]:
    """Ref → SPDX expression, of those whose licence is told. Raises InterruptedByUser."""
    by_arch: dict[str, list[str]] = {}
    for ref in refs:
        by_arch.setdefault(arch_of(ref), []).append(ref)
    licences = {}
    for arch, some in by_arch.items():
        try:
            catalogue = load_catalogue(upstream, arch, cache)
        except InterruptedByUser:
            raise
        except SatchelError:
            # People are told that nobody says what the licence is.
            continue
        try:
            for ref in some:
                component = catalogue.get(ref)
                if component is not None and component.license:
                    licences[ref] = component.license
        finally:
            catalogue.close()
    return licences
