"""What refs take whose commits do not tell the sizes of their files. Why: decision D47."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from app.drive.space import Space
from app.flatpak.extra_data import Payload
from app.replacing import replace
from app.stick.planning.plan import Action, Item

# Commits made by flatpak do not tell the sizes of their objects, only how many bytes their files
# have when packed. How those are spread matters where clusters are large. The files below a
# Debian's /usr, packed, follow a log-normal distribution within 3% for clusters of 0.5 to 128 KiB.
_MEAN_FILE = 18_000
_MEDIAN_FILE = 1_250
_FILES_OF_NOTHING = 6
"""Files of even the smallest ref."""
_DIRECTORIES_PER_FILE = 0.25
_DIRECTORIES_OF_NOTHING = 8
_DIRECTORY = 350
"""Bytes of a directory's tree, which upstream does not count."""

# An appstream branch holds one packed text about all apps and two icons of each, as Flathub's does.
_ICONS = 2
_ICON = 6_500
_DESCRIPTION = 3_500

_STEPS = 256
"""Clusters of a file after which one more makes little difference to how many files are longer."""


_LANGUAGE = 0.03
"""What one language is of a Locale extension, where nobody knows how many it has."""


def in_part(item: Item) -> Item:
    """An item of which some languages come, as large as these are, if all are alike."""
    carried = len(item.languages or ())
    total = carried + len(item.left_languages)
    share = carried / total if item.left_languages else min(1.0, carried * _LANGUAGE)
    return replace(
        item,
        installed_size=int(item.installed_size * share),
        download_size=int(item.download_size * share),
    )


def without_payloads(item: Item, payloads: Iterable[Payload]) -> Item:
    """An item as large as its files are: upstream's lists count extra data as well."""
    download, installed = item.download_size, item.installed_size
    for payload in payloads:
        download -= payload.size
        installed -= payload.installed_size
    return replace(item, download_size=max(0, download), installed_size=max(0, installed))


class Guess(Struct, frozen=True):
    """What to expect.

    Attributes:
        objects, bytes, allocated: of what is to come.
        least: allocated bytes to expect at the very least: of an update most may be there already.
    """

    objects: int
    bytes: int
    allocated: int
    least: int


class Rest(Struct, frozen=True):
    """What is known of a ref of which something is there.

    Attributes:
        files, trees: how many objects are known to be missing, and are not counted for another ref.
        bytes: at most in its missing files.
        hidden: below missing trees lies what nobody knows.
        shared: other missing files of it are counted for another ref, and part of ``bytes``.
    """

    files: int
    trees: int
    bytes: int
    hidden: bool
    shared: bool


def of_nothing(item: Item, space: Space) -> Guess:
    """Of a ref of which nothing is known to be there."""
    if item.describes:
        return _appstream(item, space)
    files = _FILES_OF_NOTHING + item.download_size // _MEAN_FILE
    directories = _DIRECTORIES_OF_NOTHING + int(files * _DIRECTORIES_PER_FILE)
    # Few files say little about how large they are, but each takes a cluster at least.
    allocated = int(item.download_size * _allocated_file(space.cluster) / _MEAN_FILE)
    allocated += (_FILES_OF_NOTHING + directories) * space.cluster
    sure = item.download_size + max(0, allocated - item.download_size) // 2
    return Guess(
        objects=files + directories,
        bytes=item.download_size + directories * _DIRECTORY,
        allocated=allocated,
        least=sure if item.action is Action.ADD else 0,
    )


def of_rest(rest: Rest, item: Item, space: Space) -> Guess:
    """Of a ref of which something is there."""
    cluster = space.cluster
    trees = rest.trees
    files = rest.files
    size = rest.bytes if files or rest.hidden else 0
    if rest.hidden:
        files = max(files, size // _MEAN_FILE)
        trees += int((files - rest.files) * _DIRECTORIES_PER_FILE)
    spread = _allocated_file(cluster) - _MEAN_FILE
    # A file takes a cluster at least, and wastes one at most.
    allocated = max(files * cluster, size + int(files * min(spread, cluster)))
    unsure = rest.shared or (rest.hidden and item.action is not Action.ADD)
    sure = max(rest.files * cluster, 0 if unsure else size)
    return Guess(
        objects=files + trees,
        bytes=size + trees * _DIRECTORY,
        allocated=allocated + trees * cluster,
        least=sure + rest.trees * cluster,
    )


def _appstream(item: Item, space: Space) -> Guess:
    icons = _ICONS * item.describes
    text = _DESCRIPTION * item.describes
    icon = _ICON
    size = icon * icons + text
    trees = 0
    if item.download_size:
        # The one text and the icons have such shares of what the list claims.
        text = text * item.download_size // size
        icon = max(1, (item.download_size - text) // icons)
        size, trees = item.download_size, _DIRECTORIES_OF_NOTHING * _DIRECTORY
    allocated = space.allocated(icon) * icons + space.allocated(text)
    allocated += _DIRECTORIES_OF_NOTHING * space.cluster
    return Guess(
        objects=icons + 1 + _DIRECTORIES_OF_NOTHING,
        bytes=size + trees,
        allocated=allocated,
        # Not every app has an icon in both sizes.
        least=allocated // 2 if item.action is Action.ADD else 0,
    )


def missing_bytes(item: Item, there: int, missing: int, *, hidden: bool) -> int:
    """At most in the ``missing`` files of an item, of whose files ``there`` bytes are there.

    ``hidden``: what else is missing is not known.
    """
    if item.describes and not hidden:
        return min(_ICON * missing, item.download_size or _ICON * missing)
    if item.describes and not item.download_size:
        return max(0, (_ICONS * _ICON + _DESCRIPTION) * item.describes - there)
    if not item.download_size:
        return _MEAN_FILE * missing
    return max(0, item.download_size - there)


@lru_cache(maxsize=16)
def _allocated_file(cluster: int) -> float:
    """Bytes that an average file takes in clusters: each one that it reaches into."""
    middle = math.log(_MEDIAN_FILE)
    spread = math.sqrt(2 * math.log(_MEAN_FILE / _MEDIAN_FILE))

    def above(size: float, middle: float = middle) -> float:
        return math.erfc((math.log(size) - middle) / spread / math.sqrt(2)) / 2

    started = 1 + sum(above(number * cluster) for number in range(1, _STEPS))
    # The sum of all further ones, as an integral: what files are longer than that, on average.
    rest = (_STEPS - 0.5) * cluster
    longer = _MEAN_FILE * above(rest, middle + spread**2) - rest * above(rest)
    return started * cluster + longer
