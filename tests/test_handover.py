"""What a second start hands over: only to the same person's window, whole, and never for long."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.formats.schema import SchemaError
from app.handover import (
    MAX_SIZE,
    TAKEN,
    Request,
    hand_over,
    listener,
    peer_is_same,
    private_directory,
)
from tests.privileges import AS_ROOT
from tests.satchel import satchel
from tests.waiting import GUARD


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    path = tmp_path / "runtime"
    path.mkdir(mode=0o700)
    return path


@contextmanager
def window(runtime: Path, answer: bytes = TAKEN) -> Iterator[list[Request]]:
    """Takes one request."""
    taken: list[Request] = []

    def serve(ours: socket.socket) -> None:
        ours.settimeout(GUARD)
        connection, _ = ours.accept()
        with connection:
            taken.append(Request.parse(connection.recv(MAX_SIZE + 1)))
            connection.send(answer)

    with listener(runtime) as ours:
        assert ours is not None
        thread = threading.Thread(target=serve, args=(ours,))
        thread.start()
        yield taken
        thread.join()


def test_a_request_arrives(runtime: Path) -> None:
    request = Request(("/home/tom/Maps.flatpakref", "https://school.example/a.satchel-set"), "t-1")
    with window(runtime) as taken:
        assert hand_over(runtime, request)
    assert taken == [request]


def test_nobody_is_there(runtime: Path) -> None:
    assert not hand_over(runtime, Request())
    with window(runtime):
        assert hand_over(runtime, Request())
    assert not hand_over(runtime, Request())


def test_what_is_not_taken_was_not_handed_over(runtime: Path) -> None:
    with window(runtime, answer=b"?"):
        assert not hand_over(runtime, Request())


def test_one_window_listens(runtime: Path) -> None:
    with listener(runtime) as first:
        assert first is not None
        with listener(runtime) as second:
            assert second is None
        assert (runtime / "satchel/window").exists()
    with listener(runtime) as third:
        assert third is not None


def test_a_socket_that_was_left_behind_is_in_nobodys_way(runtime: Path) -> None:
    (runtime / "satchel").mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as left:
        left.bind(str(runtime / "satchel/window"))
    assert not hand_over(runtime, Request())
    with window(runtime):
        assert hand_over(runtime, Request())


def test_without_a_runtime_directory_nothing_is_handed_over(tmp_path: Path) -> None:
    for runtime in (None, tmp_path / "none"):
        assert not hand_over(runtime, Request())
        with listener(runtime) as ours:
            assert ours is None


@pytest.mark.parametrize("spoiled", ["open", "link", "file", pytest.param("other", marks=AS_ROOT)])
def test_a_place_that_others_could_get_at_is_not_used(runtime: Path, spoiled: str) -> None:
    place = runtime / "satchel"
    match spoiled:
        case "open":
            place.mkdir()
            place.chmod(0o777)
        case "link":
            (runtime / "elsewhere").mkdir(mode=0o700)
            place.symlink_to("elsewhere")
        case "file":
            place.touch(0o600)
        case "other":
            place.mkdir(mode=0o700)
            os.chown(place, 4321, 4321)
    with pytest.raises(OSError, match=r"private|not|Not|links"), private_directory(runtime):
        pass
    assert not hand_over(runtime, Request())
    with listener(runtime) as ours:
        assert ours is None


_AS_OTHER = """
import os, socket, sys
os.setresgid(4321, 4321, 4321)
os.setresuid(4321, 4321, 4321)
with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as ours:
    ours.connect(sys.argv[1])
    ours.send(b"{}")
"""


@AS_ROOT
def test_another_person_is_known_even_where_directories_let_them_through() -> None:
    with (
        tempfile.TemporaryDirectory() as directory,
        socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as ours,
    ):
        os.chmod(directory, 0o755)
        path = f"{directory}/window"
        ours.bind(path)
        os.chmod(path, 0o777)
        ours.listen()
        subprocess.run([sys.executable, "-c", _AS_OTHER, path], check=True)
        connection, _ = ours.accept()
        with connection:
            assert not peer_is_same(connection)
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with one, other:
        assert peer_is_same(one)


@pytest.mark.parametrize(
    "words",
    [["relative"], ["/a\0b"], "word", [5], ["/x"] * 1000, ["/" + "x" * 10_000]],
)
def test_words_that_nobody_hands_over(words: object) -> None:
    with pytest.raises(SchemaError):
        Request.parse(json.dumps({"words": words, "token": ""}).encode())


def test_a_token_is_no_command() -> None:
    with pytest.raises(SchemaError):
        Request.parse(json.dumps({"words": [], "token": "a b\n"}).encode())


def test_too_much_is_not_read() -> None:
    with pytest.raises(SchemaError):
        Request.parse(b" " * MAX_SIZE + Request().dump())


def test_names_of_any_bytes_arrive() -> None:
    name = os.fsdecode(b"/home/tom/\xff\xfe.flatpakref")
    assert Request.parse(Request((name,)).dump()).words == (name,)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_request_or_refused(data: bytes) -> None:
    with suppress(SchemaError):
        request = Request.parse(data)
        assert Request.parse(request.dump()) == request


class TestCommand:
    def test_the_window_that_is_open_is_given_the_files(self, tmp_path: Path) -> None:
        (tmp_path / "a.flatpakref").touch()
        runtime = tmp_path / "runtime"
        runtime.mkdir(mode=0o700)
        with window(runtime) as taken:
            satchel(
                "a.flatpakref", "flatpak+https://school.example/b.flatpakref",
                home=tmp_path, env={"DISPLAY": ":7077", "XDG_ACTIVATION_TOKEN": "t"},
            )  # fmt: skip
        assert taken == [
            Request((f"{tmp_path}/a.flatpakref", "https://school.example/b.flatpakref"), "t")
        ]

    def test_without_files_it_comes_to_the_front(self, tmp_path: Path) -> None:
        runtime = tmp_path / "runtime"
        runtime.mkdir(mode=0o700)
        with window(runtime) as taken:
            satchel(home=tmp_path, env={"DISPLAY": ":7077"})
        assert taken == [Request()]

    def test_a_word_that_is_a_verb_is_a_verb(self, tmp_path: Path) -> None:
        (tmp_path / "settings").touch()
        assert "languages" in satchel("settings", home=tmp_path).stdout

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("none.flatpakref",), "There is no file none.flatpakref"),
            (("./settings",), "There is no file ./settings"),
            (("nonsense",), "There is no command"),
            (("a.flatpakref", "none"), "There is no file none"),
            (("a.flatpakref", "--json"), "--json does not go with files"),
            (("--demo", "a.flatpakref"), "--demo does not go with files"),
        ],
    )
    def test_what_is_no_file(self, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
        (tmp_path / "a.flatpakref").touch()
        done = satchel(*words, home=tmp_path, env={"DISPLAY": ":7077"}, check=2)
        assert said in done.stderr
