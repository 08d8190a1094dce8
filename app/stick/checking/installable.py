"""Does flatpak install every ref on the stick, as what it is called?

Follows ``flatpak_remote_state_load_data``, ``validate_commit_metadata`` and ``flatpak_dir_deploy``
(``common/flatpak-dir.c``): what is read offline is the commit's ``xa.metadata``, and what is
deployed must say the same. What flatpak lets pass though it cannot be started, or says that it is
another app, is told as well. Why: decision D35.
"""

from __future__ import annotations

import errno
from collections.abc import Collection, Iterator, Mapping

from app.flatpak.exports import READ, export_problem, own_names, permission_problem
from app.flatpak.metadata import Metadata
from app.flatpak.refs import Ref
from app.formats.gvariant import FormatError
from app.formats.keyfile import MAX_SIZE, Keyfile, KeyfileError
from app.message import NOTHING, Message
from app.ostree.content import unpack_expected, unpack_regular
from app.ostree.objects import Commit, DirTree, ObjectKind, ObjectName
from app.ostree.repository import Repository
from app.stick.findings import Code, Finding, finding
from app.stick.store.contents import CarriedRef

_FILE, _FILES, _EXPORT = "metadata", "files", "export"


def check_installable(
    repository: Repository,
    refs: Mapping[str, Mapping[str, str]],
    carried: Mapping[tuple[str, str], CarriedRef],
    damaged: Collection[ObjectName],
) -> Iterator[Finding]:
    """Not of commits that are ``damaged``, or are those of another ref: more is wrong with them."""
    trees: dict[tuple[str, str], Message] = {}
    for (collection, ref), subject in carried.items():
        name = ObjectName(refs[collection][ref], ObjectKind.COMMIT)
        if name in damaged or ref not in subject.commit.ref_bindings:
            continue
        text = subject.commit.app_metadata
        problem = _commit_problem(subject.ref, subject.commit)
        if not problem and text is not None:
            place = subject.commit.tree, text
            if place not in trees:
                trees[place] = _tree_problem(repository, subject.commit, text.encode(), damaged)
                if not trees[place] and subject.ref.kind == "app":
                    trees[place] = _exports_problem(
                        repository, subject.ref.id, subject.commit, damaged
                    )
            problem = trees[place]
        if problem:
            message = Message(
                "flatpak does not install {ref}: {problem}.", ref=subject.ref, problem=problem
            )
            yield finding(Code.METADATA_MISMATCH, str(subject.ref), message)
        elif text is not None:
            yield from _check_metadata(subject.ref, text)


def _commit_problem(ref: Ref, commit: Commit) -> Message:
    """Why flatpak gives up before it has fetched anything but the commit; empty if it does not."""
    text = commit.app_metadata
    if text is None:
        return Message("its commit has no xa.metadata")
    try:
        metadata = Keyfile.parse(text.encode())
    except KeyfileError as error:
        return Message("its metadata is no key file, {error}", error=error)
    if ref.kind == "app" and (problem := permission_problem(metadata)):
        return problem
    said = commit.metadata.get("xa.ref", "s")
    meant = Ref.parse_or_none(said) if isinstance(said, str) else ref
    # One commit may stand for several branches.
    if meant is None or (meant.kind, meant.id, meant.arch) != (ref.kind, ref.id, ref.arch):
        return Message("its commit says that it is {said}", said=said)
    return NOTHING


def _tree_problem(
    repository: Repository, commit: Commit, text: bytes, damaged: Collection[ObjectName]
) -> Message:
    """How the tree differs from what the commit says about it."""
    root = ObjectName(commit.tree, ObjectKind.DIRTREE)
    try:
        if root in damaged:
            return NOTHING
        tree = DirTree.parse(repository.read_object(root))
    except (OSError, FormatError):
        return NOTHING
    if all(name != _FILES for name, _, _ in tree.directories):
        return Message("its tree has no directory “files”")
    for name, checksum in tree.files:
        if name == _FILE:
            file = ObjectName(checksum, ObjectKind.FILE)
            same = file in damaged or _is(repository, file, text)
            return NOTHING if same else Message("its commit and its tree have different metadata")
    return Message("its tree has no file “metadata”")


def _exports_problem(
    repository: Repository, app: str, commit: Commit, damaged: Collection[ObjectName]
) -> Message:
    """What flatpak does not export, and then does not install the app."""
    names = own_names(app, Keyfile.parse((commit.app_metadata or "").encode()))
    for directory, ending in READ.items():
        tree = _subtree(repository, commit, f"{_EXPORT}/{directory}", damaged)
        for name, checksum in tree.files if tree is not None else ():
            file = ObjectName(checksum, ObjectKind.FILE)
            if not name.endswith(ending) or file in damaged:
                continue
            try:
                data = unpack_regular(repository.read_stored(file, 2 * MAX_SIZE), MAX_SIZE)
            except (OSError, FormatError):
                continue
            # flatpak leaves links out, and reads of the rest what ends so.
            if data is not None and (problem := export_problem(name, data, names)):
                return problem
    return NOTHING


def _subtree(
    repository: Repository, commit: Commit, path: str, damaged: Collection[ObjectName]
) -> DirTree | None:
    """A directory; None if there is none that is whole."""
    name = ObjectName(commit.tree, ObjectKind.DIRTREE)
    try:
        tree = None if name in damaged else DirTree.parse(repository.read_object(name))
        for step in path.split("/"):
            if tree is None:
                return None
            below = {entry: checksum for entry, checksum, _ in tree.directories}.get(step)
            name = ObjectName(below or "", ObjectKind.DIRTREE)
            whole = below is not None and name not in damaged
            tree = DirTree.parse(repository.read_object(name)) if whole else None
    except (OSError, FormatError):
        return None
    return tree


def _is(repository: Repository, name: ObjectName, text: bytes) -> bool:
    """Whether a file object holds this text; also true of what cannot be read."""
    try:
        return unpack_expected(repository.read_stored(name, 2 * MAX_SIZE), len(text)) == text
    except OSError as error:
        return error.errno != errno.EFBIG
    except FormatError:
        return True


def _check_metadata(ref: Ref, text: str) -> Iterator[Finding]:
    """What flatpak installs all the same; most of it cannot be started."""
    try:
        metadata = Metadata.parse(text.encode())
    except KeyfileError as error:
        message = Message(
            "The metadata of {ref} is not that of an app or runtime: {error}.", ref=ref, error=error
        )
    else:
        if (metadata.kind, metadata.name) == (ref.kind, ref.id):
            return
        said = f"the {metadata.kind} {metadata.name}"
        message = Message("The metadata of {ref} is that of {said}.", ref=ref, said=said)
    yield finding(Code.METADATA_MISMATCH, str(ref), message)
