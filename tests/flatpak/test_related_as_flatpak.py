"""The same related refs as the real flatpak finds, in an upstream the real flatpak built."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from app.flatpak.metadata import Metadata
from app.flatpak.refs import Ref
from app.flatpak.related import RelatedPolicy, related
from tests.flatpak.related_samples import GNOME, GNOME_METADATA, UPSTREAM, Upstream
from tests.waiting import GUARD

Ask = Callable[[Ref], dict[str, bool]]

APP = Ref.parse("app/org.example.App/x86_64/stable")
APP_METADATA = b"""\
[Application]
name=org.example.App
runtime=org.gnome.Platform/x86_64/45

[Extension org.example.App.Locale]
directory=share/runtime/locale
autodelete=true

[Extension org.example.App.Debug]
directory=lib/debug

[Extension org.example.App.Sources]
directory=src

[Extension org.example.App.Addon]
directory=addons
subdirectories=true
versions=stable;2

[Extension org.example.App.Versioned@one]
version=1
directory=one
no-autodownload=true

[Extension org.example.App.Versioned@two]
version=2
directory=two

[Extension org.example.App.Empty]
versions=
directory=empty

[Extension org.example.App.Optional]
directory=optional
no-autodownload=true
download-if=;

[Extension org.freedesktop.Platform.Compat.i386]
directory=lib/i386-linux-gnu
versions=23.08
no-autodownload=true

[Extension org.freedesktop.Platform.GL32]
directory=lib/i386-linux-gnu/GL
version=1.4
versions=23.08;1.4
subdirectories=true
no-autodownload=true
download-if=active-gl-driver
"""

APP_UPSTREAM = (
    str(APP),
    "runtime/org.example.App.Locale/x86_64/stable",
    "runtime/org.example.App.Debug/x86_64/stable",
    "runtime/org.example.App.Sources/x86_64/stable",
    "runtime/org.example.App.Addon.a/x86_64/stable",
    "runtime/org.example.App.Addon.b-c/x86_64/2",
    "runtime/org.example.App.Addon.b-c/x86_64/3",
    "runtime/org.example.App.Addon.d.Sources/x86_64/2",
    "runtime/org.example.App.Versioned/x86_64/1",
    "runtime/org.example.App.Versioned/x86_64/2",
    "runtime/org.example.App.Empty/x86_64/stable",
    "runtime/org.example.App.Optional/x86_64/stable",
    "runtime/org.freedesktop.Platform.Compat.i386/x86_64/23.08",
    "runtime/org.freedesktop.Platform.GL32.nvidia-550-54-14/x86_64/1.4",
)

ORACLE = """
import json, sys
import gi
gi.require_version("Flatpak", "1.0")
from gi.repository import Flatpak, Gio
place = Flatpak.Installation.new_for_path(Gio.File.new_for_path(sys.argv[1]), True, None)
print(json.dumps({
    ref: [
        [related.format_ref(), related.should_download()]
        for related in place.list_remote_related_refs_sync("upstream", ref, None)
    ]
    for ref in sys.argv[2:]
}))
"""


def run(environment: dict[str, str], *command: str | Path) -> str:
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=GUARD, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def flatpaks_answer(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """`ask(ref)`: what flatpak finds for a ref, as {related ref: whether it would download it}."""
    base = tmp_path_factory.mktemp("upstream")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(base / "home"),
        "FLATPAK_USER_DIR": str(base / "user"),
        "FLATPAK_SYSTEM_DIR": str(base / "system"),
        "FLATPAK_CONFIG_DIR": str(base / "config"),
        "FLATPAK_RUN_DIR": str(base / "run"),
        "FLATPAK_GL_DRIVERS": "default:host:nvidia-550-54-14",
        "XDG_CURRENT_DESKTOP": "GNOME",
        "GSETTINGS_BACKEND": "memory",
    }
    (base / "home").mkdir()
    repo = base / "repo"
    texts = {str(GNOME): GNOME_METADATA, str(APP): APP_METADATA}
    for number, ref in enumerate(map(Ref.parse, dict.fromkeys(UPSTREAM + APP_UPSTREAM))):
        build = base / f"build{number}"
        (build / "files").mkdir(parents=True)
        (build / "usr").mkdir()
        (build / "export").mkdir()
        group = "Application" if ref.kind == "app" else "Runtime"
        plain = f"[{group}]\nname={ref.id}\nruntime=org.gnome.Platform/x86_64/45\n".encode()
        (build / "metadata").write_bytes(texts.get(str(ref), plain))
        kind = ["--runtime"] if ref.kind == "runtime" else []
        run(
            environment,
            *("flatpak", "build-export", "--disable-sandbox", "--no-update-summary"),
            *(f"--arch={ref.arch}", *kind, str(repo), str(build), ref.branch),
        )
    run(environment, "flatpak", "build-update-repo", repo)
    run(
        environment,
        *("flatpak", "--user", "remote-add", "--no-gpg-verify", "upstream", f"file://{repo}"),
    )
    asking = ("/usr/bin/python3", "-W", "ignore", "-c", ORACLE, str(base / "user"))
    answers = json.loads(run(environment, *asking, str(GNOME), str(APP)))

    def ask(ref: Ref) -> dict[str, bool]:
        downloads: dict[str, bool] = {}
        for name, download in answers[str(ref)]:
            downloads[name] = downloads.get(name, False) or download
        return downloads

    return ask


def ours(parent: Ref, metadata: bytes) -> dict[str, bool]:
    index = Upstream(UPSTREAM + APP_UPSTREAM)
    policy = RelatedPolicy(gpus=("nvidia-550-54-14",))
    return {
        str(extension.ref): extension.wanted
        for extension in related(parent, Metadata.parse(metadata), index, policy)
    }


def test_an_apps_related_refs(flatpaks_answer: Ask) -> None:
    theirs = flatpaks_answer(APP)
    assert len(theirs) >= 10
    assert ours(APP, APP_METADATA) == theirs


def test_a_runtimes_related_refs_but_for_hardware_and_desktops(flatpaks_answer: Ask) -> None:
    theirs = flatpaks_answer(GNOME)
    # This computer may or may not have these; a drive carries them for those that do.
    depends = {
        "runtime/org.freedesktop.Platform.VAAPI.Intel/x86_64/23.08",
        "runtime/org.freedesktop.Platform.VAAPI.nvidia/x86_64/23.08",
        # The theme of whoever runs the tests.
        "runtime/org.gtk.Gtk3theme.Adwaita-dark/x86_64/3.22",
        "runtime/org.gtk.Gtk3theme.Breeze/x86_64/3.22",
    }
    mine = ours(GNOME, GNOME_METADATA)
    assert mine.keys() == theirs.keys()
    assert depends < theirs.keys()
    assert {ref: mine[ref] for ref in mine.keys() - depends} == {
        ref: theirs[ref] for ref in theirs.keys() - depends
    }
