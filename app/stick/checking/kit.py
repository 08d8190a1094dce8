"""Is the kit, which people run and read, what Satchel would write for this stick?

What is fixed is held against digests (`app.stick.kit.releases`); lists, page and ``.flatpakrepo``
files are rendered once more from the repository and compared by what they say. Whoever changes a
drive can change its record as well, so nothing that the record alone says puts words on the page.

A stick without any trace of Satchel, as ``flatpak create-usb`` makes it, needs no kit: nobody is
told to run anything there. With a trace of it, a kit belongs to it, and what is missing is told.

Why: decision D41.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from app.errors import SatchelError
from app.message import Message
from app.ostree.fsck import StoreReport
from app.remedy import Hint, Remedy
from app.replacing import replace
from app.severity import Severity
from app.stick.checking.bundles import check_other_files
from app.stick.checking.checksums import changed_refs, check_checksums
from app.stick.checking.key_files import CAREFUL, difference
from app.stick.findings import Code, Finding, finding
from app.stick.kit.checksums import APPSTREAM
from app.stick.kit.contents import (
    CONTENTS,
    FORM,
    KEY_FILE,
    PAGE,
    KitContents,
    several_sources,
)
from app.stick.kit.files import FoundKit, Stranger, read_kit
from app.stick.kit.gaps import read_page
from app.stick.kit.gathering import kit_contents, stick_components
from app.stick.kit.page import is_plain_label, read_dates
from app.stick.kit.releases import FIXED, KnownKits, digest, known_kits
from app.stick.kit.rendering import render
from app.stick.store.images import read_images
from app.stick.store.location import KIT_FOLDER, Location
from app.stick.store.record import StickRecord
from app.stick.store.stick_state import StickState, languages_before_and_after

Row = tuple[str, ...]
"""A line of ``contents.tsv``."""

_MOST_SHOWN = 3
_MOST_LINES = 250_000
_LONGEST = 100
_FORM_ROW = "satchel-contents"
# fmt: off
_KINDS = frozenset({
    "bundle", "registry",
    _FORM_ROW, "repo", "made", "collection", "remote", "unsigned", "list", "part", "catalogue",
    "ref", "commit", "needs", "replaced", "languages", "requires", "left-out", "extra", "several",
})
# fmt: on
_OF_COPIES = frozenset({"list", "part", "catalogue"})

_UNCERTAIN = frozenset(
    {
        Code.REF_DANGLING,
        Code.REF_UNSAFE,
        Code.COMMIT_MISSING,
        Code.COMMIT_WRONG_REF,
        Code.OBJECT_MISSING,
        Code.OBJECT_CORRUPT,
        Code.UPSTREAM_MISSING,
        Code.UPSTREAM_DIGEST_MISMATCH,
        Code.UPSTREAM_BAD_SIGNATURE,
        Code.UPSTREAM_WRONG_COLLECTION,
    }
)
"""Errors about what lists and page are made from."""


class Circumstances(Struct, frozen=True):
    """What else is known about a stick.

    Attributes:
        certain: nothing is damaged from which lists and page are made; else they are not judged,
            since what they should say cannot be told.
        interrupted: a job stopped while it exchanged what clients see: the lists may be those of
            before or after.
        places: the repositories that are checked on this drive, by their paths.
        unknown: of some source nothing is there that says how it is added.
        during_job: a job asks, which writes the checksums when all is right.
        images: there are images of registries, whose list may be that of before or after then.
        changed: collections and refs whose commits another program has put there since.
    """

    certain: bool = True
    interrupted: bool = False
    places: frozenset[str] = frozenset()
    unknown: bool = False
    during_job: bool = False
    images: bool = False
    changed: frozenset[tuple[str, str]] = frozenset()


def are_certain(findings: Iterable[Finding]) -> bool:
    """Whether what is on the drive is known, by what was found of all but the kit."""
    return not any(
        each.code in _UNCERTAIN and each.severity is not Severity.INFO for each in findings
    )


def check_kit(
    stick: StickState, store: StoreReport, circumstances: Circumstances
) -> Iterator[Finding]:
    """All about the kit of a stick, but for the keys that it hands out
    (`app.stick.checking.key_files`). The refs of ``stick`` are those that clients find; ``store``
    says what became of their objects.
    """
    location = stick.location
    kit = read_kit(location)
    if kit.elsewhere:
        # Told with everything else that leads off the drive.
        return
    table = read_table(kit.files.get(CONTENTS, b""))
    place = next((row[1] for row in reversed(table) if row[0] == "repo" and len(row) > 1), None)
    if place != location.repository_path and place in circumstances.places:
        # The kit is that of another repository of this drive.
        return
    if not circumstances.interrupted:
        # Else a job may have left what no list names yet.
        yield from check_other_files(stick)
    if not kit.present:
        # Of a repository that is itself what was named, the kit lies where nobody looks.
        if location.repository_path != "." and made_by_satchel(location, stick.record):
            yield _missing(CONTENTS, *FIXED)
        yield from judge_strangers(kit.strangers)
        return
    circumstances = replace(
        circumstances,
        images=bool(read_images(location)),
        unknown=any(_is_unknown(stick, collection) for collection in stick.refs),
        changed=changed_refs(stick),
    )
    possible = _possible(stick, kit, circumstances)
    try:
        yield from judge_kit(possible, kit, known_kits(), circumstances)
    except SatchelError as error:
        message = Message(
            "No kit can be made for what this drive says about itself: {error}",
            error=error.message,
        )
        yield finding(Code.KIT_ALTERED, KIT_FOLDER, message)
    yield from _several(possible[0])
    # While a job is under way, those of before or none.
    if not (circumstances.interrupted or circumstances.during_job):
        yield from check_checksums(stick, store)


def _several(contents: KitContents) -> Iterator[Finding]:
    for each in several_sources(contents):
        message = Message(
            "{name} is on the drive from several sources, and a computer has it once: install.sh "
            "installs that of {taken}, not that of {others}.",
            name=each.name,
            taken=each.sources[0],
            others=each.sources[1:],
        )
        yield finding(Code.SEVERAL_SOURCES, each.ref, message)


def _possible(stick: StickState, kit: FoundKit, circumstances: Circumstances) -> list[KitContents]:
    """What the kit may say. One thing; only while a job exchanges what clients see, what belongs
    to the refs of before as well, which have their names still.
    """
    table = read_table(kit.files.get(CONTENTS, b""))
    listed = {(row[1], row[2]) for row in table if row[0] == "ref" and row[3:4] == ("chosen",)}
    record = stick.record
    views = [stick]
    records = [record]
    if circumstances.interrupted:
        views.append(stick.with_refs(stick.repository.collection_refs()))
        views += [
            replace(view, by_choice=by_choice)
            for by_choice in languages_before_and_after(stick)
            for view in tuple(views)
        ]
        if record is not None:
            # Of before or after; who chose what is then only in the list itself.
            records += [replace(record, refs={}), replace(record, refs={}, left_out=())]
    possible = []
    # Texts only from what clients see: nothing else was judged.
    components = stick_components(stick)
    for view in views:
        for either in records:
            contents = kit_contents(replace(view, record=either), components, listed)
            if record is None or circumstances.interrupted:
                made, until = read_dates(kit.files.get(PAGE, b""))
                contents = replace(contents, made_at=made, until=until)
            possible.append(contents)
    return possible


def _is_unknown(stick: StickState, collection: str) -> bool:
    """Whether Satchel brought a source, and its .flatpakrepo cannot be read."""
    copy = stick.copies[collection]
    recorded = stick.record is not None and collection in stick.record.collections
    return copy.repo_file is None and (copy.exists or recorded)


def made_by_satchel(location: Location, record: StickRecord | None) -> bool:
    """Whether anything of Satchel's is in the repository."""
    return record is not None or location.extension.node(".") is not None


