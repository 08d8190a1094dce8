"""Every damage that the tests of the check know, mended.

Whatever a test here below ``tests/stick`` shows to `tests.stick.damage.verify` is shown to each
verb as well, as it was then; so a new damage is among it as soon as the check has a test of it.
Drives with more than one collection on them, and sources of every kind: ``tests/stick/kinds``.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from tests.satchel import Done, satchel
from tests.stick import (
    damage,
    test_damage,
    test_damage_around,
    test_damage_bytes,
    test_damage_config,
    test_damage_forms,
    test_damage_lists,
    test_damage_objects,
    test_damage_refs,
    test_damage_signatures,
    test_foreign,
    test_forged_lists,
    test_kit_verify,
    test_links,
    test_modes,
)
from tests.stick.damage import HELLO, OTHER, Codes, Stick
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow

MODULES = (
    test_damage,
    test_damage_around,
    test_damage_bytes,
    test_damage_config,
    test_damage_forms,
    test_damage_lists,
    test_damage_objects,
    test_damage_refs,
    test_damage_signatures,
    test_foreign,
    test_forged_lists,
    test_kit_verify,
    test_links,
    test_modes,
)
TRUST = "--trust-drive-keys"
VERBS = ("repair", "make", "update", "remove")
GATE = (
    "test_many_damages_are_all_found",
    "test_ref_names_a_missing_commit",
    "test_own_refs_are_checked_as_well",
)
"""With ``repair`` only."""

NO_DAMAGE = {
    *("upstream-newer", "orphan-objects", "foreign-content", "end-of-life", "extra-data-missing"),
    *("key-expired", "key-expires-soon", "language-missing", "related-missing", "unknown-key"),
    "several-sources",
}
"""What upstream cannot mend, or somebody's that is in nobody's way."""

NOT_NEEDED = {"extra-data-corrupt", "kit-altered", "not-readable"}
"""Errors about what no app needs, and only a repair looks after."""

IN_NOBODYS_WAY = {
    "test_what_does_not_belong_on_a_drive_is_told",
    "test_findings_about_nodes_are_bounded",
}
"""Tests of links where nothing of a stick's own would be: only a repair moves them."""

NOT_OURS = {
    "test_config_is_damaged",
    "test_clients_refuse_it",
    "test_more_places_than_anybody_has",
    "test_there_is_no_repository",
    "test_a_link_in_place_of_a_directory",
    "test_a_byte_of_any_other_file",
}
"""Tests of what may also be a repository of another kind, or none at all: that is refused."""

OLDER = {"test_flatpak_added_to_it", "test_copy_is_newer_or_older_than_the_refs"}
"""Tests of sticks with what may be newer than the upstream that a verb is given: it is refused
then."""

EXPIRED = {"test_key_expires"}
"""Tests of sticks whose copy of the key says that its owner let it end: upstream is refused."""

AWAY = ".ostree/repos.d/90-away"
"""Another repository of somebody's, which a repair alone takes away."""

OSTREES_OWN = "refs/heads/ostree-metadata"
"""What ``ostree summary`` writes beside the drive's own, and a repair alone moves."""

OTHERS = {
    "test_made_by_flatpak",
    "test_made_by_ostree_for_its_collection",
    "test_flatpak_finds_the_apps_of_a_repositorys_own_collection",
}
"""Tests of sticks of which not all that the verbs name is there."""


def _case(test: FunctionType) -> FunctionType:
    """The same test under marks of its own; its module stays what it looks names up in."""
    case = FunctionType(test.__code__, test.__globals__, test.__name__, test.__defaults__)
    case.__kwdefaults__ = test.__kwdefaults__
    case.__dict__.update(test.__dict__)
    case.__module__ = test.__module__
    case.__annotations__ = test.__annotations__
    if test.__name__ not in GATE:
        marked: FunctionType = pytest.mark.thorough(case)
        return marked
    return case


def _cases() -> Iterator[tuple[str, object]]:
    """The tests of the modules by names of their own, and their fixtures."""
    for module in MODULES:
        label = module.__name__.rpartition(".")[2].removeprefix("test_")
        for name, value in vars(module).items():
            if name.startswith("test_") and isinstance(value, FunctionType):
                yield f"{name}_{label}", _case(value)
            elif type(value).__name__ == "FixtureFunctionDefinition":
                yield name, value


globals().update(_cases())


