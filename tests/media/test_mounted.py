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
from tests.volumes import run

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

FORMS = {
    "iso9660": ("x.iso", "--layout", "iso-root"),
    "squashfs": ("x.img", "--fs", "squashfs"),
    "exfat": ("x.img", "--fs", "exfat"),
    "ext4": ("x.img",),
}
CUT = {"eight letters": (), "thirty letters": ("-iso-level", "3"), "Joliet": ("-J",)}
# Only there is user-mode Linux.
there_is_one = pytest.mark.parametrize("arch", ["x86_64"] if host_arch() == "x86_64" else [])


@there_is_one
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


@there_is_one
@pytest.mark.parametrize("names", CUT)
def test_names_that_were_cut_are_told(arch: str, names: str, maker: Maker, tmp_path: Path) -> None:
    """In an ISO without Rock Ridge, as Linux shows its names."""
    assert arch == host_arch()
    tree, image, place = (tmp_path / name for name in ("tree", "x.iso", "mounted"))
    place.mkdir()
    assert maker.media(tree, "org.test.Hello").finished["ok"]
    run("xorriso", "-as", "mkisofs", "-quiet", "--norock", *CUT[names], "-o", image, tree)
    stick = tmp_path / "stick"
    stick.mkdir()
    source = ("--remote", maker.remote, "--from", place, "--offline")
    for expected, words in (
        (1, command("verify", place)),
        (6, command("inspect", place)),
        (2, command("make", stick, HELLO, *source)),
    ):
        status, said = elsewhere(place, "iso9660", image, words, environment(maker.home))
        assert status == expected, said
        assert "were cut or changed, as in an ISO image without Rock Ridge" in said
    assert not list(stick.iterdir())
