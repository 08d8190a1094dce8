"""What people and their computers are told of translations, where languages were chosen."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypedDict

from app.flatpak.refs import Ref, is_locale
from app.languages import is_language
from app.stick.kit.contents import KitRef, KitWarning, WarningKind, name_of
from app.stick.store.partial_languages import parted, whole_languages
from app.stick.store.stick_state import StickState


class Languages(TypedDict, total=False):
    """Of a `KitRef`."""

    languages: tuple[str, ...]
    left_languages: tuple[str, ...]


def languages_there(stick: StickState, name: str, commit: str) -> Languages:
    """Of a commit with translations, where languages were chosen on the stick; else nothing."""
    if not stick.by_choice or not is_locale(name):
        return {}
    part = parted(stick, commit)
    there = part.there if part is not None else whole_languages(stick, commit)
    if there is None:
        return {}
    return {
        "languages": tuple(filter(is_language, there)),
        "left_languages": tuple(filter(is_language, part.left if part is not None else ())),
    }


def language_warnings(refs: Collection[KitRef]) -> Iterator[KitWarning]:
    """The languages that there are, and what lacks one of them though its source has it."""
    if not any(ref.left_languages for ref in refs):
        return
    languages = sorted({language for ref in refs for language in ref.languages or ()})
    yield KitWarning(WarningKind.LANGUAGES, "", tuple(languages))
    called = {Ref.parse(ref.ref).id: name_of(ref) for ref in refs}
    for language in languages:
        locales = (Ref.parse(ref.ref).id for ref in refs if language in ref.left_languages)
        ids = {locale.removesuffix(".Locale") for locale in locales}
        if ids:
            lacking = sorted((called.get(id, id) for id in ids), key=str.casefold)
            yield KitWarning(WarningKind.PARTLY_TRANSLATED, language, tuple(lacking))
