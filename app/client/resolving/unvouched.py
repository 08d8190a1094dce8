"""What nobody vouches for of all that sticks have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.client.resolving.choosing import Wanted
from app.flatpak.sideloading.decision import Decision
from app.message import Message
from app.ostree.names import origin_remote
from app.progress import Notice
from app.remedy import Remedy
from app.severity import Severity
from app.stick.store.sideload_repository import SideloadRepository
from app.stick.store.upstream_copy import copy_keys
from app.stick.trust.commits import is_signed

_BY_AGREEMENT = Message(
    "install.sh on the drive, and satchel receive, install it only with --allow-unsigned."
)


def lacks_signer(stick: SideloadRepository, origin: str, commit: str) -> bool:
    """Whether nobody has signed a commit there, or nobody has a key of its source. Whose
    signatures there are is not looked at. ``origin``: as the stick calls it."""
    return _has_no_key(stick, origin) or not is_signed(stick.repository, commit)


def unvouched(
    wanted: Wanted, decision: Decision, sticks: Sequence[SideloadRepository], *, taken: bool
) -> Iterator[Notice]:
    """What that comes to. ``taken``: it is what flatpak installs."""
    by_name = {stick.name: stick for stick in sticks}
    ref = str(wanted.ref)
    if taken:
        text = Message(
            "Nobody vouches for {ref} on {stick}: it is not signed, which flatpak alone does not "
            "look at there.",
            ref=ref,
            stick=decision.stick,
        )
        yield Notice(Severity.WARNING, text, _BY_AGREEMENT)
    for each in decision.in_hand:
        origin = wanted.publisher.on(by_name[each.stick])
        if not each.unsigned or origin_remote(origin) is None:
            continue
        if _has_no_key(by_name[each.stick], origin):
            text = Message(
                "Nobody vouches for {ref} on {stick}: there is no key of its source.",
                ref=ref,
                stick=each.stick,
            )
            yield Notice(Severity.WARNING, text, _BY_AGREEMENT)
            continue
        text = Message(
            "The signature of {ref} is missing on {stick}, and of a source without a collection "
            "ID that signs flatpak takes nothing without.",
            ref=ref,
            stick=each.stick,
        )
        yield Notice(Severity.WARNING, text, Remedy.REPAIR.advice())


def _has_no_key(stick: SideloadRepository, origin: str) -> bool:
    return origin_remote(origin) is not None and not copy_keys(stick.copy(origin))
