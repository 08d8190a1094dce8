"""Sticks that lie, and what the real flatpak makes of each when it has nothing but the stick.

Each lie is told about Hello, of a stick that was sound; the rest of the stick stays as it was.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.formats.gvariant import Variant, serialise
from app.ostree.objects import (
    DETACHED_TYPE,
    ObjectKind,
    ObjectName,
)
from tests.stick import damage
from tests.stick.damage import ARCH, HELLO, OTHER, RUNTIME
from tests.stick.forge import filez
from tests.stick.placed import Placed
from tests.stick.test_damage_forms import FORMS, Lists
from tests.upstream import COLLECTION

FORGED, REFUSED, GENUINE = "forged", "refused", "genuine"


Tell = Callable[[Placed], object]


@dataclass(frozen=True)
class Lie:
    """What is told, what has to be found, and what flatpak does.

    Attributes:
        codes: of the errors that have to be among what is found; of warnings if ``warned``.
        flatpak: what a client has afterwards: what upstream signed, something else, or not all.
        signed: the codes are about signatures or keys: without any there is only ``unvouched``.
        unknown: the codes for somebody who has to take the drive's word, if they are others.
        warned: a newer client installs it.
    """

    tell: Tell
    codes: frozenset[str]
    flatpak: str = FORGED
    signed: bool = False
    unknown: frozenset[str] | None = None
    warned: bool = False


LIES: dict[str, Lie] = {}


def lie(
    *codes: str,
    flatpak: str = FORGED,
    signed: bool = False,
    unknown: tuple[str, ...] | None = None,
    warned: bool = False,
) -> Callable[[Tell], Tell]:
    def add(tell: Tell) -> Tell:
        others = frozenset(unknown) if unknown is not None else None
        LIES[tell.__name__] = Lie(tell, frozenset(codes), flatpak, signed, others, warned)
        return tell

    return add


# ---- Signatures


@lie("commit-unsigned", signed=True)
def unsigned(stick: Placed) -> None:
    stick.rewrite(HELLO)


@lie("commit-bad-signature", signed=True)
def signed_by_another(stick: Placed) -> None:
    stick.rewrite(HELLO, stick.attacker)


@lie("commit-bad-signature", signed=True)
def signature_of_another_commit(stick: Placed) -> None:
    good = stick.get_signatures(HELLO)
    stick.rewrite(HELLO)
    stick.set_signatures(HELLO, good)


@lie("commit-bad-signature", signed=True)
def signatures_twice(stick: Placed) -> None:
    """The first that libostree finds is not good."""
    commit = stick.rewrite(HELLO)
    data = stick.commit_path(HELLO).read_bytes()
    both = [
        ("ostree.gpgsigs", Variant("aay", [signature]))
        for signature in (stick.attacker.sign(data), b"none")
    ]
    name = ObjectName(commit, ObjectKind.COMMITMETA)
    stick.path(name).write_bytes(serialise(DETACHED_TYPE, both))


@lie("commit-bad-signature", "upstream-bad-signature", signed=True, unknown=())
def everything_by_another(stick: Placed) -> None:
    """Who hands out a key of their own, too. For who does not know whose key it should be, all is
    in order but that."""
    for ref in stick.refs():
        if ref == HELLO:
            stick.rewrite(HELLO, stick.attacker)
        stick.sign(ref, stick.attacker)
    for place in (stick.upstream, stick.repo):
        for path in place.glob("summary*.sig"):
            data = path.with_suffix("").read_bytes()
            signed = [("ostree.gpgsigs", Variant("aay", [stick.attacker.sign(data)]))]
            path.write_bytes(serialise(DETACHED_TYPE, signed))
    damage.other_key_file(stick, stick.attacker.public)
    stick.record_keys(stick.attacker.fingerprint)


@lie("kit-altered", flatpak=GENUINE, signed=True)
def another_key_beside(stick: Placed) -> None:
    """Who adds the remote as the stick has it could be told anything later."""
    damage.other_key_file(stick, stick.key.public + stick.attacker.public)


# ---- Objects


@lie("object-corrupt")
def exchanged_file(stick: Placed) -> None:
    _, data = filez(b"not what upstream signed\n")
    stick.path(stick.tree(HELLO)["/files/share/big"]).write_bytes(data)


@lie("object-corrupt")
def exchanged_directory(stick: Placed) -> None:
    """The tree of Other under the name of that of Hello."""
    hello, other = stick.tree(HELLO), stick.tree(OTHER)
    stick.path(hello["/files/bin"]).write_bytes(stick.path(other["/files/bin"]).read_bytes())


@lie("object-corrupt", flatpak=FORGED)
def exchanged_commit(stick: Placed) -> None:
    """Under the name of the right one, with its good signature."""
    name = stick.commit(HELLO)
    before = stick.commit_path(HELLO)
    other = stick.rewrite(HELLO, tree=_other_tree(stick))
    before.write_bytes(stick.commit_path(HELLO).read_bytes())
    stick.path(ObjectName(other, ObjectKind.COMMIT)).unlink()
    stick.ref(HELLO).write_text(name)
    stick.list()


def _other_tree(stick: Placed) -> bytes:
    files, directories = stick.root_tree(HELLO)
    _, others = stick.root_tree(OTHER)
    return stick.put_tree(files, {**directories, "files": others["files"]})


@lie("object-missing", flatpak=REFUSED)
def missing_file(stick: Placed) -> None:
    stick.path(stick.tree(HELLO)["/files/share/big"]).unlink()


@lie("object-missing", flatpak=REFUSED)
def missing_directory(stick: Placed) -> None:
    stick.path(stick.tree(HELLO)["/files/bin"]).unlink()


@lie("commit-missing", "ref-dangling", flatpak=REFUSED)
def missing_commit(stick: Placed) -> None:
    stick.commit_path(HELLO).unlink()


@lie("commit-partial", flatpak=REFUSED)
def incomplete(stick: Placed) -> None:
    stick.path(stick.tree(HELLO)["/files/share/big"]).unlink()
    stick.partial(HELLO).touch()


@lie("object-corrupt", flatpak=REFUSED)
def stored_as_it_is(stick: Placed) -> None:
    """Neither header nor compression."""
    stick.path(stick.tree(HELLO)["/files/share/big"]).write_bytes(b"x\n" * 5000)


# ---- Names


@lie("commit-wrong-ref", flatpak=REFUSED)
def commit_of_another_app(stick: Placed) -> None:
    stick.name(HELLO, stick.commit(OTHER))


@lie("commit-wrong-ref", "commit-bad-signature", flatpak=REFUSED, signed=True)
def bound_to_another(stick: Placed) -> None:
    stick.rewrite(HELLO, stick.attacker, ostree__ref_binding=Variant("as", [OTHER]))


@lie("commit-wrong-collection")
def of_another_collection(stick: Placed) -> None:
    elsewhere = Variant("s", "org.test.Elsewhere")
    stick.rewrite(HELLO, stick.key, ostree__collection_binding=elsewhere)


@lie("summary-mismatch")
def summary_names_another(stick: Placed) -> None:
    """The ref file is right; clients go by the summary."""
    right = stick.commit(HELLO)
    stick.rewrite(HELLO)
    stick.ref(HELLO).write_text(right)


@lie("summary-mismatch", flatpak=REFUSED)
def summary_names_none(stick: Placed) -> None:
    right = stick.commit(HELLO)
    stick.rewrite(HELLO, stick.key)
    stick.list({COLLECTION: {**stick.refs(), HELLO: right}})
    stick.path(ObjectName(right, ObjectKind.COMMIT)).unlink()


@lie("summary-missing", flatpak=REFUSED)
def no_summary(stick: Placed) -> None:
    stick.summary.unlink()


@lie("summary-mismatch", flatpak=REFUSED)
def summary_lists_less(stick: Placed) -> None:
    refs = stick.refs()
    del refs[HELLO]
    stick.list({COLLECTION: refs})


@lie("commit-unsigned", signed=True)
def behind_a_journal(stick: Placed) -> None:
    """Which says that refs and summary are being exchanged, so that both are judged."""
    summary_names_another(stick)
    journal = {"version": 1, "stage": "publishing", "started": 1}
    (stick.satchel / "journal.json").write_text(json.dumps(journal))


@lie("upstream-missing", "unvouched", flatpak=GENUINE)
def another_collection_first(stick: Placed) -> None:
    """A made-up one, beside that which people know; clients never ask for it."""
    refs = stick.refs()
    forged = stick.rewrite(HELLO, stick.attacker)
    stick.ref(HELLO).write_text(refs[HELLO])
    evil = "org.test.Aaa"
    stick.ref(HELLO, evil).parent.mkdir(parents=True)
    stick.ref(HELLO, evil).write_text(forged)
    stick.list({COLLECTION: refs, evil: {HELLO: forged}})


for _form, _change in FORMS.items():

    def _tell(stick: Placed, change: Callable[[Lists], None] = _change) -> None:
        change(Lists(stick))

    LIES[_form] = Lie(_tell, frozenset({"summary-mismatch"}))


# ---- What else clients read


@lie("repo-invalid", flatpak=REFUSED)
def mode_that_is_none(stick: Placed) -> None:
    (stick.repo / "config").write_text("[core]\nrepo_version=1\nmode=archive-z3\n")


@lie("repo-invalid", flatpak=REFUSED)
def parent_that_is_nowhere(stick: Placed) -> None:
    stick.config("parent=/nowhere\n")


@lie("repo-invalid", flatpak=REFUSED)
def of_a_collection_that_is_not_here(stick: Placed) -> None:
    stick.config("collection-id=org.test.Evil\n")


@lie("ref-unsafe", flatpak=GENUINE)
def heads_of_the_collection(stick: Placed) -> None:
    """A newer forgery below refs/heads, which the config says are those of the collection."""
    right = stick.commit(HELLO)
    forged = stick.rewrite(HELLO, stick.attacker)
    stick.name(HELLO, right)
    stick.config(f"collection-id={COLLECTION}\n")
    path = stick.repo / "refs/heads" / HELLO
    path.parent.mkdir(parents=True)
    path.write_text(forged)


@lie("metadata-mismatch", flatpak=REFUSED)
def no_metadata(stick: Placed) -> None:
    stick.rewrite(HELLO, stick.key, xa__metadata=None)


@lie("metadata-mismatch", flatpak=REFUSED)
def metadata_of_the_commit_differs(stick: Placed) -> None:
    text = Variant("s", f"{stick.metadata(HELLO)}\n[Context]\nfilesystems=host;\n")
    stick.rewrite(HELLO, stick.key, xa__metadata=text)


@lie("metadata-mismatch", flatpak=FORGED)
def metadata_of_another_app(stick: Placed) -> None:
    """Signed as it is: no client installs the app by that name."""
    text = stick.metadata(HELLO).replace("=org.test.Hello\n", "=org.test.Other\n")
    tree = stick.with_metadata(HELLO, text)
    stick.rewrite(HELLO, stick.key, tree=tree, xa__metadata=Variant("s", text))


@lie("rolled-back", flatpak=GENUINE, signed=True)
def rolled_back(stick: Placed) -> None:
    """To what upstream published before."""
    stick.published.add(stick.rewrite(HELLO, stick.key, time=1_700_000_000))


@lie("replacement-missing", flatpak=REFUSED)
def renamed(stick: Placed) -> None:
    new = Variant("s", f"app/org.test.New/{ARCH}/stable")
    stick.rewrite(HELLO, stick.key, ostree__endoflife_rebase=new)


@lie("needs-newer-flatpak", flatpak=REFUSED, warned=True)
def needs_newer(stick: Placed) -> None:
    text = stick.metadata(HELLO).replace(
        "[Application]\n", "[Application]\nrequired-flatpak=99.0.0\n"
    )
    tree = stick.with_metadata(HELLO, text)
    stick.rewrite(HELLO, stick.key, tree=tree, xa__metadata=Variant("s", text))


@lie("metadata-mismatch", flatpak=REFUSED)
def name_on_the_bus(stick: Placed) -> None:
    ask(stick, "[Session Bus Policy]\norg.test..Hello=own\n")


@lie("metadata-mismatch", flatpak=REFUSED)
def value_that_cannot_be_read(stick: Placed) -> None:
    ask(stick, "[Context]\nfilesystems=\\q;\n")


@lie("metadata-mismatch", flatpak=REFUSED)
def path_with_a_newline(stick: Placed) -> None:
    ask(stick, "[Context]\nfilesystems=/a\\nb;\n")


def ask(stick: Placed, more: str) -> None:
    """Let Hello have more in its metadata."""
    text = f"{stick.metadata(HELLO)}\n{more}"
    tree = stick.with_metadata(HELLO, text)
    stick.rewrite(HELLO, stick.key, tree=tree, xa__metadata=Variant("s", text))


@lie("metadata-mismatch", flatpak=REFUSED)
def exports_no_key_file(stick: Placed) -> None:
    export(stick, "applications/org.test.Hello.desktop", b"rubbish")


@lie("metadata-mismatch", flatpak=REFUSED)
def exports_anothers_name(stick: Placed) -> None:
    text = b"[D-BUS Service]\nName=org.test.Other\nExec=start\n"
    export(stick, "dbus-1/services/org.test.Hello.service", text)


@lie("metadata-mismatch", flatpak=REFUSED)
def exports_what_is_anothers(stick: Placed) -> None:
    text = b"[Desktop Entry]\nName=Other\nExec=start\n"
    export(stick, "applications/org.test.Other.desktop", text)


@lie("metadata-mismatch", flatpak=REFUSED)
def exports_a_search_that_is_none(stick: Placed) -> None:
    export(stick, "gnome-shell/search-providers/org.test.Hello.ini", b"rubbish")


def export(stick: Placed, path: str, content: bytes) -> None:
    """Let Hello export a file below ``share``, and nothing else."""
    files, directories = stick.root_tree(HELLO)
    _, meta = directories["files"]
    *above, name = f"share/{path}".split("/")
    tree = stick.put_tree({name: stick.put_file(content)}, {})
    for step in reversed(above):
        tree = stick.put_tree({}, {step: (tree, meta)})
    stick.rewrite(
        HELLO, stick.key, tree=stick.put_tree(files, {**directories, "export": (tree, meta)})
    )


@lie("object-corrupt", flatpak=REFUSED)
def name_that_is_too_long(stick: Placed) -> None:
    _has(stick, "ä" * 128, stick.put_file(b""))


@lie("object-corrupt", flatpak=REFUSED)
def link_that_is_too_long(stick: Placed) -> None:
    _has(stick, "link", stick.put_link("a" * 4096))


@lie("object-corrupt", flatpak=REFUSED)
def name_that_leads_up(stick: Placed) -> None:
    _has(stick, "..", stick.put_file(b""))


def _has(stick: Placed, name: str, file: bytes) -> None:
    files, directories = stick.root_tree(HELLO)
    tree = stick.put_tree({**files, name: file}, directories)
    stick.rewrite(HELLO, stick.key, tree=tree)


@lie("runtime-missing", flatpak=REFUSED)
def no_runtime(stick: Placed) -> None:
    stick.ref(RUNTIME).unlink()
    stick.list()


# ---- Files


def _outside(stick: Placed, path: Path) -> None:
    elsewhere = stick.root.parent / f"{stick.root.name}-elsewhere"
    shutil.move(path, elsewhere)
    path.symlink_to(elsewhere)


@lie("link-outside", flatpak=GENUINE)
def objects_are_elsewhere(stick: Placed) -> None:
    """They are the right ones as long as nobody changes them there."""
    _outside(stick, stick.repo / "objects" / stick.commit(HELLO)[:2])


@lie("link-outside")
def summary_is_elsewhere(stick: Placed) -> None:
    summary_names_another(stick)
    _outside(stick, stick.summary)


@lie("link-outside")
def objects_are_exchanged_elsewhere(stick: Placed) -> None:
    name = stick.tree(HELLO)["/files/share/big"]
    exchanged_file(stick)
    _outside(stick, stick.path(name).parent)


@lie("not-readable", flatpak=GENUINE)
def closed(stick: Placed) -> None:
    """To all but its owner: root installs, others do not."""
    path = stick.path(stick.tree(HELLO)["/files/share/big"])
    path.chmod(0o600)
