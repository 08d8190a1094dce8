"""Who vouches for a collection: this computer, a person, or only the drive."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.satchel import environment, satchel
from tests.stick import damage
from tests.stick.damage import HELLO, METADATA, OTHER, Stick, copy_stick, verify
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow

UNVOUCHED = ("unvouched", COLLECTION)


def test_a_stranger_is_told_who_vouches(
    stick: Stick, stranger: Path, upstream_key: SigningKey
) -> None:
    assert verify(stick, stranger, trust=False) == {UNVOUCHED}
    done = satchel("verify", stick.root, home=stranger, check=1)
    assert "Sound" not in done.stdout
    assert "signed by a key that only this drive knows" in done.stdout
    assert upstream_key.fingerprint in done.stdout
    trusting = satchel("verify", stick.root, "--trust-drive-keys", home=stranger)
    assert trusting.stdout.splitlines()[-1].startswith("Sound (")
    assert upstream_key.fingerprint in trusting.stdout
    assert "Only this drive knows it." in trusting.stdout


def test_who_knows_the_collection_is_told_by_what(
    stick: Stick, friend: Path, upstream_key: SigningKey
) -> None:
    report = satchel("verify", stick.root, "--json", home=friend).json
    assert report["ok"]
    assert report["keys"] == [
        {
            "collection": COLLECTION,
            "fingerprint": upstream_key.fingerprint,
            "user_id": "Upstream <upstream@example.org>",
            "voucher": "computer",
            "source": "up",
            "until": None,
            "told": COLLECTION,
        }
    ]


def test_what_everything_signed_anew_is_worth(
    stranger: Path, friend: Path, attacker: SigningKey, upstream: Upstream, tmp_path: Path
) -> None:
    """All of it forged by somebody with a key of their own, who hands that key out."""
    forged = Upstream(tmp_path / "forged", attacker, COLLECTION)
    forged.add_runtime(runnable=False)
    forged.add_app("org.test.Hello", says="I am forged")
    forged.update()
    drive = tmp_path / "drive"
    drive.mkdir()
    home = tmp_path / "attacker"
    home.mkdir()
    remote = home / "up.flatpakrepo"
    remote.write_text(forged.flatpakrepo(forged.path.as_uri()))
    satchel("make", drive, "org.test.Hello", "--remote", remote, "--json", home=home)
    # A client installs it, and it is for nobody but the person to know whose key it is.
    client = Client(tmp_path / "client")
    client.remote_add_upstream("up", upstream, upstream.path.as_uri())
    client.run("remote-modify", "--user", "--url=http://127.0.0.1:9/", "up")
    client.install("up", "org.test.Hello", sideload=drive / ".ostree/repo")
    assert "I am forged" in (client.location("org.test.Hello") / "bin/start").read_text()
    assert verify(Stick(drive), stranger, trust=False) == {UNVOUCHED}
    assert ("commit-bad-signature", HELLO) in verify(Stick(drive), friend, trust=False)


@pytest.mark.parametrize("collection", [True, False])
def test_a_person_names_the_remote(
    stick: Stick, stranger: Path, upstream: Upstream, tmp_path: Path, collection: bool
) -> None:
    """Hardly any .flatpakrepo says what its collection is."""
    remote = tmp_path / "named.flatpakrepo"
    lines = upstream.flatpakrepo("https://elsewhere.example/").splitlines()
    kept = [line for line in lines if collection or "CollectionID" not in line]
    remote.write_text("\n".join(kept))
    report = satchel("verify", stick.root, "--json", "--remote", remote, home=stranger).json
    assert report["findings"] == []
    assert {key["voucher"] for key in report["keys"]} == {"named"}


def test_a_person_names_keys(
    stick: Stick, stranger: Path, upstream_key: SigningKey, attacker: SigningKey, tmp_path: Path
) -> None:
    """Several, binary or not; a wrong one is no better than none."""
    right, wrong = tmp_path / "right.asc", tmp_path / "wrong.gpg"
    right.write_bytes(upstream_key.armoured)
    wrong.write_bytes(attacker.public)
    both = ("--gpg-key", str(wrong), "--gpg-key", str(right))
    assert verify(stick, stranger, *both, trust=False) == set()
    findings = verify(stick, stranger, "--gpg-key", str(wrong))
    assert {("commit-bad-signature", HELLO), ("commit-bad-signature", OTHER)} <= findings
    missing = satchel("verify", stick.root, "--gpg-key", tmp_path / "none", home=stranger, check=2)
    assert "cannot be read" in missing.stderr


def test_a_named_key_signs_nobody_elses(
    good: Path, warned: Path, friend: Path, attacker: SigningKey, tmp_path: Path
) -> None:
    """On a stick with two collections, a key that was named counts for the unknown one only."""
    stick = copy_stick(good, tmp_path / "stick")
    for place in ("refs/mirrors", "extensions/satchel/upstream"):
        other = Stick(warned).repo / place / "org.test.Second"
        shutil.copytree(other, stick.repo / place / "org.test.Second")
    shutil.copytree(Stick(warned).repo / "objects", stick.repo / "objects", dirs_exist_ok=True)
    stick.sign(HELLO, attacker)
    key = tmp_path / "key.gpg"
    key.write_bytes(attacker.public)
    findings = verify(stick, friend, "--gpg-key", str(key), trust=False)
    assert ("commit-bad-signature", HELLO) in findings
    assert ("commit-bad-signature", OTHER) not in findings


def test_a_job_is_remembered(
    upstream: Upstream, stick: Stick, upstream_key: SigningKey, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    remote = home / "up.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    drive = tmp_path / "drive"
    drive.mkdir()
    satchel("make", drive, "org.test.Other", "--remote", remote, "--json", home=home)
    report = satchel("verify", stick.root, "--json", home=home).json
    assert {key["voucher"] for key in report["keys"]} == {"job"}
    listed = satchel("remotes", "--json", home=home).json
    (entry,) = [remote for remote in listed if remote["source"] == "job"]
    assert entry["keys"] == [upstream_key.fingerprint]
    assert entry["collection_id"] == COLLECTION
    assert upstream_key.fingerprint in satchel("remotes", home=home).stdout
    satchel("remotes", "remove", upstream_key.fingerprint.lower(), home=home)
    assert verify(stick, home, trust=False) == {UNVOUCHED}


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"keys": 1}', '{"keys": [1, {}, {"key": "x"}]}', "[" * 100_000, "\xff"],
)
def test_what_is_remembered_may_be_damaged(stick: Stick, tmp_path: Path, content: str) -> None:
    state = tmp_path / "home/.local/state/satchel"
    state.mkdir(parents=True)
    (state / "keys.json").write_bytes(content.encode("latin-1"))
    assert verify(stick, tmp_path / "home", trust=False) == {UNVOUCHED}


def test_nobody_has_a_key(stick: Stick, stranger: Path) -> None:
    """The drive's word cannot be taken where it says nothing."""
    for path in stick.key_files:
        path.unlink()
    expected = {UNVOUCHED, ("unknown-key", COLLECTION)}
    # What people are to install from lacks it, too.
    expected.add(("kit-missing", COLLECTION))
    assert verify(stick, stranger, trust=False) == expected
    assert verify(stick, stranger) == expected
    for ref in stick.refs():
        stick.signatures(ref).unlink()
    assert ("unvouched", COLLECTION) in verify(stick, stranger)


