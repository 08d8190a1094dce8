"""What each verb says of each kind that it does not do what it does for the others with.

Nothing is passed over silently, and nothing is offered that a client then does not get.
"""

from __future__ import annotations

import re
import select
import subprocess
from pathlib import Path

import pytest

from app.client.registering.judging import Obstacle
from app.client.registering.place import Scope, place_for
from app.client.registering.registrar import Event, Finished, Refused, Registered, Registrar
from app.flatpak.remotes.directories import FlatpakDirectories
from tests.build_contents import PLATFORM
from tests.client import Client
from tests.gpg import SigningKey
from tests.registering.watched import drive
from tests.satchel import environment, satchel
from tests.serve.served import serving
from tests.stick.installer.running import run
from tests.stick.kinds.drive import (
    ARCH,
    EXTRA,
    HELLO,
    LOCALE,
    LOOSE,
    NAMED,
    NAMELESS,
    NOTES,
    PACKED,
    PART,
    QUIET,
    RAW,
    REGISTRY,
    Kinds,
)
from tests.stick.receiving.computers import Computer
from tests.upstream import Upstream
from tests.waiting import GUARD

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

# ---- verify


def test_verify_where_none_of_the_sources_is_known(everything: Kinds, tmp_path: Path) -> None:
    """What the last line names is all that nobody vouches for, not only what is not signed."""
    done = satchel("verify", everything.drive, home=tmp_path, check=1)
    assert "nobody vouches for it (" in done.stdout
    told = satchel("verify", everything.drive, "--json", home=tmp_path, check=1).json
    assert set(told["unsigned_apps"]) == {HELLO, EXTRA, QUIET, RAW, PACKED, LOOSE, NOTES}


def test_verify_where_some_of_the_sources_are_known(everything: Kinds) -> None:
    said = everything.run("verify", everything.drive, check=1).stdout
    line = said[said.index("NOT vouched for") :]
    assert f"nobody vouches for {LOOSE}, {NOTES}, {RAW} (" in line


def test_verify_counts_what_it_reads(everything: Kinds) -> None:
    """Files with an app in them, images and what makers hand out among it."""
    told = everything.run("verify", everything.drive, "--json", check=1).json
    objects = list((everything.repo / "objects").glob("*/*"))
    beside = [path for path in everything.kit.glob("oci/blobs/*/*") if path.is_file()]
    beside += [everything.payload, *everything.kit.glob("bundles/*")]
    objects = [path for path in objects if path.suffix != ".commitmeta"]
    assert told["objects"] == len(objects) + len(beside)
    assert told["bytes"] == sum(path.stat().st_size for path in (*objects, *beside))
    refs = [path for path in (everything.repo / "refs/mirrors").rglob("*") if path.is_file()]
    refs += [path for path in (everything.repo / "refs/remotes").rglob("*") if path.is_file()]
    assert told["refs"] == len(refs) + len(("Packed", "Loose", "Notes", "its runtime"))


# ---- diff


def test_diff_tells_sources_apart(everything: Kinds, tmp_path: Path) -> None:
    """Two apps of one name, of which one goes; and that a signature is on one of them only."""
    copy = tmp_path / "copy"
    copy.mkdir()
    everything.run("clone", everything.drive, copy, "--yes", "--no-verify")
    everything.run("remove", copy, f"{NAMELESS}:{HELLO}", "--yes")
    commit = everything.ref(EXTRA).read_text().strip()
    (copy / ".ostree/repo/objects" / commit[:2] / f"{commit[2:]}.commitmeta").unlink()
    said = everything.run("diff", everything.drive, copy).stdout
    assert f"{HELLO} Hello, of {NAMELESS}\n" in said
    assert f"with its signature on one only:\n  {EXTRA} Extra\n" in said
    assert f"with it: {everything.drive}\n" in said
    told = everything.run("diff", everything.drive, copy, "--json").json
    differs = {(each["ref"], each["kind"]) for each in told["refs"] if each["kind"] != "same"}
    assert differs >= {(HELLO, "removed"), (EXTRA, "signature")}
    assert not told["same"]


