"""Sticks with the maker's own key."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.stick.clients.sticks import OLD, Made, knows
from tests.stick.makers import REPO, findings, make
from tests.upstream import COLLECTION

pytestmark = pytest.mark.slow

# ---- The maker's own key


def test_the_makers_key(old: Made, client: Client, tmp_path: Path) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    maker = SigningKey("Maker <maker@example.org>")
    try:
        home.mkdir()
        (home / ".gnupg").symlink_to(maker.homedir)
        options = ("org.test.Hello", "--sign-key", maker.fingerprint)
        done = make(old.upstream, stick, *options, home=home)
        metadata = (stick / REPO / f"refs/mirrors/{COLLECTION}/ostree-metadata").read_text()
        # The real ostree takes it from the stick with that key alone.
        mirror = tmp_path / "mirror"
        key = tmp_path / "maker.gpg"
        key.write_bytes(maker.public)
        for command in (
            ("init", "--mode=archive"),
            ("remote", "add", f"--gpg-import={key}", f"--collection-id={COLLECTION}",
             "stick", f"file://{stick / REPO}"),
            ("pull", "stick", metadata.strip()),
        ):  # fmt: skip
            subprocess.run(["ostree", f"--repo={mirror}", *command], check=True)
    finally:
        maker.close()
    assert done.finished["verify"]["findings"] == []
    # Without the maker's home, with what is on the stick alone.
    assert findings(stick, home=tmp_path / "elsewhere") == {}
    told = satchel("inspect", "--json", stick, home=tmp_path / "elsewhere").json
    assert told["collections"][0]["metadata"]["signed"]
    knows(client, stick)
    client.install("up", "org.test.Hello", sideload=stick)
    assert client.flatpak_run("org.test.Hello") == OLD


# ---- Online, and for other computers


@pytest.mark.thorough
def test_the_makers_key_only_while_it_is_asked_for(old: Made, tmp_path: Path) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    maker = SigningKey("Maker <maker@example.org>")
    try:
        home.mkdir()
        (home / ".gnupg").symlink_to(maker.homedir)
        options = ("org.test.Hello", "--sign-key", maker.fingerprint)
        make(old.upstream, stick, *options, home=home)
        signed = (stick / "satchel" / "up.flatpakrepo").read_bytes()
        make(old.upstream, stick, "org.test.Hello", home=home)
    finally:
        maker.close()
    assert (stick / "satchel" / "up.flatpakrepo").read_bytes() != signed
    assert findings(stick, home=home).keys() <= {"orphan-objects"}
