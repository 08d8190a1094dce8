"""START-HERE.html: what is on a stick and how it is installed, in English and German.

The words stand in ``resources/kit/START-HERE.html``; here are the values that fill its gaps.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from app.flatpak.refs import Ref
from app.ostree.names import origin_remote
from app.pages import page_template
from app.stick.kit.contents import (
    PAGE,
    KitContents,
    KitRef,
    KitSystem,
    WarningKind,
    all_refs,
    name_of,
    plain_field,
    refused_refs,
    runs_on,
    several_sources,
    unvouched_refs,
)
from app.stick.kit.gaps import read_page

if TYPE_CHECKING:
    from jinja2 import Template

# fmt: off
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
# fmt: on


class _App(Struct, frozen=True):
    """One that was chosen, as people see it."""

    id: str
    name: str
    initial: str
    hue: int
    version: str
    summary: str
    size: int
    unsigned: bool
    file: str
    refused: bool


class _Needed(Struct, frozen=True):
    id: str
    branch: str
    size: int


class _System(Struct, frozen=True):
    source: str
    ref: str
    version: str
    made: datetime


class _Warning(Struct, frozen=True):
    kind: str
    subject: str
    values: tuple[str, ...]


class _Source(Struct, frozen=True):
    """``id``: of its collection; the address of one without."""

    title: str
    id: str


def page(contents: KitContents) -> bytes:
    """The page about these contents."""
    files = {each.about.collection: each.file for each in contents.bundles}
    refs = _got(contents)
    chosen = _each_once(
        sorted(
            (ref for ref in refs if ref.chosen),
            key=lambda ref: (name_of(ref).casefold(), ref.ref),
        )
    )
    needed = _each_once(sorted((ref for ref in refs if not ref.chosen), key=lambda ref: ref.ref))
    example = next((ref for ref in chosen if ref.ref.startswith("app/")), None)
    example = example or next(iter(chosen), None)
    unsigned = {each.id for each in contents.collections if each.unsigned}
    unsigned.update(each.about.collection for each in contents.bundles if each.unvouched)
    unsigned.update(each.source for each in contents.registries)
    lost, refused = unvouched_refs(contents), refused_refs(contents)
    apps = [
        _app(
            ref,
            unsigned=(ref.collection, ref.ref) in lost or _is_unsigned(ref, unsigned),
            file=files.get(ref.collection, ""),
            refused=(ref.collection, ref.ref) in refused,
        )
        for ref in chosen
    ]
    text = _template().render(
        apps=apps,
        excepted=_excepted(apps, {warning.kind for warning in contents.warnings}),
        needed=list(_needed(needed)),
        total=max(_totals(refs).values(), default=0),
        warnings=[
            _Warning(
                warning.kind.value,
                plain_field(warning.subject),
                tuple(map(plain_field, warning.values)),
            )
            for warning in contents.warnings
        ],
        sources=[
            _Source(
                plain_field(collection.title) or collection.remote,
                collection.id
                if origin_remote(collection.id) is None
                else plain_field(collection.url),
            )
            for collection in contents.collections
        ]
        + [
            _Source(plain_field(each.title) or each.remote, plain_field(each.url))
            for each in contents.registries
        ]
        or [_Source(plain_field(each.source), each.collection) for each in contents.systems[:1]],
        systems=list(map(_system, contents.systems)),
        # 1970 for a time that nobody has.
        made=moment(contents.made_at) or datetime.fromtimestamp(0, UTC),
        until=moment(contents.until),
        label=contents.label if is_plain_label(contents.label) else "",
        example=Ref.parse(example.ref).id if example else "",
        english_months=_ENGLISH_MONTHS,
        size=_size,
    )
    return text.encode()


def _is_unsigned(ref: KitRef, unsigned: Collection[str]) -> bool:
    """Whether somebody has to agree to it, or to what it runs on. ``unsigned``: sources."""
    runtime = runs_on(ref)
    return ref.collection in unsigned or (runtime is not None and runtime[0] in unsigned)


def _excepted(apps: Iterable[_App], told: Collection[WarningKind]) -> tuple[str, ...]:
    """What a computer may not get of all that is there."""
    newer = {WarningKind.NEWER_FLATPAK, WarningKind.REGISTRY}
    reasons = {
        "unvouched": any(app.unsigned and not app.refused for app in apps),
        "newer-flatpak": not newer.isdisjoint(told),
        "runtime": WarningKind.RUNTIME in told,
        "refused": any(app.refused for app in apps),
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def _got(contents: KitContents) -> list[KitRef]:
    """What computers get: of an app that several sources have, it is that of one."""
    taken = {each.ref: each.taken for each in several_sources(contents)}
    return [
        ref for ref in all_refs(contents) if taken.get(ref.ref, ref.collection) == ref.collection
    ]


def _each_once(refs: Iterable[KitRef]) -> list[KitRef]:
    """Whatever kinds of computers it is there for."""
    once: dict[tuple[str, str, str], KitRef] = {}
    for ref in refs:
        parsed = Ref.parse(ref.ref)
        once.setdefault((parsed.kind, parsed.id, parsed.branch), ref)
    return list(once.values())


def _totals(refs: Iterable[KitRef]) -> dict[str, int]:
    """Bytes of all that computers of a kind can have, by architecture."""
    totals: dict[str, int] = {}
    for ref in refs:
        arch = Ref.parse(ref.ref).arch
        totals[arch] = totals.get(arch, 0) + ref.size
    return totals


def _system(system: KitSystem) -> _System:
    return _System(
        plain_field(system.source),
        plain_field(system.ref),
        plain_field(system.version),
        moment(system.made) or datetime.fromtimestamp(0, UTC),
    )


def prepare() -> None:
    """Make the next page quicker, as much as most pages take."""
    _template()


def fixed_parts() -> bytes:
    """Those of the pages that this Satchel makes, as `read_page` gives them."""
    return read_page(page(KitContents("repo", (), (), 0)))[0]


def is_plain_label(label: str) -> bool:
    """Whether it can stand in the commands: a shell takes it as it is between double quotes, and
    it is one directory's name.
    """
    return (
        label == plain_field(label)
        and label not in ("", ".", "..")
        and not any(char in '"$`\\!/' for char in label)
    )


def read_dates(page: bytes) -> tuple[int, int | None]:
    """When a page says that its stick was made, and until when it is good, seconds since 1970; 0
    and None for what is no date.
    """
    gaps = dict(read_page(page)[1])
    made = until = None
    with contextlib.suppress(ValueError):
        day, month, year = gaps.get("made_en", "").split(" ")
        made = datetime(int(year), _ENGLISH_MONTHS.index(month) + 1, int(day), tzinfo=UTC)
    match = re.search(r'datetime="([0-9-]{10})"', gaps.get("until", ""))
    with contextlib.suppress(ValueError):
        until = datetime.fromisoformat(match[1]).replace(tzinfo=UTC) if match else None
    return int(made.timestamp()) if made else 0, int(until.timestamp()) if until else None


@cache
def _template() -> Template:
    return page_template("kit", PAGE)


def _app(ref: KitRef, *, unsigned: bool, file: str, refused: bool) -> _App:
    id, name = Ref.parse(ref.ref).id, name_of(ref)
    return _App(
        id=id,
        name=name,
        initial=next((char.upper() for char in name if char.isalnum()), "·"),
        hue=sum(id.encode()) * 47 % 360,
        version=plain_field(ref.version),
        summary=plain_field(ref.summary),
        size=ref.size,
        unsigned=unsigned,
        file=plain_field(file),
        refused=refused,
    )


def _needed(refs: Iterable[KitRef]) -> Iterable[_Needed]:
    for ref in refs:
        parsed = Ref.parse(ref.ref)
        yield _Needed(parsed.id, parsed.branch, ref.size)


def moment(seconds: int | None) -> datetime | None:
    """None also for what is beyond all dates."""
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
    except (OverflowError, ValueError, OSError):
        return None


def _size(size: int, point: str) -> str:
    """Three digits at most, in the decimal units drives are sold in; for a size above 0."""
    value, unit = size / 1000, "kB"
    for bigger in ("MB", "GB", "TB"):
        # 999.5 would be rounded to a fourth digit.
        if value < 999.5:
            break
        value, unit = value / 1000, bigger
    digits = f"{value:.1f}" if value < 9.95 and unit in ("GB", "TB") else f"{max(value, 1):.0f}"
    return f"{digits.replace('.', point)}\N{NO-BREAK SPACE}{unit}"