# ---- clone


def test_clone_counts_every_file_and_byte(everything: Kinds, tmp_path: Path) -> None:
    """All of a drive is what an empty one gets; a payload, two files and two images are no
    objects."""
    copies = tmp_path / "copy", tmp_path / "another"
    for copy in copies:
        copy.mkdir()
    said = everything.run(
        "clone", everything.drive, copies[0], "--yes", check=1
    ).stdout.splitlines()
    assert "2 .flatpak files, 1 file of extra data (" in said[0]
    whole = re.findall(r"\(([^()]+)\)$", said[0])
    assert re.findall(r"\(([^()]+)\)$", said[1]) == whole
    words = (everything.drive, copies[1], "--yes", "--json")
    done = everything.run("clone", *words, check=1).finished
    (drive,) = done["drives"]
    # What nobody vouches for is as in a check: nobody has named the files now.
    wrong = {each["subject"] for each in drive["verify"]["findings"] if each["severity"] == "error"}
    assert wrong == {LOOSE, "remote:unsigned"}
    repository = everything.repo / "objects"
    # Signatures go with their commits.
    objects = [path for path in repository.glob("*/*") if path.suffix != ".commitmeta"]
    layout = [path for path in (everything.kit / "oci/blobs").rglob("*") if path.is_file()]
    bundles = list((everything.kit / "bundles").iterdir())
    beside = (everything.payload, *bundles, *layout)
    assert drive["objects"] == len(objects)
    assert drive["files"] == len(beside)
    assert drive["bytes"] == sum(path.stat().st_size for path in (*objects, *beside))


# ---- resolve

RESOLVED = {
    f"{NAMED}:{HELLO}": (0, "install "),
    EXTRA: (0, "handed out by its maker"),
    LOCALE: (0, "only a part of the translations in .* (de)"),
    f"{NAMELESS}:{HELLO}": (7, "without a collection ID"),
    QUIET: (7, "install.sh and satchel receive"),
    RAW: (7, "without a collection ID"),
    PACKED: (7, f"{PACKED} is on .* as a file"),
    LOOSE: (2, f"{LOOSE} is on .* as a file"),
    NOTES: (2, f"an image of the container registry {REGISTRY}"),
    f"{REGISTRY}:{NOTES}": (2, f"an image of the container registry {REGISTRY}"),
    f"{REGISTRY}:org.test.Other": (2, "is a container registry"),
    HELLO: (2, "more than one thing"),
}


@pytest.mark.parametrize("ref", RESOLVED)
def test_resolve(everything: Kinds, ref: str) -> None:
    status, told = RESOLVED[ref]
    words = ("resolve", ref, "--stick", everything.drive, "--offline")
    said = " ".join(everything.run(*words, check=status).said.split())
    assert re.search(told.replace("(", r"\(").replace(")", r"\)"), said), said


# ---- publish

REFUSED = {f"{REGISTRY}:{NOTES}": "container registry", "packed": "a file", "loose": "a file"}


@pytest.mark.parametrize("what", [*REFUSED, f"{NAMED}:{HELLO}", QUIET, EXTRA, RAW])
def test_publish(everything: Kinds, what: str, upstream_key: SigningKey, tmp_path: Path) -> None:
    """What it takes real clients install; a part that a maker hands out they fetch there."""
    files = {"packed": "org.test.Packed.flatpak", "loose": "org.test.Loose.flatpak"}
    ref = str(everything.directory / files[what]) if what in files else what
    words: tuple[str | Path, ...] = (tmp_path / "out", ref, "--collection-id", "org.school.apps")
    words += ("--sign-key", upstream_key.fingerprint)
    env = {"GNUPGHOME": str(upstream_key.homedir)}
    if what == RAW:
        words += ("--remote", everything.directory / "unsigned.flatpakrepo")
        assert "--allow-unsigned" in everything.run("publish", *words, check=5, env=env).stderr
        words += ("--allow-unsigned",)
    done = everything.run("publish", *words, check=False, env=env)
    if what in REFUSED:
        assert done.returncode == 2
        assert REFUSED[what] in done.stderr
        return
    assert done.returncode == 0, done.said
    client = Client(tmp_path / "client")
    client.environment["http_proxy"] = everything.proxy
    client.run("remote-add", "--user", "school", tmp_path / "out/apps.flatpakrepo")
    client.install("school", ref.rpartition(":")[2])
    assert ref.rpartition(":")[2] in client.installed()


