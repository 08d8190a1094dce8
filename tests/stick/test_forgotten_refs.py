"""Refs that have no file any more, as repaired file systems leave them: a list still tells."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import satchel
from tests.stick.changing.changed import NOBODY
from tests.stick.damage import HELLO, METADATA, OTHER, Stick, verify
from tests.stick.makers import make
from tests.stick.nameless.test_several import TOOL, fill_tool
from tests.stick.test_damage_lists import listed, write_summary
from tests.upstream import COLLECTION, Upstream

TRUST = "--trust-drive-keys"


def _record(stick: Stick) -> Any:
    return json.loads((stick.satchel / "stick.json").read_text())


def _ref(stick: Stick) -> None:
    stick.ref(HELLO).unlink()


def _ref_and_summary(stick: Stick) -> None:
    stick.ref(HELLO).unlink()
    stick.summary.unlink()


def _ref_and_content_of_summary(stick: Stick) -> None:
    stick.ref(HELLO).unlink()
    stick.summary.write_bytes(b"")


def _ref_and_record(stick: Stick) -> None:
    stick.ref(HELLO).unlink()
    (stick.satchel / "stick.json").unlink()


def _apps_and_summary(stick: Stick) -> None:
    shutil.rmtree(stick.ref(HELLO).parents[2])
    stick.summary.unlink()


def _refs(stick: Stick) -> None:
    shutil.rmtree(stick.repo / "refs")


def _refs_and_summary(stick: Stick) -> None:
    """What describes a collection stands in no record."""
    _refs(stick)
    stick.summary.unlink()


def _all_but_upstreams_list(stick: Stick) -> None:
    """As a power cut empties what had just been given its name."""
    for name in stick.refs():
        stick.ref(name).write_bytes(b"")
    stick.summary.write_bytes(b"")
    (stick.satchel / "stick.json").write_bytes(b"")


def _all_lists(stick: Stick) -> None:
    _all_but_upstreams_list(stick)
    shutil.rmtree(stick.repo / "refs")
    shutil.rmtree(stick.satchel)


LOSSES = (
    *(_ref, _ref_and_summary, _ref_and_content_of_summary, _ref_and_record),
    *(_apps_and_summary, _refs, _refs_and_summary, _all_but_upstreams_list),
)


@pytest.mark.parametrize("lose", LOSSES)
def test_a_repair_brings_them_back_without_upstream(
    lose: Callable[[Stick], None],
    stick: Stick,
    stranger: Path,
    upstream: Upstream,
    client: Client,
) -> None:
    before = stick.refs()
    lose(stick)
    satchel("repair", stick.root, TRUST, home=stranger)
    assert stick.refs() == before
    assert verify(stick, stranger) == set()
    client.remote_add("up", NOBODY, upstream.key.public, COLLECTION, check=False)
    client.install("up", "org.test.Hello", sideload=stick.repo)
    assert client.installed()[HELLO] == upstream.refs[HELLO]


def test_they_are_there_after_any_job(stick: Stick, stranger: Path) -> None:
    _ref(stick)
    commit = _record(stick)["refs"][COLLECTION][HELLO]["commit"]
    satchel("remove", stick.root, "org.test.Other", home=stranger)
    assert stick.ref(HELLO).read_text().strip() == commit
    assert not stick.ref(OTHER).exists()
    assert HELLO in _record(stick)["refs"][COLLECTION]


@pytest.mark.parametrize("words", [("repair",), ("remove", "org.test.Other")])
def test_what_only_a_lying_list_has_comes_with_no_job(
    stick: Stick, stranger: Path, words: tuple[str, ...]
) -> None:
    """It names the commit of another app, which is there."""
    refs = listed(stick)
    write_summary(stick, {**refs, "app/org.test.More/x86_64/stable": refs[HELLO]})
    verb, *apps = words
    trust = (TRUST,) if verb == "repair" else ()
    satchel(verb, stick.root, *apps, *trust, home=stranger)
    assert verify(stick, stranger) == set()
    assert "org.test.More" not in (stick.root / "satchel/contents.tsv").read_text()


def test_what_lies_in_the_place_of_another_collection_is_not_meant(
    stick: Stick, stranger: Path
) -> None:
    """The directory has another name; the summary tells what was in it."""
    mirrors = stick.repo / "refs/mirrors"
    (mirrors / COLLECTION).rename(mirrors / "org.test.Renamed")
    satchel("remove", stick.root, "org.test.Other", home=stranger)
    assert stick.ref(HELLO).exists()
    assert not stick.ref(OTHER).exists()
    assert not (mirrors / "org.test.Renamed").exists()
    assert verify(stick, stranger) == set()


def test_what_is_left_is_named_with_what_it_means(stick: Stick, stranger: Path) -> None:
    """Upstream's list, with its key, is lost as well."""
    _refs_and_summary(stick)
    shutil.rmtree(stick.satchel / "upstream")
    words = ("repair", stick.root, TRUST, "--yes")
    done = satchel(*words, "--json", home=stranger, check=1).finished
    assert {each["code"]: each["means"] for each in done["unhealed"]} == {
        "unvouched": "Nobody can tell whether it is what its publisher made.",
        "upstream-missing": "Computers without internet do not learn from it what its source has.",
    }
    said = " ".join(satchel(*words, home=stranger, check=1).stdout.split())
    assert all(
        f"Could not be healed: {each['code']}. {each['means']}" in said for each in done["unhealed"]
    )


