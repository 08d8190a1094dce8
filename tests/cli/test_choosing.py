"""Which refs a command line means, from which remotes, and what is said when it means none."""

from __future__ import annotations

import base64
import ctypes
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import Done, command, environment, satchel
from tests.servers import Server, lasting_port
from tests.upstream import Upstream, host_arch
from tests.waiting import GUARD

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"
OTHER, LARGE = (f"app/org.test.{name}/{ARCH}/stable" for name in ("Other", "Large"))
PLATFORM = f"runtime/org.test.Platform/{ARCH}/1"


def fill_second(upstream: Upstream) -> None:
    """Branches to choose from, a runtime from elsewhere, and Hello once more."""
    for branch in ("beta", "stable", "old"):
        upstream.add_app("org.test.Many", branch)
    upstream.add_app("org.test.Hello", "stable")
    upstream.add_app("org.test.New", "stable")
    upstream.add_app("org.test.Homeless", runtime="org.test.Nowhere//1")
    upstream.update()


class Place:
    """Two upstreams, a home whose cache is warm, a drive."""

    def __init__(self, directory: Path, upstream: Upstream, key: SigningKey) -> None:
        self.upstream = upstream
        self.home = directory / "home"
        self.drive = directory / "drive"
        self.home.mkdir()
        self.drive.mkdir()
        self.second = kept_upstream(directory / "second", key, fill_second, "org.test.Second")
        self.server = Server(upstream.path).__enter__()
        self.second_server = Server(self.second.path).__enter__()
        self.up = directory / "up.flatpakrepo"
        self.up.write_text(upstream.flatpakrepo(f"{self.server.url}/"))
        self.two = directory / "two.flatpakrepo"
        self.two.write_text(self.second.flatpakrepo(f"{self.second_server.url}/"))

    def close(self) -> None:
        self.server.close()
        self.second_server.close()

    def plan(self, *arguments: str | Path, check: bool | int = True, **options: object) -> Done:
        home = options.pop("home", self.home)
        return satchel("plan", self.drive, *arguments, "--json", home=home, check=check, **options)  # type: ignore[arg-type]

    def chosen(self, *arguments: str | Path) -> list[str]:
        return [item["ref"] for item in self.plan(*arguments).json["items"] if item["chosen"]]

    def error(self, *arguments: str | Path, code: int = 2, **options: object) -> str:
        """Message and hint of a refusal: on standard error for people, in JSON for programs."""
        done = self.plan(*arguments, check=code, **options)
        error = done.json["error"]
        assert error["exit_code"] == code
        assert error["message"] in done.stderr
        return f"{error['message']} {error['hint']}".rstrip()


@pytest.fixture(scope="module")
def place(
    default_upstream: Upstream, upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("choosing"), default_upstream, upstream_key)
    yield place
    place.close()


# ---- Refs


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("org.test.Hello", HELLO),
        ("org.test.Hello//stable", HELLO),
        ("org.test.Hello//", HELLO),
        (f"org.test.Hello/{ARCH}", HELLO),
        (f"org.test.Hello/{ARCH}/stable", HELLO),
        ("app/org.test.Hello", HELLO),
        ("app/org.test.Hello//stable", HELLO),
        (HELLO, HELLO),
        ("up:org.test.Hello", HELLO),
        (f"up:{HELLO}", HELLO),
        ("org.test.Platform", PLATFORM),
        ("runtime/org.test.Platform", PLATFORM),
        ("org.test.Platform.GL.default", f"runtime/org.test.Platform.GL.default/{ARCH}/1"),
    ],
)
def test_a_ref_as_flatpak_takes_it(place: Place, text: str, ref: str) -> None:
    assert place.chosen(text, "--remote", place.up) == [ref]


def test_several_at_once_and_one_twice(place: Place) -> None:
    chosen = place.chosen("org.test.Hello", OTHER, HELLO, "--remote", place.up)
    assert chosen == [HELLO, OTHER]


def test_branches_have_to_be_told_apart(place: Place) -> None:
    said = place.error("org.test.Many", "--remote", place.two)
    for branch in ("beta", "old", "stable"):
        assert f"two:app/org.test.Many/{ARCH}/{branch}" in said
    named = place.error("org.test.Many//old", "--remote", place.two, code=4)
    assert named.startswith(f"app/org.test.Many/{ARCH}/old needs the runtime {PLATFORM}")