@pytest.fixture(
    params=[
        pytest.param(verb, marks=() if verb == "repair" else pytest.mark.thorough) for verb in VERBS
    ]
)
def verb(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(autouse=True)
def shown_to_the_verb(
    verb: str,
    request: pytest.FixtureRequest,
    directory: Path,
    upstream: Upstream,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the check is shown is copied and mended by somebody who has seen nothing before."""
    test = request.function.__name__
    place = tmp_path_factory.mktemp("mended")
    others = [request.getfixturevalue("second")] if "warned" in request.fixturenames else []
    seen: set[frozenset[tuple[str, str]]] = set()
    real: Callable[..., Codes] = damage.verify

    def verify(stick: Stick, home: Path, *options: Any, **more: Any) -> Codes:
        codes = real(stick, home, *options, **more)
        if codes and frozenset(codes) not in seen:
            seen.add(frozenset(codes))
            mending = Mending(place / str(len(seen)), directory, [upstream, *others], test)
            mending.mend(verb, stick, codes)
        return codes

    monkeypatch.setattr(request.function.__module__ + ".verify", verify)


class Mending:
    def __init__(
        self, place: Path, directory: Path, upstreams: Sequence[Upstream], test: str
    ) -> None:
        self.home = place / "home"
        self.home.mkdir(parents=True)
        self.copy = Stick(place / "drive")
        self.directory = directory
        self.later = directory / "upstream-later/repo"
        self.upstreams = upstreams
        self.test = test

    def mend(self, verb: str, stick: Stick, codes: Codes) -> None:
        # Pipes, links and files of 5 GB that take no room stay what they are.
        subprocess.run(["cp", "-a", stick.root, self.copy.root], check=True)
        try:
            done = getattr(self, verb)()
            if self.test in NOT_OURS and done.returncode in (1, 2, 6):
                assert "repo-invalid" in {code for code, _ in codes}
            elif self.test in OLDER | EXPIRED and verb != "remove":
                assert done.returncode in (0, 1, 5)
            elif done.returncode == 7:
                # Of several sources one is known here.
                assert done.finished["unasked"] == ["org.test.Second"], done.said[-3000:]
            elif done.returncode:
                raise AssertionError(done.said[-3000:])
        except AssertionError:
            if not stick.root.is_relative_to(self.directory):
                # Both may be deeper than Python can remove. Not what other tests have as well.
                subprocess.run(["rm", "-rf", stick.repo / "refs"], check=True)
            raise
        finally:
            subprocess.run(["rm", "-rf", self.copy.root], check=True)

    def remote(self, upstream: Upstream) -> Path:
        """As it was when the drive was made, or later: one that is older would be refused."""
        file = self.copy.root.with_name("test.flatpakrepo")
        at = upstream.path
        if upstream is self.upstreams[0] and self.later.is_dir() and self._is_of(self.later):
            at = self.later
        file.write_text(upstream.flatpakrepo(at.as_uri()))
        return file

    @property
    def source(self) -> Path:
        """The remote that the drive is of."""
        its = (each for each in self.upstreams if self._is_of(each.path))
        return self.remote(next(its, self.upstreams[0]))

    def _is_of(self, upstream: Path) -> bool:
        ref = upstream / "refs/heads" / HELLO
        commit = ref.read_text().strip() if ref.is_file() else "none"
        there = self.copy.repo / "objects" / commit[:2] / f"{commit[2:]}.commit"
        return there.exists()

    def repair(self) -> Done:
        words = ("repair", self.copy.root, TRUST, "--remote", self.source, "--json")
        plan = satchel(*words, "--dry-run", home=self.home, check=False)
        done = satchel(*words, home=self.home, check=False)
        if done.returncode not in (0, 1):
            assert plan.returncode == done.returncode
            return done
        assert plan.returncode == 0
        report = done.finished["verify"]
        left = {each["code"] for each in report["findings"]}
        may_stay = {"repo-invalid"} if self.test in NOT_OURS else set()
        may_stay |= {"upstream-older"} if self.test in OLDER else set()
        assert left <= NO_DAMAGE | may_stay, (left, done.said[-2500:])
        # What was said beforehand is what came of it.
        assert bool(plan.json["unhealed"]) == (done.returncode != 0), plan.json["unhealed"]
        return done

    def make(self) -> Done:
        remote = self.remote(self.upstreams[0])
        done = self._finished("make", "org.test.Other", "--remote", remote)
        refs = self.copy.root.glob(f"*/repo/refs/mirrors/{COLLECTION}/{OTHER}")
        assert done.returncode or any(map(Path.is_file, refs))
        return done

    def update(self) -> Done:
        return self._finished("update", "--remote", self.source)

    def _finished(self, verb: str, *arguments: str | Path) -> Done:
        """What was none of its business is told by its check."""
        done = self._run(verb, *arguments)
        if done.returncode == 1:
            findings = done.finished["verify"]["findings"]
            left = {
                each["code"]
                for each in findings
                if each["severity"] == "error"
                and each["subject"] not in ("mine", damage.NOBODY, AWAY, OSTREES_OWN)
            }
            strange = {"link-outside"} if self.test in IN_NOBODYS_WAY else set()
            invalid = {"repo-invalid"} if self.test in NOT_OURS else set()
            assert left <= NOT_NEEDED | strange | invalid, left
            done.returncode = 0
        return done

    def remove(self) -> Done:
        """Without any upstream: the check at the end may find what was there before."""
        ref = self.copy.ref(OTHER)
        # What names no commit, or is elsewhere, is not there for anybody.
        there = self.test not in OTHERS and ref.is_file() and ref.stat().st_size > 64
        there = there and ref.resolve().is_relative_to(self.copy.root)
        if not there:
            return Done([], 0, "", "")
        done = self._run("remove", OTHER)
        if done.returncode in (0, 1):
            assert not self.copy.ref(OTHER).exists()
            done.returncode = 0
        return done

    def _run(self, verb: str, *arguments: str | Path) -> Done:
        return satchel(
            verb, self.copy.root, *arguments, "--json", "--yes", home=self.home, check=False
        )
