"""Sticks that do not agree with each other or with upstream, by the dozen.

A case is a ref of its own in one upstream and on three sticks, so that one flatpak decides them all
at once. It is written as ``UPSTREAM|STICK|STICK|STICK|INSTALLED``. A letter is a commit: ``a`` is
the oldest, then ``b``, then ``c``; ``d`` is another one of the same second as ``b``. Behind the
letter of a stick stands what is wrong with it:

    ~   its ostree-metadata names another commit
    -   its ostree-metadata does not have the ref
    ?   the commit is marked as partial, and lacks a file
    !   the commit is not there
    0   the list tells no time
    >   the list tells a time that is newer than all
    +X  the stick has commit X as well, which its list does not name
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.fs.root import Root
from app.ostree.names import METADATA_REF
from app.ostree.repository import Repository
from app.ostree.summary import NewRef, build_summary
from app.stick.store.ostree_metadata import Described, write_metadata
from tests.client import Client
from tests.upstream import Upstream, host_arch

STICKS = ("one", "two", "three")
DECOY = "org.test.Another"
"""A collection that each stick has beside, with the same refs; the main one of the second stick."""

_TIMES = {"a": 1_740_000_000, "b": 1_750_000_000, "c": 1_760_000_000, "d": 1_750_000_000}
_NEVER = 1_790_000_000


@dataclass(frozen=True)
class Case:
    """See the module.

    Attributes:
        ref: of a runtime without needs, which flatpak installs fastest.
    """

    text: str
    ref: str
    upstream: str
    sticks: tuple[str, str, str]
    installed: str


def cases(texts: Iterable[str]) -> tuple[Case, ...]:
    made = []
    for number, text in enumerate(texts):
        upstream, *sticks, installed = text.split("|")
        one, two, three = sticks
        ref = f"runtime/org.test.Case{number:03}/{host_arch()}/1"
        made.append(Case(text, ref, upstream, (one, two, three), installed))
    return tuple(made)


class World:
    """An upstream, three sticks, and a past one from which computers installed what they have.

    Attributes:
        commits: ref and letter → checksum.
    """

    def __init__(self, directory: Path, upstream: Upstream, all_cases: Iterable[Case]) -> None:
        self.directory = directory
        self.upstream = upstream
        self.cases = tuple(all_cases)
        self.commits: dict[tuple[str, str], str] = {}
        self._letters: dict[str, str] = {}
        upstream.ostree("config", "set", "core.fsync", "false")
        self._decoy = self._committed(DECOY, "runtime/org.test.Decoy/none/1", "e")
        for case in self.cases:
            for letter in sorted(set("".join((case.upstream, *case.sticks, case.installed)))):
                if letter in _TIMES:
                    self._commit(case, letter)
            if case.upstream:
                upstream.ostree(
                    "refs", self.commits[case.ref, case.upstream], f"--create={case.ref}"
                )
        upstream.update()
        for number, name in enumerate(STICKS):
            self._fill(name, {case.ref: case.sticks[number] for case in self.cases})
        self._fill("past", {case.ref: case.installed for case in self.cases})

    def stick(self, name: str) -> Path:
        return self.directory / name

    @property
    def sticks(self) -> tuple[Path, ...]:
        return tuple(self.stick(name) for name in STICKS)

    def letter(self, commit: str | None) -> str:
        """Which one of its case it is; empty for none."""
        return self._letters[commit] if commit else ""

    def _commit(self, case: Case, letter: str) -> None:
        commit = self._committed(self.upstream.collection, case.ref, letter)
        self.commits[case.ref, letter] = commit
        self._letters[commit] = letter

    def _committed(self, collection: str, ref: str, letter: str) -> str:
        name = ref.removeprefix("runtime/")
        tree = self.directory / "tree"
        (tree / "files").mkdir(parents=True, exist_ok=True)
        metadata = f"[Runtime]\nname={name.split('/')[0]}\nruntime={name}\nsdk={name}\n"
        (tree / "metadata").write_text(metadata)
        (tree / "files/letter").write_text(f"{ref} {letter}\n")
        return self.upstream.ostree(
            "commit", "--orphan", f"--tree=dir={tree}", "--canonical-permissions",
            f"--timestamp=@{_TIMES.get(letter, _NEVER)}", "--no-bindings",
            f"--add-metadata-string=xa.metadata={metadata}",
            f"--add-metadata-string=ostree.collection-binding={collection}",
            f"--add-metadata=ostree.ref-binding=['{ref}']",
        ).strip()  # fmt: skip

    def _fill(self, name: str, entries: Mapping[str, str]) -> None:
        path = self.stick(name) / ".ostree/repo"
        path.mkdir(parents=True)
        _ostree(path, "init", "--mode=archive-z2")
        _ostree(path, "config", "set", "core.fsync", "false")
        listed = {ref: code for ref, code in entries.items() if code}
        wanted = {self._decoy} | {
            self.commits[ref, letter]
            for ref, code in listed.items()
            for letter in code
            if letter in _TIMES and not (letter == code[0] and "!" in code)
        }
        _ostree(path, "pull-local", "--disable-verify-bindings", str(self.upstream.path), *wanted)
        repository = Repository.open(Root(path))
        for ref, code in listed.items():
            commit = self.commits[ref, code[0]]
            if "!" not in code:
                mirror = path / "refs/mirrors" / self.upstream.collection / ref
                mirror.parent.mkdir(parents=True)
                mirror.write_text(f"{commit}\n")
            if "?" in code:
                self._break(repository, commit)
        metadata = self._write_metadata(repository, listed)
        refs = {ref: self._listed(ref, code) for ref, code in listed.items()}
        refs[METADATA_REF] = NewRef(metadata, 1, _NEVER)
        mains = {"two": DECOY, "three": self.upstream.collection}
        # The same refs of somebody else, as new as can be.
        decoys = {ref: NewRef(self._decoy, 1, _NEVER) for ref in listed}
        summary = build_summary(
            {self.upstream.collection: refs, DECOY: decoys},
            main_collection=mains.get(name, ""),
            mode="archive-z2",
            last_modified=_NEVER,
        )
        (path / "summary").write_bytes(summary)

    def _listed(self, ref: str, code: str) -> NewRef:
        time = 0 if "0" in code else _NEVER if ">" in code else _TIMES[code[0]]
        return NewRef(self.commits[ref, code[0]], 1, time)

    def _break(self, repository: Repository, commit: str) -> None:
        (repository.path / f"state/{commit}.commitpartial").write_text("")
        shown = _ostree(repository.path, "ls", "-C", commit, "/files/letter")
        checksum = shown.split()[4]
        (repository.path / f"objects/{checksum[:2]}/{checksum[2:]}.filez").unlink()

    def _write_metadata(self, repository: Repository, listed: Mapping[str, str]) -> str:
        described = {}
        for ref, code in listed.items():
            if "-" in code:
                continue
            named = "0" * 64 if "~" in code else self.commits[ref, code[0]]
            text = ""
            if "!" not in code:
                commit = repository.read_commit(self.commits[ref, code[0]])
                text = commit.app_metadata or ""
            described[ref] = Described(named, _TIMES[code[0]], text, 0, 0)
        written = write_metadata(self.upstream.collection, described, _NEVER)
        for name, data in written.objects.items():
            repository.write_object(name, data)
        place = repository.path / "refs/mirrors" / self.upstream.collection / METADATA_REF
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{written.checksum}\n")
        return written.checksum


class Computer:
    """One that has what is installed in each case of a world.

    Attributes:
        environment: the variables of its programs.
    """

    def __init__(self, client: Client, world: World, url: str) -> None:
        self._client = client
        self._world = world
        self.environment = client.environment
        client.remote_add("up", world.upstream.path.as_uri(), world.upstream.key.public)
        config = client.repo / "config"
        text = config.read_text()
        # The commits are not signed: nothing is looked at here but which of them is chosen.
        text = text.replace("gpg-verify=true", "gpg-verify=false")
        text = text.replace("[core]\n", "[core]\nfsync=false\n")
        old = world.upstream.path.as_uri()
        assert old in text
        text = text.replace(
            f"url={old}\n", f"url=file:///nowhere\ncollection-id={world.upstream.collection}\n"
        )
        config.write_text(text)
        refs = [case.ref for case in world.cases if case.installed]
        if refs:
            client.install("up", *refs, sideload=world.stick("past"))
        text = config.read_text().replace("url=file:///nowhere", f"url={url}")
        config.write_text(text)

    def take(self, *refs: str) -> str:
        """Install what is not here, update what is; returns what flatpak says."""
        sideload = [f"--sideload-repo={stick}" for stick in self._world.sticks]
        options = ("--user", "-y", "--noninteractive", *sideload)
        has = self.has()
        new = [ref for ref in refs if ref not in has]
        old = [ref for ref in refs if ref in has]
        said = ""
        if new:
            said += self._client.run("install", *options, "up", *new, check=False).stdout
        if old:
            said += self._client.run("update", *options, *old, check=False).stdout
        return said

    def has(self) -> dict[str, str]:
        """Ref → letter."""
        refs = self._client.repo / "refs/heads/deploy"
        return {
            str(path.relative_to(refs)): self._world.letter(path.read_text().strip())
            for path in refs.rglob("1")
        }


def _ostree(path: Path, command: str, *arguments: str) -> str:
    return subprocess.run(
        ["ostree", command, f"--repo={path}", *arguments],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
