"""What is signed, changed on the way."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from app.formats.gvariant import Variant, serialise
from tests.servers import Exchange, Rule, replace, status
from tests.stick.forge import Forge, body
from tests.stick.hostile.changes import (
    ARCH,
    MORE,
    SIGNATURES,
    bomb,
    changed_index,
    drop,
    flip,
    lost,
    made,
    sign_index,
)
from tests.stick.made_drive import MadeDrive
from tests.upstream import COLLECTION

pytestmark = pytest.mark.slow


def _signature_of_the_summary(made_drive: MadeDrive) -> None:
    index = (made_drive.upstream.path / "summary.idx").read_bytes()
    sign_index(made_drive, index, (made_drive.upstream.path / "summary.sig").read_bytes())


def _no_signature(made_drive: MadeDrive) -> None:
    def rule(exchange: Exchange) -> None:
        (status("404 Not Found") if exchange.path.endswith(".sig") else Exchange.good)(exchange)

    made_drive.web.everything = rule


def _signature(data: bytes) -> Callable[[MadeDrive], None]:
    def change(made_drive: MadeDrive) -> None:
        sign_index(made_drive, (made_drive.upstream.path / "summary.idx").read_bytes(), data)

    return change


def _changed_sub_summary(rule: Rule) -> Callable[[MadeDrive], None]:
    def arrange(made_drive: MadeDrive) -> None:
        for path in (made_drive.upstream.path / "summaries").glob("*.gz"):
            made_drive.web.always[f"/summaries/{path.name}"] = rule

    return arrange


def _bomb(made_drive: MadeDrive) -> None:
    _changed_sub_summary(body(bomb(b"\0")))(made_drive)


def _without_index(rule: Rule) -> Callable[[MadeDrive], None]:
    def arrange(made_drive: MadeDrive) -> None:
        made_drive.web.always["/summary.idx"] = status("404 Not Found")
        made_drive.web.always["/summary"] = rule

    return arrange


def _changed_summary_beside_index(made_drive: MadeDrive) -> None:
    made_drive.web.always["/summary"] = replace(flip)


def _other_summary_beside_index(made_drive: MadeDrive) -> None:
    other = Forge(made_drive.web, made_drive.upstream.key, made(made_drive.upstream))
    summary = other.summary([], "org.test.Another")
    made_drive.web.always["/summary"] = body(summary)
    made_drive.web.always["/summary.sig"] = body(other.signature(summary))


TAMPERED: dict[str, Callable[[MadeDrive], None]] = {
    "index": changed_index(flip),
    "index cut off": changed_index(lambda data: data[:-7]),
    "index with more": changed_index(lambda data: data + bytes(8)),
    "index empty": changed_index(lambda _: b""),
    "signature missing": _no_signature,
    "signature empty": _signature(b""),
    "signature garbage": _signature(b"<html>sorry</html>"),
    "signature of nothing": _signature(serialise("a{sv}", {"ostree.gpgsigs": Variant("aay", [])})),
    "signature not OpenPGP": _signature(
        serialise("a{sv}", {"ostree.gpgsigs": Variant("aay", [b"hello", b"", bytes(5000)])})
    ),
    "signature of another file": _signature_of_the_summary,
    "sub-summary": _changed_sub_summary(replace(flip)),
    "sub-summary cut off": _changed_sub_summary(replace(lambda data: data[:-9])),
    "sub-summary with more": _changed_sub_summary(replace(lambda data: data + b"more")),
    "sub-summary not packed": _changed_sub_summary(replace(gzip.decompress)),
    "sub-summary of another": _changed_sub_summary(body(gzip.compress(b"another"))),
    "sub-summary a bomb": _bomb,
    "summary": _without_index(replace(flip)),
    "summary empty": _without_index(body(b"")),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_tampered(calm: MadeDrive, what: str) -> None:
    TAMPERED[what](calm)
    calm.refused(5, MORE)


@pytest.mark.parametrize("spoil", [_changed_summary_beside_index, _other_summary_beside_index])
def test_a_summary_beside_a_good_index_does_not_matter(
    made_drive: MadeDrive, spoil: Callable[[MadeDrive], None]
) -> None:
    spoil(made_drive)
    assert made_drive.make(MORE).finished["verify"]["ok"]
    copy = made_drive.drive / ".ostree/repo/extensions/satchel/upstream" / COLLECTION
    assert (copy / "summary.idx").exists()
    assert not (copy / "summary").exists()


@pytest.mark.parametrize("what", SIGNATURES)
def test_commit_without_a_good_signature(calm: MadeDrive, what: str) -> None:
    lost("commitmeta", SIGNATURES[what])(calm)
    said = calm.refused(5, MORE)
    assert "cannot be trusted" in said


def test_signature_of_another_commit(calm: MadeDrive) -> None:
    other = calm.upstream.commit("app/org.test.Other/" + ARCH + "/stable")
    path = calm.upstream.path / f"objects/{other[:2]}/{other[2:]}.commitmeta"
    lost("commitmeta", body(path.read_bytes()))(calm)
    calm.refused(5, MORE)


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        *((kind, "flipped") for kind in ("commit", "dirtree", "dirmeta", "filez")),
        ("filez", "cut off"),
        ("filez", "swapped"),
        ("dirtree", "swapped"),
    ],
)
def test_tampered_object(made_drive: MadeDrive, kind: str, how: str) -> None:
    """They are named by their content: what is not that content never gets the name."""
    other = next((made_drive.upstream.path / "objects").glob(f"*/*.{kind}")).read_bytes()
    rule = {
        "flipped": replace(flip),
        "cut off": replace(lambda data: data[:-1]),
        "swapped": body(other + b"x"),
    }[how]
    drop(made_drive, kind)
    lost(kind, rule)(made_drive)
    said = made_drive.refused(4, MORE)
    assert "damaged or forged" in said
    if how == "flipped":
        made_drive.honest(MORE)
