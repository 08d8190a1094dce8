"""What a computer needs, as a file: app/stick/store/NEEDS.md."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flatpak.refs import Ref
from app.stick.store.needs import (
    ClientInstallation,
    ClientRef,
    ClientRemote,
    Needs,
    NeedsError,
    Scope,
    dump_needs,
    is_needs,
    parse_needs,
)

COMMIT = "0123456789abcdef" * 4
MAPS = Ref("app", "org.gnome.Maps", "x86_64", "stable")
EXAMPLE = Needs(
    host="lab-07",
    made=1_796_000_000,
    architectures=("x86_64", "i386"),
    flatpak="1.14.10",
    gl_drivers=("nvidia-550-54-14", "default", "host"),
    languages=("de", "pt_BR"),
    installations=(
        ClientInstallation(Scope.USER, 1000),
        ClientInstallation(
            Scope.SYSTEM,
            None,
            (
                ClientRemote("flathub", "org.flathub.Stable", "https://x.example/", ("AB" * 20,)),
                ClientRemote("old", keys=None, disabled=True),
            ),
            (ClientRef(MAPS, COMMIT, "flathub"),),
        ),
    ),
)


def written(**changes: Any) -> bytes:
    return json.dumps({**json.loads(dump_needs(EXAMPLE)), **changes}).encode()


def with_installation(**changes: Any) -> bytes:
    place = {"kind": "user", "free": 0, "remotes": [], "installed": [], **changes}
    return written(installations=[place])


def test_what_is_written_is_read() -> None:
    data = dump_needs(EXAMPLE)
    assert parse_needs(data, "it") == EXAMPLE
    assert is_needs(data)
    assert EXAMPLE.gpus == ("nvidia-550-54-14",)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[1]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"format": "satchel-set", "version": 1}',
        b'{"format": 1}',
    ],
)
def test_what_is_no_such_file(data: bytes) -> None:
    with pytest.raises(NeedsError, match="does not say what a computer needs"):
        parse_needs(data, "lab.json")
    assert not is_needs(data)


@pytest.mark.parametrize(
    "data",
    [
        written(version=2),
        written(made="yesterday"),
        written(made=-1),
        written(host=7),
        written(host="x" * 300),
        written(installations=[{"kind": "user"}] * 21),
        with_installation(kind="../user"),
        with_installation(free=-1),
        with_installation(installed={}),
        with_installation(installed=[{}] * 10_001),
    ],
)
def test_what_is_damaged_or_newer_is_told(data: bytes) -> None:
    with pytest.raises(NeedsError, match="damaged, or of a newer version"):
        parse_needs(data, "lab.json")


def test_what_flatpak_would_not_have_is_passed_over() -> None:
    good = {"ref": str(MAPS), "commit": COMMIT, "origin": "flathub"}
    refs = [
        {**good, "ref": "app/../../etc/passwd"},
        {**good, "ref": "app/org.gnome.Maps/x86_64"},
        {**good, "commit": COMMIT[1:]},
        {**good, "origin": "../flathub"},
        7,
        good,
        good,
    ]
    remotes = [
        {"name": "../x"},
        {"name": "x", "collection": "no collection"},
        {"name": "good", "address": "https://user:password@x.example/repo?token=1", "keys": None},
    ]
    needs = parse_needs(
        with_installation(installed=refs, remotes=remotes)
        .replace(b'"de"', b'"../de"')
        .replace(b'"i386"', b'"i/386"'),
        "it",
    )
    (place,) = needs.installations
    assert place.installed == (ClientRef(MAPS, COMMIT, "flathub"),)
    assert place.remotes == (ClientRemote("good", "", "https://x.example/repo"),)
    assert needs.languages == ("pt_BR",)
    assert needs.architectures == ("x86_64",)


def test_names_of_strangers_do_nothing_to_a_terminal() -> None:
    needs = parse_needs(written(host="lab\x1b[2J\u202e\n07", flatpak="1.14\x07"), "it")
    assert needs.host.isprintable()
    assert needs.flatpak.isprintable()


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.sampled_from(sorted(json.loads(dump_needs(EXAMPLE)))), _VALUES)
def test_anything_is_read_or_told(key: str, value: object) -> None:
    try:
        needs = parse_needs(written(**{key: value}), "it")
    except NeedsError:
        return
    assert parse_needs(dump_needs(needs), "it") == needs
