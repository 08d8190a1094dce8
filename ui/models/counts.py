"""How many apps, and how many operating systems beside them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject

from app.flatpak.refs import is_system


def counted_refs(refs: Iterable[str]) -> str:
    """“3 apps, 1 operating system”, of what is there for itself; empty for nothing."""
    names = tuple(refs)
    systems = sum(map(is_system, names))
    return _Counts().together(len(names) - systems, systems)


class _Counts(QObject):
    """lupdate finds plural forms in ``tr`` only."""

    def together(self, apps: int, systems: int) -> str:
        parts = [self.tr("%n app(s)", "", apps)] if apps else []
        parts += [self.tr("%n operating system(s)", "", systems)] if systems else []
        return ", ".join(parts)