def test_a_known_key_that_is_of_no_use(
    stick: Stick, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """Whole packets that gpg does not take: nothing is judged by them, and so nothing is sound."""
    home = tmp_path / "home"
    repository = Path(environment(home)["FLATPAK_USER_DIR"]) / "repo"
    repository.mkdir(parents=True)
    (repository / "config").write_text(
        '[core]\nrepo_version=1\nmode=bare-user-only\n[remote "up"]\nurl=http://127.0.0.1:9/\n'
        f"gpg-verify=true\ncollection-id={COLLECTION}\n"
    )
    broken = upstream_key.public.replace(b"upstream@", b"downward@")
    (repository / "up.trustedkeys.gpg").write_bytes(broken)
    for path in stick.key_files:
        path.unlink()
    expected = {UNVOUCHED, ("unknown-key", COLLECTION)}
    assert expected <= verify(stick, home)


def test_the_makers_key(
    stick: Stick, friend: Path, attacker: SigningKey, upstream_key: SigningKey
) -> None:
    """That the stick calls a key its maker's is a claim; a person has to say whose it is."""
    damage.other_key_file(stick, upstream_key.public + attacker.public)
    record = json.loads((stick.satchel / "stick.json").read_text())
    record["collections"][COLLECTION]["metadata_key"] = attacker.fingerprint
    (stick.satchel / "stick.json").write_text(json.dumps(record))
    stick.sign(METADATA, attacker)
    assert verify(stick, friend) == {UNVOUCHED}
    done = satchel("verify", stick.root, home=friend, check=1)
    assert f"--maker-key {attacker.fingerprint}" in done.stdout
    assert verify(stick, friend, "--maker-key", attacker.fingerprint.lower()) == set()
    assert verify(stick, friend, "--maker-key", upstream_key.fingerprint) == {UNVOUCHED}
    refused = satchel("verify", stick.root, "--maker-key", "0xABC", home=friend, check=2)
    assert "fingerprint" in refused.stderr
    # It may have signed ostree-metadata, and nothing else.
    stick.sign(HELLO, attacker)
    findings = verify(stick, friend, "--maker-key", attacker.fingerprint)
    assert findings == {("commit-bad-signature", HELLO)}


def test_ones_own_key_needs_no_saying(
    stick: Stick, friend: Path, attacker: SigningKey, upstream_key: SigningKey
) -> None:
    damage.other_key_file(stick, upstream_key.public + attacker.public)
    record = json.loads((stick.satchel / "stick.json").read_text())
    record["collections"][COLLECTION]["metadata_key"] = attacker.fingerprint
    (stick.satchel / "stick.json").write_text(json.dumps(record))
    stick.sign(METADATA, attacker)
    env = {"GNUPGHOME": attacker.homedir}
    assert satchel("verify", stick.root, "--json", home=friend, env=env).json["ok"]
