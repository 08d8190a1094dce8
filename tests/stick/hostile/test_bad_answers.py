"""Servers that deny, redirect, never end, hang or are not there."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace as replace_field
from pathlib import Path

import pytest

from app.ostree.pull.fetch import Network
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
from tests.stick.scene import Scene, copy_drive, only, published
from tests.upstream import Upstream
from tests.waiting import GUARD, until

pytestmark = pytest.mark.slow


def test_denied(calm: Scene) -> None:
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
def test_redirects(scene: Scene, path: str, target: str) -> None:
    """Nowhere but to other web addresses, and not for ever."""
    if path == "objects":
        lost("filez", redirect(target))(scene)
    else:
        scene.web.always["/summary.idx"] = redirect(target)
    said = scene.refused(4, MORE)
    assert "redirect" in said


def test_redirect_to_a_web_address_is_followed(
    scene: Scene, hostile: Callable[[Path], HostileServer]
) -> None:
    mirror = hostile(scene.upstream.path)

    def elsewhere(exchange: Exchange) -> None:
        redirect(f"{mirror.url}{exchange.path}", 301)(exchange)

    scene.web.everything = elsewhere
    assert scene.make(MORE).finished["ok"]


@pytest.mark.parametrize("what", ["summary.idx", "commit", "commitmeta", "filez", "dirtree"])
def test_endless(scene: Scene, what: str) -> None:
    if what == "summary.idx":
        scene.web.always["/summary.idx"] = endless(b"")
    else:
        drop(scene, what)
        lost(what, endless(b""))(scene)
    scene.refused(4, MORE)
    if what == "filez":
        scene.honest(MORE)


def test_endless_file_with_a_plausible_start(scene: Scene) -> None:
    """It begins as the object does, so only its end tells."""
    commit = scene.upstream.commit(f"app/{MORE}/{ARCH}/stable")
    listing = scene.upstream.ostree("ls", "-R", "-C", commit, "/files/share/noise")
    checksum = next(word for word in listing.split() if len(word) == 64)
    path = f"objects/{checksum[:2]}/{checksum[2:]}.filez"
    whole = (scene.upstream.path / path).read_bytes()
    scene.web.always[f"/{path}"] = endless(whole)
    scene.refused(4, MORE)
    scene.web.always[f"/{path}"] = endless(whole[: len(whole) // 2])
    scene.refused(4, MORE)
    scene.honest(MORE)


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
def test_servers_in_trouble(scene: Scene, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What may pass is tried again and again, and then it is upstream's fault."""
    usual: property = vars(Environment)["network"]

    def hurried(environment: Environment) -> Network:
        network = usual.__get__(environment)
        assert isinstance(network, Network)
        return replace_field(network, first_pause=0.005, stall_timeout=2)

    monkeypatch.setattr(Environment, "network", property(hurried))
    TROUBLES[name](scene.web)
    scene.refused(4, MORE)


@pytest.mark.thorough
def test_servers_in_trouble_are_given_some_seconds(
    stick: Path, default_upstream: Upstream, tmp_path: Path
) -> None:
    """The same, with the pauses that there are."""

    def suffer(name: str) -> None:
        directory = tmp_path / name
        copy_drive(stick / "drive", directory / "drive")
        with HostileServer(default_upstream.path) as web:
            scene = Scene(directory, default_upstream, web)
            TROUBLES[name](web)
            scene.refused(4, MORE)

    with ThreadPoolExecutor(len(TROUBLES)) as pool:
        list(pool.map(suffer, TROUBLES))


def garbage(exchange: Exchange) -> None:
    exchange.socket.sendall(b"\x16\x03\x01\x02" + bytes(range(256)) * 20)
    hang_up(exchange)


def test_promises_less(scene: Scene) -> None:
    """Content-Length is believed: what is cut off fails its check."""
    scene.web.everything = only(".filez", lie_about_length(-5))
    scene.refused(4, MORE)
    scene.web.everything = only("summary.idx", lie_about_length(-5))
    scene.refused(5, MORE)
    scene.honest(MORE)


def test_nobody_there(calm: Scene, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(calm.upstream.key.public)
    for url in ("http://127.0.0.1:9/repo", "http://no-such-host.invalid/"):
        calm.refused(4, MORE, "--remote", url, "--gpg-key", key)
    calm.refused(2, MORE, "--remote", "ftp://127.0.0.1/", "--gpg-key", key)


@pytest.mark.parametrize("path", ["/summary.idx", "filez"])
def test_hanging_server_can_be_left(scene: Scene, path: str) -> None:
    """It would be given up after some time; a person need not wait for that."""
    if path == "filez":
        scene.web.everything = only(".filez", stall(10))
    else:
        scene.web.always[path] = stall(10)
    before = published(scene.drive)
    process = subprocess.Popen(
        command("make", "--json", scene.drive, MORE, "--remote", scene.remote),
        env=environment(scene.home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(lambda: any(asked.endswith(path) for asked in scene.web.paths()))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=GUARD)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130, out + err
    assert "Traceback" not in err
    assert json.loads(out.splitlines()[-1])["error"]["exit_code"] == 130
    assert published(scene.drive) == before