def judge_kit(
    possible: Sequence[KitContents],
    kit: FoundKit,
    known: KnownKits,
    circumstances: Circumstances,
) -> Iterator[Finding]:
    """What differs between the kit that was found and each that ``possible`` contents make."""
    label = read_label(kit.files.get(PAGE, b""))
    expected = [render(replace(contents, label=label)) for contents in possible]
    missing = [
        name
        for name in expected[0]
        if name not in kit.files and name not in kit.unreadable
        if all(name in files for files in expected)
    ]
    if missing:
        yield _missing(*missing)
    for name, why in sorted(kit.unreadable.items()):
        yield _altered(
            name, Message("{name} in the folder satchel cannot be read: {why}.", name=name, why=why)
        )
    claim = claimed_version(read_table(kit.files.get(CONTENTS, b"")))
    unknown = unknown_files(kit, known, claim)
    yield from _judge_fixed(kit, known, claim, unknown)
    if not circumstances.unknown:
        yield from _judge_key_files(expected, kit)
    if circumstances.certain and not circumstances.unknown:
        if CONTENTS not in unknown:
            lists = [files[CONTENTS] for files in expected]
            yield from _judge_contents(lists, kit, circumstances, _KINDS if unknown else None)
        # It tells of images as well, of which nobody knows what there was before.
        if PAGE not in unknown and not (circumstances.interrupted and circumstances.images):
            yield from _judge_page([files[PAGE] for files in expected], kit)
    yield from judge_strangers(kit.strangers)


