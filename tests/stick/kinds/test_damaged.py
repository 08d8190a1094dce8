"""Whatever becomes of what a drive carries: a check names it, a repair mends it.

Nothing else is stopped by it. All kinds at once, each in the same way; what nobody can bring back
is what came as a file, and what comes from a source that nobody knows.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from app.flatpak.registries.image import digest_of
from tests.stick.damage import CHANGES, delete, into_pipe
from tests.stick.installer.running import run
from tests.stick.kinds.drive import (
    BUNDLES,
    EXTRA,
    HELLO,
    LOCALE,
    LOOSE,
    NAMELESS,
    PACKED,
    QUIET,
    RAW,
    UNSIGNED,
    Kinds,
)
from tests.stick.receiving.computers import Computer
from tests.upstream import COLLECTION

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


def huge(path: Path) -> None:
    os.truncate(path, 1 << 40)


WAYS: dict[str, Callable[[Path], object]] = {**CHANGES, "gone": delete, "huge": huge}

FILES: dict[str, Callable[[Kinds], Path]] = {
    "list": lambda kinds: kinds.lists / "summary.idx",
    "signature": lambda kinds: kinds.lists / "summary.idx.sig",
    "part of the list": lambda kinds: next((kinds.lists / "summaries").iterdir()),
    "source": lambda kinds: kinds.lists / f"{NAMELESS}.flatpakrepo",
    "source for people": lambda kinds: kinds.kit / f"{NAMELESS}.flatpakrepo",
    "ref": lambda kinds: kinds.repo / "refs/remotes" / NAMELESS / QUIET,
    "payload": lambda kinds: kinds.payload,
    "layer": lambda kinds: kinds.layer,
    "manifest": lambda kinds: kinds.manifest,
    "list of images": lambda kinds: kinds.kit / "oci/index.json",
    "layout": lambda kinds: kinds.kit / "oci/oci-layout",
    "app as a file": lambda kinds: kinds.kit / "bundles/org.test.Packed.flatpak",
}

SAME = {("source", "cut"), ("source for people", "cut"), ("ref", "cut")}
"""What says the same afterwards."""


@pytest.mark.parametrize("what", FILES)
@pytest.mark.parametrize("way", WAYS)
def test_each_is_named(kinds: Kinds, way: str, what: str) -> None:
    WAYS[way](FILES[what](kinds))
    assert bool(kinds.errors()) == ((what, way) not in SAME)


@pytest.mark.parametrize("way", WAYS)
def test_all_are_mended(kinds: Kinds, way: str) -> None:
    for path in [find(kinds) for find in FILES.values()]:
        WAYS[way](path)
    words = (kinds.drive, "--allow-unsigned", "--json")
    foreseen = kinds.run("repair", *words, "--dry-run").json
    assert {each["subject"] for each in foreseen["unhealed"]} <= {PACKED, *_file(PACKED)}
    kinds.run("repair", *words, "--yes", check=False)
    assert {subject for _, subject in kinds.errors()} <= {PACKED}


def _file(ref: str) -> set[str]:
    return {f"satchel/bundles/{name}" for name, of in BUNDLES if of == ref}


@pytest.mark.parametrize("verb", ["make", "update", "remove"])
@pytest.mark.parametrize("way", WAYS)
def test_nothing_else_is_stopped(kinds: Kinds, way: str, verb: str) -> None:
    """It does what it is asked for, and its check tells the rest."""
    for path in [find(kinds) for find in FILES.values()]:
        WAYS[way](path)
    words = {
        "make": ("named:org.test.Packed", "--allow-unsigned"),
        "update": ("--allow-unsigned",),
        "remove": (EXTRA,),
    }[verb]
    done = kinds.run(verb, kinds.drive, *words, "--yes", check=False)
    assert done.returncode in (0, 1), done.said
    assert kinds.ref(HELLO).exists()
    assert kinds.ref(PACKED).exists() == (verb == "make")
    assert kinds.ref(EXTRA).exists() == (verb != "remove")


# ---- Lies


def objects_below(kinds: Kinds, ref: str, path: str) -> str:
    commit = kinds.ref(ref).read_text().strip()
    command = ["ostree", "ls", "-dC", f"--repo={kinds.repo}", commit, path]
    tree = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[4]
    (kinds.repo / "objects" / tree[:2] / f"{tree[2:]}.dirtree").unlink()
    return commit


def app_in_part(kinds: Kinds) -> None:
    commit = objects_below(kinds, HELLO, "/files/share")
    (kinds.repo / "state" / f"{commit}.commitpartial").touch()
    kinds.edit_record("refs", COLLECTION, HELLO, "languages", to=[])


def app_in_part_by_a_job(kinds: Kinds) -> None:
    commit = objects_below(kinds, HELLO, "/files/share")
    (kinds.repo / "state" / f"{commit}.commitpartial").touch()
    journal = {"version": 1, "stage": "checking", "started": 1, "languages": {commit: []}}
    (kinds.satchel / "journal.json").write_text(json.dumps(journal))


def language_that_is_lost(kinds: Kinds) -> None:
    objects_below(kinds, LOCALE, "/files/de")


def edit_sources(kinds: Kinds, change: Callable[[str], str]) -> None:
    for path in (kinds.lists, kinds.kit):
        file = path / f"{NAMELESS}.flatpakrepo"
        file.write_text(change(file.read_text()))


def without_key(text: str) -> str:
    lines = [line for line in text.splitlines() if not line.startswith("GPGKey")]
    return "\n".join([*lines, ""])


def unsigned_now(kinds: Kinds) -> None:
    edit_sources(kinds, without_key)
    kinds.edit_record("collections", f"remote:{NAMELESS}", "unsigned", to=True)


def signatures_gone(kinds: Kinds) -> None:
    for path in (kinds.repo / "refs/remotes" / NAMELESS).rglob("*"):
        if path.is_file():
            commit = path.read_text().strip()
            (kinds.repo / f"objects/{commit[:2]}/{commit[2:]}.commitmeta").unlink(missing_ok=True)


def images_exchanged(kinds: Kinds) -> None:
    index = kinds.index
    first, second = index["manifests"][:2]
    for key in ("digest", "size"):
        first[key], second[key] = second[key], first[key]
    kinds.edit_index(index)


def image_hidden(kinds: Kinds) -> None:
    index = kinds.index
    entry = index["manifests"][0]
    manifest = json.loads(kinds.blob(entry["digest"]).read_bytes())
    manifest["annotations"] = {"made": "by somebody else"}
    data = json.dumps(manifest).encode()
    kinds.blob(digest_of(data)).write_bytes(data)
    hidden = {"mediaType": entry["mediaType"], "digest": digest_of(data), "size": len(data)}
    kinds.edit_index({**index, "manifests": [hidden, *index["manifests"]]})


def payload_of_another(kinds: Kinds) -> None:
    place = kinds.payload.parent.with_name("1" * 64)
    place.mkdir()
    kinds.payload.rename(place / kinds.payload.name)
    kinds.edit_record("payloads", to=[f"{place.name}/{kinds.payload.name}"])


def lists_of_another(kinds: Kinds) -> None:
    shutil.rmtree(kinds.lists)
    shutil.copytree(kinds.satchel / "remotes" / UNSIGNED, kinds.lists)
    (kinds.lists / f"{UNSIGNED}.flatpakrepo").rename(kinds.lists / f"{NAMELESS}.flatpakrepo")


def collection_among_remotes(kinds: Kinds) -> None:
    shutil.copytree(kinds.satchel / "upstream" / COLLECTION, kinds.satchel / "remotes" / COLLECTION)
    shutil.copytree(
        kinds.repo / "refs/mirrors" / COLLECTION, kinds.repo / "refs/remotes" / COLLECTION
    )


LIES: dict[str, Callable[[Kinds], object]] = {
    "an app in part": app_in_part,
    "an app in part by a job": app_in_part_by_a_job,
    "a language that is lost": language_that_is_lost,
    "a subset": lambda kinds: edit_sources(kinds, lambda text: f"{text}Subset=floss\n"),
    "a collection": lambda kinds: edit_sources(
        kinds, lambda text: f"{text}DeployCollectionID=org.x.Y\n"
    ),
    "no key": lambda kinds: edit_sources(kinds, without_key),
    "unsigned": unsigned_now,
    "no signatures": signatures_gone,
    "two sources": lambda kinds: shutil.copy(
        kinds.lists / f"{NAMELESS}.flatpakrepo", kinds.lists / "a.flatpakrepo"
    ),
    "lists of another": lists_of_another,
    "lists of before": lambda kinds: kinds.lists.rename(f"{kinds.lists}.old"),
    "no lists": lambda kinds: shutil.rmtree(kinds.satchel / "remotes" / NAMELESS),
    "a collection among remotes": collection_among_remotes,
    "exchanged images": images_exchanged,
    "a hidden image": image_hidden,
    "a payload of another": payload_of_another,
    "no record": lambda kinds: (kinds.satchel / "stick.json").unlink(),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie(kinds: Kinds, lie: str) -> None:
    """It is an error, and a repair that can ask everybody leaves none."""
    images = kinds.index["manifests"]
    LIES[lie](kinds)
    assert kinds.errors()
    for verb in ("inspect", "diff", "plan"):
        more = (kinds.drive,) if verb == "diff" else ("named:org.test.Packed",)[: verb == "plan"]
        kinds.run(verb, kinds.drive, *more, "--json")
    kinds.run("repair", kinds.drive, "--allow-unsigned", "--yes", "--json")
    assert kinds.errors() == set()
    assert kinds.index["manifests"] == images


def test_it_is_sound_but_for_whom_nobody_vouches(kinds: Kinds) -> None:
    assert kinds.errors() == set()


def test_lists_that_are_to_come_are_those(kinds: Kinds) -> None:
    """As a job leaves them that was stopped while it exchanged them."""
    kinds.lists.rename(f"{kinds.lists}.new")
    assert kinds.errors() == set()


def test_install_sh_waits_for_nobody(kinds: Kinds, tmp_path: Path) -> None:
    """What lies there as a pipe would keep it waiting for ever."""
    computer = Computer(tmp_path / "computer")
    for what in ("list", "payload", "app as a file", "list of images"):
        into_pipe(FILES[what](kinds))
    said = run(computer, kinds.drive, "--allow-unsigned", expect=1)
    installed = set(computer.installed())
    assert installed >= {HELLO, QUIET, RAW, LOOSE}
    assert not installed & {EXTRA, PACKED}
    assert "NOT installed" in said
    into_pipe(kinds.kit / "contents.tsv")
    assert "contents.tsv" in run(computer, kinds.drive, expect=1)
