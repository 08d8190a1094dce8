"""Files of JSON: whatever is in them, they are values or the module's own error."""

from __future__ import annotations

import base64
import json
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.flatpak.upstream.cache import RemoteCache
from app.formats import schema
from app.formats.schema import SchemaError
from app.fs.root import Root
from app.message import Message
from app.ostree.pull.fetch import Validators
from app.plain import plain
from app.replacing import replace
from app.settings import Settings, load_settings
from app.stick.choices.app_lists import read_list
from app.stick.choices.profile import Profile, ProfileError
from app.stick.memory.accepted_snapshots import AcceptedSnapshots, Origin
from app.stick.memory.known_keys import RememberedKey, RememberedKeys
from app.stick.store.journal import JobStage, Journal, read_journal, write_journal
from app.stick.store.location import Location
from app.stick.store.record import (
    CollectionRecord,
    LeftOut,
    MetadataSource,
    RefRecord,
    StickRecord,
    read_record,
    write_record,
)
from tests.examples import examples

COLLECTION = "org.test.Apps"
REF = "app/org.test.Hello/x86_64/stable"
RECORD = StickRecord(
    "Satchel 1",
    1_700_000_000,
    {
        COLLECTION: CollectionRecord(
            "test", "Test", "https://example.org/repo", 1, "0" * 64, MetadataSource.SATCHEL, "",
            False, ("A" * 40,), ("x86_64",), 2_000_000_000,
        )
    },
    {COLLECTION: {REF: RefRecord("a" * 64, True, Message("You asked for it."), (REF,), "Hello")}},
    (LeftOut(COLLECTION, REF, "runtime-missing", Message("Because of {what}.", what="it"), True),),
    ("nvidia-550",),
)  # fmt: skip
# A public key packet of version 4, as short as can be.
PACKET = b"\x99\x00\x06\x04\x00\x00\x00\x00\x01"

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**63, -1, 10**400, 1e308])
    | st.floats()
    | st.text(st.characters(codec=None), max_size=20)
    | st.sampled_from([COLLECTION, REF, "a" * 64, "x" * 5000, "\ud800", "\x1b[2J\u202e"])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)


@st.composite
def changed(draw: st.DrawFn, original: Any) -> Any:
    """A value with a part of it replaced, gone, or added."""
    value = json.loads(json.dumps(original))
    for _ in range(draw(st.integers(0, 3))):
        place, key = value, None
        parent: Any = None
        while isinstance(place, dict | list) and place and draw(st.integers(0, 4)):
            parent = place
            key = draw(st.sampled_from(list(place) if isinstance(place, dict) else [0]))
            place = place[key]
        if parent is None:
            continue
        if draw(st.booleans()):
            parent[key] = draw(values)
        elif isinstance(parent, dict):
            del parent[key]
            parent[draw(st.text(max_size=8))] = draw(values)
    return value


@st.composite
def contents(draw: st.DrawFn, original: Any) -> bytes:
    """What may stand in the file: nearly the right thing, any JSON, any bytes."""
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return draw(st.binary(max_size=60))
    value = draw(changed(original) if kind < 3 else values)
    text = json.dumps(value, ensure_ascii=draw(st.booleans()))
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-16", "utf-8-sig"]))
    return text.encode(encoding, "surrogatepass")


NASTY = {
    "deep lists": b"[" * 200_000,
    "deep objects": b'{"keys":' * 100_000,
    "closed": b"[" * 900 + b"]" * 900,
    "long number": b"1" * 200_000,
    "long numbers": b'{"version": 1, "started": ' + b"9" * 5000 + b', "stage": "fetching"}',
    "no number": b'{"version": NaN, "started": Infinity, "keys": [-Infinity], "made": 1e999}',
    "twice": b'{"version": 1, "version": 2, "keys": [], "keys": {}}',
    "no UTF-8": b'{"tool": "\xff\xfe\xc0"}',
    "surrogates": b'{"tool": "\\ud800", "keys": ["\\udfff"], "cache": "/\\ud800"}',
    "nothing": b"",
    "space": b" " * 100_000,
    "many": b"[" + b"0," * 300_000 + b"0]",
    "many names": b"{" + b",".join(b'"%d":0' % n for n in range(60_000)) + b"}",
    "NUL": b"\0" * 1000,
}


# How each file is read


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def location(directory: Path) -> Location:
    return Location(Root(directory), ".ostree/repo")


def put(directory: Path, name: str, data: bytes) -> None:
    place = directory / ".ostree/repo/extensions/satchel"
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_bytes(data)


def record(directory: Path, data: bytes) -> StickRecord | None:
    put(directory, "stick.json", data)
    return read_record(location(directory))


def journal(directory: Path, data: bytes) -> Journal | None:
    put(directory, "journal.json", data)
    return read_journal(location(directory))


