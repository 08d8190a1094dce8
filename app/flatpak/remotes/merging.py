"""Remotes that are known from several places: each upstream once, under one name."""

from __future__ import annotations

from collections.abc import Iterable

from app.flatpak.remotes.access import DIRECTLY
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote, RemoteOrigin
from app.message import Message
from app.progress import Notice
from app.remedy import Remedy
from app.replacing import replace
from app.severity import Severity

_PRECEDENCE = tuple(RemoteOrigin)


def merge_remotes(remotes: Iterable[Remote]) -> Known:
    """Each upstream once, under one name.

    What was given comes first, then what was added to Satchel, the user's, the system's, other
    installations', predefined and built-in ones; within one of these, the given order. Two with
    the same address and subset, and no different collections, are one: the first lends its name
    and its trust, the other fills in what the first does not know. Of two different ones with the
    same name the first counts.
    """
    merged: list[Remote] = []
    notices: list[Notice] = []
    for remote in sorted(remotes, key=_rank):
        same = next((i for i, other in enumerate(merged) if _is_same(other, remote)), None)
        if same is not None:
            merged[same] = _filled(merged[same], remote)
        elif namesake := next((other for other in merged if other.answers_to(remote.name)), None):
            notices.append(
                Notice(
                    Severity.INFO,
                    Message(
                        "The remote “{remote}” ({source}) at {address} is left out: “{remote}” "
                        "({other_source}) at {other_address} has the same name.",
                        remote=remote.name,
                        source=remote.source,
                        address=remote.address,
                        other_source=namesake.source,
                        other_address=namesake.address,
                    ),
                    Remedy.NAME_REPO_FILE.advice(),
                )
            )
        else:
            merged.append(remote)
    return Known(tuple(merged), tuple(notices))


def _is_same(first: Remote, second: Remote) -> bool:
    return (
        same_place(first.url, second.url)
        and first.subset == second.subset
        and (
            first.collection_id == second.collection_id
            or first.collection_id is None
            or second.collection_id is None
        )
    )


def _filled(first: Remote, second: Remote) -> Remote:
    """``first`` with what only ``second`` knows, how it is reached included.

    Keys are never added to keys: whoever configured a remote decided whom it trusts. A remote
    without keys takes the other's, and is verified from then on.
    """
    keys = first.keys or second.keys
    names = dict.fromkeys((*first.aliases, second.name, *second.aliases))
    names.pop(first.name, None)
    return replace(
        first,
        aliases=tuple(names),
        keys=keys,
        gpg_verify=first.gpg_verify or (not first.keys and bool(keys)),
        gpg_verify_summary=first.gpg_verify_summary or (not first.keys and bool(keys)),
        collection_id=first.collection_id or second.collection_id,
        listed=first.listed or second.listed,
        title=first.title or second.title,
        homepage=first.homepage or second.homepage,
        icon=first.icon or second.icon,
        comment=first.comment or second.comment,
        description=first.description or second.description,
        default_branch=first.default_branch or second.default_branch,
        access=second.access if first.access == DIRECTLY else first.access,
    )


def _rank(remote: Remote) -> int:
    return _PRECEDENCE.index(remote.origin)
