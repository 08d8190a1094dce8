"""Where a tree is made: in a directory inside of the one that it is for, and moved up when it is
whole.

So the directory has what it had, or all of what it gets, and nothing beside it is written to:
in a builder's container it may be the only one that can be. What was begun stays, and is gone on
with. While it is moved a mark says so, and the next start ends that first.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from msgspec import Struct

from app.errors import DriveError
from app.formats import schema
from app.fs.files import (
    DIRECTORY_MODE,
    drive_errors,
    read_bounded,
    readable_by_everybody,
    replace_file,
)
from app.fs.nodes import Node
from app.fs.root import Root
from app.fs.settling import settle
from app.media.trees.tree import Layout
from app.message import Message

WORK = ".satchel-media"
"""What is under way, below the directory."""

MARK = ".ostree/repo/extensions/satchel/media.json"
"""Says that a tree was made here, and which files beside the stick belong to it."""

INSTALLATION = "var/lib/flatpak"
"""Where an operating system has what is installed for everyone."""

_TO_BRANCHES = 4
"""Names from an installation to a branch of an app, in which its commits are."""

_ELSEWHERE = "sideload-repos"
"""Links in it lead to drives."""

_WHOLE = "whole"
_OLD = "old-"
_STICK = (".ostree", "satchel")
"""Names at the top that belong to it altogether."""
_MAX_MARK = 1024 * 1024
_MOST_FILES = 1000
_MOST_TOLD = 5


class OccupiedError(DriveError):
    """There are other things in the directory, or it is one that nothing may be made in."""


class Mark(Struct, frozen=True):
    """
    Attributes:
        files: beside the stick, as relative paths.
    """

    layout: Layout
    files: tuple[str, ...]


def _is_path(text: str) -> bool:
    path = PurePosixPath(text)
    return not path.is_absolute() and ".." not in path.parts and str(path) == text != "."


_PATHS = schema.list_of(schema.text(4096, _is_path), _MOST_FILES)
_READ_MARK = schema.versioned(1, schema.structure(Mark, layout=schema.choice(Layout), files=_PATHS))


class Place(Struct, frozen=True):
    """
    Attributes:
        out: the directory that the tree is for.
        before: what was made there before; None if nothing was.
    """

    out: Path
    before: Mark | None

    @property
    def tree(self) -> Path:
        """Where it is made."""
        return self.out / WORK / "tree"

    @property
    def scratch(self) -> Path:
        """For whatever is needed meanwhile; it goes at the end, whichever that is."""
        return self.out / WORK / "scratch"

    def move_up(self, mark: Mark, when: int | None = None) -> None:
        """Now it is whole: it takes the place of what was there; ``when``: the time that all of it
        tells, seconds since 1970. Raises DriveError.
        """
        data = {"version": 1, "layout": mark.layout, "files": list(mark.files)}
        old = self.before.files if self.before is not None else ()
        gone = sorted(set(old) - set(mark.files))
        with readable_by_everybody(), drive_errors(Message("putting the files in their places")):
            Root(self.tree).replace(MARK, json.dumps(data, indent=1).encode() + b"\n")
            replace_file(self.out / WORK / _WHOLE, json.dumps(gone).encode())
            if when is not None:
                settle(self.tree, when)
            _end_moving(self.out)
            self.clear_up()
            if when is not None:
                _date_directories(self.out, mark.files, when)

    def clear_up(self) -> None:
        """Nothing is under way any more: what was needed meanwhile goes."""
        shutil.rmtree(self.out / WORK, ignore_errors=True)


def _date_directories(out: Path, files: Sequence[str], when: int) -> None:
    """Those that something was moved into."""
    # Removing what was under way has changed the topmost as well.
    for path in sorted(_above(files), key=lambda path: -path.count("/")):
        os.utime(out / path, (when, when))
    os.utime(out, (when, when))


def _above(files: Sequence[str]) -> set[str]:
    """The directories in which they lie, below the topmost."""
    return {str(path) for file in files for path in PurePosixPath(file).parents[:-1]}


@contextmanager
def open_place(out: Path) -> Iterator[Place]:
    """A directory that is there or not; for one at a time. Raises DriveError."""
    new = False
    with (
        readable_by_everybody(),
        drive_errors(Message("making the directory")),
        contextlib.suppress(FileExistsError),
    ):
        out.mkdir(mode=DIRECTORY_MODE)
        new = True
    with readable_by_everybody(), drive_errors(Message("looking into the directory")):
        if not (out / WORK).is_dir():
            _look(out)
            (out / WORK).mkdir(mode=DIRECTORY_MODE)
    with _locked(out):
        with drive_errors(Message("looking into the directory")):
            _require_own(Root(out))
            if (out / WORK / _WHOLE).exists():
                _end_moving(out)
            place = Place(out, _look(out))
            place.tree.mkdir(mode=DIRECTORY_MODE, exist_ok=True)
            _drop_system_files(Root(place.tree))
            shutil.rmtree(place.scratch, ignore_errors=True)
            place.scratch.mkdir(mode=0o700)
        try:
            yield place
        finally:
            _tidy(place, new=new)


@contextmanager
def open_system(out: Path) -> Iterator[Place]:
    """The root of an operating system's tree, for one at a time; nothing is left in it but what is
    put into its places. Raises DriveError."""
    with readable_by_everybody(), drive_errors(Message("looking into the directory")):
        new = not out.exists()
        out.mkdir(mode=DIRECTORY_MODE, exist_ok=True)
        _check_system(out)
        (out / WORK).mkdir(mode=DIRECTORY_MODE, exist_ok=True)
    with _locked(out):
        place = Place(out, None)
        try:
            with drive_errors(Message("making room for what is made")):
                for directory in (place.tree, place.scratch):
                    shutil.rmtree(directory, ignore_errors=True)
                    directory.mkdir(mode=DIRECTORY_MODE)
            yield place
        finally:
            place.clear_up()
            if new:
                with contextlib.suppress(OSError):
                    out.rmdir()


def _check_system(out: Path) -> None:
    inside = out.resolve()
    installation = (out / INSTALLATION).resolve()
    here = Path("/")
    if inside.samefile(here) or (installation.exists() and installation == here / INSTALLATION):
        raise OccupiedError(
            Message("{out} is this computer's own system.", out=out),
            Message("To install apps here use flatpak, or satchel receive with a drive."),
        )
    if not installation.is_relative_to(inside):
        leading: Path | None = out / INSTALLATION
    else:
        leading = next(_leading_out(out / INSTALLATION, inside), None)
    if leading is not None:
        raise OccupiedError(
            Message("{path} leads out of {out}.", path=leading, out=out),
            Message("Make it a directory, or a relative link."),
        )


def _leading_out(installation: Path, inside: Path) -> Iterator[Path]:
    """Links out of ``inside``, where flatpak writes: it follows them."""
    for above, directories, files in os.walk(installation):
        place = Path(above)
        for name in (*directories, *files):
            path = place / name
            if path.is_symlink() and not path.resolve().is_relative_to(inside):
                yield path
        parts = place.relative_to(installation).parts
        deployed = parts[:1] in (("app",), ("runtime",)) and len(parts) == _TO_BRANCHES
        if deployed or parts == ("repo", "objects"):
            # What is in apps is of their makers, and only read.
            directories.clear()
        elif not parts:
            directories[:] = [name for name in directories if name != _ELSEWHERE]


def _tidy(place: Place, *, new: bool) -> None:
    """What can be gone on with stays; a ``new`` directory into which nothing came goes."""
    shutil.rmtree(place.scratch, ignore_errors=True)
    with contextlib.suppress(OSError):
        for directory in (place.tree, place.out / WORK, *([place.out] if new else [])):
            if directory.exists():
                directory.rmdir()


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    with drive_errors(Message("locking the directory")):
        descriptor = os.open(out / WORK, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        with drive_errors(Message("locking the directory")):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise OccupiedError(
                    Message("Something else is being made in {out} just now.", out=out),
                    Message("Wait for it, or name another directory."),
                ) from None
        yield
    finally:
        os.close(descriptor)


def _look(out: Path) -> Mark | None:
    """What was made in it before. Raises OSError, and OccupiedError for what is somebody else's."""
    names = {entry.name for entry in os.scandir(out)} - {WORK}
    if not names:
        return None
    mark = _read_mark(out)
    if mark is not None:
        own = {*_STICK, *(PurePosixPath(path).parts[0] for path in mark.files)}
        others = sorted(names - own)
        ways = {*_STICK, *_above(mark.files)}
        links = [name for name in sorted(ways) if (out / name).is_symlink()]
        if not (others or links):
            return mark
        names = {*others, *links}
    raise OccupiedError(
        Message("There are other things in {out}: {names}.", out=out, names=_few(sorted(names))),
        Message("Name a directory that is empty or not there, or one that satchel media has made."),
    )


