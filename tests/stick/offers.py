"""What remotes offer, made of values: no server, no cache, no drive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from app.errors import UpstreamError
from app.flatpak.refs import Ref, is_system
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.objects import Further, nothing_further
from app.flatpak.upstream.offer import Offer
from app.flatpak.upstream.published_configuration import PublishedConfiguration
from app.flatpak.upstream.ref_table import RefTable, UpstreamRef
from app.flatpak.upstream.upstream import Snapshot
from app.formats.gvariant import Variant, serialise
from app.message import Message
from app.ostree.names import METADATA_REF
from app.ostree.objects import COMMIT_TYPE, DirTree, ObjectName, byteswap64
from app.ostree.summary import COLLECTION_ID_KEY, SUMMARY_TYPE, Summary
from app.stick.planning.selection import Remotes
from app.trust.keyring import Keyring
from app.trust.verdict import Judgement, Verdict

COLLECTION = "org.test.Upstream"
ARCH = "x86_64"
NOW = 1_750_000_000
APP = f"app/org.test.App/{ARCH}/stable"
OTHER = f"app/org.test.Other/{ARCH}/stable"
RUNTIME = f"runtime/org.test.Platform/{ARCH}/1"
EXTENSION = f"runtime/org.test.Platform.Codecs/{ARCH}/1"

APP_TEXT = f"[Application]\nname=org.test.App\nruntime={RUNTIME.removeprefix('runtime/')}\n"
RUNTIME_TEXT = "[Runtime]\nname=org.test.Platform\n"
EXTENSION_POINT = "[Extension org.test.Platform.Codecs]\ndirectory=codecs\n"
EXTENSION_TEXT = f"[Runtime]\nname=org.test.Platform.Codecs\n\n[ExtensionOf]\nref={RUNTIME}\n"
EXTRA_DATA = (
    "[Extra Data]\nuri=https://example.org/x\nname=x\nsize=1000\n"
    f"checksum={'0' * 64}\ninstalled-size=1000\n"
)


@dataclass(frozen=True)
class Published:
    """A ref as a publisher has it.

    Attributes:
        text: flatpak's metadata.
        size: bytes to download, as claimed.
        made: when its commit was made, seconds since 1970.
        renamed_to: as its commit has it, and the summary unless it is ``hushed``.
        bound: the collection that its commit names; None for that of its remote.
        told: object → bytes, as its commit tells.
        withheld: it is listed, and not handed out.
        ended: why it gets no more updates; empty while it does.
    """

    ref: str
    text: str = ""
    size: int = 1_000_000
    made: int = NOW
    renamed_to: str | None = None
    hushed: bool = False
    bound: str | None = None
    told: Mapping[ObjectName, int] = field(default_factory=dict)
    withheld: bool = False
    ended: str = ""

    def commit(self, collection: str) -> bytes:
        metadata = {
            "ostree.collection-binding": Variant("s", self.bound or collection),
            "ostree.ref-binding": Variant("as", [self.ref]),
        }
        if self.text or not is_system(self.ref):
            metadata["xa.metadata"] = Variant("s", self.text)
        if self.renamed_to is not None:
            metadata["ostree.endoflife-rebase"] = Variant("s", self.renamed_to)
        if self.told:
            entries = [_told(name, size) for name, size in self.told.items()]
            metadata["ostree.sizes"] = Variant("aay", entries)
        tree = sha256(self.ref.encode()).digest()
        made = byteswap64(self.made)
        return serialise(COMMIT_TYPE, (sorted(metadata.items()), b"", [], "", "", made, tree, tree))

    def checksum(self, collection: str) -> str:
        return sha256(self.commit(collection)).hexdigest()


def _told(name: ObjectName, size: int) -> bytes:
    return bytes.fromhex(name.checksum) + _varint(size) * 2 + b"\1"


def _varint(number: int) -> bytes:
    encoded = b""
    while number > 0x7F:
        encoded += bytes([number & 0x7F | 0x80])
        number >>= 7
    return encoded + bytes([number])


class ValueOffer:
    """An `Offer` of what was published; ``asked``: the commits wanted at once, each time."""

    def __init__(
        self,
        *published: Published,
        name: str = "up",
        collection: str = COLLECTION,
        made: int | None = NOW,
        default_branch: str | None = None,
    ) -> None:
        self.remote = Remote(name, f"https://{name}.example.org/repo", title=name)
        self.snapshot = Snapshot(collection, made, "0" * 64, Judgement(Verdict.UNSIGNED))
        self.configuration = PublishedConfiguration()
        self.default_branch = default_branch
        self.keyring: Keyring
        self.asked: list[list[str]] = []
        self._published = {each.checksum(collection): each for each in published}
        self._table = RefTable(Summary(_summary(published, collection)))

    def close(self) -> None:
        """Holds nothing."""

    def arches(self) -> tuple[str, ...]:
        return tuple({ref.arch for ref in self._table.refs()})

    def table(self, arch: str) -> RefTable:
        assert arch
        return self._table

    def lookup(self, name: str, arch: str) -> UpstreamRef | None:
        assert arch or name == METADATA_REF
        return self._table.lookup(name)

    def apps(self, appstream: UpstreamRef) -> int:
        assert appstream
        return sum(ref.kind == "app" for ref in self._table.refs())

    def signed_files(self, arches: Iterable[str]) -> dict[str, bytes]:
        return {"summary": b"x" * len(list(arches))}

    def commits(self, checksums: Iterable[str]) -> dict[str, bytes]:
        commits, refused = self.ask_for_commits(checksums)
        for error in refused.values():
            raise error
        return commits

    def ask_for_commits(
        self, checksums: Iterable[str]
    ) -> tuple[dict[str, bytes], dict[str, UpstreamError]]:
        wanted = list(checksums)
        self.asked.append(wanted)
        collection = self.snapshot.collection
        refused = [each for each in wanted if self._published[each].withheld]
        return (
            {
                each: self._published[each].commit(collection)
                for each in wanted
                if each not in refused
            },
            {each: UpstreamError(Message("It is not there.")) for each in refused},
        )

    def metadata_text(self, ref: UpstreamRef) -> str:
        return self._published[ref.commit].text

    def signatures(
        self, checksums: Iterable[str]
    ) -> tuple[dict[str, bytes | None], dict[str, bytes | None]]:
        assert set(checksums) <= self._published.keys()
        return {}, {}

    def fetch_unchecked(
        self, names: Sequence[ObjectName], _further: Further = nothing_further
    ) -> dict[ObjectName, bytes]:
        assert names
        return {}

    def find_sizes(self, names: Sequence[ObjectName]) -> dict[ObjectName, int]:
        assert names
        return {}

    def find_trees(self, checksums: Sequence[str]) -> dict[str, DirTree]:
        assert checksums
        return {}


def _summary(published: Sequence[Published], collection: str) -> bytes:
    entries = []
    for each in sorted(published, key=lambda each: each.ref):
        data = each.commit(collection)
        metadata: dict[str, Variant] = {"ostree.commit.timestamp": _number(each.made)}
        if Ref.parse_or_none(each.ref) is not None:
            sizes = byteswap64(2 * each.size), byteswap64(each.size), each.text
            metadata["xa.data"] = Variant("(tts)", sizes)
        if each.ended:
            metadata["eol"] = Variant("s", each.ended)
        if each.renamed_to is not None and not each.hushed:
            metadata["eolr"] = Variant("s", each.renamed_to)
        sum_ = bytes.fromhex(each.checksum(collection))
        entries.append((each.ref, (len(data), sum_, sorted(metadata.items()))))
    about = {COLLECTION_ID_KEY: Variant("s", collection)}
    return serialise(SUMMARY_TYPE, (entries, sorted(about.items())))


def _number(value: int) -> Variant:
    return Variant("t", byteswap64(value))


def remotes(*offers: Offer) -> Remotes[Offer]:
    """Opened, and searched in this order."""
    by_name = {offer.remote.name: offer for offer in offers}
    known = [offer.remote for offer in offers]
    return Remotes(known, None, lambda remote: by_name[remote.name])
