"""What comes along with an app or runtime, and why."""

from collections.abc import Iterable

import pytest

from app.flatpak.metadata import Metadata
from app.flatpak.refs import Ref
from app.flatpak.related import Related, RelatedPolicy, gpu_matches, related
from tests.flatpak.related_samples import GNOME, GNOME_METADATA, UPSTREAM, Upstream


def find(
    metadata: bytes = GNOME_METADATA,
    parent: Ref = GNOME,
    upstream: Iterable[str] = UPSTREAM,
    policy: RelatedPolicy | None = None,
) -> list[Related]:
    return related(parent, Metadata.parse(metadata), Upstream(upstream), policy)


def wanted(extensions: list[Related]) -> set[str]:
    return {
        str(extension.ref).removeprefix("runtime/") for extension in extensions if extension.wanted
    }


def reason(ref: str) -> str:
    (extension,) = (extension for extension in find() if str(extension.ref) == f"runtime/{ref}")
    return str(extension.reason)


ALWAYS = {
    "org.gnome.Platform.Locale/x86_64/45",
    "org.freedesktop.Platform.GL.default/x86_64/23.08",
    "org.freedesktop.Platform.GL.default/x86_64/23.08-extra",
    "org.freedesktop.Platform.GL.host/x86_64/1.4",
    "org.freedesktop.Platform.VAAPI.Intel/x86_64/23.08",
    "org.freedesktop.Platform.openh264/x86_64/2.2.0",
    "org.kde.KStyle.Adwaita/x86_64/5.15",
}


def test_a_drive_carries_what_some_computer_may_need() -> None:
    assert wanted(find()) == ALWAYS


def test_everything_upstream_has_is_known_even_when_it_is_not_carried() -> None:
    left_out = {
        str(extension.ref).removeprefix("runtime/") for extension in find() if not extension.wanted
    }
    assert left_out == {
        "org.gnome.Platform.Debug/x86_64/45",
        "org.freedesktop.Platform.GL.nvidia-470-223-02/x86_64/1.4",
        "org.freedesktop.Platform.GL.nvidia-550-54-14/x86_64/1.4",
        "org.freedesktop.Platform.VAAPI.nvidia/x86_64/23.08",
        "org.freedesktop.Platform.ffmpeg-full/x86_64/23.08",
        "org.gtk.Gtk3theme.Adwaita-dark/x86_64/3.22",
        "org.gtk.Gtk3theme.Breeze/x86_64/3.22",
        "org.example.Future/x86_64/1",
    }


@pytest.mark.parametrize(
    "gpu",
    [
        "nvidia-550-54-14",
        "nvidia-550.54.14",
        "nvidia-550-54",
        "nvidia-550",
        "org.freedesktop.Platform.GL.nvidia-550-54-14",
        "org.freedesktop.Platform.GL.nvidia-550-54",
    ],
)
def test_a_named_graphics_driver_brings_what_belongs_to_it(gpu: str) -> None:
    assert wanted(find(policy=RelatedPolicy(gpus=(gpu,)))) - ALWAYS == {
        "org.freedesktop.Platform.GL.nvidia-550-54-14/x86_64/1.4",
        "org.freedesktop.Platform.VAAPI.nvidia/x86_64/23.08",
    }


@pytest.mark.parametrize(
    "gpu",
    ["nvidia", "nvidia-55", "nvidia-550-54-1", "", "default-1", "org.x.Y.GL.nvidia-550-54-14"],
)
def test_names_that_mean_no_driver_of_upstream(gpu: str) -> None:
    assert not gpu_matches(gpu, "org.freedesktop.Platform.GL.nvidia-550-54-14")


def test_a_driver_without_its_place_in_the_name_also_means_the_32_bit_one() -> None:
    assert gpu_matches("nvidia-550-54-14", "org.freedesktop.Platform.GL32.nvidia-550-54-14")
    assert not gpu_matches(
        "org.freedesktop.Platform.GL.nvidia-550-54-14",
        "org.freedesktop.Platform.GL32.nvidia-550-54-14",
    )


