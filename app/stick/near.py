"""Other repositories that objects may come from: on drives, in directories, of installations.

Whoever names them vouches for nothing: each object is checked by its name, each commit and list by
the keys that this computer knows for its remote.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path

from msgspec import Struct, field

from app.errors import UsageError
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.configured import Installation, configured_remotes, installations
from app.flatpak.remotes.directories import ALL_INSTALLED, FlatpakDirectories
from app.flatpak.remotes.flatpakrepo import RemoteFileError, RepoFile
from app.flatpak.remotes.installed import installed_refs
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.near import NOTHING_NEAR, NearUpstream, kept_by_client
from app.formats.keyfile import MAX_SIZE as MAX_REPO_FILE_SIZE
from app.fs.files import read_bounded
from app.fs.root import Root
from app.message import Message
from app.ostree.changed_names import NamesChangedError, has_changed_place, has_cut_names
from app.ostree.config_file import RepositoryInvalidError, read_config
from app.ostree.names import is_collection_id, is_ref_name
from app.ostree.objects import is_checksum
from app.ostree.pull.fetch import KeptSource
from app.ostree.pull.near_objects import MODES, NearPlace
from app.ostree.ref_files import REMOTE_COPIES
from app.ostree.repository import MAX_SUMMARY_SIZE
from app.progress import Notice
from app.replacing import replace
from app.severity import Severity
from app.stick.store.kits_beside import NO_KITS, KitsBeside
from app.stick.store.location import UPSTREAM, Location, find_sticks
from app.text import Policy, clean

_FURTHER = ("repo",)
"""Where in a directory a repository may be that no client looks for: an installation's."""

_MOST_NAMES = 500
_MOST_REFS = 100_000
_REF_SIZE = 200
_REMOTES = "refs/remotes"
_MIRRORS = "refs/mirrors"
_HEADS = "refs/heads"
_COPIES = f"extensions/satchel/{UPSTREAM}"
_DEPLOYED = "deploy/"


class NoRepositoryError(UsageError):
    """What was named has no repository in it."""

    @classmethod
    def of(cls, path: Path) -> NoRepositoryError:
        return cls(
            Message("There is no repository in {path}.", path=path),
            Message(
                "Name a drive that Satchel or flatpak has made, a repository's directory, or "
                "where an image is mounted."
            ),
        )


class Near(Struct, frozen=True):
    """What was named to take objects from.

    Attributes:
        upstream: what it has of upstreams.
        origins: ref → names of the remotes that it was installed from here.
        kits: of drives that were named.
    """

    upstream: NearUpstream = NOTHING_NEAR
    origins: Mapping[str, frozenset[str]] = field(default_factory=dict)
    kits: KitsBeside = NO_KITS

    @property
    def places(self) -> tuple[NearPlace, ...]:
        return self.upstream.places


NOWHERE = Near()


def look_near(paths: Sequence[Path], installed: str, flatpak: FlatpakDirectories) -> Near:
    """What ``paths`` and the installation of that name, or all, have; those named first.

    Raises UsageError for what is not there.
    """
    places: dict[NearPlace, None] = {}
    for path in paths:
        named = _named_places(path)
        refuse_changed(path, named)
        if not named:
            refuse_unreadable(path)
            raise NoRepositoryError.of(path)
        places.update(dict.fromkeys(named))
    given = tuple(places)
    chosen = chosen_installations(flatpak, installed) if installed else ()
    for installation in chosen:
        if (place := NearPlace.at(installation.path / "repo")) is not None:
            places.setdefault(place)
    if not places:
        return NOWHERE
    return Near(
        NearUpstream(tuple(places), _commits(places), _Lists(given, chosen, flatpak)),
        _origins(chosen),
        KitsBeside.of(paths),
    )


def refuse_changed(path: Path, named: Sequence[NearPlace]) -> None:
    """Raises NoRepositoryError where the names of what was ``named`` with ``path``, or would have
    been found there, were changed."""
    with suppress(OSError):
        cut = any(has_cut_names(Root(place.repository)) for place in named)
        if cut or (not named and has_changed_place(Root(path))):
            error = NamesChangedError.of(path)
            raise NoRepositoryError(error.message, error.hint)


