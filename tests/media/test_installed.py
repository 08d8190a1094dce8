"""``satchel media --layout installed``: apps ready to run in the tree of an operating system."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.media.mediums import HELLO, Maker
from tests.media.operating_systems import OperatingSystem, installed_below
from tests.stick.clients.matrix.roots import RELEASES, Release
from tests.stick.clients.sticks import CARRIED, NEW, OLD, commits
from tests.stick.nameless.conftest import fill as fill_nameless
from tests.upstream import Upstream

INSTALLATION = "var/lib/flatpak"
LOCALE = "runtime/org.test.Hello.Locale"


@pytest.fixture(scope="session")
def root(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With Hello; read-only."""
    here = tmp_path_factory.mktemp("installed")
    maker = Maker(here, default_upstream)
    finished = maker.media(here / "root", "org.test.Hello", "--layout", "installed").finished
    assert (finished["ok"], finished["layout"]) == (True, "installed")
    return here / "root"


def commits_below(installation: Path) -> dict[str, str]:
    """Of translations flatpak calls a deployment by its languages as well."""
    return {ref: commit.partition("-")[0] for ref, commit in installed_below(installation).items()}


def system_client(directory: Path, installation: Path) -> Client:
    """A computer for which it is what everyone has."""
    client = Client(directory)
    client.environment["FLATPAK_SYSTEM_DIR"] = str(installation)
    return client


def test_everyone_has_them(root: Path, default_upstream: Upstream, tmp_path: Path) -> None:
    installation = tmp_path / "flatpak"
    shutil.copytree(root / INSTALLATION, installation, symlinks=True)
    client = system_client(tmp_path / "client", installation)

    assert commits_below(installation) == commits(default_upstream, CARRIED)
    assert client.run("run", "--system", "org.test.Hello").stdout == OLD
    # Nothing but what belongs there.
    assert os.listdir(root) == ["var"]
    assert os.listdir(root / "var") == ["lib"]
    # As if it had been installed online: the real address, key and collection.
    shown = client.run("remotes", "--system", "--columns=name,collection").stdout.split()
    assert shown == ["up", "org.test.Upstream"]
    assert (installation / "repo/up.trustedkeys.gpg").stat().st_size
    config = (installation / "repo/config").read_text()
    assert "url=http://127.0.0.1:" in config
    assert "languages" not in config
    desktop = installation / "exports/share/applications/org.test.Hello.desktop"
    assert str(root) not in desktop.read_text()
    assert {path.lstat().st_uid for path in root.rglob("*")} == {os.geteuid()}


@pytest.mark.thorough
def test_is_another_installation_where_one_says_so(root: Path, tmp_path: Path) -> None:
    client = Client(tmp_path)
    places = tmp_path / "config/installations.d"
    places.mkdir()
    (places / "image.conf").write_text(f'[Installation "image"]\nPath={root / INSTALLATION}\n')

    listed = client.run("list", "--installation=image", "--app", "--columns=application").stdout

    assert listed.split() == ["org.test.Hello"]


@pytest.mark.thorough
def test_is_updated_later(own_upstream: Upstream, tmp_path: Path) -> None:
    maker = Maker(tmp_path, own_upstream)
    root = tmp_path / "root"
    maker.media(root, "org.test.Hello", "--layout", "installed")
    own_upstream.bump(HELLO, {"bin/start": "#!/bin/sh\necho newer\n"})
    own_upstream.update()
    client = system_client(tmp_path / "client", root / INSTALLATION)
    with maker.online() as server:
        # The same address in reality.
        client.run("remote-modify", "--system", f"--url={server.url}", "up")
        client.run("update", "--system", "-y", "--noninteractive")

    assert commits_below(root / INSTALLATION)[HELLO] == own_upstream.refs[HELLO]
    assert client.run("run", "--system", "org.test.Hello").stdout == NEW


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("words", "there"), [((), {"de", "en", "fr"}), (("--language=de",), {"de"})]
)
def test_languages(
    default_upstream: Upstream, tmp_path: Path, words: tuple[str, ...], there: set[str]
) -> None:
    root = tmp_path / "root"
    finished = (
        Maker(tmp_path, default_upstream)
        .media(root, "org.test.Hello", "--layout=installed", *words, env={"LANG": "pl_PL.UTF-8"})
        .finished
    )

    assert finished["ok"]
    (files,) = (root / INSTALLATION).glob(f"{LOCALE}/*/*/active/files")
    assert {path.name for path in files.iterdir() if path.is_dir()} == there


