"""What upstream names and does not hand out: extensions are left out, apps are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.flatpak.refs import Ref
from app.stick.store.needs import (
    ClientInstallation,
    ClientRef,
    ClientRemote,
    Needs,
    Scope,
    dump_needs,
)
from tests.build_contents import PLATFORM
from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import Done, satchel
from tests.servers import HostileServer, Rule, replace, status
from tests.stick.makers import REPO
from tests.upstream import Upstream, host_arch

pytestmark = pytest.mark.slow

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"
OTHER = f"app/org.test.Other/{ARCH}/stable"
PAID = f"app/org.test.Paid/{ARCH}/stable"
EARLY = f"app/org.test.Early/{ARCH}/stable"
LOCALE = f"runtime/org.test.Hello.Locale/{ARCH}/stable"
FUN = f"runtime/org.test.Fun/{ARCH}/1"
EARLY_FUN = f"runtime/org.test.EarlyFun/{ARCH}/1"
RUNTIME = f"runtime/{PLATFORM}/{ARCH}/1"
APPSTREAM = f"appstream2/{ARCH}"
POINTS = "".join(
    f"\n[Extension org.test.{name}]\nversion=1\ndirectory=share/{name}\n"
    for name in ("Fun", "EarlyFun")
)
WRONG = {
    "damaged": replace(lambda body: body[:-9] + b"forgeries"),
    "empty": replace(lambda _: b""),
}


def fill(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False, files={"share/base": "base\n"})
    upstream.add_app("org.test.Hello", languages=("de",), extensions=POINTS)
    upstream.add_extension("org.test.Fun", "1", of=HELLO, files={"deep/fun": "fun\n"})
    upstream.add_app("org.test.Other", files={"share/other": "other\n"})
    upstream.republish(upstream.add_app("org.test.Paid"), "--add-metadata=xa.token-type=int32 1")
    for ref, collection in (
        (upstream.add_app("org.test.Early"), ""),
        (upstream.add_extension("org.test.EarlyFun", "1", of=HELLO), ""),
        (upstream.add_app("org.test.Moved"), "org.test.Former"),
    ):
        binding = [f"--add-metadata=ostree.ref-binding=['{ref}']"]
        if collection:
            binding += [f"--add-metadata-string=ostree.collection-binding={collection}"]
        upstream.republish(ref, "--no-bindings", *binding)
    upstream.update()


@pytest.fixture(scope="module")
def upstream(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    return kept_upstream(tmp_path_factory.mktemp("delivery") / "up", upstream_key, fill)


class Place:
    """A drive, a home, and an upstream that does not hand out everything."""

    def __init__(self, directory: Path, upstream: Upstream, web: HostileServer) -> None:
        self.upstream = upstream
        self.web = web
        self.home = directory / "home"
        self.drive = directory / "drive"
        self.home.mkdir()
        self.drive.mkdir()
        self.file = directory / "up.flatpakrepo"
        self.file.write_text(upstream.flatpakrepo(web.url))

    def withhold(self, rule: Rule, ref: str, path: str = "") -> None:
        """Answer with ``rule`` for a file in a ref's tree, or for what ends so, as ``.commit``."""
        if path.startswith("."):
            checksum = self.upstream.commit(ref)
            name = f"{checksum[:2]}/{checksum[2:]}{path}"
        else:
            listed = self.upstream.ostree("ls", "-C", ref, path)
            kind = "dirtree" if listed.startswith("d") else "filez"
            checksum = listed.split()[4]
            name = f"{checksum[:2]}/{checksum[2:]}.{kind}"
        self.web.always[f"/objects/{name}"] = rule

    def run(self, verb: str, *arguments: str, check: bool | int = True) -> Done:
        return satchel(
            verb, self.drive, *arguments, "--remote", self.file, "--json",
            home=self.home, check=check,
        )  # fmt: skip

    def verify(self) -> Any:
        return satchel("verify", self.drive, "--json", home=self.home).json


@pytest.fixture
def place(upstream: Upstream, tmp_path: Path) -> Iterator[Place]:
    with HostileServer(upstream.path) as web:
        yield Place(tmp_path, upstream, web)


def left(plan: Any) -> dict[str, str]:
    return {item["ref"]: item["reason"] for item in plan["left_out"]}


