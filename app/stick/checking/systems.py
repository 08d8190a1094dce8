"""Is an operating system on a stick nothing else? flatpak asks for none, its updater for no app.

What flatpaks may not have is allowed in it (`app.ostree.fsck`), so no commit may be both.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.flatpak.refs import is_system
from app.message import Message
from app.stick.findings import Code, Finding, finding
from app.stick.store.contents import said_app
from app.stick.store.stick_state import StickState


def check_systems(stick: StickState) -> Iterator[Finding]:
    """Of commits that can be read."""
    for names in stick.refs.values():
        for name, checksum in names.items():
            commit = stick.commit(checksum) if is_system(name) else None
            said = said_app(commit) if commit is not None else None
            if said is not None:
                message = Message(
                    "The commit of {ref} says that it is {said}.", ref=name, said=said
                )
                yield finding(Code.METADATA_MISMATCH, name, message)
