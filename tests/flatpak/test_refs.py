"""Names of apps and runtimes follow flatpak's rules."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.flatpak.refs import PartialRef, Ref, RefError, arch_of, flatpak_arch, is_valid_remote_name
from tests.examples import examples
from tests.flatpak.oracle import Ask, oracle

MAPS = Ref("app", "org.gnome.Maps", "x86_64", "stable")


@pytest.mark.parametrize("name", [str(MAPS), "appstream2/x86_64", "appstream2/free-x86_64"])
def test_a_list_of_a_subset_is_for_an_architecture_too(name: str) -> None:
    assert arch_of(name) == "x86_64"


def test_a_ref_reads_back_as_it_was_written() -> None:
    assert str(MAPS) == "app/org.gnome.Maps/x86_64/stable"
    assert Ref.parse(str(MAPS)) == MAPS
    assert Ref.runtime("org.gnome.Platform/x86_64/45") == Ref(
        "runtime", "org.gnome.Platform", "x86_64", "45"
    )


@pytest.mark.parametrize(
    "name",
    [
        "org.gnome.Maps",
        "_a._b._c",
        "com.example.App-with-hyphens",
        "com.example.-odd",
        "org.freedesktop.Platform.GL.nvidia-550-54-14",
        "a.b." + "c" * 251,
    ],
)
def test_valid_names(name: str) -> None:
    assert Ref.parse(f"app/{name}/x86_64/stable").id == name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "empty"),
        ("org.gnome", "fewer than three"),
        (".org.gnome.Maps", "period"),
        ("org.gnome.Maps.", "period"),
        ("org..gnome.Maps", "period"),
        ("org.my-site.App", "hyphen"),
        ("org.7zip.App", "digit"),
        ("org.gnome.Mäps", "“ä”"),
        ("org.gnome.Maps\n", "contains"),
        ("a.b." + "c" * 252, "longer"),
    ],
)
def test_invalid_names_are_explained(name: str, reason: str) -> None:
    with pytest.raises(RefError) as caught:
        Ref.parse(f"app/{name}/x86_64/stable")
    assert reason in str(caught.value.message)
    assert Ref.parse_or_none(f"app/{name}/x86_64/stable") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "app",
        "app/org.gnome.Maps",
        "app/org.gnome.Maps/x86_64",
        "app/org.gnome.Maps/x86_64/stable/more",
        "appstream2/x86_64",
        "app/org.gnome.Maps/x86-64/stable",
        "app/org.gnome.Maps//stable",
        "app/org.gnome.Maps/x86_64/",
        "app/org.gnome.Maps/x86_64/..",
        "app/org.gnome.Maps/x86_64/.hidden",
        "app/org.gnome.Maps/../stable",
        "app/../../etc/passwd",
        "app/org.gnome.Maps/x86_64/stable\n",
    ],
)
def test_what_is_no_ref_is_refused(text: str) -> None:
    with pytest.raises(RefError) as caught:
        Ref.parse(text)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value.message)


@given(st.text())
def test_whatever_the_text_it_is_a_ref_or_an_error(text: str) -> None:
    try:
        ref = Ref.parse(text)
    except RefError:
        assert Ref.parse_or_none(text) is None
    else:
        assert str(ref) == text
        assert Ref.parse_or_none(text) == ref


@given(st.from_regex(r"(app|runtime)/[\w.-]{1,20}/\w{0,5}/[\w.-]{0,5}", fullmatch=True))
def test_near_refs_agree_between_the_two_parsers(text: str) -> None:
    parsed = Ref.parse_or_none(text)
    if parsed is None:
        with pytest.raises(RefError):
            Ref.parse(text)
    else:
        assert Ref.parse(text) == parsed


ORACLE = """
import json, sys
import gi
gi.require_version("Flatpak", "1.0")
from gi.repository import Flatpak, GLib
for line in sys.stdin:
    try:
        answer = Flatpak.Ref.parse(json.loads(line)).format_ref()
    except GLib.Error:
        answer = None
    print(json.dumps(answer), flush=True)
