"""What people see at the address: a page in their language, and files that add remotes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from app.flatpak.refs import Ref, is_locale
from app.pages import page_template
from app.replacing import replace
from app.serve.configuration import LANGUAGES
from app.serve.snapshot import ServedOrigin
from app.serve.sticks import HandedFile
from app.serve.values import ServedRemote
from app.units import size_text

if TYPE_CHECKING:
    from jinja2 import Template

REPO_FILE = ".flatpakrepo"


def pages(
    base: str, origins: Sequence[ServedOrigin], files: Sequence[HandedFile]
) -> dict[str, bytes]:
    """Name → bytes, of those that are for people who come to the address ``base``."""
    made = {
        f"index.{language}.html": _page(base, language, origins, files) for language in LANGUAGES
    }
    return made | dict(repo_files(base, origins))


def repo_files(base: str, origins: Sequence[ServedOrigin]) -> Iterator[tuple[str, bytes]]:
    """What adds each remote, with upstream's own key and the address here."""
    for origin in origins:
        # Where upstream is, the way back names; an icon or a home page nobody could fetch.
        file = replace(origin.repo_file, url=origin.remote.address(base), icon="", homepage="")
        yield f"{origin.remote.name}{REPO_FILE}", file.dump()


def page_names(origins: Sequence[ServedOrigin]) -> tuple[str, ...]:
    """Those beside the start page."""
    return tuple(f"{origin.remote.name}{REPO_FILE}" for origin in origins)


@cache
def _template() -> Template:
    return page_template("serve", "index.html")


def _page(
    base: str, language: str, origins: Sequence[ServedOrigin], files: Sequence[HandedFile]
) -> bytes:
    text = _template().render(
        language=language,
        remotes=[
            {
                **_remote(base, language, origin.remote),
                "damaged": sum(len(stick.spoilt) for stick in origin.sticks),
            }
            for origin in origins
        ],
        files=[
            {
                "address": each.address,
                "name": each.name,
                "size": _size(each.size, language),
                "unsigned": each.unsigned,
                "commands": _commands(each, origins),
            }
            for each in files
        ],
    )
    return text.encode()


def _commands(file: HandedFile, origins: Sequence[ServedOrigin]) -> list[str]:
    """What installs an app as a file, without internet: that does not ask for what it needs, since
    flatpak would look for it where the file says, or asks nobody for it.
    """
    if not file.is_app:
        return []
    commands = []
    for remote in (origin.remote for origin in origins):
        refs = [
            ref
            for origin, ref in file.needs
            # Named, translations would come in every language.
            if origin == remote.origin and not is_locale(ref)
        ]
        if refs:
            commands.append(f"flatpak install {remote.name} {' '.join(refs)}")
    return [*commands, f"flatpak install --no-deps {shlex.quote(file.name)}"]


def _remote(base: str, language: str, remote: ServedRemote) -> dict[str, Any]:
    refs = [Ref.parse(app.ref) for app in remote.apps]
    whole = [ref.id for app, ref in zip(remote.apps, refs, strict=True) if not app.from_maker]
    return {
        "title": remote.title,
        "unsigned": remote.unsigned,
        "url": remote.url,
        "file": f"{remote.name}{REPO_FILE}",
        "command": remote.command(base),
        "command_new": remote.command_new(base),
        "command_back": remote.command_back(),
        "languages": remote.languages,
        "apps": [
            {
                "name": app.name,
                "id": _told_apart(ref, refs),
                "size": _size(app.size, language),
                "from_maker": app.from_maker,
            }
            for app, ref in zip(remote.apps, refs, strict=True)
        ],
        # Not one that takes the internet.
        "install": f"flatpak install {remote.name} {whole[0]}" if whole else "",
    }


def _told_apart(ref: Ref, others: Sequence[Ref]) -> str:
    """Its ID, and the rest of it that others of this ID do not share."""
    same = [other for other in others if other.id == ref.id]
    words = [ref.id]
    if len({other.arch for other in same}) > 1:
        words.append(ref.arch)
    if len({other.branch for other in same}) > 1:
        words.append(ref.branch)
    return " ".join(words)


def _size(size: int, language: str) -> str:
    text = size_text(size) if size else ""
    return text.replace(".", ",") if language == "de" else text
