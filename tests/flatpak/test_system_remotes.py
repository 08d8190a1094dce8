"""Remotes of an operating system made with OSTree, as the real ostree configures them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from app.errors import UsageError
from app.flatpak.remotes.given import given_remote
from app.flatpak.remotes.remote import Remote, RemoteOrigin
from app.flatpak.remotes.system import system_remotes
from app.ostree.pull.fetch import Network
from app.progress import CancelToken
from tests.gpg import SigningKey

COLLECTION = "com.example.Os"
URL = "https://os.example.org/repo/"


@pytest.fixture
def root(tmp_path: Path, upstream_key: SigningKey) -> Path:
    """An operating system with the remote ``os``."""
    root = tmp_path / "root"
    root.mkdir()
    key = tmp_path / "key.gpg"
    key.write_bytes(upstream_key.public)
    for command in (
        ("admin", "init-fs", root),
        ("remote", "add", f"--sysroot={root}", f"--gpg-import={key}",
         f"--collection-id={COLLECTION}", "os", URL),
        ("remote", "add", f"--sysroot={root}", "--no-gpg-verify", "plain", URL),
    ):  # fmt: skip
        subprocess.run(["ostree", *command], check=True, capture_output=True)
    return root


def written(root: Path, name: str, text: str, keys: bytes = b"") -> Path:
    """A file of ``remotes.d``."""
    path = root / "etc/ostree/remotes.d" / f"{name}.conf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    if keys:
        path.with_name(f"{name}.trustedkeys.gpg").write_bytes(keys)
    return path


def group(name: str, *lines: str) -> str:
    said = "\n".join((f'[remote "{name}"]', f"url={URL}{name}", *lines))
    return f"{said}\n"


def given(path: Path, **how: object) -> Remote:
    return given_remote(str(path), Network(), CancelToken(), **how)  # type: ignore[arg-type]


def test_of_its_repository(root: Path) -> None:
    [remote] = system_remotes(root).remotes
    assert (remote.name, remote.url, remote.collection_id) == ("os", URL, COLLECTION)
    keyring = (root / "ostree/repo/os.trustedkeys.gpg").read_bytes()
    assert remote.keys == (keyring,)
    assert remote.origin is RemoteOrigin.OPERATING_SYSTEM
    # Nobody looks for apps there.
    assert not remote.listed


def test_of_files(root: Path) -> None:
    said = f"collection-id={COLLECTION}"
    written(root, "beside", group("beside", said), b"beside")
    written(root, "os", group("os", said), b"not this one")
    written(root, "inside", group("inside", said), b"not this one")
    (root / "ostree/repo/inside.trustedkeys.gpg").write_bytes(b"inside")
    written(root, "broken", "[remote")
    known = system_remotes(root)
    assert {remote.name: remote.keys for remote in known.remotes if remote.name != "os"} == {
        "beside": (b"beside",),
        "inside": (b"inside",),
    }
    assert next(remote.url for remote in known.remotes if remote.name == "os") == URL
    [notice] = known.notices
    assert "broken.conf" in str(notice.message)


def test_where_there_is_none(tmp_path: Path) -> None:
    known = system_remotes(tmp_path)
    assert (known.remotes, known.notices) == ((), ())


def test_a_file_that_is_given(tmp_path: Path) -> None:
    path = written(tmp_path, "os", group("os", f"collection-id={COLLECTION}"), b"keys")
    remote = given(path)
    assert (remote.name, remote.collection_id, remote.keys) == ("os", COLLECTION, (b"keys",))
    assert (remote.origin, remote.gpg_verify) == (RemoteOrigin.GIVEN, True)


def test_what_a_file_lacks(tmp_path: Path) -> None:
    path = written(tmp_path, "os", group("os", "gpg-verify=false"))
    remote = given(path, key=b"key", collection_id=COLLECTION)
    assert (remote.collection_id, remote.keys, remote.gpg_verify) == (COLLECTION, (b"key",), True)


@pytest.mark.parametrize("text", ["", "[core]\n", group("a") + group("b"), "garbage"])
def test_files_of_no_one_remote(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError):
        given(written(tmp_path, "os", text))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        given(tmp_path / "os.conf")
