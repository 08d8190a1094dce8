"""A computer says what it needs, and a drive brings it."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.client import Client
from tests.privileges import AS_ROOT
from tests.satchel import ROOT, Done, satchel
from tests.servers import Server
from tests.stick.clients.sticks import HELLO, NEW, OTHER, refs_of
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow

SCRIPT = ROOT / "resources/kit/needs.sh"
SHELLS = [
    shell
    for shell in (("dash",), ("busybox", "ash"), ("bash", "--posix"))
    if shutil.which(shell[0])
]


@pytest.fixture(scope="module")
def school(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Client:
    """A computer with Hello for a person and Other for everyone; read-only."""
    client = Client(tmp_path_factory.mktemp("school") / "client")
    with Server(default_upstream.path) as server:
        client.languages("de", "fr")
        client.remote_add_upstream("up", default_upstream, server.url)
        client.install("up", "org.test.Hello")
        file = client.directory / "up.flatpakrepo"
        client.run("remote-add", "--system", "other", file)
        client.run("install", "--system", "-y", "--noninteractive", "other", "org.test.Other")
    return client


def by_satchel(client: Client, more: Mapping[str, str] | None = None) -> dict[str, Any]:
    variables = {**client.environment, **(more or {})}
    told: dict[str, Any] = satchel(
        "needs", "--json", home=client.directory / "satchel", env=variables
    ).json
    return told


def by_script(
    client: Client, shell: Sequence[str], more: Mapping[str, str] | None = None
) -> dict[str, Any]:
    done = subprocess.run(
        [*shell, SCRIPT, "-"],
        env={**client.environment, **(more or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    assert not done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def timeless(needs: Mapping[str, Any]) -> dict[str, Any]:
    """Without what goes on by itself."""
    places = [{**place, "free": None} for place in needs["installations"]]
    assert all(place["free"] > 0 and not place["free"] % 1024 for place in needs["installations"])
    return {**needs, "made": 0, "installations": places}


def test_a_computer_says_what_it_has(school: Client, default_upstream: Upstream) -> None:
    needs = by_satchel(school)
    user, system = needs["installations"]
    assert (user["kind"], system["kind"]) == ("user", "system")
    said = {each["ref"]: each["commit"] for each in user["installed"]}
    assert said == school.installed()
    assert HELLO in said
    assert {each["origin"] for each in user["installed"]} == {"up"}
    assert OTHER in {each["ref"] for each in system["installed"]}
    (remote,) = user["remotes"]
    assert (remote["name"], remote["collection"]) == ("up", COLLECTION)
    assert remote["keys"] == [default_upstream.key.fingerprint]
    assert needs["languages"] == ["de", "fr"]
    assert f"Flatpak {needs['flatpak']}" == school.run("--version").stdout.strip()
    assert needs["architectures"] == school.run("--supported-arches").stdout.split()
    assert needs["gl_drivers"] == school.run("--gl-drivers").stdout.split()


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell[0])
def test_the_script_says_the_same(school: Client, shell: tuple[str, ...]) -> None:
    assert timeless(by_script(school, shell)) == timeless(by_satchel(school))


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "de_DE.UTF-8"},
        {"LANGUAGE": "pt_BR:de:C"},
        {"LC_ALL": "C", "FLATPAK_GL_DRIVERS": "nvidia-550-54-14:odd"},
        {"LC_ALL": "", "LANG": "sr_RS.UTF-8@latin", "LC_MESSAGES": "POSIX"},
    ],
    ids=lambda variables: " ".join(variables.values()),
)
def test_where_nothing_is_set(client: Client, variables: dict[str, str]) -> None:
    """Hardware and languages, on a computer that has only just got flatpak."""
    told = by_script(client, SHELLS[0], variables)
    assert timeless(told) == timeless(by_satchel(client, variables))


_ANOTHER_HOME = 'mount --bind "$0" /etc/passwd && exec "$@"'


@AS_ROOT
@pytest.mark.parametrize("found_by", ["getent", "sh"])
def test_without_a_variable_that_says_where_home_is(
    school: Client, tmp_path: Path, found_by: str
) -> None:
    """As some services start things: both go by the list of users then, as flatpak does."""
    home = tmp_path / "of its own"
    (home / ".local/share").mkdir(parents=True)
    (home / ".local/share/flatpak").symlink_to(school.directory / "user")
    users = tmp_path / "passwd"
    users.write_text(f"other:x:65500:65500:::\nroot:x:0:0:Somebody:{home}:/bin/sh\n")
    mine = ("FLATPAK_USER_DIR", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "HOME")
    variables = {name: text for name, text in school.environment.items() if name not in mine}
    variables["PYTHONPATH"] = str(ROOT)
    if found_by == "sh":
        variables["PATH"] = str(_without_getent(tmp_path / "bin"))

    def told(*command: str | Path) -> dict[str, Any]:
        done = subprocess.run(
            ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", _ANOTHER_HOME, users, *command],
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )
        needs: dict[str, Any] = json.loads(done.stdout)
        return timeless(needs)

    needs = told("/bin/sh", SCRIPT, "-")
    assert HELLO in {each["ref"] for each in needs["installations"][0]["installed"]}
    assert needs == told(sys.executable, "-m", "app.cli.main", "needs", "--json")


def _without_getent(directory: Path) -> Path:
    """What this computer's PATH has, but for that."""
    directory.mkdir()
    for place in os.environ["PATH"].split(":"):
        for program in Path(place).glob("*"):
            if program.name != "getent" and not (directory / program.name).exists():
                (directory / program.name).symlink_to(program)
    return directory


