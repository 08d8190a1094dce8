"""What flatpak does not install though everything is signed: the check knows beforehand.

The real flatpak is the judge: each case is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.stick.damage import ARCH, HELLO, OUT_OF_SYNC, RUNTIME, Stick, verify
from tests.stick.recommit import metadata_of, recommit
from tests.upstream import COLLECTION

pytestmark = pytest.mark.slow

MISMATCH = ("metadata-mismatch", HELLO)
ASIDE = {"orphan-objects", "upstream-older", OUT_OF_SYNC[0]}
"""Comes with any other commit."""


@dataclass(frozen=True)
class Case:
    """A commit of Hello.

    Attributes:
        said: its metadata, from that of a good one; None: the commit has none.
        there: the file in its tree; None for the same.
        change: what else becomes of its tree.
        installs: what flatpak does with it.
    """

    said: Callable[[str], str | None] = str
    there: Callable[[str], str] | None = None
    change: Callable[[Path], object] = lambda _: None
    more: tuple[str, ...] = field(default=())
    installs: bool = False


def _without(name: str) -> Callable[[Path], object]:
    def change(files: Path) -> None:
        path = files / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return change


def _file_for_directory(files: Path) -> None:
    shutil.rmtree(files / "files")
    (files / "files").write_text("")


def _directory_for_file(files: Path) -> None:
    (files / "metadata").unlink()
    (files / "metadata").mkdir()


def _link(files: Path) -> None:
    (files / "metadata").rename(files / "files/metadata")
    (files / "metadata").symlink_to("files/metadata")


def _other(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


CASES = {
    "no xa.metadata": Case(lambda _: None, str),
    "xa.metadata differs": Case(lambda text: f"{text}\n", str),
    "tree differs": Case(there=lambda text: text.replace("command=start", "command=other")),
    "tree differs in nothing but length": Case(there=lambda text: f"{text}#\n"),
    "no key file": Case(lambda _: "this is no key file"),
    "no metadata file": Case(change=_without("metadata")),
    "no files": Case(change=_without("files")),
    "files is a file": Case(change=_file_for_directory),
    "metadata is a directory": Case(change=_directory_for_file),
    "xa.ref is another": Case(
        more=(f"--add-metadata-string=xa.ref=app/org.test.Other/{ARCH}/stable",)
    ),
    "xa.ref is no ref": Case(more=("--add-metadata-string=xa.ref=rubbish",)),
    "names another app": Case(_other("=org.test.Hello\n", "=org.test.Other\n"), installs=True),
    "names none": Case(_other("name=org.test.Hello\n", ""), installs=True),
    "of a runtime": Case(_other("[Application]", "[Runtime]"), installs=True),
    "of nothing": Case(_other("[Application]", "[Something]"), installs=True),
    "empty": Case(lambda _: "", installs=True),
    "metadata is a link": Case(change=_link, installs=True),
}


@pytest.mark.parametrize("name", CASES)
def test_a_commit_that_flatpak_does_not_take_as_it_is(
    stick: Stick, stranger: Path, client: Client, upstream_key: SigningKey, name: str
) -> None:
    case = CASES[name]
    good = metadata_of(stick, HELLO)
    said = case.said(good)
    there = case.there(good) if case.there is not None else said

    def change(files: Path) -> None:
        (files / "metadata").write_text(there or "")
        case.change(files)

    recommit(stick, HELLO, upstream_key, said, *case.more, change=change)
    findings = verify(stick, stranger)
    assert MISMATCH in findings
    # Whose needs are others than the list of the kit says.
    assert {code for code, _ in findings - {MISMATCH}} <= ASIDE | {"related-missing", "kit-altered"}
    done = _install(client, stick, upstream_key)
    assert (done.returncode == 0) == case.installs, done.stdout


def _install(client: Client, stick: Stick, key: SigningKey) -> subprocess.CompletedProcess[str]:
    client.remote_add("up", "http://127.0.0.1:9/", key.public, COLLECTION, check=False)
    alone = ("--no-deps", "--no-related")
    return client.install("up", "org.test.Hello", *alone, sideload=stick.root, check=False)


def test_the_same_commit_for_another_branch_does_no_harm(
    stick: Stick, stranger: Path, client: Client, upstream_key: SigningKey
) -> None:
    option = f"--add-metadata-string=xa.ref=app/org.test.Hello/{ARCH}/beta"
    recommit(stick, HELLO, upstream_key, metadata_of(stick, HELLO), option)
    assert {code for code, _ in verify(stick, stranger)} <= ASIDE
    assert _install(client, stick, upstream_key).returncode == 0


@pytest.mark.parametrize(
    ("old", "new"), [("[Runtime]", "[Application]"), ("=org.test.Platform\n", "=org.test.Other\n")]
)
def test_a_runtime_that_is_called_another(
    stick: Stick, stranger: Path, upstream_key: SigningKey, old: str, new: str
) -> None:
    text = metadata_of(stick, RUNTIME).replace(old, new)
    recommit(
        stick, RUNTIME, upstream_key, text, change=lambda at: (at / "metadata").write_text(text)
    )
    assert ("metadata-mismatch", RUNTIME) in verify(stick, stranger)


@pytest.mark.parametrize(
    ("mode", "installs"), [(0o600, True), (0o775, True), (0o4755, False), (0o666, False)]
)
def test_a_file_of_a_mode_that_flatpak_takes_or_not(
    stick: Stick,
    stranger: Path,
    client: Client,
    upstream_key: SigningKey,
    mode: int,
    installs: bool,
) -> None:
    recommit(
        stick,
        HELLO,
        upstream_key,
        metadata_of(stick, HELLO),
        change=lambda files: (files / "files/share/big").chmod(mode),
        canonical=False,
    )
    mismatch = ("metadata-mismatch", str(stick.tree(HELLO)["/files/share/big"]))
    assert (mismatch in verify(stick, stranger)) == (not installs)
    done = _install(client, stick, upstream_key)
    assert (done.returncode == 0) == installs, done.stdout


def test_extended_attributes_are_lost_on_the_way(
    stick: Stick, stranger: Path, client: Client, upstream_key: SigningKey
) -> None:
    recommit(
        stick,
        HELLO,
        upstream_key,
        metadata_of(stick, HELLO),
        change=lambda files: os.setxattr(files / "files/share/big", "user.satchel", b"1"),
        canonical=False,
        xattrs=True,
    )
    mismatch = ("metadata-mismatch", str(stick.tree(HELLO)["/files/share/big"]))
    assert mismatch in verify(stick, stranger)
    assert _install(client, stick, upstream_key).returncode == 0
    command = ["ostree", "fsck", f"--repo={client.repo}"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert "Corrupted file object" in done.stderr


def test_extended_attributes_of_a_directory(
    stick: Stick, stranger: Path, upstream_key: SigningKey
) -> None:
    recommit(
        stick,
        HELLO,
        upstream_key,
        metadata_of(stick, HELLO),
        change=lambda files: os.setxattr(files / "files/share", "user.satchel", b"1"),
        canonical=False,
        xattrs=True,
    )
    kinds = {subject[64:] for code, subject in verify(stick, stranger) if code == MISMATCH[0]}
    assert kinds == {".dirmeta"}