def test_the_remotes_default_branch_is_meant(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "preferring.flatpakrepo"
    file.write_text(f"{place.two.read_text()}DefaultBranch=stable\n")
    done = place.plan("org.test.Many", "--remote", file, "--no-related", check=False)
    # Its runtime is in the other upstream, which this command does not know.
    assert done.json["error"]["kind"] == "RuntimeMissingError"
    assert f"app/org.test.Many/{ARCH}/stable needs" in done.json["error"]["message"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("org.test.Helo", HELLO),
        ("org.test.hello", HELLO),
        ("org.test.Hello//beta", HELLO),
        ("org.test.Larg", LARGE),
    ],
)
def test_did_you_mean(place: Place, typed: str, meant: str) -> None:
    said = place.error(typed, "--remote", place.up)
    assert said.startswith(f"{typed} ({ARCH}) was not found in Test upstream.")
    assert meant in said
    assert OTHER not in said


def test_nothing_like_it(place: Place) -> None:
    assert "satchel search" in place.error("com.example.Different", "--remote", place.up)


def test_it_is_there_for_another_architecture(place: Place) -> None:
    said = place.error("org.test.Hello", "--remote", place.up, "--arch", "aarch64")
    assert ARCH in said.partition("upstream.")[2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "org.test",
        "org..test.x",
        "org.test.Hello/a/b/c/d/e",
        "/",
        "../../etc/passwd",
        "org.test.Hello\nx",
        "-.-.-",
        "ünï.cødé.Ä",
        "a" * 100_000,
        b"org.test.\xff\xfe",
        ":",
        "up:",
        ":org.test.Hello",
    ],
)
def test_what_is_no_ref(place: Place, text: str | bytes) -> None:
    done = place.plan("--remote", place.up, "--", text, check=2)  # type: ignore[arg-type]
    assert done.json["error"]["exit_code"] == 2
    assert len(done.stderr) < 600
    assert "nrecognized" not in done.stderr
    assert "\n" not in done.json["error"]["message"]


def test_options_stand_anywhere(place: Place) -> None:
    """As flatpak takes them."""
    two = ("org.test.Hello", "org.test.Other")
    for words in (
        ("--remote", place.up, *two),
        (two[0], "--remote", place.up, two[1]),
        (*two, "--remote", place.up),
    ):
        plan = place.plan(*words).json
        assert {item["ref"].split("/")[1] for item in plan["items"] if item["chosen"]} == set(two)


# ---- Remotes


def test_by_address_with_key_and_collection(place: Place, tmp_path: Path) -> None:
    key = tmp_path / "key.gpg"
    key.write_bytes(place.upstream.key.public)
    address = ("--remote", f"{place.server.url}/", "--gpg-key", str(key))
    assert place.chosen("org.test.Hello", *address) == [HELLO]
    named = ("--collection-id", "org.test.Upstream")
    assert place.chosen("org.test.Hello", *address, *named) == [HELLO]
    wrong = place.error("org.test.Hello", *address, "--collection-id", "org.test.Wrong", code=5)
    assert "org.test.Wrong" in wrong
    assert "org.test.Upstream" in wrong
    assert "key" in place.error("org.test.Hello", "--remote", place.server.url, code=5)
    place.error("org.test.Hello", *address[:3], tmp_path / "missing.gpg")


def test_a_local_repository_by_address(place: Place, tmp_path: Path) -> None:
    key = tmp_path / "key.gpg"
    key.write_bytes(place.upstream.key.public)
    address = ("--remote", place.upstream.path.as_uri(), "--gpg-key", key)
    assert place.chosen("org.test.Hello", *address) == [HELLO]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--remote", "nosuch"),
        ("--remote", ""),
        ("--remote", "missing.flatpakrepo"),
        ("--remote", "/etc/passwd"),
        ("--remote", "/"),
        ("--remote", "ftp://example.org/"),
        ("--remote", "http://"),
        ("--remote", "http://[::1"),
        ("--remote", "https://example.org/\udcff"),
        ("--gpg-key", "x"),
        ("--collection-id", "org.test.Upstream"),
        ("--remote", "flathub", "--gpg-key", "x"),
        ("--remote", "flathub", "--arch", "../x"),
        ("--remote", "flathub", "--arch", ""),
        ("--remote", "flathub", "--destination-repo", ""),
        ("--remote", "flathub", "--destination-repo", "/abs"),
        ("--remote", "flathub", "--destination-repo", "../out"),
    ],
)
def test_options_that_make_no_sense(place: Place, arguments: tuple[str, ...]) -> None:
    assert len(place.error("org.test.Hello", *arguments)) < 400


