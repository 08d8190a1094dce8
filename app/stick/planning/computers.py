"""What offline computers need (`app.stick.store.needs`) of what the remotes have now.

As ``flatpak update`` on each of them, were it online, would find: what is installed and has another
commit upstream, and drivers and translations that belong to it and are not there. What that needs
in turn comes with it, as with everything else in a plan.

A computer's word brings no source along: what counts is which remotes are known here. Its remote is
recognised by the collection, else by the address, since few ``.flatpakrepo`` name a collection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from app.errors import InterruptedByUser, SatchelError, UsageError
from app.flatpak.metadata import Metadata
from app.flatpak.refs import Ref
from app.flatpak.related import RelatedPolicy, gpu_matches, related
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.remote import Remote
from app.flatpak.required_flatpak import lacking, parse_version
from app.flatpak.upstream.offer import Offer
from app.flatpak.upstream.ref_table import UpstreamRef
from app.formats.keyfile import KeyfileError
from app.languages import is_language
from app.message import Message, Size
from app.ostree.names import origin_remote
from app.replacing import replace
from app.stick.planning.for_computer import ForComputer, Get
from app.stick.planning.options import Options
from app.stick.planning.plan import Item
from app.stick.planning.selection import Remotes
from app.stick.store.needs import ClientRemote, Needs

Key = tuple[str, str]
"""Collection and ref."""

_MOST_NAMED = 3


class NothingNeededError(UsageError):
    """The computers have all that can be had."""


class _Computer(Struct):
    """What is known about one.

    Attributes:
        installed: what is there from sources that are known here, and its commits.
        elsewhere: refs that it has from other sources.
        lacks: what it should get.
        keys: collection → fingerprints that it checks by, where it tells.
        collections: those that it has a remote for.
    """

    needs: Needs
    installed: dict[Key, set[str]] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    lacks: set[Key] = field(default_factory=set)
    keys: dict[str, set[str]] = field(default_factory=dict)
    collections: set[str] = field(default_factory=set)
    remarks: list[Message] = field(default_factory=list)

    def has(self, ref: str) -> bool:
        return ref in self.elsewhere or any(key[1] == ref for key in self.installed)


class Wishes(Struct, frozen=True):
    """What several computers need together.

    Attributes:
        refs: ``REMOTE:REF`` → why, for people; each can be had.
        failures: why remotes could not be asked.
    """

    refs: Mapping[str, Message]
    failures: tuple[SatchelError, ...]
    _computers: tuple[_Computer, ...]
    _offers: Mapping[str, Offer]

    def require(self, typed: Sequence[str]) -> None:
        """Raises SatchelError if there is nothing in it, and nothing was ``typed`` either."""
        if self.refs or typed:
            return
        if self.failures:
            raise self.failures[0]
        raise NothingNeededError(
            Message("Nothing of what these computers have can be updated from here."),
            Message("Name further apps, or add the sources that those have come from."),
        )

    def per_computer(self, items: Sequence[Item], chosen: Message) -> tuple[ForComputer, ...]:
        """What each gets of ``items``, all that will be on the drive; ``chosen``: why those are
        there that were asked for by name, for all computers."""
        typed = frozenset(
            (item.collection, item.ref) for item in items if item.named and item.reason == chosen
        )
        return tuple(
            _for_computer(computer, items, typed, self._computers, self._offers)
            for computer in self._computers
        )


def wishes(
    needs: Sequence[Needs], remotes: Remotes[Offer], *, with_extra_data: bool = False
) -> Wishes:
    """Opens the remotes that are asked for, and asks each for its summary.

    ``with_extra_data``: as in `Options`. Remotes that do not answer are told; raises
    InterruptedByUser.
    """
    sources = _Sources(remotes, with_extra_data=with_extra_data)
    hosts: dict[str, list[str]] = {}
    computers = []
    for each in needs:
        computer = _Computer(each)
        for text in _texts(computer, sources):
            hosts.setdefault(text, []).append(each.host)
        computers.append(computer)
    return Wishes(
        {text: _reason(tuple(dict.fromkeys(names))) for text, names in sorted(hosts.items())},
        tuple(sources.failures),
        tuple(computers),
        sources.offers,
    )


def _reason(hosts: tuple[str, ...]) -> Message:
    if len(hosts) > _MOST_NAMED:
        return Message("Needed by {count} computers.", count=len(hosts))
    return Message("Needed by the computers {hosts}.", hosts=hosts)


def architectures(needs: Sequence[Needs]) -> tuple[str, ...]:
    """The computers' own, each once."""
    return tuple(dict.fromkeys(each.architectures[0] for each in needs if each.architectures))


def options_for(options: Options, needs: Sequence[Needs]) -> Options:
    """With the architecture, the graphics drivers and the languages of these computers."""
    gpus = dict.fromkeys((*options.gpus, *(gpu for each in needs for gpu in each.gpus)))
    languages = dict.fromkeys(
        language for each in needs for language in each.languages if is_language(language)
    )
    return replace(
        options,
        arch=next(iter(architectures(needs)), options.arch),
        gpus=tuple(gpus),
        languages=tuple(languages) or options.languages,
    )


