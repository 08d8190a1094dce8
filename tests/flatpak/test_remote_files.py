"""`.flatpakrepo` and `.flatpakref` files: read as flatpak reads them, written so that it can."""

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.flatpak.refs import Ref
from app.flatpak.remotes.flatpakrepo import RefFile, RemoteFileError, RepoFile, join_keys
from app.formats.keyfile import Keyfile
from app.resources import resource
from tests.flatpak.oracle import Ask, oracle
from tests.waiting import GUARD

FLATHUB = resource("remotes", "flathub.flatpakrepo")
KEY = bytes(range(128, 148))
KEY_TEXT = base64.b64encode(KEY).decode()


def repo_file(*lines: str) -> bytes:
    return "\n".join(["[Flatpak Repo]", *lines, ""]).encode()


def ref_file(*lines: str) -> bytes:
    return "\n".join(["[Flatpak Ref]", *lines, ""]).encode()


@pytest.fixture(scope="session")
def flathub() -> RepoFile:
    return RepoFile.read(FLATHUB)


def test_flathubs_own_file(flathub: RepoFile) -> None:
    assert flathub.title == "Flathub"
    assert flathub.url == "https://dl.flathub.org/repo/"
    assert flathub.collection_id == "org.flathub.Stable"
    assert flathub.homepage == "https://flathub.org/"


def test_flathubs_key_is_the_right_one(flathub: RepoFile, tmp_path: Path) -> None:
    listing = subprocess.run(
        ["gpg", "--homedir", tmp_path, "--batch", "--with-colons", "--show-keys"],
        input=flathub.key,
        capture_output=True,
        check=True,
    ).stdout.decode()
    fingerprints = [line.split(":")[9] for line in listing.splitlines() if line.startswith("fpr")]
    assert fingerprints[0] == "6E5C05D979C76DAF93C081354184DD4D907A7CAE"


def test_a_file_reads_back_as_it_was_written(flathub: RepoFile) -> None:
    assert RepoFile.parse(flathub.dump(), "again") == flathub


def test_both_generations_of_clients_find_the_collection(flathub: RepoFile) -> None:
    written = Keyfile.parse(flathub.dump())
    for key in ("DeploySideloadCollectionID", "DeployCollectionID"):
        assert written.string("Flatpak Repo", key) == "org.flathub.Stable"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["CollectionID=org.a.C", "DeployCollectionID=org.a.B"], "org.a.B"),
        (["DeployCollectionID=org.a.B", "DeploySideloadCollectionID=org.a.A"], "org.a.A"),
        (["CollectionID=org.a.C", "DeployCollectionID="], "org.a.C"),
        ([], None),
    ],
)
def test_the_newest_key_for_the_collection_wins(lines: list[str], expected: str | None) -> None:
    data = repo_file("Url=https://example.org/", f"GPGKey={KEY_TEXT}", *lines)
    assert RepoFile.parse(data, "x").collection_id == expected


def test_titles_come_in_the_users_language() -> None:
    data = repo_file("Url=https://example.org/", "Title=Apps", "Title[de]=Programme")
    assert RepoFile.parse(data, "x", ("de_DE", "de")).title == "Programme"
    assert RepoFile.parse(data, "x").title == "Apps"


@pytest.mark.parametrize(
    "text", [KEY_TEXT, KEY_TEXT.rstrip("="), f"  {KEY_TEXT[:9]} {KEY_TEXT[9:]} "]
)
def test_keys_are_read_as_leniently_as_flatpak_does(text: str) -> None:
    assert RepoFile.parse(repo_file("Url=x", f"GPGKey={text}"), "x").key == KEY


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"<html>not found</html>", "no .flatpakrepo file"),
        (b"", "no .flatpakrepo file"),
        (ref_file("Url=https://example.org/", "Name=org.a.B"), "no .flatpakrepo file"),
        (repo_file("Title=x"), "no address"),
        (repo_file("Url=https://example.org/", "Version=2"), "later version"),
        (repo_file("Url=https://example.org/", "GPGKey=AAAA"), "key"),
        (repo_file("Url=https://example.org/", "GPGKey="), "key"),
        (repo_file("Url=https://example.org/", f"GPGKey={KEY_TEXT}", "GPGKey= "), "key"),
        (
            repo_file("Url=https://example.org/", f"GPGKey={KEY_TEXT}", "CollectionID=../x"),
            "collection ID",
        ),
        (b"#" * (5 << 20), "larger than"),
    ],
)
def test_what_cannot_be_used_says_which_file_and_why(data: bytes, problem: str) -> None:
    with pytest.raises(RemoteFileError) as caught:
        RepoFile.parse(data, "the-file.flatpakrepo")
    assert "the-file.flatpakrepo" in str(caught.value.message)
    assert problem in str(caught.value.message)
    assert caught.value.hint
    assert caught.value.exit_code == 2


