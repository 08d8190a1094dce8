"""What is installed here in some languages only, where a drive would carry all of them."""

from __future__ import annotations

from collections.abc import Iterator

from app.flatpak.refs import is_locale
from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.installed import installed_refs
from app.message import Message
from app.progress import Notice
from app.severity import Severity
from app.stick.near import chosen_installations
from app.stick.planning.options import Options
from app.stick.planning.plan import Plan


def installed_in_part(
    plan: Plan, options: Options, flatpak: FlatpakDirectories
) -> Iterator[Notice]:
    """How the languages that are here come along, of what was left out for the others. Reads files.
    Raises UsageError as `chosen_installations`."""
    left = {each.ref for each in plan.left_out if is_locale(each.ref)}
    if not left or plan.carried or not options.from_installed:
        return
    there: dict[str, set[str]] = {}
    for place in chosen_installations(flatpak, options.from_installed):
        for each in installed_refs(place.path):
            if str(each.ref) in left and each.subpaths:
                languages = {path.strip("/") for path in each.subpaths}
                there.setdefault(str(each.ref), set()).update(languages)
    common = sorted(set.intersection(*there.values())) if there else []
    if common:
        yield Notice(
            Severity.INFO,
            Message(
                "A drive carries all languages unless some are chosen, and of {refs} only some "
                "are installed here. These come along when they are chosen.",
                refs=tuple(sorted(there)),
            ),
            Message(
                "Run it again with {options}.",
                options=" ".join(f"--language {language}" for language in common),
            ),
        )
