"""Images as Linux itself mounts them: other sticks are made of them, and computers install."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.media.mediums import HELLO, Maker
from tests.satchel import command, environment
from tests.stick.receiving.computers import Computer
from tests.upstream import host_arch
from tests.user_mode import elsewhere

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

FORMS = {
    "iso9660": ("x.iso", "--layout", "iso-root"),
    "squashfs": ("x.img", "--fs", "squashfs"),
    "exfat": ("x.img", "--fs", "exfat"),
    "ext4": ("x.img",),
}


# Only there is user-mode Linux.
@pytest.mark.parametrize("arch", ["x86_64"] if host_arch() == "x86_64" else [])
@pytest.mark.parametrize("kind", FORMS)
def test_it_is_a_drive(arch: str, kind: str, maker: Maker, tmp_path: Path) -> None:
    assert arch == host_arch()
    name, *words = FORMS[kind]
    image, place = tmp_path / name, tmp_path / "mounted"
    place.mkdir()
    assert maker.media("org.test.Hello", "--image", image, *words).finished["ok"]
    other, stick = tmp_path / "other", tmp_path / "stick"
    other.mkdir()
    stick.mkdir()

    def there(*words: str | bytes | Path, env: dict[str, str] | None = None) -> str:
        status, said = elsewhere(place, kind, image, words, env or environment(other))
        assert status == 0, said
        assert "Traceback" not in said
        return said

    remote = ("--remote", maker.remote, "--json")
    assert json.loads(there(*command("verify", place, *remote)))["ok"]
    source = ("--from", place, "--offline")
    made = there(*command("make", stick, "org.test.Hello", *source, *remote))
    finished = json.loads(made.splitlines()[-1])
    assert finished["ok"]
    assert finished["kept"] == finished["bytes"] > 0
    assert maker.refs(stick)[HELLO]

    computer = Computer(tmp_path / "computer")
    there("sh", place / "satchel/install.sh", "--user", env=computer.client.environment)
    assert HELLO in computer.installed()

    plain = Computer(tmp_path / "plain")
    plain.flatpak("remote-add", "up", stick / "satchel/up.flatpakrepo")
    install = ("flatpak", "install", "--user", "-y", "--noninteractive")
    sideload = f"--sideload-repo={place}"
    there(*install, sideload, "up", "org.test.Hello", env=plain.client.environment)
    assert HELLO in plain.installed()
