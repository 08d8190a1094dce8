"""The receive kit: what lies in ``satchel/`` on a finished stick, for people.

Form: ``app/stick/store/FORMAT.md``. ``install.sh`` takes what it has to know from ``contents.tsv``.

Everything here is rendered from values; nothing is written. The same values give the same bytes:
`app.stick.checking.kit` renders once more what is on a stick.
"""

from __future__ import annotations

import contextlib
import html
import re
import string
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

from app import __version__
from app.errors import StickDamagedError
from app.flatpak.refs import Ref, is_valid_remote_name
from app.message import Message
from app.ostree.names import is_collection_id
from app.resources import resource
from app.stick.kit.gaps import fill, read_page
from app.text import Policy, clean

INSTALLER = "install.sh"
CONTENTS = "contents.tsv"
PAGE = "START-HERE.html"
KEY_FILE = ".flatpakrepo"

FORM = "1"
"""Of ``contents.tsv``."""


@dataclass(frozen=True, slots=True)
class KitCollection:
    """A source of apps.

    Attributes:
        id: the collection ID.
        remote: what the remote is called where it has to be added.
        title: what people call it; may be empty.
        url: where the remote's repository is.
        flatpakrepo: the file that adds the remote, with key and collection ID.
    """

    id: str
    remote: str
    title: str
    url: str
    flatpakrepo: bytes


@dataclass(frozen=True, slots=True)
class KitRef:
    """An app, runtime or extension on the stick.

    Attributes:
        chosen: asked for by the maker of the stick, rather than needed by something else.
        name: what people call it; may be empty.
        size: bytes when installed; 0 if unknown.
        needs: collection and ref of its runtime and of everything else that should come along.
        replaced_by: the ref, of the same collection, that flatpak installs in its place; or empty.
        requires: versions of flatpak, as ``required-flatpak`` has them; what is none is left out.
    """

    collection: str
    ref: str
    chosen: bool
    name: str = ""
    summary: str = ""
    version: str = ""
    size: int = 0
    needs: tuple[tuple[str, str], ...] = ()
    replaced_by: str = ""
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KitContents:
    """What the kit tells people and their computers about a stick.

    Attributes:
        repo: path of the repository, relative to the mount point.
        made_at: seconds since 1970.
        warnings: what people should know, a sentence each.
        label: the drive's label, for the commands in START-HERE.html; may be empty.
        until: when the first key or signature on it ends, seconds since 1970; None if none does.
    """

    repo: str
    collections: tuple[KitCollection, ...]
    refs: tuple[KitRef, ...]
    made_at: int
    warnings: tuple[str, ...] = ()
    label: str = ""
    until: int | None = None


def render(contents: KitContents) -> dict[str, bytes]:
    """The kit's files: name in `KIT_FOLDER` to bytes.

    Raises:
        RefError: a ref is not that of an app or runtime.
        StickDamagedError: another name could not be used safely by a shell or as a file name.
    """
    _check(contents)
    names = key_file_names(contents.collections)
    files = {
        INSTALLER: resource("kit", INSTALLER).read_bytes(),
        CONTENTS: _contents(contents, names).encode(),
        PAGE: _page(contents).encode(),
    }
    for collection in contents.collections:
        files[names[collection.id]] = collection.flatpakrepo
    return files


def left_out_text(ref: str, *, extra_data: bool) -> str:
    """What people should know about what did not come along."""
    why = "it could not be brought along"
    if extra_data:
        why = "a part of it may only be downloaded by each computer itself"
    return f"{ref} is not on this drive: {why}."


def _check(contents: KitContents) -> None:
    path = PurePosixPath(contents.repo)
    leads_out = path.is_absolute() or ".." in path.parts or not path.parts
    if leads_out or contents.repo != _plain(contents.repo):
        raise StickDamagedError(
            Message(
                "The path of the repository, {repo}, does not lead into the drive.",
                repo=repr(contents.repo),
            )
        )
    known = set()
    for collection in contents.collections:
        if not is_collection_id(collection.id):
            raise StickDamagedError(
                Message("{collection} is not a collection ID.", collection=repr(collection.id))
            )
        if not is_valid_remote_name(collection.remote):
            raise StickDamagedError(
                Message("{remote} is not the name of a remote.", remote=repr(collection.remote))
            )
        if collection.id in known:
            raise StickDamagedError(
                Message("The collection {collection} is there twice.", collection=collection.id)
            )
        known.add(collection.id)
    for ref in contents.refs:
        Ref.parse(ref.ref)
        if ref.collection not in known:
            raise StickDamagedError(
                Message(
                    "{ref} is of {collection}, whose source is not known.",
                    ref=ref.ref,
                    collection=ref.collection,
                )
            )
        if ref.replaced_by:
            Ref.parse(ref.replaced_by)
        for collection_id, needed in ref.needs:
            Ref.parse(needed)
            if not is_collection_id(collection_id):
                raise StickDamagedError(
                    Message(
                        "{collection_id} is not a collection ID.", collection_id=repr(collection_id)
                    )
                )


