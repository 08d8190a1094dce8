"""Other commits for refs of a stick, as somebody with the publisher's key could make them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from app.ostree.objects import Commit
from tests.gpg import SigningKey
from tests.stick.damage import Stick
from tests.upstream import COLLECTION


def metadata_of(stick: Stick, ref: str) -> str:
    """What the commit of a ref says about it."""
    text = Commit.parse(stick.commit_path(ref).read_bytes()).app_metadata
    assert text is not None
    return text


def recommit(
    stick: Stick,
    ref: str,
    key: SigningKey,
    metadata: str | None,
    *more: str,
    change: Callable[[Path], object] = lambda _: None,
    canonical: bool = True,
    xattrs: bool = False,
) -> None:
    """Commit the tree of a ref anew with the real ostree, after ``change`` was made to its files.

    ``metadata`` becomes ``xa.metadata``, ``more`` are options; with ``canonical`` the modes of
    files do not count, without ``xattrs`` their extended attributes do not. Signed, named by the
    ref and in the summary, as it has to be.
    """
    with tempfile.TemporaryDirectory() as scratch:
        files = Path(scratch) / "files"
        stick.ostree("checkout", "--user-mode", stick.commit(ref), str(files))
        change(files)
        options = [
            "--orphan",
            "--no-bindings",
            "--owner-uid=0",
            "--owner-gid=0",
            f"--tree=dir={files}",
            f"--add-metadata-string=ostree.collection-binding={COLLECTION}",
            f"--add-metadata=ostree.ref-binding=['{ref}']",
            *more,
        ]
        if not xattrs:
            options.append("--no-xattrs")
        if canonical:
            options.append("--canonical-permissions")
        if metadata is not None:
            options.append(f"--add-metadata-string=xa.metadata={metadata}")
        stick.ref(ref).write_text(stick.ostree("commit", *options))
    stick.sign(ref, key)
    stick.update_summary()
