"""Signed upstream repositories, made by the real flatpak and ostree.

Commits are what `flatpak build-export` makes of a build directory, so a real flatpak installs and
runs them. Their times come from a clock that starts in 2025 and ticks a minute for each commit.
"""

from __future__ import annotations

import base64
import copy
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.build_contents import (
    PLATFORM,
    PLATFORM_EXTENSIONS,
    PLUGIN_EXTENSION,
    Content,
    ExtraData,
    add_programs,
    app_files,
    fill_tree,
    link_languages,
    make_mount_points,
)
from tests.gpg import SigningKey

COLLECTION = "org.test.Upstream"
TICK = 60


def host_arch() -> str:
    """As flatpak names it; for those it runs tests on."""
    return os.uname().machine


@dataclass
class _Build:
    """A build directory, as often exported as the ref has commits."""

    directory: Path
    branch: str
    options: tuple[str, ...]
    files: str
    bumps: int = 0


@dataclass
class Upstream:
    """An archive repository below ``directory``, with every commit signed by ``key``.

    Without a ``collection``, as most are, it is empty; ``signed``: or nothing in it is.

    Nothing is visible to clients before `update`.

    Attributes:
        path: the repository.
        refs: ref → newest commit, of what was added; not of what `update` generates.
    """

    directory: Path
    key: SigningKey
    collection: str = COLLECTION
    arch: str = field(default_factory=host_arch)
    signed: bool = True
    refs: dict[str, str] = field(default_factory=dict, init=False)
    now: int = field(default=1_735_732_800, init=False)
    _builds: dict[str, _Build] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        (self.directory / "home").mkdir(parents=True)
        self.ostree("init", "--mode=archive-z2", *self._named())

    @property
    def path(self) -> Path:
        return self.directory / "repo"

    def copy(self, directory: Path) -> Upstream:
        """Another one like it, to be changed by a test. It signs with the same key."""
        shutil.copytree(self.directory, directory, symlinks=True)
        return self.restored(directory, self.key, self.collection, copy.deepcopy(self.state()))

    def _named(self) -> tuple[str, ...]:
        return (f"--collection-id={self.collection}",) if self.collection else ()

    def state(self) -> dict[str, Any]:
        """What `restored` needs beside the directory; it fits into JSON."""
        builds = {
            ref: (
                str(build.directory.relative_to(self.directory)),
                build.branch,
                build.options,
                build.files,
                build.bumps,
            )
            for ref, build in self._builds.items()
        }
        return {
            "arch": self.arch,
            "signed": self.signed,
            "refs": self.refs,
            "now": self.now,
            "builds": builds,
        }

    @classmethod
    def restored(
        cls, directory: Path, key: SigningKey, collection: str, state: dict[str, Any]
    ) -> Self:
        """One made before, whose directory is this one now."""
        made = cls.__new__(cls)
        made.directory, made.key, made.collection = directory, key, collection
        made.arch, made.signed = state["arch"], state["signed"]
        made.refs, made.now = state["refs"], state["now"]
        made._builds = {
            ref: _Build(directory / place, branch, tuple(options), files, bumps)
            for ref, (place, branch, options, files, bumps) in state["builds"].items()
        }
        return made

    def flatpakrepo(self, url: str) -> str:
        lines = ["[Flatpak Repo]", "Title=Test upstream", f"Url={url}"]
        if self.collection:
            lines.append(f"DeploySideloadCollectionID={self.collection}")
            lines.append(f"DeployCollectionID={self.collection}")
        if self.signed:
            lines.append(f"GPGKey={base64.b64encode(self.key.public).decode()}")
        return "\n".join([*lines, ""])

    # ---- What it offers

    def add_runtime(
        self,
        id: str = PLATFORM,
        branch: str = "1",
        *,
        files: Content | None = None,
        extensions: str = "",
        languages: Sequence[str] = (),
        runnable: bool = True,
        size: int = 0,
        eol: str = "",
        eol_rebase: str = "",
        subset: str = "",
        arch: str = "",
    ) -> str:
        """A runtime, its ``.Locale`` if there are ``languages``; returns its ref.

        ``runnable``: with this computer's ``sh`` and ``cat``. ``files`` are below ``/usr``.
        """
        arch = arch or self.arch
        name = f"{id}/{arch}/{branch}"
        metadata = f"[Runtime]\nname={id}\nruntime={name}\nsdk={name}\n"
        build = self._new_build(f"runtime/{name}", metadata, extensions, languages)
        (build / "files").mkdir()  # build-export wants it, though it takes usr
        if runnable:
            add_programs(build / "usr")
        fill_tree(build / "usr", files or {}, size, f"runtime/{name}")
        link_languages(build / "usr", languages)
        make_mount_points(build / "usr", extensions)
        options = self._options(arch, eol, eol_rebase, subset)
        self._export(f"runtime/{name}", _Build(build, branch, ("--runtime", *options), "usr"))
        if languages:
            self._add_locale(f"runtime/{name}", languages, options)
        return f"runtime/{name}"

    def add_app(
        self,
        id: str,
        branch: str = "stable",
        *,
        runtime: str = f"{PLATFORM}//1",
        files: Content | None = None,
        extensions: str = "",
        languages: Sequence[str] = (),
        name: str = "",
        says: str = "",
        extra_data: ExtraData | None = None,
        size: int = 0,
        eol: str = "",
        eol_rebase: str = "",
        subset: str = "",
        arch: str = "",
    ) -> str:
        """An app that prints ``says``, its ``.Locale`` if there are ``languages``; returns its ref.

        It has a desktop entry, an icon and a place in the appstream. ``extensions`` is text for its
        metadata; ``files`` are below ``/app``; ``size`` bytes in it cannot be compressed.
        """
        arch = arch or self.arch
        name = name or id.rpartition(".")[2]
        ref = f"app/{id}/{arch}/{branch}"
        runtime_id, _, runtime_branch = runtime.partition("//")
        runtime = f"{runtime_id}/{arch}/{runtime_branch}"
        metadata = f"[Application]\nname={id}\nruntime={runtime}\nsdk={runtime}\n"
        build = self._new_build(ref, metadata, extensions, languages)
        root = build / "files"
        fill_tree(root, app_files(id, name, says or f"{name}: hello"), 0, "")
        fill_tree(root, files or {}, size, ref)
        link_languages(root, languages)
        make_mount_points(root, extensions)
        finish = ["--command=start"]
        if extra_data is not None:
            length = len(extra_data.payload)
            finish.append(
                f"--extra-data={extra_data.name}:{extra_data.sha256}:{length}:{length}:{extra_data.uri}"
            )
        self._run("flatpak", "build-finish", *finish, build)
        options = self._options(arch, eol, eol_rebase, subset)
        self._export(ref, _Build(build, branch, options, "files"))
        if languages:
            self._add_locale(ref, languages, options)
        return ref

    def add_extension(
        self,
        id: str,
        branch: str,
        *,
        of: str = "",
        files: Content | None = None,
        metadata: str = "",
        extra_data: ExtraData | None = None,
        size: int = 0,
        eol: str = "",
        eol_rebase: str = "",
        subset: str = "",
        arch: str = "",
    ) -> str:
        """Whatever fills an extension point: drivers, themes, plugins; returns its ref.

        ``of``: the ref of what it extends; ``metadata``: more text for its metadata.
        """
        arch = arch or self.arch
        ref = f"runtime/{id}/{arch}/{branch}"
        text = f"[Runtime]\nname={id}\n" + (f"\n[ExtensionOf]\nref={of}\n" if of else "")
        build = self._new_build(ref, text, metadata)
        fill_tree(build / "files", files or {}, size, ref)
        finish = []
        if extra_data is not None:
            length = len(extra_data.payload)
            finish.append(
                f"--extra-data={extra_data.name}:{extra_data.sha256}:{length}:{length}:{extra_data.uri}"
            )
        self._run("flatpak", "build-finish", *finish, build)
        options = ("--runtime", *self._options(arch, eol, eol_rebase, subset))
        self._export(ref, _Build(build, branch, options, "files"))
        return ref

    def bump(self, ref: str, files: Content | None = None) -> str:
        """A newer commit of ``ref``, with other content; returns its checksum."""
        build = self._builds[ref]
        build.bumps += 1
        root = build.directory / build.files
        fill_tree(root, {"share/bump": f"{build.bumps}\n", **(files or {})}, 0, "")
        self._export(ref, build)
        return self.refs[ref]

    def republish(self, ref: str, *options: str) -> str:
        """A newer commit with the same content and more of what ``ostree commit`` can say.

        Returns its checksum.
        """
        self.now += TICK
        kept = ("xa.metadata", "xa.ref", "xa.download-size", "xa.installed-size")
        self.ostree(
            "commit", *self._signing(), f"--branch={ref}", f"--tree=ref={ref}",
            f"--timestamp=@{self.now}", *(f"--keep-metadata={key}" for key in kept), *options,
        )  # fmt: skip
        self.refs[ref] = self.commit(ref)
        return self.refs[ref]

    def remove(self, ref: str) -> None:
        """Its commit stays; the next `update` forgets the ref."""
        del self.refs[ref], self._builds[ref]
        self.ostree("refs", "--delete", ref)

    def update(
        self,
        *,
        index: bool = True,
        ostree_metadata: bool = False,
        cache: bool = True,
        appstream: bool = True,
        options: Sequence[str] = (),
    ) -> None:
        """Write appstream, summary and signatures anew.

        ``options``: further ones of ``flatpak build-update-repo``.

        ``appstream``: or leave what there is of it.

        ``index``: with ``summary.idx`` and ``summaries/``, or as before flatpak 1.10.
        ``ostree_metadata``: with that ref, or without it. ``cache``: it has ``xa.cache``, as
        flatpak before 1.8 wrote it, or not, as ``ostree summary --update`` leaves it.
        """
        for stale in ("summary.idx", "summary.idx.sig"):
            (self.path / stale).unlink(missing_ok=True)
        shutil.rmtree(self.path / "summaries", ignore_errors=True)
        self.ostree("refs", "--delete", "ostree-metadata")
        update = [
            "build-update-repo", *self._signing(), *self._named(), "--title=Test upstream",
            *(["--deploy-sideload-collection-id"] if self.collection else []),
        ]  # fmt: skip
        # It makes the appstream, of which ostree-metadata tells as well, and the summary, which
        # names ostree-metadata: hence appstream first, then that, then the rest.
        if appstream:
            self._run("flatpak", *update, "--no-update-summary", self.path)
        if ostree_metadata and cache:
            self._commit_metadata()
        elif ostree_metadata:
            self.ostree("summary", "--update", *self._signing())
        options = (*options, *(() if index else ("--no-summary-index",)))
        self._run("flatpak", *update, "--no-update-appstream", *options, self.path)

    # ---- The tools

    def ostree(self, command: str, *arguments: str | Path) -> str:
        """The real thing on this repository; returns what it prints."""
        return self._run("ostree", command, f"--repo={self.path}", *arguments)

    def commit(self, ref: str) -> str:
        """The checksum that any ref of the repository names."""
        return (self.path / "refs/heads" / ref).read_text().strip()

    def _run(self, *command: str | Path) -> str:
        home = self.directory / "home"
        done = subprocess.run(
            [str(part) for part in command],
            env={
                "PATH": os.environ["PATH"],
                "LC_ALL": "C.UTF-8",
                "HOME": str(home),
                "FLATPAK_USER_DIR": str(home / "user"),
                "FLATPAK_SYSTEM_DIR": str(home / "system"),
                "FLATPAK_CONFIG_DIR": str(home / "config"),
                "XDG_RUNTIME_DIR": str(home),
                # For commits that take no --timestamp.
                "SOURCE_DATE_EPOCH": str(self.now),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    def _signing(self) -> tuple[str, ...]:
        if not self.signed:
            return ()
        return f"--gpg-sign={self.key.fingerprint}", f"--gpg-homedir={self.key.homedir}"

    def _options(self, arch: str, eol: str, eol_rebase: str, subset: str) -> tuple[str, ...]:
        options = [f"--arch={arch}"]
        options += [f"--end-of-life={eol}"] if eol else []
        options += [f"--end-of-life-rebase={eol_rebase}"] if eol_rebase else []
        options += [f"--subset={subset}"] if subset else []
        return tuple(options)

    def _new_build(
        self, ref: str, metadata: str, extensions: str, languages: Sequence[str] = ()
    ) -> Path:
        build = self.directory / "build" / ref
        build.mkdir(parents=True)
        if languages:
            metadata += (
                f"\n[Extension {ref.split('/')[1]}.Locale]\n"
                "directory=share/runtime/locale\nautodelete=true\nlocale-subset=true\n"
            )
        (build / "metadata").write_text(f"{metadata}\n{extensions}".rstrip("\n") + "\n")
        return build

    def _add_locale(self, parent: str, languages: Sequence[str], options: tuple[str, ...]) -> None:
        _, id, _, branch = parent.split("/")
        ref = parent.replace("app/", "runtime/", 1).replace(id, f"{id}.Locale", 1)
        text = f"[Runtime]\nname={id}.Locale\n\n[ExtensionOf]\nref={parent}\n"
        build = self._new_build(ref, text, "")
        for language in languages:
            path = f"{language}/share/{language}/LC_MESSAGES/{id}.txt"
            fill_tree(build / "files", {path: f"{id} in {language}\n"}, 0, "")
        self._run("flatpak", "build-finish", build)
        self._export(ref, _Build(build, branch, ("--runtime", *options), "files"))

    def _export(self, ref: str, build: _Build) -> None:
        self.now += TICK
        self._run(
            "flatpak", "build-export", *self._signing(), *self._named(),
            f"--timestamp=@{self.now}", "--no-update-summary", "--disable-sandbox",
            "--disable-fsync", f"--files={build.files}", *build.options, self.path,
            build.directory, build.branch,
        )  # fmt: skip
        self._builds[ref] = build
        self.refs[ref] = self.commit(ref)

    def _commit_metadata(self) -> None:
        """``ostree-metadata`` with what flatpak before 1.8 put into it."""
        entries = []
        for ref in self.ostree("refs", "--list").split():
            if ref.startswith(("app/", "runtime/")):
                # Printed as they are stored: big-endian ones look odd and stay what they are.
                installed, download, metadata = (
                    self.ostree("show", f"--print-metadata-key={key}", ref).strip()
                    for key in ("xa.installed-size", "xa.download-size", "xa.metadata")
                )
                entries.append(f"'{ref}': ({installed}, {download}, {metadata})")
        empty = self.directory / "empty"
        empty.mkdir(exist_ok=True)
        self.now += TICK
        self.ostree(
            "commit", *self._signing(), "--branch=ostree-metadata", f"--timestamp=@{self.now}",
            "--owner-uid=0", "--owner-gid=0", f"--tree=dir={empty}",
            "--add-metadata=xa.cache-version=uint32 1",
            f"--add-metadata=xa.cache=@a{{s(tts)}} {{{', '.join(entries)}}}",
        )  # fmt: skip


def fill_default(upstream: Upstream) -> None:
    """A bit of everything that matters when a stick is made, and `Upstream.update`.

    A runtime with locales, a driver and a theme of its own; Hello with locales and a plugin, Other
    that is at its end of life, Large with something to download.
    """
    platform = upstream.add_runtime(extensions=PLATFORM_EXTENSIONS, languages=("de", "en", "fr"))
    upstream.add_extension(
        f"{PLATFORM}.GL.default", "1", of=platform, files={"lib/driver.so": "a driver\n"}
    )
    upstream.add_extension("org.test.Theme.Night", "3.22", files={"theme.css": "* {}\n"})
    hello = upstream.add_app(
        "org.test.Hello",
        extensions=PLUGIN_EXTENSION,
        languages=("de", "en", "fr"),
        says="Hello from upstream",
    )
    upstream.add_extension("org.test.Hello.Plugin.fun", "v1", of=hello, files={"fun": "fun\n"})
    upstream.add_app("org.test.Other", eol="Nobody looks after it")
    upstream.add_app("org.test.Large", size=3_000_000)
    upstream.update()
