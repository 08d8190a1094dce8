"""Ready-made sets: those that come with Satchel, or those that somebody hosts or carries.

Form of a set and of a list of sets: FORMAT.md beside this.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin

from msgspec import Struct

from app.credentials import public_address
from app.errors import InterruptedByUser, SatchelError, TrustError, UpstreamError
from app.flatpak.refs import PartialRef, Ref
from app.flatpak.remotes.addresses import ascii_address, file_name, is_protected, local_path
from app.flatpak.remotes.remote import Remote
from app.formats import schema
from app.fs.files import DIRECTORY_MODE, read_bounded, replace_file
from app.languages import UNTRANSLATED
from app.message import Message
from app.ostree.pull.fetch import get_file
from app.progress import Cancel, Notice
from app.replacing import replace
from app.resources import resource
from app.severity import Severity
from app.stick.choices.about import About, SetWords, Source, source_of
from app.stick.choices.profile import Profile, ProfileError
from app.stick.environment import Environment
from app.text import Policy, clean

MIME_TYPE = "application/vnd.satchel.set+toml"

MAX_SET_SIZE = 256 * 1024
"""A set of `MAX_REFS` apps; in the cache there are as many as this and `MAX_SETS` allow."""

MAX_SETS = 50
_INDEX = "index.satchel-set"
_CACHE = "sets"
_LONGEST_NAME = 2000


class SetsUnprotectedError(TrustError):
    """What comes from there could be exchanged on the way."""


class AppSet(Struct, frozen=True):
    """Attributes:
    id: what tells it from others: the name of its file, or its address without secrets.
    profile: what is in it; always with `Profile.about`.
    """

    id: str
    profile: Profile

    @property
    def about(self) -> About:
        assert self.profile.about is not None
        return self.profile.about


class ReadyMadeSets(Struct, frozen=True):
    """``notices``: sets that cannot be used, and why."""

    sets: tuple[AppSet, ...]
    notices: tuple[Notice, ...] = ()


def ready_made_sets(environment: Environment, cancel: Cancel) -> ReadyMadeSets:
    """Those at the address that was set, else those that come with Satchel.

    What cannot be fetched is as it was the last time; if it never was, Satchel's own are there in
    its place. Raises InterruptedByUser.
    """
    own = environment.built_in_sets or resource("sets")
    address = environment.settings.sets_address
    if not address:
        return sets_at(str(own / _INDEX), environment, cancel)
    try:
        return sets_at(address, environment, cancel)
    except InterruptedByUser:
        raise
    except SatchelError as error:
        usual = sets_at(str(own / _INDEX), environment, cancel)
        notice = Notice(Severity.WARNING, error.message, error.hint)
        return replace(usual, notices=(notice, *usual.notices))


def sets_at(place: str, environment: Environment, cancel: Cancel) -> ReadyMadeSets:
    """The set, or the list of sets, in a file or at an address. Raises SatchelError."""
    data = _read(place, environment, cancel)
    names = _listed(data)
    if names is None:
        return ReadyMadeSets((named_set(place, Profile.parse(data, public_address(place))),))
    sets: list[AppSet] = []
    notices: list[Notice] = []
    for name in names:
        try:
            beside = _beside(place, name)
            text = _read(beside, environment, cancel)
            sets.append(named_set(beside, Profile.parse(text, public_address(beside))))
        except InterruptedByUser:
            raise
        except SatchelError as error:
            notices.append(Notice(Severity.WARNING, error.message, error.hint))
    return ReadyMadeSets(tuple(sets), tuple(notices))


def named_set(place: str, profile: Profile) -> AppSet:
    """A choice that does not say what it is called is called as its file."""
    if profile.about is None:
        stem = clean(PurePosixPath(file_name(place)).stem, Policy.TITLE) or "?"
        profile = replace(profile, about=About(((UNTRANSLATED, SetWords(stem)),)))
    return AppSet(public_address(place), profile)


def set_of(
    chosen: Iterable[tuple[str, str]], about: About, arch: str, remotes: Sequence[Remote]
) -> Profile:
    """A choice of (remote's name, full ref) as a set that can be handed on.

    Which computers it is for and what they speak stays here: that is for each school to say.
    """
    refs: list[str] = []
    sources: dict[str, Source] = {}
    for name, text in chosen:
        ref = Ref.parse(text)
        other_arch = None if ref.arch == arch else ref.arch
        refs.append(str(PartialRef(ref.id, ref.kind, other_arch, ref.branch, name)))
        remote = next((each for each in remotes if each.answers_to(name)), None)
        if remote is not None:
            source = replace(source_of(remote), name=name)
            if source.address or source.collection:
                sources[name] = source
    unique = tuple(dict.fromkeys(refs))
    return Profile(unique, about=about, sources=tuple(sources.values()))


def _listed(data: bytes) -> tuple[str, ...] | None:
    """The names in a list of sets; None for what is none."""
    with contextlib.suppress(schema.SchemaError):
        entries = schema.parse_toml(data)
        if "sets" in entries and "refs" not in entries:
            return _NAMES(entries["sets"])
    return None


def _beside(place: str, name: str) -> str:
    """Where a set is that a list names. A list leads to nothing on this computer but what lies
    beside or below it. Raises `ProfileError`."""
    parts = PurePosixPath(name)
    path = local_path(place)
    if (
        path is not None
        and "://" not in name
        and not parts.is_absolute()
        and ".." not in parts.parts
    ):
        return str(path.parent / name)
    if path is None:
        address = urljoin(place, name)
        if "://" in address and local_path(address) is None:
            return address
    raise ProfileError(
        Message("{name} in the list of sets leads elsewhere.", name=clean(name, Policy.EXCERPT)),
        Message("A list names files beside it, or below."),
    )


def _read(place: str, environment: Environment, cancel: Cancel) -> bytes:
    """Raises SatchelError."""
    path = local_path(place)
    if path is not None:
        try:
            return read_bounded(path, MAX_SET_SIZE)
        except OSError as error:
            raise ProfileError(
                Message("{path} cannot be read: {reason}.", path=path, reason=error.strerror),
                Message("Check where the file is."),
            ) from error
    if not is_protected(place):
        raise SetsUnprotectedError(
            Message(
                "The sets at {place} would come without encryption: anybody on the way could"
                " change them.",
                place=public_address(place),
            ),
            Message("Use an https address."),
        )
    address = ascii_address(place)
    cached = environment.cache / _CACHE / sha256(address.encode()).hexdigest()[:32]
    return _fetched(lambda: get_file(address, MAX_SET_SIZE, environment.network, cancel), cached)


def _fetched(fetch: Callable[[], bytes], cached: Path) -> bytes:
    """What comes now; without a network what came the last time."""
    try:
        data = fetch()
    except UpstreamError:
        with contextlib.suppress(OSError):
            return read_bounded(cached, MAX_SET_SIZE)
        raise
    with contextlib.suppress(OSError):
        cached.parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
        replace_file(cached, data, durable=False)
    return data


_NAMES = schema.list_of(schema.text(_LONGEST_NAME, str.isprintable), MAX_SETS, distinct=True)
