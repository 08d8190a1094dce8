"""Drives made of what this computer has installed, and of other drives; the network is away."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind
from app.replacing import replace
from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.servers import Server
from tests.stick.conftest import fill
from tests.stick.person import HELLO, LOCALE, Person
from tests.upstream import host_arch

pytestmark = pytest.mark.slow


def test_what_is_installed_goes_on_a_drive_without_a_network(person: Person) -> None:
    person.disconnect()
    arguments = "org.test.Hello", "--from-installed", "--offline", "--json"
    estimate = person.run("plan", "drive", *arguments).json["estimate"]
    assert estimate["download"] == 0
    assert list(estimate["beside"]) == [str(person.client.repo)]
    done = person.run("make", "drive", *arguments)
    assert done.finished["verify"]["ok"]
    assert done.finished["beside"] == done.finished["kept"] == done.finished["bytes"] > 0
    client = person.another()
    client.install("school", "org.test.Hello", sideload=person.directory / "drive")
    assert client.installed()[HELLO] == person.upstream.refs[HELLO]


@pytest.mark.thorough
def test_upstream_is_asked_for_what_is_not_here_only(person: Person) -> None:
    """A newer version: what it shares with the installed one need not come."""
    person.publish()
    done = person.make("drive", "org.test.Hello", "--from-installed")
    assert done.finished["verify"]["ok"]
    assert 0 < done.finished["kept"] < done.finished["bytes"]
    assert person.commits("drive")[HELLO] == person.upstream.refs[HELLO]


@pytest.mark.thorough
def test_an_update_takes_from_there_as_well(person: Person) -> None:
    person.make("drive", "org.test.Hello")
    person.publish()
    person.client.update()
    person.forget()
    done = person.run("update", "drive", "--from-installed", "--yes", "--json")
    assert done.finished["verify"]["ok"]
    assert 0 < done.finished["kept"] <= done.finished["bytes"]
    assert person.commits("drive")[HELLO] == person.upstream.refs[HELLO]


@pytest.mark.thorough
def test_an_older_version_comes_as_it_is_where_nobody_can_be_asked(person: Person) -> None:
    old = person.upstream.refs[HELLO]
    person.publish()
    # Their list is newer than what they have.
    person.client.run("update", "--user", "--appstream")
    person.client.run("remote-ls", "--user", "school")
    person.disconnect()
    done = person.make("drive", "org.test.Hello", "--from-installed", "--offline")
    assert done.finished["verify"]["ok"]
    assert person.commits("drive")[HELLO] == old
    said = [event["message"] for event in done.events if event["event"] == "notice"]
    assert any("as it is here" in text and HELLO in text for text in said)
    client = person.another()
    client.install("school", "org.test.Hello", sideload=person.directory / "drive")
    assert client.installed()[HELLO] == old


@pytest.mark.thorough
def test_what_the_drive_has_newer_stays(person: Person) -> None:
    """Of three versions the oldest is installed, and the newest only listed."""
    person.publish()
    person.make("drive", "org.test.Hello")
    on_drive = person.upstream.refs[HELLO]
    person.publish()
    person.forget()
    person.run("plan", "another", "org.test.Hello")
    person.disconnect()
    done = person.make("drive", "org.test.Hello", "--from-installed", "--offline")
    assert done.finished["verify"]["ok"]
    assert person.commits("drive")[HELLO] == on_drive


# ---- What is missing


@pytest.mark.thorough
def test_a_signature_that_is_missing_is_fetched(person: Person) -> None:
    """flatpak create-usb leaves such an app out, or fails."""
    person.damage(HELLO, ObjectKind.COMMITMETA)
    done = person.make("drive", "org.test.Hello", "--from-installed")
    assert done.finished["verify"]["ok"]
    assert done.finished["left_out"] == []


def test_without_a_network_the_app_is_named(person: Person) -> None:
    person.damage(HELLO, ObjectKind.COMMITMETA)
    person.disconnect()
    done = person.make("drive", "org.test.Hello", "--from-installed", "--offline", check=5)
    error = done.finished["error"]
    assert "org.test.Hello" in error["message"]
    assert "its signature is not kept on this computer" in error["message"]
    assert "Connect this computer to the network" in error["hint"]


@pytest.mark.thorough
def test_a_damaged_object_is_fetched(person: Person) -> None:
    person.damage(HELLO, ObjectKind.FILE)
    done = person.make("drive", "org.test.Hello", "--from-installed")
    assert done.finished["verify"]["ok"]
    assert 0 < done.finished["kept"] < done.finished["bytes"]


@pytest.mark.thorough
def test_of_a_damaged_object_the_app_is_named_without_a_network(person: Person) -> None:
    person.damage(HELLO, ObjectKind.FILE)
    person.disconnect()
    done = person.make("drive", "org.test.Hello", "--from-installed", "--offline", check=4)
    assert "org.test.Hello" in done.finished["error"]["message"]


@pytest.mark.thorough
def test_translations_that_are_here_in_part_are_named(person: Person) -> None:
    """flatpak installs those of the person's languages only."""
    person.client.run("uninstall", "--user", "-y", "--all")
    person.client.languages("en")
    person.client.install("school", "org.test.Hello")
    person.disconnect()
    done = person.make("drive", "org.test.Hello", "--from-installed", "--offline")
    assert done.finished["verify"]["ok"]
    assert LOCALE in [each["ref"] for each in done.finished["left_out"]]


