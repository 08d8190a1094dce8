"""The files of a stick beside its objects: lists, names, copies, kit. Byte for byte."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from app.flatpak.extra_data import is_payload_path
from app.flatpak.upstream.client import INDEX, INDEX_SIGNATURE
from app.fs.files import temporary_name
from app.fs.nodes import Node
from app.fs.root import Root
from app.ostree.ref_files import STAGED
from app.ostree.repository import Repository
from app.replacing import replace
from app.stick.kit.gathering import kit_contents, name_kit, stage_kit, stick_components
from app.stick.store.bundles import FOLDER as BUNDLES
from app.stick.store.images import is_image_path
from app.stick.store.journal import JOURNAL
from app.stick.store.location import REMOTES, UPSTREAM, Location
from app.stick.store.payloads import EXTRA_DATA
from app.stick.store.stick_state import StickState, read_stick
from app.stick.store.upstream_copy import FORMER

_STEP = 1024 * 1024
_SUMMARIES = "summaries"
_SUMMARY_SIGNATURE = "summary.sig"


def files_below(root: Root, path: str = ".") -> Iterator[str]:
    """Paths of the regular files, without what was being written."""
    for entry in root.walk(path):
        temporary = entry.name.startswith(".") and entry.name.endswith(".tmp")
        if entry.node is Node.FILE and not temporary:
            yield entry.path


def copy_file(source: Root, path: str, target: Root, *, durable: bool = False) -> None:
    """Put the file at the same path of ``target``, by rename; ``durable``: at every moment the
    medium has it or what was there before. Raises OSError."""
    above, name = os.path.split(path)
    target.make_directory(above or ".")
    temporary = os.path.join(above, temporary_name(name))
    reading = source.open_regular(path)
    try:
        status = os.fstat(reading)
        mode = 0o755 if status.st_mode & 0o100 and name.endswith(".sh") else 0o644
        writing = target.open_for_writing(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        try:
            left = status.st_size
            while left > 0 and (data := os.read(reading, min(left, _STEP))):
                left -= len(data)
                while data:
                    data = data[os.write(writing, data) :]
            if durable:
                os.fsync(writing)
        finally:
            os.close(writing)
    finally:
        os.close(reading)
    target.rename(temporary, path)
    if durable:
        target.sync_names([path])


class Beside:
    """What is to be copied beside objects and refs, in the steps of FORMAT.md."""

    def __init__(self, original: Location, location: Location) -> None:
        self._original = original
        self._location = location

    @property
    def _copies(self) -> list[str]:
        """The paths of upstream's lists below `Location.extension`."""
        extension = self._original.extension
        return [
            entry.path
            for copies in (UPSTREAM, REMOTES)
            if extension.node(copies) is Node.DIRECTORY
            for entry in extension.entries(copies)
            if entry.node is Node.DIRECTORY
        ]

    def stage_copies(self) -> None:
        """Upstream's lists, beside those that are there."""
        original, extension = self._original.extension, self._location.extension
        for copy in self._copies:
            fresh = f"{copy}{STAGED}"
            extension.remove_tree(fresh)
            extension.make_directory(fresh)
            for path in files_below(original.below(copy)):
                copy_file(original.below(copy), path, extension.below(fresh))

    def exchange_copies(self) -> None:
        """Before the summary: at no moment may there be an index that is not the copied one."""
        root = self._location.repository
        for path in (INDEX, INDEX_SIGNATURE):
            root.clear(path)
            root.remove(path)
        root.remove_tree(_SUMMARIES)
        extension = self._location.extension
        for copy in self._copies:
            former = f"{copy}{FORMER}"
            extension.remove_tree(former)
            there = extension.node(copy)
            if there is not None:
                if there is not Node.DIRECTORY:
                    extension.make_directory(copy)
                extension.rename(copy, former)
            extension.rename(f"{copy}{STAGED}", copy)
            extension.remove_tree(former)
        original = self._original.repository
        if original.node(_SUMMARIES) is Node.DIRECTORY:
            for path in files_below(original, _SUMMARIES):
                copy_file(original, path, root)
        for path in (INDEX_SIGNATURE, INDEX):
            if original.node(path) is Node.FILE:
                copy_file(original, path, root)

    def drop_other_copies(self) -> None:
        """Those of collections that only an older copy had."""
        extension = self._location.extension
        kept = set(self._copies)
        for copies in (UPSTREAM, REMOTES):
            if extension.node(copies) is Node.DIRECTORY:
                for entry in list(extension.entries(copies)):
                    if entry.path not in kept:
                        extension.remove_tree(entry.path)

    def copy_config(self) -> None:
        copy_file(self._original.repository, "config", self._location.repository, durable=True)

    def copy_summary(self) -> None:
        """From now on clients see what is new."""
        original, root = self._original.repository, self._location.repository
        root.clear(_SUMMARY_SIGNATURE)
        root.remove(_SUMMARY_SIGNATURE)
        if original.node("summary") is Node.FILE:
            copy_file(original, "summary", root, durable=True)
        if original.node(_SUMMARY_SIGNATURE) is Node.FILE:
            copy_file(original, _SUMMARY_SIGNATURE, root)

    def copy_kit(
        self, repository: Repository, stick: StickState, flush: Callable[[], None]
    ) -> None:
        """What people find; ``stick`` is the original. With the copy's own label where Satchel
        wrote it. ``flush``: writes all to the medium."""
        if self._original.kit.node(".") is not Node.DIRECTORY:
            return
        for path in files_below(self._original.kit):
            # Extra data and images are there already.
            beside = is_payload_path(path.removeprefix(f"{EXTRA_DATA}/")) or is_image_path(path)
            if not beside:
                # Without these nobody can install who has no Satchel.
                copy_file(self._original.kit, path, self._location.kit, durable="/" not in path)
        self._drop_other_bundles()
        if stick.record is not None:
            copy = replace(read_stick(self._location, repository), record=stick.record, copies={})
            copy = copy.with_refs(stick.refs)
            kit = stage_kit(self._location, kit_contents(copy, stick_components(copy)))
            flush()
            name_kit(self._location, kit)

    def _drop_other_bundles(self) -> None:
        """Those that only an older copy had."""
        there = self._location.kit
        if there.node(BUNDLES) is Node.DIRECTORY:
            for path in list(files_below(there, BUNDLES)):
                if self._original.kit.node(path) is None:
                    there.remove(path)

    def copy_record(self) -> None:
        """What is Satchel's own, without what is of a moment."""
        extensions = self._original.repository.below("extensions")
        if extensions.node(".") is not Node.DIRECTORY:
            return
        for path in files_below(extensions):
            lists = path.startswith((f"satchel/{UPSTREAM}/", f"satchel/{REMOTES}/"))
            if path != f"satchel/{JOURNAL}" and not lists:
                copy_file(extensions, path, self._location.repository.below("extensions"))
