"""Single-file bundles: what they say about themselves, and what is none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flatpak.bundles.bundle import Bundle, BundleError, read_bundle
from app.formats.gvariant import Variant, parse
from tests.bundles import ATLAS_REF, COLLECTION, bundle_bytes
from tests.ostree.test_static_delta import metadata_of, rewritten

RUNTIME_REPO = "https://example.org/demo.flatpakrepo"
ORIGIN = "https://example.org/repo"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    options = (f"--runtime-repo={RUNTIME_REPO}", f"--repo-url={ORIGIN}")
    return bundle_bytes(tmp_path_factory.mktemp("bundle"), *options)


def read(data: bytes) -> Bundle:
    return read_bundle(lambda start, end: data[start:end], len(data), "hello.flatpak")


def with_metadata(data: bytes, **values: Variant | None) -> bytes:
    metadata = metadata_of(data)
    for key, value in values.items():
        metadata.pop(key.replace("_", "-"), None)
        if value is not None:
            metadata[key.replace("_", "-")] = value
    return rewritten(data, metadata=metadata)


def test_it_tells_what_it_is_and_what_it_needs(made: bytes) -> None:
    bundle = read(made)
    assert str(bundle.ref) == ATLAS_REF
    assert bundle.name == "Classroom Atlas"
    assert bundle.icon.startswith(b"\x89PNG")
    assert bundle.origin == ORIGIN
    assert bundle.runtime_repo == RUNTIME_REPO
    assert bundle.collection == COLLECTION
    assert bundle.size == len(made)
    assert bundle.installed_size > 0
    assert str(bundle.metadata.runtime) == "runtime/org.satchel.Demo.Platform/x86_64/1"
    assert bundle.keys == b""


def test_what_it_does_not_say_is_empty(made: bytes) -> None:
    bundle = read(
        with_metadata(
            made, origin=None, runtime_repo=None, appdata=None, icon_64=None, collection_id=None
        )
    )
    assert (bundle.origin, bundle.runtime_repo, bundle.icon, bundle.version) == ("", "", b"", "")
    assert bundle.name == bundle.ref.id


def test_secrets_in_its_addresses_are_not_handed_on(made: bytes) -> None:
    bundle = read(with_metadata(made, origin=Variant("s", "https://me:secret@example.org/repo")))
    assert "secret" not in bundle.origin


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"ref": None}, "which app it is"),
        ({"ref": Variant("s", "app/../x86_64/stable")}, "cannot be used"),
        ({"ref": Variant("s", "app/org.example.Other/x86_64/stable")}, "calls itself"),
        ({"ref": Variant("s", "app/org.satchel.Demo.Atlas/x86_64/beta")}, "its commit"),
        ({"metadata": None}, "lacks flatpak's metadata"),
        ({"metadata": Variant("s", "nothing")}, "cannot be used"),
        ({"collection_id": Variant("s", "org.example.Other")}, "its collection"),
    ],
)
def test_one_that_contradicts_itself_is_refused(
    made: bytes, values: dict[str, Any], words: str
) -> None:
    with pytest.raises(BundleError, match=words) as refused:
        read(with_metadata(made, **values))
    assert refused.value.exit_code == 2


def test_metadata_has_to_be_that_of_the_commit(made: bytes) -> None:
    """flatpak shows the header's permissions, and installs what is inside."""
    text = parse("v", metadata_of(made)["metadata"].value.encode() + b"\0\0s")[0].unpack()
    more = Variant("s", text + "\n[Context]\nfilesystems=host;\n")
    with pytest.raises(BundleError, match="what it needs"):
        read(with_metadata(made, metadata=more))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no bundle"),
        (b"<!DOCTYPE html><html>" + b" " * 500, "web page"),
        (b"[Flatpak Ref]\nName=org.example.App\n" + b"#" * 100, "names an app"),
        (b"\0" * 257 + b"ustar" + b"\0" * 500, "OCI"),
    ],
)
def test_what_is_no_bundle_is_named(data: bytes, words: str) -> None:
    with pytest.raises(BundleError, match=words):
        read(data)


@given(st.data())
def test_whatever_its_metadata_says_it_is_read_or_refused(made: bytes, data: st.DataObject) -> None:
    keys = ("ref", "origin", "runtime_repo", "metadata", "collection_id", "appdata", "gpg_keys")
    strange = st.one_of(
        st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=80).map(
            lambda text: Variant("s", text)
        ),
        st.binary(max_size=80).map(lambda blob: Variant("ay", blob)),
        st.just(Variant("u", 7)),
    )
    key = data.draw(st.sampled_from(keys))
    try:
        bundle = read(with_metadata(made, **{key: data.draw(strange)}))
    except BundleError:
        return
    assert bundle.name.isprintable()
    assert bundle.origin.isprintable()
