"""Every way in which a text of others comes in: what comes out of it can be shown as it stands."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from msgspec import Struct

from app.drive.discovery import discover
from app.drive.discovery.block_devices import BlockDevice
from app.drive.udev import UdevRecord
from app.flatpak.catalogue.appstream import parse_catalogue
from app.flatpak.catalogue.appstream_details import parse_details
from app.flatpak.catalogue.component import Component
from app.flatpak.metadata import Metadata
from app.flatpak.permissions import permissions
from app.flatpak.refs import PartialRef, Ref, RefError
from app.flatpak.remotes.configured import Installation, configured_remotes
from app.flatpak.remotes.flatpakrepo import RefFile, RemoteFileError, RepoFile
from app.flatpak.remotes.remote import Remote
from app.formats.keyfile import dump
from app.fs.root import Root
from app.ostree.names import is_collection_id, is_ref_name
from app.ostree.pull.answers import Answer, classify
from app.settings import SettingError, Settings, load_settings
from app.stick.choices.app_lists import read_list
from app.stick.choices.importing import import_choice
from app.stick.choices.profile import Profile, ProfileError
from app.stick.kit.contents import (
    KitCollection,
    KitContents,
    KitRef,
    KitWarning,
    WarningKind,
)
from app.stick.kit.rendering import render
from app.stick.store.location import Location
from app.stick.store.record import read_record
from app.trust.gpg import printable

# Moves the cursor, turns the writing around, ends lines, covers others, is no text at all.
EVIL = (
    "\x1b]0;owned\x07\x9b31m\u202egnp.exe\u2066 \u061c\u2028FAKE: Sound.\x85\r"
    + "Z" + "\u0301\u0489\u20dd" * 100 + "\ue000\ufffe\U000e0041"
)  # fmt: skip
LINE = EVIL.replace("\r", "").replace("\x85", "")
LONG = "a" * 20_000
TEXTS = [EVIL, LONG, EVIL + LONG, "\ud800\udcff", " " * 20_000 + "x", "\u0301" * 20_000]
JOINERS = "\u200c\u200d\u200e\u200f"
LONGEST = 10_001
# Of a sentence each gap may hold as much.
LONGEST_SENTENCE = 5 * LONGEST
# What is compared or opened has to stay as it is, and is cleaned where it is shown.
EXACT = {"url", "repr", "key", "mount_points", "refs", "keyfile"}

NAMES = ["evil", "long", "both", "cut", "space", "high"]
hostile = pytest.mark.parametrize("text", TEXTS, ids=NAMES)


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            if name not in EXACT:
                yield from texts_in(getattr(value, name))
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            if field.name not in EXACT:
                yield from texts_in(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts_in(key)
            yield from texts_in(item)
    elif isinstance(value, list | tuple | frozenset | set):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, Exception):
        yield str(value)
        yield str(getattr(value, "hint", ""))


def check(*values: object) -> None:
    """All that can be read of these values can be shown."""
    for value in values:
        longest = LONGEST_SENTENCE if isinstance(value, Exception) else LONGEST
        for text in texts_in(value):
            assert len(text) <= longest, type(value)
            assert all(char.isprintable() or char in JOINERS for char in text), (type(value), text)
            assert "\u0301" * 9 not in text
            assert "\u0301\u0489\u20dd" * 3 not in text


def outcome(error: type[Exception], call: Callable[..., object], *arguments: object) -> object:
    """What is made of these, or the error about them."""
    try:
        return call(*arguments)
    except error as caught:
        return caught


def as_xml(text: str) -> str:
    """What of it XML can hold."""
    no_xml = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
    return escape(no_xml.sub("", text))


def as_line(text: str) -> str:
    """What of it a line of a file can hold."""
    return text.replace("\r", "").encode(errors="replace").decode()


@hostile
def test_stick_json(text: str, tmp_path: Path) -> None:
    text = text[:4000]
    entry = dict.fromkeys(("title", "url", "snapshot_digest", "metadata", "metadata_key"), text)
    reason = {"commit": "a" * 64, "chosen": True, "reason": text, "needed_by": [text[:900]]}
    data = {
        "version": 1,
        "tool": text,
        "made": 1,
        "collections": {
            "org.test.Apps": {
                **entry, "remote": "test", "snapshot_made": None, "unsigned": False,
                "keys": [text[:900]], "arches": [text[:900]],
            }
        },
        "refs": {"org.test.Apps": {"app/org.test.A/x86_64/stable": {**reason, "name": text}}},
        "left_out": [{"collection": "org.test.Apps", "ref": "app", "code": text, "reason": text}],
        "gpus": [text[:900]],
    }  # fmt: skip
    place = tmp_path / ".ostree/repo/extensions/satchel"
    place.mkdir(parents=True)
    (place / "stick.json").write_text(json.dumps(data))
    record = read_record(Location(Root(tmp_path), ".ostree/repo"))
    assert record is not None
    check(record)
    check(*record.collections.values(), *record.refs["org.test.Apps"].values())


@hostile
def test_files_of_remotes(text: str) -> None:
    line = as_line(text)
    fields = dict.fromkeys(
        ("Title", "Comment", "Description", "Homepage", "Icon", "DefaultBranch", "Subset"), line
    )
    check(RepoFile.parse(dump({"Flatpak Repo": {**fields, "Url": "https://a.example/"}}), "it"))
    ref = dict.fromkeys(("Title", "Homepage", "RuntimeRepo", "SuggestRemoteName", "Subset"), line)
    ref |= {"Name": "org.test.Hello", "Url": "https://a.example/"}
    check(RefFile.parse(dump({"Flatpak Ref": ref}), "it"))
    for broken in (
        {"Flatpak Ref": {**ref, "Name": line}},
        {"Flatpak Ref": {**ref, "Branch": line}},
        {"Flatpak Repo": {"Url": "https://a.example/", "Version": line}},
        {"Flatpak Repo": {"Url": "https://a.example/", "DeployCollectionID": line}},
    ):
        kind = RefFile if "Flatpak Ref" in broken else RepoFile
        check(outcome(RemoteFileError, kind.parse, dump(broken), line))


@hostile
def test_remotes_of_this_computer(text: str, tmp_path: Path) -> None:
    line = as_line(text)
    names = ("title", "homepage", "icon", "comment", "description", "default-branch", "subset")
    good = {f"xa.{name}": line for name in names}
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo/config").write_bytes(
        dump(
            {
                'remote "good"': {**good, "url": "https://a.example/"},
                'remote "bad"': {**good, "url": line},
                'remote "worse"': {"url": "https://a.example/", "collection-id": line},
            }
        )
    )
    known = configured_remotes([Installation("system", tmp_path)], tmp_path)
    assert [remote.name for remote in known.remotes] == ["good"]
    check(known)


@hostile
def test_catalogues(text: str) -> None:
    xml = as_xml(text)
    element = f"""<component type="desktop-application">
        <id>{xml}</id><name>{xml}</name><summary>{xml}</summary>
        <developer><name>{xml}</name></developer><project_license>{xml}</project_license>
        <metadata_license>{xml}</metadata_license>
        <keywords><keyword>{xml}</keyword></keywords>
        <categories><category>{xml}</category></categories>
        <description><p>{xml}</p><ul><li>{xml}</li></ul></description>
        <screenshots><screenshot><caption>{xml}</caption></screenshot></screenshots>
        <url type="homepage">https://{xml}</url>
        <content_rating><content_attribute id="x">{xml}</content_attribute></content_rating>
        <releases><release version="{xml}" date="{xml[:20]}"/></releases>
        <bundle type="flatpak">app/org.test.Hello/x86_64/stable</bundle></component>"""
    catalogue = f"<components>{element}</components>".encode()
    components = list(parse_catalogue(catalogue))
    assert all(isinstance(component, Component) for component in components)
    assert components or not xml[:5000].strip()
    check(*components, parse_details(element.encode(), ()))


@hostile
def test_drives(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "devices/usb1/host0/block/sdx"
    (place / "device").mkdir(parents=True)
    for name in ("vendor", "model", "serial"):
        (place / "device" / name).write_text(as_line(text))
    block = BlockDevice("sdx", 0xFFF00, place, "", 0, (), 10**9, False, 1)
    escaped = "".join(f"\\x{byte:02x}" for byte in text.encode(errors="surrogatepass"))
    names = ("ID_VENDOR", "ID_MODEL", "ID_SERIAL_SHORT", "ID_FS_LABEL", "ID_FS_UUID", "ID_FS_TYPE")
    told = dict.fromkeys(("Vendor", "Model", "Serial", "IdLabel", "IdUUID", "IdType"), text)
    monkeypatch.setattr(discover, "read_blocks", lambda: {"sdx": block})
    monkeypatch.setattr(discover, "_ask_udisks", lambda: {block.number: told})
    for properties in (
        dict.fromkeys(names, text),
        {"ID_FS_TYPE": text, **{f"{name}_ENC": escaped for name in names}},
        {},
    ):
        about = UdevRecord(properties, bool(properties))
        monkeypatch.setattr(discover, "describe", lambda about=about: {"sdx": about})
        (drive,) = discover.list_drives(all_drives=True)
        assert drive.volumes or not text.strip(" x")
        check(drive)


@hostile
def test_answers_of_servers(text: str) -> None:
    for code in (1, 6, 7, 22, 28, 47, 60, 63):
        for status in (0, 401, 403, 404, 407, 429, 503, 511):
            answer = Answer(f"https://a.example/{text}", code, text, status, 10**6, status, text)
            check(classify(answer).error)


@hostile
def test_settings_and_saved_choices(text: str, tmp_path: Path) -> None:
    for name in ("languages", "architecture", "cache", text):
        with pytest.raises(SettingError) as caught:
            Settings().with_value(name, text)
        check(caught.value)
    (tmp_path / "settings.json").write_text(json.dumps({"cache": text, "languages": [text]}))
    check(load_settings(tmp_path).notices)
    as_toml = json.dumps(as_line(text)).replace("\\ud800", "")
    for line in (f"refs = [{as_toml}]", f"{as_toml} = 1", f"refs = ['a']\nlanguages = [{as_toml}]"):
        with pytest.raises(ProfileError) as refused:
            Profile.parse(line.encode(), as_line(text))
        check(refused.value)


@hostile
def test_lists(text: str) -> None:
    line = as_line(text)
    remote = Remote("test", "https://a.example/", title=line)
    for listing in (
        f"{line}\norg.test.Hello\t{line}\nflatpak install {line} org.test.Hello\n",
        json.dumps([{"application": "org.test.Hello", "origin": line}, {"x": line}]),
        f"flatpak('org.test.Hello', remote: '{line}')",
    ):
        check(list(read_list(listing, [remote]).notices()), remote.label)
    preinstall = f"[Flatpak Preinstall org.test.Hello]\nCollectionID={line}\n"
    preinstall += f"[Flatpak Preinstall {line.replace(']', '').replace('[', '')}]\nBranch={line}\n"
    try:
        check(import_choice(preinstall.encode(), line, [remote]).notices)
    except ProfileError as error:
        check(error)


@hostile
def test_names_of_refs(text: str) -> None:
    assert not is_collection_id(text)
    assert not is_ref_name(text)
    for name in (text, f"app/{text}/x86_64/stable", f"app/org.test.Hello/{text}/{text}"):
        for parse in (Ref.parse, PartialRef.parse):
            check(outcome(RefError, parse, name))


@hostile
def test_the_kit(text: str) -> None:
    collection = KitCollection("org.test.Apps", "test", text, text, b"")
    ref = KitRef(
        "org.test.Apps", "app/org.test.Hello/x86_64/stable", True, name=text, summary=text,
        version=text, requires=(as_line(text),),
    )  # fmt: skip
    warning = KitWarning(WarningKind.NEWER_FLATPAK, text, (text, text))
    contents = KitContents(".ostree/repo", (collection,), (ref,), 1, (warning,), text)
    files = render(contents)
    for line in files["contents.tsv"].decode().splitlines():
        for field in line.split("\t"):
            assert field
            check(field)
    page = files["START-HERE.html"].decode()
    assert not set(page) & set("\x1b\x07\x9b\u202e\u2066\u061c\r\u2028\x85")


@hostile
def test_metadata_of_apps(text: str) -> None:
    line = as_line(text)
    metadata = Metadata.parse(
        dump(
            {
                "Application": {"name": "org.test.Hello", "command": line},
                "Context": {"filesystems": [line, "/srv"], "shared": [line]},
            }
        )
    )
    check(permissions(metadata))


@hostile
def test_names_of_keys(text: str) -> None:
    check(printable(text))