def test_what_people_would_read_is_no_reason_to_refuse() -> None:
    """As for flatpak: a title that an old editor saved, or a wrong escape."""
    lines = b"[Flatpak Repo]\nTitle=Caf\xe9\nUrl=https://example.org/\nComment=\\q\nHomepage=https://a.b/\n"
    file = RepoFile.parse(lines, "x")
    assert (file.title, file.comment, file.homepage) == ("", "\\q", "https://a.b/")
    with pytest.raises(RemoteFileError):
        RepoFile.parse(b"[Flatpak Repo]\nUrl=https://example.org/\xe9\n", "x")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RemoteFileError, match=r"nowhere\.flatpakrepo"):
        RepoFile.read(tmp_path / "nowhere.flatpakrepo")


def test_a_flatpakref() -> None:
    file = RefFile.parse(
        ref_file(
            "Name=org.gnome.Maps",
            "Branch=stable",
            "Title=Maps",
            "Url=https://dl.flathub.org/repo/",
            "SuggestRemoteName=flathub",
            "RuntimeRepo=https://dl.flathub.org/repo/flathub.flatpakrepo",
            "IsRuntime=false",
            f"GPGKey={KEY_TEXT}",
            "DeployCollectionID=org.flathub.Stable",
        ),
        "maps.flatpakref",
    )
    assert file.ref("x86_64") == Ref("app", "org.gnome.Maps", "x86_64", "stable")
    assert (file.title, file.suggested_name) == ("Maps", "flathub")
    assert file.repo.collection_id == "org.flathub.Stable"
    assert file.repo.key == KEY
    assert not file.repo.title


def test_a_flatpakref_without_a_branch_means_master() -> None:
    file = RefFile.parse(ref_file("Name=org.a.B", "Url=x", "IsRuntime=true"), "x")
    assert str(file.ref("arm")) == "runtime/org.a.B/arm/master"


@pytest.mark.parametrize(
    "lines",
    [
        ["Url=x"],
        ["Name=org.a.B"],
        ["Name=../../x", "Url=x"],
        ["Name=org.a.B", "Url=x", "Branch="],
        ["Name=org.a.B", "Url=x", "Branch=a/b"],
        ["Name=org.a.B", "Url=x", "GPGKey="],
    ],
)
def test_a_flatpakref_that_cannot_be_used(lines: list[str]) -> None:
    with pytest.raises(RemoteFileError, match=r"x\.flatpakref"):
        RefFile.parse(ref_file(*lines), "x.flatpakref")


ORACLE = """
import json, sys
import gi
gi.require_version("Flatpak", "1.0")
from gi.repository import Flatpak, GLib

for line in sys.stdin:
    data = GLib.Bytes.new(json.loads(line).encode("latin-1"))
    try:
        remote = Flatpak.Remote.new_from_file("x", data)
        said = [remote.get_url(), remote.get_collection_id(), remote.get_default_branch()]
    except GLib.Error:
        said = None
    print(json.dumps(said), flush=True)
"""
"""What the real flatpak takes a `.flatpakrepo` for; null: it refuses it."""


@pytest.fixture(scope="module")
def as_flatpak() -> Iterator[Ask]:
    with oracle(ORACLE) as ask:
        yield ask


_KEYS = st.sampled_from(
    ["Url", "url", "GPGKey", "Version", "CollectionID", "DeployCollectionID",
     "DeploySideloadCollectionID", "DefaultBranch", "Title", "Title[de]", "Subset", "Encoding"]
)  # fmt: skip
_VALUES = st.sampled_from(
    ["", " ", "1", "https://a.example/", "https://user:password@b.example/", "file:///srv", "/srv",
     "org.a.One", "org.b.Two", "../x", KEY_TEXT, KEY_TEXT[:12], "AAAA", "!", "stable", "UTF-8",
     "caf\xe9", "a\\sb", "a\\qb", "stable\\", "https://a.example/ ", "a;b", "1 "]
)  # fmt: skip
_LINES = st.one_of(
    st.builds("{}={}".format, _KEYS, _VALUES),
    st.sampled_from(
        ["[Flatpak Repo]", "[flatpak repo]", "[Other]", "# c", "", "x", "[Flatpak Ref]"]
    ),
)