def known_keys(directory: Path, data: bytes) -> tuple[RememberedKey, ...]:
    (directory / "keys.json").write_bytes(data)
    keys = RememberedKeys(directory / "keys.json")
    keys.remember(())
    keys.remotes()
    return keys.all()


def snapshots(directory: Path, data: bytes) -> int | None:
    path = directory / "snapshots.json"
    path.write_bytes(data)
    accepted = AcceptedSnapshots(path)
    origin = Origin(f"{COLLECTION} KEY", "https://example.org")
    seen = accepted.read()
    seen.elsewhere(origin)
    accepted.accept(origin, 7)
    assert len(data) > 900_000 or accepted.read().last(origin) == 7
    return seen.last(origin)


def cache(directory: Path, data: bytes) -> Validators | None:
    remote = RemoteCache(directory, "https://example.org")
    remote.write("summary", b"x")
    remote.write("validators.json", data)
    known = remote.validators("summary")
    remote.forget("config")
    return known


def set_once(directory: Path, data: bytes) -> Settings:
    """Those that are known here; what others have put beside them stays."""
    config = directory / "config"
    config.mkdir(exist_ok=True)
    for path in config.iterdir():
        path.unlink()
    (config / "settings.json").write_bytes(data)
    return replace(load_settings(config).settings, others={})


def app_list(_: Path, data: bytes) -> None:
    for _notice in read_list(data.decode("utf-8", "replace"), ()).notices():
        pass


def profile(_: Path, data: bytes) -> Profile | None:
    try:
        return Profile.parse(data, "it")
    except ProfileError:
        return None


FILES: dict[str, tuple[Callable[[Path, bytes], object], Any]] = {
    "record": (record, {"version": 1, **plain(RECORD)}),
    "journal": (journal, {"version": 1, "stage": "publishing", "started": 5}),
    "known keys": (
        known_keys,
        {
            "version": 1,
            "keys": [
                {
                    "collection": COLLECTION,
                    "fingerprint": "F" * 40,
                    "remote": "test",
                    "url": "https://example.org",
                    "key": base64.b64encode(PACKET).decode(),
                    "since": 5,
                    "used": True,
                    "signed_by": ["A" * 40],
                }
            ],
        },
    ),
    "snapshots": (snapshots, {f"{COLLECTION} KEY https://example.org": 5, COLLECTION: 6}),
    "cache": (cache, {"summary": ["etag", "yesterday"], "config": ["", ""]}),
    "settings": (set_once, {"languages": ["de"], "connections": 5, "later": {"a": [1]}}),
    "list": (app_list, [{"application": "org.test.Hello", "origin": "test"}]),
}


@pytest.mark.parametrize("name", FILES)
@given(data=st.data())
@settings(
    max_examples=examples(50),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_stands_in_a_file(name: str, directory: Path, data: st.DataObject) -> None:
    read, original = FILES[name]
    read(directory, data.draw(contents(original)))


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize("name", FILES)
def test_files_that_were_made_to_be_read_badly(name: str, nasty: str, directory: Path) -> None:
    """They are as good as none."""
    read, _ = FILES[name]
    assert read(directory, NASTY[nasty]) == read(directory, b"")


NASTY_TOML = {
    "long number": b"refs = " + b"1" * 10_000,
    "long key": b"refs" + b".a" * 400_000 + b" = 1",
    "long key of texts": b'"refs"' + b"  . 'a'" * 100_000 + b" = 1",
    "long key inside": b'x = {b = """ a\\"""", refs' + b".a" * 400_000 + b" = 1}",
    "long table": b"[[refs" + b".a" * 400_000 + b"]]",
    "deep": b"refs = " + b"[" * 100_000,
    "deep tables": b"refs = " + b"{a = " * 50_000,
    "quotes": b'"' * 1_000_000,
    "escapes": b'refs = "' + b'\\"' * 400_000,
    "dates": b"refs = [1979-02-30, 25:00:00]",
}


@pytest.mark.parametrize("nasty", [*NASTY, *NASTY_TOML])
def test_a_saved_choice_that_was(nasty: str, directory: Path) -> None:
    assert profile(directory, {**NASTY, **NASTY_TOML}[nasty]) is None


def test_dots_in_texts_and_comments_are_no_keys() -> None:
    dots = ".".join("abc" * 30)
    name = f"org.test.{dots[:200]}x"
    text = f'# {dots}\nrefs = [\n  "{name}", # {dots}\n  \'{name}y\', """{name}z"""]\n'
    assert Profile.parse(text.encode(), "it").refs == (name, f"{name}y", f"{name}z")


TOML_VALUES = st.recursive(
    st.booleans().map(lambda value: str(value).lower())
    | st.integers().map(str)
    | st.text(max_size=10).map(json.dumps)
    | st.sampled_from(
        ["'org.test.Hello'", '"flathub:org.test.Hello"', "'de'", "1979-05-27", "nan"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]")
        | st.lists(inner, max_size=2).map(
            lambda parts: "{" + ", ".join(f"k{n} = {part}" for n, part in enumerate(parts)) + "}"
        )
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["refs", "architecture", "gpus", "languages", "related", "keep_versions"]),
        TOML_VALUES,
    )
)
@settings(deadline=None)
def test_a_saved_choice_of_any_values(values: dict[str, str]) -> None:
    text = "\n".join(f"{name} = {value}" for name, value in values.items())
    try:
        read = Profile.parse(text.encode(), "it")
    except ProfileError:
        return
    assert Profile.parse(read.dump(), "it") == read