@pytest.mark.parametrize(
    ("answer", "ref", "path", "says"),
    [
        ("404 Not Found", FUN, ".commit", "lacks the commit"),
        ("403 Forbidden", LOCALE, ".commit", "denies access"),
        ("damaged", FUN, ".commit", "damaged or forged"),
        ("404 Not Found", FUN, ".commitmeta", "signature"),
        ("empty", LOCALE, ".commitmeta", "signature"),
        ("403 Forbidden", FUN, "/files/deep", "files/deep/ of it: The object"),
        ("401 Unauthorized", LOCALE, "/files/de", "denies access"),
        ("damaged", LOCALE, "/files", "damaged or forged"),
        ("404 Not Found", APPSTREAM, "/appstream.xml", "lacks the object"),
    ],
)
def test_an_extension_is_left_out(
    place: Place, answer: str, ref: str, path: str, says: str
) -> None:
    place.withhold(WRONG.get(answer) or status(answer), ref, path)
    finished = place.run("make", "org.test.Hello").finished
    assert finished["ok"]
    assert set(left(finished)) == {ref, EARLY_FUN}
    assert says in left(finished)[ref]
    told = {finding["subject"]: finding for finding in finished["verify"]["findings"]}
    assert told[ref]["code"] == "related-missing"
    assert says in told[ref]["message"]
    repo = place.drive / REPO
    assert not (repo / "refs/mirrors/org.test.Upstream" / ref).exists()
    assert not list((repo / "state").iterdir())


def test_what_can_be_installed_then(place: Place, client: Client) -> None:
    place.withhold(status("404 Not Found"), FUN, "/files/deep/fun")
    place.withhold(status("403 Forbidden"), LOCALE, "/files/de")
    place.run("make", "org.test.Hello")
    client.remote_add_upstream("up", place.upstream, "http://127.0.0.1:9/")
    client.install("up", "org.test.Hello", sideload=place.drive / REPO)
    assert set(client.installed()) == {HELLO, RUNTIME}
    # Upstream has it again: the next job brings it.
    place.web.always.clear()
    assert set(left(place.run("make", "org.test.Hello").finished)) == {EARLY_FUN}
    client.install("up", FUN, sideload=place.drive / REPO)


def test_without_the_runtime_that_computers_have(
    place: Place, tmp_path: Path, client: Client
) -> None:
    place.run("make", "org.test.Other", "--no-runtime")
    full = tmp_path / "full"
    full.mkdir()
    satchel("make", full, PLATFORM, "--remote", place.file, "--json", home=place.home)
    client.remote_add_upstream("up", place.upstream, "http://127.0.0.1:9/")
    assert client.install("up", OTHER, sideload=place.drive / REPO, check=False).returncode
    client.install("up", RUNTIME, sideload=full / REPO)
    client.install("up", OTHER, sideload=place.drive / REPO)
    assert set(client.installed()) == {OTHER, RUNTIME}


@pytest.mark.parametrize(
    ("ref", "path", "says"),
    [
        (OTHER, ".commit", "lacks the commit"),
        (OTHER, "/files/share/other", "files/share/other"),
        (RUNTIME, ".commit", "lacks the commit"),
        (RUNTIME, "/files/share/base", "files/share/base"),
    ],
)
def test_apps_and_runtimes_have_to_come(place: Place, ref: str, path: str, says: str) -> None:
    """The error names the ref and what of it is not there; the stick stays as it was."""
    place.withhold(status("404 Not Found"), ref, path)
    error = place.run("make", "org.test.Other", check=4).finished["error"]
    assert ref in error["message"]
    assert says in error["message"]
    assert not (place.drive / REPO / "summary").exists()


@pytest.mark.parametrize("path", [".commit", ".commitmeta", "/files/deep/fun"])
@pytest.mark.parametrize("also", [(), ("org.test.Hello.Locale",)])
def test_of_what_was_asked_for_something_has_to_come(
    place: Place, path: str, also: tuple[str, ...]
) -> None:
    """Else nothing is written, as with an app: a drive without any of it is not sound."""
    place.withhold(status("404 Not Found"), FUN, path)
    if also:
        place.withhold(status("404 Not Found"), LOCALE, "/files/de")
    done = place.run("make", "org.test.Fun", *also, check=4)
    error = done.finished["error"]
    assert any(ref in error["message"] for ref in (FUN, LOCALE))
    assert error["hint"]
    assert FUN in done.said
    assert not also or LOCALE in done.said
    assert not (place.drive / REPO / "summary").exists()


@pytest.mark.parametrize("path", [".commit", "/files/share/other"])
def test_of_what_computers_need_something_has_to_come(place: Place, path: str) -> None:
    old = "0" * 64
    remote = ClientRemote("up", "org.test.Upstream")
    there = tuple(ClientRef(Ref.parse(ref), old, "up") for ref in (OTHER, RUNTIME))
    installation = ClientInstallation(Scope.USER, None, (remote,), there)
    needs = Needs("lab", 1_700_000_000, (ARCH,), installations=(installation,))
    file = place.home / "lab.json"
    file.write_bytes(dump_needs(needs))
    place.withhold(status("404 Not Found"), RUNTIME, ".commit")
    place.withhold(status("404 Not Found"), OTHER, path)
    done = place.run("make", "--needs", str(file), check=4)
    # What both want for is said once.
    assert done.finished["error"]["message"].count(RUNTIME) == 1
    assert not (place.drive / REPO / "summary").exists()


