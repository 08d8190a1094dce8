"""What is asked for, counted and configured: values alone."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from app.errors import UsageError
from app.flatpak.remotes.flatpakrepo import RepoFile
from app.replacing import replace
from app.serve.accesses import Access, Accounts, LogReader
from app.serve.configuration import is_safe, quoted
from app.serve.errors import CertificateError, WebServerMissingError
from app.serve.listening import Listeners, parse_listen
from app.serve.pages import pages
from app.serve.snapshot import ServedOrigin
from app.serve.sticks import HandedFile
from app.serve.tls import certificate_names
from app.serve.values import (
    Computers,
    Listen,
    ServedApp,
    ServedLanguages,
    ServedRemote,
    Tls,
    Took,
    Wanted,
)
from app.serve.web_server import find_nginx
from app.stick.store.view import View
from tests.serve.certificates import make_certificate

COMMIT = "ab/" + "c" * 62 + ".commit"
FILE = "de/" + "f" * 62 + ".filez"


@pytest.mark.parametrize(
    ("text", "listen"),
    [
        ("192.168.1.5:80", Listen("192.168.1.5", 80)),
        ("[::1]:8081", Listen("::1", 8081)),
        ("127.0.0.1", Listen("127.0.0.1", 8080)),
        ("[fd00::1]", Listen("fd00::1", 8080)),
        (":0", Listen(None, 0)),
        ("9000", Listen(None, 9000)),
        ("*:9000", Listen(None, 9000)),
        ("0.0.0.0:9000", Listen(None, 9000)),
    ],
)
def test_where_to_listen(text: str, listen: Listen) -> None:
    assert parse_listen(text) == listen


@pytest.mark.parametrize("text", ["here", "1.2.3:80", "127.0.0.1:65536", "a b", "1:2:3"])
def test_where_nobody_listens(text: str) -> None:
    with pytest.raises(UsageError, match=r"is not where one can listen\.$"):
        parse_listen(text)


def test_a_free_port_is_free_for_both_kinds_of_address() -> None:
    with Listeners(Listen(None, 0)) as listeners:
        assert {each.getsockname()[1] for each in listeners.sockets} == {listeners.port}
        assert all(f":{listeners.port}/" in each.url for each in listeners.addresses("http"))


def test_commands_are_for_a_shell() -> None:
    remote = ServedRemote("org.test", "up", "Up", "https://example.org/a repo", None, ())
    base = "http://[::1]:8080/"
    assert remote.command(base) == "flatpak remote-modify --url='http://[::1]:8080/up' up"
    assert remote.command_back() == "flatpak remote-modify --url='https://example.org/a repo' up"


def test_what_others_wrote_is_text_on_the_page() -> None:
    app = ServedApp("app/org.test.Hello/x86_64/stable", "<script>alert(1)</script>", 1_500_000)
    remote = ServedRemote("org.test", "up", "<b>Up</b>", "https://example.org/\"'<i>", None, (app,))
    file = RepoFile(url="https://example.org/", title="Up", key=b"a key")
    origin = ServedOrigin(remote, None, View("org.test", {}, None), {}, file, ())
    made = pages("http://192.0.2.1:8080/", [origin], [])
    for name in ("index.de.html", "index.en.html"):
        text = made[name].decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        assert "<script" not in text
        assert "<b>" not in text
        assert "<i>" not in text
    assert "1,5 MB" in made["index.de.html"].decode()
    handed = made["up.flatpakrepo"].decode()
    assert "Url=http://192.0.2.1:8080/up\n" in handed
    assert f"GPGKey={base64.b64encode(b'a key').decode()}\n" in handed


def test_apps_of_one_name_are_told_apart_on_the_page() -> None:
    refs = [f"app/org.test.Hello/{arch}/stable" for arch in ("aarch64", "x86_64")]
    apps = tuple(ServedApp(ref, "Hello", 0) for ref in (*refs, "app/org.test.Other/x86_64/beta"))
    remote = ServedRemote("org.test", "up", "Up", "https://example.org/", None, apps)
    file = RepoFile(url="https://example.org/", title="Up", key=b"a key")
    origin = ServedOrigin(remote, None, View("org.test", {}, None), {}, file, ())
    text = pages("http://192.0.2.1:8080/", [origin], [])["index.en.html"].decode()
    for shown in ("org.test.Hello aarch64<", "org.test.Hello x86_64<", "org.test.Other<"):
        assert shown in text
    assert "flatpak install up org.test.Hello<" in text


def test_what_computers_do_not_get_is_on_the_page() -> None:
    app = ServedApp("app/org.test.Hello/x86_64/stable", "Hello", 0, from_maker=True)
    remote = ServedRemote(
        "org.test", "up", "Up", "", None, (app,), languages=(ServedLanguages(("de",)),)
    )
    origin = ServedOrigin(remote, None, View("org.test", {}, None), {}, RepoFile(url=""), ())
    file = HandedFile("bundles/a.flatpak", "satchel/bundles/a.flatpak", "a.flatpak", 1, True)
    made = pages("http://192.0.2.1:8080/", [origin], [file])
    for name, told in (
        ("index.de.html", ("nur die in: de", "bei seinem Hersteller", "bürgt niemand")),
        ("index.en.html", ("only those into: de", "from its maker", "Nobody vouches for this app")),
    ):
        text = made[name].decode()
        assert all(each in text for each in told)
    assert ["de" in str(each) for each in remote.shortcomings] == [True, False]


def test_languages_that_differ_are_told_by_app() -> None:
    parts = (ServedLanguages(("de",), ("Hello",)), ServedLanguages((), ("Other", "Third")))
    remote = ServedRemote("org.test", "up", "Up", "", None, (), languages=parts)
    origin = ServedOrigin(remote, None, View("org.test", {}, None), {}, RepoFile(url=""), ())
    page = pages("http://192.0.2.1:8080/", [origin], [])["index.en.html"].decode()
    assert "Of the translations of Hello there are only those into: de." in page
    assert "Of the translations of Other, Third none is here." in page
    assert "translations of Other, Third there" in str(remote.shortcomings[1])


def access(moment: float, path: str, size: int = 10, computer: str = "192.0.2.1") -> Access:
    return Access(moment, computer, "200", size, "up", path)


def find(label: str, commit: str) -> tuple[str, str] | None:
    return ("org.test", f"app/{commit[:2]}") if label == "up" else None


def test_what_comes_after_a_commit_counts_as_that_app() -> None:
    told: list[object] = []
    accounts = Accounts(told.append)
    other = COMMIT.replace("ab/", "ba/")
    for number, path in enumerate(["", COMMIT, FILE, FILE, other, FILE]):
        accounts.count(access(number, path), find)
    accounts.want("192.0.2.2", "org.test", "app/x", 5)
    accounts.tell(1000, whole=True)
    assert [each for each in told if isinstance(each, Took)] == [
        Took("192.0.2.1", "org.test", "app/ab", 30, 2.0),
        Took("192.0.2.1", "org.test", "app/ba", 20, 1.0),
    ]
    assert [each for each in told if isinstance(each, Wanted)] == [
        Wanted("192.0.2.2", "org.test", "app/x")
    ]
    last = told[-1]
    assert isinstance(last, Computers)
    assert (last.bytes, len(last.computers)) == (60, 2)
    assert last.computers[0].refs == ("app/ab", "app/ba")
    assert last.computers[1].wanted == ("app/x",)


def test_who_lacks_a_part_of_an_app_wanted_that_app() -> None:
    """A language that is not on the stick."""
    events: list[object] = []
    accounts = Accounts(events.append)
    accounts.count(access(1.0, f"aa/{'0' * 62}.commit"), find)
    for ending, moment in (("dirtree", 2.0), ("filez", 3.0)):
        path = f"bb/{'0' * 62}.{ending}"
        accounts.count(replace(access(moment, path), status="404"), find)
    accounts.tell(9.0, whole=True)
    wanted = [event for event in events if isinstance(event, Wanted)]
    assert wanted == [Wanted("192.0.2.1", "org.test", "app/aa")]


def test_one_thing_is_told_at_a_time() -> None:
    """A whole class may be done in the same moment; asked ten times a second it tells ten."""
    told: list[object] = []
    accounts = Accounts(told.append)
    for number in range(30):
        accounts.count(access(1, COMMIT, computer=f"192.0.2.{number}"), find)
    for count in range(1, 32):
        accounts.tell(1000)
        assert len(told) == count


def test_only_so_many_computers_are_kept() -> None:
    told: list[object] = []
    accounts = Accounts(told.append)
    for number in range(1500):
        accounts.count(access(number, "", computer=f"fd00::{number:x}"), find)
    accounts.tell(2000, whole=True)
    last = told[-1]
    assert isinstance(last, Computers)
    assert len(last.computers) == 1000
    assert accounts.computers == 1500
    assert last.bytes == 15_000


def test_the_log_is_read_as_it_grows(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    line = f"1.5\t192.0.2.1\t200\t7\tup\t{COMMIT}\n".encode()
    with LogReader(log) as reader:
        assert list(reader.read()) == []
        log.write_bytes(line + line[:10])
        assert [each.commit for each in reader.read()] == [COMMIT.replace("/", "")[:64]]
        with log.open("ab") as file:
            file.write(line[10:] + b"rubbish\n\xff\xfe\t\t\t\t\t\n" + b"x\t" * 5 + b"\n")
        assert [each.size for each in reader.read()] == [7]
        with log.open("ab") as file:
            file.write(line * 200_000)
        assert len(list(reader.read())) == 200_000
        # What was read is not kept.
        assert log.stat().st_size == 0
        with log.open("ab") as file:
            file.write(line)
        assert len(list(reader.read())) == 1


def test_what_a_certificate_is_for(tmp_path: Path) -> None:
    tls = Tls(*make_certificate(tmp_path, "DNS:mirror.school.example,IP:192.0.2.7"))
    assert certificate_names(tls) == ("mirror.school.example", "192.0.2.7")
    (tmp_path / "other").mkdir()
    _, key = make_certificate(tmp_path / "other")
    for wrong in (Tls(tls.certificate, key), Tls(key, key), Tls(tmp_path / "none", key)):
        with pytest.raises(CertificateError):
            certificate_names(wrong)


@pytest.mark.parametrize("text", ['a"b', "a$b", "a;b", "a\nb", "a{b", "a\\b", "a\x00b"])
def test_what_nginx_would_take_otherwise_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        quoted(text)


def test_addresses_of_files() -> None:
    assert is_safe("bundles/org.test.Hello-2.flatpak")
    for path in ("../x", "a/../b", "a/.b", ".a", "a b", "a%2fb", "/a", "a//b", "a/", "ä", ""):
        assert not is_safe(path)


def test_without_nginx(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("app.serve.web_server._PLACES", str(tmp_path))
    with pytest.raises(WebServerMissingError) as missing:
        find_nginx({"PATH": str(tmp_path)})
    assert missing.value.exit_code == 4
    assert "nginx-light" in str(missing.value.hint)