@pytest.mark.thorough
def test_translations_that_are_here_in_part_are_completed(person: Person) -> None:
    person.client.run("uninstall", "--user", "-y", "--all")
    person.client.languages("en")
    person.client.install("school", "org.test.Hello")
    done = person.make("drive", "org.test.Hello", "--from-installed")
    assert done.finished["left_out"] == []
    assert LOCALE in person.commits("drive")


# ---- Which installation


@pytest.mark.thorough
def test_another_installation_has_nothing_of_it(person: Person) -> None:
    person.disconnect()
    arguments = "org.test.Hello", "--offline"
    person.make("drive", *arguments, "--from-installed=system", check=4)
    person.make("drive", *arguments, "--from-installed=nowhere", check=2)
    assert person.make("drive", *arguments, "--from-installed=user").finished["verify"]["ok"]


@pytest.mark.thorough
def test_the_system_has_it_for_another_architecture(person: Person) -> None:
    arch = "aarch64" if host_arch() != "aarch64" else "x86_64"
    person.upstream.add_runtime(runnable=False, arch=arch)
    app = person.upstream.add_app("org.test.Far", arch=arch)
    person.upstream.update(ostree_metadata=True)
    file = person.directory / "system.flatpakrepo"
    file.write_text(person.upstream.flatpakrepo(person.url))
    person.client.run("remote-add", "--system", "everybody", file)
    options = "--system", "-y", "--noninteractive", f"--arch={arch}"
    person.client.run("install", *options, "everybody", "org.test.Far")
    person.disconnect()
    arguments = "org.test.Far", f"--arch={arch}", "--offline"
    # What the user has is older than the app.
    person.make("drive", *arguments, "--from-installed=user", check=2)
    done = person.make("drive", *arguments, "--from-installed=system")
    assert done.finished["verify"]["ok"]
    assert person.commits("drive")[app] == person.upstream.refs[app]


@pytest.mark.thorough
def test_somebody_who_may_not_write_to_the_systems(person: Person) -> None:
    """flatpak keeps its lists among what is theirs alone then."""
    system = person.directory / "own/system"
    if system.exists():
        system.rmdir()
    person.client.repo.parent.rename(system)
    theirs = person.directory / "home/.cache/flatpak/system-cache/summaries"
    theirs.parent.mkdir(parents=True)
    (system / "repo/tmp/cache/summaries").rename(theirs)
    person.disconnect()
    done = person.make("drive", "org.test.Hello", "--offline", "--from-installed=system")
    assert done.finished["verify"]["ok"]


# ---- Other drives


@pytest.mark.thorough
def test_another_drive_has_it_all(person: Person) -> None:
    first = person.directory / "first"
    person.make("first", "org.test.Hello", "org.test.Other")
    person.forget()
    person.disconnect()
    done = person.make("second", "org.test.Other", "--from", first, "--offline")
    assert done.finished["verify"]["ok"]
    assert done.finished["kept"] == done.finished["bytes"]
    plan = person.run("plan", "third", "org.test.Hello", "--remote", first, "--json").json
    assert plan["estimate"]["download"] == 0
    third = person.make("third", "org.test.Hello", "--remote", first)
    assert third.finished["verify"]["ok"]


@pytest.mark.thorough
def test_a_drive_vouches_for_nothing_by_itself(person: Person) -> None:
    """Somebody has a drive of a source that this computer has never heard of."""
    person.make("first", "org.test.Hello")
    person.disconnect()
    stranger = replace(person, client=Client(person.directory / "strange"))
    first = person.directory / "first"
    done = stranger.run(
        "make", "second", "org.test.Hello", "--remote", first, "--json", home="elsewhere", check=5
    )
    assert "vouches" in done.finished["error"]["message"]