@pytest.mark.parametrize("name", ["record", "journal", "known keys", "cache", "settings"])
def test_a_file_of_any_size_costs_no_more_than_one_that_can_be(name: str, directory: Path) -> None:
    data = b'{"version": 1, "keys": [' + b"[]," * 20_000_000 + b"0]}"
    read = FILES[name][0]
    tracemalloc.start()
    try:
        read(directory, data)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 200_000_000


# What they are when nothing is wrong


def test_what_is_written_is_read(directory: Path) -> None:
    write_record(location(directory), RECORD)
    assert read_record(location(directory)) == RECORD
    for stage in JobStage:
        write_journal(location(directory), Journal(stage, 5))
        assert read_journal(location(directory)) == Journal(stage, 5)
    remote = RemoteCache(directory, "https://example.org")
    remote.write_with_validators("summary", b"x", Validators("etag", "yesterday"))
    assert remote.validators("summary") == Validators("etag", "yesterday")


def test_a_damaged_journal_counts_as_the_most_careful_stage(directory: Path) -> None:
    for data in (b"", b"[]", b'{"stage": "done", "started": 1}', b'{"stage": ["checking"]}'):
        assert journal(directory, data) == Journal(JobStage.FETCHING, 0)


def test_what_a_record_leaves_out_and_adds(directory: Path) -> None:
    value = json.loads(json.dumps(FILES["record"][1]))
    del value["collections"][COLLECTION]["until"], value["left_out"][0]["chosen"]
    value["later"] = value["collections"][COLLECTION]["later"] = {"a": 1}
    read = record(directory, json.dumps(value).encode())
    assert read is not None
    assert read.collections[COLLECTION].until is None
    assert not read.left_out[0].chosen


@pytest.mark.parametrize("version", [None, 0, 2, "1", [1]])
def test_a_record_of_another_version(directory: Path, version: object) -> None:
    value = {**FILES["record"][1], "version": version}
    assert record(directory, json.dumps(value).encode()) is None


def test_of_keys_and_snapshots_what_is_good_is_used(directory: Path) -> None:
    data = {"a": "no time", "b": [], f"{COLLECTION} KEY https://example.org": 5, "c": 1.5}
    assert snapshots(directory, json.dumps(data).encode()) == 5
    data = {"x": 5, "summary": ["etag", "yesterday"], "y": ["a", "b", "c"]}
    assert cache(directory, json.dumps(data).encode()) == Validators("etag", "yesterday")


# The readers


@pytest.mark.parametrize(
    ("reader", "good", "bad"),
    [
        (schema.text(3), ["", "abc"], ["abcd", None, 1, []]),
        (schema.text(3, str.isdigit), ["12"], ["", "a"]),
        (schema.integer(1, 9), [1, 9], [0, 10, True, 1.0, "1", None]),
        (schema.flag(), [True, False], [0, 1, None, "true"]),
        (schema.choice(JobStage), ["fetching"], ["FETCHING", 1, None, ["fetching"], {}]),
        (schema.nullable(schema.flag()), [None, True], [0]),
        (schema.list_of(schema.flag(), 2, least=1), [[True], [True, False]], [[], [1], "ab", {}]),
        (
            schema.mapping_of(schema.text(1), schema.flag(), 1),
            [{}, {"a": True}],
            [{"ab": True}, {"a": 1}, {"a": True, "b": True}, [], [["a", True]]],
        ),
        (schema.structure(dict, a=schema.flag()), [{"a": True, "b": 1}], [{}, {"a": 1}, [], None]),
        (
            schema.structure(dict, a=schema.optional(schema.flag())),
            [{}, {"a": True}],
            [{"a": None}],
        ),
        (schema.member("a", schema.flag()), [{"a": True}], [{}, {"a": 1}, []]),
    ],
)
def test_readers(reader: schema.Reader[object], good: list[object], bad: list[object]) -> None:
    for value in good:
        reader(value)
    for value in bad:
        with pytest.raises(SchemaError):
            reader(value)
