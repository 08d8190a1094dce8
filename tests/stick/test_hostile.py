"""Upstreams that are broken, tampered with or evil: refused in a sentence, and the stick stays."""

from __future__ import annotations

import base64
import gzip
import json
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace as replace_field
from hashlib import sha256
from pathlib import Path

import pytest

from app.flatpak.upstream.summary_index import SummaryIndex
from app.formats.gvariant import Variant, serialise
from app.ostree.pull.fetch import Network
from app.stick.environment import Environment
from tests.build_contents import PLATFORM
from tests.gpg import SigningKey
from tests.satchel import command, environment, satchel
from tests.servers import (
    Exchange,
    Gate,
    HostileServer,
    Rule,
    endless,
    hang_up,
    lie_about_length,
    redirect,
    replace,
    stall,
    status,
)
from tests.stick.forge import DIRTREE_TYPE, EVIL, METADATA, Forge, big_endian, body, filez, text
from tests.stick.scene import Scene, check_refusal, copy_drive, only, published
from tests.upstream import COLLECTION, Upstream, host_arch
from tests.waiting import GUARD, until

pytestmark = pytest.mark.slow

ARCH = host_arch()
MORE = "org.test.Large"
"""What the stick does not have yet."""

BOMB = 300_000_000


@pytest.fixture(scope="module")
def stick(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a drive that carries Hello, and the home of its maker."""
    directory = tmp_path_factory.mktemp("hostile")
    (directory / "drive").mkdir()
    with HostileServer(default_upstream.path) as web:
        Scene(directory, default_upstream, web).make("org.test.Hello")
    return directory


@pytest.fixture
def scene(
    stick: Path,
    default_upstream: Upstream,
    hostile: Callable[[Path], HostileServer],
    tmp_path: Path,
) -> Scene:
    copy_drive(stick / "drive", tmp_path / "drive")
    return Scene(tmp_path, default_upstream, hostile(default_upstream.path))


@pytest.fixture(scope="module")
def stage(stick: Path, default_upstream: Upstream) -> Iterator[Scene]:
    """One for many refusals, at one address: what one leaves behind the next one meets."""
    directory = stick.with_name("stage")
    copy_drive(stick / "drive", directory / "drive")
    with HostileServer(default_upstream.path) as web:
        scene = Scene(directory, default_upstream, web)
        yield scene
        scene.honest(MORE)


@pytest.fixture
def calm(stage: Scene) -> Iterator[Scene]:
    """The stage, with a server that behaves until told otherwise."""
    yield stage
    stage.web.rules.clear()
    stage.web.always.clear()
    stage.web.everything = None
    stage.web.root = stage.upstream.path


def made(upstream: Upstream) -> int:
    found = SummaryIndex((upstream.path / "summary.idx").read_bytes()).last_modified
    assert found is not None
    return found


@pytest.fixture
def forge(calm: Scene) -> Forge:
    return Forge(calm.web, calm.upstream.key, made(calm.upstream))


def flip(data: bytes) -> bytes:
    """One bit in the middle."""
    changed = bytearray(data)
    changed[len(data) // 2] ^= 1
    return bytes(changed)


# ---- Whom to trust


def test_wrong_key(calm: Scene, trust_keys: dict[str, SigningKey]) -> None:
    file = calm.directory / "wrong.flatpakrepo"
    right = calm.remote.read_text().splitlines()
    lines = [line for line in right if not line.startswith("GPGKey=")]
    encoded = base64.b64encode(trust_keys["other"].public).decode()
    file.write_text("\n".join([*lines, f"GPGKey={encoded}", ""]))
    said = calm.refused(5, MORE, "--remote", file)
    assert "cannot be trusted" in said


def test_no_key(calm: Scene) -> None:
    file = calm.directory / "no-key.flatpakrepo"
    lines = calm.remote.read_text().splitlines()
    file.write_text("\n".join(line for line in lines if not line.startswith("GPGKey=")))
    for remote in (file, calm.web.url):
        said = calm.refused(5, MORE, "--remote", remote)
        assert "--gpg-key" in said
        # It is signed: to take it unsigned is not what helps.
        assert "--allow-unsigned" not in said


def test_keys_that_are_none(calm: Scene, trust_keys: dict[str, SigningKey]) -> None:
    key = calm.directory / "key"
    for content, expected in (
        (b"", (2, 5)),
        (b"this is no key", (2, 5)),
        (bytes(range(256)) * 64, (2, 5)),
        (trust_keys["other"].public[:20], (2, 5)),
        (trust_keys["other"].secret, (2, 5)),
    ):
        key.write_bytes(content)
        before = published(calm.drive)
        done = calm.make(MORE, "--remote", calm.web.url, "--gpg-key", key, check=False)
        assert done.returncode in expected, done.said
        check_refusal(done, done.returncode)
        assert published(calm.drive) == before
    for path in (calm.directory / "nowhere", calm.directory):
        calm.refused(2, MORE, "--remote", calm.web.url, "--gpg-key", path)


def test_a_secret_key_is_called_one(calm: Scene, trust_keys: dict[str, SigningKey]) -> None:
    key = calm.directory / "secret"
    key.write_bytes(trust_keys["other"].secret)
    done = calm.make(MORE, "--remote", calm.web.url, "--gpg-key", key, check=False)
    assert "secret" in done.stderr


@pytest.fixture(scope="module")
def trust_keys() -> Iterator[dict[str, SigningKey]]:
    keys = {
        "other": SigningKey("Somebody else <else@example.org>"),
        "expired": SigningKey("Expired <expired@example.org>", expired=True),
        "revoked": SigningKey("Revoked <revoked@example.org>", revoked=True),
    }
    yield keys
    for key in keys.values():
        key.close()


@pytest.mark.parametrize("name", ["expired", "revoked"])
def test_key_that_is_no_longer_good(
    calm: Scene, trust_keys: dict[str, SigningKey], name: str
) -> None:
    bad = trust_keys[name]
    evil = Forge(calm.web, bad, made(calm.upstream))
    evil.offer(evil.commit())
    key = calm.directory / f"{name}.gpg"
    key.write_bytes(bad.public)
    said = calm.refused(5, EVIL, "--remote", calm.web.url, "--gpg-key", key)
    assert name in said


def test_signature_that_is_no_longer_good(calm: Scene) -> None:
    index = (calm.upstream.path / "summary.idx").read_bytes()
    old = calm.upstream.key.sign(index, expired=True)
    signature = serialise("a{sv}", {"ostree.gpgsigs": Variant("aay", [old])})
    sign_index(calm, index, signature)
    assert "expired" in calm.refused(5, MORE)


def sign_index(scene: Scene, index: bytes, signature: bytes) -> None:
    """What the server has as the index and as its signature, wherever that is looked for."""
    scene.web.always["/summary.idx"] = body(index)
    scene.web.always["/summary.idx.sig"] = body(signature)
    scene.web.always[f"/summaries/{sha256(index).hexdigest()}.idx.sig"] = body(signature)


# ---- What is signed, changed on the way


def _signature_of_the_summary(scene: Scene) -> None:
    index = (scene.upstream.path / "summary.idx").read_bytes()
    sign_index(scene, index, (scene.upstream.path / "summary.sig").read_bytes())


def _no_signature(scene: Scene) -> None:
    def rule(exchange: Exchange) -> None:
        (status("404 Not Found") if exchange.path.endswith(".sig") else Exchange.good)(exchange)

    scene.web.everything = rule


def _signature(data: bytes) -> Callable[[Scene], None]:
    def change(scene: Scene) -> None:
        sign_index(scene, (scene.upstream.path / "summary.idx").read_bytes(), data)

    return change


def _changed_index(change: Callable[[bytes], bytes]) -> Callable[[Scene], None]:
    def arrange(scene: Scene) -> None:
        index = (scene.upstream.path / "summary.idx").read_bytes()
        signature = (scene.upstream.path / "summary.idx.sig").read_bytes()
        sign_index(scene, change(index), signature)

    return arrange


def _changed_sub_summary(rule: Rule) -> Callable[[Scene], None]:
    def arrange(scene: Scene) -> None:
        for path in (scene.upstream.path / "summaries").glob("*.gz"):
            scene.web.always[f"/summaries/{path.name}"] = rule

    return arrange


def _without_index(rule: Rule) -> Callable[[Scene], None]:
    def arrange(scene: Scene) -> None:
        scene.web.always["/summary.idx"] = status("404 Not Found")
        scene.web.always["/summary"] = rule

    return arrange


def _changed_summary_beside_index(scene: Scene) -> None:
    scene.web.always["/summary"] = replace(flip)


def _other_summary_beside_index(scene: Scene) -> None:
    other = Forge(scene.web, scene.upstream.key, made(scene.upstream))
    summary = other.summary([], "org.test.Another")
    scene.web.always["/summary"] = body(summary)
    scene.web.always["/summary.sig"] = body(other.signature(summary))


TAMPERED: dict[str, Callable[[Scene], None]] = {
    "index": _changed_index(flip),
    "index cut off": _changed_index(lambda data: data[:-7]),
    "index with more": _changed_index(lambda data: data + bytes(8)),
    "index empty": _changed_index(lambda _: b""),
    "signature missing": _no_signature,
    "signature empty": _signature(b""),
    "signature garbage": _signature(b"<html>sorry</html>"),
    "signature of nothing": _signature(serialise("a{sv}", {"ostree.gpgsigs": Variant("aay", [])})),
    "signature not OpenPGP": _signature(
        serialise("a{sv}", {"ostree.gpgsigs": Variant("aay", [b"hello", b"", bytes(5000)])})
    ),
    "signature of another file": _signature_of_the_summary,
    "sub-summary": _changed_sub_summary(replace(flip)),
    "sub-summary cut off": _changed_sub_summary(replace(lambda data: data[:-9])),
    "sub-summary with more": _changed_sub_summary(replace(lambda data: data + b"more")),
    "sub-summary not packed": _changed_sub_summary(replace(gzip.decompress)),
    "sub-summary of another": _changed_sub_summary(body(gzip.compress(b"another"))),
    "sub-summary a bomb": _changed_sub_summary(body(gzip.compress(bytes(BOMB), 1))),
    "summary": _without_index(replace(flip)),
    "summary empty": _without_index(body(b"")),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_tampered(calm: Scene, what: str) -> None:
    TAMPERED[what](calm)
    calm.refused(5, MORE)


@pytest.mark.parametrize("spoil", [_changed_summary_beside_index, _other_summary_beside_index])
def test_a_summary_beside_a_good_index_does_not_matter(
    scene: Scene, spoil: Callable[[Scene], None]
) -> None:
    spoil(scene)
    assert scene.make(MORE).finished["verify"]["ok"]
    copy = scene.drive / ".ostree/repo/extensions/satchel/upstream" / COLLECTION
    assert (copy / "summary.idx").exists()
    assert not (copy / "summary").exists()


def _lost(kind: str, rule: Rule, but: str = "") -> Callable[[Scene], None]:
    def arrange(scene: Scene) -> None:
        def answer(exchange: Exchange) -> None:
            hit = exchange.path.endswith(f".{kind}") and exchange.path != but
            (rule if hit else Exchange.good)(exchange)

        scene.web.everything = answer

    return arrange


SIGNATURES: dict[str, Rule] = {
    "missing": status("404 Not Found"),
    "empty": body(b""),
    "flipped": replace(flip),
    "garbage": body(b"\xff" * 333),
}


@pytest.mark.parametrize("what", SIGNATURES)
def test_commit_without_a_good_signature(calm: Scene, what: str) -> None:
    _lost("commitmeta", SIGNATURES[what])(calm)
    said = calm.refused(5, MORE)
    assert "cannot be trusted" in said


def test_signature_of_another_commit(calm: Scene) -> None:
    other = calm.upstream.commit("app/org.test.Other/" + ARCH + "/stable")
    path = calm.upstream.path / f"objects/{other[:2]}/{other[2:]}.commitmeta"
    _lost("commitmeta", body(path.read_bytes()))(calm)
    calm.refused(5, MORE)


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        *((kind, "flipped") for kind in ("commit", "dirtree", "dirmeta", "filez")),
        ("filez", "cut off"),
        ("filez", "swapped"),
        ("dirtree", "swapped"),
    ],
)
def test_tampered_object(scene: Scene, kind: str, how: str) -> None:
    """They are named by their content: what is not that content never gets the name."""
    other = next((scene.upstream.path / "objects").glob(f"*/*.{kind}")).read_bytes()
    rule = {
        "flipped": replace(flip),
        "cut off": replace(lambda data: data[:-1]),
        "swapped": body(other + b"x"),
    }[how]
    drop(scene, kind)
    _lost(kind, rule)(scene)
    said = scene.refused(4, MORE)
    assert "damaged or forged" in said
    if how == "flipped":
        scene.honest(MORE)


def drop(scene: Scene, kind: str) -> None:
    """Nothing of this kind is there already, beside what the present refs need."""
    if kind == "dirmeta":
        for path in (scene.drive / ".ostree/repo/objects").glob("*/*.dirmeta"):
            path.unlink()


# ---- The wrong repository


def test_another_collection_than_configured(calm: Scene) -> None:
    file = calm.directory / "other.flatpakrepo"
    file.write_text(calm.remote.read_text().replace(COLLECTION, "org.test.Configured"))
    said = calm.refused(5, MORE, "--remote", file)
    assert COLLECTION in said
    assert "org.test.Configured" in said


def test_index_of_another_collection(calm: Scene, forge: Forge) -> None:
    forge.publish_index(forge.summary([], None), "org.test.Another")
    assert "org.test.Another" in calm.refused(5, MORE)


def test_no_collection(calm: Scene, forge: Forge) -> None:
    file = calm.directory / "none.flatpakrepo"
    lines = calm.remote.read_text().splitlines()
    file.write_text("\n".join(line for line in lines if "CollectionID" not in line))
    forge.publish_index(forge.summary([], None), None)
    assert "collection" in calm.refused(4, MORE, "--remote", file)
    assert "collection" in calm.refused(4, MORE)


@pytest.mark.parametrize(
    "collection", ["../../../etc", "org.test/../../x", "org.test.\x1b[2J", "a" * 300]
)
def test_hostile_collection(calm: Scene, forge: Forge, collection: str) -> None:
    file = calm.directory / "none.flatpakrepo"
    lines = calm.remote.read_text().splitlines()
    file.write_text("\n".join(line for line in lines if "CollectionID" not in line))
    forge.publish(forge.summary([], collection))
    calm.refused(5, MORE, "--remote", file)


def test_hostile_collection_on_the_command_line(calm: Scene, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(calm.upstream.key.public)
    trust = ("--remote", calm.web.url, "--gpg-key", key)
    calm.refused(2, MORE, *trust, "--collection-id", "../../etc")


def test_not_a_repository(calm: Scene, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<html>Index of /</html>")
    calm.web.root = tmp_path
    assert "not a Flatpak repository" in calm.refused(4, MORE)
    calm.web.everything = body(b"<html>You have to pay for this Wi-Fi</html>")
    assert "answers with a web page" in calm.refused(4, MORE)
    key = tmp_path / "key"
    key.write_bytes(calm.upstream.key.public)
    for url in (f"file://{tmp_path}", f"file://{tmp_path}/nowhere"):
        calm.refused(4, MORE, "--remote", url, "--gpg-key", key)


def test_bare_repository(calm: Scene, tmp_path: Path) -> None:
    """As flatpak keeps what is installed: not what servers have."""
    bare = tmp_path / "bare"
    subprocess.run(
        ["ostree", "init", "--mode=bare-user", f"--repo={bare}", f"--collection-id={COLLECTION}"],
        check=True,
    )
    key = calm.upstream.key
    sign = (f"--gpg-sign={key.fingerprint}", f"--gpg-homedir={key.homedir}")
    subprocess.run(
        [
            "ostree",
            f"--repo={bare}",
            "pull-local",
            calm.upstream.path,
            f"runtime/{PLATFORM}/{ARCH}/1",
        ],
        check=True,
        capture_output=True,
    )
    subprocess.run(["ostree", f"--repo={bare}", "summary", "-u", *sign], check=True)
    calm.web.root = bare
    assert "mode 'bare-user'" in calm.refused(4, PLATFORM)
    file = tmp_path / "key"
    file.write_bytes(key.public)
    calm.refused(4, PLATFORM, "--remote", f"file://{bare}", "--gpg-key", file)


# ---- Bad answers


def test_denied(calm: Scene) -> None:
    calm.web.everything = status("403 Forbidden")
    assert "403" in calm.refused(4, MORE)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("summary.idx", "file:///etc/passwd"),
        ("summary.idx", "/summary.idx"),
        ("objects", "file:///etc/passwd"),
        ("objects", "gopher://127.0.0.1/x"),
        ("objects", "/loop.filez"),
    ],
)
def test_redirects(scene: Scene, path: str, target: str) -> None:
    """Nowhere but to other web addresses, and not for ever."""
    if path == "objects":
        _lost("filez", redirect(target))(scene)
    else:
        scene.web.always["/summary.idx"] = redirect(target)
    said = scene.refused(4, MORE)
    assert "redirect" in said


def test_redirect_to_a_web_address_is_followed(
    scene: Scene, hostile: Callable[[Path], HostileServer]
) -> None:
    mirror = hostile(scene.upstream.path)

    def elsewhere(exchange: Exchange) -> None:
        redirect(f"{mirror.url}{exchange.path}", 301)(exchange)

    scene.web.everything = elsewhere
    assert scene.make(MORE).finished["ok"]


@pytest.mark.parametrize("what", ["summary.idx", "commit", "commitmeta", "filez", "dirtree"])
def test_endless(scene: Scene, what: str) -> None:
    if what == "summary.idx":
        scene.web.always["/summary.idx"] = endless(b"")
    else:
        drop(scene, what)
        _lost(what, endless(b""))(scene)
    scene.refused(4, MORE)
    if what == "filez":
        scene.honest(MORE)


def test_endless_file_with_a_plausible_start(scene: Scene) -> None:
    """It begins as the object does, so only its end tells."""
    commit = scene.upstream.commit(f"app/{MORE}/{ARCH}/stable")
    listing = scene.upstream.ostree("ls", "-R", "-C", commit, "/files/share/noise")
    checksum = next(word for word in listing.split() if len(word) == 64)
    path = f"objects/{checksum[:2]}/{checksum[2:]}.filez"
    whole = (scene.upstream.path / path).read_bytes()
    scene.web.always[f"/{path}"] = endless(whole)
    scene.refused(4, MORE)
    scene.web.always[f"/{path}"] = endless(whole[: len(whole) // 2])
    scene.refused(4, MORE)
    scene.honest(MORE)


TROUBLES: dict[str, Callable[[HostileServer], None]] = {
    "500": lambda web: setattr(web, "everything", status("500 Oops")),
    "503 for objects": lambda web: setattr(web, "everything", only(".filez", status("503 No"))),
    "hangs up": lambda web: setattr(web, "everything", hang_up),
    "no HTTP": lambda web: setattr(web, "everything", garbage),
    "promises more": lambda web: setattr(web, "everything", only("", lie_about_length(100))),
    "promises more for objects": lambda web: setattr(
        web, "everything", only(".filez", lie_about_length(1 << 40))
    ),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_servers_in_trouble(scene: Scene, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What may pass is tried again and again, and then it is upstream's fault."""
    usual: property = vars(Environment)["network"]

    def hurried(environment: Environment) -> Network:
        network = usual.__get__(environment)
        assert isinstance(network, Network)
        return replace_field(network, first_pause=0.005, stall_timeout=2)

    monkeypatch.setattr(Environment, "network", property(hurried))
    TROUBLES[name](scene.web)
    scene.refused(4, MORE)


@pytest.mark.thorough
def test_servers_in_trouble_are_given_some_seconds(
    stick: Path, default_upstream: Upstream, tmp_path: Path
) -> None:
    """The same, with the pauses that there are."""

    def suffer(name: str) -> None:
        directory = tmp_path / name
        copy_drive(stick / "drive", directory / "drive")
        with HostileServer(default_upstream.path) as web:
            scene = Scene(directory, default_upstream, web)
            TROUBLES[name](web)
            scene.refused(4, MORE)

    with ThreadPoolExecutor(len(TROUBLES)) as pool:
        list(pool.map(suffer, TROUBLES))


def garbage(exchange: Exchange) -> None:
    exchange.socket.sendall(b"\x16\x03\x01\x02" + bytes(range(256)) * 20)
    hang_up(exchange)


def test_promises_less(scene: Scene) -> None:
    """Content-Length is believed: what is cut off fails its check."""
    scene.web.everything = only(".filez", lie_about_length(-5))
    scene.refused(4, MORE)
    scene.web.everything = only("summary.idx", lie_about_length(-5))
    scene.refused(5, MORE)
    scene.honest(MORE)


def test_nobody_there(calm: Scene, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(calm.upstream.key.public)
    for url in ("http://127.0.0.1:9/repo", "http://no-such-host.invalid/"):
        calm.refused(4, MORE, "--remote", url, "--gpg-key", key)
    calm.refused(2, MORE, "--remote", "ftp://127.0.0.1/", "--gpg-key", key)


@pytest.mark.parametrize("path", ["/summary.idx", "filez"])
def test_hanging_server_can_be_left(scene: Scene, path: str) -> None:
    """It would be given up after some time; a person need not wait for that."""
    if path == "filez":
        scene.web.everything = only(".filez", stall(10))
    else:
        scene.web.always[path] = stall(10)
    before = published(scene.drive)
    process = subprocess.Popen(
        command("make", "--json", scene.drive, MORE, "--remote", scene.remote),
        env=environment(scene.home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(lambda: any(one.endswith(path) for one in scene.web.paths()))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=GUARD)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130, out + err
    assert "Traceback" not in err
    assert json.loads(out.splitlines()[-1])["error"]["exit_code"] == 130
    assert published(scene.drive) == before


# ---- Signed by the right key, and wrong all the same


def test_honest_forgery(scene: Scene) -> None:
    """What the other tests put wrong is right to begin with."""
    forge = Forge(scene.web, scene.upstream.key, made(scene.upstream))
    name, data = filez(b"evil\n")
    forge.object("filez", data, name)
    tree = forge.app_tree(METADATA, [("evil", bytes.fromhex(name))])
    forge.offer(forge.commit(tree))
    assert scene.make(EVIL).finished["ok"]


BAD_NAMES = ["..", ".", "", "a/b", "../../../../etc/cron.d/x", "/etc/passwd"]


@pytest.mark.parametrize(
    ("what", "name"),
    [*(("file", name) for name in BAD_NAMES), ("directory", ".."), ("directory", "a/b")],
)
def test_hostile_names_in_trees(calm: Scene, forge: Forge, what: str, name: str) -> None:
    checksum, data = filez(b"evil\n")
    forge.object("filez", data, checksum)
    if what == "file":
        tree = forge.tree([(name, bytes.fromhex(checksum))])
    else:
        tree = forge.tree([], [(name, forge.tree(), forge.directory())])
    forge.offer(forge.commit(tree))
    calm.refused(4, EVIL)


def test_tree_of_another_kind(calm: Scene, forge: Forge) -> None:
    for data in (
        b"\0" * 100,
        serialise(DIRTREE_TYPE, ([("a", b"short")], [])),
        serialise(DIRTREE_TYPE, ([("b", bytes(32)), ("a", bytes(32))], [])),
        serialise(DIRTREE_TYPE, ([("a", bytes(32)), ("a", bytes(32))], [])),
    ):
        forge.offer(forge.commit(forge.object("dirtree", data)))
        calm.refused(4, EVIL)


@pytest.mark.parametrize("claimed", [1, 0, 2**40, 2**63, 2**64 - 1])
def test_file_of_another_size(calm: Scene, forge: Forge, claimed: int) -> None:
    checksum, data = filez(b"some content", claimed=claimed)
    forge.object("filez", data, checksum)
    forge.offer(forge.commit(forge.tree([("file", bytes.fromhex(checksum))])))
    calm.refused(4, EVIL)


def test_file_that_is_a_bomb(calm: Scene, forge: Forge) -> None:
    checksum, data = filez(bytes(BOMB), claimed=100)
    assert len(data) < BOMB // 100
    forge.object("filez", data, checksum)
    forge.offer(forge.commit(forge.tree([("file", bytes.fromhex(checksum))])))
    calm.refused(4, EVIL)


def test_file_with_a_boundless_header(calm: Scene, forge: Forge) -> None:
    checksum, data = filez(b"some content")
    for length in (0, 1, 2**31 - 1, 2**32 - 1):
        forge.object("filez", length.to_bytes(4, "big") + data[4:], checksum)
        forge.offer(forge.commit(forge.tree([("file", bytes.fromhex(checksum))])))
        calm.refused(4, EVIL)


WRONG_COMMITS: dict[str, tuple[int, Callable[[Forge], bytes]]] = {
    "for another ref": (5, lambda forge: forge.commit(ref="app/org.test.Good/x/stable")),
    "for another collection": (5, lambda forge: forge.commit(collection="org.test.Another")),
    "for no ref": (
        5, lambda forge: forge.commit(ostree__ref_binding=Variant("as", [])),
    ),
    "for refs that are none": (
        5, lambda forge: forge.commit(ostree__ref_binding=Variant("s", EVIL)),
    ),
    "metadata not a keyfile": (4, lambda forge: forge.commit(metadata="no [keyfile\n= at all")),
    "metadata of two lines": (4, lambda forge: forge.commit(metadata="[Application\nname")),
    "runtime with dots": (
        4,
        lambda forge: forge.commit(
            metadata="[Application]\nname=org.test.Evil\nruntime=../../../x/1\n"
        ),
    ),
    "runtime nowhere": (
        4,
        lambda forge: forge.commit(
            metadata=f"[Application]\nname=org.test.Evil\nruntime=org.test.No/{ARCH}/1\n"
        ),
    ),
    "tree not there": (4, lambda forge: forge.commit(bytes(32))),
    "checksum too short": (4, lambda forge: forge.commit(b"short")),
    "not a commit": (4, lambda forge: forge.object("commit", b"not a commit")),
    "not there": (4, lambda _: bytes(32)),
    "no checksum": (4, lambda _: b"\1\2\3"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG_COMMITS)
def test_wrong_commit(calm: Scene, forge: Forge, what: str) -> None:
    expected, make = WRONG_COMMITS[what]
    forge.offer(make(forge))
    calm.refused(expected, EVIL)


def test_summary_and_commit_contradict_each_other(calm: Scene, forge: Forge) -> None:
    lie = Variant("(tts)", (0, 0, METADATA + "[Context]\nshared=network;\n"))
    forge.publish(forge.summary([(EVIL, forge.commit(), {"xa.data": lie})]))
    assert "contradict" in calm.refused(5, EVIL)


def test_one_commit_for_two_refs(calm: Scene, forge: Forge) -> None:
    """Each of them has to be meant."""
    commit = forge.commit()
    twin = f"app/org.test.Twin/{ARCH}/stable"
    forge.publish(forge.summary([(EVIL, commit, {}), (twin, commit, {})]))
    for order in ((EVIL, twin), (twin, EVIL)):
        calm.refused(5, *order)


def test_summaries_that_are_none(calm: Scene, forge: Forge) -> None:
    """What the signed index names, and yet cannot be read."""
    for data in (
        b"",
        b"hello",
        bytes(1000),
        b"\xff" * 1000,
        forge.summary([(EVIL, b"", {})]),
        forge.summary([(EVIL, bytes(31), {})]),
        forge.summary([("../../etc/passwd", bytes(32), {}), (EVIL, bytes(33), {})]),
        forge.summary([(EVIL, bytes(32), {})])[:-3],
    ):
        forge.publish_index(data)
        done = calm.make(EVIL, check=False)
        assert done.returncode in {2, 4}, done.said
        check_refusal(done, done.returncode)


def test_numbers_that_no_clock_shows(scene: Scene) -> None:
    """They cannot be understood, so they say nothing; nothing fails over them."""
    forge = Forge(scene.web, scene.upstream.key, made(scene.upstream))
    for moment in (2**64 - 1, 2**62):
        about = {"ot.ts": Variant("t", big_endian(moment))}
        commit = forge.commit(timestamp=moment)
        forge.publish(forge.summary([(EVIL, commit, about)]))
        satchel("make", scene.drive, EVIL, "--remote", scene.remote, home=scene.home)
        satchel("inspect", scene.drive, home=scene.home)
        satchel("verify", scene.drive, home=scene.home)


@pytest.mark.parametrize("size", [2**40, 2**63])
def test_claims_of_enormous_size(calm: Scene, forge: Forge, size: int) -> None:
    """Nobody has a drive for that, so it is not begun."""
    number = b""
    left = size
    while left >= 128:
        number += bytes([left % 128 + 128])
        left //= 128
    number += bytes([left])
    entry = bytes(32) + number + number + b"\1"
    forge.offer(forge.commit(ostree__sizes=Variant("aay", [entry])))
    done = calm.make(EVIL, check=False)
    assert done.returncode in {3, 4}, done.said
    check_refusal(done, done.returncode)


@pytest.mark.parametrize("entry", [bytes(32), bytes(32) + b"\xff" * 400])
def test_sizes_that_are_none(scene: Scene, entry: bytes) -> None:
    forge = Forge(scene.web, scene.upstream.key, made(scene.upstream))
    forge.offer(forge.commit(ostree__sizes=Variant("aay", [entry])))
    done = scene.make(EVIL, check=False)
    assert done.returncode in {0, 4}, done.said


def test_texts_do_not_reach_the_terminal_as_they_are(scene: Scene) -> None:
    """What upstream says could otherwise move the cursor, or worse."""
    forge = Forge(scene.web, scene.upstream.key, made(scene.upstream))
    evil = "gone\x1b]0;owned\x07\x1b[2J\x1b[31m\u202e\nsatchel: all is well\r"
    about = {"eol": text(evil), "eolr": text(evil)}
    commit = forge.commit(version=text(evil), ostree__collection_binding=text(COLLECTION))
    forge.publish(forge.summary([(EVIL, commit, about)]))
    for verb in ("plan", "make"):
        done = satchel(verb, scene.drive, EVIL, "--remote", scene.remote, home=scene.home)
        check_harmless(done.said)
    for verb in ("inspect", "verify"):
        check_harmless(satchel(verb, scene.drive, home=scene.home, check=False).said)


def check_harmless(said: str) -> None:
    assert not [char for char in said if char < " " and char != "\n"], said
    assert "\nsatchel: all is well" not in said


def test_commit_texts_do_not_reach_the_terminal_as_they_are(calm: Scene, forge: Forge) -> None:
    evil = "org.test\x1b[2J\x07.Evil\nsatchel: all is well"
    forge.offer(forge.commit(collection=evil))
    check_harmless(calm.refused(5, EVIL))


def test_appstream_that_is_a_bomb(scene: Scene) -> None:
    """The catalogue cannot be read; the apps are no worse for it."""
    forge = Forge(scene.web, scene.upstream.key, made(scene.upstream))
    ref = f"appstream2/{ARCH}"
    start = b"<?xml version='1.0'?><components version='0.8'>"
    bomb = gzip.compress(start + b"<component><id>" + bytes(b"a" * BOMB), 9)
    checksum, data = filez(bomb)
    forge.object("filez", data, checksum)
    tree = forge.tree([("appstream.xml.gz", bytes.fromhex(checksum))])
    appstream = forge.commit(tree, ref=ref)
    summary = forge.summary([(EVIL, forge.commit(), {}), (ref, appstream, {})])
    forge.publish(summary)
    assert scene.make(EVIL).finished["ok"]
    done = satchel("search", "evil", "--remote", scene.remote, home=scene.home, check=False)
    assert done.returncode in {0, 1, 4}, done.said


# ---- Signatures replaced behind the stick's back


@pytest.mark.parametrize("what", SIGNATURES)
def test_new_signatures_of_old_commits(scene: Scene, what: str) -> None:
    """What stays on the stick keeps its good signatures, whatever upstream has now."""
    _lost("commitmeta", SIGNATURES[what])(scene)
    finished = scene.make("org.test.Hello").finished
    assert finished["verify"]["ok"], finished


# ---- Going back in time


@pytest.fixture(scope="module")
def newer(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    upstream = default_upstream.copy(tmp_path_factory.mktemp("newer") / "up")
    upstream.bump(f"app/org.test.Hello/{ARCH}/stable")
    # Summaries are dated to the second.
    until(lambda: time.time() > made(default_upstream) + 1)
    upstream.update()
    return upstream


def test_older_than_on_the_stick(scene: Scene, newer: Upstream) -> None:
    scene.web.root = newer.path
    assert scene.make("org.test.Hello").finished["ok"]
    scene.web.root = scene.upstream.path
    # Another person's computer: it knows nothing but the stick.
    shutil.rmtree(scene.home)
    said = scene.refused(5, MORE)
    assert "older" in said
    assert "--allow-older" in said
    finished = scene.make(MORE, "--allow-older").finished
    assert finished["ok"]


def test_older_than_this_computer_has_seen(scene: Scene, newer: Upstream) -> None:
    other = scene.directory / "other"
    other.mkdir()
    scene.web.root = newer.path
    remote = ("--remote", scene.remote)
    satchel("make", other, "org.test.Hello", *remote, home=scene.home)
    scene.web.root = scene.upstream.path
    assert "older" in scene.refused(5, MORE)
    done = satchel("plan", "--json", other, MORE, *remote, home=scene.home, check=5)
    assert done.json["error"]["exit_code"] == 5
    assert scene.make(MORE, "--allow-older").finished["ok"]


def test_older_plain_summary(scene: Scene, newer: Upstream) -> None:
    """An upstream that has lost its index has not gone back in time for that."""
    scene.web.root = newer.path
    scene.web.always["/summary.idx"] = status("404 Not Found")
    assert scene.make("org.test.Hello").finished["ok"]
    scene.web.root = scene.upstream.path
    scene.refused(5, MORE)
    shutil.rmtree(scene.home)
    scene.refused(5, MORE)


def test_a_busy_server_is_waited_for(scene: Scene) -> None:
    gate = scene.web.everything = Gate(30, "429 Too Many Requests", lambda: 1)
    done = scene.make(MORE)
    assert done.finished["verify"]["ok"]
    assert gate.refused
    told = [event["message"] for event in done.events if event["event"] == "notice"]
    assert [one for one in told if "is asked for too much at once (429): waiting 1 s" in one]


# ---- Unsigned, and wanted all the same


def test_unsigned_upstream(
    default_upstream: Upstream, hostile: Callable[[Path], HostileServer], tmp_path: Path
) -> None:
    web = hostile(default_upstream.path)

    def unsigned(exchange: Exchange) -> None:
        hit = exchange.path.endswith((".sig", ".commitmeta"))
        (status("404 Not Found") if hit else Exchange.good)(exchange)

    web.everything = unsigned
    drive, home = tmp_path / "drive", tmp_path / "home"
    drive.mkdir()
    choice: tuple[str | Path, ...] = (drive, "org.test.Hello", "--remote", web.url)
    done = satchel("make", "--json", *choice, home=home, check=5)
    check_refusal(done, 5)
    assert list(drive.iterdir()) == []

    choice = (*choice, "--allow-unsigned")
    plan = satchel("plan", "--json", *choice, home=home).json
    assert "unsigned" in json.dumps(plan)
    assert "NOT SIGNED" in satchel("plan", *choice, home=home).stdout
    finished = satchel("make", "--json", *choice, home=home).finished
    assert finished["ok"]
    assert finished["unsigned"] == [COLLECTION]
    assert "NOT SIGNED" in satchel("make", *choice, home=home).stdout

    shown = satchel("inspect", "--json", drive, home=home).json
    assert [one["unsigned"] for one in shown["collections"]] == [True]
    assert "NOT SIGNED" in satchel("inspect", drive, home=home).stdout
    # Whoever checks it later has accepted nothing.
    report = satchel("verify", "--json", drive, home=home, check=1).json
    assert "commit-unsigned" in {one["code"] for one in report["findings"]}
    assert "not signed" in satchel("verify", drive, home=home, check=1).stdout


def test_allow_unsigned_allows_nothing_that_is_wrong(scene: Scene) -> None:
    """A bad signature is worse than none."""
    _changed_index(flip)(scene)
    scene.refused(5, MORE, "--allow-unsigned")
    scene.web.always.clear()
    _lost("commitmeta", replace(flip))(scene)
    scene.refused(5, MORE, "--allow-unsigned")