# ---- serve


def test_serve(everything: Kinds, tmp_path: Path) -> None:
    with serving(everything.drive, home=everything.directory / "home") as served:
        remotes = {each["name"]: each for each in served.serving["remotes"]}
        for name in (NAMED, NAMELESS):
            assert remotes[name]["languages"] == [{"languages": ["de"], "apps": []}]
        asked = [app["ref"] for app in remotes[NAMED]["apps"] if app["from_maker"]]
        assert asked == [EXTRA]
        for origin, reason in (
            ("remote:unsigned", "Nobody vouches"),
            (LOOSE, "Nobody vouches"),
            (REGISTRY, "org.test.Notes"),
        ):
            told = served.told("not-served", lambda event, it=origin: event["origin"] == it)  # type: ignore[misc]
            assert reason in told["reason"]
        page = served.get("")[1].decode()
        assert "only those into: de" in page
        assert "A part of it flatpak fetches from its maker" in page
        assert f"{PART.sha256}/{PART.name}" in page
        assert "org.test.Packed.flatpak" in page
        assert "Loose" not in page
        assert served.get("bundles/org.test.Loose.flatpak")[0] == 404
        said_to = "a computer that is set to another language as well gets none of them"
        assert said_to in page.replace("A computer", "a computer")
        for codes, got in ((("de",), True), (("de", "fr"), False)):
            client = Client(tmp_path / f"client-{got}")
            client.languages(*codes)
            client.run("remote-add", "--user", NAMED, f"{served.base}{NAMED}.flatpakrepo")
            client.install(NAMED, "org.test.Hello")
            assert (LOCALE in client.installed()) is got


def test_serve_what_nobody_vouches_for(everything: Kinds) -> None:
    home = everything.directory / "home"
    with serving(everything.drive, "--allow-unsigned", home=home) as served:
        assert {each["name"] for each in served.serving["remotes"] if each["unsigned"]} == {
            "unsigned"
        }
        page = served.get("")[1].decode()
        assert "Nobody vouches for this app" in page
        assert served.get("bundles/org.test.Loose.flatpak")[0] == 200


def test_serve_goes_by_no_drives_word(kinds: Kinds) -> None:
    """The record says of a file that somebody has signed it."""
    numbers = [n for n, each in enumerate(kinds.record["bundles"]) if each["ref"] == LOOSE]
    kinds.edit_record("bundles", numbers[0], "source", to=NAMED)
    with serving(kinds.drive, home=kinds.directory / "home") as served:
        assert served.get("bundles/org.test.Loose.flatpak")[0] == 404


# ---- watch


def watched(kinds: Kinds, root: Path) -> Event:
    """What becomes of a drive that is plugged in."""
    places = environment(kinds.directory / "home")
    user, system = Path(places["FLATPAK_USER_DIR"]), Path(places["FLATPAK_SYSTEM_DIR"])
    flatpak = FlatpakDirectories(user=user, system=system, configs=(), keyrings=kinds.directory)
    events: list[Event] = []
    runtime = kinds.directory / "runtime"
    with Registrar(place_for(Scope.USER, flatpak, runtime), events.append, again=0.01) as registrar:
        registrar.see([drive(root)])
        while not any(isinstance(each, Finished) for each in events):
            assert select.select([registrar], [], [], GUARD)[0], events
            registrar.read()
    return next(each for each in events if isinstance(each, Registered | Refused))


