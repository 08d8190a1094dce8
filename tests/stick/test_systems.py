"""Updates of operating systems on a stick, beside apps: the real ostree is the judge."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.satchel import Done, satchel
from tests.servers import Server
from tests.stick import ostree_computers
from tests.stick.damage import Stick, copy_stick, verify
from tests.stick.makers import REPO, findings, make
from tests.stick.ostree_computers import ostree
from tests.systems import OS_COLLECTION, SYSTEM, System, look
from tests.upstream import Upstream, host_arch
from tests.volumes import mounted

pytestmark = pytest.mark.slow

MISMATCH = "metadata-mismatch"


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory, upstream_key: SigningKey) -> System:
    made = System(tmp_path_factory.mktemp("system") / "os", upstream_key)
    made.commit(SYSTEM, "--add-metadata-string=version=6.0.1")
    made.update()
    return made


def put(
    system: System,
    target: Path,
    *arguments: str | Path,
    home: Path,
    check: bool | int = True,
    verb: str = "make",
) -> Done:
    """``satchel make`` of an operating system, whose remote is given by its address."""
    key = home / "os.gpg"
    home.mkdir(parents=True, exist_ok=True)
    target.mkdir(parents=True, exist_ok=True)
    key.write_bytes(system.key.public)
    with Server(system.path) as server:
        return satchel(
            verb, "--json", target, *arguments, "--remote", server.url, "--gpg-key", key,
            home=home, check=check,
        )  # fmt: skip


@pytest.fixture(scope="module")
def beside(
    system: System, default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A mounted drive with an app and an operating system, whose sources are gone."""
    here = tmp_path_factory.mktemp("beside")
    with mounted("ext4", here / "drive") as drive:
        make(default_upstream, drive, "org.test.Hello", home=here / "home")
        put(system, drive, SYSTEM, home=here / "home")
        yield drive


def receiver(system: System, path: Path) -> Path:
    """A computer with such an operating system."""
    return ostree_computers.receiver(path, "bare", "os", system.key.public, OS_COLLECTION)


def test_a_computer_finds_it_on_the_mounted_drive(
    system: System, beside: Path, tmp_path: Path
) -> None:
    target = receiver(system, tmp_path / "computer")
    # GLib takes mounts below the home directory, like those below /media, for drives.
    said = ostree(
        "find-remotes", target, "--finders=mount", "--pull",
        OS_COLLECTION, SYSTEM, OS_COLLECTION, "ostree-metadata", home=beside.parent,
    )  # fmt: skip
    assert f"file://{beside}/.ostree/repo" in said
    assert "no errors found" in ostree("fsck", target, "--verify-bindings")
    commit = system.ostree("rev-parse", SYSTEM).strip()
    listed = ostree("refs", target, "--list", "--collections")
    assert f"({OS_COLLECTION}, {SYSTEM})" in listed
    assert f"({OS_COLLECTION}, ostree-metadata)" in listed
    for where, repo in (("theirs", target), ("ours", system.path)):
        ostree("checkout", repo, commit, tmp_path / where)
    theirs = look(tmp_path / "theirs")
    assert theirs == look(tmp_path / "ours")
    assert theirs == look(system.tree)


def test_it_is_sound(beside: Path) -> None:
    assert findings(beside, home=beside.parent / "home") == {}
    assert "no errors found" in ostree("fsck", beside / REPO, "--verify-bindings")


def test_inspect_tells_it_from_apps(beside: Path) -> None:
    told = satchel("inspect", "--json", beside, home=beside.parent / "home").json
    [system] = [each for each in told["collections"] if each["id"] == OS_COLLECTION]
    assert system["metadata"]["source"] == "upstream"
    assert system["metadata"]["in_sync"]
    [ref] = system["refs"]
    assert (ref["ref"], ref["kind"], ref["version"]) == (SYSTEM, "system", "6.0.1")
    assert (ref["chosen"], ref["signature"], ref["state"]) == (True, "good", "current")


def test_flatpak_is_not_offered_it(beside: Path) -> None:
    contents = (beside / "satchel/contents.tsv").read_text()
    assert OS_COLLECTION not in contents
    assert "org.test.Hello" in contents
    page = (beside / "satchel/START-HERE.html").read_text()
    assert f"An update of {OS_COLLECTION} to 6.0.1 of 1 January 2025 is on this drive" in page
    assert SYSTEM in page


# ---- What no system may be


APP = f"app/org.test.Hello/{host_arch()}/stable"


def smuggle(stick: Stick, system: System, ref: str, commit: str) -> None:
    """Put a commit onto a stick under this name, whatever Satchel thinks of it."""
    stick.ostree("pull-local", "--disable-verify-bindings", str(system.path), commit)
    path = stick.ref(ref, system.collection)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{commit}\n")
    stick.update_summary()


@pytest.fixture
def liar(tmp_path: Path, upstream_key: SigningKey) -> System:
    return System(tmp_path / "liar", upstream_key)