"""


@pytest.fixture(scope="module")
def flatpak() -> Iterator[Ask]:
    with oracle(ORACLE) as ask:
        yield ask


# ASCII only: flatpak 1.14 cuts other letters in its message, which the bindings cannot take.
PIECE = st.text(st.sampled_from("ab1_-./+\n"), max_size=8)


@settings(
    max_examples=examples(500),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    kind=st.sampled_from(["app", "runtime", "apps", ""]),
    name=st.one_of(PIECE, PIECE.map("a.b.".__add__), PIECE.map("a.".__add__)),
    arch=st.one_of(st.just("x86_64"), PIECE),
    branch=st.one_of(st.just("stable"), PIECE),
)
def test_the_real_flatpak_draws_the_same_line(
    flatpak: Ask, kind: str, name: str, arch: str, branch: str
) -> None:
    text = f"{kind}/{name}/{arch}/{branch}"
    ref = Ref.parse_or_none(text)
    assert (ref and str(ref)) == flatpak(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("org.gnome.Maps", PartialRef("org.gnome.Maps")),
        ("org.gnome.Maps//stable", PartialRef("org.gnome.Maps", branch="stable")),
        ("org.gnome.Maps/aarch64", PartialRef("org.gnome.Maps", arch="aarch64")),
        ("org.gnome.Maps//", PartialRef("org.gnome.Maps")),
        (
            "runtime/org.gnome.Platform//45",
            PartialRef("org.gnome.Platform", "runtime", None, "45"),
        ),
        (
            "app/org.gnome.Maps/x86_64/stable",
            PartialRef("org.gnome.Maps", "app", "x86_64", "stable"),
        ),
        ("flathub:org.gnome.Maps", PartialRef("org.gnome.Maps", remote="flathub")),
    ],
)
def test_partial_refs(text: str, expected: PartialRef) -> None:
    assert PartialRef.parse(text) == expected
    assert PartialRef.parse(str(expected)) == expected


@pytest.mark.parametrize(
    "text",
    ["", "maps", "org.gnome.Maps/x/y/z", "bad remote:org.gnome.Maps", ":org.gnome.Maps", "app/x"],
)
def test_partial_refs_that_make_no_sense(text: str) -> None:
    with pytest.raises(RefError):
        PartialRef.parse(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("oci:/media/layout", "is a container image"),
        ("docker://registry.example.org/one/two", "is a container image"),
        ("/media/layout", "is a path"),
        ("../layout", "is a path"),
        ("~/layout", "is a path"),
    ],
)
def test_a_place_is_no_name(text: str, what: str) -> None:
    with pytest.raises(RefError, match=f"“{text}” {what}, not the name of an app"):
        PartialRef.parse(text)


def test_parts_left_out_match_anything_but_the_architecture() -> None:
    assert PartialRef.parse("org.gnome.Maps").matches(MAPS, "x86_64")
    assert not PartialRef.parse("org.gnome.Maps").matches(MAPS, "aarch64")
    assert PartialRef.parse("org.gnome.Maps/x86_64").matches(MAPS, "aarch64")
    assert PartialRef.parse("app/org.gnome.Maps").matches(MAPS, "x86_64")
    assert not PartialRef.parse("runtime/org.gnome.Maps").matches(MAPS, "x86_64")
    assert not PartialRef.parse("org.gnome.Maps//beta").matches(MAPS, "x86_64")
    assert not PartialRef.parse("org.gnome.Map").matches(MAPS, "x86_64")


@given(st.text())
def test_a_partial_ref_that_parses_can_be_written_again(text: str) -> None:
    try:
        partial = PartialRef.parse(text)
    except RefError:
        return
    assert PartialRef.parse(str(partial)) == partial


def test_remote_names() -> None:
    assert is_valid_remote_name("flathub-beta.1")
    assert not any(map(is_valid_remote_name, ["", "-x", ".x", "a/b", "..", "a b", "a\n"]))


@pytest.mark.parametrize(
    ("machine", "bits", "little", "expected"),
    [
        ("x86_64", 64, True, "x86_64"),
        ("x86_64", 32, True, "i386"),
        ("i686", 32, True, "i386"),
        ("aarch64", 64, True, "aarch64"),
        ("aarch64", 32, True, "arm"),
        ("armv7l", 32, True, "arm"),
        ("armv5b", 32, False, "armeb"),
        ("mips64", 64, True, "mips64el"),
        ("riscv64", 64, True, "riscv64"),
    ],
)
def test_architectures_have_flatpaks_names(
    machine: str, bits: int, little: bool, expected: str
) -> None:
    assert flatpak_arch(machine, bits=bits, little_endian=little) == expected