def require_nobody_elses(scratch: Path) -> None:
    """A directory beside what is made may be gone on with if it is ours: where everybody may write
    it could be anybody's. Raises DriveError."""
    with (
        drive_errors(Message("looking into the directory")),
        contextlib.suppress(FileNotFoundError),
    ):
        status = scratch.lstat()
        # Of some file systems everything belongs to whoever has mounted them.
        ours = {os.geteuid(), scratch.parent.stat().st_uid}
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in ours:
            raise OccupiedError(
                Message("{path} is not of satchel media.", path=scratch),
                Message("Remove it, or name another directory."),
            )


def _require_own(out: Root) -> None:
    """What is under way was begun by nobody who wants it to be written elsewhere. Raises OSError,
    OccupiedError."""
    for entry in out.entries(WORK):
        if entry.node in (Node.LINK, Node.OTHER):
            raise OccupiedError(
                Message("{path} is not of satchel media.", path=out.shown(entry.path)),
                Message("Remove it, or name another directory."),
            )


def _drop_system_files(tree: Root) -> None:
    """What lies beside a stick that was begun: it is written anew, and never through links."""
    for entry in list(tree.entries()):
        if entry.name not in _STICK or entry.node is not Node.DIRECTORY:
            tree.remove_tree(entry.path)


