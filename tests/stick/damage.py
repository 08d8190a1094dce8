"""A stick to be damaged: its parts by name, forgeries, and what a check says about it."""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.cli.main import main
from app.errors import SatchelError
from app.formats.gvariant import Variant, serialise
from app.fs.root import Root
from app.ostree.objects import (
    DETACHED_TYPE,
    Commit,
    DirTree,
    ObjectKind,
    ObjectName,
    commit_children,
    detached_signatures,
)
from app.ostree.repository import Repository
from app.ostree.stored_sums import read_sums
from app.stick.kit.checksums import rendered, write_checksums
from app.stick.kit.gathering import kit_contents, stick_components
from app.stick.kit.rendering import render
from app.stick.store.location import find_stick
from app.stick.store.ostree_metadata import Described, describe_refs, write_metadata
from app.stick.store.stick_state import CommitReader, load_stick
from tests.build_contents import PLATFORM
from tests.gpg import SigningKey
from tests.satchel import environment
from tests.upstream import COLLECTION, host_arch

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"
OTHER = f"app/org.test.Other/{ARCH}/stable"
LOCALE = f"runtime/org.test.Hello.Locale/{ARCH}/stable"
RUNTIME = f"runtime/{PLATFORM}/{ARCH}/1"
METADATA = "ostree-metadata"

WARNINGS = {
    "language-missing",
    "related-missing",
    "extra-data-missing",
    "key-expired",
    "key-expires-soon",
    "end-of-life",
    "upstream-older",
    "unknown-key",
    "journal-left",
    "foreign-content",
}
WARNINGS |= {"foreign-content", "needs-newer-flatpak", "rolled-back", "several-sources"}
WARNINGS.add("names-lost")
INFOS = {"upstream-newer", "orphan-objects"}

ORPHANS = ("orphan-objects", "objects")
SUMMARY = ("summary-mismatch", "summary")
DIGEST = ("upstream-digest-mismatch", COLLECTION)
BAD_COPY = ("upstream-bad-signature", COLLECTION)
ALTERED = ("kit-altered", COLLECTION)
KEY_FILE = ("kit-altered", "satchel/test.flatpakrepo")
LIST = ("kit-altered", "satchel/contents.tsv")
PAGE = ("kit-altered", "satchel/START-HERE.html")
NO_COPY = ("upstream-missing", COLLECTION)
OUT_OF_SYNC = ("metadata-out-of-sync", COLLECTION)
NOBODY = "0" * 64

Codes = set[tuple[str, str]]
"""Code and subject of findings."""


