"""Does the repository's config say only what a stick needs, so that every client opens it alike?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.message import Message
from app.ostree.repository import Repository
from app.remedy import Remedy
from app.stick.findings import Code, Finding, finding

_SUBJECT = "config"
_MOST = 5


def check_config(
    repository: Repository, refs: Mapping[str, Mapping[str, str]]
) -> Iterator[Finding]:
    """``refs``: collection ID → ref → commit, of those that are on the stick."""
    foreign = repository.config.foreign()
    if foreign:
        listed = ", ".join(foreign[:_MOST]) + (", …" if len(foreign) > _MOST else "")
        yield finding(
            Code.REPO_INVALID,
            _SUBJECT,
            Message(
                "The repository's config says more than a stick needs: {settings}.", settings=listed
            ),
            hint=Remedy.REPAIR,
        )
    collection = repository.collection
    if collection is not None and refs and collection not in refs:
        yield finding(
            Code.REPO_INVALID,
            _SUBJECT,
            Message(
                "The repository's config says that it is of {collection}, of which it has nothing.",
                collection=collection,
            ),
            hint=Remedy.REPAIR,
        )