def test_watch(kinds: Kinds) -> None:
    """flatpak finds one whole: of no source without a collection ID, no file, no image."""
    client_knows(kinds)
    told = watched(kinds, kinds.drive)
    assert isinstance(told, Registered), told
    assert (told.judged.apps, told.judged.others) == (1, 6)


def test_watch_a_drive_of_which_flatpak_finds_nothing(
    everything: Kinds, kinds: Kinds, tmp_path: Path
) -> None:
    client_knows(kinds)
    for what in (f"{REGISTRY}:org.test.Notes", everything.directory / "org.test.Packed.flatpak"):
        root = tmp_path / f"only-{'image' if isinstance(what, str) else 'file'}"
        root.mkdir()
        kinds.run("make", root, what, "--yes")
        told = watched(kinds, root)
        assert isinstance(told, Refused)
        assert told.judged.obstacle is Obstacle.NOT_SIDELOADED
        assert (told.judged.apps, told.judged.others) == (0, 1)


def client_knows(kinds: Kinds) -> None:
    """The source with a collection ID."""
    file = kinds.directory / f"{NAMED}.flatpakrepo"
    command: list[str | Path] = ["flatpak", "remote-add", "--user", NAMED, file]
    subprocess.run(command, env=environment(kinds.directory / "home"), check=True)


# ---- All of them