def test_beside_what_comes_it_is_left_out(place: Place) -> None:
    place.withhold(status("404 Not Found"), FUN, "/files/deep/fun")
    finished = place.run("make", "org.test.Fun", "org.test.Hello.Locale", check=7).finished
    assert set(left(finished)) == {FUN}
    assert finished["ok"]
    # What is there already is not taken away for it, and nothing new comes: that is no success.
    finished = place.run("make", "org.test.Fun", check=4).finished
    assert FUN in finished["error"]["message"]
    assert place.verify()["ok"]


def test_what_nobody_asked_for_now_stays_as_it_is(upstream: Upstream, tmp_path: Path) -> None:
    """A job for one app does not fail for what upstream lacks of another's update."""
    own = upstream.copy(tmp_path / "up")
    with HostileServer(own.path) as web:
        place = Place(tmp_path, own, web)
        place.run("make", "org.test.Hello")
        old = own.commit(HELLO)
        own.bump(HELLO)
        own.bump(LOCALE)
        own.bump(RUNTIME)
        own.update()
        place.withhold(status("404 Not Found"), HELLO, "/files/share/bump")
        place.withhold(status("404 Not Found"), LOCALE, ".commit")
        place.withhold(status("404 Not Found"), RUNTIME, "/files/share/bump")
        done = place.run("make", "org.test.Other")
        assert done.finished["ok"]
        said = [event["message"] for event in done.events if event["event"] == "notice"]
        for ref in (HELLO, LOCALE, RUNTIME):
            assert any(sentence.startswith(f"{ref} stays as it is") for sentence in said)
        refs = place.drive / REPO / "refs/mirrors/org.test.Upstream"
        assert (refs / HELLO).read_text().strip() == old
        assert place.verify()["ok"]
        assert "bump" in place.run("make", "org.test.Hello", check=4).finished["error"]["message"]


@pytest.mark.thorough
def test_damage_that_upstream_cannot_mend(place: Place) -> None:
    """It is another app's: named in the end, with the app, and no reason to stop before."""
    place.run("make", "org.test.Hello")
    listed = place.upstream.ostree("ls", "-C", HELLO, "/files/bin/start").split()[4]
    path = place.drive / REPO / "objects" / listed[:2] / f"{listed[2:]}.filez"
    for damage in (path.unlink, lambda: path.write_bytes(b"rubbish")):
        damage()
        # This computer has kept it; another one has not.
        satchel("cache", "--clear", home=place.home)
        place.withhold(status("404 Not Found"), HELLO, "/files/bin/start")
        # The second time it is known to be incomplete, and comes no more than before.
        for _ in range(2):
            finished = place.run("make", "org.test.Other", check=1).finished
            errors = [
                finding
                for finding in finished["verify"]["findings"]
                if finding["severity"] == "error"
            ]
            assert errors
            assert all(HELLO in finding["message"] for finding in errors)
            assert not (place.drive / REPO / "extensions/satchel/journal.json").exists()
        # Upstream has it again.
        place.web.always.clear()
        assert place.run("make", "org.test.Hello").finished["ok"]


def test_an_app_for_a_token_is_told_beforehand(place: Place) -> None:
    plan = place.run("plan", "org.test.Paid").json
    assert any(
        PAID in notice["message"] and "token" in notice["message"] for notice in plan["notices"]
    )
    place.withhold(status("401 Unauthorized"), PAID, ".commit")
    place.home = place.home / "fresh"
    place.home.mkdir()
    plan = place.run("plan", "org.test.Paid", "org.test.Other", check=7).json
    assert "token" in left(plan)[PAID]
    error = place.run("plan", "org.test.Paid", check=4).json["error"]
    assert PAID in error["message"]
    assert "token" in error["message"]


def test_a_collection_that_came_later(place: Place) -> None:
    """Commits from before are told by the plan already, and carried by nobody."""
    plan = place.run("plan", "org.test.Early", "org.test.Hello", check=7).json
    assert set(left(plan)) == {EARLY, EARLY_FUN}
    assert "before its repository had the collection ID org.test.Upstream" in left(plan)[EARLY]
    error = place.run("plan", "org.test.Early", check=5).json["error"]
    assert "before its repository had the collection ID" in error["message"]
    error = place.run("plan", "org.test.Moved", check=5).json["error"]
    assert "was published for the collection org.test.Former" in error["message"]
    assert place.run("make", "org.test.Hello").finished["ok"]


def test_what_came_before_something_is_left_out_is_counted(place: Place) -> None:
    place.withhold(status("403 Forbidden"), FUN, "/files/deep/fun")
    finished = place.run("make", "org.test.Hello").finished
    assert FUN in left(finished)
    repository = place.drive / REPO
    (own,) = repository.glob("refs/mirrors/*/ostree-metadata")
    commit = own.read_text().strip()
    there = {
        path.parent.name + path.name: path.stat().st_size
        for path in repository.glob("objects/*/*")
        if path.suffix != ".commitmeta"
    }
    # What describes the collection to old flatpaks is made here: a commit without anything in it.
    del there[f"{commit}.commit"]
    assert finished["objects"] >= len(there)
    assert finished["bytes"] >= sum(there.values())
