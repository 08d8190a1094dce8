"""What comes along with an app or runtime: translations, drivers, other extensions.

Follows flatpak's ``flatpak_dir_find_remote_related_for_metadata`` and ``add_related``
(``common/flatpak-dir.c``), ``flatpak_summary_match_subrefs`` and
``flatpak_extension_matches_reason`` (``common/flatpak-utils.c``), with one difference in purpose:
flatpak decides for the computer it runs on, while a drive is for computers nobody has seen. A
condition about hardware or desktop is therefore answered with "some of them may have it" where
carrying is cheap, and with what was named where it is not (vendor drivers, themes).

As in flatpak, related refs are not followed further: an extension's own extension points are not
looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from msgspec import Struct

from app.flatpak.metadata import ExtensionPoint, Metadata
from app.flatpak.refs import Ref
from app.message import Message

ALWAYS_ACTIVE_GL = ("default", "host")
"""Drivers that flatpak counts as active on every computer."""


class RefIndex(Protocol):
    """The refs that one upstream offers."""

    def __contains__(self, ref: str, /) -> bool:
        """Whether upstream has the full ref."""

    def with_prefix(self, kind_id_prefix: str, arch: str, branch: str, /) -> Iterable[Ref]:
        """The refs beginning with ``kind_id_prefix`` (``runtime/org.x.Platform.GL.``).

        May give more than was asked for: `related` looks at each.
        """


class RelatedPolicy(Struct, frozen=True):
    """What the people who will use the drive need.

    Attributes:
        gpus: graphics drivers beside the free ones: ``nvidia-550-54-14``, ``550.54.14`` written
            with dots after the vendor, a series (``nvidia-550``), or the extension's full name.
        named: refs asked for by name; they are carried whatever their conditions say.
    """

    gpus: tuple[str, ...] = ()
    named: frozenset[Ref] = frozenset()


class Related(Struct, frozen=True):
    """One ref upstream has for one of the parent's extension points.

    Attributes:
        extension: name of the extension point.
        wanted: whether it comes along.
        reason: for people: why it is carried, or why not.
        locale: translations; a client installs only the languages it uses.
        collection: what the extension point says about its collection, if anything.
    """

    ref: Ref
    extension: str
    wanted: bool
    reason: Message
    locale: bool
    collection: str | None = None


def related(
    parent: Ref, metadata: Metadata, available: RefIndex, policy: RelatedPolicy | None = None
) -> list[Related]:
    """All extensions upstream has for ``parent``, wanted or not, in the metadata's order.

    An extension point that upstream has nothing for is simply absent. A ref that two points lead
    to stands once, wanted if either wants it.
    """
    policy = policy or RelatedPolicy()
    by_ref: dict[Ref, Related] = {}
    for point in metadata.extensions:
        for ref in _refs_for(parent, point, available):
            wanted, reason = _verdict(parent, point, ref, policy)
            before = by_ref.get(ref)
            if before is not None and (before.wanted or not wanted):
                continue
            by_ref[ref] = Related(
                ref=ref,
                extension=point.name,
                wanted=wanted,
                reason=reason,
                locale=_is_locale(point),
                collection=point.collection_id,
            )
    return list(by_ref.values())


def gpu_matches(gpu: str, extension_id: str) -> bool:
    """Whether ``gpu``, as people name it, means the driver extension ``extension_id``.

    A series needs at least one number, so that ``nvidia`` alone does not mean every driver ever
    published; and it ends at a hyphen, so that ``nvidia-55`` is not ``nvidia-550-54-14``.
    """
    driver = extension_id.rpartition(".")[2]
    # A full name has letters after its periods; a version has digits.
    if (full := re.fullmatch(r"(.*)\.([A-Za-z_].*)", gpu)) is not None:
        if full[1] != extension_id.rpartition(".")[0]:
            return False
        gpu = full[2]
    wanted = gpu.replace(".", "-")
    if driver == wanted:
        return True
    return any(char.isdigit() for char in wanted) and driver.startswith(f"{wanted}-")


def _refs_for(parent: Ref, point: ExtensionPoint, available: RefIndex) -> Iterator[Ref]:
    for branch in point.branches or (parent.branch,):
        # Extensions are runtimes, whatever they extend.
        text = f"runtime/{point.name}/{parent.arch}/{branch}"
        ref = Ref.parse_or_none(text)
        if ref is None:
            continue
        if text in available:
            yield ref
        elif point.subdirectories:
            prefix = f"{point.name}."
            for below in available.with_prefix(f"runtime/{prefix}", parent.arch, branch):
                if (
                    (below.kind, below.arch, below.branch) == ("runtime", parent.arch, branch)
                    and below.id.startswith(prefix)
                    # NAME.x, but not NAME.x.Sources
                    and "." not in below.id.removeprefix(prefix)
                ):
                    yield below


def _is_locale(point: ExtensionPoint) -> bool:
    return point.locale_subset or point.name.endswith(".Locale")


def _verdict(
    parent: Ref, point: ExtensionPoint, ref: Ref, policy: RelatedPolicy
) -> tuple[bool, Message]:
    if ref in policy.named:
        return True, Message("Asked for by name, an extension of {ref}.", ref=parent.id)
    if point.name.endswith(".Debug"):
        # flatpak updates those, but never installs one by itself.
        return False, Message("For finding faults in {ref}; carried when named.", ref=parent.id)
    if point.download_if:
        return _conditions(parent, point, ref, policy)
    if point.no_autodownload:
        return False, Message("An optional extension of {ref}; carried when named.", ref=parent.id)
    if _is_locale(point):
        return True, Message("Translations for {ref}.", ref=parent.id)
    return True, Message("An extension of {ref}.", ref=parent.id)


def _conditions(
    parent: Ref, point: ExtensionPoint, ref: Ref, policy: RelatedPolicy
) -> tuple[bool, Message]:
    """One that holds is enough; which is also why ``no-autodownload`` means nothing here."""
    verdicts = [_condition(name, parent, ref, policy) for name in point.download_if if name]
    # Only semicolons: a metadata mistake that flatpak takes for "never" as well.
    never = (False, Message("{id} never asks for it; carried when named.", id=parent.id))
    return next((verdict for verdict in verdicts if verdict[0]), verdicts[0] if verdicts else never)


def _condition(name: str, parent: Ref, ref: Ref, policy: RelatedPolicy) -> tuple[bool, Message]:
    driver = ref.id.rpartition(".")[2]
    if name == "active-gl-driver":
        if driver in ALWAYS_ACTIVE_GL or any(gpu_matches(gpu, ref.id) for gpu in policy.gpus):
            return True, Message(
                "Graphics driver ({driver}) for {ref}.", driver=driver, ref=parent.id
            )
        return False, Message(
            "Graphics driver for particular hardware ({driver}); carried when named.", driver=driver
        )
    if name == "active-gtk-theme":
        return False, Message(
            "Looks for computers that use the theme {driver}; carried when named.", driver=driver
        )
    if name == "have-intel-gpu":
        return True, Message("For computers with Intel graphics, used by {ref}.", ref=parent.id)
    if desktop := _after(name, "on-xdg-desktop-"):
        return True, Message(
            "For the {desktop} desktop, used by {ref}.", desktop=desktop, ref=parent.id
        )
    if module := _after(name, "have-kernel-module-"):
        return _kernel_module(module, parent, policy)
    return False, Message(
        "Depends on “{condition}”, which is not known; carried when named.", condition=name
    )


def _kernel_module(module: str, parent: Ref, policy: RelatedPolicy) -> tuple[bool, Message]:
    """Most modules belong to hardware that any computer may have, as Intel's graphics do.

    NVIDIA's stands for the vendor's driver, whose other half is only carried when named: one
    without the other is of no use.
    """
    if module.startswith("nvidia") and not any("nvidia" in gpu for gpu in policy.gpus):
        return False, Message("For computers with NVIDIA's own driver; carried with such a driver.")
    return True, Message(
        "For computers with the driver {module}, used by {ref}.", module=module, ref=parent.id
    )


def _after(text: str, prefix: str) -> str:
    return text.removeprefix(prefix) if text.startswith(prefix) else ""
