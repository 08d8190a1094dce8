"""Sticks that are forged or damaged: none of that is ever installed, the sound apps are.

Flatpak itself would install each of these from the stick without a word
(`tests.stick.test_unnoticed`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.formats.gvariant import Variant, serialise
from app.ostree.objects import DETACHED_TYPE
from tests.gpg import SigningKey
from tests.stick.damage import (
    HELLO,
    OTHER,
    RUNTIME,
    Stick,
    copy_stick,
    flip_middle,
    other_key_file,
)
from tests.stick.forge import filez
from tests.stick.receiving.changing_drive import changing_drive
from tests.stick.receiving.computers import SYSTEM, USER, Computer
from tests.stick.recommit import metadata_of, recommit
from tests.stick.test_damage_signatures import with_expiry
from tests.upstream import Upstream

pytestmark = pytest.mark.slow

BIG = "files/share/big"


def _evil(root: Path) -> None:
    (root / BIG).write_text("not what upstream made\n")


def unsigned_commit(stick: Stick, attacker: SigningKey) -> None:
    recommit(stick, HELLO, attacker, metadata_of(stick, HELLO), change=_evil)
    stick.signatures(HELLO).unlink()


def commit_by_another_key(stick: Stick, attacker: SigningKey) -> None:
    recommit(stick, HELLO, attacker, metadata_of(stick, HELLO), change=_evil)


def exchanged_content(stick: Stick, _attacker: SigningKey) -> None:
    """Under a right signature; well-formed, but another file's."""
    _, data = filez(b"not what upstream made\n")
    stick.path(stick.tree(HELLO)[f"/{BIG}"]).write_bytes(data)


def damaged_content(stick: Stick, _attacker: SigningKey) -> None:
    flip_middle(stick.path(stick.tree(HELLO)[f"/{BIG}"]))


def missing_content(stick: Stick, _attacker: SigningKey) -> None:
    stick.path(stick.tree(HELLO)[f"/{BIG}"]).unlink()


def another_apps_commit(stick: Stick, _attacker: SigningKey) -> None:
    stick.ref(HELLO).write_text(stick.commit(OTHER))
    stick.update_summary()


@dataclass(frozen=True)
class Forgery:
    """``status``: what the command ends with; ``says``: a part of the reason."""

    make: Callable[[Stick, SigningKey], None]
    status: int
    says: str


FORGERIES = {
    forgery.make.__name__: forgery
    for forgery in (
        Forgery(unsigned_commit, 5, "its signature is missing"),
        Forgery(commit_by_another_key, 5, "It is signed by another key than the one that this"),
        Forgery(exchanged_content, 6, "It is damaged on the drive"),
        Forgery(damaged_content, 6, "It is damaged on the drive"),
        Forgery(missing_content, 6, "It is damaged on the drive"),
        Forgery(another_apps_commit, 5, "is for app/org.test.Other"),
    )
}
IN_GATE = {("commit_by_another_key", SYSTEM), ("exchanged_content", USER)}


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        pytest.param(name, scope, marks=() if (name, scope) in IN_GATE else pytest.mark.thorough)
        for name in FORGERIES
        for scope in (USER, SYSTEM)
    ],
)
def test_a_forged_app_is_not_installed_the_others_are(
    stick: Stick,
    upstream: Upstream,
    upstream_key: SigningKey,
    attacker: SigningKey,
    tmp_path: Path,
    name: str,
    scope: str,
) -> None:
    forgery = FORGERIES[name]
    forgery.make(stick, attacker)
    computer = Computer(tmp_path / "computer", scope)
    computer.knows(upstream_key)
    finished = computer.receive(stick.root, "--json", check=forgery.status).finished
    told = {each["ref"]: each for each in finished["refs"]}
    assert (told[HELLO]["result"], told[OTHER]["result"]) == ("missing", "installed")
    assert forgery.says in told[HELLO]["refusal"]["reason"]
    installed = computer.installed()
    assert HELLO not in installed
    assert (installed[OTHER], installed[RUNTIME]) == (upstream.refs[OTHER], upstream.refs[RUNTIME])
    assert computer.untouched()


@pytest.mark.thorough
@pytest.mark.parametrize("name", FORGERIES)
def test_what_is_installed_already_stays(
    good: Path,
    newer: Path,
    tmp_path: Path,
    computer: Computer,
    attacker: SigningKey,
    name: str,
) -> None:
    computer.receive(good)
    before, files = computer.installed(), computer.files(HELLO)
    stick = copy_stick(newer, tmp_path / "forged")
    FORGERIES[name].make(stick, attacker)
    computer.receive(stick.root, check=FORGERIES[name].status)
    assert computer.installed() == before
    assert computer.files(HELLO) == files


