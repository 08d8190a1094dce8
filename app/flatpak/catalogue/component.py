"""What a catalogue says about one app, runtime or extension."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct, field

from app.flatpak.catalogue.appstream_icons import AppIcon
from app.flatpak.catalogue.licences import is_free_license
from app.languages import pick


class Component(Struct, frozen=True):
    """All of it is upstream's word.

    Attributes:
        id: without ``.desktop``, unless the app's own name ends so.
        ref: the full ref, valid. Some refs have several components, the app's own and its parts.
        kind: AppStream's type, such as ``desktop-application``, ``addon`` or ``runtime``.
        names, summaries, keywords: by language; `UNTRANSLATED` for what is not translated.
        license: an SPDX expression; empty if upstream does not tell.
        version, release_date: of the newest release, stable before development.
        icons: those that lie in the commit of the catalogue.
        verified: Flathub has checked that the app comes from its developers.
        languages: how far the app is translated, in percent, by language.
        end_of_life: when support ended or will end.
    """

    id: str
    ref: str
    kind: str = "generic"
    names: Mapping[str, str] = field(default_factory=dict)
    summaries: Mapping[str, str] = field(default_factory=dict)
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    developer: str = ""
    categories: tuple[str, ...] = ()
    license: str = ""
    version: str = ""
    release_date: date | None = None
    icons: tuple[AppIcon, ...] = ()
    verified: bool = False
    languages: Mapping[str, int] = field(default_factory=dict)
    end_of_life: date | None = None

    @property
    def is_free(self) -> bool:
        return is_free_license(self.license)

    @property
    def is_main(self) -> bool:
        """Is this what the ref is about, rather than a part of it?"""
        return self.id == self.ref.split("/")[1]

    def name(self, languages: Sequence[str]) -> str:
        """The name in the most preferred language there is; at least the ID."""
        return pick(self.names, languages) or self.id

    def summary(self, languages: Sequence[str]) -> str:
        return pick(self.summaries, languages)


def main_components(components: Iterable[Component]) -> dict[str, Component]:
    """By ref; where a ref has several components, the one the ref is about."""
    by_ref: dict[str, Component] = {}
    for component in components:
        known = by_ref.get(component.ref)
        if known is None or (component.is_main and not known.is_main):
            by_ref[component.ref] = component
    return by_ref