@pytest.mark.parametrize("lie", [f"xa.ref={APP}", "xa.metadata=[Application]"])
def test_one_that_says_it_is_an_app(liar: System, tmp_path: Path, lie: str) -> None:
    liar.commit(SYSTEM, f"--add-metadata-string={lie}")
    liar.update()
    done = put(liar, tmp_path / "drive", SYSTEM, home=tmp_path / "home", check=5)
    assert "says that it is" in done.said


def test_such_a_one_on_a_drive(beside: Path, liar: System, stranger: Path, tmp_path: Path) -> None:
    stick = copy_stick(beside, tmp_path / "stick")
    smuggle(stick, liar, SYSTEM, liar.commit(SYSTEM, f"--add-metadata-string=xa.ref={APP}"))
    assert ("metadata-mismatch", SYSTEM) in verify(stick, stranger)


def test_an_app_may_not_have_what_a_system_has(
    beside: Path, liar: System, stranger: Path, tmp_path: Path
) -> None:
    # The very objects that are right in the system, and two names that are no system's.
    for number, name in enumerate((APP, "app/os", "appstream2/os")):
        stick = copy_stick(beside, tmp_path / str(number))
        commit = liar.commit(name)
        smuggle(stick, liar, name, commit)
        mismatches = {subject for code, subject in verify(stick, stranger) if code == MISMATCH}
        objects = stick.tree(name, liar.collection)
        for path in ("/usr/bin/su", "/usr/bin/cat", "/usr/lib/os-release", "/usr/bin/env"):
            assert str(objects[path]) in mismatches, (name, path)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        (SYSTEM, 2),
        ("os/not/there", 2),
        ("os/../../etc", 2),
        ("app/os/amd64/os6/more", 2),
        ("appstream2/x86_64", 2),
        ("ostree-metadata", 2),
    ],
)
def test_names_that_mean_none(system: System, tmp_path: Path, name: str, status: int) -> None:
    drive, home = tmp_path / "drive", tmp_path / "home"
    drive.mkdir()
    home.mkdir()
    remote = home / "up.flatpakrepo"
    key = base64.b64encode(system.key.public).decode()
    remote.write_text(
        f"[Flatpak Repo]\nTitle=Up\nUrl={system.path.as_uri()}\nGPGKey={key}\n"
        f"CollectionID={OS_COLLECTION}\n"
    )
    satchel("remotes", "add", remote, home=home)
    satchel("plan", drive, name, home=home, check=status)
    satchel("plan", drive, f"up:{SYSTEM}", home=home)


# ---- How large it is


def test_a_size_that_its_publisher_tells(liar: System, tmp_path: Path) -> None:
    commit = liar.commit(SYSTEM, "--generate-sizes")
    liar.update()
    planned = put(liar, tmp_path / "drive", SYSTEM, home=tmp_path / "home", verb="plan").json
    said = liar.ostree("show", "--print-sizes", commit)
    [item] = planned["items"]
    assert f"0 bytes/{item['download_size'] / 1000:.1f}\xa0kB" in said
    assert f"0 bytes/{item['installed_size'] / 1000:.1f}\xa0kB" in said
    assert planned["estimate"]["exact"]
    assert planned["estimate"]["unsized"] == []


def test_what_is_known_about_one(system: System, tmp_path: Path) -> None:
    key = tmp_path / "os.gpg"
    key.write_bytes(system.key.public)
    with Server(system.path) as server:
        source = ("--remote", server.url, "--gpg-key", key)
        told = satchel("info", SYSTEM, *source, home=tmp_path)
        answer = satchel("info", "--json", SYSTEM, *source, home=tmp_path).json
    assert told.said.startswith(f"Operating system {SYSTEM}  6.0.1\n")
    assert answer["ref"] == SYSTEM
    assert answer["version"] == "6.0.1"


def test_a_size_that_nobody_tells(system: System, tmp_path: Path) -> None:
    drive, home = tmp_path / "drive", tmp_path / "home"
    planned = put(system, drive, SYSTEM, home=home, verb="plan").json
    assert planned["estimate"]["unsized"] == [SYSTEM]
    [told] = [each for each in planned["notices"] if SYSTEM in each["message"]]
    assert told["hint"] == "If there is too little room, what is there stays as it is."


# ---- Its remote


def test_a_remote_of_this_computers_own_system(
    system: System, upstream_key: SigningKey, tmp_path: Path
) -> None:
    drive, home = tmp_path / "drive", tmp_path / "home"
    drive.mkdir()
    remotes = home / "sysroot/etc/ostree/remotes.d"
    remotes.mkdir(parents=True)
    said = f'[remote "os"]\nurl={system.path.as_uri()}\ncollection-id={OS_COLLECTION}\n'
    (remotes / "os.conf").write_text(said)
    (remotes / "os.trustedkeys.gpg").write_bytes(upstream_key.public)
    satchel("make", drive, f"os:{SYSTEM}", home=home)
    # Whoever searches for apps is not told of it.
    satchel("plan", drive, "org.test.Hello", home=home, check=4)
    assert findings(drive, home=home) == {}