def _missing(*names: str) -> Finding:
    listed = _listed(names)
    message = Message("The folder satchel, from which people install, lacks {names}.", names=listed)
    return finding(Code.KIT_MISSING, KIT_FOLDER, message)


def _altered(name: str, message: Message, *, hint: Hint | None = None) -> Finding:
    return finding(Code.KIT_ALTERED, f"{KIT_FOLDER}/{name}", message, hint=hint)


def _listed(names: Iterable[str]) -> str:
    ordered = sorted(names)
    return ", ".join(ordered[:_MOST_SHOWN]) + (", …" if len(ordered) > _MOST_SHOWN else "")


# What is the same on every stick


def _judge_fixed(
    kit: FoundKit, known: KnownKits, claim: str, unknown: Sequence[str]
) -> Iterator[Finding]:
    """The scripts, and the page but for what fills its gaps."""
    for name in FIXED:
        data = kit.files.get(name)
        if data is None or digest(name, data) in known.digests[name] or name in unknown:
            continue
        message = Message(
            "{name} has been changed: it is not the one that Satchel {claim} writes.",
            name=name,
            claim=claim,
        )
        yield _altered(name, message)
    if unknown:
        files = " and ".join(unknown)
        message = Message(
            "{files} may be from another version of Satchel, which this one does not "
            "know. All but that was checked.",
            files=files,
        )
        if claim:
            message = Message(
                "{files} may be from Satchel {claim}, which this version does not know. All"
                " but that was checked.",
                files=files,
                claim=claim,
            )
        yield finding(Code.KIT_UNKNOWN, KIT_FOLDER, message)


def unknown_files(kit: FoundKit, known: KnownKits, claim: str) -> tuple[str, ...]:
    """What is not known in a kit that is said to be of a version that is not known either."""
    if claim in known.versions:
        return ()
    fixed = ((name, kit.files.get(name)) for name in FIXED)
    unknown = [
        name
        for name, data in fixed
        if data is not None and digest(name, data) not in known.digests[name]
    ]
    forms = {row[1:] for row in read_table(kit.files.get(CONTENTS, b"")) if row[0] == _FORM_ROW}
    if unknown and forms and forms != {(FORM,)}:
        unknown.append(CONTENTS)
    return tuple(unknown)


def claimed_version(table: Sequence[Row]) -> str:
    """The version of Satchel that the list says it was written by; "" if it does not."""
    claims = {row[1] for row in table if row[0] == "kit" and len(row) == 2}
    return claims.pop()[:_LONGEST] if len(claims) == 1 else ""


# Sources


def _judge_key_files(expected: Sequence[Mapping[str, bytes]], kit: FoundKit) -> Iterator[Finding]:
    """Each collection's is the one beside its upstream copy, and there is no other."""
    for name, data in sorted(kit.files.items()):
        if not name.endswith(KEY_FILE):
            continue
        problems = [difference(data, files[name]) for files in expected if name in files]
        if not problems:
            message = Message("{name} belongs to no source of this drive.", name=name)
            yield _altered(name, message, hint=CAREFUL)
        elif all(problems):
            message = Message(
                "{name} is not the one that belongs to this drive: {problems}.",
                name=name,
                problems=problems[0],
            )
            yield _altered(name, message, hint=CAREFUL)


# The list that the installer goes by


