"""What the lists of a drive named before they were lost."""

from __future__ import annotations

from collections.abc import Iterator

from app.message import Message
from app.ostree.names import is_ref_name
from app.remedy import Remedy
from app.stick.findings import Code, Finding, finding
from app.stick.store.forgotten_refs import forgotten_refs
from app.stick.store.image_blobs import unnamed_blobs
from app.stick.store.images import LAYOUT
from app.stick.store.location import KIT_FOLDER
from app.stick.store.named import NobodyKnowsError, named_commits
from app.stick.store.stick_state import StickState
from app.stick.store.unnamed import refs_of, unnamed_commits

_MOST = 10


def check_unnamed(stick: StickState) -> Iterator[Finding]:
    """What a repair gives its names again by itself is told by others. Raises OSError."""
    if stick.record is not None and not stick.record.unnamed:
        return
    try:
        named = named_commits(stick.location, stick.repository)
    except NobodyKnowsError:
        return
    named = named.union(commit for names in stick.refs.values() for commit in names.values())
    named = named.union(commit for _, _, commit in forgotten_refs(stick))
    lost = {
        name
        for commit in unnamed_commits(stick, named)
        for name in refs_of(stick.commit(commit))
        if is_ref_name(name)
    }
    # Apps first: they are what people look for.
    for name in sorted(lost, key=lambda name: (not name.startswith("app/"), name))[:_MOST]:
        message = Message(
            "{ref} is there, but nothing on the drive tells any more where it is from.", ref=name
        )
        yield finding(Code.NAMES_LOST, name, message)
    blobs = unnamed_blobs(stick.location)
    if blobs:
        message = Message(
            "There is content of apps of a container registry ({count} files), and nothing on the "
            "drive tells any more what it is.",
            count=f"{len(blobs):,}",
        )
        yield finding(Code.NAMES_LOST, f"{KIT_FOLDER}/{LAYOUT}", message, hint=Remedy.MAKE_OR_FREE)
