"""Servers that deny, redirect, never end, hang or are not there."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.ostree.pull.fetch import Network
from app.replacing import replace as replace_field
from app.stick.environment import Environment
from tests.satchel import command, environment
from tests.servers import (
    Exchange,
    HostileServer,
    endless,
    hang_up,
    lie_about_length,
    redirect,
    stall,
    status,
)
from tests.stick.hostile.changes import ARCH, MORE, drop, lost
from tests.stick.made_drive import MadeDrive, copy_drive, only, published
from tests.upstream import Upstream
from tests.waiting import GUARD, until

pytestmark = pytest.mark.slow


def test_denied(calm: MadeDrive) -> None:
    calm.web.everything = status("403 Forbidden")
    assert "403" in calm.refused(4, MORE)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("summary.idx", "file:///etc/passwd"),
        ("summary.idx", "/summary.idx"),
        ("objects", "file:///etc/passwd"),
        ("objects", "gopher://127.0.0.1/x"),
        ("objects", "/loop.filez"),
    ],
)
def test_redirects(made_drive: MadeDrive, path: str, target: str) -> None:
    """Nowhere but to other web addresses, and not for ever."""
    if path == "objects":
        lost("filez", redirect(target))(made_drive)
    else:
        made_drive.web.always["/summary.idx"] = redirect(target)
    said = made_drive.refused(4, MORE)
    assert "redirect" in said


def test_redirect_to_a_web_address_is_followed(
    made_drive: MadeDrive, hostile: Callable[[Path], HostileServer]
) -> None:
    mirror = hostile(made_drive.upstream.path)

    def elsewhere(exchange: Exchange) -> None:
        redirect(f"{mirror.url}{exchange.path}", 301)(exchange)

    made_drive.web.everything = elsewhere
    assert made_drive.make(MORE).finished["ok"]


@pytest.mark.parametrize("what", ["summary.idx", "commit", "commitmeta", "filez", "dirtree"])
def test_endless(made_drive: MadeDrive, what: str) -> None:
    if what == "summary.idx":
        made_drive.web.always["/summary.idx"] = endless(b"")
    else:
        drop(made_drive, what)
        lost(what, endless(b""))(made_drive)
    made_drive.refused(4, MORE)
    if what == "filez":
        made_drive.honest(MORE)


@pytest.mark.thorough
def test_endless_file_with_a_plausible_start(made_drive: MadeDrive) -> None:
    """It begins as the object does, so only its end tells."""
    commit = made_drive.upstream.commit(f"app/{MORE}/{ARCH}/stable")
    listing = made_drive.upstream.ostree("ls", "-R", "-C", commit, "/files/share/noise")
    checksum = next(word for word in listing.split() if len(word) == 64)
    path = f"objects/{checksum[:2]}/{checksum[2:]}.filez"
    whole = (made_drive.upstream.path / path).read_bytes()
    made_drive.web.always[f"/{path}"] = endless(whole)
    made_drive.refused(4, MORE)
    made_drive.web.always[f"/{path}"] = endless(whole[: len(whole) // 2])
    made_drive.refused(4, MORE)
    made_drive.honest(MORE)


TROUBLES: dict[str, Callable[[HostileServer], None]] = {
    "500": lambda web: setattr(web, "everything", status("500 Oops")),
    "503 for objects": lambda web: setattr(web, "everything", only(".filez", status("503 No"))),
    "hangs up": lambda web: setattr(web, "everything", hang_up),
    "no HTTP": lambda web: setattr(web, "everything", garbage),
    "promises more": lambda web: setattr(web, "everything", only("", lie_about_length(100))),
    "promises more for objects": lambda web: setattr(
        web, "everything", only(".filez", lie_about_length(1 << 40))
    ),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_servers_in_trouble(
    made_drive: MadeDrive, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What may pass is tried again and again, and then it is upstream's fault."""
    usual: property = vars(Environment)["network"]

    def hurried(environment: Environment) -> Network:
        network = usual.__get__(environment)
        assert isinstance(network, Network)
        return replace_field(network, first_pause=0.005, stall_timeout=2)

    monkeypatch.setattr(Environment, "network", property(hurried))
    TROUBLES[name](made_drive.web)
    made_drive.refused(4, MORE)


@pytest.mark.thorough
def test_servers_in_trouble_are_given_some_seconds(
    stick: Path, default_upstream: Upstream, tmp_path: Path
) -> None:
    """The same, with the pauses that there are."""

    def suffer(name: str) -> None:
        directory = tmp_path / name
        copy_drive(stick / "drive", directory / "drive")
        with HostileServer(default_upstream.path) as web:
            made_drive = MadeDrive(directory, default_upstream, web)
            TROUBLES[name](web)
            made_drive.refused(4, MORE)

    with ThreadPoolExecutor(len(TROUBLES)) as pool:
        list(pool.map(suffer, TROUBLES))


def garbage(exchange: Exchange) -> None:
    exchange.socket.sendall(b"\x16\x03\x01\x02" + bytes(range(256)) * 20)
    hang_up(exchange)


def test_promises_less(made_drive: MadeDrive) -> None:
    """Content-Length is believed: what is cut off fails its check."""
    made_drive.web.everything = only(".filez", lie_about_length(-5))
    made_drive.refused(4, MORE)
    made_drive.web.everything = only("summary.idx", lie_about_length(-5))
    made_drive.refused(5, MORE)
    made_drive.honest(MORE)


def test_nobody_there(calm: MadeDrive, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(calm.upstream.key.public)
    for url in ("http://127.0.0.1:9/repo", "http://no-such-host.invalid/"):
        calm.refused(4, MORE, "--remote", url, "--gpg-key", key)
    calm.refused(2, MORE, "--remote", "ftp://127.0.0.1/", "--gpg-key", key)


@pytest.mark.parametrize("path", ["/summary.idx", "filez"])
def test_hanging_server_can_be_left(made_drive: MadeDrive, path: str) -> None:
    """It would be given up after some time; a person need not wait for that."""
    if path == "filez":
        made_drive.web.everything = only(".filez", stall(10))
    else:
        made_drive.web.always[path] = stall(10)
    before = published(made_drive.drive)
    process = subprocess.Popen(
        command("make", "--json", made_drive.drive, MORE, "--remote", made_drive.remote),
        env=environment(made_drive.home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(lambda: any(asked.endswith(path) for asked in made_drive.web.paths()))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=GUARD)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130, out + err
    assert "Traceback" not in err
    assert json.loads(out.splitlines()[-1])["error"]["exit_code"] == 130
    assert published(made_drive.drive) == before
