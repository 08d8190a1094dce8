"""A runtime much like a real one, and what its upstream offers beside it."""

from collections.abc import Iterable, Iterator

from app.flatpak.refs import Ref

GNOME = Ref.parse("runtime/org.gnome.Platform/x86_64/45")

# Modelled on org.gnome.Platform//45.
GNOME_METADATA = b"""\
[Runtime]
name=org.gnome.Platform
runtime=org.gnome.Platform/x86_64/45
sdk=org.gnome.Sdk/x86_64/45

[Extension org.gnome.Platform.Locale]
directory=share/runtime/locale
autodelete=true
locale-subset=true

[Extension org.gnome.Platform.Debug]
directory=lib/debug
no-autodownload=true

[Extension org.freedesktop.Platform.GL]
version=1.4
versions=23.08;23.08-extra;1.4
directory=lib/x86_64-linux-gnu/GL
subdirectories=true
no-autodownload=true
autodelete=false
merge-dirs=vulkan/icd.d;glvnd/egl_vendor.d
download-if=active-gl-driver
enable-if=active-gl-driver

[Extension org.freedesktop.Platform.VAAPI.Intel]
version=23.08
directory=lib/x86_64-linux-gnu/dri/intel-vaapi-driver
autodelete=false
no-autodownload=true
download-if=have-intel-gpu
enable-if=have-intel-gpu

[Extension org.freedesktop.Platform.VAAPI.nvidia]
version=23.08
download-if=have-kernel-module-nvidia

[Extension org.freedesktop.Platform.openh264]
version=2.2.0
directory=lib/x86_64-linux-gnu/openh264
add-ld-path=extra
autodelete=false

[Extension org.gtk.Gtk3theme]
version=3.22
directory=share/runtime/gtk3theme
subdirectories=true
no-autodownload=true
download-if=active-gtk-theme

[Extension org.freedesktop.Platform.ffmpeg-full]
version=23.08
no-autodownload=true

[Extension org.kde.KStyle.Adwaita]
version=5.15
download-if=on-xdg-desktop-GNOME;on-xdg-desktop-KDE

[Extension org.example.Future]
version=1
download-if=phase-of-the-moon

[Extension org.example.Nowhere]
version=1
"""

UPSTREAM = (
    "app/org.freedesktop.Platform.GL.odd/x86_64/1.4",
    "runtime/org.freedesktop.Platform.GL.default.Sources/x86_64/23.08",
    "runtime/org.freedesktop.Platform.GL.default/aarch64/23.08",
    "runtime/org.freedesktop.Platform.GL.default/x86_64/22.08",
    "runtime/org.freedesktop.Platform.GL.default/x86_64/23.08",
    "runtime/org.freedesktop.Platform.GL.default/x86_64/23.08-extra",
    "runtime/org.freedesktop.Platform.GL.host/x86_64/1.4",
    "runtime/org.freedesktop.Platform.GL.nvidia-470-223-02/x86_64/1.4",
    "runtime/org.freedesktop.Platform.GL.nvidia-550-54-14/x86_64/1.4",
    "runtime/org.freedesktop.Platform.GL32.default/x86_64/23.08",
    "runtime/org.freedesktop.Platform.VAAPI.Intel/x86_64/23.08",
    "runtime/org.freedesktop.Platform.VAAPI.nvidia/x86_64/23.08",
    "runtime/org.freedesktop.Platform.ffmpeg-full/x86_64/23.08",
    "runtime/org.freedesktop.Platform.openh264/x86_64/2.2.0",
    "runtime/org.gnome.Platform.Debug/x86_64/45",
    "runtime/org.gnome.Platform.Locale/x86_64/44",
    "runtime/org.gnome.Platform.Locale/x86_64/45",
    "runtime/org.gnome.Platform/x86_64/45",
    "runtime/org.gtk.Gtk3theme.Adwaita-dark/x86_64/3.22",
    "runtime/org.gtk.Gtk3theme.Breeze/x86_64/3.22",
    "runtime/org.kde.KStyle.Adwaita/x86_64/5.15",
    "runtime/org.example.Future/x86_64/1",
)


class Upstream:
    """The smallest `RefIndex`: gives everything and leaves the choosing to `related`."""

    def __init__(self, refs: Iterable[str] = UPSTREAM) -> None:
        self.refs = [ref for ref in map(Ref.parse_or_none, refs) if ref]

    def __contains__(self, ref: str) -> bool:
        return ref in map(str, self.refs)

    def with_prefix(self, kind_id_prefix: str, arch: str, branch: str) -> Iterator[Ref]:
        assert kind_id_prefix.startswith("runtime/")
        assert kind_id_prefix.endswith(".")
        assert arch
        assert branch
        return iter(self.refs)