def key_file_names(collections: Iterable[KitCollection]) -> dict[str, str]:
    """Collection ID to file name, different also where case does not count, as on FAT."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for collection in collections:
        stem, number = collection.remote, 1
        while stem.lower() in taken:
            number += 1
            stem = f"{collection.remote}-{number}"
        taken.add(stem.lower())
        names[collection.id] = f"{stem}{KEY_FILE}"
    return names


def _plain(text: str) -> str:
    """Text that ends no line and no field; it comes from upstream and ends up in a terminal."""
    return clean(text, Policy.FIELD)


# ---- contents.tsv


def _contents(contents: KitContents, names: dict[str, str]) -> str:
    rows: list[tuple[str, ...]] = [
        ("satchel-contents", FORM),
        ("kit", __version__),
        ("repo", contents.repo),
    ]
    rows += [
        ("collection", each.id, each.remote, names[each.id], each.url, each.title or each.remote)
        for each in contents.collections
    ]
    rows += [
        ("ref", each.collection, each.ref, "chosen" if each.chosen else "needed", _name(each))
        for each in contents.refs
    ]
    rows += [
        ("needs", each.ref, collection, needed)
        for each in contents.refs
        for collection, needed in each.needs
    ]
    rows += [
        ("replaced", each.ref, each.collection, each.replaced_by)
        for each in contents.refs
        if each.replaced_by
    ]
    rows += [("requires", each.ref, *each.requires) for each in contents.refs if each.requires]
    return "".join("\t".join(_plain(field) or "-" for field in row) + "\n" for row in rows)


def _name(ref: KitRef) -> str:
    return _plain(ref.name) or Ref.parse(ref.ref).id


# ---- START-HERE.html

# fmt: off
_GERMAN_MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
# fmt: on


def _page(contents: KitContents) -> str:
    chosen = sorted(
        (ref for ref in contents.refs if ref.chosen),
        key=lambda ref: (_name(ref).casefold(), ref.ref),
    )
    needed = sorted((ref for ref in contents.refs if not ref.chosen), key=lambda ref: ref.ref)
    made = _day(contents.made_at)
    example = next((ref for ref in chosen if ref.ref.startswith("app/")), None)
    example = example or next(iter(chosen), None)
    label = contents.label if is_plain_label(contents.label) else ""
    gaps = {
        "apps": "\n".join(map(_app, chosen)),
        "app_count": str(len(chosen)),
        "app_count_en": f"{len(chosen)} app" + ("" if len(chosen) == 1 else "s"),
        "app_count_de": f"{len(chosen)} App" + ("" if len(chosen) == 1 else "s"),
        "total": _total(sum(ref.size for ref in contents.refs)),
        "needed": _needed(needed),
        "warnings": _warnings(contents.warnings),
        "sources": _sources(contents.collections),
        "made_en": _english_date(made),
        "made_de": _german_date(made),
        "until": _until(contents.until),
        "label_en": html.escape(label or "NAME-OF-DRIVE"),
        "label_de": html.escape(label or "NAME-DES-LAUFWERKS"),
        "example": html.escape(Ref.parse(example.ref).id if example else "org.example.App"),
    }
    return fill(resource("kit", PAGE).read_text("utf-8"), gaps)


def is_plain_label(label: str) -> bool:
    """Whether it can stand in the commands: a shell takes it as it is between double quotes, and
    it is one directory's name.
    """
    return (
        label == _plain(label)
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
    found = re.search(r'datetime="([0-9-]{10})"', gaps.get("until", ""))
    with contextlib.suppress(ValueError):
        until = datetime.fromisoformat(found[1]).replace(tzinfo=UTC) if found else None
    return int(made.timestamp()) if made else 0, int(until.timestamp()) if until else None


def fixed_template() -> bytes:
    """The fixed parts of the pages that this Satchel makes, as `read_page` gives them."""
    template = resource("kit", PAGE).read_text("utf-8")
    return fill(template, dict.fromkeys(string.Template(template).get_identifiers(), "")).encode()


def _day(made_at: int) -> datetime:
    """1970 for a time that nobody has."""
    try:
        return datetime.fromtimestamp(made_at, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _english_date(day: datetime) -> str:
    return f"{day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"


def _german_date(day: datetime) -> str:
    return f"{day.day}. {_GERMAN_MONTHS[day.month - 1]} {day.year}"


def _until(seconds: int | None) -> str:
    """When a key or signature ends; nothing if that is beyond all dates."""
    try:
        end = datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
    except (OverflowError, ValueError, OSError):
        end = None
    if end is None:
        return ""
    iso = end.date().isoformat()
    text = _both(
        f'Good until <time datetime="{iso}">{_english_date(end)}</time>: then the first key or '
        "signature on it ends. Ask whoever made it for a new one in time.",
        f'Gültig bis zum <time datetime="{iso}">{_german_date(end)}</time>: dann läuft der erste '
        "Schlüssel oder die erste Unterschrift darauf ab. Rechtzeitig erneuern lassen.",
    )
    return f'<p class="soft">{text}</p>'


def _both(english: str, german: str) -> str:
    """One text in both languages; the page shows the one chosen at its top."""
    return f'<span lang="en">{english}</span><span lang="de">{german}</span>'


def _size(size: int, point: str) -> str:
    """Three digits at most, in the decimal units drives are sold in; empty for an unknown size."""
    if size <= 0:
        return ""
    value, unit = size / 1000, "kB"
    for bigger in ("MB", "GB", "TB"):
        # 999.5 would be rounded to a fourth digit.
        if value < 999.5:
            break
        value, unit = value / 1000, bigger
    digits = f"{value:.1f}" if value < 9.95 and unit in ("GB", "TB") else f"{max(value, 1):.0f}"
    return f"{digits.replace('.', point)}\N{NO-BREAK SPACE}{unit}"


def _sizes(size: int) -> str:
    return _both(_size(size, "."), _size(size, ",")) if size > 0 else ""


def _app(ref: KitRef) -> str:
    parsed = Ref.parse(ref.ref)
    name = _name(ref)
    initial = next((char.upper() for char in name if char.isalnum()), "·")
    version = html.escape(_plain(ref.version))
    summary = html.escape(_plain(ref.summary))
    # The tile's colour tells apps apart at a glance and stays the same from stick to stick.
    hue = sum(parsed.id.encode()) * 47 % 360
    rows = [
        f'<li><span class="tile" style="--hue:{hue}" aria-hidden="true">',
        f"{html.escape(initial)}</span>",
        f'<div class="what"><h3>{html.escape(name)}'
        + (f' <small class="version">{version}</small>' if version else "")
        + "</h3>",
        f"<p>{summary}</p>" if summary else "",
        f'<p class="id"><code>{html.escape(parsed.id)}</code></p></div>',
        f'<span class="size">{_sizes(ref.size)}</span></li>',
    ]
    return "".join(rows)


def _total(size: int) -> str:
    if size <= 0:
        return ""
    return _both(
        f"Everything together takes {_size(size, '.')} once installed. "
        "What is already there is not installed twice.",
        f"Alles zusammen belegt installiert {_size(size, ',')}. "
        "Was schon da ist, wird nicht noch einmal installiert.",
    )


def _needed(refs: list[KitRef]) -> str:
    if not refs:
        return ""
    total = sum(ref.size for ref in refs)
    rows = "\n".join(
        f"<tr><td><code>{html.escape(parsed.id)}</code></td><td>{html.escape(parsed.branch)}</td>"
        f'<td class="size">{_sizes(ref.size)}</td></tr>'
        for ref in refs
        for parsed in (Ref.parse(ref.ref),)
    )
    head = _both(
        f"Needed by them ({len(refs)}, they come along by themselves)",
        f"Von ihnen gebraucht ({len(refs)}, kommen von selbst mit)",
    )
    size = f'<span class="size">{_sizes(total)}</span>'
    return (
        f"<details><summary>{head}{size}</summary>\n"
        f'<div class="scroll"><table>\n{rows}\n</table></div></details>'
    )


def _warnings(warnings: tuple[str, ...]) -> str:
    if not warnings:
        return ""
    rows = "\n".join(f"<li>{html.escape(_plain(text))}</li>" for text in warnings)
    head = _both("Good to know", "Gut zu wissen")
    return f'<section class="warnings"><h2>{head}</h2>\n<ul>\n{rows}\n</ul></section>'


def _sources(collections: tuple[KitCollection, ...]) -> str:
    return ", ".join(
        f"{html.escape(_plain(each.title) or each.remote)} (<code>{html.escape(each.id)}</code>)"
        for each in collections
    )