class _Sources:
    """The remotes that are known here, by what computers say of theirs."""

    def __init__(self, remotes: Remotes[Offer], *, with_extra_data: bool) -> None:
        self._remotes = remotes
        self._with_extra_data = with_extra_data
        self._matched: dict[tuple[str, str], Offer | None] = {}
        self.failures: list[SatchelError] = []
        self.offers: dict[str, Offer] = {}

    def cannot_carry(self, offer: Offer, entry: UpstreamRef) -> bool:
        """For extra data that is not wanted."""
        return not self._with_extra_data and _has_extra_data(offer, entry)

    def of(self, theirs: ClientRemote) -> Offer | None:
        """What it offers now; None for one that is not known here or does not answer."""
        key = theirs.collection, theirs.address
        if key not in self._matched:
            self._matched[key] = offer = self._find(theirs)
            if offer is not None:
                self.offers.setdefault(offer.snapshot.collection, offer)
        return self._matched[key]

    def _find(self, theirs: ClientRemote) -> Offer | None:
        known = self._remotes.known
        likely = [remote for remote in known if _is_likely(remote, theirs)]
        others = [remote for remote in known if remote not in likely and remote.listed]
        # Those that say nothing of a collection may have it all the same.
        for remote in (*likely, *(others if theirs.collection else ())):
            try:
                offer = self._remotes.open(remote)
            except InterruptedByUser:
                raise
            except SatchelError as error:
                if error not in self.failures:
                    self.failures.append(error)
                continue
            collection = offer.snapshot.collection
            if collection and theirs.collection in ("", collection):
                return offer
        return None


def _is_likely(remote: Remote, theirs: ClientRemote) -> bool:
    if theirs.collection and remote.collection_id:
        return remote.collection_id == theirs.collection
    return bool(theirs.address) and same_place(remote.url, theirs.address)


def _texts(computer: _Computer, sources: _Sources) -> Iterator[str]:
    """What it needs, as `Wishes` has it; notes what else there is to say about it."""
    offers = list(_offers(computer, sources))
    gone: list[str] = []
    bound: list[str] = []
    for offer, ref in offers:
        entry = offer.lookup(str(ref), ref.arch)
        key = offer.snapshot.collection, str(ref)
        if entry is None:
            if offer.snapshot.listed:
                gone.append(str(ref))
        elif {entry.commit} == computer.installed[key]:
            for extension in _missing_parts(computer, offer, ref, entry, sources):
                computer.lacks.add((offer.snapshot.collection, extension))
                yield f"{offer.remote.name}:{extension}"
        elif sources.cannot_carry(offer, entry):
            bound.append(str(ref))
        else:
            computer.lacks.add(key)
            yield f"{offer.remote.name}:{ref}"
    if gone:
        computer.remarks.append(
            Message("Nobody offers it any more, so it stays as it is: {refs}.", refs=_few(gone))
        )
    if bound:
        computer.remarks.append(
            Message(
                "There is a newer one, which may only be downloaded by each computer itself: "
                "{refs}.",
                refs=_few(bound),
            )
        )


def _offers(computer: _Computer, sources: _Sources) -> Iterator[tuple[Offer, Ref]]:
    """What it has from sources that are known here, each once; notes all that it has."""
    needs = computer.needs
    if not needs.flatpak:
        computer.remarks.append(
            Message("It has no flatpak: that has to be installed first, with its own software.")
        )
    unknown: dict[str, int] = {}
    for place in needs.installations:
        for remote in place.remotes:
            offer = sources.of(remote)
            if offer is not None and not remote.disabled:
                collection = offer.snapshot.collection
                computer.collections.add(collection)
                computer.keys.setdefault(collection, set()).update(remote.keys or ())
    known: dict[Key, tuple[Offer, Ref]] = {}
    for place, each in needs.each_installed():
        theirs = place.remote(each.origin)
        offer = sources.of(theirs) if theirs is not None and not theirs.disabled else None
        if offer is None:
            computer.elsewhere.add(str(each.ref))
            named = _source_name(each.origin, theirs)
            unknown[named] = unknown.get(named, 0) + 1
            continue
        key = offer.snapshot.collection, str(each.ref)
        known[key] = offer, each.ref
        computer.installed.setdefault(key, set()).add(each.commit)
    for source, count in unknown.items():
        computer.remarks.append(
            Message(
                "What it has from {source} ({count}) stays as it is: that source is not known "
                "here, or does not answer.",
                source=source,
                count=count,
            )
        )
    yield from known.values()


def _source_name(origin: str, theirs: ClientRemote | None) -> str:
    if theirs is None:
        return origin or "?"
    return theirs.collection or theirs.address or theirs.name


def _few(refs: Sequence[str]) -> tuple[str, ...]:
    return (*refs[:_MOST_NAMED], *(("…",) if len(refs) > _MOST_NAMED else ()))


