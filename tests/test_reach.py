"""Files on a stick are reached through `app.fs.root.Root`, and in no other way.

Which modules open files by a path at all, and whose files those are: a new one has to say so here.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

APP = Path(__file__).parents[1] / "app"

OWN_FILES = {
    "fs/files.py": "the helpers themselves",
    "fs/root.py": "reaches below a drive by descriptors",
    "fs/readable_root.py": "reaches below a drive by descriptors",
    "fs/beneath.py": "reaches below a drive by descriptors",
    "settings.py": "this computer's settings",
    "handover.py": "this computer's runtime directory",
    "resources.py": "Satchel's own files",
    "ostree/pull/object_writer.py": "by names of one part, from descriptors of a Root",
    "ostree/fsck.py": "by names of one part, from descriptors of a Root",
    "ostree/pull/fetch.py": "a source that is a directory",
    "ostree/pull/local_engine.py": "a source that is a directory",
    "ostree/pull/sizes.py": "a source that is a directory",
    "stick/choices/profile.py": "saved choices of this computer",
    "stick/choices/taking.py": "files that the person hands over",
    "ostree/pull/connection.py": "what the kernel tells of the network",
    "ostree/workers.py": "the null device",
    "ostree/readers.py": "what the kernel tells of processes",
    "stick/choices/app_sets.py": "Satchel's own files, and what the person named",
    "stick/memory/accepted_snapshots.py": "this computer's state",
    "stick/memory/fetched_images.py": "this computer's state",
    "stick/memory/unfinished_jobs.py": "this computer's state",
    "stick/memory/speeds.py": "this computer's state",
    "pages.py": "Satchel's own files",
    "stick/kit/rendering.py": "Satchel's own files",
    "stick/kit/releases.py": "Satchel's own files",
    "stick/demo.py": "a throwaway client",
    "stick/memory/known_keys.py": "this computer's state",
    "client/resolving/registered.py": "flatpak's own links",
    "stick/store/view.py": "laid out on this computer's disk",
    "client/receiving/private_repository.py": "on this computer's disk",
    "client/receiving/bundles.py": "a copy on this computer's disk",
    "client/receiving/remote_config.py": "flatpak's configuration",
    "client/receiving/remotes.py": "files for flatpak on this computer's disk",
    "client/receiving/file_remotes.py": "files for flatpak on this computer's disk",
    "client/receiving/images.py": "a layout on this computer's disk",
    "client/receiving/caches.py": "flatpak's own lists",
    "client/receiving/installation.py": "what flatpak has installed",
    "client/receiving/job.py": "this computer's disk",
    "client/receiving/lending.py": "a record in flatpak's installation",
    "client/needs/gathering.py": "what flatpak has installed",
    "fs/held_directory.py": "directories made here, for a while",
    "fs/named_file.py": "writes where the person says",
    "ostree/pull/cache_keeping.py": "this computer's cache",
    "ostree/pull/kept_trees.py": "this computer's cache",
    "ostree/pull/object_cache.py": "this computer's cache",
    "ostree/pull/unfit.py": "this computer's cache",
    "ostree/object_files.py": "by descriptors of directories below a drive, following nothing",
    "ostree/unchanged.py": "by descriptors of directories below a drive, following nothing",
    "ostree/pull/pack_index.py": "this computer's cache",
    "ostree/pull/packs.py": "this computer's cache",
    "ostree/store_size.py": "by descriptors of directories below a drive, following nothing",
    "ostree/stored_sums.py": "by descriptors of directories below a drive, following nothing",
    "stick/environment.py": "only looks whether the cache and a drive are one device",
    "stick/kit/installer.py": "Satchel's own files",
    "stick/mending/sources.py": "flatpak's installations and directories that the person names",
    "fs/settling.py": "by descriptors, following nothing",
    "media/locks/lock_file.py": "a file that the person names",
    "media/trees/place.py": "a directory that the person names",
    "stick/mending/files.py": "directories that the person names; each file is checked",
    "media/trees/installed.py": "the tree of a system that the person names",
    "media/trees/iso_root.py": "a directory that the person names, and Satchel's own files",
    "client/registering/links.py": "links in flatpak's installation",
    "client/registering/service.py": "what the kernel and systemd tell",
    "client/rehearsing/attempts.py": "files for a throwaway client",
    "client/rehearsing/outcome.py": "what a throwaway client has installed",
    "client/rehearsing/rehearsal.py": "a throwaway client",
    "client/rehearsing/throwaway.py": "a throwaway client",
    "stick/store/needs.py": "files that the person hands over",
    "ostree/pull/whole_file.py": "this computer's cache",
    "ostree/pull/payload_cache.py": "this computer's cache, following nothing",
    "ostree/pull/near_objects.py": "repositories that the person names; each object is checked",
    "ostree/pull/unpacked.py": "repositories that the person names; each object is checked",
    "stick/near.py": "flatpak's installations and repositories that the person names",
    "client/payloads.py": "links in flatpak's installation",
    "serve/firewall.py": "what ufw tells of itself",
    "stick/writing/bundles.py": "files that the person hands over",
    "media/images/making/exfat.py": "the image, beside the file that the person named",
    "media/images/making/ext4.py": "the image, beside the file that the person named",
    "media/images/making/make.py": "the image, beside the file that the person named",
    "media/images/making/squashfs.py": "a tree that was made here",
    "media/images/making/tar.py": "the image, beside the file that the person named",
    "media/images/reading/opened.py": "the image that the person named, and where it is unpacked",
    "media/images/reading/unpacking.py": "below a directory made here, by descriptors",
    "media/images/making/tree.py": "a tree that was made here, following nothing",
    "serve/accesses.py": "the web server's runtime directory",
    "serve/fallback.py": "the web server's runtime directory",
    "serve/layout.py": "the web server's runtime directory",
    "serve/runtime.py": "the web server's runtime directory",
    "serve/service.py": "the web server's runtime directory",
    "ostree/pull/mirror_files.py": "this computer's cache",
    "serve/upstream/fetching.py": "this computer's cache",
    "serve/upstream/keeping.py": "this computer's cache",
    "serve/upstream/mirror.py": "this computer's cache; sticks by descriptors of a Root",
    "serve/upstream/mirror_store.py": "by names of one part, from descriptors of a Root",
    "serve/upstream/seeds.py": "this computer's cache, and files that the person named",
    "serve/upstream/signatures.py": "this computer's cache",
    "serve/web_server.py": "the web server's runtime directory",
    "media/publishing/carrying.py": "by descriptors of a directory's own repositories",
}
"""Modules of `app` outside of `cli`, `trust`, `flatpak` and `drive`, which know no stick."""

ELSEWHERE = ("cli/", "trust/", "flatpak/", "drive/")

FUNCTIONS = {"open", "read_bounded", "replace_file", "open_regular", "rmtree", "copytree", "move"}
METHODS = {
    *("read_bytes", "read_text", "write_bytes", "write_text", "iterdir", "glob", "rglob"),
    *("exists", "is_file", "is_dir", "is_symlink", "unlink", "mkdir", "rmdir", "touch"),
    *("symlink_to", "resolve", "chmod", "lstat"),
}
OS = {
    *("open", "listdir", "scandir", "walk", "stat", "lstat", "mkdir", "makedirs", "rmdir"),
    *("unlink", "remove", "rename", "replace", "symlink", "link", "chmod", "readlink", "truncate"),
}
ROOTS = {
    *("root", "drive", "kit", "directory", "repository", "extension", "upstream", "objects"),
    *("prefix", "entry"),
}
"""Names under which a Root or an entry of one goes: their methods are the way to go."""


def opens(tree: ast.AST) -> list[tuple[int, str]]:
    calls = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id=name) if name in FUNCTIONS:
                calls.append((node.lineno, name))
            case ast.Attribute(value=ast.Name(id="os" | "shutil"), attr=name) if (
                name in OS | FUNCTIONS
            ):
                calls.append((node.lineno, f"os.{name}"))
            case ast.Attribute(value=value, attr=name) if name in METHODS:
                last = value.attr if isinstance(value, ast.Attribute) else ast.unparse(value)
                if last.lstrip("_") not in ROOTS:
                    calls.append((node.lineno, f".{name}"))
    return calls


MODULES = sorted(
    name
    for path in APP.rglob("*.py")
    if not (name := path.relative_to(APP).as_posix()).startswith(ELSEWHERE)
)


@pytest.mark.parametrize("name", [name for name in MODULES if name not in OWN_FILES])
def test_no_file_is_opened_by_its_path(name: str) -> None:
    assert opens(ast.parse((APP / name).read_text())) == []


@pytest.mark.parametrize("name", OWN_FILES)
def test_the_list_holds_what_opens_files_and_nothing_else(name: str) -> None:
    assert opens(ast.parse((APP / name).read_text()))


@pytest.mark.parametrize(
    "line",
    [
        "open(stick / 'x')",
        "os.open(path, 0)",
        "read_bounded(location.shown / 'x', 1)",
        "(location.root / 'x').read_bytes()",
        "location.shown.joinpath('x').unlink()",
        "shutil.rmtree(path)",
    ],
)
def test_what_would_be_seen(line: str) -> None:
    assert opens(ast.parse(line))