# ---- Clients of flatpak


def shell(drive: Path, client: Client, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", drive / "satchel/install.sh", "--user", *arguments],
        env=client.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_install_sh_installs_the_apps_beside_it(beside: Path, client: Client) -> None:
    done = shell(beside, client)
    assert done.returncode == 0, done.stdout
    assert "org.test.Hello" in str(client.installed())
    assert OS_COLLECTION not in (client.repo / "config").read_text()


@pytest.mark.thorough
def test_other_clients_see_the_apps_beside_it(
    beside: Path, upstream_key: SigningKey, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    key = f"--trust-key={upstream_key.fingerprint}"
    received = satchel("receive", "--json", "--user", key, "--yes", beside, home=home)
    assert SYSTEM not in received.said
    assert OS_COLLECTION not in received.said
    rehearsed = satchel("rehearse", "--json", beside, home=home).json
    assert rehearsed["ok"]
    assert {app["name"] for way in rehearsed["ways"] for app in way["apps"]} == {"Hello"}


def test_a_drive_of_a_system_alone(system: System, client: Client, tmp_path: Path) -> None:
    drive, home = tmp_path / "drive", tmp_path / "home"
    put(system, drive, SYSTEM, home=home)
    assert findings(drive, home=home) == {}
    assert "no apps" in satchel("receive", drive, home=home, check=2).said
    assert "no apps" in satchel("rehearse", drive, home=home).said
    installed = shell(drive, client)
    assert (installed.returncode, installed.stdout) == (1, "There are no apps on this drive.\n")


# ---- Other upstreams, and what becomes of it


def test_one_that_a_repository_of_apps_has_as_well(
    upstream_key: SigningKey, liar: System, tmp_path: Path
) -> None:
    """flatpak's index does not name it; the summary beside does."""
    upstream = Upstream(tmp_path / "up", upstream_key)
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.Hello")
    upstream.now += 60
    commit = upstream.ostree(
        "commit", f"--gpg-sign={upstream_key.fingerprint}",
        f"--gpg-homedir={upstream_key.homedir}", f"--branch={SYSTEM}",
        f"--timestamp=@{upstream.now}", f"--tree=dir={liar.tree}",
    ).strip()  # fmt: skip
    upstream.update()
    drive, home = tmp_path / "drive", tmp_path / "home"
    make(upstream, drive, "org.test.Hello", SYSTEM, home=home)
    assert findings(drive, home=home) == {}
    [collection] = satchel("inspect", "--json", drive, home=home).json["collections"]
    refs = {ref["ref"]: (ref["commit"], ref["state"]) for ref in collection["refs"]}
    assert refs[SYSTEM] == (commit, "current")
    assert collection["metadata"]["in_sync"]


def test_it_gets_newer(liar: System, tmp_path: Path) -> None:
    drive, home = tmp_path / "drive", tmp_path / "home"
    liar.commit()
    liar.update()
    put(liar, drive, SYSTEM, home=home)
    (liar.tree / "usr/bin/new").write_text("new")
    newer = liar.commit()
    liar.update()
    [item] = put(liar, drive, SYSTEM, home=home, verb="plan").json["items"]
    assert (item["action"], item["commit"]) == ("update", newer)
    # Nobody here knows the source, and there is no file to add it by.
    refused = satchel("update", drive, home=home, check=4).stderr
    assert "made with http://127.0.0.1:" in refused
    assert "folder" not in refused
    put(liar, drive, home=home, verb="update")
    assert set(findings(drive, home=home)) == set()
    assert newer == Stick(drive).commit(SYSTEM, OS_COLLECTION)


def test_without_a_metadata_of_its_publisher(liar: System, tmp_path: Path) -> None:
    drive, home = tmp_path / "drive", tmp_path / "home"
    # What is older than a commit does not tell of it.
    liar.now = 4_000_000_000
    liar.commit()
    liar.update()
    planned = put(liar, drive, SYSTEM, home=home, verb="plan").json
    assert any("ostree-metadata" in each["message"] for each in planned["notices"])


def test_a_saved_choice(system: System, tmp_path: Path) -> None:
    drive, home = tmp_path / "drive", tmp_path / "home"
    home.mkdir()
    remote = home / "os.conf"
    remote.write_text(f'[remote "os"]\nurl={system.path.as_uri()}\ncollection-id={OS_COLLECTION}\n')
    remote.with_name("os.trustedkeys.gpg").write_bytes(system.key.public)
    satchel("remotes", "add", remote, home=home)
    satchel("profiles", "save", "school", f"os:{SYSTEM}", home=home)
    assert SYSTEM in satchel("profiles", "show", "school", home=home).said
    drive.mkdir()
    satchel("make", "--json", drive, "--profile", "school", home=home)
    assert findings(drive, home=home) == {}