class Stick:
    """A stick in a directory, all of which may be changed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    # ---- Places

    @property
    def repo(self) -> Path:
        return self.root / ".ostree/repo"

    @property
    def summary(self) -> Path:
        return self.repo / "summary"

    @property
    def satchel(self) -> Path:
        return self.repo / "extensions/satchel"

    @property
    def upstream(self) -> Path:
        return self.satchel / "upstream" / COLLECTION

    @property
    def sub_summary(self) -> Path:
        (path,) = (self.upstream / "summaries").glob("*.gz")
        return path

    @property
    def key_files(self) -> list[Path]:
        return [
            *self.upstream.glob("*.flatpakrepo"),
            *(self.root / "satchel").glob("*.flatpakrepo"),
        ]

    def ref(self, name: str, collection: str = COLLECTION) -> Path:
        return self.repo / "refs/mirrors" / collection / name

    def commit(self, ref: str, collection: str = COLLECTION) -> str:
        return self.ref(ref, collection).read_text().strip()

    def path(self, name: ObjectName) -> Path:
        return self.repo / "objects" / name.path

    def record_keys(self, *fingerprints: str) -> None:
        """As if it had been made with these keys."""
        path = self.satchel / "stick.json"
        record = json.loads(path.read_bytes())
        record["collections"][COLLECTION]["keys"] = fingerprints
        path.write_text(json.dumps(record))

    def commit_path(self, ref: str, collection: str = COLLECTION) -> Path:
        return self.path(ObjectName(self.commit(ref, collection), ObjectKind.COMMIT))

    def signatures(self, ref: str) -> Path:
        return self.path(ObjectName(self.commit(ref), ObjectKind.COMMITMETA))

    def partial(self, ref: str) -> Path:
        return self.repo / "state" / f"{self.commit(ref)}.commitpartial"

    # ---- Objects

    def tree(self, ref: str, collection: str = COLLECTION) -> dict[str, ObjectName]:
        """Path → object of all a commit has; ``""`` is the root's dirtree."""
        commit = Commit.parse(self.commit_path(ref, collection).read_bytes())
        root, _ = commit_children(commit)
        checksums = {"": root}
        todo = [""]
        while todo:
            place = todo.pop()
            tree = DirTree.parse(self.path(checksums[place]).read_bytes())
            for name, checksum in tree.files:
                checksums[f"{place}/{name}"] = ObjectName(checksum, ObjectKind.FILE)
            for name, checksum, _ in tree.directories:
                checksums[f"{place}/{name}"] = ObjectName(checksum, ObjectKind.DIRTREE)
                todo.append(f"{place}/{name}")
        return checksums

    def object(self, kind: str) -> ObjectName:
        """One that only Hello needs, but for ``dirmeta``, which all share."""
        if kind == "commit":
            return ObjectName(self.commit(HELLO), ObjectKind.COMMIT)
        if kind == "dirmeta":
            return commit_children(Commit.parse(self.commit_path(HELLO).read_bytes()))[1]
        return self.tree(HELLO)["/files/share/big" if kind == "filez" else "/files/share"]

    # ---- Forgeries

    def refs(self) -> dict[str, str]:
        base = self.ref("")
        return {
            str(path.relative_to(base)): path.read_text().strip()
            for path in base.rglob("*")
            if path.is_file()
        }

    def sign(self, ref: str, *keys: SigningKey) -> None:
        """Replace a commit's signatures."""
        data = self.commit_path(ref).read_bytes()
        self.set_signatures(ref, [key.sign(data) for key in keys])

    def set_signatures(self, ref: str, signatures: Iterable[bytes]) -> None:
        value = [("ostree.gpgsigs", Variant("aay", list(signatures)))]
        self.signatures(ref).write_bytes(serialise(DETACHED_TYPE, value))

    def get_signatures(self, ref: str) -> tuple[bytes, ...]:
        return detached_signatures(self.signatures(ref).read_bytes())

    def forge_metadata(self, key: SigningKey | None, *, old: int = 0, **changes: Any) -> None:
        """An ostree-metadata of the stick's refs, ``old`` seconds too old, wrong about Hello."""
        described = describe_refs(CommitReader(Repository.open(Root(self.repo))), self.refs())
        hello = described[HELLO]
        fields = {name: getattr(hello, name) for name in Described.__struct_fields__}
        described[HELLO] = Described(**{**fields, **changes})
        if old:
            described = {
                name: Described(
                    description.commit, description.timestamp - old, description.metadata, 0, 0
                )
                for name, description in described.items()
            }
        written = write_metadata(COLLECTION, described, 0)
        for name, data in written.objects.items():
            self.path(name).parent.mkdir(exist_ok=True)
            self.path(name).write_bytes(data)
        self.path(ObjectName(self.commit(METADATA), ObjectKind.COMMIT)).unlink()
        self.ref(METADATA).write_text(written.checksum)
        if key is not None:
            self.sign(METADATA, key)
        self.update_summary()

    def forge_commit(self, ref: str, data: bytes, *keys: SigningKey) -> str:
        """Put another commit under a ref; the old one goes."""
        self.commit_path(ref).unlink()
        name = ObjectName(sha256(data).hexdigest(), ObjectKind.COMMIT)
        self.path(name).parent.mkdir(exist_ok=True)
        self.path(name).write_bytes(data)
        self.ref(ref).write_text(name.checksum)
        self.sign(ref, *keys)
        self.update_summary()
        return name.checksum

    def remove_ref(self, ref: str) -> None:
        """As if it had never been there, but for its objects."""
        self.ref(ref).unlink()
        self.update_summary()

    def update_summary(self) -> None:
        """What the real ostree makes of the refs; the kit says the same."""
        self.ostree("summary", "--update")
        self.update_kit()

    def update_kit(self) -> None:
        """As somebody would who exchanges commits and forgets nothing."""
        table = self.root / "satchel/contents.tsv"
        if not table.exists():
            return
        stick = load_stick(find_stick(self.root))
        objects = stick.repository.root.below("objects")
        write_checksums(
            stick.location,
            stick.refs,
            lambda commit, _: rendered(read_sums(objects, commit)),
            anew=False,
        )
        with suppress(SatchelError):
            fresh = render(kit_contents(stick, stick_components(stick)))["contents.tsv"]
            kinds = (b"commit\t", b"catalogue\t")
            kept = [line for line in table.read_bytes().splitlines() if not line.startswith(kinds)]
            new = [line for line in fresh.splitlines() if line.startswith(kinds)]
            table.write_bytes(b"\n".join([*kept, *new, b""]))

    def ostree(self, command: str, *arguments: str) -> str:
        return subprocess.run(
            ["ostree", command, f"--repo={self.repo}", *arguments],
            env={"PATH": os.environ["PATH"], "HOME": str(self.root), "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout


def copy_stick(source: Path, target: Path) -> Stick:
    subprocess.run(["cp", "-r", "--reflink=auto", source, target], check=True)
    return Stick(target)


# ---- Ways to damage a file


def flip(path: Path, offset: int, mask: int = 1) -> None:
    data = bytearray(path.read_bytes())
    data[offset] ^= mask
    path.write_bytes(data)


def flip_middle(path: Path) -> None:
    flip(path, path.stat().st_size // 2)


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def lengthen(path: Path) -> None:
    with open(path, "ab") as file:
        file.write(b"\0")


def delete(path: Path) -> None:
    path.unlink()


def into_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def into_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def into_link(path: Path) -> None:
    """To the very bytes that should be here: on another computer they are not."""
    elsewhere = path.parents[4].with_name(f"elsewhere-{path.name}")
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def into_dangling_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def garbage(path: Path) -> None:
    path.write_bytes(b"\xde\xad\xbe\xef" * 300)


def huge(path: Path) -> None:
    """Larger than any such file may be; takes no room."""
    os.truncate(path, 5 << 30)


def exchange(path: Path, other: Path) -> None:
    first, second = path.read_bytes(), other.read_bytes()
    path.write_bytes(second)
    other.write_bytes(first)


def other_key_file(stick: Stick, key: bytes) -> None:
    """The key that the stick hands out, wherever it does."""
    for path in stick.key_files:
        lines = path.read_text().splitlines()
        text = [line for line in lines if not line.startswith("GPGKey=")]
        path.write_text("\n".join([*text, f"GPGKey={base64.b64encode(key).decode()}", ""]))


# ---- The check


@contextmanager
def _surroundings(home: Path) -> Iterator[None]:
    before = dict(os.environ)
    fresh = environment(home)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    os.environ.clear()
    os.environ.update(fresh)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        for number, handler in handlers.items():
            signal.signal(number, handler)


def run(home: Path, *arguments: str | Path) -> tuple[int, str]:
    """The command in this process: its status and all it said."""
    said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="strict")
    with _surroundings(home), redirect_stdout(said), redirect_stderr(said):
        status = main([str(argument) for argument in arguments])
    said.flush()
    return status, said.buffer.getvalue().decode()


def verify(stick: Stick, home: Path, *options: str, trust: bool = True) -> Codes:
    """What ``verify --json`` finds, after a look at everything about it that is always so.

    ``trust``: who does not know the collection lets the drive's own key count.
    """
    if trust:
        options = ("--trust-drive-keys", *options)
    status, said = run(home, "verify", stick.root, "--json", *options)
    assert status in (0, 1), said
    report = json.loads(said)
    check_report(report, status)
    return {(finding["code"], finding["subject"]) for finding in report["findings"]}


def check_report(report: dict[str, Any], status: int) -> None:
    assert {"ok", "findings", "refs", "objects", "bytes", "seconds", "keys"} <= set(report)
    for finding in report["findings"]:
        assert set(finding) == {
            *("code", "severity", "subject", "message", "id", "args"),
            *("hint", "hint_id", "hint_args"),
        }
        code = finding["code"]
        expected = "warning" if code in WARNINGS else "info" if code in INFOS else "error"
        assert finding["severity"] == expected, finding
        assert finding["message"], finding
        assert finding["hint"], finding
    errors = [finding for finding in report["findings"] if finding["severity"] == "error"]
    assert report["ok"] is not bool(errors)
    assert status == (1 if errors else 0)


CHANGES = {
    "flipped": flip_middle,
    "cut": truncate,
    "empty": empty,
    "longer": lengthen,
    "garbage": garbage,
    "directory": into_directory,
    "pipe": into_pipe,
    "link": into_link,
    "dangling": into_dangling_link,
}
"""What may become of a file, by a word for it."""
