"""From which remotes a command line takes what it means, and what is said of the others."""

from __future__ import annotations

import base64
import ctypes
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.cli.choosing import ARCH, HELLO, LARGE, OTHER, PLATFORM, Place
from tests.client import Client
from tests.gpg import SigningKey
from tests.satchel import command, environment, satchel
from tests.servers import lasting_port
from tests.waiting import GUARD

# ---- Named


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
