"""Apps of container registries on sticks: what becomes of them, and their installation.

flatpak takes images from a layout on this computer's disk, into which only content comes that is
what its digest says: a drive can answer otherwise the second time. Nobody vouches for the list of
them, so a person has to agree. Their runtimes and translations come along from the same layout,
which flatpak finds by itself. Why so: decision D326.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from app.client.receiving.beside import Tried
from app.client.receiving.installation import Place
from app.client.receiving.plan import ImageItem, Item, ReceivePlan, State
from app.client.receiving.refusal import (
    Refusal,
    RefusalKind,
    no_runtime,
    of_runtime,
    old_flatpak,
)
from app.client.receiving.request import Computer, Request
from app.flatpak.program import FlatpakProgram
from app.flatpak.refs import Ref
from app.flatpak.registries.image import Descriptor, hexadecimal
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.installed import InstalledRef
from app.flatpak.remotes.naming import free_name
from app.flatpak.required_flatpak import Version, lacking, version_text
from app.fs.sums import copy_and_sum
from app.message import Message
from app.progress import Cancel, Meter, Phase, Reporter, counting
from app.replacing import replace
from app.stick.kit.contents import registry_source
from app.stick.store.images import (
    BLOBS,
    NEEDED_FLATPAK,
    ImagesOnDrive,
    ReadImage,
    blob_path,
    is_whole,
    layout_files,
    layout_of,
    needed_blobs,
    read_images_on,
    runtime_of,
)
from app.stick.store.record import ImageRecord
from app.stick.store.stick_state import StickState
from app.text import Policy, clean


class _OnStick(Struct, frozen=True):
    stick: StickState
    there: ImagesOnDrive
    image: ReadImage
    ref: Ref

    @property
    def _recorded(self) -> tuple[ImageRecord, ...]:
        record = self.stick.record
        images = record.images if record is not None else ()
        return tuple(each for each in images if (each.origin, each.ref) == self.image.image.key)

    @property
    def chosen(self) -> bool:
        told = [each.chosen for each in self._recorded]
        return any(told) if told else self.ref.kind == "app"

    @property
    def name(self) -> str:
        told = (each.name for each in self._recorded)
        return clean(next(told, ""), Policy.NAME) or self.ref.id

    def beside(self) -> Iterator[ReadImage]:
        """What comes along: its runtime, and what extends the two."""
        runtime = runtime_of(self.image)
        for (origin, name), image in sorted(self.there.images.items()):
            ref = Ref.parse(name)
            parents = (self.ref.id, runtime.split("/")[1] if runtime else "")
            extends = any(parent and ref.id.startswith(f"{parent}.") for parent in parents)
            same = origin == self.image.image.origin and ref.arch == self.ref.arch
            if same and name != str(self.ref) and (name == runtime or extends):
                yield image

    @property
    def runtime_from_elsewhere(self) -> str | None:
        """The ref of its runtime, if its registry's images on the stick have none."""
        runtime = runtime_of(self.image)
        if runtime is None or runtime in {image.image.ref for image in self.beside()}:
            return None
        return runtime


class ImagesOnSticks:
    """All of them; of several sticks that have a ref, the newest counts."""

    def __init__(self, sticks: Sequence[StickState], arch: str) -> None:
        newest: dict[str, _OnStick] = {}
        for stick in sticks:
            there = read_images_on(stick.location)
            for image in there.images.values():
                ref = Ref.parse(image.image.ref)
                found = _OnStick(stick, there, image, ref)
                other = newest.get(str(ref))
                if ref.arch == arch and (other is None or _made(other) < _made(found)):
                    newest[str(ref)] = found
        self._images = [newest[name] for name in sorted(newest)]

    @property
    def refs(self) -> tuple[Ref, ...]:
        """Of all."""
        return tuple(each.ref for each in self._images)

    def items(
        self,
        request: Request,
        computer: Computer,
        installed: Mapping[str, InstalledRef],
        elsewhere: Mapping[str, object],
        made: Callable[[str], int | None],
        runtime: Callable[[str], Item | None],
    ) -> Iterator[ImageItem]:
        """Those that are asked for. ``installed``: here; ``elsewhere``: in other installations;
        ``made``: when a commit was made that is here; ``runtime``: what sticks have of one from
        another source."""
        for each in self._images:
            there = installed.get(str(each.ref))
            if request.refs:
                if not any(word.matches(each.ref, computer.arch) for word in request.refs):
                    continue
            elif not request.update and not each.chosen:
                continue
            if request.update and there is None:
                continue
            name = each.runtime_from_elsewhere
            has = name is None or name in installed or name in elsewhere
            needed = runtime(name) if name is not None and not has else None
            why = None if has or name is None else _of_runtime(name, needed)
            before = made(there.commit) if there is not None else None
            item = _item(each, request, computer.flatpak, there, before, why)
            yield replace(item, needs=(needed.key, *needed.needs)) if needed is not None else item