def _few(names: list[str]) -> tuple[str, ...]:
    return (*names[:_MOST_TOLD], *(("…",) if len(names) > _MOST_TOLD else ()))


def _read_mark(out: Path) -> Mark | None:
    with contextlib.suppress(OSError, schema.SchemaError):
        return _READ_MARK(schema.parse_json(read_bounded(out / MARK, _MAX_MARK, follow=False)))
    return None


def _end_moving(out: Path) -> None:
    """Move what is whole, or the rest of it; nothing goes through links. Raises OSError."""
    work, root = out / WORK, Root(out)
    tree = f"{WORK}/tree"
    with contextlib.suppress(FileNotFoundError, schema.SchemaError):
        data = schema.parse_json(read_bounded(work / _WHOLE, _MAX_MARK, follow=False))
        for path in _PATHS(data):
            _remove(root, path)
    for entry in sorted(root.entries(tree), key=lambda entry: entry.name):
        name = entry.name
        if name in _STICK:
            if root.node(name) is not None:
                root.rename(name, f"{WORK}/{_OLD}{name}")
            root.rename(entry.path, name)
        else:
            _merge(root, tree, name)
    for name in os.listdir(work):
        if name.startswith(_OLD):
            shutil.rmtree(work / name)
    (work / _WHOLE).unlink()


def _merge(root: Root, tree: str, path: str) -> None:
    """Move a file, or all below a directory, in place of files of these names."""
    source = f"{tree}/{path}"
    if root.node(source) is not Node.DIRECTORY:
        root.rename(source, path)
        return
    root.make_directory(path)
    for entry in sorted(root.entries(source), key=lambda entry: entry.name):
        _merge(root, tree, f"{path}/{entry.name}")
    root.remove_directory(source)


def _remove(root: Root, path: str) -> None:
    """A file that belongs to it no more, and directories that are empty then."""
    root.remove(path)
    with contextlib.suppress(OSError):
        for above in PurePosixPath(path).parents[:-1]:
            root.remove_directory(str(above))