def _missing_parts(
    computer: _Computer, offer: Offer, ref: Ref, entry: UpstreamRef, sources: _Sources
) -> Iterator[str]:
    """The graphics driver and the translations that belong to what is there, and are not."""
    metadata = _metadata(offer.metadata_text(entry))
    if metadata is None:
        return
    needs = computer.needs
    runtime = metadata.runtime if metadata.kind == "app" else None
    if runtime is not None and not computer.has(str(runtime)):
        theirs = offer.lookup(str(runtime), runtime.arch)
        if theirs is not None:
            yield str(runtime)
    for each in related(ref, metadata, offer.table(ref.arch), RelatedPolicy(needs.gpus)):
        driver = each.ref.id.rpartition(".")[2]
        if not each.wanted or not (each.locale or driver in needs.gl_drivers):
            continue
        part = offer.lookup(str(each.ref), each.ref.arch)
        if (
            part is not None
            and not computer.has(str(each.ref))
            and not sources.cannot_carry(offer, part)
        ):
            yield str(each.ref)


def _has_extra_data(offer: Offer, entry: UpstreamRef) -> bool:
    metadata = _metadata(offer.metadata_text(entry))
    return bool(entry.extra_data_size or (metadata is not None and metadata.extra_data))


def _metadata(text: str) -> Metadata | None:
    try:
        return Metadata.parse(text.encode())
    except KeyfileError:
        return None


# What each gets of a plan


def _for_computer(
    computer: _Computer,
    items: Sequence[Item],
    typed: frozenset[Key],
    everybody: Sequence[_Computer],
    offers: Mapping[str, Offer],
) -> ForComputer:
    needs = computer.needs
    others = {gpu for each in everybody for gpu in each.needs.gpus}
    wanted: set[str] = set()
    gets: dict[Key, Get] = {}
    remarks = list(computer.remarks)
    # What comes along with something stands anywhere in the list: as often as it takes.
    grown = True
    while grown:
        grown = False
        for item in items:
            key = item.collection, item.ref
            ref = Ref.parse_or_none(item.ref)
            if key in gets or ref is None or not _fits(ref, needs, others):
                continue
            asked = key in typed or key in computer.lacks
            there = computer.installed.get(key)
            along = any(asker in wanted for asker in item.needed_by)
            if there is not None and there == {item.commit}:
                if asked and item.ref not in wanted:
                    wanted.add(item.ref)
                    grown = True
                continue
            if item.ref in computer.elsewhere or not (there or asked or along):
                continue
            if (newer := _lacks_flatpak(item, needs)) is not None:
                if newer not in remarks:
                    remarks.append(newer)
                continue
            wanted.add(item.ref)
            gets[key] = Get(
                item.collection,
                item.ref,
                there is not None,
                asked or there is not None,
                item.name,
                item.installed_size,
            )
            grown = True
    remarks += _hindrances(computer, gets, offers)
    ordered = sorted(gets.values(), key=lambda get: (not get.chosen, get.ref))
    return ForComputer(needs.host, needs.made, tuple(ordered), tuple(remarks))


def _fits(ref: Ref, needs: Needs, drivers: set[str]) -> bool:
    """Whether it is for this kind of computer; ``drivers``: those that only some have."""
    if needs.architectures and ref.arch not in needs.architectures:
        return False
    mine = any(gpu_matches(gpu, ref.id) for gpu in needs.gpus)
    return mine or not any(gpu_matches(gpu, ref.id) for gpu in drivers)


def _lacks_flatpak(item: Item, needs: Needs) -> Message | None:
    version = parse_version(needs.flatpak)
    metadata = _metadata(item.metadata)
    if version is None or metadata is None:
        return None
    asks = lacking(metadata.required_flatpak, version)
    if asks is None:
        return None
    return Message(
        "{ref} needs flatpak {asks} or newer; it has {have}.",
        ref=item.ref,
        asks=asks,
        have=needs.flatpak,
    )


def _hindrances(
    computer: _Computer, gets: Mapping[Key, Get], offers: Mapping[str, Offer]
) -> Iterator[Message]:
    """``offers``: those of the remotes that it names, by origin."""
    for collection in sorted({key[0] for key in gets}):
        keys = computer.keys.get(collection)
        offer = offers.get(collection)
        signer = offer.snapshot.signature.fingerprint if offer is not None else ""
        told = origin_remote(collection) or collection
        if told != collection and offer is not None:
            told = offer.remote.label
        if collection not in computer.collections:
            yield Message("{collection} is new to it; install.sh adds it.", collection=told)
        elif keys and signer and signer not in keys:
            yield Message(
                "It lacks the key that {collection} is signed with now: {fingerprint}.",
                collection=told,
                fingerprint=signer,
            )
    new = sum(get.installed_size for get in gets.values() if not get.update)
    free = max(
        (place.free for place in computer.needs.installations if place.free is not None),
        default=None,
    )
    if free is not None and new > free:
        yield Message(
            "It has {free} free, and what is new takes {size}.", free=Size(free), size=Size(new)
        )