@pytest.mark.parametrize(
    "ref",
    [
        "runtime/org.gnome.Platform.Debug/x86_64/45",
        "runtime/org.freedesktop.Platform.ffmpeg-full/x86_64/23.08",
        "runtime/org.gtk.Gtk3theme.Breeze/x86_64/3.22",
        "runtime/org.example.Future/x86_64/1",
    ],
)
def test_whatever_is_named_is_carried(ref: str) -> None:
    assert wanted(find(policy=RelatedPolicy(named=frozenset([Ref.parse(ref)])))) - ALWAYS == {
        ref.removeprefix("runtime/")
    }


def test_reasons_are_for_people() -> None:
    assert reason("org.gnome.Platform.Locale/x86_64/45") == "Translations for org.gnome.Platform."
    assert (
        reason("org.freedesktop.Platform.GL.default/x86_64/23.08")
        == "Graphics driver (default) for org.gnome.Platform."
    )
    assert "Intel" in reason("org.freedesktop.Platform.VAAPI.Intel/x86_64/23.08")
    assert "GNOME" in reason("org.kde.KStyle.Adwaita/x86_64/5.15")
    assert "when named" in reason("org.gnome.Platform.Debug/x86_64/45")
    assert "phase-of-the-moon" in reason("org.example.Future/x86_64/1")
    assert all(extension.reason for extension in find())


def test_translations_are_marked() -> None:
    assert [str(extension.ref) for extension in find() if extension.locale] == [
        "runtime/org.gnome.Platform.Locale/x86_64/45"
    ]


def test_an_app_extends_along_its_own_branch_and_architecture() -> None:
    metadata = b"""\
[Application]
name=org.example.App
runtime=org.gnome.Platform/aarch64/45

[Extension org.example.App.Locale]
[Extension org.example.App.Plugin@one]
version=1
no-autodownload=true
[Extension org.example.App.Plugin@two]
versions=2;1
collection-id=org.example.Plugins
[Extension not a name]
"""
    extensions = find(
        metadata,
        Ref.parse("app/org.example.App/aarch64/beta"),
        [
            "runtime/org.example.App.Locale/aarch64/beta",
            "runtime/org.example.App.Locale/aarch64/45",
            "runtime/org.example.App.Plugin/aarch64/1",
            "runtime/org.example.App.Plugin/aarch64/2",
            "runtime/org.example.App.Plugin/x86_64/2",
        ],
    )
    assert [
        (str(extension.ref), extension.wanted, extension.collection) for extension in extensions
    ] == [
        ("runtime/org.example.App.Locale/aarch64/beta", True, None),
        # Two points lead here; one of them wants it.
        ("runtime/org.example.App.Plugin/aarch64/1", True, "org.example.Plugins"),
        ("runtime/org.example.App.Plugin/aarch64/2", True, "org.example.Plugins"),
    ]


def test_the_exact_name_comes_before_what_lies_below_it() -> None:
    metadata = b"[Runtime]\nname=a.b.c\n[Extension a.b.d]\nversion=1\nsubdirectories=true\n"
    refs = ["runtime/a.b.d/x86_64/1", "runtime/a.b.d.e/x86_64/1"]
    parent = Ref.parse("runtime/a.b.c/x86_64/1")
    assert wanted(find(metadata, parent, refs)) == {"a.b.d/x86_64/1"}
    assert wanted(find(metadata, parent, refs[1:])) == {"a.b.d.e/x86_64/1"}


def test_conditions_that_are_only_semicolons_never_hold() -> None:
    metadata = b"[Runtime]\nname=a.b.c\n[Extension a.b.d]\nversion=1\ndownload-if=;\n"
    parent = Ref.parse("runtime/a.b.c/x86_64/1")
    (extension,) = find(metadata, parent, ["runtime/a.b.d/x86_64/1"])
    assert not extension.wanted
