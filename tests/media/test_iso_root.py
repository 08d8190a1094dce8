"""``satchel media --layout iso-root``, laid into real systems, which then install from it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from app.media.trees.iso_root import FIRST_BOOT, KICKSTART, PREINSTALL, SIDELOAD, UNIT
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.media.mediums import HELLO, Maker
from tests.media.operating_systems import OperatingSystem, installed_below, said_by
from tests.privileges import AS_ROOT
from tests.stick.clients.matrix.roots import RELEASES, Release
from tests.stick.nameless.conftest import fill as fill_nameless
from tests.upstream import COLLECTION, Upstream
from tests.waiting import GUARD

DONE = "var/lib/satchel-media/done"
WANTS = f"etc/systemd/system/multi-user.target.wants/{UNIT}"
NEWEST = RELEASES[-1]
each_release = pytest.mark.parametrize(
    "release",
    [pytest.param(each, id=each.flatpak, marks=pytest.mark.thorough) for each in RELEASES],
)


@pytest.fixture(scope="session")
def iso(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With Hello; read-only."""
    here = tmp_path_factory.mktemp("iso")
    maker = Maker(here, default_upstream)
    assert maker.media(here / "out", "org.test.Hello", "--layout", "iso-root").finished["ok"]
    assert maker.findings(here / "out") == set()
    return here / "out"


def test_what_is_laid_out(iso: Path) -> None:
    assert (iso / SIDELOAD).resolve() == iso / ".ostree/repo"
    assert f"CollectionID={COLLECTION}" in (iso / PREINSTALL).read_text()
    assert "GPGKey=" in (iso / "etc/flatpak/remotes.d/up.flatpakrepo").read_text()
    assert os.access(iso / FIRST_BOOT, os.X_OK)
    assert {path.stat().st_mode & 0o777 for path in iso.rglob("*") if path.is_dir()} == {0o755}
    assert os.readlink(iso / WANTS) == f"/usr/lib/systemd/system/{UNIT}"


