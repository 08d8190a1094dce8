"""What a file is that somebody opens or drops."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.stick.choices.given_files import FileKind, kind_of

REF = b"[Flatpak Ref]\nName=org.gnome.Maps\n"
REPO = b"# a remote\n\n[Flatpak Repo]\nUrl=https://a.example/\n"
SET = b'refs = ["org.gnome.Maps"]\n[about]\nname = "Ours"\n'


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("maps.flatpakref", None, FileKind.APP),
        ("https://a.example/maps.flatpakref?x=1", None, FileKind.APP),
        ("flathub.flatpakrepo", None, FileKind.SOURCE),
        ("/media/x/Maps.FLATPAK", None, FileKind.BUNDLE),
        ("ours.satchel-set", None, FileKind.SET),
        ("notes", None, FileKind.UNKNOWN),
        ("download", REF, FileKind.APP),
        ("maps.flatpakrepo", REF, FileKind.APP),
        ("flathub.flatpakrepo.txt", REPO, FileKind.SOURCE),
        ("ours.txt", SET, FileKind.SET),
        ("list.toml", b"sets = ['a.satchel-set']", FileKind.SET),
        ("ours.satchel-set", b"damaged", FileKind.SET),
        ("lab.json", b'{\n "format": "satchel-needs",\n "version": 1', FileKind.NEEDS),
        ("apps.txt", b"org.gnome.Maps\n", FileKind.LIST),
        ("x.preinstall", b"[Flatpak Preinstall org.gnome.Maps]\n", FileKind.LIST),
        ("apps.txt", "org.gnome.Maps\n".encode("utf-16"), FileKind.LIST),
        ("maps.flatpak", b"flatpak\0\1\2\0\0", FileKind.BUNDLE),
        ("maps", b"\0\0flatpak\0\1\2\0\0", FileKind.BUNDLE),
        ("maps.flatpak", b"<html>not here</html>", FileKind.BUNDLE),
        ("maps.flatpakref", b"<html>not here</html>", FileKind.APP),
        ("class.img", bytes(4096), FileKind.IMAGE),
        ("medium", bytes(32769) + b"CD001\1", FileKind.IMAGE),
        ("copy-of-a-stick", bytes(1080) + b"\x53\xef" + bytes(64), FileKind.IMAGE),
        ("root", b"hsqs" + bytes(64), FileKind.IMAGE),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0", FileKind.UNKNOWN),
    ],
)
def test_by_what_it_says_else_by_its_name(name: str, head: bytes | None, kind: FileKind) -> None:
    assert kind_of(name, head) is kind


@given(st.text(max_size=50), st.binary(max_size=300))
def test_any_file_is_something(name: str, head: bytes) -> None:
    assert isinstance(kind_of(name, head), FileKind)
