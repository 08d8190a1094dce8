"""Takes apps from the files that hand them on: dropped on the window, or opened with Satchel."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from msgspec import Struct

from app.credentials import public_address
from app.errors import InterruptedByUser, SatchelError, UsageError
from app.flatpak.bundles.given import GivenBundle, open_bundle
from app.flatpak.remotes.adding import OfferedRemote, offer_remote, read_offer
from app.flatpak.remotes.addresses import (
    ascii_address,
    file_name,
    is_protected,
    local_path,
    same_place,
    split_address,
)
from app.flatpak.remotes.given import given_app
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.fs.files import open_regular
from app.message import Message
from app.ostree.pull.fetch import get_file
from app.progress import Cancel, silent
from app.replacing import replace
from app.stick.choices.app_sets import SetsUnprotectedError, sets_at
from app.stick.choices.availability import Offered, check_availability
from app.stick.choices.given_files import HEAD, FileKind, kind_of
from app.stick.choices.importing import read_choice
from app.stick.choices.needs_check import check_needs
from app.stick.choices.profile import MAX_SIZE, Profile
from app.stick.environment import Environment
from app.stick.planning.for_computer import ForComputer
from app.stick.planning.options import Options
from app.stick.store.needs import Needs, parse_needs
from app.stick.trust.bundles import BundleTrust, judge_bundle, require_usable
from app.text import Policy, clean


class NotTakenError(UsageError):
    """A file that no app and no source can be taken from."""


class Refusal(Struct, frozen=True):
    """What could not be taken: what it is called, and why."""

    name: str
    error: SatchelError


class OfferedFile(Struct, frozen=True):
    """An app that is a file, and who vouches for it."""

    file: GivenBundle
    trust: BundleTrust

    @property
    def ref(self) -> str:
        return str(self.file.bundle.ref)

    @property
    def name(self) -> str:
        """What people call it."""
        return clean(self.file.bundle.name, Policy.NAME) or self.file.bundle.ref.id


class Taken(Struct, frozen=True):
    """What a file came to.

    Attributes:
        word: the path or address.
        name: what people call it.
        offered: the apps that can be had.
        refused: what cannot.
        sources: where apps come from that nobody here has added; first the person has to look at
            each. What is ``offered`` is known only afterwards.
        known: the name of a source that was there already.
        is_source: it hands on a source and no apps.
        file: it is an app itself.
        folder: it is one, in which there may be apps already.
        needs: of the computer that wrote it.
        computers: what all those get that wrote one of the files.
    """

    word: str
    name: str
    offered: tuple[Offered, ...] = ()
    refused: tuple[Refusal, ...] = ()
    sources: tuple[OfferedRemote, ...] = ()
    known: str = ""
    is_source: bool = False
    file: OfferedFile | None = None
    folder: Path | None = None
    needs: Needs | None = None
    computers: tuple[ForComputer, ...] = ()


def take(
    words: Iterable[str], arch: str, environment: Environment, known: Known, cancel: Cancel
) -> tuple[Taken, ...]:
    """What each path or address hands on, for computers of ``arch``, and last what computers need
    together. Raises InterruptedByUser.
    """
    taken = tuple(_each(words, arch, environment, known, cancel))
    return (*taken, *_together(taken, arch, environment, known, cancel))


def _together(
    taken: Iterable[Taken], arch: str, environment: Environment, known: Known, cancel: Cancel
) -> Iterator[Taken]:
    """What several have to say is one choice: what all of them need comes once."""
    written = [each for each in taken if each.needs is not None]
    needs = [each.needs for each in written if each.needs is not None]
    if not needs:
        return
    name = written[0].name
    options = Options(arch, gpus=environment.gpus, languages=environment.classroom_languages)
    try:
        checked = check_needs(needs, options, environment, known, cancel)
    except InterruptedByUser:
        raise
    except SatchelError as error:
        yield Taken(written[0].word, name, refused=(Refusal(name, error),))
        return
    yield Taken(written[0].word, name, checked.offered, computers=checked.computers)


def _each(
    words: Iterable[str], arch: str, environment: Environment, known: Known, cancel: Cancel
) -> Iterator[Taken]:
    for word in words:
        cancel.check()
        name = clean(file_name(word), Policy.NAME) or public_address(word)
        try:
            yield _take(word, name, arch, environment, known, cancel)
        except InterruptedByUser:
            raise
        except SatchelError as error:
            yield Taken(word, name, refused=(Refusal(name, error),))


def _take(
    word: str, name: str, arch: str, environment: Environment, known: Known, cancel: Cancel
) -> Taken:
    path = local_path(word)
    if path is not None and os.path.isdir(path):
        return Taken(word, name, folder=path)
    if path is None and not _can_be_fetched(word):
        raise NotTakenError(
            Message("{name} cannot be fetched from where it lies.", name=name),
            Message("Copy it to this computer first."),
        )
    kind, data = _look(word, name, environment, cancel)
    match kind:
        case FileKind.APP:
            return _app(word, name, arch, environment, known, cancel)
        case FileKind.SOURCE:
            return _source(word, name, environment, known, cancel)
        case FileKind.BUNDLE:
            return Taken(word, name, file=_file(word, name, arch, environment, known, cancel))
        case FileKind.NEEDS:
            return Taken(word, name, needs=parse_needs(data, name))
        case FileKind.IMAGE:
            raise NotTakenError(
                Message("{name} is an image: a whole drive in one file.", name=name),
                Message("Put it on a drive first, then look at that."),
            )
        case FileKind.UNKNOWN:
            raise NotTakenError(
                Message("{name} names no apps.", name=name),
                Message("Satchel takes apps, sources, lists of apps and sets."),
            )
    if kind is FileKind.SET:
        sets = sets_at(word, environment, cancel).sets
        if len(sets) != 1:
            raise NotTakenError(
                Message("{name} is a list of sets.", name=name),
                Message("Its address belongs into the settings."),
            )
        profile = sets[0].profile
    else:
        profile = read_choice(data, name, known.remotes, known.registries).profile
    return _chosen(word, name, profile, arch, environment, known, cancel)


def _can_be_fetched(word: str) -> bool:
    parts = split_address(word)
    return parts is not None and parts.scheme in {"https", "http"}


def _look(word: str, name: str, environment: Environment, cancel: Cancel) -> tuple[FileKind, bytes]:
    """What it is, and what is in it where that is needed."""
    path = local_path(word)
    if path is not None:
        data = _beginning(path, name)
        return kind_of(name, data[:HEAD]), data
    kind = kind_of(word)
    if kind not in {FileKind.UNKNOWN, FileKind.LIST}:
        # Whoever reads these looks after how they come.
        return kind, b""
    if not is_protected(word):
        raise SetsUnprotectedError(
            Message("{name} would come without encryption.", name=name),
            Message("Use its https address."),
        )
    data = get_file(ascii_address(word), MAX_SIZE, environment.network, cancel)
    return kind_of(word, data[:HEAD]), data


def _beginning(path: Path, name: str) -> bytes:
    """All of a list; of other files, which may be large, more than enough to tell what they are."""
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            return file.read(MAX_SIZE)
    except OSError as error:
        raise NotTakenError(
            Message("{name} cannot be read: {reason}.", name=name, reason=error.strerror),
            Message("Choose another file."),
        ) from error


def _app(
    word: str, name: str, arch: str, environment: Environment, known: Known, cancel: Cancel
) -> Taken:
    given = given_app(word, arch, known.remotes, environment.network, cancel)
    unknown = [each for each in (given.remote, *given.further) if not _is_known(each, known)]
    if unknown:
        offers = map(partial(offer_remote, unsigned=True), unknown)
        return Taken(word, name, sources=tuple(offers))
    meant = f"{given.remote.name}:{given.ref}"
    profile, known = Profile((meant,)), replace(known, ref_files={meant: name})
    return _chosen(word, name, profile, arch, environment, known, cancel)


def _file(
    word: str, name: str, arch: str, environment: Environment, known: Known, cancel: Cancel
) -> OfferedFile:
    file = open_bundle(word, environment.cache, environment.network, cancel, silent)
    trust = judge_bundle(file.bundle, known.remotes)
    require_usable(file.bundle, trust, name)
    if file.bundle.ref.arch != arch:
        raise NotTakenError(
            Message(
                "{name} is for computers of the kind {arch}.", name=name, arch=file.bundle.ref.arch
            ),
            Message("Say in the settings which computers the drive is for."),
        )
    return OfferedFile(file, trust)


def _source(word: str, name: str, environment: Environment, known: Known, cancel: Cancel) -> Taken:
    offer = read_offer(word, environment.network, cancel, unsigned=True)
    if _is_known(offer.remote, known):
        return Taken(word, name, known=offer.remote.label, is_source=True)
    return Taken(word, name, sources=(offer,), is_source=True)


def _chosen(
    word: str,
    name: str,
    profile: Profile,
    arch: str,
    environment: Environment,
    known: Known,
    cancel: Cancel,
) -> Taken:
    there = check_availability(profile, arch, environment, known, cancel)
    refused = tuple(Refusal(each.text, each.error) for each in there.missing)
    return Taken(word, name, there.offered, refused)


def _is_known(remote: Remote, known: Known) -> bool:
    return any(
        same_place(each.url, remote.url)
        and each.subset == remote.subset
        and (each.keys or each.unsigned_accepted)
        for each in known.remotes
    )