def _of_runtime(name: str, item: Item | None) -> Refusal | None:
    """Why one that comes from another source keeps an app away."""
    if item is None:
        return no_runtime(Ref.parse(name))
    return of_runtime(item.ref, item.refusal) if item.refusal is not None else None


def _made(on_stick: _OnStick) -> int:
    return on_stick.image.config.labels.timestamp or 0


def _item(
    on_stick: _OnStick,
    request: Request,
    have: Version | None,
    there: InstalledRef | None,
    made: int | None,
    without: Refusal | None,
) -> ImageItem:
    """``made``: when what is ``there`` was; ``without``: why its runtime keeps it away."""
    carried = on_stick.image.image
    images = (on_stick.image, *on_stick.beside())
    blobs = {blob.digest: blob for image in images for blob in needed_blobs(image)}
    title = carried.title or carried.remote
    agreed = request.allow_unsigned or carried.url in request.accepted
    refusal = _refusal(on_stick, images, have, without, agreed=agreed)
    state = _state(on_stick, there, made)
    if state not in (State.INSTALL, State.UPDATE):
        refusal = None
    elif refusal is not None:
        state = State.REFUSED
    return ImageItem(
        source=registry_source(carried.remote),
        remote=carried.remote,
        url=carried.url,
        title=title,
        ref=on_stick.ref,
        name=on_stick.name,
        layout=layout_of(on_stick.stick.location),
        images=tuple(image.image for image in images),
        blobs=tuple(blobs.values()),
        state=state,
        installed=there.image if there is not None else None,
        refusal=refusal,
    )


def _state(on_stick: _OnStick, there: InstalledRef | None, made: int | None) -> State:
    if there is None:
        return State.INSTALL
    if there.image == on_stick.image.image.commit:
        return State.THERE
    if not there.image:
        return State.ELSEWHERE
    # flatpak takes nothing back either, and says so only by its status.
    return State.THERE if made is not None and made >= _made(on_stick) else State.UPDATE


def _refusal(
    on_stick: _OnStick,
    images: Sequence[ReadImage],
    have: Version | None,
    without: Refusal | None,
    *,
    agreed: bool,
) -> Refusal | None:
    if not on_stick.image.image.url:
        # Nobody could be asked about it, and flatpak would have nothing to add.
        return Refusal(
            RefusalKind.OTHER,
            Message("Neither this computer nor the drive knows where its updates come from."),
        )
    if not all(is_whole(image, on_stick.there) for image in images):
        return Refusal(RefusalKind.DAMAGED, Message("What the drive has of it is damaged."))
    if have is not None and lacking((f"{NEEDED_FLATPAK}.0",), have) is not None:
        reason = Message(
            "It needs flatpak {wants} or newer; this computer has {have}.",
            wants=NEEDED_FLATPAK,
            have=version_text(have),
        )
        return Refusal(RefusalKind.FLATPAK, reason)
    metadata = on_stick.image.config.labels.parsed_metadata
    if metadata is not None and (old := old_flatpak(metadata, have)) is not None:
        return old
    if without is not None:
        return without
    if not agreed:
        return Refusal(RefusalKind.UNSIGNED, Message("Nobody vouches for it: it is not signed."))
    return None


def install_images(
    plan: ReceivePlan, program: FlatpakProgram, directory: Path, report: Reporter, cancel: Cancel
) -> Tried:
    """``directory``: this person's alone. Raises what ``cancel`` raises."""
    return _Installer(plan.place, program, directory, report, cancel).install(plan.images)


