"""The texts in a Debian package that tell about it.

Debian's policy manual, chapter 5, says what the fields of a control file mean.
"""

from __future__ import annotations

import calendar
import textwrap
import time
from collections.abc import Iterable, Mapping
from email.utils import formatdate
from importlib.metadata import Distribution, distributions
from pathlib import Path

from changelog import Release

_SUMMARY = "put Flatpak apps on a USB drive for computers without internet"
_DESCRIPTION = """\
Satchel fetches Flatpak apps, with everything they need, from their upstream
repository onto a USB drive, so that computers without internet can install
them. It checks every signature and every file, and proves at the end that
the drive is sound. It is a window and a command.
"""


def control(fields: Mapping[str, str]) -> str:
    """``DEBIAN/control`` with these fields and the description."""
    lines = [f"{name}: {value}" for name, value in fields.items()]
    lines += [f"Description: {_SUMMARY}", *(f" {line}" for line in _DESCRIPTION.splitlines())]
    return "".join(f"{line}\n" for line in lines)


def changelog(version: str, releases: Iterable[Release], maintainer: str, at: int) -> str:
    """``changelog.Debian``: what is released, and what is to come as ``version``.

    ``at`` is the time of the package, in seconds since 1970.
    """
    texts = []
    for release in releases:
        when = at
        if release.date:
            when = calendar.timegm(time.strptime(release.date, "%Y-%m-%d"))
        number = release.version if release.date else version
        lines = [
            textwrap.fill(entry, 78, initial_indent="  * ", subsequent_indent="    ")
            for entry in release.entries
        ]
        head = f"satchel ({number}) unstable; urgency=medium"
        tail = f" -- {maintainer}  {formatdate(when)}"
        texts.append("\n\n".join((head, "\n".join(lines), tail)) + "\n")
    return "\n".join(texts)


def copyright_text(place: Path, directory: str) -> str:
    """``copyright``: Satchel's, and of the wheels in ``place``, installed as ``directory``."""
    installed = {wheel.metadata["Name"]: wheel for wheel in distributions(path=[str(place)])}
    del installed["satchel"]
    names = sorted(installed, key=str.lower)
    wheels = [_about(installed[name], place, directory) for name in names]
    return (
        "Copyright 2026 The Satchel developers\n\n"
        "Satchel is free software, under the GNU Lesser General Public License, version 2.1 or\n"
        "later: /usr/share/common-licenses/LGPL-2.1\n\n"
        f"{directory} also holds these Python packages, with the libraries that they bring\n"
        "along, as their makers publish them in the Python Package Index. The texts of the GNU\n"
        "licences are in /usr/share/common-licenses.\n\n" + "\n".join(wheels)
    )


def _about(wheel: Distribution, place: Path, directory: str) -> str:
    meta = wheel.metadata
    author = meta["Author"] or meta["Author-email"] or meta["Maintainer"] or "its makers"
    licence = (meta["License-Expression"] or meta["License"] or "").splitlines()
    # Some name it only among what they are filed under.
    filed = meta.get_all("Classifier") or []
    licence += [words.split(" :: ")[-1] for words in filed if words.startswith("License ::")]
    if not licence:
        raise SystemExit(f"{meta['Name']} does not name its licence.")
    lines = [f"{meta['Name']} {wheel.version}", f"Copyright: {' '.join(author.split())}"]
    lines.append(f"Licence: {licence[0]}")
    information = next(place.glob(f"{meta['Name'].replace('-', '_')}-*.dist-info"), None) or next(
        place.glob(f"{meta['Name'].replace('-', '_').lower()}-*.dist-info")
    )
    texts = [
        path
        for path in sorted(information.rglob("*"))
        if path.is_file() and path.name.startswith(("LICEN", "COPYING"))
    ]
    lines += [f"Text: {directory}/{path.relative_to(place)}" for path in texts]
    return "".join(f"{line}\n" for line in lines)
