"""install.sh with the real flatpak: renamed apps, those that need a newer one, and complaints."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app.stick.kit.installer import installer
from tests.build_contents import PLATFORM
from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import satchel
from tests.upstream import Upstream, host_arch

pytestmark = pytest.mark.slow

ARCH = host_arch()
SHELLS = ["dash", "bash --posix", "busybox sh"]


def gated(one: str) -> list[Any]:
    """All shells, of which the gate takes one."""
    return [
        pytest.param(each, marks=() if each == one else pytest.mark.thorough) for each in SHELLS
    ]


PLATFORM_REF = f"runtime/{PLATFORM}/{ARCH}/1"
NEEDS = "[Application]\nrequired-flatpak=9.1.0;1.99.3;\n"
EOL = "\x1b]0;owned\x07\u202e\u009b31m"


def app(name: str) -> str:
    return f"app/org.test.{name}/{ARCH}/stable"


def fill(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.New")
    upstream.add_app("org.test.Middle", eol_rebase="org.test.New")
    upstream.add_app("org.test.Old", eol_rebase="org.test.Middle")
    upstream.add_app("org.test.Demanding", extensions=NEEDS)
    upstream.add_app("org.test.Plain", eol=EOL)
    upstream.update()


@pytest.fixture(scope="module")
def stick(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A name that leads to another by way of a third, and an app that no flatpak is new enough
    for; in a place whose name is hard to take.
    """
    directory = tmp_path_factory.mktemp("install")
    upstream = kept_upstream(directory / "up", upstream_key, fill)
    (directory / "offline.flatpakrepo").write_text(upstream.flatpakrepo("http://127.0.0.1:9/"))
    (directory / "up.flatpakrepo").write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    drive = directory / "a b\n100% 'c\" $(d)\n"
    drive.mkdir()
    (directory / "home").mkdir()
    apps = [f"org.test.{name}" for name in ("Old", "Demanding", "Plain")]
    arguments: tuple[str | Path, ...] = *apps, "--remote", directory / "up.flatpakrepo", "--json"
    assert satchel("make", drive, *arguments, home=directory / "home").finished["ok"]
    return drive