@pytest.mark.thorough
def test_a_good_stick_makes_up_for_a_forged_one(
    stick: Stick, good: Path, upstream: Upstream, computer: Computer, attacker: SigningKey
) -> None:
    commit_by_another_key(stick, attacker)
    done = computer.receive(stick.root, good)
    assert computer.installed()[HELLO] == upstream.refs[HELLO]
    assert "NOT" not in done.stdout


@pytest.mark.thorough
def test_a_good_stick_makes_up_for_a_damaged_one(
    stick: Stick, good: Path, upstream: Upstream, computer: Computer, attacker: SigningKey
) -> None:
    damaged_content(stick, attacker)
    computer.receive(stick.root, good)
    assert computer.installed()[HELLO] == upstream.refs[HELLO]


@pytest.mark.parametrize("scope", [USER, pytest.param(SYSTEM, marks=pytest.mark.thorough)])
def test_a_drive_that_answers_otherwise_the_second_time(
    stick: Stick, upstream: Upstream, upstream_key: SigningKey, tmp_path: Path, scope: str
) -> None:
    computer = Computer(tmp_path / "computer", scope)
    computer.knows(upstream_key)
    path = stick.path(stick.tree(HELLO)[f"/{BIG}"])
    _, evil = filez(b"not what upstream made\n")
    with changing_drive(stick.root, tmp_path / "mount", path, evil) as mount:
        computer.receive(mount, "org.test.Hello")
        shown = (mount / path.relative_to(stick.root)).read_bytes()
        # It was read once by now.
        assert shown == evil
    assert computer.installed()[HELLO] == upstream.refs[HELLO]
    assert computer.files(HELLO)["share/big"] == b"x\n" * 5000


class TestKeys:
    def test_a_key_that_contradicts_the_known_one_never_counts(
        self, stick: Stick, computer: Computer, attacker: SigningKey
    ) -> None:
        """Not even when somebody agrees to it."""
        for ref in (HELLO, OTHER, RUNTIME):
            stick.sign(ref, attacker)
        trusting = ("--trust-key", attacker.fingerprint)
        done = computer.receive(stick.root, "org.test.Hello", *trusting, check=5)
        assert "another key than the one that this computer knows" in done.stdout
        assert computer.installed() == {}

    @pytest.mark.thorough
    @pytest.mark.parametrize("scope", [USER, SYSTEM])
    def test_a_remote_without_its_key(
        self,
        good: Path,
        upstream: Upstream,
        upstream_key: SigningKey,
        tmp_path: Path,
        scope: str,
    ) -> None:
        """As flatpak leaves it where it could not import one."""
        computer = Computer(tmp_path / "computer", scope)
        computer.knows(upstream_key)
        computer.lose_key()
        done = computer.receive(good, check=5)
        assert "Only the drive knows the key" in done.stdout
        assert computer.installed() == {}
        done = computer.receive(good, "--trust-key", upstream_key.fingerprint)
        assert "lacks its key" in done.stdout
        assert computer.installed()[HELLO] == upstream.refs[HELLO]
        # The key is there now.
        computer.receive(good)

    @pytest.mark.thorough
    def test_an_old_copy_of_a_key_that_was_prolonged(
        self, stick: Stick, upstream: Upstream, upstream_key: SigningKey, computer: Computer
    ) -> None:
        """The stick has the new copy, which the key itself has signed."""
        old = with_expiry(upstream_key, "1d", "--faked-system-time=20210101T000000")
        new = with_expiry(upstream_key, "0", "--faked-system-time=20220101T000000")
        (computer.installation / "repo/up.trustedkeys.gpg").write_bytes(old)
        computer.receive(stick.root, check=5)
        assert computer.installed() == {}
        other_key_file(stick, new)
        computer.receive(stick.root)
        assert computer.installed()[HELLO] == upstream.refs[HELLO]

    @pytest.mark.thorough
    def test_forged_lists_do_not_count(
        self, stick: Stick, upstream: Upstream, computer: Computer, attacker: SigningKey
    ) -> None:
        """The apps are good all the same; flatpak is not shown the lists, and keeps none."""
        for path in stick.upstream.glob("summary*.sig"):
            data = (stick.upstream / path.name.removesuffix(".sig")).read_bytes()
            _sign(path, data, attacker)
        computer.receive(stick.root)
        assert computer.installed()[HELLO] == upstream.refs[HELLO]
        assert computer.caches == set()
        assert computer.untouched()


def _sign(path: Path, data: bytes, key: SigningKey) -> None:
    value = [("ostree.gpgsigs", Variant("aay", [key.sign(data)]))]
    path.write_bytes(serialise(DETACHED_TYPE, value))