def test_the_unit_is_one(iso: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", iso / "usr/lib/systemd/system" / UNIT],
        capture_output=True,
        text=True,
        timeout=GUARD,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def first_boot(system: OperatingSystem, medium: tuple[Path, str] | None = None) -> str:
    """What the unit runs; ``medium`` as for `OperatingSystem.run`."""
    unit = (system.tree / "usr/lib/systemd/system" / UNIT).read_text()
    (command,) = (line for line in unit.splitlines() if line.startswith("ExecStart="))
    return system.run(*command.removeprefix("ExecStart=").split(), medium=medium)


def test_the_first_start(iso: Path, tmp_path: Path) -> None:
    """With this computer's programs."""
    state = tmp_path / "state"
    state.mkdir()

    said_by(
        [
            *("bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--bind", "/proc", "/proc"),
            *("--unshare-net", "--tmpfs", "/run", "--tmpfs", "/tmp", "--bind", state, "/var/lib"),
            *("--tmpfs", "/mnt", "--ro-bind", iso, "/mnt/medium", "--cap-add", "ALL"),
            *("sh", f"/mnt/medium/{FIRST_BOOT}"),
        ],
        {"PATH": os.environ["PATH"], "HOME": "/tmp", "LC_ALL": "C.UTF-8"},
    )

    assert HELLO in installed_below(state / "flatpak")
    assert (state / "satchel-media/done").exists()


@each_release
def test_the_first_start_installs_them(iso: Path, release: Release, tmp_path: Path) -> None:
    system = OperatingSystem(release, tmp_path / "tree")
    system.lay_in(iso)

    first_boot(system)

    assert HELLO in system.installed()
    assert (system.tree / DONE).exists()
    if (system.tree / "usr/bin/systemctl").exists():
        assert not os.path.lexists(system.tree / WANTS)
    assert system.run("flatpak", "remotes", "--columns=name").split() == ["up"]
    # Once: what people take off afterwards stays off.
    system.run("flatpak", "uninstall", "-y", "--noninteractive", "org.test.Hello")
    first_boot(system)
    assert HELLO not in system.installed()


@each_release
def test_from_the_medium_that_it_came_on(iso: Path, release: Release, tmp_path: Path) -> None:
    system = OperatingSystem(release, tmp_path / "tree")
    laid = tmp_path / "laid"
    subprocess.run(["cp", "-a", iso, laid], check=True)
    for name in (".ostree", "satchel"):
        shutil.rmtree(laid / name)
    system.lay_in(laid)

    assert "next start" in first_boot(system)
    assert not (system.tree / DONE).exists()
    other = tmp_path / "other"
    subprocess.run(["cp", "-a", iso, other], check=True)
    for name in ("install.sh", "up.flatpakrepo"):
        file = other / "satchel" / name
        before = file.read_bytes()
        file.write_bytes(before + b"touch /altered\n")
        assert "next start" in first_boot(system, medium=(other, "/cdrom"))
        file.write_bytes(before)
    first_boot(system, medium=(iso, "/run/media/somebody/My Disk"))

    assert HELLO in system.installed()
    assert (system.tree / DONE).exists()
    assert not (system.tree / "altered").exists()


@pytest.mark.thorough
def test_one_that_fails_is_tried_again(iso: Path, tmp_path: Path) -> None:
    system = OperatingSystem(NEWEST, tmp_path / "tree")
    system.lay_in(iso)
    flatpak = system.tree / "usr/bin/flatpak"
    flatpak.rename(system.tree / "flatpak")

    system.run("/bin/sh", f"/{FIRST_BOOT}", check=False)
    assert not (system.tree / DONE).exists()
    (system.tree / "flatpak").rename(flatpak)
    first_boot(system)

    assert HELLO in system.installed()


@pytest.mark.thorough
def test_flatpak_preinstall(iso: Path, tmp_path: Path) -> None:
    """By flatpak itself, since 1.17."""
    system = OperatingSystem(NEWEST, tmp_path / "tree")
    system.lay_in(iso)

    system.run("flatpak", "preinstall", "-y", "--noninteractive")

    assert HELLO in system.installed()


def kickstart(system: OperatingSystem, medium: Path) -> str:
    """As Anaconda runs a script of --nochroot: in its own root, with the new system mounted."""
    text = (medium / KICKSTART).read_text()
    _, _, body = text.partition("\n%post --nochroot")
    script = body.partition("\n")[2].partition("\n%end")[0]
    prepare = """set -e
mount -t tmpfs tmpfs /mnt; mkdir /mnt/sysroot; mount --bind "$1" /mnt/sysroot
mount -t proc proc /mnt/sysroot/proc; mount --bind /dev /mnt/sysroot/dev
mount -t tmpfs tmpfs /run; mkdir -p /run/install/repo; mount --bind -o ro "$2" /run/install/repo
printf '%s' "$3" >/run/post; exec sh /run/post"""
    apart = ("unshare", "--mount", "--net", "--pid", "--fork")
    return said_by([*apart, "sh", "-c", prepare, "sh", system.tree, medium, script])


@AS_ROOT
@each_release
@pytest.mark.parametrize("where", ["medium", "tree"])
def test_kickstart(iso: Path, release: Release, where: str, tmp_path: Path) -> None:
    system = OperatingSystem(release, tmp_path / "tree")
    if where == "tree":
        system.lay_in(iso)

    kickstart(system, iso)

    assert HELLO in system.installed()
    assert (system.tree / DONE).exists() == (where == "tree")
    assert not (system.tree / "run/satchel-media").exists()


@each_release
def test_without_collection_id(release: Release, upstream_key: SigningKey, tmp_path: Path) -> None:
    maker = Maker(tmp_path, kept_upstream(tmp_path / "up", upstream_key, fill_nameless, ""))
    assert maker.media(tmp_path / "out", "org.test.Hello", "--layout=iso-root").finished["ok"]
    assert not (tmp_path / "out" / PREINSTALL).exists()
    system = OperatingSystem(release, tmp_path / "tree")
    system.lay_in(tmp_path / "out")

    first_boot(system)

    assert HELLO in system.installed()
    url = system.run("flatpak", "remotes", "--columns=url").strip()
    assert url in maker.remote.read_text()


@pytest.mark.thorough
def test_what_nobody_signed_only_if_the_builder_said_so(
    upstream_key: SigningKey, tmp_path: Path
) -> None:
    upstream = kept_upstream(tmp_path / "up", upstream_key, fill_nameless, "", signed=False)
    maker = Maker(tmp_path, upstream)
    out = tmp_path / "out"
    maker.media(out, "org.test.Hello", "--layout=iso-root", check=5)
    assert not out.exists()

    maker.media(out, "org.test.Hello", "--layout=iso-root", "--allow-unsigned")

    assert "--allow-unsigned" in (out / FIRST_BOOT).read_text()


@pytest.mark.thorough
def test_made_anew_keeps_what_others_laid_beside(
    default_upstream: Upstream, tmp_path: Path
) -> None:
    maker, out = Maker(tmp_path, default_upstream), tmp_path / "out"
    maker.media(out, "org.test.Hello", "--layout=iso-root")
    (out / "etc/hostname").write_text("mine")

    maker.media(out, "org.test.Large", "--layout=stick")

    assert [path.name for path in (out / "etc").rglob("*")] == ["hostname"]
    assert {path.name for path in out.iterdir()} == {".ostree", "satchel", "etc"}
