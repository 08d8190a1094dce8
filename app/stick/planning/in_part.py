"""What is installed here in some languages only, where a drive would carry all of them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from app.flatpak.refs import is_locale
from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.installed import installed_refs
from app.message import Message
from app.progress import Notice
from app.severity import Severity
from app.stick.near import chosen_installations


class InPart(Struct, frozen=True):
    """Locale extensions that stay away unless languages are chosen.

    Attributes:
        refs: full ones, sorted.
        languages: that all of them are here in.
    """

    refs: tuple[str, ...]
    languages: tuple[str, ...]

    @property
    def notice(self) -> Notice:
        return Notice(
            Severity.INFO,
            Message(
                "A drive carries all languages unless some are chosen, and of {refs} only some "
                "are installed here. These come along when they are chosen.",
                refs=self.refs,
            ),
            Message(
                "Run it again with {options}.",
                options=" ".join(f"--language {language}" for language in self.languages),
            ),
        )


def installed_in_part(
    left_out: Iterable[str], flatpak: FlatpakDirectories, chosen: str
) -> InPart | None:
    """How the languages that are here come along, of what was left out for the others. Reads files.
    Raises UsageError as `chosen_installations`.

    ``left_out``: refs, of a plan for which nobody chose languages; ``chosen``: as in `Options`.
    """
    left = set(filter(is_locale, left_out))
    if not left:
        return None
    there: dict[str, set[str]] = {}
    for place in chosen_installations(flatpak, chosen):
        for each in installed_refs(place.path):
            if str(each.ref) in left and each.subpaths:
                languages = {path.strip("/") for path in each.subpaths}
                there.setdefault(str(each.ref), set()).update(languages)
    common = sorted(set.intersection(*there.values())) if there else []
    return InPart(tuple(sorted(there)), tuple(common)) if common else None