def read_table(data: bytes) -> tuple[Row, ...]:
    """The lines as fields. As for a shell, a last line that does not end is none.

    None for more lines than any list of Satchel's has.
    """
    if data.count(b"\n") > _MOST_LINES:
        return ()
    *lines, _ = data.decode("utf-8", "backslashreplace").split("\n")
    return tuple(tuple(line.split("\t")) for line in lines)


def _judge_contents(
    expected: Sequence[bytes],
    kit: FoundKit,
    circumstances: Circumstances,
    kinds: frozenset[str] | None,
) -> Iterator[Finding]:
    """``kinds``: what is judged of a list that may have more; None for all."""
    data = kit.files.get(CONTENTS)
    if data is None or data in expected:
        return
    there = _counted(data, circumstances)
    if kinds is not None:
        there = Counter({row: count for row, count in there.items() if row[0] in kinds})
    all_wanted = [_counted(listing, circumstances) for listing in expected]
    if there in all_wanted:
        return
    lacking, more = all_wanted[0] - there, there - all_wanted[0]
    if lacking:
        line, count = " ".join(min(lacking))[:_LONGEST], sum(lacking.values())
        message = Message(
            "The list that install.sh goes by lacks lines ({count}): {line}", count=count, line=line
        )
        yield _altered(CONTENTS, message)
    if more:
        line, count = " ".join(min(more))[:_LONGEST], sum(more.values())
        message = Message(
            "The list that install.sh goes by has lines too many ({count}): {line}",
            count=count,
            line=line,
        )
        yield _altered(CONTENTS, message)


def _counted(data: bytes, circumstances: Circumstances) -> Counter[Row]:
    """The lines of a list that are judged, in any order."""
    rows = (_judged(row, circumstances) for row in read_table(data))
    return Counter(row for row in rows if row is not None)


def _judged(row: Row, circumstances: Circumstances) -> Row | None:
    """What of a line can be told; None for nothing."""
    if row[0] == "kit" or (circumstances.interrupted and row[0] in _OF_COPIES):
        return None
    if circumstances.interrupted and _is_of_images(row):
        return None
    if row[0] == "commit":
        if tuple(row[2:0:-1]) in circumstances.changed:
            return None
        # The copies may be the new ones while the refs are those of before.
        return row[:4] if circumstances.interrupted else row
    if row[0] == "catalogue" and len(row) > 2:
        return None if (row[1], APPSTREAM + row[2]) in circumstances.changed else row
    return row


def _is_of_images(row: Row) -> bool:
    """Whether a line is about a container registry."""
    return row[0] == "registry" or any(field.startswith("registry:") for field in row[1:3])


# The page


def read_label(page: bytes) -> str:
    """What a page calls the drive in its commands; "" if it does not, or cannot be used there.

    The name that a drive has where it is plugged in is nothing that the drive says.
    """
    label = next((html.unescape(text) for gap, text in read_page(page)[1] if gap == "label_en"), "")
    return label if is_plain_label(label) and label != "NAME-OF-DRIVE" else ""


def _judge_page(expected: Sequence[bytes], kit: FoundKit) -> Iterator[Finding]:
    """What fills the gaps; the rest is fixed."""
    data = kit.files.get(PAGE)
    if data is None or data in expected:
        return
    there = read_page(data)[1]
    all_wanted = [read_page(page)[1] for page in expected]
    if there not in all_wanted:
        gaps = _listed({gap for gap, _ in set(all_wanted[0]) ^ set(there)})
        message = Message(
            "{page} does not say what is on this drive: {gaps}.", page=PAGE, gaps=gaps
        )
        yield _altered(PAGE, message)


# What else lies there


def judge_strangers(strangers: Sequence[Stranger]) -> Iterator[Finding]:
    """What Satchel did not put there: told apart by whether somebody may run or open it."""
    for dangerous in (True, False):
        names = [stranger.path for stranger in strangers if stranger.dangerous is dangerous]
        if not names:
            continue
        listed = _listed(names)
        if dangerous:
            message = Message(
                "The folder satchel has what Satchel did not put there: {names}.", names=listed
            )
            yield _altered(min(names), message, hint=Remedy.DELETE_IT)
        else:
            message = Message(
                "The folder satchel has what this version does not know: {names}.", names=listed
            )
            yield finding(Code.FOREIGN_CONTENT, KIT_FOLDER, message)
