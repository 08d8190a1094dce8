"""How much a plan fetches and writes, and whether it fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.drive.space import Space
from app.errors import DriveError
from app.files import DriveFullError
from app.ostree.objects import Commit
from app.ostree.repository import Repository
from app.stick.plan import Estimate, Item
from app.words import size_text

_GUESSED_OBJECT = 20_000
"""Bytes of an average object, where a commit does not tell (Flathub's apps: 15 to 25 kB)."""

_OVERHEAD = 4 * 1024 * 1024
"""Summary copies, refs, the kit, and directories growing."""

_PREFIXES = 256


class DoesNotFitError(DriveFullError):
    """The plan needs more room than there is."""


class FileTooLargeError(DriveError):
    """An object is larger than the file system can hold."""


def estimate(
    items: Iterable[Item],
    commits: Mapping[str, bytes],
    repository: Repository | None,
    files_size: int,
    space: Space,
) -> Estimate:
    """What fetching ``commits`` (bytes by checksum) for ``items`` takes on ``space``.

    ``files_size`` is the size of the upstream copies. Raises `FileTooLargeError`, naming the app.
    """
    sizes: dict[str, int] = {}
    guessed_objects = guessed_bytes = 0
    exact = True
    for item in items:
        data = commits.get(item.commit)
        if data is None:
            continue
        told = False
        for name, archived, _ in Commit.parse(data).sizes():
            told = True
            if space.max_file is not None and archived > space.max_file:
                raise FileTooLargeError(
                    f"{item.ref} contains a file of {size_text(archived)}, but the drive's file "
                    f"system ({space.file_system}) holds none over {size_text(space.max_file)}.",
                    "Format the drive as exFAT or ext4, or leave this app out.",
                )
            sizes[name.path] = archived
        if not told and item.download_size:
            exact = False
            guessed_bytes += item.download_size
            guessed_objects += max(1, item.download_size // _GUESSED_OBJECT)
    new = _without_present(sizes, repository)
    commit_sizes = [len(data) for data in commits.values()]
    fetch = sum(new.values()) + guessed_bytes + sum(commit_sizes)
    allocated = sum(space.allocated(size) for size in (*new.values(), *commit_sizes))
    guessed = guessed_bytes + guessed_objects * space.cluster // 2
    overhead = files_size + _OVERHEAD + _PREFIXES * space.cluster
    objects = len(new) + guessed_objects + 2 * len(commit_sizes)
    write = allocated + guessed + (overhead if commits else files_size)
    return Estimate(objects, fetch, write, exact, space)


def _without_present(sizes: dict[str, int], repository: Repository | None) -> dict[str, int]:
    if repository is None or not sizes:
        return sizes
    present = repository.object_paths()
    return {path: size for path, size in sizes.items() if path not in present}


def check_room(found: Estimate) -> None:
    """Raise `DoesNotFitError` with numbers if the plan does not fit."""
    space = found.space
    if found.write > space.free:
        raise DoesNotFitError(
            f"This needs {size_text(found.write)} on the drive, but only "
            f"{size_text(space.free)} of {size_text(space.total)} are free.",
            "Choose fewer apps, free some space, or take a larger drive.",
        )
    if space.free_files is not None and found.objects > space.free_files:
        raise DoesNotFitError(
            f"This needs {found.objects:,} files, but the drive's file system has room for only "
            f"{space.free_files:,} more.",
            "Format the drive with more inodes, or choose fewer apps.",
        )