def test_a_flatpakref_file(place: Place, tmp_path: Path) -> None:
    key = base64.b64encode(place.upstream.key.public).decode()

    def write(name: str, app: str, url: str, suggested: str = "") -> Path:
        file = tmp_path / name
        extra = f"SuggestRemoteName={suggested}\n" if suggested else ""
        file.write_text(
            f"[Flatpak Ref]\nName={app}\nBranch=stable\nUrl={url}\nIsRuntime=false\n"
            f"GPGKey={key}\n{extra}"
        )
        return file

    hello = write("hello.flatpakref", "org.test.Hello", f"{place.server.url}/")
    other = write("other.flatpakref", "org.test.Other", f"{place.server.url}/")
    assert place.chosen(hello) == [HELLO]
    # Both name their remote by themselves, and it is the same one.
    assert place.chosen(hello, other) == [HELLO, OTHER]
    # Two places that suggest the same name stay two.
    first = write("1.flatpakref", "org.test.Hello", f"{place.server.url}/", "same")
    second = write("2.flatpakref", "org.test.New", f"{place.second_server.url}/", "same")
    assert sorted(place.chosen(first, second)) == [HELLO, f"app/org.test.New/{ARCH}/stable"]
    assert "missing.flatpakref" in place.error("missing.flatpakref")
    assert "encryption" in place.error("http://example.org/x.flatpakref", code=5)
    damaged = tmp_path / "damaged.flatpakref"
    damaged.write_bytes(b"\x00\xff" * 100)
    place.error(damaged)


# ---- This computer's remotes


@pytest.fixture
def configured(place: Place, tmp_path: Path) -> Path:
    """A home where real flatpak has added both upstreams: one with and one without collection."""
    home = tmp_path / "home"
    client = Client(tmp_path / "client")
    client.environment["FLATPAK_USER_DIR"] = str(home / ".local/share/flatpak")
    key = place.upstream.key.public
    client.remote_add("mine", f"{place.server.url}/", key, "org.test.Upstream")
    client.remote_add("plain", f"{place.second_server.url}/", key)
    # Newer flatpaks take it from the summary at once.
    config = home / ".local/share/flatpak/repo/config"
    config.write_text(config.read_text().replace("collection-id=org.test.Second\n", ""))
    return home


def test_configured_remotes_are_known_by_name(place: Place, configured: Path) -> None:
    listed = satchel("remotes", "--json", home=configured).json
    known = {remote["name"]: remote for remote in listed}
    assert known["mine"]["source"] == "user"
    assert known["mine"]["collection_id"] == "org.test.Upstream"
    assert known["plain"]["collection_id"] is None
    assert known["mine"]["keys"] == [place.upstream.key.fingerprint]
    assert known["flathub"]["source"] == "built-in"
    said = satchel("remotes", home=configured).stdout
    assert "mine" in said
    assert "plain" in said

    plan = place.plan("org.test.Hello", "--remote", "mine", home=configured).json
    assert [collection["id"] for collection in plan["collections"]] == ["org.test.Upstream"]


def test_collection_id_comes_from_the_summary(place: Place, configured: Path) -> None:
    plan = place.plan("org.test.Many//stable", "--remote", "plain", home=configured).json
    # Its runtime is in the other remote, which is asked for it.
    assert [collection["id"] for collection in plan["collections"]] == [
        "org.test.Second",
        "org.test.Upstream",
    ]
    reasons = {item["ref"]: item for item in plan["items"]}
    assert reasons[PLATFORM]["collection"] == "org.test.Upstream"
    assert reasons[PLATFORM]["needed_by"] == [f"app/org.test.Many/{ARCH}/stable"]


def test_in_several_remotes(place: Place, configured: Path) -> None:
    said = place.error("org.test.Hello", home=configured)
    assert f"mine:{HELLO}" in said
    assert f"plain:{HELLO}" in said
    plan = place.plan("mine:org.test.Hello", home=configured).json
    assert [item["ref"] for item in plan["items"] if item["chosen"]] == [HELLO]


def test_unreachable_remotes_are_a_notice(place: Place, configured: Path) -> None:
    """Flathub is built in, and not to be reached here (as nothing is)."""
    plan = place.plan("org.test.Other", home=configured).json
    assert [item["ref"] for item in plan["items"] if item["chosen"]] == [OTHER]
    notices = [notice["message"] for notice in plan["notices"]]
    assert any("Flathub" in message and "not searched" in message for message in notices)
    # What is not found may be in the one that was not searched.
    assert "Flathub was not searched" in place.error("org.test.Nothing", home=configured)
    # Named, it is not needed, and nobody asks it.
    named = place.plan("org.test.Other", "--remote", "mine", home=configured).json
    assert not [notice for notice in named["notices"] if "Flathub" in notice["message"]]


def test_a_runtime_that_nobody_has(place: Place, configured: Path) -> None:
    said = place.error("org.test.Homeless", "--remote", "plain", home=configured, code=4)
    assert f"runtime/org.test.Nowhere/{ARCH}/1" in said
    assert "Flathub was not searched" in said


