"""Lock files as a stranger may hand them over: read exactly, or refused."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flatpak.extra_data import Payload
from app.media.locks import lock_file
from app.media.locks.lock import (
    Asked,
    Lock,
    LockedBundle,
    LockedCommit,
    LockedImage,
    LockedRef,
    LockedSource,
    LockError,
)
from app.media.locks.lock_file import lock_bytes, parse_lock
from app.message import Message
from app.stick.store.record import BundleRecord, LeftOut

SUM = "ab" * 32
APP = "app/org.test.App/x86_64/stable"
LOCALE = "runtime/org.test.App.Locale/x86_64/stable"


def whole() -> Lock:
    """With everything that can be in one."""
    ref = LockedRef(
        commit=SUM,
        signatures=b"signed",
        chosen=True,
        reason=Message("The runtime of {ref}.", ref="org.test.App"),
        timestamp=12,
        needed_by=(APP,),
        name="App „neu“",
        version="1.0",
        installed_size=5,
        download_size=3,
        extra_data=(Payload("part.bin", 3, 3, SUM, "https://example.org/part.bin"),),
        licence="MIT",
    )
    locale = LockedRef(SUM, None, False, Message("You chose it."), 0, languages=("de",))
    source = LockedSource(
        name="up",
        url="https://example.org/repo",
        repo_file="[Flatpak Repo]\nUrl=https://example.org/repo\n",
        keys=("A" * 40,),
        snapshot=SUM,
        made=None,
        arches=("x86_64",),
        refs={APP: ref, LOCALE: locale},
        until=7,
        metadata=LockedCommit(SUM, b"too"),
    )
    nameless = LockedSource(
        name="other",
        url="https://other.example.org/",
        repo_file="",
        keys=(),
        snapshot=SUM,
        made=3,
        arches=("x86_64",),
        refs={APP: locale},
        unsigned=True,
        lists={"summary": b"a list", f"summaries/{SUM}.gz": b"packed"},
    )
    bundle = BundleRecord("org.test.B.flatpak", "app/org.test.B/x86_64/stable", SUM, SUM, 9)
    image = LockedImage(
        registry="reg",
        url="oci+https://example.org",
        title="A registry",
        base="https://example.org/",
        repository="org/test",
        ref=APP,
        digest=f"sha256:{SUM}",
        arch="x86_64",
        chosen=True,
        reason=Message("You chose it."),
        timestamp=4,
    )
    return Lock(
        asked=Asked(("org.test.App",), ("x86_64",), "up", ("nvidia-550",), (), False, False, True),
        sources={"org.test.Apps": source, "remote:other": nameless},
        bundles=(LockedBundle("files/b.flatpak", bundle),),
        images=(image,),
        left_out=(LeftOut("org.test.Apps", APP, "extra-data-missing", Message("You chose it.")),),
        carried=("de",),
        declined=(APP,),
    )


def test_what_is_written_is_read() -> None:
    data = lock_bytes(whole())
    assert parse_lock(data, "it") == whole()
    assert lock_bytes(parse_lock(data, "it")) == data


def test_it_is_sorted_and_one_value_a_line() -> None:
    data = lock_bytes(whole()).decode()
    value = json.loads(data)
    assert json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n" == data
    # In whatever order a plan had it.
    lock = whole()
    source = lock.sources["org.test.Apps"]
    turned = LockedSource(
        **{
            **{name: getattr(source, name) for name in LockedSource.__struct_fields__},
            "refs": dict(sorted(source.refs.items(), reverse=True)),
        }
    )
    sources = {"remote:other": lock.sources["remote:other"], "org.test.Apps": turned}
    again = Lock(
        lock.asked, sources, lock.bundles, lock.images, lock.left_out, lock.carried, lock.declined
    )
    assert lock_bytes(again).decode() == data


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = [path] if path else []
    if isinstance(value, dict):
        return [*inner, *(found for key in value for found in _paths(value[key], (*path, key)))]
    if isinstance(value, list):
        return [*inner, *(p for n, each in enumerate(value) for p in _paths(each, (*path, n)))]
    return inner


VALUE = json.loads(lock_bytes(whole()))
PATHS = _paths(VALUE)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=5,
)


@given(st.sampled_from(PATHS), ANYTHING)
def test_any_value_anywhere_is_read_or_refused(path: tuple[Any, ...], anything: Any) -> None:
    value = copy.deepcopy(VALUE)
    place = value
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = anything
    _read_or_refused(json.dumps(value).encode())


@given(st.data())
def test_any_bytes_are_read_or_refused(data: st.DataObject) -> None:
    given_bytes = bytearray(lock_bytes(whole()))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(given_bytes) - 1))
        given_bytes[at] = data.draw(st.integers(0, 255))
    _read_or_refused(bytes(given_bytes[: data.draw(st.integers(0, len(given_bytes)))]))
    _read_or_refused(bytes(given_bytes))


def _read_or_refused(data: bytes) -> None:
    try:
        lock = parse_lock(data, "it")
    except LockError:
        return
    # What it comes to is a lock in all its parts.
    assert parse_lock(lock_bytes(lock), "it") == lock


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("sources", "org.test.Apps", "refs", APP, "commit"), "../../etc/passwd"),
        (("sources", "org.test.Apps", "refs", "../x"), {}),
        (("sources", "org.test.Apps", "refs", "ostree-metadata"), {}),
        (("sources", "../apps"), {}),
        (("sources", "org.test.Apps", "name"), "../up"),
        (("sources", "org.test.Apps", "refs", APP, "signatures"), "no base64!"),
        (("sources", "remote:other", "lists", "../../summary"), "YQ=="),
        (("sources", "remote:other", "lists"), {}),
        (("bundles", 0, "file"), "../x.flatpak"),
        (("bundles", 0, "place"), "http://192.168.1.1/reboot.cgi?now=1"),
        (("bundles", 0, "place"), "/etc/shadow"),
        (("images", 0, "digest"), "sha256:x"),
        (("images", 0, "repository"), "../../reboot"),
        (("version",), 2),
    ],
)
def test_what_leads_astray_is_refused(path: tuple[Any, ...], value: Any) -> None:
    changed = copy.deepcopy(VALUE)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(LockError):
        parse_lock(json.dumps(changed).encode(), "it")


def test_every_key_is_described() -> None:
    described = (Path(lock_file.__file__).parent / "LOCK.md").read_text()
    for path in PATHS:
        # What others have named stands where capitals do.
        if isinstance(path[-1], str) and not set(path[-1]) & set("./:"):
            inside = path[0] in {"bundles", "left_out"} or {"reason_args", "lists"} & set(path[:-1])
            assert inside or f"`{path[-1]}`" in described, path


def test_passwords_do_not_come_along() -> None:
    changed = copy.deepcopy(VALUE)
    changed["sources"]["org.test.Apps"]["url"] = "https://me:secret@example.org/repo"
    assert "secret" not in repr(parse_lock(json.dumps(changed).encode(), "it"))