@pytest.mark.thorough
def test_a_source_that_is_not_known_is_told_as_that(person: Person) -> None:
    """Whether it has a key nobody can tell: it may be signed by nobody."""
    person.make("first", "org.test.Hello")
    first = person.directory / "first"
    mirrors = first / ".ostree/repo/refs/mirrors"
    (own,) = mirrors.glob("*/app/*/*/*")
    strange = mirrors / "org.example.Other/app/org.example.App/x86_64/stable"
    strange.parent.mkdir(parents=True)
    shutil.copy(own, strange)
    said = person.run("plan", "second", "org.test.Hello", "--remote", first).said
    said = " ".join(said.split())
    assert "Nothing of org.example.Other is taken from" in said
    assert "this computer does not know that source. Add its source" in said.replace(
        "satchel: ", ""
    )
    assert "key" not in said


@pytest.mark.thorough
def test_what_a_drive_forges_is_not_taken(person: Person) -> None:
    """Newer than what is installed, rightly named, and signed by nobody."""
    strange = person.directory / "strange"
    person.make("strange", "org.test.Hello")
    repo = strange / ".ostree/repo"
    forged = person.upstream.ostree(
        "commit", f"--repo={repo}", "--branch=forged", f"--tree=ref={person.upstream.refs[HELLO]}",
        f"--add-metadata-string=xa.ref={HELLO}", f"--bind-ref={HELLO}",
        f"--add-metadata-string=ostree.collection-binding={person.upstream.collection}",
    ).strip()  # fmt: skip
    (repo / "refs/mirrors" / person.upstream.collection / HELLO).write_text(forged)
    person.publish()
    person.forget()
    person.run("plan", "another", "org.test.Hello")
    person.disconnect()
    arguments = "--from", strange, "--from-installed", "--offline"
    done = person.make("drive", "org.test.Hello", *arguments)
    assert done.finished["verify"]["ok"]
    assert person.commits("drive")[HELLO] not in (forged, person.upstream.refs[HELLO])


@pytest.mark.thorough
def test_a_directory_with_its_key_is_the_remote_itself(person: Person) -> None:
    """As an address is; without the key it is somebody's drive, which vouches for nothing."""
    key = person.directory / "key.gpg"
    key.write_bytes(person.upstream.key.public)
    directory = person.upstream.path
    stranger = replace(person, client=Client(person.directory / "strange"))
    words = ("org.test.Hello", "--remote", directory, "--json")
    stranger.run("make", "refused", *words, home="elsewhere", check=5)
    done = stranger.run("make", "drive", *words, "--gpg-key", key, home="elsewhere")
    assert done.finished["verify"]["ok"]
    assert person.commits("drive")[HELLO] == person.upstream.refs[HELLO]


@pytest.mark.thorough
def test_a_mirror_has_the_list_as_well(person: Person) -> None:
    """A directory that somebody has mirrored upstream to, with its signed lists."""
    mirror = person.directory / "mirror"
    shutil.copytree(person.upstream.path, mirror, symlinks=True)
    shutil.rmtree(person.client.repo / "tmp/cache")
    person.disconnect()
    done = person.make("drive", "org.test.Other", "--from", mirror, "--offline")
    assert done.finished["verify"]["ok"]
    (collection,) = person.run("inspect", "drive", "--json").json["collections"]
    assert collection["upstream"] is not None
    # Of a list that somebody else has made nothing is believed.
    for name in ("summary", "summary.sig", "summary.idx", "summary.idx.sig"):
        (mirror / name).unlink()
    person.upstream.ostree("summary", f"--repo={mirror}", "-u")
    person.make("another", "org.test.Other", "--from", mirror, "--offline")
    (collection,) = person.run("inspect", "another", "--json").json["collections"]
    assert collection["upstream"] is None


@pytest.mark.thorough
@pytest.mark.thorough
def test_of_a_list_that_flatpak_keeps_in_part_only_another_counts(person: Person) -> None:
    """It cleans up by the age of files: an index may be left whose parts have gone."""
    person.make("drive", "org.test.Hello")
    person.publish()
    person.client.update()
    lists = person.client.repo / "tmp/cache/summaries"
    parts = list(lists.glob("*.sub"))
    assert parts
    for part in parts:
        part.unlink()
    person.disconnect()
    words = ("org.test.Hello", "--from-installed", "--offline")
    done = person.make("other", *words)
    assert done.finished["verify"]["ok"]
    # Without another one what is installed stands for it.
    person.forget()
    assert person.make("third", *words).finished["verify"]["ok"]


@pytest.mark.thorough
def test_a_repository_that_has_a_part_elsewhere(person: Person) -> None:
    """ostree takes objects from the parent of a repository as well. Here it counts only if somebody
    names it: what a stranger's config says leads nowhere."""
    parent, child = person.directory / "parent", person.directory / "child"
    for repository in (parent, child):
        _ostree(repository, "init", "--mode=archive")
    _ostree(parent, "pull-local", person.upstream.path)
    _ostree(child, "config", "set", "core.parent", parent)
    person.make("drive", "org.test.Other")
    person.disconnect()
    _keep_lists_only(person)
    words = ("org.test.Hello", "--offline", "--json", "--from", child)
    refused = person.run("make", "drive", *words, check=4)
    told = next(each for each in refused.events if each["event"] == "notice")
    assert told["message"] == (
        f"Only a part of what {child} offers may be in it; the rest is in {parent}, where nobody "
        "looks unasked."
    )
    done = person.run("make", "drive", *words, "--from", parent)
    assert "where nobody looks unasked" not in done.said
    assert done.finished["verify"]["ok"]


