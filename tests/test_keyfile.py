"""Key files read as GLib reads them: each text here is given to both."""

from collections.abc import Callable, Iterator
from typing import ParamSpec, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import InterruptedByUser
from app.formats.keyfile import Keyfile, KeyfileError, dump
from app.progress import CancelToken, heeding
from tests.examples import examples
from tests.flatpak.oracle import Ask, oracle

# The system's Python has GLib; one process answers for all texts, a JSON line each.
ORACLE = """
import ctypes, json, sys
from gi.repository import GLib
library = ctypes.CDLL("libglib-2.0.so.0")
get_string = library.g_key_file_get_string
get_string.restype = ctypes.c_char_p
get_string.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p]
def string(keyfile, group, key):
    # As flatpak asks, for no error: an invalid escape is one, and yet there is a text.
    text = get_string(hash(keyfile), group.encode(), key.encode(), None)
    return None if text is None else text.decode()
def attempt(call, *args):
    try:
        return call(*args)
    except GLib.Error:
        return None
for line in sys.stdin:
    data = json.loads(line).encode()
    keyfile = GLib.KeyFile()
    try:
        keyfile.load_from_data(data.decode(), len(data), GLib.KeyFileFlags.KEEP_TRANSLATIONS)
    except GLib.Error:
        print("null", flush=True)
        continue
    groups = {}
    for group in keyfile.get_groups()[0]:
        groups[group] = {
            key: [
                attempt(keyfile.get_value, group, key),
                string(keyfile, group, key),
                attempt(keyfile.get_string_list, group, key),
                attempt(keyfile.get_boolean, group, key),
            ]
            for key in keyfile.get_keys(group)[0]
        }
    print(json.dumps(groups), flush=True)
"""


@pytest.fixture(scope="module")
def glib() -> Iterator[Ask]:
    with oracle(ORACLE) as ask:
        yield ask


P = ParamSpec("P")
T = TypeVar("T")


def attempt(call: Callable[P, T], *args: P.args, **named: P.kwargs) -> T | None:
    try:
        return call(*args, **named)
    except KeyfileError:
        return None


Groups = dict[str, dict[str, list[str | list[str] | bool | None]]]


def ours(text: str) -> Groups | None:
    try:
        keyfile = Keyfile.parse(text.encode())
    except KeyfileError:
        return None
    groups: Groups = {}
    for group in keyfile.groups:
        groups[group] = {}
        for key in keyfile.keys(group):
            items = attempt(keyfile.strings, group, key)
            first, second = (keyfile.boolean(group, key, default) for default in (True, False))
            groups[group][key] = [
                keyfile.raw(group, key),
                attempt(keyfile.string, group, key),
                None if items is None else list(items),
                first if first == second else None,
            ]
    return groups


TEXTS = [
    "",
    "\n\n# only a comment\n",
    "[Application]\nname=org.gnome.Maps\nruntime=org.gnome.Platform/x86_64/45\n",
    "[A]\nb=1\n[C]\nd=2\n[A]\nb=3\ne=4\n",
    "[A]\r\nb=1\r\n\r\n",
    "  [A]  \n  b = 1 \t\n",
    "[A] \tx\n",
    "[A\n",
    "[]\n",
    "[A[B]\n",
    "[A]]\n",
    '[remote "x"]\nurl=https://example.org/\n',
    "b=1\n",
    "[A]\nno equals sign\n",
    "[A]\n=1\n",
    "[A]\nName[de]=Karten\nName=Maps\nName[sr@latin]=x\n",
    "[A]\nName [de]=x\n",
    "[A]\nName[d e]=x\n",
    "[A]\nName[de=x\n",
    "[A]\na b=1\n",
    "[A]\nx=a;b;;c;\ny=\nz=;\nw=a\\;b;c\n",
    "[A]\nx=\\s\\n\\t\\r\\\\\n",
    "[A]\nx=\\q\n",
    "[A]\nx=ends\\\ny=\\\nz=\\\\\\\nw=a\\;\\=\\\u00e4\n",
    "[A]\nx=true \ny=1\nz=True\nu=0\nv=false\nw=\n",
    "[A]\nx=1 # not a comment\n#y=2\n;z=3\n",
    "[A]\nEncoding=UTF-8\n",
    "[A]\nEncoding=latin1\n",
    "[A]\nx=1\n[B]\nEncoding=latin1\n",
    "[A]\nx\u00e4=\u00e4\n",
    "[A]\nx=a\x0b\x0c\n",
    "[A]\n\x0bx=1\n",
    "\ufeff[A]\nx=1\n",
    "[A]\nx=a\u2028b\x85c\n",
]


