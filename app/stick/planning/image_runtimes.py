"""The runtimes of images that no registry on the drive has: they come from other sources.

flatpak looks for a runtime among all that it knows, whatever an app comes from.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from msgspec import Struct

from app.errors import TrustError, UpstreamError
from app.flatpak.metadata import Metadata
from app.flatpak.refs import Ref
from app.flatpak.upstream.offer import Offer
from app.formats.keyfile import KeyfileError
from app.message import Message
from app.progress import Notice
from app.severity import Severity
from app.stick.planning import refusal
from app.stick.planning.changes import Changes
from app.stick.planning.closure import Closure
from app.stick.planning.options import Options
from app.stick.planning.plan import PlannedImage, Removal
from app.stick.planning.selection import Remotes
from app.stick.planning.target_state import TargetState
from app.stick.planning.wanted import Key
from app.stick.store.images import ImagesOnDrive, runtime_of


class RuntimeNeed(Struct, frozen=True):
    """A full ref, and the app that needs it; ``named``: that was asked for now."""

    runtime: str
    user: str
    named: bool = False


class ImageRuntimes(Struct, frozen=True):
    """What is needed from elsewhere, and what only those needed that leave."""

    needs: tuple[RuntimeNeed, ...] = ()
    left: tuple[str, ...] = ()


NO_RUNTIMES = ImageRuntimes()


def runtimes_elsewhere(
    images: Sequence[PlannedImage], drive: ImagesOnDrive, removed: Sequence[Removal]
) -> ImageRuntimes:
    """``images``: those of each registry that a plan touches."""
    gone = {(each.collection, each.ref) for each in removed}
    runtimes = {key: runtime_of(image) for key, image in drive.images.items()}
    left = tuple(runtime for key in sorted(gone) if (runtime := runtimes.get(key)))
    named = set()
    names = {image.ref for image in drive.carried if image.key not in gone}
    for image in images:
        key = image.item.collection, image.item.ref
        names.add(key[1])
        if image.item.metadata:
            runtimes[key] = _runtime(image.item.metadata)
        if image.item.named:
            named.add(key)
    needs = (
        RuntimeNeed(runtime, key[1], key in named)
        for key, runtime in sorted(runtimes.items(), key=lambda pair: pair[0])
        if runtime and key not in gone and key[1].startswith("app/") and runtime not in names
    )
    return ImageRuntimes(tuple(needs), left)


def _runtime(text: str) -> str | None:
    try:
        runtime = Metadata.parse(text.encode()).runtime
    except KeyfileError:
        return None
    return str(runtime) if runtime is not None else None


class RuntimesOfImages:
    """Those of one plan.

    Attributes:
        notices: what people are to know of them.
        required: what was asked for that an image cannot be installed without.
    """

    def __init__(
        self, drive: TargetState, remotes: Remotes[Offer], runtimes: ImageRuntimes
    ) -> None:
        self._drive = drive
        self._remotes = remotes
        self._needs = runtimes.needs
        self._left = runtimes.left
        self._users: dict[Key, list[str]] = {}
        self.notices: list[Notice] = []
        self.required: set[Key] = set()

    def left_on_drive(self) -> set[Key]:
        """As of `BundlesOfPlan`."""
        return {key for runtime in self._left for key in self._places(runtime)}

    def runtimes_on_drive(self) -> Iterator[tuple[Key, str]]:
        """As of `BundlesOfPlan`."""
        yield from ((key, need.user) for need in self._needs for key in self._places(need.runtime))

    def needed_by(self, key: Key) -> tuple[str, ...]:
        """The images that asked for this."""
        return tuple(dict.fromkeys(self._users.get(key, ())))

    def want(
        self, closure: Closure, files: Container[str], options: Options, changes: Changes
    ) -> None:
        """Ask for what is not there; in an update for what is there as well.

        ``files``: those that will be there as files. Raises the error of a `Refusal` where an app
        that was asked for lacks its runtime.
        """
        for need in self._needs:
            there = next(self._places(need.runtime), None)
            done = not changes.update if there is not None else need.runtime in files
            if done or (options.runtimes and self._ask(closure, need, there)):
                continue
            if there is None and need.named and options.runtimes:
                missed = self._remotes.not_searched
                raise refusal.no_runtime(need.user, need.runtime, missed).error
            if there is None and not need.named:
                missed = self._remotes.not_searched
                error = refusal.no_runtime(need.user, need.runtime, missed).error
                self.notices.append(Notice(Severity.WARNING, error.message))

    def _ask(self, closure: Closure, need: RuntimeNeed, there: Key | None) -> bool:
        arch = Ref.parse(need.runtime).arch
        for offer in self._offers():
            entry = offer.lookup(need.runtime, arch)
            if entry is not None and there in (None, (offer.snapshot.collection, need.runtime)):
                reason = Message("The runtime of {ref}.", ref=Ref.parse(need.user).id)
                key = closure.want(offer, entry, reason)
                self._users.setdefault(key, []).append(need.user)
                self.required.add(key)
                return True
        return False

    def _offers(self) -> Sequence[Offer]:
        try:
            return self._remotes.everywhere()
        except (UpstreamError, TrustError):
            # `Remotes.not_searched` has it.
            return ()

    def _places(self, runtime: str) -> Iterator[Key]:
        refs: Mapping[str, Mapping[str, str]] = self._drive.refs
        return ((origin, runtime) for origin in refs if runtime in refs[origin])