@pytest.mark.parametrize("mode", ["bare-user", "bare-user-only", "bare"])
@pytest.mark.thorough
def test_repositories_of_every_kind(person: Person, mode: str) -> None:
    person.make("drive", "org.test.Other")
    person.disconnect()
    _keep_lists_only(person)
    repository = person.directory / "there"
    _ostree(repository, "init", f"--mode={mode}")
    _ostree(repository, "pull-local", person.upstream.path)
    done = person.run(
        "make", "drive", "org.test.Hello", "--offline", "--json", "--from", repository
    )
    assert done.finished["verify"]["ok"]


def _keep_lists_only(person: Person) -> None:
    for path in (person.directory / "home/.cache/satchel").iterdir():
        if path.is_dir() and path.name != "remotes":
            shutil.rmtree(path)


def _ostree(repository: Path, command: str, *words: str | Path) -> None:
    subprocess.run(["ostree", command, f"--repo={repository}", *words], check=True)


def test_what_is_no_repository_is_named(person: Person) -> None:
    empty = person.directory / "empty"
    empty.mkdir()
    done = person.make("drive", "org.test.Hello", "--from", empty, check=2)
    assert str(empty) in done.finished["error"]["message"]


@pytest.mark.thorough
def test_as_flatpak_create_usb_makes_it(person: Person) -> None:
    """The same commits, and nothing less."""
    theirs = person.directory / "theirs"
    theirs.mkdir()
    person.client.run("create-usb", "--user", theirs, "org.test.Hello")
    person.disconnect()
    person.make("ours", "org.test.Hello", "--from-installed", "--offline")
    refs = {
        path.relative_to(top).as_posix(): path.read_text().strip()
        for top in (theirs / ".ostree/repo/refs/mirrors").iterdir()
        for path in top.rglob("*")
        if path.is_file()
    }
    ours = person.commits("ours")
    assert {name: ours.get(name) for name in refs if "ostree-metadata" not in name} == {
        name: commit for name, commit in refs.items() if "ostree-metadata" not in name
    }


# ---- Sources without a collection ID, and languages


@pytest.mark.thorough
def test_of_a_source_without_a_collection_id_as_well(
    tmp_path: Path, upstream_key: SigningKey
) -> None:
    plain = kept_upstream(tmp_path / "upstream", upstream_key, fill, collection="")
    client = Client(tmp_path / "own")
    client.languages("*all*")
    with ExitStack() as network:
        url = network.enter_context(Server(plain.path)).url
        key = tmp_path / "key.gpg"
        key.write_bytes(plain.key.public)
        client.run("remote-add", "--user", f"--gpg-import={key}", "plain", url)
        client.install("plain", "org.test.Hello")
        person = Person(tmp_path, client, plain, url, network)
    done = person.make("drive", "org.test.Hello", "--from-installed", "--offline")
    assert done.finished["verify"]["ok"]
    assert done.finished["kept"] == done.finished["bytes"]
    assert person.commits("drive")[HELLO] == plain.refs[HELLO]
    # Nobody but the drive has the list then.
    shutil.rmtree(client.repo / "tmp/cache")
    shutil.rmtree(tmp_path / "home/.cache/satchel", ignore_errors=True)
    second = person.make("second", "org.test.Hello", "--remote", tmp_path / "drive")
    assert second.finished["verify"]["ok"]
    assert person.commits("second") == person.commits("drive")


@pytest.mark.thorough
def test_the_languages_that_are_here_are_enough_where_only_they_are_wanted(
    person: Person,
) -> None:
    person.client.run("uninstall", "--user", "-y", "--all")
    person.client.languages("de")
    person.client.install("school", "org.test.Hello")
    person.disconnect()
    done = person.make(
        "drive", "org.test.Hello", "--from-installed", "--offline", "--language", "de"
    )
    assert done.finished["verify"]["ok"]
    # Names and icons were never fetched here.
    assert {each["ref"] for each in done.finished["left_out"]} == {f"appstream2/{host_arch()}"}
    listed = person.run("inspect", "drive", "--json").json
    refs = {ref["ref"]: ref for each in listed["collections"] for ref in each["refs"]}
    assert refs[f"runtime/org.test.Platform.Locale/{host_arch()}/1"]["languages"] == ["de"]