class _Installer:
    """Installs images from layouts of its own, below ``directory``."""

    def __init__(
        self,
        place: Place,
        program: FlatpakProgram,
        directory: Path,
        report: Reporter,
        cancel: Cancel,
    ) -> None:
        self._place = place
        self._program = program
        self._directory = directory
        self._report = report
        self._cancel = cancel

    def install(self, items: Sequence[ImageItem]) -> Tried:
        wanted = [item for item in items if item.wanted]
        failed: dict[str, Refusal] = {}
        if not wanted:
            return Tried()
        total = {blob.digest: blob.size for item in wanted for blob in item.blobs}
        meter = Meter(self._report, Phase.COPY, total=sum(total.values()))
        for number, item in enumerate(wanted):
            layout = self._directory / f"images-{number}"
            refusal = self._copy(item, layout, meter) or self._install(item, layout)
            if refusal is not None:
                failed[str(item.ref)] = refusal
        meter.finish()
        return Tried(failed, meter.bytes)

    def _copy(self, item: ImageItem, layout: Path, meter: Meter) -> Refusal | None:
        try:
            (layout / BLOBS).mkdir(parents=True)
            for blob in item.blobs:
                if not self._copied(item, blob, layout / blob_path(blob.digest), meter):
                    return Refusal(
                        RefusalKind.DAMAGED, Message("What the drive has of it is damaged.")
                    )
            for name, data in layout_files(item.images).items():
                (layout / name).write_bytes(data)
        except OSError as error:
            reason = error.strerror or str(error)
            return Refusal(
                RefusalKind.DAMAGED, Message("It cannot be copied: {reason}.", reason=reason)
            )
        return None

    def _copied(self, item: ImageItem, blob: Descriptor, file: Path, meter: Meter) -> bool:
        before = self._earlier(blob)
        if before is not None:
            # It was checked when it came, and is this person's alone.
            os.link(before, file)
            return True
        source = os.fdopen(item.layout.open_regular(blob_path(blob.digest)), "rb")
        with source, file.open("wb") as target:
            digest = copy_and_sum(source, target, blob.size, counting(meter, self._cancel))
        return digest == hexadecimal(blob.digest)

    def _earlier(self, blob: Descriptor) -> Path | None:
        path = blob_path(blob.digest)
        whole = (
            place for place in self._directory.glob("images-*") if (place / "oci-layout").exists()
        )
        return next((place / path for place in whole if (place / path).exists()), None)

    def _install(self, item: ImageItem, layout: Path) -> Refusal | None:
        remote, refusal = self._remote(item)
        if refusal is not None:
            return refusal
        options = ("-y", "--noninteractive", "--or-update", f"--sideload-repo=oci:{layout}")
        said = self._program.run(
            ("install", self._place.option, *options, remote, str(item.ref)), self._cancel
        )
        if not said.status:
            return None
        message = Message("flatpak: {reason}", reason=said.reason)
        return Refusal(
            RefusalKind.FLATPAK, message if said.reason else Message("flatpak did not say why.")
        )

    def _remote(self, item: ImageItem) -> tuple[str, Refusal | None]:
        """The one of that address; it is added where there is none."""
        taken = set()
        for name, url, options in self._remotes():
            taken.add(name)
            if same_place(url, item.url):
                if "disabled" not in options:
                    return name, None
                reason = Message("Its source {name} is switched off on this computer.", name=name)
                return "", Refusal(RefusalKind.OTHER, reason)
        name = free_name(item.remote, taken)
        said = self._program.run(
            ("remote-add", self._place.option, f"--title={item.title}", name, item.url),
            self._cancel,
        )
        if any(each == name for each, *_ in self._remotes()):
            return name, None
        reason = Message(
            "The source {remote} could not be added: {reason}", remote=name, reason=said.reason
        )
        return "", Refusal(RefusalKind.OTHER, reason)

    def _remotes(self) -> Iterator[tuple[str, str, list[str]]]:
        option = self._place.option
        columns = "--columns=name,url,options"
        for line in self._program.ask("remotes", option, "--show-disabled", columns).splitlines():
            name, _, rest = line.partition("\t")
            url, _, options = rest.partition("\t")
            yield name.strip(), url.strip(), options.strip().split(",")