def left_aside(near: Near) -> Iterator[Notice]:
    """What repositories take objects from that were not named themselves: nobody looks there."""
    named = {os.path.realpath(place.repository) for place in near.places}
    for place in near.places:
        if place.parent and os.path.realpath(place.parent) not in named:
            yield Notice(
                Severity.WARNING,
                Message(
                    "Only a part of what {path} offers may be in it; the rest is in {parent}, "
                    "where nobody looks unasked.",
                    path=place.repository,
                    parent=clean(place.parent, Policy.REASON),
                ),
                Message("Name that as well if you know it."),
            )


def refuse_unreadable(path: Path) -> None:
    """Raises NoRepositoryError where there is a repository that objects cannot be taken from."""
    with suppress(OSError):
        for repository in (*_repositories_at(path), *_repositories_below(path)):
            if not (repository / "objects").is_dir():
                continue
            try:
                mode = read_config(Root(repository)).mode
            except RepositoryInvalidError as error:
                raise NoRepositoryError(error.message) from error
            if mode not in MODES:
                raise NoRepositoryError(
                    Message(
                        "The repository in {path} is of the mode {mode}, from which nothing can be "
                        "taken.",
                        path=repository,
                        mode=clean(mode, Policy.REASON),
                    ),
                    Message("These can be read: {modes}.", modes=MODES),
                )


def _named_places(path: Path) -> list[NearPlace]:
    try:
        return list(places_at(path)) or list(_below(path))
    except FileNotFoundError:
        return []
    except OSError as error:
        reason = error.strerror or str(error)
        raise NoRepositoryError(
            Message("{path} cannot be read: {reason}.", path=path, reason=reason)
        ) from error


def _below(path: Path) -> Iterator[NearPlace]:
    for place in _repositories_below(path):
        if (near := NearPlace.at(place)) is not None:
            yield near


def _repositories_below(path: Path) -> Iterator[Path]:
    """Directories of an image that may be repositories; no client looks there by itself."""
    for entry in sorted(islice(path.iterdir(), _MOST_NAMES)):
        if not entry.is_symlink():
            yield entry
            yield entry / "repo"


def places_at(root: Path) -> Iterator[NearPlace]:
    """All repositories on a drive or in a directory, or that this is. Raises OSError."""
    seen: set[Path] = set()
    for path in _repositories_at(root):
        real = Path(os.path.realpath(path))
        if real not in seen and (place := NearPlace.at(path)) is not None:
            seen.add(real)
            yield place


def _repositories_at(root: Path) -> Iterator[Path]:
    """Where one may be. Raises OSError."""
    yield from (place.repository.shown() for place in find_sticks(root))
    yield from (root / name for name in _FURTHER)


def carried_collections(root: Path) -> frozenset[str]:
    """The collections of which repositories on a drive say that they have something."""
    return frozenset(
        name
        for place in places_at(root)
        for top in (_MIRRORS, _COPIES)
        for name in _listed(place.repository / top)
        if is_collection_id(name)
    )


def carried_remotes(root: Path) -> dict[str, str]:
    """Name on the drive → address of the remotes without a collection ID of which repositories on
    it say that they have something."""
    return {copy.name: address for copy, address in _remote_copies(places_at(root))}


def _remote_copies(places: Iterable[NearPlace]) -> Iterator[tuple[Path, str]]:
    """Where the lists of remotes without a collection ID are, and the remotes' addresses."""
    for place in places:
        for name in _listed(place.repository / REMOTE_COPIES):
            copy = place.repository / REMOTE_COPIES / name
            file = copy / f"{name}.flatpakrepo"
            with suppress(OSError, RemoteFileError):
                data = read_bounded(file, MAX_REPO_FILE_SIZE, follow=False)
                yield copy, RepoFile.parse(data, file.name).url


def chosen_installations(flatpak: FlatpakDirectories, name: str) -> tuple[Installation, ...]:
    """Those of that name, or all. Raises UsageError if there is none."""
    places, _ = installations(flatpak.user, flatpak.system, flatpak.configs)
    if name == ALL_INSTALLED:
        return places
    chosen = tuple(place for place in places if place.name == name)
    if not chosen:
        raise UsageError(
            Message("There is no installation called {name}.", name=name),
            Message("There are: {names}.", names=", ".join(place.name for place in places)),
        )
    return chosen


def installed_places(flatpak: FlatpakDirectories, name: str = ALL_INSTALLED) -> Iterator[NearPlace]:
    """The repositories of installations. Raises UsageError as `chosen_installations`."""
    for installation in chosen_installations(flatpak, name):
        if (place := NearPlace.at(installation.path / "repo")) is not None:
            yield place