def run(
    client: Client, drive: Path, *arguments: str, shell: str = "sh", expect: int = 0, **env: str
) -> str:
    done = subprocess.run(
        [*shell.split(), drive / "satchel/install.sh", "--user", *arguments],
        env={**client.environment, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    said = done.stdout.decode()
    print(said)
    assert done.returncode == expect
    return said


@pytest.mark.parametrize("shell", gated("bash --posix"))
def test_what_was_renamed_and_what_is_too_new(stick: Path, client: Client, shell: str) -> None:
    said = run(client, stick, shell=shell, expect=1)
    assert set(client.installed()) == {app("New"), app("Plain"), PLATFORM_REF}
    assert (
        "Installed:\n  New  (org.test.New), which replaces org.test.Middle, org.test.Old\n" in said
    )
    here = client.run("--version").stdout.split()[1]
    assert f"Demanding needs flatpak 9.1.0 or newer; this computer has {here}." in said
    assert "NOT installed:\n  Demanding  (org.test.Demanding)\n" in said
    assert "disk" not in said
    # What flatpak says of an app may be meant for the terminal.
    assert "end-of-life" in said
    assert not set("\x1b\x07\u202e\u009b") & set(said)
    assert said.count("  installing ") == 3

    again = run(client, stick, "org.test.Old", shell=shell)
    assert "Already there, and not older than on the drive:\n  New  (org.test.New), which" in again
    assert set(client.installed()) == {app("New"), app("Plain"), PLATFORM_REF}


@pytest.mark.thorough
def test_settings_move_with_a_new_name(
    upstream_key: SigningKey, client: Client, tmp_path: Path
) -> None:
    """Whoever has the old one has the new one in its place afterwards, as by an update online."""
    upstream = Upstream(tmp_path / "up", upstream_key)
    upstream.add_runtime(runnable=False)
    old = upstream.add_app("org.test.Old")
    upstream.update()
    (tmp_path / "home").mkdir()
    remote = tmp_path / "up.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    drive = tmp_path / "drive"
    drive.mkdir()

    def make() -> None:
        arguments = "org.test.Old", "--remote", remote, "--json"
        assert satchel("make", drive, *arguments, home=tmp_path / "home").finished["ok"]

    make()
    run(client, drive)
    upstream.add_app("org.test.New")
    upstream.republish(old, f"--add-metadata-string=ostree.endoflife-rebase={app('New')}")
    upstream.update()
    make()
    said = run(client, drive)
    assert "  New  (org.test.New), which replaces org.test.Old\n" in said
    assert set(client.installed()) == {app("New"), PLATFORM_REF}
    assert "installing Old" not in said
    assert "updating Old" not in said


FAKE = """#!/bin/sh
case $1 in
    install)
        case $* in *--help*) exec {flatpak} "$@" ;; esac
        for ref; do :; done
        echo "„$ref“ wird installiert"
        echo "Installing $ref"
        echo "Info: org.test.Old is end-of-life, in favor of {new}"
        echo "status 0"
        printf 'Error: no such ref %s\\n' "$ref" >&2
        printf 'Fehler bei der Installation von %s' "$ref" >&2
        exit 1
        ;;
esac
exec {flatpak} "$@"
"""


@pytest.mark.parametrize("shell", gated("busybox sh"))
def test_no_complaint_is_taken_for_progress(
    stick: Path, client: Client, tmp_path: Path, shell: str
) -> None:
    """Whatever it ends with, and in whatever language: what is progress comes from elsewhere."""
    fake = tmp_path / "bin/flatpak"
    fake.parent.mkdir()
    fake.write_text(FAKE.format(flatpak=shutil.which("flatpak"), new=app("New")))
    fake.chmod(0o755)
    path = f"{fake.parent}:{client.environment['PATH']}"
    said = run(client, stick, "org.test.Plain", shell=shell, expect=1, PATH=path)
    (plain, platform) = app("Plain"), PLATFORM_REF
    assert said.count("  installing org.test.Plain\n") == 2
    for ref in (plain, platform):
        assert f"    flatpak: Error: no such ref {ref}\n" in said
        assert f"    flatpak: Fehler bei der Installation von {ref}\n" in said
    assert f"    flatpak: Info: org.test.Old is end-of-life, in favor of {app('New')}\n" in said
    assert "installing New" not in said
    assert "    flatpak: status 0\n" in said
    assert "NOT installed:\n  org.test.Plain\n" in said


@pytest.mark.parametrize("shell", gated("dash"))
@pytest.mark.parametrize(
    ("needs", "have", "refused"),
    [
        ("1.16.2\t1.14.4", "1.14.3", "1.14.4"),
        ("1.16.2\t1.14.4", "1.14.4", ""),
        ("1.16.2\t1.14.4", "1.14.10", ""),
        ("1.16.2\t1.14.4", "1.15.0", "1.16.2"),
        ("1.16.2\t1.14.4", "1.16.1", "1.16.2"),
        ("1.16.2\t1.14.4", "1.18.0", ""),
        ("1.16.2\t1.14.4", "2.0.0", ""),
        ("2.0.0\t1.18.1\t1.16.5\t1.14.4\t1.12.9", "1.12.8", "1.12.9"),
        ("1.16.2", "1.15.91-dirty", "1.16.2"),
        ("1.16.08", "1.16.8", ""),
        ("1.16.$(id)", "1.14.0", ""),
        ("x", "1.14.0", ""),
        ("1.16.2", "unknown", ""),
    ],
)
def test_versions_are_compared_as_flatpak_does(
    needs: str, have: str, refused: str, shell: str, tmp_path: Path
) -> None:
    """A flatpak of any version says which one it is; and installs nothing."""
    (tmp_path / "satchel").mkdir()
    (tmp_path / "satchel/install.sh").write_bytes(installer())
    (tmp_path / "satchel/contents.tsv").write_text(
        "satchel-contents\t1\nrepo\t.ostree/repo\n"
        "collection\torg.test.C\tc\tc.flatpakrepo\thttp://127.0.0.1:9/\tC\n"
        f"ref\torg.test.C\t{app('A')}\tchosen\tA\nrequires\t{app('A')}\t{needs}\n"
    )
    (tmp_path / ".ostree/repo/objects").mkdir(parents=True)
    (tmp_path / ".ostree/repo/config").touch()
    fake = tmp_path / "flatpak"
    fake.write_text(
        "#!/bin/sh\ncase $* in\n"
        f"--version) echo Flatpak {have} ;;\n*--help) echo --sideload-repo ;;\n"
        f"--default-arch | --supported-arches) echo {ARCH} ;;\n"
        "remotes*) echo c org.test.C http://127.0.0.1:9/ user ;;\n*) exit 1 ;;\nesac\n"
    )
    fake.chmod(0o755)
    done = subprocess.run(
        [*shell.split(), tmp_path / "satchel/install.sh", "--user"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done
    said = f"A needs flatpak {refused} or newer; this computer has {have}."
    assert (said in done.stderr) == bool(refused), done
    assert ("needs flatpak" in done.stderr) == bool(refused), done