@pytest.mark.thorough
def test_for_another_architecture(own_upstream: Upstream, tmp_path: Path) -> None:
    own_upstream.add_runtime(arch="riscv64", runnable=False)
    other = own_upstream.add_app("org.test.Hello", arch="riscv64")
    own_upstream.update()
    root = tmp_path / "root"

    Maker(tmp_path, own_upstream).media(
        root, "org.test.Hello", "--layout=installed", "--arch=riscv64"
    )

    there = installed_below(root / INSTALLATION)
    assert {ref.split("/")[2] for ref in there} == {"riscv64"}
    assert there[other] == own_upstream.refs[other]


@pytest.mark.thorough
def test_two_architectures_and_what_is_there_already(
    own_upstream: Upstream, tmp_path: Path
) -> None:
    own_upstream.add_runtime(arch="riscv64", runnable=False)
    other = own_upstream.add_app("org.test.Hello", arch="riscv64")
    own_upstream.update()
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    (root / INSTALLATION).mkdir(parents=True)
    maker = Maker(tmp_path, own_upstream)

    maker.media(root, "org.test.Large", "--layout=installed")
    maker.media(
        root,
        "org.test.Hello",
        "--layout=installed",
        "--arch",
        HELLO.split("/")[2],
        "--arch=riscv64",
    )

    assert {HELLO, other, HELLO.replace("Hello", "Large")} <= installed_below(
        root / INSTALLATION
    ).keys()
    assert sorted(os.listdir(root)) == ["etc", "var"]


@pytest.mark.thorough
def test_without_collection_id(upstream_key: SigningKey, tmp_path: Path) -> None:
    maker = Maker(tmp_path, kept_upstream(tmp_path / "up", upstream_key, fill_nameless, ""))
    root = tmp_path / "root"

    maker.media(root, "org.test.Hello", "--layout=installed")

    assert HELLO in installed_below(root / INSTALLATION)
    config = (root / INSTALLATION / "repo/config").read_text()
    assert "url=http://127.0.0.1:" in config
    assert "gpg-verify=true" in config


def test_not_where_this_computer_has_its_own(maker: Maker, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "var").symlink_to("/var")

    for there in (root, Path("/")):
        error = maker.media(there, "org.test.Hello", "--layout=installed", check=3).finished
        assert "own system" in error["error"]["message"]
    assert os.listdir(root) == ["var"]

    (root / "var").unlink()
    (root / "var").symlink_to(tmp_path)
    error = maker.media(root, "org.test.Hello", "--layout=installed", check=3).finished
    assert "leads out" in error["error"]["message"]
    assert not (tmp_path / "lib").exists()


def test_what_flatpak_refuses_changes_nothing(maker: Maker, tmp_path: Path) -> None:
    """Here: it cannot run at all."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "flatpak").write_text("#!/bin/sh\necho error: No such luck >&2\nexit 1\n")
    (programs / "flatpak").chmod(0o755)
    root = tmp_path / "root"

    error = maker.media(
        root,
        "org.test.Hello",
        "--layout=installed",
        check=1,
        env={"PATH": f"{programs}:{os.environ['PATH']}"},
    ).finished["error"]

    assert error["kind"] == "NotInstalledError"
    assert not root.exists()


@pytest.mark.thorough
def test_where_nothing_can_be_sandboxed(maker: Maker, tmp_path: Path) -> None:
    """As in many containers: apps are installed, what is made for menus is told."""
    root = tmp_path / "root"

    events = maker.media(
        root, "org.test.Hello", "--layout=installed", env={"FLATPAK_BWRAP": "/bin/false"}
    ).events

    assert HELLO in installed_below(root / INSTALLATION)
    notices = [event["hint"] for event in events if event["event"] == "notice"]
    assert any("/usr/share/flatpak/triggers/*.trigger" in hint for hint in notices)


@pytest.mark.thorough
@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.flatpak)
def test_in_an_image(root: Path, release: Release, own_upstream: Upstream, tmp_path: Path) -> None:
    """Of each release, whatever flatpak made it; updated there later."""
    system = OperatingSystem(release, tmp_path / "tree")
    system.lay_in(root)

    assert "org.test.Hello" in system.run("flatpak", "list", "--system", "--app")
    own_upstream.bump(HELLO)
    own_upstream.update()
    url = own_upstream.path
    system.run(
        "flatpak", "remote-modify", "--system", "--url=file:///mnt", "up", medium=(url, "/mnt")
    )
    system.run("flatpak", "update", "--system", "-y", "--noninteractive", medium=(url, "/mnt"))

    assert commits_below(system.tree / INSTALLATION)[HELLO] == own_upstream.refs[HELLO]