def _origins(chosen: Iterable[Installation]) -> dict[str, frozenset[str]]:
    origins: dict[str, frozenset[str]] = {}
    for installation in chosen:
        for each in installed_refs(installation.path):
            if each.origin:
                name = str(each.ref)
                origins[name] = origins.get(name, frozenset()) | {each.origin}
    return origins


# Which commits stand under which name


def _commits(places: Iterable[NearPlace]) -> dict[str, tuple[str, ...]]:
    commits: dict[str, dict[str, None]] = {}
    for place in places:
        for name, checksum in islice(_refs(place.repository), _MOST_REFS):
            commits.setdefault(name, {}).setdefault(checksum)
    return {name: tuple(checksums) for name, checksums in commits.items()}


def _refs(repository: Path) -> Iterator[tuple[str, str]]:
    """(ref, commit) of everything that a repository names, whatever it is of."""
    for top in (_REMOTES, _MIRRORS):
        for origin in _listed(repository / top):
            yield from _refs_below(repository / top / origin)
    for name, checksum in _refs_below(repository / _HEADS):
        yield name.removeprefix(_DEPLOYED), checksum


def _listed(directory: Path) -> list[str]:
    with suppress(OSError):
        return sorted(islice(os.listdir(directory), _MOST_NAMES))
    return []


def _refs_below(directory: Path) -> Iterator[tuple[str, str]]:
    for path in islice(_files(directory), _MOST_REFS):
        name = path.relative_to(directory).as_posix()
        with suppress(OSError, UnicodeDecodeError):
            checksum = read_bounded(path, _REF_SIZE, follow=False).decode().strip()
            if is_ref_name(name) and is_checksum(checksum):
                yield name, checksum


def _files(directory: Path) -> Iterator[Path]:
    """All below it, of at most as many directories as there may be refs."""
    for parent, _, names in islice(os.walk(directory), _MOST_REFS):
        for name in names:
            yield Path(parent, name)


# Lists


class _Lists:
    """Signed lists of remotes, by what lies there; `NearUpstream.lists`.

    Two remotes may have the same key. So where the collection is known beforehand, what a stranger
    has needs to be for that; an installation of this computer is asked by address as well.
    """

    def __init__(
        self,
        given: Sequence[NearPlace],
        chosen: Sequence[Installation],
        flatpak: FlatpakDirectories,
    ) -> None:
        self._given = given
        self._configured = [
            (directory, remote)
            for place in chosen
            for remote in configured_remotes([place], flatpak.keyrings).remotes
            for directory in flatpak.lists(place.path)
        ]

    def __call__(self, remote: Remote) -> Sequence[KeptSource]:
        sources = []
        collection = remote.collection_id
        for directory, own in self._configured:
            if same_place(own.url, remote.url) or (collection and own.collection_id == collection):
                sources.append(kept_by_client(directory, own.name, remote.address))
        if collection:
            copies = [place.repository / _COPIES / collection for place in self._given]
        else:
            known = _remote_copies(self._given)
            copies = [copy for copy, address in known if same_place(address, remote.url)]
        if collection and remote.keys:
            # Whoever mirrors a remote has its lists where that has them.
            copies += [place.repository for place in self._given]
        sources += (_copied(copy, remote.address) for copy in copies if copy.is_dir())
        return sources


def with_lists_of(near: Near, drive: Location, origins: Mapping[str, frozenset[str]]) -> Near:
    """With the lists of which the drive itself has a copy: another computer may have made it.

    ``origins``: of the remotes without a collection ID that are on it, the addresses.
    """

    def lists(remote: Remote) -> Sequence[KeptSource]:
        names = [remote.collection_id] if remote.collection_id else []
        names += [
            origin
            for origin, addresses in origins.items()
            if any(same_place(address, remote.url) for address in addresses)
        ]
        # Without a key anybody could have made it.
        copies = map(drive.upstream, names if remote.keys else ())
        own = (KeptSource(remote.address, partial(_read_copy, copy)) for copy in copies)
        return (*near.upstream.lists(remote), *own)

    return replace(near, upstream=replace(near.upstream, lists=lists))


def _read_copy(copy: Root, path: str) -> bytes | None:
    with suppress(OSError):
        return copy.read(path, MAX_SUMMARY_SIZE)
    return None


def _copied(directory: Path, url: str) -> KeptSource:
    """A stick's copy of a collection's lists."""

    def read(path: str) -> bytes | None:
        with suppress(OSError):
            return read_bounded(directory / path, MAX_SUMMARY_SIZE, follow=False)
        return None

    return KeptSource(url, read)
