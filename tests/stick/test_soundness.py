"""A verdict in few words; which apps are damaged; and what a job replaced of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.flatpak.remotes.given import given_remote
from app.flatpak.remotes.known import Known
from app.message import verbatim
from app.ostree.objects import ObjectKind, ObjectName
from app.progress import CancelToken, silent
from app.replacing import replace
from app.severity import Severity
from app.stick.checking.report import CheckReport
from app.stick.checking.soundness import NOT_CHECKED, UNREADABLE, checking, verdict_on
from app.stick.findings import Code, Finding, finding
from app.stick.planning.options import Options
from app.stick.planning.request import PlanRequest, make_plan
from app.stick.store.location import find_stick
from app.stick.store.stick_state import load_stick
from app.stick.writing.job import run_job
from app.stick.writing.outcome import Replaced
from tests.environments import environment_in
from tests.satchel import satchel
from tests.stick.damage import ARCH, HELLO, OTHER, RUNTIME, Stick, flip_middle
from tests.upstream import Upstream

DAMAGE = finding(Code.OBJECT_CORRUPT, "x", verbatim("It is damaged."))
HINT = finding(Code.END_OF_LIFE, "x", verbatim("It is old."))
REMARK = finding(Code.ORPHAN_OBJECTS, "x", verbatim("Something is left."))
STRANGE = finding(Code.UNVOUCHED, "x", verbatim("Whose is it?"))


def report(*findings: Finding, apps: int = 0) -> CheckReport:
    damaged = tuple(f"app/org.test.A{number}/x86_64/stable" for number in range(apps))
    return CheckReport(findings, 1, 10, 1000, 1.0, damaged_apps=damaged)


@pytest.mark.parametrize(
    ("judged", "words", "severity"),
    [
        (report(), "Sound", None),
        (report(REMARK), "Sound", None),
        (report(HINT), "Sound, 1 hint", None),
        (report(HINT, HINT, REMARK), "Sound, 2 hints", None),
        (report(DAMAGE), "Damaged", Severity.ERROR),
        (report(DAMAGE, HINT, apps=1), "1 app damaged", Severity.ERROR),
        (report(DAMAGE, STRANGE, apps=2), "2 apps damaged", Severity.ERROR),
        (report(STRANGE, HINT), "Nobody vouches for it", Severity.WARNING),
        (None, "Not checked yet", None),
    ],
)
def test_a_verdict_in_few_words(
    judged: CheckReport | None, words: str, severity: Severity | None
) -> None:
    verdict = verdict_on(judged)
    assert str(verdict.words) == words
    assert verdict.severity is severity
    assert verdict.good is words.startswith("Sound")


def test_what_else_can_be_said_of_a_check() -> None:
    assert str(checking(0.849).words) == "Checking, 84 %"
    assert str(checking(None).words) == "Checking, 0 %"
    assert str(UNREADABLE.words) == "Cannot be read"
    assert str(NOT_CHECKED.words) == "Not checked yet"


@pytest.mark.parametrize(
    ("replaced", "words"),
    [
        (Replaced(), ""),
        (Replaced(1, 2000, (HELLO,), 1), "1 app repaired: 1 file fetched again (2.0 kB)."),
        (Replaced(3, 2000, (HELLO,), 2), "2 apps repaired: 3 files fetched again (2.0 kB)."),
        (Replaced(3, 2000, ("appstream2/x86_64",)), "Repaired: 3 files fetched again (2.0 kB)."),
    ],
)
def test_what_was_replaced_in_one_sentence(replaced: Replaced, words: str) -> None:
    assert str(replaced.words) == words


def damaged(stick: Stick, home: Path) -> list[str]:
    done = satchel("verify", "--trust-drive-keys", "--json", stick.root, home=home, check=False)
    apps: list[str] = done.json["damaged_apps"]
    return apps


@pytest.mark.slow
def test_damage_of_an_app_is_its_own(stick: Stick, stranger: Path) -> None:
    assert damaged(stick, stranger) == []
    flip_middle(stick.path(own_file(stick, HELLO)))
    assert damaged(stick, stranger) == [HELLO]


@pytest.mark.slow
def test_damage_of_what_two_apps_need_is_of_both(stick: Stick, stranger: Path) -> None:
    flip_middle(stick.path(own_file(stick, RUNTIME)))
    assert damaged(stick, stranger) == [HELLO, OTHER]


@pytest.mark.slow
@pytest.mark.parametrize("missing", [True, False])
def test_writing_again_says_what_was_replaced(
    stick: Stick, upstream: Upstream, tmp_path: Path, missing: bool
) -> None:
    """Also what is damaged where the tree that leads there is as well."""
    paths = [stick.path(own_file(stick, HELLO))]
    size = paths[0].stat().st_size
    if missing:
        paths[0].unlink()
    else:
        paths.append(stick.path(stick.tree(HELLO)[""]))
        size += paths[1].stat().st_size
        for path in paths:
            flip_middle(path)
    remote = tmp_path / "test.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    arguments = ("make", stick.root, "org.test.Hello", "--remote", remote)
    done = satchel(*arguments, "--json", home=tmp_path)
    assert done.finished["ok"]
    assert done.finished["replaced"] == {
        "objects": len(paths),
        "bytes": size,
        "refs": [HELLO],
        "apps": 1,
    }

    again = satchel(*arguments, "--json", home=tmp_path)
    assert again.finished["replaced"]["objects"] == 0


def test_what_apps_of_two_sources_need_is_replaced_once(
    stick: Stick, upstream: Upstream, second: Upstream, tmp_path: Path
) -> None:
    """It neither goes again once it has come, nor counts twice."""
    for name, source in (("one", upstream), ("two", second)):
        file = tmp_path / f"{name}.flatpakrepo"
        file.write_text(source.flatpakrepo(source.path.as_uri()))
        satchel("remotes", "add", file, home=tmp_path)
    arguments = ("make", stick.root, f"one:{HELLO}", f"two:{HELLO}", "--json")
    satchel(*arguments, home=tmp_path)
    trees = (stick.tree(HELLO), stick.tree(HELLO, second.collection))
    of_both = set.intersection(*(set(tree.values()) for tree in trees))
    path = stick.path(min(name for name in of_both if name.kind is ObjectKind.FILE))
    size = path.stat().st_size
    flip_middle(path)
    satchel("cache", "--clear", home=tmp_path)
    told = satchel("repair", stick.root, "--dry-run", "--json", home=tmp_path).json["supplies"]
    assert [(each["objects"], each["bytes"]) for each in told] == [(1, size)]
    replaced = satchel(*arguments, home=tmp_path).finished["replaced"]
    assert replaced == {"objects": 1, "bytes": size, "refs": [HELLO, HELLO], "apps": 1}


@pytest.mark.slow
def test_the_command_says_what_was_replaced(
    stick: Stick, upstream: Upstream, tmp_path: Path
) -> None:
    flip_middle(stick.path(own_file(stick, HELLO)))
    remote = tmp_path / "test.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    said = satchel("make", stick.root, "org.test.Hello", "--remote", remote, home=tmp_path).stdout
    assert "1 app repaired: 1 file fetched again" in said
    assert "Wrote 0 objects" not in said


@pytest.mark.slow
def test_the_check_of_a_job_is_known_to_be_of_what_is_there_then(
    stick: Stick, upstream: Upstream, tmp_path: Path
) -> None:
    environment = environment_in(tmp_path / "computer")
    remote = tmp_path / "test.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    known = Known((given_remote(str(remote), environment.network, CancelToken()),))
    request = PlanRequest(stick.root, ("org.test.Hello",), known.remotes[0], None, Options(ARCH))
    plan = make_plan(request, environment, known, silent, CancelToken())
    check = run_job(plan, environment, known, silent, CancelToken()).check
    assert check is not None
    assert check.finished
    assert check.stamp == load_stick(find_stick(stick.root)).stamp

    other = Stick(shutil.copytree(stick.root, tmp_path / "other", symlinks=True))
    assert load_stick(find_stick(other.root)).stamp != check.stamp
    again = run_job(
        make_plan(request, environment, known, silent, CancelToken()),
        replace(environment, clock=lambda: check.finished + 10.0),
        known,
        silent,
        CancelToken(),
    ).check
    assert again is not None
    assert again.stamp != check.stamp


def own_file(stick: Stick, ref: str) -> ObjectName:
    """The largest file that only this ref has."""
    others = {
        name for each in {HELLO, OTHER, RUNTIME} - {ref} for name in stick.tree(each).values()
    }
    own = [
        name
        for name in stick.tree(ref).values()
        if name.kind is ObjectKind.FILE and name not in others
    ]
    return max(own, key=lambda name: stick.path(name).stat().st_size)
