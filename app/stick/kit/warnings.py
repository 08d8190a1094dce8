"""What people should know of what is on a stick before they install it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from app.flatpak.refs import Ref
from app.flatpak.required_flatpak import lacking
from app.stick.findings import Code
from app.stick.kit.contents import (
    KitContents,
    KitRef,
    KitWarning,
    WarningKind,
    name_of,
    plain_field,
    refused_refs,
    several_sources,
    unvouched_refs,
    with_address,
    with_id,
)
from app.stick.kit.images import registry_warnings
from app.stick.kit.translations import language_warnings
from app.stick.store.record import StickRecord


def kit_warnings(contents: KitContents, record: StickRecord) -> Iterator[KitWarning]:
    """All of them, in the order of the page."""
    yield from _left_out(record)
    for source in contents.collections:
        if source.unsigned:
            apps = [ref for ref in contents.refs if ref.collection == source.id and ref.chosen]
            yield KitWarning(
                WarningKind.UNSIGNED,
                with_address(source.title or source.remote, source.url),
                tuple(sorted(map(name_of, apps), key=str.casefold)),
            )
    for ref in contents.refs:
        yield from _about(ref)
    yield from language_warnings(contents.refs)
    for each in contents.bundles:
        if each.unvouched:
            yield KitWarning(WarningKind.FILE, name_of(each.about), (each.file,))
        yield from _about(each.about)
    yield from registry_warnings(contents.registries, contents.images)
    for image in contents.images:
        yield from _about(image)
    yield from _unsigned(contents)
    for several in several_sources(contents):
        yield KitWarning(WarningKind.SEVERAL_SOURCES, several.name, several.sources)


def _left_out(record: StickRecord) -> Iterator[KitWarning]:
    for entry in record.left_out:
        if Ref.parse_or_none(entry.ref) is not None:
            is_extra_data = entry.code == Code.EXTRA_DATA_MISSING
            yield KitWarning(
                WarningKind.EXTRA_DATA if is_extra_data else WarningKind.LEFT_OUT, entry.ref
            )


def _about(ref: KitRef) -> Iterator[KitWarning]:
    """By itself."""
    if ref.lacks:
        runtime = Ref.parse(ref.lacks)
        yield KitWarning(
            WarningKind.RUNTIME, name_of(ref), (plain_field(f"{runtime.id}//{runtime.branch}"),)
        )
    if ref.replaced_by:
        yield KitWarning(WarningKind.RENAMED, ref.ref, (ref.replaced_by,))
    elif ref.requires and lacking(ref.requires):
        yield KitWarning(WarningKind.NEWER_FLATPAK, ref.ref, ref.requires)
    if ref.payloads:
        called = with_id(name_of(ref), Ref.parse(ref.ref).id)
        yield KitWarning(WarningKind.TERMS, called, (ref.licence,))


def _unsigned(contents: KitContents) -> Iterator[KitWarning]:
    """Of what is not signed though its source signs, by source."""
    kinds: tuple[tuple[WarningKind, Collection[tuple[str, str]]], ...] = (
        (WarningKind.UNSIGNED, unvouched_refs(contents)),
        (WarningKind.UNSIGNABLE, refused_refs(contents).keys()),
    )
    for source in contents.collections:
        for kind, lost in kinds:
            theirs = [each for each in contents.refs if (each.collection, each.ref) in lost]
            theirs = [each for each in theirs if each.collection == source.id]
            named = [each for each in theirs if each.chosen] or theirs
            if named:
                yield KitWarning(
                    kind,
                    with_address(source.title or source.remote, source.url),
                    tuple(sorted(map(name_of, named), key=str.casefold)),
                )