def test_the_same_collection_from_two_places_is_one(
    place: Place, configured: Path, tmp_path: Path
) -> None:
    """A mirror beside the remote that this computer has."""
    mirror = tmp_path / "mirror.flatpakrepo"
    mirror.write_text(place.upstream.flatpakrepo(place.upstream.path.as_uri()))
    plan = place.plan("org.test.Other", "--remote", mirror, home=configured).json
    assert [collection["id"] for collection in plan["collections"]] == ["org.test.Upstream"]
    both = place.plan("mine:org.test.Other", "mirror:org.test.Large", "--remote", mirror,
                      home=configured).json  # fmt: skip
    assert [item["ref"] for item in both["items"] if item["chosen"]] == [LARGE, OTHER]
    assert len(both["collections"]) == 1


def test_damaged_configuration_leaves_the_others(place: Place, configured: Path) -> None:
    config = configured / ".local/share/flatpak/repo/config"
    config.write_text(
        config.read_text() + '\n[remote "../bad"]\nurl=http://127.0.0.1/\n'
        '[remote "nourl"]\ncollection-id=x\n[remote "oci"]\nurl=oci+https://example.org\n'
    )
    done = place.plan("org.test.Other", "--remote", "mine", home=configured)
    left_out = " ".join(notice["message"] for notice in done.json["notices"])
    for name in ("bad", "nourl"):
        assert name in left_out
    config.write_bytes(b"\xff\x00nonsense")
    place.error("org.test.Other", "--remote", "mine", home=configured)
    assert "flathub" in satchel("remotes", home=configured).stdout


def test_a_remote_that_never_answers_costs_its_time_once(place: Place, tmp_path: Path) -> None:
    """Refusing ones cost nothing at all."""
    home = tmp_path / "home"
    remotes = home / "config" / "remotes.d"
    remotes.mkdir(parents=True)
    shutil.copy(place.up, remotes / "up.flatpakrepo")
    port = lasting_port()
    for number in range(10):
        url = f"http://127.0.0.1:{port}/{number}/"
        text = place.upstream.flatpakrepo(url).replace("Test upstream", f"Gone {number}")
        (remotes / f"gone{number}.flatpakrepo").write_text(text)
    plan = place.plan("org.test.Other", home=home).json
    assert len([notice for notice in plan["notices"] if "not searched" in notice["message"]]) == 11


def test_no_collection_anywhere(place: Place, upstream_key: SigningKey, tmp_path: Path) -> None:
    upstream = place.upstream.copy(tmp_path / "up")
    upstream.ostree("config", "unset", "core.collection-id")
    # As somebody without collection ID publishes.
    upstream.ostree("summary", "--update", f"--gpg-sign={upstream_key.fingerprint}",
                    f"--gpg-homedir={upstream_key.homedir}")  # fmt: skip
    for stale in ("summary.idx", "summary.idx.sig"):
        (upstream.path / stale).unlink(missing_ok=True)
    file = tmp_path / "none.flatpakrepo"
    lines = upstream.flatpakrepo(upstream.path.as_uri()).splitlines()
    file.write_text("\n".join(line for line in lines if "CollectionID" not in line))
    plan = place.plan("org.test.Other", "--remote", file).json
    assert {item["collection"] for item in plan["items"]} == {"remote:none"}


@pytest.mark.parametrize("heard_by", ["the process", "another thread"])
def test_ctrl_c_while_remotes_do_not_answer(place: Place, tmp_path: Path, heard_by: str) -> None:
    """It stops the command; it does not merely leave out the remote that was waited for.

    Whichever thread the kernel tells, and whatever the others wait for.
    """
    home = tmp_path / "home"
    remotes = home / "config" / "remotes.d"
    remotes.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for number in range(2):
            url = f"http://127.0.0.1:{silent.getsockname()[1]}/{number}/"
            (remotes / f"silent{number}.flatpakrepo").write_text(place.upstream.flatpakrepo(url))
        process = subprocess.Popen(
            command("plan", place.drive, "org.test.Other"),
            env=environment(home),
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        connections: list[socket.socket] = []
        try:
            silent.settimeout(GUARD)
            while len(connections) < 2:
                connections.append(silent.accept()[0])
            if heard_by == "the process":
                process.send_signal(signal.SIGINT)
            else:
                threads = map(int, os.listdir(f"/proc/{process.pid}/task"))
                other = next(thread for thread in threads if thread != process.pid)
                assert ctypes.CDLL(None).tgkill(process.pid, other, signal.SIGINT) == 0
            _, said = process.communicate(timeout=GUARD)
        finally:
            process.kill()
            process.communicate()
            for connection in connections:
                connection.close()
    assert process.returncode == 130, said
    assert "Stopped as you asked." in said
    assert "Traceback" not in said