def test_an_odd_configuration(client: Client) -> None:
    """Whatever stands there, both say the same, and it is JSON."""
    repo = client.repo
    repo.mkdir(parents=True)
    (repo / "config").write_text(
        "[core]\nxa.extra-languages=nl;de_AT;../x\n"
        '[remote "good"]\nurl=https://who:secret@x.example/repo?token=1#x\ncollection-id=org.x.Y\n'
        '[remote "-odd"]\nurl=https://x.example/\n'
        '[remote "file"]\nurl=file:///home/somebody/repo\nxa.disable=true\n'
        '[remote "quote"]\nurl=https://x.example/"\\sx\ncollection-id=\n'
        # While somebody installs from a drive, or the power went.
        '[remote "lent"]\nxa.satchel-url=https://l.example/\nxa.satchel-lent=file:///view\n'
        "url=file:///view\n"
        '[remote "moved"]\nxa.satchel-url=https://l.example/\nxa.satchel-lent=file:///view\n'
        "url=https://m.example/\n"
        "[other]\nurl=https://nobody.example/\n"
    )
    (repo / "good.trustedkeys.gpg").write_bytes(b"no key at all")
    (repo / "file.trustedkeys.gpg").write_bytes(b"")
    for shell in SHELLS:
        needs = by_script(client, shell, {"LC_ALL": "C"})
        assert timeless(needs) == timeless(by_satchel(client, {"LC_ALL": "C"}))
        user = needs["installations"][0]
        assert [remote["name"] for remote in user["remotes"]] == [
            *("good", "file", "quote", "lent", "moved"),
        ]
        assert [remote["address"] for remote in user["remotes"]] == [
            "https://x.example/repo",
            "",
            "",
            "https://l.example/",
            "https://m.example/",
        ]
        assert [remote["keys"] for remote in user["remotes"]] == [None, [], [], [], []]
        assert [remote["disabled"] for remote in user["remotes"]] == [False, True, *[False] * 3]
        assert needs["languages"] == ["nl", "de_AT"]


def test_a_device_is_written_to_and_stays(client: Client, tmp_path: Path) -> None:
    """As /dev/stdout, or /dev/null."""
    device = tmp_path / "null"
    os.mknod(device, stat.S_IFCHR | 0o666, os.makedev(1, 3))
    satchel("needs", "-o", device, home=tmp_path, env=client.environment)
    assert device.is_char_device()


@pytest.mark.parametrize(
    ("name", "reason"), [("nowhere/x.json", "No such file or directory"), ("", "Is a directory")]
)
def test_what_cannot_be_written_is_told(tmp_path: Path, name: str, reason: str) -> None:
    said = satchel("needs", "-o", tmp_path / name, home=tmp_path, check=3).stderr
    assert f"{tmp_path / name} cannot be written: {reason}." in said


# Drives that are made for it


def needs_file(client: Client, path: Path) -> Path:
    """As the computer writes it."""
    subprocess.run(
        [*SHELLS[0], SCRIPT, path], env=client.environment, check=True, stdout=subprocess.DEVNULL
    )
    return path


def make_for(
    upstream: Upstream, directory: Path, *arguments: str | Path, check: bool | int = True
) -> Done:
    """``satchel make`` onto ``directory / "stick"``, without a word about remotes."""
    home = directory / "maker"
    home.mkdir(exist_ok=True)
    (directory / "stick").mkdir(exist_ok=True)
    with Server(upstream.path) as server:
        remote = home / "up.flatpakrepo"
        remote.write_text(upstream.flatpakrepo(server.url))
        satchel("remotes", "remove", "up", home=home, check=False)
        satchel("remotes", "add", remote, home=home)
        return satchel("make", "--json", directory / "stick", *arguments, home=home, check=check)


def test_a_drive_brings_what_a_computer_has(
    school: Client, own_upstream: Upstream, tmp_path: Path
) -> None:
    """No app is named: what is newer upstream is brought, for this computer, and it updates."""
    computer = tmp_path / "client"
    shutil.copytree(school.directory, computer, symlinks=True)
    here = Client(computer)
    file = needs_file(here, tmp_path / "lab.json")
    own_upstream.bump(HELLO, {"bin/start": "#!/bin/sh\necho newer\n"})
    own_upstream.update()

    done = make_for(own_upstream, tmp_path, "--needs", file)

    (told,) = done.finished["computers"]
    assert told["host"] == os.uname().nodename
    gets = {get["ref"]: get["update"] for get in told["gets"]}
    assert gets == {HELLO: True}
    assert not told["remarks"]
    stick = tmp_path / "stick"
    carried = refs_of(stick, tmp_path / "maker")
    assert carried[HELLO] == own_upstream.refs[HELLO]
    assert OTHER not in carried
    here.update(f"--sideload-repo={stick}")
    assert here.installed()[HELLO] == own_upstream.refs[HELLO]
    assert here.flatpak_run("org.test.Hello") == NEW
    # The next time, nothing is left to bring.
    file = needs_file(here, tmp_path / "again.json")
    done = make_for(own_upstream, tmp_path, "--needs", file, check=2)
    assert done.events[-1]["error"]["kind"] == "NothingNeededError"