@pytest.mark.parametrize("text", TEXTS)
def test_reads_as_glib(glib: Ask, text: str) -> None:
    assert ours(text) == glib(text)


LINES = st.one_of(
    st.sampled_from(
        ["[A]", "[B c]", "[A] ", "#", "", "Name[de]=x", "b=1", "b = \\s;2;", "[x", "\r"]
    ),
    st.text(st.sampled_from(list("[]=#;\\ \t\r\fab1\u00e4.@-_")), max_size=12),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8),
)


@settings(
    max_examples=examples(600),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lines=st.lists(LINES, max_size=6))
def test_reads_anything_as_glib(glib: Ask, lines: list[str]) -> None:
    text = "\n".join(["[first]", *lines])
    assert ours(text) == glib(text)


@given(st.binary(max_size=300))
def test_rubbish_is_a_keyfile_error_or_a_keyfile(data: bytes) -> None:
    for text in (data, b"[A]\n" + data):
        try:
            keyfile = Keyfile.parse(text)
        except KeyfileError:
            continue
        for group in keyfile.groups:
            for key in keyfile.keys(group):
                attempt(keyfile.string, group, key)
                attempt(keyfile.strings, group, key)
                keyfile.boolean(group, key)


def test_a_broken_value_spoils_only_itself() -> None:
    keyfile = Keyfile.parse(b"[A]\nName=Maps\nName[de]=\xff\n")
    assert keyfile.string("A", "Name") == "Maps"
    with pytest.raises(KeyfileError, match="UTF-8"):
        keyfile.string("A", "Name[de]")


def test_errors_name_the_line() -> None:
    with pytest.raises(KeyfileError, match="line 3"):
        Keyfile.parse(b"[A]\nb=1\nnonsense\n")


def test_nul_bytes_and_huge_files_are_refused() -> None:
    for data in (b"[A]\nb=1\0\n", b"#" * (5 << 20)):
        with pytest.raises(KeyfileError):
            Keyfile.parse(data)


@pytest.mark.parametrize("line", ["", "#", "[A]", "k=", "  k = v ; w"])
def test_reading_many_lines_can_be_stopped(line: str) -> None:
    text = "[A]\n" + f"{line}\n" * 100_000
    cancel = CancelToken()
    with heeding(cancel):
        Keyfile.parse(text.encode())
        cancel.request()
        with pytest.raises(InterruptedByUser):
            Keyfile.parse(text.encode())


VALUES = st.text(st.characters(exclude_characters="\0\f", exclude_categories=["Cs"]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=VALUES, items=st.lists(VALUES.filter(bool)), flag=st.booleans())
def test_what_is_written_reads_back_here_and_in_glib(
    glib: Ask, text: str, items: list[str], flag: bool
) -> None:
    data = dump({"Group": {"text": text, "items": items, "flag": flag}, "Other": {}})
    keyfile = Keyfile.parse(data)
    assert keyfile.string("Group", "text") == text
    assert keyfile.strings("Group", "items") == tuple(items)
    assert keyfile.boolean("Group", "flag") is flag
    assert ours(data.decode()) == glib(data.decode())


@pytest.mark.parametrize(
    "groups", [{"a]b": {}}, {"": {}}, {"A": {"": ""}}, {"A": {"#x": ""}}, {"A": {"x": "\0"}}]
)
def test_what_could_not_be_read_back_is_not_written(groups: dict[str, dict[str, str]]) -> None:
    with pytest.raises(KeyfileError):
        dump(groups)
