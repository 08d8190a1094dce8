"""The signed lists that a lock carries along: are they the source's, and name the same?"""

from __future__ import annotations

from contextlib import ExitStack

from app.errors import TrustError
from app.flatpak.refs import arch_of
from app.flatpak.upstream.client import INDEX, INDEX_SIGNATURE, SUMMARY, SUMMARY_SIGNATURE
from app.flatpak.upstream.ref_table import RefTable
from app.flatpak.upstream.summary_index import SummaryIndex, inflate_summary
from app.formats.gvariant import FormatError
from app.media.locks.lock import LockedSource, LockError
from app.media.locks.trusting import TrustedSource
from app.message import Message
from app.ostree.summary import Summary
from app.stick.trust.commits import judge_signed, open_keyring


class ForeignListError(TrustError):
    """A list in a lock file is not signed by whose it says that it is."""


def check_lists(origin: str, source: LockedSource, trusted: TrustedSource) -> None:
    """Raises `ForeignListError`, LockError."""
    if not source.lists:
        return
    _check_signatures(source, trusted)
    try:
        tables = _tables(source, trusted.remote.subset)
        for name, ref in source.refs.items():
            table = tables.get(arch_of(name), tables.get(""))
            entry = table.lookup(name) if table is not None else None
            if entry is None or entry.commit != ref.commit:
                raise FormatError(f"{name} is another one in the list")
    except FormatError as error:
        raise LockError(
            Message(
                "The list of {collection} in the lock file does not fit the rest: {error}.",
                collection=origin,
                error=error,
            ),
            Message("Make it again: satchel lock --update."),
        ) from error


def _check_signatures(source: LockedSource, trusted: TrustedSource) -> None:
    with ExitStack() as stack:
        keyring = open_keyring(trusted.remote.keys)
        if keyring is None:
            return
        stack.enter_context(keyring)
        for path, signature in ((INDEX, INDEX_SIGNATURE), (SUMMARY, SUMMARY_SIGNATURE)):
            data = source.lists.get(path)
            if data is None:
                continue
            judgement = judge_signed(keyring, data, source.lists.get(signature))
            if not judgement.good:
                raise ForeignListError(
                    Message(
                        "The {path} of {remote} in the lock file is not signed as it has to be: "
                        "{verdict}",
                        path=path,
                        remote=trusted.remote.label,
                        verdict=judgement.describe(),
                    ),
                    Message("Nothing was used. Lock it again: satchel lock --update."),
                )


def _tables(source: LockedSource, subset: str) -> dict[str, RefTable]:
    """By architecture; of all where there is no index. Raises FormatError."""
    data = source.lists.get(INDEX)
    if data is None:
        return {"": RefTable(Summary(source.lists.get(SUMMARY, b"")))}
    index = SummaryIndex(data)
    tables = {}
    for arch in source.arches:
        digest = index.digests.get(index.subset_name(arch, subset), "")
        packed = source.lists.get(f"summaries/{digest}.gz")
        if packed is None:
            raise FormatError(f"the list for {arch} is not there")
        tables[arch] = RefTable(Summary(inflate_summary(packed, digest)))
    return tables