def _and_upstreams_list(lose: Callable[[Stick], None]) -> Callable[[Stick], None]:
    def both(stick: Stick) -> None:
        lose(stick)
        shutil.rmtree(stick.satchel / "upstream")

    both.__name__ = f"{lose.__name__}_and_upstreams_list"
    return both


@pytest.mark.parametrize(
    "lose", [*LOSSES, *map(_and_upstreams_list, (_refs, _refs_and_summary, _ref_and_summary))]
)
def test_what_stays_of_them_is_foreseen(
    lose: Callable[[Stick], None], stick: Stick, stranger: Path
) -> None:
    """As the repair tells it afterwards."""
    lose(stick)
    words = ("repair", stick.root, TRUST, "--json")
    plan = satchel(*words, "--dry-run", home=stranger, check=False)
    done = satchel(*words, "--yes", home=stranger, check=False)
    assert _told(plan.json["unhealed"]) == _told(done.finished["unhealed"])


def _told(unhealed: list[dict[str, Any]]) -> set[tuple[str, ...]]:
    return {tuple(each[key] for key in ("code", "subject", "means", "hint")) for each in unhealed}


@pytest.mark.parametrize(
    "lose", [_ref_and_summary, _refs, _refs_and_summary, _all_but_upstreams_list, _all_lists]
)
def test_what_they_name_is_not_freed(
    lose: Callable[[Stick], None], stick: Stick, stranger: Path
) -> None:
    lose(stick)
    done = satchel("prune", stick.root, "--json", home=stranger).json
    assert done["objects"] == 0


def test_only_what_a_commit_says_of_itself_counts(stick: Stick, stranger: Path) -> None:
    _ref_and_summary(stick)
    record = _record(stick)
    refs = record["refs"][COLLECTION]
    refs[HELLO]["commit"] = refs[OTHER]["commit"]
    (stick.satchel / "stick.json").write_text(json.dumps(record))
    satchel("repair", stick.root, TRUST, home=stranger)
    assert not stick.ref(HELLO).exists()
    assert stick.ref(OTHER).exists()


def test_what_was_being_taken_off_does_not_come_back(stick: Stick, stranger: Path) -> None:
    """The job was stopped, and a repair ends it."""
    _ref(stick)
    leaving = [{"collection": COLLECTION, "ref": HELLO}]
    journal = {"version": 1, "stage": "publishing", "started": 0, "leaving": leaving}
    (stick.satchel / "journal.json").write_text(json.dumps(journal))
    satchel("repair", stick.root, TRUST, home=stranger)
    assert not stick.ref(HELLO).exists()
    assert METADATA in stick.refs()


def test_what_no_job_has_touched_since_the_record_was_lost_is_written_down(
    stick: Stick, stranger: Path, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """Of a source without a collection ID the summary tells nothing."""
    tools = kept_upstream(tmp_path / "tools", upstream_key, fill_tool, "")
    make(tools, stick.root, "org.test.Tool", home=tmp_path / "home", name="tools")
    (stick.satchel / "stick.json").unlink()
    satchel("remove", stick.root, "org.test.Other", home=stranger)
    shutil.rmtree(stick.repo / "refs/remotes")
    assert satchel("prune", stick.root, "--json", home=stranger).json["objects"] == 0
    satchel("repair", stick.root, TRUST, home=stranger)
    assert (stick.repo / f"refs/remotes/tools/{TOOL}").exists()


@pytest.mark.parametrize("verb", ["repair", "remove"])
def test_what_is_of_a_collection_is_not_taken_for_that_of_a_remote(
    stick: Stick, stranger: Path, upstream_key: SigningKey, tmp_path: Path, verb: str
) -> None:
    """Record and lists are lost, and there is only one remote that has no collection ID."""
    tools = kept_upstream(tmp_path / "tools", upstream_key, fill_tool, "")
    make(tools, stick.root, "org.test.Tool", home=tmp_path / "home", name="tools")
    remotes = stick.repo / "refs/remotes/tools"
    before = {path for path in remotes.rglob("*") if path.is_file()}
    shutil.rmtree(stick.satchel)
    words = ("--yes",) if verb == "repair" else ("org.test.Other",)
    satchel(verb, stick.root, *words, home=stranger, check=False)
    assert {path for path in remotes.rglob("*") if path.is_file()} <= before
    assert HELLO in stick.refs()


def _beside_another_collection(stick: Stick) -> None:
    """All is lost but a directory for the lists of a collection that has nothing here."""
    _all_lists(stick)
    (stick.satchel / "upstream/org.other.Collection").mkdir(parents=True)
    shutil.rmtree(stick.root / "satchel")


def test_nothing_is_freed_after_a_repair_that_could_not_tell_whose_it_is(
    stick: Stick, stranger: Path
) -> None:
    before = stick.refs()
    _beside_another_collection(stick)
    satchel("repair", stick.root, home=stranger, check=False)
    assert satchel("prune", stick.root, "--json", home=stranger).json["objects"] == 0
    for name, commit in before.items():
        if not stick.ref(name).exists():
            assert (stick.repo / f"objects/{commit[:2]}/{commit[2:]}.commit").exists(), name
