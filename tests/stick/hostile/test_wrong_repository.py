"""Repositories that are another than is wanted, or none."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.build_contents import PLATFORM
from tests.stick.forge import Forge, body
from tests.stick.hostile.changes import ARCH, MORE
from tests.stick.made_drive import MadeDrive
from tests.upstream import COLLECTION

pytestmark = pytest.mark.slow


def test_another_collection_than_configured(calm: MadeDrive) -> None:
    file = calm.directory / "other.flatpakrepo"
    file.write_text(calm.remote.read_text().replace(COLLECTION, "org.test.Configured"))
    said = calm.refused(5, MORE, "--remote", file)
    assert COLLECTION in said
    assert "org.test.Configured" in said


def test_index_of_another_collection(calm: MadeDrive, forge: Forge) -> None:
    forge.publish_index(forge.summary([], None), "org.test.Another")
    assert "org.test.Another" in calm.refused(5, MORE)


def test_no_collection(calm: MadeDrive, forge: Forge) -> None:
    file = calm.directory / "none.flatpakrepo"
    lines = calm.remote.read_text().splitlines()
    file.write_text("\n".join(line for line in lines if "CollectionID" not in line))
    forge.publish_index(forge.summary([], None), None)
    # What is configured without one need not have one; its list names nothing here.
    assert "was not found" in calm.refused(2, MORE, "--remote", file)
    assert "collection" in calm.refused(4, MORE)


@pytest.mark.parametrize(
    "collection", ["../../../etc", "org.test/../../x", "org.test.\x1b[2J", "a" * 300]
)
def test_hostile_collection(calm: MadeDrive, forge: Forge, collection: str) -> None:
    file = calm.directory / "none.flatpakrepo"
    lines = calm.remote.read_text().splitlines()
    file.write_text("\n".join(line for line in lines if "CollectionID" not in line))
    forge.publish(forge.summary([], collection))
    calm.refused(5, MORE, "--remote", file)


def test_hostile_collection_on_the_command_line(calm: MadeDrive, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(calm.upstream.key.public)
    trust = ("--remote", calm.web.url, "--gpg-key", key)
    calm.refused(2, MORE, *trust, "--collection-id", "../../etc")


def test_not_a_repository(calm: MadeDrive, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<html>Index of /</html>")
    calm.web.root = tmp_path
    assert "not a Flatpak repository" in calm.refused(4, MORE)
    calm.web.everything = body(b"<html>You have to pay for this Wi-Fi</html>")
    assert "answers with a web page" in calm.refused(4, MORE)
    key = tmp_path / "key"
    key.write_bytes(calm.upstream.key.public)
    for url in (f"file://{tmp_path}", f"file://{tmp_path}/nowhere"):
        calm.refused(4, MORE, "--remote", url, "--gpg-key", key)


def test_bare_repository(calm: MadeDrive, tmp_path: Path) -> None:
    """As flatpak keeps what is installed: not what servers have."""
    bare = tmp_path / "bare"
    subprocess.run(
        ["ostree", "init", "--mode=bare-user", f"--repo={bare}", f"--collection-id={COLLECTION}"],
        check=True,
    )
    key = calm.upstream.key
    sign = (f"--gpg-sign={key.fingerprint}", f"--gpg-homedir={key.homedir}")
    subprocess.run(
        [
            "ostree",
            f"--repo={bare}",
            "pull-local",
            calm.upstream.path,
            f"runtime/{PLATFORM}/{ARCH}/1",
        ],
        check=True,
        capture_output=True,
    )
    subprocess.run(["ostree", f"--repo={bare}", "summary", "-u", *sign], check=True)
    calm.web.root = bare
    assert "mode 'bare-user'" in calm.refused(4, PLATFORM)
    file = tmp_path / "key"
    file.write_bytes(key.public)
    calm.refused(4, PLATFORM, "--remote", f"file://{bare}", "--gpg-key", file)
