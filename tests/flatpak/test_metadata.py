"""Metadata says what an app or runtime is, needs and can use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flatpak.metadata import ExtensionOf, Metadata, MetadataError
from app.flatpak.refs import Ref
from app.formats.keyfile import KeyfileError

APP = b"""\
[Application]
name=com.example.Player
runtime=org.gnome.Platform/x86_64/45
sdk=org.gnome.Sdk/x86_64/45
command=player
required-flatpak=1.14.0

[Context]
shared=network;ipc;
sockets=x11;wayland;
filesystems=xdg-music:ro;

[Extension com.example.Player.Locale]
directory=share/runtime/locale
autodelete=true
locale-subset=true

[Extension com.example.Player.Plugin@new]
version=2
directory=plugins/new
subdirectories=true
subdirectory-suffix=lib
no-autodownload=true
collection-id=org.example.Plugins

[Extension org.freedesktop.Platform.GL]
versions=23.08;1.4
version=1.4
download-if=active-gl-driver;have-intel-gpu
enable-if=active-gl-driver
autoprune-unless=active-gl-driver

[Extra Data]
uri=https://example.com/player.deb
checksum=0123
size=1000
installed-size=2000
name=player.deb
uri1=https://example.com/codecs.zip
checksum1=4567
size1=many
uri2=https://example.com/without-checksum
NoRuntime=true

[Build]
built-extensions=com.example.Player.Locale;com.example.Player.Debug;
"""


@pytest.fixture(scope="module")
def player() -> Metadata:
    return Metadata.parse(APP)


def test_what_an_app_is_and_needs(player: Metadata) -> None:
    assert (player.kind, player.name, player.command) == ("app", "com.example.Player", "player")
    assert player.runtime == Ref("runtime", "org.gnome.Platform", "x86_64", "45")
    assert player.sdk == Ref("runtime", "org.gnome.Sdk", "x86_64", "45")
    assert player.required_flatpak == ("1.14.0",)
    assert player.built_extensions == ("com.example.Player.Locale", "com.example.Player.Debug")
    assert player.extension_of is None


def test_permissions_stay_as_they_are(player: Metadata) -> None:
    assert player.permissions["shared"] == ("network", "ipc")
    assert player.permissions["filesystems"] == ("xdg-music:ro",)


def test_extension_points(player: Metadata) -> None:
    locale, plugin, gl = player.extensions
    assert locale.name == "com.example.Player.Locale"
    assert locale.locale_subset
    assert locale.autodelete
    assert locale.branches == ()
    assert (plugin.name, plugin.tag, plugin.branches) == (
        "com.example.Player.Plugin",
        "new",
        ("2",),
    )
    assert plugin.subdirectories
    assert plugin.no_autodownload
    assert plugin.subdirectory_suffix == "lib"
    assert plugin.collection_id == "org.example.Plugins"
    assert gl.branches == ("23.08", "1.4")
    assert gl.download_if == ("active-gl-driver", "have-intel-gpu")
    assert gl.enable_if == gl.autoprune_unless == ("active-gl-driver",)


def test_extra_data_keeps_what_belongs_together(player: Metadata) -> None:
    deb, codecs = player.extra_data
    assert (deb.uri, deb.name) == ("https://example.com/player.deb", "player.deb")
    assert (deb.checksum, deb.size, deb.installed_size) == ("0123", 1000, 2000)
    assert (codecs.name, codecs.checksum, codecs.size) == (None, "4567", 0)
    assert not player.extra_data_needs_runtime


def test_an_extension_says_what_it_extends() -> None:
    metadata = Metadata.parse(
        b"[Runtime]\nname=com.example.Player.Plugin.one\n"
        b"[ExtensionOf]\nref=app/com.example.Player/x86_64/stable\npriority=3\n"
    )
    assert metadata.kind == "runtime"
    assert metadata.runtime is None
    parent = Ref("app", "com.example.Player", "x86_64", "stable")
    assert metadata.extension_of == ExtensionOf(parent, priority=3)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[Context]\nshared=network;\n",
        b"[Application]\nruntime=org.gnome.Platform/x86_64/45\n",
        b"[Application]\nname=x\nruntime=../../etc\n",
        b"[Application]\nname=x\nruntime=org.gnome.Platform/x86_64\n",
    ],
)
def test_what_is_no_metadata_is_refused(text: bytes) -> None:
    with pytest.raises(MetadataError):
        Metadata.parse(text)


def test_a_point_with_an_empty_list_of_versions_leads_nowhere() -> None:
    metadata = Metadata.parse(b"[Runtime]\nname=a.b.c\n[Extension a.b.d]\nversions=\nversion=1\n")
    assert metadata.extensions == ()


@given(st.integers(0, len(APP)), st.integers(0, 255), st.booleans())
def test_damage_is_an_error_or_another_metadata(position: int, byte: int, cut: bool) -> None:
    data = APP[:position] if cut else APP[:position] + bytes([byte]) + APP[position + 1 :]
    try:
        metadata = Metadata.parse(data)
    except KeyfileError:
        return
    assert metadata.kind == "app"