def test_one_app_of_two_sources(
    everything: Kinds, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """The real flatpak refuses the second; what install.sh leaves is what all say is left."""
    found = everything.run("verify", everything.drive, "--json", check=False).json["findings"]
    (several,) = [each for each in found if each["code"] == "several-sources"]
    assert (several["subject"], several["severity"]) == (HELLO, "warning")
    rehearsed = everything.run("rehearse", everything.drive, HELLO, "--json").json
    assert [len(way["apps"]) for way in rehearsed["ways"]] == [1, 1]
    another = everything.run("rehearse", everything.drive, "org.test.Quiet", "--json").json
    assert "several sources" not in " ".join(another["notices"])
    page = (everything.kit / "START-HERE.html").read_text()
    for said in (several["message"], rehearsed["notices"][0], page):
        assert f"that of Source {NAMED}, " in said
        assert f"not that of Source {NAMELESS}, " in said
    looked = everything.run("inspect", everything.drive, "--json").json
    assert [each["ref"] for each in looked["several_sources"]] == [HELLO]
    assert several["message"] in " ".join(everything.run("inspect", everything.drive).said.split())
    receiving = Computer(tmp_path / "receiving")
    key = ("--trust-key", upstream_key.fingerprint)
    for words in ((*key, "org.test.Hello"), ("org.test.Hello",)):
        done = receiving.receive(everything.drive, *words, "--yes", check=False)
        said = " ".join(done.said.split())
        assert (f"not that of Source {NAMELESS}, " in said) == (key[0] in words)
    computer = Computer(tmp_path / "computer")
    said = run(computer, everything.drive, "org.test.Hello")
    assert f"that of Source {NAMED}, " in said
    assert f"{HELLO.partition('/')[2]}\t{NAMED}" in computer.flatpak("list", "--columns=ref,origin")
    drive = tmp_path / "drive"
    drive.mkdir()
    everything.run("make", drive, f"{NAMED}:{HELLO}", "--yes")
    planned = everything.run("plan", drive, f"{NAMELESS}:{HELLO}")
    assert "several sources" in " ".join(planned.said.split())
    single = tmp_path / "single"
    single.mkdir()
    everything.run("make", single, f"{NAMELESS}:{HELLO}", "--yes")
    other = Computer(tmp_path / "other")
    run(other, single)
    said = run(other, everything.drive, "org.test.Hello")
    assert "Already there from another source" in said
    assert "several sources" not in said
    # Nor does what only the drive's would need come: flatpak brings nothing for what it leaves.
    platform = f"runtime/{PLATFORM}/{ARCH}/1"
    assert platform not in other.installed()
    other.receive(everything.drive, *key, "org.test.Hello", "--yes", check=False)
    assert platform not in other.installed()
    # With what needs it it does.
    run(other, everything.drive, "org.test.Hello", "org.test.Extra")
    assert platform in other.installed()
    files = tmp_path / "files"
    files.mkdir()
    everything.run(
        "make", files, everything.directory / "org.test.Packed.flatpak", "--no-runtime", "--yes"
    )
    planned = everything.run("plan", files, f"{NAMED}:{PACKED}")
    assert "comes from its source now" in planned.said
    assert "several sources" not in " ".join(planned.said.split())


def test_one_app_of_a_source_and_as_a_file(
    everything: Kinds, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """Of two drives that are given together."""
    drive = tmp_path / "drive"
    drive.mkdir()
    everything.run("make", drive, f"{NAMED}:{PACKED}", "--yes")
    computer = Computer(tmp_path / "computer")
    words = ("--trust-key", upstream_key.fingerprint, "--allow-unsigned", "org.test.Packed")
    done = computer.receive(drive, everything.drive, *words, "--yes", check=False)
    said = " ".join(done.said.split())
    assert f"that of Source {NAMED}, " in said
    assert "not that of org.test.Packed.flatpak." in said
    origins = computer.flatpak("list", "--columns=ref,origin")
    assert f"{PACKED.partition('/')[2]}\t{NAMED}" in origins
    again = computer.receive(drive, everything.drive, *words, "--yes")
    assert "several sources" not in again.said


def test_one_app_of_a_source_and_of_a_registry(
    everything: Kinds, upstream_key: SigningKey, tmp_path: Path
) -> None:
    other, drive = Upstream(tmp_path / "other", upstream_key, "org.test.Other"), tmp_path / "drive"
    other.add_runtime()
    other.add_app("org.test.Notes")
    other.update()
    remote = tmp_path / "other.flatpakrepo"
    remote.write_text(other.flatpakrepo(other.path.as_uri()))
    drive.mkdir()
    for before, words in (
        ("", ("org.test.Notes", "--remote", remote)),
        ("several sources", (f"{REGISTRY}:org.test.Notes",)),
    ):
        planned = " ".join(everything.run("plan", drive, *words).said.split())
        assert before in planned
        assert ("several sources" in planned) == bool(before)
        everything.run("make", drive, *words, "--yes")
    checked = everything.run("verify", drive, "--json", check=False).json["findings"]
    assert "several-sources" in {each["code"] for each in checked}


def test_a_runtime_that_nothing_needs_and_nobody_vouches_for(
    everything: Kinds, kinds: Kinds, tmp_path: Path
) -> None:
    """install.sh without words installs all that can be had, and is content."""
    drive = tmp_path / "other"
    drive.mkdir()
    runtime = "runtime/org.raw.Platform//1"
    everything.run("make", drive, f"{NAMED}:{PACKED}", "--yes")
    raw = ("--remote", everything.directory / "unsigned.flatpakrepo", "--allow-unsigned")
    everything.run("make", drive, runtime, *raw, "--yes")
    table = drive / "satchel/contents.tsv"
    full = runtime.replace("//", f"/{ARCH}/")
    table.write_text(table.read_text().replace(f"{full}\tchosen", f"{full}\tneeded"))
    computer = Computer(tmp_path / "computer")
    said = run(computer, drive)
    assert PACKED in computer.installed()
    assert full not in computer.installed()
    assert "Not everything worked" not in said
    run(computer, kinds.drive, "org.test.Raw", expect=1)


@pytest.mark.parametrize("kind", ["file", "image"])
def test_that_a_runtime_does_not_come_is_said_of_every_kind(
    everything: Kinds, tmp_path: Path, kind: str
) -> None:
    """As of an app of a source."""
    app: str | Path = everything.directory / "org.test.Packed.flatpak"
    if kind == "image":
        app = f"{REGISTRY}:org.test.Notes"
    said = everything.run("plan", tmp_path, app, "--no-runtime").said
    assert "is missing: It was left out on purpose" in " ".join(said.split())