@given(
    st.sampled_from(["", "\xef\xbb\xbf", "Url=x\n", "[Other]\nA=b\n"]),
    st.lists(_LINES, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
)
@example("", ["DefaultBranch=https://a.example/ "], "\n")
def test_no_file_means_more_than_for_flatpak(
    as_flatpak: Ask, start: str, lines: list[str], end: str
) -> None:
    """What flatpak refuses is refused, or says no more than where a source is: a key may be given
    beside it. What both take, both take for the same."""
    text = start + end.join(["[Flatpak Repo]", "Url=https://first.example/", *lines, ""])
    theirs = as_flatpak(text)
    try:
        ours = RepoFile.parse(text.encode("latin-1"), "x")
    except RemoteFileError:
        return
    if theirs is None:
        assert ours.collection_id
        assert not ours.key
        return
    assert (ours.url, ours.collection_id, ours.default_branch or None) == (
        theirs[0], theirs[1] or None, theirs[2] or None
    )  # fmt: skip


@given(st.binary(max_size=200))
def test_rubbish_is_an_error_in_words(data: bytes) -> None:
    for text in (data, b"[Flatpak Repo]\nUrl=x\n" + data, b"[Flatpak Repo]\nUrl=x\nGPGKey=" + data):
        try:
            repo = RepoFile.parse(text, "x")
        except RemoteFileError:
            continue
        assert repo.url


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """Two key files, the first armoured."""
    home = tmp_path_factory.mktemp("gnupg")
    gpg = ["gpg", "--homedir", str(home), "--batch", "--passphrase", ""]
    for name in ("one", "two"):
        subprocess.run(
            [*gpg, "--quick-gen-key", name, "ed25519", "sign"], check=True, capture_output=True
        )
    armoured = subprocess.run([*gpg, "--armor", "--export", "one"], check=True, capture_output=True)
    binary = subprocess.run([*gpg, "--export", "two"], check=True, capture_output=True)
    subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=True)
    return armoured.stdout, binary.stdout


def test_several_keys_become_one_file(keys: tuple[bytes, bytes], tmp_path: Path) -> None:
    listing = subprocess.run(
        ["gpg", "--homedir", tmp_path, "--batch", "--with-colons", "--show-keys"],
        input=join_keys(keys),
        capture_output=True,
        check=True,
    ).stdout.decode()
    users = [line.split(":")[9] for line in listing.splitlines() if line.startswith("uid")]
    assert users == ["one", "two"]
    assert join_keys(keys[:1]) == keys[0]
    with pytest.raises(RemoteFileError):
        join_keys([b"no key", *keys])


def test_the_real_flatpak_takes_what_is_written(keys: tuple[bytes, bytes], tmp_path: Path) -> None:
    repo = RepoFile(
        url="https://example.invalid/repo/",
        title="Apps; and more",
        comment=" leading space",
        default_branch="stable",
        subset="free",
        collection_id="org.example.Apps",
        key=join_keys(keys),
    )
    file = tmp_path / "apps.flatpakrepo"
    file.write_bytes(repo.dump())
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "FLATPAK_USER_DIR": str(tmp_path / "user"),
        "FLATPAK_SYSTEM_DIR": str(tmp_path / "system"),
        "FLATPAK_CONFIG_DIR": str(tmp_path / "config"),
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }
    subprocess.run(
        ["flatpak", "--user", "remote-add", "apps", file],
        env=environment,
        check=True,
        capture_output=True,
        timeout=GUARD,
    )
    config = Keyfile.parse((tmp_path / "user/repo/config").read_bytes())
    group = 'remote "apps"'
    assert config.string(group, "collection-id") == "org.example.Apps"
    assert config.string(group, "xa.title") == "Apps; and more"
    assert config.string(group, "xa.subset") == "free"
    assert config.boolean(group, "gpg-verify")
    assert (tmp_path / "user/repo/apps.trustedkeys.gpg").stat().st_size > 300


def test_what_is_handed_on_has_no_secrets() -> None:
    repo = RepoFile(
        url="https://user:s3cr3t@example.org/repo/?s3cr3t",
        title="Apps",
        homepage="https://s3cr3t@example.org/",
        comment="At https://user:s3cr3t@example.org/.",
        description="From https://example.org/?s3cr3t, always.",
        icon="https://example.org/icon.png?s3cr3t",
    )
    assert b"s3cr3t" not in repo.dump()
    assert repo.dump().count(b"https://example.org/") == 5
    assert RepoFile.parse(repo.dump(secrets=True), "x") == repo


def test_what_a_stranger_writes_is_bounded_and_on_one_line() -> None:
    long = "x" * 100_000
    file = RepoFile.parse(
        repo_file("Url=https://example.org/", f"Title=A\\nB\x1b[2J\u202e{long}", f"Comment={long}"),
        "it",
    )
    assert file.title.isprintable()
    assert file.title.startswith("A B\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}x")
    assert len(file.title) == 100
    assert len(file.comment) == 500
    with pytest.raises(RemoteFileError, match="longer") as caught:
        RepoFile.parse(repo_file(f"Url=https://example.org/{long}"), "it")
    assert len(str(caught.value.message)) < 200
