"""What is published says what flatpak's own tools would say of the same refs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.media.publishing.publisher import Publisher, lists_of


def by_flatpak(published: Path, copy: Path, *, appstream: bool = False) -> Path:
    """A copy whose lists (and catalogues) flatpak has made."""
    shutil.copytree(published, copy, ignore=shutil.ignore_patterns(".satchel", "summar*"))
    if appstream:
        for name in ("appstream", "appstream2"):
            shutil.rmtree(copy / "refs/heads" / name)
    options = [] if appstream else ["--no-update-appstream"]
    subprocess.run(
        ["flatpak", "build-update-repo", *options, copy], check=True, capture_output=True
    )
    return copy


def without_time(metadata: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in metadata.items() if key != "ostree.summary.last-modified"}


def test_lists(publisher: Publisher, tmp_path: Path) -> None:
    """Of an app at its end of life too, of extensions and locales, and of a subset."""
    upstream = publisher.upstream
    upstream.add_app("org.test.Verified", subset="verified")
    upstream.update()
    publisher.first("org.test.Hello", "org.test.Other", "org.test.Verified")
    theirs = lists_of(by_flatpak(publisher.path, tmp_path / "copy"))
    index, subs, compat = publisher.lists()
    assert set(subs) == {upstream.arch, f"verified-{upstream.arch}"}
    assert subs == theirs[1]
    # The order of entries is any, so the digests are others.
    assert index[0].keys() == theirs[0][0].keys()
    assert without_time(index[1]) == without_time(theirs[0][1])
    assert compat[0] == theirs[2][0]
    assert without_time(compat[1]) == without_time(theirs[2][1])


@pytest.mark.thorough
def test_catalogues(publisher: Publisher, tmp_path: Path) -> None:
    publisher.first("org.test.Hello", "org.test.Large")
    copy = by_flatpak(publisher.path, tmp_path / "copy", appstream=True)
    arch = publisher.upstream.arch

    def catalogue(repository: Path, ref: str, name: str) -> list[Any]:
        command = ["ostree", "cat", f"--repo={repository}", ref, f"/{name}"]
        data = subprocess.run(command, check=True, capture_output=True).stdout
        components = ElementTree.fromstring(data)
        assert components.attrib == {"version": "0.8", "origin": "flatpak"}
        return [
            [(element.tag, element.attrib, (element.text or "").strip()) for element in each.iter()]
            for each in components
        ]

    def files(repository: Path, ref: str) -> list[str]:
        command = ["ostree", "ls", "-R", "-C", f"--repo={repository}", ref]
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return [line for line in listed.splitlines() if "icons" in line]

    new = f"appstream2/{arch}"
    assert catalogue(publisher.path, new, "appstream.xml") == catalogue(copy, new, "appstream.xml")
    assert len(catalogue(publisher.path, new, "appstream.xml")) == 2
    for ref in (new, f"appstream/{arch}"):
        assert files(publisher.path, ref) == files(copy, ref)
