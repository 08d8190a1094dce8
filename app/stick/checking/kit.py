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
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.errors import SatchelError
from app.flatpak.catalogue.carried import is_catalogue
from app.flatpak.catalogue.component import Component
from app.message import Message
from app.ostree.fsck import StoreReport
from app.remedy import Remedy
from app.replacing import replace
from app.severity import Severity
from app.stick.checking.bundles import check_other_files
from app.stick.checking.checksums import changed_refs, check_checksums
from app.stick.checking.key_files import CAREFUL, difference
from app.stick.checking.kit_findings import altered, listed, missing
from app.stick.checking.kit_list import (
    Circumstances,
    claimed_version,
    judge_contents,
    read_table,
)
from app.stick.findings import Code, Finding, finding
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

_FORM_ROW = "satchel-contents"
# fmt: off
_KINDS = frozenset({
    "bundle", "registry",
    _FORM_ROW, "repo", "made", "collection", "remote", "unsigned", "list", "part", "catalogue",
    "ref", "commit", "needs", "replaced", "languages", "requires", "left-out", "extra", "several",
    "unvouched",
})
# fmt: on

_UNCERTAIN = frozenset(
    {
        Code.REF_DANGLING,
        Code.REF_UNSAFE,
        Code.COMMIT_MISSING,
        Code.COMMIT_UNSIGNED,
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
            yield missing(CONTENTS, *FIXED)
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
        yield finding(Code.SEVERAL_SOURCES, each.ref, each.words)


def _possible(stick: StickState, kit: FoundKit, circumstances: Circumstances) -> list[KitContents]:
    """What the kit may say. One thing; only while a job exchanges what clients see, what belongs
    to the refs of before as well, which have their names still.
    """
    table = read_table(kit.files.get(CONTENTS, b""))
    listed = {(row[1], row[2]) for row in table if row[0] == "ref" and row[3:4] == ("chosen",)}
    record = stick.record
    # Texts only from what clients see, and from what was judged as that is.
    components = stick_components(stick)
    views: list[tuple[StickState, Mapping[str, Component]]] = [(stick, components)]
    records = [record]
    if circumstances.interrupted:
        before = stick.with_refs(stick.repository.collection_refs())
        views.append((before, _components_before(stick, components, circumstances.catalogues)))
        views += [
            (replace(view, by_choice=by_choice), about)
            for by_choice in languages_before_and_after(stick)
            for view, about in tuple(views)
        ]
        if record is not None:
            # Of before or after; who chose what is then only in the list itself.
            records += [replace(record, refs={}), replace(record, refs={}, left_out=())]
    possible = []
    for view, about in views:
        for either in records:
            contents = kit_contents(replace(view, record=either), about, listed)
            if record is None or circumstances.interrupted:
                made, until = read_dates(kit.files.get(PAGE, b""))
                contents = replace(contents, made_at=made, until=until)
            possible.append(contents)
    return possible


def _components_before(
    stick: StickState,
    components: Mapping[str, Component],
    catalogues: Mapping[str, Mapping[str, str]],
) -> Mapping[str, Component]:
    """What the ``catalogues`` of before say; of a collection of which none are known there, the
    ``components``."""
    refs = {
        origin: {
            **{name: commit for name, commit in names.items() if not is_catalogue(name)},
            **catalogues[origin],
        }
        for origin, names in stick.refs.items()
        if origin in catalogues
    }
    left = {ref for origin, names in stick.refs.items() if origin not in refs for ref in names}
    return {
        **{ref: about for ref, about in components.items() if ref in left},
        **stick_components(stick.with_refs(refs)),
    }


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
    lacking = [
        name
        for name in expected[0]
        if name not in kit.files and name not in kit.unreadable
        if all(name in files for files in expected)
    ]
    if lacking:
        yield missing(*lacking)
    for name, why in sorted(kit.unreadable.items()):
        yield altered(
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
            yield from judge_contents(lists, kit, circumstances, _KINDS if unknown else None)
        # It tells of images as well, of which nobody knows what there was before.
        if PAGE not in unknown and not (circumstances.interrupted and circumstances.images):
            yield from _judge_page([files[PAGE] for files in expected], kit)
    yield from judge_strangers(kit.strangers)


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
        yield altered(name, message)
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


# Sources


def _judge_key_files(expected: Sequence[Mapping[str, bytes]], kit: FoundKit) -> Iterator[Finding]:
    """Each collection's is the one beside its upstream copy, and there is no other."""
    for name, data in sorted(kit.files.items()):
        if not name.endswith(KEY_FILE):
            continue
        problems = [difference(data, files[name]) for files in expected if name in files]
        if not problems:
            message = Message("{name} belongs to no source of this drive.", name=name)
            yield altered(name, message, hint=CAREFUL)
        elif all(problems):
            message = Message(
                "{name} is not the one that belongs to this drive: {problems}.",
                name=name,
                problems=problems[0],
            )
            yield altered(name, message, hint=CAREFUL)


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
        gaps = listed({gap for gap, _ in set(all_wanted[0]) ^ set(there)})
        message = Message(
            "{page} does not say what is on this drive: {gaps}.", page=PAGE, gaps=gaps
        )
        yield altered(PAGE, message)


# What else lies there


def judge_strangers(strangers: Sequence[Stranger]) -> Iterator[Finding]:
    """What Satchel did not put there: told apart by whether somebody may run or open it."""
    for dangerous in (True, False):
        names = [stranger.path for stranger in strangers if stranger.dangerous is dangerous]
        if not names:
            continue
        some = listed(names)
        if dangerous:
            message = Message(
                "The folder satchel has what Satchel did not put there: {names}.", names=some
            )
            yield altered(min(names), message, hint=Remedy.DELETE_IT)
        else:
            message = Message(
                "The folder satchel has what this version does not know: {names}.", names=some
            )
            yield finding(Code.FOREIGN_CONTENT, KIT_FOLDER, message)
