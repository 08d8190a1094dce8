"""What stands in the place of an app on a command line: names, and files that name one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from app.cli.invocation import Invocation
from app.credentials import public_address
from app.flatpak.bundles.given import refuse_layout
from app.flatpak.remotes.given import given_app, is_ref_file, refuse_repo_file
from app.flatpak.remotes.remote import Remote
from app.progress import Reporter


class NamedRefs(Struct, frozen=True):
    """
    Attributes:
        refs: what was typed, with the refs of `.flatpakref` files in their places.
        remotes: of those files, if they are not known.
        files: ``REMOTE:REF`` → the file that names it.
    """

    refs: tuple[str, ...]
    remotes: tuple[Remote, ...]
    files: Mapping[str, str]


def named_refs(
    texts: Sequence[str],
    arches: Sequence[str],
    known: Sequence[Remote],
    invocation: Invocation,
    report: Reporter,
) -> NamedRefs:
    """What those who typed this mean. Raises SatchelError for what names no app."""
    refs: list[str] = []
    given: list[Remote] = []
    files: dict[str, str] = {}
    # As Flathub writes it for those who install apps.
    for text in (text.removeprefix("flatpak+") for text in texts):
        if not is_ref_file(text):
            refuse_layout(text)
            refuse_repo_file(text)
            refs.append(text)
            continue
        for arch in arches:
            remotes = (*given, *known)
            app = given_app(text, arch, remotes, invocation.environment.network, invocation.cancel)
            for notice in app.notices:
                report(notice)
            new = (app.remote, *app.further)
            given += (remote for remote in new if remote not in remotes)
            refs.append(f"{app.remote.name}:{app.ref}")
            files[refs[-1]] = public_address(text)
    return NamedRefs(tuple(refs), tuple(given), files)
